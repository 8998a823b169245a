#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe-discovery, against our concentrator and against answers made by hand; side by side with
# Debian's; and dialtone discover.
. "$(dirname "$0")/lib.sh"
begin
discovery=$build/src/program/discovery/pppoe-discovery
dialtone=$build/src/program/command/dialtone
theirs=/usr/sbin/pppoe-discovery
[ -x "$theirs.ppp" ] && theirs=$theirs.ppp

# run COMMAND...: on the host; $code, $work/out, $work/err, $took in ms.
run() {
    local from to
    from=$(date +%s%N)
    on_host "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    to=$(date +%s%N)
    took=$(((to - from) / 1000000))
    cat "$work/err" >>"$work/discovery.log"
}
discover() { run "$discovery" "$@"; }
exits() { # CODE NAME
    [ "$code" -eq "$1" ]
    ok $? "$2" "exit code $code: $(cat "$work/out" "$work/err")"
}
says() { # NAME PATTERN
    grep -qE -- "$2" "$work/out"
    ok $? "$1" "$(cat "$work/out" "$work/err")"
}
complains() { # NAME PATTERN
    grep -qE -- "$2" "$work/err"
    ok $? "$1" "$(cat "$work/err")"
}
# holds NAME EXPRESSION: of the JSON in $work/out, as a.
holds() {
    python3 -c "import json, sys; a = json.load(open(sys.argv[1])); assert ($2), a" "$work/out" 2>"$work/python"
    ok $? "$1" "$(cat "$work/out" "$work/err"; tail -n 1 "$work/python")"
}
# respond HOW...: see responder.py; until the next one.
respond() {
    silence
    : >"$work/responder"
    ip netns exec "$ac_ns" python3 "$(dirname "$0")/responder.py" "$@" >"$work/responder" 2>"$work/responder.err" &
    responder=$!
    pids+=("$responder")
    wait_log "$work/responder" ready 5
}
silence() {
    [ -n "${responder:-}" ] || return 0
    kill "$responder" || ok 1 "the responder lives" "$(cat "$work/responder.err")"
    wait "$responder" 2>/dev/null
    responder=
}
padis() { grep -c PADI "$work/responder"; }

# --- our concentrator
server --auth pap
discover -t 1
exits 0 "our concentrator answers"
cat >"$work/expected" <<END
Access-Concentrator: test-ac
Got a cookie: XX
       Service-Name: internet
AC-Ethernet-Address: 02:00:00:00:00:02
--------------------------------------------------
END
sed -E 's/^(Got a cookie:).*/\1 XX/' "$work/out" >"$work/masked"
check "the lines that scripts know" diff "$work/expected" "$work/masked"
check "nothing else is said" test ! -s "$work/err"
check "no session was opened" sh -c "! grep -q event=opened '$work/ac.log'"
discover -t 1 -S internet -C test-ac
exits 0 "service and name as they are"
discover -t 1 -a 1 -C other
exits 1 "another name"
says "another name: whom it heard" '^Access-Concentrator: test-ac$'
check "another name: no address" sh -c "! grep -q Address '$work/out'"
discover -Q
exits 0 "-Q: an answer"
[ "$took" -lt 1000 ] && [ ! -s "$work/out" ]
ok $? "-Q: at once, and nothing is printed" "$took ms: $(cat "$work/out")"
discover -t 1 --json
exits 0 "--json"
holds "--json: what it says" 'a[0]["name"] == "test-ac" and a[0]["services"] == ["", "internet"] and a[0]["matches"]
    and a[0]["interface"] == "eth0" and a[0]["mac"] == "02:00:00:00:00:02" and len(a[0]["cookie"]) > 20
    and 0 < a[0]["latency_us"] < 1000000 and "vlan" not in a[0]'
discover -t 1 -D "$work/frames"
check "-D: both ways" sh -c "grep -q 'SENT PPPoE Discovery (8863) PADI sess-id 0' '$work/frames' && grep -q 'RCVD PPPoE Discovery (8863) PADO' '$work/frames'"

