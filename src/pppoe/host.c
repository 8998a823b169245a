/* SPDX-License-Identifier: BSD-2-Clause */
#include "pppoe/host.h"

#include "base/text.h"

#define OWN_HOST_UNIQ_LENGTH 8

struct pppoe_host_config pppoe_host_config_default(struct mac address)
{
	return (struct pppoe_host_config){
		.address = address,
		.retry_min_ms = 500,
		.retry_max_ms = 8000,
		.attempts = 5,
	};
}

void pppoe_host_init(struct pppoe_host *host, const struct pppoe_host_config *config,
		     struct random *random)
{
	*host = (struct pppoe_host){
		.config = *config,
		.random = random,
		.state = PPPOE_HOST_IDLE,
		.deadline = MONO_NEVER,
	};
	host->config.service_name[PPPOE_NAME_MAX] = '\0';
	host->config.concentrator_name[PPPOE_NAME_MAX] = '\0';
	if (host->config.host_uniq_length > PPPOE_HOST_UNIQ_MAX)
		host->config.host_uniq_length = PPPOE_HOST_UNIQ_MAX;
	if (host->config.max_payload <= PPPOE_MAX_PAYLOAD_DEFAULT)
		host->config.max_payload = 0;
}

/* What a verb made is valid until the next verb, so each begins with an empty list. */
static void forget_actions(struct pppoe_host *host)
{
	host->actions_made = 0;
	host->actions_taken = 0;
}

static struct pppoe_host_action *add_action(struct pppoe_host *host,
					    enum pppoe_host_action_kind kind)
{
	struct pppoe_host_action *action = &host->actions[host->actions_made++];
	*action = (struct pppoe_host_action){ .kind = kind, .words = "" };
	return action;
}

static void fail(struct pppoe_host *host, enum pppoe_failure failure)
{
	host->state = PPPOE_HOST_IDLE;
	host->deadline = MONO_NEVER;
	struct pppoe_host_action *action = add_action(host, PPPOE_HOST_FAILED);
	action->failure = failure;
	action->words = host->words;
}

static void drop(struct pppoe_host *host, enum pppoe_drop reason)
{
	host->drops[reason]++;
}

static void keep_words(struct pppoe_host *host, struct bytes words)
{
	text_copy_peer(host->words, sizeof(host->words), words);
}

static struct bytes wanted_service(const struct pppoe_host *host)
{
	/* RFC 2516 appendix A: a Service-Name of length zero means that any service will do. */
	return bytes_of_text(host->config.has_service_name ? host->config.service_name : "");
}

static void send_frame(struct pppoe_host *host, struct writer *w, size_t mark)
{
	pppoe_packet_end(w, mark);
	add_action(host, PPPOE_HOST_SEND)->frame = writer_written(w);
}

static void write_request_tags(const struct pppoe_host *host, struct writer *w)
{
	/* RFC 2516 section 5.1, 5.3: "exactly one TAG of TAG_TYPE Service-Name". */
	pppoe_tag_write(w, PPPOE_TAG_SERVICE_NAME, wanted_service(host));
	if (!host->config.without_host_uniq)
		pppoe_tag_write(w, PPPOE_TAG_HOST_UNIQ,
				bytes_of(host->host_uniq, host->host_uniq_length));
	if (host->config.max_payload > 0)
		pppoe_tag_write_max_payload(w, host->config.max_payload);
}

static void write_relay_session_id(const struct pppoe_host *host, struct writer *w)
{
	if (host->has_relay_session_id)
		pppoe_tag_write(w, PPPOE_TAG_RELAY_SESSION_ID,
				bytes_of(host->relay_session_id, host->relay_session_id_length));
}

static void send_padi(struct pppoe_host *host)
{
	struct writer w = writer_of(host->frame, sizeof(host->frame));
	ethernet_write(&w, MAC_BROADCAST, host->config.address, ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADI, 0);
	write_request_tags(host, &w);
	send_frame(host, &w, mark);
}

