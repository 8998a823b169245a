/* SPDX-License-Identifier: BSD-2-Clause */
/* VLANs as people write them, and answers as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/discovered.h"
#include "discover/vlans.h"

static void test_vlans(void **state)
{
	(void)state;
	struct discover_vlans v;
	assert_true(vlans_read("7", &v));
	assert_int_equal(v.count, 1);
	assert_int_equal(v.id[0], 7);
	assert_true(vlans_read("35,7,0,7", &v));
	assert_int_equal(v.count, 3);
	assert_int_equal(v.id[0], 0);
	assert_int_equal(v.id[1], 7);
	assert_int_equal(v.id[2], 35);
	assert_true(vlans_read("10-12,4094", &v));
	assert_int_equal(v.count, 4);
	assert_int_equal(v.id[2], 12);
	assert_true(vlans_read("0-4094", &v));
	assert_int_equal(v.count, 4095);
	assert_int_equal(v.id[4094], 4094);
}

static void test_no_vlans(void **state)
{
	(void)state;
	static const char *const wrong[] = { "",    "4095",  "-1",  "7,",
					     ",7",  "7-",    "7-3", "a",
					     "7 8", "1-2-3", "+7",  "99999999999999999999" };
	struct discover_vlans v = { .count = 9 };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(vlans_read(wrong[i], &v));
	assert_int_equal(v.count, 9);
}

static void test_json(void **state)
{
	(void)state;
	char text[DISCOVERED_JSON_MAX];
	static struct discovered d = { .interface = "eth0",
				       .vlan = 7,
				       .mac = { { 2, 0, 0, 0, 0, 0xac } },
				       .matches = true,
				       .max_payload = 1500,
				       .service_count = 2,
				       .other_count = 1,
				       .latency_us = 421 };
	d.name = bytes_of("a\"c\x1b", 4);
	d.services[0] = bytes_of("", 0);
	d.services[1] = bytes_of("voice", 5);
	d.cookie = bytes_of("\x00\xff", 2);
	d.generic_error = bytes_of("no", 2);
	d.others[0] = (struct tlv){ 0x105, bytes_of("\x01", 1) };
	assert_true(discovered_to_text(&d, text, sizeof(text)) == strlen(text));
	assert_string_equal(
		text, "{\"interface\":\"eth0\",\"vlan\":7,\"mac\":\"02:00:00:00:00:ac\","
		      "\"matches\":true,\"name\":\"a\\\"c.\",\"services\":[\"\",\"voice\"],"
		      "\"cookie\":\"00ff\",\"max_payload\":1500,\"errors\":{\"generic\":\"no\"},"
		      "\"other_tags\":[{\"type\":\"0x0105\",\"value\":\"01\"}],"
		      "\"latency_us\":421}");
}

/* As much as a packet can hold fits. */
static void test_json_of_many(void **state)
{
	(void)state;
	char text[DISCOVERED_JSON_MAX];
	static struct discovered d = { .interface = "eth0" };
	d.service_count = d.other_count = DISCOVERED_TAGS;
	for (unsigned i = 0; i < DISCOVERED_TAGS; i++) {
		d.services[i] = bytes_of("", 0);
		d.others[i] = (struct tlv){ 0x105, bytes_of("", 0) };
	}
	assert_true(discovered_to_text(&d, text, sizeof(text)) > 0);
	static uint8_t cookie[1484];
	d.service_count = d.other_count = 0;
	d.cookie = bytes_of(cookie, sizeof(cookie));
	d.name = bytes_of("", 0);
	assert_true(discovered_to_text(&d, text, sizeof(text)) > 2 * sizeof(cookie));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vlans),
		cmocka_unit_test(test_no_vlans),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_of_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
