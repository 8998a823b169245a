/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/shell_line.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "language/language.h"

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static const char *look_up(const struct shell_variables *variables, const char *name, size_t length)
{
	for (unsigned i = 0; i < variables->count; i++)
		if (strncmp(variables->variable[i].name, name, length) == 0 &&
		    variables->variable[i].name[length] == '\0')
			return variables->variable[i].value;
	if (strncmp("CF_BASE", name, length) == 0 && length == strlen("CF_BASE"))
		return variables->file;
	return NULL;
}

/* More keys than there is room for can't be referred to; no file has that many. */
static void remember(struct shell_variables *variables, const char *name, const char *value)
{
	unsigned i = 0;
	while (i < variables->count && strcmp(variables->variable[i].name, name) != 0)
		i++;
	if (i == SHELL_VARIABLES)
		return;
	snprintf(variables->variable[i].name, sizeof(variables->variable[i].name), "%s", name);
	snprintf(variables->variable[i].value, sizeof(variables->variable[i].value), "%s", value);
	if (i == variables->count)
		variables->count++;
}

/* A value being taken off its quotes. */
struct value {
	const char *begin, *from; /* from: what is left of it */
	const struct shell_variables *variables; /* for $KEY */
	char quote; /* the one that is open, or '\0' */
	char *to;
	size_t length, size;
	const char *why; /* what is wrong, or NULL */
};

static void take(struct value *v, const char *from, size_t length)
{
	if (v->length + length >= v->size) {
		v->why = _("the value is too long");
		return;
	}
	memcpy(v->to + v->length, from, length);
	v->length += length;
}

/* $KEY or ${KEY}: not split at blanks, as a shell assignment does not split it either. */
static bool take_reference(struct value *v)
{
	bool braced = v->from[1] == '{';
	const char *name = v->from + 1 + braced;
	size_t length = strspn(name, NAME_CHARACTERS);
	if (length == 0 || (braced && name[length] != '}'))
		return false;
	const char *value = look_up(v->variables, name, length);
	if (!value)
		return false;
	v->from = name + length + braced;
	take(v, value, strlen(value));
	return true;
}

/*
 * Outside of quotes a backslash makes any character plain; between double quotes only those that
 * mean something there, and it is a character itself otherwise: "DOMAIN\user" has one.
 */
static void take_backslash(struct value *v)
{
	char next = v->from[1];
	if (next == '\0') {
		v->why = _("a line cannot be continued by a backslash");
		return;
	}
	bool plain = v->quote == '"' && !strchr("$`\"\\", next);
	take(v, plain ? v->from : v->from + 1, plain ? 2 : 1);
	v->from += 2;
}

/* The rest of the line after a bare blank: nothing, or a comment. */
static void take_blank(struct value *v)
{
	v->from += strspn(v->from, " \t");
	if (*v->from != '\0' && *v->from != '#')
		v->why = _("more than one word; put quotes around the value");
	v->from += strlen(v->from);
}

/* Where a shell puts a home folder in its place. */
static bool is_home(const struct value *v)
{
	return *v->from == '~' && v->quote == '\0' && (v->from == v->begin || v->from[-1] == ':');
}

static void take_next(struct value *v)
{
	char c = *v->from;
	if (v->quote == '\0' && (c == ' ' || c == '\t')) {
		take_blank(v);
	} else if (c == v->quote || (v->quote == '\0' && (c == '"' || c == '\''))) {
		v->quote = v->quote ? '\0' : c;
		v->from++;
	} else if (c == '\\' && v->quote != '\'') {
		take_backslash(v);
	} else if (v->quote == '\'' || (!strchr(v->quote ? "$`" : "$`;&|<>()", c) && !is_home(v))) {
		take(v, v->from++, 1);
	} else if (c != '$' || !take_reference(v)) {
		v->why = _(
			"commands, variables and other things of the shell are not executed here");
	}
}

/* Takes a value off its quotes into to.  False, and why, if there is more of the shell in it. */
static bool unquote(const char *from, const struct shell_variables *variables, char *to,
		    size_t size, const char **why)
{
	struct value v = {
		.begin = from, .from = from, .variables = variables, .to = to, .size = size
	};
	while (*v.from && !v.why)
		take_next(&v);
	if (!v.why && v.quote)
		v.why = _("a quote is not closed");
	to[v.length] = '\0';
	*why = v.why;
	return !v.why;
}

/*
 * CF_BASE=`basename FILE` and CF_BASE=`basename FILE .conf`, FILE being the one that is read:
 * $CONFIG, or what CF_BASE is already.  In quotes or not.  False if it is anything else.
 */
static bool take_basename(struct shell_variables *variables, const char *value)
{
	enum { FILES = 4 };
	static const char *const files[FILES] = { "$CONFIG", "${CONFIG}", "$CF_BASE",
						  "${CF_BASE}" };
	char words[SHELL_LINE_VALUE], *rest = NULL;
	snprintf(words, sizeof(words), "%s", value + strspn(value, "\""));
	if (words[0] != '`')
		return false;
	words[strcspn(words + 1, "`") + 1] = '\0';
	char *command = strtok_r(words + 1, " \t\"", &rest);
	char *file = strtok_r(NULL, " \t\"", &rest), *ending = strtok_r(NULL, " \t\"", &rest);
	if (!command || !file || strcmp(command, "basename") != 0 || strtok_r(NULL, " ", &rest))
		return false;
	size_t i = 0;
	while (i < FILES && strcmp(files[i], file) != 0)
		i++;
	if (i == FILES)
		return false;
	const char *path = i < 2 ? variables->file : look_up(variables, "CF_BASE", 7);
	const char *slash = strrchr(path, '/');
	char base[SHELL_LINE_VALUE];
	snprintf(base, sizeof(base), "%s", slash ? slash + 1 : path);
	size_t length = strlen(base), end = ending ? strlen(ending) : 0;
	if (end > 0 && length > end && strcmp(base + length - end, ending) == 0)
		base[length - end] = '\0';
	remember(variables, "CF_BASE", base);
	return true;
}

enum shell_line_kind shell_line_read(struct shell_variables *variables, char *text,
				     struct shell_line *ret_line)
{
	text += strspn(text, " \t");
	if (*text == '\0' || *text == '#')
		return SHELL_LINE_EMPTY;
	size_t length = strspn(text, NAME_CHARACTERS);
	if (length == 0 || length >= SHELL_LINE_NAME || isdigit((unsigned char)*text) ||
	    text[length] != '=')
		return SHELL_LINE_NONE;
	text[length] = '\0';
	ret_line->name = text;
	bool is_base = strcmp(text, "CF_BASE") == 0;
	if (is_base && take_basename(variables, text + length + 1))
		return SHELL_LINE_EMPTY;
	if (!unquote(text + length + 1, variables, ret_line->value, sizeof(ret_line->value),
		     &ret_line->why))
		return SHELL_LINE_WRONG;
	remember(variables, text, ret_line->value);
	return is_base ? SHELL_LINE_EMPTY : SHELL_LINE_ASSIGNMENT;
}
