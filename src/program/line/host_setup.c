/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/host_setup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "linux/device.h"

struct host_setup {
	const struct line_config *config;
	struct line_firewall *firewall;
	struct rtnetlink *rtnetlink;
	int device; /* TUN descriptor, -1: none */
	int index; /* of the device; 0: none */
	char given_name[DEVICE_NAME_SIZE];
	int given_index; /* 0: devices are ours to make */
	char name[DEVICE_NAME_SIZE];
	struct link_addresses
		on_device; /* its addresses, up or not yet, in a session or between two */
	bool has_default_ipv4, has_default_ipv6; /* the device: our default routes */
	struct link_addresses addresses; /* of the session, as applied */
	struct link_addresses last; /* of the last session with IPv4 */
	bool stays; /* the device, between sessions */
};

/* pppd's and rp-pppoe's for a line that waits for traffic. */
#define RESTING_LOCAL 0x0a707070 /* 10.112.112.112 */
#define RESTING_REMOTE 0x0a707071

/* What the device has for a moment, while its address changes. */
#define BETWEEN_LOCAL 0x0a707072
#define BETWEEN_REMOTE 0x0a707073

struct host_setup *host_setup_new(const struct line_config *config, struct line_firewall *firewall)
{
	struct host_setup *setup = calloc(1, sizeof(*setup));
	if (!setup)
		return NULL;
	setup->config = config;
	setup->firewall = firewall;
	setup->device = -1;
	setup->rtnetlink = rtnetlink_new();
	if (!setup->rtnetlink) {
		free(setup);
		return NULL;
	}
	return setup;
}

void host_setup_free(struct host_setup *setup)
{
	if (!setup)
		return;
	host_setup_undo(setup);
	rtnetlink_free(setup->rtnetlink);
	free(setup);
}

const char *host_setup_device(const struct host_setup *setup)
{
	return setup->index != 0 ? setup->name : "";
}

void host_setup_undo(struct host_setup *setup)
{
	if (setup->index == 0)
		return;
	if (setup->device >= 0) {
		/* Removed by name of the device, since an engine may hold a descriptor of it too.
		 */
		device_remove(setup->rtnetlink, setup->index);
		close(setup->device);
	}
	setup->device = -1;
	setup->index = 0;
	setup->has_default_ipv4 = setup->has_default_ipv6 = false;
	setup->on_device = setup->addresses = (struct link_addresses){ 0 };
}

void host_setup_leave(struct host_setup *setup)
{
	if (!setup->stays)
		host_setup_undo(setup);
	setup->addresses = (struct link_addresses){ 0 };
}

bool host_setup_owns(const struct host_setup *setup, int index)
{
	return index != 0 && setup->index == index;
}

struct link_addresses host_setup_addresses(const struct host_setup *setup)
{
	return setup->addresses;
}

static int add_default_ipv4(struct host_setup *setup)
{
	int error = device_add_default_ipv4(setup->rtnetlink, setup->index, setup->config->metric);
	setup->has_default_ipv4 |= error == 0;
	return error;
}

static int add_default_ipv6(struct host_setup *setup)
{
	unsigned metric = setup->config->metric;
	int error = device_add_default_ipv6(setup->rtnetlink, setup->index, metric ? metric : 1);
	setup->has_default_ipv6 |= error == 0;
	return error;
}

static int give_ipv6(struct host_setup *setup, uint64_t interface_id)
{
	struct link_addresses *has = &setup->on_device;
	if (has->ipv6 && has->interface_id == interface_id)
		return 0;
	if (has->ipv6)
		device_remove_link_local(setup->rtnetlink, setup->index, has->interface_id);
	has->ipv6 = false;
	int error = device_add_link_local(setup->rtnetlink, setup->index, interface_id);
	if (error == -EOPNOTSUPP || error == -EACCES || error == -EINVAL)
		return 0; /* a host without IPv6 */
	if (error < 0)
		return error;
	has->ipv6 = true;
	has->interface_id = interface_id;
	if (!setup->config->ipv6_default_route || setup->has_default_ipv6)
		return 0;
	return add_default_ipv6(setup);
}

