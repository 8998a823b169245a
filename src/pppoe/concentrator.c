/* SPDX-License-Identifier: BSD-2-Clause */
#include "pppoe/concentrator.h"

#include "base/text.h"
#include "crypto/digest.h"

#define NO_SLOT UINT32_MAX
#define PADI_TOKEN 1000000u /* one PADI's price: tokens flow in at padi_rate a microsecond */
#define COOKIE_LENGTH (PPPOE_COOKIE_NONCE_LENGTH + PPPOE_COOKIE_HASH_LENGTH)

struct host {
	struct mac mac;
	uint32_t port;
};

struct pppoe_concentrator_config pppoe_concentrator_config_default(struct mac address)
{
	return (struct pppoe_concentrator_config){
		.address = { address },
		.name = "dialtone",
		.sessions_max = 256,
		.cookie_key_ms = 60000,
	};
}

static void bound_config(struct pppoe_concentrator_config *config)
{
	if (config->sessions_max > PPPOE_SESSIONS_MAX)
		config->sessions_max = PPPOE_SESSIONS_MAX;
	if (config->service_count > PPPOE_SERVICES_MAX)
		config->service_count = PPPOE_SERVICES_MAX;
	if (config->cookie_key_ms == 0)
		config->cookie_key_ms = 60000;
	config->name[PPPOE_NAME_MAX] = '\0';
	config->message[PPPOE_NAME_MAX] = '\0';
	config->url[PPPOE_NAME_MAX] = '\0';
	if (config->first_id == UINT16_MAX)
		config->first_id = 0;
	for (unsigned i = 0; i < config->service_count; i++)
		config->services[i][PPPOE_NAME_MAX] = '\0';
}

void pppoe_concentrator_init(struct pppoe_concentrator *c,
			     const struct pppoe_concentrator_config *config,
			     struct pppoe_slot *slots, struct random *random)
{
	memset(c, 0, sizeof(*c));
	c->config = *config;
	bound_config(&c->config);
	c->random = random;
	c->slots = slots;
	c->slot_count = c->config.sessions_max;
	c->next_id = c->config.first_id ? c->config.first_id : (uint16_t)random_u32(random);
	c->host_salt = random_u64(random);
	for (size_t i = 0; i < PPPOE_HOST_BUCKETS; i++)
		c->slot_of_host[i] = NO_SLOT;

	c->free_first = c->slot_count > 0 ? 0 : NO_SLOT;
	c->free_last = c->slot_count > 0 ? c->slot_count - 1 : NO_SLOT;
	for (uint32_t i = 0; i < c->slot_count; i++)
		slots[i] = (struct pppoe_slot){ .next = i + 1 < c->slot_count ? i + 1 : NO_SLOT };
}

static void forget_actions(struct pppoe_concentrator *c)
{
	c->actions_made = 0;
	c->actions_taken = 0;
	c->releasing = false;
}

static struct pppoe_concentrator_action *add_action(struct pppoe_concentrator *c,
						    enum pppoe_concentrator_action_kind kind)
{
	struct pppoe_concentrator_action *action = &c->actions[c->actions_made++];
	*action = (struct pppoe_concentrator_action){ .kind = kind, .words = "" };
	return action;
}

static void add_frame(struct pppoe_concentrator *c, uint32_t port, struct bytes frame)
{
	struct pppoe_concentrator_action *action = add_action(c, PPPOE_CONCENTRATOR_SEND);
	action->port = port;
	action->frame = frame;
}

static void drop(struct pppoe_concentrator *c, enum pppoe_concentrator_drop reason)
{
	c->drops[reason]++;
}

/*
 * AC-Cookie: "can uniquely regenerate the TAG_VALUE based on the PADR SOURCE_ADDR" (RFC 2516
 * appendix A), with no memory of the PADI.
 *
 *	+--------------------+-------------------------------------------+
 *	| nonce, 8           | HMAC(key, nonce, host, port), first 16    |
 *	+--------------------+-------------------------------------------+
 */
