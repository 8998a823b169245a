/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/sessions.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/client.h"
#include "language/language.h"
#include "program/command/command.h"

#define ANSWER_MS 10000
#define DRAIN_MOST 31536000 /* seconds */

static int complain(const char *me, const char *server, int error)
{
	bool none = error == -ENOENT || error == -ECONNREFUSED;
	fprintf(stderr, "%s: %s: %s\n", me, server,
		none		  ? _("no such pppoe-server is running")
		: error == -EPERM ? _("only root, and the group that it was told, may do that")
				  : strerror(-error));
	return COMMAND_BAD;
}

static int error_of(const struct concentrator_reply *reply)
{
	if (reply->error[0] == '\0')
		return 0;
	return strstr(reply->error, "NotAllowed") ? -EPERM : -EPROTO;
}

/* One call and its one answer. */
static int ask(const char *server, const char *text, size_t length,
	       struct concentrator_reply *ret_reply)
{
	struct control_client client;
	int error = control_client_open_server(&client, server);
	if (error == 0)
		error = control_client_send(&client, text, length);
	if (error == 0)
		error = control_client_receive_concentrator(&client, ANSWER_MS, ret_reply);
	control_client_close(&client);
	return error < 0 ? error : error_of(ret_reply);
}

/* The server that is named, or else the only one that runs; NULL, and a message. */
static const char *choose(const char *me, const char *named, struct control_links *servers)
{
	size_t live = 0, last = 0;
	if (named)
		return named;
	control_servers_list(servers);
	for (size_t i = 0; i < servers->count; i++) {
		struct control_client client;
		if (control_client_open_server(&client, servers->name[i]) < 0)
			continue;
		control_client_close(&client);
		last = i;
		live++;
	}
	if (live == 1)
		return servers->name[last];
	fprintf(stderr, "%s: %s\n", me,
		live == 0 ? _("no pppoe-server is running")
			  : _("several pppoe-servers are running: name one by --server"));
	return NULL;
}

static const char *or_dash(const char *text)
{
	return text[0] != '\0' ? text : "-";
}

static void print_row(const struct session_info *s)
{
	char place[32], id[8];
	snprintf(place, sizeof(place), "%s%s%s", s->interface, s->vlan[0] != '\0' ? ":" : "",
		 s->vlan);
	snprintf(id, sizeof(id), "0x%04x", (unsigned)s->id);
	printf("%-7s %-17s %-12s %-9s %-15s %-20s %9lld %12lld %12lld\n", id, s->mac, place,
	       s->state, or_dash(s->ipv4), or_dash(s->name), (long long)s->seconds,
	       (long long)s->up_bytes, (long long)s->down_bytes);
	if (s->circuit_id[0] != '\0' || s->remote_id[0] != '\0')
		printf("        circuit \"%s\", remote \"%s\"\n", s->circuit_id, s->remote_id);
}

static void print_json(const struct session_info *session, bool first)
{
	char text[2048];
	if (session_info_to_text(session, text, sizeof(text)) > 0)
		printf("%s%s", first ? "[" : ",\n ", text);
}

static int list(const char *server, bool json)
{
	struct control_client client;
	struct concentrator_reply reply;
	char text[VARLINK_MESSAGE_MAX];
	size_t shown = 0;
	int error = control_client_open_server(&client, server);
	if (error == 0)
		error = control_client_send(&client, text,
					    concentrator_call("List", NULL, true, text));
	if (error == 0 && !json)
		printf("%-7s %-17s %-12s %-9s %-15s %-20s %9s %12s %12s\n", "SESSION", "MAC",
		       "PLACE", "STATE", "IPV4", "NAME", "SECONDS", "UP-BYTES", "DOWN-BYTES");
	while (error == 0) {
		error = control_client_receive_concentrator(&client, ANSWER_MS, &reply);
		if (error == 0)
			error = error_of(&reply);
		if (error < 0 || !reply.has_session)
			break;
		if (json)
			print_json(&reply.session, shown == 0);
		else
			print_row(&reply.session);
		shown++;
	}
	if (json && error == 0)
		puts(shown > 0 ? "]" : "[]");
	control_client_close(&client);
	return error;
}

/* What may stand among the arguments of any of the commands. */
struct arguments {
	const char *server; /* NULL: the only one */
	bool json, cancel;
	const char *word; /* NULL: none */
};

