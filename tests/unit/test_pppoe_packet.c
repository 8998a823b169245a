/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pppoe/session.h"
#include "pppoe/tags.h"

static const struct mac host = { { 2, 0, 0, 0, 0, 1 } }, peer = { { 2, 0, 0, 0, 0, 2 } };

/* A PADI as RFC 2516 appendix B shows it, padded as Ethernet does. */
static const uint8_t padi[60] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x21, 0x31, 0x42, 0x53, 0x64,
	0x88, 0x63, 0x11, 0x09, 0x00, 0x00, 0x00, 0x04, 0x01, 0x01, 0x00, 0x00,
};

static void ethernet_header_is_read_and_written(void **state)
{
	(void)state;
	struct ethernet_frame frame;
	assert_true(ethernet_read(bytes_of(padi, sizeof(padi)), &frame));
	assert_true(mac_equal(frame.destination, MAC_BROADCAST));
	assert_int_equal(frame.source.byte[5], 0x64);
	assert_int_equal(frame.type, ETHERNET_PPPOE_DISCOVERY);
	assert_int_equal(frame.payload.length, 46);
	for (size_t length = 0; length < ETHERNET_HEADER_LENGTH; length++)
		assert_false(ethernet_read(bytes_of(padi, length), &frame));

	uint8_t memory[14];
	struct writer w = writer_of(memory, sizeof(memory));
	ethernet_write(&w, frame.destination, frame.source, frame.type);
	assert_memory_equal(memory, padi, sizeof(memory));
}

static void header_is_read_and_padding_cut(void **state)
{
	(void)state;
	struct pppoe_packet packet;
	struct bytes payload = bytes_of(padi + 14, 46);
	assert_int_equal(pppoe_packet_read(payload, &packet), PPPOE_READ_OK);
	assert_int_equal(packet.code, PPPOE_PADI);
	assert_int_equal(packet.session_id, 0);
	assert_int_equal(packet.payload.length, 4);
	assert_ptr_equal(packet.payload.data, padi + 20);
}

static void bad_headers_are_told_apart(void **state)
{
	(void)state;
	struct pppoe_packet packet;
	for (size_t length = 0; length < PPPOE_HEADER_LENGTH; length++)
		assert_int_equal(pppoe_packet_read(bytes_of(padi + 14, length), &packet),
				 PPPOE_READ_SHORT);
	for (size_t length = 6; length < 10; length++)
		assert_int_equal(pppoe_packet_read(bytes_of(padi + 14, length), &packet),
				 PPPOE_READ_LENGTH);
	uint8_t header[6] = { 0x21, 0x09 };
	assert_int_equal(pppoe_packet_read(bytes_of(header, 6), &packet), PPPOE_READ_VERSION);
	header[0] = 0x12;
	assert_int_equal(pppoe_packet_read(bytes_of(header, 6), &packet), PPPOE_READ_VERSION);
	header[0] = 0x11;
	assert_int_equal(pppoe_packet_read(bytes_of(header, 6), &packet), PPPOE_READ_OK);
	assert_int_equal(packet.payload.length, 0);
}

static void header_is_written(void **state)
{
	(void)state;
	uint8_t memory[64];
	struct writer w = writer_of(memory, sizeof(memory));
	size_t mark = pppoe_packet_begin(&w, PPPOE_PADS, 0x1234);
	writer_bytes(&w, bytes_of("xyz", 3));
	pppoe_packet_end(&w, mark);
	const uint8_t expected[] = { 0x11, 0x65, 0x12, 0x34, 0, 3, 'x', 'y', 'z' };
	assert_int_equal(writer_written(&w).length, sizeof(expected));
	assert_memory_equal(memory, expected, sizeof(expected));

	w = writer_of(memory, 5);
	mark = pppoe_packet_begin(&w, PPPOE_PADS, 0x1234);
	pppoe_packet_end(&w, mark);
	assert_true(w.failed);
}

/* Bytes of a list of tags; a value with a length of its own, so that it may lie. */
struct list {
	uint8_t memory[2048];
	struct writer w;
};

static void list_begin(struct list *list)
{
	list->w = writer_of(list->memory, sizeof(list->memory));
}

static void add(struct list *list, uint16_t type, const char *value)
{
	writer_u16(&list->w, type);
	writer_u16(&list->w, (uint16_t)strlen(value));
	writer_bytes(&list->w, bytes_of_text(value));
}

static bool read_list(const struct list *list, struct pppoe_tags *ret_tags)
{
	return pppoe_tags_read(writer_written(&list->w), ret_tags);
}

static void assert_tag(const struct pppoe_tag *tag, const char *value)
{
	assert_true(tag->present);
	assert_true(bytes_equal(tag->value, bytes_of_text(value)));
}

