/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MSS clamping: an input is the limit and one packet.  At most four bytes may change: the option's
 * value and the checksum; the sum of all 16-bit words stays what it was; a second time nothing
 * changes.
 */
#include <stdlib.h>

#include "base/bytes.h"
#include "plane/mss_clamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

/* Modulo 65535, of the words from `offset` on. */
static uint32_t sum(const uint8_t *bytes, size_t length, size_t offset)
{
	uint64_t total = 0;
	for (size_t i = offset; i < length; i++)
		total += (i - offset) % 2 == 0 ? (uint64_t)bytes[i] << 8 : bytes[i];
	return (uint32_t)(total % 0xffff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r = reader_of(bytes_of(data, size));
	uint16_t limit = reader_u16(&r);
	struct bytes packet = reader_rest(&r);
	if (r.failed)
		return 0;
	uint8_t *copy = malloc(packet.length > 0 ? packet.length : 1);
	check(copy != NULL);
	memcpy(copy, packet.data, packet.length);

	const struct mss_limits limits = mss_limits_of(limit);
	bool changed = mss_clamp(copy, packet.length, &limits);
	unsigned differences = 0;
	for (size_t i = 0; i < packet.length; i++)
		differences += copy[i] != packet.data[i];
	check(differences <= 4);
	check(changed || differences == 0);
	/* every header before the option is a multiple of 4 bytes long (IPv4) or 8 (IPv6) */
	if (changed)
		check(sum(copy, packet.length, 0) == sum(packet.data, packet.length, 0));
	check(!mss_clamp(copy, packet.length, &limits));
	free(copy);
	return 0;
}
