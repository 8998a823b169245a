/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode_part.h"
#include "ppp/names.h"
#include "ppp/packet.h"

#define CHAP_MD5 5
#define CHAP_MSCHAP 0x80
#define CHAP_MSCHAPV2 0x81

enum { PAP_REQUEST = 1 };
enum { CHAP_CHALLENGE = 1, CHAP_RESPONSE = 2, CHAP_SUCCESS = 3 };
enum { EAP_REQUEST = 1, EAP_RESPONSE = 2 };
enum { EAP_IDENTITY = 1, EAP_NOTIFICATION = 2, EAP_NAK = 3, EAP_MD5_CHALLENGE = 4 };

static void put_protocol(struct text *to, uint16_t protocol)
{
	const char *name = ppp_protocol_name(protocol);
	if (name) {
		text_string(to, name);
		return;
	}
	text_string(to, "protocol 0x");
	text_hex(to, protocol, 4);
}

static void put_code(struct text *to, uint16_t protocol, uint8_t code)
{
	const char *name = ppp_code_name(protocol, code);
	if (name) {
		text_string(to, name);
		return;
	}
	text_string(to, "code ");
	text_decimal(to, code);
}

static uint64_t read_number(struct bytes value)
{
	uint64_t number = 0;
	for (size_t i = 0; i < value.length && i < 8; i++)
		number = number << 8 | value.data[i];
	return number;
}

static void put_authentication(struct text *to, struct bytes value)
{
	struct reader r = reader_of(value);
	uint16_t protocol = reader_u16(&r);
	put_protocol(to, protocol);
	if (r.left == 0)
		return;
	uint8_t algorithm = *r.next;
	if (protocol == PPP_CHAP && r.left == 1 && algorithm == CHAP_MD5)
		text_string(to, "-MD5");
	else if (protocol == PPP_CHAP && r.left == 1 && algorithm == CHAP_MSCHAP)
		text_string(to, "-MS");
	else if (protocol == PPP_CHAP && r.left == 1 && algorithm == CHAP_MSCHAPV2)
		text_string(to, "-MSv2");
	else {
		text_string(to, "-");
		decode_bytes(to, reader_rest(&r));
	}
}

static void put_value(struct text *to, enum ppp_option_form form, struct bytes value)
{
	if (form == PPP_OPTION_FLAG && value.length == 0)
		return;
	text_string(to, " ");
	switch (form) {
	case PPP_OPTION_NUMBER:
		if (value.length == 0 || value.length > 8)
			break;
		text_decimal(to, read_number(value));
		return;
	case PPP_OPTION_HEX:
		text_string(to, "0x");
		break;
	case PPP_OPTION_IPV4:
		if (value.length != 4)
			break;
		text_ipv4(to, (uint32_t)read_number(value));
		return;
	case PPP_OPTION_INTERFACE_ID:
		if (value.length != 8)
			break;
		text_interface_id(to, read_number(value));
		return;
	case PPP_OPTION_AUTHENTICATION:
		if (value.length < 2)
			break;
		put_authentication(to, value);
		return;
	case PPP_OPTION_BYTES:
	case PPP_OPTION_FLAG:
		break;
	}
	decode_bytes(to, value);
}

static bool put_options(struct text *to, uint16_t protocol, struct bytes list)
{
	struct reader r = reader_of(list);
	struct tlv option = { .type = 0 };
	enum tlv_result result;
	const char *separator = ": ";
	while ((result = tlv_next_option(&r, &option)) == TLV_ITEM) {
		enum ppp_option_form form;
		const char *name = ppp_option_name(protocol, (uint8_t)option.type, &form);
		text_string(to, separator);
		separator = ", ";
		text_string(to, name ? name : "option ");
		if (!name)
			text_decimal(to, option.type);
		put_value(to, form, option.value);
	}
	if (result == TLV_END)
		return true;
	text_string(to, separator);
	text_string(to, "malformed options");
	return false;
}

static void put_magic(struct text *to, struct reader *r)
{
	text_string(to, ": Magic-Number 0x");
	text_hex(to, reader_u32(r), 8);
}

static bool too_short(struct text *to)
{
	text_string(to, ": malformed: too short");
	return false;
}

static bool put_lcp_data(struct text *to, uint8_t code, struct bytes data)
{
	struct reader r = reader_of(data);
	if (data.length < 4)
		return too_short(to);
	put_magic(to, &r);
	if (code == PPP_TIME_REMAINING) {
		text_string(to, ", seconds ");
		text_decimal(to, reader_u32(&r));
		if (r.failed)
			return too_short(to);
	}
	if (r.left == 0)
		return true;
	text_string(to, ", ");
	if (code == PPP_IDENTIFICATION || code == PPP_TIME_REMAINING) {
		text_peer(to, reader_rest(&r));
		return true;
	}
	text_decimal(to, r.left);
	text_string(to, " bytes");
	return true;
}

/* What was rejected is not shown: it may be a password. */
static bool put_rejected(struct text *to, uint16_t protocol, uint8_t code, struct bytes data)
{
	struct reader r = reader_of(data);
	text_string(to, ": ");
	if (code == PPP_PROTOCOL_REJECT)
		put_protocol(to, reader_u16(&r));
	else
		put_code(to, protocol, reader_u8(&r));
	return r.failed ? too_short(to) : true;
}

