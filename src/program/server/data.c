/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/server/data.h"

#include <stdlib.h>

#include "linux/device.h"
#include "plane/inbound.h"
#include "plane/outbound.h"

#define MRU 1500 /* RFC 4638 lets a host use as much */

struct data {
	struct data_counters counters;
	struct access *access;
	struct mac local;
	struct outbound *outbound;
	struct inbound *inbound;
};

static bool count(struct data *data, enum access_verdict verdict)
{
	if (verdict != ACCESS_PASS)
		data->counters.drops[verdict]++;
	return verdict == ACCESS_PASS;
}

static bool accept_frame(void *context, struct bytes frame, struct bytes *ret_packet)
{
	struct data *data = context;
	uint32_t slot;
	return count(data, access_inbound(data->access, frame, &slot, ret_packet));
}

static bool route(void *context, struct bytes packet, struct outbound_route *ret_route)
{
	struct data *data = context;
	uint32_t slot;
	if (!count(data, access_outbound(data->access, packet, &slot, &ret_route->protocol)))
		return false;
	const struct access_path *path = access_path(data->access, slot);
	ret_route->local = data->local;
	ret_route->peer = path->host;
	ret_route->session_id = path->session_id;
	ret_route->mtu = path->mtu;
	return true;
}

struct data *data_new(struct access *access, int wire, int device, struct mac local)
{
	struct data *data = calloc(1, sizeof(*data));
	if (!data)
		return NULL;
	bool udp = false;
	device_tun_offload(device, &udp); /* refused: the stack does the work itself */
	const struct outbound_owner outbound_owner = { data, route };
	const struct inbound_owner inbound_owner = { data, accept_frame };
	data->access = access;
	data->local = local;
	data->outbound = outbound_new(device, wire, &outbound_owner, &data->counters.plane);
	data->inbound = inbound_new(wire, device, MRU, udp, &inbound_owner, &data->counters.plane);
	if (data->outbound && data->inbound)
		return data;
	data_free(data);
	return NULL;
}

void data_free(struct data *data)
{
	if (!data)
		return;
	outbound_free(data->outbound);
	inbound_free(data->inbound);
	free(data);
}

const struct data_counters *data_counters(const struct data *data)
{
	return &data->counters;
}

int data_from_wire(struct data *data)
{
	return inbound_run(data->inbound);
}

int data_from_device(struct data *data)
{
	return outbound_run(data->outbound);
}

bool data_waits(const struct data *data)
{
	return outbound_waits(data->outbound);
}
