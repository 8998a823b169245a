/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/monitor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "control/server.h"
#include "crypto/digest.h"
#include "linux/clock.h"
#include "linux/device.h"
#include "linux/packet_socket.h"
#include "linux/process.h"
#include "program/line/line_host.h"
#include "program/line/line_log.h"
#include "program/line/link_settings.h"
#include "program/line/message.h"
#include "program/line/own_secret.h"
#include "program/line/pid_files.h"
#include "program/line/status.h"

#define ENGINE_DESCRIPTOR 3
#define CLOSE_LIMIT_MS 4000 /* an engine that has not hung up by then is killed */
#define RESPAWN_MS 1000 /* between engines that die; doubles with each one */
#define RESPAWN_MAX_MS 30000
#define REJECTED_MS 30000 /* before a rejected password is tried by another engine */
#define STABLE_US (30 * INT64_C(1000000)) /* an engine that lived so long forgets past deaths */
#define MESSAGES_AT_ONCE 64 /* of the engine, before signals and others get their turn */

struct monitor {
	const struct line_config *config;
	struct line_log log;
	uv_loop_t loop;
	uv_signal_t on_term, on_int, on_hup;
	uv_timer_t on_close_limit, on_respawn;
	uv_poll_t on_device_watch;
	struct device_watch *device_watch;
	struct line_host *host;

	bool present; /* the wire */
	struct packet_interface wire;
	int sockets[MESSAGE_SOCKETS]; /* -1: none */

	uv_process_t engine;
	uv_poll_t on_engine;
	int engine_socket; /* -1: none */
	bool engine_lives;
	mono_us engine_since;
	unsigned deaths; /* of engines, in a row */
	bool rejected; /* name or password, in the last attempt */
	bool device_failed; /* the session was of no use: no device for it */
	mono_us device_since;
	bool device_was_up, device_went_down;
	struct link_session_id session; /* that the engine has open */
	enum link_stage stage;
	struct status status;
	struct control_server *control; /* NULL: none could be had */

	bool closing; /* asked to end */
	bool redialling; /* asked to dial anew: the engine's end is not the line's */
	int exit_code;
};

