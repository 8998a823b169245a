/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/varlink.h"

#include <stdio.h>
#include <string.h>

#include "control/json.h"

#define LINE "org.dialtone.Line"
#define SERVICE "org.varlink.service"

/* line_status.c has the same members in its table. */
static const char line_description[] =
	"# A PPPoE line of Dialtone\n"
	"interface " LINE "\n"
	"\n"
	"type Session (id: ?int, concentrator: ?string, mac: ?string, service: ?string)\n"
	"type Addresses (local: ?string, remote: ?string)\n"
	"type Counters (received_packets: ?int, received_bytes: ?int,\n"
	"  sent_packets: ?int, sent_bytes: ?int)\n"
	"type DiscoveryDrops (short: ?int, version: ?int, length: ?int, tags: ?int, address: "
	"?int,\n"
	"  code: ?int, host_uniq: ?int, filter: ?int, refusal: ?int, state: ?int, session: ?int)\n"
	"type SessionDrops (frame: ?int, session: ?int)\n"
	"type DataDrops (frame: ?int, session: ?int, protocol: ?int, too_long: ?int, wire: ?int,\n"
	"  device: ?int)\n"
	"type Failure (stage: ?string, what: ?string, peer_said: ?string, advice: ?string)\n"
	"type LogEntry (number: int, time_ms: int, priority: int, stage: string, text: string)\n"
	"type Status (link: string, config: ?string, config_path: ?string, device: ?string,\n"
	"  network: ?string, interface: string, stage: string, since_ms: ?int, monitor_pid: ?int, "
	"engine_pid: ?int,\n"
	"  session: ?Session, ipv4: ?Addresses, ipv6: ?Addresses, dns: ?[]string,\n"
	"  mtu: ?int, auth: ?string, plane: ?string, counters: ?Counters,\n"
	"  discovery_drops: ?DiscoveryDrops, session_drops: ?SessionDrops, data_drops: "
	"?DataDrops,\n"
	"  failure: ?Failure, redial_in_ms: ?int)\n"
	"\n"
	"# How the line is now\n"
	"method GetStatus() -> (status: Status)\n"
	"# The same, and again at each change (call it with \"more\")\n"
	"method Watch() -> (status: Status)\n"
	"# The last lines of its log (all that are kept, up to 200, unless \"lines\" says how "
	"many), each\n"
	"# in an answer of its own (call it with \"more\"), and an empty answer at the end; with "
	"\"follow\"\n"
	"# those that are yet to come instead.  priority: as of syslog(3)\n"
	"method ReadLog(lines: ?int, follow: ?bool) -> (entry: ?LogEntry)\n"
	"# Hangs up and dials anew, at once\n"
	"method Redial() -> ()\n"
	"# Hangs up; the line's process ends\n"
	"method HangUp() -> ()\n"
	"\n"
	"# Only root and the line's own user may do that\n"
	"error NotAllowed ()\n";

static const char service_description[] =
	"interface " SERVICE "\n"
	"\n"
	"method GetInfo() -> (vendor: string, product: string, version: string, url: string,\n"
	"  interfaces: []string)\n"
	"method GetInterfaceDescription(interface: string) -> (description: string)\n"
	"\n"
	"error InterfaceNotFound (interface: string)\n"
	"error MethodNotFound (method: string)\n"
	"error InvalidParameter (parameter: string)\n"
	"error ExpectedMore ()\n";

/* A call while it is judged. */
struct call {
	const char *method;
	const json_t *parameters; /* an object, or NULL */
	bool more, oneway;
	bool may_command;
	const struct line_status *status;
	enum varlink_call outcome;
	struct varlink_log log;
	const char *error; /* NULL: none */
	json_t *answer; /* the parameters of the answer; NULL: none */
};

static void fail(struct call *call, const char *error, const char *name, const char *value)
{
	call->outcome = VARLINK_ANSWERED;
	call->error = error;
	call->answer = json_object();
	if (name)
		json_object_set_new(call->answer, name, json_of_text(value));
}

static void get_info(struct call *call)
{
	call->answer = json_pack("{s:s, s:s, s:s, s:s, s:[s, s]}", "vendor", "Dialtone", "product",
				 "Dialtone", "version", DIALTONE_VERSION, "url", "", "interfaces",
				 SERVICE, LINE);
}

