/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/manage/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control/path.h"
#include "linux/file.h"
#include "linux/process.h"
#include "program/manage/wanted.h"

#define KILLED_LIMIT_MS 2000 /* until a killed process is gone */

static const char *const endings[] = { "", ".pppd", ".pppoe", ".start" };

void pid_file_path(const struct line_config *config, const char *ending, char ret[PID_FILE_PATH])
{
	snprintf(ret, PID_FILE_PATH, "%s%s", config->pid_file, ending);
}

int pid_file_start_path(const struct line_config *config, char ret[PID_FILE_PATH])
{
	char name[WANTED_NAME];
	_Static_assert(sizeof(CONTROL_FOLDER) + WANTED_NAME + sizeof(".start") <= PID_FILE_PATH,
		       "the longest name fits");
	if (config->pid_file[0] != '\0') {
		pid_file_path(config, ".start", ret);
		return 0;
	}
	int error = wanted_name(config->path, name);
	if (error == 0)
		snprintf(ret, PID_FILE_PATH, CONTROL_FOLDER "/%s.start", name);
	return error;
}

static bool is_locked(int descriptor)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* rp-pppoe's pppoe-connect: a script, so the shell is the first of its arguments. */
static bool is_script(pid_t pid)
{
	char path[64], text[4096];
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	ssize_t length = file_read(path, text, sizeof(text) - 1);
	if (length <= 0)
		return false;
	text[length] = '\0';
	const char *second = memchr(text, '\0', (size_t)length);
	const char *slash = second ? strrchr(second + 1, '/') : NULL;
	return slash && strcmp(slash, "/pppoe-connect") == 0;
}

pid_t pid_file_read(const char *path, bool *ret_live)
{
	char text[32];
	*ret_live = false;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0)
		return 0;
	ssize_t length = file_read_from(descriptor, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	char *end;
	long number = strtol(text, &end, 10);
	pid_t pid = end == text || number <= 1 || number > INT_MAX ? 0 : (pid_t)number;
	*ret_live = pid > 0 && (is_locked(descriptor) || is_script(pid));
	close(descriptor);
	return pid;
}

void pid_file_remove_all(const struct line_config *config)
{
	char path[PID_FILE_PATH];
	pid_file_path(config, ".pppoe", path);
	if (config->pid_file[0] != '\0')
		process_end_left(path); /* it does not notice that its pppd is gone */
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		pid_file_path(config, endings[i], path);
		if (config->pid_file[0] != '\0')
			unlink(path);
	}
}

int pid_file_signal(int process, int number)
{
	return syscall(SYS_pidfd_send_signal, process, number, NULL, 0) < 0 ? -errno : 0;
}

int pid_file_open_process(const char *path, pid_t *ret_pid)
{
	bool live;
	pid_t pid = pid_file_read(path, &live);
	if (!live)
		return -ESRCH;
	int process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return -errno;
	/* Once more: now that we have hold of it, its number can't become another's. */
	if (pid_file_read(path, &live) != pid || !live) {
		close(process);
		return -ESRCH;
	}
	if (ret_pid)
		*ret_pid = pid;
	return process;
}

/* Whether it has ended within that time. */
static bool has_ended(int process, int limit_ms)
{
	struct pollfd wait = { .fd = process, .events = POLLIN };
	int ready;
	do
		ready = poll(&wait, 1, limit_ms);
	while (ready < 0 && errno == EINTR);
	return ready > 0;
}

int pid_file_end_process(const char *path, int grace_ms)
{
	int process = pid_file_open_process(path, NULL);
	if (process < 0)
		return process == -ESRCH ? 0 : process;
	int error = pid_file_signal(process, SIGTERM);
	if (error == 0 && !has_ended(process, grace_ms)) {
		error = pid_file_signal(process, SIGKILL);
		if (error == 0 && !has_ended(process, KILLED_LIMIT_MS))
			error = -ETIMEDOUT;
	}
	close(process);
	return error == -ESRCH ? 0 : error;
}
