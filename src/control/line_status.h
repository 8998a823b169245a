/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known about a line, as the control socket tells it: plain values, and their JSON form.
 * What is not known is left out of the JSON: an empty text, a number below 0, an empty list.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_STATUS_NAME 16 /* of a device; a word */
#define LINE_STATUS_ADDRESS 46
#define LINE_STATUS_TEXT 256
#define LINE_STATUS_DNS_MAX 4

#define LINE_STATUS_DISCOVERY_DROPS 11
#define LINE_STATUS_SESSION_DROPS 2
#define LINE_STATUS_DATA_DROPS 6

struct line_status {
	char link[LINE_STATUS_NAME]; /* DEVICE, or else ETH */
	char config[LINE_STATUS_TEXT]; /* the configuration's name, without its folder */
	char config_path[LINE_STATUS_TEXT]; /* the whole path of it; "" if it is too long */
	char device[LINE_STATUS_NAME]; /* while there is one */
	char network[LINE_STATUS_TEXT]; /* the namespace that the device is in, where it is another
					 */
	char interface[LINE_STATUS_NAME]; /* the Ethernet one */
	char stage[LINE_STATUS_NAME]; /* "off", "discovery", ..., "up" */
	int64_t since_ms; /* when this stage began: milliseconds of Unix time */
	int64_t monitor_pid, engine_pid;
	int64_t session_id;
	char concentrator[LINE_STATUS_TEXT];
	char concentrator_mac[LINE_STATUS_NAME + 2];
	char service[LINE_STATUS_TEXT];
	char ipv4_local[LINE_STATUS_ADDRESS], ipv4_remote[LINE_STATUS_ADDRESS];
	char ipv6_local[LINE_STATUS_ADDRESS], ipv6_remote[LINE_STATUS_ADDRESS];
	char dns[LINE_STATUS_DNS_MAX][LINE_STATUS_ADDRESS]; /* ends at the first empty one */
	int64_t mtu; /* bytes */
	char auth[LINE_STATUS_NAME]; /* how we proved who we are */
	char plane[LINE_STATUS_NAME];
	int64_t received_packets, received_bytes; /* from the line, and to it */
	int64_t sent_packets, sent_bytes;
	/* What was dropped, by the reasons of pppoe/host.h, link/link.h, plane/plane.h; 0 is left
	 * out. As the engine told last: asking for the status makes it tell again. */
	int64_t discovery_drops[LINE_STATUS_DISCOVERY_DROPS];
	int64_t session_drops[LINE_STATUS_SESSION_DROPS];
	int64_t data_drops[LINE_STATUS_DATA_DROPS];
	char failure_stage[LINE_STATUS_NAME]; /* the last failure: where, */
	char failure_what[LINE_STATUS_TEXT]; /* what happened, */
	char failure_peer_said[LINE_STATUS_TEXT]; /* the peer's words, */
	char failure_advice[LINE_STATUS_TEXT]; /* what to try */
	int64_t redial_in_ms; /* while it waits for the next attempt */
};

/* Nothing known. */
void line_status_init(struct line_status *status);

bool line_status_is_up(const struct line_status *status);

/* DEMAND: it waits for the packet that dials. */
bool line_status_is_idle(const struct line_status *status);

/* The longest JSON text of a status, NUL included. */
#define LINE_STATUS_JSON_MAX 12288

/* Writes it as a JSON object with a NUL; indented for people if wanted.  The length, or 0. */
size_t line_status_to_text(const struct line_status *status, bool indented, char *to, size_t size);

/*
 * Reads a JSON object.  Members that are not known here are passed over, so that an older program
 * understands a newer one; one of the wrong type is as if it were not there.  Texts are made
 * printable.  False if it is no object.
 */
bool line_status_from_text(struct line_status *status, const char *text, size_t length);
