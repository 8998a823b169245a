/* SPDX-License-Identifier: BSD-2-Clause */
/* Passing descriptors, and pid files.  Giving up privileges is in confine.c. */
#define _GNU_SOURCE
#include "linux/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "linux/file.h"

void process_close_from(int first)
{
	/* By number: the wrapper is in no musl yet.  A kernel before 5.9 has no such call. */
	if (syscall(SYS_close_range, (unsigned)first, ~0u, 0) == 0)
		return;
	long limit = sysconf(_SC_OPEN_MAX);
	for (int i = first; i < (limit > 0 && limit < 65536 ? limit : 65536); i++)
		close(i);
}

int process_fill_standard_descriptors(void)
{
	for (;;) {
		int descriptor = open("/dev/null", O_RDWR); /* the lowest that is free */
		if (descriptor < 0)
			return -errno;
		if (descriptor > STDERR_FILENO) {
			close(descriptor);
			return 0;
		}
	}
}

union control_buffer {
	struct cmsghdr header; /* for its alignment */
	unsigned char bytes[CMSG_SPACE(PROCESS_DESCRIPTORS_MAX * sizeof(int))];
};

int process_send(int socket, const void *message, size_t length, const int *descriptors,
		 size_t count)
{
	if (length == 0 || count > PROCESS_DESCRIPTORS_MAX)
		return -EINVAL;
	struct iovec part = { (void *)(uintptr_t)message, length };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	union control_buffer control = { 0 };
	if (count > 0) {
		header.msg_control = control.bytes;
		header.msg_controllen = CMSG_SPACE(count * sizeof(int));
		struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(rights), descriptors, count * sizeof(int));
	}
	for (;;) {
		if (sendmsg(socket, &header, MSG_NOSIGNAL) >= 0)
			return 0;
		if (errno != EINTR)
			return -errno;
	}
}

/* The kernel never gives more than there is room for: PROCESS_DESCRIPTORS_MAX. */
static void take_descriptors(struct msghdr *header, int ret_descriptors[PROCESS_DESCRIPTORS_MAX])
{
	size_t taken = 0;
	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part != NULL;
	     part = CMSG_NXTHDR(header, part)) {
		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count && taken < PROCESS_DESCRIPTORS_MAX; i++)
			memcpy(&ret_descriptors[taken++], CMSG_DATA(part) + i * sizeof(int),
			       sizeof(int));
	}
}

ssize_t process_receive(int socket, void *message, size_t capacity,
			int ret_descriptors[PROCESS_DESCRIPTORS_MAX])
{
	for (size_t i = 0; i < PROCESS_DESCRIPTORS_MAX; i++)
		ret_descriptors[i] = -1;
	struct iovec part = { message, capacity };
	union control_buffer control;
	struct msghdr header = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t length;
	do
		length = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	take_descriptors(&header, ret_descriptors);
	if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0)
		return length;
	for (size_t i = 0; i < PROCESS_DESCRIPTORS_MAX; i++) {
		if (ret_descriptors[i] >= 0)
			close(ret_descriptors[i]);
		ret_descriptors[i] = -1;
	}
	return -EMSGSIZE;
}

/* -EAGAIN if another open file has it. */
static int lock_file(int descriptor)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0)
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

/* 0 if there is none in the file. */
static pid_t read_pid(int descriptor)
{
	char text[32];
	ssize_t length = file_read_from(descriptor, text, sizeof(text) - 1);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	char *end;
	long pid = strtol(text, &end, 10);
	return end == text || pid <= 0 || pid > INT_MAX ? 0 : (pid_t)pid;
}

