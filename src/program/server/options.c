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
	OPTION_PADI_RATE,
	OPTION_PADI_RATE_PER_MAC,
	OPTION_DIALLING,
	OPTION_SERVICE_ANY,
	OPTION_DEVICE,
	OPTION_ECHO_INTERVAL,
	OPTION_ECHO_FAILURES,
	OPTION_RATE,
	OPTION_IDLE_TIMEOUT,
	OPTION_SESSION_TIMEOUT,
	OPTION_CONTROL,
	OPTION_GROUP,
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
	{ "sessions-per-mac", required_argument, NULL, 'x' },
	{ "padi-rate", required_argument, NULL, OPTION_PADI_RATE },
	{ "padi-rate-per-mac", required_argument, NULL, OPTION_PADI_RATE_PER_MAC },
	{ "dialling", required_argument, NULL, OPTION_DIALLING },
	{ "service-any", no_argument, NULL, OPTION_SERVICE_ANY },
	{ "device", required_argument, NULL, OPTION_DEVICE },
	{ "echo-interval", required_argument, NULL, OPTION_ECHO_INTERVAL },
	{ "echo-failures", required_argument, NULL, OPTION_ECHO_FAILURES },
	{ "rate", required_argument, NULL, OPTION_RATE },
	{ "idle-timeout", required_argument, NULL, OPTION_IDLE_TIMEOUT },
	{ "session-timeout", required_argument, NULL, OPTION_SESSION_TIMEOUT },
	{ "control", required_argument, NULL, OPTION_CONTROL },
	{ "group", required_argument, NULL, OPTION_GROUP },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

#define SHORT_OPTIONS "I:T:C:m:L:lR:S:O:p:N:o:f:sX:q:Q:urdx:PiM:H:kFhV"

/* Of a concentrator that starts a pppd for each session. */
static const struct {
	char letter;
	const char *why;
} without_effect[] = {
	{ 'l', N_("one address of ours serves all sessions") },
	{ 's', N_("there is no serial line to a pppd") },
	{ 'q', N_("no pppd is started") },
	{ 'Q', N_("no pppoe is started") },
	{ 'u', N_("all sessions share one device") },
	{ 'k', N_("the kernel's PPPoE is not used") },
	{ 'd', N_("sessions are always logged") },
	{ 'i', N_("it is always so") },
};

