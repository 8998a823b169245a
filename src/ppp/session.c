/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/session.h"

#include "crypto/digest.h"

/* Unanswered probes count as lost echoes: a flurry of them must not end the session. */
#define PROBE_INTERVAL_MS 1000

struct ppp_config ppp_config_default(void)
{
	return (struct ppp_config){
		.prove_by = PPP_AUTH_ALL,
		.mru = 1492,
		.ipv4 = true,
		.request_dns = true,
		.echo_interval_ms = 20000,
		.echo_failures = 3,
		.restart_min_ms = 250,
		.restart_max_ms = 3000,
		.max_configure = 10,
		.max_terminate = 2,
		.max_failure = 5,
		.establish_ms = 60000,
	};
}

static void put(struct ppp_session *session, enum ppp_action_kind kind)
{
	ppp_outbox_put(session->context.outbox, kind);
}

void ppp_session_init(struct ppp_session *session, const struct ppp_config *config,
		      struct random *random, struct ppp_outbox *outbox)
{
	memset(session, 0, sizeof(*session));
	session->phase = PPP_DEAD;
	session->context.config = config;
	session->context.random = random;
	session->context.outbox = outbox;
	session->establish_deadline = MONO_NEVER;
	lcp_init(&session->lcp);
	ipcp_init(&session->ipcp);
	ipv6cp_init(&session->ipv6cp);
	ppp_prover_init(&session->prover);
	ppp_checker_init(&session->checker);
}

/* What the network protocols' signals mean for the owner. */
static void network_signals(struct ppp_session *session, bool ipv4, unsigned signals);

static void network_down(struct ppp_session *session)
{
	network_signals(session, true, ppp_control_down(&session->ipcp.control, &session->context));
	network_signals(session, false,
			ppp_control_down(&session->ipv6cp.control, &session->context));
	ipcp_init(&session->ipcp);
	ipv6cp_init(&session->ipv6cp);
}

/* The end: the first failure is the one that counts. */
static void end(struct ppp_session *session, enum ppp_failure failure)
{
	if (session->phase == PPP_DEAD)
		return;
	if (session->failure == PPP_FAILURE_NONE && session->phase != PPP_TERMINATE)
		session->failure = failure;
	session->phase = PPP_TERMINATE;
	network_down(session);
	session->phase = PPP_DEAD;
	session->establish_deadline = MONO_NEVER;
	session->own_secret_asked = false;
	ppp_prover_init(&session->prover);
	ppp_checker_init(&session->checker);
	lcp_init(&session->lcp);
	put(session, PPP_ENDED);
}

/* LCP's Close: Terminate-Request, and the end when it is answered or was sent often enough. */
static void terminate(struct ppp_session *session, enum ppp_failure failure, const char *reason)
{
	if (session->phase == PPP_DEAD || session->phase == PPP_TERMINATE)
		return;
	session->failure = failure;
	session->phase = PPP_TERMINATE;
	session->establish_deadline = MONO_NEVER;
	session->own_secret_asked = false;
	ppp_prover_init(&session->prover);
	ppp_checker_init(&session->checker);
	network_down(session);
	unsigned signals = ppp_control_close(&session->lcp.control, &session->context, reason);
	/* A peer that does not hear us is not waited for. */
	bool deaf = failure == PPP_FAILURE_ECHO_SILENT || failure == PPP_FAILURE_LOOPED;
	bool closing = session->lcp.control.state == PPP_CLOSING;
	if (signals & PPP_SIGNAL_FINISHED || deaf || !closing)
		end(session, failure);
}

static void begin_network(struct ppp_session *session)
{
	struct ppp_context *context = &session->context;
	session->phase = PPP_NETWORK;
	session->lcp.prove_refused = false; /* it goes without */
	session->ipv4_lost = !context->config->ipv4;
	session->ipv6_lost = !context->config->ipv6;
	if (context->config->ipv4) {
		ipcp_prepare(&session->ipcp, context);
		ppp_control_up(&session->ipcp.control, context);
		ppp_control_open(&session->ipcp.control, context);
	}
	if (context->config->ipv6) {
		ipv6cp_prepare(&session->ipv6cp, context);
		ppp_control_up(&session->ipv6cp.control, context);
		ppp_control_open(&session->ipv6cp.control, context);
	}
}

static void authenticated(struct ppp_session *session)
{
	if (session->phase == PPP_AUTHENTICATE && session->prover.succeeded &&
	    session->checker.accepted)
		begin_network(session);
}

