/* SPDX-License-Identifier: BSD-2-Clause */
#include "link/link.h"

#include "base/text.h"
#include "pppoe/session.h"
#include "ppp/words.h"

/* PADIs that nobody answered before the PADT of the last session is repeated: some concentrators
 * are silent as long as they hold a session of the same address. */
#define SILENT_PADIS 2

/* The last places are kept for actions that change state, as in ppp/action.c. */
#define PLACES_TO_SEND (LINK_ACTIONS - 16)

struct link_config link_config_default(void)
{
	return (struct link_config){
		.pppoe = pppoe_host_config_default((struct mac){ { 0 } }),
		.ppp = ppp_config_default(),
		.redial = redial_config_default(),
		.mtu = PPPOE_MAX_PAYLOAD_DEFAULT,
		.persist = true,
		.carrier_grace_ms = 10000,
	};
}

void link_init(struct link *link, const struct link_config *config,
	       const uint8_t seed[RANDOM_SEED_LENGTH])
{
	memset(link, 0, sizeof(*link));
	link->config = *config;
	link->stage = LINK_OFF;
	link->redial_at = link->grace_until = MONO_NEVER;
	random_init(&link->random, seed);
	ppp_outbox_init(&link->outbox);
	ppp_session_init(&link->ppp, &link->config.ppp, &link->random, &link->outbox);
	pppoe_host_init(&link->host, &link->config.pppoe, &link->random);
}

static void put(struct link *link, struct link_action action)
{
	if (link->made < LINK_ACTIONS)
		link->actions[link->made++] = action;
	else
		link->lost++;
}

static struct writer begin_frame(struct link *link)
{
	bool full = link->made >= PLACES_TO_SEND;
	return writer_of(link->frames + link->frames_used,
			 full ? 0 : sizeof(link->frames) - link->frames_used);
}

static void put_frame(struct link *link, enum link_action_kind kind, const struct writer *w)
{
	if (w->failed) {
		link->lost++; /* no room: as if the wire had lost it */
		return;
	}
	put(link, (struct link_action){ .kind = kind, .frame = writer_written(w) });
	link->frames_used += w->length;
}

/* More texts at once than there is room for would overwrite the last one. */
static struct text begin_text(struct link *link)
{
	const unsigned places = sizeof(link->texts) / sizeof(link->texts[0]);
	unsigned place = link->texts_used < places ? link->texts_used++ : places - 1;
	return text_of(link->texts[place], LINK_TEXT_SIZE);
}

static void put_text(struct link *link, enum link_action_kind kind, const struct text *t)
{
	put(link, (struct link_action){
			  .kind = kind,
			  .stage = link->stage,
			  .text = t->start,
			  .failure = kind == LINK_FAILED ? &link->failure : NULL,
		  });
}

static void put_accepted(struct link *link, const struct text *t)
{
	put(link,
	    (struct link_action){
		    .kind = LINK_EVENT, .stage = link->stage, .text = t->start, .accepted = true });
}

static void put_event(struct link *link, const char *string)
{
	struct text t = begin_text(link);
	text_string(&t, string);
	put_text(link, LINK_EVENT, &t);
}

static void field(struct text *t, const char *name)
{
	text_string(t, " ");
	text_string(t, name);
	text_string(t, "=");
}

static void field_peer(struct text *t, const char *name, const char *value)
{
	field(t, name);
	text_peer(t, bytes_of_text(value));
}

static void field_decimal(struct text *t, const char *name, uint64_t value)
{
	field(t, name);
	text_decimal(t, value);
}

static void field_ipv4(struct text *t, const char *name, uint32_t address)
{
	field(t, name);
	if (address == 0)
		text_string(t, "none");
	else
		text_ipv4(t, address);
}

/* The longest packet that fits in a frame.  No interface has less room than RFC 791 asks for. */
static uint16_t wire_room(const struct link *link)
{
	const uint16_t least = 68;
	uint16_t mtu = link->wire.mtu;
	return mtu > least + PPPOE_PPP_OVERHEAD ? (uint16_t)(mtu - PPPOE_PPP_OVERHEAD) : least;
}

