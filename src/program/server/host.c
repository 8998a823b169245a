/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/server/host.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "language/language.h"
#include "linux/clock.h"
#include "program/server/cover.h"

static bool fail(const char *stage, const char *what, int result)
{
	fprintf(stderr, "pppoe-server: %s %s: %s\n", stage, what, strerror(-result));
	return false;
}

/* After a power cut a whole town dials at once.  A smaller buffer than wished is no error. */
static void widen(int socket)
{
	const int size = 4 << 20;
	setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
}

static bool open_sockets(struct host *host, const char *name)
{
	int result = packet_interface_look_up(name, &host->interface);
	if (result < 0)
		return fail(_("interface"), name, result);
	const uint16_t types[] = { ETHERNET_PPPOE_DISCOVERY, ETHERNET_PPPOE_SESSION,
				   ETHERNET_PPPOE_SESSION };
	int *const sockets[] = { &host->discovery, &host->control, &host->data };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		result = packet_socket_open(&host->interface, types[i]);
		if (result < 0)
			return fail(_("packet socket on"), name, result);
		*sockets[i] = result;
	}
	packet_sockets_share(host->control, host->data); /* where it cannot, there is more to do */
	widen(host->discovery);
	return true;
}

/* The longest IP packet that one Ethernet frame carries. */
static bool fits_wire(const struct host *host, const struct server_options *options)
{
	int most = host->interface.mtu - PPPOE_PPP_OVERHEAD;
	if ((int)options->mtu <= most)
		return true;
	fprintf(stderr,
		_("pppoe-server: interface %s: its MTU is %d: packets of %u bytes do not fit; "
		  "try --mtu %d\n"),
		options->interface, host->interface.mtu, options->mtu, most);
	return false;
}

static bool add_route(struct rtnetlink *rtnetlink, const struct host *host, uint32_t address,
		      unsigned length)
{
	int result = device_add_ipv4_route(rtnetlink, host->device_index, address, length);
	if (result == 0 || result == -EEXIST)
		return true;
	char memory[20];
	struct text t = text_of(memory, sizeof(memory));
	text_ipv4(&t, address);
	text_string(&t, "/");
	text_decimal(&t, length);
	return fail(_("route to"), memory, result);
}

static bool add_pool_routes(struct rtnetlink *rtnetlink, const struct host *host,
			    const struct server_options *options)
{
	uint64_t first = options->remote, last = first + options->count - 1;
	struct cover_prefix prefix;
	while (cover_next(&first, last, &prefix))
		if (!add_route(rtnetlink, host, prefix.address, prefix.length))
			return false;
	return true;
}

struct fixed_routes {
	struct rtnetlink *rtnetlink;
	const struct host *host;
	const struct server_options *options;
	bool good;
};

static void add_fixed_route(void *context, uint32_t address)
{
	struct fixed_routes *routes = context;
	bool in_pool = address - routes->options->remote < routes->options->count;
	if (routes->good && !in_pool)
		routes->good = add_route(routes->rtnetlink, routes->host, address, 32);
}

static bool add_routes(struct rtnetlink *rtnetlink, const struct host *host,
		       const struct server_options *options, const struct directory *directory)
{
	struct fixed_routes routes = { rtnetlink, host, options, true };
	if (!add_pool_routes(rtnetlink, host, options))
		return false;
	directory_fixed_addresses(directory, add_fixed_route, &routes);
	return routes.good;
}

/* Ours on all sessions, as each is a link of its own (RFC 5072 section 4). */
static void add_link_local(struct rtnetlink *rtnetlink, const struct host *host,
			   struct server_options *options)
{
	struct ppp_config *ppp = &options->access.ppp;
	if (!ppp->ipv6)
		return;
	entropy_fill(&ppp->interface_id, sizeof(ppp->interface_id));
	ppp->interface_id = (ppp->interface_id & ~(UINT64_C(2) << 56)) | 1;
	int result = device_add_link_local(rtnetlink, host->device_index, ppp->interface_id);
	if (result == 0)
		return;
	fail(_("no IPv6 on"), host->device_name, result);
	ppp->ipv6 = false;
}

static bool set_device(struct rtnetlink *rtnetlink, const struct host *host,
		       struct server_options *options, const struct directory *directory)
{
	const char *name = host->device_name;
	int index = host->device_index;
	int result = device_add_ipv4(rtnetlink, index, options->local, 0);
	if (result < 0)
		return fail(_("address of"), name, result);
	result = device_set_up(rtnetlink, index, (int)options->mtu);
	if (result < 0)
		return fail(_("bringing up"), name, result);
	add_link_local(rtnetlink, host, options);
	return add_routes(rtnetlink, host, options, directory);
}

static bool open_device(struct host *host, struct server_options *options,
			const struct directory *directory)
{
	struct rtnetlink *rtnetlink = rtnetlink_new();
	if (!rtnetlink)
		return fail("rtnetlink", "socket", -errno);
	bool good = false;
	int result =
		device_tun_open(rtnetlink, options->device, host->device_name, &host->device_index);
	if (result < 0) {
		fail(_("TUN device"), options->device, result);
	} else {
		host->device = result;
		good = set_device(rtnetlink, host, options, directory);
	}
	rtnetlink_free(rtnetlink);
	return good;
}

bool host_open(struct host *host, struct server_options *options, const struct directory *directory)
{
	*host = (struct host){ .discovery = -1, .control = -1, .data = -1, .device = -1 };
	if (!open_sockets(host, options->interface) || !fits_wire(host, options) ||
	    !open_device(host, options, directory)) {
		host_close(host);
		return false;
	}
	options->access.pppoe.address = host->interface.address;
	return true;
}

void host_close(struct host *host)
{
	int *const descriptors[] = { &host->discovery, &host->control, &host->data, &host->device };
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++) {
		if (*descriptors[i] >= 0)
			close(*descriptors[i]);
		*descriptors[i] = -1;
	}
}

bool host_listen(struct host *host)
{
	const struct packet_session any = { .known = false };
	struct mac address = host->interface.address;
	int result = packet_filter_discovery(host->discovery, address, true);
	if (result == 0)
		result = packet_filter_control(host->control, address, &any);
	if (result == 0)
		result = packet_filter_data(host->data, address, &any);
	return result == 0 || fail("filter of", "packet socket", result);
}
