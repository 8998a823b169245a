/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/line/pppd_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/text.h"
#include "program/line/pppd_failure.h"

/* pppoe-start and pppoe-stop wait longer; pppd asks for an end each 3 s, and twice. */
#define END_LIMIT_MS 5000
#define LINE_MAX_LENGTH 400
#define READS_AT_ONCE 16

struct pppd_process {
	uv_loop_t *loop;
	struct pppd_owner owner;
	uv_process_t process;
	uv_poll_t on_output;
	uv_timer_t on_end_limit;
	bool lives;
	int output; /* read end of its standard output and error; -1: none */
	char line[LINE_MAX_LENGTH]; /* of which the end has not come yet */
	size_t used;
};

struct pppd_process *pppd_process_new(uv_loop_t *loop, const struct pppd_owner *owner)
{
	struct pppd_process *pppd = calloc(1, sizeof(*pppd));
	if (!pppd)
		return NULL;
	pppd->loop = loop;
	pppd->owner = *owner;
	pppd->output = -1;
	uv_timer_init(loop, &pppd->on_end_limit);
	pppd->on_end_limit.data = pppd;
	return pppd;
}

static void close_output(struct pppd_process *pppd)
{
	if (pppd->output < 0)
		return;
	uv_poll_stop(&pppd->on_output);
	uv_close((uv_handle_t *)&pppd->on_output, NULL);
	close(pppd->output);
	pppd->output = -1;
}

void pppd_process_free(struct pppd_process *pppd)
{
	if (pppd && pppd->output >= 0)
		close(pppd->output);
	free(pppd);
}

pid_t pppd_process_pid(const struct pppd_process *pppd)
{
	return pppd->lives ? pppd->process.pid : 0;
}

static void say_line(struct pppd_process *pppd)
{
	char text[LINE_MAX_LENGTH + 1];
	size_t length = pppd->used;
	pppd->used = 0;
	while (length > 0 && (pppd->line[length - 1] == '\r' || pppd->line[length - 1] == ' '))
		length--;
	text_copy_peer(text, sizeof(text), bytes_of(pppd->line, length));
	if (length > 0)
		pppd->owner.said(pppd->owner.context, text);
}

static void take_output(struct pppd_process *pppd, const char *from, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (from[i] == '\n' || pppd->used == sizeof(pppd->line))
			say_line(pppd);
		if (from[i] != '\n')
			pppd->line[pppd->used++] = from[i];
	}
}

/* False when there is nothing more to come. */
static bool read_output(struct pppd_process *pppd)
{
	char buffer[1024];
	ssize_t length = 1;
	for (unsigned i = 0; i < READS_AT_ONCE && length > 0; i++) {
		length = read(pppd->output, buffer, sizeof(buffer));
		if (length > 0)
			take_output(pppd, buffer, (size_t)length);
	}
	return length > 0 || (length < 0 && (errno == EAGAIN || errno == EINTR));
}

static void on_output(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	struct pppd_process *pppd = poll->data;
	if (!read_output(pppd))
		close_output(pppd);
}

static void on_exit_of_it(uv_process_t *process, int64_t exit_status, int term_signal)
{
	struct pppd_process *pppd = process->data;
	pid_t session = process->pid;
	pppd->lives = false;
	/*
	 * A pppoe that has found no session yet does not notice that its pppd is gone.  It is what
	 * is left of pppd's process group; hooks are in sessions of their own.
	 */
	kill(-session, SIGTERM);
	if (pppd->output >= 0) {
		read_output(pppd); /* its last words */
		close_output(pppd);
	}
	say_line(pppd);
	uv_close((uv_handle_t *)process, NULL);
	uv_timer_stop(&pppd->on_end_limit);
	pppd->owner.ended(pppd->owner.context, (int)exit_status, term_signal);
}

static int spawn(struct pppd_process *pppd, const struct pppd_command *command, int output)
{
	char *arguments[PPPD_COMMAND_WORDS + 4] = { (char[]){ "pppoe-connect" },
						    (char[]){ "--pppd" } };
	char us[16];
	snprintf(us, sizeof(us), "%d", (int)getpid());
	arguments[2] = us;
	memcpy(arguments + 3, command->words, (command->count + 1) * sizeof(arguments[0]));
	uv_stdio_container_t stdio[] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_INHERIT_FD, .data.fd = output },
		{ .flags = UV_INHERIT_FD, .data.fd = output },
	};
	const uv_process_options_t options = {
		.file = "/proc/self/exe",
		.args = arguments,
		.flags = UV_PROCESS_DETACHED,
		.exit_cb = on_exit_of_it,
		.stdio = stdio,
		.stdio_count = 3,
	};
	pppd->process.data = pppd;
	int error = uv_spawn(pppd->loop, &pppd->process, &options);
	if (error < 0)
		uv_close((uv_handle_t *)&pppd->process, NULL);
	return error;
}

int pppd_process_start(struct pppd_process *pppd, const struct pppd_command *command)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	fcntl(ends[0], F_SETFL, O_NONBLOCK); /* this end alone: pppd's may wait */
	int error = spawn(pppd, command, ends[1]);
	close(ends[1]);
	if (error < 0) {
		close(ends[0]);
		return error;
	}
	pppd->lives = true;
	pppd->output = ends[0];
	uv_poll_init(pppd->loop, &pppd->on_output, pppd->output);
	pppd->on_output.data = pppd;
	uv_poll_start(&pppd->on_output, UV_READABLE, on_output);
	return 0;
}

static void on_end_limit(uv_timer_t *timer)
{
	struct pppd_process *pppd = timer->data;
	if (pppd->lives)
		uv_process_kill(&pppd->process, SIGKILL);
}

void pppd_process_hang_up(struct pppd_process *pppd)
{
	if (!pppd->lives || uv_is_active((uv_handle_t *)&pppd->on_end_limit))
		return;
	uv_process_kill(&pppd->process, SIGTERM);
	uv_timer_start(&pppd->on_end_limit, on_end_limit, END_LIMIT_MS, 0);
}

int pppd_process_become(char **arguments)
{
	if (!arguments[0] || !arguments[1])
		return PPPD_CANNOT_BE_RUN;
	/* It lasts over exec: root does not become another user by a set-user-ID program of root.
	 */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if ((long)getppid() != strtol(arguments[0], NULL, 10))
		return PPPD_CANNOT_BE_RUN; /* the line has died before that */
	execv(arguments[1], arguments + 1);
	fprintf(stderr, "%s: %s\n", arguments[1], strerror(errno));
	return PPPD_CANNOT_BE_RUN;
}
