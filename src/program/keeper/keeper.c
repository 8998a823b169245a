/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "control/path.h"
#include "linux/clock.h"
#include "linux/device.h"
#include "program/keeper/kept_line.h"
#include "program/keeper/sources.h"
#include "program/manage/config_file.h"

#define RESTART_MAX_MS 60000 /* between starts of a line that dies */
#define SETTLE_MS 250 /* an editor writes a file in several steps */
#define LINES_MAX 64 /* as many as there may be control sockets */

struct folder {
	uv_fs_event_t event;
	char path[PATH_MAX];
	struct folder *next;
};

struct keeper {
	const struct keeper_options *options;
	uv_loop_t loop;
	struct kept_line_owner owner;
	struct kept_line *lines[LINES_MAX]; /* in the order in which they were found */
	bool changed[LINES_MAX]; /* the configuration, since it was read */
	size_t count;
	bool look_for_more;
	struct folder *folders;
	uv_timer_t on_settled;
	uv_signal_t on_term, on_int, on_hup;
	uv_poll_t on_device_watch;
	struct device_watch *device_watch;
};

static bool has_rival(void *context, const struct kept_line *line)
{
	const struct keeper *keeper = context;
	const char *pid_file = kept_line_pid_file(line);
	for (size_t i = 0; *pid_file && i < keeper->count && keeper->lines[i] != line; i++)
		if (strcmp(kept_line_pid_file(keeper->lines[i]), pid_file) == 0 &&
		    kept_line_is_wanted(keeper->lines[i]))
			return true;
	return false;
}

static void look_at_all(struct keeper *keeper)
{
	for (size_t i = 0; i < keeper->count; i++)
		kept_line_look(keeper->lines[i]);
}

static void watch_folder(struct keeper *keeper, const char *path);

