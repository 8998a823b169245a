/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/line_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/language.h"

#define KEY_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define PID_FILE "/run/%.200s-pppoe.pid"

/* Whether a line of it begins with KEY=, or nothing but blanks and comments is in it. */
static bool has_assignments(const char *text, size_t length)
{
	bool empty = true;
	const char *end = text + length;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline ? newline : end;
		while (text < line_end && (*text == ' ' || *text == '\t' || *text == '\r'))
			text++;
		empty &= text == line_end || *text == '#';
		const char *key = text;
		while (text < line_end && *text != '\0' && strchr(KEY_CHARACTERS, *text))
			text++;
		if (text > key && text < line_end && *text == '=')
			return true;
		text = newline ? newline + 1 : end;
	}
	return empty;
}

static int load_assignments(struct line_config *config, const char *path, const char *text,
			    size_t length, const struct pppd_options_reader *reader)
{
	struct line_config_problems *problems = calloc(1, sizeof(*problems));
	if (!problems)
		return -ENOMEM;
	*config = line_config_default();
	line_config_set_base(config, path);
	line_config_parse(config, text, length, problems);
	for (unsigned i = 0; i < problems->count; i++) {
		const struct line_config_problem *p = &problems->problem[i];
		const struct pppd_options_problem told = { path, p->line, p->fatal, p->text };
		reader->complain(reader->context, &told);
	}
	bool fatal = problems->fatal;
	free(problems);
	return fatal ? -EINVAL : 0;
}

static int load_options(struct line_config *config, const char *path,
			const struct pppd_options_reader *reader)
{
	*config = pppd_options_default();
	line_config_set_base(config, path);
	snprintf(config->pid_file, sizeof(config->pid_file), PID_FILE, config->base);
	return pppd_options_load_peer(config, path, reader) ? 0 : -EINVAL;
}

int line_file_load(struct line_config *ret_config, const char *path,
		   const struct pppd_options_reader *reader)
{
	char *text = malloc(PPPD_OPTIONS_FILE_MAX);
	if (!text)
		return -ENOMEM;
	ssize_t length = reader->read(reader->context, path, text, PPPD_OPTIONS_FILE_MAX);
	int error = length < 0 ? (int)length : 0;
	if (error == 0 && has_assignments(text, (size_t)length))
		error = load_assignments(ret_config, path, text, (size_t)length, reader);
	else if (error == 0)
		error = load_options(ret_config, path, reader);
	free(text);
	return error;
}

void line_file_describe(const struct pppd_options_problem *problem, char *to, size_t size)
{
	if (problem->line > 0)
		snprintf(to, size, problem->fatal ? _("%s:%u: error: %s") : _("%s:%u: warning: %s"),
			 problem->path, problem->line, problem->text);
	else
		snprintf(to, size, problem->fatal ? _("%s: error: %s") : _("%s: warning: %s"),
			 problem->path, problem->text);
}
