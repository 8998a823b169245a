/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs in the root of the tree: it reads tests/vectors/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/line_config.h"

struct bench {
	struct line_config config;
	struct line_config_problems problems;
};

static struct bench parse(const char *text)
{
	struct bench b = { .config = line_config_default() };
	line_config_parse(&b.config, text, strlen(text), &b.problems);
	return b;
}

static void print_problems(const struct bench *b)
{
	for (unsigned i = 0; i < b->problems.count; i++)
		print_message("%u: %s\n", b->problems.problem[i].line, b->problems.problem[i].text);
}

static struct line_config accept(const char *text)
{
	struct bench b = parse(text);
	print_problems(&b);
	assert_int_equal(b.problems.count, 0);
	assert_false(b.problems.fatal);
	return b.config;
}

/* One error, of this line, with these words. */
static void refuse(const char *text, unsigned line, const char *words)
{
	struct bench b = parse(text);
	assert_int_equal(b.problems.count, 1);
	assert_true(b.problems.fatal && b.problems.problem[0].fatal);
	assert_int_equal(b.problems.problem[0].line, line);
	if (!strstr(b.problems.problem[0].text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, b.problems.problem[0].text);
}

static void assert_user(const char *text, const char *user)
{
	struct line_config config = accept(text);
	assert_string_equal(config.user, user);
}

static void defaults(void **state)
{
	(void)state;
	struct line_config c = accept("");
	assert_string_equal(c.interface, "");
	assert_string_equal(c.device, "");
	assert_true(c.default_route && c.peer_dns && c.persist);
	assert_false(c.ipv6 || c.ipv6_default_route || c.echo_adaptive);
	assert_int_equal(c.echo_interval_s, 20);
	assert_int_equal(c.echo_failures, 3);
	assert_int_equal(c.mtu, 1492);
	assert_int_equal(c.auth, 15);
	assert_string_equal(line_config_missing(&c), "ETH");
	c = accept("ETH=\nUSER=\n"); /* as good as none: both may be given on the command line */
	assert_string_equal(line_config_missing(&c), "ETH");
	c = accept("MTU=1400\nMTU=\n");
	assert_int_equal(c.mtu, 1492);
	c = accept("UNIT=3\nDEVICE=\n");
	assert_string_equal(c.device, "ppp3");
	c = accept("CONNECT_POLL=0"); /* rp-pppoe's way of not waiting */
	assert_int_equal(c.connect_poll_s, 0);
	c = accept("ETH=eth0");
	assert_string_equal(line_config_missing(&c), "USER");
	c = accept("ETH=eth0\nUSER=me");
	assert_null(line_config_missing(&c));
}

static void every_key(void **state)
{
	(void)state;
	struct line_config c = accept("ETH=eth0.35\n"
				      "USER=me@isp.example\n"
				      "DEVICE=ppp7\n"
				      "SERVICENAME='gold line'\n"
				      "ACNAME=\"BRAS 1\"\n"
				      "ACMAC=00:1B:21:3c:9d:f8\n"
				      "HOST_UNIQ=00ffAB\n"
				      "DEFROUTE=no\n"
				      "METRIC=700\n"
				      "IPV6INIT=yes\n"
				      "IPV6_DEFROUTE=yes\n"
				      "PEERDNS=no\n"
				      "LCP_INTERVAL=5\n"
				      "LCP_FAILURE=9\n"
				      "LCP_ADAPTIVE=yes\n"
				      "MTU=1500\n"
				      "IPADDR=192.0.2.7\n"
				      "AUTH=\"chap, eap\"\n"
				      "RETRY_ON_FAILURE=no\n"
				      "PIDFILE=/run/a.pid\n"
				      "SECRETS=/etc/ppp/mine\n");
	assert_string_equal(c.interface, "eth0.35");
	assert_string_equal(c.user, "me@isp.example");
	assert_string_equal(c.device, "ppp7");
	assert_string_equal(c.service_name, "gold line");
	assert_string_equal(c.concentrator_name, "BRAS 1");
	assert_memory_equal(c.concentrator_address.byte, "\x00\x1b\x21\x3c\x9d\xf8", 6);
	assert_string_equal(c.host_uniq, "00ffAB");
	assert_false(c.default_route);
	assert_int_equal(c.metric, 700);
	assert_true(c.ipv6 && c.ipv6_default_route);
	assert_false(c.peer_dns);
	assert_int_equal(c.echo_interval_s, 5);
	assert_int_equal(c.echo_failures, 9);
	assert_true(c.echo_adaptive);
	assert_int_equal(c.mtu, 1500);
	assert_int_equal(c.address, 0xc0000207);
	assert_int_equal(c.auth, 2 | 8);
	assert_false(c.persist);
	assert_string_equal(c.pid_file, "/run/a.pid");
	assert_string_equal(c.secrets, "/etc/ppp/mine");
	c = accept("DEFAULTROUTE=no");
	assert_false(c.default_route);
}

static void same_line(void **state)
{
	(void)state;
	const struct line_config a = accept("ETH=eth0\nUSER=long-name\nUSER=u\nDNS1=192.0.2.1\n"
					    "CLAMPMSS=1412\nAUTH=chap\nONBOOT=no\n");
	struct line_config b = accept("ETH=eth0\nUSER=u\nDNS1=192.0.2.1\nCLAMPMSS=1412\n"
				      "AUTH=chap\nNAME=x\nONBOOT=yes\nCHECK_INTERVAL=7\n"
				      "TYPE=xDSL\nPING=x\nFORCEPING=y\nCONNECT_POLL=1\n"
				      "CONNECT_TIMEOUT=2\n");
	assert_true(line_config_same_line(&a, &b));
	assert_true(b.on_boot && !a.on_boot);
	assert_int_equal(a.check_interval_s, 120);
	assert_int_equal(b.check_interval_s, 7);
	static const char *const others[] = {
		"ETH=eth1",
		"USER=v",
		"DEVICE=ppp1",
		"ACMAC=00:1b:21:3c:9d:f8",
		"DEFROUTE=no",
		"METRIC=1",
		"DNS1=0.0.0.0",
		"MTU=1400",
		"FIREWALL=STANDALONE",
		"CLAMPMSS=no",
		"AUTH=pap",
		"PIDFILE=/x",
		"HOST_UNIQ=ff",
		"DNSTYPE=SPECIFY",
		"RETRY_ON_FAILURE=no",
	};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct line_config_problems problems = { 0 };
		b = a;
		line_config_parse(&b, others[i], strlen(others[i]), &problems);
		assert_int_equal(problems.count, 0);
		if (line_config_same_line(&a, &b))
			fail_msg("%s makes no difference", others[i]);
	}
}

