/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/mac.h"
#include "base/text.h"
#include "base/time.h"

static void reader_takes_big_endian_numbers(void **state)
{
	(void)state;
	const uint8_t data[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct reader r = reader_of(bytes_of(data, sizeof(data)));
	assert_int_equal(reader_u8(&r), 0x01);
	assert_int_equal(reader_u16(&r), 0x0203);
	assert_int_equal(reader_u32(&r), 0x04050607);
	assert_true(reader_u64(&r) == 0x08090a0b0c0d0e0fu);
	assert_int_equal(r.left, 0);
	assert_false(r.failed);
}

static void reader_failure_sticks_and_yields_zeros(void **state)
{
	(void)state;
	const uint8_t data[] = { 0xff, 0xff, 0xff };
	struct reader r = reader_of(bytes_of(data, sizeof(data)));
	assert_int_equal(reader_u8(&r), 0xff);
	assert_int_equal(reader_u32(&r) & 0xffff, 0);
	assert_true(r.failed);
	assert_int_equal(reader_u8(&r), 0);
	assert_int_equal(reader_u16(&r), 0);
	assert_true(reader_u64(&r) == 0);
	uint8_t copy[4] = { 9, 9, 9, 9 };
	reader_copy(&r, copy, sizeof(copy));
	assert_memory_equal(copy, ((uint8_t[4]){ 0 }), 4);
	assert_int_equal(reader_rest(&r).length, 0);
	assert_true(r.failed);
}

static void reader_takes_slices(void **state)
{
	(void)state;
	const uint8_t data[] = { 1, 2, 3, 4, 5 };
	struct reader r = reader_of(bytes_of(data, sizeof(data)));
	struct bytes two = reader_bytes(&r, 2);
	assert_ptr_equal(two.data, data);
	assert_int_equal(two.length, 2);
	assert_int_equal(reader_bytes(&r, 0).length, 0);
	struct bytes rest = reader_rest(&r);
	assert_ptr_equal(rest.data, data + 2);
	assert_int_equal(rest.length, 3);
	assert_false(r.failed);
	assert_int_equal(reader_rest(&r).length, 0);
	assert_false(r.failed);
	assert_int_equal(reader_bytes(&r, SIZE_MAX).length, 0);
	assert_true(r.failed);
}

static void empty_reader_touches_nothing(void **state)
{
	(void)state;
	struct reader r = reader_of(bytes_of(NULL, 0));
	assert_int_equal(reader_bytes(&r, 0).length, 0);
	assert_false(r.failed);
	assert_int_equal(reader_u8(&r), 0);
	assert_true(r.failed);
}

static void writer_writes_big_endian_numbers(void **state)
{
	(void)state;
	uint8_t memory[15];
	struct writer w = writer_of(memory, sizeof(memory));
	writer_u8(&w, 0x01);
	writer_u16(&w, 0x0203);
	writer_u32(&w, 0x04050607);
	writer_u64(&w, 0x08090a0b0c0d0e0fu);
	struct bytes written = writer_written(&w);
	assert_int_equal(written.length, sizeof(memory));
	for (size_t i = 0; i < sizeof(memory); i++)
		assert_int_equal(written.data[i], i + 1);
}

static void writer_failure_sticks(void **state)
{
	(void)state;
	uint8_t memory[4] = { 7, 7, 7, 7 };
	struct writer w = writer_of(memory, 3);
	writer_u16(&w, 0x0102);
	writer_bytes(&w, bytes_of("abc", 3));
	assert_true(w.failed);
	writer_u8(&w, 5);
	assert_memory_equal(memory, ((uint8_t[4]){ 1, 2, 7, 7 }), 4);
	assert_int_equal(writer_written(&w).length, 0);
}

static void writer_fills_marks(void **state)
{
	(void)state;
	uint8_t memory[8];
	struct writer w = writer_of(memory, sizeof(memory));
	writer_u8(&w, 9);
	size_t mark = writer_mark_u16(&w);
	writer_u8(&w, 8);
	writer_fill_u16(&w, mark, 0x1234);
	assert_memory_equal(writer_written(&w).data, ((uint8_t[4]){ 9, 0x12, 0x34, 8 }), 4);
	writer_fill_u16(&w, mark, 0x10000);
	assert_true(w.failed);
}

static void writer_mark_without_room_is_never_filled(void **state)
{
	(void)state;
	uint8_t memory[2] = { 7, 7 };
	struct writer w = writer_of(memory, 1);
	size_t mark = writer_mark_u16(&w);
	writer_fill_u16(&w, mark, 0);
	assert_true(w.failed);
	assert_int_equal(memory[1], 7);
}

static void options_are_walked(void **state)
{
	(void)state;
	const uint8_t data[] = { 1, 4, 0x05, 0xdc, 7, 2 };
	struct reader r = reader_of(bytes_of(data, sizeof(data)));
	struct tlv item;
	assert_int_equal(tlv_next_option(&r, &item), TLV_ITEM);
	assert_int_equal(item.type, 1);
	assert_true(bytes_equal(item.value, bytes_of(data + 2, 2)));
	assert_int_equal(tlv_next_option(&r, &item), TLV_ITEM);
	assert_int_equal(item.type, 7);
	assert_int_equal(item.value.length, 0);
	assert_int_equal(tlv_next_option(&r, &item), TLV_END);
	assert_int_equal(tlv_next_option(&r, &item), TLV_END);
}

static void malformed_options_end_the_walk(void **state)
{
	(void)state;
	const uint8_t too_short[] = { 1, 1, 1, 2 }, zero[] = { 1, 0 }, beyond[] = { 1, 5, 0, 0 };
	const struct bytes lists[] = { bytes_of(too_short, 4), bytes_of(zero, 2),
				       bytes_of(beyond, 4), bytes_of(too_short, 1) };
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct reader r = reader_of(lists[i]);
		struct tlv item;
		assert_int_equal(tlv_next_option(&r, &item), TLV_MALFORMED);
		assert_int_equal(tlv_next_option(&r, &item), TLV_MALFORMED);
	}
}

