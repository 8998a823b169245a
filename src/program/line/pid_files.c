/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/pid_files.h"

#include <stdio.h>
#include <unistd.h>

#include "linux/file.h"

static const char *const endings[] = { ".pppd", ".pppoe" };
#define ENDINGS (sizeof(endings) / sizeof(endings[0]))
#define PATH_SIZE (LINE_CONFIG_TEXT + 16)

static int write_files(const struct line_config *config, size_t count, pid_t pid)
{
	char path[PATH_SIZE], text[32];
	int length = snprintf(text, sizeof(text), "%d\n", (int)pid), error = 0;
	for (size_t i = 0; i < count && config->pid_file[0] != '\0' && error == 0; i++) {
		snprintf(path, sizeof(path), "%s%s", config->pid_file, endings[i]);
		error = file_replace(path, 0644, text, (size_t)length);
	}
	return error;
}

int pid_files_write(const struct line_config *config, pid_t engine)
{
	return write_files(config, ENDINGS, engine);
}

int pid_files_write_pppd(const struct line_config *config, pid_t pppd)
{
	return write_files(config, 1, pppd); /* the first of the endings */
}

void pid_files_remove(const struct line_config *config)
{
	char path[PATH_SIZE];
	for (size_t i = 0; i < ENDINGS && config->pid_file[0] != '\0'; i++) {
		snprintf(path, sizeof(path), "%s%s", config->pid_file, endings[i]);
		unlink(path);
	}
}
