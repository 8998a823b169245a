/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/engine.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "linux/clock.h"
#include "linux/packet_socket.h"
#include "linux/process.h"
#include "plane/plane.h"
#include "program/line/message.h"

#define FRAME_MAX 4096 /* no control frame that we could answer is longer */
#define BATCH 16 /* frames of one socket before the others get their turn */

enum engine_poll { POLL_MONITOR, POLL_DISCOVERY, POLL_CONTROL, POLL_PLANE };
#define POLLS (POLL_PLANE + PLANE_POLLS)

struct engine {
	struct link link;
	int monitor; /* -1 when it is gone */
	int sockets[MESSAGE_SOCKETS]; /* -1: no interface */
	int device; /* TUN descriptor, -1: none */
	int wire_index;
	struct plane *plane;
	uint64_t plane_heard, plane_moved; /* packets in, and in all, that the link was told of */
	uint64_t plane_drops[PLANE_DROP_COUNT]; /* of the planes before this one */
	uint32_t question; /* number of the last MESSAGE_NEED_SECRET */
	bool started, ended;
	bool alone; /* the monitor is gone, and the link was told */
	int exit_code;
};

/* leave_alone() follows, once the link is not in the middle of something. */
static void lose_monitor(struct engine *engine)
{
	close(engine->monitor);
	engine->monitor = -1;
}

static void tell(struct engine *engine, struct message *message)
{
	if (engine->monitor < 0)
		return;
	int error = message_send(engine->monitor, message, NULL, 0);
	/* A monitor that is slow to read misses words for the log; all else it has to know. */
	if (error == -EAGAIN && message->kind == MESSAGE_EVENT)
		return;
	if (error < 0)
		lose_monitor(engine);
}

static struct message_failure failure_of(const struct engine *engine,
					 const struct link_failure *failure)
{
	struct message_failure told = { .at = LINK_OFF, .redial_in_ms = MESSAGE_NO_REDIAL };
	if (!failure)
		return told;
	mono_us wait = engine->link.redial_at - clock_now();
	told.at = failure->stage;
	if (engine->link.redial_at != MONO_NEVER)
		told.redial_in_ms = (uint32_t)(wait > 0 ? wait / 1000 : 0);
	snprintf(told.what, sizeof(told.what), "%s", failure->what);
	snprintf(told.advice, sizeof(told.advice), "%s", failure->advice);
	snprintf(told.words, sizeof(told.words), "%s", failure->words);
	return told;
}

static void tell_report(struct engine *engine, enum message_kind kind,
			const struct link_action *action)
{
	const struct link *link = &engine->link;
	struct message message = { .kind = kind };
	struct message_report *report = &message.report;
	*report = (struct message_report){
		.stage = action->stage,
		.at = clock_now(),
		.accepted = action->accepted,
		.cause = action->failure ? action->failure->cause : REDIAL_LOST,
		.failure = failure_of(engine, action->failure),
	};
	if (kind == MESSAGE_NEED_SECRET)
		report->question = ++engine->question;
	snprintf(report->text, sizeof(report->text), "%s", action->text);
	if (link->session.known) {
		const struct pppoe_session *session = pppoe_host_session(&link->host);
		snprintf(report->concentrator, sizeof(report->concentrator), "%s",
			 session->concentrator_name);
		snprintf(report->service, sizeof(report->service), "%s", session->service_name);
		snprintf(report->auth, sizeof(report->auth), "%s",
			 ppp_auth_name(link->ppp.lcp.prove_by));
	}
	tell(engine, &message);
}

static void count_plane_drops(const struct engine *engine, uint64_t ret[PLANE_DROP_COUNT])
{
	struct plane_counters counters = { 0 };
	if (engine->plane)
		plane_tun.counters(engine->plane, &counters);
	for (unsigned i = 0; i < PLANE_DROP_COUNT; i++)
		ret[i] = engine->plane_drops[i] + counters.drops[i];
}

