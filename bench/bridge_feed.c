/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays the pppd and the concentrator of a user-space pppoe, as fast as that takes and gives, and
 * measures one direction once.  To be run in the namespace of its interface eth0.
 *
 * usage: bridge_feed PROGRAM FRAMING TRANSPORT DIRECTION SIZE COUNT NAMESPACE
 *   PROGRAM    a pppoe, or "none": a process that just reads (or writes) the same bytes
 *   FRAMING    async, sync
 *   TRANSPORT  pty: a terminal pair, as pppd has it; pair: a socket pair, which costs less and
 * (sync) keeps the boundaries of frames DIRECTION  up: pppd to wire; down: wire to pppd SIZE bytes
 * of an IP packet; COUNT: packets NAMESPACE  of the concentrator, where the other end of the cable
 * is eth0, too
 *
 * Prints: packets that arrived, seconds, processor seconds of the pppoe, and of these the part in
 * user mode, from its start on (the kernel counts that part by ticks).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "crypto/random.h"
#include "ppp/hdlc.h"
#include "pppoe/session.h"

#define SAMPLES 64 /* different packets */
#define WINDOW 64 /* packets on their way down at once: what a default receive buffer holds */
#define SESSION "1911:02:00:00:00:00:02"
#define SESSION_ID 1911
#define PPP_MAX 1600
#define STALL_S 1.0

static const struct mac host = { { 2, 0, 0, 0, 0, 1 } }, concentrator = { { 2, 0, 0, 0, 0, 2 } };

struct sample {
	uint8_t terminal[HDLC_ENCODED_MAX(PPP_MAX)], wire[PPP_MAX + 64];
	size_t terminal_length, wire_length;
};

struct feed {
	bool synchronous, pair, up, bare;
	size_t size, count;
	struct sample samples[SAMPLES];
	uint8_t all[SAMPLES *
		    HDLC_ENCODED_MAX(PPP_MAX)]; /* what pppd writes, one behind the other */
	size_t all_length;
	int terminal; /* pppd's end */
	int wire; /* the concentrator's socket */
	int counters; /* its /proc/net/dev */
	pid_t program;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void make_samples(struct feed *feed)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 1 };
	struct random random;
	struct hdlc_encoder encoder;
	random_init(&random, seed);
	hdlc_encoder_init(&encoder, HDLC_ACCM_DEFAULT);
	for (unsigned i = 0; i < SAMPLES; i++) {
		struct sample *s = &feed->samples[i];
		uint8_t ppp[PPP_MAX] = { 0x00, 0x21, 0x45, 0 };
		random_bytes(&random, ppp + 4, feed->size - 2);
		ppp[4] = (uint8_t)(feed->size >> 8); /* IPv4: total length, no TCP */
		ppp[5] = (uint8_t)feed->size;
		ppp[11] = 17;
		struct writer w = writer_of(s->terminal, sizeof(s->terminal));
		if (feed->synchronous) {
			writer_u16(&w, 0xff03);
			writer_bytes(&w, bytes_of(ppp, feed->size + 2));
		} else {
			hdlc_encode(&encoder, &w, bytes_of(ppp, feed->size + 2));
		}
		s->terminal_length = w.length;
		memcpy(feed->all + feed->all_length, s->terminal, w.length);
		feed->all_length += w.length;
		w = writer_of(s->wire, sizeof(s->wire));
		pppoe_session_write_ppp(&w, host, concentrator, SESSION_ID,
					bytes_of(ppp, feed->size + 2));
		s->wire_length = w.length;
	}
}

static void open_concentrator(struct feed *feed, const char *name)
{
	char path[256];
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int there = open(path, O_RDONLY | O_CLOEXEC);
	if (here < 0 || there < 0 || setns(there, CLONE_NEWNET) < 0)
		die(path);
	feed->wire = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex("eth0") };
	if (feed->wire < 0 || bind(feed->wire, (struct sockaddr *)&to, sizeof(to)) < 0)
		die("packet socket");
	feed->counters = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
	if (setns(here, CLONE_NEWNET) < 0)
		die("setns");
	close(here);
	close(there);
}

