/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of a line: into systemd's journal with its fields where that is where standard error (or
 * the system log) goes, else to either.  It never blocks: where nobody reads (a full pipe, a
 * stopped terminal) lines are lost and counted, and the line stays up.  The last ones are kept.
 */
#pragma once

#include "link/link.h"
#include "program/line/log_ring.h"

struct line_log {
	/* for the journal's fields */
	struct link_session_id session; /* that the lines are about; not known: none */
	struct log_ring ring;
	/* private */
	const char *name; /* of the line */
	mono_us started;
	bool to_syslog;
	int journal; /* -1: not into the journal */
	unsigned lost; /* lines since the last that was written */
};

/*
 * name: of the line.  started: when the program began.  to_syslog: to the system log, for which
 * openlog() has been called, instead of standard error.
 */
void line_log_init(struct line_log *log, const char *name, mono_us started, bool to_syslog);
void line_log_done(struct line_log *log);

/* One line: what was found at that time, when the line was at this stage. */
void line_log_report(struct line_log *log, enum log_priority priority, enum link_stage stage,
		     mono_us at, const char *text);
