/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segmentation and merging are each other's inverse: what one made is held against the other, and
 * against checksums computed the slow way here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "offload/checksum.h"
#include "offload/merge.h"
#include "offload/segment.h"

#define ROUNDS 3000
#define PACKET_MAX 65535

static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(random_state >> 4) * limit) >> 28);
}

static uint16_t slow_checksum(const uint8_t *data, size_t length, uint32_t sum)
{
	for (size_t i = 0; i < length; i++)
		sum += (uint32_t)(i % 2 == 0 ? data[i] << 8 : data[i]);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* A whole packet, as a peer would have sent it, or as a stack leaves it to its device. */
struct sample {
	uint8_t data[PACKET_MAX + 64];
	size_t length, transport, payload;
	bool ipv6, tcp;
};

struct shape {
	bool ipv6, tcp;
	size_t extension; /* bytes of an IPv6 extension header, or of IPv4 options */
	size_t options; /* bytes of TCP options */
	size_t payload;
	uint8_t flags;
	uint16_t id, fragment;
	uint32_t sequence;
	uint16_t port;
};

static uint32_t pseudo_sum(const struct sample *sample)
{
	uint32_t sum = sample->ipv6 ? slow_checksum(sample->data + 8, 32, 0)
				    : slow_checksum(sample->data + 12, 8, 0);
	uint32_t length = (uint32_t)(sample->length - sample->transport);
	return sum + (sample->tcp ? 6u : 17u) + (length >> 16) + (length & 0xffff);
}

static uint8_t *checksum_field(struct sample *sample)
{
	return sample->data + sample->transport + (sample->tcp ? 16 : 6);
}

static void put_u16(uint8_t *to, size_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static void write_ip(struct sample *sample, const struct shape *shape)
{
	uint8_t *data = sample->data;
	for (size_t i = 0; i < sample->transport; i++)
		data[i] = (uint8_t)(i * 37);
	if (shape->ipv6) {
		data[0] = 0x60;
		put_u16(data + 4, sample->length - 40);
		data[6] = shape->extension ? 60 : shape->tcp ? 6 : 17;
		data[7] = 64;
		if (shape->extension) {
			data[40] = shape->tcp ? 6 : 17;
			data[41] = (uint8_t)(shape->extension / 8 - 1);
		}
		return;
	}
	data[0] = (uint8_t)(0x40 | sample->transport / 4);
	put_u16(data + 2, sample->length);
	put_u16(data + 4, shape->id);
	put_u16(data + 6, shape->fragment);
	data[8] = 64;
	data[9] = shape->tcp ? 6 : 17;
	put_u16(data + 10, 0);
	put_u16(data + 10, (uint16_t)~slow_checksum(data, sample->transport, 0));
}

static void make(struct sample *sample, const struct shape *shape)
{
	sample->ipv6 = shape->ipv6;
	sample->tcp = shape->tcp;
	sample->transport = (shape->ipv6 ? 40 : 20) + shape->extension;
	sample->payload = sample->transport + (shape->tcp ? 20 + shape->options : 8);
	sample->length = sample->payload + shape->payload;
	write_ip(sample, shape);
	uint8_t *transport = sample->data + sample->transport;
	put_u16(transport, shape->port);
	put_u16(transport + 2, 443);
	if (shape->tcp) {
		put_u16(transport + 4, shape->sequence >> 16);
		put_u16(transport + 6, shape->sequence & 0xffff);
		memset(transport + 8, 0x11, 4);
		transport[12] = (uint8_t)((20 + shape->options) / 4 << 4);
		transport[13] = shape->flags;
		put_u16(transport + 14, 501);
		put_u16(transport + 18, 0);
		for (size_t i = 0; i < shape->options; i++)
			transport[20 + i] = (uint8_t)(i + 1);
	} else {
		put_u16(transport + 4, sample->length - sample->transport);
	}
	for (size_t i = sample->payload; i < sample->length; i++)
		sample->data[i] = (uint8_t)(random_below(256));
	put_u16(checksum_field(sample), 0);
}

static void make_whole(struct sample *sample, const struct shape *shape)
{
	make(sample, shape);
	uint16_t sum = slow_checksum(sample->data + sample->transport,
				     sample->length - sample->transport, pseudo_sum(sample));
	put_u16(checksum_field(sample), sum == 0xffff ? 0xffff : 0xffffu - sum);
}

/* With the pseudo-header's sum alone, as the stack leaves it. */
static struct offload make_for_device(struct sample *sample, const struct shape *shape,
				      uint16_t segment_size)
{
	make(sample, shape);
	put_u16(checksum_field(sample), slow_checksum(NULL, 0, pseudo_sum(sample)));
	return (struct offload){
		.kind = segment_size == 0 ? OFFLOAD_NONE
			: !shape->tcp	  ? OFFLOAD_UDP
			: shape->ipv6	  ? OFFLOAD_TCPV6
					  : OFFLOAD_TCPV4,
		.needs_checksum = true,
		.segment_size = segment_size,
		.checksum_start = (uint16_t)sample->transport,
		.checksum_offset = shape->tcp ? 16 : 6,
	};
}

static void assert_whole(const uint8_t *data, size_t length, size_t transport, bool tcp)
{
	struct sample sample = {
		.length = length, .transport = transport, .ipv6 = data[0] >> 4 == 6, .tcp = tcp
	};
	memcpy(sample.data, data, length);
	assert_int_equal(slow_checksum(data + transport, length - transport, pseudo_sum(&sample)),
			 0xffff);
	if (!sample.ipv6)
		assert_int_equal(slow_checksum(data, (size_t)(data[0] & 15) * 4, 0), 0xffff);
	size_t said = sample.ipv6 ? (size_t)(data[4] << 8 | data[5]) + 40
				  : (size_t)(data[2] << 8 | data[3]);
	assert_int_equal(said, length);
	if (!tcp)
		assert_int_equal(data[transport + 4] << 8 | data[transport + 5],
				 length - transport);
}

static struct shape random_shape(void)
{
	struct shape shape = {
		.ipv6 = random_below(2),
		.tcp = random_below(3) > 0,
		.options = random_below(11) * 4,
		.payload = 1 + random_below(random_below(4) ? 3000 : 64000),
		.flags = (uint8_t)(0x10 | (random_below(2) ? 0x08 : 0) |
				   (random_below(4) ? 0 : 0x01) | (random_below(4) ? 0 : 0x40)),
		.id = (uint16_t)random_below(65536),
		.fragment = random_below(2) ? 0x4000 : 0,
		.sequence = random_below(1 << 28) * 16 + random_below(16),
		.port = (uint16_t)(1024 + random_below(60000)),
	};
	if (shape.payload > 64000)
		shape.payload = 64000;
	return shape;
}

/* Segments, one after the other in memory. */
struct parts {
	uint8_t data[2 * PACKET_MAX + 4096];
	size_t at[PACKET_MAX + 1];
	unsigned count;
};

static void cut(struct sample *sample, const struct offload *offload, size_t mtu,
		struct parts *parts)
{
	static struct segmenter segmenter;
	uint8_t memory[SEGMENT_HEADERS_MAX];
	struct bytes headers, payload;
	assert_int_equal(segmenter_begin(&segmenter, sample->data, sample->length, offload, mtu),
			 SEGMENT_GO);
	parts->count = 0;
	parts->at[0] = 0;
	while (segmenter_next(&segmenter, memory, &headers, &payload)) {
		uint8_t *to = parts->data + parts->at[parts->count];
		memcpy(to, headers.data, headers.length);
		memcpy(to + headers.length, payload.data, payload.length);
		parts->at[parts->count + 1] =
			parts->at[parts->count] + headers.length + payload.length;
		parts->count++;
		assert_true(headers.length + payload.length <= mtu);
	}
}

static size_t merge_all(struct merger *merger, struct parts *parts, unsigned first, unsigned count,
			uint8_t *ret_data, struct offload *ret_offload, unsigned *ret_groups)
{
	struct bytes slices[MERGE_PACKETS];
	size_t length = 0;
	merger_reset(merger);
	for (unsigned i = first; i < first + count; i++)
		merger_add(merger, parts->data + parts->at[i], parts->at[i + 1] - parts->at[i]);
	*ret_groups = merger_groups(merger);
	unsigned slice_count = merger_group(merger, 0, ret_offload, slices);
	for (unsigned i = 0; i < slice_count; i++) {
		memcpy(ret_data + length, slices[i].data, slices[i].length);
		length += slices[i].length;
	}
	return length;
}

static struct sample sample, before;
static struct parts parts;
static struct merger merger;
static uint8_t merged[2 * PACKET_MAX];

static void every_segment_is_a_whole_packet(void **state)
{
	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		random_state = round;
		struct shape shape = random_shape();
		if (shape.ipv6)
			shape.extension = random_below(4) * 8;
		else
			shape.extension = random_below(4) * 4;
		uint16_t size = (uint16_t)(100 + random_below(1300));
		struct offload offload = make_for_device(&sample, &shape, size);
		before = sample;
		cut(&sample, &offload, 1500, &parts);
		assert_int_equal(parts.count, (shape.payload + size - 1) / size);
		size_t payload_at = sample.payload;
		for (unsigned i = 0; i < parts.count; i++) {
			uint8_t *one = parts.data + parts.at[i];
			size_t length = parts.at[i + 1] - parts.at[i];
			assert_whole(one, length, sample.transport, shape.tcp);
			assert_memory_equal(one + sample.payload, before.data + payload_at,
					    length - sample.payload);
			payload_at += length - sample.payload;
			if (!shape.ipv6)
				assert_int_equal(one[4] << 8 | one[5], (uint16_t)(shape.id + i));
			if (!shape.tcp)
				continue;
			uint8_t *tcp = one + sample.transport;
			assert_int_equal((uint32_t)tcp[4] << 24 | (uint32_t)(tcp[5] << 16) |
						 (uint32_t)(tcp[6] << 8) | tcp[7],
					 (uint32_t)(shape.sequence + i * size));
			uint8_t last_only = i + 1 < parts.count ? 0x09 : 0;
			assert_int_equal(tcp[13], shape.flags & ~last_only);
		}
		assert_int_equal(payload_at, before.length);
	}
}

static void cwr_stays_in_the_first(void **state)
{
	(void)state;
	struct shape shape = { .tcp = true, .payload = 3000, .flags = 0x90 };
	struct offload offload = make_for_device(&sample, &shape, 1000);
	cut(&sample, &offload, 1500, &parts);
	assert_int_equal(parts.count, 3);
	assert_int_equal(parts.data[parts.at[0] + 33], 0x90);
	assert_int_equal(parts.data[parts.at[1] + 33], 0x10);
	assert_int_equal(parts.data[parts.at[2] + 33], 0x10);
}

static void one_packet_gets_its_checksum(void **state)
{
	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		random_state = round;
		struct shape shape = random_shape();
		shape.payload %= 1300;
		struct offload offload = make_for_device(&sample, &shape, 0);
		cut(&sample, &offload, 1500, &parts);
		assert_int_equal(parts.count, 1);
		assert_whole(parts.data, parts.at[1], sample.transport, shape.tcp);
	}
}

