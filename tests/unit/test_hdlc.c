/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HDLC-like framing: the RFC's own definition of the FCS, bit by bit, is the judge of the tables; a
 * second decoder, written as the RFC says it, octet by octet, is that of the fast one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/random.h"
#include "ppp/hdlc.h"
#include "ppp/synchronous.h"

#define PACKET_MAX 1600

/* RFC 1662 section C.1: the polynomial, a bit at a time. */
static uint16_t slow_fcs(uint16_t fcs, struct bytes octets)
{
	for (size_t i = 0; i < octets.length; i++) {
		fcs ^= octets.data[i];
		for (unsigned bit = 0; bit < 8; bit++)
			fcs = (uint16_t)((fcs & 1) != 0 ? fcs >> 1 ^ 0x8408 : fcs >> 1);
	}
	return fcs;
}

static void fill_random(struct random *random, uint8_t *to, size_t length)
{
	random_bytes(random, to, length);
}

static struct random seeded(uint8_t seed)
{
	const uint8_t bytes[RANDOM_SEED_LENGTH] = { seed };
	struct random random;
	random_init(&random, bytes);
	return random;
}

static void fcs_of_every_length_and_start(void **state)
{
	(void)state;
	struct random random = seeded(1);
	uint8_t octets[PACKET_MAX];
	fill_random(&random, octets, sizeof(octets));
	for (size_t length = 0; length < 80; length++)
		for (size_t start = 0; start < 16; start++) {
			struct bytes b = bytes_of(octets + start, length);
			assert_int_equal(hdlc_fcs(HDLC_FCS_INITIAL, b),
					 slow_fcs(HDLC_FCS_INITIAL, b));
		}
	/* every entry of every table: each octet at each of sixteen places */
	for (unsigned octet = 0; octet < 256; octet++)
		for (unsigned place = 0; place < 16; place++) {
			uint8_t sixteen[16] = { 0 };
			sixteen[place] = (uint8_t)octet;
			struct bytes b = bytes_of(sixteen, sizeof(sixteen));
			assert_int_equal(hdlc_fcs(0, b), slow_fcs(0, b));
		}
}

static void fcs_of_the_rfc(void **state)
{
	(void)state;
	/* Appendix C.2, rows of the table (0x00 and 0xf0): the FCS of one octet from 0. */
	static const uint16_t first[] = { 0x0000, 0x1189, 0x2312, 0x329b,
					  0x4624, 0x57ad, 0x6536, 0x74bf };
	static const uint16_t last[] = { 0xf78f, 0xe606, 0xd49d, 0xc514,
					 0xb1ab, 0xa022, 0x92b9, 0x8330 };
	for (unsigned i = 0; i < 8; i++) {
		uint8_t low = (uint8_t)i, high = (uint8_t)(0xf0 + i);
		assert_int_equal(hdlc_fcs(0, bytes_of(&low, 1)), first[i]);
		assert_int_equal(hdlc_fcs(0, bytes_of(&high, 1)), last[i]);
	}
	/* The check value that catalogues of CRCs give for this one, known as X-25. */
	assert_int_equal(hdlc_fcs(HDLC_FCS_INITIAL, bytes_of_text("123456789")) ^ 0xffff, 0x906e);
	/* Appendix C: an FCS over a frame with its FCS is the good one. */
	uint8_t frame[] = { 0xff, 0x03, 0xc0, 0x21, 1, 2, 0, 4, 0, 0 };
	uint16_t fcs = hdlc_fcs(HDLC_FCS_INITIAL, bytes_of(frame, 8)) ^ 0xffff;
	frame[8] = (uint8_t)fcs;
	frame[9] = (uint8_t)(fcs >> 8);
	assert_int_equal(hdlc_fcs(HDLC_FCS_INITIAL, bytes_of(frame, 10)), HDLC_FCS_GOOD);
}

static struct bytes encode(uint8_t *memory, size_t capacity, uint32_t accm, struct bytes ppp)
{
	struct hdlc_encoder encoder;
	hdlc_encoder_init(&encoder, accm);
	struct writer w = writer_of(memory, capacity);
	hdlc_encode(&encoder, &w, ppp);
	assert_false(w.failed);
	return writer_written(&w);
}

/* As it was seen between a pppd and its pppoe: a Configure-Request, all control characters escaped.
 */
