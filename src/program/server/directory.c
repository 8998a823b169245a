/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/server/directory.h"

#include <errno.h>
#include <stdio.h>

#include "language/language.h"

#define CHAP_SECRETS "/etc/ppp/chap-secrets"
#define PAP_SECRETS "/etc/ppp/pap-secrets"

static void complain(void *context, const struct secrets_problem *problem)
{
	(void)context;
	fprintf(stderr, "pppoe-server: %s:%u: %s\n", problem->path, problem->line,
		_(problem->what));
}

static bool load(const char *path, struct secrets **ret_secrets, int *ret_error)
{
	int result = secrets_load(path, complain, NULL, ret_secrets);
	*ret_error = -result;
	return result == 0;
}

static bool fail(const char *path, int error)
{
	fprintf(stderr, _("pppoe-server: reading the secrets: %s: %s\n"), path, strerror(error));
	return false;
}

bool directory_open(struct directory *directory, const char *path, const char *server)
{
	int error;
	*directory = (struct directory){ .server = server };
	if (path)
		return load(path, &directory->secrets, &error) || fail(path, error);
	bool chap = load(CHAP_SECRETS, &directory->secrets, &error);
	if (!chap && error != ENOENT)
		return fail(CHAP_SECRETS, error);
	bool pap = load(PAP_SECRETS, &directory->pap, &error);
	if (!pap && (!chap || error != ENOENT))
		return fail(chap ? PAP_SECRETS : CHAP_SECRETS, error);
	return true;
}

void directory_close(struct directory *directory)
{
	secrets_free(directory->secrets);
	secrets_free(directory->pap);
	*directory = (struct directory){ .server = directory->server };
}

/* An empty secret would let in whoever sends none; pppd means the system's passwords by it. */
const struct secret *directory_find(const struct directory *directory, enum ppp_auth auth,
				    struct bytes client)
{
	if (!directory->server)
		return NULL;
	struct bytes server = bytes_of_text(directory->server);
	const struct secret *found = secrets_find(directory->secrets, client, server);
	if (!found && auth == PPP_AUTH_PAP)
		found = secrets_find(directory->pap, client, server);
	return found && found->secret.length > 0 ? found : NULL;
}

static void each_fixed_address(const struct secrets *secrets, struct bytes server,
			       void (*each)(void *context, uint32_t address), void *context)
{
	for (size_t i = 0; i < secrets_count(secrets); i++) {
		const struct secret *secret = secrets_at(secrets, i);
		uint32_t address = secret_fixed_address(secret);
		bool ours = secret->any_server || bytes_equal(secret->server, server);
		if (address != 0 && ours)
			each(context, address);
	}
}

void directory_fixed_addresses(const struct directory *directory,
			       void (*each)(void *context, uint32_t address), void *context)
{
	if (!directory->server)
		return;
	struct bytes server = bytes_of_text(directory->server);
	each_fixed_address(directory->secrets, server, each, context);
	each_fixed_address(directory->pap, server, each, context);
}
