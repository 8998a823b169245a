/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of decode share. */
#pragma once

#include "base/text.h"

/* Hexadecimal digits of the first bytes; "..." for the rest. */
void decode_bytes(struct text *to, struct bytes bytes);

/* All that follows the protocol field.  False if something is malformed. */
bool decode_control(struct text *to, uint16_t protocol, struct bytes information,
		    bool show_secrets);
void decode_data(struct text *to, uint16_t protocol, struct bytes information);
