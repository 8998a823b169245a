/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arbitrary packets: cut as an arbitrary device header says, and merged in rounds.  The input: a
 * device header, then packets, each after a length of 16 bits.
 */
#include <stdlib.h>

#include "offload/merge.h"
#include "offload/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* On the heap and just as long, so that a byte too far is seen. */
static uint8_t *copy(struct bytes bytes)
{
	uint8_t *to = malloc(bytes.length + (bytes.length == 0));
	if (to && bytes.length > 0)
		memcpy(to, bytes.data, bytes.length);
	return to;
}

static void cut(struct bytes packet, const struct offload *offload)
{
	struct segmenter segmenter;
	uint8_t memory[SEGMENT_HEADERS_MAX];
	struct bytes headers, payload;
	uint8_t *data = copy(packet);
	size_t seen = 0;
	if (data && segmenter_begin(&segmenter, data, packet.length, offload, 1492) == SEGMENT_GO)
		while (segmenter_next(&segmenter, memory, &headers, &payload)) {
			if (headers.length + payload.length > 1492)
				abort();
			seen += payload.length;
		}
	if (seen > packet.length)
		abort();
	free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct merger merger;
	uint8_t *packets[MERGE_PACKETS];
	unsigned count = 0;
	struct reader r = reader_of(bytes_of(data, size));
	struct offload offload;
	bool said = offload_read(reader_bytes(&r, OFFLOAD_HEADER_LENGTH), &offload);
	merger_init(&merger, true);
	size_t length = 0, out = 0;
	while (r.left > 0 && count < MERGE_PACKETS) {
		struct bytes packet = reader_bytes(&r, reader_u16(&r));
		if (r.failed)
			break;
		if (said)
			cut(packet, &offload);
		packets[count] = copy(packet);
		if (!packets[count])
			break;
		merger_add(&merger, packets[count++], packet.length);
		length += packet.length;
	}
	for (unsigned i = 0; i < merger_groups(&merger); i++) {
		struct bytes slices[MERGE_PACKETS];
		unsigned slice_count = merger_group(&merger, i, &offload, slices);
		size_t group = 0;
		for (unsigned k = 0; k < slice_count; k++)
			group += slices[k].length;
		if (group > UINT16_MAX && slice_count > 1)
			abort();
		out += group;
	}
	if (out > length)
		abort();
	while (count > 0)
		free(packets[--count]);
	return 0;
}