static void frame_as_seen(void **state)
{
	(void)state;
	static const uint8_t ppp[] = { 0xc0, 0x21, 1,	 1,    0,    0x0e, 1,	 4,
				       0x05, 0xd4, 0x05, 0x06, 0x56, 0x34, 0x57, 0xdc };
	static const uint8_t seen[] = "~\xff}#\xc0!}!}!} }.}!}$}%\xd4}%}&V4W\xdc/}.~";
	uint8_t memory[HDLC_ENCODED_MAX(sizeof(ppp))];
	struct bytes frame =
		encode(memory, sizeof(memory), HDLC_ACCM_DEFAULT, bytes_of(ppp, sizeof(ppp)));
	assert_int_equal(frame.length, sizeof(seen) - 1);
	assert_memory_equal(frame.data, seen, frame.length);
}

/* RFC 1662 section 4.2: "0x7e is encoded as 0x7d, 0x5e", "0x7d ... 0x5d", "0x03 ... 0x7d, 0x23". */
static void every_octet_as_the_map_says(void **state)
{
	(void)state;
	static const uint32_t maps[] = { 0xffffffff, 0, 0x000a0000, 0x80000001 };
	for (size_t m = 0; m < sizeof(maps) / sizeof(maps[0]); m++)
		for (unsigned octet = 0; octet < 256; octet++) {
			uint8_t ppp[2] = { 0x21, (uint8_t)octet }, memory[32];
			struct bytes frame =
				encode(memory, sizeof(memory), maps[m], bytes_of(ppp, 2));
			bool escaped = octet == 0x7e || octet == 0x7d ||
				       (octet < 32 && (maps[m] >> octet & 1) != 0);
			size_t at = 1 + 1 + ((maps[m] >> 3 & 1) != 0 ? 2 : 1) + 1; /* ~ ff 03 21 */
			assert_int_equal(frame.data[0], 0x7e);
			assert_int_equal(frame.data[at - 1], 0x21);
			if (escaped) {
				assert_int_equal(frame.data[at], 0x7d);
				assert_int_equal(frame.data[at + 1], octet ^ 0x20);
			} else {
				assert_int_equal(frame.data[at], octet);
			}
			/* inside there is nothing that the map forbids, and no flag */
			for (size_t i = 1; i < frame.length - 1; i++) {
				assert_int_not_equal(frame.data[i], 0x7e);
				if (frame.data[i] < 32)
					assert_int_equal(maps[m] >> frame.data[i] & 1, 0);
			}
			assert_int_equal(frame.data[frame.length - 1], 0x7e);
		}
}

static void no_room_writes_nothing(void **state)
{
	(void)state;
	struct hdlc_encoder encoder;
	hdlc_encoder_init(&encoder, HDLC_ACCM_DEFAULT);
	uint8_t ppp[10] = { 0 }, memory[HDLC_ENCODED_MAX(10)] = { 0 };
	struct writer w = writer_of(memory, sizeof(memory) - 1);
	hdlc_encode(&encoder, &w, bytes_of(ppp, sizeof(ppp)));
	assert_true(w.failed);
	assert_int_equal(memory[0], 0);
	w = writer_of(memory, sizeof(memory));
	hdlc_encode(&encoder, &w, bytes_of(ppp, sizeof(ppp)));
	assert_false(w.failed);
}

struct bench {
	uint8_t memory[PACKET_MAX + HDLC_OVERHEAD];
	struct hdlc_decoder decoder;
	unsigned frames;
	uint8_t last[PACKET_MAX];
	size_t last_length;
};

static void bench_init(struct bench *b, size_t capacity)
{
	b->frames = 0;
	hdlc_decoder_init(&b->decoder, b->memory, capacity);
}

static void feed(struct bench *b, struct bytes octets)
{
	struct reader r = reader_of(octets);
	struct bytes ppp;
	while (hdlc_decode(&b->decoder, &r, &ppp)) {
		b->frames++;
		assert_true(ppp.length <= sizeof(b->last));
		memcpy(b->last, ppp.data, ppp.length);
		b->last_length = ppp.length;
	}
	assert_int_equal(r.left, 0);
}

static void feed_text(struct bench *b, const char *octets, size_t length)
{
	feed(b, bytes_of(octets, length));
}

