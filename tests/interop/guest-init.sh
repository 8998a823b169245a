#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Process 1 of a guest.  The root is the host side's, read-only through hostfs; what must be
# writable is a tmpfs, and RIG_WORK is shared read-write with the host side: logs go there.
# The RIG_* variables come from the kernel's command line.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,gid=5,mode=620 devpts /dev/pts
for directory in /tmp /run /var/log /var/lib /root; do
	mount -t tmpfs tmpfs "$directory"
done
mkdir -p /run/lock "$RIG_WORK"
mount -t hostfs -o "$RIG_WORK" none "$RIG_WORK"
# where the tmpfs above hide what is tested, it is mounted again
for directory in "$(realpath -m "$RIG_TESTS/../..")" "$DIALTONE_BUILD"; do
	[ -e "$directory" ] && continue
	mkdir -p "$directory"
	mount -r -t hostfs -o "$directory" none "$directory"
done

# An /etc of only what the programs need: small, writable, and without the host's hooks.
mkdir -p /run/etc/ppp/peers
for name in passwd group shadow nsswitch.conf hosts protocols services ld.so.cache iproute2 alternatives; do
	cp -a "/etc/$name" /run/etc/
done
: >/run/etc/ppp/options
echo "nameserver 192.0.2.53" >/run/etc/resolv.conf
mount --bind /run/etc /etc

modules=/usr/lib/uml/modules/$(uname -r)/kernel
for module in lib/crc-ccitt net/ipv6/ipv6 drivers/net/slip/slhc drivers/net/ppp/ppp_generic \
	drivers/net/ppp/ppp_async drivers/net/ppp/ppp_synctty drivers/net/ppp/pppox \
	drivers/net/ppp/pppoe drivers/net/tun; do
	insmod "$modules/$module.ko"
done

# Duplicate address detection would only add noise and delay.
echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
ip link set lo up
ip link set vec0 name wan0 address "$RIG_MAC"
ip link set wan0 up
ip address add "$RIG_ADDRESS/24" dev wan0 # the control channel's

/usr/bin/python3 -I -S "$RIG_TESTS/guest-agent.py" "$RIG_ADDRESS" "$RIG_AGENT_PORT" \
	"$RIG_WORK/$RIG_NAME.syslog" "$RIG_WORK/$RIG_NAME.ready"
echo o >/proc/sysrq-trigger
sleep 5
