/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/keeper/process_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "program/manage/pid_file.h"

struct process_watch {
	uv_poll_t poll;
	int process;
	void (*ended)(void *context);
	void *context;
};

static void on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	struct process_watch *watch = poll->data;
	uv_poll_stop(poll);
	watch->ended(watch->context);
}

int process_watch_new(uv_loop_t *loop, int process, void (*ended)(void *context), void *context,
		      struct process_watch **ret_watch)
{
	struct process_watch *watch = calloc(1, sizeof(*watch));
	int error = watch ? uv_poll_init(loop, &watch->poll, process) : -ENOMEM;
	if (error < 0) {
		free(watch);
		close(process);
		return error;
	}
	watch->process = process;
	watch->ended = ended;
	watch->context = context;
	watch->poll.data = watch;
	uv_poll_start(&watch->poll, UV_READABLE, on_readable);
	*ret_watch = watch;
	return 0;
}

int process_watch_signal(const struct process_watch *watch, int number)
{
	return pid_file_signal(watch->process, number);
}

static void free_watch(uv_handle_t *handle)
{
	free(handle->data);
}

void process_watch_free(struct process_watch *watch)
{
	if (!watch)
		return;
	uv_poll_stop(&watch->poll);
	close(watch->process);
	uv_close((uv_handle_t *)&watch->poll, free_watch);
}
