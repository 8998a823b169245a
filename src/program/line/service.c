/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/service.h"

#include <stdio.h>
#include <string.h>

static void on_watchdog(uv_timer_t *timer)
{
	struct service *service = timer->data;
	service_notify_send(&service->notify, "WATCHDOG=1");
	service->check(service->context);
}

void service_init(struct service *service, uv_loop_t *loop, void (*check)(void *context),
		  void *context)
{
	*service = (struct service){ .check = check, .context = context };
	service_notify_init(&service->notify);
	uv_timer_init(loop, &service->on_watchdog);
	service->on_watchdog.data = service;
	/* Twice as often as it has to be: sd_watchdog_enabled(3). */
	uint64_t half_ms = service->notify.watchdog_us / 2000;
	if (service->notify.watchdog_us > 0)
		uv_timer_start(&service->on_watchdog, on_watchdog, half_ms, half_ms ? half_ms : 1);
}

void service_done(struct service *service)
{
	service_notify_done(&service->notify);
}

void service_ready(struct service *service)
{
	service_notify_send(&service->notify, "READY=1");
}

void service_stopping(struct service *service)
{
	service_notify_send(&service->notify, "STOPPING=1");
}

void service_status(struct service *service, const char *text)
{
	char state[sizeof(service->told) + 16];
	if (strncmp(service->told, text, sizeof(service->told) - 1) == 0)
		return;
	snprintf(service->told, sizeof(service->told), "%s", text);
	snprintf(state, sizeof(state), "STATUS=%s", service->told);
	for (char *c = state; *c; c++)
		if (*c == '\n')
			*c = ' ';
	service_notify_send(&service->notify, state);
}
