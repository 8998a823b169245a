/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/line_host.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "linux/clock.h"
#include "linux/default_route.h"
#include "linux/file.h"
#include "linux/process.h"
#include "program/line/descriptor_watch.h"
#include "program/line/hooks.h"
#include "program/line/name_servers.h"

#define FOLDER "/run/dialtone"
#define LASTING_FOLDER "/var/lib/dialtone" /* over a boot too, where it is there */
#define NAMES_MAX 10 /* lines without a DEVICE on one interface */
#define ROUTES_TEXT_MAX 4096
#define EXIT_LIMIT_S 5 /* of each hook, once the line is to end */

/* Whoever takes our route away again and again is not fought for ever. */
#define ROUTE_FIGHTS 10
#define ROUTE_PAUSE_MS 30000
#define ROUTE_PEACE_US 60000000 /* after so long without, it is not the same fight */

static const char *const folders[2] = { FOLDER, LASTING_FOLDER };

struct line_host {
	uv_loop_t *loop;
	const struct line_config *config;
	struct line_host_owner owner;
	struct line_firewall *firewall;
	struct host_setup *setup;
	struct children *children;
	struct name_servers *name_servers;
	const char *interface; /* under the line; borrowed */
	char name[DEVICE_NAME_SIZE]; /* of the line: in the log, and of its files */
	char lock_path[64];
	int lock; /* -1: none */

	struct link_addresses addresses; /* wanted, or applied */
	bool waits; /* for ip-pre-up */
	bool is_up; /* applied */
	bool rests; /* between sessions the device stays: DEMAND */
	bool authenticated; /* auth-up was run */
	struct hook_facts facts; /* of the line that is up */
	mono_us session_since;
	struct remembered remembered; /* the open session */

	struct default_route_watch *route_watch;
	struct descriptor_watch on_routes;
	uv_timer_t on_route_pause;
	unsigned fights;
	mono_us last_fight;
	bool ending;
};

