/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A socket for one ethertype gets a frame after the kernel has sorted it by VLAN, without its tag;
 * one for all gets it before, with the tag as auxiliary data (PACKET_AUXDATA).  So these are for
 * all, and the filter asks for the type.  A tag that the kernel has not taken out, since the frame
 * is one that this host sends or has two tags, still stands before the type.
 */
#define _GNU_SOURCE
#include "linux/packet_tap.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OFFSET_ETHERTYPE 12
#define OFFSET_VERSION_AND_TYPE 14
#define OFFSET_TAGGED 4 /* how much further in that is behind a tag */

#define REFUSE BPF_STMT(BPF_RET | BPF_K, 0)
#define PASS BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)
#define LOAD(width, offset) BPF_STMT((uint16_t)(BPF_LD | BPF_ABS | (width)), (uint32_t)(offset))
#define IF_EQUAL(value, then, otherwise) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), then, otherwise)

#define VERSION_AND_TYPE 0x11 /* RFC 2516 section 4: VER 1, TYPE 1 */

static int attach(int socket, const struct sock_filter *code, size_t length)
{
	struct sock_filter copy[32];
	memcpy(copy, code, length * sizeof(*code));
	struct sock_fprog program = { (unsigned short)length, copy };
	return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0
		       ? -errno
		       : 0;
}

#define ATTACH(socket, code) attach(socket, code, sizeof(code) / sizeof((code)[0]))

static int filter_discovery(int socket, const struct packet_interface *interface)
{
	struct reader r =
		reader_of(bytes_of(interface->address.byte, sizeof(interface->address.byte)));
	uint32_t high = reader_u32(&r);
	uint16_t low = reader_u16(&r);
	/* The frames of a VLAN's own device are shown as its own too; those are not looked at. */
	const struct sock_filter code[] = {
		LOAD(BPF_W, SKF_AD_OFF + SKF_AD_IFINDEX),
		IF_EQUAL(interface->index, 1, 0),
		REFUSE,
		LOAD(BPF_H, OFFSET_ETHERTYPE),
		IF_EQUAL(ETH_P_PPP_DISC, 1, 0),
		REFUSE,
		LOAD(BPF_W, 0),
		IF_EQUAL(high, 1, 0),
		REFUSE,
		LOAD(BPF_H, 4),
		IF_EQUAL(low, 1, 0),
		REFUSE,
		PASS,
	};
	return ATTACH(socket, code);
}

/*
 * The two types pass; any other if its payload begins as PPPoE does, which that of neither IPv4 nor
 * IPv6 nor ARP can; both behind a tag as well.
 */
static int filter_pppoe(int socket)
{
	const struct sock_filter code[] = {
		LOAD(BPF_H, OFFSET_ETHERTYPE),
		IF_EQUAL(ETH_P_PPP_DISC, 10, 0),
		IF_EQUAL(ETH_P_PPP_SES, 9, 0),
		IF_EQUAL(ETH_P_8021Q, 3, 0),
		IF_EQUAL(ETH_P_8021AD, 2, 0),
		LOAD(BPF_B, OFFSET_VERSION_AND_TYPE),
		IF_EQUAL(VERSION_AND_TYPE, 5, 6),
		LOAD(BPF_H, OFFSET_ETHERTYPE + OFFSET_TAGGED),
		IF_EQUAL(ETH_P_PPP_DISC, 3, 0),
		IF_EQUAL(ETH_P_PPP_SES, 2, 0),
		LOAD(BPF_B, OFFSET_VERSION_AND_TYPE + OFFSET_TAGGED),
		IF_EQUAL(VERSION_AND_TYPE, 0, 1),
		PASS,
		REFUSE,
	};
	return ATTACH(socket, code);
}

static int set(int socket, int level, int option, int value)
{
	return setsockopt(socket, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

static int go_promiscuous(int socket, int index)
{
	const struct packet_mreq request = { .mr_ifindex = index, .mr_type = PACKET_MR_PROMISC };
	if (setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) < 0)
		return -errno;
	return 0;
}

int packet_tap_open(const struct packet_interface *interface, enum packet_tap_filter filter,
		    bool promiscuous)
{
	int opened = packet_socket_open(interface, ETH_P_ALL);
	if (opened < 0)
		return opened;
	int result =
		set(opened, SOL_PACKET, PACKET_IGNORE_OUTGOING, filter == PACKET_TAP_DISCOVERY);
	if (result == 0)
		result = set(opened, SOL_PACKET, PACKET_AUXDATA, 1);
	if (result == 0)
		result = set(opened, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	if (result == 0 && promiscuous)
		result = go_promiscuous(opened, interface->index);
	/* Nothing came before this. */
	if (result == 0)
		result = filter == PACKET_TAP_DISCOVERY ? filter_discovery(opened, interface)
							: filter_pppoe(opened);
	if (result == 0)
		return opened;
	close(opened);
	return result;
}

static void read_note(struct cmsghdr *note, struct packet_tap_frame *frame)
{
	if (note->cmsg_level == SOL_SOCKET && note->cmsg_type == SO_TIMESTAMPNS) {
		struct timespec time;
		memcpy(&time, CMSG_DATA(note), sizeof(time));
		frame->time_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
	}
	if (note->cmsg_level == SOL_PACKET && note->cmsg_type == PACKET_AUXDATA) {
		struct tpacket_auxdata data;
		memcpy(&data, CMSG_DATA(note), sizeof(data));
		frame->tagged = (data.tp_status & TP_STATUS_VLAN_VALID) != 0;
		frame->tag = data.tp_vlan_tci;
		frame->tag_type = (data.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0
					  ? data.tp_vlan_tpid
					  : ETH_P_8021Q;
	}
}

int packet_tap_receive(int socket, void *memory, size_t capacity,
		       struct packet_tap_frame *ret_frame)
{
	struct iovec vector = { memory, capacity };
	struct sockaddr_ll from = { 0 };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata)) +
			   CMSG_SPACE(sizeof(struct timespec))];
	} control;
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got;
	do
		got = recvmsg(socket, &message, MSG_TRUNC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	struct packet_tap_frame frame = {
		.bytes = bytes_head(bytes_of(memory, (size_t)got), capacity),
		.length = (size_t)got,
		.outgoing = from.sll_pkttype == PACKET_OUTGOING,
	};
	for (struct cmsghdr *note = CMSG_FIRSTHDR(&message); note != NULL;
	     note = CMSG_NXTHDR(&message, note))
		read_note(note, &frame);
	*ret_frame = frame;
	return 0;
}

uint64_t packet_tap_lost(int socket)
{
	struct tpacket_stats stats = { 0 };
	socklen_t length = sizeof(stats);
	if (getsockopt(socket, SOL_PACKET, PACKET_STATISTICS, &stats, &length) < 0)
		return 0;
	return stats.tp_drops;
}
