/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CHAP (RFC 1994) with MD5, and MS-CHAPv2 (RFC 2759), which differ only in what the values are.
 *
 *	Challenge, Response: | Value-Size, 1 | Value | Name |
 *	Success, Failure:    | Message |
 */
#include "crypto/digest.h"
#include "ppp/auth.h"

enum chap_code { CHAP_CHALLENGE = 1, CHAP_RESPONSE = 2, CHAP_SUCCESS = 3, CHAP_FAILURE = 4 };

/* MS-CHAPv2's Response value: Peer-Challenge 16, reserved 8, NT-Response 24, flags 1. */
#define MSCHAPV2_VALUE_LENGTH 49

static bool is_mschapv2(const struct ppp_auth_method *method)
{
	return method->auth == PPP_AUTH_MSCHAPV2;
}

/* RFC 1994 section 4.1: MD5 over the identifier, the secret and the challenge. */
static void md5_response(uint8_t ret_value[DIGEST_MD5_LENGTH], uint8_t identifier,
			 struct bytes secret, struct bytes challenge)
{
	const struct bytes parts[] = { bytes_of(&identifier, 1), secret, challenge };
	digest_md5(ret_value, parts, 3);
}

static void chap_send_value(struct ppp_context *context, uint8_t code, uint8_t identifier,
			    struct bytes value)
{
	struct writer w = ppp_outbox_begin(context->outbox);
	writer_u8(&w, code);
	writer_u8(&w, identifier);
	size_t length = writer_mark_u16(&w);
	writer_u8(&w, (uint8_t)value.length);
	writer_bytes(&w, value);
	writer_bytes(&w, bytes_of_text(context->config->name));
	writer_fill_u16(&w, length, w.length);
	ppp_outbox_end(context->outbox, PPP_CHAP, &w);
}

static void chap_prove_start(struct ppp_prover *prover, struct ppp_context *context,
			     enum ppp_auth_result *ret_result)
{
	(void)prover;
	(void)context;
	*ret_result = PPP_AUTH_PENDING; /* the first word is the peer's */
}

static enum ppp_auth_result chap_prove_again(struct ppp_prover *prover, struct ppp_context *context)
{
	chap_send_value(context, CHAP_RESPONSE, prover->identifier,
			bytes_of(prover->value, prover->value_length));
	ppp_prover_sent(prover, context);
	return PPP_AUTH_PENDING;
}

static enum ppp_auth_result receive_challenge(struct ppp_prover *prover,
					      struct ppp_context *context,
					      const struct ppp_packet *packet)
{
	struct reader r = reader_of(packet->data);
	struct bytes challenge = reader_bytes(&r, reader_u8(&r));
	struct bytes name = reader_rest(&r);
	if (r.failed || challenge.length == 0)
		return PPP_AUTH_PENDING;
	if (is_mschapv2(prover->method) && challenge.length != MSCHAPV2_CHALLENGE_LENGTH)
		return PPP_AUTH_PENDING;
	/*
	 * A repeated Challenge gets the same Response: a new one would have a new Peer-Challenge,
	 * for which the Success that may be on its way is no proof.
	 */
	if (prover->answered && packet->identifier == prover->identifier &&
	    bytes_equal(challenge, bytes_of(prover->challenge, prover->challenge_length)))
		return chap_prove_again(prover, context);
	memcpy(prover->challenge, challenge.data, challenge.length);
	prover->challenge_length = (uint8_t)challenge.length;
	prover->identifier = packet->identifier;
	prover->answered = false;
	prover->sent = 0;
	text_copy_peer(prover->peer_name, sizeof(prover->peer_name), name);
	return PPP_AUTH_NEEDS_SECRET;
}

static void answer_mschapv2(struct ppp_prover *prover, struct ppp_context *context,
			    struct bytes secret)
{
	struct mschapv2_exchange exchange = { .user_name = bytes_of_text(context->config->name) };
	memcpy(exchange.authenticator_challenge, prover->challenge, MSCHAPV2_CHALLENGE_LENGTH);
	random_bytes(context->random, exchange.peer_challenge, MSCHAPV2_CHALLENGE_LENGTH);

