/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/print_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/shell_word.h"
#include "language/language.h"
#include "program/command/command.h"
#include "program/manage/config_file.h"

static void print_place(const struct line_config *config, size_t index, const char *path)
{
	if (config->given[index] > 0)
		printf("%s:%u", path, config->given[index]);
	else
		fputs(_("not set"), stdout);
}

/* A key that has no effect, which therefore is not kept. */
static void print_note(const struct line_config *config, size_t index, const char *path)
{
	if (config->given[index] == 0)
		return;
	printf("# %s: ", line_config_key_name(index));
	print_place(config, index, path);
	printf(_(": no effect: %s\n"), line_config_key_note(index));
}

static void print_key(const struct line_config *config, size_t index, const char *path)
{
	char value[LINE_CONFIG_TEXT];
	if (line_config_key_note(index)) {
		print_note(config, index, path);
		return;
	}
	if (!line_config_key_value(config, index, value))
		return;
	for (char *c = value; isatty(STDOUT_FILENO) && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f) /* a terminal would obey it */
			*c = '?';
	printf("%s=", line_config_key_name(index));
	shell_word_write(stdout, value);
	if (!config->from_pppd) { /* whose words are not these keys */
		fputs(" # ", stdout);
		print_place(config, index, path);
	}
	putchar('\n');
}

int print_config(const char *me, const char *path)
{
	struct line_config *config = malloc(sizeof(*config));
	int error = config ? config_file_read(me, path, config) : -1;
	if (error < 0) {
		config_file_complain(me, path);
		free(config);
		return COMMAND_BAD;
	}
	for (size_t i = 0; line_config_key_name(i); i++)
		print_key(config, i, path);
	free(config);
	return COMMAND_GOOD;
}
