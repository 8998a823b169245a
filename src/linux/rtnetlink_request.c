/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/rtnetlink_request.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "linux/rtnetlink_socket.h"

#define BUFFER_SIZE 8192

struct rtnetlink {
	struct mnl_socket *socket;
	uint32_t sequence;
	_Alignas(struct nlmsghdr) uint8_t buffer[BUFFER_SIZE];
};

struct rtnetlink *rtnetlink_new(void)
{
	struct rtnetlink *rtnetlink = calloc(1, sizeof(*rtnetlink));
	if (rtnetlink == NULL)
		return NULL;
	rtnetlink->socket = rtnetlink_socket_open(0);
	if (rtnetlink->socket == NULL) {
		int error = errno;
		free(rtnetlink);
		errno = error;
		return NULL;
	}
	/* Answers without a copy of the request; an old kernel's longer ones fit as well. */
	int on = 1;
	mnl_socket_setsockopt(rtnetlink->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	return rtnetlink;
}

void rtnetlink_free(struct rtnetlink *rtnetlink)
{
	if (rtnetlink == NULL)
		return;
	mnl_socket_close(rtnetlink->socket);
	free(rtnetlink);
}

struct nlmsghdr *rtnetlink_begin(struct rtnetlink *rtnetlink, uint16_t type, uint16_t flags,
				 size_t header_size, void **ret_header)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(rtnetlink->buffer);
	request->nlmsg_type = type;
	request->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	request->nlmsg_seq = ++rtnetlink->sequence;
	*ret_header = mnl_nlmsg_put_extra_header(request, header_size);
	return request;
}

int rtnetlink_exchange(struct rtnetlink *rtnetlink, struct nlmsghdr *request)
{
	return rtnetlink_ask(rtnetlink, request, NULL, NULL);
}

int rtnetlink_ask(struct rtnetlink *rtnetlink, struct nlmsghdr *request, mnl_cb_t each,
		  void *context)
{
	unsigned portid = mnl_socket_get_portid(rtnetlink->socket);
	uint32_t sequence = request->nlmsg_seq;
	if (mnl_socket_sendto(rtnetlink->socket, request, request->nlmsg_len) < 0)
		return -errno;
	for (;;) {
		ssize_t length = mnl_socket_recvfrom(rtnetlink->socket, rtnetlink->buffer,
						     sizeof(rtnetlink->buffer));
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		/* The answer is an NLMSG_ERROR with an errno, or with 0 for done. */
		int result = mnl_cb_run(rtnetlink->buffer, (size_t)length, sequence, portid, each,
					context);
		if (result == MNL_CB_ERROR)
			return -errno;
		if (result == MNL_CB_STOP)
			return 0;
	}
}
