/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of pppd, each by what Debian's pppoe-connect 3.15 composes of the same file
 * (runs of blanks apart); netns/pppd_command.sh compares more of them with that script itself.  And
 * what pppd's exit codes are in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/line/pppd_command.h"
#include "program/line/pppd_failure.h"

#define BASE \
	"ETH=eth0\nUSER=me@isp\nPIDFILE=/run/p\nPPPOE_TIMEOUT=80\nCLAMPMSS=1412\nPEERDNS=yes\n" \
	"ENGINE=pppd\n"
#define PTY "/usr/sbin/pppd|pty|/usr/sbin/pppoe -p /run/p.pppoe -I eth0 -T 80 -U"
#define BEGIN "|noipdefault|noauth|default-asyncmap"
#define MIDDLE "|hide-password|nodetach"
#define END \
	"|noaccomp|nodeflate|nopcomp|novj|novjccomp|user|me@isp|lcp-echo-interval|20|lcp-echo-" \
	"failure|3"
#define STANDARD BEGIN "|defaultroute" MIDDLE "|usepeerdns|mtu|1492|mru|1492" END

static struct line_config config_of(const char *text)
{
	struct line_config config = line_config_default();
	struct line_config_problems *problems = calloc(1, sizeof(*problems));
	char whole[4096];
	assert_non_null(problems);
	int length = snprintf(whole, sizeof(whole), BASE "%s", text);
	line_config_parse(&config, whole, (size_t)length, problems);
	if (problems->count > 0)
		fail_msg("%s: %s", text, problems->problem[0].text);
	free(problems);
	return config;
}

static void join(const struct pppd_command *command, char *to, size_t size)
{
	size_t used = 0;
	to[0] = '\0';
	for (size_t i = 0; i < command->count; i++)
		used += (size_t)snprintf(to + used, size - used, "%s%s", i > 0 ? "|" : "",
					 command->words[i]);
	assert_null(command->words[command->count]);
}

static void the_command_line(void **state)
{
	static const struct {
		const char *settings, *words;
	} cases[] = {
		{ "", PTY " -m 1412" STANDARD },
		{ "SYNCHRONOUS=yes\n", PTY " -s -m 1412" STANDARD "|sync" },
		{ "CLAMPMSS=no\nACNAME=ac\nSERVICENAME=svc\nPPPOE_EXTRA='-v  -x'\n",
		  PTY " -C ac -S svc -v -x" STANDARD },
		{ "DEFAULTROUTE=no\nPEERDNS=no\nMTU=1400\n",
		  PTY " -m 1412" BEGIN MIDDLE "|mtu|1400|mru|1492" END },
		{ "UNIT=3\nPPPD_EXTRA=' debug kdebug  1'\n",
		  PTY " -m 1412|unit|3" STANDARD "|debug|kdebug|1" },
		{ "UNIT=0\n", PTY " -m 1412|unit|0" STANDARD },
		{ "DEVICE=ppp0\n", PTY " -m 1412|ipparam|ppp0|linkname|ppp0" STANDARD },
		{ "DEVICE=ppp0x\n",
		  PTY " -m 1412|ipparam|ppp0x|linkname|ppp0x|ifname|ppp0x" STANDARD },
		{ "DEMAND=300\n",
		  PTY " -m 1412" STANDARD "|demand|persist|idle|300|10.112.112.112:10.112.112.113"
		      "|ipcp-accept-remote|ipcp-accept-local|connect|true"
		      "|noipdefault|ktune|noipv6" },
		{ "LINUX_PLUGIN=rp-pppoe.so\nSYNCHRONOUS=yes\n",
		  "/usr/sbin/pppd|plugin|rp-pppoe.so|nic-eth0" STANDARD },
		{ "LINUX_PLUGIN=/lib/p.so\nSERVICENAME=s\nUNIT=2\nPPPD=/x/pppd\n",
		  "/x/pppd|plugin|/lib/p.so|nic-eth0|rp_pppoe_service|s|unit|2" STANDARD },
		{ "ACNAME='a b'\nSERVICENAME=\"it's\"\nPPPOE_EXTRA='a=b $x'\n",
		  PTY " -m 1412 -C 'a b' -S 'it'\\''s' 'a=b' '$x'" STANDARD },
		{ "PIDFILE=\nPPPOE=/o/pppoe\nPPPOE_TIMEOUT=0\n",
		  "/usr/sbin/pppd|pty|/o/pppoe -I eth0 -T 0 -U -m 1412" STANDARD },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct pppd_command command;
		char words[8192];
		struct line_config config = config_of(cases[i].settings);
		assert_true(pppd_command_make(&command, &config, "eth0"));
		join(&command, words, sizeof(words));
		assert_string_equal(words, cases[i].words);
	}
}