static void cookie_hash(const uint8_t key[32], struct bytes nonce, struct host host,
			uint8_t ret_hash[DIGEST_SHA256_LENGTH])
{
	struct bytes parts[] = { nonce, bytes_of(host.mac.byte, sizeof(host.mac.byte)),
				 bytes_of(&host.port, sizeof(host.port)) };
	digest_hmac_sha256(ret_hash, bytes_of(key, 32), parts, 3);
}

/* Done before a key's use, so that no timer is needed. */
static void rotate_keys(struct pppoe_concentrator *c, mono_us now)
{
	if (c->keyed && now < c->key_until)
		return;
	mono_us period = mono_after_ms(0, c->config.cookie_key_ms);
	if (c->keyed && now < c->key_until + period) {
		memcpy(c->key[1], c->key[0], sizeof(c->key[1]));
		c->key_until += period;
	} else {
		/* Even the younger key has outlived its time. */
		random_bytes(c->random, c->key[1], sizeof(c->key[1]));
		c->key_until = now + period;
	}
	random_bytes(c->random, c->key[0], sizeof(c->key[0]));
	c->keyed = true;
}

static void write_cookie(struct pppoe_concentrator *c, struct writer *w, struct host host,
			 mono_us now)
{
	uint8_t cookie[PPPOE_COOKIE_NONCE_LENGTH + DIGEST_SHA256_LENGTH];
	rotate_keys(c, now);
	random_bytes(c->random, cookie, PPPOE_COOKIE_NONCE_LENGTH);
	struct bytes nonce = bytes_of(cookie, PPPOE_COOKIE_NONCE_LENGTH);
	cookie_hash(c->key[0], nonce, host, cookie + PPPOE_COOKIE_NONCE_LENGTH);
	pppoe_tag_write(w, PPPOE_TAG_AC_COOKIE, bytes_of(cookie, COOKIE_LENGTH));
}

/* Whether we made the cookie for this host, and not too long ago. */
static bool cookie_is_ours(struct pppoe_concentrator *c, const struct pppoe_tag *cookie,
			   struct host host, mono_us now, struct bytes *ret_hash)
{
	struct reader r = reader_of(cookie->value);
	struct bytes nonce = reader_bytes(&r, PPPOE_COOKIE_NONCE_LENGTH);
	struct bytes theirs = reader_bytes(&r, PPPOE_COOKIE_HASH_LENGTH);
	if (!cookie->present || r.failed || r.left > 0)
		return false;
	rotate_keys(c, now);
	for (size_t i = 0; i < 2; i++) {
		uint8_t ours[DIGEST_SHA256_LENGTH];
		cookie_hash(c->key[i], nonce, host, ours);
		if (digest_equal(ours, theirs.data, PPPOE_COOKIE_HASH_LENGTH)) {
			*ret_hash = theirs;
			return true;
		}
	}
	return false;
}

/* The sessions of a host hang in one bucket of a hash table, linked through their slots. */
static uint64_t hash_of(const struct pppoe_concentrator *c, struct mac mac)
{
	struct reader r = reader_of(bytes_of(mac.byte, sizeof(mac.byte)));
	uint64_t address = reader_u32(&r);
	address = address << 16 | reader_u16(&r);
	return ((address ^ c->host_salt) * 0x9e3779b97f4a7c15u) >> 40;
}

static uint32_t *bucket_of(struct pppoe_concentrator *c, struct mac mac)
{
	return &c->slot_of_host[hash_of(c, mac) % PPPOE_HOST_BUCKETS];
}

static bool is_of(const struct pppoe_slot *slot, struct host host)
{
	return mac_equal(slot->host, host.mac) && slot->port == host.port;
}

static bool host_share_is_full(struct pppoe_concentrator *c, struct host host)
{
	if (c->config.sessions_per_mac == 0)
		return false;
	unsigned sessions = 0;
	for (uint32_t i = *bucket_of(c, host.mac); i != NO_SLOT; i = c->slots[i].next)
		if (is_of(&c->slots[i], host))
			sessions++;
	return sessions >= c->config.sessions_per_mac;
}