static void tell_alive(struct engine *engine)
{
	struct message message = { .kind = MESSAGE_ALIVE };
	struct message_drops *drops = &message.drops;
	const struct link *link = &engine->link;
	for (unsigned i = 0; engine->started && i < PPPOE_DROP_COUNT; i++)
		drops->discovery[i] = link_discovery_drops(link, (enum pppoe_drop)i);
	memcpy(drops->session, link->drops, sizeof(drops->session));
	count_plane_drops(engine, drops->data);
	tell(engine, &message);
}

static void close_plane(struct engine *engine)
{
	count_plane_drops(engine, engine->plane_drops);
	plane_tun.close(engine->plane);
	engine->plane = NULL;
	engine->plane_heard = engine->plane_moved = 0;
}

static void close_device(struct engine *engine)
{
	close_plane(engine);
	if (engine->device >= 0)
		close(engine->device);
	engine->device = -1;
}

/* The sockets are narrowed to this session as soon as it is known, and widened when it is over. */
static void set_filters(struct engine *engine)
{
	const struct link_session_id *id = &engine->link.session;
	const struct packet_session session = { id->known, id->peer, id->id };
	struct mac address = engine->link.wire.address;
	if (engine->sockets[SOCKET_CONTROL] < 0)
		return;
	packet_filter_discovery(engine->sockets[SOCKET_DISCOVERY], address, false);
	packet_filter_control(engine->sockets[SOCKET_CONTROL], address, &session);
	if (id->known) {
		packet_filter_data(engine->sockets[SOCKET_DATA], address, &session);
	} else {
		packet_filter_none(engine->sockets[SOCKET_DATA]);
		packet_socket_drain(engine->sockets[SOCKET_DATA]);
	}
}

static void send_frame(struct engine *engine, enum message_socket which, struct bytes frame)
{
	/* A full queue, or a wire that is down, is a lost frame: the protocols send it again. */
	if (engine->sockets[which] >= 0)
		(void)!send(engine->sockets[which], frame.data, frame.length, MSG_DONTWAIT);
}

static void act(struct engine *engine, const struct link_action *action)
{
	struct message message = { 0 };
	switch (action->kind) {
	case LINK_SEND_DISCOVERY:
		send_frame(engine, SOCKET_DISCOVERY, action->frame);
		break;
	case LINK_SEND_SESSION:
		send_frame(engine, SOCKET_CONTROL, action->frame);
		break;
	case LINK_SESSION:
		set_filters(engine);
		message.kind = MESSAGE_SESSION;
		message.session = action->session;
		tell(engine, &message);
		break;
	case LINK_NEED_SECRET:
		tell_report(engine, MESSAGE_NEED_SECRET, action);
		break;
	case LINK_ADDRESSES:
		if (!action->addresses.ipv4 && !action->addresses.ipv6)
			close_device(engine);
		message.kind = MESSAGE_ADDRESSES;
		message.addresses = action->addresses;
		tell(engine, &message);
		break;
	case LINK_EVENT:
		tell_report(engine, MESSAGE_EVENT, action);
		break;
	case LINK_FAILED:
		tell_report(engine, MESSAGE_FAILED, action);
		break;
	case LINK_FINISHED:
		message.kind = MESSAGE_FINISHED;
		tell(engine, &message);
		engine->ended = true;
		break;
	}
}

static void drain(struct engine *engine)
{
	struct link_action action;
	while (link_next_action(&engine->link, &action))
		act(engine, &action);
}

static void take_sockets(struct engine *engine, const int descriptors[MESSAGE_SOCKETS])
{
	for (size_t i = 0; i < MESSAGE_SOCKETS; i++) {
		if (engine->sockets[i] >= 0)
			close(engine->sockets[i]);
		engine->sockets[i] = descriptors[i];
	}
}

