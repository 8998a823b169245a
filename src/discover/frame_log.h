/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of -D: every frame as a heading and its bytes in hex, in rp-pppoe's layout. */
#pragma once

#include <stdio.h>

#include "base/bytes.h"

/* Does nothing if `log` is NULL.  frame: a whole Ethernet frame. */
void frame_log_write(FILE *log, const char *direction, struct bytes frame);
