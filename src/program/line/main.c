/* SPDX-License-Identifier: BSD-2-Clause */
/* pppoe-connect: dials a PPPoE line and keeps it up, in the foreground. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "config/line_file.h"
#include "language/language.h"
#include "linux/clock.h"
#include "linux/file.h"
#include "linux/process.h"
#include "program/line/engine.h"
#include "program/line/monitor.h"
#include "program/line/pppd_line.h"
#include "program/line/pppd_process.h"

#define CONFIG_DEFAULT "/etc/ppp/pppoe.conf"
#define ENGINE_DESCRIPTOR 3

enum exit_code { EXIT_OK, EXIT_FAILED, EXIT_USAGE };

static const char usage[] =
	N_("Usage: pppoe-connect [CONFIG]\n"
	   "       pppoe-connect INTERFACE USER [CONFIG]\n"
	   "\n"
	   "Dials a PPPoE line and keeps it up, in the foreground, until SIGTERM or SIGINT.\n"
	   "CONFIG is /etc/ppp/pppoe.conf unless given; the second form overrides ETH, USER.\n"
	   "The password is looked up in /etc/ppp/chap-secrets and pap-secrets.\n"
	   "\n"
	   "      --syslog   report to the system log instead of standard error\n"
	   "  -h, --help     this text\n"
	   "  -V, --version  the version\n"
	   "\n"
	   "Exit code: 0 hung up as asked, 1 the line failed, 2 wrong usage, configuration.\n");

static ssize_t read_file(void *context, const char *path, void *to, size_t capacity)
{
	(void)context;
	return file_read(path, to, capacity);
}

static void complain(void *context, const struct pppd_options_problem *problem)
{
	(void)context;
	char text[1024];
	line_file_describe(problem, text, sizeof(text));
	fprintf(stderr, "pppoe-connect: %s\n", text);
}

static bool read_config(struct line_config *config, const char *path)
{
	const struct pppd_options_reader reader = { read_file, complain, NULL };
	int error = line_file_load(config, path, &reader);
	if (error < 0 && error != -EINVAL)
		fprintf(stderr, _("pppoe-connect: %s: cannot be read: %s\n"), path,
			strerror(-error));
	return error == 0;
}

static bool is_socket(int descriptor)
{
	int type;
	socklen_t size = sizeof(type);
	return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_SEQPACKET;
}

/* How the monitor starts this program again; of no use to anybody else. */
static int run_engine(void)
{
	if (!is_socket(ENGINE_DESCRIPTOR)) {
		fputs(_(usage), stderr);
		return EXIT_USAGE;
	}
	fcntl(ENGINE_DESCRIPTOR, F_SETFD, FD_CLOEXEC);
	return engine_main(ENGINE_DESCRIPTOR);
}

static int run_line(const struct line_config *config, const char *path, mono_us started,
		    bool to_syslog)
{
	if (geteuid() != 0) {
		fprintf(stderr, _("%s: only root can bring a line up\n"), "pppoe-connect");
		return EXIT_FAILED;
	}
	const char *missing = line_config_missing(config);
	if (missing) {
		fprintf(stderr, _("%s: %s: error: %s is not set\n"), "pppoe-connect", path,
			missing);
		return EXIT_USAGE;
	}
	/* Until the monitor listens to them: nobody is to be left in the middle of something. */
	sigset_t later;
	sigemptyset(&later);
	sigaddset(&later, SIGTERM);
	sigaddset(&later, SIGINT);
	sigaddset(&later, SIGHUP);
	sigprocmask(SIG_BLOCK, &later, NULL);

	int lock = -1;
	if (config->pid_file[0] != '\0') {
		pid_t other = 0;
		int error = process_pid_file_write(config->pid_file, &lock, &other);
		if (error == -EEXIST)
			fprintf(stderr,
				_("pppoe-connect: %s: process %d already keeps this line\n"),
				config->pid_file, (int)other);
		else if (error < 0)
			fprintf(stderr, _("pppoe-connect: %s: cannot be written: %s\n"),
				config->pid_file, strerror(-error));
		if (error < 0)
			return EXIT_FAILED;
	}
	language_close(); /* what follows is the log */
	int code = line_config_uses_pppd(config) ? pppd_line_main(config, started, to_syslog)
						 : monitor_main(config, started, to_syslog);
	if (config->pid_file[0] != '\0')
		process_pid_file_remove(config->pid_file, lock);
	return code;
}

int main(int argc, char **argv)
{
	mono_us started = clock_now();
	if (process_fill_standard_descriptors() < 0)
		return EXIT_FAILED;
	if (argc > 2 && strcmp(argv[1], "--pppd") == 0) /* a line starts its pppd; not for people */
		return pppd_process_become(argv + 2);
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ "engine", no_argument, NULL, 'E' },
		{ "syslog", no_argument, NULL, 'S' },
		{ NULL, 0, NULL, 0 },
	};
	language_open_for_terminal();
	bool to_syslog = false;
	int option;
	while ((option = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			fputs(_(usage), stdout);
			return EXIT_OK;
		case 'V':
			puts("Dialtone " DIALTONE_VERSION);
			return EXIT_OK;
		case 'E':
			return run_engine();
		case 'S':
			to_syslog = true;
			openlog("pppoe-connect", LOG_PID, LOG_DAEMON);
			break;
		default:
			fputs(_(usage), stderr);
			return EXIT_USAGE;
		}
	}
	int count = argc - optind;
	if (count > 3) {
		fputs(_(usage), stderr);
		return EXIT_USAGE;
	}
	const char *path = count == 1	? argv[optind]
			   : count == 3 ? argv[optind + 2]
					: CONFIG_DEFAULT;
	static struct line_config config;
	if (!read_config(&config, path))
		return EXIT_USAGE;
	if (count >= 2) {
		snprintf(config.interface, sizeof(config.interface), "%s", argv[optind]);
		snprintf(config.user, sizeof(config.user), "%s", argv[optind + 1]);
	}
	return run_line(&config, path, started, to_syslog);
}
