/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/rtnetlink_socket.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

struct mnl_socket *rtnetlink_socket_open(unsigned groups)
{
	struct mnl_socket *opened =
		mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | (groups != 0 ? SOCK_NONBLOCK : 0));
	if (opened == NULL || mnl_socket_bind(opened, groups, MNL_SOCKET_AUTOPID) == 0)
		return opened;
	int error = errno;
	mnl_socket_close(opened);
	errno = error;
	return NULL;
}

ssize_t rtnetlink_socket_next(struct mnl_socket *socket, void *buffer, size_t size)
{
	for (;;) {
		struct sockaddr_nl from;
		socklen_t from_length = sizeof(from);
		ssize_t length = recvfrom(mnl_socket_get_fd(socket), buffer, size, MSG_TRUNC,
					  (struct sockaddr *)&from, &from_length);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		if ((size_t)length > size)
			return -ENOBUFS;
		if (from.nl_pid == 0) /* only the kernel has port 0 */
			return length;
	}
}
