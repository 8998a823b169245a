/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network devices, addresses and routes through rtnetlink (libmnl), and TUN devices.
 * Functions return 0 or a descriptor, or a negative errno.  They change only what they name, need
 * CAP_NET_ADMIN, and each waits for the kernel's answer.
 */
#pragma once

#include "base/mac.h"

struct rtnetlink; /* a connection; not to be shared with a watcher */

struct rtnetlink *rtnetlink_new(void); /* NULL and errno */
void rtnetlink_free(struct rtnetlink *rtnetlink); /* NULL is fine */

#define DEVICE_NAME_SIZE 16

/*
 * Makes a TUN device (IFF_TUN | IFF_NO_PI | IFF_VNET_HDR: each packet that is read or written has
 * ten bytes before it, offload/offload.h) that lives as long as a descriptor of it is open.
 * name: as wanted, or with one "%d" for the first free number.  -EBUSY if the name is taken.
 * Automatic IPv6 addresses of the device are switched off.  Returns the descriptor.
 */
int device_tun_open(struct rtnetlink *rtnetlink, const char *name, char ret_name[DEVICE_NAME_SIZE],
		    int *ret_index);

/*
 * Lets the stack leave checksums and segmentation of TCP to whoever reads the device; of UDP too,
 * where the kernel can (*ret_udp).  Needs no privilege.
 */
int device_tun_offload(int descriptor, bool *ret_udp);

/* Throws away what waits in the device's queue. */
void device_tun_drain(int descriptor);

/* mtu: bytes; 0: as it is. */
int device_set_up(struct rtnetlink *rtnetlink, int index, int mtu);
int device_set_down(struct rtnetlink *rtnetlink, int index);
int device_remove(struct rtnetlink *rtnetlink, int index);

struct device_counters {
	uint64_t received_packets, received_bytes, sent_packets, sent_bytes;
};

int device_count(struct rtnetlink *rtnetlink, int index, struct device_counters *ret_counters);

#define DEVICE_VLAN_LAST 4094 /* IEEE 802.1Q; the first is 1 */

/*
 * Makes a VLAN's device on the interface `below`, for frames of that tag (802.1Q), and returns its
 * index.  -EOPNOTSUPP from a kernel without VLANs; -EEXIST if the name, or the tag on that
 * interface, is taken.
 */
int device_add_vlan(struct rtnetlink *rtnetlink, int below, unsigned id, const char *name);

/* The index of the device for that tag on `below`, whatever its name; -ENODEV if there is none. */
int device_find_vlan(struct rtnetlink *rtnetlink, int below, unsigned id,
		     char ret_name[DEVICE_NAME_SIZE]);

/* Whether that device is one of a VLAN on `below`. */
bool device_is_vlan(struct rtnetlink *rtnetlink, int index, int below);

/*
 * IPv4 addresses in host byte order.  peer 0: a plain /32 with no peer.  -EEXIST if the device has
 * it already, -EADDRNOTAVAIL on removal if it has not.
 */
int device_add_ipv4(struct rtnetlink *rtnetlink, int index, uint32_t local, uint32_t peer);
int device_remove_ipv4(struct rtnetlink *rtnetlink, int index, uint32_t local, uint32_t peer);

/*
 * fe80::id/64, with no duplicate address detection: IPV6CP has agreed on it (RFC 5072 section 4).
 * The kernel is ready to receive for it a moment later, when it announces the address.
 */
int device_add_link_local(struct rtnetlink *rtnetlink, int index, uint64_t interface_id);
int device_remove_link_local(struct rtnetlink *rtnetlink, int index, uint64_t interface_id);

/*
 * A route to prefix/length through the device.  Goes away when the device goes, or goes down.
 * -EEXIST if there is just this one already.
 */
int device_add_ipv4_route(struct rtnetlink *rtnetlink, int index, uint32_t prefix, unsigned length);

/*
 * Default routes through the device.  The IPv4 one is put before others of the same metric, so
 * that it wins over an old one of metric 0 without touching it; the old one wins again by itself
 * as soon as this one, or the device, goes.  metric 0 for IPv6 means the kernel's 1024.
 */
int device_add_default_ipv4(struct rtnetlink *rtnetlink, int index, uint32_t metric);
int device_add_default_ipv6(struct rtnetlink *rtnetlink, int index, uint32_t metric);

/* A device as it is now. */
struct device_state {
	int index; /* 0: there is none of that name */
	bool up; /* IFF_UP */
	int mtu;
	bool ipv4; /* its first address, and the other end's; host byte order */
	uint32_t local, peer;
	bool ipv6; /* its link-local address */
	uint64_t interface_id;
};

int device_look_up(const char *name, struct device_state *ret_state);

/* What happens to the interfaces of this network namespace, as it happens. */
struct device_watch;

enum device_event_kind { DEVICE_CHANGED, DEVICE_GONE, DEVICE_ADDRESSES };

struct device_event {
	enum device_event_kind kind;
	int index;
	char name[DEVICE_NAME_SIZE];
	bool up, carrier; /* IFF_UP; IFF_RUNNING: frames are sent from then on */
	struct mac address; /* zero if it has no Ethernet address */
	int mtu;
};

struct device_watch *device_watch_new(void); /* NULL and errno */

/*
 * One that tells too when a device's addresses have changed: DEVICE_ADDRESSES, with the index
 * alone.
 */
struct device_watch *device_watch_new_with_addresses(void);
void device_watch_free(struct device_watch *watch); /* NULL is fine */
int device_watch_descriptor(const struct device_watch *watch); /* to poll for reading */

/*
 * Reads the waiting events and calls `each` for one after the other.  0 or a negative errno;
 * -ENOBUFS: some were lost, look the interface up again.
 */
int device_watch_read(struct device_watch *watch,
		      void (*each)(void *context, const struct device_event *event), void *context);
