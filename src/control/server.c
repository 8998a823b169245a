/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "control/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "control/path.h"

#define RESERVED 8 /* places that only those who may command can have */
#define OUT_MAX (2 * VARLINK_MESSAGE_MAX) /* unread by the client before it is dropped */

struct client {
	uv_poll_t poll;
	struct control_server *server;
	int socket;
	bool may_command, watches;
	bool reads_log, follows_log;
	uint64_t log_next; /* number of the line that it is to be told next */
	struct concentrator_list list;
	size_t in_length, out_length;
	char in[VARLINK_MESSAGE_MAX];
	char out[OUT_MAX];
};

struct control_server {
	uv_poll_t poll;
	struct control_owner owner;
	struct concentrator_owner concentrator; /* instead, if it has a context */
	gid_t group;
	int socket;
	char path[CONTROL_PATH_SIZE];
	struct stat made; /* the socket's file, to know it again */
	struct client *clients[CONTROL_CLIENTS_MAX]; /* NULL: free */
	size_t count;
};

static void free_client(uv_handle_t *handle)
{
	free(handle->data);
}

static void drop(struct client *client)
{
	struct control_server *server = client->server;
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		if (server->clients[i] != client)
			continue;
		server->clients[i] = NULL;
		server->count--;
		uv_poll_stop(&client->poll);
		close(client->socket);
		client->socket = -1;
		uv_close((uv_handle_t *)&client->poll, free_client);
	}
}

static void on_client(uv_poll_t *poll, int status, int events);

/* Sends what there is to send.  False if the client is of no use any more. */
static bool flush(struct client *client)
{
	while (client->out_length > 0) {
		ssize_t sent = send(client->socket, client->out, client->out_length,
				    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno != EAGAIN)
			return false;
		if (sent <= 0)
			break;
		client->out_length -= (size_t)sent;
		memmove(client->out, client->out + sent, client->out_length);
	}
	/* What it wants to say has to wait until it has read. */
	int wanted = client->out_length > 0 ? UV_WRITABLE : UV_READABLE;
	return uv_poll_start(&client->poll, wanted, on_client) == 0;
}

static bool put(struct client *client, const char *message, size_t length)
{
	if (length > sizeof(client->out) - client->out_length)
		return false;
	memcpy(client->out + client->out_length, message, length);
	client->out_length += length;
	return true;
}

static void begin_log(struct client *client, const struct varlink_log *log)
{
	const struct control_owner *owner = &client->server->owner;
	uint64_t end = owner->log_end(owner->context);
	client->reads_log = true;
	client->follows_log = log->follow;
	client->log_next = end > log->lines ? end - log->lines : 0;
}

static bool next_entry(const struct client *client, struct log_entry *ret_entry)
{
	const struct control_owner *owner = &client->server->owner;
	return owner->read_log(owner->context, client->log_next, ret_entry);
}

/* Whether there is something to say to it that needs no event first. */
static bool log_waits(const struct client *client)
{
	struct log_entry entry;
	return client->reads_log && (!client->follows_log || next_entry(client, &entry));
}

/* As many lines as there is room for: one who reads slowly is told later, and misses the oldest. */
static bool put_log(struct client *client)
{
	char text[VARLINK_MESSAGE_MAX];
	struct log_entry entry;
	while (client->reads_log && client->out_length <= sizeof(client->out) - sizeof(text)) {
		bool more = next_entry(client, &entry);
		if (!more && client->follows_log)
			break;
		client->reads_log = more;
		if (more)
			client->log_next = entry.number + 1;
		if (!put(client, text, varlink_log_entry(more ? &entry : NULL, text)))
			return false;
	}
	return true;
}

/* So many of the sessions as there is room for. */
static bool put_list(struct client *client)
{
	char text[VARLINK_MESSAGE_MAX];
	while (client->list.active && client->out_length <= sizeof(client->out) - sizeof(text)) {
		size_t length =
			concentrator_list_next(&client->server->concentrator, &client->list, text);
		if (length == 0 || !put(client, text, length))
			return false;
	}
	return true;
}

static bool answer_for_concentrator(struct client *client, const char *call, size_t length)
{
	char text[VARLINK_MESSAGE_MAX];
	size_t text_length;
	return concentrator_answer(&client->server->concentrator, call, length, client->may_command,
				   &client->list, text, &text_length) &&
	       put(client, text, text_length);
}

