/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dialler and a concentrator over a wire that loses, repeats, reorders, delays and corrupts, in
 * virtual time.  Everything comes from the seed.
 *
 *	simulate_ppp [FIRST [LAST [trace]]]
 *
 * runs the seeds FIRST to LAST (0 to 9999), and prints for each that fails how to see it again.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ppp/words.h"

#define SEEDS_A_LINE 1000
#define FLIGHT_MAX 1024
#define ATTEMPTS_MAX 8
#define ATTEMPT_MS 180000
#define PAYLOAD_MAX 1492
#define CALLS_MAX 4000 /* of one side in one attempt: more is a storm */
#define SECRETS_MAX 8

enum { DIALLER, CONCENTRATOR };

struct flight {
	mono_us due;
	int to;
	bool ends_session; /* a PADT: no PPP packet */
	uint16_t protocol;
	size_t length;
	uint8_t packet[PPP_PACKET_MAX];
};

struct wire {
	uint32_t loss, repeat, corruption; /* per cent */
	uint32_t delay_ms, jitter_ms; /* jitter reorders */
	unsigned count;
	struct flight flights[FLIGHT_MAX];
};

struct side {
	const char *name;
	struct ppp_config config;
	struct random random;
	struct ppp_outbox outbox;
	struct ppp_session session;
	bool ipv4_up, ipv6_up, was_up, ended;
	unsigned calls, lcp_ups;
	mono_us own_secret_due;
	unsigned secrets_asked;
	mono_us peer_secret_due[SECRETS_MAX];
};

struct world {
	uint64_t seed, random;
	bool trace, failed;
	mono_us now;
	struct wire wire;
	struct side sides[2];
	const char *secret; /* the dialler's; the concentrator's is "right" */
	uint32_t give_address;
	uint32_t secret_delay_ms;
	bool measured; /* discovery has seen the round trip */
	uint32_t round_trip_ms;
};

