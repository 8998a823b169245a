/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an access concentrator said when it was asked who is there, in its JSON form.  What it did
 * not say is left out.
 */
#pragma once

#include "base/bytes.h"
#include "base/mac.h"

/* As many as there can be in one packet. */
#define DISCOVERED_TAGS 371

/* Bytes are borrowed; data NULL: there was none. */
struct discovered {
	const char *interface;
	unsigned vlan; /* 0: none */
	struct mac mac;
	bool matches; /* what was asked for */
	struct bytes name;
	struct bytes services[DISCOVERED_TAGS];
	size_t service_count;
	struct bytes cookie, relay_session_id;
	unsigned max_payload; /* bytes; 0: none */
	struct bytes service_name_error, ac_system_error, generic_error;
	struct tlv others[DISCOVERED_TAGS]; /* those that we have no name for */
	size_t other_count;
	int64_t latency_us;
};

/* The longest JSON text, NUL included. */
#define DISCOVERED_JSON_MAX 32768

/* Writes it as a JSON object with a NUL.  The length, or 0. */
size_t discovered_to_text(const struct discovered *discovered, char *to, size_t size);
