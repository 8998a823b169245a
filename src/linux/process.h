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
 * exists, else 65534, nobody's), every capability, the bounding set; no_new_privs; not dumpable,
 * no core file; the root directory becomes an empty one that no longer has a name.  Descriptors
 * stay: one of a directory would be a way out, so have none.  To be called before there are
 * threads.
 *
 * Does as much as it may when not started as root, and fails if any privilege would be left:
 * whoever was not root keeps its root directory, user and groups.  Root of a user namespace
 * that has no other user keeps its user, an ordinary one outside.  After a failure the process
 * is in an unknown state between and must exit.
 */
int process_confine(const char *user);

/*
 * Keeps only CAP_NET_ADMIN and CAP_NET_RAW (permitted and effective; empties the bounding set but
 * for them); no_new_privs stays off since hooks may need it.  The user stays, root too: it keeps
 * what its files' modes allow it, but can no longer become another user nor call
 * process_confine() with full effect.
 */
int process_keep_network_capabilities(void);

/* Closes every descriptor from this one on, whoever opened it. */
void process_close_from(int first);

/* Opens /dev/null on those of descriptors 0 to 2 that are closed, lest a file takes their place. */
int process_fill_standard_descriptors(void);

#define PROCESS_DESCRIPTORS_MAX 4

/*
 * One message over a SOCK_SEQPACKET socket, whole or not at all, with up to 4 descriptors.  At
 * least one byte: an empty message could not be told from the end.  -EPIPE if the other side is
 * gone.
 */
int process_send(int socket, const void *message, size_t length, const int *descriptors,
		 size_t count);

/*
 * Receives one message.  Returns its length, 0 at the end of the connection, -EAGAIN, -EMSGSIZE if
 * it was longer than `capacity`.  Received descriptors are close-on-exec and owned by the caller;
 * entries beyond those received are -1.
 */
ssize_t process_receive(int socket, void *message, size_t capacity,
			int ret_descriptors[PROCESS_DESCRIPTORS_MAX]);

/*
 * Writes this process's pid and a newline to `path`, mode 0644 (it gets its name when it is whole),
 * so that a reader never sees half of it.  A file left by a dead process is replaced, whatever
 * process may have its pid by now.  -EEXIST if a live one holds it, with its pid in *ret_other, or
 * 0 where that can't be read.
 *
 * Alive means: it holds a lock on the file, kept in *ret_lock until process_pid_file_remove().  It
 * is a write lock of the open file (F_OFD_SETLK), which, unlike one of the process (F_SETLK), is
 * not lost when some other descriptor of the file is closed.  It ends when the last copy of the
 * descriptor does: a child that is forked and does not exec must close its copy.
 */
int process_pid_file_write(const char *path, int *ret_lock, pid_t *ret_other);

/* Removes the file, if it is still this process's, and ends the lock.  A lock of -1 is fine. */
void process_pid_file_remove(const char *path, int lock);

/*
 * Sends SIGTERM to the process whose number is in the file, if the file is one of its arguments:
 * that is how a program which was told to write it is known.  1: it was sent; 0: there is no such
 * process; or a negative errno.
 */
int process_end_left(const char *pid_file);
