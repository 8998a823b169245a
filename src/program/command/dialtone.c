/* SPDX-License-Identifier: BSD-2-Clause */
/* dialtone: the one command for all lines of this host, found by their control sockets. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/client.h"
#include "language/language.h"
#include "program/command/command.h"
#include "program/command/print_config.h"
#include "program/manage/config_file.h"
#include "program/command/log.h"
#include "program/command/sessions.h"
#include "program/command/show.h"
#include "program/command/watch.h"
#include "program/command/will.h"

#define ME "dialtone"
#define HANG_UP_MS 10000
#define PATH_SIZE 512
#define LOG_LINES 50 /* that `log` shows */

static const char usage[] =
	N_("Usage: dialtone COMMAND ...\n"
	   "\n"
	   "  status [--json] [LINK]   how one line is, or all of them\n"
	   "  list                     the lines that are running, one a row\n"
	   "  watch [--json] [LINK]    a row for each change, until it is interrupted\n"
	   "  log [-f] [-n LINES] [--json] [LINK]\n"
	   "                           the last lines of the log (50); -f: and new ones\n"
	   "  up LINK|CONFIG           bring a line up, as pppoe-start does\n"
	   "  down LINK|CONFIG         hang it up\n"
	   "  redial LINK              hang up and dial anew, at once\n"
	   "  config LINK|CONFIG       how its file is understood, and by which lines of it\n"
	   "  discover [--json] [INTERFACE]...\n"
	   "                           the concentrators that answer, the fastest first\n"
	   "  sessions [--json], kick WHICH, drain [SECONDS], reload\n"
	   "                           of a pppoe-server: see dialtone(1)\n"
	   "\n"
	   "LINK is the line's DEVICE, or ETH if that is not set; CONFIG a file with a slash\n"
	   "in its name.  For up and config, LINK stands for /etc/ppp/LINK.conf, ifcfg-LINK\n"
	   "in /etc/sysconfig/network-scripts, /etc/ppp/peers/LINK, or /etc/ppp/pppoe.conf\n"
	   "if that is its line.\n"
	   "\n"
	   "Exit code: 0 good (status: every line asked for is up, or waits for traffic),\n"
	   "1 not, 2 wrong usage.\n");

static int complain(const char *link, int error)
{
	bool none = error == -ENOENT || error == -ECONNREFUSED;
	fprintf(stderr, ME ": %s: %s\n", link,
		none		  ? _("no such line is running")
		: error == -EPERM ? _("only root may do that")
				  : strerror(-error));
	return COMMAND_BAD;
}

/* One that waits for traffic does what it is to do. */
static bool is_good(const struct line_status *status)
{
	return line_status_is_up(status) || line_status_is_idle(status);
}

static int status_of_one(const char *link, bool json)
{
	struct line_status status;
	char text[LINE_STATUS_JSON_MAX * 2]; /* indented */
	int error = control_client_ask(link, "GetStatus", &status);
	if (error < 0)
		return complain(link, error);
	if (!json)
		show_status(&status);
	else if (line_status_to_text(&status, true, text, sizeof(text)) > 0)
		puts(text);
	return is_good(&status) ? COMMAND_GOOD : COMMAND_BAD;
}

static int status_of_all(bool json, void (*show)(const struct line_status *status))
{
	struct control_links links;
	struct line_status status;
	char text[LINE_STATUS_JSON_MAX];
	unsigned shown = 0, up = 0;
	control_links_list(&links);
	for (size_t i = 0; i < links.count; i++) {
		if (control_client_ask(links.name[i], "GetStatus", &status) < 0)
			continue; /* a dead one's socket */
		up += is_good(&status);
		if (json && line_status_to_text(&status, false, text, sizeof(text)) > 0)
			printf("%s%s", shown > 0 ? ",\n " : "[", text);
		else if (!json)
			show(&status);
		shown++;
	}
	if (json)
		puts(shown > 0 ? "]" : "[]");
	else if (shown == 0)
		puts(_("no line is running"));
	return shown > 0 && up == shown ? COMMAND_GOOD : COMMAND_BAD;
}

static int status_command(const char *link, bool json)
{
	return link ? status_of_one(link, json) : status_of_all(json, show_status);
}

static int list_command(const char *link, bool json)
{
	(void)link;
	status_of_all(json, show_line);
	return COMMAND_GOOD;
}

static int watch_command(const char *link, bool json)
{
	return watch_run(ME, link, json);
}

static int redial_command(const char *link, bool json)
{
	(void)json;
	int error = control_client_ask(link, "Redial", NULL);
	return error < 0 ? complain(link, error) : COMMAND_GOOD;
}

/* The file that LINK stands for. */
static bool find_config(const char *link, char path[PATH_SIZE])
{
	static const char *const places[] = {
		"/etc/ppp/%s.conf",
		"/etc/sysconfig/network-scripts/ifcfg-%s",
		"/etc/ppp/peers/%s",
	};
	struct line_config config;
	snprintf(path, PATH_SIZE, "%s", link);
	if (strchr(link, '/'))
		return true;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *rest = strstr(places[i], "%s");
		snprintf(path, PATH_SIZE, "%.*s%s%s", (int)(rest - places[i]), places[i], link,
			 rest + 2);
		if (access(path, F_OK) == 0)
			return true;
	}
	snprintf(path, PATH_SIZE, "%s", CONFIG_FILE_DEFAULT);
	return config_file_read(NULL, path, &config) == 0 &&
	       (strcmp(config.device, link) == 0 || strcmp(config.interface, link) == 0);
}

