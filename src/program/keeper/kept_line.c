/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/keeper/kept_line.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "linux/clock.h"
#include "linux/packet_socket.h"
#include "linux/process.h"
#include "program/keeper/process_watch.h"
#include "program/keeper/question.h"
#include "program/manage/config_file.h"
#include "program/manage/find.h"
#include "program/manage/launch.h"
#include "program/manage/pid_file.h"

#define GRACE_MS 10000 /* for a line to hang up */
#define GRACE_HUNG_MS 2000 /* for one that does not answer */
#define ANSWER_LIMIT_MS \
	5000 /* over the control socket: a monitor that syncs a file may be slow \
	      */
#define SECOND_LOOK_MS 2000 /* a line without its device may just be making it */
#define NEW_US (5 * INT64_C(1000000)) /* pppoe-stop may have missed a line younger than this */
#define EXIT_REFUSED 2 /* of pppoe-connect: its configuration is of no use */

enum interface_state { INTERFACE_NONE, INTERFACE_THERE, INTERFACE_CARRIER };

struct kept_line {
	struct kept_line_owner *owner;
	char path[PATH_MAX], name[WANTED_NAME];
	struct wanted wanted; /* as it was said last */
	struct line_config config; /* the last one without an error */
	bool usable; /* the file is there, and without an error */
	bool refused; /* by pppoe-connect: not to be tried again with this configuration */
	bool was_wanted, was_looked_at; /* the last time */

	struct process_watch *process; /* the line's; NULL: it does not run */
	pid_t pid;
	bool is_child; /* ours */
	mono_us since;
	struct line_config running; /* what it was started with */
	bool stopping, start_after;
	char start_path[PID_FILE_PATH];
	int start_lock; /* until the line can be found; -1: none */

	struct process_watch *starter; /* a pppoe-start that is at it */
	struct question *question;
	bool suspected; /* the last look found its device missing */
	struct redial redial;
	uv_timer_t on_wait; /* before the next start */
	uv_timer_t on_limit; /* of its hanging up */
	uv_timer_t on_check, on_second_look;
	unsigned interval_s; /* of on_check */
	enum interface_state interface;
	bool interface_came; /* since the process was started */
	size_t handles; /* that are yet to be closed */
};

#define TIMERS(line) &(line)->on_wait, &(line)->on_limit, &(line)->on_check, &(line)->on_second_look

__attribute__((format(printf, 2, 3))) static void note(const struct kept_line *line,
						       const char *format, ...)
{
	char text[640];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	const char *link = config_file_link(&line->config);
	keeper_log_note(&line->owner->log, link[0] ? link : "?", strrchr(line->path, '/') + 1, "%s",
			text);
}

const char *kept_line_name(const struct kept_line *line)
{
	return line->name;
}

const char *kept_line_config(const struct kept_line *line)
{
	return line->path;
}

const char *kept_line_pid_file(const struct kept_line *line)
{
	return line->config.pid_file;
}

bool kept_line_is_wanted(const struct kept_line *line)
{
	return line->wanted.will == WANTED_UP ||
	       (line->wanted.will == WANTED_UNSAID && line->config.on_boot);
}

bool kept_line_runs(const struct kept_line *line)
{
	return line->process != NULL;
}

static bool is_to_run(const struct kept_line *line)
{
	return kept_line_is_wanted(line) && line->usable && !line->owner->ending &&
	       !line->owner->has_rival(line->owner->context, line);
}

/* INTERFACE and USER of pppoe-start go before those of the file. */
static void override(const struct kept_line *line, struct line_config *config)
{
	if (line->wanted.interface[0] == '\0')
		return;
	snprintf(config->interface, sizeof(config->interface), "%s", line->wanted.interface);
	snprintf(config->user, sizeof(config->user), "%s", line->wanted.user);
}

static bool same_override(const struct wanted *a, const struct wanted *b)
{
	return strcmp(a->interface, b->interface) == 0 && strcmp(a->user, b->user) == 0;
}

static void read_wanted(struct kept_line *line)
{
	struct wanted before = line->wanted;
	wanted_read(WANTED_FOLDER, line->path, &line->wanted);
	if (line->usable && !same_override(&before, &line->wanted)) {
		config_file_load(line->path, NULL, NULL, &line->config);
		override(line, &line->config);
		line->running = line->config; /* whoever said so has started it so */
	}
	bool wanted = kept_line_is_wanted(line);
	if (wanted != line->was_wanted || !line->was_looked_at)
		note(line, "wanted=%s", wanted ? "yes" : "no");
	line->was_wanted = wanted;
	line->was_looked_at = true;
}

