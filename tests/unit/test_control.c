/* SPDX-License-Identifier: BSD-2-Clause */
/* The control socket: what is said over it, in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "control/path.h"
#include "control/concentrator.h"
#include "control/varlink.h"

static struct line_status example(void)
{
	struct line_status status;
	line_status_init(&status);
	strcpy(status.link, "ppp0");
	strcpy(status.interface, "eth0");
	strcpy(status.stage, "up");
	strcpy(status.concentrator, "caf\xc3\xa9 \"AC\"");
	strcpy(status.dns[0], "9.9.9.9");
	strcpy(status.dns[1], "149.112.112.112");
	status.session_id = 0x1c5e;
	status.monitor_pid = 4711;
	status.received_packets = 0;
	status.since_ms = INT64_C(1764025200000);
	return status;
}

static void test_status_there_and_back(void **state)
{
	(void)state;
	struct line_status before = example(), after;
	char text[LINE_STATUS_JSON_MAX];
	size_t length = line_status_to_text(&before, false, text, sizeof(text));
	assert_true(length > 0 && strlen(text) == length);
	assert_non_null(
		strstr(text, "\"session\":{\"id\":7262,\"concentrator\":\"caf\xc3\xa9 \\\"AC"));
	assert_non_null(strstr(text, "\"dns\":[\"9.9.9.9\",\"149.112.112.112\"]"));
	assert_null(strstr(text, "redial_in_ms")); /* not known */
	assert_true(line_status_from_text(&after, text, length));
	assert_memory_equal(&before, &after, sizeof(before));
}

static void test_log_there_and_back(void **state)
{
	(void)state;
	const struct varlink_log asked = { .lines = 20, .follow = true };
	struct line_status status = example();
	struct varlink_log understood;
	char text[VARLINK_MESSAGE_MAX], answer[VARLINK_MESSAGE_MAX];
	size_t length = varlink_call_log(&asked, text), none;
	assert_int_equal(
		varlink_answer(text, length - 1, false, &status, &understood, answer, &none),
		VARLINK_LOG);
	assert_int_equal(none, 0);
	assert_int_equal(understood.lines, 20);
	assert_true(understood.follow);

	const struct log_entry entry = { 7, INT64_C(1764025200123), LOG_ENTRY_WARNING, "auth",
					 "peer_said=\"no\"" };
	struct varlink_reply reply;
	length = varlink_log_entry(&entry, text);
	assert_true(varlink_read_reply(&reply, text, length - 1));
	assert_true(reply.continues && reply.has_entry && !reply.has_status);
	assert_int_equal(reply.entry.number, entry.number);
	assert_int_equal(reply.entry.time_ms, entry.time_ms);
	assert_int_equal(reply.entry.priority, entry.priority);
	assert_string_equal(reply.entry.stage, entry.stage);
	assert_string_equal(reply.entry.text, entry.text);
	length = varlink_log_entry(NULL, text);
	assert_true(varlink_read_reply(&reply, text, length - 1));
	assert_false(reply.continues || reply.has_entry);

	assert_true(log_entry_to_text(&entry, "ppp0", text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "\"link\":\"ppp0\""));
}

static void test_longest_log_entry_fits(void **state)
{
	(void)state;
	struct log_entry entry;
	char text[LOG_ENTRY_JSON_MAX], message[VARLINK_MESSAGE_MAX];
	memset(&entry, '"', sizeof(entry));
	entry.priority = LOG_ENTRY_INFO;
	entry.stage[sizeof(entry.stage) - 1] = entry.text[sizeof(entry.text) - 1] = '\0';
	assert_true(log_entry_to_text(&entry, "\"\"\"", text, sizeof(text)) > 1000);
	assert_true(varlink_log_entry(&entry, message) > 1000);
}

static void test_longest_status_fits(void **state)
{
	(void)state;
	struct line_status status;
	char text[LINE_STATUS_JSON_MAX], message[VARLINK_MESSAGE_MAX];
	/* Every byte of every text, each of them two in JSON; the numbers are as long as can be. */
	memset(&status, '"', sizeof(status));
#define END(field) status.field[sizeof(status.field) - 1] = '\0'
	END(link), END(config), END(config_path), END(device), END(network), END(interface),
		END(stage), END(concentrator);
	END(concentrator_mac), END(service), END(ipv4_local), END(ipv4_remote), END(ipv6_local);
	END(ipv6_remote), END(dns[0]), END(dns[1]), END(dns[2]), END(dns[3]), END(auth), END(plane);
	END(failure_stage), END(failure_what), END(failure_peer_said), END(failure_advice);
#undef END
	assert_true(line_status_to_text(&status, false, text, sizeof(text)) > 3000);
	assert_true(varlink_status(&status, true, message) > 3000);
}

