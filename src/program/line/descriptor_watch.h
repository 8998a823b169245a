/* SPDX-License-Identifier: BSD-2-Clause */
/* Is told when a descriptor can be read, through libuv, whatever error it has reported meanwhile.
 */
#pragma once

#include <uv.h>

struct descriptor_watch {
	uv_poll_t poll; /* closed with the loop's other handles */
	void (*readable)(void *context);
	void *context;
};

/* The descriptor stays the caller's, to be closed after the loop's handles.  0 or a negative errno.
 */
int descriptor_watch_start(struct descriptor_watch *watch, uv_loop_t *loop, int descriptor,
			   void (*readable)(void *context), void *context);