/* The session that the same PADR has opened before, NO_SLOT if there is none. */
static uint32_t find_repetition(struct pppoe_concentrator *c, struct host host, struct bytes hash)
{
	for (uint32_t i = *bucket_of(c, host.mac); i != NO_SLOT; i = c->slots[i].next) {
		const struct pppoe_slot *slot = &c->slots[i];
		if (is_of(slot, host) &&
		    digest_equal(slot->cookie_hash, hash.data, sizeof(slot->cookie_hash)))
			return i;
	}
	return NO_SLOT;
}

/* A counter: an id that was just freed is the last to come again. */
static uint16_t choose_id(struct pppoe_concentrator *c)
{
	if (c->config.random_ids)
		c->next_id = (uint16_t)random_u32(c->random);
	while (c->next_id == 0 || c->next_id == 0xffff || c->slot_of_id[c->next_id] != 0)
		c->next_id++;
	return c->next_id++;
}

/* Only while there are free slots, and so free ids. */
static uint32_t take_slot(struct pppoe_concentrator *c, struct host host)
{
	uint32_t index = c->free_first;
	struct pppoe_slot *slot = &c->slots[index];
	uint32_t *bucket = bucket_of(c, host.mac);
	c->free_first = slot->next;
	if (c->free_first == NO_SLOT)
		c->free_last = NO_SLOT;
	*slot = (struct pppoe_slot){
		.session_id = choose_id(c),
		.host = host.mac,
		.port = host.port,
		.next = *bucket,
	};
	*bucket = index;
	c->slot_of_id[slot->session_id] = (uint16_t)(index + 1);
	c->slots_used++;
	return index;
}

static void free_slot(struct pppoe_concentrator *c, uint32_t index)
{
	struct pppoe_slot *slot = &c->slots[index];
	uint32_t *link = bucket_of(c, slot->host);
	while (*link != index)
		link = &c->slots[*link].next;
	*link = slot->next;
	c->slot_of_id[slot->session_id] = 0;
	c->slots_used--;

	*slot = (struct pppoe_slot){ .next = NO_SLOT };
	if (c->free_last == NO_SLOT)
		c->free_first = index;
	else
		c->slots[c->free_last].next = index;
	c->free_last = index;
}

/* False if we don't have the service. */
static bool find_service(const struct pppoe_concentrator *c, struct bytes name,
			 uint8_t *ret_service)
{
	/* RFC 2516 appendix A: length zero means that any service will do; it gets the first. */
	*ret_service = 0;
	if (name.length == 0)
		return true;
	for (unsigned i = 0; i < c->config.service_count; i++) {
		if (bytes_equal(name, bytes_of_text(c->config.services[i]))) {
			*ret_service = (uint8_t)i;
			return true;
		}
	}
	*ret_service = (uint8_t)c->config.service_count;
	return c->config.any_service;
}

/* RFC 4638: beyond 1492 only if both sides name it; 0 if they don't. */
static uint16_t agreed_max_payload(const struct pppoe_concentrator *c, uint16_t theirs)
{
	uint16_t ours = c->config.max_payload;
	uint16_t lesser = ours < theirs ? ours : theirs;
	return lesser > PPPOE_MAX_PAYLOAD_DEFAULT ? lesser : 0;
}

static size_t begin_frame(struct pppoe_concentrator *c, struct writer *w, struct host host,
			  enum pppoe_code code, uint16_t session_id)
{
	*w = writer_of(c->frame, sizeof(c->frame));
	ethernet_write(w, host.mac, c->config.address[port_interface(host.port)],
		       ETHERNET_PPPOE_DISCOVERY);
	return pppoe_packet_begin(w, (uint8_t)code, session_id);
}

/* Tags that have to come back "unmodified" in every reply (RFC 2516 appendix A). */
static void return_tags(struct writer *w, const struct pppoe_tags *request)
{
	pppoe_tag_return(w, PPPOE_TAG_HOST_UNIQ, &request->host_uniq);
	pppoe_tag_return(w, PPPOE_TAG_RELAY_SESSION_ID, &request->relay_session_id);
}

