/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/bridge/pump.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"
#include "ppp/synchronous.h"
#include "discover/frame_log.h"

#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057
#define PROTOCOL_LENGTH 2

/* How long a synchronous frame may lie in the terminal before the next is written nonetheless. */
#define TAKEN_WAIT_MS 1

/* Batches a direction before the other gets its turn. */
#define ROUNDS 4

static const uint8_t address_and_control[HDLC_ADDRESS_CONTROL_LENGTH] = { 0xff, 0x03 };

/* Ethernet and PPPoE header without LENGTH: the same for every frame of a direction. */
static void make_header(uint8_t header[PUMP_HEADER_LENGTH - 2], struct mac destination,
			struct mac source, const struct pump_settings *settings)
{
	struct writer w = writer_of(header, PUMP_HEADER_LENGTH - 2);
	ethernet_write(&w, destination, source, settings->ethertype);
	writer_u8(&w, PPPOE_VERSION_AND_TYPE);
	writer_u8(&w, PPPOE_SESSION_DATA);
	writer_u16(&w, settings->session_id);
}

/* Where a frame is decoded, so that its packet stands right behind the header. */
static uint8_t *decode_place(struct pump *pump)
{
	return pump->out.place[pump->out_place] + PUMP_PLACE_OFFSET + PUMP_HEADER_LENGTH -
	       HDLC_ADDRESS_CONTROL_LENGTH;
}

static void drop(struct pump *pump, enum pump_drop reason)
{
	pump->drops[reason]++;
}

static void clamp(const struct pump *pump, uint8_t *ppp, size_t length)
{
	const struct mss_limits *limits = &pump->settings.mss;
	if (limits->ipv4 == 0)
		return;
	struct reader r = reader_of(bytes_of(ppp, length));
	uint16_t protocol = reader_u8(&r);
	if ((protocol & 1) == 0)
		protocol = (uint16_t)(protocol << 8 | reader_u8(&r));
	if (!r.failed && (protocol == PPP_IPV4 || protocol == PPP_IPV6))
		mss_clamp(ppp + length - r.left, r.left, limits);
}

/* Pppd to wire */

/* A packet has been made in the current place: the header before it, and it is a frame. */
static void add_to_batch(struct pump *pump, uint8_t *ppp, size_t length)
{
	/* RFC 2516 section 7 has two octets of protocol; pppd may have compressed them to one
	 * (RFC 1661 section 6.6), which then is odd.  There is room before it. */
	if ((ppp[0] & 1) != 0) {
		*--ppp = 0;
		length++;
	}
	if (length < PROTOCOL_LENGTH || length > pump->ppp_max) {
		drop(pump, length < PROTOCOL_LENGTH ? PUMP_DROP_FRAMING : PUMP_DROP_TOO_LONG);
		return;
	}
	clamp(pump, ppp, length);
	uint8_t *frame = ppp - PUMP_HEADER_LENGTH;
	struct writer w = writer_of(frame, PUMP_HEADER_LENGTH);
	writer_bytes(&w, bytes_of(pump->out_header, sizeof(pump->out_header)));
	writer_u16(&w, (uint16_t)length);
	pump->out.frame[pump->out.count++] =
		(struct packet_batch_frame){ frame, PUMP_HEADER_LENGTH + length };
	pump->out_place = (pump->out_place + 1) % (PACKET_BATCH_FRAMES + 1);
	frame_log_write(pump->settings.log, "SENT", bytes_of(frame, PUMP_HEADER_LENGTH + length));
}

/* Takes one frame out of what was read; false if there is no whole one. */
static bool take_asynchronous(struct pump *pump)
{
	struct bytes ppp;
	if (!hdlc_decode(&pump->decoder, &pump->unread, &ppp))
		return false;
	/* It stands in the place that the decoder was given: behind Address and Control, or, where
	 * they were not sent, in their place. */
	uint8_t *place = decode_place(pump);
	add_to_batch(pump, place + (ppp.data - place), ppp.length);
	hdlc_decoder_move(&pump->decoder, decode_place(pump));
	return true;
}

