/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process that pppoe-server is seen as: it keeps the secrets and answers the worker's
 * questions for them, reads them again when told to, takes signals, and tidies up when the worker
 * has ended.  It never reads a byte from the wire.
 */
#pragma once

#include "program/server/host.h"
#include "program/server/say.h"

struct guard {
	const struct server_log *log;
	const struct server_options *options;
	const struct host *host; /* its device; the descriptors are the worker's */
	struct directory *directory;
	const char *control; /* name of the worker's control socket; "": none */
	int worker; /* its end of the pair */
	pid_t pid;
	bool listens; /* it has said so */
	int ready; /* a pipe that hears of it, or -1 */
};

/* Until the worker has ended.  Returns its exit code. */
int guard_run(struct guard *guard);
