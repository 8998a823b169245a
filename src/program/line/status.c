/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "linux/clock.h"
#include "plane/plane.h"

static void copy(char *to, size_t size, const char *from)
{
	text_copy_peer(to, size, bytes_of_text(from));
}

#define COPY(to, from) copy(to, sizeof(to), from)

static const char *plane_of(const struct line_config *config)
{
	if (!line_config_uses_pppd(config))
		return plane_tun.name;
	return config->plugin[0] ? "pppd's plugin" : "pppd";
}

void status_init(struct status *status, const struct line_config *config)
{
	struct line_status *values = &status->values;
	line_status_init(values);
	COPY(values->link, config->device[0] ? config->device : config->interface);
	COPY(values->config, config->base);
	COPY(values->config_path, config->path);
	COPY(values->network, config->network);
	COPY(values->interface, config->interface);
	values->monitor_pid = getpid();
	status->plane = plane_of(config);
	status->stage = LINK_OFF;
	status->stage_since = clock_now();
	status->redial_at = MONO_NEVER;
}

static void hear_session(struct line_status *values, const struct link_session_id *session)
{
	values->session_id = session->known ? session->id : -1;
	values->concentrator_mac[0] = '\0';
	if (session->known) {
		struct text t = text_of(values->concentrator_mac, sizeof(values->concentrator_mac));
		text_mac(&t, session->peer);
		return;
	}
	values->concentrator[0] = values->service[0] = values->auth[0] = '\0';
}

static void put_ipv4(char to[LINE_STATUS_ADDRESS], bool known, uint32_t address)
{
	struct text t = text_of(to, LINE_STATUS_ADDRESS);
	if (known && address != 0)
		text_ipv4(&t, address);
}

static void put_ipv6(char to[LINE_STATUS_ADDRESS], bool known, uint64_t id)
{
	struct text t = text_of(to, LINE_STATUS_ADDRESS);
	if (known)
		text_interface_id(&t, id);
}

static void hear_addresses(struct status *status, const struct link_addresses *addresses)
{
	struct line_status *values = &status->values;
	bool open = addresses->ipv4 || addresses->ipv6;
	put_ipv4(values->ipv4_local, addresses->ipv4, addresses->local);
	put_ipv4(values->ipv4_remote, addresses->ipv4, addresses->remote);
	put_ipv6(values->ipv6_local, addresses->ipv6, addresses->interface_id);
	put_ipv6(values->ipv6_remote, addresses->ipv6, addresses->peer_interface_id);
	unsigned servers = 0;
	memset(values->dns, 0, sizeof(values->dns));
	for (unsigned i = 0; i < 2; i++)
		if (addresses->ipv4 && addresses->dns[i] != 0)
			put_ipv4(values->dns[servers++], true, addresses->dns[i]);
	values->mtu = open ? addresses->mtu : -1;
	COPY(values->plane, open ? status->plane : "");
}

static void hear_failure(struct status *status, const struct message_failure *failure)
{
	struct line_status *values = &status->values;
	COPY(values->failure_stage, link_stage_name(failure->at));
	COPY(values->failure_what, failure->what);
	COPY(values->failure_peer_said, failure->words);
	COPY(values->failure_advice, failure->advice);
	if (failure->redial_in_ms != MESSAGE_NO_REDIAL)
		status->redial_at = mono_after_ms(clock_now(), failure->redial_in_ms);
}

static void hear_report(struct status *status, const struct message_report *report)
{
	COPY(status->values.concentrator, report->concentrator);
	COPY(status->values.service, report->service);
	COPY(status->values.auth, report->auth);
	status->redial_at = MONO_NEVER;
}

_Static_assert((int)PPPOE_DROP_COUNT == LINE_STATUS_DISCOVERY_DROPS &&
		       (int)LINK_DROP_COUNT == LINE_STATUS_SESSION_DROPS &&
		       (int)PLANE_DROP_COUNT == LINE_STATUS_DATA_DROPS,
	       "control/line_status.c names each of them");

static void copy_drops(int64_t *to, const uint64_t *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = from[i] == 0 ? -1 : from[i] > INT64_MAX ? INT64_MAX : (int64_t)from[i];
}

