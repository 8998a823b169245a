/* SPDX-License-Identifier: BSD-2-Clause */
/* The running concentrator: its loop, which only carries things between access/ and linux/. */
#pragma once

#include <uv.h>

#include "program/server/data.h"
#include "program/server/directory.h"
#include "program/server/host.h"

enum server_poll { POLL_DISCOVERY, POLL_CONTROL, POLL_DATA, POLL_DEVICE, SERVER_POLLS };

#define SERVER_SIGNALS 4

struct server {
	struct access *access; /* too large to stand here */
	void *memory; /* of its sessions */
	struct data *data;
	struct host *host;
	const struct directory *directory;
	const char *name; /* in the log */
	uv_loop_t loop;
	bool has_loop;
	uv_poll_t polls[SERVER_POLLS];
	uv_signal_t signals[SERVER_SIGNALS];
	uv_timer_t timer;
	mono_us started;
	bool stopping;
	uint64_t unsent; /* control frames lost to a full queue, or a wire that is down */
	int exit_code;
	bool data_waits; /* packets of the device, for room on the wire */
	uint8_t frame[2048];
};

/* host and directory outlive it.  False, and a message on stderr. */
bool server_init(struct server *server, const struct server_options *options, struct host *host,
		 const struct directory *directory);
void server_done(struct server *server);

/* Returns the program's exit code, after SIGTERM, SIGINT or SIGHUP, or when the wire is gone. */
int server_run(struct server *server);
