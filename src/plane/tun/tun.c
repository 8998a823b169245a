/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plain data plane: a TUN device (IFF_NO_PI, so each read or write is one bare IP packet) and
 * a packet socket.  The IP packet is read right behind the place of its headers, of which only
 * LENGTH and protocol change from one to the next:
 *
 *	| Ethernet header, 14 | 0x11 | 0x00 | SESSION_ID | LENGTH | PPP protocol | IP packet ...
 *	|<------------- prepared once ------------------>|<-- each packet -->|
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plane/plane.h"
#include "pppoe/ethernet.h"
#include "pppoe/packet.h"

#define VERSION_AND_TYPE 0x11 /* "MUST be set to 0x1", both (RFC 2516 section 4) */

#define PPP_PROTOCOL_LENGTH 2
#define PPP_IPV4 0x0021 /* RFC 1332 section 2 */
#define PPP_IPV6 0x0057 /* RFC 5072 section 2 */

#define PREPARED_LENGTH (ETHERNET_HEADER_LENGTH + PPPOE_HEADER_LENGTH - 2)
#define HEADERS_LENGTH (ETHERNET_HEADER_LENGTH + PPPOE_PPP_OVERHEAD)

/* A TUN read cuts what does not fit, unseen; no packet is longer than this. */
#define PACKET_MAX 65535

/* LENGTH counts the protocol field. */
#define MTU_MAX (UINT16_MAX - PPP_PROTOCOL_LENGTH)

/* Packets a descriptor and a run(). */
#define BATCH 64

struct plane {
	struct plane_link link;
	struct plane_counters counters;
	uint8_t out[HEADERS_LENGTH + PACKET_MAX];
	uint8_t in[HEADERS_LENGTH + PACKET_MAX];
};

enum step {
	STEP_NEXT, /* there may be more */
	STEP_EMPTY, /* nothing more for now */
	STEP_FATAL, /* errno says why */
};

static struct plane *tun_open(const struct plane_link *link)
{
	if (link->mtu == 0 || link->mtu > MTU_MAX || link->session_id == 0) {
		errno = EINVAL;
		return NULL;
	}
	struct plane *plane = calloc(1, sizeof(*plane));
	if (plane == NULL)
		return NULL;
	plane->link = *link;

	struct writer w = writer_of(plane->out, PREPARED_LENGTH);
	ethernet_write(&w, link->peer, link->local, ETHERNET_PPPOE_SESSION);
	writer_u8(&w, VERSION_AND_TYPE);
	writer_u8(&w, PPPOE_SESSION_DATA);
	writer_u16(&w, link->session_id);
	return plane;
}

static void tun_close(struct plane *plane)
{
	free(plane);
}

static void drop(struct plane *plane, enum plane_drop reason)
{
	plane->counters.drops[reason]++;
}

/* What the first bits of an IP packet call for; 0 if it is not IP or its protocol not open. */
static uint16_t protocol_of(const struct plane_link *link, struct bytes packet)
{
	struct reader r = reader_of(packet);
	switch (reader_u8(&r) >> 4) {
	case 4:
		return link->ipv4 ? PPP_IPV4 : 0;
	case 6:
		return link->ipv6 ? PPP_IPV6 : 0;
	default:
		return 0;
	}
}

/* The errors after which neither descriptor works again. */
static bool is_gone(int error)
{
	return error == ENXIO || error == ENODEV || error == EBADFD || error == EBADF;
}

static enum step send_frame(struct plane *plane, size_t packet_length)
{
	ssize_t sent;
	do
		sent = send(plane->link.wire, plane->out, HEADERS_LENGTH + packet_length,
			    MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0) {
		plane->counters.out_packets++;
		plane->counters.out_bytes += packet_length;
		return STEP_NEXT;
	}
	if (is_gone(errno))
		return STEP_FATAL;
	/* Longer than the interface's MTU, or else: EAGAIN, ENOBUFS, ENETDOWN, EPERM of a firewall.
	 */
	drop(plane, errno == EMSGSIZE ? PLANE_DROP_TOO_LONG : PLANE_DROP_WIRE);
	return STEP_NEXT;
}

static enum step device_to_wire(struct plane *plane)
{
	ssize_t got = read(plane->link.device, plane->out + HEADERS_LENGTH, PACKET_MAX);
	if (got < 0) {
		if (errno == EINTR)
			return STEP_NEXT;
		return errno == EAGAIN ? STEP_EMPTY : STEP_FATAL;
	}
	struct bytes packet = bytes_of(plane->out + HEADERS_LENGTH, (size_t)got);
	uint16_t protocol = protocol_of(&plane->link, packet);
	if (protocol == 0) {
		drop(plane, PLANE_DROP_PROTOCOL);
		return STEP_NEXT;
	}
	if (packet.length > plane->link.mtu) {
		drop(plane, PLANE_DROP_TOO_LONG);
		return STEP_NEXT;
	}
	struct writer w = writer_of(plane->out + PREPARED_LENGTH, HEADERS_LENGTH - PREPARED_LENGTH);
	writer_u16(&w, (uint16_t)(packet.length + PPP_PROTOCOL_LENGTH));
	writer_u16(&w, protocol);
	return send_frame(plane, packet.length);
}

