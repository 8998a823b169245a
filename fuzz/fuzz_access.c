/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The composed concentrator, data path included.  The input is a byte that chooses the limits, and
 * a list of records:
 *
 *	+--------------+-----------+-------------------------
 *	| operation, 1 | length, 1 | payload, length bytes ...
 *	+--------------+-----------+-------------------------
 *
 * The upper half of the operation's byte chooses one of a few hosts.  Behind each is a real one,
 * which may be told to dial, so that the input gets to open sessions without knowing the way.
 */
#include <stdlib.h>

#include "access/access.h"
#include "pppoe/host.h"

enum operation {
	OPERATION_FRAME, /* the payload is a whole frame */
	OPERATION_DISCOVERY, /* code, 1, session id, 2, and tags: addresses and lengths are right */
	OPERATION_PPP, /* the payload is a PPP packet in the host's session */
	OPERATION_OUTBOUND, /* the payload is an IP packet for a host */
	OPERATION_DIAL,
	OPERATION_DEAF, /* the host hears nothing any more, or again */
	OPERATION_TIME, /* goes on by the payload's 32 bits, in microseconds */
	OPERATION_TICK, /* goes on to the deadline */
	OPERATION_SECRETS, /* how questions are answered from now on */
	OPERATION_ANSWER, /* an answer that nobody may have asked for */
	OPERATION_CLOSE, /* the slot that the host's number says */
	OPERATION_SHUTDOWN,
	OPERATION_COUNT,
};

enum { SLOTS = 4, HOSTS = 6, WIRE = 256, FRAME = 1700, DELIVERIES_MAX = 400 };

#define POOL 0x0a000002
#define LOCAL 0x0a000001

struct host {
	struct mac address;
	struct pppoe_host pppoe;
	struct ppp_session ppp;
	struct ppp_config config;
	struct ppp_outbox outbox;
	bool deaf;
};

struct frame {
	uint8_t bytes[FRAME];
	size_t length;
};

struct bench {
	struct access access;
	struct random random;
	mono_us now;
	struct host hosts[HOSTS];
	struct frame wire[WIRE];
	unsigned first, last;
	uint8_t answers; /* 1: known, 2: a fixed address, 4: not at once */
	bool up[SLOTS];
};

static const struct mac ac = { { 2, 0, 0, 0, 0, 0xac } };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* A full wire loses frames. */
static void put_frame(struct bench *b, struct bytes bytes)
{
	if (b->last - b->first == WIRE || bytes.length > FRAME || bytes.length == 0)
		return;
	struct frame *frame = &b->wire[b->last++ % WIRE];
	memcpy(frame->bytes, bytes.data, bytes.length);
	frame->length = bytes.length;
}

static void answer(struct bench *b, uint32_t slot)
{
	struct access_secret secret = {
		.secret = bytes_of_text("secret"),
		.address = b->answers & 2 ? POOL + (b->answers >> 4) : 0,
	};
	access_secret(&b->access, slot, b->answers & 1 ? &secret : NULL, b->now);
}

static void check_paths(struct bench *b)
{
	unsigned open = 0;
	for (uint32_t i = 0; i < SLOTS; i++) {
		const struct access_path *path = access_path(&b->access, i);
		if (!path) {
			require(!b->up[i]);
			continue;
		}
		open++;
		require(b->up[i] == (path->ipv4 || path->ipv6) || !path->ipv4);
		require(!path->ipv4 || path->address != 0);
		for (uint32_t other = 0; other < i; other++) {
			const struct access_path *another = access_path(&b->access, other);
			require(!another || path->address == 0 ||
				another->address != path->address);
			require(!another || path->session_id != another->session_id);
		}
	}
	require(open == access_sessions(&b->access));
}

static void drain(struct bench *b)
{
	struct access_action action;
	for (unsigned actions = 0; access_next_action(&b->access, &action); actions++) {
		require(actions < 2000);
		switch (action.kind) {
		case ACCESS_SEND:
			require(action.frame.length >= 20 && action.frame.length <= 1522);
			put_frame(b, action.frame);
			break;
		case ACCESS_NEED_SECRET:
			require(action.slot < SLOTS && action.name.length <= PPP_NAME_MAX);
			if (!(b->answers & 4))
				answer(b, action.slot);
			break;
		case ACCESS_UP:
		case ACCESS_DOWN:
			require(b->up[action.slot] == (action.kind == ACCESS_DOWN));
			b->up[action.slot] = action.kind == ACCESS_UP;
			require(strstr(action.text, " event=") != NULL);
			break;
		case ACCESS_ENDED:
			require(action.ended.path->session_id != 0 && !b->up[action.slot]);
			require(access_path(&b->access, action.slot) == NULL);
			require(strstr(action.text, " event=") != NULL);
			break;
		case ACCESS_EVENT:
			require(strstr(action.text, " event=") != NULL);
			break;
		}
	}
	check_paths(b);
}

