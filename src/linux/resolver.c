/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "linux/resolver.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux/file.h"

#define TEXT_MAX 65536 /* of a resolver file; glibc reads far less */
#define LINKS_MAX 40 /* followed, as the kernel does */
#define HEADER_MAX (2 * PATH_MAX + 256)

enum former_kind { FORMER_MISSING, FORMER_FILE, FORMER_LINK, FORMER_KINDS };

static const char *const former_names[FORMER_KINDS] = { "missing", "file", "link" };

/*
 * What is kept.  On disk: five lines of text, an empty one, then the bytes of former and ours.
 *
 *	path=/etc/resolv.conf
 *	kind=file
 *	mode=644
 *	former=23
 *	ours=140
 */
struct kept {
	char path[PATH_MAX]; /* the file that was replaced */
	enum former_kind kind;
	mode_t mode;
	size_t former_length, ours_length;
	char former[TEXT_MAX]; /* its content, or where the link led */
	char ours[TEXT_MAX];
};

static const char *first_executable(const char *const *paths)
{
	for (; *paths; paths++)
		if (access(*paths, X_OK) == 0)
			return *paths;
	return NULL;
}

static bool leads_to_systemd(const char *file)
{
	char target[PATH_MAX];
	ssize_t length = readlink(file, target, sizeof(target) - 1);
	if (length < 0)
		return false;
	target[length] = '\0';
	/* A link that dangles is of no use to it either: then it does not run. */
	return strstr(target, "/systemd/") && access(file, F_OK) == 0;
}

/* systemd has a resolvconf too: a link to resolvectl, for a resolver that does not rule here. */
static bool is_resolvectl(const char *program)
{
	char path[PATH_MAX];
	return realpath(program, path) && strstr(path, "resolvectl");
}

enum resolver_ruler resolver_find_ruler(const char *file, const char **ret_program)
{
	static const char *const resolvectl[] = { "/usr/bin/resolvectl", "/bin/resolvectl", NULL };
	static const char *const resolvconf[] = { "/sbin/resolvconf", "/usr/sbin/resolvconf",
						  "/usr/local/sbin/resolvconf", NULL };
	*ret_program = first_executable(resolvectl);
	if (*ret_program && leads_to_systemd(file))
		return RESOLVER_SYSTEMD;
	*ret_program = first_executable(resolvconf);
	return *ret_program && !is_resolvectl(*ret_program) ? RESOLVER_RESOLVCONF : RESOLVER_FILE;
}

size_t resolver_format(const struct resolver_servers *servers, char *to, size_t size)
{
	const char *before = "";
	size_t length = 0;
	to[0] = '\0';
	for (size_t i = 0; i < RESOLVER_SERVERS; i++) {
		const char *address = servers->address[i];
		if (!address || address[0] == '\0' || strcmp(address, before) == 0)
			continue;
		before = address;
		int printed = snprintf(to + length, size - length, "nameserver %s\n", address);
		if (printed > 0 && (size_t)printed < size - length)
			length += (size_t)printed;
	}
	to[length] = '\0';
	return length;
}

static int fail(struct resolver_where *where, const char *path, int error)
{
	snprintf(where->path, sizeof(where->path), "%s", path);
	return error;
}

