/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files, frames in words, secrets, and what a host's dialling tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "capture/advice.h"
#include "capture/decode.h"
#include "capture/file.h"
#include "capture/secrets.h"

struct frame {
	uint8_t bytes[2000];
	size_t length;
};

static struct frame frame_of(const char *hex)
{
	struct frame frame = { .length = 0 };
	for (; hex[0] != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		const char pair[3] = { hex[0], hex[1], '\0' };
		frame.bytes[frame.length++] = (uint8_t)strtoul(pair, NULL, 16);
		hex++;
	}
	return frame;
}

#define HOST "020000000001"
#define AC "0200000000ac"
#define TO_AC AC " " HOST " "
#define TO_HOST HOST " " AC " "

/* A session frame of session 0x0777, with its length. */
static struct frame session_frame(const char *to, const char *ppp)
{
	char hex[4000];
	struct frame inner = frame_of(ppp);
	snprintf(hex, sizeof(hex), "%s 8864 1100 0777 %04zx %s", to, inner.length, ppp);
	return frame_of(hex);
}

static bool decode(const struct frame *frame, bool show, char line[CAPTURE_LINE_MAX])
{
	struct capture_packet packet;
	struct text text = text_of(line, CAPTURE_LINE_MAX);
	capture_packet_read(bytes_of(frame->bytes, frame->length), &packet);
	return capture_decode(&text, &packet, show);
}

static void reads(const char *hex, const char *expected)
{
	char line[CAPTURE_LINE_MAX];
	struct frame frame = frame_of(hex);
	assert_true(decode(&frame, false, line));
	assert_string_equal(line, expected);
}

/* Of a session frame of the host, what stands behind the addresses. */
static void ppp_reads(const char *ppp, const char *expected)
{
	char line[CAPTURE_LINE_MAX];
	static const char head[] = "02:00:00:00:00:01 > 02:00:00:00:00:ac 0x0777 ";
	struct frame frame = session_frame(TO_AC, ppp);
	assert_true(decode(&frame, false, line));
	assert_memory_equal(line, head, strlen(head));
	assert_string_equal(line + strlen(head), expected);
}

static void ppp_is_malformed(const char *ppp, const char *expected)
{
	char line[CAPTURE_LINE_MAX];
	struct frame frame = session_frame(TO_AC, ppp);
	assert_false(decode(&frame, false, line));
	assert_string_equal(strstr(line, "0x0777 ") + 7, expected);
}

static void test_discovery(void **state)
{
	(void)state;
	reads("ffffffffffff " HOST " 8863 1109 0000 0012 0101 0000 0103 0004 61626364 0120 0002 "
	      "05dc 0000000000",
	      "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff PADI: Service-Name \"\", Host-Uniq 61626364, "
	      "PPP-Max-Payload 1500");
	reads(TO_HOST "8863 1107 0000 001b 0102 0003 61 1b 63 0101 0002 6869 0104 0001 ff "
		      "0105 0001 00 beef 0000",
	      "02:00:00:00:00:ac > 02:00:00:00:00:01 PADO: AC-Name \"a.c\", Service-Name \"hi\", "
	      "AC-Cookie ff, Vendor-Specific 00, tag 0xbeef \"\"");
	reads(TO_AC "8863 11a7 0777 0006 0203 0002 6869",
	      "02:00:00:00:00:01 > 02:00:00:00:00:ac 0x0777 PADT: Generic-Error \"hi\"");
	reads(TO_AC "8863 1177 0000 0000", "02:00:00:00:00:01 > 02:00:00:00:00:ac code 0x77");
	reads(TO_AC "8863 1119 0000 000c 0000 0000 0101 0004 ffffffff",
	      "02:00:00:00:00:01 > 02:00:00:00:00:ac PADR: End-Of-List");
}

static void test_long_value(void **state)
{
	(void)state;
	reads(TO_AC "8863 1119 0000 0025 0104 0021 "
		    "000000000000000000000000000000000000000000000000000000000000000000",
	      "02:00:00:00:00:01 > 02:00:00:00:00:ac PADR: AC-Cookie "
	      "0000000000000000000000000000000000000000000000000000000000000000...");
}

