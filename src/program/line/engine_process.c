/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/engine_process.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ENGINE_DESCRIPTOR 3
#define CLOSE_LIMIT_MS 4000 /* an engine that has not hung up by then is killed */
#define LIFE_LIMIT_MS 5000 /* for a sign of life; asked for twice, lest time has jumped */
#define MESSAGES_AT_ONCE 64 /* before signals and others get their turn */

struct engine_process {
	uv_loop_t *loop;
	struct engine_owner owner;
	uv_process_t process;
	bool lives;
	uv_poll_t on_readable;
	int socket; /* -1: none */
	uv_timer_t on_close_limit, on_life_limit;
	unsigned asked; /* for a sign of life, with no answer yet */
};

struct engine_process *engine_process_new(uv_loop_t *loop, const struct engine_owner *owner)
{
	struct engine_process *engine = calloc(1, sizeof(*engine));
	if (!engine)
		return NULL;
	engine->loop = loop;
	engine->owner = *owner;
	engine->socket = -1;
	uv_timer_init(loop, &engine->on_close_limit);
	engine->on_close_limit.data = engine;
	uv_timer_init(loop, &engine->on_life_limit);
	engine->on_life_limit.data = engine;
	return engine;
}

void engine_process_free(struct engine_process *engine)
{
	free(engine);
}

pid_t engine_process_pid(const struct engine_process *engine)
{
	return engine->lives ? engine->process.pid : 0;
}

/* Never by the pid of one that is dead: it may be another process's by now. */
static void kill_it(struct engine_process *engine)
{
	if (engine->lives)
		uv_process_kill(&engine->process, SIGKILL);
}

void engine_process_close(struct engine_process *engine)
{
	if (!engine || engine->socket < 0)
		return;
	uv_poll_stop(&engine->on_readable);
	uv_close((uv_handle_t *)&engine->on_readable, NULL);
	close(engine->socket);
	engine->socket = -1;
}

/* Up to so many messages; false when there is nothing more to come. */
static bool read_messages(struct engine_process *engine, unsigned most)
{
	struct message message;
	int none[MESSAGE_SOCKETS], result = 1;
	for (unsigned i = 0; i < most && result > 0; i++) {
		result = message_receive(engine->socket, &message, none, true);
		if (result > 0) {
			engine->asked = 0;
			uv_timer_stop(&engine->on_life_limit);
			engine->owner.heard(engine->owner.context, &message);
		}
	}
	if (result < 0 && result != -EAGAIN && result != -ECONNRESET) {
		char text[LINK_TEXT_SIZE];
		snprintf(text, sizeof(text), "the engine is out of order (%s): it is ended",
			 strerror(-result));
		engine->owner.note(engine->owner.context, text);
	}
	return result > 0 || result == -EAGAIN;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	struct engine_process *engine = poll->data;
	if (read_messages(engine, MESSAGES_AT_ONCE))
		return;
	uv_poll_stop(poll);
	kill_it(engine);
}

static void on_exit_of_it(uv_process_t *process, int64_t exit_status, int term_signal)
{
	struct engine_process *engine = process->data;
	engine->lives = false;
	if (engine->socket >= 0) {
		read_messages(engine, UINT_MAX); /* its last words */
		engine_process_close(engine);
	}
	uv_close((uv_handle_t *)process, NULL);
	uv_timer_stop(&engine->on_close_limit);
	uv_timer_stop(&engine->on_life_limit);
	engine->asked = 0;
	engine->owner.ended(engine->owner.context, (int)exit_status, term_signal);
}

static int spawn(struct engine_process *engine, int engine_end)
{
	char *arguments[] = { (char[]){ "pppoe-connect" }, (char[]){ "--engine" }, NULL };
	uv_stdio_container_t stdio[] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_IGNORE },
		{ .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
		{ .flags = UV_INHERIT_FD, .data.fd = engine_end },
	};
	const uv_process_options_t options = {
		/* This very program, even where an update has put another in its place. */
		.file = "/proc/self/exe",
		.args = arguments,
		.exit_cb = on_exit_of_it,
		.stdio = stdio,
		.stdio_count = ENGINE_DESCRIPTOR + 1,
	};
	engine->process.data = engine;
	int error = uv_spawn(engine->loop, &engine->process, &options);
	if (error < 0)
		uv_close((uv_handle_t *)&engine->process, NULL);
	return error;
}

int engine_process_start(struct engine_process *engine)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -errno;
	int error = spawn(engine, pair[1]);
	close(pair[1]);
	if (error < 0) {
		close(pair[0]);
		return error;
	}
	engine->lives = true;
	engine->socket = pair[0];
	uv_poll_init(engine->loop, &engine->on_readable, pair[0]);
	engine->on_readable.data = engine;
	uv_poll_start(&engine->on_readable, UV_READABLE, on_readable);
	return 0;
}

void engine_process_tell(struct engine_process *engine, const struct message *message,
			 const int *descriptors, size_t count)
{
	int error = engine->socket < 0 ? -EPIPE
				       : message_send(engine->socket, message, descriptors, count);
	if (error < 0 && error != -EPIPE)
		kill_it(engine); /* it does not read: start another */
}

static void ask(struct engine_process *engine);

static void on_life_limit(uv_timer_t *timer)
{
	struct engine_process *engine = timer->data;
	if (engine->asked < 2) {
		ask(engine);
		return;
	}
	engine->owner.note(engine->owner.context, "the engine gives no sign of life: it is ended");
	kill_it(engine);
}

static void ask(struct engine_process *engine)
{
	engine->asked++;
	uv_timer_start(&engine->on_life_limit, on_life_limit, LIFE_LIMIT_MS, 0);
	engine_process_tell(engine, &(struct message){ .kind = MESSAGE_ASK }, NULL, 0);
}

void engine_process_check(struct engine_process *engine)
{
	if (engine->lives && engine->asked == 0)
		ask(engine);
}

static void on_close_limit(uv_timer_t *timer)
{
	kill_it(timer->data);
}

void engine_process_hang_up(struct engine_process *engine)
{
	engine_process_tell(engine, &(struct message){ .kind = MESSAGE_CLOSE }, NULL, 0);
	if (!uv_is_active((uv_handle_t *)&engine->on_close_limit))
		uv_timer_start(&engine->on_close_limit, on_close_limit, CLOSE_LIMIT_MS, 0);
}
