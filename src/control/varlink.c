/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/varlink.h"

#include <stdio.h>
#include <string.h>

#include "control/varlink_call.h"

#define LINE "org.dialtone.Line"

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

/* What the methods of a line need, and what they make of it. */
struct line_call {
	const struct line_status *status;
	enum varlink_call outcome;
	struct varlink_log log;
};

static void get_status(struct varlink_request *request)
{
	const struct line_call *call = request->context;
	request->answer = json_pack("{s:o}", "status", json_of_status(call->status));
}

static void watch(struct varlink_request *request)
{
	struct line_call *call = request->context;
	if (!request->more) {
		varlink_fail(request, VARLINK_SERVICE ".ExpectedMore", NULL, NULL);
		return;
	}
	get_status(request);
	call->outcome = VARLINK_WATCH;
}

static void read_log(struct varlink_request *request)
{
	struct line_call *call = request->context;
	const json_t *lines = json_object_get(request->parameters, "lines");
	const json_t *follow = json_object_get(request->parameters, "follow");
	json_int_t number = lines ? json_integer_value(lines) : UINT32_MAX;
	if (!request->more)
		varlink_fail(request, VARLINK_SERVICE ".ExpectedMore", NULL, NULL);
	else if ((lines && !json_is_integer(lines)) || number < 0)
		varlink_fail(request, VARLINK_SERVICE ".InvalidParameter", "parameter", "lines");
	else if (follow && !json_is_boolean(follow))
		varlink_fail(request, VARLINK_SERVICE ".InvalidParameter", "parameter", "follow");
	else
		call->outcome = VARLINK_LOG;
	call->log.lines = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
	call->log.follow = json_is_true(follow);
}

static void command(struct varlink_request *request, enum varlink_call outcome)
{
	struct line_call *call = request->context;
	if (request->may_command)
		call->outcome = outcome;
	else
		varlink_fail(request, LINE ".NotAllowed", NULL, NULL);
}

static void redial(struct varlink_request *request)
{
	command(request, VARLINK_REDIAL);
}

static void hang_up(struct varlink_request *request)
{
	command(request, VARLINK_HANG_UP);
}

static const struct varlink_method methods[] = {
	{ LINE ".GetStatus", { NULL }, get_status },
	{ LINE ".Watch", { NULL }, watch },
	{ LINE ".ReadLog", { "lines", "follow" }, read_log },
	{ LINE ".Redial", { NULL }, redial },
	{ LINE ".HangUp", { NULL }, hang_up },
};

static const struct varlink_interface line_interface = {
	.name = LINE,
	.description = line_description,
	.methods = methods,
	.count = sizeof(methods) / sizeof(methods[0]),
};

enum varlink_call varlink_answer(const char *text, size_t length, bool may_command,
				 const struct line_status *status, struct varlink_log *ret_log,
				 char to[VARLINK_MESSAGE_MAX], size_t *ret_length)
{
	struct line_call call = { .status = status, .outcome = VARLINK_ANSWERED };
	struct varlink_request request = { .may_command = may_command, .context = &call };
	*ret_length = 0;
	if (!varlink_run(&line_interface, text, length, &request)) {
		varlink_done(&request);
		return VARLINK_MALFORMED;
	}
	*ret_log = call.log;
	size_t written = varlink_write_answer(request.error, request.answer,
					      call.outcome == VARLINK_WATCH, to);
	varlink_done(&request);
	if (written == 0)
		return VARLINK_MALFORMED; /* no memory, or no room: nothing to be said */
	bool goes_on = call.outcome == VARLINK_WATCH || call.outcome == VARLINK_LOG;
	if (request.oneway && goes_on)
		return VARLINK_MALFORMED; /* one who wants answers, and none */
	*ret_length = request.oneway || call.outcome == VARLINK_LOG ? 0 : written;
	return call.outcome;
}

size_t varlink_status(const struct line_status *status, bool continues,
		      char to[VARLINK_MESSAGE_MAX])
{
	json_t *answer = json_pack("{s:o}", "status", json_of_status(status));
	return varlink_write_answer(NULL, answer, continues, to);
}

size_t varlink_log_entry(const struct log_entry *entry, char to[VARLINK_MESSAGE_MAX])
{
	if (!entry)
		return varlink_write_answer(NULL, NULL, false, to);
	json_t *answer = json_pack("{s:o}", "entry", json_of_log_entry(entry));
	return varlink_write_answer(NULL, answer, true, to);
}

size_t varlink_call(const char *method, bool more, char to[VARLINK_MESSAGE_MAX])
{
	return varlink_write_call(LINE, method, NULL, more, to);
}

size_t varlink_call_log(const struct varlink_log *log, char to[VARLINK_MESSAGE_MAX])
{
	json_t *parameters = json_pack("{s:I, s:b}", "lines", (json_int_t)log->lines, "follow",
				       (int)log->follow);
	return varlink_write_call(LINE, "ReadLog", parameters, true, to);
}

bool varlink_read_reply(struct varlink_reply *reply, const char *text, size_t length)
{
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	memset(reply, 0, sizeof(*reply));
	line_status_init(&reply->status);
	bool good =
		json_is_object(object) && varlink_read_flag(object, "continues", &reply->continues);
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
