/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many PPPoE hosts in one process, on the pure rooms: dials COUNT sessions from as many Ethernet
 * addresses, each over a raw socket on INTERFACE, pings the concentrator through each, once from a
 * false address and once from its own, stays for HOLD_MS, and hangs up.  Prints one line:
 *
 *	up=COUNT ms=... per-second=... replies=... spoofed=... ended=...
 *
 * usage: load_client INTERFACE COUNT NAME PASSWORD [HOLD_MS [WINDOW]]
 * NAME may hold one %u, for the number of the host.  WINDOW: how many dial at once.  Ended: by
 * the concentrator.  Exit code 0 if all came up and had their reply, and no false one.
 *
 * In the environment: LOAD_VLAN=100, 100.200 or s100.200 (s: a service tag) for tagged frames, and
 * LOAD_LINE_ID=CIRCUIT/REMOTE for what an access node adds to PADI and PADR (TR-101).  LOAD_FIRST:
 *the first host's number, for several of these at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "linux/packet_tags.h"
#include "ppp/session.h"
#include "pppoe/host.h"
#include "pppoe/session.h"
#include "pppoe/tags.h"

#define GIVE_UP_MS 60000
#define ICMP_PACKET_LENGTH 28
#define ID_OWN 0x0001 /* ICMP identifiers: from our own address, from a false one */
#define ID_FALSE 0x0002

struct client {
	struct ppp_config config;
	struct pppoe_host host;
	struct ppp_session ppp;
	struct mac address;
	bool dialling, up, replied;
};

struct load {
	int socket;
	uint32_t port; /* the tags of all frames */
	const char *line_id; /* NULL: none */
	unsigned first; /* number of the first host */
	unsigned count, window, started, up, failed, replies, spoofed, ended;
	bool hanging_up;
	struct client *clients;
	struct random random;
	struct ppp_outbox outbox;
	struct bytes secret;
	mono_us pinged;
	uint8_t frame[2048];
};

static mono_us now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (mono_us)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Appends what an access node says of the line. */
static struct bytes add_line_id(const struct load *load, struct bytes frame, uint8_t *memory,
				size_t capacity)
{
	struct ethernet_frame ethernet;
	struct pppoe_packet packet;
	if (!load->line_id || !ethernet_read(frame, &ethernet) ||
	    ethernet.type != ETHERNET_PPPOE_DISCOVERY ||
	    pppoe_packet_read(ethernet.payload, &packet) != PPPOE_READ_OK ||
	    (packet.code != PPPOE_PADI && packet.code != PPPOE_PADR))
		return frame;
	const char *slash = strrchr(load->line_id, '/');
	struct bytes circuit = bytes_of(load->line_id, (size_t)(slash - load->line_id));
	struct bytes remote = bytes_of_text(slash + 1);
	uint8_t value[256];
	struct writer v = writer_of(value, sizeof(value));
	writer_u32(&v, 3561);
	writer_u8(&v, 1);
	writer_u8(&v, (uint8_t)circuit.length);
	writer_bytes(&v, circuit);
	writer_u8(&v, 2);
	writer_u8(&v, (uint8_t)remote.length);
	writer_bytes(&v, remote);
	struct writer w = writer_of(memory, capacity);
	ethernet_write(&w, ethernet.destination, ethernet.source, ethernet.type);
	size_t mark = pppoe_packet_begin(&w, packet.code, packet.session_id);
	writer_bytes(&w, packet.payload);
	pppoe_tag_write(&w, PPPOE_TAG_VENDOR_SPECIFIC, writer_written(&v));
	pppoe_packet_end(&w, mark);
	return writer_written(&w);
}

static void send_bytes(struct load *load, struct bytes frame)
{
	uint8_t memory[2048];
	struct pollfd writable = { .fd = load->socket, .events = POLLOUT };
	struct reader r = reader_of(frame);
	reader_bytes(&r, 12);
	uint16_t type = reader_u16(&r);
	frame = add_line_id(load, frame, memory, sizeof(memory));
	for (unsigned i = 0; i < 3 && packet_send_tagged(load->socket, load->port, type, frame) < 0;
	     i++)
		poll(&writable, 1, 10);
}

