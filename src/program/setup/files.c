/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/setup/files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/line_config.h"
#include "language/language.h"
#include "linux/file.h"
#include "program/setup/edit.h"

#define CONFIG_DEFAULT "/etc/ppp/pppoe.conf"
#define IFCFG_FOLDER "/etc/sysconfig/network-scripts"
#define IFCFG_DEFAULT IFCFG_FOLDER "/ifcfg-ppp0"
#define FILE_MAX (1u << 20)

/* On a host without pppd nobody else has made it. */
static const char secrets_folder[] = "/etc/ppp";
static const char *const secrets_files[] = { "/etc/ppp/chap-secrets", "/etc/ppp/pap-secrets" };

static const char secrets_head[] = "# client\tserver\tsecret\taddresses\n";

static const char config_template[] =
	"# A PPPoE line; see pppoe.conf(5).  Written by pppoe-setup.\n"
	"ETH=\n"
	"USER=\n"
	"DEMAND=no\n"
	"DNSTYPE=\n"
	"PEERDNS=\n"
	"DNS1=\n"
	"DNS2=\n"
	"DEFAULTROUTE=yes\n"
	"CONNECT_TIMEOUT=30\n"
	"CONNECT_POLL=2\n"
	"ACNAME=\n"
	"SERVICENAME=\n"
	"PING=\".\"\n"
	"CF_BASE=`basename $CONFIG`\n"
	"PIDFILE=\"/var/run/$CF_BASE-pppoe.pid\"\n"
	"CLAMPMSS=1412\n"
	"LCP_INTERVAL=20\n"
	"LCP_FAILURE=3\n"
	"FIREWALL=NONE\n";

static const char ifcfg_template[] = "USERCTL=\n"
				     "BOOTPROTO=dialup\n"
				     "NAME=DSLppp0\n"
				     "DEVICE=ppp0\n"
				     "TYPE=xDSL\n"
				     "ONBOOT=\n"
				     "PIDFILE=/var/run/pppoe-adsl.pid\n"
				     "FIREWALL=NONE\n"
				     "PING=.\n"
				     "PPPOE_TIMEOUT=80\n"
				     "LCP_FAILURE=3\n"
				     "LCP_INTERVAL=20\n"
				     "CLAMPMSS=1412\n"
				     "CONNECT_POLL=6\n"
				     "CONNECT_TIMEOUT=60\n"
				     "DEFROUTE=yes\n"
				     "SYNCHRONOUS=no\n"
				     "ETH=\n"
				     "PROVIDER=DSLppp0\n"
				     "USER=\n"
				     "PEERDNS=\n"
				     "DEMAND=no\n";

static bool failed(const char *path, const char *what, int error)
{
	fprintf(stderr, "pppoe-setup: %s: %s: %s\n", path, what, strerror(error));
	return false;
}

const char *files_default_config(void)
{
	if (access(CONFIG_DEFAULT, F_OK) != 0 && access(IFCFG_FOLDER, X_OK) == 0)
		return IFCFG_DEFAULT;
	return CONFIG_DEFAULT;
}

bool files_is_ifcfg(const char *config)
{
	const char *slash = strrchr(config, '/');
	return strncmp(slash ? slash + 1 : config, "ifcfg-", 6) == 0;
}

/* The whole text, to be freed; NULL and *ret_error if it can't be read. */
static char *read_text(const char *path, int *ret_error)
{
	char *text = malloc(FILE_MAX + 1);
	ssize_t length = text ? file_read(path, text, FILE_MAX) : -ENOMEM;
	if (length >= 0)
		text[length] = '\0';
	if (length >= 0 && strlen(text) != (size_t)length)
		length = -EINVAL; /* not a text */
	if (length < 0) {
		free(text);
		*ret_error = (int)-length;
		return NULL;
	}
	return text;
}

static bool understood(const char *path, const char *text, struct line_config *ret_config)
{
	struct line_config_problems *problems = calloc(1, sizeof(*problems));
	if (!problems)
		return failed(path, _("no memory"), ENOMEM);
	*ret_config = line_config_default();
	line_config_set_base(ret_config, path);
	line_config_parse(ret_config, text, strlen(text), problems);
	for (unsigned i = 0; i < problems->count; i++)
		if (problems->problem[i].fatal)
			fprintf(stderr, _("pppoe-setup: %s:%u: error: %s\n"), path,
				problems->problem[i].line, problems->problem[i].text);
	bool good = !problems->fatal;
	free(problems);
	return good;
}

