/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads what pppd's option `record` writes: a stream of records, each a tag and what belongs to
 * it, numbers in network byte order.
 *
 *	1, 2	sent, received: 16 bits of length, and so many octets of the line
 *	3, 4	the sending, the receiving side has ended
 *	5, 6	time has passed: 32 or 8 bits, tenths of a second
 *	7	the time of day: 32 bits, seconds since 1970
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum record_kind {
	RECORD_DATA,
	RECORD_END,
	RECORD_STEP,
	RECORD_START,
	RECORD_UNKNOWN,
};

struct record {
	enum record_kind kind;
	bool received; /* of DATA and END; else false */
	uint8_t tag;
	/* DATA: octets that follow in the file; STEP: tenths, signed; START: seconds. */
	int64_t number;
};

/*
 * False at the end of the file.  Each octet that the file ends before counts as -1, as Debian's
 * pppdump has it; a length below 0 is of no octets.
 */
bool record_next(FILE *file, struct record *ret_record);