static void release_start_lock(struct kept_line *line)
{
	process_pid_file_remove(line->start_path, line->start_lock);
	line->start_lock = -1;
}

static void start_now(uv_timer_t *timer)
{
	kept_line_look(timer->data);
}

static void wait_to_start(struct kept_line *line, const char *why)
{
	/* One that ended for want of its interface is not to wait now that there is one. */
	uint32_t wait_ms = line->interface_came ? 0
						: redial_wait(&line->redial, &line->owner->redial,
							      REDIAL_LOST, &line->owner->random);
	line->interface_came = false;
	note(line, "down: %s; started again in_ms=%u", why, (unsigned)wait_ms);
	/* By the timer in any case: one that fails at once must not keep us from the others. */
	uv_timer_start(&line->on_wait, start_now, wait_ms, 0);
}

static void on_limit(uv_timer_t *timer)
{
	struct kept_line *line = timer->data;
	note(line, "pid=%d has not hung up: killed", (int)line->pid);
	if (line->process)
		process_watch_signal(line->process, SIGKILL);
}

static void stop(struct kept_line *line, uint64_t grace_ms, bool start_after)
{
	line->start_after = start_after;
	if (line->stopping)
		return;
	line->stopping = true;
	process_watch_signal(line->process, SIGTERM);
	uv_timer_start(&line->on_limit, on_limit, grace_ms, 0);
}

void kept_line_take_down(struct kept_line *line)
{
	if (!line->process)
		return;
	note(line, "hung up: the keeper is to take its lines down");
	stop(line, GRACE_MS, false);
}

/* Whether our child has been refused; why: in words. */
static bool learn_why(const struct kept_line *line, char *why, size_t size)
{
	int status;
	if (!line->is_child || waitpid(line->pid, &status, 0) != line->pid) {
		snprintf(why, size, "pid=%d has ended", (int)line->pid);
		return false;
	}
	if (WIFSIGNALED(status))
		snprintf(why, size, "pid=%d was killed by signal %d", (int)line->pid,
			 WTERMSIG(status));
	else
		snprintf(why, size, "pid=%d has ended with code %d", (int)line->pid,
			 WEXITSTATUS(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_REFUSED;
}

static void forget_process(struct kept_line *line)
{
	process_watch_free(line->process);
	question_free(line->question);
	release_start_lock(line);
	uv_timer_stop(&line->on_limit);
	uv_timer_stop(&line->on_second_look);
	line->process = NULL;
	line->question = NULL;
	line->stopping = line->suspected = false;
}

static void process_ended(void *context)
{
	struct kept_line *line = context;
	char why[96];
	bool at_once = line->stopping && line->start_after;
	line->refused = learn_why(line, why, sizeof(why));
	forget_process(line);
	mono_us lived = clock_now() - line->since;
	redial_was_up(&line->redial, &line->owner->redial, (uint64_t)lived / 1000);
	read_wanted(line);
	if (line->owner->ending) {
		note(line, "down: %s", why);
		line->owner->process_ended(line->owner->context);
		return;
	}
	if (line->refused && is_to_run(line))
		note(line, "down: %s: left alone until its configuration changes", why);
	else if (!is_to_run(line))
		note(line, "down: %s", why);
	else if (!at_once)
		wait_to_start(line, why);
	kept_line_look(line);
}

/* What a line that has just been started goes by: the file may be newer than what we have read. */
static void remember_running(struct kept_line *line)
{
	if (config_file_load(line->path, NULL, NULL, &line->running) < 0)
		line->running = line->config;
	else
		override(line, &line->running);
}

/* Has hold of the line's process from now on.  process: a pidfd, or a negative errno. */
static bool hold(struct kept_line *line, pid_t pid, int process, bool is_child)
{
	int error = process < 0 ? process
				: process_watch_new(line->owner->loop, process, process_ended, line,
						    &line->process);
	if (error < 0) {
		if (error != -ESRCH)
			note(line, "pid=%d cannot be watched: %s", (int)pid, strerror(-error));
		return false;
	}
	line->pid = pid;
	line->is_child = is_child;
	line->since = clock_now();
	line->interface_came = false;
	remember_running(line);
	line->stopping = line->suspected = false;
	uv_timer_stop(&line->on_wait);
	return true;
}

static int open_process(pid_t pid)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0);
	return process < 0 ? -errno : process;
}

