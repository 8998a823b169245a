/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/file.h"

#include "base/text.h"
#include "capture/pcapng_numbers.h"

#define BLOCK_HEADER 8 /* type and length */
#define BLOCK_LEAST 12 /* and the length again */

#define PCAP_MICROSECONDS 0xa1b2c3d4
#define PCAP_NANOSECONDS 0xa1b23c4d
#define PCAP_FILE_HEADER 24
#define PCAP_PACKET_HEADER 16

#define RESOLUTION_US 6 /* ten to the power of -6: what holds if nothing is said */
#define RESOLUTION_BINARY 0x80 /* else a power of two */
#define SECONDS_MAX INT64_C(9000000000) /* nanoseconds of more don't fit */

static uint16_t swap_u16(uint16_t value)
{
	return (uint16_t)(value << 8 | value >> 8);
}

static uint32_t swap_u32(uint32_t value)
{
	return (uint32_t)swap_u16((uint16_t)value) << 16 | swap_u16((uint16_t)(value >> 16));
}

static uint16_t get_u16(const struct capture_file *file, struct reader *r)
{
	uint16_t value = reader_u16(r);
	return file->swapped ? swap_u16(value) : value;
}

static uint32_t get_u32(const struct capture_file *file, struct reader *r)
{
	uint32_t value = reader_u32(r);
	return file->swapped ? swap_u32(value) : value;
}

void capture_file_init(struct capture_file *file)
{
	*file = (struct capture_file){ .format = CAPTURE_FILE_UNKNOWN };
}

static size_t padded(size_t length)
{
	return length + (4 - length % 4) % 4;
}

/* Nanoseconds of Unix time. */
static int64_t time_of(const struct capture_file_interface *interface, uint64_t ticks)
{
	unsigned power = interface->resolution & 0x7f;
	uint64_t seconds, rest;
	if (interface->resolution & RESOLUTION_BINARY) {
		seconds = power < 64 ? ticks >> power : 0;
		rest = power < 64 ? ticks - (seconds << power) : ticks;
		/* the first 30 bits behind the point */
		uint64_t bits = power <= 30   ? rest << (30 - power)
				: power <= 93 ? rest >> (power - 30)
					      : 0;
		rest = bits * 1000000000 >> 30;
	} else {
		uint64_t per_second = 1;
		unsigned left = power;
		for (; left > 0 && per_second <= UINT64_MAX / 10; left--)
			per_second *= 10;
		seconds = left > 0 ? 0 : ticks / per_second;
		rest = left > 0 ? 0 : ticks % per_second;
		for (; power < 9; power++)
			rest *= 10;
		for (; power > 9 && rest > 0; power--)
			rest /= 10;
	}
	if (seconds > (uint64_t)SECONDS_MAX)
		seconds = (uint64_t)SECONDS_MAX;
	int64_t whole = (int64_t)seconds;
	if (interface->offset_s > SECONDS_MAX - whole || interface->offset_s < -SECONDS_MAX)
		return SECONDS_MAX * 1000000000;
	return (whole + interface->offset_s) * 1000000000 + (int64_t)rest;
}

static bool next_option(const struct capture_file *file, struct reader *r, struct tlv *ret_option)
{
	ret_option->type = get_u16(file, r);
	uint16_t length = get_u16(file, r);
	ret_option->value = bytes_head(reader_bytes(r, padded(length)), length);
	return !r->failed && ret_option->type != PCAPNG_OPTION_END;
}

static enum capture_file_result read_section(struct capture_file *file, struct reader *r)
{
	(void)reader_u32(r); /* byte order, which is known */
	uint16_t major = get_u16(file, r);
	file->interface_count = 0;
	return r->failed || major != 1 ? CAPTURE_FILE_MALFORMED : CAPTURE_FILE_BLOCK;
}

static int64_t read_offset(const struct capture_file *file, struct bytes value)
{
	struct reader r = reader_of(value);
	uint64_t first = get_u32(file, &r), second = get_u32(file, &r);
	uint64_t offset = file->swapped ? second << 32 | first : first << 32 | second;
	return r.failed || offset > (uint64_t)SECONDS_MAX ? 0 : (int64_t)offset;
}

