/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/control.h"

#define HURRY_MS 20
#define QUICK_MS 100
#define QUICK_TRIES 5

void ppp_control_init(struct ppp_control *control, const struct ppp_control_type *type)
{
	memset(control, 0, sizeof(*control));
	control->type = type;
	control->state = PPP_INITIAL;
	control->deadline = MONO_NEVER;
}

static void send_configure_request(struct ppp_control *control, struct ppp_context *context)
{
	struct writer options = writer_of(control->request, sizeof(control->request));
	for (unsigned i = 0; i < control->type->option_count; i++) {
		const struct ppp_option *option = &control->type->options[i];
		uint8_t value[PPP_REQUEST_MAX];
		struct writer w = writer_of(value, sizeof(value));
		if (!option->ask || !option->ask(control, &w))
			continue;
		writer_u8(&options, option->type);
		writer_u8(&options, (uint8_t)(2 + w.length));
		writer_bytes(&options, writer_written(&w));
	}
	control->request_length = (uint8_t)options.length;

	/*
	 * "For retransmissions, the Identifier MAY remain unchanged" (RFC 1661 section 5.1): it
	 * does, so that an answer slower than our short restart timer still counts.
	 */
	if (!control->outstanding)
		control->identifier++;
	control->outstanding = true;
	ppp_context_send(context, control->type->protocol, PPP_CONFIGURE_REQUEST,
			 control->identifier, writer_written(&options));
}

static void start_timer(struct ppp_control *control, struct ppp_context *context)
{
	control->deadline = mono_after_ms(context->now, control->restart_ms);
}

static void agree(struct ppp_control *control)
{
	const struct ppp_control_type *type = control->type;
	struct bytes request = control->packet.data;
	control->repeats = 0;
	control->agreed = request.length <= sizeof(control->agreed_request);
	if (control->agreed) {
		control->agreed_identifier = control->packet.identifier;
		control->agreed_length = (uint8_t)request.length;
		if (request.length > 0)
			memcpy(control->agreed_request, request.data, request.length);
	}
	type->forget_peer(control);
	struct reader r = reader_of(request);
	struct tlv item;
	while (tlv_next_option(&r, &item) == TLV_ITEM)
		for (unsigned i = 0; i < type->option_count; i++)
			if (type->options[i].type == item.type && type->options[i].agree)
				type->options[i].agree(control, item.value);
}

static void send_configure_answer(struct ppp_control *control, struct ppp_context *context,
				  bool good)
{
	if (good) {
		control->naks_sent = 0;
		agree(control);
		ppp_context_send(context, control->type->protocol, PPP_CONFIGURE_ACK,
				 control->packet.identifier, control->packet.data);
		return;
	}
	/* A request that comes again may not have seen the Nak: it is no lack of convergence. */
	bool again =
		control->naks_sent > 0 && control->naked_identifier == control->packet.identifier;
	if (control->answer_code == PPP_CONFIGURE_NAK && !again && control->naks_sent < UINT8_MAX) {
		control->naks_sent++;
		control->naked_identifier = control->packet.identifier;
	}
	ppp_context_send(context, control->type->protocol, control->answer_code,
			 control->packet.identifier, control->answer);
}

static void initialize_restart_count(struct ppp_control *control, struct ppp_context *context,
				     uint16_t actions)
{
	control->restarts_left =
		actions & PPP_STR ? context->config->max_terminate : context->config->max_configure;
	control->quick_tries = 0;
	/* After a mere Ack the wait is for the peer's request, and not hurried. */
	if (actions & (PPP_SCR | PPP_STR))
		control->restart_ms = ppp_context_restart_ms(context);
	start_timer(control, context);
}

static void send_terminate_ack(struct ppp_control *control, struct ppp_context *context)
{
	/* An Ack that nothing asked for (in Closed and Stopped) has an identifier of its own. */
	bool asked = control->packet.code == PPP_TERMINATE_REQUEST;
	ppp_context_send(context, control->type->protocol, PPP_TERMINATE_ACK,
			 asked ? control->packet.identifier : control->terminate_identifier,
			 bytes_of(NULL, 0));
}

static void send_code_reject(struct ppp_control *control, struct ppp_context *context)
{
	/* "The Rejected-Packet ... MUST be truncated to comply with the peer's established MRU". */
	size_t room = ppp_context_packet_max(context) - PPP_PACKET_HEADER_LENGTH;
	ppp_context_send(context, control->type->protocol, PPP_CODE_REJECT,
			 ++control->reject_identifier, bytes_head(control->packet.whole, room));
}