static void absolute_paths(void **state)
{
	(void)state;
	struct line_config c;
	char here[PATH_MAX], long_path[LINE_CONFIG_TEXT + 8];
	line_config_set_base(&c, "/x.conf");
	assert_string_equal(c.path, "/x.conf");
	line_config_set_base(&c, "/proc/../tmp/./x.conf");
	assert_string_equal(c.path, "/tmp/x.conf");
	assert_string_equal(c.base, "x.conf");
	assert_non_null(realpath(".", here));
	line_config_set_base(&c, "x.conf");
	assert_memory_equal(c.path, here, strlen(here));
	assert_string_equal(c.path + strlen(here), "/x.conf");
	line_config_set_base(&c, "/no/such/folder/x.conf");
	assert_string_equal(c.path, "");
	memset(long_path, 'x', sizeof(long_path) - 1);
	memcpy(long_path, "/tmp/", 5);
	long_path[sizeof(long_path) - 1] = '\0';
	line_config_set_base(&c, long_path);
	assert_string_equal(c.path, "");
}

static void keys_of_others_are_accepted(void **state)
{
	(void)state;
	accept("USERCTL=yes\nBOOTPROTO=dialup\nNAME=x\nTYPE=xDSL\nONBOOT=no\nFIREWALL=NONE\n"
	       "PING=.\nFORCEPING=.\nPPPOE_TIMEOUT=80\nCLAMPMSS=1412\nCONNECT_POLL=6\n"
	       "CONNECT_TIMEOUT=60\nSYNCHRONOUS=no\nPROVIDER=x\nDEMAND=no\nDNSTYPE=SERVER\n"
	       "DNS1=192.0.2.1\nDNS2=\nLINUX_PLUGIN=\nPPPOE_EXTRA=\"\"\nPPPD_EXTRA=\"\"\n");
}

