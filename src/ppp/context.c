/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/context.h"

void ppp_context_send(struct ppp_context *context, uint16_t protocol, uint8_t code,
		      uint8_t identifier, struct bytes data)
{
	struct writer w = ppp_outbox_begin(context->outbox);
	ppp_packet_write(&w, code, identifier, data);
	ppp_outbox_end(context->outbox, protocol, &w);
}

uint32_t ppp_context_restart_ms(const struct ppp_context *context)
{
	const uint32_t least_ms = 40;
	const struct ppp_config *config = context->config;
	if (!context->round_trip_known)
		return config->restart_min_ms;
	uint32_t wait_ms = 3 * context->round_trip_ms;
	if (wait_ms > config->restart_max_ms)
		return config->restart_max_ms;
	return wait_ms > least_ms ? wait_ms : least_ms;
}
