/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pppoe: the wire of a pppd that runs it on a pseudo-terminal.  All that needs privileges is done
 * before the first byte from the wire is read; then there are none left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/tty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "linux/file.h"
#include "linux/process.h"
#include "program/bridge/bridge.h"
#include "program/bridge/say.h"

/* How pppd's descriptors were found; they may be shared with whoever started us. */
struct terminal {
	int flags[2]; /* of standard input and output; -1: unknown */
};

/*
 * Files are written as whoever has called us: the program may be installed set-user-id, as Debian's
 * is, for the users that may run pppd.
 */
static bool become_caller(void)
{
	return setegid(getgid()) == 0 && seteuid(getuid()) == 0;
}

static bool become_again(uid_t user, gid_t group)
{
	return seteuid(user) == 0 && setegid(group) == 0;
}

static bool open_files(const struct bridge_options *options, FILE **ret_log)
{
	uid_t user = geteuid();
	gid_t group = getegid();
	if (!become_caller()) {
		say_error("user %u: %s", (unsigned)getuid(), strerror(errno));
		return false;
	}
	bool opened = true;
	if (options->log_file != NULL) {
		/* PAP's password may pass by. */
		mode_t mask = umask(S_IRWXG | S_IRWXO);
		*ret_log = fopen(options->log_file, "we");
		umask(mask);
		opened = *ret_log != NULL;
		if (opened)
			fputs("pppoe (Dialtone) " DIALTONE_VERSION "\n", *ret_log);
		else
			say_error("%s: %s", options->log_file, strerror(errno));
	}
	char pid[16];
	int length = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	int result = 0;
	if (options->pid_file != NULL)
		result = file_replace(options->pid_file, 0644, pid, (size_t)length);
	/* The line works without it: those who look for it will say what they miss. */
	if (result < 0)
		say_error("%s: %s", options->pid_file, strerror(-result));
	return become_again(user, group) && opened;
}

/*
 * pppd's terminal: no waiting; for synchronous PPP a line discipline that keeps frames apart as
 * well as it can, if the kernel has it.
 */
static void prepare_terminal(struct bridge *bridge, struct terminal *terminal)
{
	const int line_discipline = N_HDLC;
	for (int i = 0; i < 2; i++) {
		terminal->flags[i] = fcntl(i, F_GETFL);
		if (terminal->flags[i] >= 0)
			fcntl(i, F_SETFL, terminal->flags[i] | O_NONBLOCK);
	}
	if (!bridge->options->synchronous)
		return;
	bridge->records = ioctl(STDIN_FILENO, TIOCSETD, &line_discipline) == 0;
	if (!bridge->records)
		say_log(LOG_DEBUG, "No line discipline N_HDLC: frames are told apart by the "
				   "lengths in them");
}

static void restore_terminal(const struct terminal *terminal)
{
	for (int i = 0; i < 2; i++)
		if (terminal->flags[i] >= 0)
			fcntl(i, F_SETFL, terminal->flags[i]);
}

static int confine_and_run(struct bridge *bridge)
{
	int result = process_confine("dialtone");
	if (result < 0) {
		say_error("giving up privileges: %s", strerror(-result));
		return BRIDGE_EXIT_FAILED;
	}
	return bridge_run(bridge);
}

int main(int argc, char **argv)
{
	struct bridge_options options;
	struct bridge bridge = { .records = false };
	struct terminal terminal = { { -1, -1 } };
	FILE *log = NULL;
	switch (options_read(&options, argc, argv)) {
	case OPTIONS_GO:
		break;
	case OPTIONS_DONE:
		return BRIDGE_EXIT_OK;
	case OPTIONS_WRONG:
		return BRIDGE_EXIT_FAILED;
	}
	process_fill_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	say_open();
	if (!open_files(&options, &log) || !wire_open(&bridge.wire, &options, log))
		return BRIDGE_EXIT_FAILED;
	bridge_init(&bridge, &options);
	if (options.task == BRIDGE_CONNECT)
		prepare_terminal(&bridge, &terminal);
	int exit_code = confine_and_run(&bridge);
	restore_terminal(&terminal);
	wire_close(&bridge.wire);
	if (log != NULL)
		fclose(log);
	return exit_code;
}