static void test_vlans(void **state)
{
	(void)state;
	struct capture_packet packet;
	struct frame frame = frame_of(TO_AC "88a8 0064 8100 e007 8863 1109 0000 0004 0101 0000");
	capture_packet_read(bytes_of(frame.bytes, frame.length), &packet);
	assert_int_equal(packet.kind, CAPTURE_DISCOVERY);
	assert_int_equal(packet.vlan_count, 2);
	assert_int_equal(packet.vlan[0], 100);
	assert_int_equal(packet.vlan[1], 7);
}

static void is_bad(const char *hex, const char *words)
{
	char line[CAPTURE_LINE_MAX];
	struct frame frame = frame_of(hex);
	assert_false(decode(&frame, false, line));
	assert_non_null(strstr(line, words));
}

static void test_malformed(void **state)
{
	(void)state;
	is_bad(TO_AC "8863 1109 0000", "discovery: malformed: too short");
	is_bad(TO_AC "8863 2109 0000 0000", "malformed: not version 1, type 1");
	is_bad(TO_AC "8864 1100 0777 0005 c021", "session: malformed: the length is beyond");
	is_bad(TO_AC "8864 1100 0777 0001 c0", "session: malformed: too short");
	is_bad(TO_AC "8863 1109 0000 0005 0101 0009 00", "PADI: malformed tags");
	is_bad(TO_AC "8864 1105 0777 0002 c021", "code 0x05");
	ppp_is_malformed("c021 01 01 00", "LCP: malformed: the length is wrong");
	ppp_is_malformed("c021 01 01 0006 01 01", "LCP Configure-Request 1: malformed options");
	ppp_is_malformed("c021 09 01 0006 0102", "LCP Echo-Request 1: malformed: too short");
	ppp_is_malformed("c023 01 01 0008 01 61 09 62",
			 "PAP Authenticate-Request 1: malformed: too short");
	ppp_is_malformed("c223 01 01 0006 09 62", "CHAP Challenge 1: malformed: too short");
}

static void test_options(void **state)
{
	(void)state;
	ppp_reads(
		"c021 01 07 001f 0104 05d4 0304 c023 0305 c223 81 0506 01020304 0702 0206 ffffffff",
		"LCP Configure-Request 7: MRU 1492, Authentication-Protocol PAP, "
		"Authentication-Protocol CHAP-MSv2, Magic-Number 0x01020304, "
		"Protocol-Field-Compression, ACCM 0xffffffff");
	ppp_reads("c021 04 08 0009 6305 010203", "LCP Configure-Reject 8: option 99 010203");
	ppp_reads("8021 03 02 0016 0306 0a000001 8106 09090909 8306 09090908",
		  "IPCP Configure-Nak 2: IP-Address 10.0.0.1, Primary-DNS 9.9.9.9, Secondary-DNS "
		  "9.9.9.8");
	ppp_reads("8057 01 01 000e 010a 0200000000000001",
		  "IPV6CP Configure-Request 1: Interface-Identifier fe80::0200:0000:0000:0001");
	ppp_reads("80fd 01 01 000a 1206 00000001", "CCP Configure-Request 1: MPPC 0x00000001");
}

static void test_control(void **state)
{
	(void)state;
	ppp_reads("c021 05 03 0007 627965", "LCP Terminate-Request 3: \"bye\"");
	ppp_reads("c021 06 03 0004", "LCP Terminate-Ack 3");
	ppp_reads("c021 09 05 0008 01020304", "LCP Echo-Request 5: Magic-Number 0x01020304");
	ppp_reads("c021 0a 05 000a 01020304 0000",
		  "LCP Echo-Reply 5: Magic-Number 0x01020304, 2 bytes");
	ppp_reads("c021 0c 06 000a 01020304 6869",
		  "LCP Identification 6: Magic-Number 0x01020304, \"hi\"");
	ppp_reads("c021 07 06 0008 0e010004", "LCP Code-Reject 6: Reset-Request");
	ppp_reads("c021 63 06 0004", "LCP code 99 6");
	ppp_reads("c021 08 06 0008 80fd 0101", "LCP Protocol-Reject 6: CCP");
	ppp_reads("8281 01 01 0004", "MPLSCP Configure-Request 1");
	ppp_reads("9999 01 01 0004", "protocol 0x9999 Configure-Request 1");
}

