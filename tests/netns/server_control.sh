#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe-server under control: its sessions listed, ended, drained; secrets read again; who may; limits
# of rate and time as they show in a session.
. "$(dirname "$0")/lib.sh"
begin
load_program=$build/tests/load_client
dialtone() { "$build/src/program/command/dialtone" "$@"; }
chmod 711 "$work" # for the user who only looks on

hold() { # NAME-SUFFIX COUNT [ENV...]: sessions that stay; $held is the process
    local log=$work/held-$1.log count=$2
    shift 2
    : >"$log"
    env "$@" ip netns exec "$host_ns" "$load_program" eth0 "$count" alice "open sesame" 60000 >"$log" 2>&1 &
    held=$!
    pids+=("$held")
    wait_log "$log" "up=$count .*replies=$count" 10
}
rows() { dialtone sessions | tail -n +2 | grep -vc circuit; }
json() { dialtone sessions --json | python3 -c "import json, sys; s = json.load(sys.stdin); $1"; }

check "no server: said so" sh -c "! '$build/src/program/command/dialtone' sessions"
on_ac "$server_program" -F -I eth0 -I eth1 --secrets "$work/ac-secrets" 2>/dev/null # eth1 is not there
check "a server that did not start leaves no socket" test ! -e /run/dialtone/server/pppoes0.socket
keep_log ac
ip netns exec "$ac_ns" "$server_program" -I eth0:any -L 10.9.0.1 -R 10.9.0.100 -N 6000 -F --secrets "$work/ac-secrets" \
    --group daemon --rate 80M/40M >"$work/ac.log" 2>&1 &
server=$!
pids+=("$server")
wait_log "$work/ac.log" "event=ready" 5
check "an empty list" test "$(dialtone sessions --json)" = "[]"

hold a 3
hold b 2 LOAD_FIRST=100 LOAD_VLAN=7.8 "LOAD_LINE_ID=dslam 1/customer \"17\""
check "five sessions in the list" test "$(rows)" -eq 5
check "as JSON: who, where, since when" json 'assert len(s) == 5 and all(x["name"] == "alice" and x["state"] == "up" and x["interface"] == "eth0" for x in s)'
check "as JSON: VLAN and line" json 'assert sorted(x.get("vlan", "") for x in s) == ["", "", "", "7.8", "7.8"]; assert [x["circuit_id"] for x in s if "vlan" in x] == ["dslam 1"] * 2'
check "as JSON: counters, rates" json 'assert all(x["up_packets"] >= 1 and x["down_packets"] >= 1 and x["up_bytes"] >= 28 for x in s); assert all(x["down_rate"] == 80000000 and x["up_rate"] == 40000000 for x in s)'
check "rows for people" sh -c "'$build/src/program/command/dialtone' sessions | grep -qE '^0x[0-9a-f]{4} +02:00:1d:00:00:64 +eth0:7.8 +up +10.9.0.[0-9]+ +alice '"

# --- kick
id=$(json 'print("0x%04x" % s[0]["id"])')
check "kick by id" dialtone kick "$id"
check "it is gone" wait_until 5 sh -c "test \$('$build/src/program/command/dialtone' sessions --json | grep -o '\"id\"' | wc -l) -eq 4"
check "the log says why" grep -q 'reason="ended by the concentrator.s administrator"' "$work/ac.log"
check "kick by MAC" dialtone kick 02:00:1D:00:00:01
address=$(json 'print([x["ipv4"] for x in s if x["mac"] == "02:00:1d:00:00:02" and x["state"] == "up"][0])')
check "kick by address" dialtone kick "$address"
wait_until 5 sh -c "test \$('$build/src/program/command/dialtone' sessions --json | grep -o '\"id\"' | wc -l) -eq 2"
dialtone kick alice >"$work/out"
check "kick by name: both" grep -q '^2 sessions ended' "$work/out"
check "none is left" wait_until 5 sh -c "test \"\$('$build/src/program/command/dialtone' sessions --json)\" = '[]'"
dialtone kick nobody >"$work/out" 2>&1
ok $(($? != 1)) "kick of nobody: exit code 1" "$(cat "$work/out")"
check "and said so" grep -q 'nobody: no such session' "$work/out"
for wrong in "kick" "kick a b" "drain x" "sessions extra" "kick 0xzz" "reload --json" "drain --cancel 5"; do
    # shellcheck disable=SC2086
    dialtone $wrong >"$work/out" 2>&1
    ok $(($? != 2)) "dialtone $wrong: exit code 2"
