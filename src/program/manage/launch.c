/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/manage/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "linux/process.h"

static void find_program(char path[PATH_MAX])
{
	static const char name[] = "pppoe-connect";
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof(name) - 1);
	path[length > 0 ? length : 0] = '\0';
	char *slash = strrchr(path, '/');
	if (slash) {
		memcpy(slash + 1, name, sizeof(name));
		if (access(path, X_OK) == 0)
			return;
	}
	snprintf(path, PATH_MAX, "%s", DIALTONE_SBINDIR "/pppoe-connect");
}

static void become_line(const char *program, char *const *arguments)
{
	sigset_t none;
	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i <= STDERR_FILENO && null >= 0; i++)
		dup2(null, i);
	process_close_from(STDERR_FILENO + 1); /* a caller's lock or pipe is not the line's */
	execv(program, arguments);
	_exit(127);
}

/* execv() wants them writable and leaves them alone. */
static char *argument(const char *text)
{
	union {
		const char *from;
		char *to;
	} u = { .from = text };
	return u.to;
}

pid_t launch_line(const char *config, const char *interface, const char *user)
{
	char program[PATH_MAX];
	char *arguments[6] = { argument("pppoe-connect"), argument("--syslog") };
	size_t count = 2;
	if (interface && *interface) {
		arguments[count++] = argument(interface);
		arguments[count++] = argument(user ? user : "");
	}
	arguments[count] = argument(config);
	find_program(program);
	pid_t child = fork();
	if (child == 0)
		become_line(program, arguments);
	return child < 0 ? -errno : child;
}