static void open_plane(struct engine *engine, const struct link_addresses *addresses, int device)
{
	close_plane(engine);
	if (device >= 0) {
		close_device(engine);
		engine->device = device;
	}
	const struct link_addresses *now = &engine->link.addresses;
	if (engine->device < 0 || !engine->link.session.known || (!now->ipv4 && !now->ipv6)) {
		close_device(engine); /* the session went while the device was being made */
		return;
	}
	const struct plane_link link = {
		.wire = engine->sockets[SOCKET_DATA],
		.device = engine->device,
		.wire_index = engine->wire_index,
		.local = engine->link.wire.address,
		.peer = engine->link.session.peer,
		.session_id = engine->link.session.id,
		.mtu = addresses->mtu,
		.mru = addresses->mru,
		.ipv4 = now->ipv4,
		.ipv6 = now->ipv6,
	};
	engine->plane = plane_tun.open(&link);
	if (!engine->plane) {
		/* A line that is up and moves nothing helps nobody: let another engine try. */
		engine->exit_code = 1;
		engine->ended = true;
	}
}

static void start(struct engine *engine, struct message_start *start, mono_us now)
{
	engine->wire_index = start->wire_index;
	link_init(&engine->link, &start->config, start->seed);
	digest_wipe(start->seed, sizeof(start->seed));
	engine->started = true;
	link_remember(&engine->link, &start->left.session, start->left.address);
	link_wire(&engine->link, &start->wire, now);
	set_filters(engine);
	link_open(&engine->link, now);
}

static void hear_monitor(struct engine *engine, struct message *message, int descriptors[],
			 mono_us now)
{
	switch (message->kind) {
	case MESSAGE_START:
		take_sockets(engine, descriptors);
		start(engine, &message->start, now);
		break;
	case MESSAGE_WIRE:
		engine->wire_index = message->wire.wire_index;
		if (descriptors[0] >= 0 || !message->wire.wire.present)
			take_sockets(engine, descriptors);
		link_remember(&engine->link, &message->wire.left.session,
			      message->wire.left.address);
		link_wire(&engine->link, &message->wire.wire, now);
		set_filters(engine);
		break;
	case MESSAGE_SECRET: {
		const struct message_secret *secret = &message->secret;
		struct bytes bytes = bytes_of(secret->bytes, secret->length);
		/* An answer that a session before had asked for may be another peer's secret. */
		if (secret->question == engine->question)
			link_secret(&engine->link, secret->found ? &bytes : NULL, now);
		digest_wipe(&message->secret, sizeof(message->secret));
		break;
	}
	case MESSAGE_PLANE:
		open_plane(engine, &message->addresses, descriptors[0]);
		break;
	case MESSAGE_CLOSE:
		link_close(&engine->link, "Hung up", now);
		break;
	case MESSAGE_ASK:
		tell_alive(engine);
		break;
	case MESSAGE_ALIVE:
	case MESSAGE_SESSION:
	case MESSAGE_ADDRESSES:
	case MESSAGE_NEED_SECRET:
	case MESSAGE_EVENT:
	case MESSAGE_FAILED:
	case MESSAGE_FINISHED:
	case MESSAGE_KIND_COUNT:
		break;
	}
}

static void read_monitor(struct engine *engine, mono_us now)
{
	struct message message;
	int descriptors[MESSAGE_SOCKETS], result;
	while ((result = message_receive(engine->monitor, &message, descriptors, false)) > 0) {
		if (engine->started || message.kind == MESSAGE_START || message.kind == MESSAGE_ASK)
			hear_monitor(engine, &message, descriptors, now);
		drain(engine);
		if (engine->monitor < 0)
			return;
	}
	if (result != -EAGAIN)
		lose_monitor(engine);
}

/* The monitor is gone, and with it whoever set up routes and device: hang up. */
static void leave_alone(struct engine *engine, mono_us now)
{
	engine->alone = true;
	close_device(engine);
	if (!engine->started)
		engine->ended = true;
	else
		link_close(&engine->link, "The line's keeper is gone", now);
	drain(engine);
}

