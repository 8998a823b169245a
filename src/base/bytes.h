/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounded reading and writing of untrusted bytes, big-endian as on the wire.  No other code
 * does pointer or length arithmetic on a packet.
 *
 * A reader that runs out of bytes, and a writer that runs out of room, fails: it stays failed,
 * yields zeros (writes nothing more), and the caller asks once, at the end.
 *
 * struct bytes is always borrowed: it owns nothing and is valid as long as what it points into.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *data;
	size_t length;
};

static inline struct bytes bytes_of(const void *data, size_t length)
{
	return (struct bytes){ data, length };
}

static inline struct bytes bytes_of_text(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* The first `length` bytes of a, or all of it if it is shorter. */
static inline struct bytes bytes_head(struct bytes a, size_t length)
{
	return (struct bytes){ a.data, a.length < length ? a.length : length };
}

struct reader {
	const uint8_t *next;
	size_t left;
	bool failed;
};

static inline struct reader reader_of(struct bytes bytes)
{
	return (struct reader){ bytes.data, bytes.length, false };
}

/* Takes the next `length` bytes; an empty slice and a failed reader if there are fewer. */
static inline struct bytes reader_bytes(struct reader *r, size_t length)
{
	if (r->failed || length > r->left) {
		r->failed = true;
		r->left = 0;
		return (struct bytes){ NULL, 0 };
	}
	struct bytes taken = { r->next, length };
	if (length > 0)
		r->next += length;
	r->left -= length;
	return taken;
}

static inline struct bytes reader_rest(struct reader *r)
{
	return reader_bytes(r, r->left);
}

static inline uint8_t reader_u8(struct reader *r)
{
	struct bytes b = reader_bytes(r, 1);
	return b.length == 1 ? b.data[0] : 0;
}

static inline uint16_t reader_u16(struct reader *r)
{
	struct bytes b = reader_bytes(r, 2);
	return b.length == 2 ? (uint16_t)(b.data[0] << 8 | b.data[1]) : 0;
}

static inline uint32_t reader_u32(struct reader *r)
{
	uint32_t high = reader_u16(r);
	return high << 16 | reader_u16(r);
}

static inline uint64_t reader_u64(struct reader *r)
{
	uint64_t high = reader_u32(r);
	return high << 32 | reader_u32(r);
}

/* Copies the next `length` bytes to `to`; zeros if there are fewer. */
static inline void reader_copy(struct reader *r, void *to, size_t length)
{
	struct bytes b = reader_bytes(r, length);
	if (b.length == length && length > 0)
		memcpy(to, b.data, length);
	else
		memset(to, 0, length);
}

struct writer {
	uint8_t *start;
	size_t length, capacity;
	bool failed;
};

static inline struct writer writer_of(void *memory, size_t capacity)
{
	return (struct writer){ memory, 0, capacity, false };
}

static inline void writer_bytes(struct writer *w, struct bytes bytes)
{
	if (w->failed || bytes.length > w->capacity - w->length) {
		w->failed = true;
		return;
	}
	if (bytes.length > 0)
		memcpy(w->start + w->length, bytes.data, bytes.length);
	w->length += bytes.length;
}

static inline void writer_u8(struct writer *w, uint8_t value)
{
	writer_bytes(w, bytes_of(&value, 1));
}

static inline void writer_u16(struct writer *w, uint16_t value)
{
	const uint8_t b[2] = { (uint8_t)(value >> 8), (uint8_t)value };
	writer_bytes(w, bytes_of(b, sizeof(b)));
}

static inline void writer_u32(struct writer *w, uint32_t value)
{
	writer_u16(w, (uint16_t)(value >> 16));
	writer_u16(w, (uint16_t)value);
}

static inline void writer_u64(struct writer *w, uint64_t value)
{
	writer_u32(w, (uint32_t)(value >> 32));
	writer_u32(w, (uint32_t)value);
}

/* Writes a 16-bit field whose value is known later, and returns where it stands. */
static inline size_t writer_mark_u16(struct writer *w)
{
	size_t mark = w->length;
	writer_u16(w, 0);
	return mark;
}

/* Fills the field at `mark`; a value over 65535 makes the writer fail. */
static inline void writer_fill_u16(struct writer *w, size_t mark, size_t value)
{
	if (w->failed || value > UINT16_MAX) {
		w->failed = true;
		return;
	}
	w->start[mark] = (uint8_t)(value >> 8);
	w->start[mark + 1] = (uint8_t)value;
}

/* What was written; empty if the writer failed. */
static inline struct bytes writer_written(const struct writer *w)
{
	return w->failed ? bytes_of(NULL, 0) : bytes_of(w->start, w->length);
}

/*
 * Type-length-value lists.  Two forms are in use: PPP options (8-bit type, 8-bit length that
 * counts the two header bytes, RFC 1661 section 6) and PPPoE tags (16-bit type, 16-bit length
 * of the value alone, RFC 2516 section 4).
 */
struct tlv {
	uint16_t type;
	struct bytes value;
};

enum tlv_result { TLV_ITEM, TLV_END, TLV_MALFORMED };

static inline enum tlv_result tlv_next_option(struct reader *r, struct tlv *ret_item)
{
	if (r->left == 0)
		return r->failed ? TLV_MALFORMED : TLV_END;
	uint8_t type = reader_u8(r);
	uint8_t length = reader_u8(r);
	if (length < 2) {
		r->failed = true;
		return TLV_MALFORMED;
	}
	struct bytes value = reader_bytes(r, (size_t)length - 2);
	if (r->failed)
		return TLV_MALFORMED;
	*ret_item = (struct tlv){ type, value };
	return TLV_ITEM;
}

static inline enum tlv_result tlv_next_tag(struct reader *r, struct tlv *ret_item)
{
	if (r->left == 0)
		return r->failed ? TLV_MALFORMED : TLV_END;
	uint16_t type = reader_u16(r);
	struct bytes value = reader_bytes(r, reader_u16(r));
	if (r->failed)
		return TLV_MALFORMED;
	*ret_item = (struct tlv){ type, value };
	return TLV_ITEM;
}
