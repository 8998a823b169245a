#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# DEMAND: the device is there from the start, the first packet dials, the packet is not lost where it
# may be sent, an idle line hangs up, and nothing wakes it meanwhile.
. "$(dirname "$0")/lib.sh"
begin
commands=$work/sbin
mkdir "$commands"
chmod 755 "$work" "$commands"
cp "$line_program" "$build/src/program/command/dialtone" "$commands"
for name in pppoe-start pppoe-stop pppoe-status; do ln -s dialtone "$commands/$name"; done
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1

default_device() { on_host ip -o route get 198.51.100.1 | sed 's/.* dev \([^ ]*\).*/\1/'; }
default_is() { [ "$(default_device)" = "$1" ]; }
address_is() { ip -n "$host_ns" -o -4 addr show dev ppp0 | grep -q "inet $1 "; }
no_engine() { ! pgrep -P "$line" -f -- --engine; }
count_log() { grep -cE -- "$1" "$work/line.log"; }
wait_waiting() { wait_log "$work/line.log" 'stage=idle waiting for traffic' "$1" "$2"; }
dials() { count_log 'stage=discovery PADI'; }
one_ping() { on_host ping -q -c 1 -W "${1:-5}" 10.9.0.1; }
switches() { grep -h ctxt_switches "/proc/$line/status"; }
ups() { grep -c . "$work/hooks"; }
mkdir -p /etc/ppp
for hook in ip-up ip-down; do
    printf '#!/bin/sh\necho "%s $1 $4" >>%s/hooks\n' $hook "$work" >/etc/ppp/$hook
    chmod 755 /etc/ppp/$hook
done
: >"$work/hooks"

remember
server -N 1
line DEMAND=2
check "it waits for traffic" wait_waiting 5 1
check "the device is there, with an address of no meaning" address_is "10.112.112.112 peer 10.112.112.113/32"
check "... and up" sh -c "ip -n $host_ns link show dev ppp0 | grep -q '[<,]UP[,>].* mtu 1492'"
check "the default route is the line's" default_is ppp0
check "no engine runs" no_engine
check "PIDFILE.pppd names who has the device" sh -c "[ \"\$(cat '$work/line.pid.pppd')\" = $line ]"
before=$(switches)
wait_until 3 sh -c "[ $(dials) -gt 0 ]"
check "nothing dials by itself" [ "$(dials)" = 0 ]
check "... and nothing wakes the process" [ "$before" = "$(switches)" ]
on_host "$commands/dialtone" status ppp0 >"$work/out"
ok $? "dialtone status: that is good" "$(cat "$work/out")"
check "... and said" grep -q '^ppp0: waiting for traffic for' "$work/out"
on_host "$commands/dialtone" status --json ppp0 >"$work/out"
check "... and idle for programs" grep -q '"stage": "idle"' "$work/out"

on_host ping -q -c 5 -i 0.2 -W 2 10.9.0.1 >"$work/out" 2>&1
check "traffic dials, and passes" grep -qE '[345] received' "$work/out"
check "... by one dial" [ "$(dials)" = 1 ]
check "the address is the session's, and no other" sh -c "[ \"\$(ip -n $host_ns -o -4 addr show dev ppp0 | wc -l)\" = 1 ] && ip -n $host_ns -o -4 addr show dev ppp0 | grep -q 'inet 10.9.0.100 peer 10.9.0.1/32'"
check "the default route is still the line's" default_is ppp0
check "name servers of the peer" grep -q 9.9.9.9 /etc/resolv.conf
check "ip-up" grep -q 'ip-up ppp0 10.9.0.100' "$work/hooks"
up=$SECONDS
while [ $((SECONDS - up)) -lt 3 ]; do one_ping >/dev/null; wait_until 1 false; done
check "traffic keeps it up" [ "$(count_log 'idle: no packet')" = 0 ]
check "idle: it hangs up" wait_log "$work/line.log" 'stage=up idle: no packet for_s=2' 6
check "... in order" wait_log "$work/ac.log" 'event=(down|closed|ended).*[Ii]dle' 3
check "... and waits" wait_waiting 3 2
check "... without an engine" wait_until 3 no_engine
check "ip-down" wait_until 3 grep -q 'ip-down ppp0 10.9.0.100' "$work/hooks"
check "the last address stays on the device" address_is "10.9.0.100 peer 10.9.0.1/32"
check "the default route stays" default_is ppp0
check "the peer's name servers stay: a name that is asked for dials" grep -q 9.9.9.9 /etc/resolv.conf
before=$(switches)
wait_until 2 false
check "nothing wakes it" [ "$before" = "$(switches)" ]
check "the same address again: not even the first packet is lost" one_ping
check "... by one dial" [ "$(dials)" = 2 ]
on_host ping -q -c 20 -i 0.01 -W 2 10.9.0.1 >/dev/null
wait_waiting 8 3
on_host ping -c 8 -i 0.002 -W 3 10.9.0.1 >"$work/out" 2>&1
check "... nor those that follow while it dials" grep -q ' 8 received' "$work/out"

