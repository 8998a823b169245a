/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of the secrets files: the input is a file. */
#include <stdlib.h>

#include "config/secrets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

struct seen {
	unsigned line; /* of the last problem */
};

static void complain(void *context, const struct secrets_problem *problem)
{
	struct seen *seen = context;
	require(problem->line >= seen->line && problem->what && problem->path);
	seen->line = problem->line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen seen = { 0 };
	struct secrets *secrets = secrets_parse(bytes_of(data, size), "fuzz", complain, &seen);
	require(secrets);
	require(secrets_count(secrets) <= size / 5 + 1);
	for (size_t i = 0; i < secrets_count(secrets) && i < 100; i++) {
		const struct secret *secret = secrets_at(secrets, i);
		require(secret->client.length <= SECRET_WORD_MAX);
		require(secret->server.length <= SECRET_WORD_MAX);
		require(secret->secret.length <= SECRET_WORD_MAX);
		require(secret->rule_count <= SECRET_RULES_MAX);
		require(secrets_find(secrets, secret->client, secret->server));
		uint32_t fixed = secret_fixed_address(secret);
		require(fixed == 0 || secret_allows(secret, fixed));
	}
	secrets_free(secrets);
	return 0;
}