static bool wire_usable(const struct link *link)
{
	return link->wire.present && link->wire.carrier;
}

static void begin_attempt(struct link *link, mono_us now)
{
	struct pppoe_host_config *pppoe = &link->config.pppoe;
	uint16_t room = wire_room(link);
	uint16_t wanted = link->config.mtu < room ? link->config.mtu : room;
	pppoe->address = link->wire.address;
	pppoe->max_payload = wanted > PPPOE_MAX_PAYLOAD_DEFAULT ? wanted : 0;

	link->stage = LINK_DISCOVERY;
	link->redial_at = MONO_NEVER;
	link->was_up = false;
	struct text t = begin_text(link);
	text_string(&t, "PADI");
	field_peer(&t, "service", pppoe->has_service_name ? pppoe->service_name : "");
	if (pppoe->max_payload > 0)
		field_decimal(&t, "max_payload", pppoe->max_payload);
	else if (link->config.mtu > PPPOE_MAX_PAYLOAD_DEFAULT)
		text_string(&t, " (this interface's MTU is too small for a larger payload)");
	put_text(link, LINK_EVENT, &t);
	for (unsigned i = 0; i < PPPOE_DROP_COUNT; i++)
		link->discovery_drops[i] += pppoe_host_drops(&link->host, (enum pppoe_drop)i);
	pppoe_host_init(&link->host, pppoe, &link->random);
	pppoe_host_open(&link->host, now);
}

static void put_session(struct link *link)
{
	put(link, (struct link_action){ .kind = LINK_SESSION, .session = link->session });
}

static void put_addresses(struct link *link)
{
	put(link, (struct link_action){ .kind = LINK_ADDRESSES, .addresses = link->addresses });
}

static void finish(struct link *link)
{
	if (link->finished)
		return;
	link->stage = LINK_OFF;
	link->finished = true;
	link->redial_at = link->grace_until = MONO_NEVER;
	put(link, (struct link_action){ .kind = LINK_FINISHED });
}

static void put_failure(struct link *link, uint32_t wait_ms)
{
	struct text t = begin_text(link);
	link_failure_text(&t, &link->failure);
	if (link->stage == LINK_WAITING)
		field_decimal(&t, "redial_in_ms", wait_ms);
	put_text(link, LINK_FAILED, &t);
}

/* An attempt or an open session has ended, as link->failure says.  What comes next? */
static void decide(struct link *link, mono_us now)
{
	uint64_t up_ms = link->was_up ? (uint64_t)(now - link->up_since) / 1000 + 1 : 0;
	link->was_up = false;
	link->grace_until = MONO_NEVER;
	if (link->closing) {
		finish(link);
		return;
	}
	if (!link->config.persist) {
		put_failure(link, 0);
		finish(link);
		return;
	}
	bool wire = wire_usable(link);
	uint32_t wait_ms = 0;
	redial_was_up(&link->redial, &link->config.redial, up_ms);
	if (wire || link->failure.cause == REDIAL_REJECTED) {
		wait_ms = redial_wait(&link->redial, &link->config.redial, link->failure.cause,
				      &link->random);
		link->redial_at = mono_after_ms(now, wait_ms);
	}
	link->stage = wire ? LINK_WAITING : LINK_NO_CARRIER;
	put_failure(link, wait_ms);
}

/* PPP is over: the PPPoE session goes too, if it is still there. */
static void end_session(struct link *link, mono_us now)
{
	const char *reason = link->closing ? link->close_reason : link->failure.what;
	if (link->session.known) {
		pppoe_host_close(&link->host, reason);
		struct pppoe_host_action action;
		while (pppoe_host_next_action(&link->host, &action)) {
			/* With no wire it would be lost: try_to_dial() makes up for it. */
			if (action.kind != PPPOE_HOST_SEND || !wire_usable(link))
				continue;
			struct writer w = begin_frame(link);
			writer_bytes(&w, action.frame);
			put_frame(link, LINK_SEND_DISCOVERY, &w);
		}
		link->left = link->session;
		link->left_address = link->host.config.address;
		link->left_untold = !wire_usable(link);
		link->session = (struct link_session_id){ 0 };
		put_session(link);
	}
	decide(link, now);
}

