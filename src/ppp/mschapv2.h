/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The computations of MS-CHAPv2 (RFC 2759 section 8).  Passwords come as UTF-8 and are digested as
 * UTF-16LE.  User names are used without a "DOMAIN\" before them.
 */
#pragma once

#include "base/bytes.h"

#define MSCHAPV2_CHALLENGE_LENGTH 16
#define MSCHAPV2_NT_RESPONSE_LENGTH 24
#define MSCHAPV2_PROOF_LENGTH 20

struct mschapv2_exchange {
	uint8_t authenticator_challenge[MSCHAPV2_CHALLENGE_LENGTH];
	uint8_t peer_challenge[MSCHAPV2_CHALLENGE_LENGTH];
	struct bytes user_name;
};

void mschapv2_password_hash(uint8_t ret_hash[16], struct bytes password);

/* GenerateNTResponse(), section 8.1. */
void mschapv2_nt_response(uint8_t ret_response[MSCHAPV2_NT_RESPONSE_LENGTH],
			  const struct mschapv2_exchange *exchange, const uint8_t hash[16]);

/* GenerateAuthenticatorResponse(), section 8.7, before it is written as hexadecimal digits. */
void mschapv2_proof(uint8_t ret_proof[MSCHAPV2_PROOF_LENGTH],
		    const struct mschapv2_exchange *exchange, const uint8_t hash[16],
		    const uint8_t response[MSCHAPV2_NT_RESPONSE_LENGTH]);
