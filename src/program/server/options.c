/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/server/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "language/language.h"

#ifndef DIALTONE_VERSION
#define DIALTONE_VERSION "unknown"
#endif

#define MTU_MIN 576
#define MTU_MAX 1992 /* what a data path buffer holds, see data.h */

enum long_option {
	OPTION_SECRETS = 256,
	OPTION_AUTH,
	OPTION_NAME,
	OPTION_DNS,
	OPTION_MTU,
	OPTION_MAX_PAYLOAD,
	OPTION_IPV6,
	OPTION_NO_IPV6,
	OPTION_PADO_DELAY,
	OPTION_SESSIONS_PER_MAC,
	OPTION_PADI_RATE,
	OPTION_SERVICE_ANY,
	OPTION_DEVICE,
	OPTION_ECHO_INTERVAL,
	OPTION_ECHO_FAILURES,
};

static const struct option long_options[] = {
	{ "secrets", required_argument, NULL, OPTION_SECRETS },
	{ "auth", required_argument, NULL, OPTION_AUTH },
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "dns", required_argument, NULL, OPTION_DNS },
	{ "mtu", required_argument, NULL, OPTION_MTU },
	{ "max-payload", required_argument, NULL, OPTION_MAX_PAYLOAD },
	{ "ipv6", no_argument, NULL, OPTION_IPV6 },
	{ "no-ipv6", no_argument, NULL, OPTION_NO_IPV6 },
	{ "pado-delay", required_argument, NULL, OPTION_PADO_DELAY },
	{ "sessions-per-mac", required_argument, NULL, OPTION_SESSIONS_PER_MAC },
	{ "padi-rate", required_argument, NULL, OPTION_PADI_RATE },
	{ "service-any", no_argument, NULL, OPTION_SERVICE_ANY },
	{ "device", required_argument, NULL, OPTION_DEVICE },
	{ "echo-interval", required_argument, NULL, OPTION_ECHO_INTERVAL },
	{ "echo-failures", required_argument, NULL, OPTION_ECHO_FAILURES },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] = N_(
	/* xgettext:no-c-format */
	"Usage: pppoe-server -I INTERFACE [OPTION]...\n"
	"Answers PPPoE hosts on an Ethernet interface, with a PPP of its own.\n"
	"\n"
	"  -I INTERFACE            the Ethernet interface\n"
	"  -C NAME                 name of the access concentrator (default: the host's name)\n"
	"  -S SERVICE              a service offered; may be repeated\n"
	"  -L ADDRESS              our IPv4 address (default 10.0.0.1)\n"
	"  -R ADDRESS              the hosts' first IPv4 address (default 10.67.15.1)\n"
	"  -N COUNT                sessions, and addresses, at most (default 64)\n"
	"  -x, --sessions-per-mac COUNT\n"
	"                          sessions of one Ethernet address (default: no limit)\n"
	"  -F                      stay in the foreground\n"
	"      --secrets FILE      names and passwords (default /etc/ppp/chap-secrets; for PAP\n"
	"                          also /etc/ppp/pap-secrets)\n"
	"      --auth LIST         how hosts may authenticate: chap, mschap-v2, eap, pap, or none\n"
	"                          (default chap,mschap-v2,eap,pap)\n"
	"      --name NAME         our name in authentication (default: the host's name)\n"
	"      --dns A[,B]         name servers for hosts that ask\n"
	"      --mtu BYTES         longest IP packet to and from hosts\n"
	"      --max-payload BYTES beyond 1492 for hosts that ask for it (RFC 4638)\n"
	"      --no-ipv6           IPv4 alone\n"
	"      --pado-delay MS     wait before answering, to let another concentrator win\n"
	"      --padi-rate N       requests answered a second (default: no limit)\n"
	"      --service-any       accept services of any name\n"
	"      --device NAME       name of the TUN device (default pppoes%d)\n"
	"      --echo-interval S   seconds between keep-alives, 0 for none (default 20)\n"
	"      --echo-failures N   unanswered ones that end a session (default 3)\n"
	"  -h, --help; -V, --version\n");

static bool complain(const char *option, const char *value, const char *wanted)
{
	fprintf(stderr, "pppoe-server: %s %s: %s\n", option, value, wanted);
	return false;
}

static bool read_number(const char *option, const char *value, unsigned least, unsigned most,
			unsigned *ret_number)
{
	char *end, wanted[128];
	errno = 0;
	unsigned long number = strtoul(value, &end, 10);
	if (value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 && number >= least &&
	    number <= most) {
		*ret_number = (unsigned)number;
		return true;
	}
	snprintf(wanted, sizeof(wanted), _("a number from %u to %u is needed"), least, most);
	return complain(option, value, wanted);
}

