/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/line_loop.h"

#include <signal.h>

void line_loop_prepare(void)
{
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN); /* a reader of the log that goes must not take the line along */
}

static void on_signal(uv_signal_t *handle, int number)
{
	const struct line_signals *signals = handle->data;
	signals->heard(signals->context, number);
}

static void watch_signal(uv_loop_t *loop, struct line_signals *signals, uv_signal_t *handle,
			 int number)
{
	struct sigaction before;
	if (number != SIGTERM && sigaction(number, NULL, &before) == 0 &&
	    before.sa_handler == SIG_IGN)
		return; /* nohup, or a shell's background job: the starter does not want it heard */
	uv_signal_init(loop, handle);
	handle->data = signals;
	uv_signal_start(handle, on_signal, number);
}

void line_loop_watch_signals(uv_loop_t *loop, struct line_signals *signals)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		watch_signal(loop, signals, &signals->handles[i], numbers[i]);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL); /* ours, and what the starter may have blocked */
}

static void close_handle(uv_handle_t *handle, void *context)
{
	(void)context;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void line_loop_close(uv_loop_t *loop)
{
	uv_walk(loop, close_handle, NULL);
	uv_run(loop, UV_RUN_DEFAULT);
	uv_loop_close(loop);
}
