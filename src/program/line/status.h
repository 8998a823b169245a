/* SPDX-License-Identifier: BSD-2-Clause */
/* What the monitor knows about its line, for those who ask: gathered from the engine's messages. */
#pragma once

#include <sys/types.h>

#include "base/time.h"
#include "config/line_config.h"
#include "control/line_status.h"
#include "linux/device.h"
#include "program/line/message.h"

struct status {
	struct line_status values;
	enum link_stage stage;
	mono_us stage_since;
	const char *plane; /* what carries the packets of this line */
	mono_us redial_at; /* MONO_NEVER: not planned */
};

void status_init(struct status *status, const struct line_config *config);

/* Takes in what the engine says. */
void status_hear(struct status *status, const struct message *message);

/* The stage, and the network device ("": none), as they are now. */
void status_set(struct status *status, enum link_stage stage, const char *device);

/* The engine's process; 0: there is none, and so no session. */
void status_set_engine(struct status *status, pid_t pid);

/* When the next attempt may be; MONO_NEVER: not planned. */
void status_set_redial(struct status *status, mono_us at);

/* The host could not be set up for the session. */
void status_device_failed(struct status *status, const char *what);

/* The line's name and its interface's, as they were found. */
void status_set_link(struct status *status, const char *name);
void status_set_interface(struct status *status, const char *name);

/* The whole of it in a few words, one line. */
void status_describe(const struct status *status, char *text, size_t size);

/* What an answer says: with the times of this moment and, while there is a device, its counters. */
void status_read(const struct status *status, const struct device_counters *counters,
		 struct line_status *ret_values);
