/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said over a concentrator's control socket, in Varlink's form like a line's (varlink.h):
 *
 *	{"method":"org.dialtone.Concentrator.List","parameters":{"name":"anna"},"more":true}
 *	{"parameters":{"session":{"id":18,"mac":"02:...", ...}},"continues":true}
 *	{"parameters":{}}
 *
 * Calls and answers in memory; no I/O.
 */
#pragma once

#include "control/session_info.h"
#include "control/varlink.h"

/* Where a list is that is being told, one session after the other. */
struct concentrator_list {
	bool active;
	uint32_t next;
	struct session_filter filter;
};

struct concentrator_owner {
	void *context;
	void (*status)(void *context, struct concentrator_info *ret_info);
	/* The first session from number *next on; moves *next behind it.  False: there is none. */
	bool (*next)(void *context, uint32_t *next, struct session_info *ret_info);
	void (*kick)(void *context, int64_t id);
	/* No new sessions, and the end when there are none left, or after so many seconds (0:
	 * never); or, cancelled, as before. */
	void (*drain)(void *context, bool cancel, unsigned seconds);
	void (*reload)(void *context);
};

/*
 * Judges a call (without its NUL), does what it says, and writes the answer with its NUL into `to`;
 * *ret_length is 0 if the caller wants none, or if they come by concentrator_list_next().  False:
 * it is no call, the connection is to be closed.
 */
bool concentrator_answer(const struct concentrator_owner *owner, const char *call, size_t length,
			 bool may_command, struct concentrator_list *list,
			 char to[VARLINK_MESSAGE_MAX], size_t *ret_length);

/* The next answer of an active list; its length, NUL included. */
size_t concentrator_list_next(const struct concentrator_owner *owner,
			      struct concentrator_list *list, char to[VARLINK_MESSAGE_MAX]);

/* Calls; their length, NUL included. */
size_t concentrator_call(const char *method, const struct session_filter *filter, bool more,
			 char to[VARLINK_MESSAGE_MAX]);
size_t concentrator_call_drain(bool cancel, unsigned seconds, char to[VARLINK_MESSAGE_MAX]);

struct concentrator_reply {
	char error[128]; /* the error's whole name; "": none */
	bool continues;
	bool has_session, has_status;
	struct session_info session;
	struct concentrator_info status;
	int64_t count; /* of those that were kicked */
};

/* False if it is no answer.  Texts are made printable. */
bool concentrator_read_reply(struct concentrator_reply *reply, const char *text, size_t length);

/* As one JSON object with a NUL.  The length, or 0. */
size_t session_info_to_text(const struct session_info *info, char *to, size_t size);
