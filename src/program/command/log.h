/* SPDX-License-Identifier: BSD-2-Clause */
/* dialtone log: the last lines of the log of one line or of all, and those that follow. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct log_wish {
	const char *link; /* NULL: all that are running */
	uint32_t lines; /* at most so many in all */
	bool follow, json;
};

/* Returns the exit code. */
int log_run(const char *me, const struct log_wish *wish);