static const char usage[] =
	N_(/* xgettext:no-c-format */
	   "Usage: pppoe-server [OPTION]...\n"
	   "A PPPoE concentrator with a PPP of its own.  More: man pppoe-server.\n"
	   "\n"
	   "  -I INTERFACE[:VLANS]  where hosts are (eth0); VLANs: any, or 0,100-200,300\n"
	   "  -C NAME, -S SERVICE   the concentrator's name; a service that is offered\n"
	   "  -L IP, -R IP          our address (10.0.0.1); the first host's (10.67.15.1)\n"
	   "  -N COUNT, -x COUNT    sessions at most (64); of one Ethernet address\n"
	   "  -p FILE, -P           hosts' addresses instead of -R and -N; only check them\n"
	   "  -O FILE, -X FILE      pppd's options; our pid file\n"
	   "  -m BYTES, -T SECONDS  clamp TCP's MSS; end a session that is silent\n"
	   "  -o NUMBER, -r         session ids from NUMBER + 1 on; at random\n"
	   "  -M TEXT, -H URL       a message, an address for each new session\n"
	   "  -f DISC:SESS          Ethernet frame types, hexadecimal (8863:8864)\n"
	   "  -F                    stay in the foreground, and log to stderr\n"
	   "  --secrets FILE        names and passwords (/etc/ppp/chap-secrets, pap-secrets)\n"
	   "  --auth LIST           chap, mschap-v2, eap, pap (all of them), or none\n"
	   "  --dns A[,B]           name servers for hosts that ask\n"
	   "  --rate DOWN/UP        bits a second of each session: 100M/20M\n"
	   "  --idle-timeout S, --session-timeout S\n"
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

/* Cuts a range `A` or `A-B`, or `any`, off a list of VLANs. */
static bool next_vlans(const char **list, struct packet_vlan_range *ret_range)
{
	char item[16];
	unsigned first, last;
	if (!next_item(list, item, sizeof(item)))
		return false;
	if (strcmp(item, "any") == 0) {
		*ret_range = (struct packet_vlan_range){ 0, PORT_VLAN_LAST };
		return true;
	}
	char *dash = strchr(item, '-');
	if (dash)
		*dash = '\0';
	if (!read_number("-I", item, 0, PORT_VLAN_LAST, &first))
		return false;
	last = first;
	if (dash && !read_number("-I", dash + 1, first, PORT_VLAN_LAST, &last))
		return false;
	*ret_range = (struct packet_vlan_range){ (uint16_t)first, (uint16_t)last };
	return true;
}

static bool read_vlans(const char *value, const char *list, struct packet_vlans *ret_vlans)
{
	if (!list) {
		*ret_vlans = (struct packet_vlans){ 1, { { 0, 0 } } };
		return true;
	}
	*ret_vlans = (struct packet_vlans){ .count = 0 };
	while (ret_vlans->count < PACKET_VLAN_RANGES_MAX &&
	       next_vlans(&list, &ret_vlans->range[ret_vlans->count]))
		ret_vlans->count++;
	return (ret_vlans->count > 0 && *list == '\0') ||
	       complain("-I", value, _("behind the colon: any, or VLANs 0 (none) to 4094"));
}

static bool add_interface(struct server_options *options, const char *value)
{
	const char *colon = strchr(value, ':');
	size_t length = colon ? (size_t)(colon - value) : strlen(value);
	struct server_interface *interface = &options->interfaces[options->interface_count];
	if (options->interface_count == PORT_INTERFACES_MAX)
		return complain("-I", value, _("too many interfaces"));
	if (length == 0 || length >= sizeof(interface->name))
		return complain("-I", value, _("a name of 1 to 15 bytes is needed"));
	memcpy(interface->name, value, length);
	interface->name[length] = '\0';
	for (unsigned i = 0; i < options->interface_count; i++)
		if (strcmp(options->interfaces[i].name, interface->name) == 0)
			return complain("-I", value,
					_("it is there already; VLANs go in one list"));
	options->interface_count++;
	return read_vlans(value, colon ? colon + 1 : NULL, &interface->vlans);
}

static bool read_types(struct server_options *options, const char *value)
{
	char *end;
	unsigned long discovery = strtoul(value, &end, 16), session = 0;
	bool good = end != value && *end == ':';
	if (good) {
		const char *second = end + 1;
		session = strtoul(second, &end, 16);
		good = end != second && *end == '\0';
	}
	if (!good || discovery < 0x600 || discovery > 0xffff || session < 0x600 ||
	    session > 0xffff || discovery == session)
		return complain("-f", value, _("two different types are needed, as 8863:8864"));
	options->discovery_type = (uint16_t)discovery;
	options->session_type = (uint16_t)session;
	return true;
}

/* Bits a second, with K, M or G behind the number; 0 for no limit. */
static bool read_rate(const char *value, size_t length, uint64_t *ret_bytes)
{
	char *end;
	errno = 0;
	unsigned long long bits = strtoull(value, &end, 10);
	unsigned long long unit = 1;
	if (value[0] < '0' || value[0] > '9' || errno != 0 || bits > UINT32_MAX)
		return false;
	if (*end == 'K' || *end == 'k')
		unit = 1000;
	else if (*end == 'M' || *end == 'm')
		unit = 1000000;
	else if (*end == 'G' || *end == 'g')
		unit = 1000000000;
	end += unit > 1;
	*ret_bytes = bits * unit / 8;
	return end == value + length && (bits == 0 || *ret_bytes > 0);
}

static bool read_rates(const char *value, struct access_limits *limits)
{
	const char *slash = strchr(value, '/');
	if (slash && read_rate(value, (size_t)(slash - value), &limits->down_rate) &&
	    read_rate(slash + 1, strlen(slash + 1), &limits->up_rate))
		return true;
	return complain("--rate", value, _("two rates are needed, as 100M/20M (0: no limit)"));
}

static bool say_without_effect(int option)
{
	for (size_t i = 0; i < sizeof(without_effect) / sizeof(without_effect[0]); i++)
		if (without_effect[i].letter == option)
			fprintf(stderr, _("pppoe-server: -%c has no effect: %s\n"), option,
				_(without_effect[i].why));
	return true;
}

static bool set_url(struct pppoe_concentrator_config *pppoe, const char *value)
{
	if (strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0)
		return complain("-H", value, _("it must begin with http:// or https://"));
	return read_string("-H", value, pppoe->url, sizeof(pppoe->url));
}

static bool set_discovery(struct server_options *options, int option, const char *value)
{
	struct pppoe_concentrator_config *pppoe = &options->access.pppoe;
	unsigned number = 0;
	switch (option) {
	case 'C':
		return read_string("-C", value, pppoe->name, sizeof(pppoe->name));
	case 'S':
		return add_service(pppoe, value);
	case 'M':
		return read_string("-M", value, pppoe->message, sizeof(pppoe->message));
	case 'H':
		return set_url(pppoe, value);
	case 'r':
		pppoe->random_ids = true;
		return true;
	case 'o':
		if (!read_number("-o", value, 0, PPPOE_SESSIONS_MAX - 1, &number))
			return false;
		pppoe->first_id = (uint16_t)(number + 1);
		return true;
	case 'f':
		return read_types(options, value);
	}
	return say_without_effect(option);
}

static bool set_short(struct server_options *options, int option, const char *value)
{
	unsigned number = 0;
	switch (option) {
	case 'I':
		return add_interface(options, value);
	case 'L':
		return read_address("-L", value, &options->local);
	case 'R':
		return read_address("-R", value, &options->remote);
	case 'N':
		return read_number("-N", value, 1, PPPOE_SESSIONS_MAX, &options->count);
	case 'T':
		return read_number("-T", value, 0, INT32_MAX, &options->access.limits.silence_s);
	case 'm':
		if (!read_number("-m", value, 0, MTU_MAX, &number))
			return false;
		options->mss = (uint16_t)number;
		return true;
	case 'O':
		return true; /* read before */
	case 'p':
		options->pool_file = value;
		return true;
	case 'P':
		options->check_pool = true;
		return true;
	case 'X':
		options->pid_file = value;
		return true;
	case 'F':
		options->foreground = true;
		return true;
	}
	return set_discovery(options, option, value);
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
		return read_number("--sessions-per-mac", value, 0, PPPOE_SESSIONS_MAX,
				   &pppoe->sessions_per_mac);
	case OPTION_PADI_RATE:
		return read_number("--padi-rate", value, 0, 1000000, &pppoe->padi_rate);
	case OPTION_PADI_RATE_PER_MAC:
		return read_number("--padi-rate-per-mac", value, 0, 1000000,
				   &pppoe->padi_rate_per_mac);
	case OPTION_SERVICE_ANY:
		pppoe->any_service = true;
		return true;
	}
	return false;
}

