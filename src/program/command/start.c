/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pppoe-start: brings a line up in the background, and returns as soon as it is up: it watches the
 * line's control socket.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "language/language.h"
#include "linux/clock.h"
#include "linux/process.h"
#include "program/command/command.h"
#include "program/command/show.h"
#include "program/command/will.h"
#include "program/manage/config_file.h"
#include "program/manage/find.h"
#include "program/manage/launch.h"
#include "program/manage/pid_file.h"

#define BEGIN_LIMIT_MS 3000 /* for the line's process to be there, if nobody waits for the line */
#define END_LIMIT_MS 6000 /* for it to hang up, before it is killed */

enum outcome { OUTCOME_NONE, OUTCOME_BEGUN, OUTCOME_UP, OUTCOME_ENDED, OUTCOME_INTERRUPTED };

struct start {
	const char *me;
	const struct line_config *config;
	pid_t child; /* pppoe-connect */
	int child_code;
	const struct wanted *wanted; /* what is to be noted of the line when it is up */
	int signals; /* signalfd */
	int interrupted; /* by this signal; 0: not */
	int folder; /* inotify of the control sockets; -1: none */
	struct control_client client;
	bool ours; /* our child has told something */
	struct line_status status; /* the last one told */
};

static int begin(struct start *start)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	start->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	start->folder = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (start->folder >= 0)
		inotify_add_watch(start->folder, CONTROL_FOLDER, IN_MOVED_TO | IN_CREATE);
	if (start->signals < 0)
		return -errno;
	start->child =
		launch_line(start->wanted->config, start->wanted->interface, start->wanted->user);
	return start->child < 0 ? start->child : 0;
}

/* With DEMAND nobody waits for more than the device, into which the first packet dials. */
static bool waits_on_demand(const struct start *start)
{
	return start->config->demand && start->status.device[0] != '\0';
}

/* Takes in what the line says of itself. */
static enum outcome hear_line(struct start *start)
{
	struct varlink_reply reply;
	int error;
	while ((error = control_client_receive(&start->client, 0, &reply)) == 0) {
		if (!reply.has_status)
			break;
		start->ours = true;
		start->status = reply.status;
		if (line_status_is_up(&start->status) || waits_on_demand(start))
			return OUTCOME_UP;
	}
	if (error != -ETIMEDOUT)
		control_client_close(&start->client);
	return start->ours ? OUTCOME_BEGUN : OUTCOME_NONE;
}

static void find_socket(struct start *start)
{
	char events[4096];
	while (start->folder >= 0 && read(start->folder, events, sizeof(events)) > 0)
		;
	struct line_status found;
	if (start->client.socket >= 0 || !find_line_of_process(start->child, &found) ||
	    control_client_open(&start->client, found.link) < 0)
		return;
	if (control_client_call(&start->client, "Watch", true) < 0)
		control_client_close(&start->client);
}

static enum outcome hear_signal(struct start *start)
{
	struct signalfd_siginfo info;
	int status;
	while (read(start->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGCHLD) {
			start->interrupted = (int)info.ssi_signo;
			return OUTCOME_INTERRUPTED;
		}
		if (waitpid(start->child, &status, WNOHANG) != start->child)
			continue;
		start->child_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		return OUTCOME_ENDED;
	}
	return OUTCOME_NONE;
}

/* Waits until something is said about the line, or for `until`. */
static enum outcome wait_once(struct start *start, mono_us until)
{
	struct pollfd polls[] = {
		{ .fd = start->signals, .events = POLLIN },
		{ .fd = start->folder, .events = POLLIN },
		{ .fd = start->client.socket, .events = POLLIN },
	};
	if (poll(polls, 3, clock_poll_timeout(until, clock_now())) < 0)
		return OUTCOME_NONE;
	enum outcome outcome = OUTCOME_NONE;
	if (polls[2].revents)
		outcome = hear_line(start);
	if (polls[0].revents && outcome != OUTCOME_UP)
		outcome = hear_signal(start);
	if (polls[1].revents)
		find_socket(start);
	return outcome;
}

