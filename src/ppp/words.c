/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/words.h"

#include "base/words.h"

const char *ppp_failure_text(enum ppp_failure failure)
{
	switch (failure) {
	case PPP_FAILURE_NONE:
		return N_("closed as asked");
	case PPP_FAILURE_LCP_SILENT:
		return N_("the concentrator does not answer in PPP");
	case PPP_FAILURE_LCP_NO_AGREEMENT:
		return N_("no agreement on the link's options (LCP)");
	case PPP_FAILURE_LOOPED:
		return N_("the line is looped back: our own packets return");
	case PPP_FAILURE_AUTH_REJECTED:
		return N_("the concentrator rejects user name or password");
	case PPP_FAILURE_AUTH_NO_SECRET:
		return N_("no password is known for this user name");
	case PPP_FAILURE_AUTH_METHOD:
		return N_("the concentrator demands an authentication protocol that is not allowed "
			  "here");
	case PPP_FAILURE_AUTH_SILENT:
		return N_("the concentrator does not answer in authentication");
	case PPP_FAILURE_AUTH_IMPOSTOR:
		return N_("the concentrator could not prove that it knows the password");
	case PPP_FAILURE_PEER_AUTH_REFUSED:
		return N_("the peer will not authenticate itself");
	case PPP_FAILURE_PEER_AUTH_REJECTED:
		return N_("the peer's name or password is wrong");
	case PPP_FAILURE_PEER_AUTH_SILENT:
		return N_("the peer does not answer in authentication");
	case PPP_FAILURE_NETWORK_SILENT:
		return N_("the peer does not answer in the negotiation of addresses");
	case PPP_FAILURE_NETWORK_NO_AGREEMENT:
		return N_("no agreement on addresses");
	case PPP_FAILURE_NETWORK_REJECTED:
		return N_("the peer does none of the network protocols asked for");
	case PPP_FAILURE_NO_ADDRESS:
		return N_("the peer gave no address");
	case PPP_FAILURE_ECHO_SILENT:
		return N_("the peer no longer answers echo requests");
	case PPP_FAILURE_PEER_TERMINATED:
		return N_("ended by the peer");
	case PPP_FAILURE_TOO_LONG:
		return N_("the session took too long to come up");
	case PPP_FAILURE_LOWER_DOWN:
		return N_("the PPPoE session is gone");
	case PPP_FAILURE_COUNT:
		break;
	}
	return N_("unknown");
}

static const struct {
	uint32_t code;
	const char *text;
} microsoft[] = {
	{ 646, N_("not allowed to log on at this hour") },
	{ 647, N_("the account is disabled") },
	{ 648, N_("the password has expired") },
	{ 649, N_("the account has no permission to dial in") },
	{ 691, N_("wrong user name or password, or the account is already in use") },
	{ 709, N_("the password could not be changed") },
};

static bool read_error_code(const char *words, uint32_t *ret_code)
{
	const char *at = words;
	if (strncmp(at, "E=", 2) != 0) {
		at = strstr(words, " E=");
		if (!at)
			return false;
		at++;
	}
	if (at[2] < '0' || at[2] > '9')
		return false;
	uint32_t code = 0;
	for (at += 2; *at >= '0' && *at <= '9' && code < 100000; at++)
		code = code * 10 + (uint32_t)(*at - '0');
	*ret_code = code;
	return true;
}

void ppp_words_explain(struct text *to, const char *words)
{
	uint32_t code;
	if (!read_error_code(words, &code)) {
		text_peer(to, bytes_of_text(words));
		return;
	}
	const char *plain = N_("refused by the server");
	for (size_t i = 0; i < sizeof(microsoft) / sizeof(microsoft[0]); i++)
		if (microsoft[i].code == code)
			plain = microsoft[i].text;
	text_string(to, plain);
	text_string(to, " (E=");
	text_decimal(to, code);
	text_string(to, ")");
	const char *message = strstr(words, " M=");
	if (message && message[3] != '\0') {
		text_string(to, ": ");
		text_peer(to, bytes_of_text(message + 3));
	}
}
