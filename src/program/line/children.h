/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that the monitor runs beside the line: hooks, and those that tell the resolver.  The
 * loop never waits for one.  Those of one lane run one after the other, lanes side by side.  Each
 * has /dev/null for its input and outputs, a session of its own, and only the environment it is
 * given; one that takes too long gets SIGTERM, then SIGKILL, with all of its session's group.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum child_lane {
	CHILD_LANE_PRE_UP, /* of no other: a redial must not wait for an old ip-down */
	CHILD_LANE_IPV4,
	CHILD_LANE_IPV6,
	CHILD_LANE_AUTH,
	CHILD_LANE_RESOLVER,
	CHILD_LANES,
};

struct children;

typedef void children_note(void *context, const char *text);

/* note: for the log.  timeout_ms: of each child.  NULL and errno. */
struct children *children_new(uv_loop_t *loop, uint64_t timeout_ms, children_note *note,
			      void *context);

/* To be called when the loop is closed.  What still runs goes on by itself.  NULL is fine. */
void children_free(struct children *children);

/* A program to run, being put together.  What does not fit makes it fail when it is to run. */
struct child;

/* NULL if out of memory. */
struct child *child_new(enum child_lane lane, const char *path);
void child_argument(struct child *child, const char *argument);
__attribute__((format(printf, 3, 4))) void child_environment(struct child *child, const char *name,
							     const char *format, ...);

/* The text it reads from its standard input. */
void child_input(struct child *child, const char *text);

/* Called when it has ended, or could not be started. */
void child_done(struct child *child, void (*done)(void *context), void *context);

/* Queues it; it is the children's from now on. */
void children_run(struct children *children, struct child *child);

/* Takes the last of the lane's queue away if it is of this path and has not begun. */
bool children_take_back(struct children *children, enum child_lane lane, const char *path);

/* Ends what runs in the lane, forgets what waits there; `done` of none of them is called. */
void children_abandon(struct children *children, enum child_lane lane);

/* From now on each has only limit_ms.  done: once none runs or waits, maybe at once. */
void children_finish(struct children *children, uint64_t limit_ms, void (*done)(void *context),
		     void *context);
