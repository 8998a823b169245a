/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/dump/show.h"

#include "ppp/hdlc.h"

#define TEXT_COLUMNS 71 /* of a line, after 6 of direction and quotation mark */
#define HEX_OCTETS 16 /* of a line */
#define ESCAPED_BIT 0x20
#define INDENT "      "

static bool is_printable(int octet)
{
	return octet >= ' ' && octet <= '~';
}

static size_t put_text_octet(char to[4], int octet)
{
	static const char digits[] = "0123456789abcdef";
	size_t length = 0;
	if (!is_printable(octet) || octet == '"' || octet == '\\')
		to[length++] = '\\';
	if (is_printable(octet)) {
		to[length++] = (char)octet;
	} else {
		to[length++] = digits[octet >> 4];
		to[length++] = digits[octet & 15];
	}
	to[length] = '\0';
	return length;
}

bool show_text(FILE *file, const char *direction, int32_t count)
{
	printf("%s \"", direction);
	size_t column = 0;
	for (; count > 0; count--) {
		int octet = getc(file);
		if (octet == EOF)
			return false;
		char text[4];
		size_t length = put_text_octet(text, octet);
		if (column + length > TEXT_COLUMNS) {
			fputs("\n" INDENT, stdout);
			column = 0;
		}
		fputs(text, stdout);
		column += length;
	}
	fputs("\"\n", stdout);
	return true;
}

/* The rest of a line of hexadecimal digits: the same octets as characters. */
static void put_characters(const uint8_t *octets, size_t count)
{
	printf("%*s  ", (int)(3 * (HEX_OCTETS - count)), "");
	for (size_t i = 0; i < count; i++)
		putchar(is_printable(octets[i]) ? octets[i] : '.');
	putchar('\n');
}

bool show_hex(FILE *file, const char *direction, int32_t count)
{
	uint8_t line[HEX_OCTETS];
	size_t length = 0;
	printf("%s  ", direction);
	for (; count > 0; count--) {
		int octet = getc(file);
		if (octet == EOF)
			return false;
		if (length == HEX_OCTETS) {
			put_characters(line, length);
			fputs(INDENT, stdout);
			length = 0;
		}
		printf(" %02x", (unsigned)octet);
		line[length++] = (uint8_t)octet;
	}
	put_characters(line, length);
	return true;
}

static void begin_frame(struct assembly *assembly)
{
	assembly->length = 0;
	assembly->fcs = HDLC_FCS_INITIAL;
}

void assembly_init(struct assembly *assembly)
{
	assembly->escaped = false;
	begin_frame(assembly);
}

size_t assembly_length(const struct assembly *assembly)
{
	return assembly->length;
}

/*
 * What an MRU limits: without address, control and protocol (RFC 1661 section 2).  Below 0 for a
 * packet that is shorter than those.
 */
static int information_length(struct bytes packet)
{
	struct bytes ppp = hdlc_ppp_of(packet);
	bool compressed = ppp.length > 0 && (ppp.data[0] & 1) != 0;
	return (int)ppp.length - (compressed ? 1 : 2);
}

static void put_packet(struct bytes packet, const char *direction)
{
	struct reader r = reader_of(packet);
	const char *head = direction;
	do {
		struct bytes line = reader_bytes(&r, r.left < HEX_OCTETS ? r.left : HEX_OCTETS);
		printf("%s ", head);
		for (size_t i = 0; i < line.length; i++)
			printf(" %02x", line.data[i]);
		put_characters(line.data, line.length);
		head = "    ";
	} while (r.left > 0);
}

static void put_short(const struct assembly *assembly, const char *direction)
{
	printf("%s short packet [%zu bytes]:", direction, assembly->length);
	for (size_t i = 0; i < assembly->length; i++)
		printf(" %02x", assembly->frame[i]);
	putchar('\n');
}

/* A flag has come after octets. */
static void put_frame(const struct assembly *assembly, const char *direction, int mru)
{
	if (assembly->escaped) {
		printf("%s aborted packet:\n     ", direction);
		direction = "    ";
	}
	if (assembly->length <= HDLC_FCS_LENGTH) {
		put_short(assembly, direction);
		return;
	}
	if (assembly->length > ASSEMBLY_MAX) {
		printf("%s overlong packet [%zu bytes]\n", direction, assembly->length);
		return;
	}
	struct bytes packet = bytes_of(assembly->frame, assembly->length - HDLC_FCS_LENGTH);
	int length = information_length(packet);
	if (length > mru)
		printf("     ERROR: length (%d) > MRU (%d)\n", length, mru);
	put_packet(packet, direction);
	if (assembly->fcs != HDLC_FCS_GOOD)
		printf("     BAD FCS: (residue = %x)\n", (unsigned)assembly->fcs);
}

static void take_octet(struct assembly *assembly, uint8_t octet)
{
	if (octet == HDLC_ESCAPE && !assembly->escaped) {
		assembly->escaped = true;
		return;
	}
	if (assembly->escaped)
		octet ^= ESCAPED_BIT;
	assembly->escaped = false;
	if (assembly->length < ASSEMBLY_MAX)
		assembly->frame[assembly->length] = octet;
	assembly->length++;
	assembly->fcs = hdlc_fcs(assembly->fcs, bytes_of(&octet, 1));
}

bool show_packets(FILE *file, struct assembly *assembly, const char *direction, int32_t count,
		  int mru)
{
	for (; count > 0; count--) {
		int octet = getc(file);
		if (octet == EOF)
			return false;
		if (octet != HDLC_FLAG) {
			take_octet(assembly, (uint8_t)octet);
			continue;
		}
		if (assembly->length == 0) /* an escape before it stays, as in Debian's */
			continue;
		put_frame(assembly, direction, mru);
		assembly->escaped = false;
		begin_frame(assembly);
	}
	return true;
}
