/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/server/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/path.h"
#include "language/language.h"
#include "linux/service_notify.h"
#include "program/server/message.h"
#include "program/server/say.h"

static void tell(struct guard *guard, enum message_kind kind)
{
	const struct message message = { .kind = (uint8_t)kind };
	message_send(guard->worker, &message, true);
}

/* The address that the session will have must be one that its line of the file allows. */
static void judge(const struct secret *found, uint32_t pool_address, struct message *answer)
{
	uint32_t fixed = secret_fixed_address(found);
	if (fixed == 0 && pool_address != 0 && !secret_allows(found, pool_address)) {
		answer->answer = ANSWER_NO_ADDRESS;
		return;
	}
	answer->answer = ANSWER_KNOWN;
	answer->address = fixed;
	answer->length = (uint8_t)found->secret.length;
	memcpy(answer->text, found->secret.data, answer->length);
}

/* Who may come in is asked here, and nowhere else. */
static void answer(struct guard *guard, const struct message *question)
{
	struct message message = {
		.kind = MESSAGE_ANSWER,
		.slot = question->slot,
		.session_id = question->session_id,
		.answer = ANSWER_UNKNOWN,
	};
	const struct secret *found = directory_find(guard->directory, (enum ppp_auth)question->auth,
						    bytes_of(question->text, question->length));
	if (found)
		judge(found, question->address, &message);
	message_send(guard->worker, &message, true);
	explicit_bzero(&message, sizeof(message));
}

static void reserve(void *context, uint32_t address)
{
	struct guard *guard = context;
	const struct message message = { .kind = MESSAGE_RESERVE, .address = address };
	message_send(guard->worker, &message, true);
}

/* What can't be read does not take the place of what is there. */
static void reload(struct guard *guard)
{
	struct directory fresh = { 0 };
	if (!guard->directory->server)
		return;
	if (!directory_open(&fresh, guard->options->secrets, guard->directory->server)) {
		directory_close(&fresh);
		say(guard->log, LOG_WARNING,
		    "event=reload-failed reason=\"the secrets cannot be read; those of "
		    "before stay\"");
		return;
	}
	directory_close(guard->directory);
	*guard->directory = fresh;
	host_route_fixed(guard->host, guard->options, guard->directory);
	directory_fixed_addresses(guard->directory, reserve, guard);
	say(guard->log, LOG_NOTICE, "event=reloaded");
}

static void ready(struct guard *guard)
{
	struct service_notify notify;
	guard->listens = true;
	service_notify_init(&notify);
	service_notify_send(&notify, "READY=1");
	service_notify_done(&notify);
	if (guard->ready < 0)
		return;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i <= STDERR_FILENO && null >= 0; i++)
		dup2(null, i);
	close(null);
	if (write(guard->ready, "", 1) < 0)
		say(guard->log, LOG_WARNING, "event=orphan");
	close(guard->ready);
	guard->ready = -1;
}

/* False at the end of the worker. */
static bool take_messages(struct guard *guard)
{
	struct message message;
	int result;
	while ((result = message_receive(guard->worker, &message)) > 0) {
		if (message.kind == MESSAGE_ASK)
			answer(guard, &message);
		else if (message.kind == MESSAGE_RELOAD)
			reload(guard);
		else if (message.kind == MESSAGE_READY)
			ready(guard);
	}
	return result == 0;
}

static void take_signal(struct guard *guard, int descriptor)
{
	struct signalfd_siginfo info;
	if (read(descriptor, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		reload(guard);
	else if (info.ssi_signo == SIGUSR1)
		tell(guard, MESSAGE_COUNTERS);
	else
		tell(guard, MESSAGE_STOP);
}

static int wait_for(const struct guard *guard)
{
	int status;
	while (waitpid(guard->pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	char text[80];
	snprintf(text, sizeof(text), "event=failed stage=worker signal=%d", WTERMSIG(status));
	say(guard->log, LOG_ERR, text);
	return 1;
}

int guard_run(struct guard *guard)
{
	char path[CONTROL_PATH_SIZE];
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGUSR1);
	int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	struct pollfd polls[] = {
		{ .fd = guard->worker, .events = POLLIN },
		{ .fd = descriptor, .events = POLLIN },
	};
	for (;;) {
		if (poll(polls, 2, -1) < 0 && errno != EINTR)
			break;
		if (polls[1].revents != 0)
			take_signal(guard, descriptor);
		if (polls[0].revents != 0 && !take_messages(guard))
			break;
	}
	close(descriptor);
	close(guard->worker); /* tells a worker that went astray to end */
	int exit_code = wait_for(guard);
	/* The worker had no right to, in its empty root. */
	if (guard->listens && guard->control[0] != '\0' &&
	    control_server_path(guard->control, path) == 0)
		unlink(path);
	return exit_code;
}
