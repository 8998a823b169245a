/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/concentrator.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "control/varlink_call.h"

#define CONCENTRATOR "org.dialtone.Concentrator"
#define DRAIN_MOST 31536000 /* seconds */

/* The tables below have the same members. */
static const char description[] =
	"# Dialtone's pppoe-server\n"
	"interface " CONCENTRATOR "\n"
	"\n"
	"type Session (id: int, mac: string, interface: string, vlan: ?string, state: string,\n"
	"  name: ?string, ipv4: ?string, ipv6: ?string, circuit_id: ?string, remote_id: ?string,\n"
	"  seconds: int, mtu: ?int, up_packets: int, up_bytes: int, down_packets: int,\n"
	"  down_bytes: int, up_rate: ?int, down_rate: ?int)\n"
	"type Status (name: string, device: string, pid: int, draining: bool, sessions: int,\n"
	"  sessions_max: int, dialling: int, opened: int, closed: int, authenticated: int,\n"
	"  rejected: int)\n"
	"\n"
	"# How it is\n"
	"method GetStatus() -> (status: Status)\n"
	"# The sessions that all that is said fits, each in an answer of its own (call it with\n"
	"# \"more\"), and an empty answer at the end\n"
	"method List(id: ?int, name: ?string, mac: ?string, address: ?string)\n"
	"  -> (session: ?Session)\n"
	"# Ends these sessions; something must be said\n"
	"method Kick(id: ?int, name: ?string, mac: ?string, address: ?string) -> (count: int)\n"
	"# Takes no new sessions, and ends when there are none left, or after so many seconds; "
	"or,\n"
	"# with \"cancel\", takes them again\n"
	"method Drain(seconds: ?int, cancel: ?bool) -> ()\n"
	"# Reads the secrets again\n"
	"method Reload() -> ()\n"
	"\n"
	"# Only root and the group that was named may do that\n"
	"error NotAllowed ()\n";

bool session_filter_fits(const struct session_filter *filter, const struct session_info *info)
{
	return (filter->id < 0 || filter->id == info->id) &&
	       (filter->name[0] == '\0' || strcmp(filter->name, info->name) == 0) &&
	       (filter->mac[0] == '\0' || strcasecmp(filter->mac, info->mac) == 0) &&
	       (filter->address[0] == '\0' || strcmp(filter->address, info->ipv4) == 0 ||
		strcasecmp(filter->address, info->ipv6) == 0);
}

struct member {
	const char *name;
	size_t offset;
	size_t size; /* of a text; 0: an int64_t */
};

#define TEXT(type, field) \
	{ \
#field, offsetof(struct type, field), sizeof(((struct type *)NULL)->field) \
	}
#define NUMBER(type, field) \
	{ \
#field, offsetof(struct type, field), 0 \
	}

/* clang-format off */
static const struct member session_members[] = {
	NUMBER(session_info, id), TEXT(session_info, mac), TEXT(session_info, interface),
	TEXT(session_info, vlan), TEXT(session_info, state), TEXT(session_info, name),
	TEXT(session_info, ipv4), TEXT(session_info, ipv6), TEXT(session_info, circuit_id),
	TEXT(session_info, remote_id), NUMBER(session_info, seconds), NUMBER(session_info, mtu),
	NUMBER(session_info, up_packets), NUMBER(session_info, up_bytes),
	NUMBER(session_info, down_packets), NUMBER(session_info, down_bytes),
	NUMBER(session_info, up_rate), NUMBER(session_info, down_rate),
};

static const struct member status_members[] = {
	TEXT(concentrator_info, name), TEXT(concentrator_info, device),
	NUMBER(concentrator_info, pid), NUMBER(concentrator_info, sessions),
	NUMBER(concentrator_info, sessions_max), NUMBER(concentrator_info, dialling),
	NUMBER(concentrator_info, opened), NUMBER(concentrator_info, closed),
	NUMBER(concentrator_info, authenticated), NUMBER(concentrator_info, rejected),
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static json_t *to_json(const void *from, const struct member *members, size_t count)
{
	json_t *object = json_object();
	for (size_t i = 0; i < count; i++) {
		const char *at = (const char *)from + members[i].offset;
		int64_t number;
		memcpy(&number, at, members[i].size == 0 ? sizeof(number) : 0);
		if (members[i].size == 0 && number >= 0)
			json_object_set_new(object, members[i].name, json_integer(number));
		else if (members[i].size > 0 && *at != '\0')
			json_object_set_new(object, members[i].name, json_of_text(at));
	}
	return object;
}

static void from_json(const json_t *object, void *to, const struct member *members, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *at = (char *)to + members[i].offset;
		const json_t *value = json_object_get(object, members[i].name);
		int64_t number = json_is_integer(value) ? json_integer_value(value) : -1;
		if (members[i].size > 0)
			json_copy_text(value, at, members[i].size);
		else
			memcpy(at, &number, sizeof(number));
	}
}

