/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/advice.h"

#include "ppp/packet.h"
#include "pppoe/tags.h"

enum { PAP_REQUEST = 1, CHAP_RESPONSE = 2, EAP_RESPONSE = 2, EAP_IDENTITY = 1 };

void advice_init(struct advice *advice)
{
	*advice = (struct advice){ .state = ADVICE_WAITS };
}

/* What is longer than a name can be is none. */
static size_t keep(uint8_t *to, size_t capacity, struct bytes value)
{
	struct reader r = reader_of(value);
	if (value.length > capacity)
		return 0;
	reader_copy(&r, to, value.length);
	return value.length;
}

static void note_offer(struct advice *advice, const struct capture_packet *packet)
{
	struct pppoe_tags tags;
	if (!pppoe_tags_read(packet->pppoe.payload, &tags) || !tags.ac_name.present)
		return;
	struct advice_offer *offer = &advice->offer[advice->next_offer++ % ADVICE_OFFERS];
	offer->concentrator = packet->source;
	offer->name_length = keep(offer->name, PPPOE_NAME_MAX, tags.ac_name.value);
}

static void take_name(struct advice *advice, const struct pppoe_tags *tags)
{
	advice->concentrator_name_length =
		keep(advice->concentrator_name, PPPOE_NAME_MAX, tags->ac_name.value);
	for (unsigned i = 0; i < ADVICE_OFFERS && advice->concentrator_name_length == 0; i++) {
		const struct advice_offer *offer = &advice->offer[i];
		if (mac_equal(offer->concentrator, advice->concentrator))
			advice->concentrator_name_length =
				keep(advice->concentrator_name, PPPOE_NAME_MAX,
				     bytes_of(offer->name, offer->name_length));
	}
}

static bool take_padr(struct advice *advice, const struct capture_packet *packet)
{
	struct pppoe_tags tags;
	if (packet->pppoe.session_id != 0 || mac_is_group(packet->destination) ||
	    mac_is_group(packet->source) || !pppoe_tags_read(packet->pppoe.payload, &tags))
		return false;
	advice->host = packet->source;
	advice->concentrator = packet->destination;
	advice->vlan_count = packet->vlan_count;
	memcpy(advice->vlan, packet->vlan, sizeof(advice->vlan));
	advice->discovery_type = packet->type;
	advice->service_length = keep(advice->service, PPPOE_NAME_MAX, tags.service_name.value);
	advice->host_uniq_length =
		keep(advice->host_uniq, PPPOE_HOST_UNIQ_MAX, tags.host_uniq.value);
	advice->max_payload = pppoe_tags_max_payload(&tags);
	take_name(advice, &tags);
	advice->state = ADVICE_ASKED;
	return true;
}

static bool is_between_them(const struct advice *advice, const struct capture_packet *packet)
{
	bool there = mac_equal(packet->source, advice->host) &&
		     mac_equal(packet->destination, advice->concentrator);
	bool back = mac_equal(packet->source, advice->concentrator) &&
		    mac_equal(packet->destination, advice->host);
	return (there || back) && packet->vlan_count == advice->vlan_count &&
	       memcmp(packet->vlan, advice->vlan, sizeof(advice->vlan)) == 0;
}

/* The name that the host proves itself by. */
static void take_user(struct advice *advice, const struct capture_packet *packet)
{
	struct ppp_packet ppp;
	if (!mac_equal(packet->source, advice->host) || !ppp_packet_read(packet->information, &ppp))
		return;
	struct reader r = reader_of(ppp.data);
	struct bytes name = bytes_of(NULL, 0);
	if (packet->protocol == PPP_PAP && ppp.code == PAP_REQUEST) {
		name = reader_bytes(&r, reader_u8(&r));
	} else if (packet->protocol == PPP_CHAP && ppp.code == CHAP_RESPONSE) {
		(void)reader_bytes(&r, reader_u8(&r));
		name = reader_rest(&r);
	} else if (packet->protocol == PPP_EAP && ppp.code == EAP_RESPONSE) {
		if (reader_u8(&r) == EAP_IDENTITY)
			name = reader_rest(&r);
	}
	if (!r.failed && name.length > 0)
		advice->user_length = keep(advice->user, sizeof(advice->user) - 1, name);
}

/* RFC 1661 section 3.6: the network control protocols begin when authentication is over. */
static bool is_network(const struct capture_packet *packet)
{
	return packet->kind == CAPTURE_DATA || (packet->protocol & 0xc000) == 0x8000;
}

static bool take_session(struct advice *advice, const struct capture_packet *packet)
{
	enum advice_state before = advice->state;
	if (packet->pppoe.code != PPPOE_SESSION_DATA || packet->pppoe.session_id == 0 ||
	    !is_between_them(advice, packet))
		return false;
	if (advice->state == ADVICE_ASKED) {
		advice->session_type = packet->type;
		advice->session_id = packet->pppoe.session_id;
		advice->state = ADVICE_SESSION;
	}
	if (packet->pppoe.session_id != advice->session_id)
		return false;
	take_user(advice, packet);
	if (is_network(packet))
		advice->state = ADVICE_UP;
	return advice->state != before;
}

bool advice_receive(struct advice *advice, const struct capture_packet *packet)
{
	if (packet->kind == CAPTURE_DISCOVERY && packet->pppoe.code == PPPOE_PADO)
		note_offer(advice, packet);
	if (packet->kind == CAPTURE_DISCOVERY && packet->pppoe.code == PPPOE_PADR &&
	    advice->state == ADVICE_WAITS)
		return take_padr(advice, packet);
	bool session = packet->kind == CAPTURE_CONTROL || packet->kind == CAPTURE_DATA;
	return session && advice->state != ADVICE_WAITS && take_session(advice, packet);
}
