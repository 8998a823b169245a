#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe-server against many hosts in one process (load_client): sessions, addresses, spoofed packets,
# privileges, its end, and its complaints.
. "$(dirname "$0")/lib.sh"
begin
# The leak sanitizer needs /proc, which a confined process no longer has.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
load_program=$build/tests/load_client

# load COUNT NAME PASSWORD [HOLD_MS [WINDOW]]: output in $work/load.log
load() { on_host "$load_program" eth0 "$@" >"$work/load.log" 2>&1; }

# big_server [OPTIONS...]: room for 2010 sessions in 10.67.0.0/16.
big_server() {
    : >"$work/ac.log" # here, not by the background job: the last server's must not be read for it
    ip netns exec "$ac_ns" "$server_program" -I eth0 -L 10.9.0.1 -R 10.67.0.1 -N 2010 -F \
        --secrets "$work/ac-secrets" "$@" >>"$work/ac.log" 2>&1 &
    server=$!
    pids+=("$server")
    wait_log "$work/ac.log" "event=ready" 5 || echo "# the server does not start: $(cat "$work/ac.log")"
}

counter() { # NAME: its value in the last counters line
    kill -USR1 "$server" 2>/dev/null
    sleep 0.1
    grep event=counters "$work/ac.log" | tail -1 | tr ' ' '\n' | sed -n "s/^$1=//p"
}

route_count() { on_ac ip route show dev pppoes0 | wc -l; }

echo 'fixed * builder 192.0.2.77' >>"$work/ac-secrets"

big_server
check "the device has our address" sh -c "ip -n $ac_ns addr show dev pppoes0 | grep -q 'inet 10.9.0.1/32'"
check "as few routes as the range needs, one for the fixed address" test "$(route_count)" -eq 19
worker=$(server_worker)
check "no capability is left" grep -q 'CapEff:.0000000000000000' "/proc/$worker/status"
check "not root any more" grep -qvE '^Uid:.0' <(grep ^Uid "/proc/$worker/status")
check "no new privileges" grep -q 'NoNewPrivs:.1' "/proc/$worker/status"
check "its guard keeps the network's capabilities alone" grep -q 'CapEff:.0000000000003000' "/proc/$server/status"

load 1 alice "open sesame" 100
check "one session comes up and is answered" grep -q '^up=1 .*replies=1 spoofed=0 ended=0' "$work/load.log"
check "the log says who" grep -q 'event=authenticated name="alice" by=MS-CHAPv2' "$work/ac.log"
check "the log says which address" grep -q 'event=ipv4-up address=10.67.0.1 mtu=1492' "$work/ac.log"
check "hung up" wait_log "$work/ac.log" 'event=closed name="alice" reason="ended by the host"' 3

load 1 mallory wrong
check "a wrong password gets nowhere" grep -q '^up=0 ' "$work/load.log"
check "the log says why" wait_log "$work/ac.log" 'name="mallory" reason="wrong name or password"' 3

load 1 fixed builder
check "an own address of the secrets file" grep -q 'event=ipv4-up address=192.0.2.77' "$work/ac.log"
check "is routed" grep -q 'replies=1' "$work/load.log"

load 2000 alice "open sesame" 100 400
check "2000 sessions: all up, all answered, none spoofed" grep -q '^up=2000 .*replies=2000 spoofed=0' "$work/load.log"
echo "# $(cat "$work/load.log")"
check "spoofed packets are counted" test "$(counter drop-source)" -ge 2000
check "all end" wait_until 5 sh -c "kill -USR1 $server; sleep 0.2; grep event=counters $work/ac.log | tail -1 | grep -q 'sessions=0 '"

on_host "$load_program" eth0 100 alice "open sesame" 10000 >"$work/load.log" 2>&1 &
load_pid=$!
pids+=("$load_pid")
check "100 sessions up" wait_log "$work/ac.log" 'event=ipv4-up' 10 2102
stop_time=${EPOCHREALTIME/./}
stop_server
ok $? "SIGTERM: exit code 0"
took=$(((${EPOCHREALTIME/./} - stop_time) / 1000))
check "SIGTERM: within 3 seconds ($took ms)" test "$took" -lt 3000
wait "$load_pid"
check "SIGTERM: all hosts are told" grep -q 'ended=100' "$work/load.log"
check "SIGTERM: the device is gone" sh -c "! ip -n $ac_ns link show pppoes0"
check "SIGTERM: its routes are gone" sh -c "! ip -n $ac_ns route | grep -q 10.67"

for auth in pap chap mschap-v2 eap none; do
    big_server --auth "$auth" --no-ipv6 --mtu 1400 --echo-interval 1
    load 50 alice "open sesame" 100
    check "$auth: 50 sessions" grep -q '^up=50 .*replies=50 spoofed=0 ended=0' "$work/load.log"
    check "$auth: the MTU is kept" grep -q 'event=ipv4-up address=.* mtu=1400' "$work/ac.log"
    stop_server
done

on_ac "$server_program" -I nowhere0 -F --auth none >"$work/out" 2>&1
ok $(($? != 1)) "no such interface: exit code 1"
check "no such interface: said so" grep -q 'interface nowhere0' "$work/out"
on_ac "$server_program" -I eth0 -F --secrets "$work/missing" >"$work/out" 2>&1
ok $(($? != 1)) "no secrets file: exit code 1"
check "no secrets file: said so" grep -q "reading the secrets: $work/missing: No such file" "$work/out"
for wrong in "-N 0" "-L 300.1.1.1" "--auth rot13" "--dns 1.1.1.1,2.2.2.2,3.3.3.3" "--bogus" "extra"; do
    # shellcheck disable=SC2086
    on_ac "$server_program" -I eth0 $wrong >"$work/out" 2>&1
    ok $(($? != 2)) "$wrong: exit code 2" "$(cat "$work/out")"
done
on_ac "$server_program" -I eth0 -F --auth none --mtu 1492 --max-payload 1500 --device eth0 >"$work/out" 2>&1
ok $(($? != 1)) "the device's name is taken: exit code 1" "$(cat "$work/out")"
on_ac "$server_program" -I eth0 -F --auth none --mtu 1500 --max-payload 1500 >"$work/out" 2>&1
ok $(($? != 1)) "packets that do not fit the wire: exit code 1" "$(cat "$work/out")"
printf 'short line\nanna * ok\n' >"$work/bad-secrets"
big_server --secrets "$work/bad-secrets"
check "a bad line of the secrets is named" grep -q "bad-secrets:1: client, server and secret are needed" "$work/ac.log"
stop_server
check "help" sh -c "'$server_program' -h | grep -q -- '-I INTERFACE'"
check "version" sh -c "'$server_program' -V | grep -q Dialtone"
finish
