/* SPDX-License-Identifier: BSD-2-Clause */
/* pppoe-stop: hangs a line up, whoever keeps it, and clears the pid files away. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "language/language.h"
#include "program/command/command.h"
#include "program/command/will.h"
#include "program/manage/config_file.h"
#include "program/manage/find.h"
#include "program/manage/pid_file.h"

#define GRACE_MS 10000 /* to say good-bye to the concentrator */
#define GRACE_START_MS 8000

static int end(const char *me, const char *path, int grace_ms)
{
	int error = pid_file_end_process(path, grace_ms);
	if (error < 0)
		fprintf(stderr, _("%s: the process of %s cannot be ended: %s\n"), me, path,
			strerror(-error));
	return error;
}

static int no_connection(const char *me)
{
	language_classic(stderr, "%s: No PPPoE connection appears to be running\n", me);
	return COMMAND_BAD;
}

/* A line without PIDFILE is known by its control socket alone. */
static int stop_by_socket(const char *me, const struct line_config *config)
{
	struct line_status status;
	struct control_client client;
	if (!find_line(config, &status) || control_client_open(&client, status.link) < 0)
		return no_connection(me);
	language_classic(stdout, "Killing pppoe-connect (%d)\n", (int)status.monitor_pid);
	int error = control_client_hang_up(&client, GRACE_MS);
	control_client_close(&client);
	if (error == 0)
		return COMMAND_GOOD;
	fprintf(stderr, _("%s: %s cannot be hung up: %s\n"), me, status.link, strerror(-error));
	return COMMAND_BAD;
}

static int stop_by_pid_file(const char *me, const struct line_config *config, pid_t pid, bool live)
{
	char path[PID_FILE_PATH];
	bool engine_live;
	pid_file_path(config, ".pppd", path);
	pid_t engine = pid_file_read(path, &engine_live);
	if (!live)
		language_classic(stderr,
				 "%s: The pppoe-connect script (PID %d) appears to "
				 "have died\n",
				 me, (int)pid);
	else if (engine > 0)
		language_classic(stdout, "Killing pppd (%d)\n", (int)engine);
	pid_file_path(config, ".start", path);
	int error = end(me, path, GRACE_START_MS);
	if (live)
		language_classic(stdout, "Killing pppoe-connect (%d)\n", (int)pid);
	fflush(stdout);
	if (error == 0 && live)
		error = end(me, config->pid_file, GRACE_MS);
	if (error < 0)
		return COMMAND_BAD;
	pid_file_remove_all(config);
	return COMMAND_GOOD;
}

int stop_main(const char *me, int count, char **arguments)
{
	const char *path = count > 0 ? arguments[0] : CONFIG_FILE_DEFAULT;
	struct line_config config;
	if (config_file_read(me, path, &config) < 0) {
		config_file_complain(me, path);
		return COMMAND_BAD;
	}
	/* First of all: the keeper, which sees the line end, is to know that it was meant. */
	const struct wanted wanted = will_of(WANTED_DOWN, path, NULL, NULL);
	will_say(me, &wanted);
	if (config.pid_file[0] == '\0')
		return stop_by_socket(me, &config);
	bool live;
	pid_t pid = pid_file_read(config.pid_file, &live);
	if (access(config.pid_file, R_OK) < 0) {
		/* One that is just being started has no pid file of its own yet. */
		char start[PID_FILE_PATH];
		pid_file_path(&config, ".start", start);
		pid_file_read(start, &live);
		if (!live)
			return no_connection(me);
	}
	return stop_by_pid_file(me, &config, pid, live && pid > 0);
}
