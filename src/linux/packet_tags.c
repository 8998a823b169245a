/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "linux/packet_tags.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <sys/uio.h>

#define MACS_LENGTH 12
#define TAG_LENGTH 4
#define VLAN_MASK 0xfff

bool packet_vlans_have(const struct packet_vlans *vlans, unsigned vlan)
{
	for (unsigned i = 0; i < vlans->count; i++)
		if (vlan >= vlans->range[i].first && vlan <= vlans->range[i].last)
			return true;
	return false;
}

bool packet_vlans_are_tagged(const struct packet_vlans *vlans)
{
	for (unsigned i = 0; i < vlans->count; i++)
		if (vlans->range[i].last > 0)
			return true;
	return false;
}

/* The outer tag: 0 if there is none. */
static unsigned outer_of(const struct msghdr *message, bool *ret_service)
{
	struct msghdr *walked = (struct msghdr *)(uintptr_t)message; /* CMSG_NXTHDR wants it so */
	*ret_service = false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(walked); c; c = CMSG_NXTHDR(walked, c)) {
		struct tpacket_auxdata note;
		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA ||
		    c->cmsg_len < CMSG_LEN(sizeof(note)))
			continue;
		memcpy(&note, CMSG_DATA(c), sizeof(note));
		if ((note.tp_status & TP_STATUS_VLAN_VALID) == 0)
			return 0;
		*ret_service = (note.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 &&
			       note.tp_vlan_tpid == PORT_SERVICE_TAG;
		return note.tp_vlan_tci & VLAN_MASK;
	}
	return 0;
}

uint8_t *packet_tags_take(const struct msghdr *message, uint8_t *frame, size_t *length,
			  unsigned interface, uint32_t *ret_port)
{
	bool service;
	unsigned outer = outer_of(message, &service), inner = 0;
	struct reader r = reader_of(bytes_of(frame, *length));
	reader_bytes(&r, MACS_LENGTH);
	if (reader_u16(&r) == PORT_CUSTOMER_TAG) {
		inner = reader_u16(&r) & VLAN_MASK;
		if (!r.failed) {
			memmove(frame + TAG_LENGTH, frame, MACS_LENGTH);
			frame += TAG_LENGTH;
			*length -= TAG_LENGTH;
		}
	}
	if (outer == 0) { /* a mere priority before it, or nothing */
		outer = inner;
		inner = 0;
		service = false;
	}
	*ret_port = port_of(interface, service, outer, inner);
	return frame;
}

ssize_t packet_receive_tagged(int socket, unsigned interface, uint8_t *to, size_t capacity,
			      struct bytes *ret_frame, uint32_t *ret_port)
{
	_Alignas(size_t) uint8_t room[PACKET_TAGS_ROOM];
	struct iovec part = { to, capacity };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room),
	};
	ssize_t got = recvmsg(socket, &message, MSG_DONTWAIT);
	if (got < 0)
		return -errno;
	size_t length = (size_t)got;
	const uint8_t *frame = packet_tags_take(&message, to, &length, interface, ret_port);
	*ret_frame = bytes_of(frame, length);
	return got;
}

int packet_send_tagged(int socket, uint32_t port, uint16_t ethertype, struct bytes frame)
{
	uint8_t head[MACS_LENGTH + PORT_TAGS_MAX + 2], tags[PORT_TAGS_MAX];
	struct writer w = writer_of(head, sizeof(head));
	struct reader r = reader_of(frame);
	writer_bytes(&w, reader_bytes(&r, MACS_LENGTH));
	reader_u16(&r);
	writer_bytes(&w, bytes_of(tags, port_write_tags(port, tags)));
	writer_u16(&w, ethertype);
	if (r.failed)
		return -EINVAL;
	struct bytes rest = reader_rest(&r);
	struct iovec parts[] = {
		{ head, w.length },
		{ (uint8_t *)(uintptr_t)rest.data, rest.length },
	};
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	return sendmsg(socket, &message, MSG_DONTWAIT) < 0 ? -errno : 0;
}
