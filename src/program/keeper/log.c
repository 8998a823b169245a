/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/keeper/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "linux/clock.h"

#define LINE_MAX_LENGTH 1024 /* a pipe that is ready takes as much at once */

static size_t cut(int length, size_t room)
{
	return length < 0 ? 0 : (size_t)length < room ? (size_t)length : room - 1;
}

void keeper_log_note(const struct keeper_log *log, const char *link, const char *config,
		     const char *format, ...)
{
	char line[LINE_MAX_LENGTH] = "";
	size_t end = 0, room = sizeof(line) - 1;
	if (link)
		end = cut(snprintf(line, room, "link=%s config=%s ", link, config), room);
	if (!log->to_syslog)
		end += cut(snprintf(line + end, room - end, "t=+%.3fms ",
				    (double)(clock_now() - log->started) / 1000),
			   room - end);
	va_list arguments;
	va_start(arguments, format);
	end += cut(vsnprintf(line + end, room - end, format, arguments), room - end);
	va_end(arguments);
	if (log->to_syslog) {
		syslog(LOG_NOTICE, "%s", line);
		return;
	}
	line[end] = '\n';
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };
	if (poll(&ready, 1, 0) == 1 && ready.revents == POLLOUT)
		(void)!write(STDERR_FILENO, line, end + 1);
}
