/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line and a concentrator on a wire that loses, repeats, delays, reorders and spoils frames,
 * while carriers flap, interfaces vanish, and concentrators start again with no memory.  Then the
 * wire is good for 300 s: the line must be up.  All in virtual time; everything comes from the
 *seed.
 *
 *	simulate_link [FIRST [LAST]]
 *
 * runs the seeds FIRST to LAST (0 to 19999), and prints for each that fails how to see it again.
 */
#include <inttypes.h>
#include <stdio.h>

#include "../small_concentrator.h"
#include "link/link.h"

#define MS ((mono_us)1000)
#define SECOND (1000 * MS)
#define SEEDS_A_LINE 500
#define FRAMES 512 /* on the wire at once */
#define FRAME 1600
#define GOOD (300 * SECOND)

struct flight {
	mono_us due;
	uint64_t number; /* what is due together keeps its order */
	bool to_link;
	size_t length;
	uint8_t bytes[FRAME];
};

/* What may go wrong, each as one in so many. */
struct weather {
	uint32_t loss, repeat, spoil;
	uint32_t delay_ms; /* at most: frames overtake each other */
	mono_us trouble; /* the mean time between two of the events below; 0: none */
	bool carrier, interface, restart, padt, renegotiate;
};

struct world {
	uint64_t seed, random;
	mono_us now;
	struct weather weather;
	struct link link;
	struct small_concentrator ac;
	struct flight frames[FRAMES];
	unsigned frame_count;
	uint64_t frames_sent;
	struct link_wire wire;
	mono_us next_trouble;
	bool verbose;
	/* what the line has said */
	bool session_known, finished, wrong;
	struct link_addresses addresses;
	uint64_t steps, ups, downs;
};

static const struct mac ac_address = { { 2, 0, 0, 0, 0, 0xac } };

/* ---- chance ---- */

/* xorshift64* : not the random of the code under test. */
static uint64_t chance(struct world *w)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return w->random * 0x2545f4914f6cdd1d;
}

static uint32_t below(struct world *w, uint32_t limit)
{
	return limit == 0 ? 0 : (uint32_t)((chance(w) >> 32) % limit);
}

static bool one_in(struct world *w, uint32_t n)
{
	return n > 0 && below(w, n) == 0;
}

/* ---- what is wrong ---- */

static void wrong(struct world *w, const char *what)
{
	if (!w->wrong)
		printf("# seed %" PRIu64 " at %.3f s: %s; again: simulate_link %" PRIu64 " %" PRIu64
		       "\n",
		       w->seed, (double)w->now / 1e6, what, w->seed, w->seed);
	w->wrong = true;
}

static void must(struct world *w, bool holds, const char *what)
{
	if (!holds)
		wrong(w, what);
}

/* ---- the wire ---- */

static void put_frame(struct world *w, bool to_link, struct bytes frame)
{
	const struct weather *weather = &w->weather;
	if (!w->wire.present || !w->wire.carrier || one_in(w, weather->loss))
		return;
	if (w->frame_count == FRAMES || frame.length > FRAME)
		return;
	struct flight *f = &w->frames[w->frame_count++];
	f->to_link = to_link;
	f->length = frame.length;
	memcpy(f->bytes, frame.data, frame.length);
	f->number = w->frames_sent++;
	f->due = w->now + 500 + (mono_us)below(w, weather->delay_ms) * MS;
	if (one_in(w, weather->spoil))
		f->bytes[below(w, (uint32_t)f->length)] ^= (uint8_t)(1u << below(w, 8));
}

static void send_frame(struct world *w, bool to_link, struct bytes frame)
{
	do
		put_frame(w, to_link, frame);
	while (one_in(w, w->weather.repeat));
}

static void from_ac(void *owner, struct bytes frame, mono_us now)
{
	(void)now;
	send_frame(owner, true, frame);
}

/* ---- the line ---- */

static void check_session_frame(struct world *w, struct bytes bytes)
{
	struct pppoe_session_frame frame;
	must(w, pppoe_session_read(bytes, &frame), "a malformed session frame");
	must(w, w->session_known, "a session frame while no session is known");
	must(w, frame.session_id == w->link.session.id || !w->link.session.known,
	     "a frame of another session");
}