static void what_was_cut_is_merged_byte_for_byte(void **state)
{
	(void)state;
	merger_init(&merger, true);
	for (unsigned round = 0; round < ROUNDS; round++) {
		random_state = round;
		struct shape shape = random_shape();
		uint16_t size = (uint16_t)(1100 + random_below(300));
		struct offload offload = make_for_device(&sample, &shape, size), now;
		before = sample;
		cut(&sample, &offload, 1500, &parts);
		if (parts.count > MERGE_PACKETS)
			continue;
		unsigned groups;
		size_t length = merge_all(&merger, &parts, 0, parts.count, merged, &now, &groups);
		assert_int_equal(groups, 1);
		assert_int_equal(length, before.length);
		if (parts.count == 1) {
			assert_int_equal(now.kind, OFFLOAD_NONE);
			assert_true(now.checksum_verified);
			continue;
		}
		assert_memory_equal(merged, before.data, length);
		assert_int_equal(now.kind, offload.kind);
		assert_int_equal(now.segment_size, size);
		assert_int_equal(now.checksum_start, offload.checksum_start);
		assert_int_equal(now.checksum_offset, offload.checksum_offset);
		assert_true(now.needs_checksum);
	}
}

/* A stream's next packet, sometimes odd in one way or other. */
static void next_of_flow(struct shape *flow)
{
	flow->sequence += (uint32_t)flow->payload;
	flow->id++;
	flow->payload = random_below(8) ? 1400 : random_below(1400);
	flow->flags = random_below(10) ? 0x10 : (uint8_t)random_below(256);
	if (random_below(20) == 0)
		flow->sequence += 7;
	if (random_below(20) == 0)
		flow->id += 3;
	if (random_below(20) == 0)
		flow->fragment ^= 0x4000;
	if (random_below(40) == 0)
		flow->fragment ^= 0x2000;
	if (random_below(20) == 0)
		flow->options = random_below(4) * 4;
}