/*
 * Takes the IP packet out of a frame; false, and counted, if it is not for this session.  An
 * unknown session is not answered here: the data plane only drops (discovery sends PADTs).
 */
static bool unwrap(struct plane *plane, struct bytes bytes, struct bytes *ret_packet)
{
	const struct plane_link *link = &plane->link;
	struct ethernet_frame frame;
	if (!ethernet_read(bytes, &frame) || frame.type != ETHERNET_PPPOE_SESSION) {
		drop(plane, PLANE_DROP_FRAME);
		return false;
	}
	if (!mac_equal(frame.destination, link->local) || !mac_equal(frame.source, link->peer)) {
		drop(plane, PLANE_DROP_SESSION);
		return false;
	}
	struct reader r = reader_of(frame.payload);
	bool understood = reader_u8(&r) == VERSION_AND_TYPE;
	understood = reader_u8(&r) == PPPOE_SESSION_DATA && understood;
	uint16_t session_id = reader_u16(&r);
	struct reader ppp = reader_of(reader_bytes(&r, reader_u16(&r))); /* without padding */
	uint16_t protocol = reader_u16(&ppp);
	struct bytes packet = reader_rest(&ppp);
	if (r.failed || ppp.failed || !understood) {
		drop(plane, PLANE_DROP_FRAME);
		return false;
	}
	if (session_id != link->session_id) {
		drop(plane, PLANE_DROP_SESSION);
		return false;
	}
	if (protocol == 0 || protocol != protocol_of(link, packet)) {
		drop(plane, PLANE_DROP_PROTOCOL);
		return false;
	}
	*ret_packet = packet;
	return true;
}

static enum step write_packet(struct plane *plane, struct bytes packet)
{
	ssize_t written;
	do
		written = write(plane->link.device, packet.data, packet.length);
	while (written < 0 && errno == EINTR);
	if (written >= 0) {
		plane->counters.in_packets++;
		plane->counters.in_bytes += packet.length;
		return STEP_NEXT;
	}
	if (is_gone(errno))
		return STEP_FATAL;
	drop(plane, PLANE_DROP_DEVICE); /* EIO: the device is not up */
	return STEP_NEXT;
}

static enum step wire_to_device(struct plane *plane)
{
	ssize_t got =
		recv(plane->link.wire, plane->in, sizeof(plane->in), MSG_DONTWAIT | MSG_TRUNC);
	if (got < 0) {
		if (errno == EINTR)
			return STEP_NEXT;
		/* ENETDOWN: said once when the interface goes down; it may come up again. */
		return errno == EAGAIN || errno == ENETDOWN ? STEP_EMPTY : STEP_FATAL;
	}
	if ((size_t)got > sizeof(plane->in)) {
		drop(plane, PLANE_DROP_FRAME); /* cut */
		return STEP_NEXT;
	}
	struct bytes packet;
	if (!unwrap(plane, bytes_of(plane->in, (size_t)got), &packet))
		return STEP_NEXT;
	return write_packet(plane, packet);
}

static int run_batch(struct plane *plane, short revents, enum step (*move)(struct plane *plane))
{
	if ((revents & POLLNVAL) != 0)
		return -EBADF;
	/* An error of the descriptor is what the next read of it says. */
	if ((revents & (POLLIN | POLLERR | POLLHUP)) == 0)
		return 0;
	for (unsigned i = 0; i < BATCH; i++) {
		enum step step = move(plane);
		if (step == STEP_FATAL)
			return -errno;
		if (step == STEP_EMPTY)
			break;
	}
	return 0;
}

enum { POLL_WIRE, POLL_DEVICE };

static void tun_polls(const struct plane *plane, struct pollfd ret_polls[PLANE_POLLS])
{
	ret_polls[POLL_WIRE] = (struct pollfd){ plane->link.wire, POLLIN, 0 };
	ret_polls[POLL_DEVICE] = (struct pollfd){ plane->link.device, POLLIN, 0 };
}

static int tun_run(struct plane *plane, const struct pollfd polls[PLANE_POLLS])
{
	int result = run_batch(plane, polls[POLL_WIRE].revents, wire_to_device);
	if (result < 0)
		return result;
	return run_batch(plane, polls[POLL_DEVICE].revents, device_to_wire);
}

static void tun_counters(const struct plane *plane, struct plane_counters *ret_counters)
{
	*ret_counters = plane->counters;
}

const struct plane_type plane_tun = {
	.name = "tun",
	.open = tun_open,
	.close = tun_close,
	.polls = tun_polls,
	.run = tun_run,
	.counters = tun_counters,
};