static void every_tag_is_read(void **state)
{
	(void)state;
	struct list list;
	struct pppoe_tags tags;
	list_begin(&list);
	add(&list, 0x0101, "internet");
	add(&list, 0x0102, "isp-bras-1");
	add(&list, 0x0103, "uniq");
	add(&list, 0x0104, "cookie");
	add(&list, 0x0105, "vendor");
	add(&list, 0x0110, "relay");
	add(&list, 0x0120, "\x05\xdc");
	add(&list, 0x0201, "no service");
	add(&list, 0x0202, "no system");
	add(&list, 0x0203, "no idea");
	add(&list, 0x7777, "unknown");
	assert_true(read_list(&list, &tags));
	assert_int_equal(tags.service_names, 1);
	assert_tag(&tags.service_name, "internet");
	assert_tag(&tags.ac_name, "isp-bras-1");
	assert_tag(&tags.host_uniq, "uniq");
	assert_tag(&tags.ac_cookie, "cookie");
	assert_tag(&tags.relay_session_id, "relay");
	assert_int_equal(pppoe_tags_max_payload(&tags), 1500);
	assert_tag(&tags.service_name_error, "no service");
	assert_tag(&tags.ac_system_error, "no system");
	assert_tag(&tags.generic_error, "no idea");
}

static void no_tags_are_no_tags(void **state)
{
	(void)state;
	struct pppoe_tags tags;
	assert_true(pppoe_tags_read(bytes_of(NULL, 0), &tags));
	assert_false(tags.service_name.present || tags.ac_name.present || tags.host_uniq.present ||
		     tags.ac_cookie.present || tags.relay_session_id.present ||
		     tags.max_payload.present || tags.service_name_error.present ||
		     tags.ac_system_error.present || tags.generic_error.present);
	assert_int_equal(pppoe_tags_max_payload(&tags), 0);
}

static void services_are_listed(void **state)
{
	(void)state;
	struct list list;
	struct pppoe_tags tags;
	list_begin(&list);
	add(&list, 0x0101, "");
	add(&list, 0x0102, "ac");
	add(&list, 0x0101, "tv");
	add(&list, 0x0101, "voice");
	add(&list, 0x0000, "");
	add(&list, 0x0101, "beyond the end");
	assert_true(read_list(&list, &tags));
	assert_int_equal(tags.service_names, 3);
	assert_tag(&tags.service_name, "");
	struct reader r = reader_of(tags.list);
	struct bytes name;
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = { "", "tv", "voice" };
		assert_true(pppoe_tags_next_service(&r, &name));
		assert_true(bytes_equal(name, bytes_of_text(names[i])));
	}
	assert_false(pppoe_tags_next_service(&r, &name));
}

static void end_of_list_ends_the_list(void **state)
{
	(void)state;
	struct list list;
	struct pppoe_tags tags;
	list_begin(&list);
	add(&list, 0x0102, "ac");
	add(&list, 0x0000, "");
	writer_u16(&list.w, 0x0102); /* what follows is not even a tag */
	writer_u16(&list.w, 0xffff);
	assert_true(read_list(&list, &tags));
	assert_tag(&tags.ac_name, "ac");
}

static void truncated_tags_are_malformed(void **state)
{
	(void)state;
	struct list list;
	struct pppoe_tags tags;
	list_begin(&list);
	add(&list, 0x0101, "abc");
	struct bytes whole = writer_written(&list.w);
	for (size_t length = 1; length < whole.length; length++)
		assert_false(pppoe_tags_read(bytes_head(whole, length), &tags));
	assert_true(pppoe_tags_read(whole, &tags));
}

static void repeated_tags_are_malformed(void **state)
{
	(void)state;
	const struct {
		uint16_t type;
		bool may;
	} cases[] = {
		{ 0x0101, true },  { 0x0102, false }, { 0x0103, false }, { 0x0104, false },
		{ 0x0110, false }, { 0x0120, false }, { 0x0201, true },	 { 0x0202, true },
		{ 0x0203, true },  { 0x0105, true },  { 0x9999, true },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct list list;
		struct pppoe_tags tags;
		list_begin(&list);
		add(&list, cases[i].type, "aa");
		add(&list, cases[i].type, "aa");
		assert_int_equal(read_list(&list, &tags), cases[i].may);
	}
}

static void badly_sized_tags_are_malformed(void **state)
{
	(void)state;
	const struct {
		uint16_t type;
		size_t length;
		bool may;
	} cases[] = {
		{ 0x0120, 0, false },	{ 0x0120, 1, false },	 { 0x0120, 2, true },
		{ 0x0120, 3, false },	{ 0x0110, 64, true },	 { 0x0110, 65, false },
		{ 0x0104, 1024, true }, { 0x0104, 1025, false }, { 0x0104, 0, true },
		{ 0x0103, 1480, true }, { 0x0102, 1480, true },	 { 0x0101, 1480, true },
		{ 0x0203, 1480, true },
	};
	static const uint8_t zeros[1500];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct list list;
		struct pppoe_tags tags;
		list_begin(&list);
		pppoe_tag_write(&list.w, (enum pppoe_tag_type)cases[i].type,
				bytes_of(zeros, cases[i].length));
		assert_int_equal(read_list(&list, &tags), cases[i].may);
	}
}

