/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/setup/edit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/secrets.h"
#include "config/shell_word.h"

#define KEYS_MAX 32

static void put_key(FILE *out, const char *key, const char *value)
{
	fprintf(out, "%s=", key);
	shell_word_write(out, value);
	fputc('\n', out);
}

static bool assigns(const char *line, const char *key)
{
	line += strspn(line, " \t");
	size_t length = strlen(key);
	return strncmp(line, key, length) == 0 && line[length] == '=';
}

static void put_line(FILE *out, const char *line, size_t length)
{
	fwrite(line, 1, length, out);
	if (length == 0 || line[length - 1] != '\n')
		fputc('\n', out);
}

static size_t line_length(const char *text)
{
	size_t length = strcspn(text, "\n");
	return length + (text[length] == '\n');
}

char *edit_keys(const char *text, const struct edit_key *keys, size_t count)
{
	char *result = NULL;
	size_t size = 0;
	bool done[KEYS_MAX] = { false };
	FILE *out = open_memstream(&result, &size);
	if (!out || count > KEYS_MAX)
		return NULL;
	while (*text) {
		size_t length = line_length(text), i = 0;
		while (i < count && !assigns(text, keys[i].key))
			i++;
		if (i == count || !keys[i].value)
			put_line(out, text, length);
		else if (!done[i])
			put_key(out, keys[i].key, keys[i].value);
		if (i < count)
			done[i] = true;
		text += length;
	}
	for (size_t i = 0; i < count; i++)
		if (!done[i] && keys[i].value)
			put_key(out, keys[i].key, keys[i].value);
	return fclose(out) == 0 ? result : NULL;
}

void edit_get(const char *text, const char *key, char *to, size_t size)
{
	to[0] = '\0';
	for (; *text; text += line_length(text)) {
		if (!assigns(text, key))
			continue;
		const char *value = strchr(text, '=') + 1;
		value += strspn(value, "\"'");
		size_t length = strcspn(value, "\"' \t\r\n#");
		snprintf(to, size, "%.*s", length < size ? (int)length : 0, value);
	}
}

/* A line with those that backslashes join to it. */
static size_t joined_length(const char *text)
{
	size_t length = line_length(text);
	while (length >= 2 && text[length - 1] == '\n' && text[length - 2] == '\\' && text[length])
		length += line_length(text + length);
	return length;
}

static bool belongs_to(const char *line, size_t length, const char *client)
{
	struct secrets *secrets = secrets_parse(bytes_of(line, length), "", NULL, NULL);
	bool belongs = secrets_count(secrets) == 1 && !secrets_at(secrets, 0)->any_client &&
		       bytes_equal(secrets_at(secrets, 0)->client, bytes_of_text(client));
	secrets_free(secrets);
	return belongs;
}

static void put_word(FILE *out, const char *word)
{
	fputc('"', out);
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			fputc('\\', out);
		fputc(*word, out);
	}
	fputc('"', out);
}

static void put_secret(FILE *out, const char *client, const char *secret)
{
	put_word(out, client);
	fputs("\t*\t", out);
	put_word(out, secret);
	fputc('\n', out);
}

char *edit_secret(const char *text, const char *client, const char *secret)
{
	char *result = NULL;
	size_t size = 0;
	bool done = false;
	FILE *out = open_memstream(&result, &size);
	if (!out)
		return NULL;
	while (*text) {
		size_t length = joined_length(text);
		if (!belongs_to(text, length, client))
			put_line(out, text, length);
		else if (!done)
			put_secret(out, client, secret);
		done |= belongs_to(text, length, client);
		text += length;
	}
	if (!done)
		put_secret(out, client, secret);
	return fclose(out) == 0 ? result : NULL;
}
