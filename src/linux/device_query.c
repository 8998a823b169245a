/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/bytes.h"
#include "linux/device.h"
#include "linux/rtnetlink_request.h"

struct attributes {
	const struct nlattr *of[IFLA_MAX + 1];
};

static int read_attribute(const struct nlattr *attribute, void *context)
{
	struct attributes *attributes = context;
	if (mnl_attr_type_valid(attribute, IFLA_MAX) > 0)
		attributes->of[mnl_attr_get_type(attribute)] = attribute;
	return MNL_CB_OK;
}

/* The nested attributes, where there are any. */
static struct attributes inside(const struct nlattr *nest)
{
	struct attributes found = { 0 };
	if (nest != NULL && mnl_attr_parse_nested(nest, read_attribute, &found) < 0)
		found = (struct attributes){ 0 };
	return found;
}

static struct bytes value_of(const struct nlattr *attribute)
{
	return attribute == NULL ? bytes_of(NULL, 0)
				 : bytes_of(mnl_attr_get_payload(attribute),
					    mnl_attr_get_payload_len(attribute));
}

static const struct ifinfomsg *read_link(const struct nlmsghdr *message,
					 struct attributes *ret_attributes)
{
	*ret_attributes = (struct attributes){ 0 };
	if (message->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(struct ifinfomsg) ||
	    mnl_attr_parse(message, sizeof(struct ifinfomsg), read_attribute, ret_attributes) < 0)
		return NULL;
	return mnl_nlmsg_get_payload(message);
}

static int count_one(const struct nlmsghdr *message, void *context)
{
	struct device_counters *counters = context;
	struct attributes attributes;
	struct rtnl_link_stats64 stats = { 0 };
	if (read_link(message, &attributes) == NULL)
		return MNL_CB_OK;
	/* A newer kernel has more of them, an older one fewer. */
	struct bytes value = bytes_head(value_of(attributes.of[IFLA_STATS64]), sizeof(stats));
	if (value.length > 0)
		memcpy(&stats, value.data, value.length);
	*counters = (struct device_counters){
		.received_packets = stats.rx_packets,
		.received_bytes = stats.rx_bytes,
		.sent_packets = stats.tx_packets,
		.sent_bytes = stats.tx_bytes,
	};
	return MNL_CB_OK;
}

int device_count(struct rtnetlink *rtnetlink, int index, struct device_counters *ret_counters)
{
	void *header;
	struct nlmsghdr *request =
		rtnetlink_begin(rtnetlink, RTM_GETLINK, 0, sizeof(struct ifinfomsg), &header);
	((struct ifinfomsg *)header)->ifi_index = index;
	return rtnetlink_ask(rtnetlink, request, count_one, ret_counters);
}

struct vlan_search {
	int below, index;
	unsigned id; /* 0: any */
	char name[DEVICE_NAME_SIZE];
};

static bool is_text(const struct nlattr *attribute, const char *text)
{
	struct bytes value = value_of(attribute);
	size_t length = strlen(text);
	return value.length >= length && memcmp(value.data, text, length) == 0 &&
	       (value.length == length || value.data[length] == '\0');
}

static uint32_t number_of(const struct nlattr *attribute)
{
	return attribute != NULL && mnl_attr_validate(attribute, MNL_TYPE_U32) == 0
		       ? mnl_attr_get_u32(attribute)
		       : 0;
}

static unsigned vlan_of(const struct nlattr *attribute)
{
	return attribute != NULL && mnl_attr_validate(attribute, MNL_TYPE_U16) == 0
		       ? mnl_attr_get_u16(attribute)
		       : 0;
}

static int match_vlan(const struct nlmsghdr *message, void *context)
{
	struct vlan_search *search = context;
	struct attributes link;
	const struct ifinfomsg *header = read_link(message, &link);
	if (header == NULL)
		return MNL_CB_OK;
	struct attributes about = inside(link.of[IFLA_LINKINFO]);
	struct attributes data = inside(about.of[IFLA_INFO_DATA]);
	/* With IFLA_LINK_NETNSID the number is of an interface in another namespace. */
	if (!is_text(about.of[IFLA_INFO_KIND], "vlan") || link.of[IFLA_LINK_NETNSID] != NULL ||
	    number_of(link.of[IFLA_LINK]) != (uint32_t)search->below ||
	    (search->id != 0 && vlan_of(data.of[IFLA_VLAN_ID]) != search->id))
		return MNL_CB_OK;
	search->index = header->ifi_index;
	struct bytes name = bytes_head(value_of(link.of[IFLA_IFNAME]), DEVICE_NAME_SIZE - 1);
	if (name.length > 0)
		memcpy(search->name, name.data, name.length); /* zeroed before */
	return MNL_CB_OK;
}

static int search_vlan(struct rtnetlink *rtnetlink, uint16_t flags, int index,
		       struct vlan_search *search)
{
	void *header;
	struct nlmsghdr *request =
		rtnetlink_begin(rtnetlink, RTM_GETLINK, flags, sizeof(struct ifinfomsg), &header);
	((struct ifinfomsg *)header)->ifi_index = index;
	int result = rtnetlink_ask(rtnetlink, request, match_vlan, search);
	return result < 0 ? result : search->index == 0 ? -ENODEV : search->index;
}

int device_find_vlan(struct rtnetlink *rtnetlink, int below, unsigned id,
		     char ret_name[DEVICE_NAME_SIZE])
{
	struct vlan_search search = { .below = below, .id = id };
	int result = search_vlan(rtnetlink, NLM_F_DUMP, 0, &search);
	if (result >= 0)
		memcpy(ret_name, search.name, DEVICE_NAME_SIZE);
	return result;
}

bool device_is_vlan(struct rtnetlink *rtnetlink, int index, int below)
{
	struct vlan_search search = { .below = below };
	return search_vlan(rtnetlink, 0, index, &search) == index;
}