static void random_round_trips(void **state)
{
	(void)state;
	struct random random = seeded(2);
	static uint8_t encoded[HDLC_ENCODED_MAX(PACKET_MAX)];
	uint8_t ppp[PACKET_MAX];
	struct bench b;
	bench_init(&b, sizeof(b.memory));
	for (unsigned i = 0; i < 3000; i++) {
		size_t length = 2 + random_below(&random, PACKET_MAX - 1);
		fill_random(&random, ppp, length);
		ppp[0] = 0x00; /* no Address and Control by accident */
		uint32_t accm = i % 2 == 0 ? HDLC_ACCM_DEFAULT : random_u32(&random);
		struct bytes frame = encode(encoded, sizeof(encoded), accm, bytes_of(ppp, length));
		/* in up to four parts */
		struct reader r = reader_of(frame);
		unsigned before = b.frames;
		while (r.left > 0)
			feed(&b, reader_bytes(&r, 1 + random_below(&random, (uint32_t)r.left)));
		assert_int_equal(b.frames, before + 1);
		assert_int_equal(b.last_length, length);
		assert_memory_equal(b.last, ppp, length);
	}
	for (unsigned reason = 0; reason < HDLC_DROP_COUNT; reason++)
		assert_int_equal(hdlc_decoder_drops(&b.decoder, reason), 0);
}

static void split_at_every_octet(void **state)
{
	(void)state;
	uint8_t ppp[258] = { 0x00, 0x21 }, encoded[2 * HDLC_ENCODED_MAX(258)];
	for (unsigned i = 0; i < 256; i++)
		ppp[2 + i] = (uint8_t)i;
	struct hdlc_encoder encoder;
	hdlc_encoder_init(&encoder, HDLC_ACCM_DEFAULT);
	struct writer w = writer_of(encoded, sizeof(encoded));
	hdlc_encode(&encoder, &w, bytes_of(ppp, sizeof(ppp)));
	hdlc_encode(&encoder, &w, bytes_of(ppp, sizeof(ppp)));
	struct bytes both = writer_written(&w);
	for (size_t at = 0; at <= both.length; at++) {
		struct bench b;
		bench_init(&b, sizeof(ppp) + HDLC_OVERHEAD);
		feed(&b, bytes_head(both, at));
		feed(&b, bytes_of(both.data + at, both.length - at));
		assert_int_equal(b.frames, 2);
		assert_int_equal(b.last_length, sizeof(ppp));
		assert_memory_equal(b.last, ppp, sizeof(ppp));
	}
}

/* The decoder as RFC 1662 section 4.2 tells it, an octet at a time, with no memory limit met. */
static unsigned slow_decode(struct bytes octets, uint8_t *last, size_t *last_length)
{
	static uint8_t frame[65536];
	size_t length = 0;
	bool escaped = false;
	unsigned frames = 0;
	for (size_t i = 0; i < octets.length; i++) {
		uint8_t octet = octets.data[i];
		if (octet == 0x7e) {
			if (!escaped && length >= 4 &&
			    slow_fcs(HDLC_FCS_INITIAL, bytes_of(frame, length)) == HDLC_FCS_GOOD) {
				bool full = frame[0] == 0xff && frame[1] == 0x03;
				if (length - 2 > (full ? 2u : 0u)) {
					frames++;
					*last_length = length - 2 - (full ? 2 : 0);
					memcpy(last, frame + (full ? 2 : 0), *last_length);
				}
			}
			length = 0;
			escaped = false;
		} else if (escaped) {
			frame[length++] = octet ^ 0x20;
			escaped = false;
		} else if (octet == 0x7d) {
			escaped = true;
		} else {
			frame[length++] = octet;
		}
	}
	return frames;
}

