/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pppstats: what a PPP device has counted, in the columns of package ppp's.  A kernel device is
 * asked itself; of a line of ours the control socket tells, wherever its device is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control/client.h"
#include "language/language.h"
#include "linux/ppp_counters.h"
#include "program/command/command.h"

#define INTERVAL_DEFAULT 5 /* seconds */
#define ROWS_OF_A_HEADING 20

struct stats {
	const char *me, *device;
	bool absolute, rate, vj, ratio, compression, json;
	uint32_t interval; /* seconds */
	uint32_t count; /* 0: for ever */
	char link[LINE_STATUS_NAME]; /* or else of this line */
};

static const char usage[] = "Usage: %s [-a|-d] [-v|-r|-z] [-c count] [-w wait] [interface]\n";

static bool find_link(struct stats *stats)
{
	struct control_links links;
	struct line_status status;
	control_links_list(&links);
	for (size_t i = 0; i < links.count; i++)
		if (control_client_ask(links.name[i], "GetStatus", &status) == 0 &&
		    strcmp(status.device, stats->device) == 0) {
			memcpy(stats->link, links.name[i], sizeof(stats->link));
			return true;
		}
	return false;
}

static int read_line(const struct stats *stats, struct ppp_counters *counters)
{
	struct line_status status;
	int error = control_client_ask(stats->link, "GetStatus", &status);
	if (error < 0)
		return error;
	if (strcmp(status.device, stats->device) != 0 || status.received_bytes < 0)
		return -ENODEV;
	*counters = (struct ppp_counters){
		.received_bytes = (uint64_t)status.received_bytes,
		.received_packets = (uint64_t)status.received_packets,
		.sent_bytes = (uint64_t)status.sent_bytes,
		.sent_packets = (uint64_t)status.sent_packets,
	};
	return 0;
}

static bool read_counters(const struct stats *stats, struct ppp_counters *counters)
{
	const char *what = "PPP statistics";
	int error = stats->link[0] ? read_line(stats, counters)
				   : ppp_counters_read(stats->device, counters);
	if (error == 0 && (stats->ratio || stats->compression) && !stats->link[0]) {
		what = "PPP compression stats";
		error = ppp_counters_read_compression(stats->device, counters);
	}
	if (error < 0)
		fprintf(stderr, "%s: couldn't get %s: %s\n", stats->me, what, strerror(-error));
	return error == 0;
}

/*
 * Counters of the kernel's PPP are 32 bits wide, and wrap; what would be half of that or more is a
 * device that counts anew.  Not where it began: package ppp's prints 0 for a total of over 2 GB.
 */
static uint32_t passed_32(uint32_t now, uint32_t before)
{
	uint32_t difference = now - before;
	return before != 0 && difference > INT32_MAX ? 0 : difference;
}

/* Ours are of 64 bits: less than before is a line that was dialled anew. */
static uint64_t passed(const struct stats *stats, uint64_t now, uint64_t before)
{
	if (!stats->link[0])
		return passed_32((uint32_t)now, (uint32_t)before);
	return now < before ? now : now - before;
}

/* How many packets of all were none of these. */
static uint64_t others(const struct stats *stats, uint64_t all, uint64_t these)
{
	return stats->link[0] ? all - these : (uint32_t)(all - these);
}

static void subtract_compression(struct ppp_compression *from, const struct ppp_compression *what)
{
	from->plain_bytes = passed_32(from->plain_bytes, what->plain_bytes);
	from->compressed_bytes = passed_32(from->compressed_bytes, what->compressed_bytes);
	from->compressed_packets = passed_32(from->compressed_packets, what->compressed_packets);
	from->incompressible_bytes =
		passed_32(from->incompressible_bytes, what->incompressible_bytes);
	from->incompressible_packets =
		passed_32(from->incompressible_packets, what->incompressible_packets);
}

