/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line against a small concentrator, in virtual time, over a wire that delivers at once and can
 * be cut.  Everything the line does goes into a journal, where the tests look it up in order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../small_concentrator.h"
#include "link/link.h"

#define MS ((mono_us)1000)
#define SECOND (1000 * MS)
#define JOURNAL 2048
#define QUEUE 64
#define FRAME 1600

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static const struct mac us_renewed = { { 2, 0, 0, 0, 0, 2 } };
static const struct mac ac_address = { { 2, 0, 0, 0, 0, 0xac } };
static const struct mac stranger = { { 2, 0, 0, 0, 0, 0xee } };

struct entry {
	mono_us when;
	enum link_action_kind kind;
	enum link_stage stage;
	char text[LINK_TEXT_SIZE];
	struct link_addresses addresses;
	struct link_session_id session;
	/* of a frame */
	struct mac source;
	uint16_t id, protocol; /* protocol: 0 in discovery */
	uint8_t code; /* of PPPoE in discovery, else of the PPP packet */
};

struct queue {
	uint8_t frames[QUEUE][FRAME];
	size_t lengths[QUEUE];
	unsigned first, count;
};

struct bench {
	struct link link;
	struct link_config config;
	struct small_concentrator ac;
	struct queue to_ac, to_link;
	mono_us now;
	struct link_wire wire;
	uint16_t mute; /* PPP protocol whose packets of the concentrator are lost; 0: none */
	uint8_t mute_discovery; /* PPPoE code, likewise */
	bool deaf; /* the concentrator hears and says nothing */
	const char *secret; /* NULL: there is none */
	bool keep_secret; /* leave LINK_NEED_SECRET unanswered */
	bool secret_wanted, finished;
	struct entry journal[JOURNAL];
	unsigned written, read;
};

/* ---- the wire ---- */

static void push(struct queue *q, struct bytes frame)
{
	assert_true(q->count < QUEUE && frame.length <= FRAME);
	unsigned at = (q->first + q->count++) % QUEUE;
	memcpy(q->frames[at], frame.data, frame.length);
	q->lengths[at] = frame.length;
}

static struct bytes pop(struct queue *q)
{
	unsigned at = q->first;
	q->first = (q->first + 1) % QUEUE;
	q->count--;
	return bytes_of(q->frames[at], q->lengths[at]);
}

static bool muted(const struct bench *b, struct bytes frame)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	struct pppoe_session_frame session;
	if (b->mute != 0 && pppoe_session_read(frame, &session))
		return session.protocol == b->mute;
	return b->mute_discovery != 0 && ethernet_read(frame, &ethernet) &&
	       ethernet.type == ETHERNET_PPPOE_DISCOVERY &&
	       pppoe_packet_read(ethernet.payload, &packet) == PPPOE_READ_OK &&
	       packet.code == b->mute_discovery;
}

static void from_ac(void *owner, struct bytes frame, mono_us now)
{
	struct bench *b = owner;
	(void)now;
	if (!b->deaf && b->wire.carrier && !muted(b, frame))
		push(&b->to_link, frame);
}

/* ---- the journal ---- */

static void note_frame(struct entry *e, struct bytes frame)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	assert_true(ethernet_read(frame, &ethernet));
	assert_int_equal(pppoe_packet_read(ethernet.payload, &packet), PPPOE_READ_OK);
	e->source = ethernet.source;
	e->id = packet.session_id;
	e->code = packet.code;
	if (e->kind == LINK_SEND_DISCOVERY) {
		assert_int_equal(ethernet.type, ETHERNET_PPPOE_DISCOVERY);
		return;
	}
	struct pppoe_session_frame session;
	assert_true(pppoe_session_read(frame, &session));
	assert_true(session.information.length > 0);
	e->protocol = session.protocol;
	e->code = session.information.data[0];
}

static void note(struct bench *b, const struct link_action *action)
{
	assert_true(b->written < JOURNAL);
	struct entry *e = &b->journal[b->written++];
	*e = (struct entry){
		.when = b->now,
		.kind = action->kind,
		.stage = action->stage,
		.addresses = action->addresses,
		.session = action->session,
	};
	if (action->text)
		snprintf(e->text, sizeof(e->text), "%s", action->text);
	if (action->kind == LINK_SEND_DISCOVERY || action->kind == LINK_SEND_SESSION)
		note_frame(e, action->frame);
}

static void act(struct bench *b, const struct link_action *action)
{
	assert_false(b->finished); /* "nothing more will come" */
	note(b, action);
	switch (action->kind) {
	case LINK_SEND_DISCOVERY:
	case LINK_SEND_SESSION:
		if (b->wire.present && b->wire.carrier && !b->deaf)
			push(&b->to_ac, action->frame);
		break;
	case LINK_NEED_SECRET:
		b->secret_wanted = true;
		break;
	case LINK_FAILED:
		assert_ptr_equal(action->failure, &b->link.failure);
		break;
	case LINK_FINISHED:
		b->finished = true;
		break;
	case LINK_SESSION:
	case LINK_ADDRESSES:
	case LINK_EVENT:
		break;
	}
}

static void drain(struct bench *b)
{
	struct link_action action;
	while (link_next_action(&b->link, &action))
		act(b, &action);
	assert_int_equal(b->link.lost, 0);
	if (!b->secret_wanted || b->keep_secret)
		return;
	b->secret_wanted = false;
	struct bytes secret = bytes_of_text(b->secret ? b->secret : "");
	link_secret(&b->link, b->secret ? &secret : NULL, b->now);
	drain(b);
}

/* ---- time ---- */

static void deliver(struct bench *b)
{
	while (b->to_ac.count > 0 || b->to_link.count > 0) {
		if (b->to_ac.count > 0) {
			small_receive(&b->ac, pop(&b->to_ac), b->now);
			continue;
		}
		link_receive(&b->link, pop(&b->to_link), b->now);
		drain(b);
	}
}

static void run(struct bench *b, mono_us duration)
{
	mono_us end = b->now + duration;
	for (;;) {
		deliver(b);
		mono_us next = mono_earlier(link_deadline(&b->link), small_deadline(&b->ac));
		if (next > end)
			break;
		if (next > b->now)
			b->now = next;
		link_tick(&b->link, b->now);
		drain(b);
		assert_true(link_deadline(&b->link) > b->now);
		small_tick(&b->ac, b->now);
	}
	b->now = end;
}