static void send_all(struct ppp_control *control, struct ppp_context *context, uint16_t actions)
{
	if (actions & PPP_IRC)
		initialize_restart_count(control, context, actions);
	if (actions & PPP_ZRC) {
		control->restarts_left = 0;
		start_timer(control, context);
	}
	if (actions & (PPP_SCR | PPP_STR)) {
		if (control->restarts_left > 0)
			control->restarts_left--;
		start_timer(control, context);
	}
	if (actions & PPP_SCR)
		send_configure_request(control, context);
	if (actions & PPP_SCA)
		send_configure_answer(control, context, true);
	if (actions & PPP_SCN)
		send_configure_answer(control, context, false);
	if (actions & PPP_STR)
		ppp_context_send(context, control->type->protocol, PPP_TERMINATE_REQUEST,
				 ++control->terminate_identifier,
				 bytes_of_text(control->reason ? control->reason : ""));
	if (actions & PPP_STA)
		send_terminate_ack(control, context);
	if (actions & PPP_SCJ)
		send_code_reject(control, context);
}

/* SER belongs to the protocol with echoes, LCP: see lcp.c. */
static unsigned handle(struct ppp_control *control, struct ppp_context *context,
		       enum ppp_event event)
{
	const struct ppp_transition *t = &ppp_automaton[event][control->state];
	if (!t->possible)
		return 0;

	enum ppp_state before = control->state;
	control->state = t->next;
	if (before == PPP_OPENED && t->next != PPP_OPENED) {
		/* A negotiation anew: it has its full number of tries. */
		control->restarts_left = context->config->max_configure;
		control->restart_ms = ppp_context_restart_ms(context);
	}
	send_all(control, context, t->actions);
	if (!ppp_state_timed(control->state))
		control->deadline = MONO_NEVER;
	if (t->actions & PPP_TLU)
		control->naks_received = control->naks_sent = 0;
	return t->actions & (PPP_TLU | PPP_TLD | PPP_TLS | PPP_TLF);
}

unsigned ppp_control_up(struct ppp_control *control, struct ppp_context *context)
{
	control->outstanding = control->agreed = control->heard = false;
	control->naks_sent = control->naks_received = 0;
	return handle(control, context, PPP_EVENT_UP);
}

unsigned ppp_control_down(struct ppp_control *control, struct ppp_context *context)
{
	return handle(control, context, PPP_EVENT_DOWN);
}

unsigned ppp_control_open(struct ppp_control *control, struct ppp_context *context)
{
	return handle(control, context, PPP_EVENT_OPEN);
}

unsigned ppp_control_close(struct ppp_control *control, struct ppp_context *context,
			   const char *reason)
{
	control->reason = reason;
	return handle(control, context, PPP_EVENT_CLOSE);
}

/*
 * The restart time doubles.  A very short one, known to be long enough for an answer, first stays
 * for a few tries: what it waits for is a peer that is starting up.
 */
static void slow_down(struct ppp_control *control, const struct ppp_context *context)
{
	if (control->restart_ms <= QUICK_MS && control->quick_tries < QUICK_TRIES) {
		control->quick_tries++;
		control->restarts_left++; /* they count as one of Max-Configure */
		return;
	}
	uint32_t doubled = control->restart_ms * 2;
	uint32_t limit = context->config->restart_max_ms;
	control->restart_ms = doubled < limit ? doubled : limit;
}

unsigned ppp_control_tick(struct ppp_control *control, struct ppp_context *context)
{
	if (context->now < control->deadline)
		return 0;
	control->deadline = MONO_NEVER;
	if (control->restarts_left > 0) {
		slow_down(control, context);
		return handle(control, context, PPP_EVENT_TIMEOUT);
	}
	bool configuring = control->state >= PPP_REQUEST_SENT;
	return handle(control, context, PPP_EVENT_TIMEOUT_LAST) |
	       (configuring ? PPP_SIGNAL_SILENCE : 0);
}

unsigned ppp_control_protocol_rejected(struct ppp_control *control, struct ppp_context *context)
{
	return handle(control, context, PPP_EVENT_REJECT_FATAL);
}

static const struct ppp_option *find_option(const struct ppp_control *control, uint16_t type)
{
	for (unsigned i = 0; i < control->type->option_count; i++)
		if (control->type->options[i].type == type)
			return &control->type->options[i];
	return NULL;
}

static void write_option(struct writer *w, uint16_t type, struct bytes value)
{
	writer_u8(w, (uint8_t)type);
	writer_u8(w, (uint8_t)(2 + value.length));
	writer_bytes(w, value);
}

/*
 * "If a negotiable Configuration Option is received in a Configure-Request, but with an invalid
 * or unrecognized Length, a Configure-Nak SHOULD be transmitted which includes the desired
 * Configuration Option with an appropriate Length and Data" (RFC 1661 section 6).
 */
