/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/bridge/bridge.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include "base/text.h"
#include "linux/clock.h"
#include "program/bridge/list.h"
#include "program/bridge/pump.h"
#include "program/bridge/say.h"

/* Discovery gives up after some 35 s either way: with -t as rp-pppoe does (1, 2 and 4 times that
 * long), else with more and earlier attempts (0.5 s doubling to 8 s). */
#define ATTEMPTS 7
#define ATTEMPTS_TIMED 3
#define LIST_RETRY_S 5

/* Whoever floods the wire does not keep signals and deadlines from their turn. */
#define FRAMES_A_TURN 64

enum bridge_poll { POLL_SIGNALS, POLL_DISCOVERY, POLL_PUMP, BRIDGE_POLLS = POLL_PUMP + PUMP_POLLS };

/* What one turn of a loop came to. */
enum turn {
	TURN_ON,
	TURN_END, /* in good order */
	TURN_FAILED,
};

static void set_host_uniq(struct bridge *bridge)
{
	struct pppoe_host_config *config = &bridge->config;
	char pid[16];
	const char *value = bridge->options->host_uniq;
	if (bridge->options->host_uniq_of_pid) {
		snprintf(pid, sizeof(pid), "%x", (unsigned)getpid());
		value = pid;
	}
	config->without_host_uniq = value == NULL || value[0] == '\0';
	if (config->without_host_uniq)
		return;
	config->host_uniq_length = strlen(value);
	memcpy(config->host_uniq, value, config->host_uniq_length);
}

static void set_timing(struct bridge *bridge)
{
	struct pppoe_host_config *config = &bridge->config;
	unsigned seconds = bridge->options->discovery_s;
	config->attempts = seconds > 0 ? ATTEMPTS_TIMED : ATTEMPTS;
	if (seconds > 0) {
		config->retry_min_ms = seconds * 1000;
		config->retry_max_ms = config->retry_min_ms * 4;
	}
	if (bridge->options->task == BRIDGE_LIST) {
		/* Whoever lists waits for all to answer. */
		config->attempts = ATTEMPTS_TIMED;
		config->retry_min_ms = (seconds > 0 ? seconds : LIST_RETRY_S) * 1000;
		config->retry_max_ms = config->retry_min_ms;
	}
}

void bridge_init(struct bridge *bridge, const struct bridge_options *options)
{
	uint8_t seed[RANDOM_SEED_LENGTH];
	bridge->options = options;
	bridge->config = pppoe_host_config_default(bridge->wire.address);
	bridge->config.has_service_name = options->service != NULL;
	if (options->service != NULL)
		memcpy(bridge->config.service_name, options->service, strlen(options->service) + 1);
	if (options->concentrator != NULL)
		memcpy(bridge->config.concentrator_name, options->concentrator,
		       strlen(options->concentrator) + 1);
	set_host_uniq(bridge);
	set_timing(bridge);
	entropy_fill(seed, sizeof(seed));
	random_init(&bridge->random, seed);
	pppoe_host_init(&bridge->host, &bridge->config, &bridge->random);
}

bool bridge_send(struct bridge *bridge, const struct pppoe_host_action *action)
{
	if (wire_send_discovery(&bridge->wire, action->frame))
		return true;
	say_error("send (sendPacket): %s", strerror(errno));
	return false;
}

/* Discovery */

static void say_refusal(bool requested, const char *kind, const char *words)
{
	say_peer_error("%s: %s: %s", requested ? "PADS" : "PADO", kind, words);
}

