/* SPDX-License-Identifier: BSD-2-Clause */
/* dialtone watch: a line of text for each change, until it is told to stop. */
#pragma once

#include <stdbool.h>

/* link: NULL for all, those that are yet to come among them.  Returns the exit code. */
int watch_run(const char *me, const char *link, bool json);
