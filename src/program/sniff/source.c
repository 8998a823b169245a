/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/sniff/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "language/language.h"

#define ME "pppoe-sniff"

#define FRAMES_A_TURN 256
#define TAG_LENGTH 4
#define ADDRESSES_LENGTH 12

static void complain(const char *what, int error)
{
	const char *words = error == EINVAL  ? _("not an Ethernet interface")
			    : error == EPERM ? _("only root may do that")
					     : strerror(error);
	fprintf(stderr, ME ": %s: %s\n", what, words);
}

static bool open_tap(struct source *source, const char *name)
{
	struct packet_interface interface;
	int result = packet_interface_look_up(name, &interface);
	if (result == 0)
		result =
			packet_tap_open(&interface, PACKET_TAP_PPPOE, source->options->promiscuous);
	if (result < 0) {
		complain(name, -result);
		return false;
	}
	source->tap[source->tap_count++] = result;
	return true;
}

static bool open_signals(struct source *source)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	source->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (source->signals < 0)
		complain("signalfd", errno);
	return source->signals >= 0;
}

bool source_open(struct source *source, const struct sniff_options *options)
{
	*source = (struct source){ .options = options, .signals = -1, .file = -1 };
	if (!open_signals(source))
		return false;
	for (unsigned i = 0; i < options->interface_count; i++)
		if (!open_tap(source, options->interface[i]))
			return false;
	if (!options->read_file)
		return true;
	if (strcmp(options->read_file, "-") == 0)
		source->file = dup(STDIN_FILENO);
	else
		source->file = open(options->read_file, O_RDONLY | O_CLOEXEC);
	if (source->file < 0)
		complain(options->read_file, errno);
	return source->file >= 0;
}

void source_close(struct source *source)
{
	for (unsigned i = 0; i < source->tap_count; i++)
		if (source->tap[i] >= 0)
			close(source->tap[i]);
	if (source->signals >= 0)
		close(source->signals);
	if (source->file >= 0)
		close(source->file);
}

/* The kernel has taken the tag out of the frame, which stands at memory + TAG_LENGTH. */
static struct bytes put_tag_back(uint8_t *memory, const struct packet_tap_frame *frame)
{
	struct writer w = writer_of(memory, ADDRESSES_LENGTH + TAG_LENGTH);
	struct reader r = reader_of(frame->bytes);
	struct bytes addresses = reader_bytes(&r, ADDRESSES_LENGTH);
	if (!frame->tagged || r.failed)
		return frame->bytes;
	memmove(memory, addresses.data, addresses.length);
	w.length = addresses.length;
	writer_u16(&w, frame->tag_type);
	writer_u16(&w, frame->tag);
	return bytes_of(memory, frame->bytes.length + TAG_LENGTH);
}

/* What waits at one interface.  False if it is gone. */
static bool receive(struct source *source, unsigned number, struct sniff *sniff)
{
	uint8_t *memory = source->memory;
	struct packet_tap_frame frame;
	for (unsigned i = 0; i < FRAMES_A_TURN && !sniff->over; i++) {
		int result = packet_tap_receive(source->tap[number], memory + TAG_LENGTH,
						SOURCE_FRAME_MAX, &frame);
		if (result == -EAGAIN)
			return true;
		if (result < 0) {
			complain(source->options->interface[number], -result);
			return false;
		}
		struct bytes whole = put_tag_back(memory, &frame);
		const struct pcapng_packet packet = {
			.interface = number,
			.time_ns = frame.time_ns,
			.direction = frame.outgoing ? PCAPNG_OUTBOUND : PCAPNG_INBOUND,
			.length = frame.length + (frame.tagged ? TAG_LENGTH : 0),
		};
		sniff_take(sniff, source->options->interface[number], &packet,
			   memory + (whole.data - memory), whole.length);
	}
	return true;
}

static void end_tap(struct source *source, unsigned number, uint64_t *lost)
{
	*lost += packet_tap_lost(source->tap[number]);
	close(source->tap[number]);
	source->tap[number] = -1;
}

