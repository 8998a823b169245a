/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/keeper/question.h"

#include <errno.h>
#include <stdlib.h>

#include "control/client.h"
#include "program/manage/find.h"

struct question {
	struct control_client client;
	uv_poll_t poll;
	uv_timer_t limit;
	unsigned handles; /* that are yet to be closed */
	question_answered *answered;
	void *context;
};

static void answer(struct question *question, int error, const struct line_status *status)
{
	uv_poll_stop(&question->poll);
	uv_timer_stop(&question->limit);
	question->answered(question->context, error, status);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	struct question *question = poll->data;
	struct varlink_reply reply;
	int error = control_client_receive(&question->client, 0, &reply);
	if (error == -ETIMEDOUT) /* half of it */
		return;
	if (error == 0 && !reply.has_status)
		error = -EPROTO;
	answer(question, error, &reply.status);
}

static void on_limit(uv_timer_t *timer)
{
	answer(timer->data, -ETIMEDOUT, NULL);
}

int question_ask(uv_loop_t *loop, pid_t pid, uint64_t limit_ms, question_answered *answered,
		 void *context, struct question **ret_question)
{
	char link[LINE_STATUS_NAME];
	if (!find_link_of_process(pid, link))
		return -ENOENT;
	struct question *question = calloc(1, sizeof(*question));
	if (!question)
		return -ENOMEM;
	int error = control_client_open(&question->client, link);
	if (error == 0)
		error = control_client_call(&question->client, "GetStatus", false);
	if (error == 0)
		error = uv_poll_init(loop, &question->poll, question->client.socket);
	if (error < 0) {
		control_client_close(&question->client);
		free(question);
		return error;
	}
	uv_timer_init(loop, &question->limit);
	question->handles = 2;
	question->answered = answered;
	question->context = context;
	question->poll.data = question->limit.data = question;
	uv_poll_start(&question->poll, UV_READABLE, on_readable);
	uv_timer_start(&question->limit, on_limit, limit_ms, 0);
	*ret_question = question;
	return 0;
}

static void free_question(uv_handle_t *handle)
{
	struct question *question = handle->data;
	if (--question->handles == 0)
		free(question);
}

void question_free(struct question *question)
{
	if (!question)
		return;
	uv_poll_stop(&question->poll);
	control_client_close(&question->client);
	uv_close((uv_handle_t *)&question->poll, free_question);
	uv_close((uv_handle_t *)&question->limit, free_question);
}