done

# --- Who may
as() { setpriv --reuid 65534 --regid "$1" --clear-groups "$build/src/program/command/dialtone" "${@:2}"; }
hold c 1
check "anybody may look on" sh -c "setpriv --reuid 65534 --regid 65534 --clear-groups '$build/src/program/command/dialtone' sessions --json | grep -q alice"
as 65534 kick alice >"$work/out" 2>&1
ok $(($? != 1)) "but not command" "$(cat "$work/out")"
check "and is told who may" grep -q 'only root, and the group' "$work/out"
check "the group may" as "$(getent group daemon | cut -d: -f3)" kick alice
check "so may those who have it beside another" sh -c "setpriv --reuid 65534 --regid 65534 --groups $(getent group daemon | cut -d: -f3) '$build/src/program/command/dialtone' reload"

# --- Varlink as such, and 5,000 sessions in one list
check "Varlink: its interfaces" python3 - <<'PYTHON'
import json, socket
s = socket.socket(socket.AF_UNIX); s.connect("/run/dialtone/server/pppoes0.socket")
f = s.makefile("rwb")
def call(method, **more):
    f.write(json.dumps({"method": method, **more}).encode() + b"\0"); f.flush()
    answer = b""
    while not answer.endswith(b"\0"): answer += f.read(1)
    return json.loads(answer[:-1])
assert "org.dialtone.Concentrator" in call("org.varlink.service.GetInfo")["parameters"]["interfaces"]
text = call("org.varlink.service.GetInterfaceDescription", parameters={"interface": "org.dialtone.Concentrator"})
assert "method Kick" in text["parameters"]["description"]
assert call("org.dialtone.Concentrator.List")["error"].endswith("ExpectedMore")
assert call("org.dialtone.Concentrator.Kick")["error"].endswith("InvalidParameter")
assert call("org.dialtone.Concentrator.Kick", parameters={"id": -1})["error"].endswith("InvalidParameter")
assert call("org.dialtone.Concentrator.Drain", parameters={"seconds": "1"})["error"].endswith("InvalidParameter")
status = call("org.dialtone.Concentrator.GetStatus")["parameters"]["status"]
assert status["sessions_max"] == 6000 and status["draining"] is False and status["device"] == "pppoes0", status
f.write(b"nonsense\0"); f.flush()
assert f.read(1) == b""
PYTHON
hold d 5000
check "5,000 sessions in one list" json 'assert len(s) == 5000 and len(set(x["id"] for x in s)) == 5000'
kill "$held"
wait "$held" 2>/dev/null
dialtone kick alice >"$work/out"
check "5,000 ended by one command" grep -q '^5000 sessions ended' "$work/out"
check "all are gone" wait_until 10 sh -c "test \"\$('$build/src/program/command/dialtone' sessions --json)\" = '[]'"

# --- Secrets read again
on_host "$load_program" eth0 1 carol secret 50 >"$work/load.log" 2>&1
check "carol is unknown" grep -q 'up=0' "$work/load.log"
hold e 1
echo 'carol * secret 192.0.2.88' >>"$work/ac-secrets"
kill -HUP "$server"
check "SIGHUP: read again" wait_log "$work/ac.log" 'event=reloaded' 5 2
LOAD_FIRST=50 on_host "$load_program" eth0 1 carol secret 50 >"$work/load.log" 2>&1
check "SIGHUP: carol comes in, and her own address is routed" grep -q 'up=1 .*replies=1' "$work/load.log"
check "SIGHUP: who was there stays" kill -0 "$held"
check "SIGHUP: and is in the list" test "$(rows)" -ge 1
mv "$work/ac-secrets" "$work/away"
check "dialtone reload: without a file" dialtone reload
check "what was known stays" wait_log "$work/ac.log" 'event=reload-failed' 5
LOAD_FIRST=60 on_host "$load_program" eth0 1 carol secret 50 >"$work/load.log" 2>&1
check "carol still comes in" grep -q 'up=1' "$work/load.log"
mv "$work/away" "$work/ac-secrets"

