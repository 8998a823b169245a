/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the one program; each has its own main, with exit codes as rp-pppoe's. */
#pragma once

enum command_exit { COMMAND_GOOD, COMMAND_BAD, COMMAND_USAGE };

/* me: the name to speak by.  arguments: what follows the program's name. */
int start_main(const char *me, int count, char **arguments);
int stop_main(const char *me, int count, char **arguments);
int status_main(const char *me, int count, char **arguments);
int dialtone_main(int count, char **arguments);
int pon_main(const char *me, int count, char **arguments);
int poff_main(const char *me, int count, char **arguments);
int pppstats_main(const char *me, int count, char **arguments);

/* dialtone discover, and what follows it. */
int discover_command(const char *me, int count, char **arguments);

/* dialtone down LINK. */
int dialtone_down(const char *link);

/* pppoe-start CONFIG without the waiting: 0 once the line is being dialled. */
int start_and_leave(const char *me, char *path);
