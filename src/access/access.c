/* SPDX-License-Identifier: BSD-2-Clause */
#include "access/access.h"

#include "access/events.h"
#include "access/pool.h"
#include "base/text.h"

#define SHUTDOWN_MS 2000
#define HURRY_US 1000 /* a session that is still due after its tick has to wait for so long */

struct access_config access_config_default(struct mac address)
{
	struct access_config config = {
		.pppoe = pppoe_concentrator_config_default(address),
		.ppp = ppp_config_default(),
	};
	config.ppp.prove_by = PPP_AUTH_NONE;
	config.ppp.request_dns = false;
	config.ppp.assign_address = true;
	return config;
}

/* The block's parts, those that need the strictest alignment first. */
struct layout {
	size_t sessions, paths, deadlines, map, slots, heap, positions, pool, total;
};

static struct layout lay_out(uint32_t slots)
{
	struct layout layout;
	size_t map_size = sizeof(struct slot_map_entry) * slot_map_size(slots);
	layout.sessions = 0;
	layout.paths = layout.sessions + sizeof(struct access_session) * slots;
	layout.deadlines = layout.paths + sizeof(struct access_path) * slots;
	layout.map = layout.deadlines + sizeof(mono_us) * slots;
	layout.slots = layout.map + 2 * map_size;
	layout.heap = layout.slots + sizeof(struct pppoe_slot) * slots;
	layout.positions = layout.heap + sizeof(uint32_t) * slots;
	layout.pool = layout.positions + sizeof(uint32_t) * slots;
	layout.total = layout.pool + slots;
	return layout;
}

size_t access_memory_size(uint32_t slots)
{
	return lay_out(slots).total;
}

static void take_memory(struct access *a, uint8_t *memory)
{
	struct layout layout = lay_out(a->slot_count);
	uint32_t map_size = slot_map_size(a->slot_count);
	struct slot_map_entry *maps = (void *)(memory + layout.map);
	a->sessions = (void *)(memory + layout.sessions);
	a->paths = (void *)(memory + layout.paths);
	a->slots = (void *)(memory + layout.slots);
	a->pool = memory + layout.pool;
	for (uint32_t i = 0; i < a->slot_count; i++)
		a->paths[i] = (struct access_path){ 0 };
	slot_map_init(&a->addresses, maps, map_size, random_u64(&a->random));
	slot_map_init(&a->interface_ids, maps + map_size, map_size, random_u64(&a->random));
	deadlines_init(&a->deadlines, (void *)(memory + layout.deadlines),
		       (void *)(memory + layout.heap), (void *)(memory + layout.positions),
		       a->slot_count);
}

void access_init(struct access *a, const struct access_config *config, void *memory,
		 const uint8_t seed[RANDOM_SEED_LENGTH])
{
	memset(a, 0, sizeof(*a));
	a->config = *config;
	if (a->config.pppoe.sessions_max > PPPOE_SESSIONS_MAX)
		a->config.pppoe.sessions_max = PPPOE_SESSIONS_MAX;
	a->slot_count = a->config.pppoe.sessions_max;
	a->close_until = MONO_NEVER;
	random_init(&a->random, seed);
	ppp_outbox_init(&a->outbox);
	take_memory(a, memory);
	pool_init(a);
	pppoe_concentrator_init(&a->concentrator, &a->config.pppoe, a->slots, &a->random);
}

void access_reserve(struct access *a, uint32_t address)
{
	pool_reserve(a, address);
}

unsigned access_sessions(const struct access *a)
{
	return pppoe_concentrator_sessions(&a->concentrator);
}

uint64_t access_discovery_drops(const struct access *a, enum pppoe_concentrator_drop reason)
{
	return pppoe_concentrator_drops(&a->concentrator, reason);
}

const struct access_path *access_path(const struct access *a, uint32_t slot)
{
	return slot < a->slot_count && a->paths[slot].session_id != 0 ? &a->paths[slot] : NULL;
}

uint32_t access_slots(const struct access *a)
{
	return a->slot_count;
}

bool access_look(const struct access *a, uint32_t slot, struct access_view *ret_view)
{
	if (!access_path(a, slot))
		return false;
	*ret_view = (struct access_view){ &a->paths[slot], &a->sessions[slot] };
	return true;
}

static mono_us limit_at(mono_us from, uint32_t seconds)
{
	return seconds == 0 ? MONO_NEVER : from + (mono_us)seconds * 1000000;
}

