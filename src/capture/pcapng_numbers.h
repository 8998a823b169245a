/* SPDX-License-Identifier: BSD-2-Clause */
/* The numbers of draft-ietf-opsawg-pcapng, sections 3 and 4. */
#pragma once

enum pcapng_block {
	PCAPNG_INTERFACE = 1,
	PCAPNG_SIMPLE_PACKET = 3,
	PCAPNG_ENHANCED_PACKET = 6,
	PCAPNG_SECTION = 0x0a0d0d0a,
};

#define PCAPNG_BYTE_ORDER 0x1a2b3c4d
#define PCAPNG_BYTE_ORDER_SWAPPED 0x4d3c2b1a

enum pcapng_option {
	PCAPNG_OPTION_END = 0,
	PCAPNG_OPTION_NAME = 2, /* of an interface */
	PCAPNG_OPTION_FLAGS = 2, /* of a packet */
	PCAPNG_OPTION_APPLICATION = 4, /* of a section */
	PCAPNG_OPTION_RESOLUTION = 9, /* of an interface */
	PCAPNG_OPTION_OFFSET = 14, /* likewise: seconds to be added to times */
};