static void test_authentication(void **state)
{
	(void)state;
	ppp_reads("c023 01 01 0010 05 616c696365 05 7365736d65",
		  "PAP Authenticate-Request 1: name \"alice\", password hidden");
	ppp_reads("c023 02 01 0007 02 6f6b", "PAP Authenticate-Ack 1: \"ok\"");
	ppp_reads("c023 03 01 0004", "PAP Authenticate-Nak 1");
	ppp_reads("c223 01 02 0009 02 abcd 6163", "CHAP Challenge 2: value abcd, name \"ac\"");
	ppp_reads("c223 02 02 0009 02 abcd 6163", "CHAP Response 2: value hidden, name \"ac\"");
	ppp_reads("c223 04 02 0006 6e6f", "CHAP Failure 2: \"no\"");
	ppp_reads("c223 03 02 0033 533d"
		  "30313233343536373839303132333435363738393031323334353637383930313233343536373839"
		  "204d3d6f6b",
		  "CHAP Success 2: S=hidden \" M=ok\"");
	ppp_reads("c227 01 01 0007 01 6869", "EAP Request 1: Identity \"hi\"");
	ppp_reads("c227 01 01 000a 04 02 abcd 6163",
		  "EAP Request 1: MD5-Challenge value abcd, name \"ac\"");
	ppp_reads("c227 02 01 000a 04 02 abcd 6163",
		  "EAP Response 1: MD5-Challenge value hidden, name \"ac\"");
	ppp_reads("c227 02 01 0006 03 15", "EAP Response 1: Nak, types 0x15");
	ppp_reads("c227 03 01 0004", "EAP Success 1");
	/* What a rejected packet holds is not shown. */
	ppp_reads("c021 08 06 0010 c023 01 01 000a 01 61 03 707764", "LCP Protocol-Reject 6: PAP");
}

static void test_shown_secrets(void **state)
{
	(void)state;
	char line[CAPTURE_LINE_MAX];
	struct frame pap = session_frame(TO_AC, "c023 01 01 000a 01 61 03 707764");
	struct frame chap = session_frame(TO_AC, "c223 02 02 0009 02 abcd 6163");
	assert_true(decode(&pap, true, line));
	assert_non_null(strstr(line, "name \"a\", password \"pwd\""));
	assert_true(decode(&chap, true, line));
	assert_non_null(strstr(line, "value abcd"));
}

static void test_ip(void **state)
{
	(void)state;
	ppp_reads("0021 45 00 0028 0001 0000 40 06 0000 0a000001 0a000002 03e8 0050 00000001 "
		  "00000002 50 "
		  "12 ffff 0000 0000",
		  "IPv4 10.0.0.1 > 10.0.0.2 TCP 1000 > 80 SA, 40 bytes");
	ppp_reads("0021 45 00 001c 0001 2001 40 11 0000 0a000001 0a000002 00000000 00000000",
		  "IPv4 10.0.0.1 > 10.0.0.2 UDP fragment, 28 bytes");
	ppp_reads("0021 46 00 001c 0001 0000 40 01 0000 0a000001 0a000002 00000000 08000000",
		  "IPv4 10.0.0.1 > 10.0.0.2 ICMP, 28 bytes");
	ppp_reads("0057 60000000 0004 11 40 20010db8000000000000000000000001 "
		  "fe800000000000000200000000000002 0035 0036",
		  "IPv6 2001:db8::1 > fe80::200:0:0:2 UDP 53 > 54, 44 bytes");
	ppp_reads("0021 45 00", "IPv4: malformed, 2 bytes");
	ppp_reads("00fd 4500", "Compressed, 2 bytes");
	ppp_reads("0333 00", "protocol 0x0333, 1 bytes");
}

static void test_ipv6_text(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{ "00000000000000000000000000000000", "::" },
		{ "00000000000000000000000000000001", "::1" },
		{ "00010000000000000000000000000000", "1::" },
		{ "20010db8000000000001000000000001", "2001:db8::1:0:0:1" },
		{ "20010db8000000010000000000000001", "2001:db8:0:1::1" },
		{ "0001000200030004000500060007abcd", "1:2:3:4:5:6:7:abcd" },
		{ "00010000000300040005000600070008", "1:0:3:4:5:6:7:8" },
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char memory[64];
		struct text text = text_of(memory, sizeof(memory));
		struct frame address = frame_of(pairs[i][0]);
		text_ipv6(&text, bytes_of(address.bytes, 16));
		assert_string_equal(memory, pairs[i][1]);
	}
}

