/* SPDX-License-Identifier: BSD-2-Clause */
/* Hears of the end of a process, whoever's child it is, through its pidfd. */
#pragma once

#include <uv.h>

struct process_watch;

/*
 * process: a pidfd, the watch's from now on, also if this fails.  ended: called once, out of the
 * loop; the watch is to be freed then or later.  0 or a negative errno.
 */
int process_watch_new(uv_loop_t *loop, int process, void (*ended)(void *context), void *context,
		      struct process_watch **ret_watch);

/* A signal to it.  0 or a negative errno. */
int process_watch_signal(const struct process_watch *watch, int number);

/* The loop has to run once more, for its handle.  NULL is fine. */
void process_watch_free(struct process_watch *watch);