static bool read_arguments(int count, char **argv, struct arguments *ret)
{
	*ret = (struct arguments){ .server = NULL };
	for (int i = 0; i < count; i++) {
		if (strcmp(argv[i], "--server") == 0) {
			if (++i == count)
				return false;
			ret->server = argv[i];
		} else if (strcmp(argv[i], "--json") == 0) {
			ret->json = true;
		} else if (strcmp(argv[i], "--cancel") == 0) {
			ret->cancel = true;
		} else if (argv[i][0] == '-' || ret->word) {
			return false;
		} else {
			ret->word = argv[i];
		}
	}
	return true;
}

int sessions_command(const char *me, int count, char **argv)
{
	struct arguments arguments;
	struct control_links servers;
	if (!read_arguments(count, argv, &arguments) || arguments.cancel || arguments.word)
		return COMMAND_USAGE;
	const char *server = choose(me, arguments.server, &servers);
	if (!server)
		return COMMAND_BAD;
	int error = list(server, arguments.json);
	return error < 0 ? complain(me, server, error) : COMMAND_GOOD;
}

/* 0x12: a session's id; an Ethernet address; an IP address; else a name (after "name:", any). */
static bool read_filter(const char *word, struct session_filter *filter)
{
	struct in_addr ipv4;
	struct in6_addr ipv6;
	char *end = NULL, *to = filter->name;
	size_t size = sizeof(filter->name);
	*filter = (struct session_filter){ .id = -1 };
	if (strncmp(word, "name:", 5) == 0) {
		word += 5;
	} else if (strncmp(word, "0x", 2) == 0) {
		filter->id = strtol(word + 2, &end, 16);
		return *end == '\0' && word[2] != '\0' && filter->id >= 0;
	} else if (strlen(word) == 17 && strspn(word, "0123456789abcdefABCDEF:") == 17) {
		to = filter->mac;
		size = sizeof(filter->mac);
	} else if (inet_pton(AF_INET, word, &ipv4) == 1 || inet_pton(AF_INET6, word, &ipv6) == 1) {
		to = filter->address;
		size = sizeof(filter->address);
	}
	if (word[0] == '\0' || strlen(word) >= size)
		return false;
	memcpy(to, word, strlen(word) + 1);
	return true;
}

int kick_command(const char *me, int count, char **argv)
{
	struct arguments arguments;
	struct session_filter filter;
	struct concentrator_reply reply;
	struct control_links servers;
	char text[VARLINK_MESSAGE_MAX];
	if (!read_arguments(count, argv, &arguments) || arguments.cancel || arguments.json ||
	    !arguments.word || !read_filter(arguments.word, &filter))
		return COMMAND_USAGE;
	const char *server = choose(me, arguments.server, &servers);
	if (!server)
		return COMMAND_BAD;
	int error = ask(server, text, concentrator_call("Kick", &filter, false, text), &reply);
	if (error < 0)
		return complain(me, server, error);
	if (reply.count > 0) {
		printf(_("%lld sessions ended\n"), (long long)reply.count);
		return COMMAND_GOOD;
	}
	fprintf(stderr, _("%s: %s: no such session\n"), me, arguments.word);
	return COMMAND_BAD;
}

int drain_command(const char *me, int count, char **argv)
{
	struct arguments arguments;
	struct concentrator_reply reply;
	struct control_links servers;
	char text[VARLINK_MESSAGE_MAX], *end = NULL;
	if (!read_arguments(count, argv, &arguments) || arguments.json)
		return COMMAND_USAGE;
	unsigned long seconds = arguments.word ? strtoul(arguments.word, &end, 10) : 0;
	if (arguments.word && (arguments.word[0] < '0' || arguments.word[0] > '9' || *end != '\0' ||
			       seconds > DRAIN_MOST || arguments.cancel))
		return COMMAND_USAGE;
	const char *server = choose(me, arguments.server, &servers);
	if (!server)
		return COMMAND_BAD;
	size_t length = concentrator_call_drain(arguments.cancel, (unsigned)seconds, text);
	int error = ask(server, text, length, &reply);
	return error < 0 ? complain(me, server, error) : COMMAND_GOOD;
}

int reload_command(const char *me, int count, char **argv)
{
	struct arguments arguments;
	struct concentrator_reply reply;
	struct control_links servers;
	char text[VARLINK_MESSAGE_MAX];
	if (!read_arguments(count, argv, &arguments) || arguments.cancel || arguments.json ||
	    arguments.word)
		return COMMAND_USAGE;
	const char *server = choose(me, arguments.server, &servers);
	if (!server)
		return COMMAND_BAD;
	int error = ask(server, text, concentrator_call("Reload", NULL, false, text), &reply);
	return error < 0 ? complain(me, server, error) : COMMAND_GOOD;
}
