/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/server/server.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "language/language.h"
#include "linux/clock.h"

#define FRAMES_A_TURN 64
#define SEND_PATIENCE_MS 5

static void say(const struct server *server, const char *text)
{
	double ms = (double)(clock_now() - server->started) / 1000.0;
	fprintf(stderr, "server t=+%.3fms %s\n", ms, text);
}

/* PPP's timers make up for what is lost here, but a wait is cheaper. */
static void send_frame(struct server *server, struct bytes frame)
{
	struct pollfd writable = { .fd = server->host->control, .events = POLLOUT };
	for (unsigned attempt = 0; attempt < 2; attempt++) {
		if (send(writable.fd, frame.data, frame.length, 0) >= 0)
			return;
		if (errno == EAGAIN || errno == ENOBUFS)
			poll(&writable, 1, SEND_PATIENCE_MS);
	}
	server->unsent++;
}

/* The address that the session will have must be one that its line of the file allows. */
static void answer_secret(struct server *server, const struct access_action *action, mono_us now)
{
	const struct secret *found = directory_find(server->directory, action->auth, action->name);
	if (!found) {
		access_secret(server->access, action->slot, NULL, now);
		return;
	}
	uint32_t fixed = secret_fixed_address(found);
	if (fixed == 0 && action->address != 0 && !secret_allows(found, action->address)) {
		say(server,
		    "event=refused reason=\"this name may not have an address of the pool\"");
		access_secret(server->access, action->slot, NULL, now);
		return;
	}
	struct access_secret answer = { found->secret, fixed };
	access_secret(server->access, action->slot, &answer, now);
}

static void drain(struct server *server, mono_us now)
{
	struct access_action action;
	while (access_next_action(server->access, &action)) {
		switch (action.kind) {
		case ACCESS_SEND:
			send_frame(server, action.frame);
			break;
		case ACCESS_NEED_SECRET:
			answer_secret(server, &action, now);
			break;
		case ACCESS_UP:
		case ACCESS_DOWN:
		case ACCESS_EVENT:
			say(server, action.text);
			break;
		}
	}
}

static void on_timer(uv_timer_t *timer);

/* After each verb of access/. */
static void carry_on(struct server *server, mono_us now)
{
	drain(server, now);
	if (server->stopping && access_sessions(server->access) == 0) {
		uv_stop(&server->loop);
		return;
	}
	int timeout_ms = clock_poll_timeout(access_deadline(server->access), now);
	uv_update_time(&server->loop);
	if (timeout_ms < 0)
		uv_timer_stop(&server->timer);
	else
		uv_timer_start(&server->timer, on_timer, (uint64_t)timeout_ms, 0);
}

static void on_timer(uv_timer_t *timer)
{
	struct server *server = timer->data;
	mono_us now = clock_now();
	access_tick(server->access, now);
	carry_on(server, now);
}

/* An interface that went down may come again; one that was taken away will not. */
static void wire_failed(struct server *server, int result)
{
	char text[128];
	struct packet_interface interface;
	if (result == -ENETDOWN && packet_interface_look_up(server->name, &interface) != -ENODEV) {
		say(server, "event=interface-down");
		return;
	}
	snprintf(text, sizeof(text), "event=failed stage=wire reason=\"%s\"", strerror(-result));
	say(server, text);
	server->exit_code = 1;
	uv_stop(&server->loop);
}

/*
 * A socket's error (its interface went down) makes libuv stop watching it; reading takes the error
 * off, and the socket works again when the interface is back.
 */
static void watch_on(uv_poll_t *handle, int status, uv_poll_cb callback)
{
	if (status < 0)
		uv_poll_start(handle, UV_READABLE, callback);
}

static void on_control(uv_poll_t *handle, int status, int events)
{
	struct server *server = handle->data;
	int descriptor = handle == &server->polls[POLL_DISCOVERY] ? server->host->discovery
								  : server->host->control;
	mono_us now = clock_now();
	(void)events;
	watch_on(handle, status, on_control);
	for (unsigned i = 0; i < FRAMES_A_TURN; i++) {
		ssize_t length = recv(descriptor, server->frame, sizeof(server->frame), 0);
		if (length < 0) {
			if (errno != EAGAIN && errno != EINTR)
				wire_failed(server, -errno);
			break;
		}
		access_receive(server->access, bytes_of(server->frame, (size_t)length), now);
		drain(server, now);
	}
	carry_on(server, now);
}

static void on_device(uv_poll_t *handle, int status, int events);

static void on_data(uv_poll_t *handle, int status, int events)
{
	struct server *server = handle->data;
	watch_on(handle, status, on_data);
	int result = data_from_wire(server->data);
	if (result < 0)
		wire_failed(server, result);
	else if ((events & UV_WRITABLE) != 0)
		on_device(&server->polls[POLL_DEVICE], 0, 0);
}

/* The wire's queue is full: the device waits for it, rather than that packets are lost. */
static void watch_data(struct server *server)
{
	bool waits = data_waits(server->data);
	if (waits == server->data_waits)
		return;
	server->data_waits = waits;
	uv_poll_start(&server->polls[POLL_DATA], UV_READABLE | (waits ? UV_WRITABLE : 0), on_data);
	if (waits)
		uv_poll_stop(&server->polls[POLL_DEVICE]);
	else
		uv_poll_start(&server->polls[POLL_DEVICE], UV_READABLE, on_device);
}

static void on_device(uv_poll_t *handle, int status, int events)
{
	struct server *server = handle->data;
	(void)events;
	watch_on(handle, status, on_device);
	int result = data_from_device(server->data);
	watch_data(server);
	if (result >= 0)
		return;
	char text[128];
	snprintf(text, sizeof(text), "event=failed stage=device reason=\"%s\"", strerror(-result));
	say(server, text);
	server->exit_code = 1;
	uv_stop(&server->loop);
}

