/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/monitor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <uv.h>

#include "crypto/digest.h"
#include "linux/clock.h"
#include "linux/device.h"
#include "linux/namespace.h"
#include "linux/process.h"
#include "program/line/descriptor_watch.h"
#include "program/line/engine_process.h"
#include "program/line/line_front.h"
#include "program/line/line_host.h"
#include "program/line/line_loop.h"
#include "program/line/link_settings.h"
#include "program/line/on_demand.h"
#include "program/line/own_secret.h"
#include "program/line/pid_files.h"
#include "program/line/respawn.h"
#include "program/line/wire.h"

struct monitor {
	const struct line_config *config;
	uv_loop_t loop;
	struct line_signals signals;
	uv_timer_t on_respawn, on_check;
	struct wire wire;
	struct descriptor_watch on_wire;
	struct device_watch *devices; /* in the namespace of the line's */
	struct descriptor_watch on_devices;
	struct line_host *host;

	struct engine_process *engine;
	struct respawn respawn;
	bool failed, finished; /* what the engine has said of its end */
	enum redial_cause cause; /* of the failure */
	struct on_demand on_demand; /* DEMAND */
	bool device_failed; /* the session was of no use: no device for it */
	mono_us device_since;
	bool device_was_up, device_went_down;
	struct link_session_id session; /* that the engine has open */
	struct message_left left; /* the one before */
	enum link_stage stage;
	struct line_front front;

	bool closing; /* asked to end */
	bool redialling; /* asked to dial anew: the engine's end is not the line's */
	int exit_code;
};

