#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# MTU 1500 (RFC 4638), IPv6, several lines, bulk data, wrong configurations.
. "$(dirname "$0")/lib.sh"
begin

for end in "$host_ns" "$ac_ns"; do ip -n "$end" link set eth0 mtu 1508; done
server --max-payload 1500 --mtu 1500
line MTU=1500
check "RFC 4638: up" wait_up
check "RFC 4638: MTU 1500" sh -c "ip -n $host_ns -o link show dev ppp0 | grep -q 'mtu 1500'"
check "RFC 4638: 1500 bytes pass" on_host ping -q -c 2 -i 0.05 -M do -s 1472 10.9.0.1
stop_line
ip -n "$host_ns" link set eth0 mtu 1500
line MTU=1500
check "RFC 4638 on an interface of 1500: up with 1492" wait_up
check "... MTU 1492" sh -c "ip -n $host_ns -o link show dev ppp0 | grep -q 'mtu 1492'"
check "... and says why" grep -q "MTU is too small" "$work/line.log"
stop_line
stop_server

server
line MTU=1500
check "RFC 4638 with a concentrator that does not know it: up with 1492" wait_up
stop_line

line IPV6INIT=yes
check "IPv6: up" wait_log "$work/line.log" 'IPV6CP open' 5
wait_log "$work/line.log" 'ipv6=yes' 5
peer=$(sed -n 's/.*IPV6CP open local=[^ ]* remote=\([^ ]*\).*/\1/p' "$work/line.log" | tail -n 1)
check "IPv6: link-local ping through the line" on_host ping -6 -q -c 3 -i 0.05 -W 2 "$peer%ppp0"
check "IPv4 beside it" ping_ac
stop_line

remember
line DEVICE=ppp0
wait_up
first=$line
cp "$work/line.log" "$work/line-first.log"
printf '%s\n' ETH=eth0 USER=bob DEVICE=ppp7 DEFROUTE=no "SECRETS=$work/secrets" >"$work/line-second-config"
: >"$work/line-second.log" # here, not in the child: what was in it before is not to be waited for
ip netns exec "$host_ns" "$line_program" "$work/line-second-config" >"$work/line-second.log" 2>&1 &
second=$!
pids+=("$second")
check "two lines: the second comes up" wait_log "$work/line-second.log" 'up device=ppp7' 5
check "two lines: both work" sh -c "ip netns exec $host_ns ping -q -c 2 -i 0.05 -I ppp0 10.9.0.1 &&
    ip netns exec $host_ns ping -q -c 2 -i 0.05 -I ppp7 10.9.0.1"
sed 's/USER=alice/USER=bob/; /PIDFILE/d' "$work/ifcfg-ppp0" >"$work/line-third-config"
ip netns exec "$host_ns" "$line_program" "$work/line-third-config" >"$work/line-third.log" 2>&1 &
third=$!
pids+=("$third")
check "a device name that is taken: said so" wait_log "$work/line-third.log" 'the name is taken' 5
kill "$third" "$second"
wait "$third" "$second" 2>/dev/null
check "two lines: the first is not disturbed" ping_ac
line=$first
stop_line
unchanged "two lines: nothing is left behind"

line
wait_up
head -c 20000000 /dev/urandom >"$work/line-sent"
ip netns exec "$ac_ns" timeout 20 python3 -c 'import socket,sys
s=socket.create_server(("10.9.0.1",5001)); c,_=s.accept()
while b:=c.recv(65536): sys.stdout.buffer.write(b)' >"$work/line-received" &
pids+=($!)
receiver=$!
sleep 0.3
on_host timeout 20 python3 -c 'import socket,sys
s=socket.create_connection(("10.9.0.1",5001)); s.sendall(open(sys.argv[1],"rb").read())' "$work/line-sent"
wait "$receiver"
check "20 MB through the line arrive whole" cmp "$work/line-sent" "$work/line-received"
stop_line

config_fails() { # NAME PATTERN LINE...
    local name=$1 pattern=$2 code
    shift 2
    printf '%s\n' "$@" >"$work/line-bad-config"
    on_host timeout 5 "$line_program" "$work/line-bad-config" >"$work/line-bad.log" 2>&1
    code=$?
    ok $((code != 2)) "$name: exit code 2" "$code: $(cat "$work/line-bad.log")"
    check "$name: file and line" grep -qE -- "line-bad-config:$pattern" "$work/line-bad.log"
}
config_fails "bad value" '2: error: LCP_INTERVAL' ETH=eth0 LCP_INTERVAL=often USER=alice
config_fails "shell code" '1: error: ETH: commands' 'ETH=`reboot`' USER=alice
config_fails "not an assignment" '1: error: not an assignment' 'if true; then' USER=alice
printf '%s\n' ETH=eth0 USER=alice LCP_INTERVALL=3 RETRY_ON_FAILURE=no SECRETS="$work/missing" >"$work/line-odd-config"
on_host timeout 10 "$line_program" "$work/line-odd-config" >"$work/line-odd.log" 2>&1
check "unknown key: a warning with the nearest" grep -q '3: warning: unknown key LCP_INTERVALL (did you mean LCP_INTERVAL?)' "$work/line-odd.log"
check "secrets file missing: said so with its name" grep -q "$work/missing: cannot be read" "$work/line-odd.log"
printf '%s\n' ETH=nope0 USER=alice RETRY_ON_FAILURE=no >"$work/line-odd-config"
on_host timeout 5 "$line_program" "$work/line-odd-config" >"$work/line-odd.log" 2>&1
ok $(($? != 1)) "missing interface without retry: exit code 1"
check "missing interface: said so" grep -q 'interface=nope0 cannot be used: No such device' "$work/line-odd.log"
on_host "$line_program" "$work/does-not-exist" 2>"$work/line-odd.log"
ok $(($? != 2)) "missing configuration: exit code 2"
finish