# Another address: what waits has the old one and is dropped, routes never go.
wait_waiting 8 4
stop_server
server -N 1 -R 10.9.0.50
ip netns exec "$host_ns" ip monitor route >"$work/routes" &
pids+=($!)
ip netns exec "$ac_ns" python3 - <<'PY' >"$work/arrived" &
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 4000))
while True:
    words, sender = s.recvfrom(100)
    print(words.decode(), sender[0], flush=True)
PY
pids+=($!)
wait_until 5 sh -c "ip netns exec $ac_ns ss -uln | grep -q :4000"
send() { # WORDS
    on_host python3 - "$1" <<'PY'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(3):
    s.sendto(sys.argv[1].encode(), ("10.9.0.1", 4000))
PY
}
send early
check "another address: it is the device's" wait_until 6 address_is "10.9.0.50 peer 10.9.0.1/32"
check "... the only one" sh -c "[ \"\$(ip -n $host_ns -o -4 addr show dev ppp0 | wc -l)\" = 1 ]"
check "... and works" ping_ac
check "... the default route never went" sh -c "! grep -q '^Deleted default' '$work/routes'"
check "... and is there once" sh -c "[ \"\$(ip -n $host_ns route show default dev ppp0 | wc -l)\" = 1 ]"
send late
check "what was sent from the old one is not sent on" wait_until 3 grep -q '^late 10.9.0.50' "$work/arrived"
check "... to be lost elsewhere" sh -c "! grep -q ^early '$work/arrived'"

# Deaths.
engine=$(engine_pid)
kill -9 "$engine"
check "engine killed: the device stays, and waits" wait_waiting 5 5
check "... with its address" address_is "10.9.0.50 peer 10.9.0.1/32"
check "... and the next packet dials" one_ping
kill -9 "$(engine_pid)" "$line"
wait "$line" 2>/dev/null
rm -f "$work"/line.pid*
check "both killed: the old default route rules again" wait_until 3 default_is eth0
check "... no device" sh -c "! ip -n $host_ns link show ppp0"
line DEMAND=600
check "it starts again" wait_waiting 5 1
kill -9 "$line"
wait "$line" 2>/dev/null
rm -f "$work"/line.pid*
check "killed while it waits: no device" sh -c "! ip -n $host_ns link show ppp0"
check "... the old default route" default_is eth0

line DEMAND=600
wait_waiting 5 1
ip -n "$host_ns" route del default dev ppp0
check "somebody removes the default route: it is back" wait_until 3 default_is ppp0
ip -n "$host_ns" link del ppp0
check "somebody removes the device: it is back" wait_until 5 address_is "10.112.112.112 peer 10.112.112.113/32"
check "... and waits" wait_waiting 3 2
check "... with the default route" wait_until 3 default_is ppp0
ip -n "$host_ns" link set ppp0 down
ip -n "$host_ns" link set ppp0 up
check "somebody sets it down and up: it is whole again" wait_until 5 default_is ppp0
check "... and dials" sh -c "ip netns exec $host_ns ping -q -c 5 -i 0.2 -W 2 10.9.0.1 | grep -qE '[345] received'"
ip -n "$host_ns" link del ppp0
check "the device removed in a session: it is back" wait_until 5 ping_ac
stop_line
ok $? "stops with 0"

line DEMAND=600
wait_waiting 5 1
before=$(dials)
ip -n "$ac_ns" link set eth0 down
check "no carrier: traffic does not dial" wait_log "$work/line.log" 'traffic does not dial without carrier' 5
one_ping 1 >/dev/null
check "... and is not kept" [ "$(dials)" = "$before" ]
ip -n "$ac_ns" link set eth0 up
check "carrier: it waits again" wait_waiting 5 2
wait_until 1 sh -c "[ $(dials) != $before ]"
check "... and what had come meanwhile does not dial" [ "$(dials)" = "$before" ]
on_host "$commands/dialtone" redial ppp0
check "asked to dial: it does" wait_up 5
check "... and it works" ping_ac
stop_line