/* "any number of other Service-Name TAGs" (RFC 2516 section 5.2): as many as there is room for. */
static void write_other_services(const struct pppoe_concentrator *c, struct writer *w,
				 struct bytes asked)
{
	for (unsigned i = 0; i < c->config.service_count; i++) {
		struct bytes service = bytes_of_text(c->config.services[i]);
		if (bytes_equal(service, asked))
			continue;
		struct writer before = *w;
		pppoe_tag_write(w, PPPOE_TAG_SERVICE_NAME, service);
		if (w->failed)
			*w = before;
	}
}

/* Writes a PADO to c->frame; empty if what must be returned is too long for a frame. */
static struct bytes make_pado(struct pppoe_concentrator *c, struct host host,
			      const struct pppoe_tags *request, uint16_t host_max_payload,
			      mono_us now)
{
	struct writer w;
	size_t mark = begin_frame(c, &w, host, PPPOE_PADO, 0);
	pppoe_tag_write(&w, PPPOE_TAG_AC_NAME, bytes_of_text(c->config.name));
	pppoe_tag_write(&w, PPPOE_TAG_SERVICE_NAME, request->service_name.value);
	write_cookie(c, &w, host, now);
	return_tags(&w, request);
	uint16_t max_payload = agreed_max_payload(c, host_max_payload);
	if (max_payload > 0)
		pppoe_tag_write_max_payload(&w, max_payload);
	if (!w.failed)
		write_other_services(c, &w, request->service_name.value);
	pppoe_packet_end(&w, mark);
	return writer_written(&w);
}

static void send_pado(struct pppoe_concentrator *c, struct host host,
		      const struct pppoe_tags *request, mono_us now)
{
	uint16_t max_payload = pppoe_tags_max_payload(request);
	struct bytes frame = make_pado(c, host, request, max_payload, now);
	if (frame.length > 0)
		add_frame(c, host.port, frame);
	else
		drop(c, PPPOE_CONCENTRATOR_DROP_FRAME);
}

/* Takes the oldest waiting PADO out of the queue and makes it. */
static struct bytes make_waiting_pado(struct pppoe_concentrator *c, mono_us now, uint32_t *ret_port)
{
	const struct pppoe_waiting_pado *waiting = &c->waiting[c->waiting_first];
	const struct host host = { waiting->host, waiting->port };
	struct pppoe_tags request = {
		.service_name = { true, bytes_of(waiting->service_name, waiting->service_length) },
		.host_uniq = { waiting->has_host_uniq,
			       bytes_of(waiting->host_uniq, waiting->host_uniq_length) },
		.relay_session_id = { waiting->has_relay_session_id,
				      bytes_of(waiting->relay_session_id,
					       waiting->relay_session_id_length) },
	};
	c->waiting_first = (c->waiting_first + 1) % PPPOE_PADO_QUEUE;
	c->waiting_count--;
	*ret_port = host.port;
	return make_pado(c, host, &request, waiting->max_payload, now);
}

static uint8_t keep(uint8_t *to, struct bytes bytes)
{
	struct reader r = reader_of(bytes);
	reader_copy(&r, to, bytes.length);
	return (uint8_t)bytes.length;
}

/* The queue has room, and request's tags fit into its entry. */
static void queue_pado(struct pppoe_concentrator *c, struct host host,
		       const struct pppoe_tags *request, mono_us now)
{
	unsigned last = (c->waiting_first + c->waiting_count++) % PPPOE_PADO_QUEUE;
	struct pppoe_waiting_pado *waiting = &c->waiting[last];
	waiting->due = mono_after_ms(now, c->config.pado_delay_ms);
	waiting->host = host.mac;
	waiting->port = host.port;
	waiting->max_payload = pppoe_tags_max_payload(request);
	waiting->has_host_uniq = request->host_uniq.present;
	waiting->has_relay_session_id = request->relay_session_id.present;
	waiting->service_length = keep(waiting->service_name, request->service_name.value);
	waiting->host_uniq_length = keep(waiting->host_uniq, request->host_uniq.value);
	waiting->relay_session_id_length =
		keep(waiting->relay_session_id, request->relay_session_id.value);
}