static void hear_drops(struct line_status *values, const struct message_drops *drops)
{
	copy_drops(values->discovery_drops, drops->discovery, PPPOE_DROP_COUNT);
	copy_drops(values->session_drops, drops->session, LINK_DROP_COUNT);
	copy_drops(values->data_drops, drops->data, PLANE_DROP_COUNT);
}

void status_hear(struct status *status, const struct message *message)
{
	switch (message->kind) {
	case MESSAGE_SESSION:
		hear_session(&status->values, &message->session);
		break;
	case MESSAGE_ADDRESSES:
		hear_addresses(status, &message->addresses);
		break;
	case MESSAGE_EVENT:
		hear_report(status, &message->report);
		break;
	case MESSAGE_FAILED:
		hear_report(status, &message->report);
		hear_failure(status, &message->report.failure);
		break;
	case MESSAGE_ALIVE:
		hear_drops(&status->values, &message->drops);
		break;
	case MESSAGE_ASK:
	case MESSAGE_NEED_SECRET:
	case MESSAGE_FINISHED:
	case MESSAGE_START:
	case MESSAGE_WIRE:
	case MESSAGE_SECRET:
	case MESSAGE_PLANE:
	case MESSAGE_CLOSE:
	case MESSAGE_KIND_COUNT:
		break;
	}
}

void status_set(struct status *status, enum link_stage stage, const char *device)
{
	COPY(status->values.device, device);
	if (status->stage == stage)
		return;
	status->stage = stage;
	status->stage_since = clock_now();
}

void status_set_engine(struct status *status, pid_t pid)
{
	status->values.engine_pid = pid > 0 ? pid : -1;
	if (pid > 0)
		return;
	hear_drops(&status->values, &(struct message_drops){ 0 });
	hear_session(&status->values, &(struct link_session_id){ 0 });
	hear_addresses(status, &(struct link_addresses){ 0 });
	status->redial_at = MONO_NEVER;
}

void status_set_redial(struct status *status, mono_us at)
{
	status->redial_at = at;
}

void status_device_failed(struct status *status, const char *what)
{
	struct message_failure failure = { .at = LINK_NETWORK, .redial_in_ms = MESSAGE_NO_REDIAL };
	snprintf(failure.what, sizeof(failure.what), "%s", what);
	hear_failure(status, &failure);
}

void status_describe(const struct status *status, char *text, size_t size)
{
	const struct line_status *values = &status->values;
	const char *stage = link_stage_name(status->stage);
	if (status->stage == LINK_OPEN && values->device[0] != '\0')
		snprintf(text, size, "%s: %s on %s", stage,
			 values->ipv4_local[0] ? values->ipv4_local : values->ipv6_local,
			 values->device);
	else if (status->stage != LINK_OPEN && values->failure_what[0] != '\0')
		snprintf(text, size, "%s (%s: %s)", stage, values->failure_stage,
			 values->failure_what);
	else
		snprintf(text, size, "%s", stage);
}

void status_set_link(struct status *status, const char *name)
{
	COPY(status->values.link, name);
}

void status_set_interface(struct status *status, const char *name)
{
	COPY(status->values.interface, name);
}

/* The kernel's own counters of the device; it is the line seen from this host. */
static void set_counters(struct line_status *values, const struct device_counters *counters)
{
	if (values->device[0] == '\0')
		return;
	values->received_bytes = (int64_t)counters->received_bytes;
	values->received_packets = (int64_t)counters->received_packets;
	values->sent_bytes = (int64_t)counters->sent_bytes;
	values->sent_packets = (int64_t)counters->sent_packets;
}

void status_read(const struct status *status, const struct device_counters *counters,
		 struct line_status *ret_values)
{
	mono_us now = clock_now();
	struct timespec wall;
	*ret_values = status->values;
	COPY(ret_values->stage, link_stage_name(status->stage));
	/* Reckoned back from now, so that a clock set meanwhile does not spoil it. */
	clock_gettime(CLOCK_REALTIME, &wall);
	ret_values->since_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000 -
			       (now - status->stage_since) / 1000;
	bool waits = status->redial_at != MONO_NEVER;
	ret_values->redial_in_ms = !waits		     ? -1
				   : status->redial_at > now ? (status->redial_at - now) / 1000
							     : 0;
	set_counters(ret_values, counters);
}