/* SplitMix64 */
static uint64_t next_random(struct world *world)
{
	uint64_t z = world->random += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint32_t below(struct world *world, uint32_t limit)
{
	return limit > 0 ? (uint32_t)(next_random(world) % limit) : 0;
}

static bool chance(struct world *world, uint32_t per_cent)
{
	return below(world, 100) < per_cent;
}

__attribute__((format(printf, 2, 3))) static void say(const struct world *world, const char *format,
						      ...)
{
	if (!world->trace)
		return;
	printf("# %9.3f ", (double)world->now / 1e6);
	va_list arguments;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

static void fail(struct world *world, const char *what)
{
	if (!world->failed)
		printf("# seed %" PRIu64 " at %.3f s: %s; again: simulate_ppp %" PRIu64 " %" PRIu64
		       " trace\n",
		       world->seed, (double)world->now / 1e6, what, world->seed, world->seed);
	world->failed = true;
}

static void check(struct world *world, bool good, const char *what)
{
	if (!good)
		fail(world, what);
}

/* The wire. */

static void put_on_wire(struct world *world, const struct flight *packet)
{
	struct wire *wire = &world->wire;
	if (wire->count == FLIGHT_MAX) {
		fail(world, "a storm: the wire is full");
		return;
	}
	struct flight *flight = &wire->flights[wire->count++];
	*flight = *packet;
	flight->due = mono_after_ms(world->now, wire->delay_ms + below(world, wire->jitter_ms)) + 1;
	if (flight->length > 0 && chance(world, wire->corruption)) {
		uint32_t bit = below(world, (uint32_t)flight->length * 8);
		flight->packet[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void transmit(struct world *world, const struct flight *packet)
{
	if (chance(world, world->wire.loss)) {
		say(world, "    lost");
		return;
	}
	put_on_wire(world, packet);
	while (chance(world, world->wire.repeat))
		put_on_wire(world, packet);
}

static void send_packet(struct world *world, int from, const struct ppp_action *action)
{
	struct flight packet = {
		.to = 1 - from,
		.protocol = action->protocol,
		.length = action->packet.length,
	};
	if (packet.length > PAYLOAD_MAX) {
		fail(world, "a packet that PPPoE can't carry");
		return;
	}
	memcpy(packet.packet, action->packet.data, packet.length);
	if (world->trace) {
		char hex[129];
		struct text t = text_of(hex, sizeof(hex));
		for (size_t i = 0; i < packet.length; i++)
			text_hex(&t, packet.packet[i], 2);
		say(world, "%s sends %04x %s", world->sides[from].name, packet.protocol, hex);
	}
	transmit(world, &packet);
}

/* Takes the earliest packet that is due off the wire. */
static bool take_off_wire(struct world *world, struct flight *ret_packet)
{
	struct wire *wire = &world->wire;
	unsigned first = wire->count;
	for (unsigned i = 0; i < wire->count; i++)
		if (wire->flights[i].due <= world->now &&
		    (first == wire->count || wire->flights[i].due < wire->flights[first].due))
			first = i;
	if (first == wire->count)
		return false;
	*ret_packet = wire->flights[first];
	wire->flights[first] = wire->flights[--wire->count];
	return true;
}

static mono_us wire_deadline(const struct wire *wire)
{
	mono_us deadline = MONO_NEVER;
	for (unsigned i = 0; i < wire->count; i++)
		deadline = mono_earlier(deadline, wire->flights[i].due);
	return deadline;
}

/* A side: the owner of a session. */

static const char *action_name(enum ppp_action_kind kind)
{
	static const char *const names[] = {
		"send",	   "need-own-secret", "need-peer-secret", "lcp-up",    "proven", "checked",
		"ipv4-up", "ipv4-down",	      "ipv6-up",	  "ipv6-down", "ended"
	};
	return names[kind];
}

static void side_ended(struct world *world, int which)
{
	struct side *side = &world->sides[which];
	check(world, !side->ipv4_up && !side->ipv6_up, "ended with a network protocol up");
	check(world, ppp_session_deadline(&side->session) == MONO_NEVER,
	      "dead, but has a deadline");
	check(world, side->session.phase == PPP_DEAD, "ended, but not dead");
	say(world, "%s: %s \"%s\"", side->name, ppp_failure_text(side->session.failure),
	    ppp_session_words(&side->session));
	side->ended = true;
	side->own_secret_due = MONO_NEVER;
	side->secrets_asked = 0;
	struct flight padt = { .to = 1 - which, .ends_session = true };
	transmit(world, &padt);
}

static void note_up(struct world *world, struct side *side, bool *up)
{
	check(world, !*up, "up twice");
	*up = side->was_up = true;
}

static void note_down(struct world *world, bool *up)
{
	check(world, *up, "down without up");
	*up = false;
}

static void ask_peer_secret(struct world *world, struct side *side)
{
	if (side->secrets_asked == SECRETS_MAX)
		fail(world, "asks for more and more secrets");
	else
		side->peer_secret_due[side->secrets_asked++] =
			mono_after_ms(world->now, world->secret_delay_ms);
}

static void act(struct world *world, int which, const struct ppp_action *action)
{
	struct side *side = &world->sides[which];
	check(world, !side->ended, "acts after the end");
	if (action->kind != PPP_SEND)
		say(world, "%s: %s", side->name, action_name(action->kind));
	switch (action->kind) {
	case PPP_SEND:
		send_packet(world, which, action);
		break;
	case PPP_NEED_OWN_SECRET:
		side->own_secret_due = mono_after_ms(world->now, world->secret_delay_ms);
		break;
	case PPP_NEED_PEER_SECRET:
		ask_peer_secret(world, side);
		break;
	case PPP_LCP_UP:
		side->lcp_ups++;
		break;
	case PPP_CHECKED:
		ppp_session_give_address(&side->session, world->give_address);
		break;
	case PPP_PROVEN:
		break;
	case PPP_IPV4_UP:
		note_up(world, side, &side->ipv4_up);
		break;
	case PPP_IPV4_DOWN:
		note_down(world, &side->ipv4_up);
		break;
	case PPP_IPV6_UP:
		note_up(world, side, &side->ipv6_up);
		break;
	case PPP_IPV6_DOWN:
		note_down(world, &side->ipv6_up);
		break;
	case PPP_ENDED:
		side_ended(world, which);
		break;
	}
}

static void drain(struct world *world, int which)
{
	struct side *side = &world->sides[which];
	struct ppp_action action;
	check(world, ++side->calls < CALLS_MAX, "a storm");
	while (ppp_outbox_next(&side->outbox, &action))
		act(world, which, &action);
	check(world, side->outbox.lost == 0, "the outbox lost a packet");
}

static void tick(struct world *world, int which)
{
	struct side *side = &world->sides[which];
	struct ppp_session *session = &side->session;
	if (ppp_session_deadline(session) <= world->now) {
		ppp_session_tick(session, world->now);
		drain(world, which);
		check(world, ppp_session_deadline(session) > world->now, "deadline in the past");
	}
	if (side->own_secret_due <= world->now) {
		side->own_secret_due = MONO_NEVER;
		struct bytes secret = bytes_of_text(world->secret);
		ppp_session_own_secret(session, &secret, world->now);
		drain(world, which);
	}
	if (side->secrets_asked > 0 && side->peer_secret_due[0] <= world->now) {
		side->secrets_asked--;
		memmove(side->peer_secret_due, side->peer_secret_due + 1,
			side->secrets_asked * sizeof(side->peer_secret_due[0]));
		struct bytes secret = bytes_of_text("right");
		bool known = bytes_equal(ppp_session_peer_name(session), bytes_of_text("user"));
		ppp_session_peer_secret(session, known ? &secret : NULL, world->now);
		drain(world, which);
	}
}

static mono_us side_deadline(const struct side *side)
{
	mono_us deadline = ppp_session_deadline(&side->session);
	deadline = mono_earlier(deadline, side->own_secret_due);
	return side->secrets_asked > 0 ? mono_earlier(deadline, side->peer_secret_due[0])
				       : deadline;
}

static void deliver(struct world *world, const struct flight *packet)
{
	struct side *side = &world->sides[packet->to];
	if (packet->ends_session)
		ppp_session_down(&side->session, world->now);
	else
		ppp_session_receive(&side->session, packet->protocol,
				    bytes_of(packet->packet, packet->length), world->now);
	drain(world, packet->to);
}

typedef bool condition(const struct world *world);

/* Lets time pass until the condition holds; false if it did not before `until`. */
static bool run(struct world *world, mono_us until, condition *done)
{
	while (!world->failed) {
		if (done && done(world))
			return true;
		mono_us next = wire_deadline(&world->wire);
		next = mono_earlier(next, side_deadline(&world->sides[DIALLER]));
		next = mono_earlier(next, side_deadline(&world->sides[CONCENTRATOR]));
		if (next > until) {
			world->now = until;
			return false;
		}
		if (next > world->now)
			world->now = next;
		struct flight packet;
		while (!world->failed && take_off_wire(world, &packet))
			deliver(world, &packet);
		tick(world, DIALLER);
		tick(world, CONCENTRATOR);
	}
	return false;
}

/* The seed's world. */

static enum ppp_auth any_auth(struct world *world)
{
	static const enum ppp_auth auths[] = { PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5, PPP_AUTH_MSCHAPV2,
					       PPP_AUTH_EAP_MD5 };
	return auths[below(world, 4)];
}

static void configure_wire(struct world *world)
{
	struct wire *wire = &world->wire;
	memset(wire, 0, sizeof(*wire));
	wire->loss = chance(world, 25) ? 0 : below(world, 41);
	wire->repeat = chance(world, 40) ? 0 : below(world, 30);
	wire->corruption = chance(world, 70) ? 0 : below(world, 20);
	wire->delay_ms = below(world, chance(world, 50) ? 20 : 200);
	wire->jitter_ms = chance(world, 30) ? 0 : below(world, 200);
	say(world, "wire: loses %u %%, repeats %u %%, corrupts %u %%, delays %u to %u ms",
	    wire->loss, wire->repeat, wire->corruption, wire->delay_ms,
	    wire->delay_ms + wire->jitter_ms);
}

static void configure_sides(struct world *world)
{
	struct ppp_config *dialler = &world->sides[DIALLER].config;
	struct ppp_config *concentrator = &world->sides[CONCENTRATOR].config;
	*dialler = *concentrator = ppp_config_default();
	memcpy(dialler->name, "user", 5);
	memcpy(concentrator->name, "concentrator", 13);

	concentrator->prove_by = 0;
	concentrator->demand = any_auth(world);
	if (chance(world, 30))
		concentrator->demand |= any_auth(world);
	dialler->prove_by = chance(world, 50) ? PPP_AUTH_ALL : any_auth(world);
	dialler->prove_by |= concentrator->demand & (~concentrator->demand + 1);
	concentrator->rechallenge_ms = chance(world, 20) ? 5000 : 0;

	world->give_address = 0x0a400000 + 1 + below(world, 65000);
	concentrator->address = 0x0a000001;
	concentrator->assign_address = true;
	concentrator->request_dns = false;
	dialler->request_dns = chance(world, 80);
	dialler->address = chance(world, 80)   ? 0
			   : chance(world, 50) ? world->give_address
					       : 0xc0a80001;
	concentrator->offer_dns[0] = chance(world, 80) ? 0x0a000035 : 0;
	concentrator->offer_dns[1] = chance(world, 60) ? 0x0a000036 : 0;
	dialler->mru = chance(world, 50) ? 1492 : (uint16_t)(128 + below(world, 1372));
	concentrator->mru = chance(world, 50) ? 1492 : (uint16_t)(128 + below(world, 1372));
	for (int i = 0; i < 2; i++) {
		struct ppp_config *config = &world->sides[i].config;
		config->ipv6 = chance(world, 50);
		config->interface_id = chance(world, 20) ? 1 : 0;
		config->echo_interval_ms = chance(world, 20) ? 0 : 2000 + below(world, 8000);
		config->echo_adaptive = chance(world, 50);
	}
}

static void configure(struct world *world, uint64_t seed)
{
	world->seed = world->random = seed;
	world->failed = false;
	world->now = 1000000;
	configure_wire(world);
	configure_sides(world);
	world->secret = chance(world, 75) ? "right" : "wrong";
	world->measured = chance(world, 50);
	world->round_trip_ms = 2 * world->wire.delay_ms + below(world, world->wire.jitter_ms) +
			       below(world, world->wire.jitter_ms);
	world->secret_delay_ms = chance(world, 50) ? 0 : below(world, 500);
	for (int i = 0; i < 2; i++) {
		struct side *side = &world->sides[i];
		uint8_t entropy[RANDOM_SEED_LENGTH] = { (uint8_t)i };
		uint64_t number = next_random(world);
		memcpy(entropy + 8, &number, sizeof(number));
		side->name = i == DIALLER ? "dialler" : "concentrator";
		random_init(&side->random, entropy);
		ppp_outbox_init(&side->outbox);
		ppp_session_init(&side->session, &side->config, &side->random, &side->outbox);
	}
	say(world, "secret %s; demands %x of %x", world->secret,
	    world->sides[CONCENTRATOR].config.demand, world->sides[DIALLER].config.prove_by);
}

/* What must hold. */

static bool both_up(const struct world *world)
{
	return world->sides[DIALLER].ipv4_up && world->sides[CONCENTRATOR].ipv4_up;
}

static bool both_ended(const struct world *world)
{
	return world->sides[DIALLER].ended && world->sides[CONCENTRATOR].ended;
}

static bool settled(const struct world *world)
{
	return both_up(world) || both_ended(world);
}

static void begin_attempt(struct world *world)
{
	world->wire.count = 0; /* a new PPPoE session: the old one's packets are nobody's */
	for (int i = 0; i < 2; i++) {
		struct side *side = &world->sides[i];
		side->ipv4_up = side->ipv6_up = side->was_up = side->ended = false;
		side->calls = side->lcp_ups = side->secrets_asked = 0;
		side->own_secret_due = MONO_NEVER;
		if (i == CONCENTRATOR)
			ppp_session_init(&side->session, &side->config, &side->random,
					 &side->outbox);
		if (world->measured)
			ppp_session_set_round_trip(&side->session, world->round_trip_ms);
		ppp_session_open(&side->session, PAYLOAD_MAX, world->now);
		drain(world, i);
	}
}

/* A side whose peer is gone for good, and that does not ask for signs of life, is ended here. */
static void sweep(struct world *world)
{
	for (int i = 0; i < 2; i++) {
		struct side *side = &world->sides[i];
		if (side->ended)
			continue;
		bool unaware = side->config.echo_interval_ms == 0 && side->was_up;
		check(world, unaware || world->wire.corruption > 0,
		      "neither up nor ended in its time");
		ppp_session_down(&side->session, world->now);
		drain(world, i);
	}
}

static void check_agreement(struct world *world)
{
	const struct ppp_session *dialler = &world->sides[DIALLER].session;
	const struct ppp_session *concentrator = &world->sides[CONCENTRATOR].session;
	const struct ppp_config *offers = &world->sides[CONCENTRATOR].config;
	check(world, dialler->ipcp.address == world->give_address, "not the address given");
	check(world, concentrator->ipcp.peer_address == world->give_address, "another address");
	check(world, dialler->ipcp.peer_address == offers->address, "another address of the peer");
	bool asks = world->sides[DIALLER].config.request_dns;
	for (int i = 0; i < 2; i++)
		check(world, dialler->ipcp.dns[i] == (asks ? offers->offer_dns[i] : 0),
		      "another name server");
	check(world, dialler->lcp.peer_mru == concentrator->lcp.ask_mru, "another MRU");
	check(world, concentrator->lcp.peer_mru == dialler->lcp.ask_mru, "another MRU");
	/*
	 * PPP is made for links that keep the order (RFC 1661 section 1): a request of before a
	 * change of mind that comes after it is taken for the latest.
	 */
	bool ordered = world->wire.jitter_ms == 0;
	if (ordered && world->sides[DIALLER].ipv6_up && world->sides[CONCENTRATOR].ipv6_up)
		check(world,
		      dialler->ipv6cp.id != dialler->ipv6cp.peer_id &&
			      dialler->ipv6cp.id == concentrator->ipv6cp.peer_id &&
			      dialler->ipv6cp.peer_id == concentrator->ipv6cp.id,
		      "interface identifiers");
}

static void check_wrong_password(struct world *world)
{
	const struct wire *wire = &world->wire;
	enum ppp_failure failure = world->sides[DIALLER].session.failure;
	check(world, !world->sides[DIALLER].was_up && !world->sides[CONCENTRATOR].was_up,
	      "up with a wrong password");
	if (wire->loss == 0 && wire->corruption == 0 && wire->jitter_ms == 0)
		check(world, failure == PPP_FAILURE_AUTH_REJECTED, "wrong password, but no word");
}

static void check_failures(struct world *world)
{
	for (int i = 0; i < 2; i++)
		check(world, world->sides[i].session.failure != PPP_FAILURE_NONE,
		      "ended, and no reason");
}

/* True if both sides are up. */
static bool attempt(struct world *world)
{
	begin_attempt(world);
	mono_us until = mono_after_ms(world->now, ATTEMPT_MS);
	if (!run(world, until, settled) && !world->failed)
		sweep(world);
	if (world->failed)
		return false;
	if (both_up(world))
		return true;
	check_failures(world);
	return false;
}

/* The session is up for a while, then one side closes it. */
static void live_and_close(struct world *world)
{
	const struct wire *wire = &world->wire;
	if (wire->corruption == 0)
		check_agreement(world);
	run(world, mono_after_ms(world->now, 15000 + below(world, 20000)), both_ended);
	if (world->failed)
		return;
	bool clean = wire->loss == 0 && wire->corruption == 0;
	if (clean) {
		check(world, both_up(world), "did not stay up on a good wire");
		check_agreement(world);
		bool ipv6 = world->sides[0].config.ipv6 && world->sides[1].config.ipv6;
		check(world, world->sides[0].ipv6_up == ipv6, "IPv6 on a good wire");
	}
	int which = (int)below(world, 2);
	bool alive = !world->sides[which].ended;
	bool open = alive && world->sides[which].session.phase == PPP_NETWORK;
	say(world, "%s is to close", world->sides[which].name);
	ppp_session_close(&world->sides[which].session, "Enough", world->now);
	drain(world, which);
	if (!run(world, mono_after_ms(world->now, ATTEMPT_MS), both_ended) && !world->failed)
		sweep(world);
	if (open)
		check(world, world->sides[which].session.failure == PPP_FAILURE_NONE,
		      "closed as asked, but a failure");
	if (clean)
		check(world, world->sides[1 - which].session.failure == PPP_FAILURE_PEER_TERMINATED,
		      "the peer of the one that closed");
}

static bool run_seed(struct world *world, uint64_t seed)
{
	configure(world, seed);
	bool right = strcmp(world->secret, "right") == 0;
	bool merciful = world->wire.loss <= 20 && world->wire.corruption == 0;
	bool up = false;
	for (int i = 0; i < ATTEMPTS_MAX && !up && !world->failed; i++) {
		up = attempt(world);
		if (!right && !up && !world->failed)
			check_wrong_password(world);
		if (!right)
			break;
	}
	check(world, right || !up, "up with a wrong password");
	check(world, up || !right || !merciful, "never came up");
	if (up && !world->failed)
		live_and_close(world);
	return !world->failed;
}

int main(int argc, char **argv)
{
	static struct world world;
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t last = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? first : 9999;
	world.trace = argc > 3;
	uint64_t lines = (last - first) / SEEDS_A_LINE + 1;
	printf("1..%" PRIu64 "\n", lines);
	unsigned failed = 0;
	for (uint64_t line = 0; line < lines; line++) {
		uint64_t from = first + line * SEEDS_A_LINE;
		uint64_t to = last - from < SEEDS_A_LINE ? last : from + SEEDS_A_LINE - 1;
		unsigned bad = 0;
		for (uint64_t seed = from; seed <= to; seed++)
			bad += !run_seed(&world, seed);
		printf("%s %" PRIu64 " - seeds %" PRIu64 " to %" PRIu64 "\n",
		       bad > 0 ? "not ok" : "ok", line + 1, from, to);
		failed += bad;
	}
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
