/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "program/server/message.h"

#include <errno.h>
#include <sys/socket.h>

#define BUFFER (16 << 20) /* a town dials at once; the kernel charges a message with 768 bytes */

int message_pair(int ret_ends[2])
{
	const int size = BUFFER;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) < 0)
		return -errno;
	for (int i = 0; i < 2; i++) /* a smaller one than wished is no error */
		setsockopt(ret_ends[i], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return 0;
}

int message_send(int socket, const struct message *message, bool wait)
{
	ssize_t sent;
	do
		sent = send(socket, message, sizeof(*message),
			    MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT));
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

int message_receive(int socket, struct message *ret_message)
{
	ssize_t got = recv(socket, ret_message, sizeof(*ret_message), MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0
		       : errno == ECONNRESET		 ? -EPIPE
							 : -errno;
	if (got == 0)
		return -EPIPE;
	if (got != sizeof(*ret_message) || ret_message->kind > MESSAGE_COUNTERS ||
	    ret_message->answer > ANSWER_NO_ADDRESS)
		return -EBADMSG;
	return 1;
}
