/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/path.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int control_path(const char *link, char ret_path[CONTROL_PATH_SIZE])
{
	size_t length = strlen(link);
	if (length == 0 || length > 15 || strchr(link, '/') || link[0] == '.')
		return -EINVAL;
	snprintf(ret_path, CONTROL_PATH_SIZE, CONTROL_FOLDER "/%s" CONTROL_SUFFIX, link);
	return 0;
}

int control_folder_make(void)
{
	if (mkdir(CONTROL_FOLDER, 0755) < 0 && errno != EEXIST)
		return -errno;
	/* Whatever the umask of whoever made it: everybody may look on. */
	return chmod(CONTROL_FOLDER, 0755) < 0 ? -errno : 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

void control_links_list(struct control_links *ret_links)
{
	const size_t suffix = strlen(CONTROL_SUFFIX);
	ret_links->count = 0;
	DIR *folder = opendir(CONTROL_FOLDER);
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