/*
 * The kernel takes the routes away with the last address, and with an address all later ones of the
 * same peer: so that the routes stay, there is another one in between.
 */
static int replace_ipv4(struct host_setup *setup, const struct link_addresses *now)
{
	const struct link_addresses *has = &setup->on_device;
	struct rtnetlink *rtnetlink = setup->rtnetlink;
	int index = setup->index;
	int error = device_add_ipv4(rtnetlink, index, BETWEEN_LOCAL, BETWEEN_REMOTE);
	if (error == 0)
		error = device_remove_ipv4(rtnetlink, index, has->local, has->remote);
	if (error == -EADDRNOTAVAIL)
		error = 0; /* somebody else has taken it away */
	if (error == 0)
		error = device_add_ipv4(rtnetlink, index, now->local, now->remote);
	if (error == 0)
		error = device_remove_ipv4(rtnetlink, index, BETWEEN_LOCAL, BETWEEN_REMOTE);
	/* What waits to be sent has the address of before, which is nobody's here any more. */
	device_tun_drain(setup->device);
	return error;
}

static int give_ipv4(struct host_setup *setup, const struct link_addresses *now)
{
	struct link_addresses *has = &setup->on_device;
	if (has->ipv4 && has->local == now->local && has->remote == now->remote)
		return 0;
	int error = has->ipv4 ? replace_ipv4(setup, now)
			      : device_add_ipv4(setup->rtnetlink, setup->index, now->local,
						now->remote);
	if (error < 0)
		return error;
	has->ipv4 = true;
	has->local = now->local;
	has->remote = now->remote;
	return 0;
}

void host_setup_give_device(struct host_setup *setup, const char *name, int index)
{
	snprintf(setup->given_name, sizeof(setup->given_name), "%.15s", name);
	setup->given_index = index;
}

static int make_device(struct host_setup *setup)
{
	if (setup->given_index != 0) {
		memcpy(setup->name, setup->given_name, sizeof(setup->name));
		setup->index = setup->given_index;
		return 0;
	}
	const char *name = setup->config->device[0] ? setup->config->device : "ppp%d";
	int device = device_tun_open(setup->rtnetlink, name, setup->name, &setup->index);
	if (device < 0) {
		setup->index = 0;
		snprintf(setup->name, sizeof(setup->name), "%.15s", name);
		return device;
	}
	setup->device = device;
	return 0;
}

static int fail(const struct host_setup *setup, int error, char *text, size_t size)
{
	snprintf(text, size, "the device %s cannot be set up: %s", setup->name,
		 error == -EBUSY ? "the name is taken; choose another DEVICE" : strerror(-error));
	return error;
}

int host_setup_prepare(struct host_setup *setup, const struct link_addresses *addresses, char *text,
		       size_t size)
{
	if (setup->index == 0) {
		int error = make_device(setup);
		if (error < 0)
			return fail(setup, error, text, size);
		error = line_firewall_apply(setup->firewall, setup->name, text, size);
		if (error < 0)
			return error;
	}
	if (!addresses->ipv4 || setup->device < 0)
		return 0;
	int error = give_ipv4(setup, addresses);
	return error < 0 ? fail(setup, error, text, size) : 0;
}

/* Only the routes of a device that is not ours; pppd may have added the same one before us. */
static int finish_given(struct host_setup *setup, const struct link_addresses *addresses)
{
	int error = 0;
	if (addresses->ipv4 && !setup->has_default_ipv4 && setup->config->default_route)
		error = add_default_ipv4(setup);
	if (error == -EEXIST)
		error = 0;
	if (error == 0 && addresses->ipv6 && !setup->has_default_ipv6 &&
	    setup->config->ipv6_default_route)
		error = add_default_ipv6(setup);
	return error == -EEXIST ? 0 : error;
}

