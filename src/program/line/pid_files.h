/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIDFILE.pppd and PIDFILE.pppoe, which scripts look at: where rp-pppoe has two processes, both
 * name the engine, so that `kill -0` on them says what it always said.  With ENGINE=pppd they name
 * what they say.
 */
#pragma once

#include <sys/types.h>

#include "config/line_config.h"

/* 0 or a negative errno; nothing to do without a PIDFILE. */
int pid_files_write(const struct line_config *config, pid_t engine);

/* PIDFILE.pppd alone: of a real pppd, beside which a real pppoe writes its own file. */
int pid_files_write_pppd(const struct line_config *config, pid_t pppd);

void pid_files_remove(const struct line_config *config);