/* One step: where the link at `path` leads, in place; false if it is none. */
static bool follow(char path[PATH_MAX])
{
	char target[PATH_MAX], next[2 * PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return false;
	target[length] = '\0';
	const char *slash = strrchr(path, '/');
	int folder = target[0] == '/' || !slash ? 0 : (int)(slash - path) + 1;
	int printed = snprintf(next, sizeof(next), "%.*s%s", folder, path, target);
	if (printed < 0 || printed >= PATH_MAX)
		return false;
	memcpy(path, next, (size_t)printed + 1);
	return true;
}

static bool has_folder(const char *path)
{
	char folder[PATH_MAX];
	snprintf(folder, sizeof(folder), "%s", path);
	char *slash = strrchr(folder, '/');
	if (!slash)
		return true;
	*slash = '\0';
	return slash == folder || access(folder, F_OK) == 0;
}

/* The file to replace: where the links lead, or the link itself if it leads to no folder. */
static void find_target(const char *file, char ret_path[PATH_MAX])
{
	snprintf(ret_path, PATH_MAX, "%s", file);
	unsigned links = 0;
	while (links < LINKS_MAX && follow(ret_path))
		links++;
	if (links == LINKS_MAX || !has_folder(ret_path))
		snprintf(ret_path, PATH_MAX, "%s", file);
}

/* What is at kept->path now, into former. */
static int read_former(struct kept *kept)
{
	struct stat stat;
	kept->former_length = 0;
	kept->mode = 0644;
	if (lstat(kept->path, &stat) < 0) {
		kept->kind = FORMER_MISSING;
		return errno == ENOENT ? 0 : -errno;
	}
	kept->kind = S_ISLNK(stat.st_mode) ? FORMER_LINK : FORMER_FILE;
	if (kept->kind == FORMER_FILE && !S_ISREG(stat.st_mode))
		return -EINVAL;
	if (kept->kind == FORMER_FILE)
		kept->mode = stat.st_mode & 07777;
	ssize_t length = kept->kind == FORMER_LINK
				 ? readlink(kept->path, kept->former, PATH_MAX - 1)
				 : file_read(kept->path, kept->former, sizeof(kept->former));
	if (length < 0)
		return kept->kind == FORMER_LINK ? -errno : (int)length;
	kept->former_length = (size_t)length;
	return 0;
}

static void put(struct kept *kept, const char *text, size_t length)
{
	if (length > sizeof(kept->ours) - kept->ours_length)
		return;
	memcpy(kept->ours + kept->ours_length, text, length);
	kept->ours_length += length;
}

/* What the administrator has set beside the servers stays in force. */
static void put_options(struct kept *kept)
{
	static const char *const words[] = { "search", "domain", "options", "sortlist" };
	const char *next = kept->former, *end = kept->former + kept->former_length;
	while (kept->kind == FORMER_FILE && next < end) {
		const char *newline = memchr(next, '\n', (size_t)(end - next));
		size_t length = (size_t)((newline ? newline : end) - next);
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			size_t word = strlen(words[i]);
			if (length > word && memcmp(next, words[i], word) == 0 &&
			    (next[word] == ' ' || next[word] == '\t')) {
				put(kept, next, length);
				put(kept, "\n", 1);
			}
		}
		next += length + 1;
	}
}

static void make_ours(struct kept *kept, const char *name, const struct resolver_servers *servers)
{
	char text[256];
	kept->ours_length = 0;
	int length =
		snprintf(text, sizeof(text),
			 "# Written by Dialtone for the line %.64s; what was here before comes "
			 "back when the line goes.\n",
			 name);
	put(kept, text, (size_t)length);
	put_options(kept);
	put(kept, text, resolver_format(servers, text, sizeof(text)));
}

static void kept_path(const struct resolver_paths *paths, size_t i, char ret_path[PATH_MAX])
{
	snprintf(ret_path, PATH_MAX, "%s/%s.resolv", paths->folders[i], paths->name);
}

static int write_kept(const struct kept *kept, const char *path)
{
	char *text = malloc(HEADER_MAX + kept->former_length + kept->ours_length);
	if (!text)
		return -ENOMEM;
	int header =
		snprintf(text, HEADER_MAX, "path=%s\nkind=%s\nmode=%o\nformer=%zu\nours=%zu\n\n",
			 kept->path, former_names[kept->kind], (unsigned)kept->mode,
			 kept->former_length, kept->ours_length);
	size_t length = (size_t)header;
	memcpy(text + length, kept->former, kept->former_length);
	length += kept->former_length;
	memcpy(text + length, kept->ours, kept->ours_length);
	length += kept->ours_length;
	int error = file_replace(path, 0600, text, length);
	free(text);
	return error;
}

/* Takes "KEY=VALUE\n" from *next; NULL if it is anything else. */
static char *take_line(char **next, char *end, const char *key)
{
	size_t length = strlen(key);
	char *start = *next, *newline = memchr(start, '\n', (size_t)(end - start));
	if (!newline || (size_t)(newline - start) < length || memcmp(start, key, length) != 0)
		return NULL;
	*newline = '\0';
	*next = newline + 1;
	return start + length;
}

static bool take_number(char **next, char *end, const char *key, int base, size_t most,
			size_t *ret_number)
{
	const char *value = take_line(next, end, key);
	if (!value || value[0] < '0' || value[0] > '9')
		return false;
	char *stop;
	errno = 0;
	unsigned long number = strtoul(value, &stop, base);
	*ret_number = number;
	return errno == 0 && *stop == '\0' && number <= most;
}

static bool take_kind(char **next, char *end, enum former_kind *ret_kind)
{
	const char *value = take_line(next, end, "kind=");
	for (unsigned i = 0; value && i < FORMER_KINDS; i++) {
		if (strcmp(value, former_names[i]) == 0) {
			*ret_kind = (enum former_kind)i;
			return true;
		}
	}
	return false;
}