/* What the methods need. */
struct call {
	const struct concentrator_owner *owner;
	struct concentrator_list *list;
	bool lists;
};

static bool read_text(struct varlink_request *request, const char *name, char *to, size_t size)
{
	const json_t *value = json_object_get(request->parameters, name);
	const char *text = json_string_value(value);
	to[0] = '\0';
	if (!value)
		return true;
	if (text && text[0] != '\0' && strlen(text) < size) {
		memcpy(to, text, strlen(text) + 1);
		return true;
	}
	varlink_fail(request, VARLINK_SERVICE ".InvalidParameter", "parameter", name);
	return false;
}

static bool read_filter(struct varlink_request *request, struct session_filter *filter)
{
	const json_t *id = json_object_get(request->parameters, "id");
	filter->id = id ? json_integer_value(id) : -1;
	if (id && (!json_is_integer(id) || filter->id < 0)) {
		varlink_fail(request, VARLINK_SERVICE ".InvalidParameter", "parameter", "id");
		return false;
	}
	return read_text(request, "name", filter->name, sizeof(filter->name)) &&
	       read_text(request, "mac", filter->mac, sizeof(filter->mac)) &&
	       read_text(request, "address", filter->address, sizeof(filter->address));
}

static bool may_command(struct varlink_request *request)
{
	if (!request->may_command)
		varlink_fail(request, CONCENTRATOR ".NotAllowed", NULL, NULL);
	return request->may_command;
}

static void get_status(struct varlink_request *request)
{
	const struct call *call = request->context;
	struct concentrator_info info = { .draining = false };
	call->owner->status(call->owner->context, &info);
	json_t *status = to_json(&info, status_members, COUNT(status_members));
	json_object_set_new(status, "draining", json_boolean(info.draining));
	request->answer = json_pack("{s:o}", "status", status);
}

static void list(struct varlink_request *request)
{
	struct call *call = request->context;
	struct session_filter filter;
	if (!read_filter(request, &filter))
		return;
	if (!request->more || request->oneway) {
		varlink_fail(request, VARLINK_SERVICE ".ExpectedMore", NULL, NULL);
		return;
	}
	*call->list = (struct concentrator_list){ .active = true, .filter = filter };
	call->lists = true;
}

static void kick(struct varlink_request *request)
{
	const struct call *call = request->context;
	const struct concentrator_owner *owner = call->owner;
	struct session_filter filter;
	struct session_info info;
	uint32_t next = 0;
	json_int_t count = 0;
	if (!may_command(request) || !read_filter(request, &filter))
		return;
	if (json_object_size(request->parameters) == 0) {
		varlink_fail(request, VARLINK_SERVICE ".InvalidParameter", "parameter", "id");
		return;
	}
	while (owner->next(owner->context, &next, &info)) {
		if (!session_filter_fits(&filter, &info) || strcmp(info.state, "closing") == 0)
			continue;
		owner->kick(owner->context, info.id);
		count++;
	}
	request->answer = json_pack("{s:I}", "count", count);
}

static void drain(struct varlink_request *request)
{
	const struct call *call = request->context;
	const json_t *seconds = json_object_get(request->parameters, "seconds");
	json_int_t number = seconds ? json_integer_value(seconds) : 0;
	bool cancel;
	if (!may_command(request))
		return;
	if ((seconds && !json_is_integer(seconds)) || number < 0 || number > DRAIN_MOST)
		varlink_fail(request, VARLINK_SERVICE ".InvalidParameter", "parameter", "seconds");
	else if (!varlink_read_flag(request->parameters, "cancel", &cancel))
		varlink_fail(request, VARLINK_SERVICE ".InvalidParameter", "parameter", "cancel");
	else
		call->owner->drain(call->owner->context, cancel, (unsigned)number);
}