static bool fits_queue(const struct pppoe_tags *request)
{
	return request->service_name.value.length <= PPPOE_NAME_MAX &&
	       request->host_uniq.value.length <= PPPOE_HOST_UNIQ_MAX &&
	       request->relay_session_id.value.length <= PPPOE_RELAY_SESSION_ID_MAX;
}

/* So that one host that asks without end leaves the others' share alone. */
static bool host_is_within_rate(struct pppoe_concentrator *c, struct host host, mono_us now)
{
	if (c->config.padi_rate_per_mac == 0)
		return true;
	uint32_t hash = (uint32_t)hash_of(c, host.mac) ^ host.port;
	struct pppoe_padi_meter *meter = &c->padi_meters[hash % PPPOE_PADI_METERS];
	uint32_t second = (uint32_t)(now / 1000000);
	if (meter->second != second || meter->host != hash)
		*meter = (struct pppoe_padi_meter){ hash, second, 0 };
	return meter->count++ < c->config.padi_rate_per_mac;
}

/* Takes a token; false if this second's are used up. */
static bool padi_is_within_rate(struct pppoe_concentrator *c, mono_us now)
{
	uint64_t rate = c->config.padi_rate;
	if (rate == 0)
		return true;
	uint64_t most = rate * PADI_TOKEN;
	mono_us passed = now - c->padi_filled;
	if (!c->padi_metered || passed >= PADI_TOKEN) {
		c->padi_tokens = most;
	} else if (passed > 0) {
		c->padi_tokens += rate * (uint64_t)passed;
		if (c->padi_tokens > most)
			c->padi_tokens = most;
	}
	c->padi_metered = true;
	c->padi_filled = now;
	if (c->padi_tokens < PADI_TOKEN)
		return false;
	c->padi_tokens -= PADI_TOKEN;
	return true;
}

/* PADI and PADR: "exactly one TAG of TAG_TYPE Service-Name" (RFC 2516 sections 5.1, 5.3). */
static bool read_request(const struct pppoe_packet *packet, struct pppoe_tags *ret_request)
{
	return packet->session_id == 0 && pppoe_tags_read(packet->payload, ret_request) &&
	       ret_request->service_names == 1;
}

/* Whether a new session may begin; else the PADI is dropped, and counted. */
static bool may_answer(struct pppoe_concentrator *c, struct host host, mono_us now)
{
	if (c->slots_used == c->slot_count || host_share_is_full(c, host))
		drop(c, PPPOE_CONCENTRATOR_DROP_FULL);
	else if (c->busy)
		drop(c, PPPOE_CONCENTRATOR_DROP_BUSY);
	else if (!host_is_within_rate(c, host, now) || !padi_is_within_rate(c, now))
		drop(c, PPPOE_CONCENTRATOR_DROP_RATE);
	else
		return true;
	return false;
}

static void receive_padi(struct pppoe_concentrator *c, struct host host,
			 const struct pppoe_packet *packet, mono_us now)
{
	struct pppoe_tags request;
	uint8_t service;
	if (!read_request(packet, &request)) {
		drop(c, PPPOE_CONCENTRATOR_DROP_FRAME);
		return;
	}
	/* "If the Access Concentrator can not serve the PADI it MUST NOT respond" (section 5.2). */
	if (!find_service(c, request.service_name.value, &service)) {
		drop(c, PPPOE_CONCENTRATOR_DROP_SERVICE);
		return;
	}
	if (!may_answer(c, host, now))
		return;
	/* Tags too long for the queue are answered at once: a delay is a courtesy, no promise. */
	if (c->config.pado_delay_ms == 0 || !fits_queue(&request)) {
		send_pado(c, host, &request, now);
		return;
	}
	if (c->waiting_count == PPPOE_PADO_QUEUE) {
		uint32_t port;
		struct bytes frame = make_waiting_pado(c, now, &port);
		add_frame(c, port, frame);
	}
	queue_pado(c, host, &request, now);
}