static int up_command(const char *link, bool json)
{
	(void)json;
	char path[PATH_SIZE];
	if (find_config(link, path))
		return start_main(ME, 1, (char *[]){ path });
	fprintf(stderr, _("%s: %s: no configuration of that name\n"), ME, link);
	return COMMAND_BAD;
}

static int config_command(const char *link, bool json)
{
	(void)json;
	char path[PATH_SIZE];
	if (find_config(link, path))
		return print_config(ME, path);
	fprintf(stderr, _("%s: %s: no configuration of that name\n"), ME, link);
	return COMMAND_BAD;
}

/* Before the line is hung up: so that the keeper, which sees it end, knows that it was meant. */
static void note_down(const char *link)
{
	struct line_status status;
	if (control_client_ask(link, "GetStatus", &status) < 0 || status.config_path[0] == '\0')
		return;
	const struct wanted wanted = will_of(WANTED_DOWN, status.config_path, NULL, NULL);
	will_say(ME, &wanted);
}

int dialtone_down(const char *link)
{
	char path[PATH_SIZE];
	struct control_client client;
	int error = control_client_open(&client, link);
	if (error == 0) {
		note_down(link);
		error = control_client_hang_up(&client, HANG_UP_MS);
		control_client_close(&client);
		return error < 0 ? complain(link, error) : COMMAND_GOOD;
	}
	return find_config(link, path) ? stop_main(ME, 1, (char *[]){ path })
				       : complain(link, error);
}

static int down_command(const char *link, bool json)
{
	(void)json;
	return dialtone_down(link);
}

static bool read_lines(const char *text, uint32_t *ret_lines)
{
	char *end;
	if (!text || *text < '0' || *text > '9')
		return false;
	unsigned long lines = strtoul(text, &end, 10);
	*ret_lines = lines < UINT32_MAX ? (uint32_t)lines : UINT32_MAX;
	return *end == '\0';
}

/* In any order; -n and its number together too. */
static int log_command(int count, char **arguments)
{
	struct log_wish wish = { .lines = LOG_LINES };
	bool good = true;
	for (int i = 0; good && i < count; i++) {
		const char *argument = arguments[i];
		if (strcmp(argument, "--json") == 0)
			wish.json = true;
		else if (strcmp(argument, "-f") == 0 || strcmp(argument, "--follow") == 0)
			wish.follow = true;
		else if (strcmp(argument, "-n") == 0 || strcmp(argument, "--lines") == 0)
			good = ++i < count && read_lines(arguments[i], &wish.lines);
		else if (strncmp(argument, "-n", 2) == 0)
			good = read_lines(argument + 2, &wish.lines);
		else if (argument[0] == '-' || wish.link)
			good = false;
		else
			wish.link = argument;
	}
	if (good)
		return log_run(ME, &wish);
	fputs(_(usage), stderr);
	return COMMAND_USAGE;
}

struct verb {
	const char *name;
	int (*run)(const char *link, bool json);
	int least, most; /* names */
	bool json;
};

static const struct verb verbs[] = {
	{ "status", status_command, 0, 1, true },  { "list", list_command, 0, 0, true },
	{ "watch", watch_command, 0, 1, true },	   { "up", up_command, 1, 1, false },
	{ "down", down_command, 1, 1, false },	   { "redial", redial_command, 1, 1, false },
	{ "config", config_command, 1, 1, false },
};

static int run(const struct verb *verb, int count, char **arguments)
{
	const char *link = NULL;
	bool json = false;
	int names = 0;
	for (int i = 0; i < count; i++) {
		if (verb->json && strcmp(arguments[i], "--json") == 0) {
			json = true;
			continue;
		}
		if (arguments[i][0] == '-')
			names = verb->most; /* one too many */
		link = arguments[i];
		names++;
	}
	if (names >= verb->least && names <= verb->most)
		return verb->run(link, json);
	fputs(_(usage), stderr);
	return COMMAND_USAGE;
}

/* Those that look at their arguments themselves. */
static const struct {
	const char *name;
	int (*run)(const char *me, int count, char **arguments);
} commands[] = {
	{ "discover", discover_command }, { "sessions", sessions_command },
	{ "kick", kick_command },	  { "drain", drain_command },
	{ "reload", reload_command },
};

int dialtone_main(int count, char **arguments)
{
	const char *name = count > 0 ? arguments[0] : "";
	if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0) {
		fputs(_(usage), stdout);
		return COMMAND_GOOD;
	}
	if (strcmp(name, "-V") == 0 || strcmp(name, "--version") == 0) {
		puts("Dialtone " DIALTONE_VERSION);
		return COMMAND_GOOD;
	}
	if (strcmp(name, "log") == 0)
		return log_command(count - 1, arguments + 1);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		int code = commands[i].run(ME, count - 1, arguments + 1);
		if (code == COMMAND_USAGE)
			fputs(_(usage), stderr);
		return code;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return run(&verbs[i], count - 1, arguments + 1);
	fputs(_(usage), stderr);
	return COMMAND_USAGE;
}
