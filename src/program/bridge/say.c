/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/bridge/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include <time.h>

void say_open(void)
{
	tzset(); /* syslog(3) writes local time, whose rules are in a file */
	openlog("pppoe", LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

void say_log(int priority, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	vsyslog(priority, format, list);
	va_end(list);
}

__attribute__((format(printf, 2, 0))) static void say(const char *prefix, const char *format,
						      va_list list)
{
	char text[512];
	vsnprintf(text, sizeof(text), format, list);
	fprintf(stderr, "%s%s\n", prefix, text);
	syslog(LOG_ERR, "%s", text);
}

void say_error(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	say("pppoe: ", format, list);
	va_end(list);
}

void say_peer_error(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	say("", format, list);
	va_end(list);
}
