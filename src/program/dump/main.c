/* SPDX-License-Identifier: BSD-2-Clause */
/* pppdump: makes the files readable that pppd's option `record` writes.  What it reads may be
 * anything: it needs no privileges, and takes no memory for it. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "language/language.h"
#include "program/dump/record.h"
#include "program/dump/show.h"

#define MRU_DEFAULT 1500

enum form { FORM_TEXT, FORM_HEX, FORM_PACKETS };

struct dump {
	enum form form;
	bool reversed, absolute_times;
	int mru;
	/* what was read so far */
	time_t now;
	int32_t tenths; /* of a second after that; below 0 if time went back */
	long octets[2]; /* since the last start: sent, received */
	struct assembly assembly[2];
};

static const char usage[] = "Usage: pppdump [-h | -p[d]] [-r] [-m mru] [-a] [file ...]\n";

static const char help[] =
	N_("Usage: pppdump [-h | -p [-d]] [-r] [-m MRU] [-a] [FILE]...\n"
	   "Prints what pppd's option 'record' has written, from files or standard input.\n"
	   "\n"
	   "  -h      the bytes in hexadecimal (else as text)\n"
	   "  -p      PPP packets, with their check sequence\n"
	   "  -d      accepted; compressed packets are printed as they are\n"
	   "  -r      what was sent is what was received\n"
	   "  -m MRU  with -p: say which packets are longer (default 1500)\n"
	   "  -a      the time of day instead of time passed\n"
	   "      --help, --version\n"
	   "Exit code: 0 read, 1 wrong usage, or a file that cannot be read.\n");

static const char *direction_name(const struct dump *dump, bool received)
{
	return received != dump->reversed ? "rcvd" : "sent";
}

static const char *side_name(bool received)
{
	return received ? "recv" : "send";
}

static bool dump_data(struct dump *dump, FILE *file, const struct record *record)
{
	int32_t count = (int32_t)record->number;
	const char *direction = direction_name(dump, record->received);
	dump->octets[record->received != dump->reversed] += count;
	switch (dump->form) {
	case FORM_TEXT:
		return show_text(file, direction, count);
	case FORM_HEX:
		return show_hex(file, direction, count);
	case FORM_PACKETS:
		break;
	}
	return show_packets(file, &dump->assembly[record->received], direction, count, dump->mru);
}

static void dump_end(const struct dump *dump, bool received)
{
	/* Debian's turns these round in packets alone. */
	bool side = dump->form == FORM_PACKETS ? received != dump->reversed : received;
	printf("end %s", side_name(side));
	size_t left = assembly_length(&dump->assembly[received]);
	if (dump->form == FORM_PACKETS && left > 0)
		printf("  [%zu bytes in incomplete packet]", left);
	putchar('\n');
}

static void dump_start(struct dump *dump, int64_t seconds)
{
	char text[26];
	dump->now = seconds;
	dump->tenths = 0;
	dump->octets[0] = dump->octets[1] = 0;
	printf("start %s", ctime_r(&dump->now, text));
}

static void dump_step(struct dump *dump, int32_t tenths)
{
	int32_t sum = (int32_t)((uint32_t)dump->tenths + (uint32_t)tenths);
	dump->now += sum / 10;
	dump->tenths = sum % 10;
	if (!dump->absolute_times) {
		printf("time  %.1fs\n", tenths / 10.0);
		return;
	}
	struct tm tm = { 0 };
	localtime_r(&dump->now, &tm);
	printf("time  %02d:%02d:%02d.%d  (sent %ld, rcvd %ld)\n", tm.tm_hour, tm.tm_min, tm.tm_sec,
	       dump->tenths, dump->octets[0], dump->octets[1]);
}

/* The file ends within a record. */
static void dump_cut(const struct dump *dump)
{
	puts("\nEOF");
	for (int shown = 0; dump->form == FORM_PACKETS && shown < 2; shown++) {
		bool received = (shown != 0) != dump->reversed;
		size_t left = assembly_length(&dump->assembly[received]);
		if (left > 0)
			printf("[%zu bytes in incomplete %s packet]\n", left,
			       side_name(shown != 0));
	}
}

/* False where a file ends within a record: then nothing after it can be right. */
static bool dump_file(struct dump *dump, FILE *file)
{
	struct record record;
	assembly_init(&dump->assembly[0]);
	assembly_init(&dump->assembly[1]);
	while (record_next(file, &record))
		switch (record.kind) {
		case RECORD_DATA:
			if (!dump_data(dump, file, &record)) {
				dump_cut(dump);
				return false;
			}
			break;
		case RECORD_END:
			dump_end(dump, record.received);
			break;
		case RECORD_STEP:
			dump_step(dump, (int32_t)record.number);
			break;
		case RECORD_START:
			dump_start(dump, record.number);
			break;
		case RECORD_UNKNOWN:
			printf("?%02x\n", record.tag);
			break;
		}
	return true;
}

static int dump_files(struct dump *dump, char **names)
{
	if (*names == NULL)
		dump_file(dump, stdin);
	for (bool go_on = true; go_on && *names != NULL; names++) {
		FILE *file = fopen(*names, "re");
		if (file == NULL) {
			perror(*names);
			return EXIT_FAILURE;
		}
		go_on = dump_file(dump, file);
		if (ferror(file)) {
			fprintf(stderr, "pppdump: %s: %s\n", *names, strerror(errno));
			fclose(file);
			return EXIT_FAILURE;
		}
		fclose(file);
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* False: the program ends, with *ret_exit_code. */
static bool read_options(struct dump *dump, int argc, char **argv, int *ret_exit_code)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'H' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int option;
	*ret_exit_code = EXIT_SUCCESS;
	while ((option = getopt_long(argc, argv, "hprdm:a", long_options, NULL)) != -1)
		switch (option) {
		case 'h':
			dump->form = FORM_HEX;
			break;
		case 'p':
			dump->form = FORM_PACKETS;
			break;
		case 'd':
			fputs(_("pppdump: -d: compressed packets are printed as they are\n"),
			      stderr);
			break;
		case 'r':
			dump->reversed = true;
			break;
		case 'm':
			dump->mru = (int)strtol(optarg, NULL, 10);
			break;
		case 'a':
			dump->absolute_times = true;
			break;
		case 'H':
			fputs(_(help), stdout);
			return false;
		case 'V':
			puts("pppdump (Dialtone) " DIALTONE_VERSION);
			return false;
		default:
			fputs(usage, stderr);
			*ret_exit_code = EXIT_FAILURE;
			return false;
		}
	return true;
}

int main(int argc, char **argv)
{
	static struct dump dump = { .form = FORM_TEXT, .mru = MRU_DEFAULT };
	int exit_code;
	language_open();
	if (!read_options(&dump, argc, argv, &exit_code))
		return exit_code;
	tzset();
	return dump_files(&dump, argv + optind);
}