static void tags_are_written_and_returned(void **state)
{
	(void)state;
	uint8_t memory[64];
	struct writer w = writer_of(memory, sizeof(memory));
	pppoe_tag_write_max_payload(&w, 1500);
	pppoe_tag_return(&w, PPPOE_TAG_HOST_UNIQ, &(struct pppoe_tag){ true, { NULL, 0 } });
	pppoe_tag_return(&w, PPPOE_TAG_AC_COOKIE, &(struct pppoe_tag){ false, { NULL, 0 } });
	pppoe_tag_write(&w, PPPOE_TAG_SERVICE_NAME, bytes_of_text("a"));
	const uint8_t expected[] = { 1, 0x20, 0, 2, 0x05, 0xdc, 1, 3, 0, 0, 1, 1, 0, 1, 'a' };
	assert_int_equal(writer_written(&w).length, sizeof(expected));
	assert_memory_equal(memory, expected, sizeof(expected));
}

static void session_frames_are_read_back(void **state)
{
	(void)state;
	uint8_t memory[64];
	struct writer w = writer_of(memory, sizeof(memory));
	pppoe_session_write(&w, peer, host, 0x0102, 0xc021, bytes_of("\x09\x01\x00\x08", 4));
	struct bytes frame = writer_written(&w);
	assert_int_equal(frame.length, PPPOE_SESSION_OVERHEAD + 4);

	memory[frame.length] = 0x55; /* padding is not part of it */
	struct pppoe_session_frame read;
	assert_true(pppoe_session_read(bytes_of(memory, frame.length + 20), &read));
	assert_true(mac_equal(read.destination, peer));
	assert_true(mac_equal(read.source, host));
	assert_int_equal(read.session_id, 0x0102);
	assert_int_equal(read.protocol, 0xc021);
	assert_true(bytes_equal(read.information, bytes_of("\x09\x01\x00\x08", 4)));
	assert_true(bytes_equal(read.ppp, bytes_of("\xc0\x21\x09\x01\x00\x08", 6)));
	for (size_t length = 0; length < frame.length; length++)
		assert_false(pppoe_session_read(bytes_head(frame, length), &read));

	uint8_t again[64];
	struct writer v = writer_of(again, sizeof(again));
	pppoe_session_write_ppp(&v, peer, host, 0x0102, read.ppp);
	assert_true(bytes_equal(writer_written(&v), frame));
}

static void wrong_session_frames_are_refused(void **state)
{
	(void)state;
	const uint8_t good[] = { 2,    0,    0,	   0, 0,    2, 2, 0, 0,	   0,	 0, 1,
				 0x88, 0x64, 0x11, 0, 0x12, 1, 0, 3, 0xc0, 0x21, 7 };
	const struct {
		size_t at;
		uint8_t value;
	} changes[] = {
		{ 13, 0x63 }, { 14, 0x21 }, { 14, 0x10 }, { 15, 1 },
		{ 19, 1 },    { 19, 0 },    { 18, 1 },
	};
	struct pppoe_session_frame read;
	assert_true(pppoe_session_read(bytes_of(good, sizeof(good)), &read));
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		uint8_t bad[sizeof(good)];
		memcpy(bad, good, sizeof(good));
		bad[changes[i].at] = changes[i].value;
		assert_false(pppoe_session_read(bytes_of(bad, sizeof(bad)), &read));
	}
	uint8_t bad[sizeof(good)];
	memcpy(bad, good, sizeof(good));
	bad[16] = bad[17] = 0;
	assert_false(pppoe_session_read(bytes_of(bad, sizeof(bad)), &read));
	bad[16] = bad[17] = 0xff;
	assert_false(pppoe_session_read(bytes_of(bad, sizeof(bad)), &read));
}

static void session_frames_without_room_are_not_written(void **state)
{
	(void)state;
	uint8_t memory[PPPOE_SESSION_OVERHEAD + 4];
	for (size_t room = 0; room < sizeof(memory); room++) {
		struct writer w = writer_of(memory, room);
		pppoe_session_write(&w, peer, host, 1, 0x0021, bytes_of("1234", 4));
		assert_int_equal(writer_written(&w).length, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethernet_header_is_read_and_written),
		cmocka_unit_test(header_is_read_and_padding_cut),
		cmocka_unit_test(bad_headers_are_told_apart),
		cmocka_unit_test(header_is_written),
		cmocka_unit_test(every_tag_is_read),
		cmocka_unit_test(no_tags_are_no_tags),
		cmocka_unit_test(services_are_listed),
		cmocka_unit_test(end_of_list_ends_the_list),
		cmocka_unit_test(truncated_tags_are_malformed),
		cmocka_unit_test(repeated_tags_are_malformed),
		cmocka_unit_test(badly_sized_tags_are_malformed),
		cmocka_unit_test(tags_are_written_and_returned),
		cmocka_unit_test(session_frames_are_read_back),
		cmocka_unit_test(wrong_session_frames_are_refused),
		cmocka_unit_test(session_frames_without_room_are_not_written),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
