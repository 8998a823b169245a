/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/server/say.h"

#include <stdio.h>
#include <time.h>

#include "linux/clock.h"

struct server_log say_open(bool to_syslog)
{
	if (to_syslog) {
		tzset(); /* syslog(3) writes local time, whose rules are in a file */
		openlog("pppoe-server", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	}
	return (struct server_log){ to_syslog, clock_now() };
}

void say(const struct server_log *log, int priority, const char *text)
{
	if (log->to_syslog)
		syslog(priority, "%s", text);
	else
		fprintf(stderr, "server t=+%.3fms %s\n",
			(double)(clock_now() - log->started) / 1000.0, text);
}
