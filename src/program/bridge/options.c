/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/bridge/options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef DIALTONE_VERSION
#define DIALTONE_VERSION "unknown"
#endif

#define MSS_MIN 536
#define MSS_MAX 1452 /* 1492 without the headers of IPv4 and TCP */

static const struct option long_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	"Usage: pppd pty 'pppoe [OPTION]...' [PPPD-OPTION]...\n"
	"       pppoe -A [OPTION]...\n"
	"Carries the PPP frames of a pppd over Ethernet.\n"
	"\n"
	"  -I INTERFACE  the Ethernet interface (default eth0)\n"
	"  -S NAME       the service; -C NAME: the access concentrator (default: any)\n"
	"  -m MSS        lower the segment size of TCP, both ways, to this many bytes\n"
	"  -T SECONDS    end after so long without traffic (default: never)\n"
	"  -t SECONDS    wait so long for the first answer; doubled twice\n"
	"  -s            synchronous PPP: give pppd its option 'sync'\n"
	"  -U            a Host-Uniq of the process number; -W VALUE: this one\n"
	"  -p FILE       write the process number to the file\n"
	"  -D FILE       write every frame to the file\n"
	"  -A            print the access concentrators that answer, and end\n"
	"  -d            open a session, print it as -e takes it, and end\n"
	"  -e ID:MAC     use this session, without discovery; with -k: end it with a PADT\n"
	"  -n            no socket for discovery: neither send nor hear PADTs (with -e)\n"
	"  -H MAC        send from this Ethernet address\n"
	"  -f DISC:SESS  the Ethernet types, in hex (default 8863:8864)\n"
	"  -h, --help; -V, --version\n";

static bool complain(const char *text)
{
	fprintf(stderr, "%s\n", text);
	return false;
}

/* All of `text` as a number from 0 to `most`. */
static bool read_number(const char *text, int base, unsigned long most, unsigned long *ret_number)
{
	char *end;
	errno = 0;
	unsigned long number = strtoul(text, &end, base);
	if (text[0] == '\0' || strchr("+- \t", text[0]) != NULL || *end != '\0' || errno != 0 ||
	    number > most)
		return false;
	*ret_number = number;
	return true;
}

/* Cuts text at the next `separator`; false if there is none. */
static bool cut(const char *text, char separator, char *head, size_t capacity,
		const char **ret_tail)
{
	const char *found = strchr(text, separator);
	size_t length = found != NULL ? (size_t)(found - text) : capacity;
	if (length >= capacity)
		return false;
	memcpy(head, text, length);
	head[length] = '\0';
	*ret_tail = found + 1;
	return true;
}

static bool read_mac(const char *text, struct mac *ret_mac)
{
	struct mac mac;
	for (unsigned i = 0; i < sizeof(mac.byte); i++) {
		char octet[3];
		unsigned long number;
		const char *tail = "";
		bool last = i + 1 == sizeof(mac.byte);
		if (last ? strlen(text) >= sizeof(octet)
			 : !cut(text, ':', octet, sizeof(octet), &tail))
			return false;
		if (!read_number(last ? text : octet, 16, 0xff, &number))
			return false;
		mac.byte[i] = (uint8_t)number;
		text = tail;
	}
	*ret_mac = mac;
	return true;
}

static bool read_session(const char *text, struct bridge_options *o)
{
	char id[8];
	const char *mac;
	unsigned long number;
	/* RFC 2516 section 4: 0xffff is reserved; 0 is of discovery. */
	if (!cut(text, ':', id, sizeof(id), &mac) || !read_number(id, 10, 0xfffe, &number) ||
	    number == 0 || !read_mac(mac, &o->session.concentrator))
		return complain("Illegal argument to -e: Should be sess:xx:yy:zz:aa:bb:cc");
	o->session.id = (uint16_t)number;
	o->has_session = true;
	return true;
}

static bool read_types(const char *text, struct bridge_options *o)
{
	char first[8];
	const char *second;
	unsigned long discovery, session;
	if (!cut(text, ':', first, sizeof(first), &second) ||
	    !read_number(first, 16, 0xffff, &discovery) ||
	    !read_number(second, 16, 0xffff, &session))
		return complain("Illegal argument to -f: Should be disc:sess in hex");
	o->discovery_type = (uint16_t)discovery;
	o->session_type = (uint16_t)session;
	return true;
}