/* The same bytes again, but for identifications that stand still where DF makes them void. */
static void assert_same_packets(const struct parts *wanted, const unsigned *numbers,
				const struct parts *found)
{
	for (unsigned i = 0; i < found->count; i++) {
		const uint8_t *a = wanted->data + wanted->at[numbers[i]];
		const uint8_t *b = found->data + found->at[i];
		size_t length = wanted->at[numbers[i] + 1] - wanted->at[numbers[i]];
		assert_int_equal(found->at[i + 1] - found->at[i], length);
		assert_memory_equal(a, b, length);
	}
}

/* Which packets a group of the merger holds, by their order in memory. */
static unsigned numbers_of(const struct bytes *slices, unsigned count, const struct parts *all,
			   unsigned *ret_numbers)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned number = 0;
		while (all->data + all->at[number + 1] <= slices[i].data)
			number++;
		ret_numbers[i] = number;
		assert_true(i == 0 || number > ret_numbers[i - 1]);
	}
	return count;
}

static void make_traffic(struct shape *flows, unsigned flow_count)
{
	parts.at[0] = 0;
	for (parts.count = 0; parts.count < MERGE_PACKETS; parts.count++) {
		struct shape *flow = &flows[random_below(flow_count)];
		next_of_flow(flow);
		make_whole(&sample, flow);
		if (random_below(50) == 0)
			sample.data[random_below((uint32_t)sample.length)] ^= 0x40;
		memcpy(parts.data + parts.at[parts.count], sample.data, sample.length);
		parts.at[parts.count + 1] = parts.at[parts.count] + sample.length;
	}
}

