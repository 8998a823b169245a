/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pppoe-server: a concentrator in one process.  Everything that needs privileges is done before the
 * first byte from the wire is read; then there are none left.
 */
#include <signal.h>
#include <stdio.h>

#include "language/language.h"
#include "linux/process.h"
#include "program/server/server.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE };

static int run(const struct server_options *options, struct host *host,
	       const struct directory *directory)
{
	struct server server;
	int exit_code = EXIT_FAILED;
	if (server_init(&server, options, host, directory)) {
		int result = process_confine("dialtone");
		if (result < 0)
			fprintf(stderr, _("pppoe-server: giving up privileges: %s\n"),
				strerror(-result));
		else if (host_listen(host)) {
			language_close(); /* what follows is the log */
			exit_code = server_run(&server);
		}
	}
	server_done(&server);
	return exit_code;
}

int main(int argc, char **argv)
{
	struct server_options options;
	struct directory directory = { 0 };
	struct host host;
	language_open_for_terminal();
	switch (options_read(&options, argc, argv)) {
	case OPTIONS_GO:
		break;
	case OPTIONS_DONE:
		return EXIT_OK;
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN); /* a lost log ends no session */
	if (!options.foreground)
		fputs(_("pppoe-server: stays in the foreground (a later version will not)\n"),
		      stderr);
	int exit_code = EXIT_FAILED;
	if (options.access.ppp.demand == PPP_AUTH_NONE ||
	    directory_open(&directory, options.secrets, options.access.ppp.name)) {
		if (host_open(&host, &options, &directory)) {
			exit_code = run(&options, &host, &directory);
			host_close(&host);
		}
	}
	directory_close(&directory);
	return exit_code;
}