static enum ppp_verdict judge_option(struct ppp_control *control, struct ppp_context *context,
				     const struct tlv *item, struct writer *nak)
{
	const struct ppp_option *option = find_option(control, item->type);
	if (!option || !option->judge)
		return PPP_REJECT;
	bool fits = item->value.length >= option->length_min &&
		    item->value.length <= option->length_max;
	struct bytes value = fits ? item->value : bytes_of(NULL, 0);

	uint8_t better[PPP_REQUEST_MAX];
	struct writer w = writer_of(better, sizeof(better));
	enum ppp_verdict verdict = option->judge(control, context, value, &w);
	if (verdict == PPP_ACK)
		return fits ? PPP_ACK : PPP_REJECT;
	/* After Max-Failure Naks in a row the option is rejected instead (RFC 1661 section 4.6). */
	if (verdict == PPP_REJECT || control->naks_sent >= context->config->max_failure)
		return PPP_REJECT;
	write_option(nak, item->type, writer_written(&w));
	return PPP_NAK;
}

/*
 * Judges a whole request.  Rejects go before Naks, Naks before the Ack (RFC 1661 section 5.2
 * - 5.4).  A list that is malformed, or so long that the answer is more than the peer can receive,
 * is for the caller to drop: false.
 */
static bool judge_request(struct ppp_control *control, struct ppp_context *context,
			  uint8_t rejects[PPP_PACKET_MAX], uint8_t naks[PPP_PACKET_MAX],
			  enum ppp_event *ret_event)
{
	size_t room = ppp_context_packet_max(context) - PPP_PACKET_HEADER_LENGTH;
	struct writer reject = writer_of(rejects, room);
	struct writer nak = writer_of(naks, room);
	struct reader r = reader_of(control->packet.data);
	struct tlv item;
	enum tlv_result result;
	while ((result = tlv_next_option(&r, &item)) == TLV_ITEM)
		if (judge_option(control, context, &item, &nak) == PPP_REJECT)
			write_option(&reject, item.type, item.value);
	if (result == TLV_MALFORMED || control->packet.data.length > room)
		return false;

	if (control->type->missing && control->naks_sent < context->config->max_failure)
		control->type->missing(control, context, reader_of(control->packet.data), &nak);
	if (reject.failed || nak.failed)
		return false;

	*ret_event = PPP_EVENT_REQUEST_GOOD;
	if (reject.length > 0) {
		control->answer_code = PPP_CONFIGURE_REJECT;
		control->answer = writer_written(&reject);
		*ret_event = PPP_EVENT_REQUEST_BAD;
	} else if (nak.length > 0) {
		control->answer_code = PPP_CONFIGURE_NAK;
		control->answer = writer_written(&nak);
		*ret_event = PPP_EVENT_REQUEST_BAD;
	}
	return true;
}

/*
 * The request that we acknowledged last has come again: our Ack is late or was lost.  By the table
 * we would begin anew; but RFC 1661 takes for granted that a restart timer is longer than a round
 * trip.  Where it is shorter, that would go on for ever, each side's repetitions bringing down what
 * the other has just opened.  A peer that goes on and on does mean to begin anew.
 */
static bool is_repeated(const struct ppp_control *control)
{
	return control->agreed && control->packet.identifier == control->agreed_identifier &&
	       bytes_equal(control->packet.data,
			   bytes_of(control->agreed_request, control->agreed_length));
}

static unsigned receive_request(struct ppp_control *control, struct ppp_context *context)
{
	if (control->state == PPP_OPENED && is_repeated(control) &&
	    control->repeats < context->config->max_failure) {
		control->repeats++;
		ppp_context_send(context, control->type->protocol, PPP_CONFIGURE_ACK,
				 control->packet.identifier, control->packet.data);
		return 0;
	}
	uint8_t rejects[PPP_PACKET_MAX], naks[PPP_PACKET_MAX];
	enum ppp_event event;
	if (!judge_request(control, context, rejects, naks, &event))
		return 0;
	unsigned signals = handle(control, context, event);
	control->answer = bytes_of(NULL, 0);
	return signals;
}

static bool answers_our_request(const struct ppp_control *control)
{
	return control->outstanding && control->packet.identifier == control->identifier;
}

static unsigned receive_ack(struct ppp_control *control, struct ppp_context *context)
{
	/* "The Configuration Options ... MUST exactly match those of the last transmitted" one. */
	if (!answers_our_request(control) ||
	    !bytes_equal(control->packet.data, bytes_of(control->request, control->request_length)))
		return 0;
	control->outstanding = false;
	return handle(control, context, PPP_EVENT_ACK);
}

