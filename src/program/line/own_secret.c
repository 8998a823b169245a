/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/own_secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/secrets.h"

struct complaint {
	char *text;
	size_t size;
};

static void complain(void *context, const struct secrets_problem *problem)
{
	const struct complaint *complaint = context;
	snprintf(complaint->text, complaint->size, "%s:%u: %s", problem->path, problem->line,
		 problem->what);
}

/* Only a file is read: a FIFO would keep us waiting, and SIGTERM with us. */
static bool look_at(const char *path, struct complaint *complaint)
{
	struct stat status;
	if (stat(path, &status) < 0)
		return true; /* reading it will say why */
	if (!S_ISREG(status.st_mode)) {
		snprintf(complaint->text, complaint->size, "%s: not a regular file", path);
		return false;
	}
	if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		snprintf(complaint->text, complaint->size,
			 "%s: others than its owner may read or change it: chmod 600", path);
	return true;
}

static bool find_in(const char *path, const struct line_config *config, const char *concentrator,
		    uint8_t ret_secret[OWN_SECRET_MAX], size_t *ret_length,
		    struct complaint *complaint)
{
	struct secrets *secrets = NULL;
	if (!look_at(path, complaint))
		return false;
	int error = secrets_load(path, complain, complaint, &secrets);
	if (error < 0) {
		if (error != -ENOENT || config->secrets[0] != '\0')
			snprintf(complaint->text, complaint->size, "%s: cannot be read: %s", path,
				 strerror(-error));
		return false;
	}
	const struct secret *secret =
		secrets_find(secrets, bytes_of_text(config->user), bytes_of_text(concentrator));
	bool fits = secret && secret->secret.length <= OWN_SECRET_MAX;
	if (fits) {
		memcpy(ret_secret, secret->secret.data, secret->secret.length);
		*ret_length = secret->secret.length;
	}
	secrets_free(secrets);
	return fits;
}

bool own_secret_find(const struct line_config *config, const char *concentrator,
		     uint8_t ret_secret[OWN_SECRET_MAX], size_t *ret_length, char *problem,
		     size_t problem_size)
{
	struct complaint complaint = { problem, problem_size };
	problem[0] = '\0';
	if (config->secrets[0] != '\0')
		return find_in(config->secrets, config, concentrator, ret_secret, ret_length,
			       &complaint);
	return find_in("/etc/ppp/chap-secrets", config, concentrator, ret_secret, ret_length,
		       &complaint) ||
	       find_in("/etc/ppp/pap-secrets", config, concentrator, ret_secret, ret_length,
		       &complaint);
}