/* A line that runs already, whoever has started it. */
static bool adopt(struct kept_line *line)
{
	struct line_status status;
	char link[LINE_STATUS_NAME];
	pid_t pid = 0;
	int process = -ESRCH;
	if (line->config.pid_file[0] != '\0') {
		process = pid_file_open_process(line->config.pid_file, &pid);
	} else if (find_line(&line->config, &status)) {
		pid = (pid_t)status.monitor_pid;
		process = open_process(pid);
		/* Once more: now that we have hold of it, its number can't become another's. */
		if (process >= 0 && !find_link_of_process(pid, link)) {
			close(process);
			return false;
		}
	}
	if (process == -ESRCH || !hold(line, pid, process, false))
		return false;
	note(line, "runs: pid=%d", (int)pid);
	return true;
}

static void starter_ended(void *context)
{
	struct kept_line *line = context;
	process_watch_free(line->starter);
	line->starter = NULL;
	kept_line_look(line);
}

/* While pppoe-start is at work, the line is in its hands. */
static bool leave_to_starter(struct kept_line *line)
{
	char path[PID_FILE_PATH];
	if (line->starter)
		return true;
	int process = pid_file_start_path(&line->config, path) == 0
			      ? pid_file_open_process(path, NULL)
			      : -ESRCH;
	return process >= 0 && process_watch_new(line->owner->loop, process, starter_ended, line,
						 &line->starter) == 0;
}

/*
 * A line with PIDFILE locks that, so that there can't be two of it.  For one without, we hold what
 * pppoe-start holds, until it can be found.
 */
static bool take_start_lock(struct kept_line *line)
{
	pid_t other;
	return line->config.pid_file[0] != '\0' ||
	       (pid_file_start_path(&line->config, line->start_path) == 0 &&
		process_pid_file_write(line->start_path, &line->start_lock, &other) == 0);
}

static void launch(struct kept_line *line)
{
	if (!take_start_lock(line) && leave_to_starter(line))
		return;
	pid_t pid = launch_line(line->path, line->wanted.interface, line->wanted.user);
	if (pid < 0) {
		release_start_lock(line);
		wait_to_start(line, "pppoe-connect cannot be started");
		return;
	}
	/* It is our child: until we wait for it, the number is its own. */
	if (hold(line, pid, open_process(pid), true))
		note(line, "started: pid=%d", (int)pid);
}

/* What is to be done about one that runs. */
static void look_at_running(struct kept_line *line)
{
	char link[LINE_STATUS_NAME];
	if (line->start_lock >= 0 && find_link_of_process(line->pid, link))
		release_start_lock(line);
	bool is_new = line->is_child && clock_now() - line->since < NEW_US;
	if (line->wanted.will == WANTED_DOWN && is_new && !line->stopping) {
		note(line, "pid=%d hung up: the line was stopped while it was started",
		     (int)line->pid);
		stop(line, GRACE_MS, false);
	}
}

void kept_line_look(struct kept_line *line)
{
	if (line->owner->ending)
		return;
	read_wanted(line);
	if (line->process) {
		look_at_running(line);
		return;
	}
	if (line->config.pid_file[0] == '\0' && !line->usable)
		return; /* nothing is known of it yet */
	if (adopt(line) || leave_to_starter(line))
		return;
	if (!is_to_run(line) || line->refused)
		uv_timer_stop(&line->on_wait);
	else if (!uv_is_active((uv_handle_t *)&line->on_wait))
		launch(line);
}

void kept_line_hurry(struct kept_line *line)
{
	uv_timer_stop(&line->on_wait);
	line->refused = false;
	kept_line_look(line);
}

static void replace(struct kept_line *line, uint64_t grace_ms)
{
	if (line->process && !line->stopping && is_to_run(line))
		stop(line, grace_ms, true);
}

static void check(struct kept_line *line);

static void on_second_look(uv_timer_t *timer)
{
	check(timer->data);
}

/* The digest's rule, for whoever does not say that it is at work: no device, so stop and start. */
static void judge_device(struct kept_line *line, const char *device)
{
	bool elsewhere = line->running.network[0] != '\0'; /* NETNS: not for us to see */
	if (device[0] == '\0' || elsewhere || if_nametoindex(device) != 0) {
		line->suspected = false;
		return;
	}
	if (!line->suspected) {
		line->suspected = true;
		uv_timer_start(&line->on_second_look, on_second_look, SECOND_LOOK_MS, 0);
		return;
	}
	note(line, "pid=%d runs, but device=%s is not there: started anew", (int)line->pid, device);
	replace(line, GRACE_MS);
}

static void answered(void *context, int error, const struct line_status *status)
{
	struct kept_line *line = context;
	if (error == -ETIMEDOUT) {
		note(line, "pid=%d has not answered for %d s: started anew", (int)line->pid,
		     ANSWER_LIMIT_MS / 1000);
		replace(line, GRACE_HUNG_MS);
	} else if (error == 0 && line_status_is_up(status)) {
		judge_device(line, status->device);
	} else {
		line->suspected = false; /* it dials, or has just ended */
	}
	question_free(line->question);
	line->question = NULL;
}

