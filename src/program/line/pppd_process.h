/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pppd as a child process of the line's: started without a shell in a session of its own, heard,
 * ended.  It does not outlive us: the kernel sends it SIGTERM when we die, however we do.
 */
#pragma once

#include <uv.h>

#include "program/line/pppd_command.h"

/* Whom it tells. */
struct pppd_owner {
	void *context;
	void (*said)(void *context, const char *line); /* of its output; printable */
	/* It is dead, and all it said was heard; term_signal: 0 if it ended by itself. */
	void (*ended)(void *context, int exit_code, int term_signal);
};

struct pppd_process;

/* Without a process yet.  NULL if there is no memory. */
struct pppd_process *pppd_process_new(uv_loop_t *loop, const struct pppd_owner *owner);

/* Frees what is left once the loop has closed its handles.  NULL is fine. */
void pppd_process_free(struct pppd_process *pppd);

/* Starts one where none lives.  0 or a negative errno. */
int pppd_process_start(struct pppd_process *pppd, const struct pppd_command *command);

pid_t pppd_process_pid(const struct pppd_process *pppd); /* 0: none lives */

/* Asks it to end its session and itself; it is killed if it does not within seconds. */
void pppd_process_hang_up(struct pppd_process *pppd);

/*
 * What the child does, which is this very program: becomes the command behind the first of the
 * arguments, which is the process number of the line.  Returns an exit code if it could not.
 */
int pppd_process_become(char **arguments);
