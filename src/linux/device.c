/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "linux/rtnetlink_request.h"

#ifndef TUN_F_USO4 /* since Linux 6.2 */
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
#define TUN_UDP_SEGMENTS (TUN_F_USO4 | TUN_F_USO6)

/*
 * The TUN device drops what comes while this many packets wait for us.  Linux gives it 500; 1000
 * is what Ethernet devices have, and at 1 Gbit/s lets us be away for 12 ms instead of 6.
 */
#define TUN_QUEUE_PACKETS 1000

static struct nlmsghdr *begin_link(struct rtnetlink *rtnetlink, uint16_t type, int index,
				   struct ifinfomsg **ret_link)
{
	void *header;
	struct nlmsghdr *request =
		rtnetlink_begin(rtnetlink, type, 0, sizeof(struct ifinfomsg), &header);
	struct ifinfomsg *link = header;
	link->ifi_family = AF_UNSPEC;
	link->ifi_index = index;
	if (ret_link != NULL)
		*ret_link = link;
	return request;
}

static int set_queue_length(struct rtnetlink *rtnetlink, int index)
{
	struct nlmsghdr *request = begin_link(rtnetlink, RTM_NEWLINK, index, NULL);
	mnl_attr_put_u32(request, IFLA_TXQLEN, TUN_QUEUE_PACKETS);
	return rtnetlink_exchange(rtnetlink, request);
}

/* The line's IPv6 addresses are those that IPV6CP, router and DHCPv6 give, not the kernel's. */
static int disable_automatic_ipv6(struct rtnetlink *rtnetlink, int index)
{
	struct nlmsghdr *request = begin_link(rtnetlink, RTM_NEWLINK, index, NULL);
	struct nlattr *families = mnl_attr_nest_start(request, IFLA_AF_SPEC);
	struct nlattr *ipv6 = mnl_attr_nest_start(request, AF_INET6);
	mnl_attr_put_u8(request, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(request, ipv6);
	mnl_attr_nest_end(request, families);
	int result = rtnetlink_exchange(rtnetlink, request);
	/* A kernel without IPv6, or with IPv6 switched off, makes no addresses anyway. */
	if (result == -EAFNOSUPPORT || result == -EOPNOTSUPP || result == -ENOENT)
		return 0;
	return result;
}

static int configure_tun(struct rtnetlink *rtnetlink, int descriptor, const char *name,
			 char ret_name[DEVICE_NAME_SIZE], int *ret_index)
{
	/* IFF_TUN_EXCL: the kernel would else attach us to a persistent device of that name. */
	struct ifreq ifreq = { .ifr_flags =
				       (short)(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | IFF_TUN_EXCL) };
	strncpy(ifreq.ifr_name, name, sizeof(ifreq.ifr_name) - 1);
	if (ioctl(descriptor, TUNSETIFF, &ifreq) < 0)
		return -errno;
	unsigned index = if_nametoindex(ifreq.ifr_name);
	if (index == 0)
		return -errno;
	int result = disable_automatic_ipv6(rtnetlink, (int)index);
	if (result < 0)
		return result;
	result = set_queue_length(rtnetlink, (int)index);
	if (result < 0)
		return result;
	memcpy(ret_name, ifreq.ifr_name, DEVICE_NAME_SIZE);
	*ret_index = (int)index;
	return 0;
}

int device_tun_open(struct rtnetlink *rtnetlink, const char *name, char ret_name[DEVICE_NAME_SIZE],
		    int *ret_index)
{
	if (name[0] == '\0' || strlen(name) >= DEVICE_NAME_SIZE)
		return -EINVAL;
	int descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	int result = configure_tun(rtnetlink, descriptor, name, ret_name, ret_index);
	if (result < 0) {
		close(descriptor); /* and the device with it */
		return result;
	}
	return descriptor;
}

void device_tun_drain(int descriptor)
{
	char head[256]; /* the rest is cut, and gone too */
	/* Whoever fills it as fast must not keep us here. */
	for (unsigned i = 0; i < 2 * TUN_QUEUE_PACKETS; i++)
		if (read(descriptor, head, sizeof(head)) < 0 && errno != EINTR)
			return;
}

int device_tun_offload(int descriptor, bool *ret_udp)
{
	const unsigned long tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
	*ret_udp = ioctl(descriptor, TUNSETOFFLOAD, tcp | TUN_UDP_SEGMENTS) == 0;
	return *ret_udp || ioctl(descriptor, TUNSETOFFLOAD, tcp) == 0 ? 0 : -errno;
}

static struct nlmsghdr *begin_flags(struct rtnetlink *rtnetlink, int index, unsigned flags)
{
	struct ifinfomsg *link;
	struct nlmsghdr *request = begin_link(rtnetlink, RTM_NEWLINK, index, &link);
	link->ifi_flags = flags;
	link->ifi_change = IFF_UP;
	return request;
}

int device_set_up(struct rtnetlink *rtnetlink, int index, int mtu)
{
	struct nlmsghdr *request = begin_flags(rtnetlink, index, IFF_UP);
	if (mtu > 0)
		mnl_attr_put_u32(request, IFLA_MTU, (uint32_t)mtu);
	return rtnetlink_exchange(rtnetlink, request);
}

int device_set_down(struct rtnetlink *rtnetlink, int index)
{
	return rtnetlink_exchange(rtnetlink, begin_flags(rtnetlink, index, 0));
}

int device_remove(struct rtnetlink *rtnetlink, int index)
{
	return rtnetlink_exchange(rtnetlink, begin_link(rtnetlink, RTM_DELLINK, index, NULL));
}

int device_add_vlan(struct rtnetlink *rtnetlink, int below, unsigned id, const char *name)
{
	void *header;
	struct nlmsghdr *request =
		rtnetlink_begin(rtnetlink, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
				sizeof(struct ifinfomsg), &header);
	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	mnl_attr_put_u32(request, IFLA_LINK, (uint32_t)below);
	struct nlattr *about = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, "vlan");
	struct nlattr *data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	mnl_attr_put_u16(request, IFLA_VLAN_ID, (uint16_t)id);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, about);
	int result = rtnetlink_exchange(rtnetlink, request);
	if (result < 0)
		return result;
	unsigned index = if_nametoindex(name);
	return index == 0 ? -errno : (int)index;
}