/* Moved on by each packet, so it may be early: then the tick finds nothing to do. */
static mono_us limits_deadline(const struct access_session *session, const struct access_path *path)
{
	const struct access_limits *limits = &session->limits;
	if (session->ppp.phase == PPP_TERMINATE || session->ppp.phase == PPP_DEAD)
		return MONO_NEVER;
	mono_us first = limit_at(path->last_heard, limits->silence_s);
	if (!session->was_up)
		return first;
	first = mono_earlier(first, limit_at(path->last_data, limits->idle_s));
	return mono_earlier(first, limit_at(session->since, limits->session_s));
}

/* After each verb of a session: its actions come next, and its deadline may have moved. */
static void settle(struct access *a, uint32_t slot)
{
	const struct access_session *session = &a->sessions[slot];
	a->current = slot;
	deadlines_set(&a->deadlines, slot,
		      mono_earlier(ppp_session_deadline(&session->ppp),
				   limits_deadline(session, &a->paths[slot])));
}

static void close_session(struct access *a, uint32_t slot, enum access_end end, const char *reason)
{
	struct access_session *session = &a->sessions[slot];
	if (session->ppp.phase != PPP_TERMINATE) {
		session->close_reason = reason;
		session->end = end;
	}
	ppp_session_close(&session->ppp, reason, a->now);
	settle(a, slot);
}

static void count_dialling(struct access *a, int change)
{
	a->dialling += (unsigned)change;
	bool full = a->config.dialling_max > 0 && a->dialling >= a->config.dialling_max;
	pppoe_concentrator_set_busy(&a->concentrator, full || a->draining);
}

static void set_limits(struct access *a, uint32_t slot, const struct access_limits *limits)
{
	struct access_path *path = &a->paths[slot];
	a->sessions[slot].limits = *limits;
	path->up_rate = limits->up_rate;
	path->down_rate = limits->down_rate;
	path->up_meter = path->down_meter = (struct access_meter){ 0, 0 };
}

static void open_session(struct access *a, const struct pppoe_concentrator_action *action)
{
	uint32_t slot = action->slot;
	const struct pppoe_slot *pppoe = &a->slots[slot];
	struct access_session *session = &a->sessions[slot];
	uint16_t payload = pppoe->max_payload;
	if (a->config.mtu > 0 && a->config.mtu < payload)
		payload = a->config.mtu;
	a->paths[slot] = (struct access_path){
		.session_id = pppoe->session_id,
		.host = pppoe->host,
		.port = pppoe->port,
		.last_heard = a->now,
	};
	session->wanted_address = 0;
	session->up = session->was_up = false;
	session->opened = session->since = a->now;
	session->close_reason = NULL;
	session->end = ACCESS_END_LOST;
	session->name[0] = '\0';
	text_copy_peer(session->circuit_id, sizeof(session->circuit_id), action->circuit_id);
	text_copy_peer(session->remote_id, sizeof(session->remote_id), action->remote_id);
	set_limits(a, slot, &a->config.limits);
	count_dialling(a, 1);
	ppp_session_init(&session->ppp, &a->config.ppp, &a->random, &a->outbox);
	ppp_session_open(&session->ppp, payload, a->now);
	settle(a, slot);
	a->counters.sessions_opened++;
}

static bool take_pppoe(struct access *a, const struct pppoe_concentrator_action *action,
		       struct access_action *ret_action)
{
	switch (action->kind) {
	case PPPOE_CONCENTRATOR_SEND:
		*ret_action = (struct access_action){
			.kind = ACCESS_SEND,
			.frame = action->frame,
			.port = action->port,
		};
		return action->frame.length > 0;
	case PPPOE_CONCENTRATOR_OPENED:
		open_session(a, action);
		event_opened(a, action->slot, ret_action);
		return true;
	case PPPOE_CONCENTRATOR_CLOSED:
		a->sessions[action->slot].close_reason = "ended by the host";
		a->sessions[action->slot].end = ACCESS_END_HOST;
		ppp_session_down(&a->sessions[action->slot].ppp, a->now);
		settle(a, action->slot);
		event_padt(a, action->slot, action->words, ret_action);
		return true;
	}
	return false;
}

static void forget_interface_id(struct access *a, uint32_t slot)
{
	if (a->paths[slot].peer_interface_id != 0)
		slot_map_remove(&a->interface_ids, a->paths[slot].peer_interface_id, slot);
	a->paths[slot].peer_interface_id = 0;
}

