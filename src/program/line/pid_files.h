/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIDFILE.pppd and PIDFILE.pppoe, which scripts look at: where rp-pppoe has two processes, both
 * name the engine, so that `kill -0` on them says what it always said.
 */
#pragma once

#include <sys/types.h>

#include "config/line_config.h"

/* 0 or a negative errno; nothing to do without a PIDFILE. */
int pid_files_write(const struct line_config *config, pid_t engine);
void pid_files_remove(const struct line_config *config);
