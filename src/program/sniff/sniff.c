/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/sniff/sniff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capture/secrets.h"
#include "language/language.h"
#include "program/sniff/tell.h"

#define ME "pppoe-sniff"

static bool prints(const struct sniff_options *options)
{
	return options->live || (options->read_file && !options->write_file && !options->config);
}

static void fail(struct sniff *sniff, const char *what)
{
	if (!sniff->failed)
		fprintf(stderr, ME ": %s: %s\n", what, strerror(errno));
	sniff->failed = sniff->over = true;
}

static void put(struct sniff *sniff, const struct writer *w)
{
	struct bytes block = writer_written(w);
	if (block.length > 0 && fwrite(block.data, 1, block.length, sniff->to) != block.length)
		fail(sniff, sniff->options->write_file);
}

void sniff_begin(struct sniff *sniff, const struct sniff_options *options, FILE *to)
{
	sniff->options = options;
	sniff->to = to;
	advice_init(&sniff->advice);
	if (sniff_options_advise(options) && !options->config)
		tell_begin();
	if (!to)
		return;
	struct writer w = writer_of(sniff->block, sizeof(sniff->block));
	pcapng_write_section(&w, "pppoe-sniff (Dialtone) " DIALTONE_VERSION);
	put(sniff, &w);
}

void sniff_add_interface(struct sniff *sniff, const char *name)
{
	struct writer w = writer_of(sniff->block, sizeof(sniff->block));
	if (!sniff->to)
		return;
	pcapng_write_interface(&w, PCAPNG_ETHERNET, name);
	put(sniff, &w);
}

static void put_time(int64_t time_ns)
{
	struct tm tm = { .tm_sec = 0 };
	const time_t seconds = (time_t)(time_ns / 1000000000);
	const int64_t micros = time_ns % 1000000000 / 1000;
	localtime_r(&seconds, &tm);
	printf("%02d:%02d:%02d.%06lld ", tm.tm_hour, tm.tm_min, tm.tm_sec, (long long)micros);
}

/* False if something in it is malformed; that is only looked for in what is not just counted. */
static bool print(struct sniff *sniff, const char *interface, int64_t time_ns,
		  const struct capture_packet *packet)
{
	char line[CAPTURE_LINE_MAX];
	struct text text = text_of(line, sizeof(line));
	if (packet->kind == CAPTURE_DATA && !(sniff->options->ip && prints(sniff->options)))
		return true;
	bool good = capture_decode(&text, packet, sniff->options->show_secrets);
	if (!prints(sniff->options))
		return good;
	put_time(time_ns);
	fputs(interface[0] ? interface : "-", stdout);
	for (unsigned i = 0; i < packet->vlan_count; i++)
		printf(".%u", packet->vlan[i]);
	printf(" %s\n", line);
	if (ferror(stdout))
		fail(sniff, "stdout");
	return good;
}

static void write_frame(struct sniff *sniff, const struct pcapng_packet *packet, uint8_t *frame,
			size_t length)
{
	struct pcapng_packet written = *packet;
	struct writer w = writer_of(sniff->block, sizeof(sniff->block));
	if (!sniff->options->show_secrets)
		capture_hide_secrets(frame, length);
	written.bytes = bytes_of(frame, length);
	pcapng_write_packet(&w, &written);
	put(sniff, &w);
}

/* What was to be found out is: a session for rp-pppoe's words, all there is for a configuration. */
static void advise(struct sniff *sniff, const char *interface, const struct capture_packet *packet)
{
	struct advice *advice = &sniff->advice;
	enum advice_state enough = sniff->options->config ? ADVICE_UP : ADVICE_SESSION;
	enum advice_state before = advice->state;
	if (!advice_receive(advice, packet))
		return;
	if (!sniff->options->config)
		tell_progress(before, advice->state);
	if (before >= enough || advice->state < enough)
		return;
	if (sniff->options->config)
		tell_config(advice, interface);
	else
		tell_advice(advice);
	sniff->over = true;
}

void sniff_take(struct sniff *sniff, const char *interface, const struct pcapng_packet *packet,
		uint8_t *frame, size_t length)
{
	struct capture_packet read;
	capture_packet_read(bytes_of(frame, length), &read);
	sniff->counts[read.kind]++;
	sniff->bytes[read.kind] += packet->length;
	if (read.kind == CAPTURE_OTHER)
		return;
	if (!print(sniff, interface, packet->time_ns, &read) && read.kind != CAPTURE_MALFORMED)
		sniff->malformed++;
	if (sniff_options_advise(sniff->options))
		advise(sniff, interface, &read);
	if (sniff->to && (read.kind != CAPTURE_DATA || sniff->options->ip))
		write_frame(sniff, packet, frame, length);
}

void sniff_flush(struct sniff *sniff)
{
	if (fflush(stdout) != 0)
		fail(sniff, "stdout");
	if (sniff->to && !sniff->failed && fflush(sniff->to) != 0)
		fail(sniff, sniff->options->write_file);
}

int sniff_end(struct sniff *sniff, uint64_t lost)
{
	const struct sniff_options *options = sniff->options;
	const struct tell_counts counts = {
		.discovery = sniff->counts[CAPTURE_DISCOVERY],
		.control = sniff->counts[CAPTURE_CONTROL],
		.data = sniff->counts[CAPTURE_DATA],
		.data_bytes = sniff->bytes[CAPTURE_DATA],
		.malformed = sniff->counts[CAPTURE_MALFORMED] + sniff->malformed,
		.lost = lost,
	};
	sniff_flush(sniff);
	bool known = sniff->over && !sniff->failed;
	if (options->config && !known && sniff->advice.state != ADVICE_WAITS) {
		/* As much as came to light. */
		tell_config(&sniff->advice,
			    options->interface_count > 0 ? options->interface[0] : "");
		known = true;
	}
	if (!sniff_options_advise(options) || options->live || options->write_file)
		tell_summary(&counts);
	if (sniff->failed || (sniff_options_advise(options) && !known))
		return EXIT_FAILURE;
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
