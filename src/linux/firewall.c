/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "linux/firewall.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define NO_NFTABLES "this kernel has no nftables; try `modprobe nf_tables`"
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
#define TIED "flags owner;" /* to the netlink socket, and so to whoever has it open */

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
		   enum firewall_mode mode, unsigned clamp_mss, enum firewall_life life)
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
	add_format(&c, life == FIREWALL_TIED_AGAIN ? "table inet %s { " TIED " }" : "table inet %s",
		   table);
	add_format(&c, "delete table inet %s", table);
	add_format(&c, "table inet %s {", table);
	if (life != FIREWALL_LASTING)
		add(&c, TIED);
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

struct firewall {
	char name[64];
	bool wants_tied, is_tied, lasts; /* the latter two: of the table that there is */
	struct nft_ctx *nft; /* its socket is the owner of a tied table */
};

struct firewall *firewall_new(const char *name, bool tied)
{
	struct firewall *firewall = calloc(1, sizeof(*firewall));
	if (!firewall)
		return NULL;
	snprintf(firewall->name, sizeof(firewall->name), "%s", name);
	firewall->wants_tied = tied;
	return firewall;
}

void firewall_free(struct firewall *firewall)
{
	if (firewall && firewall->nft)
		nft_ctx_free(firewall->nft);
	free(firewall);
}

/*
 * libnftables ends the process where it gets no socket, so it is only asked where there will be
 * one; and lets children inherit it, so that a tied table would live as long as they do.
 */
static int open_nft(struct firewall *firewall)
{
	if (firewall->nft)
		return 0;
	int probe = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	if (probe < 0)
		return -errno;
	close(probe);
	firewall->nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!firewall->nft)
		return -ENOMEM;
	nft_ctx_buffer_output(firewall->nft);
	nft_ctx_buffer_error(firewall->nft);
	return 0;
}

/*
 * Each time, since libnftables opens its socket anew where an answer did not fit.  A kernel that
 * has no such call (before 5.11) has no tied tables either.
 */
static void keep_from_children(void)
{
	syscall(SYS_close_range, STDERR_FILENO + 1U, ~0U, CLOSE_RANGE_CLOEXEC);
}

/* What nftables said: the first line, without the commands it is about. */
static void take_words(struct nft_ctx *nft, char *why, size_t size)
{
	static const char error[] = "Error: ";
	const char *words = nft_ctx_get_error_buffer(nft);
	if (strstr(words, "cache initialization failed")) {
		snprintf(why, size, "%s", NO_NFTABLES); /* it has the sockets alone */
		return;
	}
	bool has_prefix = strncmp(words, error, sizeof(error) - 1) == 0;
	words += has_prefix ? sizeof(error) - 1 : 0;
	snprintf(why, size, "nftables says: %.*s", (int)strcspn(words, "\n"), words);
}

static int run(struct firewall *firewall, const char *commands, char *why, size_t size)
{
	int error = open_nft(firewall);
	if (error < 0) {
		snprintf(why, size, "%s",
			 error == -EPROTONOSUPPORT ? NO_NFTABLES : strerror(-error));
		return error;
	}
	errno = 0;
	int result = nft_run_cmd_from_buffer(firewall->nft, commands) == 0 ? 0 : -EIO;
	if (result < 0 && (errno == EPERM || errno == EOPNOTSUPP || errno == ENOMEM))
		result = -errno;
	if (result < 0)
		take_words(firewall->nft, why, size);
	keep_from_children();
	return result;
}

static int apply(struct firewall *firewall, const char *device, enum firewall_mode mode,
		 unsigned clamp_mss, enum firewall_life life, char *why, size_t size)
{
	char commands[FIREWALL_TEXT_MAX];
	int result = firewall_write(commands, sizeof(commands), firewall->name, device, mode,
				    clamp_mss, life);
	if (result < 0) {
		snprintf(why, size, "no rules can be written for a device of the name \"%s\"",
			 device);
		return result;
	}
	return run(firewall, commands, why, size);
}

int firewall_apply(struct firewall *firewall, const char *device, enum firewall_mode mode,
		   unsigned clamp_mss, char *why, size_t size)
{
	int result = -EOPNOTSUPP;
	if (mode == FIREWALL_NONE && clamp_mss == FIREWALL_CLAMP_NONE)
		return 0;
	if (firewall->is_tied)
		return apply(firewall, device, mode, clamp_mss, FIREWALL_TIED_AGAIN, why, size);
	if (firewall->wants_tied && !firewall->lasts)
		result = apply(firewall, device, mode, clamp_mss, FIREWALL_TIED, why, size);
	firewall->is_tied = result == 0;
	if (result < 0)
		result = apply(firewall, device, mode, clamp_mss, FIREWALL_LASTING, why, size);
	firewall->lasts |= result == 0 && !firewall->is_tied;
	return result;
}

bool firewall_lasts(const struct firewall *firewall)
{
	return firewall->lasts;
}

int firewall_remove(const char *name)
{
	char table[TABLE_NAME_MAX], commands[2 * TABLE_NAME_MAX + 64], why[256];
	int result = table_name(table, name);
	if (result < 0)
		return result;
	struct firewall *firewall = firewall_new(name, false);
	if (!firewall)
		return -ENOMEM;
	snprintf(commands, sizeof(commands), "table inet %s\ndelete table inet %s\n", table, table);
	result = run(firewall, commands, why, sizeof(why));
	firewall_free(firewall);
	return result;
}

#define FORWARDING_PATH "/proc/sys/net/ipv4/ip_forward"

int firewall_forwarding(void)
{
	char value;
	int descriptor = open(FORWARDING_PATH, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	int result = read(descriptor, &value, 1) == 1 ? value != '0' : -EIO;
	close(descriptor);
	return result;
}

int firewall_set_forwarding(bool on)
{
	int descriptor = open(FORWARDING_PATH, O_WRONLY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	int result = write(descriptor, on ? "1\n" : "0\n", 2) == 2 ? 0 : -errno;
	close(descriptor);
	return result;
}
