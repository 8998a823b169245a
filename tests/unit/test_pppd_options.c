/* SPDX-License-Identifier: BSD-2-Clause */
/* pppd's options files, out of a small file system in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/line_file.h"

struct file {
	const char *path, *text;
};

struct bench {
	const struct file *files; /* ends with a NULL path */
	unsigned warnings, errors;
	char first[512]; /* "path:line: text" of the first problem */
};

static ssize_t read_file(void *context, const char *path, void *to, size_t capacity)
{
	const struct bench *b = context;
	for (const struct file *f = b->files; f->path; f++) {
		if (strcmp(f->path, path) != 0)
			continue;
		size_t length = strlen(f->text);
		if (length > capacity)
			return -EFBIG;
		memcpy(to, f->text, length);
		return (ssize_t)length;
	}
	return -ENOENT;
}

static void complain(void *context, const struct pppd_options_problem *problem)
{
	struct bench *b = context;
	if (b->warnings + b->errors == 0)
		snprintf(b->first, sizeof(b->first), "%s:%u: %s", problem->path, problem->line,
			 problem->text);
	if (problem->fatal)
		b->errors++;
	else
		b->warnings++;
}

static bool load(const struct file *files, struct line_config *config, struct bench *b)
{
	*b = (struct bench){ .files = files };
	*config = pppd_options_default();
	struct pppd_options_reader reader = { read_file, complain, b };
	bool good = pppd_options_load(config, files[0].path, &reader);
	assert_int_equal(good, b->errors == 0);
	return good;
}

static struct line_config accept(const char *text)
{
	const struct file files[] = { { "peer", text }, { NULL, NULL } };
	struct line_config config;
	struct bench b;
	if (!load(files, &config, &b) || b.warnings > 0)
		fail_msg("%s: %s", text, b.first);
	return config;
}

static void expect(const char *text, unsigned warnings, unsigned errors, const char *first)
{
	const struct file files[] = { { "peer", text }, { NULL, NULL } };
	struct line_config config;
	struct bench b;
	load(files, &config, &b);
	if (b.warnings != warnings || b.errors != errors || !strstr(b.first, first))
		fail_msg("%s: %u warnings, %u errors, %s", text, b.warnings, b.errors, b.first);
}

static void defaults(void **state)
{
	(void)state;
	struct line_config c = accept("");
	assert_false(c.default_route || c.peer_dns || c.persist || c.ipv6);
	assert_int_equal(c.echo_interval_s, 0);
	assert_int_equal(c.mtu, 1492);
	assert_int_equal(c.auth, 15);
}