static void send_padr(struct pppoe_host *host)
{
	struct writer w = writer_of(host->frame, sizeof(host->frame));
	ethernet_write(&w, host->session.concentrator, host->config.address,
		       ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADR, 0);
	write_request_tags(host, &w);
	/* Appendix A: both "MUST" come back "unmodified". */
	if (host->has_cookie)
		pppoe_tag_write(&w, PPPOE_TAG_AC_COOKIE,
				bytes_of(host->cookie, host->cookie_length));
	write_relay_session_id(host, &w);
	send_frame(host, &w, mark);
}

static void send_padt(struct pppoe_host *host, const char *reason)
{
	struct writer w = writer_of(host->frame, sizeof(host->frame));
	ethernet_write(&w, host->session.concentrator, host->config.address,
		       ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADT, host->session.id);
	write_relay_session_id(host, &w);
	struct bytes words = bytes_head(bytes_of_text(reason), PPPOE_NAME_MAX);
	if (words.length > 0)
		pppoe_tag_write(&w, PPPOE_TAG_GENERIC_ERROR, words);
	send_frame(host, &w, mark);
}

/* Sets the time of the next repetition: an eighth more or less, so that hosts don't march in step.
 */
static void wait_for_reply(struct pppoe_host *host, mono_us now)
{
	uint32_t eighth = host->retry_ms / 8;
	uint32_t wait_ms = host->retry_ms - eighth + random_below(host->random, 2 * eighth + 1);
	host->deadline = mono_after_ms(now, wait_ms);
	host->sent++;

	uint32_t most = host->config.retry_max_ms;
	host->retry_ms = host->retry_ms > most / 2 ? most : host->retry_ms * 2;
}

static void begin_stage(struct pppoe_host *host, enum pppoe_host_state state)
{
	host->state = state;
	host->sent = 0;
	host->retry_ms = host->config.retry_min_ms;
}

static void choose_host_uniq(struct pppoe_host *host)
{
	host->host_uniq_length = host->config.host_uniq_length;
	memcpy(host->host_uniq, host->config.host_uniq, host->host_uniq_length);
	if (host->host_uniq_length > 0)
		return;
	host->host_uniq_length = OWN_HOST_UNIQ_LENGTH;
	random_bytes(host->random, host->host_uniq, OWN_HOST_UNIQ_LENGTH);
}

void pppoe_host_open(struct pppoe_host *host, mono_us now)
{
	forget_actions(host);
	if (host->state != PPPOE_HOST_IDLE)
		return;
	host->session = (struct pppoe_session){ .max_payload = PPPOE_MAX_PAYLOAD_DEFAULT };
	host->has_cookie = false;
	host->has_relay_session_id = false;
	host->failure = PPPOE_FAILURE_NO_PADO;
	host->words[0] = '\0';
	choose_host_uniq(host);
	begin_stage(host, PPPOE_HOST_PADI_SENT);
	send_padi(host);
	wait_for_reply(host, now);
}

void pppoe_host_adopt(struct pppoe_host *host, const struct pppoe_session *session)
{
	forget_actions(host);
	if (host->state != PPPOE_HOST_IDLE)
		return;
	host->session = *session;
	host->has_cookie = false;
	host->has_relay_session_id = false;
	host->words[0] = '\0';
	host->state = PPPOE_HOST_OPEN;
	host->deadline = MONO_NEVER;
}

void pppoe_host_close(struct pppoe_host *host, const char *reason)
{
	forget_actions(host);
	if (host->state == PPPOE_HOST_OPEN)
		send_padt(host, reason);
	host->state = PPPOE_HOST_IDLE;
	host->deadline = MONO_NEVER;
}

/* The failure that a packet's error tags tell of, PPPOE_FAILURE_NONE if it has none. */
static enum pppoe_failure refusal(const struct pppoe_tags *tags, struct bytes *ret_words)
{
	if (tags->service_name_error.present) {
		*ret_words = tags->service_name_error.value;
		return PPPOE_FAILURE_SERVICE_NAME;
	}
	if (tags->ac_system_error.present) {
		*ret_words = tags->ac_system_error.value;
		return PPPOE_FAILURE_AC_SYSTEM;
	}
	if (tags->generic_error.present) {
		*ret_words = tags->generic_error.value;
		return PPPOE_FAILURE_GENERIC;
	}
	return PPPOE_FAILURE_NONE;
}

