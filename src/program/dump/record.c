/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/dump/record.h"

enum {
	TAG_SENT = 1,
	TAG_RECEIVED,
	TAG_END_SENT,
	TAG_END_RECEIVED,
	TAG_STEP_LONG,
	TAG_STEP_SHORT,
	TAG_START,
};

static int64_t read_number(FILE *file, unsigned octets)
{
	int64_t number = 0;
	for (unsigned i = 0; i < octets; i++)
		number = number * 256 + getc(file);
	return number;
}

bool record_next(FILE *file, struct record *ret_record)
{
	int tag = getc(file);
	if (tag == EOF)
		return false;
	*ret_record = (struct record){ .kind = RECORD_UNKNOWN, .tag = (uint8_t)tag };
	switch (tag) {
	case TAG_SENT:
	case TAG_RECEIVED:
		ret_record->kind = RECORD_DATA;
		ret_record->received = tag == TAG_RECEIVED;
		ret_record->number = read_number(file, 2);
		break;
	case TAG_END_SENT:
	case TAG_END_RECEIVED:
		ret_record->kind = RECORD_END;
		ret_record->received = tag == TAG_END_RECEIVED;
		break;
	case TAG_STEP_LONG:
	case TAG_STEP_SHORT:
		ret_record->kind = RECORD_STEP;
		ret_record->number = (int32_t)read_number(file, tag == TAG_STEP_LONG ? 4 : 1);
		break;
	case TAG_START:
		ret_record->kind = RECORD_START;
		ret_record->number = read_number(file, 4);
		break;
	}
	return true;
}
