#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe-server's options, as Debian's has them: each one's effect, or what it says of having none; the
# options file of pppd, pool files, pid file, going into the background.
. "$(dirname "$0")/lib.sh"
begin
load_program=$build/tests/load_client

plain_server() { # OPTIONS...
    keep_log ac
    ip netns exec "$ac_ns" "$server_program" -F --secrets "$work/ac-secrets" "$@" >"$work/ac.log" 2>&1 &
    server=$!
    pids+=("$server")
    wait_log "$work/ac.log" "event=ready" 5 || echo "# the server does not start: $(cat "$work/ac.log")"
}

load() { on_host "$load_program" eth0 "$1" alice "open sesame" "${2:-50}" >"$work/load.log" 2>&1; }
discover() { on_host timeout 5 "$build/src/program/bridge/pppoe" -I eth0 -A 2>&1; }
run() { on_ac "$server_program" "$@" >"$work/out" 2>&1; }

# --- What Debian's takes, all at once: eth0 without being told, pppd's addresses.
plain_server -l -s -q /bin/false -Q /bin/false -u -k -d -i -T 0 -m 1412
load 3
check "Debian's defaults: three sessions on eth0" grep -q '^up=3 .*replies=3' "$work/load.log"
check "10.67.15.1 is the first address" grep -q 'event=ipv4-up address=10.67.15.1 ' "$work/ac.log"
check "10.0.0.1 is ours" sh -c "ip -n $ac_ns addr show dev pppoes0 | grep -q 'inet 10.0.0.1/32'"
for letter in l s q Q u k d i; do
    check "-$letter: accepted, and said in one line" \
        test "$(grep -c -- "^pppoe-server: -$letter has no effect: " "$work/ac.log")" -eq 1
done
stop_server

# --- -C -S -o
plain_server -C "my concentrator" -S gold -S silver -o 100
discover >"$work/out"
check "-C: the name" grep -q 'Access-Concentrator: my concentrator' "$work/out"
check "-S: the services" sh -c "grep -q 'Service-Name: gold' '$work/out' && grep -q 'Service-Name: silver' '$work/out'"
load 2
check "-o 100: sessions 101 and 102" sh -c "grep -q 'session=0x0065 ' '$work/ac.log' && grep -q 'session=0x0066 ' '$work/ac.log'"
stop_server

plain_server -r -N 100
load 20
ids=$(sed -n 's/.*session=\(0x....\) .*event=opened.*/\1/p' "$work/ac.log")
check "-r: 20 sessions" test "$(sort -u <<<"$ids" | wc -l)" -eq 20
check "-r: in no order" sh -c "! test \"$(sort <<<"$ids" | tr '\n' ' ')\" = \"$(tr '\n' ' ' <<<"$ids")\""
stop_server

# --- -x
plain_server -x 1
line USER=alice
wait_up
LOAD_FIRST=0 on_host timeout 2 "$load_program" eth0 1 alice "open sesame" >"$work/load.log"
check "-x 1: another address comes in" grep -q 'up=1' "$work/load.log"
check "-x 1: the same one is not answered a second time" sh -c "! ip netns exec $host_ns timeout 2 '$build/src/program/bridge/pppoe' -I eth0 -A | grep -q Access"
stop_line
stop_server

# --- -M -H: PADM
on_host timeout 20 python3 -c '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x8863)); s.bind(("eth0", 0x8863))
while True:
    frame = s.recv(2048)
    if frame[15] == 0xd3: print(frame[16:18].hex() != "0000", frame[20:], flush=True)
' >"$work/padm.log" 2>&1 &
listener=$!
pids+=("$listener")
wait_until 5 sh -c "ip netns exec $host_ns cat /proc/net/packet | grep -q 8863"
plain_server -M "good morning" -H https://example.net/welcome
load 1
check "-M and -H: one PADM, in the session" wait_log "$work/padm.log" 'True .*good morning.*https://example.net/welcome' 5
stop_server
kill "$listener" 2>/dev/null
run -H ftp://example.net
ok $(($? != 2)) "-H: nothing but http" "$(cat "$work/out")"

