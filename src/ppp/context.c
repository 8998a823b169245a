/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/context.h"

void ppp_context_send(struct ppp_context *context, uint16_t protocol, uint8_t code,
		      uint8_t identifier, struct bytes data)
{
	struct writer w = ppp_outbox_begin(context->outbox);
	ppp_packet_write(&w, code, identifier, data);
	ppp_outbox_end(context->outbox, protocol, &w);
}