__attribute__((format(printf, 2, 3))) static void note(const struct line_host *host,
						       const char *format, ...)
{
	char text[LINK_TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	host->owner.note(host->owner.context, text);
}

static void note_child(void *context, const char *text)
{
	note(context, "%s", text);
}

/*
 * The line's name: of its device, else of its interface.  A second line of that name that runs at
 * the same time gets a number: it must not end the first one's session.
 */
static void take_name(struct line_host *host)
{
	const struct line_config *config = host->config;
	const char *name = config->device[0] ? config->device : host->interface;
	snprintf(host->name, sizeof(host->name), "%.15s", name);
	if (mkdir(FOLDER, 0755) < 0 && errno != EEXIST) {
		note(host, FOLDER " cannot be made: %s", strerror(errno));
		return;
	}
	int error = -EEXIST;
	for (unsigned i = 1; i <= NAMES_MAX && error == -EEXIST; i++) {
		if (i > 1)
			snprintf(host->name, sizeof(host->name), "%.12s-%u", name, i);
		snprintf(host->lock_path, sizeof(host->lock_path), FOLDER "/%s.lock", host->name);
		pid_t other;
		error = process_pid_file_write(host->lock_path, &host->lock, &other);
	}
	if (error < 0)
		note(host, "%s cannot be written: %s", host->lock_path, strerror(-error));
}

/* The default routes there were before ours: what rp-pppoe saves before it dials. */
struct former_routes {
	int length; /* negative: there is nothing to be written */
	char text[ROUTES_TEXT_MAX];
};

static void list_default_routes(const struct line_host *host, struct former_routes *ret_routes)
{
	ret_routes->length = -1;
	if (!host->config->default_route || host->config->default_routes_file[0] == '\0' ||
	    host->config->network[0] != '\0') /* not those of the host that reads the file */
		return;
	ret_routes->length = default_route_list(ret_routes->text, sizeof(ret_routes->text));
	if (ret_routes->length < 0)
		note(host, "the default routes cannot be listed: %s",
		     strerror(-ret_routes->length));
}

static void save_default_routes(const struct line_host *host, const struct former_routes *routes)
{
	const char *path = host->config->default_routes_file;
	char now[ROUTES_TEXT_MAX];
	if (routes->length < 0)
		return;
	/* The disk is not waited for where nothing has changed. */
	size_t length = (size_t)routes->length;
	if (file_read(path, now, sizeof(now)) == routes->length &&
	    memcmp(now, routes->text, length) == 0)
		return;
	int error = file_replace(path, 0644, routes->text, length);
	if (error < 0)
		note(host, "%s cannot be written: %s", path, strerror(-error));
}

static void on_routes(void *context);

static int watch_routes(struct line_host *host)
{
	host->route_watch = default_route_watch_new();
	if (!host->route_watch)
		return -errno;
	uv_timer_init(host->loop, &host->on_route_pause);
	host->on_route_pause.data = host;
	return descriptor_watch_start(&host->on_routes, host->loop,
				      default_route_watch_descriptor(host->route_watch), on_routes,
				      host);
}

struct line_host *line_host_new(uv_loop_t *loop, const struct line_config *config,
				const char *interface, const struct line_host_owner *owner)
{
	struct line_host *host = calloc(1, sizeof(*host));
	if (!host)
		return NULL;
	host->loop = loop;
	host->config = config;
	host->interface = interface;
	host->owner = *owner;
	host->lock = -1;
	take_name(host);
	host->firewall = line_firewall_new(config, host->name, note_child, host);
	if (host->firewall)
		host->setup = host_setup_new(config, host->firewall);
	if (!host->setup || watch_routes(host) < 0)
		goto fail;
	host->children = children_new(loop, config->hook_timeout_s * 1000ULL, note_child, host);
	if (!host->children)
		goto fail;
	host->name_servers =
		name_servers_new(config, host->name, folders, host->children, note_child, host);
	if (!host->name_servers)
		goto fail;
	struct former_routes routes;
	list_default_routes(host, &routes);
	save_default_routes(host, &routes);
	return host;
fail:;
	int error = errno;
	host_setup_free(host->setup);
	line_firewall_free(host->firewall);
	host->setup = NULL; /* the loop may have handles of ours: so the rest is lost */
	errno = error;
	return NULL;
}

void line_host_free(struct line_host *host)
{
	if (!host)
		return;
	default_route_watch_free(host->route_watch);
	name_servers_free(host->name_servers);
	children_free(host->children);
	free(host);
}

void line_host_undo(struct line_host *host)
{
	if (!host)
		return;
	if (host->is_up)
		line_host_down(host);
	host_setup_free(host->setup);
	host->setup = NULL;
	line_firewall_free(host->firewall);
	host->firewall = NULL;
	process_pid_file_remove(host->lock_path, host->lock);
	host->lock = -1;
}

int line_host_protect(struct line_host *host, char *text, size_t size)
{
	const char *device = host->config->device;
	return device[0] ? line_firewall_apply(host->firewall, device, text, size) : 0;
}

const char *line_host_name(const struct line_host *host)
{
	return host->name;
}

struct host_setup *line_host_setup(struct line_host *host)
{
	return host->setup;
}

static struct hook_facts facts_now(const struct line_host *host)
{
	const struct line_config *config = host->config;
	const char *device = host_setup_device(host->setup);
	return (struct hook_facts){
		.link = host->name,
		.device = device[0] ? device : config->device, /* yet to be made */
		.interface = host->interface,
		.session = host->remembered.session,
		.addresses = host->addresses,
		/* Where the resolver has been told by us, no hook is to do so again. */
		.use_peer_dns = config->peer_dns && !name_servers_are_ours(config),
	};
}

static void count(const struct line_host *host, struct hook_facts *facts)
{
	struct device_counters counters;
	host_setup_count(host->setup, &counters);
	facts->sent_bytes = counters.sent_bytes;
	facts->received_bytes = counters.received_bytes;
	facts->connect_s = (uint64_t)(clock_now() - host->session_since) / 1000000;
}

/* pppd runs them itself. */
static bool hooks_are_ours(const struct line_host *host)
{
	return !line_config_uses_pppd(host->config);
}

static void run_hook(struct line_host *host, enum hook hook)
{
	if (!hooks_are_ours(host))
		return;
	hook_run(host->children, hook, host->config, &host->facts, NULL, NULL);
}

/* pppd begins with this one on the way down. */
static void run_auth_down(struct line_host *host)
{
	if (!host->authenticated)
		return;
	host->authenticated = false;
	struct hook_facts facts = facts_now(host);
	count(host, &facts);
	hook_run(host->children, HOOK_AUTH_DOWN, host->config, &facts, NULL, NULL);
}

void line_host_session(struct line_host *host, const struct link_session_id *session,
		       struct mac address, bool ended)
{
	if (!session->known) {
		for (size_t i = 0; ended && i < 2 && host->remembered.session.known; i++)
			remembered_remove(folders[i], host->name);
		run_auth_down(host);
		host->remembered.session.known = false;
		return;
	}
	host->session_since = clock_now();
	host->remembered.session = *session;
	host->remembered.address = address;
	snprintf(host->remembered.interface, sizeof(host->remembered.interface), "%.15s",
		 host->interface);
	int error = host->lock < 0 ? 0 : remembered_write(FOLDER, host->name, &host->remembered);
	if (error < 0)
		note(host, FOLDER "/%s.session cannot be written: %s", host->name,
		     strerror(-error));
}

/* Synced to a disk, that takes its time: not while the line is being dialled. */
static void remember_for_long(struct line_host *host)
{
	if (host->lock < 0 || !host->remembered.session.known)
		return;
	int error = remembered_write(LASTING_FOLDER, host->name, &host->remembered);
	if (error < 0 && error != -ENOENT)
		note(host, LASTING_FOLDER "/%s.session cannot be written: %s", host->name,
		     strerror(-error));
}

/* The same session in the other folder, too. */
static void forget_twin(const struct line_host *host, const struct remembered *left)
{
	struct remembered twin;
	if (remembered_read(folders[1], host->name, &twin) && twin.session.id == left->session.id &&
	    mac_equal(twin.session.peer, left->session.peer))
		remembered_remove(folders[1], host->name);
}

bool line_host_take_left_session(struct line_host *host, struct mac address,
				 struct link_session_id *ret_session)
{
	if (host->lock < 0 || host->remembered.session.known)
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct remembered left;
		if (!remembered_read(folders[i], host->name, &left))
			continue;
		remembered_remove(folders[i], host->name);
		forget_twin(host, &left);
		if (strcmp(left.interface, host->interface) != 0 ||
		    !mac_equal(left.address, address))
			continue; /* it would have to come from an address that is not ours */
		*ret_session = left.session;
		return true;
	}
	return false;
}

