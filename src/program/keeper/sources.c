/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/keeper/sources.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "program/manage/config_file.h"
#include "program/manage/wanted.h"

bool sources_is_ifcfg(const char *name)
{
	static const char *const leftovers[] = {
		"*~",	  "*.bak",     "*.old",	   "*.orig",	"*.rej",    "*.sw?",   "*.tmp",
		"*.save", "*.rpmsave", "*.rpmnew", "*.rpmorig", "*.dpkg-*", "*.ucf-*", "*,v",
	};
	if (strncmp(name, "ifcfg-", 6) != 0 || name[6] == '\0')
		return false;
	for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++)
		if (fnmatch(leftovers[i], name, 0) == 0)
			return false;
	return true;
}

static int is_ifcfg(const struct dirent *entry)
{
	return sources_is_ifcfg(entry->d_name);
}

/* Most are about other interfaces, so what else stands in them is nobody's business here. */
static bool is_of_a_line(const char *path)
{
	struct line_config config;
	int error = config_file_load(path, NULL, NULL, &config);
	return (error == 0 || error == -EINVAL) && !config.from_pppd &&
	       (strcasecmp(config.type, "xDSL") == 0 || strcasecmp(config.type, "PPPoE") == 0);
}

struct visit {
	void (*each)(void *context, const char *path);
	void *context;
};

static void visit_wanted(void *context, const struct wanted *wanted)
{
	const struct visit *visit = context;
	if (wanted->will == WANTED_UP && access(wanted->config, F_OK) == 0)
		visit->each(visit->context, wanted->config);
}

void sources_each(void (*each)(void *context, const char *path), void *context)
{
	struct visit visit = { each, context };
	struct dirent **entries = NULL;
	if (access(CONFIG_FILE_DEFAULT, F_OK) == 0)
		each(context, CONFIG_FILE_DEFAULT);
	int count = scandir(SOURCES_IFCFG_FOLDER, &entries, is_ifcfg, alphasort);
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];
		snprintf(path, sizeof(path), SOURCES_IFCFG_FOLDER "/%s", entries[i]->d_name);
		if (is_of_a_line(path))
			each(context, path);
		free(entries[i]);
	}
	free(entries);
	wanted_each(WANTED_FOLDER, visit_wanted, &visit);
}