static void one_that_is_too_long(void **state)
{
	(void)state;
	static struct pppd_command command;
	char text[LINE_CONFIG_TEXT + 32] = "PPPD_EXTRA='";
	size_t length = strlen(text);
	while (length < 250)
		length += (size_t)snprintf(text + length, 3, "x ");
	snprintf(text + length, 3, "'\n");
	struct line_config config = config_of(text);
	assert_true(pppd_command_make(&command, &config, "eth0")); /* some 120 words more */
	/* The longest of everything, with quotes that take four bytes each, still has its room. */
	config = config_of("");
	memset(config.concentrator_name, '\'', sizeof(config.concentrator_name) - 1);
	memset(config.service_name, '\'', sizeof(config.service_name) - 1);
	memset(config.pppoe, '\'', sizeof(config.pppoe) - 1);
	memset(config.pid_file, 'p', sizeof(config.pid_file) - 1);
	assert_true(pppd_command_make(&command, &config, "eth0"));
	memset(config.pid_file, '\'', sizeof(config.pid_file) - 1);
	assert_false(pppd_command_make(&command, &config, "eth0"));
	assert_true(command.count <= PPPD_COMMAND_WORDS);
}

static void which_engine(void **state)
{
	(void)state;
	struct line_config config = line_config_default();
	assert_false(line_config_uses_pppd(&config));
	config = config_of("LINUX_PLUGIN=rp-pppoe.so\nENGINE=builtin\n");
	assert_false(line_config_uses_pppd(&config));
	config.engine = LINE_CONFIG_ENGINE_UNSAID;
	assert_true(line_config_uses_pppd(&config));
	config = config_of("");
	assert_true(line_config_uses_pppd(&config));
}

static void the_exit_codes(void **state)
{
	(void)state;
	struct link_failure f = pppd_failure_of_exit(19, LINK_LCP);
	assert_int_equal(f.cause, REDIAL_REJECTED);
	assert_int_equal(f.stage, LINK_AUTHENTICATION);
	f = pppd_failure_of_exit(16, LINK_DISCOVERY);
	assert_int_equal(f.cause, REDIAL_FAILED);
	assert_int_equal(f.stage, LINK_DISCOVERY);
	assert_string_not_equal(f.advice, "");
	f = pppd_failure_of_exit(16, LINK_OPEN);
	assert_int_equal(f.cause, REDIAL_LOST);
	assert_int_equal(f.stage, LINK_OPEN);
	f = pppd_failure_of_exit(15, LINK_OPEN);
	assert_int_equal(f.cause, REDIAL_LOST);
	f = pppd_failure_of_signal(LINK_OPEN);
	assert_int_equal(f.cause, REDIAL_LOST);
	/* Each has a sentence of its own, but for one about calling back. */
	for (int code = 0; code <= 19; code++) {
		if (code == 14)
			continue;
		f = pppd_failure_of_exit(code, LINK_NETWORK);
		assert_true(f.stage < LINK_STAGE_COUNT);
		if (strcmp(f.what, pppd_failure_of_exit(99, LINK_NETWORK).what) == 0)
			fail_msg("code %d has no words", code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_line),
		cmocka_unit_test(one_that_is_too_long),
		cmocka_unit_test(which_engine),
		cmocka_unit_test(the_exit_codes),
	};
	return cmocka_run_group_tests_name("pppd_line", tests, NULL, NULL);
}
