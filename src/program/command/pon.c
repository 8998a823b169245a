/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pon and poff, which ifupdown's method ppp calls: a peer of /etc/ppp/peers that is a PPPoE line is
 * ours, any other one pppd's.  They stand in for those of package ppp, which are kept as pon.ppp
 * and poff.ppp.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "language/language.h"
#include "program/command/command.h"
#include "program/manage/config_file.h"
#include "program/manage/find.h"

#define PEERS "/etc/ppp/peers/"
#define ON_BOOT "/etc/ppp/ppp_on_boot"

/* Becomes the command of package ppp. */
static int hand_on(const char *me, int count, char **arguments)
{
	char path[64];
	char *line[16] = { (char[]){ "" } };
	int most = (int)(sizeof(line) / sizeof(line[0])) - 2;
	snprintf(path, sizeof(path), "/usr/bin/%s.ppp", me);
	line[0] = path;
	for (int i = 0; i < count && i < most; i++)
		line[1 + i] = arguments[i];
	if (count <= most)
		execv(path, line);
	fprintf(stderr,
		_("%s: that is no PPPoE line, and pppd's own command cannot be run: %s: %s\n"), me,
		path, strerror(count <= most ? errno : E2BIG));
	return COMMAND_BAD;
}

/* The file of a peer, if that is a PPPoE line: only for such a one a network interface is named. */
static bool find_peer(const char *name, char path[PATH_MAX], struct line_config *ret_config)
{
	if (name[0] == '/' || strstr(name, ".."))
		return false;
	snprintf(path, PATH_MAX, PEERS "%s", name);
	int error = config_file_read(NULL, path, ret_config);
	return (error == 0 || error == -EINVAL) && ret_config->interface[0] != '\0';
}

int pon_main(const char *me, int count, char **arguments)
{
	char path[PATH_MAX];
	struct line_config config;
	int first = 0;
	while (first < count &&
	       (strcmp(arguments[first], "-q") == 0 || strcmp(arguments[first], "--quick") == 0))
		first++;
	const char *name = first < count ? arguments[first++] : "provider";
	if ((count == 0 && access(ON_BOOT, X_OK) == 0) || !find_peer(name, path, &config))
		return hand_on(me, count, arguments);
	if (first < count) {
		fprintf(stderr, _("%s: %s: not for a PPPoE line here; write it into %s\n"), me,
			arguments[first], path);
		return COMMAND_USAGE;
	}
	return start_and_leave(me, path);
}

/* The names of the lines that run. */
static void find_running(struct control_links *ret_links)
{
	struct control_links links;
	struct line_status status;
	ret_links->count = 0;
	control_links_list(&links);
	for (size_t i = 0; i < links.count; i++)
		if (control_client_ask(links.name[i], "GetStatus", &status) == 0)
			memcpy(ret_links->name[ret_links->count++], links.name[i],
			       sizeof(links.name[i]));
}

/* -a: all of ours, and all of pppd's. */
static int end_all(const char *me, int count, char **arguments)
{
	struct control_links links;
	int code = COMMAND_GOOD, status;
	find_running(&links);
	if (links.count == 0)
		return hand_on(me, count, arguments);
	for (size_t i = 0; i < links.count; i++)
		if (dialtone_down(links.name[i]) != COMMAND_GOOD)
			code = COMMAND_BAD;
	char path[64];
	snprintf(path, sizeof(path), "/usr/bin/%s.ppp", me);
	if (access(path, X_OK) < 0)
		return code;
	pid_t child = fork();
	if (child == 0)
		_exit(hand_on(me, count, arguments));
	if (child > 0)
		waitpid(child, &status, 0); /* that no pppd runs is not worth an error here */
	return code;
}

static int redial(const char *me, const char *link)
{
	int error = control_client_ask(link, "Redial", NULL);
	if (error < 0)
		fprintf(stderr, "%s: %s: %s\n", me, link, strerror(-error));
	return error < 0 ? COMMAND_BAD : COMMAND_GOOD;
}

static int poff_peer(const char *me, const char *option, const char *path,
		     const struct line_config *config)
{
	struct line_status status;
	if (option[0] == '\0')
		return stop_main(me, 1, (char *[]){ (char *)path });
	if (strcmp(option, "-r") != 0) {
		fprintf(stderr, _("%s: %s is for pppd alone; %s is a PPPoE line\n"), me, option,
			path);
		return COMMAND_USAGE;
	}
	if (find_line(config, &status))
		return redial(me, status.link);
	fprintf(stderr, _("%s: %s: no such line is running\n"), me, path);
	return COMMAND_BAD;
}

int poff_main(const char *me, int count, char **arguments)
{
	char path[PATH_MAX];
	struct line_config config;
	struct control_links links;
	int first = count > 0 && arguments[0][0] == '-';
	const char *option = first ? arguments[0] : "";
	if (strcmp(option, "-a") == 0)
		return end_all(me, count, arguments);
	if (first < count && find_peer(arguments[first], path, &config))
		return poff_peer(me, option, path, &config);
	find_running(&links);
	bool ours = option[0] == '\0' || strcmp(option, "-r") == 0;
	if (first < count || !ours || links.count == 0)
		return hand_on(me, count, arguments);
	if (links.count == 1)
		return option[0] ? redial(me, links.name[0]) : dialtone_down(links.name[0]);
	fprintf(stderr, _("%s: several lines are running: say which, or -a for all\n"), me);
	return COMMAND_BAD;
}
