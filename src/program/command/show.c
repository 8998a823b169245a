/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/command/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define DURATION_SIZE 48

static const char *duration(int64_t ms, char text[DURATION_SIZE])
{
	int64_t s = ms > 0 ? ms / 1000 : 0;
	if (s < 60)
		snprintf(text, DURATION_SIZE, "%" PRId64 " s", s);
	else if (s < 3600)
		snprintf(text, DURATION_SIZE, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(text, DURATION_SIZE, "%" PRId64 " h %" PRId64 " min", s / 3600,
			 s % 3600 / 60);
	else
		snprintf(text, DURATION_SIZE, "%" PRId64 " d %" PRId64 " h", s / 86400,
			 s % 86400 / 3600);
	return text;
}

static int64_t unix_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void show_amount(const char *what, int64_t packets, int64_t bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
	double amount = (double)bytes;
	unsigned unit = 0;
	for (; amount >= 1000 && unit < sizeof(units) / sizeof(units[0]) - 1; unit++)
		amount /= 1000;
	printf("%s %.*f %s in %" PRId64 " packets", what, unit > 0, amount, units[unit], packets);
}

void show_line(const struct line_status *status)
{
	char text[DURATION_SIZE];
	printf("%s: %s for %s", status->link, status->stage,
	       duration(unix_ms() - status->since_ms, text));
	if (status->ipv4_local[0] != '\0')
		printf(", %s", status->ipv4_local);
	if (status->redial_in_ms >= 0)
		printf(", next attempt in %s", duration(status->redial_in_ms, text));
	if (!line_status_is_up(status) && status->failure_what[0] != '\0')
		printf(" (%s: %s)", status->failure_stage, status->failure_what);
	putchar('\n');
}

static void show_text(const char *name, const char *text)
{
	if (text[0] != '\0')
		printf("  %-13s %s\n", name, text);
}

static void show_pair(const char *name, const char *local, const char *remote)
{
	if (local[0] != '\0')
		printf("  %-13s %s%s%s\n", name, local, remote[0] ? " to " : "", remote);
}

static void show_session(const struct line_status *status)
{
	if (status->session_id < 0)
		return;
	printf("  %-13s 0x%04" PRIx64 " with \"%s\" (%s), service \"%s\"\n", "session",
	       (uint64_t)status->session_id, status->concentrator, status->concentrator_mac,
	       status->service);
}

static void show_failure(const struct line_status *status)
{
	if (status->failure_what[0] == '\0')
		return;
	printf("  %-13s at %s: %s\n", "last failure", status->failure_stage, status->failure_what);
	show_text("peer said", status->failure_peer_said);
	if (!line_status_is_up(status))
		show_text("try", status->failure_advice);
}

static void show_counters(const struct line_status *status)
{
	if (status->received_bytes < 0 || status->sent_bytes < 0)
		return;
	printf("  %-13s ", "traffic");
	show_amount("received", status->received_packets, status->received_bytes);
	show_amount(", sent", status->sent_packets, status->sent_bytes);
	putchar('\n');
}

void show_status(const struct line_status *status)
{
	char text[DURATION_SIZE];
	printf("%s: %s for %s\n", status->link, status->stage,
	       duration(unix_ms() - status->since_ms, text));
	show_text("interface", status->interface);
	show_text("device", status->device);
	show_session(status);
	show_text("proven by", status->auth);
	show_pair("IPv4", status->ipv4_local, status->ipv4_remote);
	show_pair("IPv6", status->ipv6_local, status->ipv6_remote);
	for (unsigned i = 0; i < LINE_STATUS_DNS_MAX && status->dns[i][0] != '\0'; i++)
		show_text(i == 0 ? "name servers" : "", status->dns[i]);
	if (status->mtu >= 0)
		printf("  %-13s %" PRId64 "\n", "MTU", status->mtu);
	show_counters(status);
	show_failure(status);
	if (status->redial_in_ms >= 0)
		printf("  %-13s in %s\n", "next attempt", duration(status->redial_in_ms, text));
	show_text("configuration", status->config);
	printf("  %-13s monitor %" PRId64, "processes", status->monitor_pid);
	if (status->engine_pid >= 0)
		printf(", engine %" PRId64, status->engine_pid);
	putchar('\n');
}