static void the_options_of_a_line(void **state)
{
	(void)state;
	struct line_config c = accept("user \"me@isp\"\nmtu 1480\nmru 1484\ndefaultroute\n"
				      "defaultroute-metric 50 usepeerdns persist\n"
				      "lcp-echo-interval 10 lcp-echo-failure 4 lcp-echo-adaptive\n"
				      "+ipv6 defaultroute6 noauth refuse-eap refuse-pap\n"
				      "ipparam wan linkname wan unit 3\n"
				      "plugin rp-pppoe.so eth1\n"
				      "rp_pppoe_service gold rp_pppoe_ac 'BRAS 1'\n"
				      "pppoe-mac 0:1b:21:3c:9d:f8 host-uniq 00ffAB\n");
	assert_string_equal(c.user, "me@isp");
	assert_int_equal(c.mtu, 1480);
	assert_int_equal(c.mru, 1484);
	assert_true(c.default_route && c.peer_dns && c.persist && c.echo_adaptive);
	assert_int_equal(c.metric, 50);
	assert_int_equal(c.echo_interval_s, 10);
	assert_int_equal(c.echo_failures, 4);
	assert_true(c.ipv6 && c.ipv6_default_route);
	assert_int_equal(c.auth, 2 | 4);
	assert_string_equal(c.ip_parameter, "wan");
	assert_string_equal(c.link_name, "wan");
	assert_string_equal(c.device, "ppp3");
	assert_string_equal(c.interface, "eth1");
	assert_string_equal(c.service_name, "gold");
	assert_string_equal(c.concentrator_name, "BRAS 1");
	assert_int_equal(c.concentrator_address.byte[1], 0x1b);
	assert_string_equal(c.host_uniq, "00ffAB");
	assert_null(line_config_missing(&c));
	c = accept("defaultroute persist usepeerdns +ipv6\n"
		   "nodefaultroute nopersist nousepeerdns noipv6 ifname wan0\n"
		   "pppoe-service s pppoe-ac a pppoe-host-uniq 01");
	assert_false(c.default_route || c.persist || c.peer_dns || c.ipv6);
	assert_string_equal(c.device, "wan0");
	assert_string_equal(c.service_name, "s");
	assert_string_equal(accept("plugin pppoe.so nic-br-lan").interface, "br-lan");
	assert_string_equal(accept("plugin /usr/lib/pppd/2.4.9/rp-pppoe.so\nenp1s0").interface,
			    "enp1s0");
	assert_int_equal(accept("192.0.2.7:").address, 0xc0000207);
	assert_int_equal(accept(":192.0.2.1").address, 0);
	assert_true(accept("ipv6 ::1,::2").ipv6);
	/* `user` beats `name`, wherever they stand. */
	assert_string_equal(accept("name a").user, "a");
	assert_string_equal(accept("user b name a").user, "b");
	assert_string_equal(accept("name a user b").user, "b");
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(accept("user a#b # c\n# user d\n").user, "a#b");
	assert_string_equal(accept("user\n  me\n").user, "me");
	assert_string_equal(accept("user 'a b'\n").user, "a b");
	assert_string_equal(accept("user \"a\\\"b\"\n").user, "a\"b");
	assert_string_equal(accept("user DOMAIN\\\\me\r\n").user, "DOMAIN\\me");
	assert_string_equal(accept("user m\\\ne").user, "me");
	assert_string_equal(accept("user '$(id)`x`'").user, "$(id)`x`");
	expect("user 'me\n", 0, 2, "peer:1: a quote is not closed");
	expect("\nuser", 0, 1, "peer:2: user: a word is missing");
	char text[1024] = "\nuser ";
	memset(text + 6, 'x', 255);
	assert_int_equal(strlen(accept(text).user), 255);
	memset(text + 6, 'x', 256);
	expect(text, 0, 2, "peer:2: a word is too long");
}

static void what_is_not_known(void **state)
{
	(void)state;
	expect("user me\nfrobnicate 12 persist\n", 1, 0, "peer:2: unknown option frobnicate");
	expect("plugin radius.so\n", 1, 0, "peer:1: plugin radius.so is not known");
	struct line_config on_demand = accept("nopersist\ndemand\nidle 300\n");
	assert_true(on_demand.demand && on_demand.persist);
	assert_int_equal(on_demand.demand_idle_s, 300);
	expect("active-filter 'tcp'", 1, 0, "every IP packet is traffic");
	expect("maxfail 3", 1, 0, "maxfail has no effect");
	accept("maxfail 0");
	expect("require-chap", 1, 0, "not asked to authenticate");
	expect("password secret", 1, 0, "chap-secrets");
	expect("eth0", 1, 0, "unknown option eth0"); /* no plugin yet */
	expect("\x1b[2J", 1, 0, "unknown option .[2J");
	/* The rest of its line may be its words; what stands on the next is an option again. */
	const struct file files[] = { { "peer", "frob mtu\nmtu 1400" }, { NULL, NULL } };
	struct line_config c;
	struct bench b;
	assert_true(load(files, &c, &b));
	assert_int_equal(c.mtu, 1400);
}

static void what_is_wrong(void **state)
{
	(void)state;
	expect("mtu 99", 0, 1, "mtu \"99\" is not allowed: it takes a number from 128 to 1500");
	expect("mtu x", 0, 1, "is not allowed");
	expect("mtu 1400x", 0, 1, "is not allowed");
	expect("unit -1", 0, 1, "is not allowed");
	expect("ifname ../x", 0, 1, "is not allowed");
	expect("pppoe-mac 1:2", 0, 1, "is not allowed");
	expect("host-uniq abc", 0, 1, "is not allowed");
	expect("refuse-pap refuse-chap refuse-mschap-v2 refuse-eap", 0, 1, "every way");
	assert_int_equal(accept("mtu 0x400").mtu, 1024);
}