static void prover_result(struct ppp_session *session, enum ppp_auth_result result)
{
	switch (result) {
	case PPP_AUTH_PENDING:
		break;
	case PPP_AUTH_NEEDS_SECRET:
		if (!session->own_secret_asked)
			put(session, PPP_NEED_OWN_SECRET);
		session->own_secret_asked = true;
		break;
	case PPP_AUTH_SUCCEEDED:
		if (session->phase == PPP_AUTHENTICATE && session->prover.method)
			put(session, PPP_PROVEN);
		authenticated(session);
		break;
	case PPP_AUTH_FAILED:
		terminate(session, PPP_FAILURE_AUTH_REJECTED, "Authentication rejected");
		break;
	case PPP_AUTH_IMPOSTOR:
		terminate(session, PPP_FAILURE_AUTH_IMPOSTOR, "Your proof of the secret is wrong");
		break;
	case PPP_AUTH_SILENT:
		terminate(session, PPP_FAILURE_AUTH_SILENT, "No answer in authentication");
		break;
	}
}

static void checker_result(struct ppp_session *session, enum ppp_auth_result result)
{
	switch (result) {
	case PPP_AUTH_PENDING:
		break;
	case PPP_AUTH_NEEDS_SECRET:
		session->peer_secrets_due++;
		put(session, PPP_NEED_PEER_SECRET);
		break;
	case PPP_AUTH_SUCCEEDED:
		if (session->phase == PPP_AUTHENTICATE)
			put(session, PPP_CHECKED);
		authenticated(session);
		break;
	case PPP_AUTH_FAILED:
	case PPP_AUTH_IMPOSTOR:
		terminate(session, PPP_FAILURE_PEER_AUTH_REJECTED, "Authentication failed");
		break;
	case PPP_AUTH_SILENT:
		terminate(session, PPP_FAILURE_PEER_AUTH_SILENT,
			  "Authentication failed: no answer");
		break;
	}
}

static void lcp_opened(struct ppp_session *session)
{
	struct ppp_context *context = &session->context;
	context->peer_mru = ppp_session_mtu(session);
	session->phase = PPP_AUTHENTICATE;
	put(session, PPP_LCP_UP);
	lcp_echo_start(&session->lcp, context);
	ppp_checker_start(&session->checker, context, session->lcp.demand);
	prover_result(session, ppp_prover_start(&session->prover, context, session->lcp.prove_by));
}

/* The peer negotiates LCP anew in an open session, or it ends: nothing above LCP stays. */
static void lcp_left_open(struct ppp_session *session)
{
	session->own_secret_asked = false;
	ppp_prover_init(&session->prover);
	ppp_checker_init(&session->checker);
	session->lcp.echo_deadline = MONO_NEVER;
	network_down(session);
	if (session->phase != PPP_TERMINATE) {
		session->phase = PPP_ESTABLISH;
		session->establish_deadline =
			mono_after_ms(session->context.now, session->context.config->establish_ms);
	}
}

/*
 * Why the peer ended it, as far as can be told: many answer a wrong password, or a method that is
 * not theirs, by a mere Terminate-Request.
 */
static enum ppp_failure termination(const struct ppp_session *session, enum ppp_phase phase)
{
	if (session->lcp.prove_refused)
		return PPP_FAILURE_AUTH_METHOD;
	if (phase == PPP_AUTHENTICATE && session->prover.method && session->prover.answered &&
	    !session->prover.succeeded)
		return PPP_FAILURE_AUTH_REJECTED;
	return PPP_FAILURE_PEER_TERMINATED;
}

static void lcp_signals(struct ppp_session *session, unsigned signals)
{
	if (signals & PPP_SIGNAL_DOWN)
		lcp_left_open(session);
	if (signals & PPP_SIGNAL_UP)
		lcp_opened(session);
	if (signals & PPP_SIGNAL_FINISHED)
		end(session, signals & PPP_SIGNAL_SILENCE ? PPP_FAILURE_LCP_SILENT
							  : PPP_FAILURE_PEER_TERMINATED);
	else if (signals & PPP_SIGNAL_NO_AGREEMENT)
		terminate(session, PPP_FAILURE_LCP_NO_AGREEMENT, "No agreement on LCP options");
	if (session->lcp.demand_refused)
		terminate(session, PPP_FAILURE_PEER_AUTH_REFUSED, "Authentication is required");
	if (session->lcp.loops > 4)
		terminate(session, PPP_FAILURE_LOOPED, "Loop");
}