# --- the parser has no privileges
ip netns exec "$host_ns" "$discovery" -t 3 -a 1 -C nobody >"$work/out" 2>&1 &
looked_at=$!
pids+=("$looked_at")
check "while it listens it has no capability" wait_until 3 \
    sh -c "grep -qE '^CapPrm:\s*0+$' /proc/$looked_at/status && grep -qE '^NoNewPrivs:\s*1' /proc/$looked_at/status"
check "nor is it root" sh -c "! grep -qE '^Uid:.*[^0-9]0([^0-9]|$)' /proc/$looked_at/status"
kill "$looked_at"
wait "$looked_at" 2>/dev/null
stop_server

# --- several concentrators
respond named-slow-one wait=0.1 plain
discover -t 1
says "two on one wire: the first" '^Access-Concentrator: slow-one$'
says "two on one wire: the second" '^Access-Concentrator: plain-ac$'
discover -t 1 --json
holds "--json: the fastest first" '[x["name"] for x in a] == ["slow-one", "plain-ac"] and a[1]["latency_us"] > a[0]["latency_us"] + 90000'
run "$dialtone" discover
exits 0 "dialtone discover"
[ "$(grep -oE '^eth0 +02:00:00:00:00:02 +[0-9]+\.[0-9]{2} ms  .*' "$work/out" | sed 's/.* //' | xargs)" = 'slow-one plain-ac' ]
ok $? "dialtone discover: rows, the fastest first" "$(cat "$work/out" "$work/err")"
run "$dialtone" discover --json eth0
holds "dialtone discover --json" 'len(a) == 2 and a[0]["name"] == "slow-one"'

# --- several interfaces
ip -n "$host_ns" link add eth1 type veth peer name eth1 netns "$ac_ns"
ip -n "$host_ns" link set eth1 addrgenmode none up
ip -n "$ac_ns" link set eth1 addrgenmode none up
ip -n "$host_ns" link add down0 type veth peer name down1
keep_log other
ip netns exec "$ac_ns" "$server_program" -I eth1 -C second-ac -L 10.9.1.1 -R 10.9.1.100 -N 20 -F --auth none \
    >"$work/other.log" 2>&1 &
other=$!
pids+=("$other")
wait_log "$work/other.log" event=ready 5
discover -t 1 -I eth0 -I eth1
exits 0 "two interfaces"
says "two interfaces: each is named" '^          Interface: eth1$'
discover -t 1 -a 1 --all --json
holds "--all" '{(x["interface"], x["name"]) for x in a} == {("eth0", "slow-one"), ("eth0", "plain-ac"), ("eth1", "second-ac")}'
discover -t 1 -a 1 -I nope -I eth1
exits 0 "one of two is not there: the other is asked"
complains "... and it is said" '^pppoe-discovery: nope: No such device$'
run "$dialtone" discover
says "dialtone discover: what is down" '^down0 +down, or no cable$'
kill "$other"
wait "$other" 2>/dev/null
run "$dialtone" discover
says "dialtone discover: who does not answer" '^eth1 +no answer$'
ip -n "$host_ns" link del eth1
ip -n "$host_ns" link del down0

# --- VLANs, with no device for them
respond vlan=7 named-seven vlan=4094 rich
discover -t 1 -a 1
exits 1 "nobody answers without a tag"
discover -t 1 -a 1 -I eth0.7
exits 0 "-I eth0.7"
says "-I eth0.7: it is said where" '^          Interface: eth0.7$'
discover -t 1 -a 1 --vlan 1-4094 --json
holds "every VLAN at once" '[(x["vlan"], x["name"]) for x in sorted(a, key=lambda x: x["vlan"])] == [(7, "seven"), (4094, "bras é")]'
[ "$(padis)" -gt 4000 ]
ok $? "every VLAN was asked in" "$(padis) PADIs"
holds "what came with it" '[(x["max_payload"], x["relay_session_id"], x["other_tags"]) for x in a if x["vlan"] == 4094] ==
    [(1500, "0102" + b"relay".hex(), [{"type": "0x0105", "value": "00000de901026162"}])]'
discover -t 1 -a 1 --vlan 8,9
exits 1 "other VLANs"
# A frame of a VLAN is not taken for an untagged one.
respond plain
discover -t 1 -a 1 --vlan 7 --json
holds "the VLAN that it came in" '[x["vlan"] for x in a] == [7]'
run "$dialtone" discover eth0.7
says "dialtone discover eth0.7" '^eth0\.7 '