__attribute__((format(printf, 2, 3))) static void note(struct monitor *monitor, const char *format,
						       ...)
{
	char text[LINK_TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	line_log_report(&monitor->log, monitor->stage, clock_now(), text);
}

/* Never by the pid of one that is dead: it may be another process's by now. */
static void kill_engine(struct monitor *monitor)
{
	if (monitor->engine_lives)
		uv_process_kill(&monitor->engine, SIGKILL);
}

/* Tells those who watch over the control socket. */
static void publish(struct monitor *monitor)
{
	status_set(&monitor->status, monitor->stage,
		   host_setup_device(line_host_setup(monitor->host)));
	control_server_changed(monitor->control);
}

static void tell(struct monitor *monitor, const struct message *message, const int *descriptors,
		 size_t count)
{
	int error = monitor->engine_socket < 0
			    ? -EPIPE
			    : message_send(monitor->engine_socket, message, descriptors, count);
	if (error < 0 && error != -EPIPE)
		kill_engine(monitor); /* it does not read: start another */
}

static struct link_wire link_wire_of(const struct monitor *monitor)
{
	return (struct link_wire){
		.present = monitor->present,
		.carrier = monitor->present && monitor->wire.carrier,
		.address = monitor->wire.address,
		.mtu = (uint16_t)(monitor->wire.mtu > UINT16_MAX ? UINT16_MAX : monitor->wire.mtu),
	};
}

static void close_sockets(struct monitor *monitor)
{
	for (size_t i = 0; i < MESSAGE_SOCKETS; i++) {
		if (monitor->sockets[i] >= 0)
			close(monitor->sockets[i]);
		monitor->sockets[i] = -1;
	}
}

static int open_sockets(struct monitor *monitor)
{
	static const uint16_t types[MESSAGE_SOCKETS] = {
		[SOCKET_DISCOVERY] = ETHERNET_PPPOE_DISCOVERY,
		[SOCKET_CONTROL] = ETHERNET_PPPOE_SESSION,
		[SOCKET_DATA] = ETHERNET_PPPOE_SESSION,
	};
	close_sockets(monitor);
	for (size_t i = 0; i < MESSAGE_SOCKETS; i++) {
		int descriptor = packet_socket_open(&monitor->wire, types[i]);
		if (descriptor < 0) {
			close_sockets(monitor);
			return descriptor;
		}
		monitor->sockets[i] = descriptor;
	}
	return 0;
}

static void send_padt(const struct monitor *monitor, const struct link_session_id *session)
{
	uint8_t frame[64];
	struct writer w = writer_of(frame, sizeof(frame));
	ethernet_write(&w, session->peer, monitor->wire.address, ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADT, session->id);
	pppoe_packet_end(&w, mark);
	struct bytes padt = writer_written(&w);
	(void)!send(monitor->sockets[SOCKET_DISCOVERY], padt.data, padt.length, MSG_DONTWAIT);
}

/* PADT for a session whose engine is dead. */
static void end_orphan(struct monitor *monitor)
{
	if (!monitor->session.known || monitor->sockets[SOCKET_DISCOVERY] < 0)
		return;
	send_padt(monitor, &monitor->session);
	monitor->session.known = false;
	line_host_session(monitor->host, &monitor->session, monitor->wire.address,
			  monitor->wire.carrier);
}

/* PADT for the session that a crash or a power cut has left, before the first PADI. */
static void end_left_session(struct monitor *monitor)
{
	struct link_session_id left;
	while (monitor->present && monitor->wire.carrier &&
	       line_host_take_left_session(monitor->host, monitor->wire.address, &left)) {
		send_padt(monitor, &left);
		note(monitor, "ended session=0x%04x, which an earlier end of this line had left",
		     (unsigned)left.id);
	}
}

/* Looks the interface up, and opens sockets on it if it is another one than before. */
static int find_wire(struct monitor *monitor)
{
	int before = monitor->present ? monitor->wire.index : 0;
	int error = packet_interface_look_up(monitor->config->interface, &monitor->wire);
	struct host_setup *setup = line_host_setup(monitor->host);
	bool set_down = error == -ENETDOWN && before != 0 &&
			(int)if_nametoindex(monitor->config->interface) == before;
	if (set_down) {
		monitor->wire.carrier = false; /* by somebody, since: not for us to undo */
		error = 0;
	} else if (error == -ENETDOWN) {
		error = host_setup_bring_up(setup, monitor->config->interface, &monitor->wire);
	}
	monitor->present = error == 0;
	if (error == 0 && monitor->wire.index != before)
		error = open_sockets(monitor);
	if (error < 0) {
		monitor->present = false;
		close_sockets(monitor);
	}
	end_left_session(monitor);
	return error;
}

static void note_unusable(struct monitor *monitor, int error)
{
	note(monitor, "interface=%s cannot be used: %s", monitor->config->interface,
	     error == -EINVAL ? "it is not an Ethernet interface" : strerror(-error));
}

static void tell_wire(struct monitor *monitor, bool new_sockets)
{
	struct message message = { .kind = MESSAGE_WIRE };
	message.wire.wire = link_wire_of(monitor);
	message.wire.wire_index = monitor->wire.index;
	tell(monitor, &message, monitor->sockets, new_sockets ? MESSAGE_SOCKETS : 0);
}

static void on_close_limit(uv_timer_t *timer)
{
	kill_engine(timer->data);
}

/* The engine is asked to end, and killed if it does not. */
static void hang_up(struct monitor *monitor)
{
	tell(monitor, &(struct message){ .kind = MESSAGE_CLOSE }, NULL, 0);
	if (!uv_is_active((uv_handle_t *)&monitor->on_close_limit))
		uv_timer_start(&monitor->on_close_limit, on_close_limit, CLOSE_LIMIT_MS, 0);
}

/* The session is of no use: end it, and begin anew in a while. */
static void device_failed(struct monitor *monitor)
{
	line_host_down(monitor->host);
	monitor->device_failed = true;
	hang_up(monitor);
}

static void addresses_changed(struct monitor *monitor, const struct link_addresses *addresses)
{
	const char *device = host_setup_device(line_host_setup(monitor->host));
	bool up = addresses->ipv4 || addresses->ipv6;
	if (up && monitor->device_failed)
		return; /* said before the engine was told */
	if (!up)
		note(monitor, "down device=%s", device[0] ? device : "none");
	line_host_addresses(monitor->host, addresses);
}

static void host_is_up(void *context, const struct link_addresses *addresses, int device,
		       const char *text)
{
	struct monitor *monitor = context;
	monitor->stage = LINK_OPEN;
	note(monitor, "%s", text);
	if (device >= 0) {
		monitor->device_since = clock_now();
		monitor->device_was_up = monitor->device_went_down = false;
	}
	struct message message = { .kind = MESSAGE_PLANE, .addresses = *addresses };
	tell(monitor, &message, &device, device >= 0 ? 1 : 0);
	publish(monitor);
}

static void host_has_failed(void *context, const char *text)
{
	struct monitor *monitor = context;
	note(monitor, "%s", text);
	status_device_failed(&monitor->status, text);
	device_failed(monitor);
	publish(monitor);
}

static void note_host(void *context, const char *text)
{
	note(context, "%s", text);
}

/*
 * Somebody removed the line's device, or set it down (which takes its routes away) and up again:
 * the session goes on with a new one, unless there seems to be a rule against them.
 */
static void line_device_changed(struct monitor *monitor, const struct device_event *event)
{
	bool gone = event->kind == DEVICE_GONE;
	monitor->device_went_down |= monitor->device_was_up && !event->up;
	monitor->device_was_up |= event->up;
	if (!gone && !(monitor->device_went_down && event->up))
		return;
	note(monitor, "somebody %s the line's device: it is made anew",
	     gone ? "removed" : "has set down");
	struct link_addresses addresses = host_setup_addresses(line_host_setup(monitor->host));
	line_host_down(monitor->host);
	if (gone && clock_now() - monitor->device_since < RESPAWN_MS * 1000)
		device_failed(monitor);
	else
		addresses_changed(monitor, &addresses);
}

static void device_changed(void *context, const struct device_event *event)
{
	struct monitor *monitor = context;
	if (host_setup_owns(line_host_setup(monitor->host), event->index)) {
		line_device_changed(monitor, event);
		return;
	}
	bool ours = monitor->present && event->index == monitor->wire.index;
	if (event->kind == DEVICE_GONE && ours) {
		note(monitor, "interface=%s is gone", monitor->config->interface);
		monitor->present = false;
		close_sockets(monitor);
		tell_wire(monitor, false);
		return;
	}
	if (event->kind == DEVICE_GONE ||
	    (!ours && (monitor->present || strcmp(event->name, monitor->config->interface) != 0)))
		return;
	if (!ours) {
		int error = find_wire(monitor);
		if (error < 0)
			note_unusable(monitor, error);
		else
			tell_wire(monitor, true);
		return;
	}
	struct packet_interface before = monitor->wire;
	monitor->wire.carrier = event->up && event->carrier;
	monitor->wire.address = event->address;
	monitor->wire.mtu = event->mtu;
	if (before.carrier != monitor->wire.carrier || before.mtu != monitor->wire.mtu ||
	    !mac_equal(before.address, monitor->wire.address)) {
		if (before.carrier != monitor->wire.carrier)
			note(monitor, "interface=%s carrier=%s", monitor->config->interface,
			     monitor->wire.carrier ? "yes" : "no");
		end_left_session(monitor);
		tell_wire(monitor, false);
	}
}

static void on_device_watch(uv_poll_t *poll, int status, int events)
{
	(void)events;
	struct monitor *monitor = poll->data;
	if (status < 0) /* messages were lost: libuv stops watching, the next read tells */
		uv_poll_start(poll, UV_READABLE, on_device_watch);
	if (device_watch_read(monitor->device_watch, device_changed, monitor) != -ENOBUFS)
		return;
	bool was_present = monitor->present;
	int before = monitor->wire.index;
	find_wire(monitor);
	tell_wire(monitor, monitor->present && (!was_present || before != monitor->wire.index));
}

static void give_secret(struct monitor *monitor, const char *concentrator, uint32_t question)
{
	struct message message = { .kind = MESSAGE_SECRET };
	char problem[LINK_TEXT_SIZE];
	size_t length = 0;
	message.secret.found = own_secret_find(monitor->config, concentrator, message.secret.bytes,
					       &length, problem, sizeof(problem));
	message.secret.length = (uint8_t)length;
	message.secret.question = question;
	if (problem[0] != '\0')
		note(monitor, "%s", problem);
	tell(monitor, &message, NULL, 0);
	digest_wipe(&message, sizeof(message));
}

static void hear_engine(struct monitor *monitor, const struct message *message)
{
	status_hear(&monitor->status, message);
	switch (message->kind) {
	case MESSAGE_SESSION:
		monitor->session = message->session;
		line_host_session(monitor->host, &monitor->session, monitor->wire.address,
				  monitor->present && monitor->wire.carrier);
		break;
	case MESSAGE_ADDRESSES:
		addresses_changed(monitor, &message->addresses);
		break;
	case MESSAGE_NEED_SECRET:
		give_secret(monitor, message->report.text, message->report.question);
		break;
	case MESSAGE_EVENT:
	case MESSAGE_FAILED:
		monitor->stage = message->report.stage;
		if (message->kind == MESSAGE_FAILED)
			monitor->rejected = message->report.rejected;
		line_log_report(&monitor->log, message->report.stage, message->report.at,
				message->report.text);
		if (message->report.stage == LINK_AUTHENTICATION &&
		    strncmp(message->report.text, "accepted", strlen("accepted")) == 0)
			line_host_authenticated(monitor->host);
		break;
	case MESSAGE_FINISHED:
		monitor->session.known = false;
		monitor->stage = LINK_OFF;
		break;
	case MESSAGE_START:
	case MESSAGE_WIRE:
	case MESSAGE_SECRET:
	case MESSAGE_PLANE:
	case MESSAGE_CLOSE:
	case MESSAGE_KIND_COUNT:
		break;
	}
}

static void close_engine_socket(struct monitor *monitor)
{
	if (monitor->engine_socket < 0)
		return;
	uv_poll_stop(&monitor->on_engine);
	uv_close((uv_handle_t *)&monitor->on_engine, NULL);
	close(monitor->engine_socket);
	monitor->engine_socket = -1;
}

/* Up to so many messages; false when there is nothing more to come. */
static bool read_engine(struct monitor *monitor, unsigned most)
{
	struct message message;
	int none[MESSAGE_SOCKETS], result = 1;
	for (unsigned i = 0; i < most && result > 0; i++) {
		result = message_receive(monitor->engine_socket, &message, none, true);
		if (result > 0) {
			hear_engine(monitor, &message);
			publish(monitor);
		}
	}
	if (result < 0 && result != -EAGAIN && result != -ECONNRESET)
		note(monitor, "the engine is out of order (%s): it is ended", strerror(-result));
	return result > 0 || result == -EAGAIN;
}

static void on_engine(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	struct monitor *monitor = poll->data;
	if (read_engine(monitor, MESSAGES_AT_ONCE))
		return;
	uv_poll_stop(poll);
	kill_engine(monitor);
}

static void start_engine(struct monitor *monitor);

static void on_respawn(uv_timer_t *timer)
{
	struct monitor *monitor = timer->data;
	if (!monitor->closing && !monitor->engine_lives)
		start_engine(monitor);
}

static void host_is_undone(void *context)
{
	struct monitor *monitor = context;
	uv_stop(&monitor->loop);
}

static void end(struct monitor *monitor, int exit_code)
{
	monitor->exit_code = exit_code;
	line_host_end(monitor->host, host_is_undone, monitor);
}

/* The first one that dies after a while is replaced at once. */
static uint64_t respawn_wait_ms(struct monitor *monitor)
{
	mono_us lived = clock_now() - monitor->engine_since;
	if (lived > STABLE_US)
		monitor->deaths = 0;
	unsigned before = monitor->deaths++;
	uint64_t wait_ms = RESPAWN_MS;
	for (unsigned i = 1; i < before && wait_ms < RESPAWN_MAX_MS; i++)
		wait_ms *= 2;
	if (wait_ms > RESPAWN_MAX_MS)
		wait_ms = RESPAWN_MAX_MS;
	if (monitor->rejected) /* providers lock accounts */
		return REJECTED_MS;
	return before == 0 && lived > RESPAWN_MS * 1000 && !monitor->device_failed ? 0 : wait_ms;
}

static void on_engine_exit(uv_process_t *process, int64_t exit_status, int term_signal)
{
	struct monitor *monitor = process->data;
	monitor->engine_lives = false;
	if (monitor->engine_socket >= 0) {
		read_engine(monitor, UINT_MAX); /* its last words */
		close_engine_socket(monitor);
	}
	uv_close((uv_handle_t *)process, NULL);
	uv_timer_stop(&monitor->on_close_limit);
	end_orphan(monitor);
	line_host_down(monitor->host);
	status_set_engine(&monitor->status, 0);
	if (term_signal != 0)
		note(monitor, "the engine was killed by signal %d", term_signal);
	else if (exit_status != 0)
		note(monitor, "the engine ended with code %d", (int)exit_status);
	if (monitor->closing || (!monitor->config->persist && !monitor->redialling)) {
		end(monitor, monitor->closing ? 0 : 1);
		return;
	}
	monitor->stage = LINK_OFF;
	uint64_t wait_ms = monitor->redialling ? 0 : respawn_wait_ms(monitor);
	note(monitor, "dialling anew in_ms=%u", (unsigned)wait_ms);
	monitor->device_failed = false;
	uv_timer_start(&monitor->on_respawn, on_respawn, wait_ms, 0);
	publish(monitor);
}

static int spawn(struct monitor *monitor, int engine_end)
{
	char *arguments[] = { (char[]){ "pppoe-connect" }, (char[]){ "--engine" }, NULL };
	uv_stdio_container_t stdio[] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_IGNORE },
		{ .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
		{ .flags = UV_INHERIT_FD, .data.fd = engine_end },
	};
	const uv_process_options_t options = {
		/* This very program, even where an update has put another in its place. */
		.file = "/proc/self/exe",
		.args = arguments,
		.exit_cb = on_engine_exit,
		.stdio = stdio,
		.stdio_count = ENGINE_DESCRIPTOR + 1,
	};
	monitor->engine.data = monitor;
	int error = uv_spawn(&monitor->loop, &monitor->engine, &options);
	if (error < 0)
		uv_close((uv_handle_t *)&monitor->engine, NULL);
	return error;
}