/* Runs until the line reaches the stage, to the step. */
static void run_to(struct bench *b, enum link_stage stage)
{
	for (unsigned i = 0; i < 10000 && b->link.stage != stage; i++) {
		if (b->to_ac.count > 0) {
			small_receive(&b->ac, pop(&b->to_ac), b->now);
		} else if (b->to_link.count > 0) {
			link_receive(&b->link, pop(&b->to_link), b->now);
			drain(b);
		} else {
			b->now = mono_earlier(link_deadline(&b->link), small_deadline(&b->ac));
			link_tick(&b->link, b->now);
			drain(b);
			small_tick(&b->ac, b->now);
		}
	}
	assert_int_equal(b->link.stage, stage);
}

/* ---- set-up ---- */

static struct bench *bench_new(void)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	b->now = 1000 * SECOND;
	b->wire = (struct link_wire){ true, true, us, 1500 };
	b->secret = "secret";
	b->config = link_config_default();
	memcpy(b->config.ppp.name, "user", 5);
	small_init(&b->ac, ac_address);
	b->ac.send = from_ac;
	b->ac.owner = b;
	return b;
}

static void bench_free(struct bench *b)
{
	small_done(&b->ac);
	free(b);
}

static void set_wire(struct bench *b, struct link_wire wire)
{
	b->wire = wire;
	if (!wire.carrier)
		b->to_ac.count = b->to_link.count = 0;
	link_wire(&b->link, &wire, b->now);
	drain(b);
}

static void set_carrier(struct bench *b, bool carrier)
{
	struct link_wire wire = b->wire;
	wire.carrier = carrier;
	set_wire(b, wire);
}

static void start(struct bench *b)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 9 };
	small_start(&b->ac, 1);
	link_init(&b->link, &b->config, seed);
	link_wire(&b->link, &b->wire, b->now);
	link_open(&b->link, b->now);
	drain(b);
}

static struct bench *bench_up(void)
{
	struct bench *b = bench_new();
	start(b);
	run_to(b, LINK_OPEN);
	run(b, 0);
	b->read = b->written;
	return b;
}

/* ---- looking things up ---- */

static const char *kind_name(enum link_action_kind kind)
{
	static const char *const names[] = {
		"send discovery", "send session", "session", "need secret",
		"addresses",	  "event",	  "failed",  "finished",
	};
	return names[kind];
}

static void print_journal(const struct bench *b)
{
	for (unsigned i = 0; i < b->written; i++) {
		const struct entry *e = &b->journal[i];
		print_message("%s%8.3f %-14s %-9s %04x %02x %s\n", i == b->read ? ">" : " ",
			      (double)(e->when - 1000 * SECOND) / (double)SECOND,
			      kind_name(e->kind), link_stage_name(e->stage), e->protocol, e->code,
			      e->text);
	}
}

static bool is_send(const struct entry *e)
{
	return e->kind == LINK_SEND_DISCOVERY || e->kind == LINK_SEND_SESSION;
}

/* The next entry that is no frame. */
static const struct entry *expect(struct bench *b, enum link_action_kind kind)
{
	while (b->read < b->written && is_send(&b->journal[b->read]))
		b->read++;
	if (b->read == b->written || b->journal[b->read].kind != kind) {
		print_journal(b);
		fail_msg("expected: %s", kind_name(kind));
	}
	return &b->journal[b->read++];
}

static void expect_text(struct bench *b, enum link_action_kind kind, enum link_stage stage,
			const char *text)
{
	const struct entry *e = expect(b, kind);
	assert_string_equal(link_stage_name(e->stage), link_stage_name(stage));
	if (!strstr(e->text, text))
		fail_msg("\"%s\" is not in \"%s\"", text, e->text);
}

static void expect_event(struct bench *b, enum link_stage stage, const char *text)
{
	expect_text(b, LINK_EVENT, stage, text);
}

static void expect_addresses(struct bench *b, bool ipv4, bool ipv6)
{
	const struct entry *e = expect(b, LINK_ADDRESSES);
	assert_int_equal(e->addresses.ipv4, ipv4);
	assert_int_equal(e->addresses.ipv6, ipv6);
}

static void expect_session(struct bench *b, bool known)
{
	assert_int_equal(expect(b, LINK_SESSION)->session.known, known);
}

/* The next frame of this kind, whatever comes before. */
static const struct entry *expect_frame(struct bench *b, uint16_t protocol, uint8_t code)
{
	for (; b->read < b->written; b->read++) {
		const struct entry *e = &b->journal[b->read];
		if (is_send(e) && e->protocol == protocol && e->code == code) {
			b->read++;
			return e;
		}
	}
	print_journal(b);
	fail_msg("expected: a frame %04x %02x", protocol, code);
	return NULL;
}

static unsigned count_frames(const struct bench *b, uint16_t protocol, uint8_t code)
{
	unsigned count = 0;
	for (unsigned i = b->read; i < b->written; i++)
		count += is_send(&b->journal[i]) && b->journal[i].protocol == protocol &&
			 b->journal[i].code == code;
	return count;
}

static unsigned count(const struct bench *b, enum link_action_kind kind)
{
	unsigned n = 0;
	for (unsigned i = b->read; i < b->written; i++)
		n += b->journal[i].kind == kind;
	return n;
}

static void expect_down(struct bench *b)
{
	expect_addresses(b, false, false);
	expect_session(b, false);
}

static void assert_wait(const struct bench *b, mono_us wanted_ms)
{
	assert_int_equal(b->link.stage, LINK_WAITING);
	mono_us wait_ms = (link_deadline(&b->link) - b->now) / MS;
	assert_in_range(wait_ms, wanted_ms - wanted_ms / 8, wanted_ms + wanted_ms / 8);
}

/* Until the next LINK_FAILED from `read` on, which it then has passed. */
static const struct entry *run_to_failure(struct bench *b)
{
	for (unsigned i = 0; i < 10000; i++) {
		for (; b->read < b->written; b->read++)
			if (b->journal[b->read].kind == LINK_FAILED)
				return &b->journal[b->read++];
		mono_us next = mono_earlier(link_deadline(&b->link), small_deadline(&b->ac));
		run(b, next > b->now ? next - b->now : 0);
	}
	fail_msg("no failure comes");
	return NULL;
}

/* ---- dialling ---- */

