/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/pppd_line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "crypto/random.h"
#include "link/redial.h"
#include "linux/clock.h"
#include "linux/device.h"
#include "linux/process.h"
#include "program/line/descriptor_watch.h"
#include "program/line/line_front.h"
#include "program/line/line_host.h"
#include "program/line/line_loop.h"
#include "program/line/pid_files.h"
#include "program/line/pppd_failure.h"
#include "program/line/pppd_host.h"
#include "program/line/pppd_process.h"
#include "program/line/wire.h"

#define PPPOE_SAYS "pppoe: "

struct pppd_line {
	const struct line_config *config;
	struct pppd_command command;
	uv_loop_t loop;
	struct line_signals signals;
	uv_timer_t on_redial;
	struct wire wire;
	struct descriptor_watch on_wire;
	struct device_watch *devices;
	struct descriptor_watch on_devices;
	struct line_host *host;
	struct pppd_process *pppd;
	struct line_front front;

	enum link_stage stage;
	char device[DEVICE_NAME_SIZE]; /* of this pppd; "": none yet */
	struct link_addresses addresses; /* as last seen on it */
	struct pppd_host_mark mark; /* of the name servers' file, before this pppd */
	mono_us up_since;
	bool was_up; /* in this pppd's life */
	char last_words[LINK_WORDS_SIZE]; /* of this pppd */
	char complaint[LINK_WORDS_SIZE]; /* of it about its options; its usage follows */
	char pppoe_words[LINK_WORDS_SIZE]; /* of its pppoe, which says only what goes wrong */
	char refusal[LINK_WORDS_SIZE]; /* what the concentrator said to our password */

	struct redial redial;
	struct redial_config redial_config;
	struct random random;
	bool has_begun; /* a pppd was started once */
	bool closing; /* asked to end */
	bool redialling; /* asked to dial anew */
	bool ended;
	int exit_code;
};

