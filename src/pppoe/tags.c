/* SPDX-License-Identifier: BSD-2-Clause */
#include "pppoe/tags.h"

const char *pppoe_tag_name(uint16_t type)
{
	switch ((enum pppoe_tag_type)type) {
	case PPPOE_TAG_END_OF_LIST:
		return "End-Of-List";
	case PPPOE_TAG_SERVICE_NAME:
		return "Service-Name";
	case PPPOE_TAG_AC_NAME:
		return "AC-Name";
	case PPPOE_TAG_HOST_UNIQ:
		return "Host-Uniq";
	case PPPOE_TAG_AC_COOKIE:
		return "AC-Cookie";
	case PPPOE_TAG_VENDOR_SPECIFIC:
		return "Vendor-Specific";
	case PPPOE_TAG_RELAY_SESSION_ID:
		return "Relay-Session-Id";
	case PPPOE_TAG_HURL:
		return "HURL";
	case PPPOE_TAG_MOTM:
		return "MOTM";
	case PPPOE_TAG_PPP_MAX_PAYLOAD:
		return "PPP-Max-Payload";
	case PPPOE_TAG_SERVICE_NAME_ERROR:
		return "Service-Name-Error";
	case PPPOE_TAG_AC_SYSTEM_ERROR:
		return "AC-System-Error";
	case PPPOE_TAG_GENERIC_ERROR:
		return "Generic-Error";
	}
	return NULL;
}

struct tag_rule {
	enum pppoe_tag_type type;
	bool once; /* a second one makes the frame malformed; else the first one counts */
	uint16_t length_min, length_max;
	size_t at; /* of the struct pppoe_tag in struct pppoe_tags */
};

#define AT(field) offsetof(struct pppoe_tags, field)

/* clang-format off */
static const struct tag_rule tag_rules[] = {
	{ PPPOE_TAG_SERVICE_NAME,       false, 0, UINT16_MAX,                 AT(service_name) },
	{ PPPOE_TAG_AC_NAME,            true,  0, UINT16_MAX,                 AT(ac_name) },
	{ PPPOE_TAG_HOST_UNIQ,          true,  0, UINT16_MAX,                 AT(host_uniq) },
	{ PPPOE_TAG_AC_COOKIE,          true,  0, PPPOE_COOKIE_MAX,           AT(ac_cookie) },
	{ PPPOE_TAG_RELAY_SESSION_ID,   true,  0, PPPOE_RELAY_SESSION_ID_MAX, AT(relay_session_id) },
	{ PPPOE_TAG_PPP_MAX_PAYLOAD,    true,  2, 2,                          AT(max_payload) },
	{ PPPOE_TAG_SERVICE_NAME_ERROR, false, 0, UINT16_MAX,                 AT(service_name_error) },
	{ PPPOE_TAG_AC_SYSTEM_ERROR,    false, 0, UINT16_MAX,                 AT(ac_system_error) },
	{ PPPOE_TAG_GENERIC_ERROR,      false, 0, UINT16_MAX,                 AT(generic_error) },
};
/* clang-format on */

#define TAG_RULES (sizeof(tag_rules) / sizeof(tag_rules[0]))

static const struct tag_rule *rule_of(uint16_t type)
{
	for (size_t i = 0; i < TAG_RULES; i++)
		if (tag_rules[i].type == type)
			return &tag_rules[i];
	return NULL;
}

static bool take_tag(struct pppoe_tags *tags, const struct tlv *item)
{
	const struct tag_rule *rule = rule_of(item->type);
	if (!rule)
		return true;
	if (item->value.length < rule->length_min || item->value.length > rule->length_max)
		return false;
	if (rule->type == PPPOE_TAG_SERVICE_NAME)
		tags->service_names++;

	struct pppoe_tag tag;
	memcpy(&tag, (const char *)tags + rule->at, sizeof(tag));
	if (tag.present)
		return !rule->once;
	tag = (struct pppoe_tag){ true, item->value };
	memcpy((char *)tags + rule->at, &tag, sizeof(tag));
	return true;
}

