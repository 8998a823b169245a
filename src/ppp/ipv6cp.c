/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/ipv6cp.h"

enum ipv6cp_option { IPV6CP_INTERFACE_IDENTIFIER = 1 };

/* Random, with the "u" bit zero: not made from a global address (RFC 5072 section 4.1). */
static uint64_t new_id(struct ppp_context *context)
{
	uint64_t id = random_u64(context->random) & ~(UINT64_C(2) << 56);
	return id ? id : 1;
}

static uint64_t read_id(struct bytes value)
{
	struct reader r = reader_of(value);
	return reader_u64(&r);
}

/* Zero, or the same as ours, is answered by a Nak with another one (RFC 5072 section 4.1). */
static enum ppp_verdict judge_id(void *owner, struct ppp_context *context, struct bytes value,
				 struct writer *nak)
{
	const struct ipv6cp *ipv6cp = owner;
	uint64_t id = read_id(value);
	if (id != 0 && id != ipv6cp->id)
		return PPP_ACK;
	uint64_t other = new_id(context);
	writer_u64(nak, other == ipv6cp->id ? other ^ 1 : other);
	return PPP_NAK;
}

static void agree_id(void *owner, struct bytes value)
{
	((struct ipv6cp *)owner)->peer_id = read_id(value);
}

static bool ask_id(const void *owner, struct writer *w)
{
	const struct ipv6cp *ipv6cp = owner;
	writer_u64(w, ipv6cp->id);
	return ipv6cp->ask_id;
}

static void naked_id(void *owner, struct ppp_context *context, struct bytes value)
{
	struct ipv6cp *ipv6cp = owner;
	uint64_t id = read_id(value);
	ipv6cp->id = id != 0 && id != ipv6cp->peer_id ? id : new_id(context);
}

static void rejected_id(void *owner, struct ppp_context *context)
{
	(void)context;
	((struct ipv6cp *)owner)->ask_id = false;
}

static void forget_peer(void *owner)
{
	((struct ipv6cp *)owner)->peer_id = 0;
}

static const struct ppp_option options[] = {
	{ IPV6CP_INTERFACE_IDENTIFIER, 8, 8, "Interface-Identifier", judge_id, agree_id, ask_id,
	  naked_id, rejected_id },
};

static const struct ppp_control_type ipv6cp_type = {
	.protocol = PPP_IPV6CP,
	.name = "IPV6CP",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.forget_peer = forget_peer,
};

void ipv6cp_init(struct ipv6cp *ipv6cp)
{
	memset(ipv6cp, 0, sizeof(*ipv6cp));
	ppp_control_init(&ipv6cp->control, &ipv6cp_type);
}

void ipv6cp_prepare(struct ipv6cp *ipv6cp, struct ppp_context *context)
{
	uint64_t id = context->config->interface_id;
	ipv6cp->id = id ? id : new_id(context);
	ipv6cp->ask_id = true;
	ipv6cp->peer_id = 0;
}