static void start_engine(struct monitor *monitor)
{
	int pair[2];
	monitor->engine_since = clock_now();
	int error = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair);
	if (error == 0) {
		error = spawn(monitor, pair[1]);
		close(pair[1]);
	}
	if (error < 0) {
		note(monitor, "the engine cannot be started: %s", uv_strerror(error));
		if (!monitor->config->persist)
			end(monitor, 1);
		else
			uv_timer_start(&monitor->on_respawn, on_respawn, respawn_wait_ms(monitor),
				       0);
		return;
	}
	monitor->engine_lives = true;
	monitor->redialling = false;
	status_set_engine(&monitor->status, monitor->engine.pid);
	error = pid_files_write(monitor->config, monitor->engine.pid);
	if (error < 0)
		note(monitor, "%s.pppd cannot be written: %s", monitor->config->pid_file,
		     strerror(-error));
	monitor->engine_socket = pair[0];
	uv_poll_init(&monitor->loop, &monitor->on_engine, pair[0]);
	monitor->on_engine.data = monitor;
	uv_poll_start(&monitor->on_engine, UV_READABLE, on_engine);

	struct message message = { .kind = MESSAGE_START };
	message.start.config = link_settings_of(monitor->config);
	message.start.wire = link_wire_of(monitor);
	message.start.wire_index = monitor->wire.index;
	entropy_fill(message.start.seed, sizeof(message.start.seed));
	tell(monitor, &message, monitor->sockets, monitor->present ? MESSAGE_SOCKETS : 0);
	digest_wipe(&message, sizeof(message));
}