bool pppoe_tags_read(struct bytes payload, struct pppoe_tags *ret_tags)
{
	struct pppoe_tags tags = { .list = payload };
	struct reader r = reader_of(payload);
	struct tlv item;
	enum tlv_result result;
	while ((result = tlv_next_tag(&r, &item)) == TLV_ITEM) {
		if (item.type == PPPOE_TAG_END_OF_LIST)
			break;
		if (!take_tag(&tags, &item))
			return false;
	}
	if (result == TLV_MALFORMED)
		return false;
	*ret_tags = tags;
	return true;
}

uint16_t pppoe_tags_max_payload(const struct pppoe_tags *tags)
{
	if (!tags->max_payload.present)
		return 0;
	struct reader r = reader_of(tags->max_payload.value);
	return reader_u16(&r);
}

bool pppoe_tags_next_service(struct reader *r, struct bytes *ret_name)
{
	struct tlv item;
	while (tlv_next_tag(r, &item) == TLV_ITEM && item.type != PPPOE_TAG_END_OF_LIST) {
		if (item.type != PPPOE_TAG_SERVICE_NAME)
			continue;
		*ret_name = item.value;
		return true;
	}
	return false;
}

bool pppoe_tags_name_concentrator(const struct pppoe_tags *tags, struct bytes name)
{
	return name.length == 0 ||
	       (tags->ac_name.present && bytes_equal(tags->ac_name.value, name));
}

bool pppoe_tags_offer_service(const struct pppoe_tags *tags, struct bytes name)
{
	struct reader r = reader_of(tags->list);
	struct bytes offered;
	if (name.length == 0)
		return true;
	while (pppoe_tags_next_service(&r, &offered))
		if (bytes_equal(offered, name))
			return true;
	return false;
}

#define VENDOR_ADSL_FORUM 3561
#define CIRCUIT_ID 1
#define REMOTE_ID 2

static void read_line_id(struct bytes value, struct bytes *circuit_id, struct bytes *remote_id)
{
	struct reader r = reader_of(value);
	if (reader_u32(&r) != VENDOR_ADSL_FORUM)
		return;
	while (r.left > 0) {
		uint8_t type = reader_u8(&r);
		struct bytes text = reader_bytes(&r, reader_u8(&r));
		if (r.failed || text.length > PPPOE_LINE_ID_MAX)
			return;
		if (type == CIRCUIT_ID)
			*circuit_id = text;
		else if (type == REMOTE_ID)
			*remote_id = text;
	}
}

void pppoe_tags_line_id(const struct pppoe_tags *tags, struct bytes *ret_circuit_id,
			struct bytes *ret_remote_id)
{
	struct reader r = reader_of(tags->list);
	struct tlv item;
	*ret_circuit_id = *ret_remote_id = bytes_of(NULL, 0);
	while (tlv_next_tag(&r, &item) == TLV_ITEM && item.type != PPPOE_TAG_END_OF_LIST)
		if (item.type == PPPOE_TAG_VENDOR_SPECIFIC)
			read_line_id(item.value, ret_circuit_id, ret_remote_id);
}

void pppoe_tag_write(struct writer *w, enum pppoe_tag_type type, struct bytes value)
{
	writer_u16(w, (uint16_t)type);
	size_t mark = writer_mark_u16(w);
	writer_bytes(w, value);
	writer_fill_u16(w, mark, value.length);
}

void pppoe_tag_write_max_payload(struct writer *w, uint16_t max_payload)
{
	uint8_t value[2];
	struct writer v = writer_of(value, sizeof(value));
	writer_u16(&v, max_payload);
	pppoe_tag_write(w, PPPOE_TAG_PPP_MAX_PAYLOAD, writer_written(&v));
}

void pppoe_tag_return(struct writer *w, enum pppoe_tag_type type, const struct pppoe_tag *tag)
{
	if (tag->present)
		pppoe_tag_write(w, type, tag->value);
}
