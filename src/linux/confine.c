/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Giving up privileges, see process.h.  The capability calls have no wrapper in libc; this file
 * is all that a library for them would be used for.
 */
#define _GNU_SOURCE
#include "linux/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534

struct identity {
	uid_t user;
	gid_t group;
};

static int get_capabilities(uint64_t *ret_permitted)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	*ret_permitted = 0;
	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t any = data[i].permitted | data[i].effective | data[i].inheritable;
		*ret_permitted |= (uint64_t)any << (32 * i);
	}
	return 0;
}

static int set_capabilities(uint64_t capabilities)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].permitted = (uint32_t)(capabilities >> (32 * i));
		data[i].effective = data[i].permitted;
	}
	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

/*
 * Empties the bounding and the ambient set but for `kept`.  EPERM: without CAP_SETPCAP the bounding
 * set can't be made smaller; the process can't gain from it, only a program with file
 * capabilities that it would run.
 */
static int limit_capabilities(uint64_t kept)
{
	for (unsigned capability = 0; capability < 64; capability++) {
		if ((kept >> capability & 1) != 0)
			continue;
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL) /* beyond the kernel's last one */
			break;
		if (errno != EPERM)
			return -errno;
	}
	/* EINVAL: a kernel before 4.3 has no ambient set. */
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return -errno;
	return 0;
}

/* What was an empty root directory stays one: nothing can be made in it once it is removed. */
static int enter_empty_root(const char *parent)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/dialtone-XXXXXX", parent);
	int descriptor = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	int result = 0;
	if (mkdtemp(path) == NULL) {
		result = -errno;
		goto out;
	}
	if (chroot(path) < 0 || chdir("/") < 0)
		result = -errno;
	/* By the descriptor, since the path no longer leads there. */
	if (unlinkat(descriptor, strrchr(path, '/') + 1, AT_REMOVEDIR) < 0 && result == 0)
		result = -errno;
out:
	close(descriptor);
	return result;
}

static int empty_root(void)
{
	/* The first that can be written: containers have some of them read-only. */
	static const char *const parents[] = { "/run", "/tmp", "/var/tmp", "/dev/shm" };
	int result = -ENOENT;
	for (size_t i = 0; i < sizeof(parents) / sizeof(parents[0]) && result < 0; i++)
		result = enter_empty_root(parents[i]);
	return result;
}

/*
 * From /etc/passwd itself: a system's own users are there, and getpwnam() would load whatever
 * modules the host has for it, which takes longer than a line needs to come up.
 */
static struct identity look_up_identity(const char *user)
{
	struct identity identity = { NOBODY, NOBODY };
	FILE *file = fopen("/etc/passwd", "re");
	if (file == NULL)
		return identity;
	const struct passwd *entry;
	while ((entry = fgetpwent(file)) != NULL) {
		/* A user that is root by another name would be none to hide behind. */
		if (strcmp(entry->pw_name, user) == 0 && entry->pw_uid != 0 && entry->pw_gid != 0)
			identity = (struct identity){ entry->pw_uid, entry->pw_gid };
	}
	fclose(file);
	return identity;
}

/* For root.  -EINVAL if this user namespace does not have the identity. */
static int become(struct identity identity)
{
	if (setgroups(0, NULL) < 0 && errno != EPERM)
		return -errno;
	if (setresgid(identity.group, identity.group, identity.group) < 0)
		return -errno;
	if (setresuid(identity.user, identity.user, identity.user) < 0)
		return -errno;
	/* EPERM above: a namespace may forbid setgroups(); then there must be none to lose. */
	return getgroups(0, NULL) > 0 ? -EPERM : 0;
}

static int deny_more(void)
{
	/* Even as user 0, where that is left: exec gives no capabilities.  Needs CAP_SETPCAP;
	 * no_new_privs says nearly the same, so this is just a second lock on the door. */
	prctl(PR_SET_SECUREBITS,
	      SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
		      SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED,
	      0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	const struct rlimit none = { 0, 0 };
	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	return limit_capabilities(0);
}

static int verify(bool same_user)
{
	uint64_t left = 0;
	int result = get_capabilities(&left);
	if (result < 0)
		return result;
	if (left != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return -EPERM;
	/* Root that stays root is only allowed where the caller has found no other user. */
	if (same_user)
		return 0;
	if (getuid() == 0 || getgid() == 0 || setuid(0) == 0 || setgid(0) == 0)
		return -EPERM;
	return 0;
}

/* The saved user counts as well: one could return to it. */
static bool is_root(void)
{
	uid_t real, effective, saved;
	return getresuid(&real, &effective, &saved) < 0 || real == 0 || effective == 0 ||
	       saved == 0;
}

int process_confine(const char *user)
{
	/* Everything that needs the old root directory, then what needs capabilities, then they. */
	bool root = is_root();
	struct identity identity = look_up_identity(user);
	int result = empty_root();
	if (result < 0 && root)
		return result;
	result = deny_more();
	if (result < 0)
		return result;

	bool same_user = !root;
	if (root) {
		result = become(identity);
		if (result < 0 && result != -EINVAL)
			return result;
		same_user = result == -EINVAL;
	}
	result = set_capabilities(0);
	if (result < 0)
		return result;
	/* After the change of user, which sets it anew. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	return verify(same_user);
}

int process_keep_network_capabilities(void)
{
	const uint64_t kept = UINT64_C(1) << CAP_NET_ADMIN | UINT64_C(1) << CAP_NET_RAW;
	int result = limit_capabilities(kept);
	if (result < 0)
		return result;
	return set_capabilities(kept);
}
