/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/lcp.h"

enum lcp_option {
	LCP_MRU = 1,
	LCP_AUTHENTICATION_PROTOCOL = 3,
	LCP_MAGIC_NUMBER = 5,
};

#define MRU_DEFAULT 1500
#define MRU_LEAST 128
#define LOOPS_MAX 4
#define CHAP_MD5 5
#define CHAP_MSCHAPV2 0x81

/* From the one we like best to the one we like least. */
static const enum ppp_auth preference[] = { PPP_AUTH_MSCHAPV2, PPP_AUTH_CHAP_MD5, PPP_AUTH_EAP_MD5,
					    PPP_AUTH_PAP };

static enum ppp_auth best_of(unsigned set)
{
	for (size_t i = 0; i < sizeof(preference) / sizeof(preference[0]); i++)
		if (set & preference[i])
			return preference[i];
	return PPP_AUTH_NONE;
}

const char *ppp_auth_name(enum ppp_auth auth)
{
	switch (auth) {
	case PPP_AUTH_PAP:
		return "PAP";
	case PPP_AUTH_CHAP_MD5:
		return "CHAP-MD5";
	case PPP_AUTH_MSCHAPV2:
		return "MS-CHAPv2";
	case PPP_AUTH_EAP_MD5:
		return "EAP-MD5";
	case PPP_AUTH_NONE:
	case PPP_AUTH_ALL:
		break;
	}
	return "none";
}

static enum ppp_verdict judge_mru(void *owner, struct ppp_context *context, struct bytes value,
				  struct writer *nak)
{
	(void)context;
	const struct lcp *lcp = owner;
	struct reader r = reader_of(value);
	uint16_t mru = reader_u16(&r);
	/* "MUST NOT be negotiated to a larger size than 1492" (RFC 2516 7), but for RFC 4638. */
	if (mru >= MRU_LEAST && mru <= lcp->payload_max)
		return PPP_ACK;
	bool too_small = value.length > 0 && mru < MRU_LEAST;
	writer_u16(nak, too_small ? MRU_LEAST : lcp->payload_max);
	return PPP_NAK;
}

static void agree_mru(void *owner, struct bytes value)
{
	struct lcp *lcp = owner;
	struct reader r = reader_of(value);
	lcp->peer_mru = reader_u16(&r);
}

static bool ask_mru(const void *owner, struct writer *w)
{
	const struct lcp *lcp = owner;
	writer_u16(w, lcp->ask_mru);
	return lcp->ask_mru > 0;
}

static void naked_mru(void *owner, struct ppp_context *context, struct bytes value)
{
	(void)context;
	struct lcp *lcp = owner;
	struct reader r = reader_of(value);
	uint16_t mru = reader_u16(&r);
	if (mru >= MRU_LEAST && mru <= lcp->payload_max)
		lcp->ask_mru = mru;
}

static void rejected_mru(void *owner, struct ppp_context *context)
{
	(void)context;
	((struct lcp *)owner)->ask_mru = 0;
}

static enum ppp_auth read_auth(struct bytes value)
{
	struct reader r = reader_of(value);
	uint16_t protocol = reader_u16(&r);
	if (protocol == PPP_PAP && r.left == 0)
		return PPP_AUTH_PAP;
	if (protocol == PPP_EAP && r.left == 0)
		return PPP_AUTH_EAP_MD5;
	if (protocol != PPP_CHAP || r.left != 1)
		return PPP_AUTH_NONE;
	uint8_t algorithm = reader_u8(&r);
	return algorithm == CHAP_MD5	    ? PPP_AUTH_CHAP_MD5
	       : algorithm == CHAP_MSCHAPV2 ? PPP_AUTH_MSCHAPV2
					    : PPP_AUTH_NONE;
}