static void reload(struct varlink_request *request)
{
	const struct call *call = request->context;
	if (may_command(request))
		call->owner->reload(call->owner->context);
}

static const struct varlink_method methods[] = {
	{ CONCENTRATOR ".GetStatus", { NULL }, get_status },
	{ CONCENTRATOR ".List", { "id", "name", "mac", "address" }, list },
	{ CONCENTRATOR ".Kick", { "id", "name", "mac", "address" }, kick },
	{ CONCENTRATOR ".Drain", { "seconds", "cancel" }, drain },
	{ CONCENTRATOR ".Reload", { NULL }, reload },
};

static const struct varlink_interface interface = {
	.name = CONCENTRATOR,
	.description = description,
	.methods = methods,
	.count = COUNT(methods),
};

bool concentrator_answer(const struct concentrator_owner *owner, const char *text, size_t length,
			 bool entitled, struct concentrator_list *list_state,
			 char to[VARLINK_MESSAGE_MAX], size_t *ret_length)
{
	struct call call = { .owner = owner, .list = list_state };
	struct varlink_request request = { .may_command = entitled, .context = &call };
	size_t written = 0;
	*ret_length = 0;
	if (varlink_run(&interface, text, length, &request))
		written = varlink_write_answer(request.error, request.answer, false, to);
	bool silent = request.oneway || call.lists;
	varlink_done(&request);
	if (written > 0 && !silent)
		*ret_length = written;
	return written > 0;
}

size_t concentrator_list_next(const struct concentrator_owner *owner,
			      struct concentrator_list *list_state, char to[VARLINK_MESSAGE_MAX])
{
	struct session_info info;
	while (owner->next(owner->context, &list_state->next, &info)) {
		if (!session_filter_fits(&list_state->filter, &info))
			continue;
		json_t *session = to_json(&info, session_members, COUNT(session_members));
		return varlink_write_answer(NULL, json_pack("{s:o}", "session", session), true, to);
	}
	list_state->active = false;
	return varlink_write_answer(NULL, NULL, false, to);
}

size_t concentrator_call(const char *method, const struct session_filter *filter, bool more,
			 char to[VARLINK_MESSAGE_MAX])
{
	json_t *parameters = json_object();
	if (filter && filter->id >= 0)
		json_object_set_new(parameters, "id", json_integer(filter->id));
	if (filter && filter->name[0] != '\0')
		json_object_set_new(parameters, "name", json_of_text(filter->name));
	if (filter && filter->mac[0] != '\0')
		json_object_set_new(parameters, "mac", json_of_text(filter->mac));
	if (filter && filter->address[0] != '\0')
		json_object_set_new(parameters, "address", json_of_text(filter->address));
	return varlink_write_call(CONCENTRATOR, method, parameters, more, to);
}

size_t concentrator_call_drain(bool cancel, unsigned seconds, char to[VARLINK_MESSAGE_MAX])
{
	json_t *parameters =
		json_pack("{s:I, s:b}", "seconds", (json_int_t)seconds, "cancel", (int)cancel);
	return varlink_write_call(CONCENTRATOR, "Drain", parameters, false, to);
}

bool concentrator_read_reply(struct concentrator_reply *reply, const char *text, size_t length)
{
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	*reply = (struct concentrator_reply){ .count = -1 };
	bool good =
		json_is_object(object) && varlink_read_flag(object, "continues", &reply->continues);
	if (good) {
		const json_t *parameters = json_object_get(object, "parameters");
		const json_t *session = json_object_get(parameters, "session");
		const json_t *status = json_object_get(parameters, "status");
		const json_t *count = json_object_get(parameters, "count");
		json_copy_text(json_object_get(object, "error"), reply->error,
			       sizeof(reply->error));
		reply->has_session = json_is_object(session);
		from_json(session, &reply->session, session_members, COUNT(session_members));
		reply->has_status = json_is_object(status);
		from_json(status, &reply->status, status_members, COUNT(status_members));
		reply->status.draining = json_is_true(json_object_get(status, "draining"));
		reply->count = json_is_integer(count) ? json_integer_value(count) : -1;
	}
	json_decref(object);
	return good;
}

size_t session_info_to_text(const struct session_info *info, char *to, size_t size)
{
	json_t *object = to_json(info, session_members, COUNT(session_members));
	size_t length = json_write(object, JSON_COMPACT, to, size);
	json_decref(object);
	return length;
}
