/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/line_config.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/shell_line.h"
#include "language/language.h"

static const char *const firewall_names[] = {
	[LINE_CONFIG_FIREWALL_NONE] = "NONE",
	[LINE_CONFIG_FIREWALL_STANDALONE] = "STANDALONE",
	[LINE_CONFIG_FIREWALL_MASQUERADE] = "MASQUERADE",
};

static const char *const dns_type_names[] = {
	[LINE_CONFIG_DNS_SERVER] = "SERVER",
	[LINE_CONFIG_DNS_SPECIFY] = "SPECIFY",
	[LINE_CONFIG_DNS_NOCHANGE] = "NOCHANGE",
};

static const char *const engine_names[] = {
	[LINE_CONFIG_ENGINE_UNSAID] = "",
	[LINE_CONFIG_ENGINE_BUILTIN] = "builtin",
	[LINE_CONFIG_ENGINE_PPPD] = "pppd",
};

const char *const line_config_auth_names[] = { "pap", "chap", "mschap-v2", "eap", NULL };

enum kind {
	KIND_TEXT,
	KIND_INTERFACE, /* a text that the kernel takes for a device's name */
	KIND_FILE_NAME, /* a text that can name a file in a folder */
	KIND_BOOL,
	KIND_NUMBER,
	KIND_MAC,
	KIND_HEX,
	KIND_IPV4,
	KIND_ADDRESS, /* of IPv4 or IPv6, kept as the text it has in the end */
	KIND_AUTH,
	KIND_FIREWALL,
	KIND_DNS_TYPE,
	KIND_ENGINE,
	KIND_DEMAND, /* no, or seconds */
	KIND_CLAMP, /* no, auto, or a number */
	KIND_UNIT, /* a number that makes the name of the device */
	KIND_ACCEPTED, /* known to others, or for a later day: read and not used */
};

struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	unsigned least, most; /* of a number; most also the room of a text */
	const char *note; /* of an accepted key: why it has no effect */
	bool aside; /* the line itself does not look at it: pppoe-start or the keeper does */
};

#define AT(field) offsetof(struct line_config, field)
#define ACCEPTED(name, note) \
	{ \
		name, KIND_ACCEPTED, 0, 0, 0, note \
	}

