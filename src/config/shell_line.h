/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of a file of shell assignments, as the shell reads it and without executing anything; what
 * would have to be executed is wrong.  config/line_config.h says what is understood.
 */
#pragma once

#define SHELL_LINE_NAME 64
#define SHELL_LINE_VALUE 256
#define SHELL_VARIABLES 64 /* others can't be referred to; no file has that many */

/* What was assigned so far, for $NAME.  Empty but for `file` at first. */
struct shell_variables {
	const char *file; /* its name: of `basename $CONFIG`, and $CF_BASE until that is given */
	unsigned count;
	struct {
		char name[SHELL_LINE_NAME], value[SHELL_LINE_VALUE];
	} variable[SHELL_VARIABLES];
};

struct shell_line {
	const char *name;
	char value[SHELL_LINE_VALUE]; /* off its quotes */
	const char *why; /* of SHELL_LINE_WRONG: in the reader's language */
};

enum shell_line_kind {
	SHELL_LINE_EMPTY, /* or a comment, or CF_BASE */
	SHELL_LINE_ASSIGNMENT,
	SHELL_LINE_NONE, /* it is no assignment */
	SHELL_LINE_WRONG, /* the value of `name` is */
};

/* Reads the line, without its end.  The text is changed; ret_line->name points into it. */
enum shell_line_kind shell_line_read(struct shell_variables *variables, char *text,
				     struct shell_line *ret_line);
