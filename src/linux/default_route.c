/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/default_route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "linux/rtnetlink_socket.h"

#define READS_MAX 256 /* of one default_route_watch_read() */

struct default_route_watch {
	struct mnl_socket *socket;
	_Alignas(struct nlmsghdr) uint8_t buffer[RTNETLINK_BUFFER_SIZE];
};

/* A route as far as it is of concern. */
struct route {
	const struct rtmsg *header;
	const struct nlattr *attribute[RTA_MAX + 1];
};

static int read_attribute(const struct nlattr *attribute, void *context)
{
	struct route *route = context;
	uint16_t type = mnl_attr_get_type(attribute);
	if (mnl_attr_type_valid(attribute, RTA_MAX) > 0)
		route->attribute[type] = attribute;
	return MNL_CB_OK;
}

static uint32_t number(const struct route *route, int type)
{
	const struct nlattr *attribute = route->attribute[type];
	return attribute && mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0
		       ? mnl_attr_get_u32(attribute)
		       : 0;
}

/* True if the message is about a default route of the main table. */
static bool read_default(const struct nlmsghdr *message, struct route *ret_route)
{
	*ret_route = (struct route){ 0 };
	if ((message->nlmsg_type != RTM_NEWROUTE && message->nlmsg_type != RTM_DELROUTE) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(struct rtmsg))
		return false;
	ret_route->header = mnl_nlmsg_get_payload(message);
	if (ret_route->header->rtm_dst_len != 0 ||
	    mnl_attr_parse(message, sizeof(struct rtmsg), read_attribute, ret_route) < 0)
		return false;
	uint32_t table = ret_route->attribute[RTA_TABLE] ? number(ret_route, RTA_TABLE)
							 : ret_route->header->rtm_table;
	return table == RT_TABLE_MAIN;
}

struct text {
	char *to;
	size_t size, length;
	bool full;
};

__attribute__((format(printf, 2, 3))) static void print(struct text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int printed =
		vsnprintf(text->to + text->length, text->size - text->length, format, arguments);
	va_end(arguments);
	if (printed < 0 || (size_t)printed >= text->size - text->length)
		text->full = true;
	else
		text->length += (size_t)printed;
}

static void print_address(struct text *text, const char *word, const struct route *route, int type)
{
	const struct nlattr *attribute = route->attribute[type];
	char address[INET_ADDRSTRLEN];
	if (attribute && mnl_attr_get_payload_len(attribute) == sizeof(struct in_addr) &&
	    inet_ntop(AF_INET, mnl_attr_get_payload(attribute), address, sizeof(address)))
		print(text, " %s %s", word, address);
}

static void print_protocol(struct text *text, unsigned protocol)
{
	static const struct {
		unsigned protocol;
		const char *name;
	} names[] = {
		{ RTPROT_REDIRECT, "redirect" },
		{ RTPROT_KERNEL, "kernel" },
		{ RTPROT_RA, "ra" },
		{ RTPROT_DHCP, "dhcp" },
		{ RTPROT_STATIC, "static" },
		{ RTPROT_BIRD, "bird" },
	};
	if (protocol == RTPROT_BOOT) /* what a command sets: ip says nothing then */
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].protocol == protocol) {
			print(text, " proto %s", names[i].name);
			return;
		}
	}
	print(text, " proto %u", protocol);
}

static int list_one(const struct nlmsghdr *message, void *context)
{
	struct text *text = context;
	struct route route;
	char name[IF_NAMESIZE];
	if (!read_default(message, &route) || route.header->rtm_family != AF_INET ||
	    route.header->rtm_type != RTN_UNICAST || !route.attribute[RTA_OIF])
		return MNL_CB_OK; /* several ways in one route: not to be put into one line */
	print(text, "default");
	print_address(text, "via", &route, RTA_GATEWAY);
	if (if_indextoname(number(&route, RTA_OIF), name))
		print(text, " dev %s", name);
	print_protocol(text, route.header->rtm_protocol);
	if (route.header->rtm_scope == RT_SCOPE_LINK)
		print(text, " scope link");
	print_address(text, "src", &route, RTA_PREFSRC);
	if (number(&route, RTA_PRIORITY) != 0)
		print(text, " metric %u", number(&route, RTA_PRIORITY));
	if (route.header->rtm_flags & RTNH_F_ONLINK)
		print(text, " onlink");
	print(text, "\n");
	return MNL_CB_OK;
}