static void read_frames(struct engine *engine, enum message_socket which, mono_us now)
{
	uint8_t frame[FRAME_MAX];
	for (unsigned i = 0; i < BATCH && engine->sockets[which] >= 0; i++) {
		ssize_t length = recv(engine->sockets[which], frame, sizeof(frame),
				      MSG_DONTWAIT | MSG_TRUNC);
		if (length < 0)
			return; /* nothing left, or the interface went down: rtnetlink tells */
		if ((size_t)length > sizeof(frame))
			continue;
		link_receive(&engine->link, bytes_of(frame, (size_t)length), now);
		drain(engine);
	}
}

static void run_plane(struct engine *engine, const struct pollfd polls[PLANE_POLLS], mono_us now)
{
	if (plane_tun.run(engine->plane, polls) < 0) {
		close_plane(engine);
		return;
	}
	struct plane_counters counters;
	plane_tun.counters(engine->plane, &counters);
	if (counters.in_packets != engine->plane_heard)
		link_heard(&engine->link);
	engine->plane_heard = counters.in_packets;
	if (counters.in_packets + counters.out_packets != engine->plane_moved)
		link_moved(&engine->link, now);
	engine->plane_moved = counters.in_packets + counters.out_packets;
}

static void run_once(struct engine *engine)
{
	struct pollfd polls[POLLS] = {
		[POLL_MONITOR] = { .fd = engine->monitor, .events = POLLIN },
		[POLL_DISCOVERY] = { .fd = engine->sockets[SOCKET_DISCOVERY], .events = POLLIN },
		[POLL_CONTROL] = { .fd = engine->sockets[SOCKET_CONTROL], .events = POLLIN },
	};
	nfds_t count = POLL_PLANE;
	if (engine->plane) {
		plane_tun.polls(engine->plane, polls + POLL_PLANE);
		count = POLLS;
	}
	mono_us deadline = engine->started ? link_deadline(&engine->link) : MONO_NEVER;
	if (poll(polls, count, clock_poll_timeout(deadline, clock_now())) < 0)
		return;
	mono_us now = clock_now();
	if (polls[POLL_MONITOR].revents)
		read_monitor(engine, now);
	/* What came together: PADS before the first PPP packet, PADT after the last. */
	bool open = engine->link.session.known;
	if (open && polls[POLL_CONTROL].revents)
		read_frames(engine, SOCKET_CONTROL, now);
	if (polls[POLL_DISCOVERY].revents)
		read_frames(engine, SOCKET_DISCOVERY, now);
	if (!open && polls[POLL_CONTROL].revents)
		read_frames(engine, SOCKET_CONTROL, now);
	if (engine->plane && count == POLLS)
		run_plane(engine, polls + POLL_PLANE, now);
	if (engine->started && now >= deadline) {
		link_tick(&engine->link, now);
		drain(engine);
	}
	if (engine->monitor < 0 && !engine->alone)
		leave_alone(engine, now);
}

int engine_main(int monitor)
{
	/* The terminal's and the service manager's signals go to the whole group: the monitor
	 * decides. */
	static const int ignored[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE };
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);

	prctl(PR_SET_NAME, "pppoe-connect", 0, 0, 0); /* it is "exe", by the way it was started */
	process_close_from(monitor + 1); /* whatever our starter has left open */
	int error = process_confine("dialtone");
	if (error < 0) {
		fprintf(stderr, "pppoe-connect: engine: cannot give up privileges: %s\n",
			strerror(-error));
		return 1;
	}
	static struct engine engine; /* too large for the stack; main's one */
	engine = (struct engine){ .monitor = monitor, .sockets = { -1, -1, -1 }, .device = -1 };
	while (!engine.ended)
		run_once(&engine);
	close_device(&engine);
	return engine.exit_code;
}
