/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The framing of a terminal.  The first byte says how the rest is cut into reads, the second the
 * length of the longest frame.  What is decoded must not depend on the cuts; a packet that is
 * encoded again must decode to itself; synchronous frames must cover what is taken.
 */
#include <stdlib.h>

#include "ppp/hdlc.h"
#include "ppp/synchronous.h"

#define CAPACITY_MAX 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

/* The packets of an input, one behind the other, so that two runs can be compared. */
struct trace {
	uint64_t hash;
	unsigned frames;
};

static void note(struct trace *trace, struct bytes ppp)
{
	trace->frames++;
	for (size_t i = 0; i < ppp.length; i++)
		trace->hash = (trace->hash ^ ppp.data[i]) * UINT64_C(0x100000001b3);
	trace->hash = (trace->hash ^ ppp.length) * UINT64_C(0x100000001b3);
}

static void encode_again(struct bytes ppp)
{
	uint8_t encoded[HDLC_ENCODED_MAX(CAPACITY_MAX)], decoded[CAPACITY_MAX + HDLC_OVERHEAD];
	struct hdlc_encoder encoder;
	hdlc_encoder_init(&encoder, HDLC_ACCM_DEFAULT);
	struct writer w = writer_of(encoded, sizeof(encoded));
	hdlc_encode(&encoder, &w, ppp);
	check(!w.failed);
	struct hdlc_decoder decoder;
	hdlc_decoder_init(&decoder, decoded, sizeof(decoded));
	struct reader r = reader_of(writer_written(&w));
	struct bytes again;
	check(hdlc_decode(&decoder, &r, &again));
	check(bytes_equal(again, ppp));
}

static struct trace decode(struct bytes octets, size_t capacity, size_t step)
{
	struct trace trace = { 0 };
	uint8_t *memory = malloc(capacity);
	check(memory != NULL);
	struct hdlc_decoder decoder;
	hdlc_decoder_init(&decoder, memory, capacity);
	struct reader all = reader_of(octets);
	while (all.left > 0) {
		struct reader part =
			reader_of(reader_bytes(&all, all.left < step ? all.left : step));
		struct bytes ppp;
		while (hdlc_decode(&decoder, &part, &ppp)) {
			check(ppp.length > 0 && ppp.length <= capacity);
			note(&trace, ppp);
			encode_again(ppp);
		}
		check(part.left == 0);
	}
	free(memory);
	return trace;
}

static void check_synchronous(struct bytes octets)
{
	struct reader r = reader_of(octets);
	struct bytes ppp;
	for (;;) {
		size_t before = r.left;
		enum synchronous_result result = synchronous_next(&r, CAPACITY_MAX, &ppp);
		size_t taken = before - r.left;
		if (result == SYNCHRONOUS_FRAME)
			check(ppp.length > 0 && ppp.length <= CAPACITY_MAX &&
			      taken == ppp.length + 2);
		else if (result == SYNCHRONOUS_CUT)
			check(taken == ppp.length && taken > 0);
		else
			break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_of(bytes_of(data, size));
	size_t step = (size_t)reader_u8(&r) + 1;
	size_t capacity = (size_t)reader_u8(&r) + 1;
	struct bytes octets = reader_rest(&r);
	if (r.failed)
		return 0;
	struct trace whole = decode(octets, capacity, SIZE_MAX);
	struct trace parts = decode(octets, capacity, step);
	check(whole.frames == parts.frames && whole.hash == parts.hash);
	check_synchronous(octets);
	return 0;
}