static void say_failure(enum pppoe_failure failure, const char *words, bool requested)
{
	switch (failure) {
	case PPPOE_FAILURE_NONE:
	case PPPOE_FAILURE_NO_PADO:
		say_error("Timeout waiting for PADO packets");
		break;
	case PPPOE_FAILURE_NO_MATCH:
		say_error("Timeout waiting for PADO packets");
		say_error(
			"There was an answer, from \"%s\", but not with the name and service asked "
			"for",
			words);
		break;
	case PPPOE_FAILURE_NO_PADS:
		say_error("Timeout waiting for PADS packets");
		break;
	case PPPOE_FAILURE_SERVICE_NAME:
		say_refusal(requested, "Service-Name-Error", words);
		break;
	case PPPOE_FAILURE_AC_SYSTEM:
		say_refusal(requested, "System-Error", words);
		break;
	case PPPOE_FAILURE_GENERIC:
		say_refusal(requested, "Generic-Error", words);
		break;
	case PPPOE_FAILURE_SESSION_ZERO:
		say_error("Access concentrator used a session value of 0 or ffff -- the AC is "
			  "violating RFC 2516");
		break;
	case PPPOE_FAILURE_PADT:
		if (words[0] != '\0')
			say_peer_error("PADT: Generic-Error: %s", words);
		break;
	}
}

static struct packet_session session_of(const struct bridge *bridge)
{
	const struct pppoe_session *session = pppoe_host_session(&bridge->host);
	return (struct packet_session){ true, session->concentrator, session->id };
}

/* Does what the machine wants; `requested`: it is beyond the PADO. */
static enum turn drain(struct bridge *bridge, bool *requested)
{
	/* Before the PADR: the concentrator's first frame may be there before we have read its
	 * PADS. */
	const struct packet_session any = { .known = false };
	struct pppoe_host_action action;
	while (pppoe_host_next_action(&bridge->host, &action)) {
		switch (action.kind) {
		case PPPOE_HOST_SEND:
			if (!bridge_send(bridge, &action))
				return TURN_FAILED;
			break;
		case PPPOE_HOST_PADO_TAKEN:
			*requested = true;
			if (bridge->wire.session >= 0 && !wire_listen(&bridge->wire, &any)) {
				say_error("packet filter: %s", strerror(errno));
				return TURN_FAILED;
			}
			break;
		case PPPOE_HOST_OPENED:
			break;
		case PPPOE_HOST_FAILED:
			say_failure(action.failure, action.words, *requested);
			return TURN_FAILED;
		}
	}
	return TURN_ON;
}

/*
 * Hands the frames that have come to the machine.  A wire that is down may come up again.  Stops
 * at a failure, which may be the end of the session.
 */
static enum turn receive(struct bridge *bridge, bool *requested)
{
	uint8_t memory[PPPOE_DISCOVERY_FRAME_MAX];
	struct bytes frame;
	enum turn turn = TURN_ON;
	for (unsigned i = 0; turn == TURN_ON; i++) {
		if (i == FRAMES_A_TURN)
			return turn;
		if (!wire_receive_discovery(&bridge->wire, memory, sizeof(memory), &frame))
			break;
		pppoe_host_receive(&bridge->host, frame, clock_now());
		turn = drain(bridge, requested);
	}
	if (turn == TURN_ON && errno != EAGAIN && errno != ENETDOWN) {
		say_error("recv (receivePacket): %s", strerror(errno));
		return TURN_FAILED;
	}
	return turn;
}

static int open_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The signal that has come, 0 if none. */
static int read_signal(int signals)
{
	struct signalfd_siginfo info;
	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}

/* Until a session is open (TURN_ON), or what ends us before. */
static enum turn discover(struct bridge *bridge, int signals)
{
	bool requested = false;
	pppoe_host_open(&bridge->host, clock_now());
	enum turn turn = drain(bridge, &requested);
	while (turn == TURN_ON && pppoe_host_state(&bridge->host) != PPPOE_HOST_OPEN) {
		/* No data is read yet, but the end of pppd is seen. */
		bool has_pppd = bridge->options->task == BRIDGE_CONNECT;
		struct pollfd polls[] = {
			{ signals, POLLIN, 0 },
			{ bridge->wire.discovery, POLLIN, 0 },
			{ has_pppd ? STDIN_FILENO : -1, 0, 0 },
		};
		mono_us deadline = pppoe_host_deadline(&bridge->host);
		poll(polls, 3, clock_poll_timeout(deadline, clock_now()));
		if (polls[0].revents != 0) {
			say_log(LOG_DEBUG, "Received signal %d in discovery.",
				read_signal(signals));
			return TURN_END;
		}
		if ((polls[2].revents & POLLHUP) != 0) {
			say_log(LOG_INFO, "end-of-file in discovery");
			return TURN_END;
		}
		if (polls[1].revents != 0)
			turn = receive(bridge, &requested);
		if (turn == TURN_ON && clock_now() >= pppoe_host_deadline(&bridge->host)) {
			pppoe_host_tick(&bridge->host, clock_now());
			turn = drain(bridge, &requested);
		}
	}
	if (turn == TURN_ON) {
		const struct pppoe_session *session = pppoe_host_session(&bridge->host);
		say_log(LOG_DEBUG, "PADS: Service-Name: '%s'", session->service_name);
		say_log(LOG_INFO, "PPP session is %u (0x%x)", session->id, session->id);
	}
	return turn;
}