static void end_engine(struct monitor *monitor)
{
	hang_up(monitor);
	monitor->stage = LINK_CLOSING;
	publish(monitor);
}

static void begin_closing(struct monitor *monitor)
{
	monitor->closing = true;
	if (monitor->engine_lives)
		end_engine(monitor);
	else
		end(monitor, 0);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct monitor *monitor = signal->data;
	note(monitor, "hanging up: signal %d", number);
	begin_closing(monitor);
}

static void read_status(void *context, struct line_status *ret_status)
{
	const struct monitor *monitor = context;
	status_read(&monitor->status, ret_status);
}

static void asked_to_hang_up(void *context)
{
	struct monitor *monitor = context;
	note(monitor, "hanging up: asked to over the control socket");
	begin_closing(monitor);
}

static void asked_to_redial(void *context)
{
	struct monitor *monitor = context;
	if (monitor->closing)
		return;
	note(monitor, "dialling anew: asked to over the control socket");
	monitor->redialling = true;
	if (monitor->engine_lives) {
		end_engine(monitor);
		return;
	}
	uv_timer_stop(&monitor->on_respawn);
	start_engine(monitor);
}

/* A line without one works all the same. */
static void open_control(struct monitor *monitor)
{
	const struct control_owner owner = {
		.context = monitor,
		.read = read_status,
		.redial = asked_to_redial,
		.hang_up = asked_to_hang_up,
	};
	char *link = monitor->status.values.link, first[LINE_STATUS_NAME];
	memcpy(first, link, sizeof(first));
	int error = control_server_new(&monitor->loop, link, &owner, &monitor->control);
	/* Lines without DEVICE may share their interface: the second one is eth0-2. */
	for (int i = 2; i < 10 && error == -EADDRINUSE; i++) {
		snprintf(link, sizeof(first), "%.13s-%d", first, i);
		error = control_server_new(&monitor->loop, link, &owner, &monitor->control);
	}
	if (error < 0)
		note(monitor, "no control socket: %s", strerror(-error));
}