/* One of the two network protocols is given up; with the last one the session goes. */
static void network_lost(struct ppp_session *session, bool ipv4, enum ppp_failure failure)
{
	bool *lost = ipv4 ? &session->ipv4_lost : &session->ipv6_lost;
	if (*lost)
		return;
	*lost = true;
	if (ipv4 || session->network_failure == PPP_FAILURE_NONE)
		session->network_failure = failure;
	if (session->ipv4_lost && session->ipv6_lost)
		terminate(session, session->network_failure, "No network protocol is left");
}

static void network_opened(struct ppp_session *session, bool ipv4)
{
	if (ipv4 && !ipcp_is_host_address(session->ipcp.address)) {
		ppp_control_close(&session->ipcp.control, &session->context, "No address");
		network_lost(session, true, PPP_FAILURE_NO_ADDRESS);
		return;
	}
	session->establish_deadline = MONO_NEVER;
	*(ipv4 ? &session->ipv4_lost : &session->ipv6_lost) = false; /* it may come back */
	*(ipv4 ? &session->ipv4_up : &session->ipv6_up) = true;
	put(session, ipv4 ? PPP_IPV4_UP : PPP_IPV6_UP);
}

static void network_signals(struct ppp_session *session, bool ipv4, unsigned signals)
{
	bool *up = ipv4 ? &session->ipv4_up : &session->ipv6_up;
	if (signals & PPP_SIGNAL_DOWN && *up) {
		*up = false;
		put(session, ipv4 ? PPP_IPV4_DOWN : PPP_IPV6_DOWN);
	}
	if (session->phase != PPP_NETWORK)
		return;
	if (signals & PPP_SIGNAL_UP)
		network_opened(session, ipv4);
	if (signals & PPP_SIGNAL_NO_AGREEMENT) {
		ppp_control_close(ipv4 ? &session->ipcp.control : &session->ipv6cp.control,
				  &session->context, "No agreement");
		network_lost(session, ipv4, PPP_FAILURE_NETWORK_NO_AGREEMENT);
	} else if (signals & PPP_SIGNAL_SILENCE) {
		network_lost(session, ipv4, PPP_FAILURE_NETWORK_SILENT);
		/* The peer may take IPv4 for open: half a session is worse than another try. */
		if (ipv4 && session->ipcp.control.heard)
			terminate(session, PPP_FAILURE_NETWORK_SILENT, "No answer in IPCP");
	} else if (signals & PPP_SIGNAL_FINISHED)
		network_lost(session, ipv4, PPP_FAILURE_PEER_TERMINATED);
}

void ppp_session_set_round_trip(struct ppp_session *session, uint32_t round_trip_ms)
{
	session->context.round_trip_known = true;
	session->context.round_trip_ms = round_trip_ms < 60000 ? round_trip_ms : 60000;
}

void ppp_session_open(struct ppp_session *session, uint16_t payload_max, mono_us now)
{
	struct ppp_context *context = &session->context;
	if (session->phase != PPP_DEAD)
		return;
	context->now = now;
	context->payload_max = payload_max;
	context->peer_mru = payload_max;
	context->words[0] = '\0';
	session->failure = session->network_failure = PPP_FAILURE_NONE;
	session->peer_secrets_due = 0;
	session->phase = PPP_ESTABLISH;
	session->establish_deadline = mono_after_ms(now, context->config->establish_ms);
	lcp_init(&session->lcp);
	lcp_prepare(&session->lcp, context);
	ppp_control_up(&session->lcp.control, context);
	ppp_control_open(&session->lcp.control, context);
}

void ppp_session_close(struct ppp_session *session, const char *reason, mono_us now)
{
	session->context.now = now;
	terminate(session, PPP_FAILURE_NONE, reason);
}

void ppp_session_down(struct ppp_session *session, mono_us now)
{
	session->context.now = now;
	end(session, PPP_FAILURE_LOWER_DOWN);
}

void ppp_session_taken_down(struct ppp_session *session, mono_us now)
{
	session->context.now = now;
	enum ppp_failure why = termination(session, session->phase);
	end(session, why == PPP_FAILURE_PEER_TERMINATED ? PPP_FAILURE_LOWER_DOWN : why);
}