/* clang-format off */
static const struct key keys[] = {
	{ "ETH",              KIND_INTERFACE, AT(interface), 1, 15 },
	{ "VLAN",             KIND_NUMBER, AT(vlan), 1, 4094 },
	{ "NETNS",            KIND_FILE_NAME, AT(network), 0, 255 },
	{ "USER",             KIND_TEXT,   AT(user), 0, 255 },
	{ "DEVICE",           KIND_INTERFACE, AT(device), 0, 15 },
	{ "SERVICENAME",      KIND_TEXT,   AT(service_name), 0, 255 },
	{ "ACNAME",           KIND_TEXT,   AT(concentrator_name), 0, 255 },
	{ "ACMAC",            KIND_MAC,    AT(concentrator_address), 0, 0 },
	{ "HOST_UNIQ",        KIND_HEX,    AT(host_uniq), 0, 128 },
	{ "DEFROUTE",         KIND_BOOL,   AT(default_route), 0, 0 },
	{ "DEFAULTROUTE",     KIND_BOOL,   AT(default_route), 0, 0 },
	{ "METRIC",           KIND_NUMBER, AT(metric), 0, INT_MAX },
	{ "IPV6INIT",         KIND_BOOL,   AT(ipv6), 0, 0 },
	{ "IPV6_DEFROUTE",    KIND_BOOL,   AT(ipv6_default_route), 0, 0 },
	{ "PEERDNS",          KIND_BOOL,   AT(peer_dns), 0, 0 },
	{ "USEPEERDNS",       KIND_BOOL,   AT(peer_dns), 0, 0 },
	{ "DNSTYPE",          KIND_DNS_TYPE, AT(dns_type), 0, 0 },
	{ "DNS1",             KIND_ADDRESS, AT(dns[0]), 0, 0 },
	{ "DNS2",             KIND_ADDRESS, AT(dns[1]), 0, 0 },
	{ "DEFAULT_ROUTES_FILE", KIND_TEXT, AT(default_routes_file), 0, 255 },
	{ "HOOK_TIMEOUT",     KIND_NUMBER, AT(hook_timeout_s), 1, 86400 },
	{ "AUTH_HOOKS",       KIND_BOOL,   AT(auth_hooks), 0, 0 },
	{ "LCP_INTERVAL",     KIND_NUMBER, AT(echo_interval_s), 0, 86400 },
	{ "LCP_FAILURE",      KIND_NUMBER, AT(echo_failures), 0, 1000 },
	{ "LCP_ADAPTIVE",     KIND_BOOL,   AT(echo_adaptive), 0, 0 },
	{ "MTU",              KIND_NUMBER, AT(mtu), 128, 1500 },
	{ "MRU",              KIND_NUMBER, AT(mru), 128, 1500 },
	{ "UNIT",             KIND_UNIT,   AT(device), 0, 32767 },
	{ "FIREWALL",         KIND_FIREWALL, AT(firewall), 0, 0 },
	{ "CLAMPMSS",         KIND_CLAMP,  AT(clamp_mss), 88, 1460 },
	{ "IPADDR",           KIND_IPV4,   AT(address), 0, 0 },
	{ "AUTH",             KIND_AUTH,   AT(auth), 0, 0 },
	{ "RETRY_ON_FAILURE", KIND_BOOL,   AT(persist), 0, 0 },
	{ "PIDFILE",          KIND_TEXT,   AT(pid_file), 0, 255 },
	{ "SECRETS",          KIND_TEXT,   AT(secrets), 0, 255 },
	{ "CONNECT_TIMEOUT",  KIND_NUMBER, AT(connect_timeout_s), 0, 86400, NULL, true },
	{ "CONNECT_POLL",     KIND_NUMBER, AT(connect_poll_s), 0, 86400, NULL, true },
	{ "PING",             KIND_TEXT,   AT(ping), 0, 255, NULL, true },
	{ "FORCEPING",        KIND_TEXT,   AT(force_ping), 0, 255, NULL, true },
	{ "TYPE",             KIND_TEXT,   AT(type), 0, 255, NULL, true },
	{ "ONBOOT",           KIND_BOOL,   AT(on_boot), 0, 0, NULL, true },
	{ "CHECK_INTERVAL",   KIND_NUMBER, AT(check_interval_s), 0, 86400, NULL, true },
	{ "ENGINE",           KIND_ENGINE, AT(engine), 0, 0 },
	{ "LINUX_PLUGIN",     KIND_TEXT,   AT(plugin), 0, 255 },
	{ "PPPD",             KIND_TEXT,   AT(pppd), 0, 255 },
	{ "PPPOE",            KIND_TEXT,   AT(pppoe), 0, 255 },
	{ "PPPD_EXTRA",       KIND_TEXT,   AT(pppd_extra), 0, 255 },
	{ "PPPOE_EXTRA",      KIND_TEXT,   AT(pppoe_extra), 0, 255 },
	{ "PPPOE_TIMEOUT",    KIND_NUMBER, AT(pppoe_timeout_s), 0, 86400 },
	{ "SYNCHRONOUS",      KIND_BOOL,   AT(synchronous), 0, 0 },
	{ "DEMAND",           KIND_DEMAND, AT(demand_idle_s), 0, INT_MAX },

	ACCEPTED("USERCTL", "who may bring a line up is for the host's own rules to say"),
	ACCEPTED("BOOTPROTO", "a PPPoE line is always dialled"),
	ACCEPTED("NAME", "a name for people"),
	ACCEPTED("PROVIDER", "a name for people"),
	ACCEPTED("OVERRIDE_PPPD_COMMAND", "nothing in the file is executed"),
	ACCEPTED("NONROOT", "for a wrapper that rp-pppoe had"),
	ACCEPTED("DEBUG", "the log always says what happened"),
	ACCEPTED("CONFIG", "set by scripts"),
	ACCEPTED("PERSIST", "RETRY_ON_FAILURE says it"),
	ACCEPTED("IDLETIMEOUT", "for DEMAND"),
	ACCEPTED("IPV6_PEERDNS", "for what looks after the resolver"),
	ACCEPTED("NM_CONTROLLED", "for NetworkManager"),
	ACCEPTED("UUID", "for NetworkManager"),
	ACCEPTED("ZONE", "for firewalld"),
	ACCEPTED("HWADDR", "ETH names the interface"),
};
/* clang-format on */