static void watch_signal(struct monitor *monitor, uv_signal_t *handle, int number)
{
	struct sigaction before;
	if (number != SIGTERM && sigaction(number, NULL, &before) == 0 &&
	    before.sa_handler == SIG_IGN)
		return; /* nohup, or a shell's background job: the starter does not want it heard */
	uv_signal_init(&monitor->loop, handle);
	handle->data = monitor;
	uv_signal_start(handle, on_signal, number);
}

static int set_up(struct monitor *monitor)
{
	const struct line_host_owner owner = { monitor, note_host, host_is_up, host_has_failed };
	monitor->host = line_host_new(&monitor->loop, monitor->config, &owner);
	monitor->device_watch = device_watch_new();
	if (!monitor->host || !monitor->device_watch) {
		note(monitor, "cannot talk to the kernel (rtnetlink): %s", strerror(errno));
		return -1;
	}
	uv_poll_init(&monitor->loop, &monitor->on_device_watch,
		     device_watch_descriptor(monitor->device_watch));
	monitor->on_device_watch.data = monitor;
	uv_poll_start(&monitor->on_device_watch, UV_READABLE, on_device_watch);
	watch_signal(monitor, &monitor->on_term, SIGTERM);
	watch_signal(monitor, &monitor->on_int, SIGINT);
	watch_signal(monitor, &monitor->on_hup, SIGHUP);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL); /* ours, and what the starter may have blocked */
	uv_timer_init(&monitor->loop, &monitor->on_close_limit);
	uv_timer_init(&monitor->loop, &monitor->on_respawn);
	monitor->on_close_limit.data = monitor->on_respawn.data = monitor;

	int error = find_wire(monitor);
	if (error < 0)
		note_unusable(monitor, error);
	/* One that is not there (yet) is waited for: it may be a USB adapter. */
	return error == 0 || (error == -ENODEV && monitor->config->persist) ? 0 : -1;
}

