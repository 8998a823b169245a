/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pppoe-server: a concentrator of two processes (guard.h).  Everything that needs privileges is
 * done before the first byte from the wire is read; then the worker, which reads it, has none left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "language/language.h"
#include "linux/process.h"
#include "program/server/guard.h"
#include "program/server/message.h"
#include "program/server/server.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE };

struct program {
	struct server_options options;
	struct directory directory;
	struct host host;
	struct server_log log;
	int ready; /* the pipe to the process that was called, or -1 */
	int pid_lock;
	sigset_t signals; /* those that were blocked before */
};

static int fail(const char *what, int result)
{
	fprintf(stderr, "pppoe-server: %s: %s\n", what, strerror(-result));
	return EXIT_FAILED;
}

static int work(struct program *program, int guard)
{
	struct server server;
	int exit_code = EXIT_FAILED;
	if (program->pid_lock >= 0)
		close(program->pid_lock);
	if (program->ready >= 0)
		close(program->ready);
	fcntl(guard, F_SETFL, O_NONBLOCK);
	if (server_init(&server, &program->options, &program->host, &program->directory,
			&program->log, guard)) {
		/* What server_init() needed of them it has; nobody's bytes meet the secrets. */
		directory_close(&program->directory);
		signal(SIGUSR1, SIG_IGN); /* the guard's */
		sigprocmask(SIG_SETMASK, &program->signals, NULL);
		int null = program->log.to_syslog ? open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
		int result = process_confine("dialtone");
		if (result < 0) {
			fail(_("giving up privileges"), result);
		} else if (host_listen(&program->host)) {
			language_close(); /* what follows is the log */
			for (int i = 0; i <= STDERR_FILENO && null >= 0; i++)
				dup2(null, i);
			exit_code = server_run(&server);
		}
		if (null >= 0)
			close(null);
	}
	server_done(&server);
	return exit_code;
}

static int guard(struct program *program, int pair, pid_t worker)
{
	struct guard guard = {
		.log = &program->log,
		.options = &program->options,
		.host = &program->host,
		.directory = &program->directory,
		.control = program->options.control ? program->options.control
						    : program->host.device_name,
		.worker = pair,
		.pid = worker,
		.ready = program->ready,
	};
	host_close(&program->host); /* the worker's alone: the device goes with it */
	int result = process_keep_network_capabilities();
	if (result < 0)
		fail(_("giving up privileges"), result);
	return guard_run(&guard);
}

static int split(struct program *program)
{
	int pair[2];
	int result = message_pair(pair);
	if (result < 0)
		return fail("socketpair", result);
	pid_t worker = fork();
	if (worker < 0) {
		result = -errno;
		close(pair[0]);
		close(pair[1]);
		return fail("fork", result);
	}
	close(pair[worker == 0 ? 0 : 1]);
	return worker == 0 ? work(program, pair[1]) : guard(program, pair[0], worker);
}

static int hold_pid_file(struct program *program)
{
	pid_t other = 0;
	const char *path = program->options.pid_file;
	int result = process_pid_file_write(path, &program->pid_lock, &other);
	if (result == -EEXIST)
		fprintf(stderr, _("pppoe-server: %s: process %d has it\n"), path, (int)other);
	else if (result < 0)
		fail(path, result);
	return result;
}

static int serve(struct program *program)
{
	struct server_options *options = &program->options;
	int exit_code = EXIT_FAILED;
	pid_t self = getpid();
	if (options->pid_file && hold_pid_file(program) < 0)
		return EXIT_FAILED;
	bool open = options->access.ppp.demand == PPP_AUTH_NONE ||
		    directory_open(&program->directory, options->secrets, options->access.ppp.name);
	if (open && host_open(&program->host, options, &program->directory)) {
		program->log = say_open(!options->foreground);
		exit_code = split(program);
	}
	host_close(&program->host);
	directory_close(&program->directory);
	if (options->pid_file && getpid() == self)
		process_pid_file_remove(options->pid_file, program->pid_lock);
	return exit_code;
}

/* The process that was called ends with 0 once the concentrator listens. */
static int wait_until_ready(int descriptor)
{
	char byte;
	ssize_t got;
	do
		got = read(descriptor, &byte, 1);
	while (got < 0 && errno == EINTR);
	return got == 1 ? EXIT_OK : EXIT_FAILED;
}

static int become_daemon(struct program *program)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail("pipe", -errno);
	pid_t child = fork();
	if (child < 0)
		return fail("fork", -errno);
	if (child > 0) {
		close(ends[1]);
		return wait_until_ready(ends[0]);
	}
	close(ends[0]);
	setsid();
	if (chdir("/") < 0)
		return fail("/", -errno);
	program->ready = ends[1];
	return serve(program);
}

/* Before there is a worker, so that none is lost on the way to guard_run(). */
static void hold_signals(sigset_t *ret_before)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGUSR1);
	signal(SIGPIPE, SIG_IGN); /* a lost log ends no session */
	sigprocmask(SIG_BLOCK, &signals, ret_before);
}

int main(int argc, char **argv)
{
	struct program program = { .ready = -1, .pid_lock = -1, .host = { .device = -1 } };
	int exit_code = EXIT_USAGE;
	language_open_for_terminal();
	switch (options_read(&program.options, argc, argv)) {
	case OPTIONS_GO:
		hold_signals(&program.signals);
		exit_code = program.options.foreground ? serve(&program) : become_daemon(&program);
		break;
	case OPTIONS_DONE:
		exit_code = EXIT_OK;
		break;
	case OPTIONS_FAILED:
		exit_code = EXIT_FAILED;
		break;
	case OPTIONS_WRONG:
		break;
	}
	options_done(&program.options);
	return exit_code;
}