static void receive_protocol_reject(struct ppp_session *session, const struct ppp_packet *packet)
{
	struct reader r = reader_of(packet->data);
	uint16_t protocol = reader_u16(&r);
	if (r.failed || !ppp_control_is_open(&session->lcp.control))
		return;
	switch (protocol) {
	case PPP_LCP:
		lcp_signals(session, ppp_control_protocol_rejected(&session->lcp.control,
								   &session->context));
		break;
	case PPP_IPCP:
	case PPP_IPV6CP:
		if (session->phase != PPP_NETWORK)
			break;
		bool ipv4 = protocol == PPP_IPCP;
		unsigned signals = ppp_control_protocol_rejected(ipv4 ? &session->ipcp.control
								      : &session->ipv6cp.control,
								 &session->context);
		network_signals(session, ipv4, signals & PPP_SIGNAL_DOWN);
		network_lost(session, ipv4, PPP_FAILURE_NETWORK_REJECTED);
		break;
	default:
		break;
	}
}

static void receive_lcp(struct ppp_session *session, const struct ppp_packet *packet)
{
	struct ppp_context *context = &session->context;
	if (packet->code == PPP_PROTOCOL_REJECT) {
		receive_protocol_reject(session, packet);
		return;
	}
	bool was_open = ppp_control_is_open(&session->lcp.control);
	enum ppp_failure why = termination(session, session->phase);
	unsigned signals = lcp_receive(&session->lcp, context, packet);
	lcp_signals(session, signals);
	if (packet->code != PPP_TERMINATE_REQUEST || session->phase == PPP_DEAD)
		return;
	/* What was said when it failed says more than the farewell that follows. */
	bool said = session->phase == PPP_TERMINATE && context->words[0] != '\0';
	if (!said)
		text_copy_peer(context->words, sizeof(context->words), packet->data);
	/*
	 * The Terminate-Ack is on its way.  RFC 1661 would now pause for one restart time, which
	 * lets a serial line settle; PPPoE has PADT for that.
	 */
	if (was_open || session->lcp.prove_refused)
		end(session, why);
}

/* Response and request codes tell which of the two roles a packet is for. */
static bool is_for_checker(uint16_t protocol, uint8_t code)
{
	return protocol == PPP_PAP ? code == 1 : code == 2;
}

/* A peer that sends our own challenge back wants us to compute its answer (RFC 1994 section 5). */
static bool is_reflected(const struct ppp_session *session, const struct ppp_packet *packet)
{
	const struct ppp_checker *checker = &session->checker;
	struct reader r = reader_of(packet->data);
	if (checker->method == &ppp_eap_md5)
		reader_u8(&r); /* the type */
	struct bytes value = reader_bytes(&r, reader_u8(&r));
	return packet->code == 1 && checker->method &&
	       bytes_equal(value, bytes_of(checker->challenge, sizeof(checker->challenge)));
}

static void receive_auth(struct ppp_session *session, uint16_t protocol,
			 const struct ppp_packet *packet)
{
	if (session->phase != PPP_AUTHENTICATE && session->phase != PPP_NETWORK)
		return;
	struct ppp_context *context = &session->context;
	if (is_for_checker(protocol, packet->code)) {
		const struct ppp_auth_method *method = session->checker.method;
		if (method && method->protocol == protocol)
			checker_result(session,
				       ppp_checker_receive(&session->checker, context, packet));
	} else {
		const struct ppp_auth_method *method = session->prover.method;
		if (method && method->protocol == protocol &&
		    !(protocol != PPP_PAP && is_reflected(session, packet)))
			prover_result(session,
				      ppp_prover_receive(&session->prover, context, packet));
	}
}

static void receive_network(struct ppp_session *session, bool ipv4, const struct ppp_packet *packet)
{
	if (session->phase == PPP_AUTHENTICATE)
		prover_result(session, ppp_prover_implied(&session->prover));
	if (session->phase != PPP_NETWORK)
		return; /* RFC 1661 section 3.5: silently discarded */
	struct ppp_control *control = ipv4 ? &session->ipcp.control : &session->ipv6cp.control;
	network_signals(session, ipv4, ppp_control_receive(control, &session->context, packet));
}

void ppp_session_receive(struct ppp_session *session, uint16_t protocol, struct bytes information,
			 mono_us now)
{
	struct ppp_context *context = &session->context;
	if (session->phase == PPP_DEAD)
		return;
	context->now = now;
	lcp_echo_heard(&session->lcp);

	struct ppp_packet packet;
	bool well_formed = ppp_packet_read(information, &packet);
	switch (protocol) {
	case PPP_LCP:
		if (well_formed)
			receive_lcp(session, &packet);
		return;
	case PPP_PAP:
	case PPP_CHAP:
	case PPP_EAP:
		if (well_formed)
			receive_auth(session, protocol, &packet);
		return;
	case PPP_IPCP:
	case PPP_IPV6CP:
		if (!(protocol == PPP_IPCP ? context->config->ipv4 : context->config->ipv6))
			break;
		if (well_formed)
			receive_network(session, protocol == PPP_IPCP, &packet);
		return;
	case PPP_IPV4:
	case PPP_IPV6:
		return; /* the data plane's */
	default:
		break;
	}
	if (session->phase == PPP_NETWORK)
		lcp_reject_protocol(&session->lcp, context, protocol, information);
}