static bool answer(struct client *client, const char *call, size_t length)
{
	const struct control_owner *owner = &client->server->owner;
	struct line_status status;
	struct varlink_log log;
	char text[VARLINK_MESSAGE_MAX];
	size_t text_length;
	owner->read(owner->context, &status);
	enum varlink_call outcome = varlink_answer(call, length, client->may_command, &status, &log,
						   text, &text_length);
	if (outcome == VARLINK_MALFORMED || !put(client, text, text_length))
		return false;
	switch (outcome) {
	case VARLINK_MALFORMED:
	case VARLINK_ANSWERED:
		break;
	case VARLINK_WATCH:
		client->watches = true;
		break;
	case VARLINK_LOG:
		begin_log(client, &log);
		break;
	case VARLINK_REDIAL:
	case VARLINK_HANG_UP:
		if (!flush(client)) /* before the answer could be lost in what follows */
			return false;
		(outcome == VARLINK_REDIAL ? owner->redial : owner->hang_up)(owner->context);
		break;
	}
	return client->socket >= 0; /* it may watch too, and have been dropped by that */
}

/* Answers the whole calls that have come, while there is room for what is said to them. */
static bool answer_all(struct client *client)
{
	size_t done = 0;
	bool (*judge)(struct client *, const char *, size_t) =
		client->server->concentrator.context ? answer_for_concentrator : answer;
	while (!client->list.active &&
	       client->out_length <= sizeof(client->out) - VARLINK_MESSAGE_MAX) {
		const char *end = memchr(client->in + done, '\0', client->in_length - done);
		if (!end)
			break;
		size_t length = (size_t)(end - client->in) - done;
		if (!judge(client, client->in + done, length))
			return false;
		done += length + 1;
	}
	client->in_length -= done;
	memmove(client->in, client->in + done, client->in_length);
	return true;
}

static bool receive(struct client *client)
{
	size_t room = sizeof(client->in) - client->in_length;
	if (room == 0)
		return false; /* a call longer than we take */
	ssize_t got = recv(client->socket, client->in + client->in_length, room, MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	client->in_length += (size_t)got;
	return got > 0;
}

static void on_client(uv_poll_t *poll, int status, int events)
{
	struct client *client = poll->data;
	bool good = status == 0;
	if (good && (events & UV_READABLE))
		good = receive(client);
	if (good && (events & UV_WRITABLE))
		good = flush(client);
	do
		good = good && answer_all(client) && put_log(client) && put_list(client) &&
		       flush(client);
	while (good && client->out_length == 0 &&
	       (memchr(client->in, '\0', client->in_length) || log_waits(client) ||
		client->list.active));
	if (!good)
		drop(client);
}

static bool is_member(int socket, const struct ucred *peer, gid_t group)
{
	gid_t groups[256];
	socklen_t size = sizeof(groups);
	if (group == (gid_t)-1)
		return false;
	if (peer->gid == group)
		return true;
	if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == group)
			return true;
	return false;
}

static bool may_command(const struct control_server *server, int socket)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	if (server->concentrator.context)
		return peer.uid == 0 || is_member(socket, &peer, server->group);
	return peer.uid == 0 || peer.uid == geteuid();
}

static void take_client(struct control_server *server, int socket)
{
	bool entitled = may_command(server, socket);
	size_t place = 0;
	while (place < CONTROL_CLIENTS_MAX && server->clients[place])
		place++;
	bool full = server->count + (entitled ? 0 : RESERVED) >= CONTROL_CLIENTS_MAX;
	struct client *client = full ? NULL : calloc(1, sizeof(*client));
	if (!client || uv_poll_init(server->poll.loop, &client->poll, socket) < 0) {
		free(client);
		close(socket);
		return;
	}
	client->poll.data = client;
	client->server = server;
	client->socket = socket;
	client->may_command = entitled;
	server->clients[place] = client;
	server->count++;
	if (uv_poll_start(&client->poll, UV_READABLE, on_client) < 0)
		drop(client);
}

