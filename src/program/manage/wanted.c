/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/manage/wanted.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "linux/file.h"

#define TEXT_MAX (PATH_MAX + 3 * LINE_CONFIG_TEXT)

static const char *const words[] = {
	[WANTED_UNSAID] = "",
	[WANTED_UP] = "up",
	[WANTED_DOWN] = "down",
};

int wanted_escape(const char *path, char ret_name[WANTED_NAME])
{
	size_t length = 0;
	if (path[0] != '/' || path[1] == '\0')
		return -EINVAL;
	for (const char *from = path + 1; *from; from++) {
		unsigned char c = (unsigned char)*from;
		bool slash = c == '/';
		bool plain = c > ' ' && c != 0x7f && !strchr("/-%", c) && (c != '.' || length > 0);
		if (length + (plain || slash ? 1 : 3) >= WANTED_NAME)
			return -ENAMETOOLONG;
		if (plain || slash)
			ret_name[length++] = slash ? '-' : *from;
		else
			length += (size_t)sprintf(ret_name + length, "%%%02X", c);
	}
	ret_name[length] = '\0';
	return 0;
}

int wanted_name(const char *config, char ret_name[WANTED_NAME])
{
	char resolved[PATH_MAX];
	if (realpath(config, resolved))
		return wanted_escape(resolved, ret_name);
	if (errno != ENOENT)
		return -errno;
	/* It is gone: then there is no link to follow but those in the folders. */
	struct line_config gone;
	line_config_set_base(&gone, config);
	return gone.path[0] != '\0' ? wanted_escape(gone.path, ret_name) : -ENOENT;
}

static int path_of(const char *folder, const char *config, char ret_path[PATH_MAX])
{
	char name[WANTED_NAME];
	int error = wanted_name(config, name);
	if (error == 0 && snprintf(ret_path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		error = -ENAMETOOLONG;
	return error;
}

/* The length; 0 if it can't be said in lines. */
static size_t format(const struct wanted *wanted, char to[TEXT_MAX])
{
	bool given = wanted->interface[0] != '\0';
	if (wanted->config[0] != '/' || wanted->will == WANTED_UNSAID ||
	    strchr(wanted->config, '\n') || strchr(wanted->interface, '\n') ||
	    strchr(wanted->user, '\n'))
		return 0;
	int length = snprintf(to, TEXT_MAX, "%s\n%s\n%s%s%s%s", words[wanted->will], wanted->config,
			      wanted->interface, given ? "\n" : "", given ? wanted->user : "",
			      given ? "\n" : "");
	return length > 0 && length < TEXT_MAX ? (size_t)length : 0;
}

/* Takes a line off the text; false if there is none, or it is too long. */
static bool take_line(const char **text, char *to, size_t size)
{
	const char *end = strchr(*text, '\n');
	size_t length = end ? (size_t)(end - *text) : 0;
	if (!end || length >= size)
		return false;
	memcpy(to, *text, length);
	to[length] = '\0';
	*text = end + 1;
	return true;
}

static bool parse(const char *text, struct wanted *ret_wanted)
{
	struct wanted w = { 0 };
	char word[8], again[TEXT_MAX];
	const char *rest = text;
	if (!take_line(&rest, word, sizeof(word)) || !take_line(&rest, w.config, sizeof(w.config)))
		return false;
	if (*rest && (!take_line(&rest, w.interface, sizeof(w.interface)) ||
		      !take_line(&rest, w.user, sizeof(w.user))))
		return false;
	w.will = strcmp(word, words[WANTED_UP]) == 0	 ? WANTED_UP
		 : strcmp(word, words[WANTED_DOWN]) == 0 ? WANTED_DOWN
							 : WANTED_UNSAID;
	*ret_wanted = w;
	/* Whatever does not read back as it is written was not written by us. */
	return format(&w, again) > 0 && strcmp(text, again) == 0;
}

static bool read_file(const char *path, struct wanted *ret_wanted)
{
	char text[TEXT_MAX];
	ssize_t length = file_read(path, text, sizeof(text) - 1);
	if (length <= 0 || memchr(text, '\0', (size_t)length))
		return false;
	text[length] = '\0';
	return parse(text, ret_wanted);
}

void wanted_read(const char *folder, const char *config, struct wanted *ret_wanted)
{
	char path[PATH_MAX];
	struct wanted wanted;
	bool said = path_of(folder, config, path) == 0 && read_file(path, &wanted);
	if (said)
		*ret_wanted = wanted;
	else
		memset(ret_wanted, 0, sizeof(*ret_wanted));
}

int wanted_write(const char *folder, const struct wanted *wanted)
{
	char path[PATH_MAX], text[TEXT_MAX], before[TEXT_MAX];
	size_t length = format(wanted, text);
	int error = length > 0 ? path_of(folder, wanted->config, path) : -EINVAL;
	if (error < 0)
		return error;
	if (file_read(path, before, sizeof(before)) == (ssize_t)length &&
	    memcmp(before, text, length) == 0)
		return 0;
	return file_replace(path, 0644, text, length);
}

void wanted_each(const char *folder, void (*each)(void *context, const struct wanted *wanted),
		 void *context)
{
	char path[PATH_MAX], name[WANTED_NAME];
	struct wanted wanted;
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	while (entries && (entry = readdir(entries))) {
		/* A temporary file is not of the name that its content says. */
		if (entry->d_name[0] != '.' &&
		    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) < PATH_MAX &&
		    read_file(path, &wanted) && wanted_name(wanted.config, name) == 0 &&
		    strcmp(name, entry->d_name) == 0)
			each(context, &wanted);
	}
	if (entries)
		closedir(entries);
}

int wanted_folder_make(void)
{
	char above[] = WANTED_FOLDER;
	*strrchr(above, '/') = '\0';
	if (mkdir(above, 0755) < 0 && errno != EEXIST)
		return -errno;
	return mkdir(WANTED_FOLDER, 0755) < 0 && errno != EEXIST ? -errno : 0;
}