/* The file says what a privileged process is to write where: anything odd, and it is not used. */
static bool parse_kept(struct kept *kept, char *text, size_t length)
{
	char *next = text, *end = text + length;
	size_t mode;
	const char *path = take_line(&next, end, "path=");
	if (!path || path[0] != '/' || strlen(path) >= sizeof(kept->path) ||
	    !take_kind(&next, end, &kept->kind) ||
	    !take_number(&next, end, "mode=", 8, 07777, &mode) ||
	    !take_number(&next, end, "former=", 10, TEXT_MAX, &kept->former_length) ||
	    !take_number(&next, end, "ours=", 10, TEXT_MAX, &kept->ours_length) ||
	    !take_line(&next, end, "") ||
	    (size_t)(end - next) != kept->former_length + kept->ours_length ||
	    (kept->kind == FORMER_LINK &&
	     (kept->former_length == 0 || kept->former_length >= PATH_MAX)))
		return false;
	memcpy(kept->path, path, strlen(path) + 1);
	kept->mode = (mode_t)mode;
	memcpy(kept->former, next, kept->former_length);
	memcpy(kept->ours, next + kept->former_length, kept->ours_length);
	return true;
}

static int read_kept(struct kept *kept, const char *path)
{
	size_t size = HEADER_MAX + 2 * TEXT_MAX;
	char *text = malloc(size);
	if (!text)
		return -ENOMEM;
	ssize_t length = file_read(path, text, size);
	int error =
		length < 0 ? (int)length : (parse_kept(kept, text, (size_t)length) ? 0 : -EBADMSG);
	free(text);
	return error;
}

/* Over a file that cannot be replaced: one that is a mount point, as in a container. */
static int overwrite(const char *path, const void *data, size_t length)
{
	int descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (descriptor < 0)
		return -errno;
	ssize_t written = write(descriptor, data, length);
	int error = written < 0 ? -errno : (size_t)written == length ? 0 : -ENOSPC;
	if (error == 0 && fsync(descriptor) < 0)
		error = -errno;
	close(descriptor);
	return error;
}

static int put_file(const char *path, mode_t mode, const void *data, size_t length)
{
	int error = file_replace(path, mode, data, length);
	return error == -EBUSY ? overwrite(path, data, length) : error;
}

static int put_link(const char *path, const char *target)
{
	char draft[PATH_MAX + 16];
	snprintf(draft, sizeof(draft), "%s.dialtone", path);
	unlink(draft); /* of a crash */
	if (symlink(target, draft) < 0)
		return -errno;
	if (rename(draft, path) < 0) {
		int error = -errno;
		unlink(draft);
		return error;
	}
	return file_sync_directory(path);
}

static int put_former_back(struct kept *kept)
{
	switch (kept->kind) {
	case FORMER_MISSING:
		return unlink(kept->path) < 0 ? -errno : file_sync_directory(kept->path);
	case FORMER_FILE:
		return put_file(kept->path, kept->mode, kept->former, kept->former_length);
	case FORMER_LINK:
		kept->former[kept->former_length] = '\0';
		return put_link(kept->path, kept->former);
	case FORMER_KINDS:
		break;
	}
	return -EINVAL;
}

static bool is_still_ours(const struct kept *kept)
{
	struct stat stat;
	if (lstat(kept->path, &stat) < 0 || !S_ISREG(stat.st_mode) ||
	    (size_t)stat.st_size != kept->ours_length)
		return false;
	char *now = malloc(kept->ours_length + 1);
	ssize_t length = now ? file_read(kept->path, now, kept->ours_length) : -ENOMEM;
	bool same = length == (ssize_t)kept->ours_length &&
		    memcmp(now, kept->ours, kept->ours_length) == 0;
	free(now);
	return same;
}

/* Another line that has taken our text for the former one: it is given what was before us. */
static bool hand_on_to(const struct kept *kept, struct kept *other, const char *path)
{
	if (read_kept(other, path) < 0 || strcmp(other->path, kept->path) != 0 ||
	    other->kind != FORMER_FILE || other->former_length != kept->ours_length ||
	    memcmp(other->former, kept->ours, kept->ours_length) != 0)
		return false;
	other->kind = kept->kind;
	other->mode = kept->mode;
	other->former_length = kept->former_length;
	memcpy(other->former, kept->former, kept->former_length);
	return write_kept(other, path) == 0;
}

