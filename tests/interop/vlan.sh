#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# VLAN=7: ours on a VLAN of eth0 against Debian's pppoe-server on the same one, in one guest (the
# host's kernel may have no VLANs); the server in a network namespace at the other end of the cable.
# And what is said of a kernel without VLANs or without nftables (the guest's knows no table of
# IPv4 or IPv6 at all).  TAP.

. "$(dirname "${BASH_SOURCE[0]}")/rig.sh"

[ -x "$DIALTONE_BUILD/src/program/line/pppoe-connect" ] ||
	tap_skip_all "no pppoe-connect in $DIALTONE_BUILD"

rig_enter "$@"

guest() {
	rig_at client "$*"
}

log=$RIG_WORK/client-ppp0.log
modules="/usr/lib/uml/modules/\$(uname -r)/kernel"

load() { # MODULE...
	local module
	for module; do
		guest "insmod $modules/$module.ko" || note "$module is not loaded"
	done
}

# start [KEY=VALUE...]
start() {
	guest "client_start dialtone ETH=eth0 VLAN=7 LCP_INTERVAL=1 IPV6INIT=no ${*@Q}"
}

server_start() {
	guest "SERVER_IN='ip netns exec ac' SERVER_INTERFACE=eth0.7 server_start rp-pppoe chap internet"
}

logged() {
	grep -qE -- "$1" "$log"
}

up() { # TEXT [COUNT]
	check "$1: up" rig_wait 15 ups "${2:-1}" || {
		note_log "the client's log" "$log"
		note_log "the server's log" $RIG_WORK/server.log
	}
}

ups() {
	[ "$(grep -c 'stage=up up device=ppp0 ' "$log")" -ge "$1" ]
}

works() {
	guest "ping -q -c 2 -i 0.2 -W 2 10.9.0.1"
}

stop() {
	check "$1: SIGTERM ends it" guest client_stop
}

# crash WHO: `monitor`, or `both`, at once
crash() {
	local monitor
	monitor=$(guest "cat /run/client-ppp0.pid")
	if [ "$1" = both ]; then
		guest "kill -KILL $monitor \$(pgrep -P $monitor -f -- --engine)"
	else
		guest "kill -KILL $monitor"
	fi
	rig_wait 10 guest client_gone
	guest "rm -f /run/client-ppp0-program.pid*"
}

index() {
	guest "cat /sys/class/net/eth0.7/ifindex"
}

vlan_is_there() {
	guest "ip -d -o link show eth0.7 | grep -q 'vlan protocol 802.1Q id 7 '"
}

vlan_is_gone() {
	guest "! ip link show eth0.7"
}

vlan_ends() { # COMMAND...: it is not there any more
	rig_wait 5 vlan_is_gone
}

snapshot() {
	guest "{ ip -o link | sed 's/qdisc [a-z_]* //'; ip -o addr show | sed 's/valid_lft.*//'
		ip route show table all; } | sed 's/^[0-9]*: //' | grep -v wan0; find /run/dialtone -path /run/dialtone/server -prune -o -print | sort"
}

unchanged() {
	check "$1" rig_wait 5 same_snapshot || { snapshot | diff $RIG_WORK/before - | sed 's/^/#   /'; }
}

same_snapshot() {
	snapshot | cmp -s $RIG_WORK/before -
}

rig_boot client
load drivers/net/veth
guest "ip netns add ac; ip link add eth0 type veth peer name eth0 netns ac; mkdir -p /run/dialtone
	for at in '' '-n ac'; do ip \$at link set eth0 addrgenmode none; ip \$at link set eth0 up; done
	ip netns exec ac ip link set lo up" || note "no cable"
sleep 1 # until its carrier has been told to all
snapshot >$RIG_WORK/before

# --- a kernel without
start
check "no VLANs in the kernel: it ends" rig_wait 5 guest client_gone
check "... with code 1" guest "grep -qx 1 /run/client-ppp0.exit"
check "... and says what to do" logged \
	'VLAN 7 on interface=eth0 cannot be had: this kernel has no VLANs; try .modprobe 8021q'
unchanged "... nothing is left"
load net/llc/llc net/802/stp net/802/garp net/802/mrp net/8021q/8021q
guest "ip -n ac link add link eth0 name eth0.7 type vlan id 7; ip -n ac link set eth0.7 addrgenmode none up"
server_start
start FIREWALL=STANDALONE
check "no nftables in the kernel: said so, with what to do" rig_wait 10 logged \
	'the firewall of ppp0 cannot be made: this kernel has no nftables; try .modprobe nf_tables'
check "... and the line stays down" guest "! client_address"
guest client_stop >/dev/null
load net/netfilter/nfnetlink
start FIREWALL=STANDALONE
check "half of nftables in the kernel: said so too" rig_wait 10 logged \
	'the firewall of ppp0 cannot be made: this kernel has no nftables; try .modprobe nf_tables'