static enum capture_file_result read_interface(struct capture_file *file, struct reader *r)
{
	if (file->interface_count == CAPTURE_FILE_INTERFACES)
		return CAPTURE_FILE_MALFORMED;
	struct capture_file_interface interface = { .resolution = RESOLUTION_US };
	struct tlv option;
	interface.link_type = get_u16(file, r);
	(void)get_u16(file, r);
	(void)get_u32(file, r); /* the most bytes of a packet that are kept */
	if (r->failed)
		return CAPTURE_FILE_MALFORMED;
	while (r->left > 0 && next_option(file, r, &option)) {
		struct reader value = reader_of(option.value);
		if (option.type == PCAPNG_OPTION_NAME)
			text_copy_peer(interface.name, sizeof(interface.name), option.value);
		if (option.type == PCAPNG_OPTION_RESOLUTION && value.left == 1)
			interface.resolution = reader_u8(&value);
		if (option.type == PCAPNG_OPTION_OFFSET)
			interface.offset_s = read_offset(file, option.value);
	}
	file->interface[file->interface_count++] = interface;
	return r->failed ? CAPTURE_FILE_MALFORMED : CAPTURE_FILE_BLOCK;
}

static enum capture_file_result read_enhanced(struct capture_file *file, struct reader *r,
					      struct pcapng_packet *packet)
{
	struct tlv option;
	packet->interface = get_u32(file, r);
	uint64_t high = get_u32(file, r);
	uint64_t ticks = high << 32 | get_u32(file, r);
	uint32_t kept = get_u32(file, r);
	packet->length = get_u32(file, r);
	packet->bytes = bytes_head(reader_bytes(r, padded(kept)), kept);
	if (r->failed || packet->interface >= file->interface_count)
		return CAPTURE_FILE_MALFORMED;
	packet->time_ns = time_of(&file->interface[packet->interface], ticks);
	while (r->left > 0 && next_option(file, r, &option)) {
		struct reader value = reader_of(option.value);
		uint32_t flags = get_u32(file, &value);
		if (option.type == PCAPNG_OPTION_FLAGS && (flags & 3) != 0)
			packet->direction = (flags & 3) == 1 ? PCAPNG_INBOUND : PCAPNG_OUTBOUND;
	}
	return r->failed ? CAPTURE_FILE_MALFORMED : CAPTURE_FILE_PACKET;
}

/* Of the first interface, without a time. */
static enum capture_file_result read_simple(struct capture_file *file, struct reader *r,
					    struct pcapng_packet *packet)
{
	packet->length = get_u32(file, r);
	packet->bytes = bytes_head(reader_rest(r), packet->length);
	return r->failed || file->interface_count == 0 ? CAPTURE_FILE_MALFORMED
						       : CAPTURE_FILE_PACKET;
}

/* A section says itself which byte order it is in. */
static bool read_byte_order(struct capture_file *file, struct bytes available)
{
	struct reader r = reader_of(available);
	(void)reader_bytes(&r, BLOCK_HEADER);
	uint32_t order = reader_u32(&r);
	if (order != PCAPNG_BYTE_ORDER && order != PCAPNG_BYTE_ORDER_SWAPPED)
		return false;
	file->swapped = order == PCAPNG_BYTE_ORDER_SWAPPED;
	return true;
}

static enum capture_file_result read_block(struct capture_file *file, struct bytes available,
					   size_t *ret_used, struct pcapng_packet *packet)
{
	struct reader r = reader_of(available);
	if (r.left < BLOCK_LEAST)
		return CAPTURE_FILE_MORE;
	uint32_t type = reader_u32(&r); /* that of a section reads the same both ways */
	if (type == PCAPNG_SECTION && !read_byte_order(file, available))
		return CAPTURE_FILE_MALFORMED;
	if (file->swapped)
		type = swap_u32(type);
	uint32_t length = get_u32(file, &r);
	if (length < BLOCK_LEAST || length % 4 != 0 || length > CAPTURE_FILE_BLOCK_MAX)
		return CAPTURE_FILE_MALFORMED;
	if (length > available.length)
		return CAPTURE_FILE_MORE;
	struct reader body = reader_of(reader_bytes(&r, length - BLOCK_LEAST));
	if (get_u32(file, &r) != length)
		return CAPTURE_FILE_MALFORMED;
	*ret_used = length;
	switch (type) {
	case PCAPNG_SECTION:
		return read_section(file, &body);
	case PCAPNG_INTERFACE:
		return read_interface(file, &body);
	case PCAPNG_ENHANCED_PACKET:
		return read_enhanced(file, &body, packet);
	case PCAPNG_SIMPLE_PACKET:
		return read_simple(file, &body, packet);
	default:
		return CAPTURE_FILE_BLOCK;
	}
}

