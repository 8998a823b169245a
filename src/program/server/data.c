/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/server/data.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 32

struct data {
	struct data_counters counters;
	struct access *access;
	int wire, device;
	struct mac local;
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	uint8_t buffers[BATCH][DATA_BUFFER];
};

struct data *data_new(struct access *access, int wire, int device, struct mac local)
{
	struct data *data = calloc(1, sizeof(*data));
	if (!data)
		return NULL;
	data->access = access;
	data->wire = wire;
	data->device = device;
	data->local = local;
	for (size_t i = 0; i < BATCH; i++) {
		data->messages[i].msg_hdr.msg_iov = &data->parts[i];
		data->messages[i].msg_hdr.msg_iovlen = 1;
	}
	return data;
}

void data_free(struct data *data)
{
	free(data);
}

const struct data_counters *data_counters(const struct data *data)
{
	return &data->counters;
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
		data->counters.drops[verdict]++;
		return;
	}
	if (write(data->device, packet.data, packet.length) < 0) {
		data->counters.plane.drops[PLANE_DROP_DEVICE]++;
		return;
	}
	data->counters.plane.in_packets++;
	data->counters.plane.in_bytes += packet.length;
}

int data_from_wire(struct data *data)
{
	for (size_t i = 0; i < BATCH; i++)
		data->parts[i] = (struct iovec){ data->buffers[i], DATA_BUFFER };
	int count = recvmmsg(data->wire, data->messages, BATCH, MSG_DONTWAIT, NULL);
	if (count < 0)
		return is_transient(errno) ? 0 : -errno;
	for (int i = 0; i < count; i++)
		to_device(data, bytes_of(data->buffers[i], data->messages[i].msg_len));
	return 0;
}

/* What pppoe_session_write() writes before the packet, which is in its place already. */
static void write_header(uint8_t *to, const struct access_path *path, struct mac local,
			 uint16_t protocol, size_t length)
{
	struct writer w = writer_of(to, PPPOE_SESSION_OVERHEAD);
	ethernet_write(&w, path->host, local, ETHERNET_PPPOE_SESSION);
	size_t mark = pppoe_packet_begin(&w, PPPOE_SESSION_DATA, path->session_id);
	writer_u16(&w, protocol);
	writer_fill_u16(&w, mark, length + 2);
}

static bool frame_packet(struct data *data, size_t index, struct bytes packet)
{
	uint32_t slot;
	uint16_t protocol;
	enum access_verdict verdict = access_outbound(data->access, packet, &slot, &protocol);
	if (verdict != ACCESS_PASS) {
		data->counters.drops[verdict]++;
		return false;
	}
	const struct access_path *path = access_path(data->access, slot);
	uint8_t *frame = data->buffers[index];
	write_header(frame, path, data->local, protocol, packet.length);
	data->parts[index] = (struct iovec){ frame, PPPOE_SESSION_OVERHEAD + packet.length };
	return true;
}

static void to_wire(struct data *data, unsigned count)
{
	unsigned sent = 0;
	while (sent < count) {
		int result = sendmmsg(data->wire, data->messages + sent, count - sent, 0);
		if (result <= 0)
			break;
		for (int i = 0; i < result; i++)
			data->counters.plane.out_bytes +=
				data->parts[sent + (unsigned)i].iov_len - PPPOE_SESSION_OVERHEAD;
		sent += (unsigned)result;
	}
	data->counters.plane.out_packets += sent;
	data->counters.plane.drops[PLANE_DROP_WIRE] += count - sent;
}

int data_from_device(struct data *data)
{
	unsigned count = 0;
	int result = 0;
	/* Packets that are dropped count too, so that the batch stays bounded. */
	for (unsigned taken = 0; taken < BATCH; taken++) {
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
