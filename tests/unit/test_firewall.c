/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands for nftables: what they say, and what never gets into them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "linux/firewall.h"

struct text {
	char text[FIREWALL_TEXT_MAX];
};

static struct text written(const char *name, const char *device, enum firewall_mode mode,
			   unsigned clamp_mss)
{
	struct text t;
	int length = firewall_write(t.text, sizeof(t.text), name, device, mode, clamp_mss,
				    FIREWALL_LASTING);
	assert_true(length > 0);
	assert_int_equal(strlen(t.text), length);
	return t;
}

static void has(const struct text *t, const char *words)
{
	if (!strstr(t->text, words))
		fail_msg("no \"%s\" in:\n%s", words, t->text);
}

static void has_not(const struct text *t, const char *words)
{
	if (strstr(t->text, words))
		fail_msg("\"%s\" in:\n%s", words, t->text);
}

static void made_anew_in_one_transaction(void **state)
{
	(void)state;
	struct text t = written("wan", "ppp0", FIREWALL_STANDALONE, 0);
	const char *begin = "table inet dialtone_wan\n"
			    "delete table inet dialtone_wan\n"
			    "table inet dialtone_wan {\n";
	assert_memory_equal(t.text, begin, strlen(begin));
	has_not(&t, "flush");
	has_not(&t, "$");
}

static void tied_to_the_process(void **state)
{
	(void)state;
	char text[FIREWALL_TEXT_MAX];
	const char *first = "table inet dialtone_wan\n"
			    "delete table inet dialtone_wan\n"
			    "table inet dialtone_wan {\n"
			    "flags owner;\n";
	const char *again = "table inet dialtone_wan { flags owner; }\n"
			    "delete table inet dialtone_wan\n"
			    "table inet dialtone_wan {\n"
			    "flags owner;\n";
	firewall_write(text, sizeof(text), "wan", "ppp0", FIREWALL_STANDALONE, 0, FIREWALL_TIED);
	assert_memory_equal(text, first, strlen(first));
	firewall_write(text, sizeof(text), "wan", "ppp0", FIREWALL_STANDALONE, 0,
		       FIREWALL_TIED_AGAIN);
	assert_memory_equal(text, again, strlen(again));
}

static void standalone(void **state)
{
	(void)state;
	struct text t = written("ppp0", "ppp0", FIREWALL_STANDALONE, 0);
	has(&t, "iifname \"ppp0\" meta l4proto { tcp, udp } th dport 0-1023 drop\n");
	has(&t, "iifname \"ppp0\" tcp flags & (fin|syn|rst|ack) == syn drop\n");
	has(&t, "iifname \"ppp0\" icmp type echo-request drop\n");
	has(&t, "log prefix \"ppp0: \"");
	has(&t, "oifname \"ppp0\" drop\n"); /* nothing is forwarded */
	has_not(&t, "masquerade");
	has_not(&t, "iifname \"ppp0\" ct state established,related accept");
	has_not(&t, "maxseg");
}

static void masquerade(void **state)
{
	(void)state;
	struct text t = written("ppp0", "ppp0", FIREWALL_MASQUERADE, 0);
	has(&t, "oifname \"ppp0\" meta nfproto ipv4 masquerade\n");
	has(&t, "th dport 0-1023 drop\n");
	has(&t, "th dport 2049 drop\n");
	has(&t, "iifname \"ppp0\" meta nfproto ipv6 ct state != { established, related } drop\n");
	has_not(&t, "\noifname \"ppp0\" drop\n");
}

static void clamping(void **state)
{
	(void)state;
	struct text t = written("ppp0", "ppp0", FIREWALL_NONE, 1412);
	has(&t, "oifname \"ppp0\" meta nfproto ipv4 tcp flags & (syn|rst) == syn "
		"tcp option maxseg size set 1412\n");
	has(&t, "iifname \"ppp0\" meta nfproto ipv4 tcp flags & (syn|rst) == syn "
		"tcp option maxseg size set 1412\n");
	has(&t, "meta nfproto ipv6 tcp flags & (syn|rst) == syn "
		"tcp option maxseg size set 1392\n");
	has_not(&t, "drop");
	t = written("ppp0", "ppp0", FIREWALL_NONE, FIREWALL_CLAMP_TO_MTU);
	has(&t, "oifname \"ppp0\" tcp flags & (syn|rst) == syn tcp option maxseg size set rt mtu");
	has(&t, "iifname \"ppp0\" tcp flags & (syn|rst) == syn tcp option maxseg size set rt mtu");
}

static void names(void **state)
{
	(void)state;
	struct text t = written("wan-2.b", "ppp0", FIREWALL_STANDALONE, 0);
	has(&t, "table inet dialtone_wan_x2d2_x2eb {\n");
	char to[FIREWALL_TEXT_MAX];
	const char *const bad[] = {
		"",    "a b",  "a\"b", "a;b",	   "a{b",
		"a$b", "a\nb", "a*",   "\xc3\xa4", "abcdefghijklmnopqrstuvwxyzabcdefghijklm"
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(firewall_write(to, sizeof(to), bad[i], "ppp0", FIREWALL_STANDALONE,
						0, FIREWALL_LASTING),
				 -EINVAL);
		assert_int_equal(firewall_write(to, sizeof(to), "wan", bad[i], FIREWALL_STANDALONE,
						0, FIREWALL_LASTING),
				 -EINVAL);
		assert_int_equal(firewall_remove(bad[i]), -EINVAL);
	}
	assert_int_equal(firewall_write(to, sizeof(to), "wan", "abcdefghijklmnop", FIREWALL_NONE,
					1412, FIREWALL_LASTING),
			 -EINVAL);
}

static void numbers_and_room(void **state)
{
	(void)state;
	char to[FIREWALL_TEXT_MAX];
	const unsigned bad[] = { 2, FIREWALL_CLAMP_LEAST - 1, 65536 };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(firewall_write(to, sizeof(to), "wan", "ppp0", FIREWALL_NONE,
						bad[i], FIREWALL_LASTING),
				 -EINVAL);
	/* The longest of all fits; what does not fit is not cut. */
	int longest =
		firewall_write(to, sizeof(to), "abcdefghijklmnopqrstuvwxyz-.-.-.",
			       "abcdefghijklmno", FIREWALL_MASQUERADE, 1412, FIREWALL_LASTING);
	assert_in_range(longest, 1000, FIREWALL_TEXT_MAX - 256);
	for (int size = 1; size <= longest; size += 97)
		assert_int_equal(firewall_write(to, (size_t)size,
						"abcdefghijklmnopqrstuvwxyz-.-.-.",
						"abcdefghijklmno", FIREWALL_MASQUERADE, 1412,
						FIREWALL_LASTING),
				 -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_anew_in_one_transaction),
		cmocka_unit_test(tied_to_the_process),
		cmocka_unit_test(standalone),
		cmocka_unit_test(masquerade),
		cmocka_unit_test(clamping),
		cmocka_unit_test(names),
		cmocka_unit_test(numbers_and_room),
	};
	return cmocka_run_group_tests_name("firewall", tests, NULL, NULL);
}
