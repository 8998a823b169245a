/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of a line's log, as the control socket tells it. */
#pragma once

#include "control/line_status.h"

#define LOG_ENTRY_TEXT 512

/* How much it matters: numbers as of syslog(3). */
enum log_priority { LOG_ENTRY_ERROR = 3, LOG_ENTRY_WARNING, LOG_ENTRY_NOTICE, LOG_ENTRY_INFO };

struct log_entry {
	uint64_t number; /* from 1, one higher for each that follows */
	int64_t time_ms; /* of Unix time */
	enum log_priority priority;
	char stage[LINE_STATUS_NAME]; /* where the line was */
	char text[LOG_ENTRY_TEXT];
};

/* The longest JSON text of an entry, NUL included. */
#define LOG_ENTRY_JSON_MAX 4096

/* Writes it as a JSON object with a NUL, with the line's name.  The length, or 0. */
size_t log_entry_to_text(const struct log_entry *entry, const char *link, char *to, size_t size);