static void subtract(const struct stats *stats, struct ppp_counters *from,
		     const struct ppp_counters *what)
{
	from->received_bytes = passed(stats, from->received_bytes, what->received_bytes);
	from->received_packets = passed(stats, from->received_packets, what->received_packets);
	from->sent_bytes = passed(stats, from->sent_bytes, what->sent_bytes);
	from->sent_packets = passed(stats, from->sent_packets, what->sent_packets);
	from->vj_received_compressed =
		passed_32(from->vj_received_compressed, what->vj_received_compressed);
	from->vj_received_uncompressed =
		passed_32(from->vj_received_uncompressed, what->vj_received_uncompressed);
	from->vj_received_errors = passed_32(from->vj_received_errors, what->vj_received_errors);
	from->vj_tossed = passed_32(from->vj_tossed, what->vj_tossed);
	from->vj_sent = passed_32(from->vj_sent, what->vj_sent);
	from->vj_sent_compressed = passed_32(from->vj_sent_compressed, what->vj_sent_compressed);
	from->vj_searches = passed_32(from->vj_searches, what->vj_searches);
	from->vj_misses = passed_32(from->vj_misses, what->vj_misses);
	subtract_compression(&from->received, &what->received);
	subtract_compression(&from->sent, &what->sent);
}

static void put_heading(const struct stats *stats)
{
	const char *byte = stats->rate && !stats->absolute ? "KB/S" : "BYTE";
	if (stats->compression) {
		puts("IN:  COMPRESSED  INCOMPRESSIBLE   COMP | "
		     "OUT: COMPRESSED  INCOMPRESSIBLE   COMP");
		printf("    %s   PACK     %s   PACK  RATIO |     %s   PACK     %s   PACK  RATIO\n",
		       byte, byte, byte, byte);
		return;
	}
	printf("      IN   PACK VJCOMP%s%s%s  |      OUT   PACK VJCOMP%s%s%s\n",
	       stats->ratio ? "" : "  VJUNC  VJERR", stats->vj ? " VJTOSS NON-VJ" : "",
	       stats->ratio ? "  RATIO  UBYTE" : "", stats->ratio ? "" : "  VJUNC NON-VJ",
	       stats->vj ? " VJSRCH VJMISS" : "", stats->ratio ? "  RATIO  UBYTE" : "");
}

static double ratio_of(uint32_t plain, uint32_t compressed, double nothing)
{
	return compressed != 0 ? (double)plain / compressed : nothing;
}

/* Bytes, or kB/s. */
static void put_bytes(const struct stats *stats, bool rate, int width, int digits, uint64_t bytes)
{
	if (rate)
		printf("%*.*f", width, digits, (double)bytes / (stats->interval * 1000.0));
	else
		printf("%*" PRIu64, width, bytes);
}

static void put_compression(const struct stats *stats, bool rate, const struct ppp_compression *c)
{
	put_bytes(stats, rate, 8, 3, c->compressed_bytes);
	printf(" %6" PRIu32 " ", c->compressed_packets);
	put_bytes(stats, rate, 8, 3, c->incompressible_bytes);
	printf(" %6" PRIu32 " %6.2f", c->incompressible_packets,
	       ratio_of(c->recent_plain, c->recent_compressed, 0));
}

static void put_ratio(const struct stats *stats, bool rate, const struct ppp_compression *c)
{
	printf(" %6.2f ",
	       ratio_of(c->plain_bytes, c->compressed_bytes + c->incompressible_bytes, 1));
	put_bytes(stats, rate, 6, 2, c->plain_bytes);
}

static void put_received(const struct stats *stats, bool rate, const struct ppp_counters *c)
{
	put_bytes(stats, rate, 8, 3, c->received_bytes);
	printf(" %6" PRIu64 " %6" PRIu32, c->received_packets, c->vj_received_compressed);
	if (!stats->ratio)
		printf(" %6" PRIu32 " %6" PRIu32, c->vj_received_uncompressed,
		       c->vj_received_errors);
	if (stats->vj)
		printf(" %6" PRIu32 " %6" PRIu64, c->vj_tossed,
		       others(stats, c->received_packets,
			      (uint64_t)c->vj_received_compressed + c->vj_received_uncompressed +
				      c->vj_received_errors));
	if (stats->ratio)
		put_ratio(stats, rate, &c->received);
}