static void check(struct kept_line *line)
{
	if (!line->process)
		kept_line_look(line);
	if (!line->process || line->stopping || line->question || !is_to_run(line))
		return;
	int error = question_ask(line->owner->loop, line->pid, ANSWER_LIMIT_MS, answered, line,
				 &line->question);
	if (error == -ENOENT) /* rp-pppoe's own script, or the socket could not be made */
		judge_device(line, line->running.device);
}

static void on_check(uv_timer_t *timer)
{
	check(timer->data);
}

static void set_interval(struct kept_line *line)
{
	unsigned interval_s = line->owner->interval_s >= 0 ? (unsigned)line->owner->interval_s
							   : line->config.check_interval_s;
	if (!line->usable || interval_s == line->interval_s)
		return;
	line->interval_s = interval_s;
	if (interval_s == 0)
		uv_timer_stop(&line->on_check);
	else
		uv_timer_start(&line->on_check, on_check, (uint64_t)interval_s * 1000,
			       (uint64_t)interval_s * 1000);
}

static void problem(void *context, const struct pppd_options_problem *problem)
{
	char text[600];
	line_file_describe(problem, text, sizeof(text));
	note(context, "%s", text);
}

static void read_config(struct kept_line *line)
{
	struct line_config config;
	int error = config_file_load(line->path, problem, line, &config);
	const char *left = line->process ? "the line is left as it is" : "the line is not started";
	line->usable = false;
	if (error < 0) {
		note(line, "%s: %s; %s", line->path,
		     error == -ENOENT	? "the configuration is gone"
		     : error == -EINVAL ? "the configuration has errors"
					: strerror(-error),
		     left);
		return;
	}
	override(line, &config);
	const char *missing = line_config_missing(&config);
	if (missing) {
		note(line, "%s: error: %s is not set; %s", line->path, missing, left);
		return;
	}
	line->usable = true;
	line->refused = false;
	if (line->process && is_to_run(line) && !line_config_same_line(&line->running, &config)) {
		line->config = config;
		note(line, "%s has changed: dialled anew", line->path);
		replace(line, GRACE_MS);
	}
	line->config = config;
}

void kept_line_reread(struct kept_line *line)
{
	wanted_read(WANTED_FOLDER, line->path, &line->wanted);
	read_config(line);
	set_interval(line);
	kept_line_look_at_device(line);
	kept_line_look(line);
}

/*
 * What the line itself does to its interface must not count: it may set it up, and down at its end.
 * So what matters is how it is now, not what messages about it are under way.
 */
void kept_line_look_at_device(struct kept_line *line)
{
	struct packet_interface found;
	enum interface_state before = line->interface;
	int error = packet_interface_look_up(line->config.interface, &found);
	line->interface = error == -ENODEV		? INTERFACE_NONE
			  : error == 0 && found.carrier ? INTERFACE_CARRIER
							: INTERFACE_THERE;
	line->interface_came |= before == INTERFACE_NONE && line->interface != INTERFACE_NONE;
	if (line->interface > before && !line->process &&
	    uv_is_active((uv_handle_t *)&line->on_wait)) {
		note(line, "interface=%s is back", line->config.interface);
		kept_line_hurry(line);
	}
}

void kept_line_hear_device(struct kept_line *line, const struct device_event *event)
{
	if (strcmp(event->name, line->config.interface) == 0)
		kept_line_look_at_device(line);
}

struct kept_line *kept_line_new(struct kept_line_owner *owner, const char *config, const char *name)
{
	struct kept_line *line = calloc(1, sizeof(*line));
	if (!line)
		return NULL;
	line->owner = owner;
	line->start_lock = -1;
	line->interface = INTERFACE_CARRIER;
	snprintf(line->path, sizeof(line->path), "%s", config);
	snprintf(line->name, sizeof(line->name), "%s", name);
	uv_timer_t *const timers[] = { TIMERS(line) };
	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		uv_timer_init(owner->loop, timers[i]);
		timers[i]->data = line;
	}
	return line;
}

static void free_line(uv_handle_t *handle)
{
	struct kept_line *line = handle->data;
	if (--line->handles == 0)
		free(line);
}

void kept_line_free(struct kept_line *line)
{
	process_watch_free(line->process);
	process_watch_free(line->starter);
	question_free(line->question);
	release_start_lock(line);
	uv_timer_t *const timers[] = { TIMERS(line) };
	for (line->handles = 0; line->handles < sizeof(timers) / sizeof(timers[0]); line->handles++)
		uv_close((uv_handle_t *)timers[line->handles], free_line);
}
