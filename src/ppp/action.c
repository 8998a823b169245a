/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/action.h"

/* The last places are kept for actions that change state: those must never be lost. */
#define PLACES (sizeof((struct ppp_outbox *)0)->actions / sizeof(struct ppp_action))
#define PLACES_TO_SEND (PLACES - 8)

void ppp_outbox_init(struct ppp_outbox *outbox)
{
	outbox->made = outbox->taken = 0;
	outbox->used = 0;
	outbox->lost = 0;
}

bool ppp_outbox_next(struct ppp_outbox *outbox, struct ppp_action *ret_action)
{
	if (outbox->taken == outbox->made) {
		outbox->taken = outbox->made = 0;
		outbox->used = 0;
		return false;
	}
	*ret_action = outbox->actions[outbox->taken++];
	return true;
}

struct writer ppp_outbox_begin(struct ppp_outbox *outbox)
{
	size_t room = sizeof(outbox->bytes) - outbox->used;
	if (outbox->made >= PLACES_TO_SEND)
		room = 0;
	return writer_of(outbox->bytes + outbox->used,
			 room < PPP_PACKET_MAX ? room : PPP_PACKET_MAX);
}

void ppp_outbox_end(struct ppp_outbox *outbox, uint16_t protocol, const struct writer *w)
{
	if (w->failed) {
		outbox->lost++;
		return;
	}
	outbox->actions[outbox->made++] = (struct ppp_action){
		.kind = PPP_SEND,
		.protocol = protocol,
		.packet = writer_written(w),
	};
	outbox->used += w->length;
}

void ppp_outbox_put(struct ppp_outbox *outbox, enum ppp_action_kind kind)
{
	if (outbox->made < PLACES)
		outbox->actions[outbox->made++] = (struct ppp_action){ .kind = kind };
}
