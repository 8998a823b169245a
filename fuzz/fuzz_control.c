/* SPDX-License-Identifier: BSD-2-Clause */
/* The control socket's messages: the input is a call, an answer, and a status. */
#include <stdlib.h>
#include <string.h>

#include "control/concentrator.h"
#include "control/varlink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static void answer(const char *text, size_t size, bool may_command)
{
	struct line_status status;
	struct varlink_reply reply;
	char to[VARLINK_MESSAGE_MAX];
	struct varlink_log log;
	size_t length;
	line_status_init(&status);
	enum varlink_call call =
		varlink_answer(text, size, may_command, &status, &log, to, &length);
	require(length <= sizeof(to) && (call != VARLINK_MALFORMED || length == 0));
	require(may_command || (call != VARLINK_REDIAL && call != VARLINK_HANG_UP));
	if (length > 0) {
		require(to[length - 1] == '\0' && strlen(to) == length - 1);
		require(varlink_read_reply(&reply, to, length - 1));
	}
}

static void tell_status(void *context, struct concentrator_info *info)
{
	(void)context;
	info->sessions = 2;
}

static bool tell_next(void *context, uint32_t *next, struct session_info *info)
{
	(void)context;
	*info = (struct session_info){ .id = *next, .name = "anna", .mac = "02:00:00:00:00:01" };
	return (*next)++ < 2;
}

static void told(void *context, int64_t id)
{
	(void)id;
	++*(unsigned *)context;
}

static void told_drain(void *context, bool cancel, unsigned seconds)
{
	(void)cancel;
	require(seconds < 40000000);
	++*(unsigned *)context;
}

static void told_reload(void *context)
{
	++*(unsigned *)context;
}

static void answer_sessions(const char *text, size_t size, bool may_command)
{
	unsigned commands = 0;
	const struct concentrator_owner owner = { &commands, tell_status, tell_next,
						  told,	     told_drain,  told_reload };
	struct concentrator_list list = { .active = false };
	struct concentrator_reply reply;
	char to[VARLINK_MESSAGE_MAX];
	size_t length;
	bool good = concentrator_answer(&owner, text, size, may_command, &list, to, &length);
	require(good || (length == 0 && !list.active));
	require(may_command || commands == 0);
	if (length > 0)
		require(concentrator_read_reply(&reply, to, length - 1));
	for (unsigned i = 0; list.active; i++) {
		require(i < 3);
		length = concentrator_list_next(&owner, &list, to);
		require(length > 0 && concentrator_read_reply(&reply, to, length - 1));
	}
	concentrator_read_reply(&reply, text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct line_status status, again;
	struct varlink_reply reply;
	char written[LINE_STATUS_JSON_MAX];
	if (size >= VARLINK_MESSAGE_MAX)
		return 0;
	answer(text, size, false);
	answer(text, size, true);
	answer_sessions(text, size, false);
	answer_sessions(text, size, true);
	if (varlink_read_reply(&reply, text, size) && reply.has_entry) {
		char entry[LOG_ENTRY_JSON_MAX], message[VARLINK_MESSAGE_MAX];
		require(log_entry_to_text(&reply.entry, "ppp0", entry, sizeof(entry)) > 0);
		require(varlink_log_entry(&reply.entry, message) > 0);
	}
	if (line_status_from_text(&status, text, size)) {
		size_t length = line_status_to_text(&status, false, written, sizeof(written));
		require(length > 0);
		require(line_status_from_text(&again, written, length));
	}
	return 0;
}
