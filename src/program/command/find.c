/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/find.h"

#include <string.h>

#include "program/command/pid_file.h"

struct wanted {
	pid_t pid; /* of the monitor; 0: not known */
	const char *device, *config; /* "": not known */
};

static bool matches(const struct wanted *wanted, const struct line_status *status)
{
	if (wanted->pid > 0)
		return status->monitor_pid == wanted->pid;
	return strcmp(status->config, wanted->config) == 0 &&
	       (wanted->device[0] == '\0' || strcmp(status->link, wanted->device) == 0);
}

static bool find(const struct wanted *wanted, struct line_status *ret_status)
{
	struct control_links links;
	control_links_list(&links);
	for (size_t i = 0; i < links.count; i++)
		if (control_client_ask(links.name[i], "GetStatus", ret_status) == 0 &&
		    matches(wanted, ret_status))
			return true;
	return false;
}

bool find_line(const struct line_config *config, struct line_status *ret_status)
{
	struct wanted wanted = { .device = config->device, .config = config->base };
	bool live = true;
	if (config->pid_file[0] != '\0')
		wanted.pid = pid_file_read(config->pid_file, &live);
	return live && find(&wanted, ret_status);
}

bool find_line_of_process(pid_t pid, struct line_status *ret_status)
{
	return find(&(struct wanted){ .pid = pid }, ret_status);
}

bool find_line_of_file(const char *path, struct line_status *ret_status)
{
	struct line_config config = line_config_default();
	line_config_set_base(&config, path);
	return find(&(struct wanted){ .device = "", .config = config.base }, ret_status);
}
