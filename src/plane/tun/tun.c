/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plain data plane: a TUN device (IFF_NO_PI | IFF_VNET_HDR) and a packet socket.
 */
#include <errno.h>
#include <stdlib.h>

#include "linux/device.h"
#include "plane/inbound.h"
#include "plane/outbound.h"
#include "plane/plane.h"
#include "pppoe/ethernet.h"
#include "pppoe/packet.h"

#define PPP_IPV4 0x0021 /* RFC 1332 section 2 */
#define PPP_IPV6 0x0057 /* RFC 5072 section 2 */

/* LENGTH counts the protocol field. */
#define MTU_MAX (UINT16_MAX - 2)

struct plane {
	struct plane_link link;
	struct plane_counters counters;
	struct outbound *outbound;
	struct inbound *inbound;
};

static void tun_close(struct plane *plane)
{
	if (!plane)
		return;
	outbound_free(plane->outbound);
	inbound_free(plane->inbound);
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

static bool route(void *context, struct bytes packet, struct outbound_route *ret_route)
{
	struct plane *plane = context;
	const struct plane_link *link = &plane->link;
	*ret_route = (struct outbound_route){
		.local = link->local,
		.peer = link->peer,
		.session_id = link->session_id,
		.protocol = protocol_of(link, packet),
		.mtu = link->mtu,
	};
	if (ret_route->protocol == 0)
		drop(plane, PLANE_DROP_PROTOCOL);
	return ret_route->protocol != 0;
}

/*
 * Takes the IP packet out of a frame; false, and counted, if it is not for this session.  An
 * unknown session is not answered here: the data plane only drops (discovery sends PADTs).
 */
static bool unwrap(void *context, uint32_t port, struct bytes bytes, struct bytes *ret_packet)
{
	struct plane *plane = context;
	(void)port;
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
	bool understood = reader_u8(&r) == PPPOE_VERSION_AND_TYPE;
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

static struct plane *tun_open(const struct plane_link *link)
{
	if (link->mtu == 0 || link->mtu > MTU_MAX || link->session_id == 0) {
		errno = EINVAL;
		return NULL;
	}
	struct plane *plane = calloc(1, sizeof(*plane));
	if (!plane)
		return NULL;
	plane->link = *link;
	bool udp = false;
	device_tun_offload(link->device, &udp); /* refused: the stack does the work itself */
	const struct outbound_owner outbound_owner = { plane, route };
	const struct inbound_owner inbound_owner = { .context = plane, .accept = unwrap };
	plane->outbound = outbound_new(link->device, link->wire, &outbound_owner, &plane->counters);
	plane->inbound = inbound_new(link->wire, link->device, link->mru, udp, &inbound_owner,
				     &plane->counters);
	if (plane->outbound && plane->inbound)
		return plane;
	tun_close(plane);
	errno = ENOMEM;
	return NULL;
}

enum { POLL_WIRE, POLL_DEVICE };

static void tun_polls(const struct plane *plane, struct pollfd ret_polls[PLANE_POLLS])
{
	bool waits = outbound_waits(plane->outbound);
	ret_polls[POLL_WIRE] =
		(struct pollfd){ plane->link.wire, (short)(POLLIN | (waits ? POLLOUT : 0)), 0 };
	ret_polls[POLL_DEVICE] =
		(struct pollfd){ plane->link.device, (short)(waits ? 0 : POLLIN), 0 };
}

/* An error of a descriptor is what the next read of it says. */
static int tun_run(struct plane *plane, const struct pollfd polls[PLANE_POLLS])
{
	const short readable = POLLIN | POLLERR | POLLHUP;
	short wire = polls[POLL_WIRE].revents, device = polls[POLL_DEVICE].revents;
	if (((wire | device) & POLLNVAL) != 0)
		return -EBADF;
	int result = (wire & readable) != 0 ? inbound_run(plane->inbound) : 0;
	if (result == 0 && ((device & readable) != 0 || (wire & POLLOUT) != 0))
		result = outbound_run(plane->outbound);
	return result;
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
