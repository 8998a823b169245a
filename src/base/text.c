/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text.h"

struct text text_of(char *memory, size_t capacity)
{
	memory[0] = '\0';
	return (struct text){ memory, 0, capacity };
}

static void text_append(struct text *t, const char *from, size_t length)
{
	size_t room = t->capacity - 1 - t->length;
	if (length > room)
		length = room;
	memcpy(t->start + t->length, from, length);
	t->length += length;
	t->start[t->length] = '\0';
}

void text_string(struct text *t, const char *string)
{
	text_append(t, string, strlen(string));
}

void text_decimal(struct text *t, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	text_append(t, digits + at, sizeof(digits) - at);
}

void text_hex(struct text *t, uint64_t value, unsigned digits)
{
	for (unsigned i = digits; i > 0; i--)
		text_append(t, &"0123456789abcdef"[value >> 4 * (i - 1) & 15], 1);
}

void text_mac(struct text *t, struct mac mac)
{
	for (size_t i = 0; i < sizeof(mac.byte); i++) {
		if (i > 0)
			text_string(t, ":");
		text_hex(t, mac.byte[i], 2);
	}
}

void text_ipv4(struct text *t, uint32_t address)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		text_decimal(t, address >> shift & 0xff);
		if (shift > 0)
			text_string(t, ".");
	}
}

void text_ipv6(struct text *t, struct bytes address)
{
	uint16_t group[8];
	struct reader r = reader_of(address);
	size_t best = 8, longest = 1; /* "::" stands for two groups or more */
	for (size_t i = 0; i < 8; i++)
		group[i] = reader_u16(&r);
	for (size_t i = 0, zeros; i < 8; i += zeros + 1) {
		for (zeros = 0; i + zeros < 8 && group[i + zeros] == 0; zeros++)
			continue;
		if (zeros > longest) {
			best = i;
			longest = zeros;
		}
	}
	for (size_t i = 0; i < 8; i++) {
		if (i == best) {
			text_string(t, "::");
			i += longest - 1;
			continue;
		}
		if (i > 0 && i != best + longest)
			text_string(t, ":");
		unsigned digits = group[i] > 0xfff  ? 4
				  : group[i] > 0xff ? 3
				  : group[i] > 0xf  ? 2
						    : 1;
		text_hex(t, group[i], digits);
	}
}

void text_interface_id(struct text *t, uint64_t id)
{
	text_string(t, "fe80:");
	for (int shift = 48; shift >= 0; shift -= 16) {
		text_string(t, ":");
		text_hex(t, id >> shift & 0xffff, 4);
	}
}

/* Length of the well-formed UTF-8 character at the start of b, 0 if there is none. */
static size_t utf8_length(struct bytes b)
{
	uint8_t first = b.data[0];
	size_t length = first < 0xc2   ? 0
			: first < 0xe0 ? 2
			: first < 0xf0 ? 3
			: first < 0xf5 ? 4
				       : 0;
	if (length == 0 || length > b.length)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((b.data[i] & 0xc0) != 0x80)
			return 0;
	/* U+0080 to U+009F are control characters; overlong forms and surrogates are malformed. */
	if ((first == 0xc2 && b.data[1] < 0xa0) || (first == 0xe0 && b.data[1] < 0xa0) ||
	    (first == 0xed && b.data[1] > 0x9f) || (first == 0xf0 && b.data[1] < 0x90) ||
	    (first == 0xf4 && b.data[1] > 0x8f))
		return 0;
	return length;
}

static void text_printable(struct text *t, struct bytes bytes)
{
	struct reader r = reader_of(bytes);
	while (r.left > 0) {
		size_t wide = utf8_length(bytes_of(r.next, r.left));
		if (wide > 0 && wide > t->capacity - 1 - t->length)
			return; /* never half a character */
		struct bytes character = reader_bytes(&r, wide > 0 ? wide : 1);
		uint8_t first = character.data[0];
		if (wide > 0 || (first >= 0x20 && first < 0x7f))
			text_append(t, (const char *)character.data, character.length);
		else
			text_append(t, ".", 1);
	}
}

void text_peer(struct text *t, struct bytes bytes)
{
	text_string(t, "\"");
	text_printable(t, bytes);
	text_string(t, "\"");
}

void text_copy_peer(char *to, size_t capacity, struct bytes bytes)
{
	struct text t = text_of(to, capacity);
	text_printable(&t, bytes);
}