static void the_program_of_rp_pppoe(void **state)
{
	(void)state;
	struct line_config c =
		accept("pty \"/usr/sbin/pppoe -I eth0 -T 80 -U -m 1452 -S gold -CBRAS\"");
	assert_string_equal(c.interface, "eth0");
	assert_int_equal(c.clamp_mss, 1452);
	assert_string_equal(c.service_name, "gold");
	assert_string_equal(c.concentrator_name, "BRAS");
	expect("pty 'rm -rf /'", 0, 1, "nothing is executed");
	expect("pty ''", 0, 1, "nothing is executed");
	expect("pty 'pppoe -I'", 0, 1, "pppoe -I");
	expect("pty 'pppoe -I ../x'", 0, 1, "pppoe -I");
}

static void other_files(void **state)
{
	(void)state;
	struct line_config c;
	struct bench b;
	const struct file files[] = {
		{ "/etc/ppp/peers/wan", "call base\nuser me\nfile /etc/extra" },
		{ "/etc/ppp/peers/base", "user nobody mtu 1400 plugin rp-pppoe.so" },
		{ "/etc/extra", "eth3\nbogus" },
		{ NULL, NULL },
	};
	assert_true(load(files, &c, &b));
	assert_string_equal(c.user, "me");
	assert_int_equal(c.mtu, 1400);
	assert_string_equal(c.interface, "eth3");
	assert_int_equal(b.warnings, 1);
	assert_non_null(strstr(b.first, "/etc/extra:2: unknown option bogus"));

	const struct file endless[] = { { "/etc/ppp/peers/a", "call a call a" }, { NULL, NULL } };
	assert_false(load(endless, &c, &b));
	assert_non_null(strstr(b.first, "too many files"));
	const struct file missing[] = { { "/a", "\nfile /b" }, { NULL, NULL } };
	assert_false(load(missing, &c, &b));
	assert_non_null(strstr(b.first, "/a:2: /b: cannot be read: No such file"));
	expect("call ../../shadow", 0, 1, "not the name of a peer");
	expect("call /etc/shadow", 0, 1, "not the name of a peer");
	expect("call a/..", 0, 1, "not the name of a peer");
	expect("call x", 0, 1, "/etc/ppp/peers/x: cannot be read");
	const struct file none[] = { { NULL, NULL } };
	b = (struct bench){ .files = none };
	struct pppd_options_reader reader = { read_file, complain, &b };
	assert_false(pppd_options_load(&c, "nowhere", &reader));
}

/* What stands in Debian's ppp and pppoe packages, without the comments. */
static void debians_own_files(void **state)
{
	(void)state;
	struct line_config c;
	struct bench b;
	const struct file files[] = {
		{ "/etc/ppp/options", "asyncmap 0\nauth\ncrtscts\nlock\nhide-password\nmodem\n"
				      "lcp-echo-interval 30\nlcp-echo-failure 4\nnoipx\n" },
		{ NULL, NULL },
	};
	assert_true(load(files, &c, &b));
	assert_int_equal(b.warnings, 0);
	c = accept("#user myusername@myprovider.net\n"
		   "pty \"/usr/sbin/pppoe -I eth0 -T 80 -m 1452\"\n"
		   "noipdefault\nusepeerdns\ndefaultroute\n#demand\nhide-password\n"
		   "lcp-echo-interval 20\nlcp-echo-failure 3\nconnect /bin/true\nnoauth\npersist\n"
		   "mtu 1492\nnoaccomp\ndefault-asyncmap\n");
	assert_true(c.default_route && c.peer_dns && c.persist);
	assert_string_equal(line_config_missing(&c), "user");
	assert_int_equal(c.echo_interval_s, 20);
}

/* As the programs read it: by its path, whichever kind it is. */
static int load_line(const struct file *files, const char *path, struct line_config *config,
		     struct bench *b)
{
	*b = (struct bench){ .files = files };
	struct pppd_options_reader reader = { read_file, complain, b };
	return line_file_load(config, path, &reader);
}

static struct line_config line_of(const char *text)
{
	const struct file files[] = { { "/etc/ppp/peers/isp", text }, { NULL, NULL } };
	struct line_config c;
	struct bench b;
	if (load_line(files, files[0].path, &c, &b) != 0)
		fail_msg("%s: %s", text, b.first);
	return c;
}