/* Either may say that it does not, as with rp-pppoe. */
static bool waits(const struct line_config *config)
{
	return config->connect_timeout_s > 0 && config->connect_poll_s > 0;
}

/* OUTCOME_NONE: the time is over. */
static enum outcome wait_for(struct start *start, enum outcome wanted, uint32_t limit_ms)
{
	const struct line_config *config = start->config;
	const char *ping = config->force_ping[0]  ? config->force_ping
			   : isatty(STDIN_FILENO) ? config->ping
						  : "";
	mono_us now = clock_now(), deadline = mono_after_ms(now, limit_ms);
	mono_us ping_at = *ping && waits(config) ? now : MONO_NEVER;
	find_socket(start);
	while (now < deadline) {
		if (now >= ping_at) {
			fputs(ping, stdout);
			fflush(stdout);
			ping_at = mono_after_ms(ping_at, config->connect_poll_s * 1000);
		}
		enum outcome outcome = wait_once(start, mono_earlier(ping_at, deadline));
		if (outcome >= wanted)
			return outcome;
		now = clock_now();
	}
	return OUTCOME_NONE;
}

static int refuse(const char *me, int64_t pid)
{
	language_classic(stderr, "%s: There already seems to be a PPPoE connection up (PID %lld)\n",
			 me, (long long)pid);
	return COMMAND_BAD;
}

/* The process of the line, whoever has started it; 0 if it does not run. */
static int64_t running(const struct line_config *config)
{
	struct line_status status;
	bool live;
	if (config->pid_file[0] == '\0')
		return find_line(config, &status) ? status.monitor_pid : 0;
	pid_t pid = pid_file_read(config->pid_file, &live);
	return live ? pid : 0;
}

static void end_line(struct start *start)
{
	if (start->child_code != INT_MIN)
		return;
	kill(start->child, SIGTERM);
	mono_us deadline = mono_after_ms(clock_now(), END_LIMIT_MS);
	enum outcome outcome = OUTCOME_NONE;
	while (outcome < OUTCOME_ENDED && clock_now() < deadline)
		outcome = wait_once(start, deadline);
	if (outcome != OUTCOME_ENDED) { /* too slow, or we are told to hurry */
		kill(start->child, SIGKILL);
		waitpid(start->child, NULL, 0);
	}
}

static void explain(const struct start *start)
{
	const struct line_status *status = &start->status;
	if (status->failure_what[0] == '\0')
		return;
	char said[SHOW_PEER_SAID];
	fprintf(stderr, _("%s: at %s: %s"), start->me, _(status->failure_stage),
		_(status->failure_what));
	if (status->failure_peer_said[0] != '\0')
		fprintf(stderr, _("; the peer said: %s"), show_peer_said(status, said));
	if (status->failure_advice[0] != '\0')
		fprintf(stderr, _("; try: %s"), _(status->failure_advice));
	fputc('\n', stderr);
}

static int conclude(struct start *start, enum outcome outcome)
{
	int64_t other;
	switch (outcome) {
	case OUTCOME_UP:
		if (isatty(STDIN_FILENO) && line_status_is_up(&start->status))
			language_classic(stdout, " Connected!\n");
		return COMMAND_GOOD;
	case OUTCOME_BEGUN:
		return COMMAND_GOOD;
	case OUTCOME_NONE:
		if (!waits(start->config))
			return COMMAND_GOOD;
		language_classic(stderr, "TIMED OUT\n");
		break;
	case OUTCOME_ENDED:
		other = running(start->config);
		if (other > 0) /* somebody, the keeper maybe, was faster: that line is not ours */
			return refuse(start->me, other);
		fprintf(stderr,
			start->child_code ? _("%s: pppoe-connect has ended with code %d; see the "
					      "system log\n")
					  : _("%s: pppoe-connect has ended with code %d\n"),
			start->me, start->child_code);
		break;
	case OUTCOME_INTERRUPTED:
		break;
	}
	explain(start);
	end_line(start);
	pid_file_remove_all(start->config);
	/* As a shell tells of a command that a signal has ended. */
	return start->interrupted ? 128 + start->interrupted : COMMAND_BAD;
}

