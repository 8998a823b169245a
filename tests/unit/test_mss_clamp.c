/* SPDX-License-Identifier: BSD-2-Clause */
/* MSS clamping; the checksum is judged by computing it anew over the pseudo-header and all of TCP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "crypto/random.h"
#include "plane/mss_clamp.h"

#define SYN 0x02
#define ACK 0x10

static const struct mss_limits limits = { 1412, 1400 };

struct packet {
	uint8_t bytes[512];
	size_t length, tcp, extension; /* where TCP begins; bytes of IPv6 extension headers */
	bool ipv6;
};

static uint32_t sum(uint32_t total, struct bytes bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		total += i % 2 == 0 ? (uint32_t)bytes.data[i] << 8 : bytes.data[i];
	return total;
}

/* RFC 9293 section 3.1, RFC 8200 section 8.1. */
static uint16_t full_checksum(const struct packet *p)
{
	size_t length = p->length - p->tcp;
	uint32_t total = 6 + (uint32_t)length;
	total = sum(total, p->ipv6 ? bytes_of(p->bytes + 8, 32) : bytes_of(p->bytes + 12, 8));
	total = sum(total, bytes_of(p->bytes + p->tcp, 16));
	total = sum(total, bytes_of(p->bytes + p->tcp + 18, length - 18));
	while (total > 0xffff)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static uint16_t u16_at(const struct packet *p, size_t offset)
{
	return (uint16_t)(p->bytes[offset] << 8 | p->bytes[offset + 1]);
}

static uint16_t checksum_of(const struct packet *p)
{
	return u16_at(p, p->tcp + 16);
}

static void set_u16(struct packet *p, size_t offset, uint16_t value)
{
	p->bytes[offset] = (uint8_t)(value >> 8);
	p->bytes[offset + 1] = (uint8_t)value;
}

static void write_ip(struct writer *w, bool ipv6, struct bytes extension, uint8_t next,
		     size_t tcp_length)
{
	static const uint8_t addresses[32] = {
		10, 1, 2, 3, 192, 0, 2, 77, 0xfe, 0x80, 5, 6, 7, 8, 9
	};
	if (ipv6) {
		writer_u32(w, 0x60000000);
		writer_u16(w, (uint16_t)(extension.length + tcp_length));
		writer_u8(w, extension.length > 0 ? next : 6);
		writer_u8(w, 64);
		writer_bytes(w, bytes_of(addresses, 32));
		writer_bytes(w, extension);
		return;
	}
	/* here an extension is IPv4 options */
	writer_u8(w, (uint8_t)(0x45 + extension.length / 4));
	writer_u8(w, 0);
	writer_u16(w, (uint16_t)(20 + extension.length + tcp_length));
	writer_u32(w, 0x12340000);
	writer_u32(w, 0x40060000);
	writer_bytes(w, bytes_of(addresses, 8));
	writer_bytes(w, extension);
}

/* options: a multiple of four bytes */
static struct packet make_extended(bool ipv6, struct bytes extension, uint8_t next, uint8_t flags,
				   struct bytes options, size_t payload)
{
	struct packet p = { .ipv6 = ipv6 };
	struct writer w = writer_of(p.bytes, sizeof(p.bytes));
	write_ip(&w, ipv6, extension, next, 20 + options.length + payload);
	p.tcp = w.length;
	writer_u32(&w, 0x1f90c001);
	writer_u32(&w, 0xdeadbeef);
	writer_u32(&w, 0x01020304);
	writer_u16(&w, (uint16_t)((5 + options.length / 4) << 12 | flags));
	writer_u16(&w, 0xfaf0);
	writer_u32(&w, 0);
	writer_bytes(&w, options);
	for (size_t i = 0; i < payload; i++)
		writer_u8(&w, (uint8_t)(i * 7));
	p.length = w.length;
	assert_false(w.failed);
	set_u16(&p, p.tcp + 16, full_checksum(&p));
	return p;
}

static struct packet make(bool ipv6, uint8_t flags, struct bytes options, size_t payload)
{
	return make_extended(ipv6, bytes_of(NULL, 0), 0, flags, options, payload);
}

static bool clamp(struct packet *p)
{
	return mss_clamp(p->bytes, p->length, &limits);
}

static void assert_untouched(struct packet p)
{
	struct packet before = p;
	assert_false(clamp(&p));
	assert_memory_equal(p.bytes, before.bytes, sizeof(p.bytes));
}

#define OPTIONS(...) \
	bytes_of(((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void syn_and_syn_ack_of_both_families(void **state)
{
	(void)state;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++)
		for (unsigned flags = SYN; flags <= (SYN | ACK); flags += ACK) {
			struct packet p = make(ipv6, (uint8_t)flags, OPTIONS(2, 4, 0x05, 0xb4), 0);
			assert_true(clamp(&p));
			assert_int_equal(u16_at(&p, p.tcp + 22), ipv6 ? limits.ipv6 : limits.ipv4);
			assert_int_equal(checksum_of(&p), full_checksum(&p));
			assert_false(clamp(&p)); /* once is enough */
		}
}

static void options_in_any_order(void **state)
{
	(void)state;
	static const uint8_t orders[][16] = {
		{ 2, 4, 0x05, 0xb4, 4, 2, 1, 3, 3, 7, 1, 1, 1, 1, 1, 0 },
		{ 1, 2, 4, 0x05, 0xb4, 3, 3, 7, 4, 2, 1, 1, 1, 1, 1, 0 }, /* at an odd place */
		{ 4, 2, 1, 1, 1, 2, 4, 0x05, 0xb4, 3, 3, 7, 0, 0, 0, 0 },
		{ 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 4, 0x05, 0xb4, 0 },
		{ 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 2, 4, 0x05, 0xb4 }, /* to the last byte */
	};
	static const size_t places[] = { 2, 3, 7, 13, 14 };
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++)
		for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
			struct packet p = make(ipv6, SYN, bytes_of(orders[i], 16), 5);
			assert_true(clamp(&p));
			assert_int_equal(u16_at(&p, p.tcp + 20 + places[i]),
					 ipv6 ? limits.ipv6 : limits.ipv4);
			assert_int_equal(checksum_of(&p), full_checksum(&p));
		}
}

static void left_alone(void **state)
{
	(void)state;
	const struct bytes mss = OPTIONS(2, 4, 0x05, 0xb4);
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		assert_untouched(make(ipv6, ACK, mss, 100)); /* no SYN: whatever its options say */
		assert_untouched(make(ipv6, SYN, OPTIONS(1, 1, 1, 0), 0)); /* no such option */
		assert_untouched(make(ipv6, SYN, bytes_of(NULL, 0), 0)); /* no options at all */
		assert_untouched(make(ipv6, SYN, OPTIONS(2, 4, 0x05, 0x78), 0)); /* 1400 */
		assert_untouched(make(ipv6, SYN, OPTIONS(0, 0, 0, 0, 2, 4, 0x05, 0xb4),
				      0)); /* beyond the end */
		assert_untouched(make(ipv6, SYN, OPTIONS(2, 3, 0x05, 0xb4), 0)); /* wrong length */
		assert_untouched(
			make(ipv6, SYN, OPTIONS(3, 0, 2, 4, 0x05, 0xb4, 0, 0), 0)); /* no end */
		assert_untouched(make(ipv6, SYN, OPTIONS(3, 99, 2, 4, 0x05, 0xb4, 0, 0), 0));
		assert_untouched(make(ipv6, SYN, OPTIONS(1, 1, 1, 2), 0)); /* cut in the option */
		assert_untouched(make(ipv6, SYN, OPTIONS(1, 2, 4, 5), 0));

		struct packet udp = make(ipv6, SYN, mss, 0);
		udp.bytes[ipv6 ? 6 : 9] = 17;
		assert_untouched(udp);
		struct packet short_header = make(ipv6, SYN, mss, 0);
		short_header.bytes[short_header.tcp + 12] = 0x40;
		assert_untouched(short_header);
		struct packet long_header = make(ipv6, SYN, mss, 0);
		long_header.bytes[long_header.tcp + 12] = 0x70;
		assert_untouched(long_header);
		struct packet other_version = make(ipv6, SYN, mss, 0);
		other_version.bytes[0] = 0x55;
		assert_untouched(other_version);
	}
	struct packet fragment = make(false, SYN, mss, 0);
	set_u16(&fragment, 6, 0x0001);
	assert_untouched(fragment);
	struct packet total_too_long = make(false, SYN, mss, 0);
	set_u16(&total_too_long, 2, (uint16_t)(total_too_long.length + 1));
	assert_untouched(total_too_long);
	struct packet total_too_short = make(false, SYN, mss, 0);
	set_u16(&total_too_short, 2, 19);
	assert_untouched(total_too_short);
}

