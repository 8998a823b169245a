/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/server/data.h"

#include <errno.h>
#include <unistd.h>

void data_init(struct data *data, struct access *access, int wire, int device, struct mac local)
{
	memset(data, 0, sizeof(*data));
	data->access = access;
	data->wire = wire;
	data->device = device;
	data->local = local;
	for (size_t i = 0; i < DATA_BATCH; i++) {
		data->messages[i].msg_hdr.msg_iov = &data->parts[i];
		data->messages[i].msg_hdr.msg_iovlen = 1;
	}
}

static bool is_transient(int error)
{
	return error == EAGAIN || error == EINTR || error == ENOBUFS;
}

static void to_device(struct data *data, struct bytes frame)
{
	uint32_t slot;
	struct bytes packet;
	enum access_verdict verdict = access_inbound(data->access, frame, &slot, &packet);
	if (verdict != ACCESS_PASS) {
		data->drops[verdict]++;
		return;
	}
	if (write(data->device, packet.data, packet.length) < 0) {
		data->counters.drops[PLANE_DROP_DEVICE]++;
		return;
	}
	data->counters.in_packets++;
	data->counters.in_bytes += packet.length;
}

int data_from_wire(struct data *data)
{
	for (size_t i = 0; i < DATA_BATCH; i++)
		data->parts[i] = (struct iovec){ data->buffers[i], DATA_BUFFER };
	int count = recvmmsg(data->wire, data->messages, DATA_BATCH, MSG_DONTWAIT, NULL);
	if (count < 0)
		return is_transient(errno) ? 0 : -errno;
	for (int i = 0; i < count; i++)
		to_device(data, bytes_of(data->buffers[i], data->messages[i].msg_len));
	return 0;
}

/* The frame's header goes into the room left before the packet. */
static bool frame_packet(struct data *data, size_t index, struct bytes packet)
{
	uint32_t slot;
	uint16_t protocol;
	enum access_verdict verdict = access_outbound(data->access, packet, &slot, &protocol);
	if (verdict != ACCESS_PASS) {
		data->drops[verdict]++;
		return false;
	}
	const struct access_path *path = access_path(data->access, slot);
	uint8_t *frame = data->buffers[index];
	struct writer w = writer_of(frame, PPPOE_SESSION_OVERHEAD);
	pppoe_session_write_header(&w, path->host, data->local, path->session_id, protocol,
				   packet.length);
	data->parts[index] = (struct iovec){ frame, PPPOE_SESSION_OVERHEAD + packet.length };
	data->counters.out_bytes += packet.length;
	return true;
}

static void to_wire(struct data *data, unsigned count)
{
	unsigned sent = 0;
	while (sent < count) {
		int result = sendmmsg(data->wire, data->messages + sent, count - sent, 0);
		if (result <= 0)
			break;
		sent += (unsigned)result;
	}
	data->counters.out_packets += sent;
	data->counters.drops[PLANE_DROP_WIRE] += count - sent;
}

int data_from_device(struct data *data)
{
	unsigned count = 0;
	int result = 0;
	/* Packets that are dropped count too, so that the batch stays bounded. */
	for (unsigned taken = 0; taken < DATA_BATCH; taken++) {
		uint8_t *packet = data->buffers[count] + PPPOE_SESSION_OVERHEAD;
		ssize_t length =
			read(data->device, packet, DATA_BUFFER - (size_t)PPPOE_SESSION_OVERHEAD);
		if (length < 0) {
			result = is_transient(errno) ? 0 : -errno;
			break;
		}
		if (frame_packet(data, count, bytes_of(packet, (size_t)length)))
			count++;
	}
	to_wire(data, count);
	return result;
}
