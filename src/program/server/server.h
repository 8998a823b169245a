/* SPDX-License-Identifier: BSD-2-Clause */
/* The running concentrator: its loop, which only carries things between access/ and linux/. */
#pragma once

#include <uv.h>

#include "control/server.h"
#include "program/server/data.h"
#include "program/server/directory.h"
#include "program/server/host.h"
#include "program/server/say.h"

enum server_wire { WIRE_DISCOVERY, WIRE_CONTROL, WIRE_DATA, SERVER_WIRES };

struct server;

/* An interface's sockets in the loop. */
struct server_interface_polls {
	struct server *server;
	unsigned number;
	bool gone;
	uv_poll_t poll[SERVER_WIRES];
};

#define SERVER_SIGNALS 3

struct server {
	struct access *access; /* too large to stand here */
	void *memory; /* of its sessions */
	struct data *data;
	const struct host *host;
	const struct server_log *log;
	const char *name; /* of the control socket */
	int guard; /* the pair's end */
	uv_loop_t loop;
	bool has_loop;
	struct server_interface_polls interfaces[PORT_INTERFACES_MAX];
	unsigned interfaces_left;
	uv_poll_t device_poll, guard_poll;
	uv_signal_t signals[SERVER_SIGNALS];
	uv_timer_t timer, drain_timer;
	struct control_server *control; /* NULL: none */
	bool stopping;
	bool draining; /* ends with the last session */
	uint64_t unsent; /* control frames lost to a full queue, or a wire that is down */
	int exit_code;
	bool data_waits; /* packets of the device, for room on the wire */
	uint8_t frame[2048];
};

/*
 * guard: the worker's end of the pair.  host, directory and log outlive it.  False, and a message
 * on stderr.
 */
bool server_init(struct server *server, const struct server_options *options,
		 const struct host *host, const struct directory *directory,
		 const struct server_log *log, int guard);
void server_done(struct server *server);

/*
 * For sessions.c: after a verb of access/ that makes no frame wait, and to end at once or politely.
 */
void server_carry_on(struct server *server);
void server_stop(struct server *server);

/* Opens the control socket of that name; while privileges last.  0 or a negative errno. */
int sessions_open(struct server *server, const char *name, const char *group);

/* Tells the guard that it is ready; returns the exit code when told to stop, or the wire is gone.
 */
int server_run(struct server *server);
