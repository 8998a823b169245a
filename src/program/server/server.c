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
#include "program/server/message.h"

#define FRAMES_A_TURN 64
#define MESSAGES_A_TURN 256
#define SEND_PATIENCE_MS 5

static void note(const struct server *server, const char *text)
{
	say(server->log, LOG_INFO, text);
}

/* PPP's timers make up for what is lost here, but a wait is cheaper. */
static void send_frame(struct server *server, uint32_t port, struct bytes frame)
{
	const struct host *host = server->host;
	struct pollfd writable = {
		.fd = host->interfaces[port_interface(port)].control,
		.events = POLLOUT,
	};
	struct reader r = reader_of(frame);
	reader_bytes(&r, ETHERNET_HEADER_LENGTH - 2);
	uint16_t type = reader_u16(&r) == ETHERNET_PPPOE_DISCOVERY ? host->discovery_type
								   : host->session_type;
	for (unsigned attempt = 0; attempt < 2; attempt++) {
		int result = packet_send_tagged(writable.fd, port, type, frame);
		if (result == 0)
			return;
		if (result == -EAGAIN || result == -ENOBUFS)
			poll(&writable, 1, SEND_PATIENCE_MS);
	}
	server->unsent++;
}

/* The guard knows the secrets; its answer comes by take_answer(). */
static void ask_secret(struct server *server, const struct access_action *action, mono_us now)
{
	const struct access_path *path = access_path(server->access, action->slot);
	struct message message = {
		.kind = MESSAGE_ASK,
		.slot = action->slot,
		.session_id = path->session_id,
		.auth = (uint8_t)action->auth,
		.address = action->address,
	};
	struct bytes name = bytes_head(action->name, MESSAGE_TEXT_MAX);
	struct reader r = reader_of(name);
	message.length = (uint8_t)name.length;
	reader_copy(&r, message.text, name.length);
	if (message_send(server->guard, &message, false) < 0)
		access_close(server->access, action->slot, ACCESS_END_REFUSED,
			     "too many log in at once", now);
}

static void take_answer(struct server *server, const struct message *message, mono_us now)
{
	const struct access_path *path = access_path(server->access, message->slot);
	if (!path || path->session_id != message->session_id)
		return; /* ended meanwhile */
	const struct access_secret secret = {
		.secret = bytes_of(message->text, message->length),
		.address = message->address,
	};
	if (message->answer == ANSWER_NO_ADDRESS)
		note(server,
		     "event=refused reason=\"this name may not have an address of the pool\"");
	access_secret(server->access, message->slot,
		      message->answer == ANSWER_KNOWN ? &secret : NULL, now);
}

static void drain(struct server *server, mono_us now)
{
	struct access_action action;
	while (access_next_action(server->access, &action)) {
		switch (action.kind) {
		case ACCESS_SEND:
			send_frame(server, action.port, action.frame);
			break;
		case ACCESS_NEED_SECRET:
			ask_secret(server, &action, now);
			break;
		case ACCESS_UP:
		case ACCESS_DOWN:
		case ACCESS_ENDED:
		case ACCESS_EVENT:
			note(server, action.text);
			break;
		}
	}
}

static void on_timer(uv_timer_t *timer);

