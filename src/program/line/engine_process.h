/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine as a child process of the monitor: started, spoken to, heard, ended. */
#pragma once

#include <uv.h>

#include "program/line/message.h"

/* Whom it tells. */
struct engine_owner {
	void *context;
	void (*heard)(void *context, const struct message *message);
	void (*note)(void *context, const char *text); /* for the log */
	/* It is dead, and all it said was heard; term_signal: 0 if it ended by itself. */
	void (*ended)(void *context, int exit_code, int term_signal);
};

struct engine_process;

/* Without a process yet.  NULL if there is no memory. */
struct engine_process *engine_process_new(uv_loop_t *loop, const struct engine_owner *owner);

/* Frees what is left once the loop has closed its handles.  NULL is fine. */
void engine_process_free(struct engine_process *engine);

/* Hangs up on it for good: it ends by itself.  NULL is fine. */
void engine_process_close(struct engine_process *engine);

/* Starts one where none lives.  0 or a negative errno. */
int engine_process_start(struct engine_process *engine);

pid_t engine_process_pid(const struct engine_process *engine); /* 0: none lives */

/* With `count` descriptors, which stay the caller's.  One that does not read is killed. */
void engine_process_tell(struct engine_process *engine, const struct message *message,
			 const int *descriptors, size_t count);

/*
 * Asks it for a sign of life (any message is one, MESSAGE_ALIVE the least): one that hangs without
 * dying is killed, and that is then said by ended().
 */
void engine_process_check(struct engine_process *engine);

/* Asks it to end its session and itself; it is killed if it does not within seconds. */
void engine_process_hang_up(struct engine_process *engine);