# --- -f
plain_server -f 3c12:3c13
check "-f: not heard under the usual types" sh -c "! ip netns exec $host_ns timeout 2 '$build/src/program/bridge/pppoe' -I eth0 -A | grep -q Access"
check "-f: heard under the others" sh -c "ip netns exec $host_ns timeout 5 '$build/src/program/bridge/pppoe' -I eth0 -f 3c12:3c13 -A | grep -q Access"
stop_server

# --- -m
plain_server -m 1200
line USER=alice
wait_up
on_ac python3 -c '
import socket
s = socket.create_server(("10.0.0.1", 80)); print("listening", flush=True)
while True:
    c, _ = s.accept(); print("mss", c.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG), flush=True); c.recv(1)
' >"$work/mss.log" 2>&1 &
pids+=($!)
wait_log "$work/mss.log" listening 5
on_host python3 -c '
import socket
c = socket.create_connection(("10.0.0.1", 80)); print("mss", c.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))' >"$work/mss-host.log" 2>&1
check "-m 1200: what the host may send" grep -qE '^mss (1200|1188)$' "$work/mss-host.log"
check "-m 1200: what it may be sent" wait_log "$work/mss.log" '^mss (1200|1188)$' 5
stop_line
stop_server

# --- -T
plain_server -T 1 --echo-interval 0
load 1 4000
check "-T: a silent host is given up" grep -q 'reason="nothing came from the host for too long"' "$work/ac.log"
stop_server

# --- -p -P
printf '%s\n' '# the pool' 10.70.0.5 '10.70.1.250-252  # three' '' 192.0.2.1 10.70.0.6 >"$work/pool"
run -p "$work/pool" -P
ok $? "-P: a good file"
check "-P: how many" grep -q ": 6 addresses" "$work/out"
plain_server -p "$work/pool" -R 1.2.3.4 -N 3
load 6
check "-p: six sessions" grep -q '^up=6 .*replies=6' "$work/load.log"
for address in 10.70.0.5 10.70.0.6 10.70.1.250 10.70.1.251 10.70.1.252 192.0.2.1; do
    check "-p: $address" grep -q "event=ipv4-up address=$address " "$work/ac.log"
done
stop_server
for wrong in 10.70.0 10.70.0.9-3 10.70.0.1-256 10.70.0.1-x 'one 10.70.0.1' 0.0.0.0; do
    printf '10.1.1.1\n%s\n' "$wrong" >"$work/pool"
    run -p "$work/pool" -P
    ok $(($? != 1)) "-p: \"$wrong\" is refused"
    check "-p: with file and line" grep -q "$work/pool:2: neither an IPv4 address nor a range" "$work/out"
done
: >"$work/pool"
run -p "$work/pool" -P
ok $(($? != 1)) "-p: an empty file is refused" "$(cat "$work/out")"
run -p "$work/nowhere"
ok $(($? != 1)) "-p: no such file" "$(cat "$work/out")"
run -P
ok $(($? != 2)) "-P without -p" "$(cat "$work/out")"

# --- -O and /etc/ppp/pppoe-server-options
printf '%s\n' '# of pppd' 'require-chap' 'lcp-echo-interval 7' 'lcp-echo-failure 2' 'ms-dns 192.0.2.53' 'ms-dns 192.0.2.54' \
    'mtu 1400' 'mru 1480' 'noipv6' 'login' 'netmask 255.255.255.255' 'defaultroute' 'nobsdcomp' 'idle 1' >/etc/ppp/pppoe-server-options