struct line_config line_config_default(void)
{
	return (struct line_config){
		.base = "pppoe.conf",
		.default_route = true,
		.peer_dns = true,
		.echo_interval_s = 20,
		.echo_failures = 3,
		.mtu = 1492,
		.auth = 15,
		.persist = true,
		.connect_timeout_s = 60,
		.connect_poll_s = 6,
		.ping = ".",
		.default_routes_file = "/etc/default-routes",
		.hook_timeout_s = 60,
		.check_interval_s = 120,
		.pppd = "/usr/sbin/pppd",
		.pppoe = "/usr/sbin/pppoe",
		.pppoe_timeout_s = 80,
	};
}

void line_config_set_base(struct line_config *config, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	snprintf(config->base, sizeof(config->base), "%s", name);
	char folder[PATH_MAX], resolved[PATH_MAX] = "";
	int length = snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
	config->path[0] = '\0';
	if (length < 0 || (size_t)length >= sizeof(folder) ||
	    !realpath(length > 0 ? folder : ".", resolved))
		return;
	size_t end = strlen(resolved);
	if (resolved[end - 1] == '/') /* the root */
		end--;
	if (end + 1 + strlen(name) >= sizeof(config->path))
		return;
	memcpy(config->path, resolved, end);
	config->path[end] = '/';
	memcpy(config->path + end + 1, name, strlen(name) + 1);
}

#define KEYS (sizeof(keys) / sizeof(keys[0]))
static_assert(KEYS <= LINE_CONFIG_KEYS, "room for where each was given");

static bool is_same(const struct key *key, const void *a, const void *b)
{
	switch (key->kind) {
	case KIND_ACCEPTED:
		return true;
	case KIND_TEXT:
	case KIND_INTERFACE:
	case KIND_FILE_NAME:
	case KIND_HEX:
	case KIND_ADDRESS:
	case KIND_UNIT:
		return strcmp(a, b) == 0;
	case KIND_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case KIND_MAC:
		return mac_equal(*(const struct mac *)a, *(const struct mac *)b);
	case KIND_IPV4:
		return *(const uint32_t *)a == *(const uint32_t *)b;
	case KIND_FIREWALL:
		return *(const enum line_config_firewall *)a ==
		       *(const enum line_config_firewall *)b;
	case KIND_DNS_TYPE:
		return *(const enum line_config_dns_type *)a ==
		       *(const enum line_config_dns_type *)b;
	case KIND_ENGINE:
		return *(const enum line_config_engine *)a == *(const enum line_config_engine *)b;
	case KIND_NUMBER:
	case KIND_AUTH:
	case KIND_CLAMP:
	case KIND_DEMAND:
		return *(const unsigned *)a == *(const unsigned *)b;
	}
	return false;
}

bool line_config_same_line(const struct line_config *a, const struct line_config *b)
{
	for (size_t i = 0; i < KEYS; i++)
		if (!keys[i].aside && !is_same(&keys[i], (const char *)a + keys[i].offset,
					       (const char *)b + keys[i].offset))
			return false;
	/* What only files of pppd's options say has no key of its own, nor has half of a key. */
	return a->demand == b->demand && a->device_is_unit == b->device_is_unit &&
	       a->from_pppd == b->from_pppd && strcmp(a->ip_parameter, b->ip_parameter) == 0 &&
	       strcmp(a->link_name, b->link_name) == 0 && strcmp(a->base, b->base) == 0;
}

const char *line_config_key_name(size_t index)
{
	return index < KEYS ? keys[index].name : NULL;
}

const char *line_config_key_note(size_t index)
{
	return index < KEYS ? keys[index].note : NULL;
}

static void write_auth(unsigned set, char to[LINE_CONFIG_TEXT])
{
	int length = 0;
	for (unsigned i = 0; line_config_auth_names[i]; i++)
		if (set & 1u << i)
			length += snprintf(to + length, LINE_CONFIG_TEXT - (size_t)length, "%s%s",
					   length > 0 ? "," : "", line_config_auth_names[i]);
}