static void get_interface_description(struct call *call)
{
	const json_t *wanted = json_object_get(call->parameters, "interface");
	const char *name = json_string_value(wanted);
	if (!name)
		fail(call, SERVICE ".InvalidParameter", "parameter", "interface");
	else if (strcmp(name, LINE) == 0)
		call->answer = json_pack("{s:s}", "description", line_description);
	else if (strcmp(name, SERVICE) == 0)
		call->answer = json_pack("{s:s}", "description", service_description);
	else
		fail(call, SERVICE ".InterfaceNotFound", "interface", name);
}

static void get_status(struct call *call)
{
	call->answer = json_pack("{s:o}", "status", json_of_status(call->status));
}

static void watch(struct call *call)
{
	if (!call->more) {
		fail(call, SERVICE ".ExpectedMore", NULL, NULL);
		return;
	}
	get_status(call);
	call->outcome = VARLINK_WATCH;
}

static void read_log(struct call *call)
{
	const json_t *lines = json_object_get(call->parameters, "lines");
	const json_t *follow = json_object_get(call->parameters, "follow");
	json_int_t number = lines ? json_integer_value(lines) : UINT32_MAX;
	if (!call->more)
		fail(call, SERVICE ".ExpectedMore", NULL, NULL);
	else if ((lines && !json_is_integer(lines)) || number < 0)
		fail(call, SERVICE ".InvalidParameter", "parameter", "lines");
	else if (follow && !json_is_boolean(follow))
		fail(call, SERVICE ".InvalidParameter", "parameter", "follow");
	else
		call->outcome = VARLINK_LOG;
	call->log.lines = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
	call->log.follow = json_is_true(follow);
}

static void command(struct call *call, enum varlink_call outcome)
{
	if (call->may_command)
		call->outcome = outcome;
	else
		fail(call, LINE ".NotAllowed", NULL, NULL);
}

static void redial(struct call *call)
{
	command(call, VARLINK_REDIAL);
}

static void hang_up(struct call *call)
{
	command(call, VARLINK_HANG_UP);
}

struct method {
	const char *name;
	const char *parameters[2]; /* that it takes; NULL: none */
	void (*run)(struct call *call);
};

static const struct method methods[] = {
	{ LINE ".GetStatus", { NULL }, get_status },
	{ LINE ".Watch", { NULL }, watch },
	{ LINE ".ReadLog", { "lines", "follow" }, read_log },
	{ LINE ".Redial", { NULL }, redial },
	{ LINE ".HangUp", { NULL }, hang_up },
	{ SERVICE ".GetInfo", { NULL }, get_info },
	{ SERVICE ".GetInterfaceDescription", { "interface" }, get_interface_description },
};

static void not_found(struct call *call)
{
	const char *dot = strrchr(call->method, '.');
	size_t length = dot ? (size_t)(dot - call->method) : 0;
	char interface[LINE_STATUS_TEXT];
	snprintf(interface, sizeof(interface), "%.*s", (int)length, call->method);
	if (strcmp(interface, LINE) == 0 || strcmp(interface, SERVICE) == 0)
		fail(call, SERVICE ".MethodNotFound", "method", call->method);
	else
		fail(call, SERVICE ".InterfaceNotFound", "interface", interface);
}

static bool takes(const struct method *method, const char *parameter)
{
	for (size_t i = 0; i < sizeof(method->parameters) / sizeof(method->parameters[0]); i++)
		if (method->parameters[i] && strcmp(method->parameters[i], parameter) == 0)
			return true;
	return false;
}

static void dispatch(struct call *call)
{
	const struct method *method = NULL;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, call->method) == 0)
			method = &methods[i];
	if (!method) {
		not_found(call);
		return;
	}
	/* The iterator is not const in jansson, though it changes nothing. */
	json_t *parameters = (json_t *)(uintptr_t)call->parameters;
	for (void *i = json_object_iter(parameters); i; i = json_object_iter_next(parameters, i)) {
		const char *name = json_object_iter_key(i);
		if (takes(method, name))
			continue;
		fail(call, SERVICE ".InvalidParameter", "parameter", name);
		return;
	}
	method->run(call);
}

static bool read_flag(const json_t *object, const char *name, bool *ret)
{
	const json_t *value = json_object_get(object, name);
	*ret = json_is_true(value);
	return !value || json_is_boolean(value);
}

static bool read_call(const json_t *object, struct call *call)
{
	call->method = json_string_value(json_object_get(object, "method"));
	call->parameters = json_object_get(object, "parameters");
	return call->method && (!call->parameters || json_is_object(call->parameters)) &&
	       read_flag(object, "more", &call->more) && read_flag(object, "oneway", &call->oneway);
}

