/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line that the keeper looks after.  It is told when something may have changed (its files, its
 * interface), hears by itself of the end of the line's process, and does what is to be done: starts
 * the line, waits, replaces it, leaves it alone.
 */
#pragma once

#include <uv.h>

#include "linux/device.h"
#include "link/redial.h"
#include "program/keeper/log.h"
#include "program/manage/wanted.h"

struct kept_line;

/* What all lines share; it outlives them. */
struct kept_line_owner {
	uv_loop_t *loop;
	struct keeper_log log;
	struct redial_config redial; /* between starts of a line that dies */
	struct random random;
	int interval_s; /* instead of CHECK_INTERVAL; -1: none */
	bool ending; /* nothing is started any more */
	void *context;
	/* Whether another line that is wanted has the same PIDFILE and goes before this one. */
	bool (*has_rival)(void *context, const struct kept_line *line);
	void (*process_ended)(void *context); /* while `ending` */
};

/* config: an absolute path; name: of wanted_name().  NULL if out of memory. */
struct kept_line *kept_line_new(struct kept_line_owner *owner, const char *config,
				const char *name);

/* The loop has to run once more, for its handles. */
void kept_line_free(struct kept_line *line);

const char *kept_line_name(const struct kept_line *line);
const char *kept_line_config(const struct kept_line *line);
const char *kept_line_pid_file(const struct kept_line *line); /* "": none */
bool kept_line_is_wanted(const struct kept_line *line);
bool kept_line_runs(const struct kept_line *line);

/* Reads the configuration, and what is wanted, again; then does what is to be done. */
void kept_line_reread(struct kept_line *line);

/* Looks again at what is wanted and what runs, and does what is to be done. */
void kept_line_look(struct kept_line *line);

/* The same at once, whatever it waits for. */
void kept_line_hurry(struct kept_line *line);

/* Something happened to an interface. */
void kept_line_hear_device(struct kept_line *line, const struct device_event *event);

/* The same, without a word about which: some were lost. */
void kept_line_look_at_device(struct kept_line *line);

/* Takes the line down; what is wanted of it stays as it is. */
void kept_line_take_down(struct kept_line *line);
