/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "linux/file.h"
#include "linux/process.h"

static pid_t read_pid(const char *path)
{
	char text[32];
	ssize_t length = file_read(path, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	long number = strtol(text, NULL, 10);
	return number > 1 && number <= INT_MAX ? (pid_t)number : 0;
}

static bool has_argument(pid_t pid, const char *argument)
{
	char path[64], text[4096];
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	ssize_t length = file_read(path, text, sizeof(text) - 1);
	const char *end = text + (length > 0 ? length : 0);
	text[length > 0 ? length : 0] = '\0';
	for (const char *word = text; word < end; word += strlen(word) + 1)
		if (strcmp(word, argument) == 0)
			return true;
	return false;
}

int process_end_left(const char *pid_file)
{
	pid_t pid = read_pid(pid_file);
	int process = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	if (process < 0)
		return 0;
	/* Asked now that we have hold of it: the number can't become another's meanwhile. */
	bool is_it = has_argument(pid, pid_file);
	int error =
		is_it && syscall(SYS_pidfd_send_signal, process, SIGTERM, NULL, 0) < 0 ? -errno : 0;
	close(process);
	return error < 0 && error != -ESRCH ? error : error == 0 && is_it;
}
