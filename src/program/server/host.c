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

static bool open_sockets(const struct host *host, struct host_interface *interface)
{
	int result = packet_interface_look_up(interface->name, &interface->link);
	if (result < 0)
		return fail(_("interface"), interface->name, result);
	const uint16_t types[] = { host->discovery_type, host->session_type, host->session_type };
	int *const sockets[] = { &interface->discovery, &interface->control, &interface->data };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		result = packet_socket_open(&interface->link,
					    interface->tagged ? PACKET_EVERY_TYPE : types[i]);
		if (result < 0)
			return fail(_("packet socket on"), interface->name, result);
		*sockets[i] = result;
	}
	if (!interface->tagged) /* where it cannot, there is more to do */
		packet_sockets_share(interface->control, interface->data);
	widen(interface->discovery);
	return true;
}

/*
 * The longest IP packet that one Ethernet frame carries.  Of two tags the interface's MTU must have
 * room for one: only a single customer's tag is on top of it.
 */
static bool fits_wire(const struct host_interface *interface, const struct server_options *options)
{
	int most = interface->link.mtu - PPPOE_PPP_OVERHEAD;
	if ((int)options->mtu <= most)
		return true;
	fprintf(stderr,
		_("pppoe-server: interface %s: its MTU is %d: packets of %u bytes do not fit; "
		  "try --mtu %d\n"),
		interface->name, interface->link.mtu, options->mtu, most);
	return false;
}

static bool open_interfaces(struct host *host, struct server_options *options)
{
	for (unsigned i = 0; i < options->interface_count; i++) {
		struct host_interface *interface = &host->interfaces[host->interface_count++];
		*interface = (struct host_interface){
			.name = options->interfaces[i].name,
			.vlans = &options->interfaces[i].vlans,
			.tagged = packet_vlans_are_tagged(&options->interfaces[i].vlans),
			.discovery = -1,
			.control = -1,
			.data = -1,
		};
		if (!open_sockets(host, interface) || !fits_wire(interface, options))
			return false;
		options->access.pppoe.address[i] = interface->link.address;
	}
	return true;
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
	struct cover_prefix prefix;
	for (uint32_t i = 0; i < options->access.pool_ranges; i++) {
		const struct access_range *range = &options->access.pool[i];
		uint64_t first = range->first, last = first + range->count - 1;
		while (cover_next(&first, last, &prefix))
			if (!add_route(rtnetlink, host, prefix.address, prefix.length))
				return false;
	}
	return true;
}

static bool is_of_pool(const struct access_config *access, uint32_t address)
{
	for (uint32_t i = 0; i < access->pool_ranges; i++)
		if (address - access->pool[i].first < access->pool[i].count)
			return true;
	return false;
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
	if (routes->good && !is_of_pool(&routes->options->access, address))
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

bool host_route_fixed(const struct host *host, const struct server_options *options,
		      const struct directory *directory)
{
	struct rtnetlink *rtnetlink = rtnetlink_new();
	if (!rtnetlink)
		return fail("rtnetlink", "socket", -errno);
	struct fixed_routes routes = { rtnetlink, host, options, true };
	directory_fixed_addresses(directory, add_fixed_route, &routes);
	rtnetlink_free(rtnetlink);
	return routes.good;
}

bool host_open(struct host *host, struct server_options *options, const struct directory *directory)
{
	*host = (struct host){
		.discovery_type = options->discovery_type,
		.session_type = options->session_type,
		.device = -1,
	};
	if (open_interfaces(host, options) && open_device(host, options, directory))
		return true;
	host_close(host);
	return false;
}

static void close_one(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
}

void host_close(struct host *host)
{
	for (unsigned i = 0; i < host->interface_count; i++) {
		close_one(&host->interfaces[i].discovery);
		close_one(&host->interfaces[i].control);
		close_one(&host->interfaces[i].data);
	}
	close_one(&host->device);
}

static int listen_tagged(const struct host *host, const struct host_interface *interface)
{
	struct mac address = interface->link.address;
	const struct packet_vlans *vlans = interface->vlans;
	int result = packet_filter_tagged(interface->discovery, address, vlans,
					  host->discovery_type, PACKET_DISCOVERY);
	if (result == 0)
		result = packet_filter_tagged(interface->control, address, vlans,
					      host->session_type, PACKET_CONTROL);
	if (result == 0)
		result = packet_filter_tagged(interface->data, address, vlans, host->session_type,
					      PACKET_DATA);
	return result;
}

static int listen_untagged(const struct host_interface *interface)
{
	const struct packet_session any = { .known = false };
	struct mac address = interface->link.address;
	int result = packet_filter_discovery(interface->discovery, address, true);
	if (result == 0)
		result = packet_filter_control(interface->control, address, &any);
	if (result == 0)
		result = packet_filter_data(interface->data, address, &any);
	return result;
}

bool host_listen(const struct host *host)
{
	for (unsigned i = 0; i < host->interface_count; i++) {
		const struct host_interface *interface = &host->interfaces[i];
		int result = interface->tagged ? listen_tagged(host, interface)
					       : listen_untagged(interface);
		if (result < 0)
			return fail("filter of", interface->name, result);
	}
	return true;
}