/* Sends a PADS that opens `slot`; false if what must be returned is too long for a frame. */
static bool send_pads(struct pppoe_concentrator *c, const struct pppoe_slot *slot,
		      const struct pppoe_tags *request)
{
	struct writer w;
	const struct host host = { slot->host, slot->port };
	size_t mark = begin_frame(c, &w, host, PPPOE_PADS, slot->session_id);
	pppoe_tag_write(&w, PPPOE_TAG_SERVICE_NAME, request->service_name.value);
	return_tags(&w, request);
	if (slot->max_payload > PPPOE_MAX_PAYLOAD_DEFAULT)
		pppoe_tag_write_max_payload(&w, slot->max_payload);
	pppoe_packet_end(&w, mark);
	if (w.failed)
		return false;
	add_frame(c, slot->port, writer_written(&w));
	return true;
}

/* PADM: a message and an address for a browser (draft-carrel-info-pppoe-ext section 2). */
static void send_message(struct pppoe_concentrator *c, const struct pppoe_slot *slot)
{
	struct writer w = writer_of(c->message_frame, sizeof(c->message_frame));
	if (c->config.message[0] == '\0' && c->config.url[0] == '\0')
		return;
	ethernet_write(&w, slot->host, c->config.address[port_interface(slot->port)],
		       ETHERNET_PPPOE_DISCOVERY);
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADM, slot->session_id);
	if (c->config.message[0] != '\0')
		pppoe_tag_write(&w, PPPOE_TAG_MOTM, bytes_of_text(c->config.message));
	if (c->config.url[0] != '\0')
		pppoe_tag_write(&w, PPPOE_TAG_HURL, bytes_of_text(c->config.url));
	pppoe_packet_end(&w, mark);
	add_frame(c, slot->port, writer_written(&w));
}

/* "In this case the SESSION_ID MUST be set to 0x0000" (RFC 2516 section 5.4). */
static void refuse(struct pppoe_concentrator *c, struct host host, const struct pppoe_tags *request,
		   enum pppoe_tag_type error, const char *words)
{
	struct writer w;
	size_t mark = begin_frame(c, &w, host, PPPOE_PADS, 0);
	pppoe_tag_write(&w, PPPOE_TAG_SERVICE_NAME, request->service_name.value);
	return_tags(&w, request);
	pppoe_tag_write(&w, error, bytes_of_text(words));
	pppoe_packet_end(&w, mark);
	if (w.failed)
		drop(c, PPPOE_CONCENTRATOR_DROP_FRAME);
	else
		add_frame(c, host.port, writer_written(&w));
}

static void open_session(struct pppoe_concentrator *c, struct host host,
			 const struct pppoe_tags *request, uint8_t service, struct bytes hash)
{
	uint32_t index = take_slot(c, host);
	struct pppoe_slot *slot = &c->slots[index];
	struct reader r = reader_of(hash);
	uint16_t agreed = agreed_max_payload(c, pppoe_tags_max_payload(request));
	slot->service = service;
	slot->max_payload = agreed > 0 ? agreed : PPPOE_MAX_PAYLOAD_DEFAULT;
	reader_copy(&r, slot->cookie_hash, sizeof(slot->cookie_hash));
	if (!send_pads(c, slot, request)) {
		free_slot(c, index);
		drop(c, PPPOE_CONCENTRATOR_DROP_FRAME);
		return;
	}
	send_message(c, slot);
	struct pppoe_concentrator_action *action = add_action(c, PPPOE_CONCENTRATOR_OPENED);
	action->slot = index;
	pppoe_tags_line_id(request, &action->circuit_id, &action->remote_id);
}

