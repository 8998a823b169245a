/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/sniff/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "language/language.h"

enum { OPTION_IP = 256, OPTION_SECRETS, OPTION_CONFIG };

static const struct option long_options[] = {
	{ "live", no_argument, NULL, 'l' },
	{ "promiscuous", no_argument, NULL, 'p' },
	{ "ip", no_argument, NULL, OPTION_IP },
	{ "show-secrets", no_argument, NULL, OPTION_SECRETS },
	{ "config", no_argument, NULL, OPTION_CONFIG },
	{ "write", required_argument, NULL, 'w' },
	{ "read", required_argument, NULL, 'r' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	N_("Usage: pppoe-sniff [OPTION]...\n"
	   "Waits until another machine dials, and tells what its PPPoE line needs; or shows\n"
	   "and records the PPPoE frames of a wire.\n"
	   "\n"
	   "  -I INTERFACE        the Ethernet interface (default eth0); may be given again\n"
	   "  -p, --promiscuous   hear what is not for this machine as well\n"
	   "      --config        print a configuration for such a line\n"
	   "  -l, --live          print a line for each frame, until it is interrupted\n"
	   "  -w, --write FILE    write the frames to a pcapng file; - is standard output\n"
	   "  -r, --read FILE     take them from a pcapng or pcap file; - is standard input\n"
	   "      --ip            IP packets too: else they are only counted\n"
	   "      --show-secrets  passwords, and what is made of them, too\n"
	   "  -h, --help; -V, --version\n"
	   "\n"
	   "Exit code: 0 done, 1 not.\n");

bool sniff_options_advise(const struct sniff_options *options)
{
	return options->config || (!options->live && !options->write_file && !options->read_file);
}

static bool complain(const char *text)
{
	fprintf(stderr, "pppoe-sniff: %s\n", text);
	return false;
}

static bool add_interface(struct sniff_options *o, const char *name)
{
	if (o->interface_count == SNIFF_INTERFACES)
		return complain(_("too many interfaces"));
	o->interface[o->interface_count++] = name;
	return true;
}

static bool set_option(struct sniff_options *o, int option, const char *value)
{
	switch (option) {
	case 'I':
		return add_interface(o, value);
	case 'p':
		o->promiscuous = true;
		return true;
	case 'l':
		o->live = true;
		return true;
	case 'w':
		o->write_file = value;
		return true;
	case 'r':
		o->read_file = value;
		return true;
	case OPTION_IP:
		o->ip = true;
		return true;
	case OPTION_SECRETS:
		o->show_secrets = true;
		return true;
	case OPTION_CONFIG:
		o->config = true;
		return true;
	default:
		return false;
	}
}

static bool fits_together(const struct sniff_options *o)
{
	bool to_output = o->write_file && strcmp(o->write_file, "-") == 0;
	if (o->read_file && (o->interface_count > 0 || o->promiscuous))
		return complain(_("-r: there is no interface then"));
	if (to_output && (o->live || o->config))
		return complain(_("-w -: there would be text among the frames"));
	if (to_output && isatty(STDOUT_FILENO))
		return complain(_("-w -: not to a terminal"));
	return true;
}

enum options_result options_read(struct sniff_options *ret_options, int argc, char **argv)
{
	struct sniff_options *o = ret_options;
	*o = (struct sniff_options){ .live = false };
	int option;
	while ((option = getopt_long(argc, argv, "I:Vhlpw:r:", long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(_(usage), stdout);
			return OPTIONS_DONE;
		}
		if (option == 'V') {
			puts("pppoe-sniff (Dialtone) " DIALTONE_VERSION);
			return OPTIONS_DONE;
		}
		if (option == '?') {
			fputs(_("Try 'pppoe-sniff --help'.\n"), stderr);
			return OPTIONS_WRONG;
		}
		if (!set_option(o, option, optarg))
			return OPTIONS_WRONG;
	}
	if (!fits_together(o))
		return OPTIONS_WRONG;
	if (o->interface_count == 0 && !o->read_file)
		add_interface(o, "eth0");
	return OPTIONS_GO;
}