static void noise_reads_as_the_rfc_says(void **state)
{
	(void)state;
	struct random random = seeded(3);
	static const uint8_t likely[] = { 0x7e, 0x7d, 0x5e, 0x5d, 0xff, 0x03, 0x23, 0x21 };
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t octets[600], last[600] = { 0 };
		size_t length = 0, last_length = 0;
		/* good short frames between octets that mean something */
		while (length < 500) {
			if (random_below(&random, 3) == 0) {
				uint8_t ppp[8];
				size_t count = 1 + random_below(&random, 8);
				fill_random(&random, ppp, count);
				length += encode(octets + length, sizeof(octets) - length,
						 random_u32(&random), bytes_of(ppp, count))
						  .length;
			} else {
				octets[length++] = likely[random_below(&random, sizeof(likely))];
			}
		}
		struct bench b;
		bench_init(&b, sizeof(b.memory));
		feed(&b, bytes_of(octets, length));
		assert_int_equal(b.frames,
				 slow_decode(bytes_of(octets, length), last, &last_length));
		if (b.frames > 0) {
			assert_int_equal(b.last_length, last_length);
			assert_memory_equal(b.last, last, last_length);
		}
	}
}

static void bad_frames_are_counted_and_the_next_is_good(void **state)
{
	(void)state;
	static const uint8_t ppp[] = { 0xc0, 0x21, 9, 1, 0, 4 };
	uint8_t memory[64];
	struct bytes good = encode(memory, sizeof(memory), 0, bytes_of(ppp, sizeof(ppp)));
	struct bench b;
	bench_init(&b, 12);

	feed_text(&b, "~hello, login:~", 15); /* 13 octets: too long */
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_TOO_LONG), 1);
	feed_text(&b, "~abcd~", 6);
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_FCS), 1);
	feed_text(&b, "~abc~", 5);
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_SHORT), 1);
	feed_text(&b, "~abcdef}", 8);
	feed_text(&b, "~", 1); /* the escape was at the end of a read */
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_ABORTED), 1);
	feed_text(&b, "~~~~~~", 6); /* empty frames count for nothing */
	assert_int_equal(b.frames, 0);

	feed(&b, good);
	assert_int_equal(b.frames, 1);
	assert_int_equal(b.last_length, sizeof(ppp));
	assert_memory_equal(b.last, ppp, sizeof(ppp));
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_TOO_LONG), 1);
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_FCS), 1);
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_SHORT), 1);

	/* Address and Control, a good FCS, and nothing between */
	uint16_t fcs = slow_fcs(HDLC_FCS_INITIAL, bytes_of("\xff\x03", 2)) ^ 0xffff;
	const uint8_t empty[] = { 0x7e, 0xff, 0x03, (uint8_t)fcs, (uint8_t)(fcs >> 8), 0x7e };
	feed(&b, bytes_of(empty, sizeof(empty)));
	assert_int_equal(b.frames, 1);
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_SHORT), 2);
}

/* The memory is just as long as the frame, one octet shorter, and endless noise comes. */
static void memory_is_never_left(void **state)
{
	(void)state;
	uint8_t ppp[100], encoded[HDLC_ENCODED_MAX(100)];
	for (unsigned i = 0; i < sizeof(ppp); i++)
		ppp[i] = 0x7d; /* all of them escaped */
	ppp[0] = 0x00;
	struct bytes frame =
		encode(encoded, sizeof(encoded), HDLC_ACCM_DEFAULT, bytes_of(ppp, sizeof(ppp)));
	struct bench b;
	bench_init(&b, sizeof(ppp) + HDLC_OVERHEAD);
	b.memory[sizeof(ppp) + HDLC_OVERHEAD] = 0xa5;
	feed(&b, frame);
	assert_int_equal(b.frames, 1);
	assert_int_equal(b.memory[sizeof(ppp) + HDLC_OVERHEAD], 0xa5);

	bench_init(&b, sizeof(ppp) + HDLC_OVERHEAD - 1);
	b.memory[sizeof(ppp) + HDLC_OVERHEAD - 1] = 0xa5;
	feed(&b, frame);
	assert_int_equal(b.frames, 0);
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_TOO_LONG), 1);
	for (unsigned i = 0; i < 5000; i++)
		feed_text(&b, "noise}}}", 8);
	assert_int_equal(b.memory[sizeof(ppp) + HDLC_OVERHEAD - 1], 0xa5);
	feed_text(&b, "~", 1);
	assert_int_equal(hdlc_decoder_drops(&b.decoder, HDLC_DROP_TOO_LONG), 2);
}

