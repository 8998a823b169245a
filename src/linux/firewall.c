/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/firewall.h"

#include <errno.h>
#include <fcntl.h>
#include <nftables/libnftables.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define IPV6_HEADER_MORE 20 /* bytes that IPv6's header is longer than IPv4's */

struct commands {
	char *to;
	size_t length, size;
	const char *device;
};

/* A line of the commands; each `$` in it becomes the device's name. */
static void add(struct commands *c, const char *line)
{
	for (; *line; line++) {
		const char *part = *line == '$' ? c->device : line;
		size_t length = *line == '$' ? strlen(c->device) : 1;
		if (c->length + length < c->size)
			memcpy(c->to + c->length, part, length);
		c->length += length;
	}
	if (c->length + 1 < c->size)
		c->to[c->length] = '\n';
	c->length++;
}

__attribute__((format(printf, 2, 3))) static void add_format(struct commands *c, const char *format,
							     ...)
{
	char line[192];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	add(c, line);
}

/* Logged, but not so often that whoever knocks can fill the disk. */
static void add_drop(struct commands *c, const char *match)
{
	add_format(c, "iifname \"$\" %s limit rate 5/second burst 20 packets log prefix \"$: \"",
		   match);
	add_format(c, "iifname \"$\" %s drop", match);
}

static void add_input(struct commands *c, enum firewall_mode mode)
{
	add(c, "chain input {");
	add(c, "type filter hook input priority filter; policy accept;");
	/* IPv6 works by these: the neighbour's advertisements, errors, DHCPv6's answers. */
	add(c,
	    "iifname \"$\" icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, "
	    "parameter-problem, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } "
	    "accept");
	add(c, "iifname \"$\" ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept");
	add_drop(c, "meta l4proto { tcp, udp } th dport 0-1023");
	if (mode == FIREWALL_MASQUERADE) {
		add_drop(c, "meta l4proto { tcp, udp } th dport 2049"); /* NFS */
		add_drop(c, "tcp dport { 6000-6063, 7100 }"); /* X11, its fonts */
	}
	add_drop(c, "tcp flags & (fin|syn|rst|ack) == syn");
	add(c, "iifname \"$\" icmp type echo-request drop");
	add(c, "iifname \"$\" icmpv6 type echo-request drop");
	/*
	 * firewall-masq lets nothing in that it does not name, by any interface.  For the line that
	 * is kept; what the host itself asked for may come in, or it could not even ask for names.
	 */
	if (mode == FIREWALL_MASQUERADE) {
		add(c, "iifname \"$\" ct state established,related accept");
		add(c, "iifname \"$\" drop");
	}
	add(c, "}");
}

static void add_forward(struct commands *c, enum firewall_mode mode)
{
	add(c, "chain forward {");
	add(c, "type filter hook forward priority filter; policy accept;");
	if (mode == FIREWALL_STANDALONE) {
		add(c, "iifname \"$\" drop");
		add(c, "oifname \"$\" drop");
	} else {
		/* What masquerading does for IPv4 by itself: nobody begins from out there. */
		add(c, "iifname \"$\" meta nfproto ipv6 ct state != { established, related } drop");
	}
	add(c, "}");
	if (mode == FIREWALL_MASQUERADE) {
		add(c, "chain postrouting {");
		add(c, "type nat hook postrouting priority srcnat; policy accept;");
		add(c, "oifname \"$\" meta nfproto ipv4 masquerade");
		add(c, "}");
	}
}

#define SYN "tcp flags & (syn|rst) == syn tcp option maxseg size"

/* The kernel itself never makes a segment size greater than it was. */
static void add_clamp(struct commands *c, unsigned clamp_mss)
{
	/* Beside what is forwarded, what the host itself sends and receives. */
	static const char *const chains[][3] = {
		{ "clamp_out", "postrouting", "oifname" },
		{ "clamp_in", "prerouting", "iifname" },
	};
	if (clamp_mss == FIREWALL_CLAMP_TO_MTU) {
		/* `rt mtu` knows both directions' routes where a packet is forwarded. */
		add(c, "chain clamp_forward {");
		add(c, "type filter hook forward priority mangle; policy accept;");
		add(c, "oifname \"$\" " SYN " set rt mtu");
		add(c, "iifname \"$\" " SYN " set rt mtu");
		add(c, "}");
		add(c, "chain clamp_output {");
		add(c, "type filter hook output priority mangle; policy accept;");
		add(c, "oifname \"$\" " SYN " set rt mtu");
		add(c, "}");
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		add_format(c, "chain %s {", chains[i][0]);
		add_format(c, "type filter hook %s priority mangle; policy accept;", chains[i][1]);
		add_format(c, "%s \"$\" meta nfproto ipv4 " SYN " set %u", chains[i][2], clamp_mss);
		add_format(c, "%s \"$\" meta nfproto ipv6 " SYN " set %u", chains[i][2],
			   clamp_mss - IPV6_HEADER_MORE);
		add(c, "}");
	}
}

