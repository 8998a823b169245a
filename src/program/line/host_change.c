/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/line/host_change.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/run/dialtone"
#define PATH_SIZE 96

static const char *const kinds[HOST_CHANGE_KINDS] = {
	[HOST_CHANGE_UP] = "up",
	[HOST_CHANGE_VLAN] = "vlan",
	[HOST_CHANGE_FORWARDING] = "forwarding",
	[HOST_CHANGE_TABLE] = "table",
};

static void path_of(const struct host_change_key *key, char ret_path[PATH_SIZE])
{
	snprintf(ret_path, PATH_SIZE, FOLDER "/%s.%d.%llu.%s", key->name, key->index, key->network,
		 kinds[key->kind]);
}

/* Cuts the last word off and returns it. */
static char *cut(char *text)
{
	char *dot = strrchr(text, '.');
	if (!dot || dot == text)
		return NULL;
	*dot = '\0';
	return dot + 1;
}

static bool parse(const char *file, struct host_change_key *ret_key)
{
	char text[NAME_MAX + 1], path[PATH_SIZE];
	snprintf(text, sizeof(text), "%s", file);
	const char *kind = cut(text), *network = kind ? cut(text) : NULL;
	const char *index = network ? cut(text) : NULL;
	if (!index || strlen(text) >= sizeof(ret_key->name))
		return false;
	struct host_change_key key = { .kind = HOST_CHANGE_KINDS,
				       .index = atoi(index),
				       .network = strtoull(network, NULL, 10) };
	memcpy(key.name, text, strlen(text) + 1);
	for (unsigned i = 0; i < HOST_CHANGE_KINDS; i++)
		if (strcmp(kind, kinds[i]) == 0)
			key.kind = (enum host_change_kind)i;
	if (key.kind == HOST_CHANGE_KINDS)
		return false;
	/* Whatever does not read back as it is written was not written by us. */
	path_of(&key, path);
	*ret_key = key;
	return strcmp(path + sizeof(FOLDER), file) == 0;
}

static int lock_file(int descriptor, short type, bool wait)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };
	int result;
	do
		result = fcntl(descriptor, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
	while (result < 0 && errno == EINTR);
	return result < 0 ? -errno : 0;
}

/* A descriptor with a lock of the file, or a negative errno. */
static int open_locked(const char *path, int flags, short type, bool wait)
{
	for (;;) {
		struct stat about;
		int descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
		if (descriptor < 0)
			return -errno;
		int error = lock_file(descriptor, type, wait);
		if (error == 0 && fstat(descriptor, &about) == 0 && about.st_nlink > 0)
			return descriptor;
		close(descriptor);
		if (error < 0)
			return error;
		/* Removed while we waited: whoever did that has undone the change. */
	}
}

static void hold(struct host_change *change, const struct host_change_key *key, int lock)
{
	*change = (struct host_change){ .held = true, .key = *key, .lock = lock };
}

bool host_change_join(struct host_change *change, const struct host_change_key *key)
{
	char path[PATH_SIZE];
	path_of(key, path);
	int lock = open_locked(path, 0, F_RDLCK, true);
	if (lock >= 0)
		hold(change, key, lock);
	return lock >= 0;
}

int host_change_hold(struct host_change *change, const struct host_change_key *key)
{
	char path[PATH_SIZE];
	path_of(key, path);
	int lock = open_locked(path, O_CREAT, F_RDLCK, true);
	hold(change, key, lock < 0 ? -1 : lock);
	return lock < 0 ? lock : 0;
}

void host_change_leave(struct host_change *change, host_change_undo *undo, void *context)
{
	char path[PATH_SIZE];
	if (!change->held)
		return;
	change->held = false;
	path_of(&change->key, path);
	bool last = change->lock < 0 || lock_file(change->lock, F_WRLCK, false) == 0;
	if (last)
		undo(context, &change->key);
	if (last && change->lock >= 0)
		unlink(path);
	if (change->lock >= 0)
		close(change->lock);
}

static void nothing_to_undo(void *context, const struct host_change_key *key)
{
	(void)context;
	(void)key;
}

void host_change_forget(struct host_change *change)
{
	host_change_leave(change, nothing_to_undo, NULL);
}

void host_change_sweep(unsigned wanted, unsigned long long network, host_change_undo *undo,
		       void *context)
{
	DIR *folder = opendir(FOLDER);
	const struct dirent *entry;
	while (folder && (entry = readdir(folder)) != NULL) {
		char path[PATH_SIZE];
		struct host_change_key key;
		if (!parse(entry->d_name, &key) || key.network != network ||
		    !(wanted & 1u << key.kind))
			continue;
		path_of(&key, path);
		int lock = open_locked(path, 0, F_WRLCK, false);
		if (lock < 0)
			continue; /* in use */
		undo(context, &key);
		unlink(path);
		close(lock);
	}
	if (folder)
		closedir(folder);
}