static void test_status_of_strangers(void **state)
{
	(void)state;
	struct line_status status;
	const char *good =
		"{\"link\":7,\"stage\":\"up\\u001b[31m\",\"mtu\":\"big\",\"session\":[1],"
		"\"dns\":[\"a\",5,\"b\",\"c\",\"d\"],\"later\":{\"x\":null},"
		"\"monitor_pid\":-4}";
	assert_true(line_status_from_text(&status, good, strlen(good)));
	assert_string_equal(status.link, "");
	assert_string_equal(status.stage, "up.[31m");
	assert_int_equal(status.mtu, -1);
	assert_int_equal(status.monitor_pid, -1);
	assert_int_equal(status.session_id, -1);
	assert_string_equal(status.dns[3], "c");
	assert_false(line_status_from_text(&status, "[1]", 3));
	assert_false(line_status_from_text(&status, "{\"a\":", 5));
}

static enum varlink_call call(const char *text, bool may_command, char *answer, size_t *length)
{
	struct line_status status = example();
	struct varlink_log log;
	return varlink_answer(text, strlen(text), may_command, &status, &log, answer, length);
}

#define LINE "org.dialtone.Line."

static void test_calls(void **state)
{
	(void)state;
	static const struct {
		const char *call;
		bool may_command;
		enum varlink_call outcome;
		const char *answer; /* its beginning */
	} cases[] = {
		{ "{\"method\":\"" LINE "GetStatus\"}", false, VARLINK_ANSWERED,
		  "{\"parameters\":{\"status\":{\"link\":\"ppp0\"" },
		{ "{\"method\":\"" LINE "GetStatus\",\"parameters\":{}}", false, VARLINK_ANSWERED,
		  "{\"parameters\":{\"status\":{" },
		{ "{\"method\":\"" LINE "GetStatus\",\"parameters\":{\"x\":1}}", false,
		  VARLINK_ANSWERED,
		  "{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":{"
		  "\"parameter\":"
		  "\"x\"}}" },
		{ "{\"method\":\"" LINE "Watch\",\"more\":true}", false, VARLINK_WATCH,
		  "{\"parameters\":{\"status\":{" },
		{ "{\"method\":\"" LINE "Watch\"}", false, VARLINK_ANSWERED,
		  "{\"error\":\"org.varlink.service.ExpectedMore\"" },
		{ "{\"method\":\"" LINE "ReadLog\"}", false, VARLINK_ANSWERED,
		  "{\"error\":\"org.varlink.service.ExpectedMore\"" },
		{ "{\"method\":\"" LINE "ReadLog\",\"more\":true}", false, VARLINK_LOG, NULL },
		{ "{\"method\":\"" LINE "ReadLog\",\"more\":true,\"oneway\":true}", false,
		  VARLINK_MALFORMED, NULL },
		{ "{\"method\":\"" LINE "ReadLog\",\"more\":true,\"parameters\":{\"lines\":-1}}",
		  false, VARLINK_ANSWERED,
		  "{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":{"
		  "\"parameter\":\"lines\"}}" },
		{ "{\"method\":\"" LINE "ReadLog\",\"more\":true,\"parameters\":{\"follow\":1}}",
		  false, VARLINK_ANSWERED, "{\"error\":\"org.varlink.service.InvalidParameter\"" },
		{ "{\"method\":\"" LINE "Redial\"}", true, VARLINK_REDIAL, "{\"parameters\":{}}" },
		{ "{\"method\":\"" LINE "HangUp\"}", true, VARLINK_HANG_UP, "{\"parameters\":{}}" },
		{ "{\"method\":\"" LINE "HangUp\",\"oneway\":true}", true, VARLINK_HANG_UP, NULL },
		{ "{\"method\":\"" LINE "Redial\"}", false, VARLINK_ANSWERED,
		  "{\"error\":\"org.dialtone.Line.NotAllowed\",\"parameters\":{}}" },
		{ "{\"method\":\"" LINE "HangUp\",\"oneway\":true}", false, VARLINK_ANSWERED,
		  NULL },
		{ "{\"method\":\"" LINE "Explode\"}", true, VARLINK_ANSWERED,
		  "{\"error\":\"org.varlink.service.MethodNotFound\",\"parameters\":{\"method\":"
		  "\"" LINE "Explode\"}}" },
		{ "{\"method\":\"org.else.Where\"}", true, VARLINK_ANSWERED,
		  "{\"error\":\"org.varlink.service.InterfaceNotFound\",\"parameters\":{"
		  "\"interface\":\"org.else\"}}" },
		{ "{\"method\":\"\"}", true, VARLINK_ANSWERED,
		  "{\"error\":\"org.varlink.service.InterfaceNotFound\"" },
		{ "{\"method\":\"org.varlink.service.GetInfo\"}", false, VARLINK_ANSWERED,
		  "{\"parameters\":{\"vendor\":\"Dialtone\"" },
		{ "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{"
		  "\"interface\":\"org.dialtone.Line\"}}",
		  false, VARLINK_ANSWERED, "{\"parameters\":{\"description\":\"# A PPPoE line" },
		{ "{\"method\":\"org.varlink.service.GetInterfaceDescription\"}", false,
		  VARLINK_ANSWERED, "{\"error\":\"org.varlink.service.InvalidParameter\"" },
		{ "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{"
		  "\"interface\":\"org.else\"}}",
		  false, VARLINK_ANSWERED, "{\"error\":\"org.varlink.service.InterfaceNotFound\"" },
		{ "", true, VARLINK_MALFORMED, NULL },
		{ "[]", true, VARLINK_MALFORMED, NULL },
		{ "{}", true, VARLINK_MALFORMED, NULL },
		{ "{\"method\":5}", true, VARLINK_MALFORMED, NULL },
		{ "{\"method\":\"" LINE "HangUp\",\"parameters\":[]}", true, VARLINK_MALFORMED,
		  NULL },
		{ "{\"method\":\"" LINE "HangUp\",\"oneway\":1}", true, VARLINK_MALFORMED, NULL },
		{ "{\"method\":\"" LINE "HangUp\",\"method\":\"" LINE "Redial\"}", true,
		  VARLINK_MALFORMED, NULL },
		{ "{\"method\":\"" LINE "Watch\",\"more\":true,\"oneway\":true}", true,
		  VARLINK_MALFORMED, NULL },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char answer[VARLINK_MESSAGE_MAX] = "";
		size_t length;
		print_message("# %s\n", cases[i].call);
		assert_int_equal(call(cases[i].call, cases[i].may_command, answer, &length),
				 cases[i].outcome);
		const char *wanted = cases[i].answer;
		assert_true(wanted ? length == strlen(answer) + 1 : length == 0);
		if (wanted)
			assert_memory_equal(answer, wanted, strlen(wanted));
	}
}

static void test_answers(void **state)
{
	(void)state;
	struct varlink_reply reply;
	struct line_status status = example();
	char text[VARLINK_MESSAGE_MAX];
	size_t length = varlink_status(&status, true, text);
	assert_true(varlink_read_reply(&reply, text, length - 1));
	assert_true(reply.continues && reply.has_status && reply.error[0] == '\0');
	assert_memory_equal(&reply.status, &status, sizeof(status));
	length = varlink_call("Redial", false, text);
	assert_string_equal(text, "{\"method\":\"org.dialtone.Line.Redial\"}");
	assert_int_equal(length, strlen(text) + 1);
	call(text, false, text, &length);
	assert_true(varlink_read_reply(&reply, text, length - 1));
	assert_string_equal(reply.error, "org.dialtone.Line.NotAllowed");
	assert_false(reply.has_status);
	assert_false(varlink_read_reply(&reply, "7", 1));
	assert_false(varlink_read_reply(&reply, "{\"continues\":2}", 15));
}

static void test_path(void **state)
{
	(void)state;
	char path[CONTROL_PATH_SIZE];
	assert_int_equal(control_path("ppp0", path), 0);
	assert_string_equal(path, "/run/dialtone/ppp0.socket");
	assert_true(control_path("", path) < 0);
	assert_true(control_path("..", path) < 0);
	assert_true(control_path("../etc", path) < 0);
	assert_true(control_path("a/b", path) < 0);
	assert_true(control_path("sixteencharacter", path) < 0);
}

struct made {
	unsigned sessions, kicked, drained, reloaded;
};

static void made_status(void *context, struct concentrator_info *info)
{
	const struct made *made = context;
	snprintf(info->name, sizeof(info->name), "pppoes0");
	info->sessions = made->sessions;
}

static bool made_next(void *context, uint32_t *next, struct session_info *info)
{
	const struct made *made = context;
	if (*next >= made->sessions)
		return false;
	*info = (struct session_info){ .id = ++*next, .up_rate = -1 };
	snprintf(info->name, sizeof(info->name), info->id & 1 ? "anna" : "b\x1b[ert\"");
	snprintf(info->mac, sizeof(info->mac), "02:00:00:00:00:0a");
	return true;
}

static void made_kick(void *context, int64_t id)
{
	(void)id;
	((struct made *)context)->kicked++;
}

static void made_drain(void *context, bool cancel, unsigned seconds)
{
	(void)cancel;
	((struct made *)context)->drained += seconds;
}

static void made_reload(void *context)
{
	((struct made *)context)->reloaded++;
}

static void a_concentrator_tells_and_obeys(void **state)
{
	(void)state;
	struct made made = { .sessions = 5 };
	const struct concentrator_owner owner = { &made,     made_status, made_next,
						  made_kick, made_drain,  made_reload };
	struct concentrator_list list = { .active = false };
	struct concentrator_reply reply;
	struct session_filter anna = { .id = -1, .name = "anna" };
	char call_text[VARLINK_MESSAGE_MAX], answer[VARLINK_MESSAGE_MAX];
	size_t length = concentrator_call("List", &anna, true, call_text), answered;
	assert_true(concentrator_answer(&owner, call_text, length - 1, false, &list, answer,
					&answered));
	assert_int_equal(answered, 0);
	unsigned seen = 0;
	while (list.active) {
		length = concentrator_list_next(&owner, &list, answer);
		assert_true(concentrator_read_reply(&reply, answer, length - 1));
		assert_true(reply.continues == reply.has_session);
		assert_true(!reply.has_session || strcmp(reply.session.name, "anna") == 0);
		seen += reply.has_session;
	}
	assert_int_equal(seen, 3);
	length = concentrator_call("Kick", &anna, false, call_text);
	assert_true(concentrator_answer(&owner, call_text, length - 1, false, &list, answer,
					&answered));
	assert_true(concentrator_read_reply(&reply, answer, answered - 1));
	assert_string_equal(reply.error, "org.dialtone.Concentrator.NotAllowed");
	assert_int_equal(made.kicked, 0);
	assert_true(
		concentrator_answer(&owner, call_text, length - 1, true, &list, answer, &answered));
	assert_true(concentrator_read_reply(&reply, answer, answered - 1));
	assert_int_equal(reply.count, 3);
	assert_int_equal(made.kicked, 3);
	length = concentrator_call_drain(false, 7, call_text);
	assert_true(
		concentrator_answer(&owner, call_text, length - 1, true, &list, answer, &answered));
	assert_int_equal(made.drained, 7);
	length = concentrator_call("Reload", NULL, false, call_text);
	assert_true(
		concentrator_answer(&owner, call_text, length - 1, true, &list, answer, &answered));
	assert_int_equal(made.reloaded, 1);
	assert_false(concentrator_answer(&owner, "{", 1, true, &list, answer, &answered));
}

static void a_session_is_told_printable(void **state)
{
	(void)state;
	struct session_info info = { .id = 1, .mtu = -1 };
	char text[2048];
	snprintf(info.name, sizeof(info.name), "b\x1b[ert\"");
	assert_true(session_info_to_text(&info, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "\"name\":\"b.[ert\\\"\""));
	assert_null(strstr(text, "mtu"));
	assert_null(strstr(text, "vlan"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_concentrator_tells_and_obeys),
		cmocka_unit_test(a_session_is_told_printable),
		cmocka_unit_test(test_status_there_and_back),
		cmocka_unit_test(test_log_there_and_back),
		cmocka_unit_test(test_longest_log_entry_fits),
		cmocka_unit_test(test_longest_status_fits),
		cmocka_unit_test(test_status_of_strangers),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