/*
 * A line that is up, or begun for good, is wanted from now on.  One that did not come up is not,
 * unless it was before: ONBOOT=yes, or brought up and not stopped since; then the keeper tries on.
 */
static void note_will(const struct start *start, enum outcome outcome, int code)
{
	if (code == COMMAND_GOOD || (start->config->on_boot && outcome != OUTCOME_INTERRUPTED))
		will_say(start->me, start->wanted);
}

/* Dials, with the start file written and locked. */
static int dial(const char *me, const struct line_config *config, const struct wanted *wanted)
{
	struct start start = {
		.me = me,
		.config = config,
		.wanted = wanted,
		.child_code = INT_MIN,
		.client = { .socket = -1 },
	};
	line_status_init(&start.status);
	int error = begin(&start);
	if (error < 0) {
		fprintf(stderr, _("%s: pppoe-connect cannot be started: %s\n"), me,
			strerror(-error));
		return COMMAND_BAD;
	}
	enum outcome outcome =
		waits(config) ? wait_for(&start, OUTCOME_UP, config->connect_timeout_s * 1000)
			      : wait_for(&start, OUTCOME_BEGUN, BEGIN_LIMIT_MS);
	int code = conclude(&start, outcome);
	note_will(&start, outcome, code);
	return code;
}

/* It runs, and it is to: who keeps it has to know. */
static int refuse_running(const char *me, const struct wanted *wanted, int64_t pid)
{
	will_say(me, wanted);
	return refuse(me, pid);
}

static int start_line(const char *me, const struct line_config *config, const struct wanted *wanted)
{
	int64_t other = running(config);
	if (other > 0)
		return refuse_running(me, wanted, other);
	char path[PID_FILE_PATH] = "";
	int lock = -1;
	pid_t pid = 0;
	control_folder_make();
	int error = pid_file_start_path(config, path);
	if (error == 0)
		error = process_pid_file_write(path, &lock, &pid);
	if (error < 0) {
		if (error == -EEXIST)
			fprintf(stderr, _("%s: %s: another pppoe-start is at it (PID %d)\n"), me,
				path, (int)pid);
		else
			fprintf(stderr, "%s: %s: %s\n", me, path, strerror(-error));
		return COMMAND_BAD;
	}
	/* Between the first look and the lock another one may have brought the line up. */
	other = running(config);
	int code = other > 0 ? refuse_running(me, wanted, other) : dial(me, config, wanted);
	if (config->pid_file[0] != '\0')
		close(lock); /* the file stays, as it always did, until pppoe-stop */
	else
		process_pid_file_remove(path, lock);
	return code;
}

/* waits: until it is up; false: until it is being dialled, whatever CONNECT_TIMEOUT says. */
static int start_file(const char *me, const char *path, int count, char **arguments, bool waits)
{
	struct line_config config;
	if (geteuid() != 0) {
		fprintf(stderr, _("%s: only root can bring a line up\n"), me);
		return COMMAND_BAD;
	}
	if (config_file_read(me, path, &config) < 0) {
		config_file_complain(me, path);
		return COMMAND_BAD;
	}
	if (count >= 2) {
		snprintf(config.interface, sizeof(config.interface), "%s", arguments[0]);
		snprintf(config.user, sizeof(config.user), "%s", arguments[1]);
	}
	const char *missing = line_config_missing(&config);
	if (missing) {
		fprintf(stderr, _("%s: %s: error: %s is not set\n"), me, path, missing);
		return COMMAND_BAD;
	}
	if (!waits)
		config.connect_timeout_s = 0;
	const struct wanted wanted = will_of(WANTED_UP, path, count >= 2 ? arguments[0] : NULL,
					     count >= 2 ? arguments[1] : NULL);
	return start_line(me, &config, &wanted);
}

int start_main(const char *me, int count, char **arguments)
{
	const char *path = count == 1	? arguments[0]
			   : count == 3 ? arguments[2]
					: CONFIG_FILE_DEFAULT;
	return start_file(me, path, count, arguments, true);
}

int start_and_leave(const char *me, char *path)
{
	return start_file(me, path, 1, (char *[]){ path }, false);
}