static bool read_address(const char *option, const char *value, uint32_t *ret_address)
{
	struct in_addr address;
	if (inet_pton(AF_INET, value, &address) != 1 || address.s_addr == 0)
		return complain(option, value, _("an IPv4 address is needed"));
	*ret_address = ntohl(address.s_addr);
	return true;
}

static bool read_string(const char *option, const char *value, char *to, size_t capacity)
{
	if (strlen(value) >= capacity)
		return complain(option, value, _("too long"));
	memcpy(to, value, strlen(value) + 1);
	return true;
}

/* Cuts the next item off a comma-separated list. */
static bool next_item(const char **list, char *item, size_t capacity)
{
	size_t length = strcspn(*list, ",");
	if (**list == '\0' || length >= capacity)
		return false;
	memcpy(item, *list, length);
	item[length] = '\0';
	*list += length + ((*list)[length] == ',');
	return true;
}

static bool read_dns(const char *value, uint32_t ret_dns[2])
{
	const char *rest = value;
	char item[INET_ADDRSTRLEN];
	unsigned count = 0;
	while (count < 2 && next_item(&rest, item, sizeof(item)))
		if (!read_address("--dns", item, &ret_dns[count++]))
			return false;
	return (count > 0 && *rest == '\0') || complain("--dns", value, _("one or two are needed"));
}

static bool read_auth(const char *value, unsigned *ret_set)
{
	static const struct {
		const char *name;
		unsigned set;
	} methods[] = {
		{ "chap", PPP_AUTH_CHAP_MD5 },	   { "mschap-v2", PPP_AUTH_MSCHAPV2 },
		{ "eap", PPP_AUTH_EAP_MD5 },	   { "pap", PPP_AUTH_PAP },
		{ "chap-md5", PPP_AUTH_CHAP_MD5 }, { "mschapv2", PPP_AUTH_MSCHAPV2 },
	};
	const char *rest = value;
	char item[16];
	*ret_set = PPP_AUTH_NONE;
	if (strcmp(value, "none") == 0)
		return true;
	while (next_item(&rest, item, sizeof(item))) {
		unsigned set = PPP_AUTH_NONE;
		for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
			if (strcmp(item, methods[i].name) == 0)
				set = methods[i].set;
		if (set == PPP_AUTH_NONE)
			return complain("--auth", item, _("chap, mschap-v2, eap, pap or none"));
		*ret_set |= set;
	}
	return (*ret_set != 0 && *rest == '\0') ||
	       complain("--auth", value, _("chap, mschap-v2, eap, pap or none"));
}

static bool add_service(struct pppoe_concentrator_config *pppoe, const char *value)
{
	if (pppoe->service_count == PPPOE_SERVICES_MAX)
		return complain("-S", value, _("too many services"));
	char *to = pppoe->services[pppoe->service_count++];
	return read_string("-S", value, to, PPPOE_NAME_MAX + 1);
}

static bool set_interface(struct server_options *options, const char *value)
{
	if (options->interface)
		return complain("-I", value, _("only one interface; start another pppoe-server"));
	options->interface = value;
	return true;
}

static bool set_short(struct server_options *options, int option, const char *value)
{
	struct pppoe_concentrator_config *pppoe = &options->access.pppoe;
	switch (option) {
	case 'I':
		return set_interface(options, value);
	case 'C':
		return read_string("-C", value, pppoe->name, sizeof(pppoe->name));
	case 'S':
		return add_service(pppoe, value);
	case 'L':
		return read_address("-L", value, &options->local);
	case 'R':
		return read_address("-R", value, &options->remote);
	case 'N':
		return read_number("-N", value, 1, PPPOE_SESSIONS_MAX, &options->count);
	case 'F':
		options->foreground = true;
		return true;
	}
	return false;
}

static bool set_ppp(struct server_options *options, int option, const char *value)
{
	struct ppp_config *ppp = &options->access.ppp;
	unsigned number;
	switch (option) {
	case OPTION_AUTH:
		return read_auth(value, &ppp->demand);
	case OPTION_NAME:
		return read_string("--name", value, ppp->name, sizeof(ppp->name));
	case OPTION_DNS:
		return read_dns(value, ppp->offer_dns);
	case OPTION_IPV6:
	case OPTION_NO_IPV6:
		ppp->ipv6 = option == OPTION_IPV6;
		return true;
	case OPTION_ECHO_INTERVAL:
		if (!read_number("--echo-interval", value, 0, 86400, &number))
			return false;
		ppp->echo_interval_ms = number * 1000;
		return true;
	case OPTION_ECHO_FAILURES:
		return read_number("--echo-failures", value, 0, 1000, &ppp->echo_failures);
	}
	return false;
}

