/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/manage/find.h"

#include <string.h>

#include "program/manage/pid_file.h"

struct sought {
	pid_t pid; /* of the monitor; 0: not known */
	const char *device, *config, *path; /* "": not known */
};

static bool matches(const struct sought *sought, const struct line_status *status)
{
	if (sought->pid > 0)
		return status->monitor_pid == sought->pid;
	bool by_path = sought->path[0] != '\0' && status->config_path[0] != '\0';
	return strcmp(by_path ? status->config_path : status->config,
		      by_path ? sought->path : sought->config) == 0 &&
	       (sought->device[0] == '\0' || strcmp(status->link, sought->device) == 0);
}

static bool find(const struct sought *sought, struct line_status *ret_status)
{
	struct control_links links;
	control_links_list(&links);
	for (size_t i = 0; i < links.count; i++)
		if (control_client_ask(links.name[i], "GetStatus", ret_status) == 0 &&
		    matches(sought, ret_status))
			return true;
	return false;
}

bool find_line(const struct line_config *config, struct line_status *ret_status)
{
	struct sought sought = { .device = config->device,
				 .config = config->base,
				 .path = config->path };
	bool live = true;
	if (config->pid_file[0] != '\0')
		sought.pid = pid_file_read(config->pid_file, &live);
	return live && find(&sought, ret_status);
}

bool find_line_of_process(pid_t pid, struct line_status *ret_status)
{
	return find(&(struct sought){ .pid = pid }, ret_status);
}

bool find_link_of_process(pid_t pid, char ret_link[LINE_STATUS_NAME])
{
	struct control_links links;
	bool found = false;
	control_links_list(&links);
	for (size_t i = 0; i < links.count && !found; i++) {
		struct control_client client;
		if (control_client_open(&client, links.name[i]) < 0)
			continue;
		found = control_client_peer(&client) == pid;
		if (found)
			memcpy(ret_link, links.name[i], LINE_STATUS_NAME);
		control_client_close(&client);
	}
	return found;
}

bool find_line_of_file(const char *path, struct line_status *ret_status)
{
	struct line_config config = line_config_default();
	line_config_set_base(&config, path);
	return find(&(struct sought){ .device = "", .config = config.base, .path = config.path },
		    ret_status);
}
