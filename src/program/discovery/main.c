/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pppoe-discovery: asks which access concentrators are there.  Sockets and files are opened first;
 * then there are no privileges left when the first byte from the wire is read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "discover/show.h"
#include "language/language.h"
#include "linux/process.h"
#include "program/discovery/options.h"

#define ME "pppoe-discovery"

static void complain(const char *interface, int error)
{
	const char *words = error == -EINVAL   ? _("not an Ethernet interface")
			    : error == -EPERM  ? _("only root may do that")
			    : error == -ENOSPC ? _("too many interfaces")
					       : strerror(-error);
	fprintf(stderr, ME ": %s: %s\n", interface, words);
}

/* Whether there is a port to ask on. */
static bool open_ports(struct discover *discover, const struct discovery_options *options)
{
	unsigned open = 0;
	if (options->all)
		discover_add_all(discover, &options->vlans);
	for (unsigned i = 0; i < options->interface_count; i++) {
		int result = discover_add(discover, options->interface[i], &options->vlans);
		if (result < 0)
			complain(options->interface[i], result);
	}
	for (unsigned i = 0; i < discover->port_count; i++) {
		const struct discover_port *port = &discover->port[i];
		open += port->socket >= 0;
		if (options->all && port->state == DISCOVER_ERROR)
			complain(port->interface, -port->error);
	}
	if (options->all && discover->port_count == 0)
		fputs(_("There is no Ethernet interface.\n"), stderr);
	return open > 0;
}

/* The file of -D, written as whoever has called. */
static bool open_log(const char *path, FILE **ret_log)
{
	if (!path)
		return true;
	uid_t user = geteuid();
	gid_t group = getegid();
	bool caller = setegid(getgid()) == 0 && seteuid(getuid()) == 0;
	*ret_log = caller ? fopen(path, "we") : NULL;
	if (!*ret_log)
		fprintf(stderr, ME ": %s: %s\n", path, strerror(errno));
	return seteuid(user) == 0 && setegid(group) == 0 && *ret_log;
}

struct hearing {
	const struct discovery_options *options;
	bool matched;
};

static bool hear(void *context, const struct discover *discover,
		 const struct pppoe_survey_answer *answer)
{
	struct hearing *hearing = context;
	hearing->matched = hearing->matched || answer->matches;
	if (hearing->options->quiet)
		return !hearing->matched; /* it is known what is to be known */
	if (!hearing->options->json) {
		discover_print_classic(stdout, discover, answer);
		fflush(stdout);
	}
	return true;
}

static void say_count(const char *what, uint64_t count)
{
	if (count > 0)
		fprintf(stderr, ME ": %s: %llu\n", what, (unsigned long long)count);
}

/* In rp-pppoe's words where it has some. */
static void say_ignored(const struct discover *discover)
{
	uint64_t unnamed = discover_ignored(discover, PPPOE_SURVEY_NO_AC_NAME);
	uint64_t without = discover_ignored(discover, PPPOE_SURVEY_NO_SERVICE);
	uint64_t malformed = discover_ignored(discover, PPPOE_SURVEY_MALFORMED);
	uint64_t many = discover_ignored(discover, PPPOE_SURVEY_NO_ROOM);
	if (unnamed > 0)
		fputs("Ignoring PADO packet with no AC-Name tag\n", stderr);
	if (without > 0)
		fputs("Ignoring PADO packet with no Service-Name tag\n", stderr);
	say_count(_("malformed frames passed over"), malformed);
	say_count(_("answers that there was no room for"), many);
}

static int ask(struct discover *discover, const struct discovery_options *options)
{
	struct hearing hearing = { options, false };
	if (!open_log(options->log_file, &discover->log) || !open_ports(discover, options))
		return EXIT_FAILURE;
	language_hold();
	int result = process_confine("dialtone");
	if (result < 0) {
		fprintf(stderr, ME ": giving up privileges: %s\n", strerror(-result));
		return EXIT_FAILURE;
	}
	if (discover->log)
		fputs("pppoe-discovery (Dialtone) " DIALTONE_VERSION "\n", discover->log);
	discover_run(discover, hear, &hearing);
	discover_sort(discover);
	if (options->json && !options->quiet)
		discover_print_json(stdout, discover);
	say_ignored(discover);
	if (hearing.matched)
		return EXIT_SUCCESS;
	fputs("Timeout waiting for PADO packets\n", stderr);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct discovery_options options;
	language_open();
	switch (options_read(&options, argc, argv)) {
	case OPTIONS_GO:
		break;
	case OPTIONS_DONE:
		return EXIT_SUCCESS;
	case OPTIONS_WRONG:
		return EXIT_FAILURE;
	}
	process_fill_standard_descriptors();
	struct discover *discover = discover_new(&options.survey);
	if (!discover) {
		fputs(ME ": out of memory\n", stderr);
		return EXIT_FAILURE;
	}
	int exit_code = ask(discover, &options);
	FILE *log = discover->log;
	discover_free(discover);
	if (log)
		fclose(log);
	return fflush(stdout) == 0 ? exit_code : EXIT_FAILURE;
}