/* An interface that is up stays so; the MTU is set with it. */
static int finish(struct host_setup *setup, const struct link_addresses *addresses)
{
	if (setup->device < 0)
		return finish_given(setup, addresses);
	int error = device_set_up(setup->rtnetlink, setup->index, addresses->mtu);
	if (error == 0 && addresses->ipv4 && !setup->has_default_ipv4 &&
	    setup->config->default_route)
		error = add_default_ipv4(setup);
	if (error == 0 && addresses->ipv6)
		error = give_ipv6(setup, addresses->interface_id);
	return error;
}

bool host_setup_can_stay(const struct host_setup *setup, const struct link_addresses *now)
{
	const struct link_addresses *before = &setup->addresses;
	if (!before->ipv4 && !before->ipv6)
		return now->ipv4 || now->ipv6;
	return before->mtu == now->mtu &&
	       (!before->ipv4 ||
		(now->ipv4 && before->local == now->local && before->remote == now->remote)) &&
	       (!before->ipv6 || (now->ipv6 && before->interface_id == now->interface_id));
}

static void describe(const struct host_setup *setup, const struct link_addresses *addresses,
		     char *text, size_t size)
{
	char local[INET_ADDRSTRLEN] = "none", remote[INET_ADDRSTRLEN] = "none";
	struct in_addr in = { htonl(addresses->local) };
	if (addresses->ipv4)
		inet_ntop(AF_INET, &in, local, sizeof(local));
	in.s_addr = htonl(addresses->remote);
	if (addresses->ipv4 && addresses->remote != 0)
		inet_ntop(AF_INET, &in, remote, sizeof(remote));
	snprintf(text, size, "up device=%s local=%s remote=%s ipv6=%s mtu=%u default_route=%s",
		 setup->name, local, remote, addresses->ipv6 ? "yes" : "no", addresses->mtu,
		 setup->config->default_route && addresses->ipv4 ? "yes" : "no");
}

int host_setup_apply(struct host_setup *setup, const struct link_addresses *addresses,
		     int *ret_device, char *text, size_t size)
{
	*ret_device = -1;
	snprintf(text, size, "down device=%s", setup->index != 0 ? setup->name : "none");
	if (setup->index != 0 && !host_setup_can_stay(setup, addresses))
		host_setup_leave(setup);
	if (!addresses->ipv4 && !addresses->ipv6)
		return 0;

	int error = host_setup_prepare(setup, addresses, text, size);
	if (error < 0)
		return error;
	*ret_device = setup->addresses.ipv4 || setup->addresses.ipv6 ? -1 : setup->device;
	error = finish(setup, addresses);
	if (error < 0)
		return fail(setup, error, text, size);
	setup->addresses = *addresses;
	if (addresses->ipv4)
		setup->last = *addresses;
	describe(setup, addresses, text, size);
	return 0;
}

int host_setup_rest(struct host_setup *setup, int *ret_device, char *text, size_t size)
{
	const struct line_config *config = setup->config;
	struct link_addresses rest = {
		.ipv4 = true,
		.local = config->address ? config->address : RESTING_LOCAL,
		.remote = RESTING_REMOTE,
		.mtu = (uint16_t)config->mtu,
	};
	if (setup->last.ipv4)
		rest = setup->last;
	rest.ipv6 = false; /* it stays if the device has it */
	setup->stays = true;
	int error = host_setup_prepare(setup, &rest, text, size);
	if (error < 0)
		return error;
	error = finish(setup, &rest);
	if (error < 0)
		return fail(setup, error, text, size);
	*ret_device = setup->device;
	return 0;
}

int host_setup_index(const struct host_setup *setup)
{
	return setup->index;
}

int host_setup_put_default_routes_back(struct host_setup *setup)
{
	int ipv4 = -EEXIST, ipv6 = -EEXIST;
	if (setup->has_default_ipv4)
		ipv4 = add_default_ipv4(setup);
	if (setup->has_default_ipv6)
		ipv6 = add_default_ipv6(setup);
	return ipv4 != -EEXIST ? ipv4 : ipv6;
}

void host_setup_count(const struct host_setup *setup, struct device_counters *ret_counters)
{
	*ret_counters = (struct device_counters){ 0 };
	if (setup->index != 0)
		device_count(setup->rtnetlink, setup->index, ret_counters);
}
