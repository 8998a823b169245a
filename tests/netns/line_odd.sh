#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What others do to a line: devices that are removed, set down or changed under it, signals at bad
# moments, descriptors that are closed, full or too many, files that are no files.
. "$(dirname "$0")/lib.sh"
begin
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1 metric 100

default_is() { on_host ip -o route get 198.51.100.1 | grep -q "dev $1 "; }
no_processes() { [ -z "$(ip netns pids "$host_ns")" ]; }
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
idle() { # neither process uses the processor: less than 50 ms in a second
    local engine before
    engine=$(engine_pid)
    before=$(($(ticks "$line") + $(ticks "$engine")))
    sleep 1
    [ $(($(ticks "$line") + $(ticks "$engine") - before)) -lt 5 ]
}
descriptors() { ls "/proc/$1/fd" | wc -l; }
# line_with SHELL-WORDS: our line, started by a shell that does something first.
line_with() {
    keep_log line
    ip netns exec "$host_ns" bash -c "$1 exec '$line_program' '$work/ifcfg-ppp0'" 2>"$work/line.log" &
    line=$!
    pids+=("$line")
}

server
remember
line
wait_up
sleep 1.1 # a device that is removed sooner would not be made again at once
on_host ip link del ppp0
check "line's device removed: made anew" wait_up 2 2
check "... the session goes on" sh -c "[ \$(grep -c PADS '$work/line.log') = 1 ]"
check "... it works" ping_ac
on_host ip link del ppp0
check "removed again at once: hung up, and dialled anew after a while" wait_up 5 3
check "... it works" ping_ac
on_host ip link set ppp0 down
check "line's device set down: no busy loop" idle
on_host ip link set ppp0 up
check "and up: the default route is back" wait_until 2 default_is ppp0
check "... it works" ping_ac
on_host ip link set eth0 mtu 1400
check "the interface's MTU is made smaller: dialled anew" wait_log "$work/line.log" 'mtu=1392' 3
on_host ip link set eth0 mtu 1500
ups=$(grep -c 'up device=' "$work/line.log")
monitor_before=$(descriptors "$line") engine_before=$(descriptors "$(engine_pid)")
for i in $(seq 60); do
    on_host ip link set eth0 address "02:00:00:00:01:0$((i % 2))"
    wait_up 5 $((ups + i)) || break
done
check "60 other addresses of the interface: 60 sessions" ping_ac
check "... no descriptor is lost" [ "$(descriptors "$line") $(descriptors "$(engine_pid)")" = "$monitor_before $engine_before" ]
on_host ip link set eth0 address 02:00:00:00:00:01
wait_up 5 $((ups + 61))
on_host ip link set eth0 down
check "interface down: no busy loop" idle
on_host ip link set eth0 up
on_host ip route add default via 192.0.2.1 metric 100
stop_line
ok $? "stops with 0"
unchanged "nothing is left behind"

line
wait_up
kill -STOP "$(engine_pid)"
kill "$line"
sleep 2
kill "$line"
begun=$SECONDS
wait "$line" 2>/dev/null
ok $? "an engine that hangs, SIGTERM twice: 0"
check "... in time" [ $((SECONDS - begun)) -le 3 ]
unchanged "an engine that hangs: nothing is left behind"
codes=
for i in $(seq 30); do
    line
    name=bash
    # A fork of this shell must not be hit: it would clean up in our place.
    while [ "$name" = bash ]; do read -r name <"/proc/$line/comm"; done
    sleep "0.0$(printf %02d "$i")"
    kill "$line"
    wait "$line" 2>/dev/null
    codes="$codes $?"
done
check "SIGTERM at 1 to 30 ms: 0, or 143 before it began" sh -c "! echo '$codes' | grep -qvE '^( 0| 143)+\$'"
check "... no process is left" wait_until 5 no_processes
unchanged "... nothing is left behind"

line_with 'exec 2>&-;'
check "stderr closed: up" wait_until 5 ping_ac 1
check "... and nothing but the pid in its file" sh -c "[ \"\$(cat '$work/line.pid')\" = $line ]"
stop_line
mkfifo "$work/line-fifo"
sleep 60 <"$work/line-fifo" &
reader=$!
pids+=("$reader")
line_with "exec 2>'$work/line-fifo';"
wait_until 5 ping_ac 1
for i in $(seq 150); do
    on_host ip link set eth0 address "02:00:00:00:01:0$((i % 2))"
    sleep 0.01
done
check "nobody reads the log: the line does not wait for it" wait_until 5 ping_ac 1
timeout 0.5 cat "$work/line-fifo" >"$work/line-drained"
on_host ip link set eth0 address 02:00:00:00:00:01
timeout 0.5 cat "$work/line-fifo" >>"$work/line-drained"
check "... and says how much was lost" grep -q 'lines of this log were lost' "$work/line-drained"
kill "$reader"
wait "$reader" 2>/dev/null
on_host ip link set eth0 address 02:00:00:00:01:01
sleep 0.3
check "the reader of the log ends: the line stays" wait_until 5 ping_ac 1
on_host ip link set eth0 address 02:00:00:00:00:01
stop_line
ok $? "... and stops with 0"
unchanged "... nothing is left behind"

line_with 'exec 9</etc;'
wait_up
check "the engine has no descriptor of a folder" sh -c "! ls -l /proc/$(engine_pid)/fd | grep /etc"
stop_line
cp "$line_program" "$work/line-program"
ip netns exec "$host_ns" "$work/line-program" "$work/ifcfg-ppp0" 2>"$work/line.log" &
line=$!
pids+=("$line")
wait_up
sleep 1.1
rm "$work/line-program"
kill -9 "$(engine_pid)"
check "engine killed after the program was replaced: another one of the same" wait_up 5 2
stop_line

mkfifo "$work/line-secrets"
line SECRETS="$work/line-secrets"
check "secrets in a FIFO: said so" wait_log "$work/line.log" 'line-secrets: not a regular file' 3
stop_line
ok $? "... stops with 0"
chmod 644 "$work/secrets"
line
check "secrets that all may read: said so" wait_log "$work/line.log" 'chmod 600' 3
check "... up all the same" wait_up
chmod 600 "$work/secrets"
stop_line
line DEVICE=eth0
check "DEVICE is another one's: said so" wait_log "$work/line.log" 'name is taken' 3
stop_line
line ETH=lo
wait "$line"
ok $(($? != 1)) "ETH=lo: exit code 1"
check "... said so" grep -q 'not an Ethernet interface' "$work/line.log"
on_host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
line IPV6INIT=yes IPV6_DEFROUTE=yes
check "a host without IPv6: up" wait_log "$work/line.log" 'IPV6CP open' 5
check "... it works" wait_until 3 ping_ac 1
stop_line
finish