static void ppp_ended(struct link *link, mono_us now)
{
	/* Whoever took the lower layer away has said why. */
	if (link->ppp.failure != PPP_FAILURE_LOWER_DOWN)
		link_failure_ppp(&link->failure, link->stage, link->ppp.failure,
				 ppp_session_words(&link->ppp));
	end_session(link, now);
}

static void event_lcp(struct link *link)
{
	const struct lcp *lcp = &link->ppp.lcp;
	link->stage = LINK_LCP;
	struct text t = begin_text(link);
	text_string(&t, "LCP open");
	field_decimal(&t, "mru", lcp->ask_mru);
	field_decimal(&t, "peer_mru", lcp->peer_mru);
	field(&t, "auth");
	text_string(&t, ppp_auth_name(lcp->prove_by));
	put_text(link, LINK_EVENT, &t);
	link->stage = lcp->prove_by == PPP_AUTH_NONE ? LINK_NETWORK : LINK_AUTHENTICATION;
}

static void event_proven(struct link *link)
{
	struct text t = begin_text(link);
	text_string(&t, "accepted");
	field_peer(&t, "user", link->config.ppp.name);
	field(&t, "by");
	text_string(&t, ppp_auth_name(link->ppp.lcp.prove_by));
	if (ppp_session_words(&link->ppp)[0] != '\0')
		field_peer(&t, "peer_said", ppp_session_words(&link->ppp));
	put_accepted(link, &t);
	link->stage = LINK_NETWORK;
}

static void event_network(struct link *link, bool ipv4)
{
	struct link_addresses *a = &link->addresses;
	struct text t = begin_text(link);
	link->stage = LINK_NETWORK;
	if (ipv4) {
		text_string(&t, "IPCP open");
		field_ipv4(&t, "local", a->local);
		field_ipv4(&t, "remote", a->remote);
		field_ipv4(&t, "dns1", a->dns[0]);
		field_ipv4(&t, "dns2", a->dns[1]);
	} else {
		text_string(&t, "IPV6CP open");
		field(&t, "local");
		text_interface_id(&t, a->interface_id);
		field(&t, "remote");
		text_interface_id(&t, a->peer_interface_id);
	}
	put_text(link, LINK_EVENT, &t);
	link->stage = LINK_OPEN;
}

static void network_up(struct link *link, bool ipv4, mono_us now)
{
	struct link_addresses *a = &link->addresses;
	if (!link->was_up)
		link->up_since = link->moved_at = now;
	link->was_up = true;
	a->mtu = ppp_session_mtu(&link->ppp);
	if (link->config.mtu < a->mtu)
		a->mtu = link->config.mtu;
	a->mru = link->host.session.max_payload;
	if (ipv4) {
		const struct ipcp *ipcp = &link->ppp.ipcp;
		a->ipv4 = true;
		a->local = ipcp->address;
		a->remote = ipcp->peer_address;
		a->dns[0] = ipcp->dns[0];
		a->dns[1] = ipcp->dns[1];
	} else {
		a->ipv6 = true;
		a->interface_id = link->ppp.ipv6cp.id;
		a->peer_interface_id = link->ppp.ipv6cp.peer_id;
	}
	event_network(link, ipv4);
	put_addresses(link);
}

static void network_down(struct link *link, bool ipv4)
{
	struct link_addresses *a = &link->addresses;
	if (!a->ipv4 && !a->ipv6)
		return; /* said already */
	/* When LCP goes, both go in one step. */
	bool both = link->ppp.phase != PPP_NETWORK;
	a->ipv4 = a->ipv4 && !ipv4 && !both;
	a->ipv6 = a->ipv6 && ipv4 && !both;
	put_addresses(link);
	/* Or the end comes: then the failure is still one of an open line. */
	if (link->ppp.phase != PPP_ESTABLISH || link->stage != LINK_OPEN)
		return;
	link->stage = LINK_LCP;
	put_event(link, "the peer negotiates the link anew");
}

