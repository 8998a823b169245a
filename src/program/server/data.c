/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/server/data.h"

#include <stdlib.h>

#include "linux/clock.h"
#include "linux/device.h"
#include "plane/inbound.h"
#include "plane/mss_clamp.h"
#include "plane/outbound.h"

#define MRU 1500 /* RFC 4638 lets a host use as much */

struct data {
	struct data_counters counters;
	struct access *access;
	const struct host *host;
	struct mss_limits mss;
	mono_us now; /* of the batch */
	struct outbound *outbound; /* all wires go out through the first one's socket */
	struct inbound *inbound[PORT_INTERFACES_MAX];
};

static bool count(struct data *data, enum access_verdict verdict)
{
	if (verdict != ACCESS_PASS)
		data->counters.drops[verdict]++;
	return verdict == ACCESS_PASS;
}

/* The bytes are in a buffer of inbound's, which lets them be changed. */
static uint8_t *writable(struct bytes bytes)
{
	return (uint8_t *)(uintptr_t)bytes.data;
}

/* With -f the filter let through frames of that type alone. */
static void set_type(const struct data *data, struct bytes frame)
{
	if (data->host->session_type == ETHERNET_PPPOE_SESSION ||
	    frame.length < ETHERNET_HEADER_LENGTH)
		return;
	writable(frame)[12] = ETHERNET_PPPOE_SESSION >> 8;
	writable(frame)[13] = ETHERNET_PPPOE_SESSION & 0xff;
}

static bool accept_frame(void *context, uint32_t port, struct bytes frame, struct bytes *ret_packet)
{
	struct data *data = context;
	uint32_t slot;
	set_type(data, frame);
	if (!count(data, access_inbound(data->access, port, frame, data->now, &slot, ret_packet)))
		return false;
	if (data->mss.ipv4 > 0 || data->mss.ipv6 > 0)
		mss_clamp(writable(*ret_packet), ret_packet->length, &data->mss);
	return true;
}

static bool route(void *context, struct bytes packet, struct outbound_route *ret_route)
{
	struct data *data = context;
	uint32_t slot;
	uint16_t protocol;
	if (!count(data, access_outbound(data->access, packet, data->now, &slot, &protocol)))
		return false;
	const struct access_path *path = access_path(data->access, slot);
	const struct host_interface *out = &data->host->interfaces[port_interface(path->port)];
	struct access_flow *flow = access_down(data->access, slot);
	*ret_route = (struct outbound_route){
		.local = out->link.address,
		.peer = path->host,
		.session_id = path->session_id,
		.protocol = protocol,
		.mtu = path->mtu,
		.port = path->port,
		.wire_index = data->host->interface_count > 1 ? out->link.index : 0,
		.ethertype = data->host->session_type,
		.mss = data->mss,
		.packets = &flow->packets,
		.bytes = &flow->bytes,
	};
	return true;
}

static bool open_wires(struct data *data, bool udp)
{
	const struct host *host = data->host;
	for (unsigned i = 0; i < host->interface_count; i++) {
		const struct inbound_owner owner = {
			.context = data,
			.accept = accept_frame,
			.interface = i,
			.tagged = host->interfaces[i].tagged,
		};
		data->inbound[i] =
			inbound_new(host->interfaces[i].data, host->device, MRU + PORT_TAGS_MAX,
				    udp, &owner, &data->counters.plane);
		if (!data->inbound[i])
			return false;
	}
	return true;
}

struct data *data_new(struct access *access, const struct host *host, uint16_t mss)
{
	struct data *data = calloc(1, sizeof(*data));
	if (!data)
		return NULL;
	bool udp = false;
	device_tun_offload(host->device, &udp); /* refused: the stack does the work itself */
	data->access = access;
	data->host = host;
	if (mss > 0)
		data->mss = mss_limits_of(mss);
	const struct outbound_owner owner = { data, route };
	data->outbound =
		outbound_new(host->device, host->interfaces[0].data, &owner, &data->counters.plane);
	if (data->outbound && open_wires(data, udp))
		return data;
	data_free(data);
	return NULL;
}

void data_free(struct data *data)
{
	if (!data)
		return;
	outbound_free(data->outbound);
	for (unsigned i = 0; i < PORT_INTERFACES_MAX; i++)
		inbound_free(data->inbound[i]);
	free(data);
}

const struct data_counters *data_counters(const struct data *data)
{
	return &data->counters;
}

int data_from_wire(struct data *data, unsigned interface)
{
	data->now = clock_now();
	return inbound_run(data->inbound[interface]);
}

int data_from_device(struct data *data)
{
	data->now = clock_now();
	return outbound_run(data->outbound);
}

bool data_waits(const struct data *data)
{
	return outbound_waits(data->outbound);
}
