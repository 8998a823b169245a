/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line as a service: the manager that started it is told how it is (linux/service_notify.h),
 * and its watchdog fed, from this loop: whoever hangs in it feeds none.
 *
 * READY=1 is said as soon as the line looks after itself: configuration, control socket and
 * processes are there.  Not when it is up: an interface without carrier, or a provider that is
 * away, must not hold a boot up.  STATUS= says how far it is.
 */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "linux/service_notify.h"

struct service {
	struct service_notify notify;
	uv_timer_t on_watchdog;
	void (*check)(void *context); /* each time the watchdog is fed: ask who else may hang */
	void *context;
	char told[256]; /* the last STATUS= */
};

void service_init(struct service *service, uv_loop_t *loop, void (*check)(void *context),
		  void *context);
void service_done(struct service *service); /* uv_walk() closes its handle */

void service_ready(struct service *service);
void service_stopping(struct service *service);

/* One line; said only if it is not what was said before. */
void service_status(struct service *service, const char *text);
