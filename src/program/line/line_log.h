/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of a line, on stderr.  It never blocks: where nobody reads (a full pipe, a stopped
 * terminal) lines are lost and counted, and the line stays up.
 */
#pragma once

#include "link/link.h"

struct line_log {
	const char *name; /* of the line */
	mono_us started; /* when the program began */
	bool to_syslog; /* not to stderr: syslog() has been opened */
	unsigned lost; /* lines since the last that was written */
};

/* One line: what was found at that time, when the line was at this stage. */
void line_log_report(struct line_log *log, enum link_stage stage, mono_us at, const char *text);