static void tags_are_walked(void **state)
{
	(void)state;
	const uint8_t data[] = { 1, 1, 0, 0, 1, 3, 0, 2, 0xab, 0xcd };
	struct reader r = reader_of(bytes_of(data, sizeof(data)));
	struct tlv item;
	assert_int_equal(tlv_next_tag(&r, &item), TLV_ITEM);
	assert_int_equal(item.type, 0x0101);
	assert_int_equal(item.value.length, 0);
	assert_int_equal(tlv_next_tag(&r, &item), TLV_ITEM);
	assert_int_equal(item.type, 0x0103);
	assert_true(bytes_equal(item.value, bytes_of(data + 8, 2)));
	assert_int_equal(tlv_next_tag(&r, &item), TLV_END);
}

static void malformed_tags_end_the_walk(void **state)
{
	(void)state;
	const uint8_t data[] = { 1, 1, 0, 3, 0, 0 };
	for (size_t length = 1; length <= sizeof(data); length++) {
		struct reader r = reader_of(bytes_of(data, length));
		struct tlv item;
		assert_int_equal(tlv_next_tag(&r, &item), TLV_MALFORMED);
		assert_int_equal(tlv_next_tag(&r, &item), TLV_MALFORMED);
	}
}

static void bytes_are_compared_and_cut(void **state)
{
	(void)state;
	assert_true(bytes_equal(bytes_of(NULL, 0), bytes_of("x", 0)));
	assert_true(bytes_equal(bytes_of_text("abc"), bytes_of("abcd", 3)));
	assert_false(bytes_equal(bytes_of_text("abc"), bytes_of_text("abd")));
	assert_false(bytes_equal(bytes_of_text("abc"), bytes_of_text("ab")));
	assert_int_equal(bytes_head(bytes_of_text("abc"), 2).length, 2);
	assert_int_equal(bytes_head(bytes_of_text("abc"), 9).length, 3);
}