static void address_and_control_may_be_missing(void **state)
{
	(void)state;
	static const uint8_t frame[] = { 0x21, 0x45, 0x00, 0x11 };
	uint16_t fcs = slow_fcs(HDLC_FCS_INITIAL, bytes_of(frame, sizeof(frame))) ^ 0xffff;
	uint8_t octets[] = { 0x7e, 0x21, 0x45, 0x00, 0x11, 0, 0, 0x7e };
	octets[5] = (uint8_t)fcs;
	octets[6] = (uint8_t)(fcs >> 8);
	struct bench b;
	bench_init(&b, sizeof(b.memory));
	feed(&b, bytes_of(octets, sizeof(octets)));
	assert_int_equal(b.frames, 1);
	assert_int_equal(b.last_length, sizeof(frame));
	assert_memory_equal(b.last, frame, sizeof(frame));
}

static void frames_go_where_they_are_told(void **state)
{
	(void)state;
	static const uint8_t ppp[] = { 0xc0, 0x21, 9, 1, 0, 4 };
	uint8_t encoded[64], first[32], second[32];
	struct bytes frame = encode(encoded, sizeof(encoded), 0, bytes_of(ppp, sizeof(ppp)));
	struct hdlc_decoder decoder;
	struct bytes got;
	hdlc_decoder_init(&decoder, first, sizeof(first));
	struct reader r = reader_of(frame);
	assert_true(hdlc_decode(&decoder, &r, &got));
	assert_ptr_equal(got.data, first + HDLC_ADDRESS_CONTROL_LENGTH);
	hdlc_decoder_move(&decoder, second);
	r = reader_of(frame);
	assert_true(hdlc_decode(&decoder, &r, &got));
	assert_ptr_equal(got.data, second + HDLC_ADDRESS_CONTROL_LENGTH);
	assert_memory_equal(first + HDLC_ADDRESS_CONTROL_LENGTH, ppp, sizeof(ppp));
}

/* Synchronous */

static const uint8_t lcp_echo[] = { 0xff, 0x03, 0xc0, 0x21, 9, 1, 0, 8, 1, 2, 3, 4 };
static const uint8_t ipv4[] = { 0xff, 0x03, 0x00, 0x21, 0x45, 0, 0, 21, 0, 0, 0, 0,  64,
				17,   0,    0,	  10,	0,    0, 1, 10, 0, 0, 2, 'x' };

static void write_ipv6(struct writer *w)
{
	static const uint8_t head[] = { 0xff, 0x03, 0x00, 0x57, 0x60, 0, 0, 0, 0, 2, 59, 64 };
	static const uint8_t rest[32 + 2] = { 0xfe, 0x80 };
	writer_bytes(w, bytes_of(head, sizeof(head)));
	writer_bytes(w, bytes_of(rest, sizeof(rest)));
}

static void frames_are_told_apart(void **state)
{
	(void)state;
	uint8_t memory[256];
	struct writer w = writer_of(memory, sizeof(memory));
	writer_bytes(&w, bytes_of(lcp_echo, sizeof(lcp_echo)));
	writer_bytes(&w, bytes_of(ipv4, sizeof(ipv4)));
	write_ipv6(&w);
	writer_bytes(&w, bytes_of(ipv4, 2));
	writer_bytes(&w, bytes_of(ipv4 + 3, sizeof(ipv4) - 3)); /* the protocol is compressed */
	static const size_t lengths[] = { sizeof(lcp_echo) - 2, sizeof(ipv4) - 2, 2 + 42,
					  sizeof(ipv4) - 3 };
	struct bytes all = writer_written(&w);

	/* cut off at any place, what is whole comes and the rest waits */
	for (size_t at = 0; at <= all.length; at++) {
		struct reader r = reader_of(bytes_head(all, at));
		size_t taken = 0;
		unsigned frames = 0;
		struct bytes ppp;
		enum synchronous_result result;
		while ((result = synchronous_next(&r, 1494, &ppp)) == SYNCHRONOUS_FRAME) {
			assert_true(frames < 4);
			assert_int_equal(ppp.length, lengths[frames]);
			frames++;
			taken = at - r.left;
		}
		assert_int_equal(result, taken == at ? SYNCHRONOUS_END : SYNCHRONOUS_MORE);
		if (at == all.length)
			assert_int_equal(frames, 4);
	}
}

