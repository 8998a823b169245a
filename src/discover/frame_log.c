/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "discover/frame_log.h"

#include <time.h>

#include "pppoe/packet.h"

#define BYTES_A_LINE 16

static const char *code_name(uint8_t code)
{
	const char *name = pppoe_code_name(code);
	return code == PPPOE_SESSION_DATA ? "SESS" : name ? name : "????";
}

static void write_mac(FILE *log, const char *title, struct mac mac)
{
	fputs(title, log);
	for (unsigned i = 0; i < sizeof(mac.byte); i++)
		fprintf(log, "%s%02x", i > 0 ? ":" : "", mac.byte[i]);
}

static void write_line(FILE *log, struct bytes bytes)
{
	char text[BYTES_A_LINE + 1] = "";
	for (size_t i = 0; i < BYTES_A_LINE; i++) {
		if (i >= bytes.length) {
			fputs("   ", log);
			continue;
		}
		uint8_t byte = bytes.data[i];
		fprintf(log, "%02x ", byte);
		text[i] = byte >= ' ' && byte < 0x7f ? (char)byte : '.';
	}
	fprintf(log, "  %s\n", text);
}

void frame_log_write(FILE *log, const char *direction, struct bytes frame)
{
	struct ethernet_frame ethernet;
	if (log == NULL || !ethernet_read(frame, &ethernet))
		return;
	struct timespec now;
	struct tm tm;
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	struct reader r = reader_of(ethernet.payload);
	if (ethernet.type == ETHERNET_VLAN) {
		(void)reader_u16(&r);
		ethernet.type = reader_u16(&r);
	}
	(void)reader_u8(&r); /* version and type */
	uint8_t code = reader_u8(&r);
	uint16_t session_id = reader_u16(&r);
	uint16_t length = reader_u16(&r);
	fprintf(log, "%02d:%02d:%02d.%03ld %s PPPoE %s (%04x) %s sess-id %u length %u\n",
		tm.tm_hour, tm.tm_min, tm.tm_sec, now.tv_nsec / 1000000, direction,
		code == PPPOE_SESSION_DATA ? "Session" : "Discovery", ethernet.type,
		code_name(code), session_id, length);
	write_mac(log, "SourceAddr ", ethernet.source);
	write_mac(log, " DestAddr ", ethernet.destination);
	fputc('\n', log);
	struct reader payload = reader_of(bytes_head(reader_rest(&r), length));
	while (payload.left > 0)
		write_line(log, reader_bytes(&payload, payload.left < BYTES_A_LINE ? payload.left
										   : BYTES_A_LINE));
	fputc('\n', log);
	fflush(log);
}
