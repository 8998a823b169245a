/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One end of a PPPoE session that was never negotiated, for bench/planes.sh: a device bench0, and
 * what carries its packets.  Both ends of a measurement differ in this alone.
 *
 *	plane_end MODE INTERFACE PEER-MAC ADDRESS PEER-ADDRESS
 *
 * MODE: tun: ours; naive: a packet a system call, the yardstick; hdlc:PROGRAM: a user-mode PPPoE
 * client (rp-pppoe's `pppoe`) on a socket pair, fed with HDLC frames as pppd would.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "linux/device.h"
#include "linux/packet_socket.h"
#include "plane/plane.h"
#include "ppp/hdlc.h"
#include "pppoe/session.h"

#define SESSION_ID 0x1234
#define MTU 1492
#define VNET_HEADER 10
#define PPP_IPV4 0x0021

struct end {
	struct plane_link link;
	const char *interface;
	uint8_t frame[4096], buffer[65536];
	uint8_t encoded[HDLC_ENCODED_MAX(MTU + 2)], decoded[4096];
};

static void fail(const char *what, int error)
{
	fprintf(stderr, "plane_end: %s: %s\n", what, strerror(error < 0 ? -error : errno));
	exit(1);
}

static void open_end(struct end *end, char **argv)
{
	struct packet_interface interface;
	unsigned m[6];
	struct in_addr local, peer;
	end->interface = argv[2];
	int error = packet_interface_look_up(argv[2], &interface);
	if (error < 0)
		fail(argv[2], error);
	if (sscanf(argv[3], "%x:%x:%x:%x:%x:%x", m, m + 1, m + 2, m + 3, m + 4, m + 5) != 6 ||
	    inet_pton(AF_INET, argv[4], &local) != 1 || inet_pton(AF_INET, argv[5], &peer) != 1)
		fail("arguments", EINVAL);
	end->link = (struct plane_link){ .wire_index = interface.index,
					 .local = interface.address,
					 .session_id = SESSION_ID,
					 .mtu = MTU,
					 .mru = MTU,
					 .ipv4 = true };
	for (size_t i = 0; i < 6; i++)
		end->link.peer.byte[i] = (uint8_t)m[i];
	end->link.wire = packet_socket_open(&interface, ETHERNET_PPPOE_SESSION);
	if (end->link.wire < 0)
		fail("packet socket", end->link.wire);

	struct rtnetlink *rtnetlink = rtnetlink_new();
	char name[DEVICE_NAME_SIZE];
	int index = 0;
	end->link.device = rtnetlink ? device_tun_open(rtnetlink, "bench0", name, &index) : -errno;
	if (end->link.device < 0)
		fail("TUN", end->link.device);
	error = device_set_up(rtnetlink, index, MTU);
	if (error == 0)
		error = device_add_ipv4(rtnetlink, index, ntohl(local.s_addr), ntohl(peer.s_addr));
	if (error < 0)
		fail("device", error);
	rtnetlink_free(rtnetlink);
}

static void listen_to_session(struct end *end)
{
	const struct packet_session session = { true, end->link.peer, SESSION_ID };
	int error = packet_filter_data(end->link.wire, end->link.local, &session);
	if (error < 0)
		fail("filter", error);
}

static void run_plane(struct end *end, const struct plane_type *type)
{
	listen_to_session(end);
	struct plane *plane = type->open(&end->link);
	if (!plane)
		fail(type->name, 0);
	for (;;) {
		struct pollfd polls[PLANE_POLLS];
		type->polls(plane, polls);
		if (poll(polls, PLANE_POLLS, -1) > 0 && type->run(plane, polls) < 0)
			fail("plane", 0);
	}
}

static bool is_ipv4(struct bytes packet)
{
	return packet.length >= 20 && packet.data[0] >> 4 == 4;
}

/* One packet of the device, behind room for its headers in end->frame; false: none. */
static bool read_device(struct end *end, struct bytes *ret_packet)
{
	uint8_t header[VNET_HEADER];
	uint8_t *data = end->frame + PPPOE_SESSION_OVERHEAD;
	const struct iovec parts[] = { { header, sizeof(header) }, { data, 2048 } };
	ssize_t got = readv(end->link.device, parts, 2);
	*ret_packet = bytes_of(data, got < VNET_HEADER ? 0 : (size_t)got - VNET_HEADER);
	return got >= 0;
}

static void write_device(struct end *end, struct bytes packet)
{
	uint8_t header[VNET_HEADER] = { 0 };
	const struct iovec parts[] = { { header, sizeof(header) },
				       { (uint8_t *)packet.data, packet.length } };
	(void)!writev(end->link.device, parts, 2);
}

static void naive_out(struct end *end)
{
	struct bytes packet;
	if (!read_device(end, &packet) || !is_ipv4(packet))
		return;
	struct writer w = writer_of(end->frame, PPPOE_SESSION_OVERHEAD);
	ethernet_write(&w, end->link.peer, end->link.local, ETHERNET_PPPOE_SESSION);
	size_t mark = pppoe_packet_begin(&w, PPPOE_SESSION_DATA, SESSION_ID);
	writer_u16(&w, PPP_IPV4);
	writer_fill_u16(&w, mark, packet.length + 2);
	(void)!send(end->link.wire, end->frame, PPPOE_SESSION_OVERHEAD + packet.length, 0);
}

static void naive_in(struct end *end)
{
	ssize_t got = recv(end->link.wire, end->buffer, sizeof(end->buffer), 0);
	struct pppoe_session_frame frame;
	if (got > 0 && pppoe_session_read(bytes_of(end->buffer, (size_t)got), &frame) &&
	    is_ipv4(frame.information))
		write_device(end, frame.information);
}

static void run_naive(struct end *end)
{
	listen_to_session(end);
	for (;;) {
		struct pollfd polls[] = { { end->link.wire, POLLIN, 0 },
					  { end->link.device, POLLIN, 0 } };
		poll(polls, 2, -1);
		if (polls[0].revents)
			naive_in(end);
		if (polls[1].revents)
			naive_out(end);
	}
}

/* The program with its session given, on one end of a pair; the other end is returned. */
static int start_program(const struct end *end, const char *program)
{
	int pair[2];
	char session[64];
	const uint8_t *peer = end->link.peer.byte;
	snprintf(session, sizeof(session), "%u:%02x:%02x:%02x:%02x:%02x:%02x", SESSION_ID, peer[0],
		 peer[1], peer[2], peer[3], peer[4], peer[5]);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		fail("socketpair", 0);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(pair[1], STDIN_FILENO);
		dup2(pair[1], STDOUT_FILENO);
		close(end->link.device);
		close(end->link.wire);
		execl(program, program, "-I", end->interface, "-e", session, (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	if (child < 0)
		fail("fork", 0);
	return pair[0];
}

static void write_all(int descriptor, struct bytes bytes)
{
	while (bytes.length > 0) {
		ssize_t written = write(descriptor, bytes.data, bytes.length);
		if (written < 0)
			fail("write", 0);
		bytes = bytes_of(bytes.data + written, bytes.length - (size_t)written);
	}
}

static void hdlc_out(struct end *end, const struct hdlc_encoder *encoder, int program)
{
	struct bytes packet;
	if (!read_device(end, &packet) || !is_ipv4(packet))
		return;
	uint8_t *ppp = end->frame + PPPOE_SESSION_OVERHEAD - 2;
	struct writer protocol = writer_of(ppp, 2);
	writer_u16(&protocol, PPP_IPV4);
	struct writer w = writer_of(end->encoded, sizeof(end->encoded));
	hdlc_encode(encoder, &w, bytes_of(ppp, packet.length + 2));
	write_all(program, writer_written(&w));
}

static void hdlc_in(struct end *end, struct hdlc_decoder *decoder, int program)
{
	ssize_t got = read(program, end->buffer, sizeof(end->buffer));
	if (got <= 0)
		fail("the program has ended", 0);
	struct reader r = reader_of(bytes_of(end->buffer, (size_t)got));
	struct bytes ppp;
	while (hdlc_decode(decoder, &r, &ppp)) {
		struct reader packet = reader_of(ppp);
		if (reader_u16(&packet) == PPP_IPV4)
			write_device(end, reader_rest(&packet));
	}
}

static void run_program(struct end *end, const char *path)
{
	int program = start_program(end, path);
	struct hdlc_encoder encoder;
	struct hdlc_decoder decoder;
	hdlc_encoder_init(&encoder, HDLC_ACCM_DEFAULT); /* as pppd, for a default-asyncmap */
	hdlc_decoder_init(&decoder, end->decoded, sizeof(end->decoded));
	for (;;) {
		struct pollfd polls[] = { { program, POLLIN, 0 }, { end->link.device, POLLIN, 0 } };
		poll(polls, 2, -1);
		if (polls[0].revents)
			hdlc_in(end, &decoder, program);
		if (polls[1].revents)
			hdlc_out(end, &encoder, program);
	}
}

int main(int argc, char **argv)
{
	static struct end end;
	if (argc != 6)
		fail("usage: plane_end MODE INTERFACE PEER-MAC ADDRESS PEER-ADDRESS", EINVAL);
	signal(SIGPIPE, SIG_IGN);
	open_end(&end, argv);
	if (strcmp(argv[1], "tun") == 0)
		run_plane(&end, &plane_tun);
	else if (strcmp(argv[1], "naive") == 0)
		run_naive(&end);
	else if (strncmp(argv[1], "hdlc:", 5) == 0)
		run_program(&end, argv[1] + 5);
	fail("mode", EINVAL);
	return 1;
}