static void send_session(struct load *load, struct client *client, uint16_t protocol,
			 struct bytes information)
{
	const struct pppoe_session *session = pppoe_host_session(&client->host);
	struct writer w = writer_of(load->frame, sizeof(load->frame));
	pppoe_session_write(&w, session->concentrator, client->address, session->id, protocol,
			    information);
	send_bytes(load, writer_written(&w));
}

static uint16_t checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;
	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void write_checksum(uint8_t *field, const uint8_t *bytes, size_t length)
{
	uint16_t sum = checksum(bytes, length);
	field[0] = (uint8_t)(sum >> 8);
	field[1] = (uint8_t)sum;
}

static void ping(struct load *load, struct client *client, uint32_t source, uint16_t identifier)
{
	uint8_t packet[ICMP_PACKET_LENGTH];
	struct writer w = writer_of(packet, sizeof(packet));
	writer_u16(&w, 0x4500);
	writer_u16(&w, ICMP_PACKET_LENGTH);
	writer_u32(&w, 0);
	writer_u32(&w, 0x40010000); /* TTL 64, ICMP */
	writer_u32(&w, source);
	writer_u32(&w, client->ppp.ipcp.peer_address);
	writer_u32(&w, 0x08000000); /* Echo */
	writer_u16(&w, identifier);
	writer_u16(&w, 1);
	write_checksum(packet + 10, packet, 20);
	write_checksum(packet + 22, packet + 20, 8);
	send_session(load, client, PPP_IPV4, writer_written(&w));
}

static void ping_all(struct load *load)
{
	for (unsigned i = 0; i < load->started; i++) {
		struct client *client = &load->clients[i];
		if (!client->up || client->replied)
			continue;
		ping(load, client, client->ppp.ipcp.address ^ 0x00010000, ID_FALSE);
		ping(load, client, client->ppp.ipcp.address, ID_OWN);
	}
}

static void take_reply(struct load *load, struct client *client, struct bytes packet)
{
	struct reader r = reader_of(packet);
	reader_bytes(&r, 20);
	uint8_t type = reader_u8(&r);
	reader_bytes(&r, 3);
	uint16_t identifier = reader_u16(&r);
	if (r.failed || type != 0)
		return;
	if (identifier == ID_FALSE)
		load->spoofed++;
	if (identifier == ID_OWN && !client->replied) {
		client->replied = true;
		load->replies++;
	}
}

static void stopped(struct load *load, struct client *client)
{
	if (client->up)
		load->ended++;
	else if (client->dialling)
		load->failed++;
	client->up = client->dialling = false;
}

static void drain_ppp(struct load *load, struct client *client, mono_us now)
{
	struct ppp_action action;
	while (ppp_outbox_next(&load->outbox, &action)) {
		switch (action.kind) {
		case PPP_SEND:
			send_session(load, client, action.protocol, action.packet);
			break;
		case PPP_NEED_OWN_SECRET:
			ppp_session_own_secret(&client->ppp, &load->secret, now);
			break;
		case PPP_IPV4_UP:
			client->up = true;
			client->dialling = false;
			load->up++;
			break;
		case PPP_ENDED:
			pppoe_host_close(&client->host, "");
			stopped(load, client);
			break;
		case PPP_NEED_PEER_SECRET:
		case PPP_LCP_UP:
		case PPP_PROVEN:
		case PPP_CHECKED:
		case PPP_IPV4_DOWN:
		case PPP_IPV6_UP:
		case PPP_IPV6_DOWN:
			break;
		}
	}
}