static void what_has_no_length_is_unknown(void **state)
{
	(void)state;
	static const struct {
		size_t length;
		uint8_t octets[8];
	} cases[] = {
		{ 6, { 0xff, 0x03, 0x00, 0x2d, 1, 2 } }, /* Van Jacobson */
		{ 8, { 0xff, 0x03, 0xc0, 0x25, 0, 4, 0, 9 } }, /* link quality report */
		{ 8, { 0xff, 0x03, 0xc0, 0x21, 9, 1, 0, 3 } }, /* less than its header */
		{ 8, { 0xff, 0x03, 0xc0, 0x21, 9, 1, 0xff, 0xff } }, /* beyond the longest */
		{ 8, { 0xff, 0x03, 0x00, 0x21, 0x45, 0, 0, 19 } },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reader r = reader_of(bytes_of(cases[i].octets, cases[i].length));
		struct bytes ppp;
		assert_int_equal(synchronous_next(&r, 1494, &ppp), SYNCHRONOUS_UNKNOWN);
		assert_int_equal(r.left, cases[i].length);
	}
}

/* The terminal was full at any place, once or twice, and the frame came again. */
static void a_frame_that_was_cut_comes_again(void **state)
{
	(void)state;
	for (size_t cut = 4; cut < sizeof(ipv4); cut++)
		for (size_t cut_again = 3; cut_again < cut; cut_again++) {
			uint8_t memory[256];
			struct writer w = writer_of(memory, sizeof(memory));
			writer_bytes(&w, bytes_of(lcp_echo, sizeof(lcp_echo)));
			writer_bytes(&w, bytes_of(ipv4, cut));
			if (cut_again > 3)
				writer_bytes(&w, bytes_of(ipv4, cut_again));
			writer_bytes(&w, bytes_of(ipv4, sizeof(ipv4)));
			write_ipv6(&w);
			struct reader r = reader_of(writer_written(&w));
			struct bytes ppp;
			unsigned frames = 0;
			enum synchronous_result result;
			while ((result = synchronous_next(&r, 1494, &ppp)) == SYNCHRONOUS_FRAME ||
			       result == SYNCHRONOUS_CUT) {
				frames += result == SYNCHRONOUS_FRAME;
				if (result == SYNCHRONOUS_FRAME && frames == 2)
					assert_memory_equal(ppp.data, ipv4 + 2, sizeof(ipv4) - 2);
			}
			assert_int_equal(result, SYNCHRONOUS_END);
			assert_int_equal(frames, 3);
		}
}

static void noise_ends_where_a_frame_begins(void **state)
{
	(void)state;
	uint8_t memory[64];
	struct writer w = writer_of(memory, sizeof(memory));
	writer_bytes(&w, bytes_of("login\xff:", 7));
	writer_bytes(&w, bytes_of(ipv4, sizeof(ipv4)));
	struct reader r = reader_of(writer_written(&w));
	struct bytes ppp;
	assert_int_equal(synchronous_next(&r, 1494, &ppp), SYNCHRONOUS_CUT);
	assert_int_equal(ppp.length, 5);
	assert_int_equal(synchronous_next(&r, 1494, &ppp), SYNCHRONOUS_CUT);
	assert_int_equal(ppp.length, 2);
	assert_int_equal(synchronous_next(&r, 1494, &ppp), SYNCHRONOUS_FRAME);
	assert_int_equal(synchronous_next(&r, 1494, &ppp), SYNCHRONOUS_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fcs_of_every_length_and_start),
		cmocka_unit_test(fcs_of_the_rfc),
		cmocka_unit_test(frame_as_seen),
		cmocka_unit_test(every_octet_as_the_map_says),
		cmocka_unit_test(no_room_writes_nothing),
		cmocka_unit_test(random_round_trips),
		cmocka_unit_test(split_at_every_octet),
		cmocka_unit_test(noise_reads_as_the_rfc_says),
		cmocka_unit_test(bad_frames_are_counted_and_the_next_is_good),
		cmocka_unit_test(memory_is_never_left),
		cmocka_unit_test(address_and_control_may_be_missing),
		cmocka_unit_test(frames_go_where_they_are_told),
		cmocka_unit_test(frames_are_told_apart),
		cmocka_unit_test(what_has_no_length_is_unknown),
		cmocka_unit_test(a_frame_that_was_cut_comes_again),
		cmocka_unit_test(noise_ends_where_a_frame_begins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
