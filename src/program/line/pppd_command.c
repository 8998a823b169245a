/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/pppd_command.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PTY_MAX 4096
#define BLANKS " \t"
#define SCRIPTS_MRU 1492
#define HEADERS 40 /* of IPv4 and TCP */

/* The addresses of a line that has not been dialled yet, in rp-pppoe's scripts. */
#define DEMAND_ADDRESSES "10.112.112.112:10.112.112.113"

__attribute__((format(printf, 2, 3))) static void add(struct pppd_command *command,
						      const char *format, ...)
{
	char *to = command->text + command->used;
	size_t room = sizeof(command->text) - command->used;
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(to, room, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= room || command->count == PPPD_COMMAND_WORDS) {
		command->too_much = true;
		return;
	}
	command->words[command->count++] = to;
	command->used += (size_t)length + 1;
}

static void add_pair(struct pppd_command *command, const char *option, const char *value)
{
	add(command, "%s", option);
	add(command, "%s", value);
}

static void add_number(struct pppd_command *command, const char *option, unsigned value)
{
	add(command, "%s", option);
	add(command, "%u", value);
}

/* Words between blanks, as a shell splits a variable; there are no quotes in it. */
static void add_split(struct pppd_command *command, const char *words)
{
	char copy[LINE_CONFIG_TEXT], *rest = NULL;
	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok_r(copy, BLANKS, &rest); word; word = strtok_r(NULL, BLANKS, &rest))
		add(command, "%s", word);
}

/* The text for a shell that is to become pppoe. */
struct shell_text {
	char text[PTY_MAX];
	size_t used;
	bool too_much;
};

static void put(struct shell_text *t, const char *from, size_t length)
{
	if (length >= sizeof(t->text) - t->used) {
		t->too_much = true;
		return;
	}
	memcpy(t->text + t->used, from, length);
	t->used += length;
	t->text[t->used] = '\0';
}

static void put_word(struct shell_text *t, const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789_@%+:,./-"; /* no `=`: it would be a variable */
	put(t, " ", t->used > 0);
	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		put(t, word, strlen(word));
		return;
	}
	put(t, "'", 1);
	for (const char *c = word; *c; c++)
		*c == '\'' ? put(t, "'\\''", 4) : put(t, c, 1);
	put(t, "'", 1);
}

static void put_option(struct shell_text *t, const char *option, const char *value)
{
	if (value[0] == '\0')
		return;
	put_word(t, option);
	put_word(t, value);
}

static void put_number(struct shell_text *t, const char *option, unsigned value)
{
	char number[16];
	snprintf(number, sizeof(number), "%u", value);
	put_option(t, option, number);
}

static void add_pty(struct pppd_command *command, const struct line_config *config,
		    const char *interface)
{
	char path[LINE_CONFIG_TEXT + 16] = "", extra[LINE_CONFIG_TEXT], *rest = NULL;
	struct shell_text t = { .used = 0 };
	if (config->pid_file[0])
		snprintf(path, sizeof(path), "%s.pppoe", config->pid_file);
	put_word(&t, config->pppoe);
	put_option(&t, "-p", path);
	put_option(&t, "-I", interface);
	put_number(&t, "-T", config->pppoe_timeout_s);
	put_word(&t, config->host_uniq[0] ? "-W" : "-U");
	if (config->host_uniq[0])
		put_word(&t, config->host_uniq);
	if (config->synchronous)
		put_word(&t, "-s");
	if (config->clamp_mss != 0)
		put_number(&t, "-m",
			   config->clamp_mss == LINE_CONFIG_CLAMP_AUTO ? config->mtu - HEADERS
								       : config->clamp_mss);
	put_option(&t, "-C", config->concentrator_name);
	put_option(&t, "-S", config->service_name);
	snprintf(extra, sizeof(extra), "%s", config->pppoe_extra);
	for (char *word = strtok_r(extra, BLANKS, &rest); word;
	     word = strtok_r(NULL, BLANKS, &rest))
		put_word(&t, word);
	add_pair(command, "pty", t.text);
	command->too_much |= t.too_much;
}

