/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The classic BPF programs of the packet sockets.  Each is a row of checks: load a field,
 * compare it, and return 0 at once if the frame is not for us.  Offsets count from the Ethernet
 * header, as SOCK_RAW has it; a load beyond the end of the frame refuses the frame.
 *
 *	 0             6             12     14    15    16     18      20
 *	| destination | source      | type | 0x11| code| id   | LENGTH| PPP protocol ...
 */
#include "linux/packet_socket.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "linux/packet_tags.h"

enum {
	OFFSET_DESTINATION = 0,
	OFFSET_SOURCE = 6,
	OFFSET_ETHERTYPE = 12,
	OFFSET_VERSION_AND_CODE = 14,
	OFFSET_SESSION_ID = 16,
	OFFSET_PPP_PROTOCOL = 20,
};

/* Not bytes of the frame, but what the kernel knows about it. */
#define ABOUT(what) ((uint32_t)(SKF_AD_OFF + (what)))

#define SESSION_DATA 0x1100 /* VER 1, TYPE 1, CODE 0 (RFC 2516 section 6) */
#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057

#define REFUSE BPF_STMT(BPF_RET | BPF_K, 0)
#define PASS BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)

#define PROGRAM_MAX 112

struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned short length;
	bool indexed; /* what lies behind the ethertype is loaded at its offset + X */
};

static void append(struct program *program, const struct sock_filter *code, size_t count)
{
	assert(count <= (size_t)(PROGRAM_MAX - program->length));
	memcpy(program->code + program->length, code, count * sizeof(*code));
	program->length = (unsigned short)(program->length + count);
}

#define APPEND(program, ...) \
	do { \
		const struct sock_filter code_[] = { __VA_ARGS__ }; \
		append(program, code_, sizeof(code_) / sizeof(code_[0])); \
	} while (0)

#define REQUIRE_LENGTH 3 /* instructions of one require() */

static uint16_t load(const struct program *program, uint16_t width, uint32_t offset)
{
	bool indexed = program->indexed && offset > OFFSET_ETHERTYPE && offset < ABOUT(0);
	return (uint16_t)(BPF_LD | width | (indexed ? BPF_IND : BPF_ABS));
}

/* Goes on only if the field has this value. */
static void require(struct program *program, uint16_t width, uint32_t offset, uint32_t value)
{
	APPEND(program, BPF_STMT(load(program, width, offset), offset),
	       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0), REFUSE);
}

/* Goes on only if the field has another value. */
static void refuse(struct program *program, uint16_t width, uint32_t offset, uint32_t value)
{
	APPEND(program, BPF_STMT(load(program, width, offset), offset),
	       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1), REFUSE);
}

static void require_mac(struct program *program, uint32_t offset, struct mac mac)
{
	struct reader r = reader_of(bytes_of(mac.byte, sizeof(mac.byte)));
	uint32_t high = reader_u32(&r);
	require(program, BPF_W, offset, high);
	require(program, BPF_H, offset + 4, reader_u16(&r));
}

/*
 * Frames that came to this very interface, untagged, of the socket's ethertype, and to us.
 *
 * The kernel takes the VLAN tag out of a frame before it shows it, so that a frame of another
 * VLAN looks like an untagged one.  Where a VLAN device claimed it, the frame's interface is that
 * device, though it is also shown to sockets of the interface below; where nothing did, its packet
 * type is PACKET_OTHERHOST; and on some paths the tag is still noted beside the frame.  A tag of
 * VLAN 0 is a mere priority (IEEE 802.1Q) and the frame counts as untagged.
 *
 * PACKET_OTHERHOST is also what the kernel calls every frame to an address that the interface was
 * told to listen to besides its own.
 */
static int require_interface(struct program *program, int socket, struct mac address)
{
	struct sockaddr_ll bound = { 0 };
	socklen_t length = sizeof(bound);
	if (getsockname(socket, (struct sockaddr *)&bound, &length) < 0)
		return -errno;
	require(program, BPF_W, ABOUT(SKF_AD_IFINDEX), (uint32_t)bound.sll_ifindex);
	if (memcmp(bound.sll_addr, address.byte, sizeof(address.byte)) == 0)
		refuse(program, BPF_W, ABOUT(SKF_AD_PKTTYPE), PACKET_OTHERHOST);
	require(program, BPF_W, ABOUT(SKF_AD_VLAN_TAG_PRESENT), 0);
	require(program, BPF_H, OFFSET_ETHERTYPE, ntohs(bound.sll_protocol));
	return 0;
}

static int attach(int socket, struct program *program)
{
	struct sock_fprog fprog = { program->length, program->code };
	if (setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof(fprog)) < 0)
		return -errno;
	return 0;
}

static void require_destination(struct program *program, struct mac address, bool broadcasts)
{
	if (broadcasts)
		/* ff:ff:ff:ff:ff:ff jumps over the two checks of require_mac(). */
		APPEND(program, BPF_STMT(BPF_LD | BPF_ABS | BPF_W, OFFSET_DESTINATION),
		       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, UINT32_MAX, 0, 2),
		       BPF_STMT(BPF_LD | BPF_ABS | BPF_H, OFFSET_DESTINATION + 4),
		       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, UINT16_MAX, 2 * REQUIRE_LENGTH, 0));
	require_mac(program, OFFSET_DESTINATION, address);
}