static void say_counters(struct server *server)
{
	const struct access_counters *access = &server->access->counters;
	const struct data_counters *data = data_counters(server->data);
	const struct plane_counters *plane = &data->plane;
	fprintf(stderr,
		"server event=counters sessions=%u opened=%llu closed=%llu authenticated=%llu "
		"rejected=%llu strangers=%llu unsent=%llu in-packets=%llu in-bytes=%llu "
		"out-packets=%llu "
		"out-bytes=%llu",
		access_sessions(server->access), (unsigned long long)access->sessions_opened,
		(unsigned long long)access->sessions_closed,
		(unsigned long long)access->authenticated, (unsigned long long)access->rejected,
		(unsigned long long)access->strangers, (unsigned long long)server->unsent,
		(unsigned long long)plane->in_packets, (unsigned long long)plane->in_bytes,
		(unsigned long long)plane->out_packets, (unsigned long long)plane->out_bytes);
	for (int i = ACCESS_PASS + 1; i < ACCESS_VERDICT_COUNT; i++)
		fprintf(stderr, " drop-%s=%llu", access_verdict_name((enum access_verdict)i),
			(unsigned long long)data->drops[i]);
	for (int i = PLANE_DROP_TOO_LONG; i <= PLANE_DROP_DEVICE; i++)
		fprintf(stderr, " drop-%s=%llu", plane_drop_name((enum plane_drop)i),
			(unsigned long long)plane->drops[i]);
	for (int i = 0; i < PPPOE_CONCENTRATOR_DROP_COUNT; i++)
		fprintf(stderr, " discovery-drop-%s=%llu",
			pppoe_concentrator_drop_name((enum pppoe_concentrator_drop)i),
			(unsigned long long)access_discovery_drops(
				server->access, (enum pppoe_concentrator_drop)i));
	fputc('\n', stderr);
}

/* The second signal does not wait for the hosts. */
static void on_signal(uv_signal_t *handle, int number)
{
	struct server *server = handle->data;
	if (number == SIGUSR1) {
		say_counters(server);
		return;
	}
	if (server->stopping) {
		uv_stop(&server->loop);
		return;
	}
	mono_us now = clock_now();
	server->stopping = true;
	say(server, "event=stopping");
	access_shutdown(server->access, "the concentrator shuts down", now);
	carry_on(server, now);
}

static bool make_machine(struct server *server, const struct server_options *options)
{
	uint8_t seed[RANDOM_SEED_LENGTH];
	server->access = malloc(sizeof(*server->access));
	server->memory = calloc(1, access_memory_size(options->access.pppoe.sessions_max));
	if (server->access)
		server->data = data_new(server->access, server->host->data, server->host->device,
					server->host->interface.address);
	if (!server->access || !server->memory || !server->data) {
		fprintf(stderr, _("pppoe-server: no memory for %u sessions\n"), options->count);
		return false;
	}
	entropy_fill(seed, sizeof(seed));
	access_init(server->access, &options->access, server->memory, seed);
	return true;
}

static void reserve(void *context, uint32_t address)
{
	access_reserve(context, address);
}

static int start_polls(struct server *server)
{
	const int descriptors[SERVER_POLLS] = { server->host->discovery, server->host->control,
						server->host->data, server->host->device };
	const uv_poll_cb callbacks[SERVER_POLLS] = { on_control, on_control, on_data, on_device };
	for (size_t i = 0; i < SERVER_POLLS; i++) {
		int result = uv_poll_init(&server->loop, &server->polls[i], descriptors[i]);
		server->polls[i].data = server;
		if (result == 0)
			result = uv_poll_start(&server->polls[i], UV_READABLE, callbacks[i]);
		if (result < 0)
			return result;
	}
	return 0;
}

static int start_loop(struct server *server)
{
	const int numbers[SERVER_SIGNALS] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
	int result = uv_loop_init(&server->loop);
	if (result < 0)
		return result;
	server->has_loop = true;
	result = uv_timer_init(&server->loop, &server->timer);
	server->timer.data = server;
	for (size_t i = 0; i < SERVER_SIGNALS && result == 0; i++) {
		result = uv_signal_init(&server->loop, &server->signals[i]);
		server->signals[i].data = server;
		if (result == 0)
			result = uv_signal_start(&server->signals[i], on_signal, numbers[i]);
	}
	return result < 0 ? result : start_polls(server);
}

bool server_init(struct server *server, const struct server_options *options, struct host *host,
		 const struct directory *directory)
{
	memset(server, 0, sizeof(*server));
	server->host = host;
	server->directory = directory;
	server->name = options->interface;
	server->started = clock_now();
	if (!make_machine(server, options))
		return false;
	directory_fixed_addresses(directory, reserve, server->access);
	int result = start_loop(server);
	if (result < 0)
		fprintf(stderr, "pppoe-server: event loop: %s\n", uv_strerror(result));
	return result == 0;
}

static void close_handle(uv_handle_t *handle, void *context)
{
	(void)context;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void server_done(struct server *server)
{
	if (server->has_loop) {
		uv_walk(&server->loop, close_handle, NULL);
		uv_run(&server->loop, UV_RUN_DEFAULT);
		uv_loop_close(&server->loop);
	}
	data_free(server->data);
	free(server->memory);
	free(server->access);
}

int server_run(struct server *server)
{
	char text[160];
	snprintf(text, sizeof(text), "event=ready interface=%s device=%s", server->name,
		 server->host->device_name);
	say(server, text);
	uv_run(&server->loop, UV_RUN_DEFAULT);
	say_counters(server);
	return server->exit_code;
}