static void hear_addresses(struct world *w, const struct link_addresses *a)
{
	const struct link_addresses *before = &w->addresses;
	bool up = a->ipv4 || a->ipv6, was_up = before->ipv4 || before->ipv6;
	must(w, a->ipv4 != before->ipv4 || a->ipv6 != before->ipv6, "the same addresses again");
	must(w, !up || w->session_known, "addresses without a session");
	must(w, !a->ipv4 || a->local != 0, "no local address");
	must(w, !up || (a->mtu >= 68 && a->mtu <= 1500), "an odd MTU");
	w->ups += up && !was_up;
	w->downs += !up && was_up;
	w->addresses = *a;
}

static void hear_session(struct world *w, const struct link_session_id *session)
{
	must(w, session->known != w->session_known, "a second session, or none ended");
	must(w, !w->addresses.ipv4 && !w->addresses.ipv6, "addresses outlive their session");
	must(w, !session->known || (session->id != 0 && session->id != 0xffff), "an odd session");
	w->session_known = session->known;
}

static void say(const struct world *w, const struct link_action *action)
{
	if (w->verbose && action->text)
		printf("# %10.3f %-10s %s\n", (double)w->now / 1e6, link_stage_name(action->stage),
		       action->text);
}

static void act(struct world *w, const struct link_action *action, bool *secret_wanted)
{
	must(w, !w->finished, "something after LINK_FINISHED");
	say(w, action);
	switch (action->kind) {
	case LINK_SEND_SESSION:
		check_session_frame(w, action->frame);
		send_frame(w, false, action->frame);
		break;
	case LINK_SEND_DISCOVERY:
		send_frame(w, false, action->frame);
		break;
	case LINK_SESSION:
		hear_session(w, &action->session);
		break;
	case LINK_NEED_SECRET:
		must(w, !*secret_wanted, "two secrets at once");
		*secret_wanted = true;
		break;
	case LINK_ADDRESSES:
		hear_addresses(w, &action->addresses);
		break;
	case LINK_EVENT:
		break;
	case LINK_FAILED:
		must(w, !w->session_known, "a failure while a session is known");
		break;
	case LINK_FINISHED:
		w->finished = true;
		break;
	}
}

static void drain(struct world *w)
{
	struct link_action action;
	bool secret_wanted = false;
	while (link_next_action(&w->link, &action))
		act(w, &action, &secret_wanted);
	must(w, w->link.lost == 0, "an action found no room");
	must(w, w->link.session.known == w->session_known, "a session untold");
	must(w, link_deadline(&w->link) >= w->now || w->link.stage == LINK_WAITING,
	     "a deadline in the past");
	if (!secret_wanted)
		return;
	const struct bytes secret = bytes_of_text("secret");
	link_secret(&w->link, &secret, w->now);
	drain(w);
}

static void tell_wire(struct world *w)
{
	if (!w->wire.present || !w->wire.carrier)
		w->frame_count = 0;
	link_wire(&w->link, &w->wire, w->now);
	drain(w);
}

/* ---- trouble ---- */

static void renegotiate(struct world *w)
{
	for (uint32_t i = 0; i < SMALL_SESSIONS; i++) {
		struct ppp_session *session = &w->ac.sessions[i];
		if (session->phase != PPP_NETWORK)
			continue;
		ppp_session_init(session, &w->ac.ppp, &w->ac.random, &w->ac.outbox);
		ppp_session_give_address(session, SMALL_ADDRESS + 1 + i);
		ppp_session_open(session, w->ac.slots[i].max_payload, w->now);
		small_drain_ppp(&w->ac, i, w->now);
	}
}

static void replace_interface(struct world *w)
{
	if (one_in(w, 2))
		w->wire.address.byte[5] = (uint8_t)(1 + below(w, 3));
	if (one_in(w, 2)) {
		w->wire.present = !w->wire.present;
		w->wire.carrier = w->wire.present;
	}
	tell_wire(w);
}

