/* SPDX-License-Identifier: BSD-2-Clause */
/* pppoe-status: whether a line is up, in the lines that scripts look for.  For everybody. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "language/language.h"
#include "linux/namespace.h"
#include "program/command/command.h"
#include "program/manage/config_file.h"
#include "program/manage/find.h"
#include "program/manage/pid_file.h"

/* Where the line's device is, in a namespace of its own; only root may. */
static bool enter(const char *network)
{
	int descriptor = namespace_open(network);
	return descriptor >= 0 && namespace_enter(descriptor) == 0;
}

/* The interface and its addresses, as ip(8) shows them; nothing is lost where there is no ip(8). */
static void show_device(char *device, const char *network)
{
	static const char *const programs[] = { "/sbin/ip", "/usr/sbin/ip", "/bin/ip",
						"/usr/bin/ip" };
	char *arguments[] = { (char[]){ "ip" },
			      (char[]){ "address" },
			      (char[]){ "show" },
			      (char[]){ "dev" },
			      device,
			      NULL };
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		if (network[0] != '\0' && !enter(network))
			_exit(0);
		for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
			execv(programs[i], arguments);
		_exit(127);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

static int report(struct line_status *status)
{
	if (line_status_is_up(status) && status->device[0] != '\0') {
		language_classic(stdout, "pppoe-status: Link is up and running on interface %s\n",
				 status->device);
		show_device(status->device, status->network);
		return COMMAND_GOOD;
	}
	if (line_status_is_idle(status) && status->device[0] != '\0') {
		language_classic(stdout,
				 "pppoe-status: Link is waiting for traffic on interface %s\n",
				 status->device);
		show_device(status->device, status->network);
		return COMMAND_GOOD;
	}
	language_classic(stdout, "pppoe-status: Link is down -- stage %s",
			 language_for(stdout, status->stage));
	if (status->failure_what[0] != '\0')
		language_classic(stdout, "; last failure at %s: %s",
				 language_for(stdout, status->failure_stage),
				 language_for(stdout, status->failure_what));
	putchar('\n');
	return COMMAND_BAD;
}

/* Nobody answers for it: which of the signs of life is missing? */
static int report_dead(const struct line_config *config)
{
	static const char *const signs[][2] = { { ".pppoe", "pppoe" }, { ".pppd", "pppd" } };
	char path[PID_FILE_PATH];
	bool live;
	for (size_t i = 0; i < 2 && config->pid_file[0] != '\0'; i++) {
		if (i == 0 && line_config_uses_pppd(config) && config->plugin[0])
			continue; /* pppd's plugin needs no pppoe */
		pid_file_path(config, signs[i][0], path);
		if (access(path, R_OK) < 0) {
			language_classic(stdout,
					 "pppoe-status: Link is down (can't read %s PID file %s)\n",
					 signs[i][1], path);
			return COMMAND_BAD;
		}
	}
	pid_t pid = config->pid_file[0] != '\0' ? pid_file_read(config->pid_file, &live) : 0;
	if (pid > 0)
		language_classic(stdout,
				 "pppoe-status: Link is down -- could not find "
				 "the line of process %d\n",
				 (int)pid);
	else
		language_classic(stdout, "pppoe-status: Link is down -- no line runs on %s\n",
				 config_file_link(config));
	return COMMAND_BAD;
}

int status_main(const char *me, int count, char **arguments)
{
	const char *path = count > 0 ? arguments[0] : CONFIG_FILE_DEFAULT;
	struct line_config config;
	struct line_status status;
	int error = config_file_read(NULL, path, &config);
	if (error == -EACCES) {
		/* The file is often root's alone; the line's name is not a secret. */
		if (find_line_of_file(path, &status))
			return report(&status);
		language_classic(stdout, "pppoe-status: Link is down -- no line of %s is running\n",
				 path);
		return COMMAND_BAD;
	}
	if (error < 0) {
		config_file_complain(me, path);
		return COMMAND_BAD;
	}
	return find_line(&config, &status) ? report(&status) : report_dead(&config);
}
