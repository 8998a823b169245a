/* SPDX-License-Identifier: BSD-2-Clause */
/* What every line's process has around it: its loop, and the signals it listens to. */
#pragma once

#include <uv.h>

/* Before the loop: signals of no concern. */
void line_loop_prepare(void);

struct line_signals {
	void (*heard)(void *context, int number);
	void *context;
	uv_signal_t handles[3];
};

/*
 * Listens to SIGTERM, SIGINT and SIGHUP from now on (`heard` and `context` are set before), and
 * unblocks what the starter has blocked.
 */
void line_loop_watch_signals(uv_loop_t *loop, struct line_signals *signals);

/* Closes all handles that are left, and the loop. */
void line_loop_close(uv_loop_t *loop);
