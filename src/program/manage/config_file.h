/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration that a command, or the keeper, is about. */
#pragma once

#include "config/line_file.h"

#define CONFIG_FILE_DEFAULT "/etc/ppp/pppoe.conf"

/* What is wrong with it; line_file_describe() puts it into words. */
typedef void config_file_problem(void *context, const struct pppd_options_problem *problem);

/*
 * Reads it.  each: called for each problem; may be NULL.  -EINVAL if there is an error in it (what
 * could be read is in *ret_config), or what kept it from being read.
 */
int config_file_load(const char *path, config_file_problem *each, void *context,
		     struct line_config *ret_config);

/* The same with the problems on standard error; me: who says it, NULL: nobody. */
int config_file_read(const char *me, const char *path, struct line_config *ret_config);

/* The words, and the exit code 1, for one that cannot be read. */
void config_file_complain(const char *me, const char *path);

/* What its control socket is called: DEVICE, or else ETH. */
const char *config_file_link(const struct line_config *config);
