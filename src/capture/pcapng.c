/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/pcapng.h"

#include "capture/pcapng_numbers.h"

#define LENGTH_UNKNOWN UINT64_MAX /* of the section */
#define RESOLUTION_NS 9 /* ten to the power of -9 */

/* Fields go to multiples of 32 bits. */
static void write_padded(struct writer *w, struct bytes bytes)
{
	static const uint8_t zeros[4] = { 0 };
	writer_bytes(w, bytes);
	writer_bytes(w, bytes_of(zeros, (4 - bytes.length % 4) % 4));
}

static void write_option(struct writer *w, uint16_t code, struct bytes value)
{
	if (value.length > UINT16_MAX) {
		w->failed = true;
		return;
	}
	writer_u16(w, code);
	writer_u16(w, (uint16_t)value.length);
	write_padded(w, value);
}

/* Returns where the block begins. */
static size_t begin_block(struct writer *w, uint32_t type)
{
	size_t start = w->length;
	writer_u32(w, type);
	writer_u32(w, 0);
	return start;
}

/* The length stands at both ends of a block. */
static void end_block(struct writer *w, size_t start)
{
	size_t length = w->length - start + sizeof(uint32_t);
	writer_u32(w, (uint32_t)length);
	if (w->failed)
		return;
	struct writer at = writer_of(w->start + start + sizeof(uint32_t), sizeof(uint32_t));
	writer_u32(&at, (uint32_t)length);
}

void pcapng_write_section(struct writer *w, const char *application)
{
	size_t start = begin_block(w, PCAPNG_SECTION);
	writer_u32(w, PCAPNG_BYTE_ORDER);
	writer_u16(w, 1); /* version 1.0 */
	writer_u16(w, 0);
	writer_u64(w, LENGTH_UNKNOWN);
	if (application[0] != '\0') {
		write_option(w, PCAPNG_OPTION_APPLICATION, bytes_of_text(application));
		write_option(w, PCAPNG_OPTION_END, bytes_of(NULL, 0));
	}
	end_block(w, start);
}

void pcapng_write_interface(struct writer *w, uint16_t link_type, const char *name)
{
	static const uint8_t resolution = RESOLUTION_NS;
	size_t start = begin_block(w, PCAPNG_INTERFACE);
	writer_u16(w, link_type);
	writer_u16(w, 0);
	writer_u32(w, 0); /* no limit to the bytes of a packet */
	if (name[0] != '\0')
		write_option(w, PCAPNG_OPTION_NAME, bytes_of_text(name));
	write_option(w, PCAPNG_OPTION_RESOLUTION, bytes_of(&resolution, 1));
	write_option(w, PCAPNG_OPTION_END, bytes_of(NULL, 0));
	end_block(w, start);
}

static void write_direction(struct writer *w, enum pcapng_direction direction)
{
	uint8_t memory[4];
	struct writer flags = writer_of(memory, sizeof(memory));
	if (direction == PCAPNG_UNKNOWN)
		return;
	writer_u32(&flags, direction == PCAPNG_INBOUND ? 1 : 2);
	write_option(w, PCAPNG_OPTION_FLAGS, writer_written(&flags));
	write_option(w, PCAPNG_OPTION_END, bytes_of(NULL, 0));
}

void pcapng_write_packet(struct writer *w, const struct pcapng_packet *packet)
{
	size_t start = begin_block(w, PCAPNG_ENHANCED_PACKET);
	if (packet->bytes.length > UINT32_MAX / 2 || packet->length > UINT32_MAX) {
		w->failed = true;
		return;
	}
	writer_u32(w, packet->interface);
	writer_u64(w, (uint64_t)packet->time_ns);
	writer_u32(w, (uint32_t)packet->bytes.length);
	writer_u32(w, (uint32_t)packet->length);
	write_padded(w, packet->bytes);
	write_direction(w, packet->direction);
	end_block(w, start);
}