static void make_trouble(struct world *w)
{
	const struct weather *weather = &w->weather;
	switch (below(w, 6)) {
	case 0:
	case 1:
		if (!weather->carrier || !w->wire.present)
			break;
		w->wire.carrier = !w->wire.carrier;
		tell_wire(w);
		break;
	case 2:
		if (weather->interface)
			replace_interface(w);
		break;
	case 3:
		if (weather->restart)
			small_start(&w->ac, chance(w));
		break;
	case 4: {
		uint32_t slot = below(w, SMALL_SESSIONS);
		if (weather->padt && w->ac.slots[slot].session_id != 0)
			small_padt(&w->ac, slot, "trouble", w->now);
		break;
	}
	default:
		if (weather->renegotiate)
			renegotiate(w);
		break;
	}
	w->next_trouble = w->now + 1 + (mono_us)(chance(w) % (uint64_t)(2 * weather->trouble));
}

/* ---- time ---- */

static mono_us next_event(const struct world *w)
{
	mono_us next = mono_earlier(link_deadline(&w->link), small_deadline(&w->ac));
	for (unsigned i = 0; i < w->frame_count; i++)
		next = mono_earlier(next, w->frames[i].due);
	return mono_earlier(next, w->next_trouble);
}

static struct flight *first_due(struct world *w)
{
	struct flight *first = NULL;
	for (unsigned i = 0; i < w->frame_count; i++) {
		struct flight *f = &w->frames[i];
		bool earlier = !first || f->due < first->due ||
			       (f->due == first->due && f->number < first->number);
		if (f->due <= w->now && earlier)
			first = f;
	}
	return first;
}

static void deliver_due(struct world *w)
{
	struct flight *first;
	while ((first = first_due(w))) {
		struct flight f = *first;
		*first = w->frames[--w->frame_count];
		if (f.to_link) {
			link_receive(&w->link, bytes_of(f.bytes, f.length), w->now);
			drain(w);
		} else {
			small_receive(&w->ac, bytes_of(f.bytes, f.length), w->now);
		}
	}
}

static void run_until(struct world *w, mono_us end)
{
	while (!w->wrong) {
		mono_us next = next_event(w);
		if (next > end)
			break;
		w->now = next > w->now ? next : w->now;
		must(w, ++w->steps < 2000000, "no end of steps");
		deliver_due(w);
		link_tick(&w->link, w->now);
		drain(w);
		must(w, link_deadline(&w->link) > w->now, "a deadline now, after the tick");
		small_tick(&w->ac, w->now);
		if (w->now >= w->next_trouble)
			make_trouble(w);
	}
	if (!w->wrong)
		w->now = end;
}

/* ---- the seed's world ---- */

static void choose_weather(struct world *w)
{
	static const uint32_t odds[] = { 0, 100, 20, 8, 4, 2 };
	struct weather *weather = &w->weather;
	weather->loss = odds[below(w, 6)];
	weather->repeat = odds[below(w, 5)];
	weather->spoil = odds[below(w, 4)];
	weather->delay_ms = below(w, 2) ? below(w, 20) : below(w, 1500);
	weather->trouble = one_in(w, 4) ? 0 : 50 * MS + (mono_us)below(w, 60000) * MS;
	weather->carrier = one_in(w, 2);
	weather->interface = one_in(w, 2);
	/*
	 * A concentrator that is deaf until it is told by PADT, and never finds out by echoes.  Our
	 * address stays: of an earlier one's session nobody could tell it.
	 */
	w->ac.one_session = !weather->interface && one_in(w, 2);
	w->ac.ppp.echo_interval_ms = w->ac.one_session ? 0 : w->ac.ppp.echo_interval_ms;
	weather->restart = one_in(w, 2);
	weather->padt = one_in(w, 2);
	weather->renegotiate = one_in(w, 2);
	w->next_trouble = weather->trouble ? w->now + weather->trouble : MONO_NEVER;
}

