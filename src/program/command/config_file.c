/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/config_file.h"

#include <stdio.h>

#include "config/line_file.h"
#include "language/language.h"
#include "linux/file.h"

static ssize_t read_file(void *context, const char *path, void *to, size_t capacity)
{
	(void)context;
	return file_read(path, to, capacity);
}

static void complain(void *context, const struct pppd_options_problem *problem)
{
	const char *me = context;
	char text[1024];
	line_file_describe(problem, text, sizeof(text));
	if (me)
		fprintf(stderr, "%s: %s\n", me, text);
}

int config_file_read(const char *me, const char *path, struct line_config *ret_config)
{
	char name[64] = "";
	snprintf(name, sizeof(name), "%s", me ? me : "");
	const struct pppd_options_reader reader = { read_file, complain, me ? name : NULL };
	return line_file_load(ret_config, path, &reader);
}

void config_file_complain(const char *me, const char *path)
{
	language_classic(stderr, "%s: Cannot read configuration file '%s'\n", me, path);
}

const char *config_file_link(const struct line_config *config)
{
	return config->device[0] ? config->device : config->interface;
}
