/* SPDX-License-Identifier: BSD-2-Clause */
/* The other side of the control socket, for commands: each call waits, up to a deadline. */
#pragma once

#include <sys/types.h>

#include "control/path.h"
#include "control/concentrator.h"

struct control_client {
	int socket; /* -1: none; may be polled for reading */
	size_t length;
	char in[VARLINK_MESSAGE_MAX];
};

/* 0, -ENOENT or -ECONNREFUSED if no line of that name is running, or another negative errno. */
int control_client_open(struct control_client *client, const char *link);
int control_client_open_server(struct control_client *client, const char *name); /* likewise */
void control_client_close(struct control_client *client);

/* The process that listens at the other end, whether it answers or not; 0 if that is not known. */
pid_t control_client_peer(const struct control_client *client);

int control_client_call(struct control_client *client, const char *method, bool more);

/* The same for lines of the log. */
int control_client_call_log(struct control_client *client, const struct varlink_log *log);

/* The same for any call that is written already. */
int control_client_send(struct control_client *client, const char *text, size_t length);

/* The next answer of a concentrator; results as below. */
int control_client_receive_concentrator(struct control_client *client, int timeout_ms,
					struct concentrator_reply *ret_reply);

/* The next answer.  0, -ETIMEDOUT, -EPIPE at the end of the connection, or -EPROTO. */
int control_client_receive(struct control_client *client, int timeout_ms,
			   struct varlink_reply *ret_reply);

/* Open, one call, its answer, close.  An error that the line answers with is -EPERM or -EPROTO. */
int control_client_ask(const char *link, const char *method, struct line_status *ret_status);

/* Has the line hung up, and waits until all of it is undone.  0, -EPERM, or another errno. */
int control_client_hang_up(struct control_client *client, int timeout_ms);