static void merged_traffic_can_be_cut_into_the_same_packets(void **state)
{
	(void)state;
	static struct parts original, again;
	static struct sample group;
	unsigned largest = 0;
	for (unsigned round = 0; round < ROUNDS; round++) {
		random_state = round;
		merger_init(&merger, round % 2);
		struct shape flows[6];
		unsigned flow_count = 1 + random_below(6);
		for (unsigned i = 0; i < flow_count; i++) {
			flows[i] = random_shape();
			flows[i].payload = 1400;
		}
		make_traffic(flows, flow_count);
		original = parts;
		for (unsigned i = 0; i < parts.count; i++)
			merger_add(&merger, parts.data + parts.at[i],
				   parts.at[i + 1] - parts.at[i]);
		unsigned seen = 0;
		for (unsigned i = 0; i < merger_groups(&merger); i++) {
			struct bytes slices[MERGE_PACKETS];
			unsigned numbers[MERGE_PACKETS];
			struct offload offload;
			unsigned count = merger_group(&merger, i, &offload, slices);
			seen += numbers_of(slices, count, &parts, numbers);
			group.length = 0;
			for (unsigned k = 0; k < count; k++) {
				memcpy(group.data + group.length, slices[k].data, slices[k].length);
				group.length += slices[k].length;
			}
			if (count > largest)
				largest = count;
			cut(&group, &offload, PACKET_MAX, &again);
			assert_int_equal(again.count, count);
			assert_same_packets(&original, numbers, &again);
		}
		assert_int_equal(seen, parts.count);
	}
	assert_true(largest > 20);
}

/* Within a flow nothing overtakes: groups in order hold each flow's packets in order. */
static void order_within_a_flow_stays(void **state)
{
	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		random_state = round;
		merger_init(&merger, true);
		struct shape flows[3];
		for (unsigned i = 0; i < 3; i++) {
			flows[i] = random_shape();
			flows[i].port = (uint16_t)(1000 + i);
			flows[i].ipv6 = false;
			flows[i].payload = 1400;
		}
		make_traffic(flows, 3);
		for (unsigned i = 0; i < parts.count; i++)
			merger_add(&merger, parts.data + parts.at[i],
				   parts.at[i + 1] - parts.at[i]);
		int last[3] = { -1, -1, -1 };
		for (unsigned i = 0; i < merger_groups(&merger); i++) {
			struct bytes slices[MERGE_PACKETS];
			unsigned numbers[MERGE_PACKETS];
			struct offload offload;
			unsigned count = merger_group(&merger, i, &offload, slices);
			numbers_of(slices, count, &parts, numbers);
			for (unsigned k = 0; k < count; k++) {
				const uint8_t *one = parts.data + parts.at[numbers[k]];
				size_t transport = (size_t)(one[0] & 15) * 4;
				unsigned port =
					(unsigned)(one[transport] << 8) | one[transport + 1];
				if (port < 1000 || port > 1002)
					continue; /* one that was damaged */
				assert_true((int)numbers[k] > last[port - 1000]);
				last[port - 1000] = (int)numbers[k];
			}
		}
	}
}

static void identification_may_stand_still_with_df(void **state)
{
	(void)state;
	struct offload offload;
	for (unsigned df = 0; df < 2; df++) {
		struct shape shape = { .tcp = true,
				       .payload = 1000,
				       .flags = 0x10,
				       .fragment = df ? 0x4000 : 0,
				       .sequence = 5 };
		merger_init(&merger, false);
		parts.at[0] = 0;
		for (parts.count = 0; parts.count < 3; parts.count++) {
			make_whole(&sample, &shape);
			memcpy(parts.data + parts.at[parts.count], sample.data, sample.length);
			parts.at[parts.count + 1] = parts.at[parts.count] + sample.length;
			shape.sequence += 1000;
		}
		unsigned groups;
		merge_all(&merger, &parts, 0, 3, merged, &offload, &groups);
		assert_int_equal(groups, df ? 1 : 3);
	}
}

