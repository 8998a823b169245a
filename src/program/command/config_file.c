/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/config_file.h"

#include <errno.h>
#include <stdio.h>

#include "linux/file.h"

#define CONFIG_MAX 65536

int config_file_read(const char *me, const char *path, struct line_config *ret_config)
{
	char text[CONFIG_MAX];
	ssize_t length = file_read(path, text, sizeof(text));
	if (length < 0)
		return (int)length;
	struct line_config_problems problems = { 0 };
	*ret_config = line_config_default();
	line_config_set_base(ret_config, path);
	line_config_parse(ret_config, text, (size_t)length, &problems);
	for (unsigned i = 0; me && i < problems.count; i++) {
		const struct line_config_problem *p = &problems.problem[i];
		fprintf(stderr, "%s: %s:%u: %s: %s\n", me, path, p->line,
			p->fatal ? "error" : "warning", p->text);
	}
	return problems.fatal ? -EINVAL : 0;
}

void config_file_complain(const char *me, const char *path)
{
	fprintf(stderr, "%s: Cannot read configuration file '%s'\n", me, path);
}

const char *config_file_link(const struct line_config *config)
{
	return config->device[0] ? config->device : config->interface;
}
