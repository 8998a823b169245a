/* SPDX-License-Identifier: BSD-2-Clause */
#include "pppoe/survey.h"

#define OWN_HOST_UNIQ_LENGTH 8 /* random, but for the last byte: that says which attempt it is */

void pppoe_survey_init(struct pppoe_survey *survey, const struct pppoe_survey_config *config,
		       unsigned interface, struct pppoe_survey_wire *wires, size_t wire_count,
		       struct pppoe_survey_answers *answers, struct random *random)
{
	*survey = (struct pppoe_survey){
		.config = *config,
		.interface = interface,
		.wires = wires,
		.wire_count = wire_count,
		.answers = answers,
		.done = true,
		.deadline = MONO_NEVER,
	};
	struct pppoe_survey_config *c = &survey->config;
	c->service_name[PPPOE_NAME_MAX] = '\0';
	c->concentrator_name[PPPOE_NAME_MAX] = '\0';
	if (c->host_uniq_length > PPPOE_HOST_UNIQ_MAX)
		c->host_uniq_length = PPPOE_HOST_UNIQ_MAX;
	if (c->attempts > UINT8_MAX)
		c->attempts = UINT8_MAX;
	if (c->host_uniq_length == 0 && !c->without_host_uniq)
		random_bytes(random, c->host_uniq, OWN_HOST_UNIQ_LENGTH);
}

static bool has_own_host_uniq(const struct pppoe_survey *survey)
{
	return survey->config.host_uniq_length == 0 && !survey->config.without_host_uniq;
}

static void begin_attempt(struct pppoe_survey *survey, mono_us now)
{
	survey->attempt++;
	survey->next_wire = 0;
	survey->deadline = mono_after_ms(now, survey->config.wait_ms);
	if (has_own_host_uniq(survey))
		survey->config.host_uniq[OWN_HOST_UNIQ_LENGTH - 1] = (uint8_t)survey->attempt;
}

void pppoe_survey_open(struct pppoe_survey *survey, mono_us now)
{
	survey->done = false;
	survey->attempt = 0;
	for (size_t i = 0; i < survey->wire_count; i++)
		survey->wires[i].answered = false;
	begin_attempt(survey, now);
}

static struct bytes service_name(const struct pppoe_survey *survey)
{
	return bytes_of_text(survey->config.has_service_name ? survey->config.service_name : "");
}

static struct bytes host_uniq(const struct pppoe_survey *survey)
{
	return bytes_of(survey->config.host_uniq, has_own_host_uniq(survey)
							  ? OWN_HOST_UNIQ_LENGTH
							  : survey->config.host_uniq_length);
}

static struct bytes write_padi(struct pppoe_survey *survey, uint16_t vlan)
{
	struct writer w = writer_of(survey->frame, sizeof(survey->frame));
	if (vlan == PPPOE_SURVEY_UNTAGGED)
		ethernet_write(&w, MAC_BROADCAST, survey->config.address, ETHERNET_PPPOE_DISCOVERY);
	else
		ethernet_write_vlan(&w, MAC_BROADCAST, survey->config.address, vlan,
				    ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADI, 0);
	pppoe_tag_write(&w, PPPOE_TAG_SERVICE_NAME, service_name(survey));
	if (!survey->config.without_host_uniq)
		pppoe_tag_write(&w, PPPOE_TAG_HOST_UNIQ, host_uniq(survey));
	if (survey->config.max_payload > PPPOE_MAX_PAYLOAD_DEFAULT)
		pppoe_tag_write_max_payload(&w, survey->config.max_payload);
	pppoe_packet_end(&w, mark);
	return writer_written(&w);
}

bool pppoe_survey_next_frame(struct pppoe_survey *survey, mono_us now, struct bytes *ret_frame)
{
	while (!survey->done && survey->next_wire < survey->wire_count) {
		struct pppoe_survey_wire *wire = &survey->wires[survey->next_wire++];
		if (wire->answered)
			continue;
		wire->sent = now;
		/* The last wire gets its time too, however long the others took. */
		survey->deadline = mono_after_ms(now, survey->config.wait_ms);
		*ret_frame = write_padi(survey, wire->vlan);
		return true;
	}
	return false;
}

static struct pppoe_survey_wire *wire_of(struct pppoe_survey *survey, uint16_t vlan)
{
	for (size_t i = 0; i < survey->wire_count; i++)
		if (survey->wires[i].vlan == vlan)
			return &survey->wires[i];
	return NULL;
}

/* Whether it answers us, and which of our attempts. */
static bool answers_us(const struct pppoe_survey *survey, const struct pppoe_tags *tags,
		       unsigned *ret_attempt)
{
	struct bytes ours = host_uniq(survey);
	*ret_attempt = survey->attempt;
	if (survey->config.without_host_uniq)
		return !tags->host_uniq.present;
	if (!tags->host_uniq.present || !has_own_host_uniq(survey))
		return tags->host_uniq.present && bytes_equal(tags->host_uniq.value, ours);
	struct reader r = reader_of(tags->host_uniq.value);
	struct bytes head = reader_bytes(&r, OWN_HOST_UNIQ_LENGTH - 1);
	*ret_attempt = reader_u8(&r);
	return !r.failed && r.left == 0 && bytes_equal(head, bytes_head(ours, head.length)) &&
	       *ret_attempt >= 1 && *ret_attempt <= survey->attempt;
}

static bool ignore(struct pppoe_survey *survey, enum pppoe_survey_ignored reason)
{
	survey->ignored[reason]++;
	return false;
}