static void files_of_either_kind(void **state)
{
	(void)state;
	assert_false(line_of("").from_pppd);
	assert_false(line_of("# nothing\n\n \t\r\n").from_pppd);
	assert_string_equal(line_of("# c\n ETH=eth1\nUSER=me").interface, "eth1");
	assert_true(line_of("nic-eth1").from_pppd);
	/* An assignment is at the beginning of a line, and of capitals. */
	assert_true(line_of("user A=B\nset FOO=1\nnic-eth0").from_pppd);
	assert_string_equal(line_of("user me\nnic-eth0\n").pid_file, "/run/isp-pppoe.pid");
	assert_string_equal(line_of("ETH=eth0\n").pid_file, "");
	struct line_config c;
	struct bench b;
	const struct file files[] = { { "/run/a.conf", "export ETH=eth0\nUSER=me\n" },
				      { "/run/b.conf", "mtu 1\n" },
				      { NULL, NULL } };
	assert_int_equal(load_line(files, "/run/a.conf", &c, &b), -EINVAL);
	assert_non_null(strstr(b.first, "/run/a.conf:1: not an assignment"));
	assert_int_equal(load_line(files, "/run/b.conf", &c, &b), -EINVAL);
	assert_int_equal(load_line(files, "/run/c.conf", &c, &b), -ENOENT);
	assert_int_equal(b.errors, 0);
	char text[64];
	line_file_describe(&(struct pppd_options_problem){ "a", 3, true, "bad" }, text, 64);
	assert_string_equal(text, "a:3: error: bad");
	line_file_describe(&(struct pppd_options_problem){ "a", 0, false, "odd" }, text, 64);
	assert_string_equal(text, "a: warning: odd");
}

/* As pppoeconf writes it, over Debian's /etc/ppp/options. */
static void a_peer_over_the_options_of_all(void **state)
{
	(void)state;
	const struct file files[] = {
		{ "/etc/ppp/options", "asyncmap 0\nauth\ncrtscts\nlock\nname nobody\n"
				      "lcp-echo-interval 30\nlcp-echo-failure 4\nnoipx\n" },
		{ "/etc/ppp/peers/dsl-provider",
		  "noipdefault\ndefaultroute\nreplacedefaultroute\nhide-password\n"
		  "#lcp-echo-interval 30\nlcp-echo-interval 20\nnoauth\npersist\nmaxfail 0\n"
		  "#mtu 1492\nplugin rp-pppoe.so eth0\nuser \"me@isp\"\n"
		  "pty \"/usr/sbin/pppoe -I eth0 -T 80 -m 1452\"\nusepeerdns\nnic-eth0\n" },
		{ "/etc/ppp/peers/bad", "call nowhere" },
		{ NULL, NULL },
	};
	struct line_config c;
	struct bench b;
	assert_int_equal(load_line(files, "/etc/ppp/peers/dsl-provider", &c, &b), 0);
	assert_int_equal(b.warnings, 0);
	assert_string_equal(c.interface, "eth0");
	assert_string_equal(c.user, "me@isp");
	assert_int_equal(c.echo_interval_s, 20);
	assert_int_equal(c.echo_failures, 4);
	assert_int_equal(c.clamp_mss, 1452);
	assert_true(c.default_route && c.peer_dns && c.persist);
	assert_string_equal(c.base, "dsl-provider");
	assert_string_equal(c.pid_file, "/run/dsl-provider-pppoe.pid");
	assert_string_equal(c.default_routes_file, "");
	assert_null(line_config_missing(&c));
	assert_int_equal(load_line(files, "/etc/ppp/peers/bad", &c, &b), -EINVAL);
	const struct file broken[] = { { "/etc/ppp/options", "mtu x" },
				       { "/p", "user me" },
				       { NULL, NULL } };
	assert_int_equal(load_line(broken, "/p", &c, &b), -EINVAL);
	assert_non_null(strstr(b.first, "/etc/ppp/options:1: mtu"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(the_options_of_a_line),
		cmocka_unit_test(words),
		cmocka_unit_test(what_is_not_known),
		cmocka_unit_test(what_is_wrong),
		cmocka_unit_test(the_program_of_rp_pppoe),
		cmocka_unit_test(other_files),
		cmocka_unit_test(debians_own_files),
		cmocka_unit_test(files_of_either_kind),
		cmocka_unit_test(a_peer_over_the_options_of_all),
	};
	return cmocka_run_group_tests_name("pppd_options", tests, NULL, NULL);
}
