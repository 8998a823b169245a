/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every Varlink interface needs, for this room alone: a call is read, held against the
 * methods of an interface, run, and its answer written.  org.varlink.service comes with it.
 */
#pragma once

#include "control/json.h"
#include "control/varlink.h"

#define VARLINK_SERVICE "org.varlink.service"

/* A call while it is judged. */
struct varlink_request {
	const char *method;
	const json_t *parameters; /* an object, or NULL */
	bool more, oneway;
	bool may_command;
	void *context; /* of whoever has the methods */
	const char *error; /* NULL: none */
	json_t *answer; /* the parameters of the answer; NULL: none */
	const struct varlink_interface *interface;
	json_t *object; /* that all of it stands in */
};

struct varlink_method {
	const char *name; /* with the interface's */
	const char *parameters[5]; /* that it takes; NULL: none */
	void (*run)(struct varlink_request *request);
};

struct varlink_interface {
	const char *name, *description;
	const struct varlink_method *methods;
	size_t count;
};

/* Makes the answer an error, with one parameter or none (NULL). */
void varlink_fail(struct varlink_request *request, const char *error, const char *name,
		  const char *value);

/*
 * Reads a call (without its NUL) and runs its method; false if it is none.  request->context and
 * may_command are set before.
 */
bool varlink_run(const struct varlink_interface *interface, const char *text, size_t length,
		 struct varlink_request *request);

/* Whether it was one or not; the answer is for varlink_write_answer(), before. */
void varlink_done(struct varlink_request *request);

/* Takes `answer`.  The length, NUL included, or 0. */
size_t varlink_write_answer(const char *error, json_t *answer, bool continues,
			    char to[VARLINK_MESSAGE_MAX]);

/* A call; takes `parameters`; NULL: none.  Its length, NUL included, or 0. */
size_t varlink_write_call(const char *interface, const char *method, json_t *parameters, bool more,
			  char to[VARLINK_MESSAGE_MAX]);

bool varlink_read_flag(const json_t *object, const char *name, bool *ret);
