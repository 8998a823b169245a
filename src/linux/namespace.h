/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network namespaces.  A thread is in one at a time, and what it opens there stays there: sockets
 * keep working after it has gone elsewhere.  Functions return 0 or a descriptor, or a negative
 * errno; to enter needs CAP_SYS_ADMIN.
 */
#pragma once

/*
 * The one that `ip netns add NAME` has made.  -ENOENT if there is none of that name, -EINVAL if it
 * cannot be a name, or what is there is no network namespace.
 */
int namespace_open(const char *name);

int namespace_open_own(void); /* the one this thread is in */

int namespace_enter(int descriptor);

/* The number that the kernel knows it by: different for each one that there is. */
int namespace_number(int descriptor, unsigned long long *ret_number);
