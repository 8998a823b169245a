/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request to rtnetlink and the kernel's answer to it; for device.h, whose functions are
 * what the rest of the house uses.  (No file of this folder may have the name of a kernel
 * header: <linux/rtnetlink.h> must go on meaning the kernel's.)
 */
#pragma once

#include <libmnl/libmnl.h>
#include <stdint.h>

#include "linux/device.h"

/*
 * Begins a request of this RTM_ type in the connection's own buffer, with a zeroed header of its
 * family (struct ifinfomsg, ifaddrmsg, rtmsg) in *ret_header.  flags: NLM_F_CREATE and the like.
 * What is put in stays far below the buffer's size: requests are ours, and short.
 */
struct nlmsghdr *rtnetlink_begin(struct rtnetlink *rtnetlink, uint16_t type, uint16_t flags,
				 size_t header_size, void **ret_header);

/* Sends the begun request and waits for the answer: 0, or the kernel's negative errno. */
int rtnetlink_exchange(struct rtnetlink *rtnetlink, struct nlmsghdr *request);

/* The same for a question (RTM_GET*): each message of the answer goes to `each`. */
int rtnetlink_ask(struct rtnetlink *rtnetlink, struct nlmsghdr *request, mnl_cb_t each,
		  void *context);
