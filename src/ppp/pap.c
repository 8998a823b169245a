/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PAP (RFC 1334 section 2): name and password go over in the clear.
 *
 *	Authenticate-Request: | Peer-ID length, 1 | Peer-ID | Passwd-Length, 1 | Password |
 *	Authenticate-Ack, Authenticate-Nak: | Msg-Length, 1 | Message |
 */
#include "crypto/digest.h"
#include "ppp/auth.h"

enum pap_code { PAP_REQUEST = 1, PAP_ACK = 2, PAP_NAK = 3 };

static void pap_prove_start(struct ppp_prover *prover, struct ppp_context *context,
			    enum ppp_auth_result *ret_result)
{
	prover->identifier = ++context->auth_identifier;
	*ret_result = PPP_AUTH_NEEDS_SECRET;
}

static enum ppp_auth_result pap_prove_secret(struct ppp_prover *prover, struct ppp_context *context,
					     struct bytes secret)
{
	struct bytes name = bytes_of_text(context->config->name);
	struct writer w = ppp_outbox_begin(context->outbox);
	writer_u8(&w, PAP_REQUEST);
	writer_u8(&w, prover->identifier);
	size_t length = writer_mark_u16(&w);
	writer_u8(&w, (uint8_t)name.length);
	writer_bytes(&w, name);
	writer_u8(&w, (uint8_t)bytes_head(secret, PPP_SECRET_MAX).length);
	writer_bytes(&w, bytes_head(secret, PPP_SECRET_MAX));
	writer_fill_u16(&w, length, w.length);
	ppp_outbox_end(context->outbox, PPP_PAP, &w);
	ppp_prover_sent(prover, context);
	return PPP_AUTH_PENDING;
}

static enum ppp_auth_result pap_prove_again(struct ppp_prover *prover, struct ppp_context *context)
{
	(void)prover;
	(void)context;
	return PPP_AUTH_NEEDS_SECRET; /* the request is made anew: no password was kept */
}

static enum ppp_auth_result pap_prove_receive(struct ppp_prover *prover,
					      struct ppp_context *context,
					      const struct ppp_packet *packet)
{
	if (packet->code != PAP_ACK && packet->code != PAP_NAK)
		return PPP_AUTH_PENDING;
	if (!prover->answered || prover->succeeded || packet->identifier != prover->identifier)
		return PPP_AUTH_PENDING;
	struct reader r = reader_of(packet->data);
	/* Some peers leave the message out with its length, others get the length wrong. */
	size_t length = reader_u8(&r);
	struct bytes message = bytes_head(reader_rest(&r), length);
	text_copy_peer(context->words, sizeof(context->words), message);
	return packet->code == PAP_ACK ? PPP_AUTH_SUCCEEDED : PPP_AUTH_FAILED;
}

static void pap_check_start(struct ppp_checker *checker, struct ppp_context *context)
{
	ppp_checker_sent(checker, context); /* the first word is the peer's: only wait for it */
}

static void pap_check_again(struct ppp_checker *checker, struct ppp_context *context)
{
	ppp_checker_sent(checker, context);
}

/* A repeated request gets the same answer again (RFC 1334 section 2.2): ours may have been lost. */
static enum ppp_auth_result pap_check_receive(struct ppp_checker *checker,
					      struct ppp_context *context,
					      const struct ppp_packet *packet)
{
	if (packet->code != PAP_REQUEST || checker->asking)
		return PPP_AUTH_PENDING;
	struct reader r = reader_of(packet->data);
	struct bytes name = reader_bytes(&r, reader_u8(&r));
	struct bytes password = reader_bytes(&r, reader_u8(&r));
	if (r.failed)
		return PPP_AUTH_PENDING;
	checker->identifier = packet->identifier;
	if (checker->decided) {
		checker->method->check_reply(checker, context);
		return PPP_AUTH_PENDING;
	}
	ppp_checker_name(checker, name);
	if (password.length > 0)
		memcpy(checker->value, password.data, password.length);
	checker->value_length = (uint8_t)password.length;
	return PPP_AUTH_NEEDS_SECRET;
}

static bool pap_check_secret(struct ppp_checker *checker, struct ppp_context *context,
			     struct bytes secret)
{
	(void)context;
	return secret.length == checker->value_length &&
	       digest_equal(secret.data, checker->value, secret.length);
}

static void pap_check_reply(struct ppp_checker *checker, struct ppp_context *context)
{
	static const char refused[] = "\x11Name or password?";
	static const char welcome[] = "\x07Welcome";
	ppp_context_send(context, PPP_PAP, checker->accepted ? PAP_ACK : PAP_NAK,
			 checker->identifier, bytes_of_text(checker->accepted ? welcome : refused));
}

const struct ppp_auth_method ppp_pap = {
	.auth = PPP_AUTH_PAP,
	.protocol = PPP_PAP,
	.prove_start = pap_prove_start,
	.prove_receive = pap_prove_receive,
	.prove_secret = pap_prove_secret,
	.prove_again = pap_prove_again,
	.check_start = pap_check_start,
	.check_receive = pap_check_receive,
	.check_secret = pap_check_secret,
	.check_reply = pap_check_reply,
	.check_again = pap_check_again,
};