static void no_limit_no_change(void **state)
{
	(void)state;
	const struct mss_limits none = { 0, 0 };
	struct packet p = make(false, SYN, OPTIONS(2, 4, 0x05, 0xb4), 0);
	assert_false(mss_clamp(p.bytes, p.length, &none));
	p = make(true, SYN, OPTIONS(2, 4, 0x05, 0xb4), 0);
	assert_false(mss_clamp(p.bytes, p.length, &none));
}

/* The memory ends where the packet does, so that a sanitizer sees a read beyond it. */
static void truncated_anywhere(void **state)
{
	(void)state;
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		struct packet p = make(ipv6, SYN, OPTIONS(1, 2, 4, 0x05, 0xb4, 0, 0, 0), 0);
		for (size_t length = 0; length < p.length; length++) {
			uint8_t *copy = test_malloc(length + 1);
			memcpy(copy, p.bytes, length);
			assert_false(mss_clamp(copy, length, &limits));
			assert_memory_equal(copy, p.bytes, length);
			test_free(copy);
		}
	}
}

static void over_ipv4_options(void **state)
{
	(void)state;
	struct packet p = make_extended(false, OPTIONS(0x94, 4, 0, 0, 1, 1, 1, 0), 0, SYN,
					OPTIONS(2, 4, 0x05, 0xb4), 3);
	assert_true(clamp(&p));
	assert_int_equal(u16_at(&p, p.tcp + 22), limits.ipv4);
	assert_int_equal(checksum_of(&p), full_checksum(&p));
}