/* Another Ethernet type: PPPoE only if it is so throughout. */
static void test_other_types(void **state)
{
	(void)state;
	struct capture_packet packet;
	struct frame frame = frame_of(TO_AC "3c12 1119 0000 0004 0101 0000");
	capture_packet_read(bytes_of(frame.bytes, frame.length), &packet);
	assert_int_equal(packet.kind, CAPTURE_DISCOVERY);
	frame = frame_of(TO_AC "3c13 1100 0777 0006 c021 0101 0004");
	capture_packet_read(bytes_of(frame.bytes, frame.length), &packet);
	assert_int_equal(packet.kind, CAPTURE_CONTROL);
	static const char *const others[] = {
		TO_AC "0800 4500 0000 0000 0000",
		TO_AC "3c12 1119 0000 0006 0101 0003 0000",
		TO_AC "3c13 1100 0000 0006 c021 0101 0004",
		TO_AC "3c13 1100 0777 0002 c020",
		TO_AC "3c13 1177 0777 0000",
		TO_AC "3c",
		AC,
	};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		frame = frame_of(others[i]);
		capture_packet_read(bytes_of(frame.bytes, frame.length), &packet);
		assert_int_equal(packet.kind, CAPTURE_OTHER);
	}
}

static void hides(const char *ppp, const char *expected)
{
	struct frame frame = session_frame(TO_AC, ppp), wanted = session_frame(TO_AC, expected);
	capture_hide_secrets(frame.bytes, frame.length);
	assert_int_equal(frame.length, wanted.length);
	assert_memory_equal(frame.bytes, wanted.bytes, wanted.length);
}

static void test_secrets(void **state)
{
	(void)state;
	hides("c023 01 01 000a 01 61 03 707764", "c023 01 01 000a 01 61 03 2a2a2a");
	hides("c223 01 02 0009 02 abcd 6163", "c223 01 02 0009 02 abcd 6163");
	hides("c223 02 02 0009 02 abcd 6163", "c223 02 02 0009 02 2a2a 6163");
	hides("c227 02 01 000a 04 02 abcd 6163", "c227 02 01 000a 04 2a 2a2a 2a2a");
	hides("c227 02 01 0007 01 6869", "c227 02 01 0007 01 6869");
	hides("c223 03 02 0010 533d 30313233 204d3d6f6b",
	      "c223 03 02 0010 533d 2a2a2a2a 2a2a2a2a2a");
	/* Quoted by who does not want them. */
	hides("c021 08 06 0010 c023 01 01 000a 01 61 03 707764",
	      "c021 08 06 0010 c023 01 01 000a 01 61 03 2a2a2a");
	hides("c223 07 06 000d 02 02 0009 02 abcd 6163", "c223 07 06 000d 02 02 0009 02 2a2a 6163");
	hides("c021 01 01 0008 0104 05d4", "c021 01 01 0008 0104 05d4");
	/* The lengths in it are wrong. */
	hides("c223 02 02 0009 99 abcd 6163", "c223 02 02 0009 2a 2a2a 2a2a");
	hides("c023 01 01 000a 99 61 03 707764", "c023 2a2a 2a2a 2a2a 2a2a 2a2a");
}

/* The frame was cut before its end. */
static void test_secrets_of_a_cut_frame(void **state)
{
	(void)state;
	struct frame frame = frame_of(TO_AC "8864 1100 0777 0030 c023 01 01 002e 01 61 2b 7077");
	capture_hide_secrets(frame.bytes, frame.length);
	assert_memory_equal(frame.bytes + frame.length - 3, "\x2b**", 3);
	frame = frame_of(TO_AC "8100 0007 8864 1100 0777 0030 c023 01 01 002e 01 61 2b 7077");
	capture_hide_secrets(frame.bytes, frame.length);
	assert_memory_equal(frame.bytes + frame.length - 3, "\x2b**", 3);
}

