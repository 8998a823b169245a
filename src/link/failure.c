/* SPDX-License-Identifier: BSD-2-Clause */
#include "link/failure.h"

#include "base/words.h"
#include "ppp/words.h"

const char *link_stage_name(enum link_stage stage)
{
	static const char *const names[LINK_STAGE_COUNT] = {
		N_("off"),     N_("carrier"), N_("discovery"), N_("lcp"),  N_("auth"),
		N_("network"), N_("up"),      N_("waiting"),   N_("idle"), N_("closing"),
	};
	return names[stage];
}

struct explanation {
	const char *what, *advice;
};

static struct explanation explain_pppoe(enum pppoe_failure kind)
{
	switch (kind) {
	case PPPOE_FAILURE_NO_PADO:
		return (struct explanation){
			N_("no access concentrator answers on this interface"),
			N_("check the cable, the modem's bridge mode, and the VLAN your "
			   "provider uses; and SERVICENAME, if it is set")
		};
	case PPPOE_FAILURE_NO_MATCH:
		return (struct explanation){
			N_("a concentrator answered, but not the one or the service asked for"),
			N_("check SERVICENAME and ACNAME; leave them empty to take any")
		};
	case PPPOE_FAILURE_NO_PADS:
		return (struct explanation){
			N_("the concentrator offered itself but does not open a session"),
			N_("an old session may still be counted there: wait, or restart the "
			   "modem")
		};
	case PPPOE_FAILURE_SERVICE_NAME:
		return (struct explanation){ N_("the concentrator does not offer this service"),
					     N_("check SERVICENAME; leave it empty to take any") };
	case PPPOE_FAILURE_AC_SYSTEM:
		return (struct explanation){ N_("the concentrator reports trouble of its own"),
					     "" };
	case PPPOE_FAILURE_GENERIC:
		return (struct explanation){ N_("the concentrator reports an error"), "" };
	case PPPOE_FAILURE_SESSION_ZERO:
		return (struct explanation){ N_("the concentrator gave no valid session"), "" };
	case PPPOE_FAILURE_PADT:
		return (struct explanation){ N_("the concentrator ended the session (PADT)"), "" };
	case PPPOE_FAILURE_NONE:
		break;
	}
	return (struct explanation){ N_("closed"), "" };
}

static enum redial_cause cause_at(enum link_stage stage)
{
	return stage == LINK_OPEN ? REDIAL_LOST : REDIAL_FAILED;
}

void link_failure_pppoe(struct link_failure *failure, enum link_stage stage,
			enum pppoe_failure kind, const char *words)
{
	struct explanation e = explain_pppoe(kind);
	*failure = (struct link_failure){
		.stage = stage,
		.cause = cause_at(stage),
		.what = e.what,
		.advice = e.advice,
	};
	struct text t = text_of(failure->words, sizeof(failure->words));
	if (words[0] != '\0')
		text_peer(&t, bytes_of_text(words));
}

static const char *advice_for(enum ppp_failure kind)
{
	switch (kind) {
	case PPP_FAILURE_AUTH_REJECTED:
		return N_("check USER and the password in chap-secrets or pap-secrets; the account "
			  "may also be locked, or in use elsewhere");
	case PPP_FAILURE_AUTH_NO_SECRET:
		return N_("add a line for USER to /etc/ppp/chap-secrets or pap-secrets");
	case PPP_FAILURE_AUTH_METHOD:
		return N_("allow the protocol in the configuration, if it may be trusted");
	case PPP_FAILURE_AUTH_IMPOSTOR:
		return N_("somebody else may be answering in the provider's place");
	case PPP_FAILURE_LOOPED:
		return N_("look for a loop in the cabling");
	case PPP_FAILURE_LCP_SILENT:
	case PPP_FAILURE_ECHO_SILENT:
		return N_("look at the modem's line state");
	case PPP_FAILURE_NONE:
	case PPP_FAILURE_LCP_NO_AGREEMENT:
	case PPP_FAILURE_AUTH_SILENT:
	case PPP_FAILURE_PEER_AUTH_REFUSED:
	case PPP_FAILURE_PEER_AUTH_REJECTED:
	case PPP_FAILURE_PEER_AUTH_SILENT:
	case PPP_FAILURE_NETWORK_SILENT:
	case PPP_FAILURE_NETWORK_NO_AGREEMENT:
	case PPP_FAILURE_NETWORK_REJECTED:
	case PPP_FAILURE_NO_ADDRESS:
	case PPP_FAILURE_PEER_TERMINATED:
	case PPP_FAILURE_TOO_LONG:
	case PPP_FAILURE_LOWER_DOWN:
	case PPP_FAILURE_COUNT:
		break;
	}
	return "";
}

/* Else its last words, a welcome maybe, have nothing to do with the failure. */
static bool is_of_the_peer(enum ppp_failure kind)
{
	return kind == PPP_FAILURE_AUTH_REJECTED || kind == PPP_FAILURE_AUTH_IMPOSTOR ||
	       kind == PPP_FAILURE_AUTH_METHOD || kind == PPP_FAILURE_PEER_TERMINATED;
}

void link_failure_ppp(struct link_failure *failure, enum link_stage stage, enum ppp_failure kind,
		      const char *words)
{
	bool rejected = kind == PPP_FAILURE_AUTH_REJECTED || kind == PPP_FAILURE_AUTH_NO_SECRET ||
			kind == PPP_FAILURE_AUTH_IMPOSTOR || kind == PPP_FAILURE_AUTH_METHOD;
	*failure = (struct link_failure){
		.stage = stage,
		.cause = rejected ? REDIAL_REJECTED : cause_at(stage),
		.what = ppp_failure_text(kind),
		.advice = advice_for(kind),
	};
	struct text t = text_of(failure->words, sizeof(failure->words));
	if (words[0] != '\0' && is_of_the_peer(kind))
		ppp_words_explain(&t, words);
}

void link_failure_carrier(struct link_failure *failure, enum link_stage stage)
{
	*failure = (struct link_failure){
		.stage = stage,
		.cause = cause_at(stage),
		.what = N_("the interface has no carrier"),
		.advice = N_("check the cable and the modem's power"),
	};
}

void link_failure_room(struct link_failure *failure, enum link_stage stage)
{
	*failure = (struct link_failure){
		.stage = stage,
		.cause = cause_at(stage),
		.what = N_("the interface's MTU has become too small for this session"),
		.advice = "",
	};
}

void link_failure_text(struct text *t, const struct link_failure *failure)
{
	text_string(t, failure->cause == REDIAL_LOST ? "lost: at=" : "failed: at=");
	text_string(t, link_stage_name(failure->stage));
	text_string(t, " (");
	text_string(t, failure->what);
	text_string(t, ")");
	if (failure->words[0] != '\0') {
		text_string(t, " peer_said=");
		text_string(t, failure->words);
	}
	if (failure->advice[0] != '\0') {
		text_string(t, " try: ");
		text_string(t, failure->advice);
	}
}
