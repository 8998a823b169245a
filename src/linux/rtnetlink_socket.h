/* SPDX-License-Identifier: BSD-2-Clause */
/* A socket to rtnetlink: for requests, or to hear of changes.  For the files of this folder. */
#pragma once

#include <libmnl/libmnl.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * For requests, which wait for their answers; or, with groups (RTMGRP_*), to hear of what happens:
 * then it does not block.  Belongs to the network namespace the process is in now.  NULL and errno.
 */
struct mnl_socket *rtnetlink_socket_open(unsigned groups);

#define RTNETLINK_BUFFER_SIZE \
	32768 /* more than the kernel puts into one datagram of its own will */

/*
 * Length of the next datagram of the kernel: what a process sends is passed over.  -EAGAIN if there
 * is none, -ENOBUFS if some were lost or this one was cut.
 */
ssize_t rtnetlink_socket_next(struct mnl_socket *socket, void *buffer, size_t size);