static void test_written_file(void **state)
{
	(void)state;
	uint8_t memory[1000];
	struct writer w = writer_of(memory, sizeof(memory));
	const struct pcapng_packet packet = { .interface = 1,
					      .time_ns = INT64_C(1700000000123456789),
					      .direction = PCAPNG_OUTBOUND,
					      .length = 2000,
					      .bytes = bytes_of("hello", 5) };
	pcapng_write_section(&w, "test");
	pcapng_write_interface(&w, PCAPNG_ETHERNET, "eth0");
	pcapng_write_interface(&w, PCAPNG_PPP, "");
	pcapng_write_packet(&w, &packet);
	struct bytes all = writer_written(&w);
	struct frame expected = frame_of(
		"0a0d0d0a 00000028 1a2b3c4d 0001 0000 ffffffffffffffff 0004 0004 74657374 0000 "
		"0000 "
		"00000028"
		"00000001 00000028 0001 0000 00000000 0002 0004 65746830 0009 0001 09000000 0000 "
		"0000 "
		"00000028"
		"00000001 00000020 0009 0000 00000000 0009 0001 09000000 0000 0000 00000020"
		"00000006 00000034 00000001 17979cfe 3d85cd15 00000005 000007d0 68656c6c 6f000000"
		"0002 0004 00000002 0000 0000 00000034");
	assert_int_equal(all.length, expected.length);
	assert_memory_equal(all.data, expected.bytes, expected.length);

	struct capture_file file;
	struct pcapng_packet read;
	struct reader r = reader_of(all);
	size_t used;
	capture_file_init(&file);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(capture_file_read(&file, bytes_of(r.next, r.left), &used, &read),
				 CAPTURE_FILE_BLOCK);
		(void)reader_bytes(&r, used);
	}
	assert_int_equal(capture_file_read(&file, bytes_of(r.next, r.left), &used, &read),
			 CAPTURE_FILE_PACKET);
	assert_int_equal(used, r.left);
	assert_string_equal(file.interface[0].name, "eth0");
	assert_int_equal(file.interface[1].link_type, PCAPNG_PPP);
	assert_int_equal(read.interface, 1);
	assert_true(read.time_ns == packet.time_ns);
	assert_int_equal(read.direction, PCAPNG_OUTBOUND);
	assert_int_equal(read.length, 2000);
	assert_true(bytes_equal(read.bytes, packet.bytes));
}

static void test_no_room_to_write(void **state)
{
	(void)state;
	uint8_t memory[40];
	const struct pcapng_packet packet = { .bytes = bytes_of("hello", 5), .length = 5 };
	for (size_t room = 0; room < sizeof(memory); room++) {
		struct writer w = writer_of(memory, room);
		pcapng_write_packet(&w, &packet);
		assert_int_equal(writer_written(&w).length, 0);
	}
	struct writer w = writer_of(memory, sizeof(memory));
	pcapng_write_packet(&w, &packet);
	assert_int_equal(writer_written(&w).length, 40);
}

/* Reads a whole file; the last packet. */
static enum capture_file_result read_all(const char *hex, struct capture_file *file,
					 struct pcapng_packet *packet, unsigned *packets)
{
	static struct frame bytes;
	bytes = frame_of(hex);
	struct reader r = reader_of(bytes_of(bytes.bytes, bytes.length));
	enum capture_file_result result = CAPTURE_FILE_MORE;
	struct pcapng_packet next;
	*packets = 0;
	capture_file_init(file);
	while (r.left > 0) {
		size_t used;
		result = capture_file_read(file, bytes_of(r.next, r.left), &used, &next);
		if (result == CAPTURE_FILE_PACKET) {
			*packet = next;
			(*packets)++;
		}
		if (result == CAPTURE_FILE_MORE || result == CAPTURE_FILE_MALFORMED)
			break;
		(void)reader_bytes(&r, used);
	}
	return result;
}

#define LITTLE_SECTION "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
#define LITTLE_INTERFACE "01000000 14000000 0100 0000 00000400 14000000"

static void test_little_endian_file(void **state)
{
	(void)state;
	struct capture_file file;
	struct pcapng_packet packet;
	unsigned packets;
	/* microseconds, since nothing is said; an unknown block and a simple packet beside it */
	assert_int_equal(
		read_all(LITTLE_SECTION LITTLE_INTERFACE
			 "63000000 10000000 00000000 10000000"
			 "06000000 24000000 00000000 15cd0500 00000000 02000000 03000000 6869"
			 "0000 24000000"
			 "03000000 14000000 02000000 68690000 14000000",
			 &file, &packet, &packets),
		CAPTURE_FILE_PACKET);
	assert_int_equal(packets, 2);
	assert_true(bytes_equal(packet.bytes, bytes_of_text("hi")));
	assert_int_equal(packet.length, 2);
	assert_int_equal(
		read_all(LITTLE_SECTION LITTLE_INTERFACE
			 "06000000 24000000 00000000 00000000 15cd0500 02000000 03000000 6869"
			 "0000 24000000",
			 &file, &packet, &packets),
		CAPTURE_FILE_PACKET);
	assert_true(packet.time_ns == INT64_C(380181) * 1000);
	assert_int_equal(packet.length, 3);
}

