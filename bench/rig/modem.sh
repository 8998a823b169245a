#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# In the client guest: wan0 becomes the end of a cable to a modem, whose other port is the guest's.
# Unplugged by `ip link set wan0-modem down`: the guest's own driver knows of no carrier.
set -e
for module in net/llc/llc net/802/stp drivers/net/veth net/bridge/bridge; do
	insmod "/usr/lib/uml/modules/$(uname -r)/kernel/$module.ko"
done
address=$(ip -o -4 address show dev wan0 | grep -o '[0-9.]*/[0-9]*' | head -1)
ip link add modem address "$(</sys/class/net/wan0/address)" type bridge \
	stp_state 0 forward_delay 0 mcast_snooping 0
ip link set wan0 down
ip address flush dev wan0
ip link set wan0 name dsl0
ip link set dsl0 master modem up
ip link add wan0 type veth peer name wan0-modem
ip link set wan0-modem master modem up
ip link set wan0 up
ip link set modem up
ip address add "$address" dev modem
