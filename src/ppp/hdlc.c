/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/hdlc.h"

#include <assert.h>

#define ESCAPED_BIT 0x20
#define ADDRESS_ALL_STATIONS 0xff
#define CONTROL_UNNUMBERED 0x03

/*
 * The FCS-16 (RFC 1662 appendix C, x^16 + x^12 + x^5 + 1, bits reversed: 0x8408) is linear: the
 * entry of an octet is the exclusive-or of those of its bits, so a table is said by eight numbers.
 * fcs_table[n] is for an octet with n more behind it, which lets sixteen octets be taken at a time;
 * fcs_table[0] is the RFC's own table.
 */
#define BIT(octet, bit, value) (((octet) >> (bit)&1) != 0 ? (value) : 0)
#define ENTRY(i, a, b, c, d, e, f, g, h) \
	BIT(i, 0, a) ^ BIT(i, 1, b) ^ BIT(i, 2, c) ^ BIT(i, 3, d) ^ BIT(i, 4, e) ^ BIT(i, 5, f) ^ \
		BIT(i, 6, g) ^ BIT(i, 7, h)
#define ENTRIES_4(i, ...) \
	ENTRY(i, __VA_ARGS__), ENTRY((i) + 1, __VA_ARGS__), ENTRY((i) + 2, __VA_ARGS__), \
		ENTRY((i) + 3, __VA_ARGS__)
#define ENTRIES_16(i, ...) \
	ENTRIES_4(i, __VA_ARGS__), ENTRIES_4((i) + 4, __VA_ARGS__), \
		ENTRIES_4((i) + 8, __VA_ARGS__), ENTRIES_4((i) + 12, __VA_ARGS__)
#define ENTRIES_64(i, ...) \
	ENTRIES_16(i, __VA_ARGS__), ENTRIES_16((i) + 16, __VA_ARGS__), \
		ENTRIES_16((i) + 32, __VA_ARGS__), ENTRIES_16((i) + 48, __VA_ARGS__)
#define TABLE(...) \
	{ \
		ENTRIES_64(0, __VA_ARGS__), ENTRIES_64(64, __VA_ARGS__), \
			ENTRIES_64(128, __VA_ARGS__), ENTRIES_64(192, __VA_ARGS__) \
	}

#define SLICES 16

static const uint16_t fcs_table[SLICES][256] = {
	TABLE(0x1189, 0x2312, 0x4624, 0x8c48, 0x1081, 0x2102, 0x4204, 0x8408),
	TABLE(0x19d8, 0x33b0, 0x6760, 0xcec0, 0x9591, 0x2333, 0x4666, 0x8ccc),
	TABLE(0x5adc, 0xb5b8, 0x6361, 0xc6c2, 0x8595, 0x033b, 0x0676, 0x0cec),
	TABLE(0x1cbb, 0x3976, 0x72ec, 0xe5d8, 0xc3a1, 0x8f53, 0x16b7, 0x2d6e),
	TABLE(0x0b44, 0x1688, 0x2d10, 0x5a20, 0xb440, 0x6091, 0xc122, 0x8a55),
	TABLE(0x042b, 0x0856, 0x10ac, 0x2158, 0x42b0, 0x8560, 0x02d1, 0x05a2),
	TABLE(0x9fd5, 0x37bb, 0x6f76, 0xdeec, 0xb5c9, 0x6383, 0xc706, 0x861d),
	TABLE(0x81bf, 0x0b6f, 0x16de, 0x2dbc, 0x5b78, 0xb6f0, 0x65f1, 0xcbe2),
	TABLE(0x4dfd, 0x9bfa, 0x3fe5, 0x7fca, 0xff94, 0xf739, 0xe663, 0xc4d7),
	TABLE(0x2c27, 0x584e, 0xb09c, 0x6929, 0xd252, 0xacb5, 0x517b, 0xa2f6),
	TABLE(0x5591, 0xab22, 0x5e55, 0xbcaa, 0x7145, 0xe28a, 0xcd05, 0x921b),
	TABLE(0x8555, 0x02bb, 0x0576, 0x0aec, 0x15d8, 0x2bb0, 0x5760, 0xaec0),
	TABLE(0x05ad, 0x0b5a, 0x16b4, 0x2d68, 0x5ad0, 0xb5a0, 0x6351, 0xc6a2),
	TABLE(0x7eea, 0xfdd4, 0xf3b9, 0xef63, 0xd6d7, 0xa5bf, 0x436f, 0x86de),
	TABLE(0x482a, 0x9054, 0x28b9, 0x5172, 0xa2e4, 0x4dd9, 0x9bb2, 0x3f75),
	TABLE(0x8e10, 0x1431, 0x2862, 0x50c4, 0xa188, 0x4b01, 0x9602, 0x2415),
};