void line_host_authenticated(struct line_host *host)
{
	if (!host->config->auth_hooks || host->authenticated)
		return;
	host->authenticated = true;
	struct hook_facts facts = facts_now(host);
	hook_run(host->children, HOOK_AUTH_UP, host->config, &facts, NULL, NULL);
}

/* The device is there with its addresses, and ip-pre-up has had its say. */
static void finish(struct line_host *host)
{
	char text[LINK_TEXT_SIZE];
	int device;
	bool was_up = host->is_up, fixed = name_servers_are_fixed(host->config);
	bool ipv4_was = host->is_up && host->facts.addresses.ipv4;
	bool ipv6_was = host->is_up && host->facts.addresses.ipv6;
	struct former_routes routes = { .length = -1 };
	if (!ipv4_was && host->addresses.ipv4)
		list_default_routes(host, &routes); /* others than at the start, maybe */
	int error = host_setup_apply(host->setup, &host->addresses, &device, text, sizeof(text));
	if (error < 0) {
		line_host_down(host);
		host->owner.failed(host->owner.context, text);
		return;
	}
	host->is_up = true;
	host->facts = facts_now(host);
	host->owner.up(host->owner.context, &host->addresses, device, text);
	save_default_routes(host, &routes);
	bool ipv4_is_new = !ipv4_was && host->addresses.ipv4;
	if (ipv4_is_new || (fixed && !was_up))
		name_servers_set(host->name_servers, host->facts.device, host->addresses.dns);
	if (ipv4_is_new) {
		remember_for_long(host);
		run_hook(host, HOOK_IP_UP);
	}
	if (!ipv6_was && host->addresses.ipv6)
		run_hook(host, HOOK_IPV6_UP);
}

static void on_pre_up_done(void *context)
{
	struct line_host *host = context;
	host->waits = false;
	finish(host);
}

static void run_pre_up(struct line_host *host)
{
	char text[LINK_TEXT_SIZE];
	int error = host_setup_prepare(host->setup, &host->addresses, text, sizeof(text));
	if (error < 0) {
		line_host_down(host);
		host->owner.failed(host->owner.context, text);
		return;
	}
	host->waits = true;
	struct hook_facts facts = facts_now(host);
	hook_run(host->children, HOOK_IP_PRE_UP, host->config, &facts, on_pre_up_done, host);
}

