/* SPDX-License-Identifier: BSD-2-Clause */
/* Our own password, looked up anew each time it is needed. */
#pragma once

#include "config/line_config.h"

#define OWN_SECRET_MAX 255

/*
 * Finds the secret for USER and the concentrator of this name ("" if it has none) in SECRETS, or
 * in chap-secrets and then pap-secrets of /etc/ppp.  The caller wipes it.  problem: for the log,
 * "" if there is nothing to say.
 */
bool own_secret_find(const struct line_config *config, const char *concentrator,
		     uint8_t ret_secret[OWN_SECRET_MAX], size_t *ret_length, char *problem,
		     size_t problem_size);