uint16_t hdlc_fcs(uint16_t fcs, struct bytes octets)
{
	const uint8_t *o = octets.data;
	size_t left = octets.length;
	for (; left >= SLICES; o += SLICES, left -= SLICES)
		fcs = fcs_table[15][(fcs ^ o[0]) & 0xff] ^ fcs_table[14][(fcs >> 8 ^ o[1]) & 0xff] ^
		      fcs_table[13][o[2]] ^ fcs_table[12][o[3]] ^ fcs_table[11][o[4]] ^
		      fcs_table[10][o[5]] ^ fcs_table[9][o[6]] ^ fcs_table[8][o[7]] ^
		      fcs_table[7][o[8]] ^ fcs_table[6][o[9]] ^ fcs_table[5][o[10]] ^
		      fcs_table[4][o[11]] ^ fcs_table[3][o[12]] ^ fcs_table[2][o[13]] ^
		      fcs_table[1][o[14]] ^ fcs_table[0][o[15]];
	for (; left > 0; o++, left--)
		fcs = (uint16_t)(fcs >> 8 ^ fcs_table[0][(fcs ^ *o) & 0xff]);
	return fcs;
}

static bool is_escaped(uint32_t accm, unsigned octet)
{
	return octet == HDLC_FLAG || octet == HDLC_ESCAPE ||
	       (octet < 0x20 && (accm >> octet & 1) != 0);
}

void hdlc_encoder_init(struct hdlc_encoder *encoder, uint32_t accm)
{
	for (unsigned octet = 0; octet < 256; octet++) {
		bool escaped = is_escaped(accm, octet);
		encoder->count[octet] = escaped ? 2 : 1;
		encoder->sent[octet][0] = escaped ? HDLC_ESCAPE : (uint8_t)octet;
		encoder->sent[octet][1] = (uint8_t)(octet ^ ESCAPED_BIT);
	}
}

/*
 * Both octets are always stored, and the place for the next moves by one or two: no branch that
 * depends on the data.  There must be room for two times `octets`.
 */
static uint8_t *stuff(const struct hdlc_encoder *encoder, uint8_t *to, struct bytes octets)
{
	for (size_t i = 0; i < octets.length; i++) {
		uint8_t octet = octets.data[i];
		memcpy(to, encoder->sent[octet], 2);
		to += encoder->count[octet];
	}
	return to;
}

void hdlc_encode(const struct hdlc_encoder *encoder, struct writer *w, struct bytes ppp)
{
	static const uint8_t head[HDLC_ADDRESS_CONTROL_LENGTH] = { ADDRESS_ALL_STATIONS,
								   CONTROL_UNNUMBERED };
	if (w->failed || ppp.length > SIZE_MAX / 4 ||
	    HDLC_ENCODED_MAX(ppp.length) > w->capacity - w->length) {
		w->failed = true;
		return;
	}
	uint16_t fcs = hdlc_fcs(HDLC_FCS_INITIAL, bytes_of(head, sizeof(head)));
	fcs = hdlc_fcs(fcs, ppp) ^ 0xffff;
	const uint8_t tail[HDLC_FCS_LENGTH] = { (uint8_t)fcs, (uint8_t)(fcs >> 8) };

	uint8_t *to = w->start + w->length;
	*to++ = HDLC_FLAG;
	to = stuff(encoder, to, bytes_of(head, sizeof(head)));
	to = stuff(encoder, to, ppp);
	to = stuff(encoder, to, bytes_of(tail, sizeof(tail)));
	*to++ = HDLC_FLAG;
	w->length = (size_t)(to - w->start);
}

void hdlc_decoder_init(struct hdlc_decoder *decoder, void *memory, size_t capacity)
{
	*decoder = (struct hdlc_decoder){ .memory = memory, .capacity = capacity };
}

void hdlc_decoder_move(struct hdlc_decoder *decoder, void *memory)
{
	assert(decoder->length == 0);
	decoder->memory = memory;
}

#define BLOCK 64 /* octets whose escapes are looked for at once, a bit each */
#define RUN 16 /* octets that are copied at once; what is too much is overwritten */

