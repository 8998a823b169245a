/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a line is wanted: what was said last about its configuration, start or stop.  It is kept
 * in a file that lasts over a boot, one a configuration, written by the commands and read by the
 * keeper:
 *
 *	/var/lib/dialtone/wanted/etc-ppp-pppoe.conf:	up
 *							/etc/ppp/pppoe.conf
 *
 * and in two more lines the interface and the user, if they were given on the command line.
 * Functions return 0 or a negative errno.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "config/line_config.h"

#define WANTED_FOLDER "/var/lib/dialtone/wanted"
#define WANTED_NAME 249 /* bytes of a name, NUL included: a temporary one is 7 longer */

enum wanted_will {
	WANTED_UNSAID, /* nothing was said: ONBOOT decides */
	WANTED_UP, /* brought up, and not stopped since */
	WANTED_DOWN, /* stopped, and not brought up since */
};

struct wanted {
	enum wanted_will will;
	char config[PATH_MAX]; /* as it is handed to pppoe-connect */
	char interface[LINE_CONFIG_TEXT],
		user[LINE_CONFIG_TEXT]; /* instead of ETH and USER; or "" */
};

/*
 * The name of the file for this absolute path: `/` becomes `-` but for the first, and `-`, `%`,
 * control characters and a dot in front become %XX.  -ENAMETOOLONG, -EINVAL if it is not absolute.
 */
int wanted_escape(const char *path, char ret_name[WANTED_NAME]);

/*
 * The name for a configuration by any of its paths: two links to one file are one line.  The file
 * need not be there any more.
 */
int wanted_name(const char *config, char ret_name[WANTED_NAME]);

/* What was said about a configuration; a file that is not as we write it says nothing. */
void wanted_read(const char *folder, const char *config, struct wanted *ret_wanted);

/* Says it: whole or not at all, and synced.  Nothing is written if it says so already. */
int wanted_write(const char *folder, const struct wanted *wanted);

/* Calls `each` for every configuration about which something was said. */
void wanted_each(const char *folder, void (*each)(void *context, const struct wanted *wanted),
		 void *context);

/* Makes the folder and the one above unless they are there. */
int wanted_folder_make(void);
