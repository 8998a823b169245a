/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/path.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SERVERS_FOLDER CONTROL_FOLDER "/server"

static int make_path(const char *folder, const char *name, char ret_path[CONTROL_PATH_SIZE])
{
	size_t length = strlen(name);
	if (length == 0 || length > 15 || strchr(name, '/') || name[0] == '.')
		return -EINVAL;
	snprintf(ret_path, CONTROL_PATH_SIZE, "%s/%s" CONTROL_SUFFIX, folder, name);
	return 0;
}

int control_path(const char *link, char ret_path[CONTROL_PATH_SIZE])
{
	return make_path(CONTROL_FOLDER, link, ret_path);
}

int control_server_path(const char *name, char ret_path[CONTROL_PATH_SIZE])
{
	return make_path(SERVERS_FOLDER, name, ret_path);
}

static int make_folder(const char *path)
{
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return -errno;
	/* Whatever the umask of whoever made it: everybody may look on. */
	return chmod(path, 0755) < 0 ? -errno : 0;
}

int control_folder_make(void)
{
	int result = make_folder(CONTROL_FOLDER);
	return result < 0 ? result : make_folder(SERVERS_FOLDER);
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void list(const char *path, struct control_links *ret_links)
{
	const size_t suffix = strlen(CONTROL_SUFFIX);
	ret_links->count = 0;
	DIR *folder = opendir(path);
	if (!folder)
		return;
	const struct dirent *entry;
	while ((entry = readdir(folder)) && ret_links->count < CONTROL_LINKS_MAX) {
		size_t length = strlen(entry->d_name);
		if (length <= suffix || length > suffix + 15 || entry->d_name[0] == '.' ||
		    strcmp(entry->d_name + length - suffix, CONTROL_SUFFIX) != 0)
			continue;
		char *name = ret_links->name[ret_links->count++];
		memcpy(name, entry->d_name, length - suffix);
		name[length - suffix] = '\0';
	}
	closedir(folder);
	qsort(ret_links->name, ret_links->count, sizeof(ret_links->name[0]), compare);
}

void control_links_list(struct control_links *ret_links)
{
	list(CONTROL_FOLDER, ret_links);
}

void control_servers_list(struct control_links *ret_servers)
{
	list(SERVERS_FOLDER, ret_servers);
}