static bool answers_us(const struct pppoe_host *host, const struct pppoe_tags *tags)
{
	if (host->config.without_host_uniq)
		return !tags->host_uniq.present;
	return tags->host_uniq.present &&
	       bytes_equal(tags->host_uniq.value,
			   bytes_of(host->host_uniq, host->host_uniq_length));
}

static bool is_wanted_concentrator(const struct pppoe_host *host, struct mac source,
				   const struct pppoe_tags *tags)
{
	const struct pppoe_host_config *config = &host->config;
	if (!mac_is_zero(config->concentrator_address) &&
	    !mac_equal(config->concentrator_address, source))
		return false;
	return pppoe_tags_name_concentrator(tags, bytes_of_text(config->concentrator_name));
}

/* Remembers an unusable PADO: what a wanted concentrator said outweighs whom else we heard. */
static void pass_over(struct pppoe_host *host, enum pppoe_failure failure, struct bytes words)
{
	if (failure == PPPOE_FAILURE_NO_MATCH && host->failure != PPPOE_FAILURE_NO_PADO &&
	    host->failure != PPPOE_FAILURE_NO_MATCH)
		return;
	host->failure = failure;
	keep_words(host, words);
}

static void take_pado(struct pppoe_host *host, struct mac source, const struct pppoe_tags *tags,
		      mono_us now)
{
	struct pppoe_session *session = &host->session;
	session->concentrator = source;
	text_copy_peer(session->concentrator_name, sizeof(session->concentrator_name),
		       tags->ac_name.value);
	text_copy_peer(session->service_name, sizeof(session->service_name),
		       wanted_service(host).length > 0 ? wanted_service(host)
						       : tags->service_name.value);

	struct reader cookie = reader_of(tags->ac_cookie.value);
	host->has_cookie = tags->ac_cookie.present;
	host->cookie_length = cookie.left;
	reader_copy(&cookie, host->cookie, host->cookie_length);

	struct reader relay = reader_of(tags->relay_session_id.value);
	host->has_relay_session_id = tags->relay_session_id.present;
	host->relay_session_id_length = relay.left;
	reader_copy(&relay, host->relay_session_id, host->relay_session_id_length);

	host->words[0] = '\0';
	begin_stage(host, PPPOE_HOST_PADR_SENT);
	add_action(host, PPPOE_HOST_PADO_TAKEN);
	send_padr(host);
	wait_for_reply(host, now);
}

static void receive_pado(struct pppoe_host *host, struct mac source,
			 const struct pppoe_packet *packet, mono_us now)
{
	struct pppoe_tags tags;
	struct bytes words;
	if (host->state != PPPOE_HOST_PADI_SENT) {
		drop(host, PPPOE_DROP_STATE);
		return;
	}
	if (packet->session_id != 0) {
		drop(host, PPPOE_DROP_SESSION);
		return;
	}
	if (!pppoe_tags_read(packet->payload, &tags)) {
		drop(host, PPPOE_DROP_TAGS);
		return;
	}
	if (!answers_us(host, &tags)) {
		drop(host, PPPOE_DROP_HOST_UNIQ);
		return;
	}
	if (!is_wanted_concentrator(host, source, &tags)) {
		drop(host, PPPOE_DROP_FILTER);
		pass_over(host, PPPOE_FAILURE_NO_MATCH, tags.ac_name.value);
		return;
	}
	enum pppoe_failure failure = refusal(&tags, &words);
	if (failure != PPPOE_FAILURE_NONE) {
		drop(host, PPPOE_DROP_REFUSAL);
		pass_over(host, failure, words);
		return;
	}
	/* RFC 2516 section 5.2: a PADO "MUST contain" AC-Name and Service-Name. */
	if (!tags.ac_name.present || !tags.service_name.present) {
		drop(host, PPPOE_DROP_TAGS);
		return;
	}
	if (!pppoe_tags_offer_service(&tags, wanted_service(host))) {
		drop(host, PPPOE_DROP_FILTER);
		pass_over(host, PPPOE_FAILURE_NO_MATCH, tags.ac_name.value);
		return;
	}
	take_pado(host, source, &tags, now);
}

