/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/line/children.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WORDS_MAX 32 /* arguments, or variables, the NULL after them included */
#define TEXT_MAX 4096
#define KILL_AFTER_MS 2000 /* from SIGTERM to SIGKILL */

struct child {
	struct child *next;
	enum child_lane lane;
	char *arguments[WORDS_MAX], *environment[WORDS_MAX];
	size_t argument_count, environment_count;
	int input; /* -1: none */
	bool too_much;
	void (*done)(void *context);
	void *context;
	char text[TEXT_MAX]; /* of arguments and environment */
	size_t used;
};

struct lane {
	struct children *children;
	struct child *running, *waiting; /* or NULL */
	bool closing; /* the loop has the last one's handle still */
	uv_process_t process;
	uv_timer_t limit;
	bool told_to_end; /* SIGTERM was sent */
};

struct children {
	uv_loop_t *loop;
	uint64_t timeout_ms;
	children_note *note;
	void *context;
	struct lane lanes[CHILD_LANES];
	void (*finished)(void *context);
	void *finished_context;
};

__attribute__((format(printf, 2, 3))) static void note(const struct children *children,
						       const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	children->note(children->context, text);
}

struct children *children_new(uv_loop_t *loop, uint64_t timeout_ms, children_note *note_function,
			      void *context)
{
	struct children *children = calloc(1, sizeof(*children));
	if (!children)
		return NULL;
	children->loop = loop;
	children->timeout_ms = timeout_ms;
	children->note = note_function;
	children->context = context;
	for (size_t i = 0; i < CHILD_LANES; i++) {
		children->lanes[i].children = children;
		uv_timer_init(loop, &children->lanes[i].limit);
		children->lanes[i].limit.data = &children->lanes[i];
	}
	return children;
}

static void child_free(struct child *child)
{
	if (child && child->input >= 0)
		close(child->input);
	free(child);
}

static void free_all(struct child **list)
{
	while (*list) {
		struct child *next = (*list)->next;
		child_free(*list);
		*list = next;
	}
}

void children_free(struct children *children)
{
	for (size_t i = 0; children && i < CHILD_LANES; i++) {
		child_free(children->lanes[i].running);
		free_all(&children->lanes[i].waiting);
	}
	free(children);
}

/* Room for a text of this length, or NULL. */
static char *take_room(struct child *child, size_t length)
{
	if (length >= sizeof(child->text) - child->used) {
		child->too_much = true;
		return NULL;
	}
	char *room = child->text + child->used;
	child->used += length + 1;
	return room;
}

static void add_word(struct child *child, char *words[WORDS_MAX], size_t *count, char *word)
{
	if (word && *count < WORDS_MAX - 1)
		words[(*count)++] = word;
	else
		child->too_much = true;
}