static void put_sent(const struct stats *stats, bool rate, const struct ppp_counters *c)
{
	put_bytes(stats, rate, 8, 3, c->sent_bytes);
	printf(" %6" PRIu64 " %6" PRIu32, c->sent_packets, c->vj_sent_compressed);
	if (!stats->ratio)
		printf(" %6" PRIu32 " %6" PRIu64, c->vj_sent - c->vj_sent_compressed,
		       others(stats, c->sent_packets, c->vj_sent));
	if (stats->vj)
		printf(" %6" PRIu32 " %6" PRIu32, c->vj_searches, c->vj_misses);
	if (stats->ratio)
		put_ratio(stats, rate, &c->sent);
}

static void put_json(const struct stats *stats, const struct ppp_counters *c)
{
	printf("{\"interface\":\"%s\",\"received_bytes\":%" PRIu64 ",\"received_packets\":%" PRIu64
	       ",\"sent_bytes\":%" PRIu64 ",\"sent_packets\":%" PRIu64 "}\n",
	       stats->device, c->received_bytes, c->received_packets, c->sent_bytes,
	       c->sent_packets);
}

static void put_row(const struct stats *stats, bool first, const struct ppp_counters *c)
{
	bool rate = stats->rate && !stats->absolute && !first;
	if (stats->json) {
		put_json(stats, c);
	} else if (stats->compression) {
		put_compression(stats, rate, &c->received);
		fputs(" | ", stdout);
		put_compression(stats, rate, &c->sent);
		putchar('\n');
	} else {
		put_received(stats, rate, c);
		fputs("  | ", stdout);
		put_sent(stats, rate, c);
		putchar('\n');
	}
	fflush(stdout);
}

static int report(const struct stats *stats)
{
	struct ppp_counters before = { 0 }, now = { 0 }, shown;
	struct timespec next;
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (uint32_t row = 0; stats->count == 0 || row < stats->count; row++) {
		if (row > 0) {
			next.tv_sec += stats->interval;
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		}
		if (!read_counters(stats, &now))
			return COMMAND_BAD;
		if (row % ROWS_OF_A_HEADING == 0 && !stats->json)
			put_heading(stats);
		shown = now;
		if (!stats->absolute)
			subtract(stats, &shown, &before);
		put_row(stats, row == 0, &shown);
		before = now;
		if (ferror(stdout))
			return COMMAND_BAD;
	}
	return COMMAND_GOOD;
}

static bool read_number(const char *text, uint32_t *ret_number)
{
	char *end;
	errno = 0;
	long number = strtol(text, &end, 10);
	if (errno != 0 || number <= 0 || number > INT32_MAX)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

static bool read_options(struct stats *stats, int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int option;
	bool good = true, waits = false;
	while (good && (option = getopt_long(argc, argv, "advrzc:w:", long_options, NULL)) != -1)
		switch (option) {
		case 'a':
			stats->absolute = true;
			break;
		case 'd':
			stats->rate = true;
			break;
		case 'v':
			stats->vj = true;
			break;
		case 'r':
			stats->ratio = true;
			break;
		case 'z':
			stats->compression = true;
			break;
		case 'j':
			stats->json = true;
			break;
		case 'c':
			good = read_number(optarg, &stats->count);
			break;
		case 'w':
			good = waits = read_number(optarg, &stats->interval);
			break;
		default:
			good = false;
		}
	if (stats->count == 0 && !waits)
		stats->count = 1;
	if (argc - optind > 1)
		good = false;
	if (good && optind < argc)
		stats->device = argv[optind];
	return good;
}

int pppstats_main(const char *me, int count, char **arguments)
{
	struct stats stats = { .me = me, .device = "ppp0", .interval = INTERVAL_DEFAULT };
	/* getopt wants the program's name, which stands before. */
	if (!read_options(&stats, count + 1, arguments - 1)) {
		fprintf(stderr, usage, me);
		return COMMAND_BAD;
	}
	if (!find_link(&stats) && if_nametoindex(stats.device) == 0) {
		fprintf(stderr, "%s: nonexistent interface '%s' specified\n", me, stats.device);
		return COMMAND_BAD;
	}
	return report(&stats);
}
