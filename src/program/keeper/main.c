/* SPDX-License-Identifier: BSD-2-Clause */
/* dialtone-keeper, also called ldvr_pppoe_client: keeps every line up that is to be up. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "control/path.h"
#include "language/language.h"
#include "linux/clock.h"
#include "linux/process.h"
#include "program/keeper/keeper.h"

#define ME "dialtone-keeper"
#define PID_FILE CONTROL_FOLDER "/keeper.pid"
#define INTERVAL_MAX 86400

enum exit_code { EXIT_OK, EXIT_FAILED, EXIT_USAGE };

static const char usage[] =
	N_("Usage: dialtone-keeper [CONFIG...]\n"
	   "\n"
	   "Keeps every PPPoE line up that is to be up: brought up by pppoe-start and not\n"
	   "stopped since, or with ONBOOT=yes.  Stays in the foreground.  CONFIG: only these\n"
	   "lines; else those of /etc/ppp/pppoe.conf, of the ifcfg files of TYPE xDSL or\n"
	   "PPPoE, and others that pppoe-start has brought up.\n"
	   "\n"
	   "      --interval SECONDS  look so often, instead of CHECK_INTERVAL; 0: never\n"
	   "      --stop-lines        take the lines down at the end, on SIGTERM\n"
	   "      --syslog            report to the system log instead of standard error\n"
	   "  -h, --help              this text\n"
	   "  -V, --version           the version\n"
	   "\n"
	   "Exit code: 0 ended as asked, 1 failed or another one runs, 2 wrong usage.\n");

static int wrong_usage(void)
{
	fputs(_(usage), stderr);
	return EXIT_USAGE;
}

static bool read_interval(const char *text, int *ret)
{
	char *end;
	long seconds = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || seconds > INTERVAL_MAX)
		return false;
	*ret = (int)seconds;
	return true;
}

static int run(const struct keeper_options *options)
{
	if (geteuid() != 0) {
		fputs(_("dialtone-keeper: only root can keep lines up\n"), stderr);
		return EXIT_FAILED;
	}
	int lock = -1;
	pid_t other = 0;
	int error = control_folder_make();
	if (error == 0)
		error = process_pid_file_write(PID_FILE, &lock, &other);
	if (error == -EEXIST)
		fprintf(stderr, _("dialtone-keeper: another one is running (PID %d)\n"),
			(int)other);
	else if (error < 0)
		fprintf(stderr, _("dialtone-keeper: %s: cannot be written: %s\n"), PID_FILE,
			strerror(-error));
	if (error < 0)
		return EXIT_FAILED;
	language_close(); /* what follows is the log */
	if (options->to_syslog)
		openlog(ME, LOG_PID, LOG_DAEMON);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	int code = keeper_main(options) == 0 ? EXIT_OK : EXIT_FAILED;
	process_pid_file_remove(PID_FILE, lock);
	return code;
}

int main(int argc, char **argv)
{
	struct keeper_options options = { .started = clock_now(), .interval_s = -1 };
	if (process_fill_standard_descriptors() < 0)
		return EXIT_FAILED;
	static const struct option names[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ "interval", required_argument, NULL, 'I' },
		{ "stop-lines", no_argument, NULL, 'L' },
		{ "syslog", no_argument, NULL, 'S' },
		{ NULL, 0, NULL, 0 },
	};
	language_open_for_terminal();
	int option;
	while ((option = getopt_long(argc, argv, "hV", names, NULL)) != -1) {
		switch (option) {
		case 'h':
			fputs(_(usage), stdout);
			return EXIT_OK;
		case 'V':
			puts("Dialtone " DIALTONE_VERSION);
			return EXIT_OK;
		case 'I':
			if (!read_interval(optarg, &options.interval_s))
				return wrong_usage();
			break;
		case 'L':
			options.stop_lines = true;
			break;
		case 'S':
			options.to_syslog = true;
			break;
		default:
			return wrong_usage();
		}
	}
	options.configs = argv + optind;
	return run(&options);
}
