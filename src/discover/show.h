/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms in which answers are shown.  What a peer said is made printable. */
#pragma once

#include <stdio.h>

#include "discover/discover.h"

/* The tags of a PADO, a line each, as scripts know them from rp-pppoe. */
void discover_print_tags(FILE *to, const struct pppoe_tags *tags);

/* The two lines behind those of a concentrator that was asked for. */
void discover_print_end(FILE *to, struct mac concentrator);

/*
 * Both, the last two lines only if it matches; before them one with the interface if more than one,
 * or a VLAN, was asked in.
 */
void discover_print_classic(FILE *to, const struct discover *discover,
			    const struct pppoe_survey_answer *answer);

/* A list of objects, in the order that the answers have. */
void discover_print_json(FILE *to, const struct discover *discover);

/* A row: interface, VLAN, address, latency, name, services or what the concentrator complains of.
 */
void discover_print_row(FILE *to, const struct discover *discover,
			const struct pppoe_survey_answer *answer);
