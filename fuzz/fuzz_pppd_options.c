/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a pppd options file: whatever it is, what comes out keeps its limits.  Each file that
 * it takes in has the same text, so that it takes in itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/pppd_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
	unsigned reads, errors;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static ssize_t read_file(void *context, const char *path, void *to, size_t capacity)
{
	struct input *input = context;
	must(path[0] != '\0' || input->reads > 0);
	must(++input->reads <= PPPD_OPTIONS_FILES);
	if (input->size > capacity)
		return -EFBIG;
	if (input->size > 0)
		memcpy(to, input->data, input->size);
	return (ssize_t)input->size;
}

static void complain(void *context, const struct pppd_options_problem *problem)
{
	struct input *input = context;
	input->errors += problem->fatal;
	must(problem->text[0] != '\0');
	for (const char *c = problem->text; *c; c++)
		must((unsigned char)*c >= ' ' && *c != 0x7f);
}

static void check_text(const char *text, size_t limit)
{
	must(memchr(text, '\0', limit + 1) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line_config config = pppd_options_default();
	struct input input = { data, size, 0, 0 };
	struct pppd_options_reader reader = { read_file, complain, &input };
	bool good = pppd_options_load(&config, "peer", &reader);
	must(good == (input.errors == 0));
	check_text(config.interface, 15);
	check_text(config.device, 15);
	check_text(config.user, 255);
	check_text(config.service_name, 255);
	check_text(config.concentrator_name, 255);
	check_text(config.ip_parameter, 255);
	check_text(config.link_name, 255);
	check_text(config.host_uniq, 128);
	must(config.mtu >= 128 && config.mtu <= 1500 && config.mru <= 1500);
	must(config.auth < 16 && (!good || config.auth > 0));
	must(config.echo_interval_s <= 86400 && config.echo_failures <= 1000);
	return 0;
}