void line_host_addresses(struct line_host *host, const struct link_addresses *addresses)
{
	if (!addresses->ipv4 && !addresses->ipv6)
		run_auth_down(host);
	bool same = host->waits && host->addresses.ipv4 == addresses->ipv4 &&
		    host->addresses.local == addresses->local &&
		    host->addresses.remote == addresses->remote;
	if (!same && (host->waits || !host_setup_can_stay(host->setup, addresses)))
		line_host_down(host);
	host->addresses = *addresses;
	if (host->waits || (!addresses->ipv4 && !addresses->ipv6))
		return;
	bool new_ipv4 = addresses->ipv4 && !(host->is_up && host->facts.addresses.ipv4);
	if (new_ipv4 && hooks_are_ours(host) && hook_exists(HOOK_IP_PRE_UP))
		run_pre_up(host);
	else
		finish(host);
}

bool line_host_down(struct line_host *host)
{
	bool was_up = host->is_up, waited = host->waits;
	if (waited)
		children_abandon(host->children, CHILD_LANE_PRE_UP);
	host->waits = host->is_up = false;
	if (was_up)
		count(host, &host->facts);
	bool stays = host->rests && !host->ending;
	stays ? host_setup_leave(host->setup) : host_setup_undo(host->setup);
	uv_timer_stop(&host->on_route_pause);
	if (!stays)
		name_servers_unset(host->name_servers);
	if (was_up) {
		if (host->facts.addresses.ipv4)
			run_hook(host, HOOK_IP_DOWN);
		if (host->facts.addresses.ipv6)
			run_hook(host, HOOK_IPV6_DOWN);
	}
	host->facts = (struct hook_facts){ 0 };
	return was_up || waited;
}

void line_host_lost(struct line_host *host)
{
	struct hook_facts facts = facts_now(host);
	hook_run(host->children, HOOK_LOST, host->config, &facts, NULL, NULL);
}

int line_host_rest(struct line_host *host)
{
	char text[LINK_TEXT_SIZE];
	int device;
	host->rests = true;
	int error = host_setup_rest(host->setup, &device, text, sizeof(text));
	if (error < 0) {
		note(host, "%s", text);
		return error;
	}
	if (name_servers_are_fixed(host->config))
		name_servers_set(host->name_servers, host_setup_device(host->setup),
				 (const uint32_t[2]){ 0 });
	return device;
}

void line_host_lose_device(struct line_host *host)
{
	line_host_down(host);
	host_setup_undo(host->setup);
	name_servers_unset(host->name_servers); /* systemd-resolved forgets them with the device */
}

static void put_routes_back(struct line_host *host)
{
	int error = host_setup_put_default_routes_back(host->setup);
	if (error == -EEXIST || error == -ENETDOWN || error == -ENODEV)
		return; /* none is missing, or the device is just going */
	host->fights++;
	host->last_fight = clock_now();
	if (error < 0)
		note(host,
		     "the default route was removed by somebody else, and cannot be put back: %s",
		     strerror(-error));
	else
		note(host, "the default route was removed by somebody else: it is put back%s",
		     host->fights == ROUTE_FIGHTS ? "; from now on not more often than each 30 s"
						  : "");
}

static void on_route_pause(uv_timer_t *timer)
{
	put_routes_back(timer->data);
}

static void on_routes(void *context)
{
	struct line_host *host = context;
	enum default_route_event event =
		default_route_watch_read(host->route_watch, host_setup_index(host->setup));
	if (event == DEFAULT_ROUTE_KEPT)
		return;
	if (clock_now() - host->last_fight > ROUTE_PEACE_US)
		host->fights = 0;
	if (host->fights < ROUTE_FIGHTS)
		put_routes_back(host);
	else if (!uv_is_active((uv_handle_t *)&host->on_route_pause))
		uv_timer_start(&host->on_route_pause, on_route_pause, ROUTE_PAUSE_MS, 0);
}

void line_host_end(struct line_host *host, void (*done)(void *context), void *context)
{
	if (host->ending)
		return;
	host->ending = true;
	run_auth_down(host);
	line_host_down(host);
	unsigned limit_s = host->config->hook_timeout_s;
	children_finish(host->children, (limit_s < EXIT_LIMIT_S ? limit_s : EXIT_LIMIT_S) * 1000ULL,
			done, context);
}