static void yes_and_no(void **state)
{
	(void)state;
	const char *const yes[] = { "yes", "true", "1", "on", "YES", "True", "'yes'" };
	const char *const no[] = { "no", "false", "0", "off", "NO", "Off", "\"no\"" };
	char text[64];
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		snprintf(text, sizeof(text), "IPV6INIT=%s", yes[i]);
		assert_true(accept(text).ipv6);
		snprintf(text, sizeof(text), "PEERDNS=%s", no[i]);
		assert_false(accept(text).peer_dns);
	}
	refuse("PEERDNS=maybe", 1, "PEERDNS=\"maybe\" is not allowed: it takes yes or no");
}

static void empty_values(void **state)
{
	(void)state;
	struct line_config c =
		accept("MTU=\nPEERDNS=\"\"\nACMAC=\nIPADDR=''\nAUTH=\nLCP_INTERVAL=\n"
		       "SERVICENAME=\nACNAME=\nDEVICE=\nHOST_UNIQ=\n");
	assert_int_equal(c.mtu, 1492);
	assert_true(c.peer_dns);
	assert_int_equal(c.auth, 15);
	assert_true(mac_is_zero(c.concentrator_address));
	c = accept("USER=me\nUSER=\n");
	assert_string_equal(c.user, "");
}

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(accept("MTU=128").mtu, 128);
	assert_int_equal(accept("MTU=0576").mtu, 576);
	refuse("MTU=127", 1, "a number from 128 to 1500");
	refuse("MTU=1501", 1, "128 to 1500");
	refuse("MTU=-1", 1, "not allowed");
	refuse("MTU=+1400", 1, "not allowed");
	refuse("MTU=1400x", 1, "not allowed");
	refuse("MTU=' 1400'", 1, "not allowed");
	refuse("MTU=0x400", 1, "not allowed");
	refuse("MTU=99999999999999999999999", 1, "not allowed");
	refuse("METRIC=4294967296", 1, "not allowed");
	assert_int_equal(accept("METRIC=2147483647").metric, 2147483647);
	assert_int_equal(accept("LCP_INTERVAL=0").echo_interval_s, 0);
}

static void addresses(void **state)
{
	(void)state;
	refuse("ACMAC=00:1b:21:3c:9d", 1, "an Ethernet address");
	refuse("ACMAC=00:1b:21:3c:9d:f8:00", 1, "an Ethernet address");
	refuse("ACMAC=00:1b:21:3c:9d:fg", 1, "an Ethernet address");
	refuse("ACMAC=00:1b:21:3c:9d:-8", 1, "an Ethernet address");
	refuse("ACMAC=001:b:21:3c:9d:f8", 1, "an Ethernet address");
	refuse("ACMAC='00:1b: 1:3c:9d:f8'", 1, "an Ethernet address");
	refuse("ACMAC=0x:1b:21:3c:9d:f8", 1, "an Ethernet address");
	assert_int_equal(accept("ACMAC=0:1b:21:3c:9d:f8").concentrator_address.byte[1], 0x1b);
	refuse("IPADDR=192.0.2", 1, "an IPv4 address");
	refuse("IPADDR=192.0.2.256", 1, "an IPv4 address");
	refuse("IPADDR=::1", 1, "an IPv4 address");
	refuse("HOST_UNIQ=abc", 1, "hexadecimal digits");
	refuse("HOST_UNIQ=xyzw", 1, "hexadecimal digits");
}

static void device_names(void **state)
{
	(void)state;
	accept("ETH=abcdefghijklmno");
	refuse("ETH=abcdefghijklmnop", 1, "at most 15 characters");
	refuse("ETH=../x", 1, "not allowed");
	refuse("ETH=..", 1, "not allowed");
	refuse("ETH='a b'", 1, "not allowed");
	refuse("DEVICE=ppp%d", 1, "not allowed");
	refuse("DEVICE='ppp\x1b'", 1, "not allowed");
}

static void long_values(void **state)
{
	(void)state;
	char text[2048] = "USER=";
	memset(text + 5, 'x', 255);
	assert_int_equal(strlen(accept(text).user), 255);
	text[260] = 'x';
	refuse(text, 1, "too long");
	memset(text + 5, 'x', 1500);
	refuse(text, 1, "too long");
	memcpy(text, "HOST_UNIQ=", 10);
	memset(text + 10, 'a', 128);
	text[138] = '\0';
	assert_int_equal(strlen(accept(text).host_uniq), 128);
	memcpy(text + 138, "aa", 3);
	refuse(text, 1, "not allowed");
}