/* Packets that have come to the concentrator's interface. */
static size_t arrived(const struct feed *feed)
{
	char text[2048];
	ssize_t length = pread(feed->counters, text, sizeof(text) - 1, 0);
	if (length < 0)
		die("/proc/net/dev");
	text[length] = '\0';
	const char *line = strstr(text, "eth0:");
	size_t bytes = 0, packets = 0;
	if (line == NULL || sscanf(line, "eth0: %zu %zu", &bytes, &packets) != 2)
		die("eth0 in /proc/net/dev");
	return packets;
}

/* The least that a process in this place can do. */
static void be_bare(const struct feed *feed)
{
	static uint8_t buffer[65536];
	size_t left = feed->all_length * (feed->count / SAMPLES);
	while (left > 0) {
		ssize_t moved = feed->up ? read(0, buffer, sizeof(buffer))
					 : write(1, feed->all,
						 left < feed->all_length ? left : feed->all_length);
		if (moved <= 0)
			_exit(1);
		left -= (size_t)moved;
	}
	_exit(0);
}

static void start_program(struct feed *feed, const char *program)
{
	int ends[2];
	if (feed->pair) {
		int type = feed->synchronous ? SOCK_SEQPACKET : SOCK_STREAM;
		if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) < 0)
			die("socketpair");
	} else {
		struct termios raw;
		if (openpty(&ends[0], &ends[1], NULL, NULL, NULL) < 0)
			die("openpty");
		tcgetattr(ends[1], &raw);
		cfmakeraw(&raw);
		tcsetattr(ends[1], TCSANOW, &raw);
	}
	feed->terminal = ends[1];
	feed->program = fork();
	if (feed->program == 0) {
		dup2(ends[0], 0);
		dup2(ends[0], 1);
		close(ends[0]);
		close(ends[1]);
		if (feed->bare)
			be_bare(feed);
		execl(program, "pppoe", "-I", "eth0", "-n", "-e", SESSION,
		      feed->synchronous ? "-s" : NULL, NULL);
		die(program);
	}
	close(ends[0]);
}

static void write_all(const struct feed *feed, const uint8_t *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(feed->terminal, data, length);
		if (written < 0 && errno != EINTR)
			die("write to pppoe");
		if (written > 0) {
			data += written;
			length -= (size_t)written;
		}
	}
}

/* So much of the samples as is left of `count`. */
static void write_samples(const struct feed *feed, size_t count)
{
	if (!feed->synchronous && count >= SAMPLES) {
		write_all(feed, feed->all, feed->all_length);
		return;
	}
	for (size_t i = 0; i < count && i < SAMPLES; i++)
		write_all(feed, feed->samples[i].terminal, feed->samples[i].terminal_length);
}

/* Until so many have arrived, or no more come. */
static size_t await_arrival(const struct feed *feed, size_t wanted, double *ret_last)
{
	size_t last = arrived(feed);
	*ret_last = now_s();
	while (last < wanted && now_s() - *ret_last < STALL_S) {
		usleep(50);
		size_t seen = arrived(feed);
		if (seen != last)
			*ret_last = now_s();
		last = seen;
	}
	return last;
}

static size_t measure_up(const struct feed *feed, double *ret_end)
{
	size_t before = arrived(feed);
	for (size_t left = feed->count; left > 0; left -= left < SAMPLES ? left : SAMPLES)
		write_samples(feed, left);
	return await_arrival(feed, before + feed->count, ret_end) - before;
}

static void send_down(const struct feed *feed, size_t count)
{
	struct mmsghdr messages[WINDOW] = { 0 };
	struct iovec vectors[WINDOW];
	for (size_t i = 0; i < count; i++) {
		const struct sample *s = &feed->samples[i % SAMPLES];
		vectors[i] = (struct iovec){ (void *)s->wire, s->wire_length };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1 };
	}
	for (size_t sent = 0; sent < count;) {
		int done = sendmmsg(feed->wire, messages + sent, (unsigned)(count - sent), 0);
		if (done < 0)
			die("sendmmsg");
		sent += (size_t)done;
	}
}

