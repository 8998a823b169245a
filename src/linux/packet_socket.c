/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/filter.h>
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

#define PPPOE_PROTOCOL_OFFSET 6 /* of the PPP protocol, from the PPPoE header on */
#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057

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

/* Which member of the group a frame is for: by the PPP protocol, behind PPPoE's six bytes. */
static int set_chooser(int socket)
{
	enum { CONTROL, DATA };
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, PPPOE_PROTOCOL_OFFSET),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PPP_IPV4, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PPP_IPV6, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, DATA),
		BPF_STMT(BPF_RET | BPF_K, CONTROL),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };
	return setsockopt(socket, SOL_PACKET, PACKET_FANOUT_DATA, &program, sizeof(program));
}

int packet_sockets_share(int control, int data)
{
	uint32_t group = (PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_UNIQUEID) << 16;
	socklen_t length = sizeof(group);
	if (setsockopt(control, SOL_PACKET, PACKET_FANOUT, &group, sizeof(group)) < 0 ||
	    getsockopt(control, SOL_PACKET, PACKET_FANOUT, &group, &length) < 0)
		return -errno;
	group = (group & UINT16_MAX) | PACKET_FANOUT_CBPF << 16;
	if (set_chooser(control) < 0 ||
	    setsockopt(data, SOL_PACKET, PACKET_FANOUT, &group, sizeof(group)) < 0)
		return -errno;
	return 0;
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