static struct nlmsghdr *begin_address(struct rtnetlink *rtnetlink, uint16_t type, int index,
				      uint8_t family, uint8_t prefix_length,
				      struct ifaddrmsg **ret_address)
{
	void *header;
	uint16_t flags = type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0;
	struct nlmsghdr *request =
		rtnetlink_begin(rtnetlink, type, flags, sizeof(struct ifaddrmsg), &header);
	struct ifaddrmsg *address = header;
	address->ifa_family = family;
	address->ifa_prefixlen = prefix_length;
	address->ifa_index = (uint32_t)index;
	*ret_address = address;
	return request;
}

static int change_ipv4(struct rtnetlink *rtnetlink, uint16_t type, int index, uint32_t local,
		       uint32_t peer)
{
	struct ifaddrmsg *address;
	struct nlmsghdr *request = begin_address(rtnetlink, type, index, AF_INET, 32, &address);
	address->ifa_scope = RT_SCOPE_UNIVERSE;
	mnl_attr_put_u32(request, IFA_LOCAL, htonl(local));
	mnl_attr_put_u32(request, IFA_ADDRESS, htonl(peer != 0 ? peer : local));
	return rtnetlink_exchange(rtnetlink, request);
}

int device_add_ipv4(struct rtnetlink *rtnetlink, int index, uint32_t local, uint32_t peer)
{
	return change_ipv4(rtnetlink, RTM_NEWADDR, index, local, peer);
}

int device_remove_ipv4(struct rtnetlink *rtnetlink, int index, uint32_t local, uint32_t peer)
{
	return change_ipv4(rtnetlink, RTM_DELADDR, index, local, peer);
}

static int change_link_local(struct rtnetlink *rtnetlink, uint16_t type, int index,
			     uint64_t interface_id)
{
	uint8_t bytes[16];
	struct writer w = writer_of(bytes, sizeof(bytes));
	writer_u64(&w, 0xfe80000000000000);
	writer_u64(&w, interface_id);

	struct ifaddrmsg *address;
	struct nlmsghdr *request = begin_address(rtnetlink, type, index, AF_INET6, 64, &address);
	address->ifa_scope = RT_SCOPE_LINK;
	address->ifa_flags = IFA_F_NODAD;
	mnl_attr_put(request, IFA_LOCAL, sizeof(bytes), bytes);
	mnl_attr_put(request, IFA_ADDRESS, sizeof(bytes), bytes);
	return rtnetlink_exchange(rtnetlink, request);
}

int device_add_link_local(struct rtnetlink *rtnetlink, int index, uint64_t interface_id)
{
	return change_link_local(rtnetlink, RTM_NEWADDR, index, interface_id);
}

int device_remove_link_local(struct rtnetlink *rtnetlink, int index, uint64_t interface_id)
{
	return change_link_local(rtnetlink, RTM_DELADDR, index, interface_id);
}

static struct nlmsghdr *begin_route(struct rtnetlink *rtnetlink, int index, uint8_t family,
				    uint8_t length, uint8_t scope)
{
	void *header;
	/* With NLM_F_CREATE alone an IPv4 route goes before those of the same destination and
	 * metric; with EXCL it would be refused, with APPEND go behind, with REPLACE be alone. */
	struct nlmsghdr *request = rtnetlink_begin(rtnetlink, RTM_NEWROUTE, NLM_F_CREATE,
						   sizeof(struct rtmsg), &header);
	struct rtmsg *route = header;
	route->rtm_family = family;
	route->rtm_dst_len = length;
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = RTPROT_STATIC;
	route->rtm_scope = scope;
	route->rtm_type = RTN_UNICAST;
	mnl_attr_put_u32(request, RTA_OIF, (uint32_t)index);
	return request;
}

int device_add_ipv4_route(struct rtnetlink *rtnetlink, int index, uint32_t prefix, unsigned length)
{
	if (length > 32)
		return -EINVAL;
	struct nlmsghdr *request =
		begin_route(rtnetlink, index, AF_INET, (uint8_t)length, RT_SCOPE_LINK);
	mnl_attr_put_u32(request, RTA_DST, htonl(prefix));
	return rtnetlink_exchange(rtnetlink, request);
}

static int add_default(struct rtnetlink *rtnetlink, int index, uint8_t family, uint8_t scope,
		       uint32_t metric)
{
	struct nlmsghdr *request = begin_route(rtnetlink, index, family, 0, scope);
	if (metric != 0)
		mnl_attr_put_u32(request, RTA_PRIORITY, metric);
	return rtnetlink_exchange(rtnetlink, request);
}

int device_add_default_ipv4(struct rtnetlink *rtnetlink, int index, uint32_t metric)
{
	return add_default(rtnetlink, index, AF_INET, RT_SCOPE_LINK, metric);
}

int device_add_default_ipv6(struct rtnetlink *rtnetlink, int index, uint32_t metric)
{
	return add_default(rtnetlink, index, AF_INET6, RT_SCOPE_UNIVERSE, metric);
}
