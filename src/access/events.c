/* SPDX-License-Identifier: BSD-2-Clause */
#include "access/events.h"

#include "base/text.h"

/* The dialler's words for these are in ppp/words.h; a concentrator sees the other side of it. */
static const char *failure_text(enum ppp_failure failure)
{
	switch (failure) {
	case PPP_FAILURE_NONE:
		return "closed";
	case PPP_FAILURE_LCP_SILENT:
		return "the host does not answer in PPP";
	case PPP_FAILURE_LCP_NO_AGREEMENT:
		return "no agreement on the link's options (LCP)";
	case PPP_FAILURE_LOOPED:
		return "looped back: our own packets return";
	case PPP_FAILURE_AUTH_REJECTED:
	case PPP_FAILURE_AUTH_NO_SECRET:
	case PPP_FAILURE_AUTH_METHOD:
	case PPP_FAILURE_AUTH_SILENT:
	case PPP_FAILURE_AUTH_IMPOSTOR:
		return "the host wants us to authenticate ourselves";
	case PPP_FAILURE_PEER_AUTH_REFUSED:
		return "the host does none of the authentication protocols asked for";
	case PPP_FAILURE_PEER_AUTH_REJECTED:
		return "wrong name or password";
	case PPP_FAILURE_PEER_AUTH_SILENT:
		return "the host does not answer in authentication";
	case PPP_FAILURE_NETWORK_SILENT:
		return "the host does not negotiate addresses";
	case PPP_FAILURE_NETWORK_NO_AGREEMENT:
		return "no agreement on addresses";
	case PPP_FAILURE_NETWORK_REJECTED:
		return "the host does none of the network protocols";
	case PPP_FAILURE_NO_ADDRESS:
		return "no address";
	case PPP_FAILURE_ECHO_SILENT:
		return "the host no longer answers echo requests";
	case PPP_FAILURE_PEER_TERMINATED:
		return "ended by the host";
	case PPP_FAILURE_TOO_LONG:
		return "took too long to come up";
	case PPP_FAILURE_LOWER_DOWN:
		return "the PPPoE session is gone";
	case PPP_FAILURE_COUNT:
		break;
	}
	return "unknown";
}

static void put_port(struct text *t, const struct access *a, uint32_t port)
{
	const char *interface = a->config.interface_name[port_interface(port)];
	if (interface[0] != '\0') {
		text_string(t, " interface=");
		text_string(t, interface);
	}
	if (port_outer(port) == 0 && port_inner(port) == 0)
		return;
	text_string(t, " vlan=");
	text_decimal(t, port_outer(port));
	if (port_inner(port) == 0)
		return;
	text_string(t, ".");
	text_decimal(t, port_inner(port));
}

static struct text begin(struct access *a, uint32_t slot, const char *event,
			 struct access_action *ret_action)
{
	struct text t = text_of(a->text, sizeof(a->text));
	text_string(&t, "session=0x");
	text_hex(&t, a->paths[slot].session_id, 4);
	text_string(&t, " mac=");
	text_mac(&t, a->paths[slot].host);
	put_port(&t, a, a->paths[slot].port);
	text_string(&t, " event=");
	text_string(&t, event);
	*ret_action = (struct access_action){
		.kind = ACCESS_EVENT,
		.slot = slot,
		.text = a->text,
	};
	return t;
}

static void quote(struct text *t, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	text_string(t, key);
	text_peer(t, bytes_of_text(value));
}

void event_opened(struct access *a, uint32_t slot, struct access_action *ret_action)
{
	const struct pppoe_slot *pppoe = &a->slots[slot];
	struct text t = begin(a, slot, "opened", ret_action);
	if (pppoe->service < a->config.pppoe.service_count)
		quote(&t, " service=", a->config.pppoe.services[pppoe->service]);
	text_string(&t, " max-payload=");
	text_decimal(&t, pppoe->max_payload);
	quote(&t, " circuit-id=", a->sessions[slot].circuit_id);
	quote(&t, " remote-id=", a->sessions[slot].remote_id);
}

void event_padt(struct access *a, uint32_t slot, const char *words,
		struct access_action *ret_action)
{
	struct text t = begin(a, slot, "padt", ret_action);
	quote(&t, " said=", words);
}

void event_checked(struct access *a, uint32_t slot, struct access_action *ret_action)
{
	const struct access_session *session = &a->sessions[slot];
	struct text t = begin(a, slot, "authenticated", ret_action);
	quote(&t, " name=", session->name);
	text_string(&t, " by=");
	text_string(&t, ppp_auth_name(session->ppp.lcp.demand));
}

void event_up(struct access *a, uint32_t slot, bool ipv4, struct access_action *ret_action)
{
	const struct access_path *path = &a->paths[slot];
	struct text t = begin(a, slot, ipv4 ? "ipv4-up" : "ipv6-up", ret_action);
	text_string(&t, " address=");
	if (ipv4)
		text_ipv4(&t, path->address);
	else
		text_interface_id(&t, path->peer_interface_id);
	text_string(&t, " mtu=");
	text_decimal(&t, path->mtu);
}

void event_down(struct access *a, uint32_t slot, bool ipv4, struct access_action *ret_action)
{
	begin(a, slot, ipv4 ? "ipv4-down" : "ipv6-down", ret_action);
}

void event_clash(struct access *a, uint32_t slot, struct access_action *ret_action)
{
	struct text t = begin(a, slot, "ipv6-refused", ret_action);
	quote(&t, " reason=", "another host has this interface identifier");
	text_string(&t, " address=");
	text_interface_id(&t, a->sessions[slot].ppp.ipv6cp.peer_id);
}

void event_closed(struct access *a, uint32_t slot, struct access_action *ret_action)
{
	const struct access_session *session = &a->sessions[slot];
	const char *reason = session->close_reason;
	struct text t = begin(a, slot, "closed", ret_action);
	quote(&t, " name=", session->name);
	quote(&t, " reason=", reason ? reason : failure_text(session->ppp.failure));
	quote(&t, " said=", ppp_session_words(&session->ppp));
	text_string(&t, " seconds=");
	text_decimal(&t, (uint64_t)(a->now - session->opened) / 1000000);
	if (!session->was_up)
		return;
	const struct access_path *path = &a->paths[slot];
	text_string(&t, " up-packets=");
	text_decimal(&t, path->up.packets);
	text_string(&t, " up-bytes=");
	text_decimal(&t, path->up.bytes);
	text_string(&t, " down-packets=");
	text_decimal(&t, path->down.packets);
	text_string(&t, " down-bytes=");
	text_decimal(&t, path->down.bytes);
}
