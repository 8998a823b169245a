/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line whose PPP is pppd's, with pppoe on its pty or a plugin of its own: for those who need what
 * pppd's plugins do.  It is started, heard, and started again by the same rules as our own engine.
 * Routes, name servers, the status and all that an open line means to this host are ours as ever
 * (line_host.h), once pppd has given its device an address; the hooks are run by pppd.
 */
#pragma once

#include "base/time.h"
#include "config/line_config.h"

/* As monitor_main(). */
int pppd_line_main(const struct line_config *config, mono_us started, bool to_syslog);
