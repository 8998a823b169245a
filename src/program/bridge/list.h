/* SPDX-License-Identifier: BSD-2-Clause */
/* -A: prints the access concentrators that answer a PADI. */
#pragma once

#include "program/bridge/bridge.h"

/* Until one time-out after the first answer; the exit code. */
int list_concentrators(struct bridge *bridge);