static void authentication(void **state)
{
	(void)state;
	assert_int_equal(accept("AUTH=pap").auth, 1);
	assert_int_equal(accept("AUTH='pap chap'").auth, 3);
	assert_int_equal(accept("AUTH=mschap-v2,eap").auth, 12);
	refuse("AUTH=chap,md5", 1, "a list of pap, chap, mschap-v2, eap");
	refuse("AUTH=,", 1, "a list of");
}

static void quotes(void **state)
{
	(void)state;
	assert_user("USER=plain", "plain");
	assert_user("USER=\"double\"", "double");
	assert_user("USER='single'", "single");
	assert_user("USER=a\"b c\"'d e'f", "ab cd ef");
	assert_user("USER='it is \"so\"'", "it is \"so\"");
	assert_user("USER=\"it's\"", "it's");
	assert_user("USER='$HOME `x`'", "$HOME `x`");
	assert_user("USER=\\$x\\ y", "$x y");
	assert_user("USER=\"\\$x \\` \\\" \\\\\"", "$x ` \" \\");
	/* As the shell has it: between double quotes this backslash stays. */
	assert_user("USER=\"DOMAIN\\user\"", "DOMAIN\\user");
	assert_user("USER='DOMAIN\\user'", "DOMAIN\\user");
	assert_user("USER=DOMAIN\\\\user", "DOMAIN\\user");
	assert_user("USER=\"a;b|c&d<e>(f)\"", "a;b|c&d<e>(f)");
	assert_user("USER=\xe4\xb8\xad\xe6\x96\x87", "\xe4\xb8\xad\xe6\x96\x87");
	assert_user("USER=", "");
	refuse("USER=\"open", 1, "a quote is not closed");
	refuse("USER='open\nETH=eth0", 1, "a quote is not closed");
	refuse("USER=open\\", 1, "continued by a backslash");
}

static void layout(void **state)
{
	(void)state;
	assert_user("# comment\n\n  \t \n   USER=me   # who\n#USER=you", "me");
	assert_user("USER=a#b", "a#b");
	assert_user("USER=me \t", "me");
	assert_user("USER=me\r\nETH=eth0\r\n", "me");
	assert_user("USER=\"me\"\r\n\r\n", "me");
	assert_user("USER=first\nUSER=second\n", "second");
	refuse("USER=me you", 1, "more than one word");
	refuse("USER= me", 1, "more than one word");
	refuse("USER = me", 1, "not an assignment");
	refuse("\n\n=x", 3, "not an assignment");
	refuse("USER", 1, "not an assignment");
}

static void text_is_not_always_text(void **state)
{
	(void)state;
	struct bench b = { .config = line_config_default() };
	const char text[] = "ETH=eth0\nUSER=a\0b\nMTU=1400\n";
	line_config_parse(&b.config, text, sizeof(text) - 1, &b.problems);
	assert_int_equal(b.problems.count, 1);
	assert_int_equal(b.problems.problem[0].line, 2);
	assert_int_equal(b.config.mtu, 1400);
	b = parse("\x1b[2J");
	assert_null(strchr(b.problems.problem[0].text, '\x1b'));
	b = parse("MTU='\x1b[2J\x7f'");
	assert_null(strchr(b.problems.problem[0].text, '\x1b'));
	assert_null(strchr(b.problems.problem[0].text, '\x7f'));
}

static void shell_constructs_are_refused(void **state)
{
	(void)state;
	const char *const values[] = { "$HOME", "\"$HOME\"", "${X}",	  "$(id)",    "\"$(id)\"",
				       "`id`",	"\"`id`\"",  "a;b",	  "a&",	      "a|b",
				       "a>b",	"a<b",	     "(a)",	  "a;reboot", "$CF_BASES",
				       "$",	"\"$\"",     "${CF_BASE", "$cf_base" };
	char text[128];
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), "\nUSER=%s\n", values[i]);
		refuse(text, 2, "USER: commands, variables and other things of the shell");
		snprintf(text, sizeof(text), "\nNAME=%s\n", values[i]); /* used or not */
		refuse(text, 2, "are not executed here");
	}
	refuse("export USER=me", 1, "not an assignment");
	refuse(". /etc/other", 1, "not an assignment");
	refuse("if true; then USER=me; fi", 1, "not an assignment");
	refuse("USER+=me", 1, "not an assignment");
	refuse("rm -rf /", 1, "not an assignment");
}

