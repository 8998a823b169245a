/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line's configuration out of a file of either kind: shell assignments (config/line_config.h), or
 * the options of pppd (config/pppd_options.h), as /etc/ppp/peers/NAME has them.  A file in which a
 * line begins with KEY= is of the first kind, and an empty one too.
 */
#pragma once

#include "config/pppd_options.h"

/*
 * Reads `path` into *ret_config, over the defaults of its kind, by the reader's functions; what is
 * wrong is told to its `complain`.  A file of pppd's kind has /etc/ppp/options read before it, and
 * unless it is said otherwise later its line has the pid file /run/NAME-pppoe.pid.  0; -EINVAL:
 * there was something fatal; or the negative errno that kept `path` itself from being read.
 */
int line_file_load(struct line_config *ret_config, const char *path,
		   const struct pppd_options_reader *reader);

/* One line of words about a problem: "PATH:7: error: ...", without a line if that is 0. */
void line_file_describe(const struct pppd_options_problem *problem, char *to, size_t size);
