/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/decode.h"

#include "capture/decode_part.h"
#include "pppoe/tags.h"

#define BYTES_SHOWN 32

void decode_bytes(struct text *to, struct bytes bytes)
{
	struct bytes shown = bytes_head(bytes, BYTES_SHOWN);
	for (size_t i = 0; i < shown.length; i++)
		text_hex(to, shown.data[i], 2);
	if (shown.length < bytes.length)
		text_string(to, "...");
	if (bytes.length == 0)
		text_string(to, "\"\"");
}

static void decode_tag(struct text *to, const struct tlv *tag)
{
	struct reader r = reader_of(tag->value);
	const char *name = pppoe_tag_name(tag->type);
	if (name) {
		text_string(to, name);
	} else {
		text_string(to, "tag 0x");
		text_hex(to, tag->type, 4);
	}
	switch ((enum pppoe_tag_type)tag->type) {
	case PPPOE_TAG_END_OF_LIST:
		return;
	case PPPOE_TAG_SERVICE_NAME:
	case PPPOE_TAG_AC_NAME:
	case PPPOE_TAG_HURL:
	case PPPOE_TAG_MOTM:
	case PPPOE_TAG_SERVICE_NAME_ERROR:
	case PPPOE_TAG_AC_SYSTEM_ERROR:
	case PPPOE_TAG_GENERIC_ERROR:
		text_string(to, " ");
		text_peer(to, tag->value);
		return;
	case PPPOE_TAG_PPP_MAX_PAYLOAD:
		text_string(to, " ");
		if (tag->value.length == 2)
			text_decimal(to, reader_u16(&r));
		else
			decode_bytes(to, tag->value);
		return;
	case PPPOE_TAG_HOST_UNIQ:
	case PPPOE_TAG_AC_COOKIE:
	case PPPOE_TAG_VENDOR_SPECIFIC:
	case PPPOE_TAG_RELAY_SESSION_ID:
		break;
	}
	text_string(to, " ");
	decode_bytes(to, tag->value);
}

static bool decode_discovery(struct text *to, const struct pppoe_packet *pppoe)
{
	const char *name = pppoe_code_name(pppoe->code);
	struct reader r = reader_of(pppoe->payload);
	struct tlv tag = { .type = 0 };
	enum tlv_result result;
	if (pppoe->session_id != 0) {
		text_string(to, " 0x");
		text_hex(to, pppoe->session_id, 4);
	}
	text_string(to, " ");
	if (name && pppoe->code != PPPOE_SESSION_DATA) {
		text_string(to, name);
	} else {
		text_string(to, "code 0x");
		text_hex(to, pppoe->code, 2);
	}
	const char *separator = ": ";
	while ((result = tlv_next_tag(&r, &tag)) == TLV_ITEM) {
		text_string(to, separator);
		separator = ", ";
		decode_tag(to, &tag);
		if (tag.type == PPPOE_TAG_END_OF_LIST)
			return true;
	}
	if (result == TLV_END)
		return true;
	text_string(to, separator);
	text_string(to, "malformed tags");
	return false;
}

static bool decode_session(struct text *to, const struct capture_packet *packet, bool show_secrets)
{
	text_string(to, " 0x");
	text_hex(to, packet->pppoe.session_id, 4);
	text_string(to, " ");
	if (packet->pppoe.code != PPPOE_SESSION_DATA) {
		text_string(to, "code 0x");
		text_hex(to, packet->pppoe.code, 2);
		return false;
	}
	if (packet->kind == CAPTURE_CONTROL)
		return decode_control(to, packet->protocol, packet->information, show_secrets);
	decode_data(to, packet->protocol, packet->information);
	return true;
}

static bool decode_malformed(struct text *to, const struct capture_packet *packet)
{
	text_string(to, packet->type == ETHERNET_PPPOE_DISCOVERY ? " discovery" : " session");
	switch (packet->trouble) {
	case PPPOE_READ_SHORT:
		text_string(to, ": malformed: too short");
		break;
	case PPPOE_READ_VERSION:
		text_string(to, ": malformed: not version 1, type 1");
		break;
	case PPPOE_READ_LENGTH:
		text_string(to, ": malformed: the length is beyond the frame");
		break;
	case PPPOE_READ_OK:
		break;
	}
	return false;
}

bool capture_decode(struct text *to, const struct capture_packet *packet, bool show_secrets)
{
	text_mac(to, packet->source);
	text_string(to, " > ");
	text_mac(to, packet->destination);
	bool usual =
		packet->type == ETHERNET_PPPOE_DISCOVERY || packet->type == ETHERNET_PPPOE_SESSION;
	if (!usual) {
		text_string(to, " type 0x");
		text_hex(to, packet->type, 4);
	}
	switch (packet->kind) {
	case CAPTURE_DISCOVERY:
		return decode_discovery(to, &packet->pppoe);
	case CAPTURE_CONTROL:
	case CAPTURE_DATA:
		return decode_session(to, packet, show_secrets);
	case CAPTURE_MALFORMED:
		return decode_malformed(to, packet);
	case CAPTURE_OTHER:
	case CAPTURE_KINDS:
		break;
	}
	return true;
}