static void receive_padr(struct pppoe_concentrator *c, struct host host,
			 const struct pppoe_packet *packet, mono_us now)
{
	struct pppoe_tags request;
	struct bytes hash;
	uint8_t service;
	if (!read_request(packet, &request)) {
		drop(c, PPPOE_CONCENTRATOR_DROP_FRAME);
		return;
	}
	if (!cookie_is_ours(c, &request.ac_cookie, host, now, &hash)) {
		drop(c, PPPOE_CONCENTRATOR_DROP_COOKIE);
		return;
	}
	uint32_t repeated = find_repetition(c, host, hash);
	if (repeated != NO_SLOT) {
		if (!send_pads(c, &c->slots[repeated], &request))
			drop(c, PPPOE_CONCENTRATOR_DROP_FRAME);
		return;
	}
	if (c->busy) {
		drop(c, PPPOE_CONCENTRATOR_DROP_BUSY);
		return;
	}
	if (!find_service(c, request.service_name.value, &service)) {
		refuse(c, host, &request, PPPOE_TAG_SERVICE_NAME_ERROR, "no such service here");
		return;
	}
	if (c->slots_used == c->slot_count) {
		refuse(c, host, &request, PPPOE_TAG_AC_SYSTEM_ERROR, "no session is free");
		return;
	}
	if (host_share_is_full(c, host)) {
		refuse(c, host, &request, PPPOE_TAG_AC_SYSTEM_ERROR,
		       "no more sessions for this address");
		return;
	}
	open_session(c, host, &request, service, hash);
}

static void receive_padt(struct pppoe_concentrator *c, struct host host,
			 const struct pppoe_packet *packet)
{
	struct pppoe_tags tags;
	uint32_t slot;
	if (!pppoe_concentrator_find(c, host.port, host.mac, packet->session_id, &slot)) {
		drop(c, PPPOE_CONCENTRATOR_DROP_SESSION);
		return;
	}
	/* Section 5.5: "No TAGs are required", so malformed ones don't make the session live on. */
	c->words[0] = '\0';
	if (pppoe_tags_read(packet->payload, &tags))
		text_copy_peer(c->words, sizeof(c->words), tags.generic_error.value);
	free_slot(c, slot);
	struct pppoe_concentrator_action *action = add_action(c, PPPOE_CONCENTRATOR_CLOSED);
	action->slot = slot;
	action->words = c->words;
}

/* Some switches turn a broadcast PADI into a unicast for us. */
static bool concerns_us(const struct pppoe_concentrator *c, const struct ethernet_frame *ethernet,
			uint32_t port, uint8_t code)
{
	struct mac ours = c->config.address[port_interface(port)], from = ethernet->source;
	if (mac_is_group(from) || mac_is_zero(from) || mac_equal(from, ours))
		return false;
	return mac_equal(ethernet->destination, ours) ||
	       (code == PPPOE_PADI && mac_equal(ethernet->destination, MAC_BROADCAST));
}

void pppoe_concentrator_receive(struct pppoe_concentrator *c, uint32_t port, struct bytes frame,
				mono_us now)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	forget_actions(c);
	if (!ethernet_read(frame, &ethernet)) {
		drop(c, PPPOE_CONCENTRATOR_DROP_FRAME);
		return;
	}
	if (ethernet.type != ETHERNET_PPPOE_DISCOVERY)
		return;
	if (pppoe_packet_read(ethernet.payload, &packet) != PPPOE_READ_OK) {
		drop(c, PPPOE_CONCENTRATOR_DROP_FRAME);
		return;
	}
	if (packet.code != PPPOE_PADI && packet.code != PPPOE_PADR && packet.code != PPPOE_PADT) {
		drop(c, PPPOE_CONCENTRATOR_DROP_CODE);
		return;
	}
	const struct host host = { ethernet.source, port };
	if (!concerns_us(c, &ethernet, port, packet.code)) {
		drop(c, PPPOE_CONCENTRATOR_DROP_ADDRESS);
		return;
	}
	if (packet.code == PPPOE_PADI)
		receive_padi(c, host, &packet, now);
	else if (packet.code == PPPOE_PADR)
		receive_padr(c, host, &packet, now);
	else
		receive_padt(c, host, &packet);
}

