/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Authentication in PPP (RFC 1661 section 3.5), in two roles that may both be at work in one
 * session: the prover shows the peer who we are, the checker finds out who the peer is.  Each
 * authentication protocol is a struct ppp_auth_method.  Secrets are never kept: they are asked for
 * when they are needed, used, and forgotten.
 */
#pragma once

#include "ppp/context.h"
#include "ppp/mschapv2.h"
#include "ppp/packet.h"

enum ppp_auth_result {
	PPP_AUTH_PENDING,
	PPP_AUTH_NEEDS_SECRET, /* of prover.peer_name, or of checker.name; then ..._secret() */
	PPP_AUTH_SUCCEEDED,
	PPP_AUTH_FAILED,
	PPP_AUTH_IMPOSTOR, /* the peer accepted us but could not prove that it knows our secret */
	PPP_AUTH_SILENT, /* our packets went unanswered */
};

#define PPP_CHAP_VALUE_MAX 49 /* MS-CHAPv2's response */
#define PPP_CHALLENGE_LENGTH 16 /* what we send; RFC 2759 demands 16 */

struct ppp_auth_method;

struct ppp_prover {
	/* private */
	const struct ppp_auth_method *method; /* NULL: nothing to prove */
	bool answered, succeeded;
	uint8_t identifier;
	mono_us deadline;
	unsigned sent;
	char peer_name[PPP_NAME_MAX + 1]; /* as it called itself, printable; "" if it did not */
	uint8_t challenge[255];
	uint8_t challenge_length;
	uint8_t value[PPP_CHAP_VALUE_MAX]; /* of our response, to send it again */
	uint8_t value_length;
	uint8_t proof[MSCHAPV2_PROOF_LENGTH]; /* what the peer must answer with */
};

struct ppp_checker {
	/* private */
	const struct ppp_auth_method *method; /* NULL: nothing is demanded */
	bool decided, accepted;
	bool identified; /* EAP: the peer has told its name */
	bool asking; /* the owner has been asked for the secret */
	uint8_t identifier;
	mono_us deadline;
	mono_us rechallenge; /* when to challenge again */
	unsigned sent;
	char name[PPP_NAME_MAX + 1]; /* the peer's, printable */
	uint8_t name_length; /* of raw_name */
	uint8_t raw_name[PPP_NAME_MAX];
	uint8_t challenge[PPP_CHALLENGE_LENGTH];
	uint8_t value[PPP_SECRET_MAX]; /* the peer's response, or its password (PAP); wiped */
	uint8_t value_length;
	char reply[64]; /* sent again when the peer asks again */
};

struct ppp_auth_method {
	enum ppp_auth auth;
	uint16_t protocol;
	void (*prove_start)(struct ppp_prover *prover, struct ppp_context *context,
			    enum ppp_auth_result *ret_result);
	enum ppp_auth_result (*prove_receive)(struct ppp_prover *prover,
					      struct ppp_context *context,
					      const struct ppp_packet *packet);
	enum ppp_auth_result (*prove_secret)(struct ppp_prover *prover, struct ppp_context *context,
					     struct bytes secret);
	/* Sends our latest packet again. */
	enum ppp_auth_result (*prove_again)(struct ppp_prover *prover, struct ppp_context *context);

	void (*check_start)(struct ppp_checker *checker, struct ppp_context *context);
	enum ppp_auth_result (*check_receive)(struct ppp_checker *checker,
					      struct ppp_context *context,
					      const struct ppp_packet *packet);
	/* Whether the response is that of one who knows the secret. */
	bool (*check_secret)(struct ppp_checker *checker, struct ppp_context *context,
			     struct bytes secret);
	void (*check_reply)(struct ppp_checker *checker, struct ppp_context *context);
	void (*check_again)(struct ppp_checker *checker, struct ppp_context *context);
};

extern const struct ppp_auth_method ppp_pap, ppp_chap_md5, ppp_mschapv2, ppp_eap_md5;

const struct ppp_auth_method *ppp_auth_method(enum ppp_auth auth); /* NULL for none */

void ppp_prover_init(struct ppp_prover *prover);
enum ppp_auth_result ppp_prover_start(struct ppp_prover *prover, struct ppp_context *context,
				      enum ppp_auth auth);
enum ppp_auth_result ppp_prover_receive(struct ppp_prover *prover, struct ppp_context *context,
					const struct ppp_packet *packet);
/* secret: NULL if there is none. */
enum ppp_auth_result ppp_prover_secret(struct ppp_prover *prover, struct ppp_context *context,
				       const struct bytes *secret);
enum ppp_auth_result ppp_prover_tick(struct ppp_prover *prover, struct ppp_context *context);
/* The peer has gone on to network protocols: where success may be lost, that says it. */
enum ppp_auth_result ppp_prover_implied(struct ppp_prover *prover);

void ppp_checker_init(struct ppp_checker *checker);
void ppp_checker_start(struct ppp_checker *checker, struct ppp_context *context,
		       enum ppp_auth auth);
enum ppp_auth_result ppp_checker_receive(struct ppp_checker *checker, struct ppp_context *context,
					 const struct ppp_packet *packet);
enum ppp_auth_result ppp_checker_secret(struct ppp_checker *checker, struct ppp_context *context,
					const struct bytes *secret);
enum ppp_auth_result ppp_checker_tick(struct ppp_checker *checker, struct ppp_context *context);

/* For the methods: our packet went out, when to send it again. */
void ppp_prover_sent(struct ppp_prover *prover, struct ppp_context *context);
void ppp_checker_sent(struct ppp_checker *checker, struct ppp_context *context);
void ppp_checker_name(struct ppp_checker *checker, struct bytes name);