static void unknown_keys(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "SERVICE_NAME=x", "unknown key SERVICE_NAME (did you mean SERVICENAME?)" },
		{ "USR=x", "(did you mean USER?)" },
		{ "eth=x", "(did you mean ETH?)" },
		{ "MTUU=x", "(did you mean MTU?)" },
		{ "DEFROOT=x", "(did you mean DEFROUTE?)" },
		{ "lcp_interval=x", "(did you mean LCP_INTERVAL?)" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b = parse(cases[i].text);
		assert_int_equal(b.problems.count, 1);
		assert_false(b.problems.fatal);
		if (!strstr(b.problems.problem[0].text, cases[i].words))
			fail_msg("%s: %s", cases[i].text, b.problems.problem[0].text);
	}
	struct bench b = parse("FOO=x");
	assert_string_equal(b.problems.problem[0].text, "unknown key FOO");
	b = parse("SOMETHING_ELSE_ALTOGETHER=x");
	assert_null(strstr(b.problems.problem[0].text, "did you mean"));
	char text[128];
	memset(text, 'A', sizeof(text));
	memcpy(text + 63, "=x", 3);
	b = parse(text);
	assert_false(b.problems.fatal);
	memcpy(text + 63, "A=x", 4);
	refuse(text, 1, "not an assignment");
}

static void line_numbers_and_many_problems(void **state)
{
	(void)state;
	struct bench b = parse("ETH=eth0\nMTU=x\n\nWHAT=1\nUSER=$x\n");
	assert_int_equal(b.problems.count, 3);
	assert_int_equal(b.problems.problem[0].line, 2);
	assert_int_equal(b.problems.problem[1].line, 4);
	assert_false(b.problems.problem[1].fatal);
	assert_int_equal(b.problems.problem[2].line, 5);
	assert_string_equal(b.config.interface, "eth0");

	char text[1024] = "";
	for (unsigned i = 0; i < 100; i++)
		memcpy(text + 4 * i, "X=1\n", 5);
	memcpy(text + 400, "MTU=x", 6);
	b = parse(text);
	assert_int_equal(b.problems.count, LINE_CONFIG_PROBLEMS);
	assert_true(b.problems.fatal); /* though there was no room to say why */
}

static void base_of_the_file(void **state)
{
	(void)state;
	const char *text = "CF_BASE=`basename $CONFIG`\n"
			   "CF_BASE=`basename $CF_BASE .conf`\n"
			   "PIDFILE=\"/var/run/$CF_BASE-pppoe.pid\"\n"
			   "NAME=${CF_BASE}_2\n";
	assert_string_equal(accept(text).pid_file, "/var/run/pppoe-pppoe.pid");
	struct bench b = { .config = line_config_default() };
	snprintf(b.config.base, sizeof(b.config.base), "wan");
	line_config_parse(&b.config, text, strlen(text), &b.problems);
	assert_string_equal(b.config.pid_file, "/var/run/wan-pppoe.pid");
	memset(b.config.base, 'x', 255);
	line_config_parse(&b.config, text, strlen(text), &b.problems);
	assert_true(b.problems.fatal);
	refuse("USER=$CF_BASE_2", 1, "not executed here");
	assert_user("USER='$CF_BASE'", "$CF_BASE");
}

static void the_recorders_own_file(void **state)
{
	(void)state;
	char text[4096];
	FILE *file = fopen("tests/vectors/ifcfg-ppp0", "r");
	assert_non_null(file);
	size_t length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	struct line_config c = accept(text);
	assert_null(line_config_missing(&c));
	assert_string_equal(c.interface, "enp1s0");
	assert_string_equal(c.user, "sz3lmc48@163.gd");
	assert_string_equal(c.device, "ppp0");
	assert_string_equal(c.pid_file, "/var/run/pppoe-adsl.pid");
	assert_true(c.default_route && c.peer_dns);
	assert_int_equal(c.echo_interval_s, 20);
	assert_int_equal(c.echo_failures, 3);
}

