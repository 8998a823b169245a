/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small files, whole or not at all: a reader never sees half of one, nor does a crash leave one.
 * Functions return 0, a length, or a negative errno.
 */
#pragma once

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Puts a file with these bytes at `path`: written under a temporary name in the same directory,
 * synced, renamed, the directory synced.  mode: of the new file, whatever the umask.  A symbolic
 * link at `path` is itself replaced: resolve it first if its target is meant.
 */
int file_replace(const char *path, mode_t mode, const void *data, size_t length);

/*
 * Reads a whole file of at most `capacity` bytes and returns its length; -EFBIG if it is
 * longer.  No NUL is added.
 */
ssize_t file_read(const char *path, void *to, size_t capacity);
ssize_t file_read_from(int descriptor, void *to, size_t capacity); /* the same, from its start */

/* A file that is complete and synced, but still has its temporary name. */
struct file_draft {
	char path[PATH_MAX];
	int descriptor; /* open for reading and writing, close-on-exec */
};

/* The draft of a file for `path`.  Then rename or link it, or discard it. */
int file_draft_make(struct file_draft *draft, const char *path, mode_t mode, const void *data,
		    size_t length);

/* Takes the temporary name away and closes the descriptor (unless it is -1). */
void file_draft_discard(struct file_draft *draft);

/* Makes renames and links in the directory of `path` durable. */
int file_sync_directory(const char *path);