static void write_auth(struct writer *w, enum ppp_auth auth)
{
	switch (auth) {
	case PPP_AUTH_PAP:
		writer_u16(w, PPP_PAP);
		break;
	case PPP_AUTH_EAP_MD5:
		writer_u16(w, PPP_EAP);
		break;
	case PPP_AUTH_CHAP_MD5:
	case PPP_AUTH_MSCHAPV2:
		writer_u16(w, PPP_CHAP);
		writer_u8(w, auth == PPP_AUTH_CHAP_MD5 ? CHAP_MD5 : CHAP_MSCHAPV2);
		break;
	case PPP_AUTH_NONE:
	case PPP_AUTH_ALL:
		break;
	}
}

/* The nth of a set, in the order of our liking and going round. */
static enum ppp_auth nth_of(unsigned set, unsigned n)
{
	unsigned rest = set;
	for (unsigned i = 0; i < n && rest != 0; i++) {
		rest &= ~(unsigned)best_of(rest);
		if (rest == 0)
			rest = set;
	}
	return best_of(rest);
}

/* One suggestion after the other, until Max-Failure turns the next into a Reject. */
static enum ppp_verdict judge_auth(void *owner, struct ppp_context *context, struct bytes value,
				   struct writer *nak)
{
	struct lcp *lcp = owner;
	unsigned ready = context->config->prove_by;
	unsigned naks = lcp->control.naks_sent;
	lcp->prove_refused = !(read_auth(value) & ready);
	if (!lcp->prove_refused)
		return PPP_ACK;
	if (ready == 0 || naks >= context->config->max_failure)
		return PPP_REJECT;
	write_auth(nak, nth_of(ready, naks));
	return PPP_NAK;
}

static void agree_auth(void *owner, struct bytes value)
{
	((struct lcp *)owner)->prove_by = read_auth(value);
}

static bool ask_auth(const void *owner, struct writer *w)
{
	const struct lcp *lcp = owner;
	write_auth(w, lcp->demand);
	return lcp->demand != PPP_AUTH_NONE;
}

static void naked_auth(void *owner, struct ppp_context *context, struct bytes value)
{
	(void)context;
	struct lcp *lcp = owner;
	lcp->may_demand &= ~(unsigned)lcp->demand;
	enum ppp_auth wanted = read_auth(value);
	enum ppp_auth next = best_of(wanted & lcp->may_demand ? wanted : lcp->may_demand);
	if (next == PPP_AUTH_NONE)
		lcp->demand_refused = true;
	else
		lcp->demand = next;
}

static void rejected_auth(void *owner, struct ppp_context *context)
{
	(void)context;
	((struct lcp *)owner)->demand_refused = true;
}

static uint32_t new_magic(struct ppp_context *context)
{
	uint32_t magic = random_u32(context->random);
	return magic ? magic : 1;
}

/* RFC 1661 section 6.4: an equal number is Nak'd with a new one; zero is illegal and Nak'd too. */
static enum ppp_verdict judge_magic(void *owner, struct ppp_context *context, struct bytes value,
				    struct writer *nak)
{
	struct lcp *lcp = owner;
	struct reader r = reader_of(value);
	uint32_t magic = reader_u32(&r);
	if (magic != 0 && magic != lcp->ask_magic)
		return PPP_ACK;
	if (magic != 0)
		lcp->loops++;
	writer_u32(nak, new_magic(context));
	return PPP_NAK;
}

static void agree_magic(void *owner, struct bytes value)
{
	struct reader r = reader_of(value);
	((struct lcp *)owner)->peer_magic = reader_u32(&r);
}

static bool ask_magic(const void *owner, struct writer *w)
{
	const struct lcp *lcp = owner;
	writer_u32(w, lcp->ask_magic);
	return lcp->ask_magic != 0;
}

static void naked_magic(void *owner, struct ppp_context *context, struct bytes value)
{
	(void)value;
	((struct lcp *)owner)->ask_magic = new_magic(context);
}

