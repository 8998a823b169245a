/* SPDX-License-Identifier: BSD-2-Clause */
#include "discover/show.h"

#include "base/text.h"
#include "control/discovered.h"

#define BYTES_SHOWN 20 /* of a cookie */
#define MAC_SIZE 18
#define VALUE_SIZE (PPPOE_SURVEY_TAGS_MAX + 1)

static void print_bytes(FILE *to, const char *title, struct bytes bytes)
{
	fputs(title, to);
	for (size_t i = 0; i < bytes.length && i < BYTES_SHOWN; i++)
		fprintf(to, " %02x", bytes.data[i]);
	fputs(bytes.length > BYTES_SHOWN ? "...\n" : "\n", to);
}

static void print_text(FILE *to, const char *title, struct bytes bytes)
{
	char text[VALUE_SIZE];
	text_copy_peer(text, sizeof(text), bytes);
	fprintf(to, "%s%s\n", title, text);
}

static void print_tag(FILE *to, const struct tlv *tag)
{
	switch ((enum pppoe_tag_type)tag->type) {
	case PPPOE_TAG_AC_NAME:
		print_text(to, "Access-Concentrator: ", tag->value);
		break;
	case PPPOE_TAG_SERVICE_NAME:
		if (tag->value.length > 0)
			print_text(to, "       Service-Name: ", tag->value);
		break;
	case PPPOE_TAG_AC_COOKIE:
		print_bytes(to, "Got a cookie:", tag->value);
		break;
	case PPPOE_TAG_RELAY_SESSION_ID:
		print_bytes(to, "Got a Relay-ID:", tag->value);
		break;
	case PPPOE_TAG_SERVICE_NAME_ERROR:
		print_text(to, "Got a Service-Name-Error tag: ", tag->value);
		break;
	case PPPOE_TAG_AC_SYSTEM_ERROR:
		print_text(to, "Got a System-Error tag: ", tag->value);
		break;
	case PPPOE_TAG_GENERIC_ERROR:
		print_text(to, "Got a Generic-Error tag: ", tag->value);
		break;
	case PPPOE_TAG_END_OF_LIST:
	case PPPOE_TAG_HOST_UNIQ:
	case PPPOE_TAG_HURL:
	case PPPOE_TAG_MOTM:
	case PPPOE_TAG_VENDOR_SPECIFIC:
	case PPPOE_TAG_PPP_MAX_PAYLOAD:
		break;
	}
}

static bool next_tag(struct reader *r, struct tlv *ret_tag)
{
	return tlv_next_tag(r, ret_tag) == TLV_ITEM && ret_tag->type != PPPOE_TAG_END_OF_LIST;
}

static const char *mac_text(struct mac mac, char memory[MAC_SIZE])
{
	struct text text = text_of(memory, MAC_SIZE);
	text_mac(&text, mac);
	return memory;
}

void discover_print_tags(FILE *to, const struct pppoe_tags *tags)
{
	struct reader r = reader_of(tags->list);
	struct tlv tag;
	while (next_tag(&r, &tag))
		print_tag(to, &tag);
}

void discover_print_end(FILE *to, struct mac concentrator)
{
	char memory[MAC_SIZE];
	fprintf(to, "AC-Ethernet-Address: %s\n", mac_text(concentrator, memory));
	fputs("--------------------------------------------------\n", to);
}

static struct pppoe_tags tags_of(const struct pppoe_survey_answer *answer)
{
	struct pppoe_tags tags = { .service_names = 0 };
	pppoe_tags_read(bytes_of(answer->tags, answer->length), &tags);
	return tags;
}

#define PLACE_SIZE (IF_NAMESIZE + 8)

/* "eth0", or "eth0.7" in VLAN 7. */
static const char *place_of(const struct discover *discover,
			    const struct pppoe_survey_answer *answer, char memory[PLACE_SIZE])
{
	const char *interface = discover->port[answer->interface].interface;
	if (answer->vlan == PPPOE_SURVEY_UNTAGGED)
		return interface;
	snprintf(memory, PLACE_SIZE, "%s.%u", interface, answer->vlan);
	return memory;
}

static bool is_one_place(const struct discover *discover)
{
	const struct pppoe_survey *survey = &discover->port[0].survey;
	return discover->port_count == 1 && survey->wire_count == 1 &&
	       survey->wires[0].vlan == PPPOE_SURVEY_UNTAGGED;
}

void discover_print_classic(FILE *to, const struct discover *discover,
			    const struct pppoe_survey_answer *answer)
{
	struct pppoe_tags tags = tags_of(answer);
	char place[PLACE_SIZE];
	if (!is_one_place(discover))
		fprintf(to, "          Interface: %s\n", place_of(discover, answer, place));
	discover_print_tags(to, &tags);
	if (answer->matches)
		discover_print_end(to, answer->concentrator);
}