static bool set_pppoe(struct server_options *options, int option, const char *value)
{
	struct pppoe_concentrator_config *pppoe = &options->access.pppoe;
	unsigned number;
	switch (option) {
	case OPTION_MAX_PAYLOAD:
		if (!read_number("--max-payload", value, PPPOE_MAX_PAYLOAD_DEFAULT, MTU_MAX,
				 &number))
			return false;
		pppoe->max_payload = (uint16_t)number;
		return true;
	case OPTION_PADO_DELAY:
		return read_number("--pado-delay", value, 0, 60000, &pppoe->pado_delay_ms);
	case 'x':
	case OPTION_SESSIONS_PER_MAC:
		return read_number("--sessions-per-mac", value, 0, PPPOE_SESSIONS_MAX,
				   &pppoe->sessions_per_mac);
	case OPTION_PADI_RATE:
		return read_number("--padi-rate", value, 0, 1000000, &pppoe->padi_rate);
	case OPTION_SERVICE_ANY:
		pppoe->any_service = true;
		return true;
	}
	return false;
}

static bool set_option(struct server_options *options, int option, const char *value)
{
	switch (option) {
	case OPTION_SECRETS:
		options->secrets = value;
		return true;
	case OPTION_DEVICE:
		options->device = value;
		return value[0] != '\0' && strlen(value) < DEVICE_NAME_SIZE
			       ? true
			       : complain("--device", value,
					  _("a name of 1 to 15 bytes is needed"));
	case OPTION_MTU:
		return read_number("--mtu", value, MTU_MIN, MTU_MAX, &options->mtu);
	case OPTION_MAX_PAYLOAD:
	case OPTION_PADO_DELAY:
	case 'x':
	case OPTION_SESSIONS_PER_MAC:
	case OPTION_PADI_RATE:
	case OPTION_SERVICE_ANY:
		return set_pppoe(options, option, value);
	default:
		return option < OPTION_SECRETS ? set_short(options, option, value)
					       : set_ppp(options, option, value);
	}
}

static void set_defaults(struct server_options *options)
{
	struct access_config *access = &options->access;
	char name[65] = "dialtone";
	gethostname(name, sizeof(name) - 1);
	*options = (struct server_options){
		.device = SERVER_DEVICE_DEFAULT,
		.local = 0x0a000001,
		.remote = 0x0a430f01,
		.count = 64,
		.access = access_config_default((struct mac){ { 0 } }),
	};
	memcpy(access->pppoe.name, name, sizeof(name));
	memcpy(access->ppp.name, name, sizeof(name));
	access->ppp.demand = PPP_AUTH_ALL;
	access->ppp.ipv6 = true;
}

/* What one option can't see alone. */
static bool complete(struct server_options *options)
{
	struct access_config *access = &options->access;
	if (!options->interface)
		return complain("-I", "INTERFACE", _("is needed; -h shows all options"));
	if (options->remote > UINT32_MAX - (options->count - 1))
		return complain("-R", "ADDRESS",
				_("the range of addresses goes beyond the last one"));
	unsigned payload = access->pppoe.max_payload;
	if (payload == 0)
		payload = PPPOE_MAX_PAYLOAD_DEFAULT;
	if (options->mtu == 0 || options->mtu > payload)
		options->mtu = payload;
	access->mtu = (uint16_t)options->mtu;
	access->ppp.mru = (uint16_t)options->mtu;
	access->ppp.address = options->local;
	access->pool_first = options->remote;
	access->pppoe.sessions_max = options->count;
	return true;
}

enum options_result options_read(struct server_options *options, int argc, char **argv)
{
	set_defaults(options);
	int option;
	while ((option = getopt_long(argc, argv, "I:C:S:L:R:N:x:FhV", long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(_(usage), stdout);
			return OPTIONS_DONE;
		}
		if (option == 'V') {
			puts("pppoe-server (Dialtone) " DIALTONE_VERSION);
			return OPTIONS_DONE;
		}
		if (option == '?' || !set_option(options, option, optarg))
			return OPTIONS_WRONG;
	}
	if (optind < argc) {
		complain("pppoe-server", argv[optind], _("unexpected; -h shows all options"));
		return OPTIONS_WRONG;
	}
	return complete(options) ? OPTIONS_GO : OPTIONS_WRONG;
}
