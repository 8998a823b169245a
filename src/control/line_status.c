/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/line_status.h"

#include <string.h>

#include "base/text.h"
#include "control/json.h"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_LIST };

/* group: the object within the status that it stands in, NULL: the status itself. */
struct member {
	const char *group, *name;
	enum kind kind;
	size_t offset, size; /* size: the room of a text, or of each of a list */
};

#define AT(field) offsetof(struct line_status, field)
#define TEXT(field) KIND_TEXT, AT(field), sizeof(((struct line_status *)0)->field)
#define NUMBER(field) KIND_NUMBER, AT(field), 0

/* The interface description in varlink.c names the same members. */
/* clang-format off */
static const struct member members[] = {
	{ NULL,       "link",             TEXT(link) },
	{ NULL,       "config",           TEXT(config) },
	{ NULL,       "config_path",      TEXT(config_path) },
	{ NULL,       "device",           TEXT(device) },
	{ NULL,       "network",          TEXT(network) },
	{ NULL,       "interface",        TEXT(interface) },
	{ NULL,       "stage",            TEXT(stage) },
	{ NULL,       "since_ms",         NUMBER(since_ms) },
	{ NULL,       "monitor_pid",      NUMBER(monitor_pid) },
	{ NULL,       "engine_pid",       NUMBER(engine_pid) },
	{ "session",  "id",               NUMBER(session_id) },
	{ "session",  "concentrator",     TEXT(concentrator) },
	{ "session",  "mac",              TEXT(concentrator_mac) },
	{ "session",  "service",          TEXT(service) },
	{ "ipv4",     "local",            TEXT(ipv4_local) },
	{ "ipv4",     "remote",           TEXT(ipv4_remote) },
	{ "ipv6",     "local",            TEXT(ipv6_local) },
	{ "ipv6",     "remote",           TEXT(ipv6_remote) },
	{ NULL,       "dns",              KIND_LIST, AT(dns), LINE_STATUS_ADDRESS },
	{ NULL,       "mtu",              NUMBER(mtu) },
	{ NULL,       "auth",             TEXT(auth) },
	{ NULL,       "plane",            TEXT(plane) },
	{ "counters", "received_packets", NUMBER(received_packets) },
	{ "counters", "received_bytes",   NUMBER(received_bytes) },
	{ "counters", "sent_packets",     NUMBER(sent_packets) },
	{ "counters", "sent_bytes",       NUMBER(sent_bytes) },
	{ "discovery_drops", "short",     NUMBER(discovery_drops[0]) },
	{ "discovery_drops", "version",   NUMBER(discovery_drops[1]) },
	{ "discovery_drops", "length",    NUMBER(discovery_drops[2]) },
	{ "discovery_drops", "tags",      NUMBER(discovery_drops[3]) },
	{ "discovery_drops", "address",   NUMBER(discovery_drops[4]) },
	{ "discovery_drops", "code",      NUMBER(discovery_drops[5]) },
	{ "discovery_drops", "host_uniq", NUMBER(discovery_drops[6]) },
	{ "discovery_drops", "filter",    NUMBER(discovery_drops[7]) },
	{ "discovery_drops", "refusal",   NUMBER(discovery_drops[8]) },
	{ "discovery_drops", "state",     NUMBER(discovery_drops[9]) },
	{ "discovery_drops", "session",   NUMBER(discovery_drops[10]) },
	{ "session_drops", "frame",       NUMBER(session_drops[0]) },
	{ "session_drops", "session",     NUMBER(session_drops[1]) },
	{ "data_drops", "frame",          NUMBER(data_drops[0]) },
	{ "data_drops", "session",        NUMBER(data_drops[1]) },
	{ "data_drops", "protocol",       NUMBER(data_drops[2]) },
	{ "data_drops", "too_long",       NUMBER(data_drops[3]) },
	{ "data_drops", "wire",           NUMBER(data_drops[4]) },
	{ "data_drops", "device",         NUMBER(data_drops[5]) },
	{ "failure",  "stage",            TEXT(failure_stage) },
	{ "failure",  "what",             TEXT(failure_what) },
	{ "failure",  "peer_said",        TEXT(failure_peer_said) },
	{ "failure",  "advice",           TEXT(failure_advice) },
	{ NULL,       "redial_in_ms",     NUMBER(redial_in_ms) },
};
/* clang-format on */