/* Whether there is a member for tags of this type. */
static bool is_told(uint16_t type)
{
	switch ((enum pppoe_tag_type)type) {
	case PPPOE_TAG_END_OF_LIST:
	case PPPOE_TAG_SERVICE_NAME:
	case PPPOE_TAG_AC_NAME:
	case PPPOE_TAG_HOST_UNIQ:
	case PPPOE_TAG_AC_COOKIE:
	case PPPOE_TAG_RELAY_SESSION_ID:
	case PPPOE_TAG_PPP_MAX_PAYLOAD:
	case PPPOE_TAG_SERVICE_NAME_ERROR:
	case PPPOE_TAG_AC_SYSTEM_ERROR:
	case PPPOE_TAG_GENERIC_ERROR:
		return true;
	case PPPOE_TAG_HURL:
	case PPPOE_TAG_MOTM:
	case PPPOE_TAG_VENDOR_SPECIFIC:
		break;
	}
	return false;
}

static struct bytes value_of(const struct pppoe_tag *tag)
{
	return tag->present ? bytes_of(tag->value.data ? tag->value.data : (const uint8_t *)"",
				       tag->value.length)
			    : bytes_of(NULL, 0);
}

static void fill(struct discovered *d, const struct discover *discover,
		 const struct pppoe_survey_answer *answer)
{
	struct pppoe_tags tags = tags_of(answer);
	*d = (struct discovered){
		.interface = discover->port[answer->interface].interface,
		.vlan = answer->vlan,
		.mac = answer->concentrator,
		.matches = answer->matches,
		.name = value_of(&tags.ac_name),
		.cookie = value_of(&tags.ac_cookie),
		.relay_session_id = value_of(&tags.relay_session_id),
		.max_payload = pppoe_tags_max_payload(&tags),
		.service_name_error = value_of(&tags.service_name_error),
		.ac_system_error = value_of(&tags.ac_system_error),
		.generic_error = value_of(&tags.generic_error),
		.latency_us = answer->latency,
	};
	struct reader r = reader_of(tags.list);
	struct tlv tag;
	while (next_tag(&r, &tag)) {
		struct pppoe_tag held = { true, tag.value };
		if (tag.type == PPPOE_TAG_SERVICE_NAME && d->service_count < DISCOVERED_TAGS)
			d->services[d->service_count++] = value_of(&held);
		if (!is_told(tag.type) && d->other_count < DISCOVERED_TAGS)
			d->others[d->other_count++] = (struct tlv){ tag.type, value_of(&held) };
	}
}

void discover_print_json(FILE *to, const struct discover *discover)
{
	struct discovered discovered;
	char text[DISCOVERED_JSON_MAX];
	unsigned shown = 0;
	for (size_t i = 0; i < discover->answers.count; i++) {
		fill(&discovered, discover, &discover->answers.answer[i]);
		if (discovered_to_text(&discovered, text, sizeof(text)) > 0)
			fprintf(to, "%s%s", shown++ > 0 ? ",\n " : "[", text);
	}
	fputs(shown > 0 ? "]\n" : "[]\n", to);
}

/* ", " before each but the first. */
static void add_text(struct text *list, const char *title, struct bytes value)
{
	char text[VALUE_SIZE];
	text_copy_peer(text, sizeof(text), value);
	if (list->length > 0)
		text_string(list, ", ");
	text_string(list, title);
	text_string(list, text);
}

static void add_error(struct text *list, const char *title, const struct pppoe_tag *tag)
{
	if (tag->present)
		add_text(list, title, tag->value);
}

void discover_print_row(FILE *to, const struct discover *discover,
			const struct pppoe_survey_answer *answer)
{
	struct pppoe_tags tags = tags_of(answer);
	char place[PLACE_SIZE], mac[MAC_SIZE], name[VALUE_SIZE], memory[4 * VALUE_SIZE];
	struct text list = text_of(memory, sizeof(memory));
	struct reader r = reader_of(tags.list);
	struct bytes service;
	while (pppoe_tags_next_service(&r, &service))
		if (service.length > 0)
			add_text(&list, "", service);
	add_error(&list, "Service-Name-Error: ", &tags.service_name_error);
	add_error(&list, "AC-System-Error: ", &tags.ac_system_error);
	add_error(&list, "Generic-Error: ", &tags.generic_error);
	text_copy_peer(name, sizeof(name), tags.ac_name.value);
	const double latency_ms = (double)answer->latency / 1000;
	fprintf(to, "%-15s  %s  %8.2f ms  %s%s%s\n", place_of(discover, answer, place),
		mac_text(answer->concentrator, mac), latency_ms, name, list.length > 0 ? "  " : "",
		memory);
}
