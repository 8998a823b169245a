/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When each of many sessions wants to be woken: a binary heap of their numbers, the earliest on
 * top.  Setting costs O(log n), asking for the first O(1).
 */
#pragma once

#include <stdbool.h>

#include "base/time.h"

struct deadlines {
	/* private */
	mono_us *at; /* of each number */
	uint32_t *heap; /* numbers */
	uint32_t *position; /* of each number in heap, + 1; 0: not in it */
	uint32_t count; /* in heap */
};

/* The three arrays have `numbers` places each and outlive the heap. */
void deadlines_init(struct deadlines *deadlines, mono_us *at, uint32_t *heap, uint32_t *position,
		    uint32_t numbers);

/* MONO_NEVER takes the number out. */
void deadlines_set(struct deadlines *deadlines, uint32_t number, mono_us at);

/* The earliest of all; MONO_NEVER, and no number, if there is none. */
mono_us deadlines_first(const struct deadlines *deadlines, uint32_t *ret_number);
