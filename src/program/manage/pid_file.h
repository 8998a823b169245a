/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The four pid files of a line: PIDFILE, PIDFILE.pppd, PIDFILE.pppoe and PIDFILE.start.  A file
 * says little by itself: its process may be dead, and the number another's.  Ours hold a lock on
 * theirs.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "config/line_config.h"

#define PID_FILE_PATH (LINE_CONFIG_TEXT + 16)

/* The path of one; ending: "", ".pppd", ... */
void pid_file_path(const struct line_config *config, const char *ending, char ret[PID_FILE_PATH]);

/*
 * The number in the file; 0 if there is none, or no file.  *ret_live: it is that of a process that
 * has the file locked, or (rp-pppoe's have no lock) of a script called pppoe-connect.
 */
pid_t pid_file_read(const char *path, bool *ret_live);

/*
 * PIDFILE.start; or, without PIDFILE, a file beside the control sockets, in a folder that may have
 * to be made yet.  0 or a negative errno.
 */
int pid_file_start_path(const struct line_config *config, char ret[PID_FILE_PATH]);

/*
 * A pidfd of the live process of the file, close-on-exec, and its pid in *ret_pid (NULL: not
 * wanted).  -ESRCH if there is none, or another negative errno.
 */
int pid_file_open_process(const char *path, pid_t *ret_pid);

/* A signal to the process of a pidfd.  0 or a negative errno. */
int pid_file_signal(int process, int number);

/* Takes all four away, and ends a pppoe of rp-pppoe's that is left of a line that was killed. */
void pid_file_remove_all(const struct line_config *config);

/*
 * Ends the live process of the file: SIGTERM, and SIGKILL when it has not ended in grace_ms.  0,
 * also if it has ended meanwhile, or a negative errno.
 */
int pid_file_end_process(const char *path, int grace_ms);