static bool set_limit(struct server_options *options, int option, const char *value)
{
	struct access_limits *limits = &options->access.limits;
	switch (option) {
	case OPTION_DIALLING:
		return read_number("--dialling", value, 0, PPPOE_SESSIONS_MAX,
				   &options->access.dialling_max);
	case OPTION_RATE:
		return read_rates(value, limits);
	case OPTION_IDLE_TIMEOUT:
		return read_number("--idle-timeout", value, 0, INT32_MAX, &limits->idle_s);
	case OPTION_SESSION_TIMEOUT:
		return read_number("--session-timeout", value, 0, INT32_MAX, &limits->session_s);
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
	case OPTION_PADI_RATE:
	case OPTION_PADI_RATE_PER_MAC:
	case OPTION_SERVICE_ANY:
		return set_pppoe(options, option, value);
	case OPTION_DIALLING:
	case OPTION_RATE:
	case OPTION_IDLE_TIMEOUT:
	case OPTION_SESSION_TIMEOUT:
		return set_limit(options, option, value);
	case OPTION_CONTROL:
		options->control = value;
		return strlen(value) < DEVICE_NAME_SIZE && !strchr(value, '/') && value[0] != '.'
			       ? true
			       : complain("--control", value,
					  _("a name of at most 15 bytes is needed"));
	case OPTION_GROUP:
		options->group = value;
		return true;
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
		.discovery_type = ETHERNET_PPPOE_DISCOVERY,
		.session_type = ETHERNET_PPPOE_SESSION,
		.access = access_config_default((struct mac){ { 0 } }),
	};
	memcpy(access->pppoe.name, name, sizeof(name));
	memcpy(access->ppp.name, name, sizeof(name));
	access->ppp.demand = PPP_AUTH_ALL;
	access->ppp.ipv6 = true;
	access->pppoe.padi_rate_per_mac = 20;
	access->dialling_max = 10000; /* a second of what one core sets up */
}