static void write_value(const struct line_config *config, const struct key *key,
			char to[LINE_CONFIG_TEXT])
{
	const void *at = (const char *)config + key->offset;
	struct in_addr in;
	const uint8_t *m = at;
	unsigned number;
	to[0] = '\0';
	switch (key->kind) {
	case KIND_ACCEPTED:
		break;
	case KIND_TEXT:
	case KIND_INTERFACE:
	case KIND_FILE_NAME:
	case KIND_HEX:
	case KIND_ADDRESS:
		snprintf(to, LINE_CONFIG_TEXT, "%s", (const char *)at);
		break;
	case KIND_BOOL:
		snprintf(to, LINE_CONFIG_TEXT, *(const bool *)at ? "yes" : "no");
		break;
	case KIND_NUMBER:
		number = *(const unsigned *)at;
		if (number >= key->least) /* else it follows another one */
			snprintf(to, LINE_CONFIG_TEXT, "%u", number);
		break;
	case KIND_MAC:
		if (!mac_equal(*(const struct mac *)at, (struct mac){ 0 }))
			snprintf(to, LINE_CONFIG_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
				 m[2], m[3], m[4], m[5]);
		break;
	case KIND_IPV4:
		in.s_addr = htonl(*(const uint32_t *)at);
		if (in.s_addr != 0)
			inet_ntop(AF_INET, &in, to, LINE_CONFIG_TEXT);
		break;
	case KIND_AUTH:
		write_auth(*(const unsigned *)at, to);
		break;
	case KIND_FIREWALL:
		snprintf(to, LINE_CONFIG_TEXT, "%s",
			 firewall_names[*(const enum line_config_firewall *)at]);
		break;
	case KIND_DNS_TYPE:
		snprintf(to, LINE_CONFIG_TEXT, "%s",
			 dns_type_names[*(const enum line_config_dns_type *)at]);
		break;
	case KIND_ENGINE:
		snprintf(to, LINE_CONFIG_TEXT, "%s",
			 engine_names[*(const enum line_config_engine *)at]);
		break;
	case KIND_DEMAND:
		number = *(const unsigned *)at;
		snprintf(to, LINE_CONFIG_TEXT, config->demand ? "%u" : "no", number);
		break;
	case KIND_CLAMP:
		number = *(const unsigned *)at;
		if (number > LINE_CONFIG_CLAMP_AUTO)
			snprintf(to, LINE_CONFIG_TEXT, "%u", number);
		else
			snprintf(to, LINE_CONFIG_TEXT, number ? "auto" : "no");
		break;
	case KIND_UNIT:
		snprintf(to, LINE_CONFIG_TEXT, "%s", (const char *)at + strlen("ppp"));
		break;
	}
}

bool line_config_key_value(const struct line_config *config, size_t index,
			   char ret_value[LINE_CONFIG_TEXT])
{
	const struct key *key = &keys[index];
	bool given = config->given[index] > 0;
	for (size_t i = 0; i < KEYS && key->kind != KIND_ACCEPTED; i++)
		if (i != index && keys[i].kind != KIND_ACCEPTED && keys[i].offset == key->offset &&
		    (config->given[i] > config->given[index] || (!given && i < index)))
			return false;
	write_value(config, key, ret_value);
	return true;
}

__attribute__((format(printf, 4, 5))) static void problem(struct line_config_problems *problems,
							  unsigned line, bool fatal,
							  const char *format, ...)
{
	problems->fatal |= fatal;
	if (problems->count == LINE_CONFIG_PROBLEMS)
		return;
	struct line_config_problem *p = &problems->problem[problems->count++];
	p->line = line;
	p->fatal = fatal;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(p->text, sizeof(p->text), format, arguments);
	va_end(arguments);
	for (char *c = p->text; *c; c++) /* no terminal is to obey what stands in a file */
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '.';
}

static bool parse_bool(const char *value, bool *ret)
{
	static const char *const yes[] = { "yes", "true", "1", "on", NULL };
	static const char *const no[] = { "no", "false", "0", "off", NULL };
	for (size_t i = 0; yes[i]; i++) {
		if (strcasecmp(value, yes[i]) == 0 || strcasecmp(value, no[i]) == 0) {
			*ret = strcasecmp(value, yes[i]) == 0;
			return true;
		}
	}
	return false;
}

static bool parse_number(const char *value, unsigned least, unsigned most, unsigned *ret)
{
	char *end;
	if (*value < '0' || *value > '9')
		return false;
	unsigned long number = strtoul(value, &end, 10);
	if (*end != '\0' || number < least || number > most)
		return false;
	*ret = (unsigned)number;
	return true;
}