static void drain_ppp(struct bench *b, struct host *host)
{
	struct ppp_action action;
	uint8_t frame[FRAME];
	const struct bytes secret = bytes_of_text("secret");
	while (ppp_outbox_next(&host->outbox, &action)) {
		struct writer w = writer_of(frame, sizeof(frame));
		if (action.kind == PPP_NEED_OWN_SECRET)
			ppp_session_own_secret(&host->ppp, &secret, b->now);
		if (action.kind != PPP_SEND)
			continue;
		pppoe_session_write(&w, ac, host->address, pppoe_host_session(&host->pppoe)->id,
				    action.protocol, action.packet);
		put_frame(b, writer_written(&w));
	}
}

static void drain_host(struct bench *b, struct host *host)
{
	struct pppoe_host_action action;
	while (pppoe_host_next_action(&host->pppoe, &action)) {
		if (action.kind == PPPOE_HOST_SEND)
			put_frame(b, action.frame);
		if (action.kind == PPPOE_HOST_OPENED)
			ppp_session_open(&host->ppp, 1492, b->now);
		if (action.kind == PPPOE_HOST_FAILED)
			ppp_session_down(&host->ppp, b->now);
	}
	drain_ppp(b, host);
}

static void host_receive(struct bench *b, struct host *host, struct bytes frame)
{
	struct pppoe_session_frame session;
	pppoe_host_receive(&host->pppoe, frame, b->now);
	drain_host(b, host);
	if (pppoe_session_read(frame, &session))
		ppp_session_receive(&host->ppp, session.protocol, session.information, b->now);
	drain_ppp(b, host);
}

static void receive(struct bench *b, struct bytes frame)
{
	access_receive(&b->access, 0, frame, b->now);
	drain(b);
}

static void deliver_all(struct bench *b)
{
	for (unsigned i = 0; i < DELIVERIES_MAX && b->first != b->last; i++) {
		struct frame frame = b->wire[b->first++ % WIRE];
		struct bytes bytes = bytes_of(frame.bytes, frame.length);
		struct ethernet_frame ethernet = { .type = 0 };
		require(ethernet_read(bytes, &ethernet));
		if (!mac_equal(ethernet.source, ac))
			receive(b, bytes);
		for (size_t h = 0; h < HOSTS; h++)
			if (mac_equal(ethernet.destination, b->hosts[h].address) &&
			    !b->hosts[h].deaf)
				host_receive(b, &b->hosts[h], bytes);
	}
	b->first = b->last;
}

static void tick(struct bench *b)
{
	access_tick(&b->access, b->now);
	drain(b);
	require(access_deadline(&b->access) > b->now);
	for (size_t h = 0; h < HOSTS; h++) {
		pppoe_host_tick(&b->hosts[h].pppoe, b->now);
		drain_host(b, &b->hosts[h]);
		ppp_session_tick(&b->hosts[h].ppp, b->now);
		drain_ppp(b, &b->hosts[h]);
	}
}

static void start_host(struct bench *b, struct host *host)
{
	struct pppoe_host_config config = pppoe_host_config_default(host->address);
	host->config = ppp_config_default();
	host->config.ipv6 = true;
	memcpy(host->config.name, "anna", 5);
	pppoe_host_init(&host->pppoe, &config, &b->random);
	ppp_outbox_init(&host->outbox);
	ppp_session_init(&host->ppp, &host->config, &b->random, &host->outbox);
}

