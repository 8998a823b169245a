/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done with each frame, wherever it comes from.  Has no use for any privilege. */
#pragma once

#include <stdio.h>

#include "capture/advice.h"
#include "capture/decode.h"
#include "capture/file.h"
#include "program/sniff/options.h"

#define SNIFF_FRAME_MAX CAPTURE_FILE_BLOCK_MAX

struct sniff {
	const struct sniff_options *options;
	FILE *to; /* the file of -w; NULL: none.  The caller's */
	struct advice advice;
	bool over; /* there is no more to be done */
	bool failed; /* the file, or standard output, takes no more */
	uint64_t counts[CAPTURE_KINDS], bytes[CAPTURE_KINDS], malformed;
	uint8_t block[SNIFF_FRAME_MAX + PCAPNG_OVERHEAD]; /* being written */
};

/* Writes what stands before the frames in the file, if there is one. */
void sniff_begin(struct sniff *sniff, const struct sniff_options *options, FILE *to);

/* Says which interface has the next number, from 0 on. */
void sniff_add_interface(struct sniff *sniff, const char *name);

/* A frame with its VLAN tags; memory that may be changed.  packet->bytes are of no account. */
void sniff_take(struct sniff *sniff, const char *interface, const struct pcapng_packet *packet,
		uint8_t *frame, size_t length);

/* Before there is a pause: what was printed and written goes out. */
void sniff_flush(struct sniff *sniff);

/* What it all came to; lost: frames that the kernel had no room for.  The exit code. */
int sniff_end(struct sniff *sniff, uint64_t lost);
