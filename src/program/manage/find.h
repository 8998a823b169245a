/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of the running lines is meant. */
#pragma once

#include <sys/types.h>

#include "config/line_config.h"
#include "control/client.h"

/* The line that runs by this configuration: by the process in PIDFILE, or else by its names. */
bool find_line(const struct line_config *config, struct line_status *ret_status);

/* By its process. */
bool find_line_of_process(pid_t pid, struct line_status *ret_status);

/*
 * The control socket that this process listens on.  It is not asked, so it may stand still: this
 * does not wait.
 */
bool find_link_of_process(pid_t pid, char ret_link[LINE_STATUS_NAME]);

/* By the name of a configuration that we may not read. */
bool find_line_of_file(const char *path, struct line_status *ret_status);