static void test_resolutions(void **state)
{
	(void)state;
	static const struct {
		const char *option, *ticks;
		int64_t time_ns;
	} cases[] = {
		{ "0009 0001 03000000", "00000000000005dd", INT64_C(1501000000) },
		{ "0009 0001 0c000000", "000000e8d4a51001", INT64_C(1000000000) },
		{ "0009 0001 8a000000", "0000000000000600", INT64_C(1500000000) },
		{ "0009 0001 a8000000", "0000018000000000", INT64_C(1500000000) },
		{ "0009 0001 ff000000", "ffffffffffffffff", 0 },
		{ "0009 0001 7f000000", "ffffffffffffffff", 0 },
		{ "0009 0001 00000000", "ffffffffffffffff", INT64_C(9000000000000000000) },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct capture_file file;
		struct pcapng_packet packet = { .time_ns = -1 };
		unsigned packets;
		char hex[1000];
		snprintf(hex, sizeof(hex),
			 "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
			 "00000001 00000020 0001 0000 00000000 %s 0000 0000 00000020"
			 "00000006 00000020 00000000 %s 00000000 00000000 00000020",
			 cases[i].option, cases[i].ticks);
		assert_int_equal(read_all(hex, &file, &packet, &packets), CAPTURE_FILE_PACKET);
		assert_true(packet.time_ns == cases[i].time_ns);
	}
}

static void test_pcap_file(void **state)
{
	(void)state;
	struct capture_file file;
	struct pcapng_packet packet;
	unsigned packets;
	assert_int_equal(read_all("a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001"
				  "00000005 0000000a 00000002 00000009 6869",
				  &file, &packet, &packets),
			 CAPTURE_FILE_PACKET);
	assert_true(packet.time_ns == INT64_C(5000010000));
	assert_int_equal(packet.length, 9);
	assert_int_equal(file.interface[0].link_type, 1);
	assert_int_equal(read_all("4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000"
				  "05000000 0a000000 02000000 02000000 6869",
				  &file, &packet, &packets),
			 CAPTURE_FILE_PACKET);
	assert_true(packet.time_ns == INT64_C(5000000010));
}

static void test_bad_files(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"00000000",
		"0a0d0d0a 0000001c 1a2b3c4e 0001 0000 ffffffffffffffff 0000001c",
		"0a0d0d0a 0000001c 1a2b3c4d 0002 0000 ffffffffffffffff 0000001c",
		"0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001d",
		"0a0d0d0a 00000008 1a2b3c4d",
		"0a0d0d0a 0000001e 1a2b3c4d",
		"0a0d0d0a 7ffffffc 1a2b3c4d",
		LITTLE_SECTION
		"06000000 20000000 00000000 00000000 00000000 00000000 00000000 20000000",
		LITTLE_SECTION "03000000 10000000 02000000 10000000",
		LITTLE_SECTION LITTLE_INTERFACE
		"06000000 20000000 00000000 00000000 00000000 01000000 01000000 20000000",
		("a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001"
		 "00000005 0000000a ffffffff 00000009 6869"),
	};
	static const char *const cut[] = { "", "0a0d", "0a0d0d0a 0000001c 1a2b3c4d 0001",
					   "a1b2c3d4 0002", LITTLE_SECTION "01000000 140000" };
	struct capture_file file;
	struct pcapng_packet packet;
	unsigned packets;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_all(bad[i], &file, &packet, &packets),
				 CAPTURE_FILE_MALFORMED);
		assert_int_equal(packets, 0);
	}
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		assert_int_equal(read_all(cut[i], &file, &packet, &packets), CAPTURE_FILE_MORE);
}

static bool hear(struct advice *advice, struct frame frame)
{
	struct capture_packet packet;
	capture_packet_read(bytes_of(frame.bytes, frame.length), &packet);
	return advice_receive(advice, &packet);
}

