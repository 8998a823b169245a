/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/name_servers.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux/file.h"
#include "linux/resolver.h"

#define RESOLVER_FILE_PATH "/etc/resolv.conf"
#define NETWORKS_FOLDER "/etc/netns"
#define PPP_FILE_PATH "/etc/ppp/resolv.conf" /* where pppd puts what the peer said */
#define TEXT_MAX 256

struct name_servers {
	const struct line_config *config;
	char file[PATH_MAX]; /* the resolver's */
	char own_folder[PATH_MAX]; /* of that file, where the line's namespace has one; or "" */
	bool wrote_file; /* in this life; before, a crash may have left it */
	bool made_folder, made_folder_above; /* for the file */
	struct resolver_paths paths;
	struct children *children;
	children_note *note;
	void *context;
	bool set;
	enum resolver_ruler ruler; /* that was told */
	const char *program; /* of that one */
	char device[16];
	char text[TEXT_MAX]; /* what it was told */
};

__attribute__((format(printf, 2, 3))) static void note(const struct name_servers *servers,
						       const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	servers->note(servers->context, text);
}

/* Runs the ruler's program with these arguments, the last one NULL. */
static void run(struct name_servers *servers, const char *const arguments[], const char *input)
{
	struct child *child = child_new(CHILD_LANE_RESOLVER, servers->program);
	if (!child)
		return;
	for (; *arguments; arguments++)
		child_argument(child, *arguments);
	if (input)
		child_input(child, input);
	children_run(servers->children, child);
}

static void run_resolvconf(struct name_servers *servers, const char *verb, const char *input)
{
	char record[32];
	snprintf(record, sizeof(record), "%s.pppoe", servers->device);
	run(servers, (const char *const[]){ verb, record, NULL }, input);
}