static void references(void **state)
{
	(void)state;
	assert_string_equal(accept("ETH=eth0\nDEVICE=${ETH}x\n").device, "eth0x");
	assert_user("ETH=eth0\nUSER=\"$ETH@isp\"", "eth0@isp");
	assert_user("NAME='a b'\nUSER=$NAME", "a b"); /* not split */
	assert_user("NAME=a\nNAME=b\nUSER=$NAME$NAME", "bb");
	assert_user("NAME=\nUSER=x$NAME", "x");
	assert_user("NAME=a\nUSER='$NAME'", "$NAME");
	assert_user("NAME=a\nUSER=\\$NAME", "$NAME");
	assert_user("NAME=a\nNAME=$NAME-$NAME\nUSER=$NAME", "a-a");
	assert_user("NAME='$ETH'\nETH=eth0\nUSER=$NAME", "$ETH"); /* once, not over and over */
	refuse("USER=$NAME\nNAME=a", 1, "not executed here"); /* only from above */
	refuse("NAME=a\nUSER=${NAME", 2, "not executed here");
	refuse("NAME=a\nUSER=${NAME:-b}", 2, "not executed here");
	char text[1024] = "NAME=";
	memset(text + 5, 'x', 200);
	memcpy(text + 205, "\nUSER=$NAME$NAME", 17);
	refuse(text, 2, "too long");
}

static struct line_config at_path(const char *path, const char *text)
{
	struct bench b = { .config = line_config_default() };
	line_config_set_base(&b.config, path);
	line_config_parse(&b.config, text, strlen(text), &b.problems);
	assert_int_equal(b.problems.count, 0);
	return b.config;
}

/* As the shell does: the ending stays unless it is named. */
static void base_names(void **state)
{
	(void)state;
	const char *const pid = "PIDFILE=/run/$CF_BASE.pid\n";
	char text[256];
	static const struct {
		const char *path, *line, *pid_file;
	} cases[] = {
		{ "/etc/ppp/pppoe.conf", "CF_BASE=`basename $CONFIG`", "/run/pppoe.conf.pid" },
		{ "wan.conf", "CF_BASE=\"`basename $CONFIG .conf`\"", "/run/wan.pid" },
		{ "a/b", "CF_BASE=`basename \"$CONFIG\" .conf`", "/run/b.pid" },
		{ ".conf", "CF_BASE=`basename $CONFIG .conf`", "/run/.conf.pid" },
		{ "x", "CF_BASE=mine", "/run/mine.pid" },
		{ "x", "", "/run/x.pid" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "%s\n%s", cases[i].line, pid);
		assert_string_equal(at_path(cases[i].path, text).pid_file, cases[i].pid_file);
	}
	refuse("CF_BASE=`reboot`", 1, "not executed here");
	refuse("CF_BASE=`basename /etc/passwd`", 1, "not executed here");
	refuse("CF_BASE=`basename $CONFIG .conf; reboot`", 1, "not executed here");
	refuse("CF_BASE=$(basename $CONFIG)", 1, "not executed here");
}

static void firewall_and_clamping(void **state)
{
	(void)state;
	assert_int_equal(accept("").firewall, LINE_CONFIG_FIREWALL_NONE);
	assert_int_equal(accept("FIREWALL=NONE").firewall, LINE_CONFIG_FIREWALL_NONE);
	assert_int_equal(accept("FIREWALL=STANDALONE").firewall, LINE_CONFIG_FIREWALL_STANDALONE);
	assert_int_equal(accept("FIREWALL=masquerade").firewall, LINE_CONFIG_FIREWALL_MASQUERADE);
	refuse("FIREWALL=yes", 1, "NONE, STANDALONE or MASQUERADE");
	assert_int_equal(accept("").clamp_mss, 0);
	assert_int_equal(accept("CLAMPMSS=1412").clamp_mss, 1412);
	assert_int_equal(accept("CLAMPMSS=1412\nCLAMPMSS=no").clamp_mss, 0);
	assert_int_equal(accept("CLAMPMSS=auto").clamp_mss, LINE_CONFIG_CLAMP_AUTO);
	refuse("CLAMPMSS=1", 1, "no, auto, or a number from 88 to 1460");
	refuse("CLAMPMSS=1461", 1, "no, auto, or a number");
	assert_string_equal(accept("UNIT=3").device, "ppp3");
	refuse("UNIT=x", 1, "a number from 0 to 32767");
	assert_int_equal(accept("").mru, 0);
	assert_int_equal(accept("MRU=1480").mru, 1480);
	assert_false(accept("USEPEERDNS=no").peer_dns);
}