/* Session */

/* Ends the session; the reason goes to the concentrator. */
static void hang_up(struct bridge *bridge, const char *reason)
{
	struct pppoe_host_action action;
	pppoe_host_close(&bridge->host, reason);
	while (pppoe_host_next_action(&bridge->host, &action))
		if (bridge->wire.discovery >= 0 && action.kind == PPPOE_HOST_SEND &&
		    bridge_send(bridge, &action))
			say_log(LOG_INFO, "Sent PADT");
}

struct session {
	struct bridge *bridge;
	struct pump *pump;
	int signals;
	mono_us active; /* when a frame last came by */
	const char *reason; /* of the end, for the concentrator; NULL: it knows */
	char memory[32];
};

static mono_us inactivity_deadline(const struct session *session)
{
	unsigned seconds = session->bridge->options->inactivity_s;
	return seconds > 0 ? session->active + (mono_us)seconds * 1000000 : MONO_NEVER;
}

static enum turn end_by_signal(struct session *session, unsigned id)
{
	int signal = read_signal(session->signals);
	say_log(LOG_DEBUG, "Received signal %d on session %u.", signal, id);
	snprintf(session->memory, sizeof(session->memory), "Received signal %d", signal);
	session->reason = session->memory;
	return TURN_END;
}

/* The concentrator, or else the wire, may have ended it. */
static enum turn receive_in_session(struct session *session, unsigned id)
{
	bool requested = true;
	if (receive(session->bridge, &requested) == TURN_ON)
		return TURN_ON;
	if (pppoe_host_state(&session->bridge->host) == PPPOE_HOST_OPEN) {
		session->reason = "the interface is gone";
		return TURN_FAILED;
	}
	say_log(LOG_INFO, "Session %u terminated -- received PADT from peer", id);
	return TURN_END;
}

static enum turn run_pump(struct session *session, const struct pollfd *polls)
{
	const char *framing =
		session->bridge->options->synchronous ? "syncReadFromPPP" : "asyncReadFromPPP";
	enum pump_result result = pump_run(session->pump, polls);
	int error = errno;
	if (pump_was_active(session->pump))
		session->active = clock_now();
	if (pump_met_long_frame(session->pump))
		say_log(LOG_ERR, "Packet too big!  Check MTU on PPP interface");
	switch (result) {
	case PUMP_OK:
		return TURN_ON;
	case PUMP_END_OF_FILE:
		say_log(LOG_INFO, "end-of-file in %s", framing);
		session->reason = "pppd has ended";
		return TURN_END;
	case PUMP_ERROR:
		say_error("%s", strerror(error));
		session->reason = strerror(error);
		return TURN_FAILED;
	}
	return TURN_FAILED;
}

