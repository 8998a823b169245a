/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/pppd_host.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux/file.h"
#include "linux/resolver.h"

#define RESOLVER_FILE_PATH "/etc/resolv.conf"
#define PPP_FILE_PATH "/etc/ppp/resolv.conf"

static bool is_of(pid_t pid, const char *device)
{
	static const char *const folders[] = { "/var/run", "/run/pppd" }; /* pppd 2.4, and 2.5 */
	char path[64], text[32];
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%.15s.pid", folders[i], device);
		ssize_t length = file_read(path, text, sizeof(text) - 1);
		text[length > 0 ? length : 0] = '\0';
		if (length > 0 && strtol(text, NULL, 10) == (long)pid)
			return true;
	}
	return false;
}

bool pppd_host_find_device(pid_t pid, char ret_name[DEVICE_NAME_SIZE])
{
	struct if_nameindex *all = if_nameindex();
	bool found = false;
	for (const struct if_nameindex *i = all; i && i->if_index != 0 && !found; i++) {
		found = is_of(pid, i->if_name);
		if (found)
			snprintf(ret_name, DEVICE_NAME_SIZE, "%s", i->if_name);
	}
	if (all)
		if_freenameindex(all);
	return found;
}

struct pppd_host_mark pppd_host_mark(void)
{
	struct stat status;
	if (stat(PPP_FILE_PATH, &status) < 0)
		return (struct pppd_host_mark){ 0 };
	return (struct pppd_host_mark){ status.st_ino, status.st_mtim.tv_sec,
					status.st_mtim.tv_nsec };
}

void pppd_host_name_servers(const struct pppd_host_mark *since, uint32_t ret_servers[2])
{
	char text[1024], *rest = NULL;
	struct pppd_host_mark now = pppd_host_mark();
	unsigned count = 0;
	ret_servers[0] = ret_servers[1] = 0;
	if (now.inode == since->inode && now.seconds == since->seconds &&
	    now.nanoseconds == since->nanoseconds)
		return;
	ssize_t length = file_read(PPP_FILE_PATH, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	for (char *line = strtok_r(text, "\n", &rest); line && count < 2;
	     line = strtok_r(NULL, "\n", &rest)) {
		char word[INET_ADDRSTRLEN];
		struct in_addr in;
		if (sscanf(line, "nameserver %15s", word) == 1 &&
		    inet_pton(AF_INET, word, &in) == 1)
			ret_servers[count++] = ntohl(in.s_addr);
	}
}

bool pppd_host_hooks_tell_resolver(void)
{
	const char *program;
	switch (resolver_find_ruler(RESOLVER_FILE_PATH, &program)) {
	case RESOLVER_FILE:
		return access("/etc/ppp/ip-up.d/0000usepeerdns", X_OK) == 0;
	case RESOLVER_RESOLVCONF:
		return access("/etc/ppp/ip-up.d/000resolvconf", X_OK) == 0;
	case RESOLVER_SYSTEMD:
		break;
	}
	return false;
}