__attribute__((format(printf, 3, 4))) static void note(struct monitor *monitor,
						       enum log_priority priority,
						       const char *format, ...)
{
	char text[LINK_TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	line_front_log(&monitor->front, priority, monitor->stage, clock_now(), text);
}

static void publish(struct monitor *monitor)
{
	line_front_publish(&monitor->front, monitor->stage,
			   host_setup_device(line_host_setup(monitor->host)));
}

static void remember_left(struct monitor *monitor, const struct link_session_id *session)
{
	if (session->known)
		monitor->left = (struct message_left){ *session, monitor->wire.interface.address };
}

/* PADT for a session whose engine is dead. */
static void end_orphan(struct monitor *monitor)
{
	remember_left(monitor, &monitor->session);
	if (!monitor->session.known || monitor->wire.sockets[SOCKET_DISCOVERY] < 0)
		return;
	wire_send_padt(&monitor->wire, &monitor->session);
	monitor->session.known = false;
	line_host_session(monitor->host, &monitor->session, monitor->wire.interface.address,
			  monitor->wire.interface.carrier);
}

/* PADT for the session that a crash or a power cut has left, before the first PADI. */
static void end_left_session(struct monitor *monitor)
{
	struct link_session_id left;
	while (wire_has_carrier(&monitor->wire) &&
	       line_host_take_left_session(monitor->host, monitor->wire.interface.address, &left)) {
		wire_send_padt(&monitor->wire, &left);
		remember_left(monitor, &left);
		note(monitor, LOG_ENTRY_NOTICE,
		     "ended session=0x%04x, which an earlier end of this line had left",
		     (unsigned)left.id);
	}
}

static int find_wire(struct monitor *monitor)
{
	int error = wire_find(&monitor->wire);
	status_set_interface(&monitor->front.status, monitor->wire.name);
	end_left_session(monitor);
	return error;
}

static void note_unusable(struct monitor *monitor, int error)
{
	char text[LINK_TEXT_SIZE];
	wire_describe_error(&monitor->wire, error, text, sizeof(text));
	note(monitor, LOG_ENTRY_WARNING, "%s", text);
}

static void tell_wire(struct monitor *monitor, bool new_sockets)
{
	struct message message = { .kind = MESSAGE_WIRE };
	message.wire.wire = wire_now(&monitor->wire);
	message.wire.wire_index = monitor->wire.interface.index;
	message.wire.left = monitor->left;
	engine_process_tell(monitor->engine, &message, monitor->wire.sockets,
			    new_sockets ? MESSAGE_SOCKETS : 0);
	if (monitor->config->demand)
		on_demand_wire(&monitor->on_demand, wire_has_carrier(&monitor->wire));
}

static uint64_t wait_before_next_ms(struct monitor *monitor)
{
	return respawn_wait_ms(&monitor->respawn, clock_now(), monitor->device_failed,
			       monitor->failed && monitor->cause == REDIAL_REJECTED);
}

static void start_engine(struct monitor *monitor);
static void on_respawn(uv_timer_t *timer);

/* The session is of no use: end it, and begin anew in a while. */
static void device_failed(struct monitor *monitor)
{
	line_host_down(monitor->host);
	monitor->device_failed = true;
	engine_process_hang_up(monitor->engine);
}

static void addresses_changed(struct monitor *monitor, const struct link_addresses *addresses)
{
	const char *device = host_setup_device(line_host_setup(monitor->host));
	bool up = addresses->ipv4 || addresses->ipv6;
	if (up && monitor->device_failed)
		return; /* said before the engine was told */
	if (!up)
		note(monitor, LOG_ENTRY_NOTICE, "down device=%s", device[0] ? device : "none");
	line_host_addresses(monitor->host, addresses);
}

static void device_is_new(struct monitor *monitor)
{
	monitor->device_since = clock_now();
	monitor->device_was_up = monitor->device_went_down = false;
}

static void host_is_up(void *context, const struct link_addresses *addresses, int device,
		       const char *text)
{
	struct monitor *monitor = context;
	monitor->stage = LINK_OPEN;
	note(monitor, LOG_ENTRY_NOTICE, "%s", text);
	if (device >= 0 && !monitor->config->demand)
		device_is_new(monitor);
	on_demand_up(&monitor->on_demand);
	struct message message = { .kind = MESSAGE_PLANE, .addresses = *addresses };
	engine_process_tell(monitor->engine, &message, &device, device >= 0 ? 1 : 0);
	publish(monitor);
}

static void host_has_failed(void *context, const char *text)
{
	struct monitor *monitor = context;
	note(monitor, LOG_ENTRY_ERROR, "%s", text);
	status_device_failed(&monitor->front.status, text);
	device_failed(monitor);
	publish(monitor);
}

static void note_text(void *context, const char *text)
{
	note(context, LOG_ENTRY_NOTICE, "%s", text);
}

/* DEMAND: for the packet that dials, or until one may. */
static void waiting_has_changed(void *context)
{
	struct monitor *monitor = context;
	const struct demand *demand = &monitor->on_demand.machine;
	monitor->stage = on_demand_stage(&monitor->on_demand);
	status_set_redial(&monitor->front.status, demand_deadline(demand));
	if (monitor->stage == LINK_IDLE)
		note(monitor, LOG_ENTRY_NOTICE, "waiting for traffic device=%s",
		     host_setup_device(line_host_setup(monitor->host)));
	else if (monitor->stage == LINK_WAITING)
		note(monitor, LOG_ENTRY_INFO, "traffic does not dial for_ms=%u",
		     (unsigned)((demand->until - clock_now()) / 1000));
	else
		note(monitor, LOG_ENTRY_INFO, "traffic does not dial without carrier");
	publish(monitor);
}

static void note_pid_files(struct monitor *monitor, pid_t pid)
{
	int error = pid_files_write(monitor->config, pid);
	if (error < 0)
		note(monitor, LOG_ENTRY_WARNING, "%s.pppd cannot be written: %s",
		     monitor->config->pid_file, strerror(-error));
}

/* DEMAND: the device is there, and nothing else. */
static void rest(struct monitor *monitor)
{
	int before = host_setup_index(line_host_setup(monitor->host));
	int device = line_host_rest(monitor->host);
	if (device < 0) {
		monitor->stage = LINK_OFF;
		uv_timer_start(&monitor->on_respawn, on_respawn, wait_before_next_ms(monitor), 0);
		publish(monitor);
		return;
	}
	if (host_setup_index(line_host_setup(monitor->host)) != before)
		device_is_new(monitor);
	note_pid_files(monitor, getpid()); /* whose device it is */
	on_demand_wait(&monitor->on_demand, device);
	waiting_has_changed(monitor);
}

static void traffic_dials(void *context)
{
	struct monitor *monitor = context;
	monitor->stage = LINK_IDLE;
	note(monitor, LOG_ENTRY_NOTICE, "traffic: dialling");
	start_engine(monitor);
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
	note(monitor, LOG_ENTRY_WARNING, "somebody %s the line's device: it is made anew",
	     gone ? "removed" : "has set down");
	struct link_addresses addresses = host_setup_addresses(line_host_setup(monitor->host));
	on_demand_stop(&monitor->on_demand);
	line_host_lose_device(monitor->host);
	bool at_once = clock_now() - monitor->device_since < RESPAWN_MS * 1000;
	device_is_new(monitor);
	if (engine_process_pid(monitor->engine) == 0)
		uv_timer_start(&monitor->on_respawn, on_respawn, at_once ? RESPAWN_MS : 0, 0);
	else if (gone && at_once)
		device_failed(monitor);
	else
		addresses_changed(monitor, &addresses);
}

static void wire_gone(struct monitor *monitor)
{
	note(monitor, LOG_ENTRY_WARNING, "interface=%s is gone", monitor->wire.name);
	wire_lose(&monitor->wire);
	tell_wire(monitor, false);
}

static void wire_appeared(struct monitor *monitor)
{
	int error = find_wire(monitor);
	if (error == 0)
		tell_wire(monitor, true);
	else if (error != -ENODEV) /* waited for, as before */
		note_unusable(monitor, error);
}

static void wire_changed(struct monitor *monitor, const struct device_event *event)
{
	const struct packet_interface *now = &monitor->wire.interface, before = *now;
	wire_hear(&monitor->wire, event);
	if (before.carrier == now->carrier && before.mtu == now->mtu &&
	    mac_equal(before.address, now->address))
		return;
	if (before.carrier != now->carrier)
		note(monitor, LOG_ENTRY_NOTICE, "interface=%s carrier=%s", monitor->wire.name,
		     now->carrier ? "yes" : "no");
	end_left_session(monitor);
	tell_wire(monitor, false);
}

static void device_changed(void *context, const struct device_event *event)
{
	struct monitor *monitor = context;
	if (host_setup_owns(line_host_setup(monitor->host), event->index))
		line_device_changed(monitor, event);
}

/* Where messages were lost, nothing of the line's device is known to have changed. */
static void on_devices(void *context)
{
	struct monitor *monitor = context;
	device_watch_read(monitor->devices, device_changed, monitor);
}

static void wire_event(void *context, const struct device_event *event)
{
	struct monitor *monitor = context;
	const struct wire *wire = &monitor->wire;
	if (wire->present && event->index == wire->interface.index)
		event->kind == DEVICE_GONE ? wire_gone(monitor) : wire_changed(monitor, event);
	if (wire_may_appear(wire, event))
		wire_appeared(monitor);
}

static void on_wire(void *context)
{
	struct monitor *monitor = context;
	if (device_watch_read(monitor->wire.watch, wire_event, monitor) != -ENOBUFS)
		return;
	const struct wire before = monitor->wire;
	find_wire(monitor);
	tell_wire(monitor, monitor->wire.present &&
				   (!before.present ||
				    before.interface.index != monitor->wire.interface.index));
}

static void check_engine(void *context)
{
	struct monitor *monitor = context;
	engine_process_check(monitor->engine);
}

static void on_check(uv_timer_t *timer)
{
	check_engine(timer->data);
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
		note(monitor, LOG_ENTRY_WARNING, "%s", problem);
	engine_process_tell(monitor->engine, &message, NULL, 0);
	digest_wipe(&message, sizeof(message));
}

/*
 * An engine that hangs is found in the time that a dead peer is.  Where echoes are off nothing
 * wakes an idle line, this neither: then it is found by the watchdog, or when somebody asks for the
 * status.
 */
static void watch_engine(struct monitor *monitor, bool session)
{
	const struct line_config *config = monitor->config;
	uint64_t every_ms = (uint64_t)config->echo_interval_s * config->echo_failures * 1000;
	if (session && every_ms > 0)
		uv_timer_start(&monitor->on_check, on_check, every_ms, every_ms);
	else
		uv_timer_stop(&monitor->on_check);
}

static void hear_session(struct monitor *monitor, const struct link_session_id *session)
{
	remember_left(monitor, &monitor->session);
	monitor->session = *session;
	if (session->known)
		monitor->front.log.session = *session; /* its last lines come after its end */
	watch_engine(monitor, session->known);
	line_host_session(monitor->host, session, monitor->wire.interface.address,
			  wire_has_carrier(&monitor->wire));
}

static void hear_report(struct monitor *monitor, enum message_kind kind,
			const struct message_report *report)
{
	enum log_priority priority = LOG_ENTRY_INFO;
	if (report->stage == LINK_DISCOVERY)
		monitor->front.log.session.known = false;
	monitor->stage = report->stage;
	if (kind == MESSAGE_FAILED) {
		monitor->failed = true;
		monitor->cause = report->cause;
		priority = monitor->config->persist ? LOG_ENTRY_WARNING : LOG_ENTRY_ERROR;
	}
	line_front_log(&monitor->front, priority, report->stage, report->at, report->text);
	if (kind == MESSAGE_FAILED && monitor->config->persist)
		line_host_lost(monitor->host);
	if (report->accepted)
		line_host_authenticated(monitor->host);
}

static void hear_engine(void *context, const struct message *message)
{
	struct monitor *monitor = context;
	status_hear(&monitor->front.status, message);
	switch (message->kind) {
	case MESSAGE_SESSION:
		hear_session(monitor, &message->session);
		break;
	case MESSAGE_ADDRESSES:
		addresses_changed(monitor, &message->addresses);
		break;
	case MESSAGE_NEED_SECRET:
		give_secret(monitor, message->report.text, message->report.question);
		break;
	case MESSAGE_EVENT:
	case MESSAGE_FAILED:
		hear_report(monitor, message->kind, &message->report);
		break;
	case MESSAGE_ALIVE:
		return; /* an answer to a question; nothing has changed */
	case MESSAGE_FINISHED:
		monitor->finished = true;
		monitor->session.known = false;
		monitor->stage = LINK_OFF;
		break;
	case MESSAGE_START:
	case MESSAGE_WIRE:
	case MESSAGE_SECRET:
	case MESSAGE_PLANE:
	case MESSAGE_CLOSE:
	case MESSAGE_ASK:
	case MESSAGE_KIND_COUNT:
		break;
	}
	publish(monitor);
}

static void on_respawn(uv_timer_t *timer)
{
	struct monitor *monitor = timer->data;
	if (monitor->closing || engine_process_pid(monitor->engine) != 0)
		return;
	if (monitor->config->demand && !monitor->redialling)
		rest(monitor);
	else
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

/* DEMAND: whatever its end was, no packet has asked for another dial yet. */
static void rest_after(struct monitor *monitor, bool orderly)
{
	enum redial_cause cause = monitor->cause;
	if (!monitor->failed) /* it died, or its device could not be had */
		cause = monitor->on_demand.machine.up_since != MONO_NEVER && !monitor->device_failed
				? REDIAL_LOST
				: REDIAL_FAILED;
	if (orderly)
		on_demand_rested(&monitor->on_demand);
	else
		on_demand_failed(&monitor->on_demand, cause);
	monitor->device_failed = false;
	rest(monitor);
}

static void engine_ended(void *context, int exit_code, int term_signal)
{
	struct monitor *monitor = context;
	bool orderly = monitor->finished && !monitor->failed && !monitor->device_failed;
	end_orphan(monitor);
	watch_engine(monitor, false);
	line_host_down(monitor->host);
	status_set_engine(&monitor->front.status, 0);
	if (term_signal != 0)
		note(monitor, LOG_ENTRY_WARNING, "the engine was killed by signal %d", term_signal);
	else if (exit_code != 0)
		note(monitor, LOG_ENTRY_WARNING, "the engine ended with code %d", exit_code);
	bool goes_on = monitor->redialling || monitor->config->persist ||
		       (monitor->config->demand && orderly);
	if (monitor->closing || !goes_on) {
		end(monitor, monitor->closing || orderly ? 0 : 1);
		return;
	}
	monitor->stage = LINK_OFF;
	/* On demand, one that has ended by itself was idle, or has said already what it lost. */
	if (!monitor->redialling && !(monitor->config->demand && monitor->finished))
		line_host_lost(monitor->host);
	if (monitor->config->demand && !monitor->redialling) {
		rest_after(monitor, orderly);
		return;
	}
	uint64_t wait_ms = monitor->redialling ? 0 : wait_before_next_ms(monitor);
	note(monitor, LOG_ENTRY_INFO, "dialling anew in_ms=%u", (unsigned)wait_ms);
	monitor->device_failed = false;
	uv_timer_start(&monitor->on_respawn, on_respawn, wait_ms, 0);
	publish(monitor);
}

static void tell_start(struct monitor *monitor)
{
	struct message message = { .kind = MESSAGE_START };
	message.start.config = link_settings_of(monitor->config);
	message.start.wire = wire_now(&monitor->wire);
	message.start.wire_index = monitor->wire.interface.index;
	message.start.left = monitor->left;
	entropy_fill(message.start.seed, sizeof(message.start.seed));
	engine_process_tell(monitor->engine, &message, monitor->wire.sockets,
			    monitor->wire.present ? MESSAGE_SOCKETS : 0);
	digest_wipe(&message, sizeof(message));
}

static void start_engine(struct monitor *monitor)
{
	respawn_started(&monitor->respawn, clock_now());
	int error = engine_process_start(monitor->engine);
	if (error < 0) {
		note(monitor, LOG_ENTRY_ERROR, "the engine cannot be started: %s",
		     uv_strerror(error));
		if (!monitor->config->persist)
			end(monitor, 1);
		else if (monitor->config->demand)
			rest_after(monitor, false);
		else
			uv_timer_start(&monitor->on_respawn, on_respawn,
				       wait_before_next_ms(monitor), 0);
		return;
	}
	monitor->redialling = monitor->failed = monitor->finished = false;
	on_demand_dialled(&monitor->on_demand);
	pid_t pid = engine_process_pid(monitor->engine);
	status_set_engine(&monitor->front.status, pid);
	note_pid_files(monitor, pid);
	tell_start(monitor);
}

static void end_engine(struct monitor *monitor)
{
	engine_process_hang_up(monitor->engine);
	monitor->stage = LINK_CLOSING;
	publish(monitor);
}

static void begin_closing(struct monitor *monitor)
{
	monitor->closing = true;
	on_demand_stop(&monitor->on_demand);
	line_front_stopping(&monitor->front);
	if (engine_process_pid(monitor->engine) != 0)
		end_engine(monitor);
	else
		end(monitor, 0);
}

static void on_signal(void *context, int number)
{
	struct monitor *monitor = context;
	note(monitor, LOG_ENTRY_NOTICE, "hanging up: signal %d", number);
	begin_closing(monitor);
}

static void count(void *context, struct device_counters *ret_counters)
{
	const struct monitor *monitor = context;
	host_setup_count(line_host_setup(monitor->host), ret_counters);
}

static void asked_to_hang_up(void *context)
{
	struct monitor *monitor = context;
	note(monitor, LOG_ENTRY_NOTICE, "hanging up: asked to over the control socket");
	begin_closing(monitor);
}

static void asked_to_redial(void *context)
{
	struct monitor *monitor = context;
	if (monitor->closing)
		return;
	note(monitor, LOG_ENTRY_NOTICE, "dialling anew: asked to over the control socket");
	monitor->redialling = true;
	if (engine_process_pid(monitor->engine) != 0) {
		end_engine(monitor);
		return;
	}
	uv_timer_stop(&monitor->on_respawn);
	start_engine(monitor);
}

#define CANNOT_TALK "cannot talk to the kernel (rtnetlink): %s"

/* The interface stays in the namespace that we were started in; all else is done in NETNS. */
static int enter_networks(struct monitor *monitor)
{
	const char *name = monitor->config->network;
	int error = wire_open(&monitor->wire, monitor->config);
	if (error < 0) {
		note(monitor, LOG_ENTRY_ERROR, CANNOT_TALK, strerror(-error));
		return error;
	}
	int network = name[0] ? namespace_open(name) : -1;
	if (network >= 0) {
		error = namespace_enter(network);
		close(network);
	} else if (name[0]) {
		error = network;
	}
	if (error == -ENOENT || error == -EINVAL)
		note(monitor, LOG_ENTRY_ERROR,
		     "NETNS=%s: there is no such network namespace; make it with `ip netns add "
		     "%s`",
		     name, name);
	else if (error < 0)
		note(monitor, LOG_ENTRY_ERROR, "NETNS=%s cannot be entered: %s", name,
		     strerror(-error));
	return error;
}

static int set_up(struct monitor *monitor)
{
	const struct line_host_owner owner = { monitor, note_text, host_is_up, host_has_failed };
	const struct engine_owner engine_owner = { monitor, hear_engine, note_text, engine_ended };
	if (enter_networks(monitor) < 0)
		return -1;
	monitor->host = line_host_new(&monitor->loop, monitor->config, monitor->wire.name, &owner);
	monitor->engine = engine_process_new(&monitor->loop, &engine_owner);
	monitor->devices = device_watch_new();
	if (!monitor->host || !monitor->engine || !monitor->devices) {
		note(monitor, LOG_ENTRY_ERROR, CANNOT_TALK, strerror(errno));
		return -1;
	}
	line_front_set_name(&monitor->front, line_host_name(monitor->host));
	descriptor_watch_start(&monitor->on_devices, &monitor->loop,
			       device_watch_descriptor(monitor->devices), on_devices, monitor);
	descriptor_watch_start(&monitor->on_wire, &monitor->loop,
			       device_watch_descriptor(monitor->wire.watch), on_wire, monitor);
	line_loop_watch_signals(&monitor->loop, &monitor->signals);
	uv_timer_init(&monitor->loop, &monitor->on_respawn);
	uv_timer_init(&monitor->loop, &monitor->on_check);
	monitor->on_respawn.data = monitor->on_check.data = monitor;

	const struct on_demand_owner demand_owner = { monitor, traffic_dials, waiting_has_changed };
	on_demand_init(&monitor->on_demand, &monitor->loop, &demand_owner);

	int error = find_wire(monitor);
	if (error < 0)
		note_unusable(monitor, error);
	on_demand_wire(&monitor->on_demand, wire_has_carrier(&monitor->wire));
	/* One that is not there (yet) is waited for: it may be a USB adapter. */
	return error == 0 || (error == -ENODEV && monitor->config->persist) ? 0 : -1;
}

int monitor_main(const struct line_config *config, mono_us started, bool to_syslog)
{
	struct monitor monitor = {
		.config = config,
		.signals = { on_signal, &monitor },
		.wire = { .network = -1 },
		.exit_code = 1,
	};
	prctl(PR_SET_DUMPABLE, 0); /* a password passes through this memory */
	line_loop_prepare();
	if (uv_loop_init(&monitor.loop) < 0)
		return 1;
	const struct line_front_owner owner = { &monitor, check_engine, count, asked_to_redial,
						asked_to_hang_up };
	line_front_init(&monitor.front, &monitor.loop, config, started, to_syslog, &owner);
	if (set_up(&monitor) == 0) {
		line_front_open(&monitor.front);
		config->demand ? rest(&monitor) : start_engine(&monitor);
		line_front_ready(&monitor.front);
		uv_run(&monitor.loop, UV_RUN_DEFAULT);
	}
	engine_process_close(monitor.engine);
	line_host_undo(monitor.host);
	wire_undo(&monitor.wire);
	pid_files_remove(config);
	line_front_close(&monitor.front);
	line_loop_close(&monitor.loop);
	engine_process_free(monitor.engine);
	line_host_free(monitor.host);
	device_watch_free(monitor.devices);
	wire_close(&monitor.wire);
	line_front_done(&monitor.front);
	return monitor.exit_code;
}