plain_server
line USER=alice
wait_up
check "the options file: CHAP alone" wait_log "$work/ac.log" 'event=authenticated name="alice" by=CHAP' 5
check "the options file: the MTU" grep -q 'event=ipv4-up .*mtu=1400' "$work/ac.log"
check "the options file: no IPv6" sh -c "! grep -q ipv6-up '$work/ac.log'"
check "the options file: name servers" grep -q 'nameserver 192.0.2.54' /etc/resolv.conf
check "the options file: login has no effect" grep -q '/pppoe-server-options:10: login has no effect' "$work/ac.log"
check "the options file: nor has netmask" grep -q '/pppoe-server-options:11: netmask has no effect' "$work/ac.log"
check "the options file: idle" wait_log "$work/ac.log" 'reason="idle for too long"' 10
stop_line
stop_server
plain_server --mtu 1300 --auth pap
load 1
check "the command line beats it" sh -c "grep -q 'by=PAP' '$work/ac.log' && grep -q 'ipv4-up .*mtu=1300' '$work/ac.log'"
stop_server
echo 'mtu many' >"$work/options"
run -O "$work/options"
ok $(($? != 1)) "-O: a wrong value" "$(cat "$work/out")"
check "-O: with file and line" grep -q "$work/options:1: mtu \"many\"" "$work/out"
run -O "$work/nowhere"
ok $(($? != 1)) "-O: no such file" "$(cat "$work/out")"
rm /etc/ppp/pppoe-server-options

# --- The background, and -X
on_ac "$server_program" --secrets "$work/ac-secrets" -X "$work/server.pid" >"$work/out" 2>&1
ok $? "into the background: exit code 0 once it listens" "$(cat "$work/out")"
daemon=$(cat "$work/server.pid")
pids+=("$daemon")
load 1
check "a session" grep -q '^up=1 .*replies=1' "$work/load.log"
check "it left the terminal" sh -c "readlink /proc/$daemon/fd/0 /proc/$daemon/fd/1 /proc/$daemon/fd/2 | grep -vq /dev/null; test \$? -eq 1"
run --secrets "$work/ac-secrets" -X "$work/server.pid" --device second%d
ok $(($? != 1)) "-X: held by a live one: exit code 1" "$(cat "$work/out")"
check "-X: says by whom" grep -q "process $daemon has it" "$work/out"
kill "$daemon"
check "the pid file goes with it" wait_until 5 test ! -e "$work/server.pid"
check "and so does the device" wait_until 5 sh -c "! ip -n $ac_ns link show pppoes0"
run -I nowhere0 --secrets "$work/ac-secrets" -X "$work/server.pid"
ok $(($? != 1)) "in the background: what fails is said before" "$(cat "$work/out")"
check "with its reason" grep -q 'interface nowhere0' "$work/out"
check "and leaves no pid file" test ! -e "$work/server.pid"

# --- Either process may die.
plain_server -X "$work/server.pid"
kill -9 "$(server_worker)"
wait "$server" 2>/dev/null
ok $(($? != 1)) "the worker is killed: exit code 1"
check "said so" grep -q 'event=failed stage=worker signal=9' "$work/ac.log"
check "no pid file is left" test ! -e "$work/server.pid"
plain_server -X "$work/server.pid"
on_host "$load_program" eth0 5 alice "open sesame" 20000 >"$work/load.log" 2>&1 &
load=$!
pids+=("$load")
wait_log "$work/load.log" up=5 5
kill -9 "$server"
wait "$server" 2>/dev/null
wait "$load"
check "the guard is killed: the hosts are told" grep -q 'ended=5' "$work/load.log"
plain_server -X "$work/server.pid"
check "its pid file is no obstacle" test "$(cat "$work/server.pid")" = "$server"
stop_server

check "--help fits a screen" sh -c "test \$('$server_program' --help | wc -l) -le 24 && test \$('$server_program' --help | wc -L) -le 80"
for wrong in "-I eth0:4095" "-I eth0:5-2" "-I eth0:x" "-I eth0 -I eth0" "-f 8863" "-f 1:2" "--rate 5" "--rate 1M/x" "-N 70000" "-I :any"; do
    # shellcheck disable=SC2086
    run $wrong
    ok $(($? != 2)) "$wrong: exit code 2" "$(cat "$work/out")"
done
finish