static enum turn turn_session(struct session *session, unsigned id)
{
	struct pollfd polls[BRIDGE_POLLS] = {
		[POLL_SIGNALS] = { session->signals, POLLIN, 0 },
		[POLL_DISCOVERY] = { session->bridge->wire.discovery, POLLIN, 0 },
	};
	pump_polls(session->pump, polls + POLL_PUMP);
	int ready = poll(polls, BRIDGE_POLLS,
			 clock_poll_timeout(inactivity_deadline(session), clock_now()));
	if (ready == 0 && clock_now() >= inactivity_deadline(session)) {
		say_log(LOG_ERR, "Inactivity timeout... something wicked happened on session %u",
			id);
		session->reason = "Inactivity timeout";
		return TURN_FAILED;
	}
	if (ready <= 0)
		return TURN_ON;
	if (polls[POLL_SIGNALS].revents != 0)
		return end_by_signal(session, id);
	enum turn turn = TURN_ON;
	if (polls[POLL_DISCOVERY].revents != 0)
		turn = receive_in_session(session, id);
	return turn == TURN_ON ? run_pump(session, polls + POLL_PUMP) : turn;
}

static struct pump *make_pump(const struct bridge *bridge)
{
	const struct bridge_options *options = bridge->options;
	const struct pppoe_session *session = pppoe_host_session(&bridge->host);
	int mtu = bridge->wire.interface.mtu;
	const struct pump_settings settings = {
		.from_pppd = STDIN_FILENO,
		.to_pppd = STDOUT_FILENO,
		.wire = bridge->wire.session,
		.local = bridge->wire.address,
		.peer = session->concentrator,
		.ethertype = options->session_type,
		.session_id = session->id,
		.wire_mtu = (uint16_t)(mtu < UINT16_MAX ? mtu : UINT16_MAX),
		.mss = mss_limits_of(options->mss),
		.synchronous = options->synchronous,
		.records = bridge->records,
		.log = bridge->wire.log,
	};
	struct pump *pump = pump_new(&settings);
	if (pump == NULL)
		say_error("%s", strerror(ENOMEM));
	return pump;
}

static void say_drops(const struct pump *pump)
{
	char drops[256];
	pump_describe_drops(pump, drops, sizeof(drops));
	if (drops[0] != '\0')
		say_log(LOG_INFO, "dropped: %s", drops);
}

/* Carries the session to its end. */
static enum turn carry(struct bridge *bridge, int signals)
{
	unsigned id = pppoe_host_session(&bridge->host)->id;
	struct packet_session filter = session_of(bridge);
	struct session session = { bridge, make_pump(bridge), signals, clock_now(), NULL, "" };
	enum turn turn = TURN_ON;
	if (session.pump == NULL || !wire_listen(&bridge->wire, &filter)) {
		session.reason = "out of memory";
		turn = TURN_FAILED;
	}
	while (turn == TURN_ON)
		turn = turn_session(&session, id);
	if (session.reason != NULL)
		hang_up(bridge, session.reason);
	if (session.pump != NULL)
		say_drops(session.pump);
	pump_free(session.pump);
	return turn;
}

static void print_session(const struct pppoe_session *session)
{
	char memory[24];
	struct text t = text_of(memory, sizeof(memory));
	text_mac(&t, session->concentrator);
	printf("%u:%s\n", session->id, memory);
}

static enum turn connect(struct bridge *bridge)
{
	int signals = open_signals();
	if (signals < 0) {
		say_error("signalfd: %s", strerror(errno));
		return TURN_FAILED;
	}
	enum turn turn = TURN_ON;
	if (bridge->options->has_session)
		pppoe_host_adopt(&bridge->host, &bridge->options->session);
	else
		turn = discover(bridge, signals);
	if (turn == TURN_ON && bridge->options->task == BRIDGE_DISCOVER) {
		print_session(pppoe_host_session(&bridge->host));
		turn = TURN_END;
	}
	if (turn == TURN_ON)
		turn = carry(bridge, signals);
	close(signals);
	return turn;
}

int bridge_run(struct bridge *bridge)
{
	switch (bridge->options->task) {
	case BRIDGE_LIST:
		return list_concentrators(bridge);
	case BRIDGE_KILL:
		pppoe_host_adopt(&bridge->host, &bridge->options->session);
		hang_up(bridge, "Session killed manually");
		return BRIDGE_EXIT_OK;
	case BRIDGE_CONNECT:
	case BRIDGE_DISCOVER:
		break;
	}
	return connect(bridge) == TURN_END ? BRIDGE_EXIT_OK : BRIDGE_EXIT_FAILED;
}
