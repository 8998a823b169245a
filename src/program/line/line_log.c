/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/line_log.h"

#include <poll.h>
#include <stdio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "linux/journal.h"

/* A pipe that is ready takes PIPE_BUF bytes at once, which is more. */
#define LINE_MAX_LENGTH 1024

_Static_assert((int)LOG_ENTRY_ERROR == LOG_ERR && (int)LOG_ENTRY_INFO == LOG_INFO,
	       "priorities are those of syslog(3)");

void line_log_init(struct line_log *log, const char *name, mono_us started, bool to_syslog)
{
	*log = (struct line_log){
		.name = name,
		.started = started,
		.to_syslog = to_syslog,
		.journal = -1,
	};
	if (to_syslog || journal_is_standard_error())
		log->journal = journal_open();
}

void line_log_done(struct line_log *log)
{
	if (log->journal >= 0)
		close(log->journal);
	log->journal = -1;
	log_ring_done(&log->ring);
}

/* O_NONBLOCK would change the descriptor for those that we share it with: a shell, say. */
static bool write_line(const char *line, size_t length)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };
	return poll(&ready, 1, 0) == 1 && ready.revents == POLLOUT &&
	       write(STDERR_FILENO, line, length) == (ssize_t)length;
}

static bool write_to_stderr(const struct line_log *log, enum link_stage stage, mono_us at,
			    const char *text)
{
	char line[LINE_MAX_LENGTH];
	int length = snprintf(line, sizeof(line) - 1, "link=%s t=+%.3fms stage=%s %s", log->name,
			      (double)at / 1000 - (double)log->started / 1000,
			      link_stage_name(stage), text);
	size_t end = length < 0 ? 0 : (size_t)length;
	if (end > sizeof(line) - 2)
		end = sizeof(line) - 2; /* cut */
	line[end] = '\n';
	return write_line(line, end + 1);
}

static bool write_to_journal(const struct line_log *log, enum log_priority priority,
			     enum link_stage stage, const char *text)
{
	char message[LINE_MAX_LENGTH], level[2] = { (char)('0' + priority), '\0' };
	char session[8] = "", peer[18] = "", pid[12];
	snprintf(message, sizeof(message), "link=%s stage=%s %s", log->name, link_stage_name(stage),
		 text);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (log->session.known) {
		snprintf(session, sizeof(session), "0x%04x", (unsigned)log->session.id);
		struct text t = text_of(peer, sizeof(peer));
		text_mac(&t, log->session.peer);
	}
	const struct journal_field fields[] = {
		{ "MESSAGE", message },
		{ "PRIORITY", level },
		{ "SYSLOG_IDENTIFIER", "pppoe-connect" },
		{ "SYSLOG_FACILITY", "3" }, /* daemon */
		{ "SYSLOG_PID", pid },
		{ "LINK", log->name },
		{ "STAGE", link_stage_name(stage) },
		{ "SESSION_ID", session },
		{ "PEER_MAC", peer },
	};
	return journal_send(log->journal, fields, sizeof(fields) / sizeof(fields[0])) == 0;
}

static bool write_report(const struct line_log *log, enum log_priority priority,
			 enum link_stage stage, mono_us at, const char *text)
{
	if (log->journal >= 0)
		return write_to_journal(log, priority, stage, text);
	if (!log->to_syslog)
		return write_to_stderr(log, stage, at, text);
	syslog((int)priority, "link=%s stage=%s %s", log->name, link_stage_name(stage), text);
	return true;
}

static int64_t unix_ms(void)
{
	struct timespec wall;
	clock_gettime(CLOCK_REALTIME, &wall);
	return (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
}

void line_log_report(struct line_log *log, enum log_priority priority, enum link_stage stage,
		     mono_us at, const char *text)
{
	log_ring_add(&log->ring, unix_ms(), priority, link_stage_name(stage), text);
	if (log->lost > 0) {
		char lost[64];
		snprintf(lost, sizeof(lost), "%u lines of this log were lost here", log->lost);
		if (write_report(log, LOG_ENTRY_WARNING, stage, at, lost))
			log->lost = 0;
	}
	if (log->lost > 0 || !write_report(log, priority, stage, at, text))
		log->lost++;
}