/* RFC 4638: beyond 1492 only if both name it; a lesser answer than 1492 says nothing. */
static uint16_t agreed_max_payload(const struct pppoe_host *host, const struct pppoe_tags *tags)
{
	uint16_t ours = host->config.max_payload;
	uint16_t theirs = pppoe_tags_max_payload(tags);
	uint16_t lesser = ours < theirs ? ours : theirs;
	return lesser > PPPOE_MAX_PAYLOAD_DEFAULT ? lesser : PPPOE_MAX_PAYLOAD_DEFAULT;
}

static void take_pads(struct pppoe_host *host, uint16_t session_id, const struct pppoe_tags *tags)
{
	struct pppoe_session *session = &host->session;
	session->id = session_id;
	session->max_payload = agreed_max_payload(host, tags);
	if (tags->service_name.present)
		text_copy_peer(session->service_name, sizeof(session->service_name),
			       tags->service_name.value);
	host->state = PPPOE_HOST_OPEN;
	host->deadline = MONO_NEVER;
	add_action(host, PPPOE_HOST_OPENED);
}

static void receive_pads(struct pppoe_host *host, struct mac source,
			 const struct pppoe_packet *packet)
{
	struct pppoe_tags tags;
	struct bytes words;
	if (host->state != PPPOE_HOST_PADR_SENT) {
		drop(host, PPPOE_DROP_STATE);
		return;
	}
	if (!mac_equal(source, host->session.concentrator)) {
		drop(host, PPPOE_DROP_ADDRESS);
		return;
	}
	/*
	 * RFC 2516 section 5.4: "exactly one TAG of TAG_TYPE Service-Name".  Two leave open which
	 * service it is; none is borne, for what we asked for is then meant.
	 */
	if (!pppoe_tags_read(packet->payload, &tags) || tags.service_names > 1) {
		drop(host, PPPOE_DROP_TAGS);
		return;
	}
	if (!answers_us(host, &tags)) {
		drop(host, PPPOE_DROP_HOST_UNIQ);
		return;
	}
	enum pppoe_failure failure = refusal(&tags, &words);
	if (failure != PPPOE_FAILURE_NONE) {
		keep_words(host, words);
		fail(host, failure);
		return;
	}
	/* Section 4: 0xffff is "reserved for future use and MUST NOT be used". */
	if (packet->session_id == 0 || packet->session_id == 0xffff) {
		fail(host, PPPOE_FAILURE_SESSION_ZERO);
		return;
	}
	take_pads(host, packet->session_id, &tags);
}

static void receive_padt(struct pppoe_host *host, struct mac source,
			 const struct pppoe_packet *packet)
{
	struct pppoe_tags tags;
	if (host->state != PPPOE_HOST_OPEN) {
		drop(host, PPPOE_DROP_STATE);
		return;
	}
	if (!mac_equal(source, host->session.concentrator)) {
		drop(host, PPPOE_DROP_ADDRESS);
		return;
	}
	if (packet->session_id != host->session.id) {
		drop(host, PPPOE_DROP_SESSION);
		return;
	}
	/* Section 5.5: "No TAGs are required", so malformed ones don't make the session live on. */
	if (pppoe_tags_read(packet->payload, &tags))
		keep_words(host, tags.generic_error.value);
	fail(host, PPPOE_FAILURE_PADT);
}

