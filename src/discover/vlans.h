/* SPDX-License-Identifier: BSD-2-Clause */
/* VLANs as people write them: "7", "7,35", "1-4094"; 0 stands for untagged. */
#pragma once

#include "discover/discover.h"

/* Each once, in rising order.  False if that is no list of VLANs. */
bool vlans_read(const char *text, struct discover_vlans *ret_vlans);