static void tick_lcp(struct ppp_session *session)
{
	struct ppp_context *context = &session->context;
	lcp_signals(session, ppp_control_tick(&session->lcp.control, context));
	switch (lcp_echo_tick(&session->lcp, context)) {
	case LCP_ALIVE:
		break;
	case LCP_SILENT:
		terminate(session, PPP_FAILURE_ECHO_SILENT, "Peer not responding");
		break;
	case LCP_LOOPED:
		terminate(session, PPP_FAILURE_LOOPED, "Loop");
		break;
	}
}

void ppp_session_tick(struct ppp_session *session, mono_us now)
{
	struct ppp_context *context = &session->context;
	context->now = now;
	if (now >= session->establish_deadline)
		terminate(session, PPP_FAILURE_TOO_LONG, "Took too long");
	tick_lcp(session);
	if (session->phase != PPP_AUTHENTICATE && session->phase != PPP_NETWORK)
		return;
	if (session->prover.method)
		prover_result(session, ppp_prover_tick(&session->prover, context));
	if (session->checker.method)
		checker_result(session, ppp_checker_tick(&session->checker, context));
	if (session->phase != PPP_NETWORK)
		return;
	network_signals(session, true, ppp_control_tick(&session->ipcp.control, context));
	network_signals(session, false, ppp_control_tick(&session->ipv6cp.control, context));
}

mono_us ppp_session_deadline(const struct ppp_session *session)
{
	const mono_us deadlines[] = {
		session->establish_deadline,	session->lcp.control.deadline,
		session->lcp.echo_deadline,	session->prover.deadline,
		session->checker.deadline,	session->checker.rechallenge,
		session->ipcp.control.deadline, session->ipv6cp.control.deadline,
	};
	mono_us first = MONO_NEVER;
	for (size_t i = 0; i < sizeof(deadlines) / sizeof(deadlines[0]); i++)
		first = mono_earlier(first, deadlines[i]);
	return first;
}

void ppp_session_own_secret(struct ppp_session *session, const struct bytes *secret, mono_us now)
{
	if (!session->own_secret_asked)
		return;
	session->own_secret_asked = false;
	session->context.now = now;
	enum ppp_auth_result result =
		ppp_prover_secret(&session->prover, &session->context, secret);
	if (!secret)
		terminate(session, PPP_FAILURE_AUTH_NO_SECRET, "No secret for that name");
	else
		prover_result(session, result);
}

void ppp_session_peer_secret(struct ppp_session *session, const struct bytes *secret, mono_us now)
{
	/* Of several, as after a negotiation anew, only the last is about the name of now. */
	if (session->peer_secrets_due == 0 || --session->peer_secrets_due > 0)
		return;
	session->context.now = now;
	checker_result(session, ppp_checker_secret(&session->checker, &session->context, secret));
}

struct bytes ppp_session_peer_name(const struct ppp_session *session)
{
	return bytes_of(session->checker.raw_name, session->checker.name_length);
}

void ppp_session_give_address(struct ppp_session *session, uint32_t address)
{
	session->context.give_address = address;
}

void ppp_session_heard(struct ppp_session *session)
{
	lcp_echo_heard(&session->lcp);
}

void ppp_session_probe(struct ppp_session *session, mono_us now)
{
	struct lcp *lcp = &session->lcp;
	bool asked =
		lcp->echo_unanswered > 0 && now < mono_after_ms(lcp->echo_sent, PROBE_INTERVAL_MS);
	if (asked || lcp->echo_deadline == MONO_NEVER)
		return;
	lcp->heard = false;
	lcp->probing = true;
	lcp->echo_deadline = now;
	ppp_session_tick(session, now);
}

const char *ppp_session_words(const struct ppp_session *session)
{
	return session->context.words;
}

uint16_t ppp_session_mtu(const struct ppp_session *session)
{
	uint16_t peer = session->lcp.peer_mru, wire = session->context.payload_max;
	return peer < wire ? peer : wire;
}