static void configure(struct world *w, uint64_t seed)
{
	static const enum ppp_auth methods[] = { PPP_AUTH_NONE, PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5,
						 PPP_AUTH_MSCHAPV2, PPP_AUTH_EAP_MD5 };
	small_init(&w->ac, ac_address);
	w->ac.send = from_ac;
	w->ac.owner = w;
	w->ac.ppp.demand = methods[below(w, 5)];
	w->ac.ppp.ipv6 = one_in(w, 2);
	w->ac.config.max_payload = one_in(w, 2) ? 1500 : 0;
	w->ac.ppp.mru = w->ac.config.max_payload ? 1500 : 1492;
	w->ac.config.pado_delay_ms = one_in(w, 4) ? below(w, 400) : 0;
	small_start(&w->ac, seed);

	struct link_config config = link_config_default();
	memcpy(config.ppp.name, "user", 5);
	config.ppp.ipv6 = one_in(w, 2);
	config.ppp.echo_adaptive = one_in(w, 2);
	config.mtu = config.ppp.mru = one_in(w, 2) ? 1500 : 1492;
	config.carrier_grace_ms = one_in(w, 4) ? 0 : below(w, 10000);
	/* A spoilt password is a rejected one: a few in a row must fit into the good time. */
	config.redial.rejected_max_ms = 60000;
	w->wire = (struct link_wire){ true, true, { { 2, 0, 0, 0, 0, 1 } }, 1500 };
	w->wire.mtu = one_in(w, 2) ? 1508 : 1500;
	uint8_t entropy[RANDOM_SEED_LENGTH] = { 7 };
	memcpy(entropy, &seed, sizeof(seed));
	link_init(&w->link, &config, entropy);
}

static void must_be_up(struct world *w)
{
	uint32_t slot;
	must(w, w->link.stage == LINK_OPEN && w->addresses.ipv4, "the line is not up");
	must(w,
	     pppoe_concentrator_find(w->ac.pppoe, 0, w->wire.address, w->link.session.id, &slot) &&
		     w->ac.sessions[slot].phase == PPP_NETWORK,
	     "the concentrator has no such session");
}

static void run_world(struct world *w)
{
	link_wire(&w->link, &w->wire, w->now);
	link_open(&w->link, w->now);
	drain(w);
	run_until(w, w->now + (20 + (mono_us)below(w, 600)) * SECOND);

	w->weather = (struct weather){ 0 };
	w->next_trouble = MONO_NEVER;
	if (!w->wire.present || !w->wire.carrier) {
		w->wire.present = w->wire.carrier = true;
		tell_wire(w);
	}
	run_until(w, w->now + GOOD);
	must_be_up(w);
	must(w, w->ups == w->downs + 1, "ups and downs do not alternate");

	link_close(&w->link, "the end", w->now);
	drain(w);
	run_until(w, w->now + 5 * SECOND);
	must(w, w->finished, "it does not finish");
	must(w, !w->session_known && w->ups == w->downs, "it leaves something behind");
}

static bool run_seed(uint64_t seed, bool verbose)
{
	struct world *w = calloc(1, sizeof(*w));
	if (!w)
		abort();
	w->seed = seed;
	w->verbose = verbose;
	w->random = (seed + 1) * 0x9e3779b97f4a7c15;
	w->now = 1000 * SECOND;
	configure(w, seed);
	choose_weather(w);
	run_world(w);
	bool right = !w->wrong;
	small_done(&w->ac);
	free(w);
	return right;
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	uint64_t last = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? first : 19999;
	uint64_t lines = last < first ? 0 : (last - first) / SEEDS_A_LINE + 1;
	unsigned failed = 0;
	printf("1..%" PRIu64 "\n", lines);
	for (uint64_t line = 0; line < lines; line++) {
		uint64_t from = first + line * SEEDS_A_LINE;
		uint64_t to = last - from < SEEDS_A_LINE ? last : from + SEEDS_A_LINE - 1;
		unsigned bad = 0;
		for (uint64_t seed = from; seed <= to; seed++)
			bad += !run_seed(seed, first == last);
		printf("%s %" PRIu64 " - seeds %" PRIu64 " to %" PRIu64 "\n",
		       bad == 0 ? "ok" : "not ok", line + 1, from, to);
		fflush(stdout);
		failed += bad;
	}
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
