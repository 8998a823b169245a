/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/hooks.h"

#include <inttypes.h>
#include <pwd.h>
#include <unistd.h>

#include "base/text.h"

enum arguments { ARGUMENTS_NONE, ARGUMENTS_AUTH, ARGUMENTS_IPV4, ARGUMENTS_IPV6 };

struct hook_kind {
	const char *path;
	enum child_lane lane;
	enum arguments arguments;
	const char *takes_back; /* NULL: of the way up */
};

#define PPP "/etc/ppp/"

/* clang-format off */
static const struct hook_kind kinds[HOOKS] = {
	[HOOK_AUTH_UP]   = { PPP "auth-up",   CHILD_LANE_AUTH,   ARGUMENTS_AUTH, NULL },
	[HOOK_IP_PRE_UP] = { PPP "ip-pre-up", CHILD_LANE_PRE_UP, ARGUMENTS_IPV4, NULL },
	[HOOK_IP_UP]     = { PPP "ip-up",     CHILD_LANE_IPV4,   ARGUMENTS_IPV4, NULL },
	[HOOK_IPV6_UP]   = { PPP "ipv6-up",   CHILD_LANE_IPV6,   ARGUMENTS_IPV6, NULL },
	[HOOK_IP_DOWN]   = { PPP "ip-down",   CHILD_LANE_IPV4,   ARGUMENTS_IPV4, PPP "ip-up" },
	[HOOK_IPV6_DOWN] = { PPP "ipv6-down", CHILD_LANE_IPV6,   ARGUMENTS_IPV6, PPP "ipv6-up" },
	[HOOK_AUTH_DOWN] = { PPP "auth-down", CHILD_LANE_AUTH,   ARGUMENTS_AUTH, PPP "auth-up" },
	[HOOK_LOST]      = { PPP "pppoe-lost", CHILD_LANE_IPV4, ARGUMENTS_NONE, NULL },
};
/* clang-format on */

/* There is no serial line, so no speed; pppd's own PPPoE plugin says 0 too. */
#define SPEED "0"

struct address_text {
	char text[48];
};

static struct address_text ipv4_text(uint32_t address)
{
	struct address_text result;
	struct text t = text_of(result.text, sizeof(result.text));
	text_ipv4(&t, address);
	return result;
}

static struct address_text ipv6_text(uint64_t interface_id)
{
	struct address_text result;
	struct text t = text_of(result.text, sizeof(result.text));
	text_interface_id(&t, interface_id);
	return result;
}

bool hook_exists(enum hook hook)
{
	return access(kinds[hook].path, X_OK) == 0;
}

/* What pppd's options say; or else what rp-pppoe gives pppd, which is DEVICE, and not UNIT. */
static const char *ip_parameter(const struct line_config *config)
{
	if (config->from_pppd || config->ip_parameter[0])
		return config->ip_parameter;
	return config->device_is_unit ? "" : config->device;
}

static void add_arguments(struct child *child, enum arguments arguments,
			  const struct line_config *config, const struct hook_facts *facts)
{
	const struct link_addresses *a = &facts->addresses;
	if (arguments == ARGUMENTS_NONE)
		return;
	child_argument(child, facts->device);
	switch (arguments) {
	case ARGUMENTS_AUTH:
		child_argument(child, ""); /* the peer has not said who it is */
		child_argument(child, config->user);
		child_argument(child, facts->interface);
		child_argument(child, SPEED);
		return;
	case ARGUMENTS_NONE:
	case ARGUMENTS_IPV4:
	case ARGUMENTS_IPV6:
		break;
	}
	bool ipv4 = arguments == ARGUMENTS_IPV4;
	child_argument(child, facts->interface);
	child_argument(child, SPEED);
	child_argument(child, ipv4 ? ipv4_text(a->local).text : ipv6_text(a->interface_id).text);
	child_argument(child,
		       ipv4 ? ipv4_text(a->remote).text : ipv6_text(a->peer_interface_id).text);
	const char *parameter = ip_parameter(config);
	if (parameter[0])
		child_argument(child, parameter);
}

static void add_environment(struct child *child, const struct line_config *config,
			    const struct hook_facts *facts)
{
	const struct passwd *who = getpwuid(getuid());
	child_environment(child, "DEVICE", "%s", facts->interface);
	child_environment(child, "IFNAME", "%s", facts->device);
	child_environment(child, "SPEED", SPEED);
	if (strncmp(facts->device, "ppp", 3) == 0)
		child_environment(child, "UNIT", "%s", facts->device + 3);
	child_environment(child, "ORIG_UID", "%u", (unsigned)getuid());
	child_environment(child, "PPPLOGNAME", "%s", who ? who->pw_name : "root");
	child_environment(child, "PPPD_PID", "%d", (int)getpid());
	child_environment(child, "LINKNAME", "%s",
			  config->link_name[0] ? config->link_name : facts->link);
	if (facts->session.known) {
		const uint8_t *m = facts->session.peer.byte;
		child_environment(child, "MACREMOTE", "%02X:%02X:%02X:%02X:%02X:%02X", m[0], m[1],
				  m[2], m[3], m[4], m[5]);
	}
}

static void add_addresses(struct child *child, const struct hook_facts *facts)
{
	const struct link_addresses *a = &facts->addresses;
	static const char *const names[] = { "DNS1", "DNS2" };
	if (a->ipv4) {
		child_environment(child, "IPLOCAL", "%s", ipv4_text(a->local).text);
		child_environment(child, "IPREMOTE", "%s", ipv4_text(a->remote).text);
	}
	if (a->ipv6) {
		child_environment(child, "LLLOCAL", "%s", ipv6_text(a->interface_id).text);
		child_environment(child, "LLREMOTE", "%s", ipv6_text(a->peer_interface_id).text);
	}
	for (size_t i = 0; i < 2; i++)
		if (a->dns[i] != 0)
			child_environment(child, names[i], "%s", ipv4_text(a->dns[i]).text);
	if (facts->use_peer_dns)
		child_environment(child, "USEPEERDNS", "1");
}

static void add_statistics(struct child *child, const struct hook_facts *facts)
{
	child_environment(child, "CONNECT_TIME", "%" PRIu64, facts->connect_s);
	child_environment(child, "BYTES_SENT", "%" PRIu64, facts->sent_bytes);
	child_environment(child, "BYTES_RCVD", "%" PRIu64, facts->received_bytes);
}

void hook_run(struct children *children, enum hook hook, const struct line_config *config,
	      const struct hook_facts *facts, void (*done)(void *context), void *context)
{
	const struct hook_kind *kind = &kinds[hook];
	struct child *child = NULL;
	if (hook == HOOK_LOST) /* one that waits for a slow one is enough */
		children_take_back(children, kind->lane, kind->path);
	bool taken_back =
		kind->takes_back && children_take_back(children, kind->lane, kind->takes_back);
	if (!taken_back && hook_exists(hook))
		child = child_new(kind->lane, kind->path);
	if (!child) {
		if (done)
			done(context);
		return;
	}
	add_arguments(child, kind->arguments, config, facts);
	add_environment(child, config, facts);
	add_addresses(child, facts);
	if (kind->takes_back)
		add_statistics(child, facts);
	child_done(child, done, context);
	children_run(children, child);
}
