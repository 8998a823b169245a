/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What processes do to themselves and hand to each other: giving up privileges, passing
 * descriptors, pid files.  Functions return 0 or a negative errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Gives up everything for good: supplementary groups, group and user (those of `user` if it
 * exists, else nobody's), every capability, the bounding set; no_new_privs; not dumpable; the root
 * directory becomes an empty one that no longer has a name.  Descriptors stay.  Does as much
 * as it may when not started as root, and fails if any privilege would be left.
 */
int process_confine(const char *user);

/*
 * Keeps only CAP_NET_ADMIN and CAP_NET_RAW (permitted and effective; empties the bounding set but
 * for them); no_new_privs stays off since hooks may need it.
 */
int process_keep_network_capabilities(void);

#define PROCESS_DESCRIPTORS_MAX 4

/* One message over a SOCK_SEQPACKET socket, whole or not at all, with up to 4 descriptors. */
int process_send(int socket, const void *message, size_t length, const int *descriptors,
		 size_t count);

/*
 * Receives one message.  Returns its length, 0 at the end of the connection, -EAGAIN, -EMSGSIZE if it
 * was longer than `capacity`.  Received descriptors are close-on-exec and owned by the caller;
 * entries beyond those received are -1.
 */
ssize_t process_receive(int socket, void *message, size_t capacity,
			int ret_descriptors[PROCESS_DESCRIPTORS_MAX]);

/*
 * Writes this process's pid to `path` (temporary name, synced, renamed).  -EEXIST and the other's
 * pid if a live process holds it; a file left by a dead one is replaced.  Liveness is a lock
 * (fcntl) on the file, kept in *ret_lock until process_pid_file_remove().
 */
int process_pid_file_write(const char *path, int *ret_lock, pid_t *ret_other);
void process_pid_file_remove(const char *path, int lock);