static void dials(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.ppp.ipv6 = b->ac.ppp.ipv6 = true;
	b->config.ppp.interface_id = 0x21;
	b->ac.ppp.interface_id = 0x22;
	start(b);
	run(b, SECOND);
	expect_event(b, LINK_DISCOVERY, "PADI service=\"\"");
	expect_event(b, LINK_DISCOVERY, "PADO ac=\"dialtone\" mac=02:00:00:00:00:ac service=\"\"");
	expect_event(b, LINK_DISCOVERY, "PADS session=0x");
	const struct entry *session = expect(b, LINK_SESSION);
	assert_true(session->session.known);
	assert_true(mac_equal(session->session.peer, ac_address));
	assert_int_equal(session->session.id, b->link.session.id);
	expect_event(b, LINK_LCP, "LCP open mru=1492 peer_mru=1492 auth=CHAP-MD5");
	expect_text(b, LINK_NEED_SECRET, LINK_AUTHENTICATION, "ac");
	expect_event(b, LINK_AUTHENTICATION, "accepted user=\"user\" by=CHAP-MD5");
	/* IPV6CP needs no second round: both sides know their identifiers. */
	expect_event(
		b, LINK_NETWORK,
		"IPV6CP open local=fe80::0000:0000:0000:0021 remote=fe80::0000:0000:0000:0022");
	const struct link_addresses *a = &expect(b, LINK_ADDRESSES)->addresses;
	assert_true(!a->ipv4 && a->ipv6);
	assert_int_equal(a->interface_id, 0x21);
	assert_int_equal(a->peer_interface_id, 0x22);
	expect_event(b, LINK_NETWORK,
		     "IPCP open local=10.0.0.2 remote=10.0.0.1 dns1=10.0.0.53 dns2=10.0.0.54");
	a = &expect(b, LINK_ADDRESSES)->addresses;
	assert_true(a->ipv4 && a->ipv6);
	assert_int_equal(a->local, 0x0a000002);
	assert_int_equal(a->remote, 0x0a000001);
	assert_int_equal(a->dns[0], 0x0a000035);
	assert_int_equal(a->dns[1], 0x0a000036);
	assert_int_equal(a->mtu, 1492);
	assert_int_equal(a->mru, 1492);
	assert_int_equal(b->link.stage, LINK_OPEN);

	link_close(&b->link, "Hung up", b->now);
	drain(b);
	run(b, SECOND);
	expect_down(b); /* both in one step */
	expect(b, LINK_FINISHED);
	bench_free(b);
}

static void dials_by_every_method(void **state)
{
	(void)state;
	const enum ppp_auth methods[] = { PPP_AUTH_NONE, PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5,
					  PPP_AUTH_MSCHAPV2, PPP_AUTH_EAP_MD5 };
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct bench *b = bench_new();
		b->ac.ppp.demand = methods[i];
		start(b);
		run(b, 100 * MS);
		assert_int_equal(b->link.stage, LINK_OPEN);
		assert_int_equal(count(b, LINK_NEED_SECRET), methods[i] != PPP_AUTH_NONE);
		bench_free(b);
	}
}

static void stays_up_for_a_day(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	b->written = b->read = 0;
	for (unsigned hour = 0; hour < 24; hour++) {
		run(b, 3600 * SECOND);
		assert_in_range(count_frames(b, PPP_LCP, PPP_ECHO_REQUEST), 179, 180);
		b->written = 0;
	}
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(b->ac.opened, 1);
	bench_free(b);
}