static void over_ipv6_extension_headers(void **state)
{
	(void)state;
	/* hop-by-hop, 16 bytes; destination options, 8; fragment 0 */
	uint8_t headers[32] = { 60, 1, 1, 12 };
	headers[16] = 44;
	headers[24] = 6;
	struct packet p = make_extended(true, bytes_of(headers, sizeof(headers)), 0, SYN,
					OPTIONS(1, 2, 4, 0x05, 0xb4, 1, 1, 0), 0);
	assert_true(clamp(&p));
	assert_int_equal(u16_at(&p, p.tcp + 23), limits.ipv6);
	assert_int_equal(checksum_of(&p), full_checksum(&p));

	set_u16(&p, 40 + 24 + 2, 0x0008); /* not the first fragment */
	assert_untouched(p);
	headers[16] = 51; /* authenticated: hands off */
	assert_untouched(make_extended(true, bytes_of(headers, sizeof(headers)), 0, SYN,
				       OPTIONS(2, 4, 0x05, 0xb4), 0));
}

/* A checksum that was wrong must not become right. */
static void wrong_checksum_stays_wrong(void **state)
{
	(void)state;
	struct packet p = make(false, SYN, OPTIONS(2, 4, 0x05, 0xb4), 0);
	set_u16(&p, p.tcp + 16, (uint16_t)(checksum_of(&p) + 1));
	assert_true(clamp(&p));
	assert_int_equal(checksum_of(&p), (uint16_t)(full_checksum(&p) + 1));
}

static void random_syns(void **state)
{
	(void)state;
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 7 };
	struct random random;
	random_init(&random, seed);
	for (unsigned i = 0; i < 100000; i++) {
		uint16_t mss = (uint16_t)random_u32(&random), limit = (uint16_t)random_u32(&random);
		bool ipv6 = random_below(&random, 2) != 0;
		uint8_t options[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
		size_t at = random_below(&random, 5);
		options[at] = 2;
		options[at + 1] = 4;
		options[at + 2] = (uint8_t)(mss >> 8);
		options[at + 3] = (uint8_t)mss;
		struct packet p = make(ipv6, SYN, bytes_of(options, 8), random_below(&random, 50));
		/* other ports and numbers, for other sums */
		random_bytes(&random, p.bytes + p.tcp, 12);
		set_u16(&p, p.tcp + 16, full_checksum(&p));
		const struct mss_limits both = { limit, limit };
		bool changed = mss_clamp(p.bytes, p.length, &both);
		assert_int_equal(changed, limit > 0 && mss > limit);
		assert_int_equal(u16_at(&p, p.tcp + 22 + at), changed ? limit : mss);
		/* 0 and 0xffff are the same sum; computed anew it is never 0xffff here */
		uint16_t wanted = full_checksum(&p);
		assert_true(checksum_of(&p) == wanted ||
			    (wanted == 0 && checksum_of(&p) == 0xffff));
	}
}

static void limits_are_of_one_packet_size(void **state)
{
	(void)state;
	struct mss_limits l = mss_limits_of(1412);
	assert_int_equal(l.ipv4, 1412);
	assert_int_equal(l.ipv6, 1392);
	l = mss_limits_of(0);
	assert_int_equal(l.ipv4, 0);
	assert_int_equal(l.ipv6, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syn_and_syn_ack_of_both_families),
		cmocka_unit_test(options_in_any_order),
		cmocka_unit_test(left_alone),
		cmocka_unit_test(no_limit_no_change),
		cmocka_unit_test(truncated_anywhere),
		cmocka_unit_test(over_ipv4_options),
		cmocka_unit_test(over_ipv6_extension_headers),
		cmocka_unit_test(wrong_checksum_stays_wrong),
		cmocka_unit_test(random_syns),
		cmocka_unit_test(limits_are_of_one_packet_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
