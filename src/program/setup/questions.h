/* SPDX-License-Identifier: BSD-2-Clause */
/* The questions of pppoe-setup, in the order that rp-pppoe's asks them. */
#pragma once

#include "program/setup/answers.h"

/*
 * Asks for what is not given; what stands in *answers is the default.  False if the input ends, or
 * whoever is asked gives up: nothing is to be written then.
 */
bool questions_ask(struct answers *answers, const struct given *given, const char *config);

void questions_summary(const struct answers *answers, const char *config);