int packet_filter_discovery(int socket, struct mac address, bool broadcasts)
{
	struct program program = { .length = 0 };
	int result = require_interface(&program, socket, address);
	if (result < 0)
		return result;
	require_destination(&program, address, broadcasts);
	APPEND(&program, PASS);
	return attach(socket, &program);
}

static void refuse_data(struct program *program)
{
	refuse(program, BPF_H, OFFSET_PPP_PROTOCOL, PPP_IPV4);
	refuse(program, BPF_H, OFFSET_PPP_PROTOCOL, PPP_IPV6);
}

static void require_data(struct program *program)
{
	APPEND(program, BPF_STMT(load(program, BPF_H, OFFSET_PPP_PROTOCOL), OFFSET_PPP_PROTOCOL),
	       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PPP_IPV4, 2, 0),
	       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PPP_IPV6, 1, 0), REFUSE);
}

static int require_session(struct program *program, int socket, struct mac address,
			   const struct packet_session *session)
{
	int result = require_interface(program, socket, address);
	if (result < 0)
		return result;
	require(program, BPF_H, OFFSET_VERSION_AND_CODE, SESSION_DATA);
	require_mac(program, OFFSET_DESTINATION, address);
	if (session->known) {
		require_mac(program, OFFSET_SOURCE, session->peer);
		require(program, BPF_H, OFFSET_SESSION_ID, session->id);
	}
	return 0;
}

int packet_filter_session(int socket, struct mac address, const struct packet_session *session)
{
	struct program program = { .length = 0 };
	int result = require_session(&program, socket, address, session);
	if (result < 0)
		return result;
	APPEND(&program, PASS);
	return attach(socket, &program);
}

int packet_filter_control(int socket, struct mac address, const struct packet_session *session)
{
	struct program program = { .length = 0 };
	int result = require_session(&program, socket, address, session);
	if (result < 0)
		return result;
	refuse_data(&program);
	APPEND(&program, PASS);
	return attach(socket, &program);
}

int packet_filter_data(int socket, struct mac address, const struct packet_session *session)
{
	struct program program = { .length = 0 };
	int result = require_session(&program, socket, address, session);
	if (result < 0)
		return result;
	require_data(&program);
	APPEND(&program, PASS);
	return attach(socket, &program);
}

/* The tag that the kernel keeps beside the frame; no tag is VLAN 0 here. */
static void require_vlan(struct program *program, const struct packet_vlans *vlans)
{
	APPEND(program, BPF_STMT(BPF_LD | BPF_ABS | BPF_H, ABOUT(SKF_AD_VLAN_TAG)),
	       BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xfff));
	for (unsigned i = 0; i < vlans->count; i++) {
		unsigned left = vlans->count - 1 - i;
		APPEND(program, BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, vlans->range[i].first, 0, 1),
		       BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, vlans->range[i].last, 0,
				(uint8_t)(2 * left + 1)));
	}
	APPEND(program, REFUSE);
}

/* The ethertype, at once or behind an inner tag; X is the tag's length from here on. */
static void require_type(struct program *program, uint16_t ethertype)
{
	APPEND(program, BPF_STMT(BPF_LD | BPF_ABS | BPF_H, OFFSET_ETHERTYPE),
	       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ethertype, 4, 0),
	       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PORT_CUSTOMER_TAG, 0, 2),
	       BPF_STMT(BPF_LD | BPF_ABS | BPF_H, OFFSET_ETHERTYPE + 4),
	       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ethertype, 3, 0), REFUSE,
	       BPF_STMT(BPF_LDX | BPF_IMM, 0), BPF_STMT(BPF_JMP | BPF_JA, 1),
	       BPF_STMT(BPF_LDX | BPF_IMM, 4));
	program->indexed = true;
}

int packet_filter_tagged(int socket, struct mac address, const struct packet_vlans *vlans,
			 uint16_t ethertype, enum packet_part part)
{
	struct program program = { .length = 0 };
	struct sockaddr_ll bound = { 0 };
	socklen_t length = sizeof(bound);
	const int on = 1;
	if (getsockname(socket, (struct sockaddr *)&bound, &length) < 0 ||
	    setsockopt(socket, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0)
		return -errno;
	require(&program, BPF_W, ABOUT(SKF_AD_IFINDEX), (uint32_t)bound.sll_ifindex);
	require_vlan(&program, vlans);
	require_type(&program, ethertype);
	require_destination(&program, address, part == PACKET_DISCOVERY);
	if (part != PACKET_DISCOVERY)
		require(&program, BPF_H, OFFSET_VERSION_AND_CODE, SESSION_DATA);
	if (part == PACKET_CONTROL)
		refuse_data(&program);
	if (part == PACKET_DATA)
		require_data(&program);
	APPEND(&program, PASS);
	return attach(socket, &program);
}

int packet_filter_none(int socket)
{
	struct program program = { .length = 0 };
	APPEND(&program, REFUSE);
	return attach(socket, &program);
}
