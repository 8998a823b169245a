/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts pppoe-connect: in a session and process group of its own, on /dev/null, reporting to the
 * system log.  It stands beside this program, or where it is installed.
 */
#pragma once

#include <sys/types.h>

/*
 * interface and user: instead of the configuration's ETH and USER; NULL or "" for none.  Returns
 * its pid, a child of ours to be waited for, or a negative errno.  One that could not become
 * pppoe-connect ends with code 127.
 */
pid_t launch_line(const char *config, const char *interface, const char *user);