guest client_stop >/dev/null
load net/netfilter/nf_tables
start CLAMPMSS=1412
up "the rest of nftables is missing in the kernel, CLAMPMSS alone"
check "... and said so" logged 'CLAMPMSS has no effect on ppp0: nftables says: .*Operation not supported'
stop "CLAMPMSS alone"
unchanged "... nothing is left"
start ENGINE=pppd FIREWALL=STANDALONE
check "ENGINE=pppd: no firewall can be made: said so" rig_wait 10 logged 'the firewall of ppp0 cannot be made: .*redial_in_ms='
check "... and no pppd is started" eval '! logged "pppd started"'
stop "ENGINE=pppd"
unchanged "... nothing is left"

# --- the line over pppd
start ENGINE=pppd
up "ENGINE=pppd on a VLAN"
check "ENGINE=pppd: packets pass" works
stop "ENGINE=pppd"
check "ENGINE=pppd: the VLAN's device is gone" vlan_ends
unchanged "... nothing is left"

# --- the line
start
up "VLAN"
check "its device is made" vlan_is_there
check "packets pass" works
check "the log has its name" logged 'interface=eth0.7|link=ppp0'
check "it is in the status" guest "'$DIALTONE_BUILD/src/program/command/dialtone' status --json | grep -q '\"interface\":\"eth0.7\"'"
guest "ip -n ac link set eth0 down"
check "the cable is pulled out: heard on the VLAN" rig_wait 5 logged 'interface=eth0.7 carrier=no'
guest "ip -n ac link set eth0 up; ip -n ac link set eth0.7 up"
check "... and comes back: packets pass" rig_wait 20 works
guest "ip link set eth0 down"
check "eth0 is set down by somebody" rig_wait 5 eval "[ \$(grep -c 'interface=eth0.7 carrier=no' $log) -ge 2 ]"
guest "ip link set eth0 up"
check "... and up: packets pass" rig_wait 20 works
sleep 1.1 # longer there than somebody needs who has a rule against it
count=$(grep -c 'stage=up up device=' "$log")
guest "ip link del eth0.7"
check "somebody removes the device" rig_wait 5 logged 'interface=eth0.7 is gone'
up "... it is made anew" $((count + 1))
check "... and packets pass" rig_wait 5 works
stop "VLAN"
check "its device is gone" vlan_ends
unchanged "nothing is left"

# --- what was there before
guest "ip link add link eth0 name seven type vlan id 7; ip link set seven addrgenmode none"
snapshot >$RIG_WORK/before
start
up "a device for the VLAN is there, of another name"
check "... it is used" logged 'stage=up'
check "... no second one is made" vlan_is_gone
check "... packets pass" works
stop "a device of another name"
unchanged "... it stays, and is down as before"
guest "ip link del seven; ip link add eth0.7 type veth peer name other; ip link set other addrgenmode none; ip link set eth0.7 addrgenmode none"
snapshot >$RIG_WORK/before
start
check "the name is taken: it ends" rig_wait 5 guest client_gone
check "... and says so" logged 'VLAN 7 on interface=eth0 cannot be had: there is another interface of the name eth0.7'
unchanged "... nothing is changed"
guest "ip link del eth0.7; ip link set eth0 down"
sleep 0.5
snapshot >$RIG_WORK/before
start
up "eth0 is down: set up, and the VLAN on it"
stop "eth0 was down"
unchanged "... and down again"
guest "ip link set eth0 up"
sleep 0.5
snapshot >$RIG_WORK/before

# --- kill -9
start
up "kill -9 of the monitor"
before=$(index)
crash monitor
check "... the engine ends, ppp0 goes, the VLAN's device is left" vlan_is_there
check "... on record" guest "ls /run/dialtone/eth0.7.*.vlan"
start
up "... the next line"
check "... uses that very device" test "$(index)" = "$before"
stop "... the next line"
unchanged "... nothing is left"
start
up "kill -9 of both"
crash both
check "... the VLAN's device is left" vlan_is_there
start VLAN= RETRY_ON_FAILURE=no ETH=nowhere
check "... until the next line starts that has no use for it" vlan_ends
rig_wait 5 guest client_gone
guest "rm /run/dialtone/ppp0.s*" # the session that its namesake on that interface would end
unchanged "... nothing is left"

# --- two lines on it
start
up "two lines"
guest "CLIENT_DEVICE=ppp1; . \$RIG_TESTS/peer-client.sh; client_start dialtone ETH=eth0 VLAN=7 DEFROUTE=no PEERDNS=no IPV6INIT=no"
second() {
	guest "ip -4 -o address show dev ppp1 up | grep -q 10.9.0 && ping -q -c 1 -W 2 -I ppp1 10.9.0.1"
}
check "two lines: the second one works" rig_wait 15 second
guest "client_signal TERM"
check "two lines, the first one: SIGTERM ends it" rig_wait 10 guest "test -e /run/client-ppp0.exit"
check "... the device stays for the second one" vlan_is_there
check "... which works" second
guest "CLIENT_DEVICE=ppp1; . \$RIG_TESTS/peer-client.sh; client_stop"
check "... and takes it away" vlan_ends
unchanged "nothing is left"
tap_end