/* Frames in what was read: each ends with a flag and begins with another; or by their bytes. */
static size_t frames_in(const struct feed *feed, const uint8_t *data, size_t length, size_t *marks)
{
	size_t each = feed->synchronous ? feed->samples[0].terminal_length : 2,
	       before = *marks / each;
	if (feed->synchronous) {
		*marks += length;
	} else {
		const uint8_t *end = data + length;
		while (data < end &&
		       (data = memchr(data, HDLC_FLAG, (size_t)(end - data))) != NULL) {
			data++;
			(*marks)++;
		}
	}
	return *marks / each - before;
}

static size_t measure_down(const struct feed *feed, double *ret_end)
{
	static uint8_t buffer[1 << 17];
	size_t sent = 0, got = 0, marks = 0;
	*ret_end = now_s();
	while (got < feed->count) {
		size_t room = WINDOW - (sent - got), left = feed->count - sent;
		size_t count = room < left ? room : left;
		/* half a window at least, so that the concentrator's own cost stays small */
		if (!feed->bare && count > 0 && (count >= WINDOW / 2 || count == left)) {
			send_down(feed, count);
			sent += count;
		}
		struct pollfd poll_of = { feed->terminal, POLLIN, 0 };
		if (poll(&poll_of, 1, (int)(STALL_S * 1000)) <= 0)
			break;
		ssize_t length = read(feed->terminal, buffer, sizeof(buffer));
		if (length <= 0)
			break;
		got += frames_in(feed, buffer, (size_t)length, &marks);
		*ret_end = now_s();
	}
	return got;
}

static double processor_s(const struct feed *feed)
{
	char path[64], text[64] = "";
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)feed->program);
	FILE *file = fopen(path, "r");
	if (file == NULL || fgets(text, sizeof(text), file) == NULL)
		return 0;
	fclose(file);
	return strtod(text, NULL) / 1e9;
}

/* The seconds that it spent in user mode. */
static double stop_program(struct feed *feed)
{
	struct rusage usage = { 0 };
	close(feed->terminal);
	for (unsigned i = 0; i < 2000; i++) {
		if (wait4(feed->program, NULL, WNOHANG, &usage) != 0)
			return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
		usleep(1000);
	}
	kill(feed->program, SIGKILL);
	waitpid(feed->program, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	static struct feed feed;
	if (argc != 8)
		return 2;
	feed.bare = strcmp(argv[1], "none") == 0;
	feed.synchronous = strcmp(argv[2], "sync") == 0;
	feed.pair = strcmp(argv[3], "pair") == 0;
	feed.up = strcmp(argv[4], "up") == 0;
	feed.size = strtoul(argv[5], NULL, 10);
	feed.count = strtoul(argv[6], NULL, 10) / SAMPLES * SAMPLES;
	if (feed.size < 20 || feed.size > 1500)
		return 2;
	make_samples(&feed);
	open_concentrator(&feed, argv[7]);
	size_t before = arrived(&feed);
	start_program(&feed, argv[1]);
	double end;
	if (!feed.bare) {
		/* the first one says that it is ready */
		write_samples(&feed, 1);
		if (await_arrival(&feed, before + 1, &end) == before)
			die("nothing arrives");
	}
	double begin = now_s(), processor = processor_s(&feed);
	size_t packets = feed.count;
	if (feed.bare && feed.up) {
		for (size_t i = 0; i < feed.count / SAMPLES; i++)
			write_samples(&feed, SAMPLES);
		waitpid(feed.program, NULL, 0);
		end = now_s();
	} else {
		packets = feed.up ? measure_up(&feed, &end) : measure_down(&feed, &end);
	}
	processor = processor_s(&feed) - processor;
	double user = stop_program(&feed);
	printf("%zu %.6f %.6f %.6f\n", packets, end - begin, processor, user);
	return packets == 0;
}