static void packet_before_pads(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	start(b);
	small_receive(&b->ac, pop(&b->to_ac), b->now); /* PADI */
	link_receive(&b->link, pop(&b->to_link), b->now); /* PADO */
	drain(b);
	small_receive(&b->ac, pop(&b->to_ac), b->now); /* PADR: PADS and Configure-Request come */
	assert_int_equal(b->to_link.count, 2);
	struct bytes pads = pop(&b->to_link);
	link_receive(&b->link, pop(&b->to_link), b->now);
	drain(b);
	assert_int_equal(b->link.drops[LINK_DROP_SESSION], 1);
	assert_int_equal(b->link.stage, LINK_DISCOVERY);
	link_receive(&b->link, pads, b->now);
	drain(b);
	run(b, 3 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

/* ---- failures ---- */

static void wrong_password(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->secret = "wrong";
	start(b);
	const struct entry *failed = run_to_failure(b);
	assert_int_equal(b->link.failure.stage, LINK_AUTHENTICATION);
	assert_int_equal(b->link.failure.cause, REDIAL_REJECTED);
	assert_non_null(strstr(failed->text, "failed: at=auth (the concentrator rejects"));
	assert_non_null(strstr(failed->text, "peer_said="));
	assert_non_null(strstr(failed->text, "try: check USER"));
	assert_non_null(strstr(failed->text, "redial_in_ms="));
	assert_true(b->link.failure.words[0] != '\0');
	assert_wait(b, 30000);
	run_to_failure(b);
	assert_wait(b, 60000);
	run_to_failure(b);
	assert_wait(b, 120000);
	/* Every session was ended, not left behind. */
	assert_int_equal(b->ac.opened, 3);
	assert_int_equal(pppoe_concentrator_sessions(b->ac.pppoe), 0);
	b->secret = "secret";
	run(b, 200 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void microsoft_words_are_explained(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->ac.ppp.demand = PPP_AUTH_MSCHAPV2;
	b->secret = "wrong";
	start(b);
	run_to_failure(b);
	assert_int_equal(b->link.failure.cause, REDIAL_REJECTED);
	assert_non_null(strstr(b->link.failure.words, "E=691"));
	assert_non_null(strstr(b->link.failure.words, "wrong user name or password"));
	bench_free(b);
}

static void secret_missing(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->secret = NULL;
	start(b);
	const struct entry *failed = run_to_failure(b);
	assert_non_null(strstr(failed->text, "at=auth (no password is known"));
	assert_non_null(strstr(failed->text, "chap-secrets"));
	assert_int_equal(b->link.failure.cause, REDIAL_REJECTED);
	assert_wait(b, 30000);
	bench_free(b);
}

static void secret_late_or_never_asked_for(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->keep_secret = true;
	start(b);
	run(b, SECOND);
	assert_true(b->secret_wanted);
	b->keep_secret = false;
	drain(b);
	run(b, SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	b->read = b->written;
	drain(b);
	const struct bytes secret = bytes_of_text("again");
	link_secret(&b->link, &secret, b->now);
	link_secret(&b->link, NULL, b->now);
	drain(b);
	assert_int_equal(b->written, b->read);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void method_not_allowed(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->ac.ppp.demand = PPP_AUTH_PAP;
	b->config.ppp.prove_by = PPP_AUTH_CHAP_MD5;
	start(b);
	run_to_failure(b);
	assert_int_equal(b->link.failure.cause, REDIAL_REJECTED);
	assert_non_null(strstr(b->link.failure.what, "not allowed here"));
	bench_free(b);
}

static void unknown_service(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.pppoe.has_service_name = true;
	memcpy(b->config.pppoe.service_name, "gold", 5);
	start(b);
	expect_event(b, LINK_DISCOVERY, "PADI service=\"gold\"");
	const struct entry *failed = run_to_failure(b);
	assert_non_null(strstr(failed->text, "failed: at=discovery (no access concentrator"));
	assert_int_equal(b->link.failure.cause, REDIAL_FAILED);
	bench_free(b);
}

static void no_concentrator(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->deaf = true;
	start(b);
	run_to_failure(b);
	assert_int_equal(b->link.failure.stage, LINK_DISCOVERY);
	assert_int_equal(b->link.failure.cause, REDIAL_FAILED);
	assert_string_equal(b->link.failure.words, "");
	assert_true(b->link.failure.advice[0] != '\0');
	assert_wait(b, 1000);
	run_to_failure(b);
	assert_wait(b, 2000);
	run_to_failure(b);
	assert_wait(b, 4000);
	b->deaf = false;
	run(b, 5 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void no_session(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->mute_discovery = PPPOE_PADS;
	start(b);
	run_to_failure(b);
	assert_int_equal(b->link.failure.stage, LINK_DISCOVERY);
	assert_non_null(strstr(b->link.failure.what, "does not open a session"));
	bench_free(b);
}

static void lcp_silent(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->mute = PPP_LCP;
	b->ac.ppp.max_configure = 1000; /* it does not give up before us */
	b->ac.ppp.establish_ms = 1000000;
	start(b);
	run_to_failure(b);
	assert_int_equal(b->link.failure.stage, LINK_LCP);
	assert_non_null(strstr(b->link.failure.what, "does not answer in PPP"));
	assert_false(b->link.session.known);
	run(b, 0);
	assert_int_equal(b->ac.hung_up, 1); /* by PADT: no dead session stays behind */
	bench_free(b);
}

static void network_silent(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->mute = PPP_IPCP;
	b->ac.ppp.max_configure = 1000;
	b->ac.ppp.establish_ms = 1000000;
	start(b);
	run_to_failure(b);
	assert_int_equal(b->link.failure.stage, LINK_NETWORK);
	assert_int_equal(b->link.failure.cause, REDIAL_FAILED);
	bench_free(b);
}

static void without_persistence_finishes(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.persist = false;
	b->secret = "wrong";
	start(b);
	const struct entry *failed = run_to_failure(b);
	assert_null(strstr(failed->text, "redial_in_ms"));
	expect(b, LINK_FINISHED);
	run(b, 1000 * SECOND);
	assert_int_equal(b->read, b->written);
	assert_int_equal(link_deadline(&b->link), MONO_NEVER);
	assert_int_equal(b->link.stage, LINK_OFF);
	bench_free(b);
}

static void without_persistence_a_loss_finishes(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.persist = false;
	start(b);
	run(b, SECOND);
	b->read = b->written;
	small_padt(&b->ac, 0, "bye", b->now);
	run(b, SECOND);
	expect_down(b);
	expect_text(b, LINK_FAILED, LINK_OPEN, "lost: at=up");
	expect(b, LINK_FINISHED);
	assert_int_equal(b->read, b->written);
	bench_free(b);
}

/* ---- losses ---- */

static void padt_redials_at_once(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	run(b, 10 * SECOND);
	b->read = b->written;
	mono_us lost = b->now;
	small_padt(&b->ac, 0, "maintenance", b->now);
	run(b, 0);
	expect_down(b);
	expect_text(b, LINK_FAILED, LINK_WAITING,
		    "lost: at=up (the concentrator ended the session (PADT)) "
		    "peer_said=\"maintenance\" redial_in_ms=0");
	assert_int_equal(b->link.failure.cause, REDIAL_LOST);
	assert_int_equal(expect_frame(b, 0, PPPOE_PADI)->when, lost);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(count_frames(b, 0, PPPOE_PADT), 0);
	bench_free(b);
}

static void second_loss_backs_off_and_stability_forgets(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	small_padt(&b->ac, 0, "", b->now);
	run(b, SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	small_padt(&b->ac, 1, "", b->now);
	deliver(b);
	assert_wait(b, 1000);
	run(b, 2 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	run(b, 31 * SECOND);
	b->read = b->written;
	small_padt(&b->ac, 2, "", b->now);
	run(b, 0);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void unstable_line(void **state)
{
	(void)state;
	const mono_us waits_ms[] = { 0, 1000, 2000, 4000, 8000, 16000, 30000, 30000 };
	struct bench *b = bench_up();
	for (uint32_t i = 0; i < sizeof(waits_ms) / sizeof(waits_ms[0]); i++) {
		run(b, 10 * SECOND);
		for (uint32_t slot = 0; slot < SMALL_SESSIONS; slot++)
			if (b->ac.slots[slot].session_id != 0)
				small_padt(&b->ac, slot, "", b->now);
		deliver(b);
		assert_wait(b, waits_ms[i]);
		run_to(b, LINK_OPEN);
	}
	bench_free(b);
}

static void peer_terminates(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	ppp_session_close(&b->ac.sessions[0], "idle timeout", b->now);
	small_drain_ppp(&b->ac, 0, b->now);
	run(b, 0);
	expect_down(b);
	expect_text(b, LINK_FAILED, LINK_WAITING, "lost: at=up (ended by the peer)");
	assert_non_null(strstr(b->link.failure.words, "idle timeout"));
	run(b, 5 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void echo_silence(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	b->deaf = true;
	run_to_failure(b);
	assert_int_equal(b->link.failure.cause, REDIAL_LOST);
	assert_int_equal(b->link.failure.stage, LINK_OPEN);
	assert_non_null(strstr(b->link.failure.what, "no longer answers echo"));
	assert_string_equal(b->link.failure.words, ""); /* not the welcome of long ago */
	assert_in_range(b->now - 1000 * SECOND, 79 * SECOND, 81 * SECOND);
	b->read = 0;
	expect_frame(b, 0, PPPOE_PADT);
	b->deaf = false;
	run(b, 5 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

/* ---- the session before, which the concentrator may still hold ---- */

static struct bench *bench_one_session(void)
{
	struct bench *b = bench_new();
	b->ac.one_session = true;
	b->ac.ppp.echo_interval_ms = 0; /* it never finds out by itself */
	start(b);
	run(b, SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	b->read = b->written;
	return b;
}

static void padt_of_a_dead_session_is_repeated(void **state)
{
	(void)state;
	struct bench *b = bench_one_session();
	uint16_t id = b->link.session.id;
	b->deaf = true; /* echoes, Terminate-Request and PADT are lost */
	run_to_failure(b);
	b->deaf = false;
	run(b, 10 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(b->ac.hung_up, 1);
	/* Two PADIs meet silence; the third has the PADT before it. */
	expect_frame(b, 0, PPPOE_PADI);
	expect_frame(b, 0, PPPOE_PADI);
	assert_int_equal(expect_frame(b, 0, PPPOE_PADT)->id, id);
	expect_frame(b, 0, PPPOE_PADI);
	assert_int_equal(count_frames(b, 0, PPPOE_PADI), 0);
	assert_int_equal(count_frames(b, 0, PPPOE_PADT), 0);
	bench_free(b);
}

/* What a crash leaves: the machine knows nothing, the concentrator everything. */
static void crash(struct bench *b)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 3 };
	link_init(&b->link, &b->config, seed);
	link_wire(&b->link, &b->wire, b->now);
	b->read = b->written;
}

static void remembered_session_is_ended(void **state)
{
	(void)state;
	struct bench *b = bench_one_session();
	struct link_session_id left = b->link.session;
	crash(b);
	link_remember(&b->link, &left, us);
	link_open(&b->link, b->now);
	drain(b);
	run(b, 10 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(b->ac.hung_up, 1);
	bench_free(b);
}

static void session_of_another_address_is_not_ended(void **state)
{
	(void)state;
	struct bench *b = bench_one_session();
	struct link_session_id left = b->link.session;
	crash(b);
	link_remember(&b->link, &left, stranger);
	link_open(&b->link, b->now);
	drain(b);
	run(b, 60 * SECOND);
	assert_int_equal(count_frames(b, 0, PPPOE_PADT), 0);
	assert_int_not_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(b->ac.hung_up, 0);
	bench_free(b);
}

static void no_padt_while_somebody_answers(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	for (unsigned i = 0; i < 5; i++) {
		small_padt(&b->ac, 0, "", b->now);
		run(b, 60 * SECOND);
		assert_int_equal(b->link.stage, LINK_OPEN);
	}
	assert_int_equal(count_frames(b, 0, PPPOE_PADT), 0);
	bench_free(b);
}

/* ---- idle ---- */

static void idle_line_hangs_up(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.idle_ms = 60000;
	start(b);
	run(b, SECOND);
	for (unsigned i = 0; i < 10; i++) { /* echoes alone would not keep it */
		run(b, 50 * SECOND);
		link_moved(&b->link, b->now);
	}
	assert_int_equal(b->link.stage, LINK_OPEN);
	b->read = b->written;
	run(b, 59 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	run(b, 2 * SECOND);
	assert_true(b->finished);
	assert_int_equal(count(b, LINK_FAILED), 0);
	assert_int_equal(b->ac.slots[0].session_id, 0);
	expect_event(b, LINK_OPEN, "idle: no packet for_s=60");
	expect_addresses(b, false, false);
	expect_frame(b, PPP_LCP, PPP_TERMINATE_REQUEST);
	expect_frame(b, 0, PPPOE_PADT);
	expect_session(b, false);
	expect(b, LINK_FINISHED);
	assert_true(link_deadline(&b->link) == MONO_NEVER);
	bench_free(b);
}

static void idle_counts_from_when_it_is_up(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.idle_ms = 5000;
	b->deaf = true;
	start(b);
	run(b, 30 * SECOND); /* no answer for longer than that */
	b->deaf = false;
	run_to(b, LINK_OPEN);
	run(b, 4 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	run(b, 2 * SECOND);
	assert_true(b->finished);
	bench_free(b);
}

static void adaptive_keep_alive_hears_data(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.ppp.echo_adaptive = true;
	b->ac.ppp.echo_interval_ms = 0;
	start(b);
	run(b, SECOND);
	b->read = b->written;
	for (unsigned i = 0; i < 100; i++) {
		run(b, 10 * SECOND);
		link_heard(&b->link);
	}
	assert_int_equal(count_frames(b, PPP_LCP, PPP_ECHO_REQUEST), 0);
	run(b, 100 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_in_range(count_frames(b, PPP_LCP, PPP_ECHO_REQUEST), 2, 5);
	bench_free(b);
}

static void peer_negotiates_anew(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	/* A concentrator that lost its PPP but not its session begins again with LCP. */
	struct ppp_session *session = &b->ac.sessions[0];
	ppp_session_init(session, &b->ac.ppp, &b->ac.random, &b->ac.outbox);
	ppp_session_give_address(session, 0x0a000063);
	ppp_session_open(session, 1492, b->now);
	small_drain_ppp(&b->ac, 0, b->now);
	run(b, 4 * SECOND);
	expect_addresses(b, false, false);
	expect_event(b, LINK_LCP, "anew");
	expect_event(b, LINK_LCP, "LCP open");
	expect(b, LINK_NEED_SECRET);
	expect_event(b, LINK_AUTHENTICATION, "accepted");
	expect_event(b, LINK_NETWORK, "IPCP open local=10.0.0.99");
	expect_addresses(b, true, false);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(b->ac.opened, 1);
	bench_free(b);
}

/* ---- the wire goes and comes ---- */

static const enum link_stage dialling_stages[] = { LINK_DISCOVERY, LINK_LCP, LINK_AUTHENTICATION,
						   LINK_NETWORK };

static void carrier_lost_in_each_stage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dialling_stages) / sizeof(dialling_stages[0]); i++) {
		enum link_stage stage = dialling_stages[i];
		struct bench *b = bench_new();
		start(b);
		run_to(b, stage);
		bool known = b->link.session.known;
		uint16_t id = b->link.session.id;
		b->read = b->written;
		set_carrier(b, false);
		assert_int_equal(b->link.stage, LINK_NO_CARRIER);
		if (known)
			expect_session(b, false);
		expect_text(b, LINK_FAILED, LINK_NO_CARRIER, "no carrier");
		assert_int_equal(b->link.failure.stage, stage);
		run(b, 100 * SECOND);
		assert_int_equal(b->read, b->written); /* quiet while there is no carrier */

		set_carrier(b, true);
		if (known)
			assert_int_equal(expect_frame(b, 0, PPPOE_PADT)->id, id);
		assert_int_equal(expect_frame(b, 0, PPPOE_PADI)->when, b->now);
		run(b, 5 * SECOND);
		assert_int_equal(b->link.stage, LINK_OPEN);
		assert_int_equal(pppoe_concentrator_sessions(b->ac.pppoe), 1);
		bench_free(b);
	}
}

static void no_carrier_at_first(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->wire = (struct link_wire){ 0 };
	start(b);
	expect_event(b, LINK_NO_CARRIER, "waiting for the interface");
	run(b, 100 * SECOND);
	set_wire(b, (struct link_wire){ true, false, us, 1500 });
	assert_int_equal(b->written, b->read);
	assert_int_equal(link_deadline(&b->link), MONO_NEVER);
	set_carrier(b, true);
	run(b, 0);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void short_blip_survives(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	run(b, 5 * SECOND);
	b->read = b->written;
	set_carrier(b, false);
	expect_event(b, LINK_OPEN, "no carrier: the session is kept for_ms=10000");
	run(b, 9999 * MS);
	assert_int_equal(b->link.stage, LINK_OPEN);
	set_carrier(b, true);
	expect_event(b, LINK_OPEN, "carrier is back");
	assert_int_equal(expect_frame(b, PPP_LCP, PPP_ECHO_REQUEST)->when, b->now);
	run(b, 100 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(b->ac.opened, 1);
	assert_int_equal(count(b, LINK_ADDRESSES), 0);
	bench_free(b);
}

static void grace_over(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	uint16_t id = b->link.session.id;
	set_carrier(b, false);
	run(b, SECOND);
	set_carrier(b, false); /* told twice: the grace is not longer for it */
	run(b, 8999 * MS);
	assert_int_equal(b->link.stage, LINK_OPEN);
	run(b, 2 * MS);
	assert_int_equal(b->link.stage, LINK_NO_CARRIER);
	expect_event(b, LINK_OPEN, "no carrier");
	expect_down(b);
	expect_text(b, LINK_FAILED, LINK_NO_CARRIER, "lost: at=up (the interface has no carrier)");
	run(b, 20 * SECOND);
	assert_int_equal(b->read, b->written);
	set_carrier(b, true);
	const struct entry *padt = expect_frame(b, 0, PPPOE_PADT);
	assert_int_equal(padt->id, id);
	expect_frame(b, 0, PPPOE_PADI);
	run(b, 0);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(b->ac.hung_up, 1);
	bench_free(b);
}

static void negotiated_anew_within_the_grace(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	set_carrier(b, false);
	/* A frame that was on its way: LCP begins again while there is no carrier. */
	b->wire.carrier = true;
	struct ppp_session *session = &b->ac.sessions[0];
	ppp_session_init(session, &b->ac.ppp, &b->ac.random, &b->ac.outbox);
	ppp_session_give_address(session, 0x0a000063);
	ppp_session_open(session, 1492, b->now);
	small_drain_ppp(&b->ac, 0, b->now);
	b->wire.carrier = false;
	deliver(b);
	assert_int_equal(b->link.stage, LINK_LCP);
	run(b, SECOND);
	set_carrier(b, true);
	run(b, 20 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(b->ac.opened, 1);
	bench_free(b);
}

static void stable_line_lost_by_carrier_forgets(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->deaf = true;
	start(b);
	for (unsigned i = 0; i < 6; i++)
		run_to_failure(b);
	b->deaf = false;
	run(b, 200 * SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	set_carrier(b, false);
	run(b, 10 * SECOND);
	b->deaf = true;
	set_carrier(b, true);
	b->read = b->written;
	run_to_failure(b);
	assert_wait(b, 1000);
	bench_free(b);
}

static void interface_vanishes_and_returns(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	uint16_t id = b->link.session.id;
	set_wire(b, (struct link_wire){ 0 });
	expect_down(b);
	expect_text(b, LINK_FAILED, LINK_NO_CARRIER, "lost: at=up");
	assert_int_equal(b->written, b->read);
	run(b, 10 * SECOND);
	set_wire(b, (struct link_wire){ true, true, us, 1500 });
	assert_int_equal(expect_frame(b, 0, PPPOE_PADT)->id, id);
	expect_frame(b, 0, PPPOE_PADI);
	run(b, 0);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void interface_returns_with_another_address(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	set_wire(b, (struct link_wire){ 0 });
	run(b, 10 * SECOND);
	b->read = b->written;
	set_wire(b, (struct link_wire){ true, true, us_renewed, 1500 });
	assert_int_equal(count_frames(b, 0, PPPOE_PADT), 0); /* it would not be believed */
	assert_true(mac_equal(expect_frame(b, 0, PPPOE_PADI)->source, us_renewed));
	run(b, 0);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void address_changes_under_way(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	set_wire(b, (struct link_wire){ true, true, us_renewed, 1500 });
	expect_down(b);
	expect(b, LINK_FAILED);
	b->read = 0;
	expect_frame(b, PPP_IPCP, PPP_CONFIGURE_ACK);
	assert_true(mac_equal(expect_frame(b, 0, PPPOE_PADT)->source, us));
	assert_true(mac_equal(expect_frame(b, 0, PPPOE_PADI)->source, us_renewed));
	run(b, 0);
	assert_int_equal(b->link.stage, LINK_OPEN);
	assert_int_equal(pppoe_concentrator_sessions(b->ac.pppoe), 1);
	bench_free(b);
}

static void carrier_does_not_shorten_a_rejection(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->secret = "wrong";
	start(b);
	run_to_failure(b);
	mono_us redial_at = link_deadline(&b->link);
	run(b, 10 * SECOND);
	set_carrier(b, false);
	run(b, 5 * SECOND);
	set_carrier(b, true);
	assert_int_equal(b->link.stage, LINK_WAITING);
	assert_int_equal(link_deadline(&b->link), redial_at);
	set_carrier(b, false);
	run(b, 60 * SECOND);
	assert_int_equal(b->link.stage, LINK_NO_CARRIER);
	b->secret = "secret";
	set_carrier(b, true);
	run(b, 0);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

static void carrier_shortens_other_waits(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->deaf = true;
	start(b);
	for (unsigned i = 0; i < 6; i++)
		run_to_failure(b);
	set_carrier(b, false);
	b->deaf = false;
	run(b, SECOND);
	set_carrier(b, true);
	run(b, 0);
	assert_int_equal(b->link.stage, LINK_OPEN);
	bench_free(b);
}

/* ---- hanging up ---- */

static void closes_politely(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	link_close(&b->link, "Hung up", b->now);
	drain(b);
	assert_int_equal(b->link.stage, LINK_CLOSING);
	run(b, 100 * SECOND);
	unsigned read = b->read;
	expect_frame(b, PPP_LCP, PPP_TERMINATE_REQUEST);
	expect_frame(b, 0, PPPOE_PADT);
	b->read = read;
	expect_down(b);
	expect(b, LINK_FINISHED);
	assert_int_equal(b->read, b->written);
	assert_string_equal(b->ac.padt_words, "");
	assert_int_equal(pppoe_concentrator_sessions(b->ac.pppoe), 0);
	bench_free(b);
}

/* Every verb there is, on a line that has finished. */
static void poke(struct bench *b)
{
	const struct bytes secret = bytes_of_text("secret");
	link_open(&b->link, b->now);
	link_close(&b->link, "again", b->now);
	link_wire(&b->link, &(struct link_wire){ 0 }, b->now);
	link_wire(&b->link, &(struct link_wire){ true, true, us, 1500 }, b->now);
	link_secret(&b->link, &secret, b->now);
	link_secret(&b->link, NULL, b->now);
	link_heard(&b->link);
	link_tick(&b->link, b->now + 1000 * SECOND);
	drain(b);
	assert_int_equal(link_deadline(&b->link), MONO_NEVER);
}

static void closes_in_each_stage(void **state)
{
	(void)state;
	const enum link_stage stages[] = { LINK_DISCOVERY, LINK_LCP,  LINK_AUTHENTICATION,
					   LINK_NETWORK,   LINK_OPEN, LINK_WAITING };
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		struct bench *b = bench_new();
		b->config.redial.min_ms = 5000;
		b->ac.ppp.ipv4 = stages[i] != LINK_WAITING;
		start(b);
		run_to(b, stages[i]);
		b->read = b->written;
		bool known = b->link.session.known;
		link_close(&b->link, "Hung up", b->now);
		drain(b);
		run(b, 100 * SECOND);
		assert_int_equal(count_frames(b, 0, PPPOE_PADT), known);
		assert_true(known == (count_frames(b, PPP_LCP, PPP_TERMINATE_REQUEST) > 0));
		assert_int_equal(count(b, LINK_FINISHED), 1);
		assert_int_equal(pppoe_concentrator_sessions(b->ac.pppoe), 0);
		poke(b);
		bench_free(b);
	}
}

static void closes_without_carrier(void **state)
{
	(void)state;
	for (unsigned lost = 0; lost < 2; lost++) {
		struct bench *b = bench_up();
		set_carrier(b, false);
		run(b, lost ? 10 * SECOND : SECOND);
		b->read = b->written;
		link_close(&b->link, "Hung up", b->now);
		drain(b);
		assert_true(b->finished);
		assert_int_equal(count(b, LINK_ADDRESSES), !lost);
		assert_int_equal(count_frames(b, 0, PPPOE_PADT), 0);
		poke(b);
		bench_free(b);
	}
}

static void closes_before_it_is_open(void **state)
{
	(void)state;
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 9 };
	struct bench *b = bench_new();
	small_start(&b->ac, 1);
	link_init(&b->link, &b->config, seed);
	assert_int_equal(link_deadline(&b->link), MONO_NEVER);
	link_close(&b->link, "never mind", b->now);
	drain(b);
	assert_true(b->finished);
	poke(b);
	bench_free(b);
}

static void closes_when_nobody_answers(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	b->deaf = true;
	mono_us closed = b->now;
	link_close(&b->link, "Hung up", b->now);
	drain(b);
	assert_false(b->finished);
	while (!b->finished)
		run(b, 10 * MS);
	assert_in_range(b->now - closed, 1, 2 * SECOND);
	expect_frame(b, 0, PPPOE_PADT);
	bench_free(b);
}

static void closing_twice_hurries(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	b->deaf = true;
	link_close(&b->link, "Hung up", b->now);
	drain(b);
	link_close(&b->link, "Now", b->now);
	drain(b);
	assert_true(b->finished);
	expect_frame(b, PPP_LCP, PPP_TERMINATE_REQUEST);
	expect_frame(b, 0, PPPOE_PADT);
	expect(b, LINK_SESSION);
	expect(b, LINK_FINISHED);
	assert_int_equal(b->read, b->written);
	poke(b);
	bench_free(b);
}

static void closes_while_rejected(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->secret = "wrong";
	start(b);
	run_to(b, LINK_AUTHENTICATION);
	b->deaf = true; /* nobody acknowledges our Terminate-Request */
	link_close(&b->link, "Hung up", b->now);
	drain(b);
	run(b, 10 * SECOND);
	assert_true(b->finished);
	bench_free(b);
}

static void padt_while_closing(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	b->mute = PPP_LCP;
	link_close(&b->link, "Hung up", b->now);
	drain(b);
	small_padt(&b->ac, 0, "", b->now);
	run(b, 0);
	assert_true(b->finished);
	assert_int_equal(count_frames(b, 0, PPPOE_PADT), 0);
	bench_free(b);
}

static void wire_vanishes_while_closing(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	b->mute = PPP_LCP;
	link_close(&b->link, "Hung up", b->now);
	drain(b);
	set_wire(b, (struct link_wire){ 0 });
	run(b, 10 * SECOND);
	assert_true(b->finished);
	bench_free(b);
}

/* ---- RFC 4638 ---- */

static struct bench *bench_of_mtu(uint16_t wire_mtu, uint16_t ac_payload)
{
	struct bench *b = bench_new();
	b->wire.mtu = wire_mtu;
	b->config.mtu = b->config.ppp.mru = 1500;
	b->ac.config.max_payload = ac_payload;
	b->ac.ppp.mru = 1500;
	start(b);
	run(b, SECOND);
	assert_int_equal(b->link.stage, LINK_OPEN);
	return b;
}

static void mtu_1500(void **state)
{
	(void)state;
	struct bench *b = bench_of_mtu(1508, 1500);
	expect_event(b, LINK_DISCOVERY, "PADI service=\"\" max_payload=1500");
	assert_int_equal(b->link.addresses.mtu, 1500);
	assert_int_equal(b->link.addresses.mru, 1500);
	assert_int_equal(b->link.ppp.lcp.ask_mru, 1500);
	bench_free(b);
}

static void mtu_1500_where_the_wire_is_too_small(void **state)
{
	(void)state;
	struct bench *b = bench_of_mtu(1500, 1500);
	expect_event(b, LINK_DISCOVERY, "MTU is too small");
	assert_int_equal(b->link.addresses.mtu, 1492);
	assert_int_equal(b->link.ppp.lcp.ask_mru, 1492);
	bench_free(b);
}

static void mtu_1500_where_the_peer_does_not(void **state)
{
	(void)state;
	struct bench *b = bench_of_mtu(1508, 0);
	assert_int_equal(b->link.addresses.mtu, 1492);
	assert_int_equal(b->link.addresses.mru, 1492);
	bench_free(b);
}

static void mtu_smaller_than_agreed(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->config.mtu = 1400;
	start(b);
	run(b, SECOND);
	assert_int_equal(b->link.addresses.mtu, 1400);
	assert_int_equal(b->link.addresses.mru, 1492);
	bench_free(b);
}

static void small_wires(void **state)
{
	(void)state;
	struct bench *b = bench_of_mtu(1400, 1500);
	assert_int_equal(b->link.addresses.mtu, 1392);
	bench_free(b);
	for (uint16_t mtu = 0; mtu < 200; mtu++) {
		b = bench_new();
		b->wire.mtu = mtu;
		start(b);
		run(b, 200 * SECOND);
		bench_free(b);
	}
}

/* ---- strangers ---- */

static void send_lcp(struct bench *b, struct mac destination, struct mac source, uint16_t id)
{
	const uint8_t terminate[] = { PPP_TERMINATE_REQUEST, 1, 0, 4 };
	uint8_t frame[100];
	struct writer w = writer_of(frame, sizeof(frame));
	pppoe_session_write(&w, destination, source, id, PPP_LCP,
			    bytes_of(terminate, sizeof(terminate)));
	link_receive(&b->link, writer_written(&w), b->now);
	drain(b);
}

static void frames_of_other_sessions(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	uint16_t id = b->link.session.id;
	send_lcp(b, us, stranger, id);
	send_lcp(b, stranger, ac_address, id);
	send_lcp(b, us, ac_address, id == 1 ? 2 : 1);
	assert_int_equal(b->link.drops[LINK_DROP_SESSION], 3);
	send_lcp(b, us, ac_address, 0);
	send_lcp(b, us, ac_address, 0xffff);
	assert_int_equal(b->link.drops[LINK_DROP_FRAME], 2);
	assert_int_equal(b->written, b->read);
	assert_int_equal(b->link.stage, LINK_OPEN);
	send_lcp(b, us, ac_address, id); /* the right one, to see that the others could have hit */
	assert_true(b->written > b->read);
	bench_free(b);
}

static void frames_while_no_session_is_open(void **state)
{
	(void)state;
	struct bench *b = bench_new();
	b->deaf = true;
	start(b);
	b->read = b->written;
	send_lcp(b, us, ac_address, 1);
	send_lcp(b, us, (struct mac){ { 0 } }, 0);
	assert_int_equal(b->link.drops[LINK_DROP_SESSION], 1);
	assert_int_equal(b->link.drops[LINK_DROP_FRAME], 1);
	link_receive(&b->link, bytes_of("short", 5), b->now);
	link_receive(&b->link, bytes_of(NULL, 0), b->now);
	drain(b);
	assert_int_equal(b->written, b->read);
	bench_free(b);
}

static void send_padt(struct bench *b, struct mac destination, struct mac source, uint16_t id)
{
	uint8_t frame[100];
	struct writer w = writer_of(frame, sizeof(frame));
	ethernet_write(&w, destination, source, ETHERNET_PPPOE_DISCOVERY);
	pppoe_packet_end(&w, pppoe_packet_begin(&w, PPPOE_PADT, id));
	link_receive(&b->link, writer_written(&w), b->now);
	drain(b);
}

static void padt_of_strangers(void **state)
{
	(void)state;
	struct bench *b = bench_up();
	uint16_t id = b->link.session.id;
	send_padt(b, us, stranger, id);
	send_padt(b, stranger, ac_address, id);
	send_padt(b, MAC_BROADCAST, ac_address, id);
	send_padt(b, us, ac_address, (uint16_t)(id + 1));
	assert_int_equal(b->written, b->read);
	assert_int_equal(b->link.stage, LINK_OPEN);
	send_padt(b, us, ac_address, id);
	assert_int_equal(b->link.stage, LINK_WAITING);
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dials),
		cmocka_unit_test(dials_by_every_method),
		cmocka_unit_test(stays_up_for_a_day),
		cmocka_unit_test(packet_before_pads),
		cmocka_unit_test(wrong_password),
		cmocka_unit_test(microsoft_words_are_explained),
		cmocka_unit_test(secret_missing),
		cmocka_unit_test(secret_late_or_never_asked_for),
		cmocka_unit_test(method_not_allowed),
		cmocka_unit_test(unknown_service),
		cmocka_unit_test(no_concentrator),
		cmocka_unit_test(no_session),
		cmocka_unit_test(lcp_silent),
		cmocka_unit_test(network_silent),
		cmocka_unit_test(without_persistence_finishes),
		cmocka_unit_test(without_persistence_a_loss_finishes),
		cmocka_unit_test(padt_redials_at_once),
		cmocka_unit_test(second_loss_backs_off_and_stability_forgets),
		cmocka_unit_test(unstable_line),
		cmocka_unit_test(peer_terminates),
		cmocka_unit_test(echo_silence),
		cmocka_unit_test(padt_of_a_dead_session_is_repeated),
		cmocka_unit_test(remembered_session_is_ended),
		cmocka_unit_test(session_of_another_address_is_not_ended),
		cmocka_unit_test(no_padt_while_somebody_answers),
		cmocka_unit_test(idle_line_hangs_up),
		cmocka_unit_test(idle_counts_from_when_it_is_up),
		cmocka_unit_test(adaptive_keep_alive_hears_data),
		cmocka_unit_test(peer_negotiates_anew),
		cmocka_unit_test(carrier_lost_in_each_stage),
		cmocka_unit_test(no_carrier_at_first),
		cmocka_unit_test(short_blip_survives),
		cmocka_unit_test(grace_over),
		cmocka_unit_test(negotiated_anew_within_the_grace),
		cmocka_unit_test(stable_line_lost_by_carrier_forgets),
		cmocka_unit_test(interface_vanishes_and_returns),
		cmocka_unit_test(interface_returns_with_another_address),
		cmocka_unit_test(address_changes_under_way),
		cmocka_unit_test(carrier_does_not_shorten_a_rejection),
		cmocka_unit_test(carrier_shortens_other_waits),
		cmocka_unit_test(closes_politely),
		cmocka_unit_test(closes_in_each_stage),
		cmocka_unit_test(closes_without_carrier),
		cmocka_unit_test(closes_before_it_is_open),
		cmocka_unit_test(closes_when_nobody_answers),
		cmocka_unit_test(closing_twice_hurries),
		cmocka_unit_test(closes_while_rejected),
		cmocka_unit_test(padt_while_closing),
		cmocka_unit_test(wire_vanishes_while_closing),
		cmocka_unit_test(mtu_1500),
		cmocka_unit_test(mtu_1500_where_the_wire_is_too_small),
		cmocka_unit_test(mtu_1500_where_the_peer_does_not),
		cmocka_unit_test(mtu_smaller_than_agreed),
		cmocka_unit_test(small_wires),
		cmocka_unit_test(frames_of_other_sessions),
		cmocka_unit_test(frames_while_no_session_is_open),
		cmocka_unit_test(padt_of_strangers),
	};
	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
