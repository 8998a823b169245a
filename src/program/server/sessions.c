/* SPDX-License-Identifier: BSD-2-Clause */
/* What the control socket asks of the running concentrator. */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "linux/clock.h"
#include "program/server/message.h"
#include "program/server/server.h"

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static void tell_status(void *context, struct concentrator_info *info)
{
	const struct server *server = context;
	const struct access *access = server->access;
	copy(info->name, sizeof(info->name), server->name);
	copy(info->device, sizeof(info->device), server->host->device_name);
	info->pid = getppid(); /* the guard, that is in the pid file */
	info->draining = server->draining || server->stopping;
	info->sessions = access_sessions(access);
	info->sessions_max = access_slots(access);
	info->dialling = access->dialling;
	info->opened = (int64_t)access->counters.sessions_opened;
	info->closed = (int64_t)access->counters.sessions_closed;
	info->authenticated = (int64_t)access->counters.authenticated;
	info->rejected = (int64_t)access->counters.rejected;
}

static void tell_place(const struct server *server, uint32_t port, struct session_info *info)
{
	copy(info->interface, sizeof(info->interface),
	     server->host->interfaces[port_interface(port)].name);
	if (port_inner(port) > 0)
		snprintf(info->vlan, sizeof(info->vlan), "%u.%u", port_outer(port),
			 port_inner(port));
	else if (port_outer(port) > 0)
		snprintf(info->vlan, sizeof(info->vlan), "%u", port_outer(port));
}

static void tell_addresses(const struct access_path *path, struct session_info *info)
{
	struct text ipv4 = text_of(info->ipv4, sizeof(info->ipv4));
	struct text ipv6 = text_of(info->ipv6, sizeof(info->ipv6));
	if (path->ipv4)
		text_ipv4(&ipv4, path->address);
	if (path->ipv6)
		text_interface_id(&ipv6, path->peer_interface_id);
}

static void tell_session(const struct server *server, const struct access_view *view,
			 struct session_info *info)
{
	const struct access_path *path = view->path;
	const struct access_session *session = view->session;
	*info = (struct session_info){ .id = path->session_id };
	struct text mac = text_of(info->mac, sizeof(info->mac));
	text_mac(&mac, path->host);
	tell_place(server, path->port, info);
	tell_addresses(path, info);
	copy(info->state, sizeof(info->state),
	     session->ppp.phase == PPP_TERMINATE ? "closing"
	     : session->up			 ? "up"
						 : "dialling");
	copy(info->name, sizeof(info->name), session->name);
	copy(info->circuit_id, sizeof(info->circuit_id), session->circuit_id);
	copy(info->remote_id, sizeof(info->remote_id), session->remote_id);
	info->seconds = (clock_now() - session->opened) / 1000000;
	info->mtu = path->mtu > 0 ? path->mtu : -1;
	info->up_packets = (int64_t)path->up.packets;
	info->up_bytes = (int64_t)path->up.bytes;
	info->down_packets = (int64_t)path->down.packets;
	info->down_bytes = (int64_t)path->down.bytes;
	info->up_rate = path->up_rate > 0 ? (int64_t)path->up_rate * 8 : -1;
	info->down_rate = path->down_rate > 0 ? (int64_t)path->down_rate * 8 : -1;
}

static bool next_session(void *context, uint32_t *next, struct session_info *ret_info)
{
	const struct server *server = context;
	struct access_view view;
	while (*next < access_slots(server->access))
		if (access_look(server->access, (*next)++, &view)) {
			tell_session(server, &view, ret_info);
			return true;
		}
	return false;
}

static void kick(void *context, int64_t id)
{
	struct server *server = context;
	struct access_view view;
	for (uint32_t slot = 0; slot < access_slots(server->access); slot++) {
		if (!access_look(server->access, slot, &view) || view.path->session_id != id)
			continue;
		access_close(server->access, slot, ACCESS_END_ADMIN,
			     "ended by the concentrator's administrator", clock_now());
		server_carry_on(server);
		return;
	}
}

static void on_drain_timer(uv_timer_t *timer)
{
	server_stop(timer->data);
}

static void drain(void *context, bool cancel, unsigned seconds)
{
	struct server *server = context;
	if (server->stopping)
		return;
	say(server->log, LOG_NOTICE, cancel ? "event=drain-cancelled" : "event=draining");
	server->draining = !cancel;
	access_drain(server->access, !cancel);
	uv_timer_stop(&server->drain_timer);
	if (!cancel && seconds > 0)
		uv_timer_start(&server->drain_timer, on_drain_timer, (uint64_t)seconds * 1000, 0);
	/* Not at once: the answer is still to be sent. */
	if (!cancel && access_sessions(server->access) == 0)
		uv_timer_start(&server->drain_timer, on_drain_timer, 0, 0);
}

static void reload(void *context)
{
	const struct server *server = context;
	const struct message message = { .kind = MESSAGE_RELOAD };
	message_send(server->guard, &message, false);
}

static int find_group(const char *name, gid_t *ret_group)
{
	const struct group *group = name ? getgrnam(name) : NULL;
	*ret_group = group ? group->gr_gid : (gid_t)-1;
	return !name || group ? 0 : -ENOENT;
}

int sessions_open(struct server *server, const char *name, const char *group)
{
	gid_t commanders;
	int result = find_group(group, &commanders);
	const struct concentrator_owner owner = {
		.context = server,
		.status = tell_status,
		.next = next_session,
		.kick = kick,
		.drain = drain,
		.reload = reload,
	};
	server->name = name;
	if (result == 0)
		result = control_server_new_concentrator(&server->loop, name, &owner, commanders,
							 &server->control);
	return result;
}