static void rejected_magic(void *owner, struct ppp_context *context)
{
	(void)context;
	((struct lcp *)owner)->ask_magic = 0;
}

static void forget_peer(void *owner)
{
	struct lcp *lcp = owner;
	lcp->peer_mru = MRU_DEFAULT;
	lcp->peer_magic = 0;
	lcp->prove_by = PPP_AUTH_NONE;
}

/* Every other option, ACCM (2), Quality (4), PFC (7), ACFC (8) among them, is rejected. */
static const struct ppp_option options[] = {
	{ LCP_MRU, 2, 2, "MRU", judge_mru, agree_mru, ask_mru, naked_mru, rejected_mru },
	{ LCP_AUTHENTICATION_PROTOCOL, 2, 3, "Authentication-Protocol", judge_auth, agree_auth,
	  ask_auth, naked_auth, rejected_auth },
	{ LCP_MAGIC_NUMBER, 4, 4, "Magic-Number", judge_magic, agree_magic, ask_magic, naked_magic,
	  rejected_magic },
};

static const struct ppp_control_type lcp_type = {
	.protocol = PPP_LCP,
	.name = "LCP",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.forget_peer = forget_peer,
};

void lcp_init(struct lcp *lcp)
{
	memset(lcp, 0, sizeof(*lcp));
	ppp_control_init(&lcp->control, &lcp_type);
	lcp->echo_deadline = MONO_NEVER;
	lcp->round_trip_us = -1;
	forget_peer(lcp);
}

void lcp_prepare(struct lcp *lcp, struct ppp_context *context)
{
	const struct ppp_config *config = context->config;
	lcp->payload_max = context->payload_max;
	lcp->ask_mru = config->mru < context->payload_max ? config->mru : context->payload_max;
	lcp->ask_magic = new_magic(context);
	lcp->may_demand = config->demand;
	lcp->demand = best_of(config->demand);
	lcp->demand_refused = lcp->prove_refused = false;
	lcp->loops = 0;
	lcp->echo_rejected = false;
	lcp->echo_deadline = MONO_NEVER;
	forget_peer(lcp);
}

/* Echo-Request, Echo-Reply and Discard-Request begin with the sender's Magic-Number. */
static void receive_echo(struct lcp *lcp, struct ppp_context *context,
			 const struct ppp_packet *packet)
{
	struct reader r = reader_of(packet->data);
	uint32_t magic = reader_u32(&r);
	if (r.failed || !ppp_control_is_open(&lcp->control))
		return;
	if (magic != 0 && magic == lcp->ask_magic) {
		lcp->loops++;
		return;
	}
	if (packet->code == PPP_ECHO_REPLY) {
		if (lcp->echo_unanswered > 0 && packet->identifier == lcp->echo_identifier)
			lcp->round_trip_us = context->now - lcp->echo_sent;
		lcp->echo_unanswered = 0;
		if (lcp->probing)
			lcp_echo_start(lcp, context);
	}
	if (packet->code != PPP_ECHO_REQUEST)
		return;
	struct writer w = ppp_outbox_begin(context->outbox);
	writer_u8(&w, PPP_ECHO_REPLY);
	writer_u8(&w, packet->identifier);
	size_t length = writer_mark_u16(&w);
	writer_u32(&w, lcp->ask_magic);
	/* The data comes back, as much of it as the peer can receive. */
	size_t room = ppp_context_packet_max(context) - 2 * PPP_PACKET_HEADER_LENGTH;
	writer_bytes(&w, bytes_head(reader_rest(&r), room));
	writer_fill_u16(&w, length, w.length);
	ppp_outbox_end(context->outbox, PPP_LCP, &w);
}

static void receive_identification(struct ppp_context *context, const struct ppp_packet *packet)
{
	struct reader r = reader_of(packet->data);
	reader_u32(&r);
	text_copy_peer(context->words, sizeof(context->words), reader_rest(&r));
}

