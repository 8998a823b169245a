/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "linux/device.h"

static uint32_t ipv4_of(const struct sockaddr *address)
{
	struct sockaddr_in in = { 0 };
	if (!address || address->sa_family != AF_INET)
		return 0;
	memcpy(&in, address, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

static void take_ipv6(struct device_state *state, const struct sockaddr *address)
{
	struct sockaddr_in6 in;
	memcpy(&in, address, sizeof(in));
	if (!IN6_IS_ADDR_LINKLOCAL(&in.sin6_addr))
		return;
	state->ipv6 = true;
	state->interface_id = 0;
	for (size_t i = 8; i < 16; i++)
		state->interface_id = state->interface_id << 8 | in.sin6_addr.s6_addr[i];
}

static void take_address(struct device_state *state, const struct ifaddrs *entry)
{
	int family = entry->ifa_addr ? entry->ifa_addr->sa_family : AF_UNSPEC;
	if (family == AF_INET6 && !state->ipv6)
		take_ipv6(state, entry->ifa_addr);
	if (family != AF_INET || state->ipv4)
		return;
	state->ipv4 = true;
	state->local = ipv4_of(entry->ifa_addr);
	if (entry->ifa_flags & IFF_POINTOPOINT)
		state->peer = ipv4_of(entry->ifa_dstaddr);
}

static int read_mtu(const char *name, int *ret_mtu)
{
	struct ifreq request = { 0 };
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%.15s", name);
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = descriptor < 0 || ioctl(descriptor, SIOCGIFMTU, &request) < 0 ? -errno : 0;
	if (descriptor >= 0)
		close(descriptor);
	*ret_mtu = error == 0 ? request.ifr_mtu : 0;
	return error;
}

int device_look_up(const char *name, struct device_state *ret_state)
{
	struct ifaddrs *all;
	*ret_state = (struct device_state){ .index = (int)if_nametoindex(name) };
	if (ret_state->index == 0)
		return 0;
	if (getifaddrs(&all) < 0)
		return -errno;
	for (const struct ifaddrs *entry = all; entry; entry = entry->ifa_next) {
		if (strcmp(entry->ifa_name, name) != 0)
			continue;
		ret_state->up = (entry->ifa_flags & IFF_UP) != 0;
		take_address(ret_state, entry);
	}
	freeifaddrs(all);
	int error = read_mtu(name, &ret_state->mtu);
	if (error == -ENODEV)
		*ret_state = (struct device_state){ 0 }; /* it went meanwhile */
	return error == -ENODEV ? 0 : error;
}
