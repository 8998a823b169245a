/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/deadlines.h"

void deadlines_init(struct deadlines *deadlines, mono_us *at, uint32_t *heap, uint32_t *position,
		    uint32_t numbers)
{
	*deadlines = (struct deadlines){ .at = at, .heap = heap, .position = position };
	for (uint32_t i = 0; i < numbers; i++)
		position[i] = 0;
}

static void place(struct deadlines *d, uint32_t index, uint32_t number)
{
	d->heap[index] = number;
	d->position[number] = index + 1;
}

static void rise(struct deadlines *d, uint32_t index)
{
	uint32_t number = d->heap[index];
	while (index > 0) {
		uint32_t parent = (index - 1) / 2;
		if (d->at[d->heap[parent]] <= d->at[number])
			break;
		place(d, index, d->heap[parent]);
		index = parent;
	}
	place(d, index, number);
}

static void sink(struct deadlines *d, uint32_t index)
{
	uint32_t number = d->heap[index];
	for (;;) {
		uint32_t child = 2 * index + 1;
		if (child >= d->count)
			break;
		if (child + 1 < d->count && d->at[d->heap[child + 1]] < d->at[d->heap[child]])
			child++;
		if (d->at[number] <= d->at[d->heap[child]])
			break;
		place(d, index, d->heap[child]);
		index = child;
	}
	place(d, index, number);
}

static void settle(struct deadlines *d, uint32_t index)
{
	uint32_t number = d->heap[index];
	rise(d, index);
	sink(d, d->position[number] - 1);
}

static void take_out(struct deadlines *d, uint32_t number)
{
	uint32_t index = d->position[number] - 1;
	uint32_t last = d->heap[--d->count];
	d->position[number] = 0;
	if (last == number)
		return;
	place(d, index, last);
	settle(d, index);
}

void deadlines_set(struct deadlines *d, uint32_t number, mono_us at)
{
	if (at == MONO_NEVER) {
		if (d->position[number] > 0)
			take_out(d, number);
		return;
	}
	bool is_new = d->position[number] == 0;
	if (!is_new && d->at[number] == at)
		return;
	d->at[number] = at;
	if (is_new)
		place(d, d->count++, number);
	settle(d, d->position[number] - 1);
}

mono_us deadlines_first(const struct deadlines *d, uint32_t *ret_number)
{
	if (d->count == 0)
		return MONO_NEVER;
	*ret_number = d->heap[0];
	return d->at[d->heap[0]];
}