# --- Drain
check "drain" dialtone drain
LOAD_FIRST=70 on_host timeout 1 "$load_program" eth0 1 alice "open sesame" 50 >"$work/load.log" 2>&1
check "drain: no new ones" test ! -s "$work/load.log"
check "drain: the present one goes on" test "$(rows)" -eq 1
check "drain: cancelled" dialtone drain --cancel
LOAD_FIRST=80 on_host "$load_program" eth0 1 alice "open sesame" 50 >"$work/load.log" 2>&1
check "drain: new ones again" grep -q 'up=1' "$work/load.log"
check "drain for good" dialtone drain
kill "$held" # without a word: it is found out, or kicked
dialtone kick alice >/dev/null
wait "$server"
ok $? "ends with its last session: exit code 0"
check "its socket is gone" test ! -e /run/dialtone/server/pppoes0.socket

server --control mine
hold f 2
check "another name" sh -c "'$build/src/program/command/dialtone' sessions --server mine --json | grep -q alice"
start=${EPOCHREALTIME/./}
check "drain, one second at most" dialtone drain 1
wait "$server"
ok $? "then all are ended: exit code 0"
took=$(((${EPOCHREALTIME/./} - start) / 1000))
check "in time ($took ms)" test "$took" -ge 900 -a "$took" -lt 4500
wait "$held"
check "the hosts were told" grep -q 'ended=2' "$work/held-f.log"

# --- Limits, as hosts see them
server --session-timeout 1
line USER=alice
wait_up
check "--session-timeout: it is ended" wait_log "$work/ac.log" 'reason="its time is over"' 5
stop_line
stop_server
server --idle-timeout 1 --no-ipv6
line USER=alice LCP_INTERVAL=20
wait_up
check "--idle-timeout: traffic keeps it" on_host ping -q -c 8 -i 0.3 -W 2 10.9.0.1
check "--idle-timeout: that one was not ended" sh -c "! grep -q 'idle for too long' '$work/ac.log'"
check "--idle-timeout: none ends it" wait_log "$work/ac.log" 'reason="idle for too long"' 5
stop_line
stop_server
server --rate 16M/8M
line USER=alice
wait_up
cat >"$work/flow.py" <<'PYTHON'
import socket, sys, time
if sys.argv[1] == "server":
    s = socket.create_server(("10.9.0.1", 5001)); print("listening", flush=True)
    while True:
        c, _ = s.accept(); way = c.recv(1); end = time.time() + 3; total = 0
        c.settimeout(4)
        try:
            if way == b"d":
                while time.time() < end: c.send(bytes(65536))
            else:
                while True:
                    got = c.recv(65536)
                    if not got: break
                    total += len(got)
        except OSError: pass
        c.close()
else:
    c = socket.create_connection(("10.9.0.1", 5001)); c.send(sys.argv[1].encode()); start = time.time(); total = 0
    if sys.argv[1] == "d":
        while True:
            got = c.recv(65536)
            if not got: break
            total += len(got)
    else:
        while time.time() < start + 3: total += c.send(bytes(16384))
        c.shutdown(socket.SHUT_WR); c.recv(1)
    print(int(total * 8 / (time.time() - start) / 1e6))
PYTHON
: >"$work/flow.log"
ip netns exec "$ac_ns" python3 "$work/flow.py" server >"$work/flow.log" 2>&1 &
pids+=("$!")
wait_log "$work/flow.log" listening 5
down=$(on_host python3 "$work/flow.py" d)
up=$(on_host python3 "$work/flow.py" u)
check "--rate 16M/8M: down $down Mbit/s" test "$down" -le 17 -a "$down" -ge 8
check "--rate 16M/8M: up $up Mbit/s" test "$up" -le 9 -a "$up" -ge 4
stop_line
stop_server
finish