# --- side by side with Debian's
# both HOW -- OPTIONS...: the same lines and exit code.
both() {
    local how=()
    while [ "$1" != -- ]; do how+=("$1"); shift; done
    shift
    respond "${how[@]}"
    run "$theirs" "$@"
    local their_code=$code their_requests
    cp "$work/out" "$work/theirs"
    grep -v pppoe-discovery "$work/err" >"$work/their-err"
    their_requests=$(grep -o PADI.* "$work/responder")
    respond "${how[@]}"
    discover "$@"
    check "as Debian's: ${how[*]}, $*" diff "$work/theirs" "$work/out"
    [ "$their_code" -eq "$code" ]
    ok $? "as Debian's: ${how[*]}, $*: exit code" "theirs $their_code, ours $code"
    case $* in
    *-U*) return ;; # of the process's number
    esac
    [ "$their_requests" = "$(grep -o PADI.* "$work/responder")" ]
    ok $? "as Debian's: ${how[*]}, $*: the PADIs" "$their_requests; $(cat "$work/responder")"
    check "as Debian's: ${how[*]}, $*: what is complained of" diff "$work/their-err" "$work/err"
}
if [ -x "$theirs" ] && ! "$theirs" -V 2>&1 | grep -q Dialtone; then
    both plain -- -t 1
    both rich cookie20 -- -t 1 -U
    both rich -- -t 1 -W 0aFf10
    both rich -- -t 1 -S voice
    both plain -- -t 1 -a 1 -S ''
    both errors -- -t 1
    both refuses -- -t 1 -a 1
    both no-name -- -t 1 -a 1
    both end-of-list -- -t 1
    both foreign -- -t 1 -a 1 -W 01
    both named-anything -- -t 1 -Q
    both wait=0 -- -t 1 -a 2
    for words in '-t x' '-a x' '-W xyz' '-W abc' '-U -W 01' '-U -U'; do
        # shellcheck disable=SC2086
        both wait=0 -- $words
    done
else
    ok 0 "as Debian's # SKIP no pppoe-discovery of Debian's"
fi

# --- bad frames
respond control
discover -t 1
says "control characters are not printed" '^Access-Concentrator: a\.\[31mb$'
respond malformed truncated plain
discover -t 1
exits 0 "malformed frames: the good one is taken"
[ "$(grep -c AC-Ethernet-Address "$work/out")" -eq 1 ]
ok $? "... and it alone" "$(cat "$work/out")"
complains "... the others are counted" 'malformed frames passed over: [78]$'
respond flood=3000
discover -t 2 --json
exits 0 "a flood of answers"
holds "... as many as there is room for" 'len(a) == 1024'
complains "... the others are counted" 'answers that there was no room for: [0-9]+$'

# --- what cannot be done
silence
discover -t 1 -a 1
exits 1 "nobody answers"
complains "nobody answers: rp-pppoe's words" '^Timeout waiting for PADO packets$'
discover -t 1 -a 1 --json
[ "$(cat "$work/out")" = '[]' ]
ok $? "nobody answers: --json" "$(cat "$work/out")"
discover -I lo
exits 1 "lo"
complains "lo is not Ethernet" '^pppoe-discovery: lo: not an Ethernet interface$'
discover --vlan 5000
exits 1 "no VLAN"
discover --nonsense
exits 1 "a wrong option"
run "$dialtone" discover --nonsense
exits 2 "dialtone discover: a wrong option"
run "$dialtone" discover nope
exits 1 "dialtone discover: no such interface"
run setpriv --reuid 65534 --regid 65534 --clear-groups "$discovery" -t 1
exits 1 "without privileges"
run "$discovery" --help
exits 0 "--help"
[ "$(wc -l <"$work/out")" -le 24 ] && [ ! -s "$work/err" ]
ok $? "--help: a screen, on standard output" "$(cat "$work/out" "$work/err")"
on_host ip link set eth0 down
discover -t 1 -a 1
exits 1 "the interface is down"
complains "the interface is down: it is said" '^pppoe-discovery: eth0: Network is down$'
finish