static bool take_synchronous(struct pump *pump)
{
	struct bytes ppp;
	switch (synchronous_next(&pump->unread, pump->ppp_max, &ppp)) {
	case SYNCHRONOUS_END:
		return false;
	case SYNCHRONOUS_MORE:
		if (!pump->settings.records)
			return false;
		(void)reader_rest(&pump->unread); /* that was all of it */
		drop(pump, PUMP_DROP_FRAMING);
		return true;
	case SYNCHRONOUS_CUT:
		drop(pump, PUMP_DROP_FRAMING);
		return true;
	case SYNCHRONOUS_UNKNOWN:
		ppp = hdlc_ppp_of(reader_rest(&pump->unread));
		break;
	case SYNCHRONOUS_FRAME:
		break;
	}
	if (ppp.length == 0 || ppp.length > pump->ppp_max) {
		drop(pump, ppp.length == 0 ? PUMP_DROP_FRAMING : PUMP_DROP_TOO_LONG);
		return true;
	}
	uint8_t *place = pump->out.place[pump->out_place] + PUMP_PLACE_OFFSET + PUMP_HEADER_LENGTH;
	memcpy(place, ppp.data, ppp.length);
	add_to_batch(pump, place, ppp.length);
	return true;
}

enum step { STEP_AGAIN, STEP_EMPTY, STEP_END };

/* Reads more behind what is left of the last time (the begin of a synchronous frame). */
static enum step read_input(struct pump *pump)
{
	size_t kept = pump->unread.left;
	if (kept > 0 && pump->unread.next != pump->input)
		memmove(pump->input, pump->unread.next, kept);
	ssize_t got;
	do
		got = read(pump->settings.from_pppd, pump->input + kept,
			   sizeof(pump->input) - kept);
	while (got < 0 && errno == EINTR);
	pump->unread = reader_of(bytes_of(pump->input, kept));
	if (got < 0)
		return errno == EAGAIN ? STEP_EMPTY : STEP_END;
	pump->unread = reader_of(bytes_of(pump->input, kept + (size_t)got));
	if (got > 0)
		return STEP_AGAIN;
	errno = 0;
	return STEP_END;
}

/* Until the batch is full, or there is nothing to be read. */
static enum step fill_batch(struct pump *pump)
{
	while (pump->out.count < PACKET_BATCH_FRAMES) {
		bool taken = pump->settings.synchronous ? take_synchronous(pump)
							: take_asynchronous(pump);
		if (taken)
			continue;
		enum step step = read_input(pump);
		if (step != STEP_AGAIN)
			return step;
	}
	return STEP_AGAIN;
}

static bool is_sending(const struct pump *pump)
{
	return pump->out.count > 0;
}

static enum pump_result run_outward(struct pump *pump)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		/* A batch that the wire had no room for goes first. */
		enum step step = STEP_AGAIN;
		int reason = 0;
		if (!is_sending(pump)) {
			step = fill_batch(pump);
			reason = errno;
		}
		if (is_sending(pump)) {
			pump->active = true;
			int result = packet_batch_send(&pump->out, pump->settings.wire);
			if (result < 0 && result != -EAGAIN) {
				errno = -result;
				return PUMP_ERROR;
			}
		}
		if (step == STEP_END) {
			/* EIO: the other end of a terminal pair was closed. */
			errno = reason;
			return reason == 0 || reason == EIO ? PUMP_END_OF_FILE : PUMP_ERROR;
		}
		if (step == STEP_EMPTY || is_sending(pump))
			break;
	}
	return PUMP_OK;
}

/* Wire to pppd */

/* The PPP packet of a frame; false, and counted, if it is none of this session. */
static bool unwrap(struct pump *pump, const struct packet_batch_frame *frame, uint8_t **ret_ppp,
		   size_t *ret_length)
{
	if (frame->length > PACKET_BATCH_BYTES || frame->length < PUMP_HEADER_LENGTH) {
		drop(pump, PUMP_DROP_LENGTH);
		return false;
	}
	if (memcmp(frame->data, pump->in_header, sizeof(pump->in_header)) != 0) {
		drop(pump, PUMP_DROP_SESSION);
		return false;
	}
	struct reader r = reader_of(bytes_of(frame->data, frame->length));
	(void)reader_bytes(&r, sizeof(pump->in_header));
	uint16_t length = reader_u16(&r);
	if (length == 0 || length > r.left || length > PUMP_PPP_MAX) {
		drop(pump, PUMP_DROP_LENGTH);
		return false;
	}
	frame_log_write(pump->settings.log, "RCVD", bytes_of(frame->data, frame->length));
	*ret_ppp = frame->data + PUMP_HEADER_LENGTH;
	*ret_length = length;
	return true;
}

