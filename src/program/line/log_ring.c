/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/log_ring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void log_ring_done(struct log_ring *ring)
{
	for (size_t i = 0; i < LOG_RING_ENTRIES; i++)
		free(ring->entry[i].text);
	*ring = (struct log_ring){ 0 };
}

void log_ring_add(struct log_ring *ring, int64_t time_ms, enum log_priority priority,
		  const char *stage, const char *text)
{
	char *copy = strdup(text);
	if (!copy)
		return;
	size_t place = ring->next++ % LOG_RING_ENTRIES;
	free(ring->entry[place].text);
	ring->entry[place].time_ms = time_ms;
	ring->entry[place].priority = priority;
	ring->entry[place].stage = stage;
	ring->entry[place].text = copy;
}

/* Numbers begin at 1, places at 0. */
bool log_ring_read(const struct log_ring *ring, uint64_t number, struct log_entry *ret_entry)
{
	uint64_t place = number > 0 ? number - 1 : 0;
	if (place >= ring->next)
		return false;
	if (ring->next - place > LOG_RING_ENTRIES)
		place = ring->next - LOG_RING_ENTRIES;
	size_t at = place % LOG_RING_ENTRIES;
	ret_entry->number = place + 1;
	ret_entry->time_ms = ring->entry[at].time_ms;
	ret_entry->priority = ring->entry[at].priority;
	snprintf(ret_entry->stage, sizeof(ret_entry->stage), "%s", ring->entry[at].stage);
	snprintf(ret_entry->text, sizeof(ret_entry->text), "%s", ring->entry[at].text);
	return true;
}
