/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The secrets files of PPP, chap-secrets and pap-secrets:
 *
 *	# client   server   secret          addresses of the client
 *	anna       *        "pass word"     10.0.0.7
 *	*          home     @/etc/ppp/key   10.1.0.0/16 !10.1.2.3
 *
 * Words stand between white space, or in single or double quotes; a backslash takes the next
 * character literally, or begins one of C's escapes, or joins two lines; `#` at the start of a
 * word begins a comment.  `*` as client or server stands for anybody.  A secret of `@` and a path
 * is the first word of that file.  `--` ends the addresses.
 *
 * A client has all addresses if its line has none, none if the first is `-`, all from `*` on, and
 * else the first of its rules that fits decides, one that begins with `!` against it.
 */
#pragma once

#include "base/bytes.h"

#define SECRETS_FILE_MAX (8u << 20) /* bytes */
#define SECRET_WORD_MAX 255 /* bytes; neither PAP nor CHAP can say more */
#define SECRET_RULES_MAX 8

struct secret_rule {
	uint32_t prefix; /* host byte order */
	uint8_t length; /* bits */
	bool refuse;
};

struct secret {
	struct bytes client, server, secret;
	struct secret_rule rules[SECRET_RULES_MAX];
	uint8_t rule_count;
	bool any_address; /* the line has no addresses */
	bool any_client, any_server; /* `*`, not in quotes */
};

/* What is wrong with a line; that line is left out, or that address. */
struct secrets_problem {
	const char *path;
	unsigned line; /* from 1 */
	const char *what;
};

typedef void secrets_complain(void *context, const struct secrets_problem *problem);

struct secrets; /* its memory is wiped before it is freed */

/*
 * Reads a whole file, and the files that its secrets name.  0 or a negative errno (-EFBIG: over
 * SECRETS_FILE_MAX).  complain: called for each problem; may be NULL.
 */
int secrets_load(const char *path, secrets_complain *complain, void *context,
		 struct secrets **ret_secrets);

/* The same from memory: secrets in other files are problems. NULL if there is no memory. */
struct secrets *secrets_parse(struct bytes text, const char *path, secrets_complain *complain,
			      void *context);

void secrets_free(struct secrets *secrets); /* NULL is fine */

/*
 * The line for this client on this server that fits best: one with both names, then one with the
 * server's, then one with the client's, then one for anybody; the first among equals.  NULL if
 * there is none.  `secrets` may be NULL: no file.
 */
const struct secret *secrets_find(const struct secrets *secrets, struct bytes client,
				  struct bytes server);

size_t secrets_count(const struct secrets *secrets);
const struct secret *secrets_at(const struct secrets *secrets, size_t index);

/* Host byte order. */
bool secret_allows(const struct secret *secret, uint32_t address);

/* The client's only address, if its first rule is a single one; else 0. */
uint32_t secret_fixed_address(const struct secret *secret);