static void drain_host(struct load *load, struct client *client, mono_us now)
{
	struct pppoe_host_action action;
	while (pppoe_host_next_action(&client->host, &action)) {
		switch (action.kind) {
		case PPPOE_HOST_SEND:
			send_bytes(load, action.frame);
			break;
		case PPPOE_HOST_PADO_TAKEN:
			break;
		case PPPOE_HOST_OPENED:
			ppp_session_open(&client->ppp, 1492, now);
			drain_ppp(load, client, now);
			break;
		case PPPOE_HOST_FAILED:
			ppp_session_down(&client->ppp, now);
			drain_ppp(load, client, now);
			stopped(load, client);
			break;
		}
	}
}

static void start_client(struct load *load, unsigned index, const char *name, mono_us now)
{
	struct client *client = &load->clients[index];
	unsigned number = load->first + index;
	client->address = (struct mac){ { 2, 0, 0x1d, (uint8_t)(number >> 16),
					  (uint8_t)(number >> 8), (uint8_t)number } };
	client->dialling = true;
	client->config = ppp_config_default();
	client->config.ipv6 = true;
	const char *place = strstr(name, "%u");
	snprintf(client->config.name, sizeof(client->config.name), "%.*s",
		 place ? (int)(place - name) : (int)strlen(name), name);
	if (place)
		snprintf(client->config.name + (place - name), 64, "%u%.32s", number, place + 2);
	struct pppoe_host_config host = pppoe_host_config_default(client->address);
	pppoe_host_init(&client->host, &host, &load->random);
	ppp_session_init(&client->ppp, &client->config, &load->random, &load->outbox);
	pppoe_host_open(&client->host, now);
	drain_host(load, client, now);
}

static void receive(struct load *load, struct bytes frame, mono_us now)
{
	struct ethernet_frame ethernet;
	struct pppoe_session_frame session;
	if (!ethernet_read(frame, &ethernet))
		return;
	const uint8_t *byte = ethernet.destination.byte;
	unsigned index = ((unsigned)byte[3] << 16 | (unsigned)byte[4] << 8 | byte[5]) - load->first;
	if (index >= load->started ||
	    !mac_equal(ethernet.destination, load->clients[index].address))
		return;
	struct client *client = &load->clients[index];
	if (ethernet.type == ETHERNET_PPPOE_DISCOVERY) {
		pppoe_host_receive(&client->host, frame, now);
		drain_host(load, client, now);
	} else if (pppoe_session_read(frame, &session) &&
		   session.session_id == pppoe_host_session(&client->host)->id) {
		if (session.protocol == PPP_IPV4)
			take_reply(load, client, session.information);
		ppp_session_receive(&client->ppp, session.protocol, session.information, now);
		drain_ppp(load, client, now);
	}
}

static void tick(struct load *load, mono_us now)
{
	for (unsigned i = 0; i < load->started; i++) {
		struct client *client = &load->clients[i];
		if (pppoe_host_deadline(&client->host) <= now) {
			pppoe_host_tick(&client->host, now);
			drain_host(load, client, now);
		}
		if (ppp_session_deadline(&client->ppp) <= now) {
			ppp_session_tick(&client->ppp, now);
			drain_ppp(load, client, now);
		}
	}
}

/* Receives for one turn of a few milliseconds. */
static void turn(struct load *load)
{
	struct pollfd readable = { .fd = load->socket, .events = POLLIN };
	uint8_t frame[2048];
	poll(&readable, 1, 2);
	for (unsigned i = 0; i < 256; i++) {
		struct bytes got;
		uint32_t port;
		if (packet_receive_tagged(load->socket, 0, frame, sizeof(frame), &got, &port) < 0)
			break;
		if (port == load->port)
			receive(load, got, now_us());
	}
}

