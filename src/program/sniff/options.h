/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of pppoe-sniff: rp-pppoe's, and more. */
#pragma once

#include <stdbool.h>

#define SNIFF_INTERFACES 16

struct sniff_options {
	const char *interface[SNIFF_INTERFACES]; /* of argv, as all strings here; default eth0 */
	unsigned interface_count;
	bool promiscuous;
	bool live; /* a line for each frame */
	bool ip; /* IP packets too */
	bool show_secrets;
	bool config; /* print a configuration */
	const char *write_file, *read_file; /* "-" is standard output, input; NULL: none */
};

/* Whether it is asked what a host's dialling tells, rather than what there is on the wire. */
bool sniff_options_advise(const struct sniff_options *options);

enum options_result { OPTIONS_GO, OPTIONS_DONE, OPTIONS_WRONG };

/* Says on stderr what is wrong, or on stdout what was asked for (-h, -V). */
enum options_result options_read(struct sniff_options *ret_options, int argc, char **argv);
