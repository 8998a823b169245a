/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keeper: one loop over all the lines it looks after.  It hears of what happens, to files
 * (inotify), interfaces (rtnetlink) and processes (pidfd), and between that it sleeps, but for the
 * looks of CHECK_INTERVAL.
 */
#pragma once

#include <stdbool.h>

#include "base/time.h"

struct keeper_options {
	mono_us started; /* when the program began */
	bool to_syslog;
	bool stop_lines; /* at the end */
	int interval_s; /* instead of each CHECK_INTERVAL; -1: as the files say */
	char *const *configs; /* NULL-ended; none: where lines usually are */
};

/* Runs until it is told to end.  Returns the exit code. */
int keeper_main(const struct keeper_options *options);