static int open_socket(const char *name)
{
	int opened = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	const int on = 1, size = 8 << 20;
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = 0x0300, /* ETH_P_ALL: discovery and session */
		.sll_ifindex = (int)if_nametoindex(name),
	};
	struct packet_mreq promiscuous = {
		.mr_ifindex = address.sll_ifindex,
		.mr_type = PACKET_MR_PROMISC,
	};
	setsockopt(opened, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(opened, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	setsockopt(opened, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on));
	if (opened < 0 ||
	    setsockopt(opened, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous,
		       sizeof(promiscuous)) < 0 ||
	    bind(opened, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return opened;
}

static mono_us dial_all(struct load *load, const char *name)
{
	mono_us start = now_us(), ticked = start;
	while (load->up + load->failed < load->count) {
		mono_us now = now_us();
		if (now > mono_after_ms(start, GIVE_UP_MS))
			break;
		while (load->started < load->count &&
		       load->started - load->up - load->failed < load->window)
			start_client(load, load->started++, name, now_us());
		turn(load);
		if (now > mono_after_ms(ticked, 5)) {
			ticked = now;
			tick(load, now);
		}
	}
	return now_us() - start;
}

static void stay(struct load *load, unsigned ms)
{
	mono_us until = mono_after_ms(now_us(), ms), ticked = 0;
	while (now_us() < until && load->ended < load->up) {
		turn(load);
		if (now_us() > mono_after_ms(ticked, 5)) {
			ticked = now_us();
			tick(load, ticked);
		}
	}
}

static void collect_replies(struct load *load)
{
	for (unsigned i = 0; i < 20 && load->replies < load->up; i++) {
		ping_all(load);
		mono_us until = mono_after_ms(now_us(), 200);
		while (now_us() < until && load->replies < load->up)
			turn(load);
	}
}

static void hang_up(struct load *load)
{
	for (unsigned i = 0; i < load->started; i++) {
		struct client *client = &load->clients[i];
		client->up = client->dialling = false;
		ppp_session_close(&client->ppp, "Goodbye", now_us());
		drain_ppp(load, client, now_us());
		pppoe_host_close(&client->host, "");
		drain_host(load, client, now_us());
	}
}

static uint32_t port_from(const char *vlan)
{
	char *end;
	if (!vlan)
		return 0;
	bool service = *vlan == 's';
	unsigned long outer = strtoul(vlan + service, &end, 10);
	unsigned long inner = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
	return port_of(0, service, (unsigned)outer, (unsigned)inner);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fputs("usage: load_client INTERFACE COUNT NAME PASSWORD [HOLD_MS [WINDOW]]\n",
		      stderr);
		return 2;
	}
	struct load *load = calloc(1, sizeof(*load));
	uint8_t seed[RANDOM_SEED_LENGTH] = { 0 };
	mono_us start = now_us();
	memcpy(seed, &start, sizeof(start));
	random_init(&load->random, seed);
	ppp_outbox_init(&load->outbox);
	load->count = (unsigned)strtoul(argv[2], NULL, 10);
	load->clients = calloc(load->count, sizeof(*load->clients));
	load->secret = bytes_of_text(argv[4]);
	load->window = argc > 6 ? (unsigned)strtoul(argv[6], NULL, 10) : 200;
	load->port = port_from(getenv("LOAD_VLAN"));
	load->line_id = getenv("LOAD_LINE_ID");
	load->first = getenv("LOAD_FIRST") ? (unsigned)atoi(getenv("LOAD_FIRST")) : 0;
	load->socket = open_socket(argv[1]);
	if (load->socket < 0) {
		perror(argv[1]);
		return 2;
	}
	mono_us took = dial_all(load, argv[3]);
	unsigned up = load->up;
	collect_replies(load);
	printf("up=%u ms=%.1f per-second=%.0f replies=%u spoofed=%u", up, (double)took / 1000,
	       up / ((double)took / 1e6), load->replies, load->spoofed);
	fflush(stdout);
	stay(load, argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : 0);
	printf(" ended=%u\n", load->ended);
	hang_up(load);
	bool good = up == load->count && load->replies == up && load->spoofed == 0;
	free(load->clients);
	free(load);
	return good ? 0 : 1;
}
