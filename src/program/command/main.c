/* SPDX-License-Identifier: BSD-2-Clause */
/* One program, several names: pppoe-start, pppoe-stop, pppoe-status, pppstats, pon, poff; any other
 * is dialtone. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "language/language.h"
#include "program/command/command.h"

struct command {
	const char *name;
	int (*main)(const char *me, int count, char **arguments);
	int most; /* arguments; -1: the command looks at them itself */
	const char *usage;
};

/* clang-format off */
static const struct command commands[] = {
	{ "pppoe-start", start_main, 3,
	  N_("Usage: pppoe-start [CONFIG]\n"
	  "       pppoe-start INTERFACE USER [CONFIG]\n"
	  "\n"
	  "Brings a PPPoE line up in the background, and waits up to CONNECT_TIMEOUT\n"
	  "seconds for it.  CONFIG is /etc/ppp/pppoe.conf unless given; the second form\n"
	  "overrides ETH and USER.\n"
	  "Exit code: 0 up (or, with CONNECT_TIMEOUT=0, begun), 1 not.\n") },
	{ "pppoe-stop", stop_main, 1,
	  N_("Usage: pppoe-stop [CONFIG]\n"
	  "\n"
	  "Hangs a PPPoE line up.  CONFIG is /etc/ppp/pppoe.conf unless given.\n"
	  "Exit code: 0 it is down, 1 there was none, or it cannot be ended.\n") },
	{ "pppoe-status", status_main, 1,
	  N_("Usage: pppoe-status [CONFIG]\n"
	  "\n"
	  "Says whether a PPPoE line is up.  CONFIG is /etc/ppp/pppoe.conf unless given.\n"
	  "Exit code: 0 up, 1 down.\n") },
	{ "pppstats", pppstats_main, -1,
	  N_("Usage: pppstats [-a|-d] [-v|-r|-z] [-c COUNT] [-w SECONDS] [--json] [INTERFACE]\n"
	  "\n"
	  "Prints what the PPP device INTERFACE (ppp0 unless given) has received and sent.\n"
	  "  -a          totals in each row, not what has come since the row before\n"
	  "  -d          kB/s instead of bytes\n"
	  "  -v, -r, -z  header compression; ratios; packet compression (0 of Dialtone's)\n"
	  "  -c COUNT    so many rows (1 unless given; with -w: for ever)\n"
	  "  -w SECONDS  between rows (5 unless given)\n"
	  "  --json      rows as JSON\n"
	  "Exit code: 0 printed, 1 not.\n") },
	{ "pon", pon_main, -1,
	  N_("Usage: pon [-q] [PEER [PPPD-OPTION]...]\n"
	  "\n"
	  "Begins to dial /etc/ppp/peers/PEER (provider unless given): a PPPoE line with\n"
	  "Dialtone, any other peer with pppd.\n"
	  "Exit code: 0 begun, 1 not, 2 wrong usage; else pppd's.\n") },
	{ "poff", poff_main, -1,
	  N_("Usage: poff [-r|-a|-c|-d] [PEER]\n"
	  "\n"
	  "Hangs up the line of /etc/ppp/peers/PEER, or the only one.\n"
	  "  -r      dial it anew instead\n"
	  "  -a      hang up every line, pppd's too\n"
	  "  -c, -d  for pppd alone: negotiate compression anew, toggle debug\n"
	  "Exit code: 0 done, 1 not, 2 wrong usage.\n") },
};
/* clang-format on */

static int run(const struct command *command, int count, char **arguments)
{
	const char *first = count > 0 ? arguments[0] : "";
	if (strcmp(first, "-h") == 0 || strcmp(first, "--help") == 0) {
		fputs(_(command->usage), stdout);
		return COMMAND_GOOD;
	}
	if (strcmp(first, "-V") == 0 || strcmp(first, "--version") == 0) {
		puts("Dialtone " DIALTONE_VERSION);
		return COMMAND_GOOD;
	}
	if (command->most >= 0 && (count > command->most || first[0] == '-')) {
		fputs(_(command->usage), stderr);
		return COMMAND_USAGE;
	}
	return command->main(command->name, count, arguments);
}

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = argc == 0 ? "" : slash ? slash + 1 : argv[0];
	signal(SIGPIPE, SIG_DFL);
	language_open();
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return run(&commands[i], argc - 1, argv + 1);
	return dialtone_main(argc > 0 ? argc - 1 : 0, argv + (argc > 0));
}
