/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "control/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ASK_LIMIT_MS 5000

static int open_path(struct control_client *client, const char path[CONTROL_PATH_SIZE])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	memcpy(address.sun_path, path, CONTROL_PATH_SIZE);
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -errno;
	/* For connect() and send(): the full queue of a line that stands still must not hang us. */
	const struct timeval limit = { .tv_sec = ASK_LIMIT_MS / 1000 };
	setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(descriptor, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = -errno;
		close(descriptor);
		return error;
	}
	client->socket = descriptor;
	return 0;
}

int control_client_open(struct control_client *client, const char *link)
{
	char path[CONTROL_PATH_SIZE];
	client->socket = -1;
	client->length = 0;
	return control_path(link, path) < 0 ? -ENOENT : open_path(client, path);
}

int control_client_open_server(struct control_client *client, const char *name)
{
	char path[CONTROL_PATH_SIZE];
	client->socket = -1;
	client->length = 0;
	return control_server_path(name, path) < 0 ? -ENOENT : open_path(client, path);
}

void control_client_close(struct control_client *client)
{
	if (client->socket >= 0)
		close(client->socket);
	client->socket = -1;
}

int control_client_send(struct control_client *client, const char *text, size_t length)
{
	/* A call is far shorter than a socket's buffer: it goes at once or not at all. */
	ssize_t sent = send(client->socket, text, length, MSG_NOSIGNAL);
	if (sent < 0)
		return -errno;
	return length > 0 && (size_t)sent == length ? 0 : -EPROTO;
}

int control_client_call(struct control_client *client, const char *method, bool more)
{
	char text[VARLINK_MESSAGE_MAX];
	return control_client_send(client, text, varlink_call(method, more, text));
}

int control_client_call_log(struct control_client *client, const struct varlink_log *log)
{
	char text[VARLINK_MESSAGE_MAX];
	return control_client_send(client, text, varlink_call_log(log, text));
}

typedef bool read_reply(void *ret_reply, const char *text, size_t length);

static bool read_line_reply(void *ret_reply, const char *text, size_t length)
{
	return varlink_read_reply(ret_reply, text, length);
}

static bool read_concentrator_reply(void *ret_reply, const char *text, size_t length)
{
	return concentrator_read_reply(ret_reply, text, length);
}

/* 1 if there is a whole answer in what has come, 0 if not yet. */
static int take(struct control_client *client, read_reply *read, void *ret_reply)
{
	const char *end = memchr(client->in, '\0', client->length);
	if (!end)
		return client->length == sizeof(client->in) ? -EPROTO : 0;
	size_t length = (size_t)(end - client->in);
	bool good = read(ret_reply, client->in, length);
	client->length -= length + 1;
	memmove(client->in, end + 1, client->length);
	return good ? 1 : -EPROTO;
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int receive(struct control_client *client, int timeout_ms, read_reply *read, void *ret_reply)
{
	int64_t deadline = now_ms() + timeout_ms;
	for (;;) {
		int result = take(client, read, ret_reply);
		if (result != 0)
			return result < 0 ? result : 0;
		int64_t left = deadline - now_ms();
		struct pollfd wait = { .fd = client->socket, .events = POLLIN };
		int ready = poll(&wait, 1, left > 0 ? (int)left : 0);
		if (ready < 0 && errno != EINTR)
			return -errno;
		if (ready == 0)
			return -ETIMEDOUT;
		ssize_t got = recv(client->socket, client->in + client->length,
				   sizeof(client->in) - client->length, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			return -EPIPE;
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		client->length += got > 0 ? (size_t)got : 0;
	}
}

int control_client_receive(struct control_client *client, int timeout_ms,
			   struct varlink_reply *ret_reply)
{
	return receive(client, timeout_ms, read_line_reply, ret_reply);
}

int control_client_receive_concentrator(struct control_client *client, int timeout_ms,
					struct concentrator_reply *ret_reply)
{
	return receive(client, timeout_ms, read_concentrator_reply, ret_reply);
}

int control_client_ask(const char *link, const char *method, struct line_status *ret_status)
{
	struct control_client client;
	struct varlink_reply reply;
	int error = control_client_open(&client, link);
	if (error == 0)
		error = control_client_call(&client, method, false);
	if (error == 0)
		error = control_client_receive(&client, ASK_LIMIT_MS, &reply);
	control_client_close(&client);
	if (error < 0)
		return error;
	if (reply.error[0] != '\0')
		return strstr(reply.error, "NotAllowed") ? -EPERM : -EPROTO;
	if (ret_status)
		*ret_status = reply.status;
	return !ret_status || reply.has_status ? 0 : -EPROTO;
}

pid_t control_client_peer(const struct control_client *client)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	if (getsockopt(client->socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.pid < 0)
		return 0;
	return peer.pid;
}

/* A descriptor of the line's process, or -1. */
static int process_of(const struct control_client *client)
{
	pid_t pid = control_client_peer(client);
	return pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

int control_client_hang_up(struct control_client *client, int timeout_ms)
{
	struct varlink_reply reply;
	int process = process_of(client);
	int error = control_client_call(client, "HangUp", false);
	if (error == 0)
		error = control_client_receive(client, timeout_ms, &reply);
	if (error == 0 && reply.error[0] != '\0')
		error = -EPERM;
	while (error == 0)
		error = control_client_receive(client, timeout_ms, &reply);
	/* The connection is closed when the line is undone; its pid files go a moment later. */
	struct pollfd wait = { .fd = process, .events = POLLIN };
	if (error == -EPIPE)
		error = process >= 0 && poll(&wait, 1, timeout_ms) == 0 ? -ETIMEDOUT : 0;
	if (process >= 0)
		close(process);
	return error;
}
