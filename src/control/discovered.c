/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/discovered.h"

#include "base/text.h"
#include "control/json.h"

#define TAG_MAX 1484 /* bytes; no packet of discovery has a longer one */

/* NULL, which json_object_set_new() passes over, if there is none. */
static json_t *text_value(struct bytes bytes)
{
	char text[TAG_MAX + 1];
	if (bytes.data == NULL)
		return NULL;
	text_copy_peer(text, sizeof(text), bytes);
	return json_string(text);
}

static json_t *hex_value(struct bytes bytes)
{
	char memory[2 * TAG_MAX + 1];
	struct text text = text_of(memory, sizeof(memory));
	if (bytes.data == NULL)
		return NULL;
	for (size_t i = 0; i < bytes.length; i++)
		text_hex(&text, bytes.data[i], 2);
	return json_string(memory);
}

static json_t *services(const struct discovered *d)
{
	json_t *list = json_array();
	for (size_t i = 0; i < d->service_count; i++)
		json_array_append_new(list, text_value(d->services[i]));
	return list;
}

static json_t *errors(const struct discovered *d)
{
	json_t *object = json_object();
	json_object_set_new(object, "service_name", text_value(d->service_name_error));
	json_object_set_new(object, "ac_system", text_value(d->ac_system_error));
	json_object_set_new(object, "generic", text_value(d->generic_error));
	if (json_object_size(object) > 0)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *others(const struct discovered *d)
{
	json_t *list = d->other_count > 0 ? json_array() : NULL;
	for (size_t i = 0; list && i < d->other_count; i++) {
		char memory[8];
		struct text type = text_of(memory, sizeof(memory));
		text_string(&type, "0x");
		text_hex(&type, d->others[i].type, 4);
		json_array_append_new(list, json_pack("{s:s, s:o}", "type", memory, "value",
						      hex_value(d->others[i].value)));
	}
	return list;
}

size_t discovered_to_text(const struct discovered *d, char *to, size_t size)
{
	char memory[18];
	struct text mac = text_of(memory, sizeof(memory));
	text_mac(&mac, d->mac);
	json_t *object = json_object();
	json_object_set_new(object, "interface", json_of_text(d->interface));
	if (d->vlan != 0)
		json_object_set_new(object, "vlan", json_integer(d->vlan));
	json_object_set_new(object, "mac", json_string(memory));
	json_object_set_new(object, "matches", json_boolean(d->matches));
	json_object_set_new(object, "name", text_value(d->name));
	json_object_set_new(object, "services", services(d));
	json_object_set_new(object, "cookie", hex_value(d->cookie));
	json_object_set_new(object, "relay_session_id", hex_value(d->relay_session_id));
	if (d->max_payload != 0)
		json_object_set_new(object, "max_payload", json_integer(d->max_payload));
	json_object_set_new(object, "errors", errors(d));
	json_object_set_new(object, "other_tags", others(d));
	json_object_set_new(object, "latency_us", json_integer(d->latency_us));
	size_t length = object ? json_write(object, JSON_COMPACT, to, size) : 0;
	json_decref(object);
	return length;
}