unsigned lcp_receive(struct lcp *lcp, struct ppp_context *context, const struct ppp_packet *packet)
{
	switch (packet->code) {
	case PPP_ECHO_REQUEST:
	case PPP_ECHO_REPLY:
	case PPP_DISCARD_REQUEST:
		receive_echo(lcp, context, packet);
		return 0;
	case PPP_IDENTIFICATION:
		receive_identification(context, packet);
		return 0;
	case PPP_TIME_REMAINING:
		return 0;
	case PPP_CODE_REJECT:
		if (packet->data.length > 0 && packet->data.data[0] == PPP_ECHO_REQUEST)
			lcp->echo_rejected = true;
		break;
	default:
		break;
	}
	return ppp_control_receive(&lcp->control, context, packet);
}

void lcp_reject_protocol(struct lcp *lcp, struct ppp_context *context, uint16_t protocol,
			 struct bytes information)
{
	if (!ppp_control_is_open(&lcp->control))
		return;
	size_t room = ppp_context_packet_max(context) - PPP_PACKET_HEADER_LENGTH - sizeof(protocol);
	struct bytes quoted = bytes_head(information, room);
	struct writer w = ppp_outbox_begin(context->outbox);
	writer_u8(&w, PPP_PROTOCOL_REJECT);
	writer_u8(&w, ++lcp->control.reject_identifier);
	size_t length = writer_mark_u16(&w);
	writer_u16(&w, protocol);
	writer_bytes(&w, quoted);
	writer_fill_u16(&w, length, w.length);
	ppp_outbox_end(context->outbox, PPP_LCP, &w);
}

void lcp_echo_start(struct lcp *lcp, struct ppp_context *context)
{
	lcp->echo_unanswered = 0;
	lcp->heard = lcp->probing = false;
	lcp->echo_deadline =
		context->config->echo_interval_ms == 0
			? MONO_NEVER
			: mono_after_ms(context->now, context->config->echo_interval_ms);
}

/* A peer whose life is in doubt is asked each second, until it answers. */
static uint32_t echo_interval(const struct lcp *lcp, const struct ppp_context *context)
{
	const uint32_t probe_ms = 1000;
	uint32_t interval_ms = context->config->echo_interval_ms;
	return lcp->probing && interval_ms > probe_ms ? probe_ms : interval_ms;
}

enum lcp_health lcp_echo_tick(struct lcp *lcp, struct ppp_context *context)
{
	if (lcp->loops > LOOPS_MAX)
		return LCP_LOOPED;
	if (context->now < lcp->echo_deadline)
		return LCP_ALIVE;
	if (!ppp_control_is_open(&lcp->control) || lcp->echo_rejected) {
		lcp->echo_deadline = MONO_NEVER;
		return LCP_ALIVE;
	}
	unsigned failures = context->config->echo_failures;
	if (context->config->echo_adaptive && lcp->heard)
		lcp->echo_unanswered = 0;
	else if (failures > 0 && lcp->echo_unanswered >= failures)
		return LCP_SILENT;
	/* From when it was due, not from when we were called: late calls must not add up. */
	uint32_t interval_ms = echo_interval(lcp, context);
	lcp->echo_deadline = mono_after_ms(lcp->echo_deadline, interval_ms);
	if (lcp->echo_deadline <= context->now)
		lcp->echo_deadline = mono_after_ms(context->now, interval_ms);
	bool skip = context->config->echo_adaptive && lcp->heard;
	lcp->heard = false;
	if (skip)
		return LCP_ALIVE;

	uint8_t magic[4];
	struct writer w = writer_of(magic, sizeof(magic));
	writer_u32(&w, lcp->ask_magic);
	ppp_context_send(context, PPP_LCP, PPP_ECHO_REQUEST, ++lcp->echo_identifier,
			 writer_written(&w));
	lcp->echo_unanswered++;
	lcp->echo_sent = context->now;
	return LCP_ALIVE;
}
