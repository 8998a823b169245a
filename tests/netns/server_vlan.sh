#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe-server on several interfaces, and on VLANs without VLAN devices: single tags, two tags, service
# tags; who is not heard; that the same Ethernet address on another VLAN is another host.
. "$(dirname "$0")/lib.sh"
begin
load_program=$build/tests/load_client

# A second cable: eth1 on both sides.
ip -n "$host_ns" link add eth1 type veth peer name eth1 netns "$ac_ns"
ip -n "$ac_ns" link set eth1 address 02:00:00:00:01:02 mtu 1504 up
ip -n "$host_ns" link set eth1 address 02:00:00:00:01:01 mtu 1504 up

vlan_server() { # INTERFACES-AND-OPTIONS...
    keep_log ac
    ip netns exec "$ac_ns" "$server_program" -L 10.9.0.1 -R 10.67.0.1 -N 2000 -F \
        --secrets "$work/ac-secrets" "$@" >"$work/ac.log" 2>&1 &
    server=$!
    pids+=("$server")
    wait_log "$work/ac.log" "event=ready" 5 || echo "# the server does not start: $(cat "$work/ac.log")"
}

load() { # VLAN INTERFACE COUNT
    LOAD_VLAN=$1 on_host "$load_program" "$2" "$3" alice "open sesame" 50 >"$work/load.log" 2>&1
}

up() { grep -q "^up=$1 .*replies=$1 spoofed=0 ended=0" "$work/load.log"; }

# nobody VLAN INTERFACE: no PADO comes to a host there.
nobody() {
    LOAD_VLAN=$1 on_host timeout 1 "$load_program" "$2" 1 alice "open sesame" >"$work/load.log" 2>&1
    ! grep -q 'up=1' "$work/load.log"
}

vlan_server -I eth0 -I eth1:100-200,300
load "" eth0 20
check "the first interface, untagged: 20 sessions" up 20
check "the log names the interface" grep -q 'interface=eth0 event=opened' "$work/ac.log"
load 100 eth1 20
check "the second, VLAN 100" up 20
check "the log names the VLAN" grep -q 'interface=eth1 vlan=100 event=opened' "$work/ac.log"
load 150.4094 eth1 20
check "two tags" up 20
check "the log names both" grep -q 'interface=eth1 vlan=150.4094 event=opened' "$work/ac.log"
load s300.7 eth1 20
check "a service tag before a customer's" up 20
load s300 eth1 1
check "a service tag alone" up 1
check "an untagged host is not heard there" nobody "" eth1
check "nor one of another VLAN" nobody 299 eth1
check "nor one of a VLAN where there are none" nobody 100 eth0
check "nor with the wrong tag outside" nobody 99.100 eth1

# The same addresses in several places at once.
held=()
for place in "100 eth1" "101 eth1" "101.1 eth1" "101.2 eth1" " eth0"; do
    LOAD_VLAN=${place% *} ip netns exec "$host_ns" "$load_program" "${place#* }" 10 alice "open sesame" 20000 \
        >"$work/held-${#held[@]}.log" 2>&1 &
    held+=($!)
    pids+=($!)
done
for i in 0 1 2 3 4; do
    check "one address on several VLANs, place $i" wait_log "$work/held-$i.log" 'up=10 .*replies=10 spoofed=0' 10
done
stop_server
for pid in "${held[@]}"; do wait "$pid"; done
check "each host was told of the end" sh -c "cat '$work'/held-*.log | grep -c 'ended=10' | grep -qx 5"

vlan_server -I eth0:any -x 1
load "" eth0 5
check "any: untagged" up 5
load 1 eth0 5
check "any: VLAN 1" up 5
load 4094.1 eth0 5
check "any: two tags" up 5
LOAD_LINE_ID='eth 1/2:100.200/customer 17' LOAD_VLAN=7 on_host "$load_program" eth0 1 alice "open sesame" 50 >"$work/load.log"
check "an access node's words on the line" grep -q 'vlan=7 event=opened .*circuit-id="eth 1/2:100.200" remote-id="customer 17"' "$work/ac.log"
stop_server

# Long packets behind a tag: 1492 bytes in either direction, unfragmented.
vlan_server -I eth0:100 -I eth1
line ETH=eth1
check "a line on the second interface" wait_up
check "1492 bytes, whole" on_host ping -q -c 2 -i 0.05 -W 2 -M "do" -s 1464 10.9.0.1
stop_line
stop_server

# An interface that is taken away ends its sessions alone; the last one ends the server.
vlan_server -I eth0 -I eth1:any
ip -n "$ac_ns" link del eth1
check "an interface is gone: said so" wait_log "$work/ac.log" 'event=interface-gone interface=eth1' 5
load "" eth0 5
check "the other goes on" up 5
ip -n "$ac_ns" link del eth0
wait "$server"
ok $(($? != 1)) "without any: exit code 1"
finish