static void ppp_action(struct link *link, const struct ppp_action *action, mono_us now)
{
	switch (action->kind) {
	case PPP_SEND: {
		struct writer w = begin_frame(link);
		pppoe_session_write(&w, link->session.peer, link->wire.address, link->session.id,
				    action->protocol, action->packet);
		put_frame(link, LINK_SEND_SESSION, &w);
		break;
	}
	case PPP_NEED_OWN_SECRET:
		put(link, (struct link_action){ .kind = LINK_NEED_SECRET,
						.stage = link->stage,
						.text = link->ppp.prover.peer_name });
		break;
	case PPP_NEED_PEER_SECRET:
		ppp_session_peer_secret(&link->ppp, NULL, now); /* a dialler knows none */
		break;
	case PPP_LCP_UP:
		event_lcp(link);
		break;
	case PPP_PROVEN:
		event_proven(link);
		break;
	case PPP_CHECKED:
		break;
	case PPP_IPV4_UP:
	case PPP_IPV6_UP:
		network_up(link, action->kind == PPP_IPV4_UP, now);
		break;
	case PPP_IPV4_DOWN:
	case PPP_IPV6_DOWN:
		network_down(link, action->kind == PPP_IPV4_DOWN);
		break;
	case PPP_ENDED:
		ppp_ended(link, now);
		break;
	}
}

static void drain_ppp(struct link *link, mono_us now)
{
	struct ppp_action action;
	while (ppp_outbox_next(&link->outbox, &action))
		ppp_action(link, &action, now);
}

static void lower_layer_gone(struct link *link, mono_us now)
{
	drain_ppp(link, now);
	ppp_session_down(&link->ppp, now);
	drain_ppp(link, now);
}

static void event_session(struct link *link, bool open)
{
	const struct pppoe_session *session = pppoe_host_session(&link->host);
	struct text t = begin_text(link);
	text_string(&t, open ? "PADS" : "PADO");
	if (open) {
		field(&t, "session");
		text_string(&t, "0x");
		text_hex(&t, session->id, 4);
		field_decimal(&t, "max_payload", session->max_payload);
	} else {
		field_peer(&t, "ac", session->concentrator_name);
		field(&t, "mac");
		text_mac(&t, session->concentrator);
	}
	field_peer(&t, "service", session->service_name);
	put_text(link, LINK_EVENT, &t);
}

static void session_opened(struct link *link, mono_us now)
{
	const struct pppoe_session *session = pppoe_host_session(&link->host);
	event_session(link, true);
	link->session = (struct link_session_id){ true, session->concentrator, session->id };
	link->addresses = (struct link_addresses){ 0 };
	link->unanswered = 0;
	link->stage = LINK_LCP;
	put_session(link);
	uint16_t room = wire_room(link);
	uint16_t payload_max = session->max_payload;
	ppp_session_set_round_trip(&link->ppp, (uint32_t)((now - link->chosen_at) / 1000));
	ppp_session_open(&link->ppp, payload_max < room ? payload_max : room, now);
}

static void host_failed(struct link *link, const struct pppoe_host_action *action, mono_us now)
{
	bool open = link->session.known;
	link_failure_pppoe(&link->failure, link->stage, action->failure, action->words);
	if (!open) {
		decide(link, now);
		return;
	}
	drain_ppp(link, now);
	ppp_session_taken_down(&link->ppp, now);
	drain_ppp(link, now);
}

/* PADT for the session before this one. */
static void end_left(struct link *link)
{
	link->left_untold = false;
	if (!link->left.known || !mac_equal(link->left_address, link->wire.address))
		return;
	struct writer w = begin_frame(link);
	ethernet_write(&w, link->left.peer, link->wire.address, ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADT, link->left.id);
	pppoe_packet_end(&w, mark);
	put_frame(link, LINK_SEND_DISCOVERY, &w);
}

static void before_padi(struct link *link)
{
	unsigned silent = link->unanswered++;
	if (silent < SILENT_PADIS || !link->left.known)
		return;
	if (silent == SILENT_PADIS) {
		struct text t = begin_text(link);
		text_string(&t, "nobody answers: a concentrator may still hold session=0x");
		text_hex(&t, link->left.id, 4);
		text_string(&t, ", which is ended once more");
		put_text(link, LINK_EVENT, &t);
	}
	end_left(link);
}

