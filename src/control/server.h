/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line's side of the control socket, on libuv.  Anybody may look on; only root, and the user
 * whose line it is, may command.  Bounded: so many clients, so long a message; one who does not
 * read is dropped.
 */
#pragma once

#include <uv.h>

#include "control/concentrator.h"

#define CONTROL_CLIENTS_MAX 64

struct control_server;

struct control_owner {
	void *context;
	void (*read)(void *context, struct line_status *ret_status);
	/* The first line of the log with this number or a higher one; false: none yet. */
	bool (*read_log)(void *context, uint64_t number, struct log_entry *ret_entry);
	uint64_t (*log_end)(void *context); /* the number of the line that is to come next */
	void (*redial)(void *context);
	void (*hang_up)(void *context);
};

/*
 * Listens on the socket of this link; the folder is made if need be, the socket of a dead process
 * replaced.  *ret_server belongs to the caller.  -EADDRINUSE if a live one has it.
 */
int control_server_new(uv_loop_t *loop, const char *link, const struct control_owner *owner,
		       struct control_server **ret_server);

/*
 * The same for a concentrator.  group: whose members may command too; (gid_t)-1: nobody's.  The
 * user that the process runs as may not: it is nobody's in particular.
 */
int control_server_new_concentrator(uv_loop_t *loop, const char *name,
				    const struct concentrator_owner *owner, gid_t group,
				    struct control_server **ret_server);

/* Takes the socket away.  The loop has to run once more, for its handles.  NULL is fine. */
void control_server_free(struct control_server *server);

/* There is a new line in the log: tells all who follow it.  NULL is fine. */
void control_server_logged(struct control_server *server);

/* Tells all who watch.  NULL is fine. */
void control_server_changed(struct control_server *server);