static void on_listening(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	struct control_server *server = poll->data;
	int socket = accept4(server->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (socket >= 0)
		take_client(server, socket);
}

static bool is_live(const struct sockaddr_un *address)
{
	int try = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (try < 0)
		return false;
	int result = connect(try, (const struct sockaddr *)address, sizeof(*address));
	bool live = result == 0 || errno == EAGAIN; /* EAGAIN: its queue is full */
	close(try);
	return live;
}

/*
 * Under another name first, so that whoever finds the socket finds it with its mode and listening;
 * and a dead process's socket is replaced in one step.
 */
static int bind_and_listen(struct control_server *server)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", server->path);
	if (is_live(&address))
		return -EADDRINUSE;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s.%d", server->path, (int)getpid());
	unlink(address.sun_path);
	if (bind(server->socket, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	if (chmod(address.sun_path, 0666) < 0 || listen(server->socket, CONTROL_CLIENTS_MAX) < 0 ||
	    stat(address.sun_path, &server->made) < 0 ||
	    rename(address.sun_path, server->path) < 0) {
		int error = -errno;
		unlink(address.sun_path);
		return error;
	}
	return 0;
}

/*
 * So that of two lines that find the same dead socket, one does not take the other's new one away.
 * Anybody can lock a folder that he can read, so nobody is waited for for long.
 */
static int lock_folder(void)
{
	int folder = open(CONTROL_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (unsigned tries = 0; folder >= 0 && tries < 20; tries++) {
		if (flock(folder, LOCK_EX | LOCK_NB) == 0)
			break;
		const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
		nanosleep(&pause, NULL);
	}
	return folder;
}

static int listen_on(struct control_server *server, uv_loop_t *loop, const char *link)
{
	int error = server->concentrator.context ? control_server_path(link, server->path)
						 : control_path(link, server->path);
	if (error == 0)
		error = control_folder_make();
	if (error < 0)
		return error;
	server->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (server->socket < 0)
		return -errno;
	int lock = lock_folder();
	error = bind_and_listen(server);
	if (lock >= 0)
		close(lock);
	if (error == 0)
		error = uv_poll_init(loop, &server->poll, server->socket);
	if (error < 0)
		close(server->socket);
	return error;
}

/* Takes `server`. */
static int begin(struct control_server *server, uv_loop_t *loop, const char *link,
		 struct control_server **ret_server)
{
	int error = listen_on(server, loop, link);
	if (error < 0) {
		free(server);
		return error;
	}
	server->poll.data = server;
	uv_poll_start(&server->poll, UV_READABLE, on_listening);
	*ret_server = server;
	return 0;
}

int control_server_new(uv_loop_t *loop, const char *link, const struct control_owner *owner,
		       struct control_server **ret_server)
{
	struct control_server *server = calloc(1, sizeof(*server));
	if (!server)
		return -ENOMEM;
	server->owner = *owner;
	return begin(server, loop, link, ret_server);
}

int control_server_new_concentrator(uv_loop_t *loop, const char *name,
				    const struct concentrator_owner *owner, gid_t group,
				    struct control_server **ret_server)
{
	struct control_server *server = calloc(1, sizeof(*server));
	if (!server)
		return -ENOMEM;
	server->concentrator = *owner;
	server->group = group;
	return begin(server, loop, name, ret_server);
}

static void free_server(uv_handle_t *handle)
{
	free(handle->data);
}

void control_server_free(struct control_server *server)
{
	if (!server)
		return;
	struct stat now;
	if (lstat(server->path, &now) == 0 && now.st_ino == server->made.st_ino &&
	    now.st_dev == server->made.st_dev)
		unlink(server->path);
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (server->clients[i])
			drop(server->clients[i]);
	uv_poll_stop(&server->poll);
	close(server->socket);
	uv_close((uv_handle_t *)&server->poll, free_server);
}

void control_server_logged(struct control_server *server)
{
	for (size_t i = 0; server && i < CONTROL_CLIENTS_MAX; i++) {
		struct client *client = server->clients[i];
		if (client && client->follows_log && !(put_log(client) && flush(client)))
			drop(client);
	}
}

void control_server_changed(struct control_server *server)
{
	struct line_status status;
	char text[VARLINK_MESSAGE_MAX];
	size_t length = 0;
	for (size_t i = 0; server && i < CONTROL_CLIENTS_MAX; i++) {
		struct client *client = server->clients[i];
		if (!client || !client->watches)
			continue;
		if (length == 0) {
			server->owner.read(server->owner.context, &status);
			length = varlink_status(&status, true, text);
		}
		if (!put(client, text, length) || !flush(client))
			drop(client);
	}
}
