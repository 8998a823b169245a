/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/pppd_server.h"
#include "language/language.h"
#include "linux/file.h"
#include "program/server/options.h"

#define POOL_FILE_MAX (2u << 20)

static bool fail(const char *path, const char *why)
{
	fprintf(stderr, "pppoe-server: %s: %s\n", path, why);
	return false;
}

static void say_problem(void *context, const struct pppd_server_problem *problem)
{
	(void)context;
	fprintf(stderr, "pppoe-server: %s:%u: %s\n", problem->path, problem->line, problem->text);
}

_Static_assert((int)PPPD_SERVER_PAP == PPP_AUTH_PAP && (int)PPPD_SERVER_CHAP == PPP_AUTH_CHAP_MD5 &&
		       (int)PPPD_SERVER_MSCHAPV2 == PPP_AUTH_MSCHAPV2 &&
		       (int)PPPD_SERVER_EAP == PPP_AUTH_EAP_MD5,
	       "the same sets");

static void apply_auth(struct ppp_config *ppp, const struct pppd_server_options *file)
{
	if (file->require != 0)
		ppp->demand = file->require;
	else if (file->no_auth)
		ppp->demand = PPP_AUTH_NONE;
	if (ppp->demand != PPP_AUTH_NONE && (ppp->demand & ~file->refuse) != 0)
		ppp->demand &= ~file->refuse;
}

static void apply(struct server_options *options, const struct pppd_server_options *file)
{
	struct ppp_config *ppp = &options->access.ppp;
	apply_auth(ppp, file);
	if (file->echo_interval_s >= 0)
		ppp->echo_interval_ms = (uint32_t)file->echo_interval_s * 1000;
	if (file->echo_failures >= 0)
		ppp->echo_failures = (unsigned)file->echo_failures;
	ppp->echo_adaptive |= file->echo_adaptive;
	if (file->dns[0] != 0) {
		ppp->offer_dns[0] = file->dns[0];
		ppp->offer_dns[1] = file->dns[1];
	}
	int mtu = file->mtu > 0 && (file->mru < 0 || file->mtu < file->mru) ? file->mtu : file->mru;
	if (mtu > 0)
		options->mtu = (unsigned)mtu;
	if (file->ipv6 >= 0)
		ppp->ipv6 = file->ipv6;
	if (file->idle_s >= 0)
		options->access.limits.idle_s = (uint32_t)file->idle_s;
	if (file->session_s >= 0)
		options->access.limits.session_s = (uint32_t)file->session_s;
	if (file->name[0] != '\0')
		memcpy(ppp->name, file->name, sizeof(file->name));
}

bool options_read_file(struct server_options *options)
{
	struct pppd_server_options file;
	const char *path = options->options_file ? options->options_file : SERVER_OPTIONS_FILE;
	char *text = malloc(PPPD_SERVER_FILE_MAX);
	ssize_t length = text ? file_read(path, text, PPPD_SERVER_FILE_MAX) : -ENOMEM;
	bool good = length >= 0;
	if (good)
		good = pppd_server_parse(&file, path, text, (size_t)length, say_problem, NULL);
	else if (length == -ENOENT && !options->options_file)
		good = true;
	else
		fail(path, strerror((int)-length));
	if (good && length >= 0)
		apply(options, &file);
	free(text);
	return good;
}

bool options_read_pool(struct server_options *options)
{
	struct address_pool_problem problem;
	const char *path = options->pool_file;
	char *text = malloc(POOL_FILE_MAX);
	ssize_t length = text ? file_read(path, text, POOL_FILE_MAX) : -ENOMEM;
	bool good = length >= 0;
	if (!good)
		fail(path, strerror((int)-length));
	else if (!address_pool_parse(text, (size_t)length, &options->pool, &problem)) {
		fprintf(stderr, "pppoe-server: %s:%u: %s\n", path, problem.line, _(problem.what));
		good = false;
	}
	free(text);
	if (good && options->pool.count > PPPOE_SESSIONS_MAX)
		fprintf(stderr, _("pppoe-server: %s: only the first %u addresses are used\n"), path,
			(unsigned)PPPOE_SESSIONS_MAX);
	return good;
}