static void text_formats_values(void **state)
{
	(void)state;
	char line[160];
	struct text t = text_of(line, sizeof(line));
	text_string(&t, "n=");
	text_decimal(&t, 0);
	text_string(&t, " ");
	text_decimal(&t, UINT64_MAX);
	text_string(&t, " ");
	text_hex(&t, 0xbeef, 6);
	text_string(&t, " ");
	text_mac(&t, (struct mac){ { 0, 0x1b, 0x21, 0xa0, 0x0f, 0xff } });
	text_string(&t, " ");
	text_ipv4(&t, 0xc0a80a01);
	text_string(&t, " ");
	text_interface_id(&t, 0x0211223344556677u);
	assert_string_equal(line, "n=0 18446744073709551615 00beef 00:1b:21:a0:0f:ff 192.168.10.1 "
				  "fe80::0211:2233:4455:6677");
}

static void text_is_cut_and_terminated(void **state)
{
	(void)state;
	char line[5];
	struct text t = text_of(line, sizeof(line));
	text_string(&t, "abcdefgh");
	text_decimal(&t, 12);
	assert_string_equal(line, "abcd");
	char one[1];
	t = text_of(one, sizeof(one));
	text_string(&t, "abc");
	assert_string_equal(one, "");
}

static void peer_text_is_made_printable(void **state)
{
	(void)state;
	char line[64];
	struct text t = text_of(line, sizeof(line));
	text_peer(&t, bytes_of("a\x1b[31m\n\0\xff\xe4\xbd\xa0", 12));
	assert_string_equal(line, "\"a.[31m...\xe4\xbd\xa0\"");
	/* C1 controls, overlong forms, surrogates and cut characters are no characters. */
	text_copy_peer(line, sizeof(line),
		       bytes_of_text("\xc2\x85|\xc0\xaf|\xed\xa0\x80|\xe4\xbd"));
	assert_string_equal(line, "..|..|...|..");
}

static void peer_text_is_never_cut_inside_a_character(void **state)
{
	(void)state;
	char line[6];
	text_copy_peer(line, sizeof(line), bytes_of_text("abc\xe4\xbd\xa0"));
	assert_string_equal(line, "abc");
	text_copy_peer(line, sizeof(line), bytes_of_text("ab\xe4\xbd\xa0z"));
	assert_string_equal(line, "ab\xe4\xbd\xa0");
}

static void addresses_are_told_apart(void **state)
{
	(void)state;
	struct mac station = { { 2, 0, 0, 0, 0, 1 } };
	assert_true(mac_is_group(MAC_BROADCAST));
	assert_false(mac_is_group(station));
	assert_true(mac_is_zero((struct mac){ { 0 } }));
	assert_false(mac_equal(station, MAC_BROADCAST));
	assert_true(mac_equal(station, station));
}

static void time_is_in_microseconds(void **state)
{
	(void)state;
	assert_true(mono_after_ms(5, 3) == 3005);
	assert_true(mono_after_ms(0, UINT32_MAX) == 4294967295000);
	assert_true(mono_earlier(MONO_NEVER, 7) == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reader_takes_big_endian_numbers),
		cmocka_unit_test(reader_failure_sticks_and_yields_zeros),
		cmocka_unit_test(reader_takes_slices),
		cmocka_unit_test(empty_reader_touches_nothing),
		cmocka_unit_test(writer_writes_big_endian_numbers),
		cmocka_unit_test(writer_failure_sticks),
		cmocka_unit_test(writer_fills_marks),
		cmocka_unit_test(writer_mark_without_room_is_never_filled),
		cmocka_unit_test(options_are_walked),
		cmocka_unit_test(malformed_options_end_the_walk),
		cmocka_unit_test(tags_are_walked),
		cmocka_unit_test(malformed_tags_end_the_walk),
		cmocka_unit_test(bytes_are_compared_and_cut),
		cmocka_unit_test(text_formats_values),
		cmocka_unit_test(text_is_cut_and_terminated),
		cmocka_unit_test(peer_text_is_made_printable),
		cmocka_unit_test(peer_text_is_never_cut_inside_a_character),
		cmocka_unit_test(addresses_are_told_apart),
		cmocka_unit_test(time_is_in_microseconds),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
