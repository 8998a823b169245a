/* SPDX-License-Identifier: BSD-2-Clause */
/* What pppoe-sniff says: rp-pppoe's words, configurations, the summary. */
#pragma once

#include "capture/advice.h"

void tell_begin(void);
void tell_progress(enum advice_state before, enum advice_state after);

/* What to set in pppoe.conf, if anything. */
void tell_advice(const struct advice *advice);

/* A whole configuration, to standard output.  interface: "" if it is not known. */
void tell_config(const struct advice *advice, const char *interface);

struct tell_counts {
	uint64_t discovery, control, data, data_bytes, malformed, lost;
};

void tell_summary(const struct tell_counts *counts);