static enum capture_file_result read_pcap_packet(const struct capture_file *file,
						 struct bytes available, size_t *ret_used,
						 struct pcapng_packet *packet)
{
	const struct capture_file_interface *interface = &file->interface[0];
	struct reader r = reader_of(available);
	if (r.left < PCAP_PACKET_HEADER)
		return CAPTURE_FILE_MORE;
	uint32_t seconds = get_u32(file, &r), fraction = get_u32(file, &r);
	uint32_t kept = get_u32(file, &r);
	packet->length = get_u32(file, &r);
	if (kept > CAPTURE_FILE_BLOCK_MAX - PCAP_PACKET_HEADER)
		return CAPTURE_FILE_MALFORMED;
	if (kept > r.left)
		return CAPTURE_FILE_MORE;
	packet->bytes = reader_bytes(&r, kept);
	packet->time_ns = (int64_t)seconds * 1000000000 +
			  (int64_t)fraction * (interface->resolution == RESOLUTION_US ? 1000 : 1);
	*ret_used = PCAP_PACKET_HEADER + kept;
	return CAPTURE_FILE_PACKET;
}

static bool is_pcap(uint32_t magic, uint8_t *ret_resolution)
{
	*ret_resolution = magic == PCAP_NANOSECONDS ? 9 : RESOLUTION_US;
	return magic == PCAP_NANOSECONDS || magic == PCAP_MICROSECONDS;
}

static enum capture_file_result begin(struct capture_file *file, struct bytes available,
				      size_t *ret_used, struct pcapng_packet *packet)
{
	struct reader r = reader_of(available);
	struct capture_file_interface *interface = &file->interface[0];
	uint32_t magic = reader_u32(&r);
	if (r.failed)
		return CAPTURE_FILE_MORE;
	if (magic == PCAPNG_SECTION) {
		file->format = CAPTURE_FILE_PCAPNG;
		return read_block(file, available, ret_used, packet);
	}
	*interface = (struct capture_file_interface){ .offset_s = 0 };
	if (!is_pcap(magic, &interface->resolution)) {
		file->swapped = true;
		if (!is_pcap(swap_u32(magic), &interface->resolution))
			return CAPTURE_FILE_MALFORMED;
	}
	if (available.length < PCAP_FILE_HEADER) {
		file->swapped = false;
		return CAPTURE_FILE_MORE;
	}
	(void)reader_bytes(&r, PCAP_FILE_HEADER - 8); /* version, zone, accuracy, limit */
	interface->link_type = (uint16_t)get_u32(file, &r);
	file->interface_count = 1;
	file->format = CAPTURE_FILE_PCAP;
	*ret_used = PCAP_FILE_HEADER;
	return CAPTURE_FILE_BLOCK;
}

static enum capture_file_result read_piece(struct capture_file *file, struct bytes available,
					   size_t *used, struct pcapng_packet *packet)
{
	switch (file->format) {
	case CAPTURE_FILE_PCAP:
		return read_pcap_packet(file, available, used, packet);
	case CAPTURE_FILE_PCAPNG:
		return read_block(file, available, used, packet);
	case CAPTURE_FILE_UNKNOWN:
		break;
	}
	return begin(file, available, used, packet);
}

enum capture_file_result capture_file_read(struct capture_file *file, struct bytes available,
					   size_t *ret_used, struct pcapng_packet *ret_packet)
{
	size_t used = 0;
	*ret_packet = (struct pcapng_packet){ .interface = 0 };
	enum capture_file_result result = read_piece(file, available, &used, ret_packet);
	bool read = result == CAPTURE_FILE_PACKET || result == CAPTURE_FILE_BLOCK;
	*ret_used = read ? used : 0;
	return result;
}