static void session_ended(struct access *a, uint32_t slot, struct access_action *ret_action)
{
	struct access_session *session = &a->sessions[slot];
	if (session->ppp.failure == PPP_FAILURE_PEER_TERMINATED && !session->close_reason)
		session->end = ACCESS_END_HOST;
	if (session->ppp.failure == PPP_FAILURE_PEER_AUTH_REJECTED) {
		session->end = ACCESS_END_REFUSED;
		a->counters.rejected++;
	}
	event_closed(a, slot, ret_action);
	a->ended = a->paths[slot];
	ret_action->kind = ACCESS_ENDED;
	ret_action->ended = (struct access_view){ &a->ended, session };
	a->counters.sessions_closed++;
	if (!session->was_up)
		count_dialling(a, -1);
	pool_take_back(a, slot);
	forget_interface_id(a, slot);
	deadlines_set(&a->deadlines, slot, MONO_NEVER);
	a->paths[slot].session_id = 0;
	if (a->evicted == slot + 1)
		a->evicted = 0;
	/* PADT, unless it was the host that sent one. */
	const char *reason = a->sessions[slot].close_reason;
	pppoe_concentrator_close(&a->concentrator, slot, reason ? reason : "");
}

/* Before IPCP has to name the host's address. */
static void admit(struct access *a, uint32_t slot)
{
	if (!a->config.ppp.ipv4)
		return;
	if (pool_give(a, slot))
		ppp_session_give_address(&a->sessions[slot].ppp, a->paths[slot].address);
	else
		close_session(a, slot, ACCESS_END_REFUSED, "no address is free");
}

/* Two hosts with one identifier could not be told apart: the first one keeps it. */
static bool note_interface_id(struct access *a, uint32_t slot)
{
	const struct ipv6cp *ipv6cp = &a->sessions[slot].ppp.ipv6cp;
	uint32_t other;
	if (ipv6cp->peer_id == 0 || ipv6cp->peer_id == a->config.ppp.interface_id ||
	    slot_map_find(&a->interface_ids, ipv6cp->peer_id, &other))
		return false;
	slot_map_put(&a->interface_ids, ipv6cp->peer_id, slot);
	a->paths[slot].peer_interface_id = ipv6cp->peer_id;
	return true;
}

static void network_up(struct access *a, uint32_t slot, bool ipv4, struct access_action *ret_action)
{
	struct access_path *path = &a->paths[slot];
	struct access_session *session = &a->sessions[slot];
	path->mtu = ppp_session_mtu(&session->ppp);
	if (ipv4) {
		path->ipv4 = path->address != 0;
	} else {
		forget_interface_id(a, slot);
		path->ipv6 = note_interface_id(a, slot);
		if (!path->ipv6) {
			event_clash(a, slot, ret_action);
			return;
		}
	}
	event_up(a, slot, ipv4, ret_action);
	ret_action->kind = session->up ? ACCESS_EVENT : ACCESS_UP;
	session->up = true;
	if (session->was_up)
		return;
	session->was_up = true;
	session->since = path->last_data = a->now;
	count_dialling(a, -1);
	settle(a, slot);
}

static void network_down(struct access *a, uint32_t slot, bool ipv4,
			 struct access_action *ret_action)
{
	struct access_path *path = &a->paths[slot];
	struct access_session *session = &a->sessions[slot];
	event_down(a, slot, ipv4, ret_action);
	if (ipv4) {
		path->ipv4 = false;
	} else {
		path->ipv6 = false;
		forget_interface_id(a, slot);
	}
	if (session->up && !path->ipv4 && !path->ipv6) {
		ret_action->kind = ACCESS_DOWN;
		session->up = false;
	}
}

static void need_secret(struct access *a, uint32_t slot, struct access_action *ret_action)
{
	struct access_session *session = &a->sessions[slot];
	struct bytes name = ppp_session_peer_name(&session->ppp);
	text_copy_peer(session->name, sizeof(session->name), name);
	*ret_action = (struct access_action){
		.kind = ACCESS_NEED_SECRET,
		.slot = slot,
		.name = name,
		.auth = session->ppp.lcp.demand,
		.address = a->config.ppp.ipv4 ? pool_peek(a, slot) : 0,
	};
}

static bool send_ppp(struct access *a, uint32_t slot, const struct ppp_action *action,
		     struct access_action *ret_action)
{
	struct writer ppp = writer_of(a->frame, sizeof(a->frame));
	uint32_t port = a->paths[slot].port;
	pppoe_session_write(&ppp, a->paths[slot].host,
			    a->config.pppoe.address[port_interface(port)],
			    a->paths[slot].session_id, action->protocol, action->packet);
	*ret_action = (struct access_action){
		.kind = ACCESS_SEND,
		.slot = slot,
		.port = port,
		.frame = writer_written(&ppp),
	};
	return !ppp.failed;
}

