/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/ipcp.h"

enum ipcp_option {
	IPCP_ADDRESS = 3,
	IPCP_DNS_PRIMARY = 129,
	IPCP_DNS_SECONDARY = 131,
};

static uint32_t read_address(struct bytes value)
{
	struct reader r = reader_of(value);
	return reader_u32(&r);
}

/* One that a host can have: neither "this network", loopback, multicast nor reserved. */
bool ipcp_is_host_address(uint32_t address)
{
	uint32_t first = address >> 24;
	return first != 0 && first != 127 && first < 224;
}

/*
 * The peer's own address.  A concentrator names ours for it (give_address); a dialler takes
 * whatever the concentrator calls itself, and cannot help one that asks to be named.
 */
static enum ppp_verdict judge_address(void *owner, struct ppp_context *context, struct bytes value,
				      struct writer *nak)
{
	(void)owner;
	uint32_t address = read_address(value);
	uint32_t give = context->give_address;
	bool insist = context->config->assign_address && give != 0;
	if (address != 0 && (!insist || address == give))
		return PPP_ACK;
	if (give == 0)
		return PPP_REJECT;
	writer_u32(nak, give);
	return PPP_NAK;
}

static void agree_address(void *owner, struct bytes value)
{
	((struct ipcp *)owner)->peer_address = read_address(value);
}

static bool ask_address(const void *owner, struct writer *w)
{
	const struct ipcp *ipcp = owner;
	writer_u32(w, ipcp->address);
	return ipcp->ask_address;
}

static void naked_address(void *owner, struct ppp_context *context, struct bytes value)
{
	/* A concentrator's own address is not the host's to name. */
	uint32_t address = read_address(value);
	if (ipcp_is_host_address(address) && !context->config->assign_address)
		((struct ipcp *)owner)->address = address;
}

static void rejected_address(void *owner, struct ppp_context *context)
{
	(void)context;
	((struct ipcp *)owner)->ask_address = false;
}

static enum ppp_verdict judge_dns(struct ppp_context *context, unsigned which, struct bytes value,
				  struct writer *nak)
{
	uint32_t offer = context->config->offer_dns[which];
	if (offer == 0)
		return PPP_REJECT;
	if (read_address(value) == offer)
		return PPP_ACK;
	writer_u32(nak, offer);
	return PPP_NAK;
}

static enum ppp_verdict judge_dns_primary(void *owner, struct ppp_context *context,
					  struct bytes value, struct writer *nak)
{
	(void)owner;
	return judge_dns(context, 0, value, nak);
}

static enum ppp_verdict judge_dns_secondary(void *owner, struct ppp_context *context,
					    struct bytes value, struct writer *nak)
{
	(void)owner;
	return judge_dns(context, 1, value, nak);
}

static bool ask_dns(const struct ipcp *ipcp, unsigned which, struct writer *w)
{
	writer_u32(w, ipcp->dns[which]);
	return ipcp->ask_dns[which];
}

static bool ask_dns_primary(const void *owner, struct writer *w)
{
	return ask_dns(owner, 0, w);
}

static bool ask_dns_secondary(const void *owner, struct writer *w)
{
	return ask_dns(owner, 1, w);
}

/* A peer that names none has none: to ask on would go in circles. */
static void naked_dns(struct ipcp *ipcp, unsigned which, struct bytes value)
{
	ipcp->dns[which] = read_address(value);
	if (ipcp->dns[which] == 0)
		ipcp->ask_dns[which] = false;
}

static void naked_dns_primary(void *owner, struct ppp_context *context, struct bytes value)
{
	(void)context;
	naked_dns(owner, 0, value);
}

static void naked_dns_secondary(void *owner, struct ppp_context *context, struct bytes value)
{
	(void)context;
	naked_dns(owner, 1, value);
}

static void rejected_dns(struct ipcp *ipcp, unsigned which)
{
	ipcp->ask_dns[which] = false;
	ipcp->dns[which] = 0;
}

static void rejected_dns_primary(void *owner, struct ppp_context *context)
{
	(void)context;
	rejected_dns(owner, 0);
}

static void rejected_dns_secondary(void *owner, struct ppp_context *context)
{
	(void)context;
	rejected_dns(owner, 1);
}

static void forget_peer(void *owner)
{
	((struct ipcp *)owner)->peer_address = 0;
}

/* A host that does not ask for its address is told to (RFC 1332 section 3.3, by a Nak with it). */
static void missing(void *owner, struct ppp_context *context, struct reader request,
		    struct writer *nak)
{
	(void)owner;
	if (!context->config->assign_address || context->give_address == 0)
		return;
	struct tlv item;
	while (tlv_next_option(&request, &item) == TLV_ITEM)
		if (item.type == IPCP_ADDRESS)
			return;
	writer_u8(nak, IPCP_ADDRESS);
	writer_u8(nak, 6);
	writer_u32(nak, context->give_address);
}

/* Every other option, IP-Addresses (1) and IP-Compression-Protocol (2) among them, is rejected. */
static const struct ppp_option options[] = {
	{ IPCP_ADDRESS, 4, 4, "IP-Address", judge_address, agree_address, ask_address,
	  naked_address, rejected_address },
	{ IPCP_DNS_PRIMARY, 4, 4, "Primary-DNS", judge_dns_primary, NULL, ask_dns_primary,
	  naked_dns_primary, rejected_dns_primary },
	{ IPCP_DNS_SECONDARY, 4, 4, "Secondary-DNS", judge_dns_secondary, NULL, ask_dns_secondary,
	  naked_dns_secondary, rejected_dns_secondary },
};

static const struct ppp_control_type ipcp_type = {
	.protocol = PPP_IPCP,
	.name = "IPCP",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.forget_peer = forget_peer,
	.missing = missing,
};

void ipcp_init(struct ipcp *ipcp)
{
	memset(ipcp, 0, sizeof(*ipcp));
	ppp_control_init(&ipcp->control, &ipcp_type);
}

void ipcp_prepare(struct ipcp *ipcp, struct ppp_context *context)
{
	ipcp->ask_address = true;
	ipcp->address = context->config->address;
	ipcp->ask_dns[0] = ipcp->ask_dns[1] = context->config->request_dns;
	ipcp->dns[0] = ipcp->dns[1] = 0;
	ipcp->peer_address = 0;
}