/* 0, or the errno that says that pppd takes no more for now (EAGAIN), or ever. */
static int write_output(struct pump *pump)
{
	struct reader r = reader_of(pump->unwritten);
	while (r.left > 0) {
		ssize_t written = write(pump->settings.to_pppd, r.next, r.left);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			pump->unwritten = reader_rest(&r);
			return errno;
		}
		(void)reader_bytes(&r, (size_t)written);
	}
	pump->unwritten = bytes_of(NULL, 0);
	return 0;
}

/* All frames of the batch into one buffer. */
static int write_asynchronous(struct pump *pump)
{
	struct writer w = writer_of(pump->output, sizeof(pump->output));
	for (; pump->in.next < pump->in.count; pump->in.next++) {
		uint8_t *ppp;
		size_t length;
		if (!unwrap(pump, &pump->in.frame[pump->in.next], &ppp, &length))
			continue;
		clamp(pump, ppp, length);
		hdlc_encode(&pump->encoder, &w, bytes_of(ppp, length));
	}
	pump->unwritten = writer_written(&w);
	return write_output(pump);
}

/*
 * Tells when pppd's line discipline has taken what was written.  It says so (tty_unthrottle) after
 * every piece it takes, which wakes writers although there was room all the time; nothing but an
 * edge-triggered epoll can see that.
 */
static int open_taken(int to_pppd)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET };
	if (!isatty(to_pppd))
		return -1;
	int taken = epoll_create1(EPOLL_CLOEXEC);
	if (taken >= 0 && epoll_ctl(taken, EPOLL_CTL_ADD, to_pppd, &event) == 0)
		return taken;
	if (taken >= 0)
		close(taken);
	return -1;
}

/* How often another task was given our processor. */
static long preemptions(void)
{
	struct rusage usage;
	return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

/*
 * After a write(), before which there were so many preemptions.  The end of a write() wakes
 * writers, too, so that wake-up is taken first.  With it goes that of a line discipline which was
 * quicker: on this processor only by a preemption, and then it is done; on another it is hardly
 * ever, and the time-out ends the wait.
 */
static void await_taken(const struct pump *pump, long preemptions_before)
{
	struct epoll_event event;
	if (pump->taken < 0)
		return;
	epoll_wait(pump->taken, &event, 1, 0);
	if (preemptions() == preemptions_before)
		epoll_wait(pump->taken, &event, 1, TAKEN_WAIT_MS);
}

/*
 * One write() a frame: it is all that shows pppd where a frame ends, and only if the one before has
 * been taken.  (Two that lie in the terminal at once become one.)
 */
static int write_synchronous(struct pump *pump)
{
	for (; pump->in.next < pump->in.count; pump->in.next++) {
		uint8_t *ppp;
		size_t length;
		if (!unwrap(pump, &pump->in.frame[pump->in.next], &ppp, &length))
			continue;
		clamp(pump, ppp, length);
		struct writer w = writer_of(pump->output, sizeof(pump->output));
		writer_bytes(&w, bytes_of(address_and_control, sizeof(address_and_control)));
		writer_bytes(&w, bytes_of(ppp, length));
		long before = preemptions();
		ssize_t written;
		do
			written = write(pump->settings.to_pppd, pump->output, w.length);
		while (written < 0 && errno == EINTR);
		if (written < 0)
			return errno;
		if ((size_t)written < w.length)
			drop(pump, PUMP_DROP_TERMINAL);
		await_taken(pump, before);
	}
	return 0;
}

static bool is_writing(const struct pump *pump)
{
	return pump->unwritten.length > 0 || pump->in.next < pump->in.count;
}

static int write_batch(struct pump *pump)
{
	if (pump->unwritten.length > 0)
		return write_output(pump);
	return pump->settings.synchronous ? write_synchronous(pump) : write_asynchronous(pump);
}

static enum pump_result run_inward(struct pump *pump)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		if (!is_writing(pump)) {
			int got = packet_batch_receive(&pump->in, pump->settings.wire);
			/* ENETDOWN: said once when the interface goes down; it may come up again.
			 */
			if (got == 0 || got == -ENETDOWN)
				return PUMP_OK;
			if (got < 0) {
				errno = -got;
				return PUMP_ERROR;
			}
			pump->active = true;
		}
		int error = write_batch(pump);
		if (error == EAGAIN)
			return PUMP_OK;
		if (error == EIO || error == EPIPE)
			return PUMP_END_OF_FILE;
		if (error != 0) {
			errno = error;
			return PUMP_ERROR;
		}
		if (pump->in.count < PACKET_BATCH_FRAMES)
			break;
	}
	return PUMP_OK;
}

