/* SPDX-License-Identifier: BSD-2-Clause */
/* The last lines of the log, for those who ask over the control socket. */
#pragma once

#include "control/log_entry.h"

#define LOG_RING_ENTRIES 200

struct log_ring {
	uint64_t next; /* number of the next one */
	struct {
		int64_t time_ms;
		enum log_priority priority;
		const char *stage;
		char *text;
	} entry[LOG_RING_ENTRIES];
};

/* All zero is an empty one. */
void log_ring_done(struct log_ring *ring);

/* stage: a string that stays.  Without memory the entry is lost. */
void log_ring_add(struct log_ring *ring, int64_t time_ms, enum log_priority priority,
		  const char *stage, const char *text);

/* The first entry with this number or a higher one.  False if there is none yet. */
bool log_ring_read(const struct log_ring *ring, uint64_t number, struct log_entry *ret_entry);