static void folder_of(const char *path, char ret_folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	snprintf(ret_folder, PATH_MAX, "%.*s", slash > path ? (int)(slash - path) : 1, path);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static void watch_folders_of(struct keeper *keeper, const struct kept_line *line)
{
	char folder[PATH_MAX];
	folder_of(kept_line_config(line), folder);
	watch_folder(keeper, folder);
	if (kept_line_pid_file(line)[0] == '/') {
		folder_of(kept_line_pid_file(line), folder);
		watch_folder(keeper, folder);
	}
}

/* By the path that pppoe-start was given: two links to a file may have pid files of their own. */
static struct kept_line *new_line(struct keeper *keeper, const char *path, const char *name)
{
	struct wanted wanted;
	wanted_read(WANTED_FOLDER, path, &wanted);
	bool said = wanted.will == WANTED_UP && access(wanted.config, F_OK) == 0;
	return kept_line_new(&keeper->owner, said ? wanted.config : path, name);
}

static void add_line(void *context, const char *config)
{
	struct keeper *keeper = context;
	char name[WANTED_NAME];
	struct line_config at;
	line_config_set_base(&at, config);
	int error = at.path[0] != '\0' ? wanted_name(at.path, name) : -ENAMETOOLONG;
	for (size_t i = 0; error == 0 && i < keeper->count; i++)
		if (strcmp(kept_line_name(keeper->lines[i]), name) == 0)
			return;
	struct kept_line *line =
		error == 0 && keeper->count < LINES_MAX ? new_line(keeper, at.path, name) : NULL;
	if (!line) {
		keeper_log_note(&keeper->owner.log, NULL, NULL, "%s: cannot be looked after: %s",
				config, strerror(error < 0 ? -error : ENOMEM));
		return;
	}
	keeper->lines[keeper->count] = line;
	keeper->changed[keeper->count++] = true;
}

static void find_lines(struct keeper *keeper)
{
	if (!keeper->options->configs[0])
		sources_each(add_line, keeper);
	for (size_t i = 0; keeper->options->configs[i]; i++)
		add_line(keeper, keeper->options->configs[i]);
}

static void read_changed(struct keeper *keeper)
{
	if (keeper->look_for_more)
		find_lines(keeper);
	keeper->look_for_more = false;
	for (size_t i = 0; i < keeper->count; i++) {
		if (!keeper->changed[i])
			continue;
		keeper->changed[i] = false;
		kept_line_reread(keeper->lines[i]);
		watch_folders_of(keeper, keeper->lines[i]);
	}
}

static void on_settled(uv_timer_t *timer)
{
	read_changed(timer->data);
}

/* Whether the file is one that a line, or a line to come, is configured by. */
static bool hear_of_config(struct keeper *keeper, const char *folder, const char *name)
{
	bool ours = !keeper->options->configs[0] &&
		    ((strcmp(folder, SOURCES_IFCFG_FOLDER) == 0 && sources_is_ifcfg(name)) ||
		     strcmp(name, base_of(CONFIG_FILE_DEFAULT)) == 0);
	keeper->look_for_more |= ours;
	for (size_t i = 0; i < keeper->count; i++) {
		char of_line[PATH_MAX];
		const char *config = kept_line_config(keeper->lines[i]);
		folder_of(config, of_line);
		if (strcmp(of_line, folder) != 0 || strcmp(base_of(config), name) != 0)
			continue;
		keeper->changed[i] = true;
		ours = true;
	}
	return ours;
}

static void hear_of_pid_file(struct keeper *keeper, const char *folder, const char *name)
{
	bool sockets = strcmp(folder, CONTROL_FOLDER) == 0;
	for (size_t i = 0; i < keeper->count; i++) {
		const char *pid_file = kept_line_pid_file(keeper->lines[i]);
		const char *base = base_of(pid_file);
		if (*pid_file ? strncmp(name, base, strlen(base)) == 0 : sockets)
			kept_line_look(keeper->lines[i]);
	}
}

static void on_folder(uv_fs_event_t *event, const char *name, int events, int status)
{
	(void)events;
	struct keeper *keeper = event->loop->data;
	const struct folder *folder = event->data;
	if (status < 0 || !name)
		return;
	if (strcmp(folder->path, WANTED_FOLDER) == 0) {
		if (!keeper->options->configs[0]) {
			find_lines(keeper);
			read_changed(keeper);
		}
		look_at_all(keeper);
		return;
	}
	if (hear_of_config(keeper, folder->path, name))
		uv_timer_start(&keeper->on_settled, on_settled, SETTLE_MS, 0);
	hear_of_pid_file(keeper, folder->path, name);
}

static void free_folder(uv_handle_t *handle)
{
	free(handle->data);
}

/* One that is not there is tried again at the next occasion. */
static void watch_folder(struct keeper *keeper, const char *path)
{
	for (const struct folder *known = keeper->folders; known; known = known->next)
		if (strcmp(known->path, path) == 0)
			return;
	struct folder *folder = calloc(1, sizeof(*folder));
	if (!folder)
		return;
	snprintf(folder->path, sizeof(folder->path), "%s", path);
	uv_fs_event_init(&keeper->loop, &folder->event);
	folder->event.data = folder;
	if (uv_fs_event_start(&folder->event, on_folder, path, 0) < 0) {
		uv_close((uv_handle_t *)&folder->event, free_folder);
		return;
	}
	folder->next = keeper->folders;
	keeper->folders = folder;
}

/* Anew: one that was removed and made again is another one. */
static void watch_folders(struct keeper *keeper)
{
	char folder[PATH_MAX];
	while (keeper->folders) {
		struct folder *next = keeper->folders->next;
		uv_close((uv_handle_t *)&keeper->folders->event, free_folder);
		keeper->folders = next;
	}
	watch_folder(keeper, WANTED_FOLDER);
	watch_folder(keeper, CONTROL_FOLDER);
	if (!keeper->options->configs[0]) {
		folder_of(CONFIG_FILE_DEFAULT, folder);
		watch_folder(keeper, folder);
		watch_folder(keeper, SOURCES_IFCFG_FOLDER);
	}
	for (size_t i = 0; i < keeper->count; i++)
		watch_folders_of(keeper, keeper->lines[i]);
}

static void read_all(struct keeper *keeper)
{
	keeper->look_for_more = true;
	for (size_t i = 0; i < keeper->count; i++)
		keeper->changed[i] = true;
	watch_folders(keeper); /* before the files: no change is to fall between */
	read_changed(keeper);
	if (keeper->count == 0)
		keeper_log_note(&keeper->owner.log, NULL, NULL, "no line is configured yet");
}

static void hear_device(void *context, const struct device_event *event)
{
	struct keeper *keeper = context;
	for (size_t i = 0; i < keeper->count; i++)
		kept_line_hear_device(keeper->lines[i], event);
}

static void on_device_watch(uv_poll_t *poll, int status, int events)
{
	(void)events;
	struct keeper *keeper = poll->data;
	if (status < 0) /* messages were lost: libuv stops watching, the next read tells */
		uv_poll_start(poll, UV_READABLE, on_device_watch);
	if (device_watch_read(keeper->device_watch, hear_device, keeper) != -ENOBUFS)
		return;
	for (size_t i = 0; i < keeper->count; i++)
		kept_line_look_at_device(keeper->lines[i]);
}

/* Once the last line is down, if they are to be taken down. */
static void end_if_done(void *context)
{
	struct keeper *keeper = context;
	for (size_t i = 0; keeper->options->stop_lines && i < keeper->count; i++)
		if (kept_line_is_wanted(keeper->lines[i]) && kept_line_runs(keeper->lines[i]))
			return;
	uv_stop(&keeper->loop);
}

static void on_end(uv_signal_t *signal, int number)
{
	struct keeper *keeper = signal->data;
	if (keeper->owner.ending) { /* asked twice: at once */
		uv_stop(&keeper->loop);
		return;
	}
	keeper->owner.ending = true;
	keeper_log_note(&keeper->owner.log, NULL, NULL, "keeper ends: signal %d; lines %s", number,
			keeper->options->stop_lines ? "are taken down" : "stay as they are");
	for (size_t i = 0; keeper->options->stop_lines && i < keeper->count; i++)
		if (kept_line_is_wanted(keeper->lines[i]))
			kept_line_take_down(keeper->lines[i]);
	end_if_done(keeper);
}

static void on_hup(uv_signal_t *signal, int number)
{
	(void)number;
	struct keeper *keeper = signal->data;
	keeper_log_note(&keeper->owner.log, NULL, NULL, "signal 1: everything is read again");
	read_all(keeper);
	for (size_t i = 0; i < keeper->count; i++)
		kept_line_hurry(keeper->lines[i]);
}

static void watch_signal(struct keeper *keeper, uv_signal_t *handle, uv_signal_cb heard, int number)
{
	uv_signal_init(&keeper->loop, handle);
	handle->data = keeper;
	uv_signal_start(handle, heard, number);
}

static bool set_up(struct keeper *keeper)
{
	uint8_t seed[RANDOM_SEED_LENGTH];
	entropy_fill(seed, sizeof(seed));
	random_init(&keeper->owner.random, seed);
	keeper->device_watch = device_watch_new();
	if (!keeper->device_watch) {
		keeper_log_note(&keeper->owner.log, NULL, NULL,
				"cannot talk to the kernel (rtnetlink): %s", strerror(errno));
		return false;
	}
	uv_poll_init(&keeper->loop, &keeper->on_device_watch,
		     device_watch_descriptor(keeper->device_watch));
	keeper->on_device_watch.data = keeper;
	uv_poll_start(&keeper->on_device_watch, UV_READABLE, on_device_watch);
	uv_timer_init(&keeper->loop, &keeper->on_settled);
	keeper->on_settled.data = keeper;
	watch_signal(keeper, &keeper->on_term, on_end, SIGTERM);
	watch_signal(keeper, &keeper->on_int, on_end, SIGINT);
	watch_signal(keeper, &keeper->on_hup, on_hup, SIGHUP);
	int error = wanted_folder_make();
	if (error < 0)
		keeper_log_note(
			&keeper->owner.log, NULL, NULL,
			"%s cannot be made: %s; what pppoe-stop takes down is dialled again",
			WANTED_FOLDER, strerror(-error));
	return true;
}

static void close_rest(uv_handle_t *handle, void *context)
{
	(void)context;
	if (!uv_is_closing(handle))
		uv_close(handle, handle->type == UV_FS_EVENT ? free_folder : NULL);
}

int keeper_main(const struct keeper_options *options)
{
	static struct keeper keeper;
	keeper = (struct keeper){
		.options = options,
		.owner = {
			.loop = &keeper.loop,
			.log = { options->started, options->to_syslog },
			.redial = redial_config_default(),
			.interval_s = options->interval_s,
			.context = &keeper,
			.has_rival = has_rival,
			.process_ended = end_if_done,
		},
	};
	keeper.owner.redial.max_ms = RESTART_MAX_MS;
	if (uv_loop_init(&keeper.loop) < 0)
		return 1;
	keeper.loop.data = &keeper;
	bool good = set_up(&keeper);
	if (good) {
		read_all(&keeper);
		uv_run(&keeper.loop, UV_RUN_DEFAULT);
	}
	for (size_t i = 0; i < keeper.count; i++)
		kept_line_free(keeper.lines[i]);
	uv_walk(&keeper.loop, close_rest, NULL);
	uv_run(&keeper.loop, UV_RUN_DEFAULT);
	uv_loop_close(&keeper.loop);
	device_watch_free(keeper.device_watch);
	return good ? 0 : 1;
}