static bool parse_mac(const char *value, struct mac *ret)
{
	struct mac mac;
	for (size_t i = 0; i < sizeof(mac.byte); i++) {
		size_t digits = strspn(value, "0123456789abcdefABCDEF");
		if (digits == 0 || digits > 2 || value[digits] != (i < 5 ? ':' : '\0'))
			return false;
		mac.byte[i] = (uint8_t)strtoul(value, NULL, 16);
		value += digits + (i < 5);
	}
	*ret = mac;
	return true;
}

static bool parse_auth(const char *value, unsigned *ret)
{
	unsigned set = 0;
	char copy[LINE_CONFIG_TEXT], *rest = NULL;
	snprintf(copy, sizeof(copy), "%s", value);
	for (char *word = strtok_r(copy, ", ", &rest); word; word = strtok_r(NULL, ", ", &rest)) {
		size_t i = 0;
		while (line_config_auth_names[i] && strcmp(line_config_auth_names[i], word) != 0)
			i++;
		if (!line_config_auth_names[i])
			return false;
		set |= 1u << i;
	}
	*ret = set;
	return set != 0;
}

static bool parse_firewall(const char *value, enum line_config_firewall *ret)
{
	for (unsigned i = 0; i < sizeof(firewall_names) / sizeof(firewall_names[0]); i++) {
		if (strcasecmp(value, firewall_names[i]) == 0) {
			*ret = (enum line_config_firewall)i;
			return true;
		}
	}
	return false;
}

static bool parse_dns_type(const char *value, enum line_config_dns_type *ret)
{
	for (unsigned i = 0; i < sizeof(dns_type_names) / sizeof(dns_type_names[0]); i++) {
		if (strcasecmp(value, dns_type_names[i]) == 0) {
			*ret = (enum line_config_dns_type)i;
			return true;
		}
	}
	return false;
}

static bool parse_engine(const char *value, enum line_config_engine *ret)
{
	for (unsigned i = LINE_CONFIG_ENGINE_BUILTIN; i <= LINE_CONFIG_ENGINE_PPPD; i++) {
		if (strcmp(value, engine_names[i]) == 0) {
			*ret = (enum line_config_engine)i;
			return true;
		}
	}
	return false;
}

static bool parse_clamp(const struct key *key, const char *value, unsigned *ret)
{
	bool no = strcasecmp(value, "no") == 0, automatic = strcasecmp(value, "auto") == 0;
	if (no || automatic) {
		*ret = no ? 0 : LINE_CONFIG_CLAMP_AUTO;
		return true;
	}
	return parse_number(value, key->least, key->most, ret);
}

static bool parse_unit(const struct key *key, const char *value, char *ret_device)
{
	unsigned unit;
	if (!parse_number(value, key->least, key->most, &unit))
		return false;
	snprintf(ret_device, LINE_CONFIG_TEXT, "ppp%u", unit);
	return true;
}

static bool is_device_name(const char *value, size_t least)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return strlen(value) >= least && strlen(value) <= 15 && !strpbrk(value, "/ \t:%") &&
	       strcmp(value, ".") != 0 && strcmp(value, "..") != 0;
}

static bool is_hex(const char *value, size_t most)
{
	size_t length = strlen(value);
	return length <= most && length % 2 == 0 &&
	       strspn(value, "0123456789abcdefABCDEF") == length;
}

static bool is_file_name(const char *value)
{
	return value[0] != '.' && !strpbrk(value, "/ \t");
}

static bool parse_address(const char *value, char ret[LINE_CONFIG_ADDRESS])
{
	unsigned char bytes[sizeof(struct in6_addr)];
	int family = strchr(value, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(family, value, bytes) != 1 ||
	    !inet_ntop(family, bytes, ret, LINE_CONFIG_ADDRESS))
		return false;
	if (strcmp(ret, "0.0.0.0") == 0 || strcmp(ret, "::") == 0)
		ret[0] = '\0';
	return true;
}

/* Whether it is a text that may be empty, and is kept as it stands. */
static bool is_text(const struct key *key)
{
	return key->kind == KIND_TEXT || key->kind == KIND_FILE_NAME || key->kind == KIND_HEX;
}

