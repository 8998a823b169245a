/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FIREWALL and CLAMPMSS of a line: its nftables table, made before its device is set up, and let
 * alone between two sessions, so that there is no moment without.  The kernel takes it away with
 * this process, whatever becomes of it; a kernel that can't (before 5.12) has one that lasts, which
 * is on record for the next line to take away.  With MASQUERADE the host forwards IPv4 for as long
 * as a line needs it, if it did not before.
 */
#pragma once

#include "config/line_config.h"

struct line_firewall;

/* For the log. */
typedef void line_firewall_note(void *context, const char *text);

/*
 * name: of the line; config is borrowed.  Takes away what crashes of lines in this namespace have
 * left.  NULL if out of memory.
 */
struct line_firewall *line_firewall_new(const struct line_config *config, const char *name,
					line_firewall_note *note, void *context);

/* The line ends: nothing is left of it.  NULL is fine. */
void line_firewall_free(struct line_firewall *firewall);

/*
 * For the device of this name, there or not yet; nothing to do is fine.  Negative errno where the
 * line would be unprotected, with the words for it in `text`.  What only CLAMPMSS wants and can't
 * have is noted, and no failure.
 */
int line_firewall_apply(struct line_firewall *firewall, const char *device, char *text,
			size_t size);
