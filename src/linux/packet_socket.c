/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A line of 1 Gbit/s brings 4 MB in 32 ms: the reader may be away that long.  (The kernel charges
 * a frame of 1500 bytes with some 2300.)
 */
#define SESSION_RECEIVE_BUFFER (4 << 20)
#define SESSION_SEND_BUFFER (1 << 20)

/* More frames than a session's receive buffer can hold. */
#define DRAIN_MAX 16384

static int ask(int socket, unsigned long request, struct ifreq *ifreq)
{
	return ioctl(socket, request, ifreq) < 0 ? -errno : 0;
}

static int look_up(int socket, struct ifreq *ifreq, struct packet_interface *ret_interface)
{
	struct packet_interface found = { 0 };
	int result = ask(socket, SIOCGIFINDEX, ifreq);
	if (result < 0)
		return result;
	found.index = ifreq->ifr_ifindex;

	result = ask(socket, SIOCGIFHWADDR, ifreq);
	if (result < 0)
		return result;
	if (ifreq->ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return -EINVAL;
	memcpy(found.address.byte, ifreq->ifr_hwaddr.sa_data, sizeof(found.address.byte));

	result = ask(socket, SIOCGIFMTU, ifreq);
	if (result < 0)
		return result;
	found.mtu = ifreq->ifr_mtu;

	result = ask(socket, SIOCGIFFLAGS, ifreq);
	if (result < 0)
		return result;
	if ((ifreq->ifr_flags & IFF_UP) == 0)
		return -ENETDOWN;
	found.carrier = (ifreq->ifr_flags & IFF_RUNNING) != 0;
	*ret_interface = found;
	return 0;
}

int packet_interface_look_up(const char *name, struct packet_interface *ret_interface)
{
	struct ifreq ifreq = { 0 };
	size_t length = strlen(name);
	if (length == 0 || length >= sizeof(ifreq.ifr_name))
		return -ENODEV;
	memcpy(ifreq.ifr_name, name, length);

	/* Any socket will do for the ioctls; this family is in every kernel. */
	int inquirer = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (inquirer < 0)
		return -errno;
	int result = look_up(inquirer, &ifreq, ret_interface);
	close(inquirer);
	return result;
}

static void set_buffer(int socket, int force, int plain, int size)
{
	/* The first passes the limit of net.core.*mem_max, but needs CAP_NET_ADMIN.  A smaller
	 * buffer than wished is no error. */
	if (setsockopt(socket, SOL_SOCKET, force, &size, sizeof(size)) < 0)
		setsockopt(socket, SOL_SOCKET, plain, &size, sizeof(size));
}

static int prepare(int socket, const struct packet_interface *interface, uint16_t ethertype)
{
	/* The socket is of no protocol yet, so nothing can have been queued before the filter. */
	int result = packet_filter_none(socket);
	if (result < 0)
		return result;
	const int on = 1;
	if (setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0)
		return -errno;
	if (ethertype != ETH_P_PPP_DISC) {
		set_buffer(socket, SO_RCVBUFFORCE, SO_RCVBUF, SESSION_RECEIVE_BUFFER);
		set_buffer(socket, SO_SNDBUFFORCE, SO_SNDBUF, SESSION_SEND_BUFFER);
	}
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ethertype),
		.sll_ifindex = interface->index,
	};
	if (bind(socket, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return 0;
}

int packet_socket_open(const struct packet_interface *interface, uint16_t ethertype)
{
	int opened = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (opened < 0)
		return -errno;
	int result = prepare(opened, interface, ethertype);
	if (result < 0) {
		close(opened);
		return result;
	}
	return opened;
}

int packet_socket_add_address(int socket, struct mac address)
{
	struct sockaddr_ll bound = { 0 };
	socklen_t length = sizeof(bound);
	if (getsockname(socket, (struct sockaddr *)&bound, &length) < 0)
		return -errno;
	struct packet_mreq request = {
		.mr_ifindex = bound.sll_ifindex,
		.mr_type = PACKET_MR_UNICAST,
		.mr_alen = sizeof(address.byte),
	};
	memcpy(request.mr_address, address.byte, sizeof(address.byte));
	if (setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) < 0)
		return -errno;
	return 0;
}

void packet_socket_drain(int socket)
{
	uint8_t byte;
	for (unsigned i = 0; i < DRAIN_MAX; i++)
		if (recv(socket, &byte, sizeof(byte), MSG_DONTWAIT) < 0 && errno != EINTR)
			return;
}