/* Bit n: octet n of the block is the Control Escape. */
static uint64_t escapes_in(const uint8_t block[BLOCK])
{
	const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t escapes = 0;
	for (unsigned i = 0; i < BLOCK; i += 8) {
		uint64_t word;
		memcpy(&word, block + i, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		word = __builtin_bswap64(word);
#endif
		/* An octet of zeros, and no other, becomes 0x80; then the top bits move together.
		 */
		word ^= HDLC_ESCAPE * UINT64_C(0x0101010101010101);
		word = ~(((word & low_bits) + low_bits) | word | low_bits);
		escapes |= ((word >> 7) * UINT64_C(0x0102040810204080) >> 56) << i;
	}
	return escapes;
}

static uint8_t *copy_run(uint8_t *to, const uint8_t *from, size_t length)
{
	memcpy(to, from, RUN);
	for (size_t i = RUN; i < length; i += RUN)
		memcpy(to + i, from + i, RUN);
	return to + length;
}

/*
 * Takes the stuffing out of one block, whose first octet is not escaped.  If its last one is an
 * escape, the octet behind it is taken, too: returns how many are.  Reads and writes up to RUN
 * octets beyond.
 */
static size_t unstuff_block(const uint8_t *from, uint8_t **to)
{
	uint64_t escapes = escapes_in(from);
	size_t taken = 0;
	while (escapes != 0) {
		size_t at = (size_t)__builtin_ctzll(escapes);
		*to = copy_run(*to, from + taken, at - taken);
		*(*to)++ = from[at + 1] ^ ESCAPED_BIT;
		taken = at + 2;
		escapes &= escapes - 1;
		if (at + 1 < BLOCK) /* an escaped octet escapes nothing */
			escapes &= ~(UINT64_C(1) << (at + 1));
	}
	if (taken >= BLOCK)
		return taken;
	*to = copy_run(*to, from + taken, BLOCK - taken);
	return BLOCK;
}

/* The same an octet at a time: always stored, and a Control Escape is overwritten by the next. */
static uint8_t *unstuff_octets(struct bytes octets, uint8_t *to, bool *escaped)
{
	unsigned last = *escaped;
	for (size_t i = 0; i < octets.length; i++) {
		uint8_t octet = octets.data[i];
		*to = (uint8_t)(octet ^ last * ESCAPED_BIT);
		last = (octet == HDLC_ESCAPE) & (last ^ 1);
		to += last ^ 1;
	}
	*escaped = last != 0;
	return to;
}

/* Octets that hold no flag, and for all of which there is room as they are. */
static void unstuff_part(struct hdlc_decoder *decoder, struct bytes part)
{
	struct reader r = reader_of(part);
	uint8_t *to = decoder->memory + decoder->length;
	/* Whatever stands before an octet takes no more room unstuffed, so there is as much room as
	 * there are octets, all the time. */
	while (r.left >= BLOCK + RUN) {
		if (decoder->escaped)
			to = unstuff_octets(reader_bytes(&r, 1), to, &decoder->escaped);
		else
			(void)reader_bytes(&r, unstuff_block(r.next, &to));
	}
	to = unstuff_octets(reader_rest(&r), to, &decoder->escaped);
	decoder->length = (size_t)(to - decoder->memory);
}

/* Takes the stuffing out of octets that hold no flag. */
static void unstuff(struct hdlc_decoder *decoder, struct bytes octets)
{
	struct reader r = reader_of(octets);
	while (r.left > 0 && !decoder->too_long) {
		size_t room = decoder->capacity - decoder->length;
		unstuff_part(decoder, reader_bytes(&r, r.left < room ? r.left : room));
		decoder->too_long = room == 0;
	}
}

static bool refuse(struct hdlc_decoder *decoder, enum hdlc_drop reason)
{
	decoder->drops[reason]++;
	return false;
}

/* A closing flag has come: is what stands before it a frame? */
static bool judge(struct hdlc_decoder *decoder)
{
	if (decoder->too_long)
		return refuse(decoder, HDLC_DROP_TOO_LONG);
	if (decoder->escaped)
		return refuse(decoder, HDLC_DROP_ABORTED);
	/* Section 3.1: two flags in a row are "an empty frame, which is silently discarded, and not
	 * counted as a FCS error". */
	if (decoder->length == 0)
		return false;
	if (decoder->length < 4)
		return refuse(decoder, HDLC_DROP_SHORT);
	if (hdlc_fcs(HDLC_FCS_INITIAL, bytes_of(decoder->memory, decoder->length)) != HDLC_FCS_GOOD)
		return refuse(decoder, HDLC_DROP_FCS);
	return true;
}

bool hdlc_decode(struct hdlc_decoder *decoder, struct reader *octets, struct bytes *ret_ppp)
{
	while (octets->left > 0) {
		const uint8_t *flag = memchr(octets->next, HDLC_FLAG, octets->left);
		if (flag == NULL) {
			unstuff(decoder, reader_rest(octets));
			return false;
		}
		unstuff(decoder, reader_bytes(octets, (size_t)(flag - octets->next)));
		(void)reader_u8(octets);

		bool good = judge(decoder);
		struct bytes ppp = { 0 };
		if (good)
			ppp = hdlc_ppp_of(
				bytes_of(decoder->memory, decoder->length - HDLC_FCS_LENGTH));
		decoder->length = 0;
		decoder->escaped = decoder->too_long = false;
		if (good && ppp.length > 0) {
			*ret_ppp = ppp;
			return true;
		}
		if (good)
			refuse(decoder, HDLC_DROP_SHORT);
	}
	return false;
}

uint64_t hdlc_decoder_drops(const struct hdlc_decoder *decoder, enum hdlc_drop reason)
{
	return reason < HDLC_DROP_COUNT ? decoder->drops[reason] : 0;
}

const char *hdlc_drop_name(enum hdlc_drop reason)
{
	switch (reason) {
	case HDLC_DROP_FCS:
		return "fcs";
	case HDLC_DROP_TOO_LONG:
		return "too-long";
	case HDLC_DROP_SHORT:
		return "short";
	case HDLC_DROP_ABORTED:
		return "aborted";
	case HDLC_DROP_COUNT:
		break;
	}
	return "unknown";
}