void pppoe_concentrator_set_busy(struct pppoe_concentrator *c, bool busy)
{
	c->busy = busy;
}

void pppoe_concentrator_tick(struct pppoe_concentrator *c, mono_us now)
{
	forget_actions(c);
	c->released = now;
	c->releasing = true;
}

mono_us pppoe_concentrator_deadline(const struct pppoe_concentrator *c)
{
	return c->waiting_count > 0 ? c->waiting[c->waiting_first].due : MONO_NEVER;
}

void pppoe_concentrator_close(struct pppoe_concentrator *c, uint32_t slot, const char *reason)
{
	forget_actions(c);
	if (slot >= c->slot_count || c->slots[slot].session_id == 0)
		return;
	struct writer w;
	const struct host host = { c->slots[slot].host, c->slots[slot].port };
	size_t mark = begin_frame(c, &w, host, PPPOE_PADT, c->slots[slot].session_id);
	struct bytes words = bytes_head(bytes_of_text(reason), PPPOE_NAME_MAX);
	if (words.length > 0)
		pppoe_tag_write(&w, PPPOE_TAG_GENERIC_ERROR, words);
	pppoe_packet_end(&w, mark);
	add_frame(c, host.port, writer_written(&w));
	free_slot(c, slot);
}

bool pppoe_concentrator_find(const struct pppoe_concentrator *c, uint32_t port, struct mac host,
			     uint16_t id, uint32_t *ret_slot)
{
	if (c->slot_of_id[id] == 0)
		return false;
	uint32_t slot = c->slot_of_id[id] - 1u;
	if (!is_of(&c->slots[slot], (struct host){ host, port }))
		return false;
	*ret_slot = slot;
	return true;
}

static bool next_waiting_pado(struct pppoe_concentrator *c,
			      struct pppoe_concentrator_action *ret_action)
{
	if (!c->releasing || c->waiting_count == 0 || pppoe_concentrator_deadline(c) > c->released)
		return false;
	*ret_action = (struct pppoe_concentrator_action){
		.kind = PPPOE_CONCENTRATOR_SEND,
		.words = "",
	};
	ret_action->frame = make_waiting_pado(c, c->released, &ret_action->port);
	return true;
}

bool pppoe_concentrator_next_action(struct pppoe_concentrator *c,
				    struct pppoe_concentrator_action *ret_action)
{
	if (c->actions_taken == c->actions_made)
		return next_waiting_pado(c, ret_action);
	*ret_action = c->actions[c->actions_taken++];
	return true;
}

uint64_t pppoe_concentrator_drops(const struct pppoe_concentrator *c,
				  enum pppoe_concentrator_drop reason)
{
	return reason < PPPOE_CONCENTRATOR_DROP_COUNT ? c->drops[reason] : 0;
}

const char *pppoe_concentrator_drop_name(enum pppoe_concentrator_drop reason)
{
	switch (reason) {
	case PPPOE_CONCENTRATOR_DROP_FRAME:
		return "frame";
	case PPPOE_CONCENTRATOR_DROP_ADDRESS:
		return "address";
	case PPPOE_CONCENTRATOR_DROP_CODE:
		return "code";
	case PPPOE_CONCENTRATOR_DROP_SERVICE:
		return "service";
	case PPPOE_CONCENTRATOR_DROP_RATE:
		return "rate";
	case PPPOE_CONCENTRATOR_DROP_BUSY:
		return "busy";
	case PPPOE_CONCENTRATOR_DROP_FULL:
		return "full";
	case PPPOE_CONCENTRATOR_DROP_COOKIE:
		return "cookie";
	case PPPOE_CONCENTRATOR_DROP_SESSION:
		return "session";
	case PPPOE_CONCENTRATOR_DROP_COUNT:
		break;
	}
	return "unknown";
}

unsigned pppoe_concentrator_sessions(const struct pppoe_concentrator *c)
{
	return c->slots_used;
}