static bool complete_pool(struct server_options *options)
{
	struct access_config *access = &options->access;
	_Static_assert(sizeof(struct address_range) == sizeof(struct access_range), "the same");
	if (options->pool_file) {
		if (!options_read_pool(options))
			return false;
		options->count = options->pool.count < PPPOE_SESSIONS_MAX ? options->pool.count
									  : PPPOE_SESSIONS_MAX;
		access->pool = (const struct access_range *)(const void *)options->pool.range;
		access->pool_ranges = (uint32_t)options->pool.ranges;
		return true;
	}
	if (options->remote > UINT32_MAX - (options->count - 1))
		return complain("-R", "ADDRESS",
				_("the range of addresses goes beyond the last one"));
	options->range = (struct access_range){ options->remote, options->count };
	access->pool = &options->range;
	access->pool_ranges = 1;
	return true;
}

/* What one option can't see alone. */
static bool complete(struct server_options *options)
{
	struct access_config *access = &options->access;
	if (options->interface_count == 0 && !add_interface(options, "eth0"))
		return false;
	for (unsigned i = 0; i < options->interface_count && options->interface_count > 1; i++)
		memcpy(access->interface_name[i], options->interfaces[i].name,
		       sizeof(access->interface_name[i]));
	unsigned payload = access->pppoe.max_payload;
	if (payload == 0)
		payload = PPPOE_MAX_PAYLOAD_DEFAULT;
	if (options->mtu == 0 || options->mtu > payload)
		options->mtu = payload;
	access->mtu = (uint16_t)options->mtu;
	access->ppp.mru = (uint16_t)options->mtu;
	access->ppp.address = options->local;
	access->pppoe.sessions_max = options->count;
	return true;
}

static enum options_result read_line(struct server_options *options, int argc, char **argv)
{
	int option;
	optind = 1;
	while ((option = getopt_long(argc, argv, SHORT_OPTIONS, long_options, NULL)) != -1) {
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
	if (optind == argc)
		return OPTIONS_GO;
	complain("pppoe-server", argv[optind], _("unexpected; -h shows all options"));
	return OPTIONS_WRONG;
}

/* The options file comes first, so that the command line has the last word. */
static void find_options_file(struct server_options *options, int argc, char **argv)
{
	int option;
	opterr = 0;
	while ((option = getopt_long(argc, argv, SHORT_OPTIONS, long_options, NULL)) != -1)
		if (option == 'O')
			options->options_file = optarg;
	opterr = 1;
}

static enum options_result check_pool(const struct server_options *options)
{
	if (!options->pool_file) {
		complain("-P", "", _("needs -p FILE"));
		return OPTIONS_WRONG;
	}
	printf(_("%s: %u addresses\n"), options->pool_file, options->pool.count);
	return OPTIONS_DONE;
}

enum options_result options_read(struct server_options *options, int argc, char **argv)
{
	set_defaults(options);
	find_options_file(options, argc, argv);
	bool file = options_read_file(options);
	enum options_result result = read_line(options, argc, argv);
	if (result != OPTIONS_GO)
		return result;
	if (!complete_pool(options))
		return options->pool_file ? OPTIONS_FAILED : OPTIONS_WRONG;
	if (options->check_pool)
		return check_pool(options);
	if (!complete(options))
		return OPTIONS_WRONG;
	return file ? OPTIONS_GO : OPTIONS_FAILED;
}

void options_done(struct server_options *options)
{
	address_pool_free(&options->pool);
}
