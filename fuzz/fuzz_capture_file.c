/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files: what is read from one is written again, and read as the same. */
#include <stdlib.h>

#include "capture/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static uint8_t memory[CAPTURE_FILE_BLOCK_MAX + 4 * PCAPNG_OVERHEAD];

static void check_again(const struct capture_file_interface *interface,
			const struct pcapng_packet *packet)
{
	struct writer w = writer_of(memory, sizeof(memory));
	struct pcapng_packet written = *packet, again = { .interface = 9 };
	struct capture_file file;
	enum capture_file_result result = CAPTURE_FILE_BLOCK;
	written.interface = 0;
	pcapng_write_section(&w, "");
	pcapng_write_interface(&w, interface->link_type, interface->name);
	pcapng_write_packet(&w, &written);
	struct reader r = reader_of(writer_written(&w));
	if (r.left == 0)
		return; /* longer than a block may be */
	capture_file_init(&file);
	for (unsigned block = 0; block < 3; block++) {
		size_t used;
		require(result == CAPTURE_FILE_BLOCK);
		result = capture_file_read(&file, bytes_of(r.next, r.left), &used, &again);
		(void)reader_bytes(&r, used);
	}
	if (packet->bytes.length > CAPTURE_FILE_BLOCK_MAX - 2 * PCAPNG_OVERHEAD)
		return;
	require(result == CAPTURE_FILE_PACKET && r.left == 0 && !r.failed);
	require(strcmp(file.interface[0].name, interface->name) == 0);
	require(again.time_ns == packet->time_ns && again.length == packet->length);
	require(again.direction == packet->direction && bytes_equal(again.bytes, packet->bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture_file file;
	struct reader r = reader_of(bytes_of(data, size));
	enum capture_file_result result = CAPTURE_FILE_BLOCK;
	capture_file_init(&file);
	while (result == CAPTURE_FILE_BLOCK || result == CAPTURE_FILE_PACKET) {
		struct pcapng_packet packet;
		size_t used;
		result = capture_file_read(&file, bytes_of(r.next, r.left), &used, &packet);
		bool read = result == CAPTURE_FILE_BLOCK || result == CAPTURE_FILE_PACKET;
		require(read == (used > 0) && used <= r.left);
		require(file.interface_count <= CAPTURE_FILE_INTERFACES);
		if (result == CAPTURE_FILE_PACKET) {
			require(packet.interface < file.interface_count);
			require(packet.time_ns >= 0 && packet.bytes.length < used);
			check_again(&file.interface[packet.interface], &packet);
		}
		(void)reader_bytes(&r, used);
	}
	return 0;
}