struct child *child_new(enum child_lane lane, const char *path)
{
	struct child *child = calloc(1, sizeof(*child));
	if (!child)
		return NULL;
	child->lane = lane;
	child->input = -1;
	child_argument(child, path);
	child_environment(child, "PATH", "%s",
			  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	return child;
}

void child_argument(struct child *child, const char *argument)
{
	char *word = take_room(child, strlen(argument));
	if (word)
		memcpy(word, argument, strlen(argument) + 1);
	add_word(child, child->arguments, &child->argument_count, word);
}

void child_environment(struct child *child, const char *name, const char *format, ...)
{
	char value[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(value, sizeof(value), format, arguments);
	va_end(arguments);
	size_t length = strlen(name) + 1 + strlen(value);
	char *word = take_room(child, length);
	if (word)
		snprintf(word, length + 1, "%s=%s", name, value);
	add_word(child, child->environment, &child->environment_count, word);
}

void child_input(struct child *child, const char *text)
{
	child->input = memfd_create("dialtone", MFD_CLOEXEC);
	size_t length = strlen(text);
	if (child->input < 0 || write(child->input, text, length) != (ssize_t)length ||
	    lseek(child->input, 0, SEEK_SET) < 0)
		child->too_much = true;
}

void child_done(struct child *child, void (*done)(void *context), void *context)
{
	child->done = done;
	child->context = context;
}

static void start_next(struct lane *lane);

static void look_whether_finished(struct children *children)
{
	for (size_t i = 0; i < CHILD_LANES; i++)
		if (children->lanes[i].running || children->lanes[i].waiting)
			return;
	void (*finished)(void *) = children->finished;
	children->finished = NULL;
	if (finished)
		finished(children->finished_context);
}

/* The one that runs is over. */
static void drop_running(struct lane *lane)
{
	struct child *child = lane->running;
	lane->running = NULL;
	if (child->done)
		child->done(child->context);
	child_free(child);
}

static void on_process_closed(uv_handle_t *handle)
{
	struct lane *lane = handle->data;
	lane->closing = false;
	start_next(lane);
	look_whether_finished(lane->children);
}

static void close_process(struct lane *lane)
{
	lane->closing = true;
	uv_close((uv_handle_t *)&lane->process, on_process_closed);
}

static void on_exit_of(uv_process_t *process, int64_t exit_status, int signal)
{
	struct lane *lane = process->data;
	uv_timer_stop(&lane->limit);
	const char *path = lane->running->arguments[0];
	if (signal != 0 && !lane->told_to_end)
		note(lane->children, "%s was killed by signal %d", path, signal);
	else if (exit_status != 0 && !lane->told_to_end)
		note(lane->children, "%s ended with code %d", path, (int)exit_status);
	close_process(lane);
	drop_running(lane);
}

/* The whole session's group: a shell's children too. */
static void send_signal(struct lane *lane, int number)
{
	if (kill(-lane->process.pid, number) < 0)
		uv_process_kill(&lane->process, number);
}

static void on_kill_limit(uv_timer_t *timer)
{
	send_signal(timer->data, SIGKILL);
}

static void tell_to_end(struct lane *lane)
{
	lane->told_to_end = true;
	send_signal(lane, SIGTERM);
	uv_timer_start(&lane->limit, on_kill_limit, KILL_AFTER_MS, 0);
}

static void on_limit(uv_timer_t *timer)
{
	struct lane *lane = timer->data;
	note(lane->children, "%s has not ended within %.3g s: it is ended",
	     lane->running->arguments[0], (double)lane->children->timeout_ms / 1000);
	tell_to_end(lane);
}

static int spawn(struct lane *lane, struct child *child)
{
	uv_stdio_container_t stdio[] = {
		{ .flags = child->input < 0 ? UV_IGNORE : UV_INHERIT_FD, .data.fd = child->input },
		{ .flags = UV_IGNORE },
		{ .flags = UV_IGNORE },
	};
	const uv_process_options_t options = {
		.file = child->arguments[0],
		.args = child->arguments,
		.env = child->environment,
		.cwd = "/",
		.flags = UV_PROCESS_DETACHED,
		.exit_cb = on_exit_of,
		.stdio = stdio,
		.stdio_count = 3,
	};
	lane->process.data = lane;
	return uv_spawn(lane->children->loop, &lane->process, &options);
}

static void start_next(struct lane *lane)
{
	if (lane->running || lane->closing || !lane->waiting)
		return;
	struct child *child = lane->waiting;
	lane->waiting = child->next;
	lane->running = child;
	lane->told_to_end = false;
	int error = child->too_much ? UV_E2BIG : spawn(lane, child);
	if (error == 0) {
		uv_timer_start(&lane->limit, on_limit, lane->children->timeout_ms, 0);
		return;
	}
	note(lane->children, "%s cannot be run: %s", child->arguments[0], uv_strerror(error));
	if (!child->too_much) /* else no handle was made */
		close_process(lane);
	drop_running(lane);
	start_next(lane);
}

void children_run(struct children *children, struct child *child)
{
	struct lane *lane = &children->lanes[child->lane];
	struct child **end = &lane->waiting;
	while (*end)
		end = &(*end)->next;
	*end = child;
	start_next(lane);
}

bool children_take_back(struct children *children, enum child_lane lane, const char *path)
{
	struct child **last = &children->lanes[lane].waiting;
	if (!*last)
		return false;
	while ((*last)->next)
		last = &(*last)->next;
	if (strcmp((*last)->arguments[0], path) != 0)
		return false;
	child_free(*last);
	*last = NULL;
	return true;
}

void children_abandon(struct children *children, enum child_lane lane)
{
	struct lane *abandoned = &children->lanes[lane];
	free_all(&abandoned->waiting);
	if (!abandoned->running)
		return;
	abandoned->running->done = NULL;
	if (!abandoned->told_to_end)
		tell_to_end(abandoned);
}

void children_finish(struct children *children, uint64_t limit_ms, void (*done)(void *context),
		     void *context)
{
	children->finished = done;
	children->finished_context = context;
	if (limit_ms < children->timeout_ms)
		children->timeout_ms = limit_ms;
	for (size_t i = 0; i < CHILD_LANES; i++) {
		struct lane *lane = &children->lanes[i];
		if (lane->running && !lane->told_to_end)
			uv_timer_start(&lane->limit, on_limit, children->timeout_ms, 0);
	}
	look_whether_finished(children);
}
