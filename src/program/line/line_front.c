/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/line_front.h"

#include <stdio.h>
#include <string.h>

#include "linux/clock.h"

static void check(void *context)
{
	const struct line_front *front = context;
	if (front->owner.check)
		front->owner.check(front->owner.context);
}

void line_front_init(struct line_front *front, uv_loop_t *loop, const struct line_config *config,
		     mono_us started, bool to_syslog, const struct line_front_owner *owner)
{
	front->loop = loop;
	front->owner = *owner;
	front->control = NULL;
	line_log_init(&front->log, config->device[0] ? config->device : config->interface, started,
		      to_syslog);
	status_init(&front->status, config);
	service_init(&front->service, loop, check, front);
}

void line_front_set_name(struct line_front *front, const char *name)
{
	front->log.name = name;
	status_set_link(&front->status, name);
}

static void read_status(void *context, struct line_status *ret_status)
{
	const struct line_front *front = context;
	struct device_counters counters;
	check(context);
	front->owner.count(front->owner.context, &counters);
	status_read(&front->status, &counters, ret_status);
}

static bool read_log(void *context, uint64_t number, struct log_entry *ret_entry)
{
	const struct line_front *front = context;
	return log_ring_read(&front->log.ring, number, ret_entry);
}

static uint64_t log_end(void *context)
{
	const struct line_front *front = context;
	return front->log.ring.next + 1;
}

static void redial(void *context)
{
	const struct line_front *front = context;
	front->owner.redial(front->owner.context);
}

static void hang_up(void *context)
{
	const struct line_front *front = context;
	front->owner.hang_up(front->owner.context);
}

void line_front_open(struct line_front *front)
{
	const struct control_owner owner = {
		.context = front,
		.read = read_status,
		.read_log = read_log,
		.log_end = log_end,
		.redial = redial,
		.hang_up = hang_up,
	};
	char text[LINK_TEXT_SIZE];
	int error = control_server_new(front->loop, front->log.name, &owner, &front->control);
	if (error == 0)
		return;
	snprintf(text, sizeof(text), "no control socket: %s", strerror(-error));
	line_front_log(front, LOG_ENTRY_WARNING, front->status.stage, clock_now(), text);
}

void line_front_ready(struct line_front *front)
{
	service_ready(&front->service);
}

void line_front_stopping(struct line_front *front)
{
	service_stopping(&front->service);
}

void line_front_close(struct line_front *front)
{
	control_server_free(front->control);
	front->control = NULL;
}

void line_front_done(struct line_front *front)
{
	service_done(&front->service);
	line_log_done(&front->log);
}

void line_front_log(struct line_front *front, enum log_priority priority, enum link_stage stage,
		    mono_us at, const char *text)
{
	line_log_report(&front->log, priority, stage, at, text);
	control_server_logged(front->control);
}

void line_front_publish(struct line_front *front, enum link_stage stage, const char *device)
{
	char text[LINK_TEXT_SIZE];
	status_set(&front->status, stage, device);
	status_describe(&front->status, text, sizeof(text));
	service_status(&front->service, text);
	control_server_changed(front->control);
}