/* False if the owner has nothing to do about it. */
static bool take_ppp(struct access *a, const struct ppp_action *action,
		     struct access_action *ret_action)
{
	uint32_t slot = a->current;
	struct access_session *session = &a->sessions[slot];
	switch (action->kind) {
	case PPP_SEND:
		return send_ppp(a, slot, action, ret_action);
	case PPP_NEED_OWN_SECRET: /* never asked for: prove_by is empty */
		ppp_session_own_secret(&session->ppp, NULL, a->now);
		settle(a, slot);
		return false;
	case PPP_NEED_PEER_SECRET:
		need_secret(a, slot, ret_action);
		return true;
	case PPP_LCP_UP:
		if (session->ppp.lcp.demand == PPP_AUTH_NONE)
			admit(a, slot);
		return false;
	case PPP_PROVEN:
		return false;
	case PPP_CHECKED:
		a->counters.authenticated++;
		admit(a, slot);
		event_checked(a, slot, ret_action);
		return true;
	case PPP_IPV4_UP:
	case PPP_IPV6_UP:
		network_up(a, slot, action->kind == PPP_IPV4_UP, ret_action);
		return true;
	case PPP_IPV4_DOWN:
	case PPP_IPV6_DOWN:
		network_down(a, slot, action->kind == PPP_IPV4_DOWN, ret_action);
		return true;
	case PPP_ENDED:
		session_ended(a, slot, ret_action);
		return true;
	}
	return false;
}

/* True if the session has come to the end of what it may do. */
static bool end_by_limit(struct access *a, uint32_t slot)
{
	const struct access_session *session = &a->sessions[slot];
	const struct access_path *path = &a->paths[slot];
	const struct access_limits *limits = &session->limits;
	if (limits_deadline(session, path) > a->now)
		return false;
	if (limit_at(path->last_heard, limits->silence_s) <= a->now)
		close_session(a, slot, ACCESS_END_LOST, "nothing came from the host for too long");
	else if (limit_at(path->last_data, limits->idle_s) <= a->now)
		close_session(a, slot, ACCESS_END_IDLE, "idle for too long");
	else
		close_session(a, slot, ACCESS_END_SESSION_LIMIT, "its time is over");
	return true;
}

static void tick_session(struct access *a, uint32_t slot)
{
	struct access_session *session = &a->sessions[slot];
	if (end_by_limit(a, slot))
		return;
	if (a->paths[slot].heard)
		ppp_session_heard(&session->ppp);
	a->paths[slot].heard = false;
	ppp_session_tick(&session->ppp, a->now);
	settle(a, slot);
	uint32_t first;
	if (deadlines_first(&a->deadlines, &first) <= a->now && first == slot)
		deadlines_set(&a->deadlines, slot, a->now + HURRY_US);
}

static void shut_down_session(struct access *a, uint32_t slot)
{
	if (a->paths[slot].session_id == 0)
		return;
	if (!a->hanging_up) {
		close_session(a, slot, ACCESS_END_SHUTDOWN, a->close_reason);
		return;
	}
	ppp_session_down(&a->sessions[slot].ppp, a->now);
	settle(a, slot);
}

/* With nothing left to do for one session, goes on to the next one.  False: there is none. */
static bool next_session(struct access *a)
{
	uint32_t slot;
	if (a->evicted > 0) {
		slot = a->evicted - 1;
		a->evicted = 0;
		close_session(a, slot, ACCESS_END_PREEMPTED,
			      "its address now belongs to a newer session");
		return true;
	}
	if (a->closing && a->close_next < a->slot_count) {
		shut_down_session(a, a->close_next++);
		return true;
	}
	if (a->ticking && deadlines_first(&a->deadlines, &slot) <= a->now) {
		tick_session(a, slot);
		return true;
	}
	return false;
}

bool access_next_action(struct access *a, struct access_action *ret_action)
{
	struct pppoe_concentrator_action pppoe;
	struct ppp_action ppp;
	if (a->frame_length > 0) {
		*ret_action = (struct access_action){
			.kind = ACCESS_SEND,
			.frame = bytes_of(a->frame, a->frame_length),
			.port = a->frame_port,
		};
		a->frame_length = 0;
		return true;
	}
	for (;;) {
		if (pppoe_concentrator_next_action(&a->concentrator, &pppoe)) {
			if (take_pppoe(a, &pppoe, ret_action))
				return true;
		} else if (ppp_outbox_next(&a->outbox, &ppp)) {
			if (take_ppp(a, &ppp, ret_action))
				return true;
		} else if (!next_session(a)) {
			return false;
		}
	}
}

