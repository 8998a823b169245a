/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/log.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control/client.h"
#include "language/language.h"
#include "program/command/command.h"

#define ANSWER_LIMIT_MS 5000

struct logged {
	char link[LINE_STATUS_NAME];
	struct control_client client; /* no socket: it is gone */
	uint64_t last; /* number of the last line that was told */
};

struct told {
	const struct logged *line;
	struct log_entry entry;
};

struct log_view {
	const struct log_wish *wish;
	size_t lines;
	struct logged line[CONTROL_LINKS_MAX];
	struct told *told; /* of all lines */
	size_t count, room;
};

static void print(const struct log_view *view, const struct logged *line,
		  const struct log_entry *entry)
{
	char text[LOG_ENTRY_JSON_MAX], when[32] = "";
	if (view->wish->json) {
		if (log_entry_to_text(entry, line->link, text, sizeof(text)) > 0)
			puts(text);
		return;
	}
	time_t second = (time_t)(entry->time_ms / 1000);
	struct tm broken;
	if (localtime_r(&second, &broken))
		strftime(when, sizeof(when), "%F %T", &broken);
	printf("%s.%03d ", when, (int)(entry->time_ms % 1000));
	if (view->lines > 1)
		printf("%-6s ", line->link);
	printf("%-9s %s\n", entry->stage, entry->text);
}

static bool keep(struct log_view *view, const struct logged *line, const struct log_entry *entry)
{
	if (view->count == view->room) {
		size_t room = view->room ? 2 * view->room : 256;
		struct told *more = realloc(view->told, room * sizeof(*more));
		if (!more)
			return false;
		view->told = more;
		view->room = room;
	}
	view->told[view->count++] = (struct told){ line, *entry };
	return true;
}

/* All that the line has now. */
static int read_line(struct log_view *view, struct logged *line)
{
	const struct varlink_log what = { .lines = view->wish->lines };
	struct varlink_reply reply = { .continues = true };
	int error = control_client_open(&line->client, line->link);
	if (error == 0)
		error = control_client_call_log(&line->client, &what);
	while (error == 0 && reply.continues) {
		error = control_client_receive(&line->client, ANSWER_LIMIT_MS, &reply);
		if (error == 0 && reply.error[0] != '\0')
			error = -EPROTO; /* an older program */
		if (error == 0 && reply.has_entry) {
			line->last = reply.entry.number;
			error = keep(view, line, &reply.entry) ? 0 : -ENOMEM;
		}
	}
	if (error < 0)
		control_client_close(&line->client);
	return error;
}

static int by_time(const void *left, const void *right)
{
	const struct told *a = left, *b = right;
	if (a->entry.time_ms != b->entry.time_ms)
		return a->entry.time_ms < b->entry.time_ms ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->entry.number < b->entry.number ? -1 : a->entry.number > b->entry.number;
}

static void print_all(const struct log_view *view)
{
	if (view->count == 0)
		return;
	qsort(view->told, view->count, sizeof(view->told[0]), by_time);
	size_t most = view->wish->lines;
	for (size_t i = view->count > most ? view->count - most : 0; i < view->count; i++)
		print(view, view->told[i].line, &view->told[i].entry);
	fflush(stdout);
}

static void hear(const struct log_view *view, struct logged *line)
{
	struct varlink_reply reply;
	int error;
	while ((error = control_client_receive(&line->client, 0, &reply)) == 0) {
		if (!reply.has_entry || reply.entry.number <= line->last)
			continue; /* it was told before */
		line->last = reply.entry.number;
		print(view, line, &reply.entry);
	}
	fflush(stdout);
	if (error != -ETIMEDOUT)
		control_client_close(&line->client); /* the line has ended */
}

/* Until all of them have ended. */
static void follow(struct log_view *view)
{
	const struct varlink_log what = { .lines = UINT32_MAX, .follow = true };
	for (size_t i = 0; i < view->lines; i++) {
		struct control_client *client = &view->line[i].client;
		if (client->socket >= 0 && control_client_call_log(client, &what) < 0)
			control_client_close(client);
	}
	while (!ferror(stdout)) {
		struct pollfd polls[CONTROL_LINKS_MAX];
		size_t live = 0;
		for (size_t i = 0; i < view->lines; i++) {
			polls[i] = (struct pollfd){ view->line[i].client.socket, POLLIN, 0 };
			live += view->line[i].client.socket >= 0;
		}
		if (live == 0)
			break;
		if (poll(polls, (nfds_t)view->lines, -1) < 0)
			continue;
		for (size_t i = 0; i < view->lines; i++)
			if (polls[i].revents)
				hear(view, &view->line[i]);
	}
}

static void choose(struct log_view *view)
{
	struct control_links links = { 0 };
	if (view->wish->link) {
		links.count = 1;
		snprintf(links.name[0], sizeof(links.name[0]), "%s", view->wish->link);
	} else {
		control_links_list(&links);
	}
	view->lines = links.count;
	for (size_t i = 0; i < links.count; i++)
		memcpy(view->line[i].link, links.name[i], sizeof(view->line[i].link));
}

int log_run(const char *me, const struct log_wish *wish)
{
	struct log_view *view = calloc(1, sizeof(*view));
	if (!view)
		return COMMAND_BAD;
	view->wish = wish;
	choose(view);
	size_t good = 0;
	int error = -ENOENT;
	for (size_t i = 0; i < view->lines; i++) {
		error = read_line(view, &view->line[i]);
		good += error == 0;
	}
	if (good == 0 && wish->link)
		fprintf(stderr, "%s: %s: %s\n", me, wish->link,
			error == -ENOENT || error == -ECONNREFUSED ? _("no such line is running")
								   : strerror(-error));
	else if (good == 0)
		fprintf(stderr, "%s: %s\n", me, _("no line is running"));
	print_all(view);
	if (wish->follow && good > 0)
		follow(view);
	for (size_t i = 0; i < view->lines; i++)
		control_client_close(&view->line[i].client);
	free(view->told);
	free(view);
	return good > 0 ? COMMAND_GOOD : COMMAND_BAD;
}