#define PADO TO_HOST "8863 1107 0000 000b 0102 0003 627261 0101 0000"
#define PADR TO_AC "8863 1119 0000 000d 0101 0002 7476 0103 0003 010203"

static void test_advice(void **state)
{
	(void)state;
	struct advice advice;
	advice_init(&advice);
	/* Before the PADR nothing counts but offers. */
	assert_false(hear(&advice, session_frame(TO_AC, "c021 0101 0004")));
	assert_false(hear(&advice, frame_of(PADO)));
	assert_true(hear(&advice, frame_of(PADR)));
	assert_int_equal(advice.state, ADVICE_ASKED);
	assert_true(
		bytes_equal(bytes_of(advice.service, advice.service_length), bytes_of_text("tv")));
	assert_true(bytes_equal(bytes_of(advice.concentrator_name, advice.concentrator_name_length),
				bytes_of_text("bra")));
	assert_int_equal(advice.host_uniq_length, 3);
	assert_int_equal(advice.discovery_type, 0x8863);
	/* Others' frames say nothing. */
	assert_false(
		hear(&advice, frame_of(AC " 020000000009 8864 1100 0777 0006 c021 0101 0004")));
	assert_true(hear(&advice, session_frame(TO_HOST, "c021 0101 0004")));
	assert_int_equal(advice.state, ADVICE_SESSION);
	assert_int_equal(advice.session_type, 0x8864);
	assert_int_equal(advice.session_id, 0x777);
	/* A name of the concentrator's is not the user's. */
	assert_false(hear(&advice, session_frame(TO_HOST, "c223 02 02 0009 02 abcd 6163")));
	assert_int_equal(advice.user_length, 0);
	assert_false(hear(&advice, session_frame(TO_AC, "c223 02 02 0009 02 abcd 6163")));
	assert_true(bytes_equal(bytes_of(advice.user, advice.user_length), bytes_of_text("ac")));
	assert_true(hear(&advice, session_frame(TO_AC, "8021 0101 0004")));
	assert_int_equal(advice.state, ADVICE_UP);
}

static void test_advice_of_odd_types(void **state)
{
	(void)state;
	struct advice advice;
	advice_init(&advice);
	assert_true(hear(&advice, frame_of(TO_AC "8100 0007 3c12 1119 0000 0004 0101 0000")));
	assert_int_equal(advice.discovery_type, 0x3c12);
	assert_int_equal(advice.vlan_count, 1);
	assert_int_equal(advice.vlan[0], 7);
	assert_int_equal(advice.service_length, 0);
	/* Not in that VLAN. */
	assert_false(hear(&advice, frame_of(TO_AC "3c13 1100 0777 0006 c021 0101 0004")));
	assert_true(hear(&advice, frame_of(TO_AC "8100 0007 3c13 1100 0777 0006 c021 0101 0004")));
	assert_int_equal(advice.session_type, 0x3c13);
	assert_false(
		hear(&advice, frame_of(TO_AC "8100 0007 3c13 1100 0777 0010 c023 01 01 000e 05 "
					     "616c696365 03 707764")));
	assert_int_equal(advice.user_length, 5);
}

static void test_no_advice(void **state)
{
	(void)state;
	struct advice advice;
	advice_init(&advice);
	/* A broadcast, one with a session, malformed tags. */
	assert_false(
		hear(&advice, frame_of("ffffffffffff " HOST " 8863 1119 0000 0004 0101 0000")));
	assert_false(hear(&advice, frame_of(TO_AC "8863 1119 0001 0004 0101 0000")));
	assert_false(hear(&advice, frame_of(TO_AC "8863 1119 0000 0004 0101 0001")));
	assert_int_equal(advice.state, ADVICE_WAITS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_discovery),
		cmocka_unit_test(test_long_value),
		cmocka_unit_test(test_vlans),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_authentication),
		cmocka_unit_test(test_shown_secrets),
		cmocka_unit_test(test_ip),
		cmocka_unit_test(test_ipv6_text),
		cmocka_unit_test(test_other_types),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_secrets_of_a_cut_frame),
		cmocka_unit_test(test_written_file),
		cmocka_unit_test(test_no_room_to_write),
		cmocka_unit_test(test_little_endian_file),
		cmocka_unit_test(test_resolutions),
		cmocka_unit_test(test_pcap_file),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_advice_of_odd_types),
		cmocka_unit_test(test_no_advice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
