/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/device.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "linux/rtnetlink_socket.h"

/* Reads of one device_watch_read(): a flood of events must not keep the caller from its line. */
#define READS_MAX 256

struct device_watch {
	struct mnl_socket *socket;
	_Alignas(struct nlmsghdr) uint8_t buffer[RTNETLINK_BUFFER_SIZE];
};

static struct device_watch *watch_new(unsigned groups)
{
	struct device_watch *watch = calloc(1, sizeof(*watch));
	if (watch == NULL)
		return NULL;
	watch->socket = rtnetlink_socket_open(groups);
	if (watch->socket != NULL)
		return watch;
	int error = errno;
	device_watch_free(watch);
	errno = error;
	return NULL;
}

struct device_watch *device_watch_new(void)
{
	return watch_new(RTMGRP_LINK);
}

struct device_watch *device_watch_new_with_addresses(void)
{
	return watch_new(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
}

void device_watch_free(struct device_watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->socket != NULL)
		mnl_socket_close(watch->socket);
	free(watch);
}

int device_watch_descriptor(const struct device_watch *watch)
{
	return mnl_socket_get_fd(watch->socket);
}

static void read_attribute(const struct nlattr *attribute, struct device_event *event)
{
	struct bytes value =
		bytes_of(mnl_attr_get_payload(attribute), mnl_attr_get_payload_len(attribute));
	switch (mnl_attr_get_type(attribute)) {
	case IFLA_IFNAME:
		value = bytes_head(value, DEVICE_NAME_SIZE - 1);
		memcpy(event->name, value.data, value.length); /* with its NUL; zeroed before */
		break;
	case IFLA_ADDRESS:
		/* Other lengths are not of Ethernet. */
		if (value.length == sizeof(event->address.byte))
			memcpy(event->address.byte, value.data, value.length);
		break;
	case IFLA_MTU:
		if (mnl_attr_validate(attribute, MNL_TYPE_U32) == 0)
			event->mtu = (int)mnl_attr_get_u32(attribute);
		break;
	default:
		break;
	}
}

/* libmnl's mnl_attr_for_each() does this, but with an implicit conversion. */
static bool has_attribute(const struct nlmsghdr *message, const struct nlattr *attribute)
{
	ptrdiff_t left =
		(const char *)mnl_nlmsg_get_payload_tail(message) - (const char *)attribute;
	return mnl_attr_ok(attribute, (int)left);
}

static bool read_address_message(const struct nlmsghdr *message, struct device_event *ret_event)
{
	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct ifaddrmsg))
		return false;
	const struct ifaddrmsg *address = mnl_nlmsg_get_payload(message);
	*ret_event =
		(struct device_event){ .kind = DEVICE_ADDRESSES, .index = (int)address->ifa_index };
	return true;
}

/* False if the message is not about an interface. */
static bool read_message(const struct nlmsghdr *message, struct device_event *ret_event)
{
	if (message->nlmsg_type == RTM_NEWADDR || message->nlmsg_type == RTM_DELADDR)
		return read_address_message(message, ret_event);
	if (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK)
		return false;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct ifinfomsg))
		return false;
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	/* RTM_DELLINK of AF_BRIDGE says that a port left its bridge; the interface stays. */
	if (link->ifi_family != AF_UNSPEC)
		return false;

	*ret_event = (struct device_event){
		.kind = message->nlmsg_type == RTM_NEWLINK ? DEVICE_CHANGED : DEVICE_GONE,
		.index = link->ifi_index,
		.up = (link->ifi_flags & IFF_UP) != 0,
		.carrier = (link->ifi_flags & IFF_RUNNING) != 0,
	};
	const struct nlattr *attribute;
	for (attribute = mnl_nlmsg_get_payload_offset(message, sizeof(*link));
	     has_attribute(message, attribute); attribute = mnl_attr_next(attribute))
		read_attribute(attribute, ret_event);
	return true;
}

int device_watch_read(struct device_watch *watch,
		      void (*each)(void *context, const struct device_event *event), void *context)
{
	for (unsigned reads = 0; reads < READS_MAX; reads++) {
		ssize_t length =
			rtnetlink_socket_next(watch->socket, watch->buffer, sizeof(watch->buffer));
		if (length == -EAGAIN)
			return 0;
		if (length < 0)
			return (int)length;
		int left = (int)length;
		for (const struct nlmsghdr *message = (const void *)watch->buffer;
		     mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			struct device_event event;
			if (read_message(message, &event))
				each(context, &event);
		}
	}
	return 0;
}