static void add_plugin(struct pppd_command *command, const struct line_config *config,
		       const char *interface)
{
	const uint8_t *m = config->concentrator_address.byte;
	add_pair(command, "plugin", config->plugin);
	add(command, "nic-%s", interface);
	if (config->service_name[0])
		add_pair(command, "rp_pppoe_service", config->service_name);
	/* From here on the script has nothing. */
	if (config->concentrator_name[0])
		add_pair(command, "rp_pppoe_ac", config->concentrator_name);
	if (!mac_equal(config->concentrator_address, (struct mac){ 0 })) {
		add(command, "pppoe-mac");
		add(command, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	}
	if (config->host_uniq[0])
		add_pair(command, "host-uniq", config->host_uniq);
}

/*
 * DEVICE=ppp0 takes what pppd takes by itself, the first that is free: that is Fedora's line, to
 * the word.  Any other name has to be asked for.
 */
static void add_device(struct pppd_command *command, const struct line_config *config)
{
	const char *device = config->device;
	size_t digits = strncmp(device, "ppp", 3) == 0 ? strspn(device + 3, "0123456789") : 0;
	bool is_unit = digits > 0 && device[3 + digits] == '\0';
	if (is_unit && (config->device_is_unit || strcmp(device, "ppp0") != 0))
		add_pair(command, "unit", device + 3);
	else if (device[0] && !is_unit)
		add_pair(command, "ifname", device);
}

/* What the script has no setting for, each only where it is set. */
static void add_more(struct pppd_command *command, const struct line_config *config)
{
	static const char *const refusals[] = { "refuse-pap", "refuse-chap", "refuse-mschap-v2",
						"refuse-eap" };
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if ((config->auth & 1u << i) == 0)
			add(command, "%s", refusals[i]);
	if (config->ipv6 && !config->demand)
		add(command, "+ipv6");
	if (config->echo_adaptive)
		add(command, "lcp-echo-adaptive");
	char address[INET_ADDRSTRLEN];
	const struct in_addr in = { htonl(config->address) };
	if (config->address != 0 && inet_ntop(AF_INET, &in, address, sizeof(address)))
		add(command, "%s:", address);
}

static void add_standard(struct pppd_command *command, const struct line_config *config)
{
	add_split(command, "noipdefault noauth default-asyncmap");
	if (config->default_route)
		add(command, "defaultroute");
	add_split(command, "hide-password nodetach");
	if (config->peer_dns)
		add(command, "usepeerdns");
	add_number(command, "mtu", config->mtu);
	add_number(command, "mru", config->mru ? config->mru : SCRIPTS_MRU);
	add_split(command, "noaccomp nodeflate nopcomp novj novjccomp");
	add_pair(command, "user", config->user);
	add_number(command, "lcp-echo-interval", config->echo_interval_s);
	add_number(command, "lcp-echo-failure", config->echo_failures);
}

/*
 * Where the script's own words would do nothing but keep pppd (2.4.9) from starting, they are
 * others: with a plugin there is no `connect`, and IPv6 has no addresses before it is dialled.
 */
static void add_demand(struct pppd_command *command, const struct line_config *config)
{
	add_split(command, "demand persist");
	add_number(command, "idle", config->demand_idle_s);
	add(command, DEMAND_ADDRESSES);
	add_split(command, "ipcp-accept-remote ipcp-accept-local");
	if (!config->plugin[0])
		add_pair(command, "connect", "true");
	add_split(command, "noipdefault ktune noipv6");
}

bool pppd_command_make(struct pppd_command *command, const struct line_config *config,
		       const char *interface)
{
	*command = (struct pppd_command){ .count = 0 };
	bool plugin = config->plugin[0] != '\0';
	add(command, "%s", config->pppd);
	if (!plugin)
		add_pty(command, config, interface);
	if (config->device[0] && !config->device_is_unit) {
		add_pair(command, "ipparam", config->device);
		add_pair(command, "linkname", config->device);
	}
	if (plugin)
		add_plugin(command, config, interface);
	add_device(command, config);
	add_standard(command, config);
	add_more(command, config);
	add_split(command, config->pppd_extra);
	if (config->demand)
		add_demand(command, config);
	if (!plugin && config->synchronous)
		add(command, "sync");
	return !command->too_much;
}