static bool was_requested(const struct ppp_control *control, uint16_t type)
{
	struct reader r = reader_of(bytes_of(control->request, control->request_length));
	struct tlv item;
	while (tlv_next_option(&r, &item) == TLV_ITEM)
		if (item.type == type)
			return true;
	return false;
}

/*
 * A Nak may name options that we did not ask for, and they are passed over; a Reject may not (RFC
 * 1661 section 5.3 - 5.4), and is dropped.
 */
static bool answer_well_formed(const struct ppp_control *control)
{
	struct reader r = reader_of(control->packet.data);
	struct tlv item;
	enum tlv_result result;
	while ((result = tlv_next_option(&r, &item)) == TLV_ITEM)
		if (control->packet.code == PPP_CONFIGURE_REJECT &&
		    !was_requested(control, item.type))
			return false;
	return result == TLV_END;
}

static unsigned receive_nak(struct ppp_control *control, struct ppp_context *context)
{
	if (!answers_our_request(control) || !answer_well_formed(control))
		return 0;
	control->outstanding = false;

	struct reader r = reader_of(control->packet.data);
	struct tlv item;
	while (tlv_next_option(&r, &item) == TLV_ITEM) {
		const struct ppp_option *option = find_option(control, item.type);
		if (!option || !was_requested(control, item.type))
			continue;
		if (control->packet.code == PPP_CONFIGURE_REJECT) {
			if (option->rejected)
				option->rejected(control, context);
		} else if (option->naked && item.value.length >= option->length_min &&
			   item.value.length <= option->length_max) {
			option->naked(control, context, item.value);
		}
	}
	unsigned signals = handle(control, context, PPP_EVENT_NAK);
	if (++control->naks_received > 2 * context->config->max_failure)
		signals |= PPP_SIGNAL_NO_AGREEMENT;
	return signals;
}

/* A Code-Reject of a code that the automaton cannot do without is RXJ-, any other RXJ+. */
static unsigned receive_code_reject(struct ppp_control *control, struct ppp_context *context)
{
	struct reader r = reader_of(control->packet.data);
	uint8_t code = reader_u8(&r);
	if (r.failed)
		return 0;
	bool needed = code >= PPP_CONFIGURE_REQUEST && code <= PPP_CODE_REJECT;
	return handle(control, context,
		      needed ? PPP_EVENT_REJECT_FATAL : PPP_EVENT_REJECT_HARMLESS);
}

/*
 * The first words of a peer say that it has just come up.  If our request went out before that it
 * is lost, and is sent again soon, not at the end of the restart time.  (A pppd behind
 * pppoe-server needs some 0.2 s to come up, and waits for 3 s in such a case.)
 */
static void hurry(struct ppp_control *control, struct ppp_context *context)
{
	uint32_t wait_ms = 2 * context->round_trip_ms;
	mono_us soon = mono_after_ms(context->now, wait_ms < HURRY_MS ? HURRY_MS : wait_ms);
	if (!control->outstanding || soon >= control->deadline ||
	    (control->state != PPP_REQUEST_SENT && control->state != PPP_ACK_SENT))
		return;
	control->deadline = soon;
	control->restart_ms /= 2; /* it doubles when it is over */
}

unsigned ppp_control_receive(struct ppp_control *control, struct ppp_context *context,
			     const struct ppp_packet *packet)
{
	/* "Down" states: no packet can have come from a peer that PPP knows of. */
	if (control->state == PPP_INITIAL || control->state == PPP_STARTING)
		return 0;
	bool first = !control->heard && packet->code == PPP_CONFIGURE_REQUEST;
	control->packet = *packet;
	control->heard = true;
	unsigned signals = 0;
	switch (packet->code) {
	case PPP_CONFIGURE_REQUEST:
		signals = receive_request(control, context);
		break;
	case PPP_CONFIGURE_ACK:
		signals = receive_ack(control, context);
		break;
	case PPP_CONFIGURE_NAK:
	case PPP_CONFIGURE_REJECT:
		signals = receive_nak(control, context);
		break;
	case PPP_TERMINATE_REQUEST:
		signals = handle(control, context, PPP_EVENT_TERMINATE_REQUEST);
		break;
	case PPP_TERMINATE_ACK:
		signals = handle(control, context, PPP_EVENT_TERMINATE_ACK);
		break;
	case PPP_CODE_REJECT:
		signals = receive_code_reject(control, context);
		break;
	default:
		signals = handle(control, context, PPP_EVENT_UNKNOWN_CODE);
		break;
	}
	control->packet = (struct ppp_packet){ 0 };
	if (first)
		hurry(control, context);
	return signals;
}
