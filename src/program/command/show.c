/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "language/language.h"

#define DURATION_SIZE 48
#define NAME_COLUMNS 13

static const char *duration(int64_t ms, char text[DURATION_SIZE])
{
	int64_t s = ms > 0 ? ms / 1000 : 0;
	if (s < 60)
		snprintf(text, DURATION_SIZE, _("%" PRId64 " s"), s);
	else if (s < 3600)
		snprintf(text, DURATION_SIZE, _("%" PRId64 " min %" PRId64 " s"), s / 60, s % 60);
	else if (s < 86400)
		snprintf(text, DURATION_SIZE, _("%" PRId64 " h %" PRId64 " min"), s / 3600,
			 s % 3600 / 60);
	else
		snprintf(text, DURATION_SIZE, _("%" PRId64 " d %" PRId64 " h"), s / 86400,
			 s % 86400 / 3600);
	return text;
}

static int64_t unix_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *show_peer_said(const struct line_status *status, char text[SHOW_PEER_SAID])
{
	const char *said = status->failure_peer_said, *code = strstr(said, " (E=");
	snprintf(text, SHOW_PEER_SAID, "%.*s", (int)(code ? code - said : 0), said);
	const char *plain = _(text);
	if (plain == text) /* not a sentence of ours */
		return said;
	snprintf(text, SHOW_PEER_SAID, "%s%s", plain, code);
	return text;
}

/* The amount with its unit: "1.5 MB". */
static void put_amount(char *text, size_t size, int64_t bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
	double amount = (double)bytes;
	unsigned unit = 0;
	for (; amount >= 1000 && unit < sizeof(units) / sizeof(units[0]) - 1; unit++)
		amount /= 1000;
	snprintf(text, size, "%.*f %s", unit > 0, amount, units[unit]);
}

static void show_stage(const struct line_status *status)
{
	char text[DURATION_SIZE];
	const char *stage =
		line_status_is_idle(status) ? _("waiting for traffic") : _(status->stage);
	/* To translators: "ppp0: up for 5 s" */
	printf(_("%s: %s for %s"), status->link, stage,
	       duration(unix_ms() - status->since_ms, text));
}

void show_line(const struct line_status *status)
{
	char text[DURATION_SIZE];
	show_stage(status);
	if (status->ipv4_local[0] != '\0')
		printf(_(", %s"), status->ipv4_local);
	if (status->redial_in_ms >= 0)
		printf(_(", next attempt in %s"), duration(status->redial_in_ms, text));
	if (!line_status_is_up(status) && !line_status_is_idle(status) &&
	    status->failure_what[0] != '\0')
		printf(" (%s: %s)", _(status->failure_stage), _(status->failure_what));
	putchar('\n');
}

static void show_name(const char *name)
{
	fputs("  ", stdout);
	language_put_column(stdout, name, NAME_COLUMNS);
	putchar(' ');
}

static void show_text(const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	show_name(name);
	puts(text);
}

static void show_pair(const char *name, const char *local, const char *remote)
{
	if (local[0] == '\0')
		return;
	show_name(name);
	if (remote[0] != '\0')
		printf(_("%s to %s\n"), local, remote);
	else
		puts(local);
}

static void show_session(const struct line_status *status)
{
	if (status->session_id < 0)
		return;
	show_name(_("session"));
	printf(_("0x%04x with \"%s\" (%s), service \"%s\"\n"), (unsigned)status->session_id,
	       status->concentrator, status->concentrator_mac, status->service);
}

static void show_failure(const struct line_status *status)
{
	char said[SHOW_PEER_SAID];
	if (status->failure_what[0] == '\0')
		return;
	show_name(_("last failure"));
	printf(_("at %s: %s\n"), _(status->failure_stage), _(status->failure_what));
	show_text(_("peer said"), show_peer_said(status, said));
	if (!line_status_is_up(status))
		show_text(_("try"), _(status->failure_advice));
}

static void show_counters(const struct line_status *status)
{
	char received[DURATION_SIZE], sent[DURATION_SIZE];
	if (status->received_bytes < 0 || status->sent_bytes < 0)
		return;
	put_amount(received, sizeof(received), status->received_bytes);
	put_amount(sent, sizeof(sent), status->sent_bytes);
	show_name(_("traffic"));
	printf(_("received %s in %" PRId64 " packets, sent %s in %" PRId64 " packets\n"), received,
	       status->received_packets, sent, status->sent_packets);
}

static void show_processes(const struct line_status *status)
{
	show_name(_("processes"));
	printf(_("monitor %" PRId64), status->monitor_pid);
	if (status->engine_pid >= 0)
		printf(_(", engine %" PRId64), status->engine_pid);
	putchar('\n');
}

static int64_t sum(const int64_t *counters, size_t count)
{
	int64_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += counters[i] > 0 ? counters[i] : 0;
	return total;
}

#define SUM(counters) sum(counters, sizeof(counters) / sizeof(counters[0]))

static void show_drops(const struct line_status *status)
{
	int64_t discovery = SUM(status->discovery_drops), session = SUM(status->session_drops);
	int64_t data = SUM(status->data_drops);
	if (discovery + session + data == 0)
		return;
	show_name(_("dropped"));
	printf(_("%" PRId64 " frames of discovery, %" PRId64 " of sessions, %" PRId64 " packets\n"),
	       discovery, session, data);
}

void show_status(const struct line_status *status)
{
	char text[DURATION_SIZE];
	show_stage(status);
	putchar('\n');
	show_text(_("interface"), status->interface);
	show_text(_("device"), status->device);
	show_text(_("namespace"), status->network);
	show_session(status);
	show_text(_("proven by"), status->auth);
	show_pair("IPv4", status->ipv4_local, status->ipv4_remote);
	show_pair("IPv6", status->ipv6_local, status->ipv6_remote);
	for (unsigned i = 0; i < LINE_STATUS_DNS_MAX && status->dns[i][0] != '\0'; i++)
		show_text(i == 0 ? _("name servers") : "", status->dns[i]);
	if (status->mtu >= 0) {
		show_name("MTU");
		printf("%" PRId64 "\n", status->mtu);
	}
	show_counters(status);
	show_drops(status);
	show_failure(status);
	if (status->redial_in_ms >= 0) {
		show_name(_("next attempt"));
		printf(_("in %s\n"), duration(status->redial_in_ms, text));
	}
	show_text(_("configuration"), status->config);
	show_processes(status);
}
