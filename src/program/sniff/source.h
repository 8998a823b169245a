/* SPDX-License-Identifier: BSD-2-Clause */
/* Where frames come from: interfaces, or a file. */
#pragma once

#include "linux/packet_tap.h"
#include "program/sniff/sniff.h"

#define SOURCE_FRAME_MAX 65536

struct source {
	const struct sniff_options *options;
	int tap[SNIFF_INTERFACES]; /* -1: no longer */
	unsigned tap_count;
	int signals; /* signalfd of SIGINT, SIGTERM and SIGHUP */
	int file; /* of -r; -1: none */
	uint8_t memory[SOURCE_FRAME_MAX + 4]; /* of the frame in hand, and room for its tag */
};

/* Opens what the options name; false, and it was said why. */
bool source_open(struct source *source, const struct sniff_options *options);
void source_close(struct source *source);

/*
 * Hands every frame to the sniffer until the source ends, a signal comes, or the sniffer is over.
 * Returns how many the kernel had no room for; false if it broke off.
 */
bool source_run(struct source *source, struct sniff *sniff, uint64_t *ret_lost);