static bool hand_on(const struct resolver_paths *paths, const struct kept *kept)
{
	DIR *folder = opendir(paths->folders[0]);
	struct kept *other = malloc(sizeof(*other));
	bool done = false;
	const struct dirent *entry;
	while (folder && other && (entry = readdir(folder)) != NULL) {
		char path[PATH_MAX];
		const char *dot = strrchr(entry->d_name, '.');
		int length =
			snprintf(path, sizeof(path), "%s/%s", paths->folders[0], entry->d_name);
		if (dot && strcmp(dot, ".resolv") == 0 && length < (int)sizeof(path) &&
		    hand_on_to(kept, other, path))
			done = true;
	}
	free(other);
	if (folder)
		closedir(folder);
	return done;
}

static void remove_kept(const struct resolver_paths *paths)
{
	for (size_t i = 0; i < 2; i++) {
		char path[PATH_MAX];
		kept_path(paths, i, path);
		unlink(path);
	}
}

/* Kept in at least one folder, or there is no way back. */
static int keep(const struct resolver_paths *paths, const struct kept *kept,
		struct resolver_where *where)
{
	int result = -ENOENT;
	fail(where, paths->folders[0], result);
	for (size_t i = 0; i < 2; i++) {
		char path[PATH_MAX];
		kept_path(paths, i, path);
		int error = write_kept(kept, path);
		if (error == 0)
			result = 0;
		else if (result < 0 && error != -ENOENT)
			result = fail(where, path, error);
	}
	return result;
}

static int write_with(struct kept *kept, const struct resolver_paths *paths,
		      const struct resolver_servers *servers, struct resolver_where *where)
{
	find_target(paths->file, kept->path);
	int error = read_former(kept);
	if (error < 0)
		return fail(where, kept->path, error);
	make_ours(kept, paths->name, servers);
	error = keep(paths, kept, where);
	if (error < 0)
		return error;
	error = put_file(kept->path, kept->mode, kept->ours, kept->ours_length);
	if (error < 0) {
		/* A half-written one (only where it could not be replaced whole) goes too. */
		if (error == -ENOSPC && kept->kind == FORMER_FILE)
			put_file(kept->path, kept->mode, kept->former, kept->former_length);
		remove_kept(paths);
		return fail(where, kept->path, error);
	}
	return 0;
}

static int restore_with(struct kept *kept, const struct resolver_paths *paths,
			enum resolver_restored *ret_restored, struct resolver_where *where)
{
	bool found = false;
	for (size_t i = 0; i < 2 && !found; i++) {
		char path[PATH_MAX];
		kept_path(paths, i, path);
		found = read_kept(kept, path) == 0;
	}
	*ret_restored = RESOLVER_NOTHING_KEPT;
	int error = 0;
	if (found && is_still_ours(kept)) {
		error = put_former_back(kept);
		*ret_restored = RESOLVER_RESTORED;
	} else if (found) {
		*ret_restored =
			hand_on(paths, kept) ? RESOLVER_HANDED_ON : RESOLVER_CHANGED_BY_OTHERS;
	}
	if (error < 0)
		return fail(where, kept->path, error);
	remove_kept(paths);
	return 0;
}

/*
 * One line at a time: another's file that changes between two steps of ours would be taken for the
 * former one, and lost.  The lock is that of the folder, which is there for all lines and leaves
 * nothing behind; it goes with the process.  -1: none, where that folder is not there.
 */
static int lock(const struct resolver_paths *paths)
{
	int folder = open(paths->folders[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (folder >= 0 && flock(folder, LOCK_EX) < 0 && errno == EINTR)
		;
	return folder;
}

static void unlock(int folder)
{
	if (folder >= 0)
		close(folder);
}

int resolver_file_write(const struct resolver_paths *paths, const struct resolver_servers *servers,
			struct resolver_where *where)
{
	struct kept *kept = malloc(sizeof(*kept));
	if (!kept)
		return fail(where, paths->file, -ENOMEM);
	int folder = lock(paths);
	/* What an earlier write has kept is the way back, not what that write has left. */
	enum resolver_restored restored;
	int error = restore_with(kept, paths, &restored, where);
	if (error == 0)
		error = write_with(kept, paths, servers, where);
	unlock(folder);
	free(kept);
	return error;
}

int resolver_file_restore(const struct resolver_paths *paths, enum resolver_restored *ret_restored,
			  struct resolver_where *where)
{
	struct kept *kept = malloc(sizeof(*kept));
	if (!kept)
		return fail(where, paths->file, -ENOMEM);
	int folder = lock(paths);
	int error = restore_with(kept, paths, ret_restored, where);
	unlock(folder);
	free(kept);
	return error;
}