/* After each verb of access/. */
static void carry_on(struct server *server, mono_us now)
{
	drain(server, now);
	if ((server->stopping || server->draining) && access_sessions(server->access) == 0) {
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

static void fail(struct server *server, const char *stage, int result)
{
	char text[128];
	snprintf(text, sizeof(text), "event=failed stage=%s reason=\"%s\"", stage,
		 strerror(-result));
	say(server->log, LOG_ERR, text);
	server->exit_code = 1;
	uv_stop(&server->loop);
}

/* An interface that went down may come again; one that was taken away will not. */
static void wire_failed(struct server_interface_polls *interface, int result)
{
	char text[160];
	struct server *server = interface->server;
	const char *name = server->host->interfaces[interface->number].name;
	struct packet_interface link;
	if (interface->gone)
		return;
	interface->gone = result != -ENETDOWN || packet_interface_look_up(name, &link) == -ENODEV;
	snprintf(text, sizeof(text), "event=interface-%s interface=%s",
		 interface->gone ? "gone" : "down", name);
	say(server->log, LOG_WARNING, text);
	if (!interface->gone)
		return;
	for (int i = 0; i < SERVER_WIRES; i++)
		uv_poll_stop(&interface->poll[i]);
	if (--server->interfaces_left == 0)
		fail(server, "wire", result);
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

/* One frame, with the ethertype that the rooms know.  Its length or a negative errno. */
static ssize_t receive_frame(struct server *server, const struct server_interface_polls *interface,
			     bool discovery, struct bytes *ret_frame, uint32_t *ret_port)
{
	const struct host_interface *from = &server->host->interfaces[interface->number];
	int socket = discovery ? from->discovery : from->control;
	ssize_t got;
	if (from->tagged) {
		got = packet_receive_tagged(socket, interface->number, server->frame,
					    sizeof(server->frame), ret_frame, ret_port);
	} else {
		got = recv(socket, server->frame, sizeof(server->frame), MSG_DONTWAIT);
		*ret_frame = bytes_of(server->frame, got < 0 ? 0 : (size_t)got);
		*ret_port = port_of(interface->number, false, 0, 0);
		got = got < 0 ? -errno : got;
	}
	if (got < 0 || ret_frame->length < ETHERNET_HEADER_LENGTH)
		return got;
	uint16_t type = discovery ? ETHERNET_PPPOE_DISCOVERY : ETHERNET_PPPOE_SESSION;
	uint8_t *at = server->frame + (ret_frame->data - server->frame) + 12;
	at[0] = (uint8_t)(type >> 8);
	at[1] = (uint8_t)type;
	return got;
}

/* Behind a tag of mere priority the filter could not see the VLAN. */
static bool hears(const struct server *server, uint32_t port)
{
	const struct host_interface *interface = &server->host->interfaces[port_interface(port)];
	return !interface->tagged || packet_vlans_have(interface->vlans, port_outer(port));
}

static void on_control(uv_poll_t *handle, int status, int events)
{
	struct server_interface_polls *interface = handle->data;
	struct server *server = interface->server;
	bool discovery = handle == &interface->poll[WIRE_DISCOVERY];
	mono_us now = clock_now();
	(void)events;
	watch_on(handle, status, on_control);
	for (unsigned i = 0; i < FRAMES_A_TURN; i++) {
		struct bytes frame;
		uint32_t port;
		ssize_t length = receive_frame(server, interface, discovery, &frame, &port);
		if (length < 0) {
			if (length != -EAGAIN && length != -EINTR)
				wire_failed(interface, (int)length);
			break;
		}
		if (!hears(server, port))
			continue;
		access_receive(server->access, port, frame, now);
		drain(server, now);
	}
	carry_on(server, now);
}

static void on_device(uv_poll_t *handle, int status, int events);

static void on_data(uv_poll_t *handle, int status, int events)
{
	struct server_interface_polls *interface = handle->data;
	struct server *server = interface->server;
	watch_on(handle, status, on_data);
	int result = data_from_wire(server->data, interface->number);
	if (result < 0)
		wire_failed(interface, result);
	else if ((events & UV_WRITABLE) != 0)
		on_device(&server->device_poll, 0, 0);
}

/* The wire's queue is full: the device waits for it, rather than that packets are lost. */
static void watch_data(struct server *server)
{
	bool waits = data_waits(server->data);
	if (waits == server->data_waits)
		return;
	server->data_waits = waits;
	uv_poll_start(&server->interfaces[0].poll[WIRE_DATA],
		      UV_READABLE | (waits ? UV_WRITABLE : 0), on_data);
	if (waits)
		uv_poll_stop(&server->device_poll);
	else
		uv_poll_start(&server->device_poll, UV_READABLE, on_device);
}

static void on_device(uv_poll_t *handle, int status, int events)
{
	struct server *server = handle->data;
	(void)events;
	watch_on(handle, status, on_device);
	int result = data_from_device(server->data);
	watch_data(server);
	if (result < 0)
		fail(server, "device", result);
}

static size_t append(char *to, size_t size, size_t used, const char *name, uint64_t value)
{
	int length = snprintf(to + used, size - used, " %s=%llu", name, (unsigned long long)value);
	return length < 0 || (size_t)length >= size - used ? size - 1 : used + (size_t)length;
}

static void say_counters(const struct server *server)
{
	const struct access_counters *access = &server->access->counters;
	const struct data_counters *data = data_counters(server->data);
	const struct plane_counters *plane = &data->plane;
	char text[1536] = "event=counters", name[40];
	size_t used = strlen(text);
	const struct {
		const char *name;
		uint64_t value;
	} values[] = {
		{ "sessions", access_sessions(server->access) },
		{ "opened", access->sessions_opened },
		{ "closed", access->sessions_closed },
		{ "authenticated", access->authenticated },
		{ "rejected", access->rejected },
		{ "strangers", access->strangers },
		{ "unsent", server->unsent },
		{ "in-packets", plane->in_packets },
		{ "in-bytes", plane->in_bytes },
		{ "out-packets", plane->out_packets },
		{ "out-bytes", plane->out_bytes },
	};
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		used = append(text, sizeof(text), used, values[i].name, values[i].value);
	for (int i = ACCESS_PASS + 1; i < ACCESS_VERDICT_COUNT; i++) {
		snprintf(name, sizeof(name), "drop-%s",
			 access_verdict_name((enum access_verdict)i));
		used = append(text, sizeof(text), used, name, data->drops[i]);
	}
	for (int i = PLANE_DROP_TOO_LONG; i <= PLANE_DROP_DEVICE; i++) {
		snprintf(name, sizeof(name), "drop-%s", plane_drop_name((enum plane_drop)i));
		used = append(text, sizeof(text), used, name, plane->drops[i]);
	}
	for (int i = 0; i < PPPOE_CONCENTRATOR_DROP_COUNT; i++) {
		enum pppoe_concentrator_drop drop = (enum pppoe_concentrator_drop)i;
		snprintf(name, sizeof(name), "discovery-drop-%s",
			 pppoe_concentrator_drop_name(drop));
		used = append(text, sizeof(text), used, name,
			      access_discovery_drops(server->access, drop));
	}
	note(server, text);
}

void server_carry_on(struct server *server)
{
	carry_on(server, clock_now());
}

/* A second time it does not wait for the hosts. */
void server_stop(struct server *server)
{
	if (server->stopping) {
		uv_stop(&server->loop);
		return;
	}
	mono_us now = clock_now();
	server->stopping = true;
	note(server, "event=stopping");
	access_shutdown(server->access, "the concentrator shuts down", now);
	carry_on(server, now);
}

/* SIGINT of a terminal, and SIGHUP, go to the guard too, which has its own way to say it. */
static void on_signal(uv_signal_t *handle, int number)
{
	struct server *server = handle->data;
	if (number == SIGTERM)
		server_stop(server);
}

static void take_message(struct server *server, const struct message *message, mono_us now)
{
	switch ((enum message_kind)message->kind) {
	case MESSAGE_ANSWER:
		take_answer(server, message, now);
		drain(server, now);
		break;
	case MESSAGE_RESERVE:
		access_reserve(server->access, message->address);
		break;
	case MESSAGE_STOP:
		server_stop(server);
		break;
	case MESSAGE_COUNTERS:
		say_counters(server);
		break;
	case MESSAGE_READY:
	case MESSAGE_ASK:
	case MESSAGE_RELOAD:
		break;
	}
}

/* Without the guard nobody could log in, and nobody would tidy up. */
static void on_guard(uv_poll_t *handle, int status, int events)
{
	struct server *server = handle->data;
	struct message message;
	mono_us now = clock_now();
	int result = 1;
	(void)status;
	(void)events;
	for (unsigned i = 0; i < MESSAGES_A_TURN && result > 0; i++) {
		result = message_receive(server->guard, &message);
		if (result > 0)
			take_message(server, &message, now);
	}
	explicit_bzero(&message, sizeof(message));
	if (result < 0) {
		uv_poll_stop(handle);
		server->exit_code = 1;
		server_stop(server);
	}
	carry_on(server, now);
}

static bool make_machine(struct server *server, const struct server_options *options)
{
	uint8_t seed[RANDOM_SEED_LENGTH];
	server->access = malloc(sizeof(*server->access));
	server->memory = calloc(1, access_memory_size(options->access.pppoe.sessions_max));
	if (server->access)
		server->data = data_new(server->access, server->host, options->mss);
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

static int watch(struct server *server, uv_poll_t *poll, int descriptor, uv_poll_cb callback,
		 void *data)
{
	int result = uv_poll_init(&server->loop, poll, descriptor);
	poll->data = data;
	return result < 0 ? result : uv_poll_start(poll, UV_READABLE, callback);
}

static int watch_interface(struct server *server, unsigned number)
{
	const struct host_interface *interface = &server->host->interfaces[number];
	struct server_interface_polls *polls = &server->interfaces[number];
	const int sockets[] = { interface->discovery, interface->control, interface->data };
	polls->server = server;
	polls->number = number;
	server->interfaces_left++;
	for (int i = 0; i < SERVER_WIRES; i++) {
		int result = watch(server, &polls->poll[i], sockets[i],
				   i == WIRE_DATA ? on_data : on_control, polls);
		if (result < 0)
			return result;
	}
	return 0;
}

static int start_polls(struct server *server)
{
	int result = watch(server, &server->device_poll, server->host->device, on_device, server);
	if (result == 0)
		result = watch(server, &server->guard_poll, server->guard, on_guard, server);
	for (unsigned i = 0; i < server->host->interface_count && result == 0; i++)
		result = watch_interface(server, i);
	return result;
}

static int start_loop(struct server *server)
{
	const int numbers[SERVER_SIGNALS] = { SIGTERM, SIGINT, SIGHUP };
	int result = uv_loop_init(&server->loop);
	if (result < 0)
		return result;
	server->has_loop = true;
	result = uv_timer_init(&server->loop, &server->timer);
	if (result == 0)
		result = uv_timer_init(&server->loop, &server->drain_timer);
	server->timer.data = server->drain_timer.data = server;
	for (size_t i = 0; i < SERVER_SIGNALS && result == 0; i++) {
		result = uv_signal_init(&server->loop, &server->signals[i]);
		server->signals[i].data = server;
		if (result == 0)
			result = uv_signal_start(&server->signals[i], on_signal, numbers[i]);
	}
	return result < 0 ? result : start_polls(server);
}

bool server_init(struct server *server, const struct server_options *options,
		 const struct host *host, const struct directory *directory,
		 const struct server_log *log, int guard)
{
	memset(server, 0, sizeof(*server));
	server->host = host;
	server->log = log;
	server->guard = guard;
	if (!make_machine(server, options))
		return false;
	directory_fixed_addresses(directory, reserve, server->access);
	int result = start_loop(server);
	if (result < 0) {
		fprintf(stderr, "pppoe-server: event loop: %s\n", uv_strerror(result));
		return false;
	}
	const char *name = options->control ? options->control : host->device_name;
	result = name[0] != '\0' ? sessions_open(server, name, options->group) : 0;
	if (result < 0)
		fprintf(stderr, _("pppoe-server: control socket %s: %s\n"), name,
			strerror(-result));
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
		control_server_free(server->control);
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
	const struct message ready = { .kind = MESSAGE_READY };
	snprintf(text, sizeof(text), "event=ready interface=%s device=%s",
		 server->host->interfaces[0].name, server->host->device_name);
	say(server->log, LOG_NOTICE, text);
	message_send(server->guard, &ready, false);
	uv_run(&server->loop, UV_RUN_DEFAULT);
	say_counters(server);
	return server->exit_code;
}
