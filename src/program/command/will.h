/* SPDX-License-Identifier: BSD-2-Clause */
/* What a command notes down for the keeper: the line is to be up, or down. */
#pragma once

#include "program/manage/wanted.h"

/* Of this configuration; interface and user as for launch_line(). */
struct wanted will_of(enum wanted_will will, const char *config, const char *interface,
		      const char *user);

/* Notes it; where that fails, says so on standard error, and that is all.  For root alone. */
void will_say(const char *me, const struct wanted *wanted);