static bool run_live(struct source *source, struct sniff *sniff, uint64_t *ret_lost)
{
	struct pollfd polls[SNIFF_INTERFACES + 1];
	unsigned left = source->tap_count;
	while (left > 0 && !sniff->over) {
		for (unsigned i = 0; i < source->tap_count; i++)
			polls[i] = (struct pollfd){ source->tap[i], POLLIN, 0 };
		polls[source->tap_count] = (struct pollfd){ source->signals, POLLIN, 0 };
		sniff_flush(sniff);
		if (sniff->over)
			break;
		if (poll(polls, source->tap_count + 1, -1) < 0 && errno != EINTR)
			break;
		for (unsigned i = 0; i < source->tap_count; i++) {
			if (polls[i].fd < 0 || polls[i].revents == 0 || receive(source, i, sniff))
				continue;
			end_tap(source, i, ret_lost);
			left--;
		}
		if (polls[source->tap_count].revents != 0)
			break;
	}
	bool good = left > 0;
	for (unsigned i = 0; i < source->tap_count; i++)
		if (source->tap[i] >= 0)
			end_tap(source, i, ret_lost);
	return good;
}

struct replay {
	struct capture_file file;
	size_t length; /* of what is in memory */
	unsigned told; /* interfaces that the sniffer knows of */
	uint64_t strange; /* packets of another kind than Ethernet's */
	uint8_t memory[2 * CAPTURE_FILE_BLOCK_MAX];
	uint8_t frame[CAPTURE_FILE_BLOCK_MAX];
};

static void take_packet(struct replay *replay, struct sniff *sniff, struct pcapng_packet *packet)
{
	const struct capture_file_interface *interface = &replay->file.interface[packet->interface];
	if (interface->link_type != PCAPNG_ETHERNET) {
		replay->strange++;
		return;
	}
	struct reader r = reader_of(packet->bytes);
	size_t length = r.left;
	reader_copy(&r, replay->frame, length);
	/* A file may have several sections, each with interfaces of its own. */
	for (; replay->told <= packet->interface; replay->told++)
		sniff_add_interface(sniff, replay->file.interface[replay->told].name);
	sniff_take(sniff, interface->name, packet, replay->frame, length);
}

/* Takes what is whole in memory; false if that is no capture file. */
static bool take_all(struct replay *replay, struct sniff *sniff)
{
	struct reader r = reader_of(bytes_of(replay->memory, replay->length));
	struct pcapng_packet packet;
	bool good = true;
	while (good && !sniff->over) {
		size_t used;
		enum capture_file_result result =
			capture_file_read(&replay->file, bytes_of(r.next, r.left), &used, &packet);
		if (result == CAPTURE_FILE_MORE)
			break;
		if (result == CAPTURE_FILE_PACKET)
			take_packet(replay, sniff, &packet);
		(void)reader_bytes(&r, used);
		good = result != CAPTURE_FILE_MALFORMED;
	}
	struct bytes rest = reader_rest(&r);
	if (rest.length > 0)
		memmove(replay->memory, rest.data, rest.length);
	replay->length = rest.length;
	return good;
}

/* More of the file; 0 at its end, negative if it can't be read or a signal has come. */
static ssize_t read_more(struct source *source, struct replay *replay)
{
	struct pollfd polls[] = { { source->file, POLLIN, 0 }, { source->signals, POLLIN, 0 } };
	if (poll(polls, 2, -1) < 0)
		return errno == EINTR ? 1 : -1;
	if (polls[1].revents != 0)
		return 0;
	ssize_t got = read(source->file, replay->memory + replay->length,
			   sizeof(replay->memory) - replay->length);
	if (got > 0)
		replay->length += (size_t)got;
	return got < 0 && errno == EINTR ? 1 : got;
}

static bool run_file(struct source *source, struct sniff *sniff, struct replay *replay)
{
	const char *name = source->options->read_file;
	ssize_t got = 1;
	bool good = true;
	capture_file_init(&replay->file);
	while (good && !sniff->over && (got = read_more(source, replay)) > 0) {
		good = take_all(replay, sniff);
		sniff_flush(sniff);
	}
	if (got < 0)
		complain(name, errno);
	else if (!good)
		fprintf(stderr, _("%s: %s: not a capture file, or malformed\n"), ME, name);
	else if (!sniff->over && replay->length > 0)
		fprintf(stderr, _("%s: %s: its end is missing\n"), ME, name);
	if (replay->strange > 0)
		fprintf(stderr, _("%s: %s: packets that are not Ethernet's: %llu\n"), ME, name,
			(unsigned long long)replay->strange);
	return got >= 0 && good && (sniff->over || replay->length == 0);
}

bool source_run(struct source *source, struct sniff *sniff, uint64_t *ret_lost)
{
	*ret_lost = 0;
	if (source->file < 0) {
		for (unsigned i = 0; i < source->tap_count; i++)
			sniff_add_interface(sniff, source->options->interface[i]);
		return run_live(source, sniff, ret_lost);
	}
	struct replay *replay = calloc(1, sizeof(*replay));
	bool good = replay && run_file(source, sniff, replay);
	free(replay);
	return good;
}
