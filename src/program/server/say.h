/* SPDX-License-Identifier: BSD-2-Clause */
/* The log: standard error in the foreground, else syslog(3). */
#pragma once

#include <stdbool.h>
#include <syslog.h>

#include "base/time.h"

struct server_log {
	bool to_syslog;
	mono_us started;
};

/* Before privileges are given up: the socket stays open. */
struct server_log say_open(bool to_syslog);

/* One line.  priority: syslog's. */
void say(const struct server_log *log, int priority, const char *text);