static void what_does_not_go_together_is_refused(void **state)
{
	(void)state;
	struct segmenter segmenter;
	struct shape shape = { .tcp = true, .payload = 3000, .flags = 0x10 };
	struct offload good = make_for_device(&sample, &shape, 1000), bad;
#define REFUSED(change, why) \
	do { \
		bad = good; \
		change; \
		assert_int_equal( \
			segmenter_begin(&segmenter, sample.data, sample.length, &bad, 1500), why); \
	} while (0)
	REFUSED(bad.segment_size = 0, SEGMENT_MALFORMED);
	REFUSED(bad.segment_size = 1461, SEGMENT_TOO_LONG);
	REFUSED(bad.kind = OFFLOAD_NONE, SEGMENT_TOO_LONG);
	REFUSED(bad.kind = OFFLOAD_TCPV6, SEGMENT_MALFORMED);
	REFUSED(bad.needs_checksum = false, SEGMENT_MALFORMED);
	REFUSED(bad.checksum_start = 24, SEGMENT_MALFORMED);
	REFUSED(bad.checksum_start = 3020, SEGMENT_MALFORMED);
	REFUSED(bad.checksum_start = 0, SEGMENT_MALFORMED);
	sample.data[32] = 0x40; /* a TCP header of 16 bytes */
	REFUSED((void)0, SEGMENT_MALFORMED);
#undef REFUSED
	shape.payload = 100;
	good = make_for_device(&sample, &shape, 0);
	good.checksum_offset = 140;
	assert_int_equal(segmenter_begin(&segmenter, sample.data, sample.length, &good, 1500),
			 SEGMENT_MALFORMED);
}

static void checksums_are_those_of_rfc_1071(void **state)
{
	(void)state;
	const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	uint8_t stored[2];
	checksum_store_folded(stored, checksum_fold(checksum_add(0, bytes_of(example, 8))));
	assert_int_equal(stored[0] << 8 | stored[1], 0xddf2);
	for (unsigned round = 0; round < ROUNDS; round++) {
		random_state = round;
		size_t length = random_below(300), offset = random_below(9);
		for (size_t i = 0; i < length; i++)
			merged[offset + i] = (uint8_t)random_below(256);
		checksum_store_folded(
			stored, checksum_fold(checksum_add(0, bytes_of(merged + offset, length))));
		assert_int_equal(stored[0] << 8 | stored[1],
				 slow_checksum(merged + offset, length, 0));
	}
}

static void the_device_s_header_is_read_as_written(void **state)
{
	(void)state;
	for (int kind = OFFLOAD_NONE; kind <= OFFLOAD_UDP; kind++) {
		const struct offload one = { .kind = (enum offload_kind)kind,
					     .needs_checksum = true,
					     .header_length = 66,
					     .segment_size = 1440,
					     .checksum_start = 34,
					     .checksum_offset = 16 };
		uint8_t header[OFFLOAD_HEADER_LENGTH];
		struct offload again;
		offload_write(&one, header);
		assert_true(offload_read(bytes_of(header, sizeof(header)), &again));
		assert_int_equal(again.kind, one.kind);
		assert_true(again.needs_checksum && !again.checksum_verified);
		assert_int_equal(again.segment_size, 1440);
		assert_int_equal(again.checksum_start, 34);
		assert_int_equal(again.checksum_offset, 16);
		assert_false(offload_read(bytes_of(header, 9), &again));
	}
	const uint8_t unknown[OFFLOAD_HEADER_LENGTH] = { 0, 3 };
	struct offload again;
	assert_false(offload_read(bytes_of(unknown, sizeof(unknown)), &again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksums_are_those_of_rfc_1071),
		cmocka_unit_test(the_device_s_header_is_read_as_written),
		cmocka_unit_test(every_segment_is_a_whole_packet),
		cmocka_unit_test(cwr_stays_in_the_first),
		cmocka_unit_test(one_packet_gets_its_checksum),
		cmocka_unit_test(what_was_cut_is_merged_byte_for_byte),
		cmocka_unit_test(merged_traffic_can_be_cut_into_the_same_packets),
		cmocka_unit_test(order_within_a_flow_stays),
		cmocka_unit_test(identification_may_stand_still_with_df),
		cmocka_unit_test(what_does_not_go_together_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
