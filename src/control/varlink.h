/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Varlink's form (varlink.org) of what is said over the control socket: JSON objects, each ended by
 * a NUL.  Calls and answers in memory; no I/O.
 *
 *	{"method":"org.dialtone.Line.GetStatus","parameters":{}}
 *	{"parameters":{"status":{"link":"ppp0","stage":"up", ...}}}
 */
#pragma once

#include "control/line_status.h"
#include "control/log_entry.h"

#define VARLINK_MESSAGE_MAX 16384 /* bytes of a call or an answer, NUL included */

enum varlink_call {
	VARLINK_MALFORMED, /* no call at all: the connection is to be closed */
	VARLINK_ANSWERED, /* nothing more to do than to send the answer, an error maybe */
	VARLINK_WATCH, /* ... and another one at each change, by varlink_status() */
	VARLINK_LOG, /* no answer yet: lines of the log, by varlink_log_entry() */
	VARLINK_REDIAL, /* ... and to dial anew */
	VARLINK_HANG_UP, /* ... and to hang up and end */
};

/* What VARLINK_LOG asks for. */
struct varlink_log {
	uint32_t lines; /* at most so many of those that there are */
	bool follow; /* and all that are yet to come */
};

/*
 * Judges a call (without its NUL) and writes the answer with its NUL into `to`; *ret_length is 0 if
 * the caller wants none.  may_command: who calls is entitled to more than looking on.
 */
enum varlink_call varlink_answer(const char *call, size_t length, bool may_command,
				 const struct line_status *status, struct varlink_log *ret_log,
				 char to[VARLINK_MESSAGE_MAX], size_t *ret_length);

/* An answer that carries a status.  continues: more will follow.  Its length, NUL included. */
size_t varlink_status(const struct line_status *status, bool continues,
		      char to[VARLINK_MESSAGE_MAX]);

/* An answer that carries a line of the log; NULL: the last one, of VARLINK_LOG without follow. */
size_t varlink_log_entry(const struct log_entry *entry, char to[VARLINK_MESSAGE_MAX]);

/* A call of org.dialtone.Line without parameters.  Its length, NUL included. */
size_t varlink_call(const char *method, bool more, char to[VARLINK_MESSAGE_MAX]);
size_t varlink_call_log(const struct varlink_log *log, char to[VARLINK_MESSAGE_MAX]);

struct varlink_reply {
	char error[128]; /* the error's whole name; "": none */
	bool continues;
	bool has_status, has_entry;
	struct line_status status;
	struct log_entry entry;
};

/* False if it is no answer. */
bool varlink_read_reply(struct varlink_reply *reply, const char *text, size_t length);