#define MEMBERS (sizeof(members) / sizeof(members[0]))

void line_status_init(struct line_status *status)
{
	memset(status, 0, sizeof(*status));
	for (size_t i = 0; i < MEMBERS; i++)
		if (members[i].kind == KIND_NUMBER)
			*(int64_t *)(void *)((char *)status + members[i].offset) = -1;
}

bool line_status_is_up(const struct line_status *status)
{
	return strcmp(status->stage, "up") == 0;
}

bool line_status_is_idle(const struct line_status *status)
{
	return strcmp(status->stage, "idle") == 0;
}

json_t *json_of_text(const char *text)
{
	char printable[LINE_STATUS_TEXT * 2];
	text_copy_peer(printable, sizeof(printable), bytes_of_text(text));
	return json_string(printable);
}

void json_copy_text(const json_t *value, char *to, size_t size)
{
	const char *text = json_string_value(value);
	text_copy_peer(to, size, bytes_of(text ? text : "", json_string_length(value)));
}

size_t json_write(const json_t *value, size_t flags, char *to, size_t size)
{
	size_t length = json_dumpb(value, to, size, flags);
	if (length == 0 || length >= size)
		return 0;
	to[length] = '\0';
	return length;
}

/* NULL if it is not known, or there is no memory. */
static json_t *member_read(const struct line_status *status, const struct member *member)
{
	const char *at = (const char *)status + member->offset;
	switch (member->kind) {
	case KIND_TEXT:
		return *at ? json_of_text(at) : NULL;
	case KIND_NUMBER: {
		int64_t number;
		memcpy(&number, at, sizeof(number));
		return number >= 0 ? json_integer(number) : NULL;
	}
	case KIND_LIST: {
		json_t *list = *at ? json_array() : NULL;
		for (size_t i = 0; list && i < LINE_STATUS_DNS_MAX && at[i * member->size]; i++)
			json_array_append_new(list, json_of_text(at + i * member->size));
		return list;
	}
	}
	return NULL;
}

static json_t *group_of(json_t *object, const char *group)
{
	if (!group)
		return object;
	json_t *within = json_object_get(object, group);
	if (!within) {
		within = json_object();
		json_object_set_new(object, group, within);
	}
	return within;
}

json_t *json_of_status(const struct line_status *status)
{
	json_t *object = json_object();
	for (size_t i = 0; object && i < MEMBERS; i++) {
		json_t *value = member_read(status, &members[i]);
		if (value)
			json_object_set_new(group_of(object, members[i].group), members[i].name,
					    value);
	}
	return object;
}

static void member_write(struct line_status *status, const struct member *member,
			 const json_t *value)
{
	char *at = (char *)status + member->offset;
	switch (member->kind) {
	case KIND_TEXT:
		json_copy_text(value, at, member->size);
		break;
	case KIND_NUMBER:
		if (json_is_integer(value) && json_integer_value(value) >= 0)
			*(int64_t *)(void *)at = json_integer_value(value);
		break;
	case KIND_LIST:
		for (size_t i = 0; i < LINE_STATUS_DNS_MAX && i < json_array_size(value); i++)
			json_copy_text(json_array_get(value, i), at + i * member->size,
				       member->size);
		break;
	}
}

void json_to_status(const json_t *object, struct line_status *ret_status)
{
	line_status_init(ret_status);
	for (size_t i = 0; i < MEMBERS; i++) {
		const json_t *within =
			members[i].group ? json_object_get(object, members[i].group) : object;
		member_write(ret_status, &members[i], json_object_get(within, members[i].name));
	}
}

size_t line_status_to_text(const struct line_status *status, bool indented, char *to, size_t size)
{
	json_t *object = json_of_status(status);
	size_t length = json_write(object, indented ? JSON_INDENT(2) : JSON_COMPACT, to, size);
	json_decref(object);
	return length;
}

bool line_status_from_text(struct line_status *status, const char *text, size_t length)
{
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	bool good = json_is_object(object);
	if (good)
		json_to_status(object, status);
	json_decref(object);
	return good;
}
