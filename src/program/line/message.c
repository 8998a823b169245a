/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/message.h"

#include <errno.h>
#include <unistd.h>

#include "linux/process.h"

size_t message_length(enum message_kind kind)
{
	const size_t head = offsetof(struct message, start);
	switch (kind) {
	case MESSAGE_START:
		return head + sizeof(struct message_start);
	case MESSAGE_WIRE:
		return head + sizeof(struct message_wire);
	case MESSAGE_SECRET:
		return head + sizeof(struct message_secret);
	case MESSAGE_SESSION:
		return head + sizeof(struct link_session_id);
	case MESSAGE_PLANE:
	case MESSAGE_ADDRESSES:
		return head + sizeof(struct link_addresses);
	case MESSAGE_NEED_SECRET:
	case MESSAGE_EVENT:
	case MESSAGE_FAILED:
		return head + sizeof(struct message_report);
	case MESSAGE_ALIVE:
		return head + sizeof(struct message_drops);
	case MESSAGE_CLOSE:
	case MESSAGE_ASK:
	case MESSAGE_FINISHED:
	case MESSAGE_KIND_COUNT:
		break;
	}
	return head;
}

int message_send(int socket, const struct message *message, const int *descriptors, size_t count)
{
	return process_send(socket, message, message_length(message->kind), descriptors, count);
}

/* A flag that is neither 0 nor 1 must not be read as a bool: look at its byte. */
static bool is_flag(const bool *flag)
{
	uint8_t byte;
	memcpy(&byte, flag, 1);
	return byte <= 1;
}

static void make_printable(char *text, size_t size)
{
	text[size - 1] = '\0';
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '.';
}

static bool is_believable_report(struct message_report *report)
{
	struct message_failure *failure = &report->failure;
	make_printable(report->text, sizeof(report->text));
	make_printable(report->concentrator, sizeof(report->concentrator));
	make_printable(report->service, sizeof(report->service));
	make_printable(report->auth, sizeof(report->auth));
	make_printable(failure->what, sizeof(failure->what));
	make_printable(failure->advice, sizeof(failure->advice));
	make_printable(failure->words, sizeof(failure->words));
	return report->stage < LINK_STAGE_COUNT && is_flag(&report->accepted) &&
	       report->cause <= REDIAL_REJECTED && failure->at < LINK_STAGE_COUNT;
}

static bool is_believable(struct message *message)
{
	switch (message->kind) {
	case MESSAGE_SESSION:
		return is_flag(&message->session.known) && !mac_is_group(message->session.peer);
	case MESSAGE_ADDRESSES:
		return is_flag(&message->addresses.ipv4) && is_flag(&message->addresses.ipv6) &&
		       message->addresses.mtu >= 64 && message->addresses.mtu <= 1500;
	case MESSAGE_NEED_SECRET:
	case MESSAGE_EVENT:
	case MESSAGE_FAILED:
		return is_believable_report(&message->report);
	case MESSAGE_ALIVE:
	case MESSAGE_FINISHED:
		return true;
	case MESSAGE_ASK:
	case MESSAGE_START:
	case MESSAGE_WIRE:
	case MESSAGE_SECRET:
	case MESSAGE_PLANE:
	case MESSAGE_CLOSE:
	case MESSAGE_KIND_COUNT:
		break;
	}
	return false; /* not the engine's to say */
}

int message_receive(int socket, struct message *ret_message, int ret_descriptors[MESSAGE_SOCKETS],
		    bool from_engine)
{
	int descriptors[PROCESS_DESCRIPTORS_MAX];
	ssize_t length = process_receive(socket, ret_message, sizeof(*ret_message), descriptors);
	if (length <= 0)
		return (int)length;
	bool good = (size_t)length >= sizeof(ret_message->kind) &&
		    ret_message->kind < MESSAGE_KIND_COUNT &&
		    (size_t)length == message_length(ret_message->kind) &&
		    (!from_engine || is_believable(ret_message));
	for (size_t i = 0; i < PROCESS_DESCRIPTORS_MAX; i++) {
		bool wanted = good && !from_engine && i < MESSAGE_SOCKETS;
		if (wanted)
			ret_descriptors[i] = descriptors[i];
		else if (descriptors[i] >= 0)
			close(descriptors[i]);
	}
	return good ? 1 : -EPROTO;
}
