#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# dialtone log: the last lines of a line's log, from the line itself, on a system without a journal.
. "$(dirname "$0")/lib.sh"
begin
dialtone() { on_host "$build/src/program/command/dialtone" "$@" >"$work/out" 2>"$work/err" </dev/null; code=$?; }
show() { echo "code $code"; tail -n 20 "$work/out" "$work/err"; }
expect() { # NAME CODE FILE PATTERN
    [ "$code" -eq "$2" ] && grep -qE -- "$4" "$work/$3"
    ok $? "$1" "$(show)"
}
rows() { [ "$(wc -l <"$work/${2:-out}")" -eq "$1" ]; }

dialtone log
expect "no line is running" 1 err 'no line is running'
dialtone log ppp0
expect "no such line" 1 err 'ppp0: no such line is running'
for wrong in "-n" "-n x" "-n -3" "--what" "ppp0 ppp1"; do
    # shellcheck disable=SC2086
    dialtone log $wrong
    expect "wrong usage: $wrong" 2 err '^Usage: dialtone'
done

server
line
wait_up
dialtone log
expect "the log, of the only line" 0 out '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\.[0-9]{3} discovery PADI'
expect "... to the last line" 0 out ' up +up device=ppp0'
check "... whole: as many rows as standard error has" rows "$(wc -l <"$work/line.log")"
check "... and in the same words" python3 - "$work/out" "$work/line.log" <<'PY'
import re, sys
told = [row.split(None, 3)[3].strip() for row in open(sys.argv[1])]
logged = [re.sub(r"^link=\S+ t=\S+ stage=\S+ ", "", row).strip() for row in open(sys.argv[2])]
assert told == logged, (told, logged)
PY
dialtone log -n 2 ppp0
check "-n: so many" rows 2
expect "... the last ones" 0 out 'up device=ppp0'
dialtone log -n0 ppp0
check "-n0: none" rows 0
dialtone log --json ppp0
check "--json: an object a row" python3 - "$work/out" <<'PY'
import json, sys, time
rows = [json.loads(row) for row in open(sys.argv[1])]
assert [row["number"] for row in rows] == list(range(1, len(rows) + 1)), rows
assert all(row["link"] == "ppp0" and abs(row["time_ms"] / 1000 - time.time()) < 60 for row in rows), rows
assert [row["time_ms"] for row in rows] == sorted(row["time_ms"] for row in rows), rows
assert rows[-1]["stage"] == "up" and rows[-1]["priority"] == 5 and rows[0]["priority"] == 6, rows
PY
as_nobody() { ip netns exec "$host_ns" setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
chmod 755 "$work"
cp "$build/src/program/command/dialtone" "$work/dialtone"
as_nobody "$work/dialtone" log ppp0 >"$work/out" 2>"$work/err"
code=$?
expect "everybody may read it, as the status" 0 out 'up device=ppp0'
check "no password in it" sh -c "! grep -q 'open sesame' '$work/out'"

# Follow.
ip netns exec "$host_ns" "$build/src/program/command/dialtone" log -f -n 1 >"$work/follow" 2>&1 &
follower=$!
pids+=("$follower")
check "-f: begins with the last ones" wait_until 5 rows 1 follow
dialtone redial ppp0
check "-f: goes on" wait_until 8 sh -c "grep -q 'PADI' '$work/follow' && grep -q 'up device' '$work/follow'"
wait_up 8 2
check "-f: nothing twice, nothing left out" wait_until 5 python3 - "$work/follow" "$work/line.log" <<'PY'
import re, sys
told = [row.split(None, 3)[3].strip() for row in open(sys.argv[1])]
logged = [re.sub(r"^link=\S+ t=\S+ stage=\S+ ", "", row).strip() for row in open(sys.argv[2])]
assert told == logged[-len(told):] and len(told) > 8, (told, logged)
PY

# More than is kept, and a reader that is slow.
for i in $(seq 40); do dialtone redial ppp0; wait_up 8 $((2 + i)); done
dialtone log -n 1000 --json ppp0
check "the last 200 are kept" rows 200
check "... with their numbers" python3 - "$work/out" <<'PY'
import json, sys
numbers = [json.loads(row)["number"] for row in open(sys.argv[1])]
assert numbers == list(range(numbers[0], numbers[0] + 200)) and numbers[0] > 1, numbers
PY
cat >"$work/slow.py" <<'PY'
import json, socket, subprocess, sys
s = socket.socket(socket.AF_UNIX)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
s.settimeout(8)
s.connect("/run/dialtone/ppp0.socket")
s.sendall(b'{"method":"org.dialtone.Line.ReadLog","more":true,"parameters":{"follow":true}}\0')
for _ in range(30):
    subprocess.run([sys.argv[1], "redial", "ppp0"], check=True)
subprocess.run([sys.argv[1], "status", "ppp0"], stdout=subprocess.DEVNULL)
numbers, got = [], b""
while len(numbers) < 200:
    got += s.recv(65536)
    *whole, got = got.split(b"\0")
    numbers += [json.loads(text)["parameters"]["entry"]["number"] for text in whole]
assert numbers == sorted(set(numbers)), numbers
PY
check "one who reads slowly is not dropped, nor told anything twice" on_host python3 "$work/slow.py" "$build/src/program/command/dialtone"
cat >"$work/calls.py" <<'PY'
import json, socket
def ask(text, ends):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(5)
    s.connect("/run/dialtone/ppp0.socket")
    s.sendall(text.encode() + b"\0")
    got = b""
    while not ends(got):
        more = s.recv(65536)
        if not more:
            break
        got += more
    return [json.loads(part) for part in got.split(b"\0")[:-1]]
method = '{"method":"org.dialtone.Line.ReadLog"'
last = lambda got: got.endswith(b"\0") and b"continues" not in got.split(b"\0")[-2]
answers = ask(method + ',"more":true,"parameters":{"lines":3}}', last)
assert len(answers) == 4 and all(a["continues"] for a in answers[:3]), answers
assert answers[3] == {"parameters": {}}, answers
assert ask(method + '}', last)[0]["error"] == "org.varlink.service.ExpectedMore"
assert ask(method + ',"more":true,"oneway":true}', last) == []
PY
check "the method ReadLog" on_host python3 "$work/calls.py"

# Two lines: by time, with their names.
printf '%s\n' ETH=eth0 USER=bob DEVICE=ppp1 DEFROUTE=no PEERDNS=no "SECRETS=$work/secrets" >"$work/ifcfg-ppp1"
: >"$work/second.log" # here, not in the child: what was in it before is not to be waited for
ip netns exec "$host_ns" "$line_program" "$work/ifcfg-ppp1" >"$work/second.log" 2>&1 &
second=$!
pids+=("$second")
wait_log "$work/second.log" 'up device=ppp1' 5
dialtone log -n 400
check "two lines: their names" sh -c "grep -q '[0-9] ppp0 ' '$work/out' && grep -q '[0-9] ppp1 ' '$work/out'"
check "... by time" sort -s -c -k1,2 "$work/out"
kill "$second"
stop_line
check "-f: ends with the line" wait_until 5 sh -c "! kill -0 $follower"
wait "$follower"
ok $? "... with 0"
check "... and has said how it went" grep -q 'hanging up: signal 15' "$work/follow"
stop_server
finish