static bool read_header(struct pppoe_host *host, const struct ethernet_frame *ethernet,
			struct pppoe_packet *ret_packet)
{
	switch (pppoe_packet_read(ethernet->payload, ret_packet)) {
	case PPPOE_READ_SHORT:
		drop(host, PPPOE_DROP_SHORT);
		return false;
	case PPPOE_READ_VERSION:
		drop(host, PPPOE_DROP_VERSION);
		return false;
	case PPPOE_READ_LENGTH:
		drop(host, PPPOE_DROP_LENGTH);
		return false;
	case PPPOE_READ_OK:
		break;
	}
	uint8_t code = ret_packet->code;
	if (code != PPPOE_PADO && code != PPPOE_PADS && code != PPPOE_PADT) {
		drop(host, PPPOE_DROP_CODE);
		return false;
	}
	/* Sections 5.2, 5.4, 5.5: PADO, PADS and PADT are unicast, both ways. */
	if (!mac_equal(ethernet->destination, host->config.address) ||
	    mac_is_group(ethernet->source) || mac_is_zero(ethernet->source)) {
		drop(host, PPPOE_DROP_ADDRESS);
		return false;
	}
	return true;
}

void pppoe_host_receive(struct pppoe_host *host, struct bytes frame, mono_us now)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	forget_actions(host);
	if (!ethernet_read(frame, &ethernet)) {
		drop(host, PPPOE_DROP_SHORT);
		return;
	}
	if (ethernet.type != ETHERNET_PPPOE_DISCOVERY || !read_header(host, &ethernet, &packet))
		return;
	if (packet.code == PPPOE_PADO)
		receive_pado(host, ethernet.source, &packet, now);
	else if (packet.code == PPPOE_PADS)
		receive_pads(host, ethernet.source, &packet);
	else
		receive_padt(host, ethernet.source, &packet);
}

void pppoe_host_tick(struct pppoe_host *host, mono_us now)
{
	forget_actions(host);
	if (now < host->deadline)
		return;
	bool again = host->sent < host->config.attempts;
	switch (host->state) {
	case PPPOE_HOST_PADI_SENT:
		if (!again) {
			fail(host, host->failure);
			return;
		}
		send_padi(host);
		break;
	case PPPOE_HOST_PADR_SENT:
		if (!again) {
			fail(host, PPPOE_FAILURE_NO_PADS);
			return;
		}
		send_padr(host);
		break;
	case PPPOE_HOST_IDLE:
	case PPPOE_HOST_OPEN:
		return;
	}
	wait_for_reply(host, now);
}

mono_us pppoe_host_deadline(const struct pppoe_host *host)
{
	return host->deadline;
}

bool pppoe_host_next_action(struct pppoe_host *host, struct pppoe_host_action *ret_action)
{
	if (host->actions_taken == host->actions_made)
		return false;
	*ret_action = host->actions[host->actions_taken++];
	return true;
}

enum pppoe_host_state pppoe_host_state(const struct pppoe_host *host)
{
	return host->state;
}

const struct pppoe_session *pppoe_host_session(const struct pppoe_host *host)
{
	return &host->session;
}

uint64_t pppoe_host_drops(const struct pppoe_host *host, enum pppoe_drop reason)
{
	return reason < PPPOE_DROP_COUNT ? host->drops[reason] : 0;
}

const char *pppoe_drop_name(enum pppoe_drop reason)
{
	switch (reason) {
	case PPPOE_DROP_SHORT:
		return "short";
	case PPPOE_DROP_VERSION:
		return "version";
	case PPPOE_DROP_LENGTH:
		return "length";
	case PPPOE_DROP_TAGS:
		return "tags";
	case PPPOE_DROP_ADDRESS:
		return "address";
	case PPPOE_DROP_CODE:
		return "code";
	case PPPOE_DROP_HOST_UNIQ:
		return "host-uniq";
	case PPPOE_DROP_FILTER:
		return "filter";
	case PPPOE_DROP_REFUSAL:
		return "refusal";
	case PPPOE_DROP_STATE:
		return "state";
	case PPPOE_DROP_SESSION:
		return "session";
	case PPPOE_DROP_COUNT:
		break;
	}
	return "unknown";
}
