/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/will.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "language/language.h"

struct wanted will_of(enum wanted_will will, const char *config, const char *interface,
		      const char *user)
{
	struct wanted wanted = { .will = will };
	struct line_config at;
	line_config_set_base(&at, config);
	snprintf(wanted.config, sizeof(wanted.config), "%s", at.path[0] ? at.path : config);
	snprintf(wanted.interface, sizeof(wanted.interface), "%s", interface ? interface : "");
	snprintf(wanted.user, sizeof(wanted.user), "%s", user ? user : "");
	return wanted;
}

void will_say(const char *me, const struct wanted *wanted)
{
	if (geteuid() != 0)
		return; /* somebody's own line, which no keeper looks after */
	int error = wanted_folder_make();
	if (error == 0)
		error = wanted_write(WANTED_FOLDER, wanted);
	if (error < 0)
		fprintf(stderr,
			wanted->will == WANTED_UP
				? _("%s: that %s is to be up cannot be noted in %s for the keeper: "
				    "%s\n")
				: _("%s: that %s is to be down cannot be noted in %s for the "
				    "keeper: %s\n"),
			me, wanted->config, WANTED_FOLDER, strerror(-error));
}
