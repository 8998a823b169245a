/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes to the texts of configuration and secrets files.  What is not to be changed stays as it
 * is, comments too.  The texts returned are the caller's to free (and to wipe); NULL if there is no
 * memory.
 */
#pragma once

#include <stddef.h>

struct edit_key {
	const char *key, *value; /* value NULL: only put there if the key is not */
};

/* Sets keys of a list of assignments: in the place of the first one, or at the end. */
char *edit_keys(const char *text, const struct edit_key *keys, size_t count);

/* The value of a key as it stands there, off its quotes; "" if there is none. */
void edit_get(const char *text, const char *key, char *to, size_t size);

/*
 * Gives `client` one line of a secrets file, for any server, with no addresses: in the place of the
 * first line that it has.  All its other lines go.
 */
char *edit_secret(const char *text, const char *client, const char *secret);