/* Both */

struct pump *pump_new(const struct pump_settings *settings)
{
	struct pump *pump = calloc(1, sizeof(*pump));
	if (pump == NULL)
		return NULL;
	pump->settings = *settings;
	make_header(pump->out_header, settings->peer, settings->local, settings);
	make_header(pump->in_header, settings->local, settings->peer, settings);
	size_t fits = settings->wire_mtu > PPPOE_HEADER_LENGTH
			      ? (size_t)settings->wire_mtu - PPPOE_HEADER_LENGTH
			      : 0;
	pump->ppp_max = fits < PUMP_PPP_MAX ? fits : PUMP_PPP_MAX;
	hdlc_encoder_init(&pump->encoder, HDLC_ACCM_DEFAULT);
	hdlc_decoder_init(&pump->decoder, decode_place(pump), pump->ppp_max + HDLC_OVERHEAD);
	pump->taken = settings->synchronous ? open_taken(settings->to_pppd) : -1;
	return pump;
}

void pump_free(struct pump *pump)
{
	if (pump != NULL && pump->taken >= 0)
		close(pump->taken);
	free(pump);
}

void pump_polls(const struct pump *pump, struct pollfd ret_polls[PUMP_POLLS])
{
	const struct pump_settings *s = &pump->settings;
	short wire = (short)((is_sending(pump) ? POLLOUT : 0) | (is_writing(pump) ? 0 : POLLIN));
	ret_polls[PUMP_POLL_FROM_PPPD] =
		(struct pollfd){ s->from_pppd, is_sending(pump) ? 0 : POLLIN, 0 };
	ret_polls[PUMP_POLL_TO_PPPD] =
		(struct pollfd){ is_writing(pump) ? s->to_pppd : -1, POLLOUT, 0 };
	ret_polls[PUMP_POLL_WIRE] = (struct pollfd){ s->wire, wire, 0 };
}

enum pump_result pump_run(struct pump *pump, const struct pollfd polls[PUMP_POLLS])
{
	enum pump_result result = PUMP_OK;
	short wire = polls[PUMP_POLL_WIRE].revents;
	/* POLLERR is taken by the next recv(). */
	if ((wire & (POLLIN | POLLERR)) != 0 || polls[PUMP_POLL_TO_PPPD].revents != 0)
		result = run_inward(pump);
	if (result == PUMP_OK && ((wire & POLLOUT) != 0 || polls[PUMP_POLL_FROM_PPPD].revents != 0))
		result = run_outward(pump);
	return result;
}

bool pump_was_active(struct pump *pump)
{
	bool active = pump->active;
	pump->active = false;
	return active;
}

bool pump_met_long_frame(struct pump *pump)
{
	bool met = pump->drops[PUMP_DROP_TOO_LONG] > 0 ||
		   hdlc_decoder_drops(&pump->decoder, HDLC_DROP_TOO_LONG) > 0;
	bool first = met && !pump->long_frame_told;
	pump->long_frame_told = met;
	return first;
}

static const char *drop_name(enum pump_drop reason)
{
	switch (reason) {
	case PUMP_DROP_TOO_LONG:
		return "too-long";
	case PUMP_DROP_FRAMING:
		return "framing";
	case PUMP_DROP_SESSION:
		return "session";
	case PUMP_DROP_LENGTH:
		return "length";
	case PUMP_DROP_TERMINAL:
		return "terminal";
	case PUMP_DROP_COUNT:
		break;
	}
	return "unknown";
}

static void describe(struct text *t, const char *side, const char *name, uint64_t count)
{
	if (count == 0)
		return;
	text_string(t, t->length > 0 ? " " : "");
	text_string(t, side);
	text_string(t, name);
	text_string(t, "=");
	text_decimal(t, count);
}

void pump_describe_drops(const struct pump *pump, char *to, size_t capacity)
{
	struct text t = text_of(to, capacity);
	for (enum hdlc_drop i = 0; i < HDLC_DROP_COUNT; i++)
		describe(&t, "hdlc-", hdlc_drop_name(i), hdlc_decoder_drops(&pump->decoder, i));
	for (enum pump_drop i = 0; i < PUMP_DROP_COUNT; i++)
		describe(&t, "", drop_name(i), pump->drops[i]);
	describe(&t, "", "not-sent", pump->out.refused);
}
