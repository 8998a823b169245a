/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/descriptor_watch.h"

static void on_event(uv_poll_t *poll, int status, int events)
{
	(void)events;
	const struct descriptor_watch *watch = poll->data;
	/* After POLLERR (messages were lost: the next read tells) libuv has stopped watching. */
	if (status < 0)
		uv_poll_start(poll, UV_READABLE, on_event);
	watch->readable(watch->context);
}

int descriptor_watch_start(struct descriptor_watch *watch, uv_loop_t *loop, int descriptor,
			   void (*readable)(void *context), void *context)
{
	int error = uv_poll_init(loop, &watch->poll, descriptor);
	if (error < 0)
		return error;
	watch->readable = readable;
	watch->context = context;
	watch->poll.data = watch;
	return uv_poll_start(&watch->poll, UV_READABLE, on_event);
}
