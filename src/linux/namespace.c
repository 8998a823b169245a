/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "linux/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FOLDER "/run/netns"

int namespace_open(const char *name)
{
	char path[PATH_MAX];
	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') || strlen(name) > NAME_MAX)
		return -EINVAL;
	snprintf(path, sizeof(path), FOLDER "/%s", name);
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0)
		return -errno;
	/* Where `ip netns add` has died half-way, a plain file is there and no namespace. */
	struct statfs about;
	if (fstatfs(descriptor, &about) == 0 && about.f_type == NSFS_MAGIC)
		return descriptor;
	close(descriptor);
	return -EINVAL;
}

int namespace_open_own(void)
{
	int descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return descriptor < 0 ? -errno : descriptor;
}

int namespace_enter(int descriptor)
{
	return setns(descriptor, CLONE_NEWNET) < 0 ? -errno : 0;
}

int namespace_number(int descriptor, unsigned long long *ret_number)
{
	struct stat about;
	if (fstat(descriptor, &about) < 0)
		return -errno;
	*ret_number = about.st_ino;
	return 0;
}
