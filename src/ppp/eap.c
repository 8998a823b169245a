/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EAP (RFC 3748) with MD5-Challenge, the method every implementation must have.
 *
 *	Request, Response: | Type, 1 | Type-Data |		Success, Failure: nothing
 *	Type-Data of MD5-Challenge: | Value-Size, 1 | Value | Name |
 */
#include "crypto/digest.h"
#include "ppp/auth.h"

enum eap_code { EAP_REQUEST = 1, EAP_RESPONSE = 2, EAP_SUCCESS = 3, EAP_FAILURE = 4 };
enum eap_type { EAP_IDENTITY = 1, EAP_NOTIFICATION = 2, EAP_NAK = 3, EAP_MD5_CHALLENGE = 4 };

static void eap_send(struct ppp_context *context, uint8_t code, uint8_t identifier, uint8_t type,
		     struct bytes value, struct bytes name)
{
	struct writer w = ppp_outbox_begin(context->outbox);
	writer_u8(&w, code);
	writer_u8(&w, identifier);
	size_t length = writer_mark_u16(&w);
	writer_u8(&w, type);
	if (type == EAP_MD5_CHALLENGE)
		writer_u8(&w, (uint8_t)value.length);
	writer_bytes(&w, value);
	writer_bytes(&w, name);
	writer_fill_u16(&w, length, w.length);
	ppp_outbox_end(context->outbox, PPP_EAP, &w);
}

static struct bytes nothing(void)
{
	return bytes_of(NULL, 0);
}

static void eap_prove_start(struct ppp_prover *prover, struct ppp_context *context,
			    enum ppp_auth_result *ret_result)
{
	(void)prover;
	(void)context;
	*ret_result = PPP_AUTH_PENDING;
}

/* Only the authenticator retransmits (RFC 3748 section 4.1). */
static enum ppp_auth_result eap_prove_again(struct ppp_prover *prover, struct ppp_context *context)
{
	(void)prover;
	(void)context;
	return PPP_AUTH_PENDING;
}

static enum ppp_auth_result receive_md5_challenge(struct ppp_prover *prover, uint8_t identifier,
						  struct reader *r)
{
	struct bytes challenge = reader_bytes(r, reader_u8(r));
	struct bytes name = reader_rest(r);
	if (r->failed || challenge.length == 0)
		return PPP_AUTH_PENDING;
	memcpy(prover->challenge, challenge.data, challenge.length);
	prover->challenge_length = (uint8_t)challenge.length;
	prover->identifier = identifier;
	text_copy_peer(prover->peer_name, sizeof(prover->peer_name), name);
	return PPP_AUTH_NEEDS_SECRET;
}

static enum ppp_auth_result eap_prove_request(struct ppp_prover *prover,
					      struct ppp_context *context,
					      const struct ppp_packet *packet)
{
	struct reader r = reader_of(packet->data);
	uint8_t type = reader_u8(&r);
	if (r.failed)
		return PPP_AUTH_PENDING;
	static const uint8_t wanted[1] = { EAP_MD5_CHALLENGE };
	switch (type) {
	case EAP_IDENTITY:
		eap_send(context, EAP_RESPONSE, packet->identifier, EAP_IDENTITY,
			 bytes_of_text(context->config->name), nothing());
		return PPP_AUTH_PENDING;
	case EAP_NOTIFICATION:
		text_copy_peer(context->words, sizeof(context->words), reader_rest(&r));
		eap_send(context, EAP_RESPONSE, packet->identifier, EAP_NOTIFICATION, nothing(),
			 nothing());
		return PPP_AUTH_PENDING;
	case EAP_MD5_CHALLENGE:
		return receive_md5_challenge(prover, packet->identifier, &r);
	default:
		/* Section 5.3.1: a Nak names the method we would do. */
		eap_send(context, EAP_RESPONSE, packet->identifier, EAP_NAK,
			 bytes_of(wanted, sizeof(wanted)), nothing());
		return PPP_AUTH_PENDING;
	}
}

static enum ppp_auth_result eap_prove_secret(struct ppp_prover *prover, struct ppp_context *context,
					     struct bytes secret)
{
	const struct bytes parts[] = {
		bytes_of(&prover->identifier, 1),
		secret,
		bytes_of(prover->challenge, prover->challenge_length),
	};
	digest_md5(prover->value, parts, 3);
	prover->answered = true;
	eap_send(context, EAP_RESPONSE, prover->identifier, EAP_MD5_CHALLENGE,
		 bytes_of(prover->value, DIGEST_MD5_LENGTH), bytes_of_text(context->config->name));
	return PPP_AUTH_PENDING;
}