static bool store_text(const struct key *key, const char *value, char *to, char *allowed,
		       size_t size)
{
	const char *words = NULL;
	if (key->kind == KIND_INTERFACE && !is_device_name(value, key->least))
		words = _("a name of at most 15 characters");
	if (key->kind == KIND_HEX && !is_hex(value, key->most))
		words = _("pairs of hexadecimal digits, up to 64");
	if (key->kind == KIND_FILE_NAME && !is_file_name(value))
		words = _("a name without blanks and slashes");
	if (words)
		snprintf(allowed, size, "%s", words);
	else
		snprintf(allowed, size, _("at most %u bytes"), key->most);
	if (words || strlen(value) > key->most)
		return false;
	memcpy(to, value, strlen(value) + 1);
	return true;
}

static size_t value_size(enum kind kind)
{
	switch (kind) {
	case KIND_ACCEPTED:
		return 0;
	case KIND_TEXT:
	case KIND_INTERFACE:
	case KIND_FILE_NAME:
	case KIND_HEX:
	case KIND_ADDRESS:
	case KIND_UNIT:
		break;
	case KIND_BOOL:
		return sizeof(bool);
	case KIND_MAC:
		return sizeof(struct mac);
	case KIND_NUMBER:
	case KIND_IPV4:
	case KIND_AUTH:
	case KIND_DEMAND:
	case KIND_CLAMP:
		return sizeof(unsigned);
	case KIND_FIREWALL:
		return sizeof(enum line_config_firewall);
	case KIND_DNS_TYPE:
		return sizeof(enum line_config_dns_type);
	case KIND_ENGINE:
		return sizeof(enum line_config_engine);
	}
	return 1; /* an empty text */
}

static void set_default(struct line_config *config, const struct key *key)
{
	const struct line_config defaults = line_config_default();
	memcpy((char *)config + key->offset, (const char *)&defaults + key->offset,
	       value_size(key->kind));
	config->demand &= key->kind != KIND_DEMAND;
	config->device_is_unit &= key->kind != KIND_UNIT;
}

/* False with what is allowed in `allowed`. */
static bool store(struct line_config *config, const struct key *key, const char *value,
		  char *allowed, size_t size)
{
	void *at = (char *)config + key->offset;
	if (value[0] == '\0' && !is_text(key)) { /* as the shell scripts took it: not set */
		if (config->given[key - keys] > 0)
			set_default(config, key);
		return true;
	}
	struct in_addr in;
	switch (key->kind) {
	case KIND_ACCEPTED:
		return true;
	case KIND_TEXT:
	case KIND_INTERFACE:
	case KIND_FILE_NAME:
	case KIND_HEX:
		config->device_is_unit &= at != config->device;
		return store_text(key, value, at, allowed, size);
	case KIND_BOOL:
		snprintf(allowed, size, _("yes or no"));
		return parse_bool(value, at);
	case KIND_NUMBER:
		snprintf(allowed, size, _("a number from %u to %u"), key->least, key->most);
		return parse_number(value, key->least, key->most, at);
	case KIND_MAC:
		snprintf(allowed, size, _("an Ethernet address such as 00:1b:21:3c:9d:f8"));
		return parse_mac(value, at);
	case KIND_IPV4:
		snprintf(allowed, size, _("an IPv4 address"));
		if (inet_pton(AF_INET, value, &in) != 1)
			return false;
		*(uint32_t *)at = ntohl(in.s_addr);
		return true;
	case KIND_ADDRESS:
		snprintf(allowed, size, _("an IPv4 or IPv6 address"));
		return parse_address(value, at);
	case KIND_AUTH:
		snprintf(allowed, size, _("a list of pap, chap, mschap-v2, eap"));
		return parse_auth(value, at);
	case KIND_FIREWALL:
		snprintf(allowed, size, _("NONE, STANDALONE or MASQUERADE"));
		return parse_firewall(value, at);
	case KIND_DNS_TYPE:
		snprintf(allowed, size, _("SERVER, SPECIFY or NOCHANGE"));
		return parse_dns_type(value, at);
	case KIND_ENGINE:
		snprintf(allowed, size, _("builtin or pppd"));
		return parse_engine(value, at);
	case KIND_DEMAND:
		snprintf(allowed, size, _("no, or a number from %u to %u"), key->least, key->most);
		config->demand = strcasecmp(value, "no") != 0;
		return !config->demand || parse_number(value, key->least, key->most, at);
	case KIND_CLAMP:
		snprintf(allowed, size, _("no, auto, or a number from %u to %u"), key->least,
			 key->most);
		return parse_clamp(key, value, at);
	case KIND_UNIT:
		snprintf(allowed, size, _("a number from %u to %u"), key->least, key->most);
		config->device_is_unit = parse_unit(key, value, at);
		return config->device_is_unit;
	}
	return false;
}