static void drain_host(struct link *link, mono_us now)
{
	struct pppoe_host_action action;
	while (pppoe_host_next_action(&link->host, &action)) {
		switch (action.kind) {
		case PPPOE_HOST_SEND: {
			if (pppoe_host_state(&link->host) == PPPOE_HOST_PADI_SENT)
				before_padi(link);
			struct writer w = begin_frame(link);
			writer_bytes(&w, action.frame);
			put_frame(link, LINK_SEND_DISCOVERY, &w);
			break;
		}
		case PPPOE_HOST_PADO_TAKEN:
			link->chosen_at = now;
			event_session(link, false);
			break;
		case PPPOE_HOST_OPENED:
			session_opened(link, now);
			break;
		case PPPOE_HOST_FAILED:
			host_failed(link, &action, now);
			break;
		}
	}
}

static void settle(struct link *link, mono_us now)
{
	drain_host(link, now);
	drain_ppp(link, now);
}

static bool dialling(const struct link *link)
{
	return link->stage >= LINK_DISCOVERY && link->stage <= LINK_OPEN;
}

static void try_to_dial(struct link *link, mono_us now)
{
	if (!wire_usable(link)) {
		link->stage = LINK_NO_CARRIER;
		put_event(link,
			  link->wire.present ? "waiting for carrier" : "waiting for the interface");
		return;
	}
	if (link->left_untold)
		end_left(link);
	begin_attempt(link, now);
}

void link_remember(struct link *link, const struct link_session_id *session, struct mac address)
{
	if (!session->known || link->left.known || link->session.known)
		return;
	link->left = *session;
	link->left_address = address;
}

void link_open(struct link *link, mono_us now)
{
	if (link->stage != LINK_OFF || link->finished)
		return;
	try_to_dial(link, now);
	settle(link, now);
}

void link_close(struct link *link, const char *reason, mono_us now)
{
	bool again = link->closing;
	link->closing = true;
	link->close_reason = reason;
	link->redial_at = MONO_NEVER;
	if (link->finished)
		return;
	if (link->ppp.phase == PPP_DEAD) {
		pppoe_host_close(&link->host, reason);
		settle(link, now);
		finish(link);
		return;
	}
	if (again || !wire_usable(link)) {
		lower_layer_gone(link, now);
	} else {
		link->stage = LINK_CLOSING;
		ppp_session_close(&link->ppp, reason, now);
	}
	settle(link, now);
}

static void wire_lost(struct link *link, mono_us now)
{
	link_failure_carrier(&link->failure, link->stage);
	if (link->ppp.phase != PPP_DEAD) {
		lower_layer_gone(link, now);
		return;
	}
	pppoe_host_close(&link->host, "");
	decide(link, now);
}

/* Longer packets would vanish without a word. */
static void wire_shrunk(struct link *link, mono_us now)
{
	link_failure_room(&link->failure, link->stage);
	lower_layer_gone(link, now);
}

static void begin_grace(struct link *link, mono_us now)
{
	if (link->grace_until != MONO_NEVER)
		return;
	link->grace_until = mono_after_ms(now, link->config.carrier_grace_ms);
	struct text t = begin_text(link);
	text_string(&t, "no carrier: the session is kept");
	field_decimal(&t, "for_ms", link->config.carrier_grace_ms);
	put_text(link, LINK_EVENT, &t);
}

static void wire_back(struct link *link, mono_us now)
{
	if (dialling(link)) {
		link->grace_until = MONO_NEVER;
		put_event(link, "carrier is back: is the peer still there?");
		ppp_session_probe(&link->ppp, now);
	} else if (link->stage == LINK_NO_CARRIER) {
		if (link->redial_at == MONO_NEVER)
			try_to_dial(link, now);
		else
			link->stage = LINK_WAITING;
	}
}