static bool is_plain(const char *name, size_t most)
{
	size_t length = strlen(name);
	return length > 0 && length <= most && strspn(name, NAME_CHARACTERS "_.-@:") == length;
}

#define TABLE_NAME_MAX 160

/* A table's name takes letters, digits and `_` without quotes: all else by its number. */
static int table_name(char *to, const char *name)
{
	static const char prefix[] = "dialtone_";
	if (!is_plain(name, 32))
		return -EINVAL;
	size_t length = sizeof(prefix) - 1;
	memcpy(to, prefix, length);
	for (; *name; name++) {
		if (strchr(NAME_CHARACTERS "_", *name))
			to[length++] = *name;
		else
			length += (size_t)snprintf(to + length, 5, "_x%02x", (unsigned char)*name);
	}
	to[length] = '\0';
	return 0;
}

int firewall_write(char *to, size_t size, const char *name, const char *device,
		   enum firewall_mode mode, unsigned clamp_mss)
{
	char table[TABLE_NAME_MAX];
	int result = table_name(table, name);
	if (result < 0)
		return result;
	bool clamps = clamp_mss != FIREWALL_CLAMP_NONE;
	if (!is_plain(device, 15) || clamp_mss > 65535 ||
	    (clamp_mss > FIREWALL_CLAMP_TO_MTU && clamp_mss < FIREWALL_CLAMP_LEAST))
		return -EINVAL;
	struct commands c = { .to = to, .size = size, .device = device };
	/* Made if it was not there, so that it can be deleted if it was. */
	add_format(&c, "table inet %s", table);
	add_format(&c, "delete table inet %s", table);
	add_format(&c, "table inet %s {", table);
	if (mode != FIREWALL_NONE) {
		add_input(&c, mode);
		add_forward(&c, mode);
	}
	if (clamps)
		add_clamp(&c, clamp_mss);
	add(&c, "}");
	if (c.length >= size)
		return -ENOSPC;
	to[c.length] = '\0';
	return (int)c.length;
}

static int run(const char *commands)
{
	struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!nft)
		return -ENOMEM;
	nft_ctx_buffer_output(nft);
	nft_ctx_buffer_error(nft);
	errno = 0;
	int result = nft_run_cmd_from_buffer(nft, commands) == 0 ? 0 : -EIO;
	if (result < 0 && (errno == EPERM || errno == EOPNOTSUPP || errno == ENOMEM))
		result = -errno;
	nft_ctx_free(nft);
	return result;
}

static int allow_forwarding(void)
{
	int descriptor = open("/proc/sys/net/ipv4/ip_forward", O_WRONLY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	int result = write(descriptor, "1\n", 2) == 2 ? 0 : -errno;
	close(descriptor);
	return result;
}

int firewall_apply(const char *name, const char *device, enum firewall_mode mode,
		   unsigned clamp_mss)
{
	char commands[FIREWALL_TEXT_MAX];
	if (mode == FIREWALL_NONE && clamp_mss == FIREWALL_CLAMP_NONE)
		return firewall_remove(name);
	int result = firewall_write(commands, sizeof(commands), name, device, mode, clamp_mss);
	if (result > 0)
		result = run(commands);
	if (result == 0 && mode == FIREWALL_MASQUERADE)
		result = allow_forwarding();
	return result;
}

int firewall_remove(const char *name)
{
	char table[TABLE_NAME_MAX], commands[2 * TABLE_NAME_MAX + 64];
	int result = table_name(table, name);
	if (result < 0)
		return result;
	snprintf(commands, sizeof(commands), "table inet %s\ndelete table inet %s\n", table, table);
	return run(commands);
}
