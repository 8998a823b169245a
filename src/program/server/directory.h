/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may come in: the secrets files. */
#pragma once

#include "access/access.h"
#include "config/secrets.h"

/* All zero: nobody may come in. */
struct directory {
	struct secrets *secrets; /* of --secrets, or chap-secrets */
	struct secrets *pap; /* pap-secrets, asked after that for PAP; or NULL */
	const char *server; /* our name, in the files' second column */
};

/*
 * path: NULL for the usual two files, of which one may be missing.  False, and a message on stderr,
 * if there is nothing to read.  server: a string that stays.
 */
bool directory_open(struct directory *directory, const char *path, const char *server);
void directory_close(struct directory *directory);

/* NULL if there is nobody of that name. */
const struct secret *directory_find(const struct directory *directory, enum ppp_auth auth,
				    struct bytes client);

/* Calls `each` for every fixed address of a client of ours. */
void directory_fixed_addresses(const struct directory *directory,
			       void (*each)(void *context, uint32_t address), void *context);