/* How far apart a word and a key are (Levenshtein, cases alike), for "did you mean". */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[64];
	size_t width = strlen(b);
	if (width >= 63)
		return UINT_MAX;
	for (unsigned j = 0; j <= width; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1]; i++) {
		unsigned diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			unsigned keep = diagonal + (toupper((unsigned char)a[i - 1]) != b[j - 1]);
			diagonal = row[j];
			unsigned shorter = row[j - 1] < row[j] ? row[j - 1] : row[j];
			row[j] = keep < shorter + 1 ? keep : shorter + 1;
		}
	}
	return row[width];
}

static const char *nearest_key(const char *name)
{
	const char *best = NULL;
	size_t half = strlen(name) / 2;
	unsigned best_distance = half < 3 ? (unsigned)half + 1 : 4;
	for (size_t i = 0; i < KEYS; i++) {
		unsigned d = distance(name, keys[i].name);
		if (d < best_distance) {
			best_distance = d;
			best = keys[i].name;
		}
	}
	return best;
}

static void assign(struct line_config *config, const char *name, const char *value, unsigned line,
		   struct line_config_problems *problems)
{
	char allowed[160];
	for (size_t i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (!store(config, &keys[i], value, allowed, sizeof(allowed)))
			problem(problems, line, true, _("%s=\"%.64s\" is not allowed: it takes %s"),
				name, value, allowed);
		else
			config->given[i] = value[0] || is_text(&keys[i]) ? line : 0;
		return;
	}
	const char *near = nearest_key(name);
	if (near)
		problem(problems, line, false, _("unknown key %s (did you mean %s?)"), name, near);
	else
		problem(problems, line, false, _("unknown key %s"), name);
}

/* A line of the file, without its end. */
static void parse_line(struct line_config *config, struct shell_variables *variables, char *text,
		       unsigned number, struct line_config_problems *problems)
{
	struct shell_line line;
	switch (shell_line_read(variables, text, &line)) {
	case SHELL_LINE_EMPTY:
		break;
	case SHELL_LINE_ASSIGNMENT:
		assign(config, line.name, line.value, number, problems);
		break;
	case SHELL_LINE_NONE:
		problem(problems, number, true, _("not an assignment KEY=VALUE: \"%.40s\""),
			text + strspn(text, " \t"));
		break;
	case SHELL_LINE_WRONG:
		problem(problems, number, true, "%s: %s", line.name, line.why);
		break;
	}
}

void line_config_parse(struct line_config *config, const char *text, size_t length,
		       struct line_config_problems *problems)
{
	struct shell_variables variables = { .file = config->base };
	unsigned line = 0;
	while (length > 0) {
		const char *end = memchr(text, '\n', length);
		size_t line_length = end ? (size_t)(end - text) : length;
		char copy[1024];
		line++;
		if (line_length >= sizeof(copy) || memchr(text, '\0', line_length)) {
			problem(problems, line, true, _("the line is too long, or not text"));
		} else {
			memcpy(copy, text, line_length);
			copy[line_length] = '\0';
			if (line_length > 0 && copy[line_length - 1] == '\r')
				copy[line_length - 1] = '\0';
			parse_line(config, &variables, copy, line, problems);
		}
		size_t taken = line_length + (end ? 1 : 0);
		text += taken;
		length -= taken;
	}
}

bool line_config_uses_pppd(const struct line_config *config)
{
	return config->engine == LINE_CONFIG_ENGINE_PPPD ||
	       (config->engine == LINE_CONFIG_ENGINE_UNSAID && config->plugin[0] != '\0');
}

const char *line_config_missing(const struct line_config *config)
{
	if (config->interface[0] == '\0')
		return config->from_pppd ? "the interface (nic-NAME)" : "ETH";
	if (config->user[0] == '\0')
		return config->from_pppd ? "user" : "USER";
	return NULL;
}
