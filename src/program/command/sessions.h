/* SPDX-License-Identifier: BSD-2-Clause */
/* dialtone sessions, kick, drain, reload: of the pppoe-servers of this host. */
#pragma once

/* Each looks at its own arguments.  An exit code; COMMAND_USAGE: nothing was said yet. */
int sessions_command(const char *me, int count, char **arguments);
int kick_command(const char *me, int count, char **arguments);
int drain_command(const char *me, int count, char **arguments);
int reload_command(const char *me, int count, char **arguments);