static bool read_mss(const char *text, struct bridge_options *o)
{
	unsigned long mss = 0;
	if (!read_number(text, 10, ULONG_MAX, &mss))
		mss = 0;
	if (mss >= MSS_MIN && mss <= MSS_MAX) {
		o->mss = (uint16_t)mss;
		return true;
	}
	if (mss < MSS_MIN)
		fprintf(stderr, "-m: %lu is too low (min %d)\n", mss, MSS_MIN);
	else
		fprintf(stderr, "-m: %lu is too high (max %d)\n", mss, MSS_MAX);
	return false;
}

static bool read_seconds(const char *text, const char *complaint, unsigned *ret_seconds)
{
	unsigned long seconds;
	/* milliseconds of it must fit the clocks, doubled twice */
	if (!read_number(text, 10, 100000, &seconds))
		return complain(complaint);
	*ret_seconds = (unsigned)seconds;
	return true;
}

static bool read_name(char option, const char *text, size_t most, const char **ret_name)
{
	if (strlen(text) > most) {
		fprintf(stderr, "-%c: at most %zu bytes\n", option, most);
		return false;
	}
	*ret_name = text;
	return true;
}

static bool read_host_uniq(const char *value, struct bridge_options *o)
{
	if (o->host_uniq != NULL || o->host_uniq_of_pid)
		return complain("-U and -W are mutually-exclusive and may only be used once.");
	if (value == NULL) {
		o->host_uniq_of_pid = true;
		return true;
	}
	return read_name('W', value, PPPOE_HOST_UNIQ_MAX, &o->host_uniq);
}

/* Options without an argument. */
static bool set_flag(struct bridge_options *o, int option)
{
	switch (option) {
	case 'A':
		o->task = BRIDGE_LIST;
		return true;
	case 'd':
		o->task = BRIDGE_DISCOVER;
		return true;
	case 'k':
		o->task = BRIDGE_KILL;
		return true;
	case 's':
		o->synchronous = true;
		return true;
	case 'n':
		o->no_discovery_socket = true;
		return true;
	case 'U':
		return read_host_uniq(NULL, o);
	default:
		return false;
	}
}

static bool set_option(struct bridge_options *o, int option, const char *value)
{
	switch (option) {
	case 'I':
		o->interface = value;
		return true;
	case 'D':
		o->log_file = value;
		return true;
	case 'p':
		o->pid_file = value;
		return true;
	case 'S':
		return read_name('S', value, PPPOE_NAME_MAX, &o->service);
	case 'C':
		return read_name('C', value, PPPOE_NAME_MAX, &o->concentrator);
	case 'W':
		return read_host_uniq(value, o);
	case 'T':
		return read_seconds(value, "Illegal argument to -T: Should be -T timeout",
				    &o->inactivity_s);
	case 't':
		return read_seconds(value, "Illegal argument to -t: Should be -t timeout",
				    &o->discovery_s);
	case 'm':
		return read_mss(value, o);
	case 'e':
		return read_session(value, o);
	case 'f':
		return read_types(value, o);
	case 'H':
		return read_mac(value, &o->address) ||
		       complain("Illegal argument to -H: Should be XX:XX:XX:XX:XX:XX in hex");
	default:
		return set_flag(o, option);
	}
}

static bool fits_together(const struct bridge_options *o)
{
	if (o->task == BRIDGE_KILL && !o->has_session)
		return complain("-k: the session must be given by -e");
	if (o->task == BRIDGE_KILL && o->no_discovery_socket)
		return complain("-k: a PADT can not be sent with -n");
	if (mac_is_group(o->address))
		return complain("-H: a group address can not be a source");
	return true;
}

enum options_result options_read(struct bridge_options *ret_options, int argc, char **argv)
{
	*ret_options = (struct bridge_options){
		.interface = "eth0",
		.discovery_type = ETHERNET_PPPOE_DISCOVERY,
		.session_type = ETHERNET_PPPOE_SESSION,
	};
	int option;
	while ((option = getopt_long(argc, argv, "I:VAT:D:hS:C:UW:sm:np:e:kdf:t:H:", long_options,
				     NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return OPTIONS_DONE;
		}
		if (option == 'V') {
			puts("pppoe (Dialtone) " DIALTONE_VERSION);
			return OPTIONS_DONE;
		}
		if (option == '?') {
			fputs("Try 'pppoe --help'.\n", stderr);
			return OPTIONS_WRONG;
		}
		if (!set_option(ret_options, option, optarg))
			return OPTIONS_WRONG;
	}
	return fits_together(ret_options) ? OPTIONS_GO : OPTIONS_WRONG;
}
