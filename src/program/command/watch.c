/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "control/client.h"
#include "language/language.h"
#include "program/command/command.h"
#include "program/command/show.h"

struct watched {
	char link[LINE_STATUS_NAME]; /* "": free */
	struct control_client client;
};

struct watch {
	const char *me;
	const char *only; /* NULL: all */
	bool json;
	int folder; /* inotify */
	struct watched lines[CONTROL_LINKS_MAX];
};

static void show(const struct watch *watch, const struct line_status *status)
{
	char text[LINE_STATUS_JSON_MAX];
	if (!watch->json)
		show_line(status);
	else if (line_status_to_text(status, false, text, sizeof(text)) > 0)
		puts(text);
	fflush(stdout);
}

static void gone(const struct watch *watch, struct watched *line)
{
	struct line_status status;
	line_status_init(&status);
	memcpy(status.link, line->link, sizeof(status.link));
	memcpy(status.stage, "gone", sizeof("gone"));
	if (watch->json)
		show(watch, &status);
	else
		printf(_("%s: gone\n"), line->link);
	fflush(stdout);
	control_client_close(&line->client);
	line->link[0] = '\0';
}

static void hear(const struct watch *watch, struct watched *line)
{
	struct varlink_reply reply;
	int error;
	while ((error = control_client_receive(&line->client, 0, &reply)) == 0)
		if (reply.has_status)
			show(watch, &reply.status);
	if (error != -ETIMEDOUT)
		gone(watch, line);
}

static void add(struct watch *watch, const char *link)
{
	struct watched *free_line = NULL;
	for (size_t i = 0; i < CONTROL_LINKS_MAX; i++) {
		if (strcmp(watch->lines[i].link, link) == 0)
			return;
		if (watch->lines[i].link[0] == '\0')
			free_line = &watch->lines[i];
	}
	if (!free_line || control_client_open(&free_line->client, link) < 0)
		return;
	if (control_client_call(&free_line->client, "Watch", true) < 0)
		control_client_close(&free_line->client);
	else
		snprintf(free_line->link, sizeof(free_line->link), "%s", link);
}

static void look_around(struct watch *watch)
{
	struct control_links links;
	char events[4096];
	while (read(watch->folder, events, sizeof(events)) > 0)
		;
	control_links_list(&links);
	for (size_t i = 0; i < links.count; i++)
		if (!watch->only || strcmp(links.name[i], watch->only) == 0)
			add(watch, links.name[i]);
}

static void wait_once(struct watch *watch)
{
	struct pollfd polls[CONTROL_LINKS_MAX + 1];
	for (size_t i = 0; i < CONTROL_LINKS_MAX; i++) {
		bool used = watch->lines[i].link[0] != '\0';
		polls[i] = (struct pollfd){ used ? watch->lines[i].client.socket : -1, POLLIN, 0 };
	}
	polls[CONTROL_LINKS_MAX] = (struct pollfd){ watch->folder, POLLIN, 0 };
	if (poll(polls, CONTROL_LINKS_MAX + 1, -1) < 0)
		return;
	for (size_t i = 0; i < CONTROL_LINKS_MAX; i++)
		if (polls[i].revents)
			hear(watch, &watch->lines[i]);
	if (polls[CONTROL_LINKS_MAX].revents)
		look_around(watch);
}

int watch_run(const char *me, const char *link, bool json)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	if (!watch)
		return COMMAND_BAD;
	watch->me = me;
	watch->only = link;
	watch->json = json;
	watch->folder = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (geteuid() == 0)
		control_folder_make();
	if (watch->folder < 0 ||
	    inotify_add_watch(watch->folder, CONTROL_FOLDER, IN_MOVED_TO) < 0) {
		fprintf(stderr, _("%s: %s cannot be watched: %s\n"), me, CONTROL_FOLDER,
			strerror(errno));
		free(watch);
		return COMMAND_BAD;
	}
	look_around(watch);
	while (!ferror(stdout))
		wait_once(watch);
	free(watch);
	return COMMAND_BAD;
}
