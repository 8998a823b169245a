/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/discovery/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "discover/vlans.h"
#include "language/language.h"

#define WAIT_S 5
#define WAIT_S_MAX 100000 /* the milliseconds of it fit into 32 bits */
#define ATTEMPTS 3

enum { OPTION_ALL = 256, OPTION_JSON, OPTION_VLAN };

static const struct option long_options[] = {
	{ "all", no_argument, NULL, OPTION_ALL },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "vlan", required_argument, NULL, OPTION_VLAN },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	N_("Usage: pppoe-discovery [OPTION]...\n"
	   "Asks which PPPoE access concentrators are there; no session is opened.\n"
	   "\n"
	   "  -I INTERFACE   an Ethernet interface (eth0); may be given again.  eth0.7: in\n"
	   "                 VLAN 7 of eth0, with or without a device for it\n"
	   "      --all      every Ethernet interface\n"
	   "      --vlan ID  in these VLANs: 7, or 7,35, or 1-4094; 0 is without a tag\n"
	   "  -S NAME        a concentrator with this service; -C NAME: of this name\n"
	   "  -t SECONDS     wait so long for answers (default 5)\n"
	   "  -a TIMES       ask so often if there is none (default 3)\n"
	   "  -Q             print nothing, and end with the first answer\n"
	   "      --json     print a list of objects, the fastest first\n"
	   "  -U             ask with a Host-Uniq of the process number; -W HEX: this one\n"
	   "  -D FILE        write every frame to the file\n"
	   "  -A, -n         nothing: for scripts that give them\n"
	   "  -h, --help; -V, --version\n"
	   "\n"
	   "Exit code: 0 somebody who was asked for answered, 1 nobody, or wrong usage.\n");

static bool complain(const char *text)
{
	fprintf(stderr, "%s\n", text);
	return false;
}

/* As atoi(3), which is what scripts have been read by; a number below `least` is `least`. */
static bool read_number(const char *text, unsigned least, unsigned most, unsigned *ret_number)
{
	char *end;
	long number = strtol(text, &end, 10);
	if (end == text)
		return false;
	*ret_number = number < (long)least ? least : number > (long)most ? most : (unsigned)number;
	return true;
}

static bool read_name(char option, const char *text, char to[PPPOE_NAME_MAX + 1])
{
	size_t length = strlen(text);
	if (length > PPPOE_NAME_MAX) {
		fprintf(stderr, _("-%c: at most %d bytes\n"), option, PPPOE_NAME_MAX);
		return false;
	}
	memcpy(to, text, length + 1);
	return true;
}

static bool read_hex(const char *text, uint8_t to[PPPOE_HOST_UNIQ_MAX], size_t *ret_length)
{
	size_t length = strlen(text);
	if (length == 0 || length % 2 != 0 || length / 2 > PPPOE_HOST_UNIQ_MAX ||
	    strspn(text, "0123456789abcdefABCDEF") != length)
		return false;
	for (size_t i = 0; i < length / 2; i++) {
		const char pair[3] = { text[2 * i], text[2 * i + 1], '\0' };
		to[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	*ret_length = length / 2;
	return true;
}

/* text: hexadecimal digits; NULL: the process's number, in the bytes that pppd would send. */
static bool set_host_uniq(struct pppoe_survey_config *survey, const char *text)
{
	const pid_t pid = getpid();
	if (!survey->without_host_uniq)
		return complain("-U and -W are mutually exclusive");
	survey->without_host_uniq = false;
	if (text) {
		if (read_hex(text, survey->host_uniq, &survey->host_uniq_length))
			return true;
		fprintf(stderr, "Invalid host-uniq argument: %s\n", text);
		return false;
	}
	memcpy(survey->host_uniq, &pid, sizeof(pid));
	survey->host_uniq_length = sizeof(pid);
	return true;
}

static bool add_interface(struct discovery_options *o, const char *name)
{
	if (o->interface_count == DISCOVER_PORTS)
		return complain(_("too many interfaces"));
	o->interface[o->interface_count++] = name;
	return true;
}

/* Options without an argument. */
static bool set_flag(struct discovery_options *o, int option)
{
	switch (option) {
	case OPTION_ALL:
		o->all = true;
		return true;
	case OPTION_JSON:
		o->json = true;
		return true;
	case 'Q':
		o->quiet = true;
		return true;
	case 'U':
		return set_host_uniq(&o->survey, NULL);
	case 'A':
	case 'n':
		return true;
	default:
		return false;
	}
}

static bool set_option(struct discovery_options *o, int option, const char *value)
{
	unsigned seconds;
	switch (option) {
	case 'I':
		return add_interface(o, value);
	case OPTION_VLAN:
		return vlans_read(value, &o->vlans) ||
		       complain(_("--vlan: numbers from 0 to 4094, as in 7,35 or 1-4094"));
	case 'D':
		o->log_file = value;
		return true;
	case 'S':
		o->survey.has_service_name = true;
		return read_name('S', value, o->survey.service_name);
	case 'C':
		return read_name('C', value, o->survey.concentrator_name);
	case 'W':
		return set_host_uniq(&o->survey, value);
	case 't':
		if (!read_number(value, 1, WAIT_S_MAX, &seconds))
			return complain("Illegal argument to -t: Should be -t timeout");
		o->survey.wait_ms = seconds * 1000;
		return true;
	case 'a':
		return read_number(value, 1, UINT8_MAX, &o->survey.attempts) ||
		       complain("Illegal argument to -a: Should be -a attempts");
	default:
		return set_flag(o, option);
	}
}

enum options_result options_read(struct discovery_options *ret_options, int argc, char **argv)
{
	struct discovery_options *o = ret_options;
	*o = (struct discovery_options){
		.vlans = { .id = { PPPOE_SURVEY_UNTAGGED }, .count = 1 },
		.survey = { .without_host_uniq = true,
			    .wait_ms = WAIT_S * 1000,
			    .attempts = ATTEMPTS },
	};
	int option;
	while ((option = getopt_long(argc, argv, "I:D:VUQS:C:W:t:a:Anh", long_options, NULL)) !=
	       -1) {
		if (option == 'h') {
			fputs(_(usage), stdout);
			return OPTIONS_DONE;
		}
		if (option == 'V') {
			puts("pppoe-discovery (Dialtone) " DIALTONE_VERSION);
			return OPTIONS_DONE;
		}
		if (option == '?') {
			fputs(_("Try 'pppoe-discovery --help'.\n"), stderr);
			return OPTIONS_WRONG;
		}
		if (!set_option(o, option, optarg))
			return OPTIONS_WRONG;
	}
	if (o->interface_count == 0 && !o->all)
		add_interface(o, "eth0");
	return OPTIONS_GO;
}
