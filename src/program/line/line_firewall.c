/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/line_firewall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "linux/firewall.h"
#include "linux/namespace.h"
#include "program/line/host_change.h"

#define WORDS_SIZE 256

struct line_firewall {
	const struct line_config *config;
	char name[sizeof(((struct host_change_key *)0)->name)];
	line_firewall_note *note;
	void *context;
	unsigned long long network;
	struct firewall *firewall;
	struct host_change lasting, forwarding;
	char device[16]; /* of the table that there is; "": none */
};

static void undo(void *context, const struct host_change_key *key)
{
	(void)context;
	if (key->kind == HOST_CHANGE_TABLE)
		firewall_remove(key->name);
	else if (key->kind == HOST_CHANGE_FORWARDING && firewall_forwarding() == 1)
		firewall_set_forwarding(false);
}

static int find_network(struct line_firewall *firewall)
{
	int own = namespace_open_own();
	int error = own < 0 ? own : namespace_number(own, &firewall->network);
	if (own >= 0)
		close(own);
	return error;
}

struct line_firewall *line_firewall_new(const struct line_config *config, const char *name,
					line_firewall_note *note, void *context)
{
	struct line_firewall *firewall = calloc(1, sizeof(*firewall));
	if (!firewall)
		return NULL;
	firewall->config = config;
	firewall->note = note;
	firewall->context = context;
	snprintf(firewall->name, sizeof(firewall->name), "%s", name);
	firewall->firewall = firewall_new(name, true);
	if (!firewall->firewall) {
		free(firewall);
		return NULL;
	}
	if (find_network(firewall) == 0)
		host_change_sweep(1u << HOST_CHANGE_TABLE | 1u << HOST_CHANGE_FORWARDING,
				  firewall->network, undo, NULL);
	return firewall;
}

void line_firewall_free(struct line_firewall *firewall)
{
	if (!firewall)
		return;
	firewall_free(firewall->firewall);
	host_change_leave(&firewall->lasting, undo, NULL);
	host_change_leave(&firewall->forwarding, undo, NULL);
	free(firewall);
}

static struct host_change_key key_of(const struct line_firewall *firewall,
				     enum host_change_kind kind, const char *name)
{
	struct host_change_key key = { .kind = kind, .network = firewall->network };
	snprintf(key.name, sizeof(key.name), "%s", name);
	return key;
}

/* A table that would outlive us is on record before it is made; one that does not is off again. */
static int apply(struct line_firewall *firewall, const char *device, char *why, size_t size)
{
	static const enum firewall_mode modes[] = {
		[LINE_CONFIG_FIREWALL_NONE] = FIREWALL_NONE,
		[LINE_CONFIG_FIREWALL_STANDALONE] = FIREWALL_STANDALONE,
		[LINE_CONFIG_FIREWALL_MASQUERADE] = FIREWALL_MASQUERADE,
	};
	const struct line_config *config = firewall->config;
	const struct host_change_key key = key_of(firewall, HOST_CHANGE_TABLE, firewall->name);
	if (!firewall->lasting.held && firewall->device[0] == '\0')
		host_change_hold(&firewall->lasting, &key);
	int error = firewall_apply(firewall->firewall, device, modes[config->firewall],
				   config->clamp_mss, why, size);
	if (error == 0 && !firewall_lasts(firewall->firewall))
		host_change_forget(&firewall->lasting);
	return error;
}

static int forward(struct line_firewall *firewall, char *why, size_t size)
{
	const struct host_change_key key = key_of(firewall, HOST_CHANGE_FORWARDING, "ip_forward");
	if (!firewall->forwarding.held)
		host_change_join(&firewall->forwarding, &key);
	int now = firewall_forwarding();
	if (now == 0 && !firewall->forwarding.held)
		host_change_hold(&firewall->forwarding, &key);
	else if (!firewall->forwarding.held) /* who has set it meanwhile, had noted it before */
		host_change_join(&firewall->forwarding, &key);
	int error = now == 0 ? firewall_set_forwarding(true) : now < 0 ? now : 0;
	if (error < 0)
		snprintf(why, size, "net.ipv4.ip_forward cannot be set: %s", strerror(-error));
	return error;
}

/* One that is tied to us is nobody else's to change. */
static bool is_there(const struct line_firewall *firewall, const char *device)
{
	return strcmp(firewall->device, device) == 0 && !firewall_lasts(firewall->firewall);
}

int line_firewall_apply(struct line_firewall *firewall, const char *device, char *text, size_t size)
{
	const struct line_config *config = firewall->config;
	char why[WORDS_SIZE] = "";
	bool protects = config->firewall != LINE_CONFIG_FIREWALL_NONE;
	if (!protects && config->clamp_mss == 0)
		return 0;
	int error = is_there(firewall, device) ? 0 : apply(firewall, device, why, sizeof(why));
	if (error == 0)
		snprintf(firewall->device, sizeof(firewall->device), "%s", device);
	if (error == 0 && config->firewall == LINE_CONFIG_FIREWALL_MASQUERADE)
		error = forward(firewall, why, sizeof(why));
	if (error == 0)
		return 0;
	if (protects) {
		snprintf(
			text, size,
			"the firewall of %s cannot be made: %s; the line stays down (FIREWALL=NONE "
			"would do without)",
			device, why);
		return error;
	}
	snprintf(text, size, "CLAMPMSS has no effect on %s: %s", device, why);
	firewall->note(firewall->context, text);
	return 0;
}
