/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks a line how it is, over its control socket, and does not wait for the answer but hears it. */
#pragma once

#include <sys/types.h>
#include <uv.h>

#include "control/line_status.h"

struct question;

/*
 * The answer: error 0 and the status; -ETIMEDOUT: none within the limit; another negative errno:
 * the line has ended, or would not say.
 */
typedef void question_answered(void *context, int error, const struct line_status *status);

/*
 * Asks the line whose process this is.  -ENOENT if it has no control socket, or another negative
 * errno.  answered: called once, out of the loop; the question is to be freed then or later.
 */
int question_ask(uv_loop_t *loop, pid_t pid, uint64_t limit_ms, question_answered *answered,
		 void *context, struct question **ret_question);

/* The loop has to run once more, for its handles.  NULL is fine. */
void question_free(struct question *question);