static enum ppp_auth_result eap_prove_receive(struct ppp_prover *prover,
					      struct ppp_context *context,
					      const struct ppp_packet *packet)
{
	switch (packet->code) {
	case EAP_REQUEST:
		return eap_prove_request(prover, context, packet);
	case EAP_SUCCESS:
		/* A Success before the method has run says nothing (section 4.2). */
		return prover->answered ? PPP_AUTH_SUCCEEDED : PPP_AUTH_PENDING;
	case EAP_FAILURE:
		return prover->succeeded ? PPP_AUTH_PENDING : PPP_AUTH_FAILED;
	default:
		return PPP_AUTH_PENDING;
	}
}

static void eap_check_again(struct ppp_checker *checker, struct ppp_context *context)
{
	if (checker->identified)
		eap_send(context, EAP_REQUEST, checker->identifier, EAP_MD5_CHALLENGE,
			 bytes_of(checker->challenge, sizeof(checker->challenge)),
			 bytes_of_text(context->config->name));
	else
		eap_send(context, EAP_REQUEST, checker->identifier, EAP_IDENTITY, nothing(),
			 nothing());
	ppp_checker_sent(checker, context);
}

static void eap_check_start(struct ppp_checker *checker, struct ppp_context *context)
{
	random_bytes(context->random, checker->challenge, sizeof(checker->challenge));
	checker->identifier = ++context->auth_identifier;
	eap_check_again(checker, context);
}

static enum ppp_auth_result eap_check_receive(struct ppp_checker *checker,
					      struct ppp_context *context,
					      const struct ppp_packet *packet)
{
	if (packet->code != EAP_RESPONSE || packet->identifier != checker->identifier ||
	    checker->asking)
		return PPP_AUTH_PENDING;
	if (checker->decided) {
		checker->method->check_reply(checker, context);
		return PPP_AUTH_PENDING;
	}
	struct reader r = reader_of(packet->data);
	uint8_t type = reader_u8(&r);
	if (type == EAP_IDENTITY && !checker->identified && !r.failed) {
		ppp_checker_name(checker, reader_rest(&r));
		checker->identified = true;
		checker->identifier = ++context->auth_identifier;
		checker->sent = 0;
		eap_check_again(checker, context);
		return PPP_AUTH_PENDING;
	}
	if (!checker->identified || (type != EAP_MD5_CHALLENGE && type != EAP_NAK))
		return PPP_AUTH_PENDING;
	struct bytes value = type == EAP_NAK ? nothing() : reader_bytes(&r, reader_u8(&r));
	if (r.failed || (type == EAP_MD5_CHALLENGE && value.length != DIGEST_MD5_LENGTH))
		return PPP_AUTH_PENDING;
	/* A Nak, with no other method to offer, is a wrong answer. */
	if (value.length > 0)
		memcpy(checker->value, value.data, value.length);
	checker->value_length = (uint8_t)value.length;
	return PPP_AUTH_NEEDS_SECRET;
}

static bool eap_check_secret(struct ppp_checker *checker, struct ppp_context *context,
			     struct bytes secret)
{
	(void)context;
	const struct bytes parts[] = {
		bytes_of(&checker->identifier, 1),
		secret,
		bytes_of(checker->challenge, sizeof(checker->challenge)),
	};
	uint8_t expected[DIGEST_MD5_LENGTH];
	digest_md5(expected, parts, 3);
	return checker->value_length == sizeof(expected) &&
	       digest_equal(expected, checker->value, sizeof(expected));
}

static void eap_check_reply(struct ppp_checker *checker, struct ppp_context *context)
{
	ppp_context_send(context, PPP_EAP, checker->accepted ? EAP_SUCCESS : EAP_FAILURE,
			 checker->identifier, nothing());
}

const struct ppp_auth_method ppp_eap_md5 = {
	.auth = PPP_AUTH_EAP_MD5,
	.protocol = PPP_EAP,
	.prove_start = eap_prove_start,
	.prove_receive = eap_prove_receive,
	.prove_secret = eap_prove_secret,
	.prove_again = eap_prove_again,
	.check_start = eap_check_start,
	.check_receive = eap_check_receive,
	.check_secret = eap_check_secret,
	.check_reply = eap_check_reply,
	.check_again = eap_check_again,
};
