/* SPDX-License-Identifier: BSD-2-Clause */
/* What the numbers of PPP are called by the RFCs that assign them, whether we do them or not. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Each is NULL if there is none that we know. */
const char *ppp_protocol_name(uint16_t protocol);
const char *ppp_code_name(uint16_t protocol, uint8_t code);

/* How the value of an option is to be read. */
enum ppp_option_form {
	PPP_OPTION_BYTES,
	PPP_OPTION_FLAG, /* none */
	PPP_OPTION_NUMBER, /* big-endian */
	PPP_OPTION_HEX, /* likewise */
	PPP_OPTION_IPV4,
	PPP_OPTION_INTERFACE_ID,
	PPP_OPTION_AUTHENTICATION, /* a protocol, and what belongs to it */
};

const char *ppp_option_name(uint16_t protocol, uint8_t type, enum ppp_option_form *ret_form);

/* Whether the protocol is one of options: its codes 1 to 4 have a list of them. */
bool ppp_protocol_negotiates(uint16_t protocol);
