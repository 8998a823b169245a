/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/auth.h"

#include "crypto/digest.h"

/* A checker may have to ask a slow directory: the prover does not hurry it. */
#define CHECK_RETRY_MS 1000

const struct ppp_auth_method *ppp_auth_method(enum ppp_auth auth)
{
	switch (auth) {
	case PPP_AUTH_PAP:
		return &ppp_pap;
	case PPP_AUTH_CHAP_MD5:
		return &ppp_chap_md5;
	case PPP_AUTH_MSCHAPV2:
		return &ppp_mschapv2;
	case PPP_AUTH_EAP_MD5:
		return &ppp_eap_md5;
	case PPP_AUTH_NONE:
	case PPP_AUTH_ALL:
		break;
	}
	return NULL;
}

void ppp_prover_init(struct ppp_prover *prover)
{
	memset(prover, 0, sizeof(*prover));
	prover->deadline = MONO_NEVER;
}

void ppp_prover_sent(struct ppp_prover *prover, struct ppp_context *context)
{
	prover->answered = true;
	prover->sent++;
	prover->deadline = mono_after_ms(context->now, context->config->restart_max_ms);
}

static enum ppp_auth_result prover_settle(struct ppp_prover *prover, enum ppp_auth_result result)
{
	if (result == PPP_AUTH_SUCCEEDED) {
		prover->succeeded = true;
		prover->sent = 0;
	}
	if (result != PPP_AUTH_PENDING && result != PPP_AUTH_NEEDS_SECRET)
		prover->deadline = MONO_NEVER;
	return result;
}

enum ppp_auth_result ppp_prover_start(struct ppp_prover *prover, struct ppp_context *context,
				      enum ppp_auth auth)
{
	ppp_prover_init(prover);
	prover->method = ppp_auth_method(auth);
	enum ppp_auth_result result = PPP_AUTH_SUCCEEDED;
	if (prover->method)
		prover->method->prove_start(prover, context, &result);
	return prover_settle(prover, result);
}

enum ppp_auth_result ppp_prover_receive(struct ppp_prover *prover, struct ppp_context *context,
					const struct ppp_packet *packet)
{
	return prover_settle(prover, prover->method->prove_receive(prover, context, packet));
}

enum ppp_auth_result ppp_prover_secret(struct ppp_prover *prover, struct ppp_context *context,
				       const struct bytes *secret)
{
	if (!prover->method)
		return PPP_AUTH_PENDING;
	if (!secret)
		return PPP_AUTH_FAILED;
	return prover->method->prove_secret(prover, context, *secret);
}

enum ppp_auth_result ppp_prover_tick(struct ppp_prover *prover, struct ppp_context *context)
{
	if (context->now < prover->deadline)
		return PPP_AUTH_PENDING;
	prover->deadline = MONO_NEVER;
	if (prover->sent >= context->config->max_configure)
		return PPP_AUTH_SILENT;
	return prover->method->prove_again(prover, context);
}

/*
 * EAP's Success is never sent again, so another sign of it must do (RFC 3748 section 4.2).  PAP
 * and CHAP ask again instead, and MS-CHAPv2 must see the proof.
 */
enum ppp_auth_result ppp_prover_implied(struct ppp_prover *prover)
{
	if (prover->method != &ppp_eap_md5 || !prover->answered || prover->succeeded)
		return PPP_AUTH_PENDING;
	return prover_settle(prover, PPP_AUTH_SUCCEEDED);
}

void ppp_checker_init(struct ppp_checker *checker)
{
	digest_wipe(checker, sizeof(*checker));
	checker->deadline = checker->rechallenge = MONO_NEVER;
}

void ppp_checker_sent(struct ppp_checker *checker, struct ppp_context *context)
{
	checker->sent++;
	checker->deadline = mono_after_ms(context->now, CHECK_RETRY_MS);
}

void ppp_checker_name(struct ppp_checker *checker, struct bytes name)
{
	name = bytes_head(name, sizeof(checker->raw_name));
	if (name.length > 0)
		memcpy(checker->raw_name, name.data, name.length);
	checker->name_length = (uint8_t)name.length;
	text_copy_peer(checker->name, sizeof(checker->name), name);
}

void ppp_checker_start(struct ppp_checker *checker, struct ppp_context *context, enum ppp_auth auth)
{
	ppp_checker_init(checker);
	checker->method = ppp_auth_method(auth);
	if (!checker->method)
		checker->decided = checker->accepted = true;
	else
		checker->method->check_start(checker, context);
}

enum ppp_auth_result ppp_checker_receive(struct ppp_checker *checker, struct ppp_context *context,
					 const struct ppp_packet *packet)
{
	enum ppp_auth_result result = checker->method->check_receive(checker, context, packet);
	if (result == PPP_AUTH_NEEDS_SECRET) {
		checker->asking = true;
		checker->deadline = MONO_NEVER;
	}
	return result;
}

enum ppp_auth_result ppp_checker_secret(struct ppp_checker *checker, struct ppp_context *context,
					const struct bytes *secret)
{
	if (!checker->asking)
		return PPP_AUTH_PENDING;
	checker->asking = false;
	checker->decided = true;
	/* An unknown name is answered just as a wrong password is. */
	checker->accepted = checker->method->check_secret(checker, context,
							  secret ? *secret : bytes_of("", 0)) &&
			    secret;
	digest_wipe(checker->value, sizeof(checker->value));
	checker->method->check_reply(checker, context);
	checker->deadline = MONO_NEVER;
	checker->sent = 0;
	if (!checker->accepted)
		return PPP_AUTH_FAILED;
	bool chap = checker->method->protocol == PPP_CHAP;
	if (chap && context->config->rechallenge_ms > 0)
		checker->rechallenge = mono_after_ms(context->now, context->config->rechallenge_ms);
	return PPP_AUTH_SUCCEEDED;
}

enum ppp_auth_result ppp_checker_tick(struct ppp_checker *checker, struct ppp_context *context)
{
	if (context->now >= checker->rechallenge) {
		checker->rechallenge = MONO_NEVER;
		checker->decided = false;
		checker->method->check_start(checker, context);
		return PPP_AUTH_PENDING;
	}
	if (context->now < checker->deadline)
		return PPP_AUTH_PENDING;
	checker->deadline = MONO_NEVER;
	if (checker->sent >= context->config->max_configure)
		return PPP_AUTH_SILENT;
	checker->method->check_again(checker, context);
	return PPP_AUTH_PENDING;
}
