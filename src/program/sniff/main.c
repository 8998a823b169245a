/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pppoe-sniff: what another machine's dialling tells about its line; frames in words, and into
 * files.  Sockets and files are opened first; then there are no privileges left when the first
 * byte of a frame is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "language/language.h"
#include "linux/process.h"
#include "program/sniff/source.h"

#define ME "pppoe-sniff"

/* The file of -w, for its owner alone: it tells what went over the wire. */
static bool open_file(const char *path, FILE **ret_file)
{
	if (!path)
		return true;
	int descriptor = strcmp(path, "-") == 0
				 ? dup(STDOUT_FILENO)
				 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	*ret_file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
	if (!*ret_file)
		fprintf(stderr, ME ": %s: %s\n", path, strerror(errno));
	return *ret_file;
}

static bool is_same(int descriptor, const char *path)
{
	struct stat one, other;
	return descriptor >= 0 && path && fstat(descriptor, &one) == 0 && stat(path, &other) == 0 &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static int run(struct source *source, struct sniff *sniff, const struct sniff_options *options)
{
	FILE *file = NULL;
	uint64_t lost;
	if (!source_open(source, options))
		return EXIT_FAILURE;
	if (is_same(source->file, options->write_file)) {
		fprintf(stderr, _("%s: %s: is read and can't be written too\n"), ME,
			options->write_file);
		return EXIT_FAILURE;
	}
	if (!open_file(options->write_file, &file))
		return EXIT_FAILURE;
	language_hold();
	tzset(); /* its rules are in a file */
	int result = process_confine("dialtone");
	if (result < 0) {
		fprintf(stderr, ME ": giving up privileges: %s\n", strerror(-result));
		return EXIT_FAILURE;
	}
	sniff_begin(sniff, options, file);
	bool good = source_run(source, sniff, &lost);
	int code = sniff_end(sniff, lost);
	if (file && fclose(file) != 0 && !sniff->failed) {
		fprintf(stderr, ME ": %s: %s\n", options->write_file, strerror(errno));
		return EXIT_FAILURE;
	}
	return good ? code : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct sniff_options options;
	language_open();
	switch (options_read(&options, argc, argv)) {
	case OPTIONS_GO:
		break;
	case OPTIONS_DONE:
		return EXIT_SUCCESS;
	case OPTIONS_WRONG:
		return EXIT_FAILURE;
	}
	process_fill_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	struct sniff *sniff = calloc(1, sizeof(*sniff));
	struct source *source = calloc(1, sizeof(*source));
	int code = EXIT_FAILURE;
	if (sniff && source) {
		code = run(source, sniff, &options);
		source_close(source);
	} else {
		fputs(ME ": out of memory\n", stderr);
	}
	free(source);
	free(sniff);
	return code;
}