static bool put_control(struct text *to, uint16_t protocol, const struct ppp_packet *packet)
{
	switch ((enum ppp_code)packet->code) {
	case PPP_CONFIGURE_REQUEST:
	case PPP_CONFIGURE_ACK:
	case PPP_CONFIGURE_NAK:
	case PPP_CONFIGURE_REJECT:
		return put_options(to, protocol, packet->data);
	case PPP_TERMINATE_REQUEST:
	case PPP_TERMINATE_ACK:
		if (packet->data.length > 0) {
			text_string(to, ": ");
			text_peer(to, packet->data);
		}
		return true;
	case PPP_CODE_REJECT:
	case PPP_PROTOCOL_REJECT:
		return put_rejected(to, protocol, packet->code, packet->data);
	case PPP_ECHO_REQUEST:
	case PPP_ECHO_REPLY:
	case PPP_DISCARD_REQUEST:
	case PPP_IDENTIFICATION:
	case PPP_TIME_REMAINING:
		if (protocol == PPP_LCP)
			return put_lcp_data(to, packet->code, packet->data);
		break;
	}
	return true;
}

static void put_secret(struct text *to, const char *title, struct bytes secret, bool text,
		       bool show)
{
	text_string(to, title);
	if (!show)
		text_string(to, "hidden");
	else if (text)
		text_peer(to, secret);
	else
		decode_bytes(to, secret);
}

static void put_text(struct text *to, const char *title, struct bytes bytes)
{
	text_string(to, title);
	text_peer(to, bytes);
}

static bool put_pap(struct text *to, const struct ppp_packet *packet, bool show)
{
	struct reader r = reader_of(packet->data);
	struct bytes name = reader_bytes(&r, reader_u8(&r));
	if (packet->code != PAP_REQUEST) {
		if (!r.failed && name.length > 0)
			put_text(to, ": ", name);
		return true; /* servers that leave the length out are many */
	}
	struct bytes password = reader_bytes(&r, reader_u8(&r));
	if (r.failed)
		return too_short(to);
	put_text(to, ": name ", name);
	put_secret(to, ", password ", password, true, show);
	return true;
}

/* "S=" and 40 digits are made of the password too (RFC 2759 section 5). */
static void put_chap_message(struct text *to, struct bytes message, bool show)
{
	struct reader r = reader_of(message);
	if (show || !bytes_equal(reader_bytes(&r, 2), bytes_of_text("S="))) {
		if (message.length > 0)
			put_text(to, ": ", message);
		return;
	}
	(void)reader_bytes(&r, r.left < 40 ? r.left : 40);
	text_string(to, ": S=hidden");
	if (r.left > 0)
		put_text(to, " ", reader_rest(&r));
}

static bool put_chap(struct text *to, const struct ppp_packet *packet, bool show)
{
	struct reader r = reader_of(packet->data);
	if (packet->code != CHAP_CHALLENGE && packet->code != CHAP_RESPONSE) {
		put_chap_message(to, packet->data, show);
		return true;
	}
	struct bytes value = reader_bytes(&r, reader_u8(&r));
	if (r.failed)
		return too_short(to);
	put_secret(to, ": value ", value, false, show || packet->code == CHAP_CHALLENGE);
	put_text(to, ", name ", reader_rest(&r));
	return true;
}

static void put_eap_method(struct text *to, uint8_t code, struct reader *r, bool show)
{
	struct bytes value = reader_bytes(r, reader_u8(r));
	text_string(to, ": MD5-Challenge");
	put_secret(to, " value ", value, false, show || code == EAP_REQUEST);
	if (r->left > 0)
		put_text(to, ", name ", reader_rest(r));
}

static bool put_eap(struct text *to, const struct ppp_packet *packet, bool show)
{
	struct reader r = reader_of(packet->data);
	if (packet->code != EAP_REQUEST && packet->code != EAP_RESPONSE)
		return true;
	uint8_t type = reader_u8(&r);
	if (r.failed)
		return too_short(to);
	switch (type) {
	case EAP_IDENTITY:
		put_text(to, ": Identity ", reader_rest(&r));
		break;
	case EAP_NOTIFICATION:
		put_text(to, ": Notification ", reader_rest(&r));
		break;
	case EAP_NAK:
		text_string(to, ": Nak, types 0x");
		decode_bytes(to, reader_rest(&r));
		break;
	case EAP_MD5_CHALLENGE:
		put_eap_method(to, packet->code, &r, show);
		break;
	default:
		text_string(to, ": type ");
		text_decimal(to, type);
		text_string(to, ", ");
		text_decimal(to, r.left);
		text_string(to, " bytes");
		break;
	}
	return r.failed ? too_short(to) : true;
}

bool decode_control(struct text *to, uint16_t protocol, struct bytes information, bool show_secrets)
{
	struct ppp_packet packet;
	put_protocol(to, protocol);
	if (!ppp_packet_read(information, &packet)) {
		text_string(to, ": malformed: the length is wrong");
		return false;
	}
	text_string(to, " ");
	put_code(to, protocol, packet.code);
	text_string(to, " ");
	text_decimal(to, packet.identifier);
	if (protocol == PPP_PAP)
		return put_pap(to, &packet, show_secrets);
	if (protocol == PPP_CHAP)
		return put_chap(to, &packet, show_secrets);
	if (protocol == PPP_EAP)
		return put_eap(to, &packet, show_secrets);
	if (ppp_protocol_negotiates(protocol))
		return put_control(to, protocol, &packet);
	return true;
}