static void run_resolvectl(struct name_servers *servers, const char *text)
{
	const char *arguments[2 + RESOLVER_SERVERS + 1] = { "dns", servers->device };
	char words[TEXT_MAX], *rest = NULL;
	size_t count = 2;
	snprintf(words, sizeof(words), "%s", text);
	for (char *word = strtok_r(words, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
		if (strcmp(word, "nameserver") != 0 && count < 2 + RESOLVER_SERVERS)
			arguments[count++] = word;
	run(servers, arguments, NULL);
	/* It asks these for every name only where the line is the way to everywhere. */
	bool all = servers->config->default_route;
	if (all)
		run(servers, (const char *const[]){ "domain", servers->device, "~.", NULL }, NULL);
	run(servers,
	    (const char *const[]){ "default-route", servers->device, all ? "true" : "false", NULL },
	    NULL);
}

/* For `ip netns exec`, which shows the files in there in the place of those in /etc. */
static void make_own_folder(struct name_servers *servers)
{
	if (servers->own_folder[0] == '\0')
		return;
	servers->made_folder_above = mkdir(NETWORKS_FOLDER, 0755) == 0;
	servers->made_folder = mkdir(servers->own_folder, 0755) == 0;
	servers->wrote_file = true;
}

static void remove_own_folder(struct name_servers *servers)
{
	/* One that a crash has left is not told from one that was always empty, and as useless. */
	if (servers->own_folder[0] == '\0' || (servers->wrote_file && !servers->made_folder))
		return;
	bool above = servers->made_folder_above || !servers->wrote_file;
	if (rmdir(servers->own_folder) == 0 && above)
		rmdir(NETWORKS_FOLDER);
}

static void restore_file(struct name_servers *servers)
{
	enum resolver_restored restored = RESOLVER_NOTHING_KEPT;
	struct resolver_where where;
	int error = resolver_file_restore(&servers->paths, &restored, &where);
	if (error < 0) {
		note(servers, "%s cannot be put back: %s", where.path, strerror(-error));
		return;
	}
	switch (restored) {
	case RESOLVER_NOTHING_KEPT:
	case RESOLVER_HANDED_ON:
		break;
	case RESOLVER_RESTORED:
		note(servers, "%s is put back", servers->paths.file);
		remove_own_folder(servers);
		break;
	case RESOLVER_CHANGED_BY_OTHERS:
		note(servers, "%s was changed by somebody else meanwhile: it stays",
		     servers->paths.file);
		break;
	}
}

static void find_file(struct name_servers *servers)
{
	const char *network = servers->config->network;
	snprintf(servers->file, sizeof(servers->file), RESOLVER_FILE_PATH);
	if (network[0] == '\0')
		return;
	snprintf(servers->own_folder, sizeof(servers->own_folder), NETWORKS_FOLDER "/%s", network);
	snprintf(servers->file, sizeof(servers->file), NETWORKS_FOLDER "/%s/resolv.conf", network);
}

/* Who rules over the host's resolver has no say in another namespace. */
static enum resolver_ruler find_ruler(struct name_servers *servers)
{
	return servers->own_folder[0] ? RESOLVER_FILE
				      : resolver_find_ruler(servers->file, &servers->program);
}

struct name_servers *name_servers_new(const struct line_config *config, const char *name,
				      const char *const folders[2], struct children *children,
				      children_note *note_function, void *context)
{
	struct name_servers *servers = calloc(1, sizeof(*servers));
	if (!servers)
		return NULL;
	*servers = (struct name_servers){
		.config = config,
		.paths = { servers->file, { folders[0], folders[1] }, name },
		.children = children,
		.note = note_function,
		.context = context,
	};
	find_file(servers);
	restore_file(servers);
	if (config->device[0] && name_servers_are_ours(config) &&
	    find_ruler(servers) == RESOLVER_RESOLVCONF) {
		snprintf(servers->device, sizeof(servers->device), "%.15s", config->device);
		run_resolvconf(servers, "-d", NULL);
	}
	return servers;
}

void name_servers_free(struct name_servers *servers)
{
	free(servers);
}

bool name_servers_are_ours(const struct line_config *config)
{
	switch (config->dns_type) {
	case LINE_CONFIG_DNS_SERVER:
		return config->peer_dns;
	case LINE_CONFIG_DNS_SPECIFY:
		return config->dns[0][0] != '\0' || config->dns[1][0] != '\0';
	case LINE_CONFIG_DNS_NOCHANGE:
		break;
	}
	return false;
}

static void write_ppp_file(struct name_servers *servers, const struct resolver_servers *peer)
{
	char text[TEXT_MAX], path[PATH_MAX];
	size_t length = resolver_format(peer, text, sizeof(text));
	if (!servers->config->peer_dns || length == 0 || servers->own_folder[0])
		return;
	if (!realpath(PPP_FILE_PATH, path))
		snprintf(path, sizeof(path), "%s", PPP_FILE_PATH);
	int error = file_replace(path, 0644, text, length);
	if (error < 0)
		note(servers, "%s cannot be written: %s", path, strerror(-error));
}

static void write_file(struct name_servers *servers, const struct resolver_servers *addresses)
{
	struct resolver_where where;
	make_own_folder(servers);
	int error = resolver_file_write(&servers->paths, addresses, &where);
	if (error < 0)
		note(servers, "the name servers are not in use: %s cannot be written: %s",
		     where.path, strerror(-error));
	else
		note(servers, "%s has the line's name servers", servers->paths.file);
}

/* Of IPv4, as IPCP gives them. */
struct peer_servers {
	char text[RESOLVER_SERVERS][INET_ADDRSTRLEN];
	struct resolver_servers servers; /* into text */
};

static void set_peer(struct peer_servers *peer, const uint32_t addresses[RESOLVER_SERVERS])
{
	for (size_t i = 0; i < RESOLVER_SERVERS; i++) {
		const struct in_addr in = { htonl(addresses[i]) };
		peer->servers.address[i] = peer->text[i];
		if (addresses[i] == 0 ||
		    !inet_ntop(AF_INET, &in, peer->text[i], sizeof(peer->text[i])))
			peer->text[i][0] = '\0';
	}
}

bool name_servers_are_fixed(const struct line_config *config)
{
	return config->dns_type == LINE_CONFIG_DNS_SPECIFY;
}

void name_servers_set(struct name_servers *servers, const char *device,
		      const uint32_t addresses_of_peer[2])
{
	const struct line_config *config = servers->config;
	struct peer_servers peer;
	set_peer(&peer, addresses_of_peer);
	write_ppp_file(servers, &peer.servers);
	const struct resolver_servers fixed = { { config->dns[0], config->dns[1] } };
	const struct resolver_servers *addresses =
		name_servers_are_fixed(config) ? &fixed : &peer.servers;
	char text[TEXT_MAX];
	size_t length = resolver_format(addresses, text, sizeof(text)); /* 0: the peer has none */
	if (servers->set && strcmp(text, servers->text) == 0 &&
	    strcmp(device, servers->device) == 0)
		return; /* DEMAND: they have stayed since the last session */
	name_servers_unset(servers);
	if (!name_servers_are_ours(config) || length == 0)
		return;
	servers->set = true;
	memcpy(servers->text, text, sizeof(text));
	snprintf(servers->device, sizeof(servers->device), "%s", device);
	servers->ruler = find_ruler(servers);
	switch (servers->ruler) {
	case RESOLVER_FILE:
		write_file(servers, addresses);
		break;
	case RESOLVER_RESOLVCONF:
		run_resolvconf(servers, "-a", text);
		break;
	case RESOLVER_SYSTEMD:
		run_resolvectl(servers, text);
		break;
	}
}

void name_servers_unset(struct name_servers *servers)
{
	if (!servers->set)
		return;
	servers->set = false;
	switch (servers->ruler) {
	case RESOLVER_FILE:
		restore_file(servers);
		break;
	case RESOLVER_RESOLVCONF:
		run_resolvconf(servers, "-d", NULL);
		break;
	case RESOLVER_SYSTEMD:
		/* It forgets what it was told when the device goes. */
		children_abandon(servers->children, CHILD_LANE_RESOLVER);
		break;
	}
}