static void receive_discovery(struct bench *b, const struct host *host, struct bytes payload)
{
	uint8_t frame[512];
	struct reader r = reader_of(payload);
	struct writer w = writer_of(frame, sizeof(frame));
	uint8_t code = reader_u8(&r);
	uint16_t id = reader_u16(&r);
	ethernet_write(&w, code == PPPOE_PADI ? MAC_BROADCAST : ac, host->address,
		       ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(
		&w, code, code == PPPOE_PADT ? pppoe_host_session(&host->pppoe)->id : id);
	writer_bytes(&w, reader_rest(&r));
	pppoe_packet_end(&w, mark);
	receive(b, writer_written(&w));
}

static void receive_ppp(struct bench *b, const struct host *host, struct bytes payload)
{
	uint8_t frame[512];
	struct writer w = writer_of(frame, sizeof(frame));
	uint32_t slot;
	struct bytes packet;
	pppoe_session_write_ppp(&w, ac, host->address, pppoe_host_session(&host->pppoe)->id,
				payload);
	if (access_inbound(&b->access, 0, writer_written(&w), b->now, &slot, &packet) ==
	    ACCESS_PASS)
		require(slot < SLOTS && packet.length >= 20 && packet.length + 2 == payload.length);
	receive(b, writer_written(&w));
}

static void send_outbound(struct bench *b, struct bytes payload)
{
	uint32_t slot;
	uint16_t protocol;
	if (access_outbound(&b->access, payload, b->now, &slot, &protocol) != ACCESS_PASS)
		return;
	const struct access_path *path = access_path(&b->access, slot);
	require(path && payload.length <= path->mtu);
	require(protocol == PPP_IPV4 ? path->ipv4 : path->ipv6);
}

static void pass_time(struct bench *b, struct bytes payload, bool to_deadline)
{
	struct reader r = reader_of(payload);
	mono_us deadline = access_deadline(&b->access);
	if (!to_deadline)
		b->now += reader_u32(&r);
	else if (deadline != MONO_NEVER && deadline > b->now)
		b->now = deadline;
	tick(b);
}

static void run(struct bench *b, uint8_t choice, struct bytes payload)
{
	struct host *host = &b->hosts[(choice >> 4) % HOSTS];
	switch ((enum operation)((choice & 15) % OPERATION_COUNT)) {
	case OPERATION_FRAME:
		receive(b, payload);
		break;
	case OPERATION_DISCOVERY:
		receive_discovery(b, host, payload);
		break;
	case OPERATION_PPP:
		receive_ppp(b, host, payload);
		break;
	case OPERATION_OUTBOUND:
		send_outbound(b, payload);
		break;
	case OPERATION_DIAL:
		start_host(b, host);
		pppoe_host_open(&host->pppoe, b->now);
		drain_host(b, host);
		break;
	case OPERATION_DEAF:
		host->deaf = !host->deaf;
		break;
	case OPERATION_TIME:
	case OPERATION_TICK:
		pass_time(b, payload, (choice & 15) % OPERATION_COUNT == OPERATION_TICK);
		break;
	case OPERATION_SECRETS:
		b->answers = payload.length > 0 ? payload.data[0] : 0;
		break;
	case OPERATION_ANSWER:
		answer(b, choice >> 4);
		break;
	case OPERATION_CLOSE:
		access_close(&b->access, choice >> 4, ACCESS_END_ADMIN, "fuzz", b->now);
		break;
	case OPERATION_SHUTDOWN:
		access_shutdown(&b->access, "fuzz", b->now);
		break;
	case OPERATION_COUNT:
		break;
	}
	drain(b);
	deliver_all(b);
}

static struct access_config config_of(uint8_t choice)
{
	static const unsigned demands[] = { PPP_AUTH_NONE, PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5,
					    PPP_AUTH_ALL };
	static const struct access_range pool = { POOL, SLOTS };
	struct access_config config = access_config_default(ac);
	config.pppoe.sessions_max = SLOTS;
	config.pool = &pool;
	config.pool_ranges = 1;
	config.dialling_max = choice & 64 ? 2 : 0;
	config.limits.idle_s = choice & 32 ? 5 : 0;
	config.limits.up_rate = choice & 16 ? 10000 : 0;
	config.ppp.address = LOCAL;
	config.ppp.demand = demands[choice & 3];
	config.ppp.ipv6 = choice & 4;
	config.ppp.interface_id = 0xac;
	config.ppp.ipv4 = !(choice & 8) || !config.ppp.ipv6;
	config.ppp.echo_adaptive = choice & 16;
	config.pppoe.pado_delay_ms = choice & 32 ? 50 : 0;
	config.pppoe.sessions_per_mac = choice & 64 ? 1 : 0;
	config.mtu = choice & 128 ? 600 : 0;
	return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 1 };
	static struct bench b; /* too large for a stack; begun anew each time */
	static void *memory;
	struct reader r = reader_of(bytes_of(data, size));
	struct access_config config = config_of(reader_u8(&r));
	if (!memory)
		memory = malloc(access_memory_size(SLOTS));
	b.now = 1000000;
	b.first = b.last = 0;
	b.answers = 1;
	memset(b.up, 0, sizeof(b.up));
	random_init(&b.random, seed);
	access_init(&b.access, &config, memory, seed);
	for (size_t i = 0; i < HOSTS; i++) {
		b.hosts[i].address = (struct mac){ { 2, 0, 0, 0, 1, (uint8_t)i } };
		b.hosts[i].deaf = false;
		start_host(&b, &b.hosts[i]);
	}
	while (r.left > 0) {
		uint8_t choice = reader_u8(&r);
		struct bytes payload = reader_bytes(&r, reader_u8(&r));
		if (r.failed)
			break;
		run(&b, choice, payload);
	}
	return 0;
}