void link_wire(struct link *link, const struct link_wire *wire, mono_us now)
{
	struct link_wire before = link->wire;
	bool usable = wire->present && wire->carrier;
	bool replaced = !wire->present || !mac_equal(before.address, wire->address);
	link->wire = *wire;
	if (link->finished)
		return;
	if (dialling(link) && before.present && replaced) {
		/* The session belongs to an address that is no more (RFC 2516 section 4). */
		wire_lost(link, now);
		if (usable && link->stage == LINK_WAITING && !link->finished)
			try_to_dial(link, now);
	} else if (link->stage == LINK_OPEN && !usable) {
		begin_grace(link, now);
	} else if (dialling(link) && !usable) {
		wire_lost(link, now);
	} else if (link->stage == LINK_WAITING && !usable) {
		link->stage = LINK_NO_CARRIER;
		if (link->failure.cause != REDIAL_REJECTED)
			link->redial_at = MONO_NEVER;
	} else if (usable && !(before.present && before.carrier)) {
		wire_back(link, now);
	}
	if (link->stage == LINK_OPEN && usable && wire_room(link) < link->addresses.mtu)
		wire_shrunk(link, now);
	settle(link, now);
}

void link_receive(struct link *link, struct bytes frame, mono_us now)
{
	struct ethernet_frame ethernet;
	if (!ethernet_read(frame, &ethernet) || link->finished)
		return;
	if (ethernet.type == ETHERNET_PPPOE_DISCOVERY) {
		pppoe_host_receive(&link->host, frame, now);
		settle(link, now);
		return;
	}
	struct pppoe_session_frame session;
	if (!pppoe_session_read(frame, &session)) {
		link->drops[LINK_DROP_FRAME]++;
		return;
	}
	if (!link->session.known || session.session_id != link->session.id ||
	    !mac_equal(session.source, link->session.peer) ||
	    !mac_equal(session.destination, link->wire.address)) {
		link->drops[LINK_DROP_SESSION]++;
		return;
	}
	ppp_session_receive(&link->ppp, session.protocol, session.information, now);
	settle(link, now);
}

void link_secret(struct link *link, const struct bytes *secret, mono_us now)
{
	ppp_session_own_secret(&link->ppp, secret, now);
	settle(link, now);
}

void link_heard(struct link *link)
{
	ppp_session_heard(&link->ppp);
}

void link_moved(struct link *link, mono_us now)
{
	link->moved_at = now;
}

uint64_t link_discovery_drops(const struct link *link, enum pppoe_drop reason)
{
	return link->discovery_drops[reason] + pppoe_host_drops(&link->host, reason);
}

static mono_us idle_at(const struct link *link)
{
	if (link->config.idle_ms == 0 || link->stage != LINK_OPEN || link->closing)
		return MONO_NEVER;
	return mono_after_ms(link->moved_at, link->config.idle_ms);
}

static void hang_up_idle(struct link *link, mono_us now)
{
	struct text t = begin_text(link);
	text_string(&t, "idle: no packet");
	field_decimal(&t, "for_s", link->config.idle_ms / 1000);
	put_text(link, LINK_EVENT, &t);
	link_close(link, "Idle", now);
}

void link_tick(struct link *link, mono_us now)
{
	if (link->finished)
		return;
	pppoe_host_tick(&link->host, now);
	settle(link, now);
	ppp_session_tick(&link->ppp, now);
	settle(link, now);
	if (now >= link->grace_until) {
		link->grace_until = MONO_NEVER;
		wire_lost(link, now);
		settle(link, now);
	}
	if (now >= link->redial_at) {
		link->redial_at = MONO_NEVER;
		if (link->stage == LINK_WAITING)
			try_to_dial(link, now);
		settle(link, now);
	}
	if (now >= idle_at(link))
		hang_up_idle(link, now);
}

mono_us link_deadline(const struct link *link)
{
	if (link->finished)
		return MONO_NEVER;
	mono_us first =
		mono_earlier(pppoe_host_deadline(&link->host), ppp_session_deadline(&link->ppp));
	first = mono_earlier(first, idle_at(link));
	return mono_earlier(first, mono_earlier(link->redial_at, link->grace_until));
}

bool link_next_action(struct link *link, struct link_action *ret_action)
{
	if (link->taken == link->made) {
		link->taken = link->made = 0;
		link->frames_used = 0;
		link->texts_used = 0;
		return false;
	}
	*ret_action = link->actions[link->taken++];
	return true;
}