static bool is_at(const char *path, int descriptor)
{
	struct stat named, opened;
	return lstat(path, &named) == 0 && fstat(descriptor, &opened) == 0 &&
	       named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* A file in the folder of `path` that has no name yet, and leaves nothing if we are killed. */
static int open_unnamed(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	if (length >= sizeof(folder))
		return -ENAMETOOLONG;
	memcpy(folder, path, length);
	memcpy(folder + length, ".", length == 0 ? 2 : 0);
	folder[length == 0 ? 1 : length] = '\0';
	int opened = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
	return opened < 0 ? -errno : opened;
}

/* Unlike rename(), linkat() fails if a file has come there since. */
static int give_name(int descriptor, const char *path)
{
	char self[32];
	snprintf(self, sizeof(self), "/proc/self/fd/%d", descriptor);
	/* The first needs CAP_DAC_READ_SEARCH, the second needs /proc. */
	if (linkat(descriptor, "", AT_FDCWD, path, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno == ENOENT)
		return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : -errno;
	return -errno;
}

/* Not synced: after a crash of the machine it means nothing. */
static int fill_unnamed(int descriptor, const char *path, int stale)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (fchmod(descriptor, 0644) < 0)
		return -errno;
	ssize_t written = write(descriptor, text, (size_t)length);
	if (written != length)
		return written < 0 ? -errno : -ENOSPC;
	int result = lock_file(descriptor);
	if (result < 0)
		return result;
	if (stale >= 0 && unlink(path) < 0 && errno != ENOENT)
		return -errno;
	result = give_name(descriptor, path);
	return result == -EEXIST ? -EAGAIN : result;
}

/*
 * Puts the draft, locked, in the place of `stale` (a file that we have locked), or where no file
 * is (stale -1).  -EAGAIN if another process was faster.
 */
static int publish(struct file_draft *draft, const char *path, int stale)
{
	int result = lock_file(draft->descriptor);
	if (result < 0)
		return result;
	if (stale < 0) {
		/* Unlike rename(), link() fails if a file has come there since. */
		if (link(draft->path, path) < 0)
			return errno == EEXIST ? -EAGAIN : -errno;
	} else {
		if (rename(draft->path, path) < 0)
			return -errno;
		draft->path[0] = '\0';
	}
	return file_sync_directory(path);
}

/* For file systems that have no files without a name, such as overlayfs before Linux 6.3. */
static int write_draft(const char *path, int stale, int *ret_lock)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	struct file_draft draft;
	int result = file_draft_make(&draft, path, 0644, text, (size_t)length);
	if (result < 0)
		return result;
	result = publish(&draft, path, stale);
	if (result == 0) {
		*ret_lock = draft.descriptor;
		draft.descriptor = -1;
	}
	file_draft_discard(&draft);
	return result;
}

/* stale: as for publish(). */
static int write_new(const char *path, int stale, int *ret_lock)
{
	int opened = open_unnamed(path);
	if (opened == -EOPNOTSUPP || opened == -EISDIR || opened == -EINVAL)
		return write_draft(path, stale, ret_lock);
	if (opened < 0)
		return opened;
	int result = fill_unnamed(opened, path, stale);
	if (result < 0)
		close(opened);
	else
		*ret_lock = opened;
	return result;
}

/* -EAGAIN: something changed meanwhile, look again. */
static int try_write(const char *path, int *ret_lock, pid_t *ret_other)
{
	int old = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (old < 0)
		return errno == ENOENT ? write_new(path, -1, ret_lock) : -errno;

	int result = lock_file(old);
	if (result == -EAGAIN) {
		/* Whoever replaces a stale file has its lock for a moment: wait for the new file.
		 */
		*ret_other = read_pid(old);
		if (*ret_other != 0 && (kill(*ret_other, 0) == 0 || errno == EPERM))
			result = -EEXIST;
	} else if (result == 0) {
		result = is_at(path, old) ? write_new(path, old, ret_lock) : -EAGAIN;
	}
	close(old);
	return result;
}

int process_pid_file_write(const char *path, int *ret_lock, pid_t *ret_other)
{
	for (unsigned tries = 0; tries < 50; tries++) {
		*ret_other = 0;
		int result = try_write(path, ret_lock, ret_other);
		if (result != -EAGAIN)
			return result;
		const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
		nanosleep(&pause, NULL);
	}
	/* Locked all the time by a process that we can't see, of another pid namespace maybe. */
	*ret_other = 0;
	return -EEXIST;
}

void process_pid_file_remove(const char *path, int lock)
{
	if (lock < 0)
		return;
	/* While we have the lock nobody replaces the file, so it can't change in between. */
	if (is_at(path, lock))
		unlink(path);
	close(lock);
}