	uint8_t hash[16];
	mschapv2_password_hash(hash, secret);
	memset(prover->value, 0, MSCHAPV2_VALUE_LENGTH);
	memcpy(prover->value, exchange.peer_challenge, MSCHAPV2_CHALLENGE_LENGTH);
	mschapv2_nt_response(prover->value + 24, &exchange, hash);
	mschapv2_proof(prover->proof, &exchange, hash, prover->value + 24);
	prover->value_length = MSCHAPV2_VALUE_LENGTH;
	digest_wipe(hash, sizeof(hash));
}

static enum ppp_auth_result chap_prove_secret(struct ppp_prover *prover,
					      struct ppp_context *context, struct bytes secret)
{
	if (is_mschapv2(prover->method)) {
		answer_mschapv2(prover, context, secret);
	} else {
		md5_response(prover->value, prover->identifier, secret,
			     bytes_of(prover->challenge, prover->challenge_length));
		prover->value_length = DIGEST_MD5_LENGTH;
	}
	return chap_prove_again(prover, context);
}

static int hex_digit(uint8_t c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

/* "S=" and 40 digits begin the message of a Success (RFC 2759 section 5). */
static bool proof_matches(const struct ppp_prover *prover, struct bytes message)
{
	struct reader r = reader_of(message);
	if (reader_u8(&r) != 'S' || reader_u8(&r) != '=')
		return false;
	uint8_t proof[MSCHAPV2_PROOF_LENGTH];
	for (size_t i = 0; i < sizeof(proof); i++) {
		int high = hex_digit(reader_u8(&r));
		int low = hex_digit(reader_u8(&r));
		if (r.failed || high < 0 || low < 0)
			return false;
		proof[i] = (uint8_t)(high << 4 | low);
	}
	return digest_equal(proof, prover->proof, sizeof(proof));
}

static enum ppp_auth_result chap_prove_receive(struct ppp_prover *prover,
					       struct ppp_context *context,
					       const struct ppp_packet *packet)
{
	if (packet->code == CHAP_CHALLENGE)
		return receive_challenge(prover, context, packet);
	if (packet->code != CHAP_SUCCESS && packet->code != CHAP_FAILURE)
		return PPP_AUTH_PENDING;
	if (!prover->answered || packet->identifier != prover->identifier)
		return PPP_AUTH_PENDING;
	text_copy_peer(context->words, sizeof(context->words), packet->data);
	if (packet->code == CHAP_FAILURE)
		return PPP_AUTH_FAILED;
	if (!is_mschapv2(prover->method))
		return PPP_AUTH_SUCCEEDED;
	/* What is for people stands behind the proof. */
	const char *message = strstr(context->words, "M=");
	char kept[PPP_WORDS_SIZE];
	struct text t = text_of(kept, sizeof(kept));
	text_string(&t, message ? message + 2 : "");
	memcpy(context->words, kept, sizeof(kept));
	return proof_matches(prover, packet->data) ? PPP_AUTH_SUCCEEDED : PPP_AUTH_IMPOSTOR;
}

static void chap_check_again(struct ppp_checker *checker, struct ppp_context *context)
{
	chap_send_value(context, CHAP_CHALLENGE, checker->identifier,
			bytes_of(checker->challenge, sizeof(checker->challenge)));
	ppp_checker_sent(checker, context);
}

/* A new challenge has a new identifier (RFC 1994 section 4.1). */
static void chap_check_start(struct ppp_checker *checker, struct ppp_context *context)
{
	random_bytes(context->random, checker->challenge, sizeof(checker->challenge));
	checker->identifier = ++context->auth_identifier;
	checker->sent = 0;
	chap_check_again(checker, context);
}

static enum ppp_auth_result chap_check_receive(struct ppp_checker *checker,
					       struct ppp_context *context,
					       const struct ppp_packet *packet)
{
	if (packet->code != CHAP_RESPONSE || packet->identifier != checker->identifier ||
	    checker->asking)
		return PPP_AUTH_PENDING;
	if (checker->decided) {
		/* A repeated Response gets the same answer again (RFC 1994 section 4.2). */
		checker->method->check_reply(checker, context);
		return PPP_AUTH_PENDING;
	}
	struct reader r = reader_of(packet->data);
	struct bytes value = reader_bytes(&r, reader_u8(&r));
	struct bytes name = reader_rest(&r);
	size_t length = is_mschapv2(checker->method) ? MSCHAPV2_VALUE_LENGTH : DIGEST_MD5_LENGTH;
	if (r.failed || value.length != length)
		return PPP_AUTH_PENDING;
	memcpy(checker->value, value.data, value.length);
	checker->value_length = (uint8_t)value.length;
	ppp_checker_name(checker, name);
	return PPP_AUTH_NEEDS_SECRET;
}

static bool chap_check_md5(struct ppp_checker *checker, struct ppp_context *context,
			   struct bytes secret)
{
	(void)context;
	uint8_t expected[DIGEST_MD5_LENGTH];
	md5_response(expected, checker->identifier, secret,
		     bytes_of(checker->challenge, sizeof(checker->challenge)));
	bool good = digest_equal(expected, checker->value, sizeof(expected));
	struct text t = text_of(checker->reply, sizeof(checker->reply));
	text_string(&t, good ? "Welcome" : "Name or password?");
	return good;
}

static bool chap_check_mschapv2(struct ppp_checker *checker, struct ppp_context *context,
				struct bytes secret)
{
	struct mschapv2_exchange exchange = {
		.user_name = bytes_of(checker->raw_name, checker->name_length),
	};
	memcpy(exchange.authenticator_challenge, checker->challenge, MSCHAPV2_CHALLENGE_LENGTH);
	memcpy(exchange.peer_challenge, checker->value, MSCHAPV2_CHALLENGE_LENGTH);

	uint8_t hash[16], expected[MSCHAPV2_NT_RESPONSE_LENGTH], proof[MSCHAPV2_PROOF_LENGTH];
	mschapv2_password_hash(hash, secret);
	mschapv2_nt_response(expected, &exchange, hash);
	mschapv2_proof(proof, &exchange, hash, expected);
	bool good = digest_equal(expected, checker->value + 24, sizeof(expected));
	digest_wipe(hash, sizeof(hash));

	struct text t = text_of(checker->reply, sizeof(checker->reply));
	if (good) {
		static const char digits[] = "0123456789ABCDEF";
		text_string(&t, "S=");
		for (size_t i = 0; i < sizeof(proof); i++) {
			text_string(&t,
				    (char[]){ digits[proof[i] >> 4], digits[proof[i] & 15], 0 });
		}
		text_string(&t, " M=Welcome");
		return true;
	}
	/* R=0: no second try in this session; the new challenge C is demanded all the same. */
	text_string(&t, "E=691 R=0 C=");
	for (unsigned i = 0; i < 4; i++)
		text_hex(&t, random_u32(context->random), 8);
	text_string(&t, " V=3");
	return false;
}

static void chap_check_reply(struct ppp_checker *checker, struct ppp_context *context)
{
	ppp_context_send(context, PPP_CHAP, checker->accepted ? CHAP_SUCCESS : CHAP_FAILURE,
			 checker->identifier, bytes_of_text(checker->reply));
}

const struct ppp_auth_method ppp_chap_md5 = {
	.auth = PPP_AUTH_CHAP_MD5,
	.protocol = PPP_CHAP,
	.prove_start = chap_prove_start,
	.prove_receive = chap_prove_receive,
	.prove_secret = chap_prove_secret,
	.prove_again = chap_prove_again,
	.check_start = chap_check_start,
	.check_receive = chap_check_receive,
	.check_secret = chap_check_md5,
	.check_reply = chap_check_reply,
	.check_again = chap_check_again,
};

const struct ppp_auth_method ppp_mschapv2 = {
	.auth = PPP_AUTH_MSCHAPV2,
	.protocol = PPP_CHAP,
	.prove_start = chap_prove_start,
	.prove_receive = chap_prove_receive,
	.prove_secret = chap_prove_secret,
	.prove_again = chap_prove_again,
	.check_start = chap_check_start,
	.check_receive = chap_check_receive,
	.check_secret = chap_check_mschapv2,
	.check_reply = chap_check_reply,
	.check_again = chap_check_again,
};