static size_t read_text(const char *path, char *to, size_t size)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t length = fread(to, 1, size - 1, file);
	fclose(file);
	to[length] = '\0';
	return length;
}

/* Each key stands in the page as *KEY*, and the page speaks of no other. */
static void the_page_and_the_keys(void **state)
{
	(void)state;
	static char page[65536];
	char word[80];
	read_text("man/pppoe.conf.5.scd", page, sizeof(page));
	for (size_t i = 0; line_config_key_name(i); i++) {
		snprintf(word, sizeof(word), "*%s*", line_config_key_name(i));
		if (!strstr(page, word))
			fail_msg("man/pppoe.conf.5.scd does not name %s", word);
	}
	for (const char *at = page; (at = strstr(at, "\n*")) != NULL; at++) {
		size_t length = strspn(at + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
		if (length == 0 || at[2 + length] != '*')
			continue;
		snprintf(word, sizeof(word), "%.*s=", (int)length, at + 2);
		struct bench b = parse(word);
		for (unsigned i = 0; i < b.problems.count; i++)
			if (strstr(b.problems.problem[i].text, "unknown"))
				fail_msg("the page names %s: %s", word, b.problems.problem[i].text);
	}
}

/* All keys of rp-pppoe 3.15's page and scripts, of its stock file's form. */
static void rp_pppoes_own_file(void **state)
{
	(void)state;
	struct line_config c = at_path(
		"/etc/ppp/pppoe.conf",
		"# comment\n\nETH=eth1\nUSER=bxxxnxnx@sympatico.ca\nDEMAND=no\n#DEMAND=300\n"
		"DNSTYPE=SERVER\nPEERDNS=yes\nDNS1=\nDNS2=\nDEFAULTROUTE=yes\n"
		"CONNECT_TIMEOUT=30\nCONNECT_POLL=2\nACNAME=\nSERVICENAME=\nPING=\".\"\n"
		"CF_BASE=`basename $CONFIG`\nPIDFILE=\"/var/run/$CF_BASE-pppoe.pid\"\n"
		"SYNCHRONOUS=no\nCLAMPMSS=1412\n#CLAMPMSS=no\nLCP_INTERVAL=20\nLCP_FAILURE=3\n"
		"PPPOE_TIMEOUT=80\nFIREWALL=NONE\nLINUX_PLUGIN=\nPPPOE_EXTRA=\"\"\n"
		"PPPD_EXTRA=\"\"\n# OVERRIDE_PPPD_COMMAND=\"pppd call dsl\"\n");
	assert_string_equal(c.pid_file, "/var/run/pppoe.conf-pppoe.pid");
	assert_int_equal(c.clamp_mss, 1412);
	assert_null(line_config_missing(&c));
	accept("NONROOT=OK\nUSEPEERDNS=yes\nFORCEPING=.\nUNIT=\nMRU=\nMTU=\nDEBUG=\n"
	       "RETRY_ON_FAILURE=no\nOVERRIDE_PPPD_COMMAND='pppd call dsl'\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(every_key),
		cmocka_unit_test(same_line),
		cmocka_unit_test(absolute_paths),
		cmocka_unit_test(keys_of_others_are_accepted),
		cmocka_unit_test(yes_and_no),
		cmocka_unit_test(empty_values),
		cmocka_unit_test(numbers),
		cmocka_unit_test(addresses),
		cmocka_unit_test(device_names),
		cmocka_unit_test(long_values),
		cmocka_unit_test(authentication),
		cmocka_unit_test(quotes),
		cmocka_unit_test(layout),
		cmocka_unit_test(text_is_not_always_text),
		cmocka_unit_test(shell_constructs_are_refused),
		cmocka_unit_test(unknown_keys),
		cmocka_unit_test(line_numbers_and_many_problems),
		cmocka_unit_test(base_of_the_file),
		cmocka_unit_test(references),
		cmocka_unit_test(base_names),
		cmocka_unit_test(firewall_and_clamping),
		cmocka_unit_test(the_page_and_the_keys),
		cmocka_unit_test(rp_pppoes_own_file),
		cmocka_unit_test(the_recorders_own_file),
	};
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
