/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor: the process with privileges.  It opens sockets and the TUN device, sets addresses
 * and routes, starts the engine again when one dies, and undoes everything at the end.  It reads no
 * byte from the wire.
 */
#pragma once

#include "base/time.h"
#include "config/line_config.h"

/*
 * Runs the line until it is told to stop.  started: when the program began; to_syslog: where it
 * reports to, else standard error.  Returns the exit code.
 */
int monitor_main(const struct line_config *config, mono_us started, bool to_syslog);
