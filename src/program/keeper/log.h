/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keeper's log, in the form of a line's own: one row for each thing that changed.  On standard
 * error it never blocks: what nobody takes is lost.
 */
#pragma once

#include <stdbool.h>

#include "base/time.h"

struct keeper_log {
	mono_us started; /* when the program began */
	bool to_syslog; /* not to standard error: syslog() has been opened */
};

/* link: of the line, NULL: of none; config: the name of its file. */
__attribute__((format(printf, 4, 5))) void keeper_log_note(const struct keeper_log *log,
							   const char *link, const char *config,
							   const char *format, ...);