# Failures: a pause, and then the next packet is waited for.
line DEMAND=600 USER=mallory
wait_waiting 5 1
on_host ping -q -c 2 -W 1 10.9.0.1 >/dev/null
check "a rejected password: traffic does not dial for a while" wait_log "$work/line.log" 'stage=waiting traffic does not dial for_ms=(2|3)[0-9]{4}' 5
before=$(dials)
one_ping 1 >/dev/null
check "... not even more of it" [ "$(dials)" = "$before" ]
on_host "$commands/dialtone" status ppp0 >"$work/out"
check "... and the status says why, and when" sh -c "grep -q 'next attempt' '$work/out' && grep -q 'at auth' '$work/out'"
stop_line
stop_server
line DEMAND=600
wait_waiting 5 1
one_ping 1 >/dev/null
check "nobody answers: it waits again after the pause" wait_waiting 30 2
check "... that was made" grep -q 'stage=waiting traffic does not dial for_ms=' "$work/line.log"
before=$(dials)
wait_until 3 sh -c "[ $(dials) != $before ]"
check "... and does not dial for ever" [ "$(dials)" = "$before" ]
server -N 1
check "... the next packet dials" sh -c "ip netns exec $host_ns ping -q -c 5 -i 0.2 -W 2 10.9.0.1 | grep -qE '[345] received'"
stop_line

line DEMAND=1 RETRY_ON_FAILURE=no IPV6INIT=yes IPV6_DEFROUTE=yes
wait_waiting 5 1
check "RETRY_ON_FAILURE=no, IPv6: up" sh -c "ip netns exec $host_ns ping -q -c 5 -i 0.2 -W 2 10.9.0.1 | grep -qE '[345] received'"
check "... IPv6" wait_until 3 sh -c "ip -n $host_ns -o -6 addr show dev ppp0 | grep -q fe80"
check "... being idle does not end it" wait_waiting 8 2
check "... and dials again" sh -c "ip netns exec $host_ns ping -q -c 3 -i 0.2 -W 2 10.9.0.1 | grep -qE '[23] received'"
check "... with one IPv6 address" wait_until 3 sh -c "[ \$(ip -n $host_ns -o -6 addr show dev ppp0 | wc -l) = 1 ]"
check "... and one default route" sh -c "[ \$(ip -n $host_ns -6 route show default dev ppp0 | wc -l) = 1 ]"
kill -9 "$(server_worker)"
wait "$server" 2>/dev/null
wait_waiting 8 3
one_ping 1 >/dev/null
wait "$line"
[ $? -eq 1 ]
ok $? "... a failed dial does" "$(tail -3 "$work/line.log")"
server

line DEMAND=600 DNSTYPE=SPECIFY DNS1=10.9.0.1
wait_waiting 5 1
check "DNS1: in use while it waits" grep -q '^nameserver 10.9.0.1' /etc/resolv.conf
stop_line
check "... and put back" grep -qx 'nameserver 192.0.2.53' /etc/resolv.conf

# The commands.
on_host "$commands/pppoe-start" "$work/ifcfg-ppp0" >"$work/out" 2>&1 </dev/null
ok $? "pppoe-start returns when the device is there" "$(cat "$work/out")"
check "... and not before" address_is "10.112.112.112 peer 10.112.112.113/32"
on_host "$commands/pppoe-status" "$work/ifcfg-ppp0" >"$work/out" 2>&1
ok $? "pppoe-status: good" "$(cat "$work/out")"
check "... and what it waits for" grep -q '^pppoe-status: Link is waiting for traffic on interface ppp0' "$work/out"
on_host "$commands/pppoe-stop" "$work/ifcfg-ppp0" >"$work/out" 2>&1
ok $? "pppoe-stop" "$(cat "$work/out")"
rm -f "$work"/{out,routes,arrived}
unchanged "nothing is left behind"

# A concentrator that is silent while it holds a session that a crash has left: PADT comes again.
line
wait_up
kill -9 "$line" "$(engine_pid)"
wait "$line" 2>/dev/null
stop_server
ip netns exec "$ac_ns" python3 - <<'PY' >"$work/discovery" &
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x8863))
s.bind(("eth0", 0x8863))
print("listening", flush=True)
while True:
    frame = s.recv(2000)
    print({0x09: "PADI", 0xA7: "PADT"}.get(frame[15], frame[15]), "%02x%02x" % (frame[16], frame[17]), flush=True)
PY
pids+=($!)
wait_until 5 test -s "$work/discovery"
id=$(sed -n 's/.*PADS session=0x\([0-9a-f]*\).*/\1/p' "$work/line.log" | tail -n 1)
rm -f "$work"/line.pid*
line
check "left session: ended before the first PADI" wait_log "$work/line.log" "ended session=0x$id" 5
check "nobody answers: it is ended once more" wait_log "$work/line.log" "nobody answers: .*session=0x$id" 10
check "... by PADT before the third PADI" wait_until 5 sh -c \
    "awk 'NR > 1 && !(/PADT/ && \$0 == before) { print } { before = \$0 }' '$work/discovery' | head -n 5 | xargs | grep -qx 'PADT $id PADI 0000 PADI 0000 PADT $id PADI 0000'"
stop_line
finish
