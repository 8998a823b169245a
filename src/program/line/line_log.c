/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/line_log.h"

#include <poll.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

/* A pipe that is ready takes PIPE_BUF bytes at once, which is more. */
#define LINE_MAX_LENGTH 1024

/* O_NONBLOCK would change the descriptor for those that we share it with: a shell, say. */
static bool write_line(const char *line, size_t length)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };
	return poll(&ready, 1, 0) == 1 && ready.revents == POLLOUT &&
	       write(STDERR_FILENO, line, length) == (ssize_t)length;
}

static bool write_report(const struct line_log *log, enum link_stage stage, mono_us at,
			 const char *text)
{
	char line[LINE_MAX_LENGTH];
	int length = snprintf(line, sizeof(line) - 1, "link=%s t=+%.3fms stage=%s %s", log->name,
			      (double)at / 1000 - (double)log->started / 1000,
			      link_stage_name(stage), text);
	size_t end = length < 0 ? 0 : (size_t)length;
	if (end > sizeof(line) - 2)
		end = sizeof(line) - 2; /* cut */
	line[end] = '\n';
	return write_line(line, end + 1);
}

void line_log_report(struct line_log *log, enum link_stage stage, mono_us at, const char *text)
{
	if (log->to_syslog) {
		syslog(LOG_NOTICE, "link=%s stage=%s %s", log->name, link_stage_name(stage), text);
		return;
	}
	if (log->lost > 0) {
		char lost[64];
		snprintf(lost, sizeof(lost), "%u lines of this log were lost here", log->lost);
		if (write_report(log, stage, at, lost))
			log->lost = 0;
	}
	if (log->lost > 0 || !write_report(log, stage, at, text))
		log->lost++;
}
