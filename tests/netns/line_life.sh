#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The life of a line: addresses and routes, losses of every kind, deaths of its processes.
. "$(dirname "$0")/lib.sh"
begin
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1

send_padt() { # SOURCE-MAC SESSION-ID-HEX: a forged or true PADT from the concentrator's side
    on_ac python3 - "$1" "$2" <<'PY'
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0x8863))
source = bytes.fromhex(sys.argv[1].replace(":", ""))
s.send(bytes.fromhex("020000000001") + source + struct.pack("!HBBHH", 0x8863, 0x11, 0xA7, int(sys.argv[2], 16), 0))
PY
}
session_id() { sed -n 's/.*PADS session=0x\([0-9a-f]*\).*/\1/p' "$work/line.log" | tail -n 1; }
default_device() { on_host ip -o route get 198.51.100.1 | sed 's/.* dev \([^ ]*\).*/\1/'; }
default_is() { [ "$(default_device)" = "$1" ]; }

remember
line ETH=eth0
check "no concentrator: says so, and what to try" \
    wait_log "$work/line.log" 'no access concentrator answers.*try: check the cable' 30
stop_line
ok $? "no concentrator: stops with 0"
unchanged "no concentrator: nothing is left behind"

server
line SERVICENAME=television
check "unknown service: says so" wait_log "$work/line.log" 'failed: at=discovery .*SERVICENAME' 30
stop_line
line SERVICENAME=internet ACNAME=test-ac
check "service and concentrator by name" wait_up
stop_line

remember
line
check "up" wait_up
check "address with peer" sh -c "ip -n $host_ns -o addr show dev ppp0 | grep -q '10.9.0.1[0-9]* peer 10.9.0.1/32'"
check "MTU 1492" sh -c "ip -n $host_ns -o link show dev ppp0 | grep -q 'mtu 1492'"
check "the default route is the line's, over an old one of the same metric" default_is ppp0
check "the old default route is still there" sh -c "ip -n $host_ns route | grep -q 'default via 192.0.2.1'"
check "name servers were asked for" grep -q 'dns1=9.9.9.9 dns2=149.112.112.112' "$work/line.log"
check "a packet of the full size passes" on_host ping -q -c 2 -i 0.05 -M do -s 1464 10.9.0.1
check "pid file" sh -c "[ \"\$(cat '$work/line.pid')\" = $line ]"
check "a second start on the same pid file is refused" \
    sh -c "! ip netns exec $host_ns '$line_program' '$work/ifcfg-ppp0'"

send_padt 02:00:00:00:00:99 "$(session_id)"
send_padt 02:00:00:00:00:02 fffe
sleep 0.2
check "PADT from another address, or for another session, is ignored" ping_ac
send_padt 02:00:00:00:00:02 "$(session_id)"
check "session taken away by PADT: dialled again" wait_up 5 2
check "... at once" grep -q 'PADT.*redial_in_ms=0' "$work/line.log"
check "... and it works" ping_ac
check "... with the default route" default_is ppp0

engine=$(engine_pid)
kill -9 "$engine"
check "engine killed: dialled again by a new one" wait_up 5 3
check "engine killed: it works" ping_ac
check "engine killed: the old session was ended by PADT" wait_log "$work/ac.log" 'event=(down|closed|ended)' 2 2

check "engine has no privileges" sh -c "grep -q 'CapEff:.0000000000000000' /proc/$(engine_pid)/status &&
    grep -q 'NoNewPrivs:.1' /proc/$(engine_pid)/status && ! grep -q '^Uid:.0' /proc/$(engine_pid)/status"

kill -9 "$line"
wait "$line" 2>/dev/null
check "monitor killed: the engine hangs up by itself" wait_log "$work/ac.log" 'event=(down|closed|ended)' 3 3
rm -f "$work"/line.pid* # stale ones: see the next start
unchanged "monitor killed: nothing is left behind"
check "monitor killed: the old default route rules again" default_is eth0

line
wait_up
engine=$(engine_pid)
kill -9 "$line" "$engine"
wait "$line" 2>/dev/null
check "stale pid file" test -s "$work/line.pid"
stale=$(cat "$work/line.pid")
rm "$work"/line.pid*
unchanged "both killed: nothing is left behind"
check "both killed: the old default route rules again" default_is eth0
echo "$stale" >"$work/line.pid"
line
check "both killed: a new start takes the stale pid file over" wait_up
stop_line

line LCP_INTERVAL=1 LCP_FAILURE=2
wait_up
worker=$(server_worker)
kill -STOP "$worker"
check "peer silent: found out by echo" wait_log "$work/line.log" 'lost: at=up .*no longer answers echo' 8
kill -CONT "$worker"
check "peer silent: up again when it is back" wait_up 20 2
stop_line
unchanged "peer silent: nothing is left behind"

line
wait_up
ip -n "$ac_ns" link set eth0 down
check "carrier lost for long: the line goes" wait_log "$work/line.log" 'lost:.*no carrier' 15
check "carrier lost for long: and with it the device" wait_until 3 sh -c "! ip -n $host_ns link show ppp0"
ip -n "$ac_ns" link set eth0 up
check "carrier back: dialled at once" wait_up 3 2
ip -n "$ac_ns" link set eth0 down
sleep 0.5
ip -n "$ac_ns" link set eth0 up
sleep 0.5
check "carrier lost for half a second: the session stays" sh -c "[ \$(grep -c 'up device=' '$work/line.log') = 2 ]"
check "... and works" ping_ac
stop_line

line
wait_up
ip -n "$host_ns" link del eth0
check "interface gone: the line goes" wait_log "$work/line.log" 'interface=eth0 is gone' 3
check "interface gone: and with it the device" wait_until 3 sh -c "! ip -n $host_ns link show ppp0"
stop_server
wire 02:00:00:00:00:07
server
check "interface back with another address: dialled again" wait_up 8 2
check "interface back: it works" ping_ac
stop_line
ok $? "interface back: stops with 0"

# a server that goes politely
line
wait_up
stop_server
check "concentrator stopped: the line says who ended it" wait_log "$work/line.log" 'lost: at=up' 3
server
check "concentrator back: up again" wait_up 20 2
stop_line
stop_server

ip -n "$host_ns" link set eth0 down
line ETH=eth0
server
check "an interface that is down is set up" wait_up
stop_line
check "... and down again at the end" sh -c "ip -n $host_ns link show eth0 | grep -q 'state DOWN'"
finish