__attribute__((format(printf, 3, 4))) static void note(struct pppd_line *line,
						       enum log_priority priority,
						       const char *format, ...)
{
	char text[LINK_TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	line_front_log(&line->front, priority, line->stage, clock_now(), text);
}

static void note_text(void *context, const char *text)
{
	note(context, LOG_ENTRY_NOTICE, "%s", text);
}

static void publish(struct pppd_line *line)
{
	line_front_publish(&line->front, line->stage,
			   host_setup_device(line_host_setup(line->host)));
}

static void enter(struct pppd_line *line, enum link_stage stage)
{
	line->stage = stage;
	publish(line);
}

static void host_is_undone(void *context)
{
	struct pppd_line *line = context;
	uv_stop(&line->loop);
}

static void end(struct pppd_line *line, int exit_code)
{
	if (!line->ended)
		line->exit_code = exit_code;
	line->ended = true;
	line_host_end(line->host, host_is_undone, line);
}

/* --- the device ------------------------------------------------------------------------------- */

static void tell_addresses(struct pppd_line *line)
{
	struct message message = { .kind = MESSAGE_ADDRESSES, .addresses = line->addresses };
	status_hear(&line->front.status, &message);
}

static void host_is_up(void *context, const struct link_addresses *addresses, int device,
		       const char *text)
{
	struct pppd_line *line = context;
	(void)addresses;
	(void)device; /* pppd's */
	if (!line->was_up)
		line->up_since = clock_now();
	line->was_up = true;
	line->stage = LINK_OPEN;
	note(line, LOG_ENTRY_NOTICE, "%s", text);
	tell_addresses(line);
	publish(line);
}

static void host_has_failed(void *context, const char *text)
{
	struct pppd_line *line = context;
	note(line, LOG_ENTRY_WARNING, "%s", text);
	status_device_failed(&line->front.status, text);
	pppd_process_hang_up(line->pppd);
	publish(line);
}

static struct link_addresses addresses_of(const struct pppd_line *line,
					  const struct device_state *state)
{
	struct link_addresses addresses = {
		.ipv4 = state->up && state->ipv4,
		.ipv6 = state->up && state->ipv6 && line->config->ipv6,
	};
	if (addresses.ipv4) {
		addresses.local = state->local;
		addresses.remote = state->peer;
		pppd_host_name_servers(&line->mark, addresses.dns);
	}
	if (addresses.ipv6)
		addresses.interface_id = state->interface_id;
	if (addresses.ipv4 || addresses.ipv6)
		addresses.mtu = addresses.mru = (uint16_t)state->mtu;
	return addresses;
}

static bool are_same(const struct link_addresses *a, const struct link_addresses *b)
{
	return a->ipv4 == b->ipv4 && a->ipv6 == b->ipv6 && a->local == b->local &&
	       a->remote == b->remote && a->dns[0] == b->dns[0] && a->dns[1] == b->dns[1] &&
	       a->interface_id == b->interface_id && a->mtu == b->mtu;
}

static void host_is_down(struct pppd_line *line)
{
	line->addresses = (struct link_addresses){ 0 };
	if (line_host_down(line->host))
		note(line, LOG_ENTRY_NOTICE, "down device=%s", line->device);
	tell_addresses(line);
}

/* The device has changed, or there may be one now. */
static void look_at_device(struct pppd_line *line)
{
	struct device_state state;
	pid_t pid = pppd_process_pid(line->pppd);
	if (pid == 0 || (line->device[0] == '\0' && !pppd_host_find_device(pid, line->device)))
		return;
	int error = device_look_up(line->device, &state);
	if (error < 0) {
		note(line, LOG_ENTRY_WARNING, "the device %s cannot be looked at: %s", line->device,
		     strerror(-error));
		return;
	}
	struct link_addresses now = addresses_of(line, &state);
	if (are_same(&now, &line->addresses))
		return;
	if (!now.ipv4 && !now.ipv6) {
		host_is_down(line);
		enter(line, LINK_CLOSING);
		return;
	}
	line->addresses = now;
	if (pppd_host_hooks_tell_resolver())
		now.dns[0] = now.dns[1] = 0; /* pppd's hook tells it */
	host_setup_give_device(line_host_setup(line->host), line->device, state.index);
	line_host_addresses(line->host, &now);
}

/* --- dialling --------------------------------------------------------------------------------- */

static void dial(struct pppd_line *line);

static void on_redial(uv_timer_t *timer)
{
	struct pppd_line *line = timer->data;
	if (!line->closing && pppd_process_pid(line->pppd) == 0)
		dial(line);
}

static void report_failure(struct pppd_line *line, const struct link_failure *failure,
			   uint32_t redial_in_ms)
{
	struct message message = { .kind = MESSAGE_FAILED };
	struct message_failure *told = &message.report.failure;
	told->at = failure->stage;
	told->redial_in_ms = redial_in_ms;
	snprintf(told->what, sizeof(told->what), "%s", failure->what);
	snprintf(told->advice, sizeof(told->advice), "%s", failure->advice);
	snprintf(told->words, sizeof(told->words), "%s", failure->words);
	status_hear(&line->front.status, &message);

	struct text t = text_of(message.report.text, sizeof(message.report.text));
	link_failure_text(&t, failure);
	if (redial_in_ms != MESSAGE_NO_REDIAL) {
		text_string(&t, " redial_in_ms=");
		text_decimal(&t, redial_in_ms);
	}
	note(line, redial_in_ms == MESSAGE_NO_REDIAL ? LOG_ENTRY_ERROR : LOG_ENTRY_WARNING, "%s",
	     message.report.text);
	publish(line);
}

/* The attempt, or the session, is over: what comes next? */
static void decide(struct pppd_line *line, const struct link_failure *failure)
{
	if (!line->config->persist) {
		line->stage = LINK_OFF;
		report_failure(line, failure, MESSAGE_NO_REDIAL);
		end(line, 1);
		return;
	}
	uint64_t up_ms = line->was_up ? (uint64_t)(clock_now() - line->up_since) / 1000 + 1 : 0;
	redial_was_up(&line->redial, &line->redial_config, up_ms);
	uint32_t wait_ms =
		redial_wait(&line->redial, &line->redial_config, failure->cause, &line->random);
	line->stage = LINK_WAITING;
	report_failure(line, failure, wait_ms);
	uv_timer_start(&line->on_redial, on_redial, wait_ms, 0);
}

/*
 * A pppoe that had found no session when its line was killed does not notice that its pppd is gone
 * too: it would go on asking for one beside ours.
 */
static void end_left_pppoe(struct pppd_line *line)
{
	char path[LINE_CONFIG_TEXT + 16];
	snprintf(path, sizeof(path), "%s.pppoe", line->config->pid_file);
	if (line->config->pid_file[0] && process_end_left(path) > 0)
		note(line, LOG_ENTRY_NOTICE,
		     "ended a pppoe that an earlier end of this line had left");
}

/* True if both programs are there.  At the beginning it is the end, and later a failure, if not. */
static bool programs_are_there(struct pppd_line *line)
{
	const struct line_config *config = line->config;
	const char *const paths[] = { config->pppd, config->plugin[0] ? NULL : config->pppoe };
	for (size_t i = 0; i < 2; i++) {
		char what[LINE_CONFIG_TEXT + 64];
		if (!paths[i] || access(paths[i], X_OK) == 0)
			continue;
		struct link_failure failure = pppd_failure_of_exit(PPPD_CANNOT_BE_RUN, LINK_OFF);
		snprintf(what, sizeof(what), "%s cannot be run: %s", paths[i], strerror(errno));
		failure.what = what;
		line->stage = LINK_OFF;
		if (line->has_begun) {
			decide(line, &failure);
			return false;
		}
		report_failure(line, &failure, MESSAGE_NO_REDIAL);
		end(line, 1);
		return false;
	}
	return true;
}

/* It is waited for if it is to be dialled again and again: it may be a USB adapter. */
static void interface_is_missing(struct pppd_line *line, int error)
{
	char text[LINK_TEXT_SIZE];
	wire_describe_error(&line->wire, error, text, sizeof(text));
	line->stage = LINK_NO_CARRIER;
	note(line, LOG_ENTRY_WARNING, "%s", text);
	if (!line->config->persist || error != -ENODEV)
		end(line, 1);
	else
		publish(line);
}

static void pppd_has_started(struct pppd_line *line)
{
	pid_t pid = pppd_process_pid(line->pppd);
	status_set_engine(&line->front.status, pid);
	int error = pid_files_write_pppd(line->config, pid);
	if (error < 0)
		note(line, LOG_ENTRY_WARNING, "%s.pppd cannot be written: %s",
		     line->config->pid_file, strerror(-error));
	line->stage = LINK_DISCOVERY;
	note(line, LOG_ENTRY_INFO, "pppd started pid=%d", (int)pid);
	publish(line);
}

/* Before pppd sets its device up: false if it would be without its firewall. */
static bool is_protected(struct pppd_line *line)
{
	char text[LINK_TEXT_SIZE];
	struct link_failure failure = {
		.stage = LINK_NETWORK, .cause = REDIAL_FAILED, .what = text, .advice = ""
	};
	if (line_host_protect(line->host, text, sizeof(text)) == 0)
		return true;
	decide(line, &failure);
	return false;
}

static void dial(struct pppd_line *line)
{
	line->redialling = line->was_up = false;
	line->device[0] = line->last_words[0] = line->complaint[0] = line->pppoe_words[0] =
		line->refusal[0] = '\0';
	line->mark = pppd_host_mark();
	int error = wire_find(&line->wire);
	status_set_interface(&line->front.status, line->wire.name);
	if (error < 0) {
		interface_is_missing(line, error);
		return;
	}
	if (!pppd_command_make(&line->command, line->config, line->wire.name)) {
		note(line, LOG_ENTRY_WARNING, "the command line of pppd would be too long");
		end(line, 1);
		return;
	}
	if (!programs_are_there(line))
		return;
	if (!line->has_begun)
		end_left_pppoe(line);
	line->has_begun = true;
	if (!is_protected(line))
		return;
	error = pppd_process_start(line->pppd, &line->command);
	if (error == 0) {
		pppd_has_started(line);
		return;
	}
	struct link_failure failure = pppd_failure_of_exit(PPPD_CANNOT_BE_RUN, LINK_OFF);
	note(line, LOG_ENTRY_WARNING, "pppd cannot be started: %s", uv_strerror(error));
	decide(line, &failure);
}

/* --- pppd ------------------------------------------------------------------------------------- */

static void pppd_has_said(void *context, const char *text)
{
	static const char refused[] = "authentication failed: ";
	struct pppd_line *line = context;
	const char *refusal = strstr(text, refused);
	if (refusal)
		snprintf(line->refusal, sizeof(line->refusal), "%s", refusal + strlen(refused));
	if (strncmp(text, PPPOE_SAYS, strlen(PPPOE_SAYS)) == 0)
		snprintf(line->pppoe_words, sizeof(line->pppoe_words), "%.200s", text);
	size_t name = strlen(line->config->pppd);
	bool by_name = strncmp(text, line->config->pppd, name) == 0 && text[name] == ':';
	if (by_name && line->complaint[0] == '\0')
		snprintf(line->complaint, sizeof(line->complaint), "%.200s", text);
	if (strcmp(text, "Exit.") != 0)
		snprintf(line->last_words, sizeof(line->last_words), "%.200s", text);
	/* With pppoe on its pty, pppd begins before there is a session. */
	if (line->config->plugin[0] && line->stage < LINK_LCP && strstr(text, "Connect: "))
		enter(line, LINK_LCP);
	if (line->stage < LINK_NETWORK && strstr(text, "authentication succeeded"))
		enter(line, LINK_NETWORK);
	note(line, LOG_ENTRY_INFO, "pppd: %s", text);
}

/* The words of the programs that say more than the exit code, or "". */
static const char *own_words(const struct pppd_line *line, int exit_code)
{
	if (exit_code == 16) /* the hang-up of its pppoe */
		return line->pppoe_words;
	if (exit_code != 1 && exit_code != 2 && exit_code != PPPD_CANNOT_BE_RUN)
		return "";
	return line->complaint[0] ? line->complaint : line->last_words;
}

static void pppd_has_ended(void *context, int exit_code, int term_signal)
{
	struct pppd_line *line = context;
	enum link_stage stage = line->was_up ? LINK_OPEN : line->stage;
	host_is_down(line);
	status_set_engine(&line->front.status, 0);
	if (line->closing) {
		line->stage = LINK_OFF;
		end(line, 0);
		return;
	}
	if (line->redialling) {
		uv_timer_start(&line->on_redial, on_redial, 0, 0);
		return;
	}
	char what[LINK_TEXT_SIZE];
	struct link_failure failure = term_signal != 0 ? pppd_failure_of_signal(stage)
						       : pppd_failure_of_exit(exit_code, stage);
	const char *words = own_words(line, exit_code);
	if (words[0]) {
		snprintf(what, sizeof(what), "%s: %s", failure.what, words);
		failure.what = what;
	}
	if (failure.cause == REDIAL_REJECTED)
		memcpy(failure.words, line->refusal, sizeof(failure.words));
	decide(line, &failure);
}

/* What was waited for may be over.  Not after a wrong password. */
static void wire_has_come(struct pppd_line *line)
{
	bool waits = pppd_process_pid(line->pppd) == 0 && !line->closing && !line->ended;
	if (waits && (line->stage == LINK_NO_CARRIER || line->redial.rejections == 0))
		uv_timer_start(&line->on_redial, on_redial, 0, 0);
}

static void wire_event(void *context, const struct device_event *event)
{
	struct pppd_line *line = context;
	if (line->wire.present && event->index == line->wire.interface.index) {
		bool had_carrier = wire_has_carrier(&line->wire);
		event->kind == DEVICE_GONE ? wire_lose(&line->wire) : wire_hear(&line->wire, event);
		if (!had_carrier && wire_has_carrier(&line->wire))
			wire_has_come(line);
	}
	if (wire_may_appear(&line->wire, event))
		wire_has_come(line);
}

static void on_wire(void *context)
{
	struct pppd_line *line = context;
	if (device_watch_read(line->wire.watch, wire_event, line) != -ENOBUFS)
		return;
	wire_find(&line->wire);
	if (wire_has_carrier(&line->wire))
		wire_has_come(line);
}

/* Which device it is about, and what was lost, does not matter: it is looked at. */
static void device_event(void *context, const struct device_event *event)
{
	(void)context;
	(void)event;
}

static void on_devices(void *context)
{
	struct pppd_line *line = context;
	device_watch_read(line->devices, device_event, line);
	if (!line->ended)
		look_at_device(line);
}

/* --- what it is asked ------------------------------------------------------------------------- */

static void hang_up(struct pppd_line *line)
{
	pppd_process_hang_up(line->pppd);
	enter(line, LINK_CLOSING);
}

static void begin_closing(struct pppd_line *line)
{
	line->closing = true;
	line_front_stopping(&line->front);
	if (pppd_process_pid(line->pppd) != 0)
		hang_up(line);
	else
		end(line, 0);
}

static void on_signal(void *context, int number)
{
	struct pppd_line *line = context;
	note(line, LOG_ENTRY_NOTICE, "hanging up: signal %d", number);
	begin_closing(line);
}

static void count(void *context, struct device_counters *ret_counters)
{
	const struct pppd_line *line = context;
	host_setup_count(line_host_setup(line->host), ret_counters);
}

static void asked_to_hang_up(void *context)
{
	struct pppd_line *line = context;
	note(line, LOG_ENTRY_NOTICE, "hanging up: asked to over the control socket");
	begin_closing(line);
}

static void asked_to_redial(void *context)
{
	struct pppd_line *line = context;
	if (line->closing || line->ended)
		return;
	note(line, LOG_ENTRY_NOTICE, "dialling anew: asked to over the control socket");
	line->redialling = true;
	if (pppd_process_pid(line->pppd) != 0) {
		hang_up(line);
		return;
	}
	uv_timer_start(&line->on_redial, on_redial, 0, 0);
}

/* --- the process ------------------------------------------------------------------------------ */

/* Settings that our own engine has, and pppd not. */
static void note_without_effect(struct pppd_line *line)
{
	const struct line_config *config = line->config;
	if (config->secrets[0])
		note(line, LOG_ENTRY_WARNING,
		     "SECRETS has no effect: pppd reads chap-secrets and pap-secrets");
	if (config->auth_hooks)
		note(line, LOG_ENTRY_WARNING, "AUTH_HOOKS has no effect: pppd runs the hooks");
	if (!config->plugin[0] && !mac_equal(config->concentrator_address, (struct mac){ 0 }))
		note(line, LOG_ENTRY_WARNING, "ACMAC has no effect: pppoe chooses by ACNAME alone");
}

static bool set_up(struct pppd_line *line)
{
	const struct line_host_owner owner = { line, note_text, host_is_up, host_has_failed };
	const struct pppd_owner pppd_owner = { line, pppd_has_said, pppd_has_ended };
	uint8_t seed[RANDOM_SEED_LENGTH];
	entropy_fill(seed, sizeof(seed));
	random_init(&line->random, seed);
	if (line->config->network[0]) {
		note(line, LOG_ENTRY_WARNING,
		     "NETNS has no effect on pppd's device: ENGINE=builtin can do that");
		return false;
	}
	int error = wire_open(&line->wire, line->config);
	line->wire.without_sockets = true;
	line->host = line_host_new(&line->loop, line->config, line->wire.name, &owner);
	line->pppd = pppd_process_new(&line->loop, &pppd_owner);
	line->devices = device_watch_new_with_addresses();
	if (error < 0 || !line->host || !line->pppd || !line->devices) {
		note(line, LOG_ENTRY_WARNING, "cannot talk to the kernel (rtnetlink): %s",
		     strerror(error < 0 ? -error : errno));
		return false;
	}
	line_front_set_name(&line->front, line_host_name(line->host));
	descriptor_watch_start(&line->on_devices, &line->loop,
			       device_watch_descriptor(line->devices), on_devices, line);
	descriptor_watch_start(&line->on_wire, &line->loop,
			       device_watch_descriptor(line->wire.watch), on_wire, line);
	uv_timer_init(&line->loop, &line->on_redial);
	line->on_redial.data = line;
	line_loop_watch_signals(&line->loop, &line->signals);
	note_without_effect(line);
	return true;
}

int pppd_line_main(const struct line_config *config, mono_us started, bool to_syslog)
{
	struct pppd_line line = {
		.config = config,
		.signals = { on_signal, &line },
		.wire = { .network = -1 },
		.redial_config = redial_config_default(),
		.exit_code = 1,
	};
	line_loop_prepare();
	if (uv_loop_init(&line.loop) < 0)
		return 1;
	const struct line_front_owner owner = { &line, NULL, count, asked_to_redial,
						asked_to_hang_up };
	line_front_init(&line.front, &line.loop, config, started, to_syslog, &owner);
	if (set_up(&line)) {
		line_front_open(&line.front);
		dial(&line);
		line_front_ready(&line.front);
		uv_run(&line.loop, UV_RUN_DEFAULT);
	}
	line_host_undo(line.host);
	wire_undo(&line.wire);
	pid_files_remove(config);
	line_front_close(&line.front);
	line_loop_close(&line.loop);
	pppd_process_free(line.pppd);
	line_host_free(line.host);
	device_watch_free(line.devices);
	wire_close(&line.wire);
	line_front_done(&line.front);
	return line.exit_code;
}