bool files_read_defaults(const char *config, struct answers *ret_answers)
{
	int error;
	struct line_config line;
	char *text = read_text(config, &error);
	if (!text)
		return error == ENOENT ? true : failed(config, _("cannot be read"), error);
	bool good = understood(config, text, &line);
	if (good) {
		struct answers *a = ret_answers;
		snprintf(a->user, sizeof(a->user), "%s", line.user);
		snprintf(a->interface, sizeof(a->interface), "%s", line.interface);
		edit_get(text, "DEMAND", a->demand, sizeof(a->demand));
		edit_get(text, "ONBOOT", a->on_boot, sizeof(a->on_boot));
		edit_get(text, "USERCTL", a->user_control, sizeof(a->user_control));
	}
	free(text);
	return good;
}

bool files_read_password(const char *path, char ret_password[ANSWER_MAX])
{
	char text[ANSWER_MAX + 2];
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	if (!file)
		return failed(path, _("cannot be read"), errno);
	setvbuf(file, NULL, _IONBF, 0); /* no copy of it in a buffer */
	bool read = fgets(text, sizeof(text), file) != NULL;
	if (!standard)
		fclose(file);
	size_t length = read ? strcspn(text, "\r\n") : 0;
	text[length] = '\0';
	if (!read || length >= ANSWER_MAX)
		fprintf(stderr, _("pppoe-setup: %s: a first line of at most %d bytes is needed\n"),
			path, ANSWER_MAX - 1);
	else
		memcpy(ret_password, text, length + 1);
	explicit_bzero(text, sizeof(text));
	return read && length < ANSWER_MAX;
}

/*
 * A link is followed to the file it means.  In the backup stands what was there before, with the
 * same mode: it holds passwords as well.
 */
static bool replace(const char *path, const char *before, const char *text)
{
	char target[PATH_MAX], backup[PATH_MAX];
	if (!realpath(path, target)) {
		if (errno != ENOENT || strlen(path) >= sizeof(target))
			return failed(path, _("cannot be written"), errno);
		memcpy(target, path, strlen(path) + 1);
	}
	if (snprintf(backup, sizeof(backup), "%s-bak", target) >= (int)sizeof(backup))
		return failed(path, _("cannot be written"), ENAMETOOLONG);
	int result = before ? file_replace(backup, 0600, before, strlen(before)) : 0;
	if (result < 0)
		return failed(backup, _("cannot be written"), -result);
	if (before)
		printf(_("Adjusting %s (backup: %s)\n"), path, backup);
	else
		printf(_("Making %s\n"), path);
	result = file_replace(target, 0600, text, strlen(text));
	return result < 0 ? failed(path, _("cannot be written"), -result) : true;
}

/* The new text of the configuration, to be freed, or NULL. */
static char *config_text(const char *config, const char *before, const struct answers *a)
{
	bool server = strcmp(a->dns1, "server") == 0, specified = a->dns1[0] != '\0' && !server;
	bool ifcfg = files_is_ifcfg(config);
	const struct edit_key keys[] = {
		{ "ETH", a->interface },
		{ "USER", a->user },
		{ "DEMAND", a->demand },
		{ "DNSTYPE", server	 ? "SERVER"
			     : specified ? "SPECIFY"
					 : "NOCHANGE" },
		{ "PEERDNS", server ? "yes" : "no" },
		{ "DNS1", specified ? a->dns1 : "" },
		{ "DNS2", specified ? a->dns2 : "" },
		{ "FIREWALL", a->firewall },
		/* Where they are not asked for they stay as they are. */
		{ "USERCTL", ifcfg ? a->user_control : NULL },
		{ "ONBOOT", ifcfg ? a->on_boot : NULL },
	};
	const char *from = before ? before : ifcfg ? ifcfg_template : config_template;
	char *text = edit_keys(from, keys, sizeof(keys) / sizeof(keys[0]));
	struct line_config line;
	if (text && !understood(config, text, &line)) {
		free(text);
		return NULL;
	}
	return text;
}

static void free_secret(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

static bool write_secret(const char *path, const struct answers *a)
{
	int error = 0;
	char *before = read_text(path, &error);
	if (!before && error != ENOENT)
		return failed(path, _("cannot be read"), error);
	char *text = edit_secret(before ? before : secrets_head, a->user, a->password);
	bool good = text ? replace(path, before, text) : failed(path, _("no memory"), ENOMEM);
	free_secret(text);
	free_secret(before);
	return good;
}

bool files_write(const char *config, const struct answers *answers)
{
	int error = 0;
	char *before = read_text(config, &error);
	if (!before && error != ENOENT)
		return failed(config, _("cannot be read"), error);
	char *text = config_text(config, before, answers);
	bool good = text && (mkdir(secrets_folder, 0755) == 0 || errno == EEXIST ||
			     failed(secrets_folder, _("cannot be written"), errno));
	good = good && replace(config, before, text);
	free(text);
	free(before);
	for (size_t i = 0; good && i < sizeof(secrets_files) / sizeof(secrets_files[0]); i++)
		good = write_secret(secrets_files[i], answers);
	return good;
}