/* So that the session it believes in does not stay dead until the host's keep-alive fails. */
static void answer_stranger(struct access *a, uint32_t port,
			    const struct pppoe_session_frame *frame)
{
	struct mac ours = a->config.pppoe.address[port_interface(port)];
	a->counters.strangers++;
	if (mac_is_group(frame->source) || mac_is_zero(frame->source) ||
	    mac_equal(frame->source, ours))
		return;
	if (a->now >= mono_after_ms(a->strangers_since, 1000)) {
		a->strangers_since = a->now;
		a->strangers_left = ACCESS_STRANGERS_A_SECOND;
	}
	if (a->strangers_left == 0)
		return;
	a->strangers_left--;
	struct writer w = writer_of(a->frame, sizeof(a->frame));
	ethernet_write(&w, frame->source, ours, ETHERNET_PPPOE_DISCOVERY);
	pppoe_packet_end(&w, pppoe_packet_begin(&w, PPPOE_PADT, frame->session_id));
	a->frame_length = w.length;
	a->frame_port = port;
}

static void receive_session(struct access *a, uint32_t port, struct bytes bytes)
{
	struct pppoe_session_frame frame;
	uint32_t slot;
	if (!pppoe_session_read(bytes, &frame) ||
	    !mac_equal(frame.destination, a->config.pppoe.address[port_interface(port)]))
		return;
	if (frame.protocol == PPP_IPV4 || frame.protocol == PPP_IPV6)
		return;
	a->counters.session_frames++;
	if (!pppoe_concentrator_find(&a->concentrator, port, frame.source, frame.session_id,
				     &slot)) {
		answer_stranger(a, port, &frame);
		return;
	}
	a->paths[slot].last_heard = a->now;
	ppp_session_receive(&a->sessions[slot].ppp, frame.protocol, frame.information, a->now);
	settle(a, slot);
}

static void receive_discovery(struct access *a, uint32_t port,
			      const struct ethernet_frame *ethernet, struct bytes frame)
{
	struct pppoe_packet packet;
	if (a->closing && (pppoe_packet_read(ethernet->payload, &packet) != PPPOE_READ_OK ||
			   packet.code != PPPOE_PADT))
		return;
	pppoe_concentrator_receive(&a->concentrator, port, frame, a->now);
}

void access_receive(struct access *a, uint32_t port, struct bytes frame, mono_us now)
{
	struct ethernet_frame ethernet;
	a->now = now;
	a->ticking = false;
	if (!ethernet_read(frame, &ethernet))
		return;
	if (ethernet.type == ETHERNET_PPPOE_DISCOVERY)
		receive_discovery(a, port, &ethernet, frame);
	else if (ethernet.type == ETHERNET_PPPOE_SESSION)
		receive_session(a, port, frame);
}

void access_secret(struct access *a, uint32_t slot, const struct access_secret *secret, mono_us now)
{
	if (!access_path(a, slot))
		return;
	a->now = now;
	a->sessions[slot].wanted_address = secret ? secret->address : 0;
	set_limits(a, slot, secret && secret->limits ? secret->limits : &a->config.limits);
	ppp_session_peer_secret(&a->sessions[slot].ppp, secret ? &secret->secret : NULL, now);
	settle(a, slot);
}

void access_close(struct access *a, uint32_t slot, enum access_end end, const char *reason,
		  mono_us now)
{
	if (!access_path(a, slot))
		return;
	a->now = now;
	close_session(a, slot, end, reason);
}

void access_drain(struct access *a, bool draining)
{
	a->draining = draining;
	count_dialling(a, 0);
}

void access_limit(struct access *a, uint32_t slot, const struct access_limits *limits, mono_us now)
{
	if (!access_path(a, slot))
		return;
	a->now = now;
	set_limits(a, slot, limits);
	settle(a, slot);
}

void access_shutdown(struct access *a, const char *reason, mono_us now)
{
	if (a->closing)
		return;
	a->now = now;
	a->closing = true;
	a->close_reason = reason;
	a->close_next = 0;
	a->close_until = mono_after_ms(now, SHUTDOWN_MS);
}

void access_tick(struct access *a, mono_us now)
{
	a->now = now;
	a->ticking = true;
	if (pppoe_concentrator_deadline(&a->concentrator) <= now)
		pppoe_concentrator_tick(&a->concentrator, now);
	if (a->closing && now >= a->close_until) {
		a->close_until = MONO_NEVER;
		a->hanging_up = true;
		a->close_next = 0;
	}
}

mono_us access_deadline(const struct access *a)
{
	uint32_t slot;
	mono_us first = deadlines_first(&a->deadlines, &slot);
	first = mono_earlier(first, pppoe_concentrator_deadline(&a->concentrator));
	return access_sessions(a) > 0 ? mono_earlier(first, a->close_until) : first;
}
