/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The three ways in which octets of a record are printed to standard output, in the very form of
 * Debian's pppdump, which scripts and people know.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Reads `count` octets of the file.  False if it ends before them. */
bool show_text(FILE *file, const char *direction, int32_t count);
bool show_hex(FILE *file, const char *direction, int32_t count);

/* Packets that are put together from the octets of one direction. */
#define ASSEMBLY_MAX 65536

struct assembly {
	/* private */
	size_t length; /* of the frame so far, without stuffing; those over ASSEMBLY_MAX are counted
			*/
	bool escaped;
	uint16_t fcs;
	uint8_t frame[ASSEMBLY_MAX];
};

void assembly_init(struct assembly *assembly);
bool show_packets(FILE *file, struct assembly *assembly, const char *direction, int32_t count,
		  int mru);

/* The octets of a packet that is not complete. */
size_t assembly_length(const struct assembly *assembly);