/* Takes `answer`.  The length, NUL included, or 0. */
static size_t write_answer(const char *error, json_t *answer, bool continues,
			   char to[VARLINK_MESSAGE_MAX])
{
	json_t *whole = json_object();
	if (error)
		json_object_set_new(whole, "error", json_string(error));
	json_object_set_new(whole, "parameters", answer ? answer : json_object());
	if (continues)
		json_object_set_new(whole, "continues", json_true());
	size_t length = json_write(whole, JSON_COMPACT, to, VARLINK_MESSAGE_MAX);
	json_decref(whole);
	return length > 0 ? length + 1 : 0;
}

enum varlink_call varlink_answer(const char *text, size_t length, bool may_command,
				 const struct line_status *status, struct varlink_log *ret_log,
				 char to[VARLINK_MESSAGE_MAX], size_t *ret_length)
{
	struct call call = {
		.may_command = may_command,
		.status = status,
		.outcome = VARLINK_ANSWERED,
	};
	*ret_length = 0;
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	if (!object || !read_call(object, &call)) {
		json_decref(object);
		return VARLINK_MALFORMED;
	}
	dispatch(&call);
	*ret_log = call.log;
	size_t written = write_answer(call.error, call.answer, call.outcome == VARLINK_WATCH, to);
	json_decref(object);
	if (written == 0)
		return VARLINK_MALFORMED; /* no memory, or no room: nothing to be said */
	bool goes_on = call.outcome == VARLINK_WATCH || call.outcome == VARLINK_LOG;
	if (call.oneway && goes_on)
		return VARLINK_MALFORMED; /* one who wants answers, and none */
	*ret_length = call.oneway || call.outcome == VARLINK_LOG ? 0 : written;
	return call.outcome;
}

size_t varlink_status(const struct line_status *status, bool continues,
		      char to[VARLINK_MESSAGE_MAX])
{
	json_t *answer = json_pack("{s:o}", "status", json_of_status(status));
	return write_answer(NULL, answer, continues, to);
}

size_t varlink_log_entry(const struct log_entry *entry, char to[VARLINK_MESSAGE_MAX])
{
	if (!entry)
		return write_answer(NULL, NULL, false, to);
	json_t *answer = json_pack("{s:o}", "entry", json_of_log_entry(entry));
	return write_answer(NULL, answer, true, to);
}

/* Takes `parameters`; NULL: none. */
static size_t write_call(const char *method, json_t *parameters, bool more,
			 char to[VARLINK_MESSAGE_MAX])
{
	char name[LINE_STATUS_TEXT];
	snprintf(name, sizeof(name), LINE ".%s", method);
	json_t *call = json_pack("{s:s}", "method", name);
	if (parameters)
		json_object_set_new(call, "parameters", parameters);
	if (more)
		json_object_set_new(call, "more", json_true());
	size_t length = json_write(call, JSON_COMPACT, to, VARLINK_MESSAGE_MAX);
	json_decref(call);
	return length > 0 ? length + 1 : 0;
}

size_t varlink_call(const char *method, bool more, char to[VARLINK_MESSAGE_MAX])
{
	return write_call(method, NULL, more, to);
}

size_t varlink_call_log(const struct varlink_log *log, char to[VARLINK_MESSAGE_MAX])
{
	json_t *parameters = json_pack("{s:I, s:b}", "lines", (json_int_t)log->lines, "follow",
				       (int)log->follow);
	return write_call("ReadLog", parameters, true, to);
}

bool varlink_read_reply(struct varlink_reply *reply, const char *text, size_t length)
{
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	memset(reply, 0, sizeof(*reply));
	line_status_init(&reply->status);
	bool good = json_is_object(object) && read_flag(object, "continues", &reply->continues);
	if (good) {
		json_copy_text(json_object_get(object, "error"), reply->error,
			       sizeof(reply->error));
		const json_t *status =
			json_object_get(json_object_get(object, "parameters"), "status");
		reply->has_status = json_is_object(status);
		if (reply->has_status)
			json_to_status(status, &reply->status);
		const json_t *entry =
			json_object_get(json_object_get(object, "parameters"), "entry");
		reply->has_entry = json_is_object(entry);
		if (reply->has_entry)
			json_to_log_entry(entry, &reply->entry);
	}
	json_decref(object);
	return good;
}
