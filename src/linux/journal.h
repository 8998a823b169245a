/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * systemd's journal, in its native protocol: a datagram an entry, NAME=VALUE lines, and a binary
 * form for values of several lines.  Nothing here blocks.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define JOURNAL_FIELDS_MAX 16

struct journal_field {
	const char *name; /* capitals, digits and underscores, beginning with a capital */
	const char *value; /* NULL or "": the field is left out */
};

/* A socket to send from, or a negative errno: -ENOENT where there is no journal. */
int journal_open(void);

/* Whether standard error is a stream into the journal ($JOURNAL_STREAM; sd-daemon(3)). */
bool journal_is_standard_error(void);

/* At most JOURNAL_FIELDS_MAX fields.  0 or a negative errno: then the entry is lost. */
int journal_send(int socket, const struct journal_field *fields, size_t count);
