/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines for the log, as key=value.  Each fills an action of kind ACCESS_EVENT, whose text
 * stands in access->text.  Private to this room.
 */
#pragma once

#include "access/access.h"

void event_opened(struct access *access, uint32_t slot, struct access_action *ret_action);
void event_padt(struct access *access, uint32_t slot, const char *words,
		struct access_action *ret_action);
void event_checked(struct access *access, uint32_t slot, struct access_action *ret_action);
void event_up(struct access *access, uint32_t slot, bool ipv4, struct access_action *ret_action);
void event_down(struct access *access, uint32_t slot, bool ipv4, struct access_action *ret_action);
void event_clash(struct access *access, uint32_t slot, struct access_action *ret_action);
void event_closed(struct access *access, uint32_t slot, struct access_action *ret_action);