static void close_handle(uv_handle_t *handle, void *context)
{
	(void)context;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void set_signals(void)
{
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN); /* a reader of the log that goes must not take the line along */
}

int monitor_main(const struct line_config *config, mono_us started, bool to_syslog)
{
	struct monitor monitor = {
		.config = config,
		.log = { .name = config->device[0] ? config->device : config->interface,
			 .started = started,
			 .to_syslog = to_syslog },
		.sockets = { -1, -1, -1 },
		.engine_socket = -1,
		.exit_code = 1,
	};
	prctl(PR_SET_DUMPABLE, 0); /* a password passes through this memory */
	set_signals();
	if (uv_loop_init(&monitor.loop) < 0)
		return 1;
	status_init(&monitor.status, config);
	if (set_up(&monitor) == 0) {
		open_control(&monitor);
		start_engine(&monitor);
		uv_run(&monitor.loop, UV_RUN_DEFAULT);
	}
	close_engine_socket(&monitor);
	line_host_undo(monitor.host);
	pid_files_remove(config);
	control_server_free(monitor.control); /* its end says that all is undone */
	close_sockets(&monitor);
	uv_walk(&monitor.loop, close_handle, NULL);
	uv_run(&monitor.loop, UV_RUN_DEFAULT);
	uv_loop_close(&monitor.loop);
	line_host_free(monitor.host);
	device_watch_free(monitor.device_watch);
	return monitor.exit_code;
}