static bool matches(struct pppoe_survey *survey, const struct pppoe_tags *tags)
{
	if (!tags->ac_name.present)
		return ignore(survey, PPPOE_SURVEY_NO_AC_NAME);
	if (!tags->service_name.present)
		return ignore(survey, PPPOE_SURVEY_NO_SERVICE);
	return pppoe_tags_name_concentrator(tags,
					    bytes_of_text(survey->config.concentrator_name)) &&
	       pppoe_tags_offer_service(tags, service_name(survey));
}

/* The same names offered: what else differs (a cookie, Host-Uniq) makes no other offer. */
static bool same_offer(struct bytes a, struct bytes b)
{
	struct pppoe_tags first, second;
	struct bytes one, other;
	if (!pppoe_tags_read(a, &first) || !pppoe_tags_read(b, &second) ||
	    first.service_names != second.service_names ||
	    !bytes_equal(first.ac_name.value, second.ac_name.value))
		return false;
	struct reader r = reader_of(first.list), s = reader_of(second.list);
	while (pppoe_tags_next_service(&r, &one) && pppoe_tags_next_service(&s, &other))
		if (!bytes_equal(one, other))
			return false;
	return true;
}

static bool is_known(const struct pppoe_survey *survey, uint16_t vlan, struct mac source,
		     struct bytes tags)
{
	for (size_t i = 0; i < survey->answers->count; i++) {
		const struct pppoe_survey_answer *a = &survey->answers->answer[i];
		if (a->interface == survey->interface && a->vlan == vlan &&
		    mac_equal(a->concentrator, source) &&
		    same_offer(bytes_of(a->tags, a->length), tags))
			return true;
	}
	return false;
}

/* True if there is another answer now. */
static bool keep(struct pppoe_survey *survey, const struct pppoe_survey_answer *header,
		 struct bytes tags)
{
	struct pppoe_survey_answers *answers = survey->answers;
	if (is_known(survey, header->vlan, header->concentrator, tags))
		return ignore(survey, PPPOE_SURVEY_REPEATED);
	if (answers->count == answers->capacity)
		return ignore(survey, PPPOE_SURVEY_NO_ROOM);
	struct pppoe_survey_answer *answer = &answers->answer[answers->count++];
	struct reader r = reader_of(tags);
	*answer = *header;
	answer->length = (uint16_t)tags.length;
	reader_copy(&r, answer->tags, tags.length);
	return true;
}

static bool read_pado(struct pppoe_survey *survey, struct bytes frame,
		      struct ethernet_frame *ret_ethernet, struct pppoe_packet *ret_packet,
		      struct pppoe_tags *ret_tags)
{
	if (!ethernet_read(frame, ret_ethernet) ||
	    pppoe_packet_read(ret_ethernet->payload, ret_packet) != PPPOE_READ_OK)
		return ignore(survey, PPPOE_SURVEY_MALFORMED);
	if (ret_ethernet->type != ETHERNET_PPPOE_DISCOVERY || ret_packet->code != PPPOE_PADO ||
	    !mac_equal(ret_ethernet->destination, survey->config.address))
		return ignore(survey, PPPOE_SURVEY_NOT_OURS);
	/* Section 5.2: "the SESSION_ID MUST be set to 0x0000", from an address of one host. */
	if (ret_packet->session_id != 0 || ret_packet->payload.length > PPPOE_SURVEY_TAGS_MAX ||
	    mac_is_group(ret_ethernet->source) || mac_is_zero(ret_ethernet->source) ||
	    !pppoe_tags_read(ret_packet->payload, ret_tags))
		return ignore(survey, PPPOE_SURVEY_MALFORMED);
	return true;
}

bool pppoe_survey_receive(struct pppoe_survey *survey, uint16_t vlan, struct bytes frame,
			  mono_us now)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	struct pppoe_tags tags;
	struct pppoe_survey_wire *wire = wire_of(survey, vlan);
	unsigned attempt;
	if (survey->done || !wire || !read_pado(survey, frame, &ethernet, &packet, &tags))
		return false;
	if (!answers_us(survey, &tags, &attempt))
		return ignore(survey, PPPOE_SURVEY_NOT_OURS);
	struct pppoe_survey_answer answer = {
		.interface = survey->interface,
		.vlan = vlan,
		.concentrator = ethernet.source,
		.matches = matches(survey, &tags),
		/* Attempts follow each other at the same distance. */
		.latency = now - wire->sent +
			   (mono_us)survey->config.wait_ms * 1000 * (survey->attempt - attempt),
	};
	if (answer.matches)
		wire->answered = true;
	return keep(survey, &answer, packet.payload);
}

void pppoe_survey_tick(struct pppoe_survey *survey, mono_us now)
{
	if (survey->done || now < survey->deadline)
		return;
	if (survey->attempt < survey->config.attempts && !pppoe_survey_is_answered(survey)) {
		begin_attempt(survey, now);
		return;
	}
	survey->done = true;
	survey->deadline = MONO_NEVER;
}

mono_us pppoe_survey_deadline(const struct pppoe_survey *survey)
{
	return survey->deadline;
}

bool pppoe_survey_is_over(const struct pppoe_survey *survey)
{
	return survey->done;
}

bool pppoe_survey_is_answered(const struct pppoe_survey *survey)
{
	for (size_t i = 0; i < survey->wire_count; i++)
		if (!survey->wires[i].answered)
			return false;
	return true;
}

uint64_t pppoe_survey_ignored(const struct pppoe_survey *survey, enum pppoe_survey_ignored reason)
{
	return reason < PPPOE_SURVEY_IGNORED_COUNT ? survey->ignored[reason] : 0;
}
