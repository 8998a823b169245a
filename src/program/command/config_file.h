/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration that a command is about. */
#pragma once

#include "config/line_config.h"

#define CONFIG_FILE_DEFAULT "/etc/ppp/pppoe.conf"

/*
 * Reads it; me: for what there is to say on standard error, NULL: nothing.  -EINVAL if there is an
 * error in it, or what kept it from being read.
 */
int config_file_read(const char *me, const char *path, struct line_config *ret_config);

/* The words, and the exit code 1, for one that cannot be read. */
void config_file_complain(const char *me, const char *path);

/* What its control socket is called: DEVICE, or else ETH. */
const char *config_file_link(const struct line_config *config);
