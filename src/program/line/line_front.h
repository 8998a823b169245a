/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a line's process shows of itself, whoever its engine is: the log, the status, the control
 * socket that tells both and takes commands, and what the service manager hears.
 */
#pragma once

#include "control/server.h"
#include "linux/device.h"
#include "program/line/line_log.h"
#include "program/line/service.h"
#include "program/line/status.h"

struct line_front_owner {
	void *context;
	/* Somebody looks, or the watchdog is fed: ask the engine whether it lives; NULL: nothing to
	 * ask. */
	void (*check)(void *context);
	void (*count)(void *context, struct device_counters *ret_counters);
	void (*redial)(void *context);
	void (*hang_up)(void *context);
};

struct line_front {
	struct line_log log;
	struct status status;
	/* private */
	struct line_front_owner owner;
	uv_loop_t *loop;
	struct control_server *control; /* NULL: none (yet), or none could be had */
	struct service service;
};

/* Before there are child processes (see service_notify_init()). */
void line_front_init(struct line_front *front, uv_loop_t *loop, const struct line_config *config,
		     mono_us started, bool to_syslog, const struct line_front_owner *owner);

/* The line's name is found: a string that stays. */
void line_front_set_name(struct line_front *front, const char *name);

/* Everything is set up: the control socket is made, unless it cannot be had, which is no harm. */
void line_front_open(struct line_front *front);

/* The line looks after itself from now on. */
void line_front_ready(struct line_front *front);

void line_front_stopping(struct line_front *front);

/* Takes the control socket away, whose end says that all is undone.  The loop has to run once more.
 */
void line_front_close(struct line_front *front);
void line_front_done(struct line_front *front); /* the memory, after the loop is closed */

/* A line in the log. */
void line_front_log(struct line_front *front, enum log_priority priority, enum link_stage stage,
		    mono_us at, const char *text);

/* The status has changed: tells all who watch.  device: "" for none. */
void line_front_publish(struct line_front *front, enum link_stage stage, const char *device);
