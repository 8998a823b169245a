/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "linux/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_whole(int descriptor, const void *data, size_t length)
{
	const uint8_t *next = data;
	while (length > 0) {
		ssize_t written = write(descriptor, next, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		next += written;
		length -= (size_t)written;
	}
	return 0;
}

static int fill(int descriptor, mode_t mode, const void *data, size_t length)
{
	int result = write_whole(descriptor, data, length);
	if (result < 0)
		return result;
	if (fchmod(descriptor, mode) < 0 || fsync(descriptor) < 0)
		return -errno;
	return 0;
}

int file_draft_make(struct file_draft *draft, const char *path, mode_t mode, const void *data,
		    size_t length)
{
	draft->descriptor = -1;
	int printed = snprintf(draft->path, sizeof(draft->path), "%s.XXXXXX", path);
	if (printed < 0 || (size_t)printed >= sizeof(draft->path)) {
		draft->path[0] = '\0';
		return -ENAMETOOLONG;
	}
	draft->descriptor = mkostemp(draft->path, O_CLOEXEC);
	if (draft->descriptor < 0) {
		int result = -errno;
		draft->path[0] = '\0';
		return result;
	}
	int result = fill(draft->descriptor, mode, data, length);
	if (result < 0)
		file_draft_discard(draft);
	return result;
}

void file_draft_discard(struct file_draft *draft)
{
	if (draft->path[0] != '\0')
		unlink(draft->path);
	draft->path[0] = '\0';
	if (draft->descriptor >= 0)
		close(draft->descriptor);
	draft->descriptor = -1;
}

int file_sync_directory(const char *path)
{
	char directory[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	if (slash != NULL) {
		size_t length = slash == path ? 1 : (size_t)(slash - path);
		if (length >= sizeof(directory))
			return -ENAMETOOLONG;
		memcpy(directory, path, length);
		directory[length] = '\0';
	}
	int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	/* Some file systems can't sync a directory and say EINVAL; they need no sync either. */
	int result = fsync(descriptor) < 0 && errno != EINVAL ? -errno : 0;
	close(descriptor);
	return result;
}

int file_replace(const char *path, mode_t mode, const void *data, size_t length)
{
	struct file_draft draft;
	int result = file_draft_make(&draft, path, mode, data, length);
	if (result < 0)
		return result;
	if (rename(draft.path, path) < 0) {
		result = -errno;
		file_draft_discard(&draft);
		return result;
	}
	close(draft.descriptor);
	return file_sync_directory(path);
}

ssize_t file_read_from(int descriptor, void *to, size_t capacity)
{
	uint8_t *start = to;
	size_t length = 0;
	uint8_t beyond;
	for (;;) {
		/* Once the buffer is full, one byte more tells whether the file ends there. */
		bool full = length == capacity;
		ssize_t got = pread(descriptor, full ? &beyond : start + length,
				    full ? 1 : capacity - length, (off_t)length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return (ssize_t)length;
		if (full)
			return -EFBIG;
		length += (size_t)got;
	}
}

ssize_t file_read(const char *path, void *to, size_t capacity)
{
	/* Non-blocking: a FIFO in the place of the file must not hang us. */
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0)
		return -errno;
	ssize_t result = file_read_from(descriptor, to, capacity);
	close(descriptor);
	return result;
}
