/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialtone discover: which access concentrators there are, for people and programs.  Once the
 * sockets are open this process has no privileges left.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "discover/show.h"
#include "language/language.h"
#include "linux/process.h"
#include "program/command/command.h"

/* Some concentrators let a host wait, so that others are asked first. */
#define WAIT_MS 2000
#define ATTEMPTS 2

static const char *words_for(int error)
{
	return error == EINVAL	 ? _("not an Ethernet interface")
	       : error == EPERM	 ? _("only root may do that")
	       : error == ENOSPC ? _("too many interfaces")
				 : strerror(error);
}

/* A port that nobody has answered on. */
static void show_silent(const char *me, const struct discover_port *port)
{
	if (port->state == DISCOVER_SILENT)
		printf("%-15s  %s\n", port->interface, _("no answer"));
	else if (port->state == DISCOVER_DOWN)
		printf("%-15s  %s\n", port->interface, _("down, or no cable"));
	else if (port->state == DISCOVER_ERROR)
		fprintf(stderr, "%s: %s: %s\n", me, port->interface, words_for(port->error));
}

static int show(const char *me, struct discover *discover, bool json)
{
	int code = COMMAND_BAD;
	discover_sort(discover);
	if (json)
		discover_print_json(stdout, discover);
	for (size_t i = 0; i < discover->answers.count && !json; i++)
		discover_print_row(stdout, discover, &discover->answers.answer[i]);
	for (unsigned i = 0; i < discover->port_count; i++) {
		const struct discover_port *port = &discover->port[i];
		if (port->state == DISCOVER_ANSWERED)
			code = COMMAND_GOOD;
		if (!json || port->state == DISCOVER_ERROR)
			show_silent(me, port);
	}
	if (discover->port_count == 0)
		fputs(_("There is no Ethernet interface.\n"), stderr);
	return fflush(stdout) == 0 ? code : COMMAND_BAD;
}

static int run(const char *me, struct discover *discover, bool json)
{
	language_hold();
	int result = process_confine("dialtone");
	if (result < 0) {
		fprintf(stderr, "%s: giving up privileges: %s\n", me, strerror(-result));
		return COMMAND_BAD;
	}
	discover_run(discover, NULL, NULL);
	return show(me, discover, json);
}

int discover_command(const char *me, int count, char **arguments)
{
	static const struct discover_vlans untagged = { .count = 1 };
	const struct pppoe_survey_config config = { .wait_ms = WAIT_MS, .attempts = ATTEMPTS };
	bool json = false, named = false;
	struct discover *discover = discover_new(&config);
	if (!discover)
		return COMMAND_BAD;
	process_fill_standard_descriptors();
	int code = COMMAND_GOOD;
	for (int i = 0; i < count && code == COMMAND_GOOD; i++) {
		if (strcmp(arguments[i], "--json") == 0) {
			json = true;
			continue;
		}
		named = true;
		if (arguments[i][0] == '-')
			code = COMMAND_USAGE;
		else if (discover_add(discover, arguments[i], &untagged) == -ENOSPC)
			fprintf(stderr, "%s: %s: %s\n", me, arguments[i], words_for(ENOSPC));
	}
	if (!named)
		discover_add_all(discover, &untagged);
	if (code == COMMAND_GOOD)
		code = run(me, discover, json);
	discover_free(discover);
	return code;
}