static int dump(struct mnl_socket *socket, uint8_t *buffer, struct text *text)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	request->nlmsg_type = RTM_GETROUTE;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 1;
	struct rtmsg *header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->rtm_family = AF_INET;
	unsigned portid = mnl_socket_get_portid(socket);
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return -errno;
	int result;
	do {
		ssize_t length = mnl_socket_recvfrom(socket, buffer, RTNETLINK_BUFFER_SIZE);
		if (length < 0)
			return -errno;
		result = mnl_cb_run(buffer, (size_t)length, 1, portid, list_one, text);
	} while (result > MNL_CB_STOP);
	return result == MNL_CB_ERROR ? -errno : 0;
}

int default_route_list(char *to, size_t size)
{
	struct text text = { .to = to, .size = size };
	to[0] = '\0';
	struct mnl_socket *socket = rtnetlink_socket_open(0);
	if (socket == NULL)
		return -errno;
	uint8_t *buffer = malloc(RTNETLINK_BUFFER_SIZE);
	int error = buffer == NULL ? -ENOMEM : dump(socket, buffer, &text);
	free(buffer);
	mnl_socket_close(socket);
	if (error == 0 && text.full)
		error = -ENOBUFS;
	return error < 0 ? error : (int)text.length;
}

struct default_route_watch *default_route_watch_new(void)
{
	struct default_route_watch *watch = calloc(1, sizeof(*watch));
	if (watch == NULL)
		return NULL;
	watch->socket = rtnetlink_socket_open(RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE);
	if (watch->socket != NULL)
		return watch;
	int error = errno;
	default_route_watch_free(watch);
	errno = error;
	return NULL;
}

void default_route_watch_free(struct default_route_watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->socket != NULL)
		mnl_socket_close(watch->socket);
	free(watch);
}

int default_route_watch_descriptor(const struct default_route_watch *watch)
{
	return mnl_socket_get_fd(watch->socket);
}

static enum default_route_event judge(const struct nlmsghdr *message, int index)
{
	struct route route;
	if (!read_default(message, &route))
		return DEFAULT_ROUTE_KEPT;
	if (message->nlmsg_type == RTM_DELROUTE)
		return number(&route, RTA_OIF) == (uint32_t)index ? DEFAULT_ROUTE_REMOVED
								  : DEFAULT_ROUTE_KEPT;
	/* `ip route replace` puts its own in the place of the first one, without a word about it.
	 */
	return message->nlmsg_flags & NLM_F_REPLACE && number(&route, RTA_OIF) != (uint32_t)index
		       ? DEFAULT_ROUTE_IN_DOUBT
		       : DEFAULT_ROUTE_KEPT;
}

enum default_route_event default_route_watch_read(struct default_route_watch *watch, int index)
{
	enum default_route_event worst = DEFAULT_ROUTE_KEPT;
	for (unsigned reads = 0; reads < READS_MAX; reads++) {
		ssize_t length =
			rtnetlink_socket_next(watch->socket, watch->buffer, sizeof(watch->buffer));
		if (length == -EAGAIN)
			break;
		if (length < 0) {
			worst = DEFAULT_ROUTE_IN_DOUBT;
			continue;
		}
		int left = (int)length;
		for (const struct nlmsghdr *message = (const void *)watch->buffer;
		     mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			enum default_route_event event = judge(message, index);
			if (event != DEFAULT_ROUTE_KEPT && worst != DEFAULT_ROUTE_REMOVED)
				worst = event;
		}
	}
	return worst;
}
