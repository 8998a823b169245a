/* SPDX-License-Identifier: BSD-2-Clause */
/* Why pppd ended, in words, by its exit code (pppd(8), EXIT STATUS).  Pure. */
#pragma once

#include "link/failure.h"

/* What the process between us and pppd ends with if pppd cannot be run (a shell's code). */
#define PPPD_CANNOT_BE_RUN 127

/* stage: what the line was at.  failure->words stays empty. */
struct link_failure pppd_failure_of_exit(int exit_code, enum link_stage stage);
struct link_failure pppd_failure_of_signal(enum link_stage stage);
