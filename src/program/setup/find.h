/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks for the interface a concentrator answers on.  No session is opened. */
#pragma once

#include <net/if.h>
#include <stdbool.h>

/*
 * Tries all Ethernet interfaces at once, for a few seconds, and says how each one did.  False if
 * none was answered; else the first that was.
 */
bool find_concentrators(char ret_interface[IF_NAMESIZE]);
