/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/manage/config_file.h"

#include <stdio.h>

#include "language/language.h"
#include "linux/file.h"

static ssize_t read_file(void *context, const char *path, void *to, size_t capacity)
{
	(void)context;
	return file_read(path, to, capacity);
}

static void nobody(void *context, const struct pppd_options_problem *problem)
{
	(void)context;
	(void)problem;
}

int config_file_load(const char *path, config_file_problem *each, void *context,
		     struct line_config *ret_config)
{
	const struct pppd_options_reader reader = { read_file, each ? each : nobody, context };
	return line_file_load(ret_config, path, &reader);
}

static void say(void *context, const struct pppd_options_problem *problem)
{
	const char *me = context;
	char text[1024];
	line_file_describe(problem, text, sizeof(text));
	fprintf(stderr, "%s: %s\n", me, text);
}

int config_file_read(const char *me, const char *path, struct line_config *ret_config)
{
	char name[64];
	snprintf(name, sizeof(name), "%s", me ? me : "");
	return config_file_load(path, me ? say : NULL, name, ret_config);
}

void config_file_complain(const char *me, const char *path)
{
	language_classic(stderr, "%s: Cannot read configuration file '%s'\n", me, path);
}

const char *config_file_link(const struct line_config *config)
{
	return config->device[0] ? config->device : config->interface;
}
