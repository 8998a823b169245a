#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A line as a service: what systemd is told (NOTIFY_SOCKET), its watchdog, an engine that hangs, and
# the journal's fields.
. "$(dirname "$0")/lib.sh"
begin
listen() { # SOCKET NAME: what comes goes to $work/NAME.log
    python3 "$(dirname "$0")/datagrams.py" "$1" "$work/$2.log" 2>"$work/$2-errors" &
    pids+=($!)
    listener=$!
    wait_until 5 test -s "$work/$2.log"
}
told() { grep -c -- "\"text\": \"$1" "$work/notify.log"; }
told_is() { [ "$(told "$1")" -ge "${2:-1}" ]; }
notified_line() { # SOCKET [KEY=VALUE...]
    NOTIFY_SOCKET=$1 line "${@:2}"
}

listen "$work/notify" notify
server
notified_line "$work/notify"
check "READY=1 before the line is up: it may never be" wait_until 5 told_is READY=1
wait_up
check "STATUS= says when it is up" wait_until 5 told_is "STATUS=up: 10.9.0.1[0-9]* on ppp0"
check "... and what came before" told_is "STATUS=discovery"
ready=$(told READY=1)
check "READY=1 once" [ "$ready" = 1 ]
check "no WATCHDOG=1 where nobody asks" [ "$(told WATCHDOG=1)" = 0 ]
check "all from the line's own process" python3 - "$work/notify.log" "$line" <<'PY'
import json, sys
rows = [json.loads(row) for row in open(sys.argv[1])][1:]
assert rows and all(row["pid"] == int(sys.argv[2]) for row in rows), rows
PY
mkdir -p /etc/ppp
printf '#!/bin/sh\nenv >%s/ip-down-environment\n' "$work" >/etc/ppp/ip-down
chmod 755 /etc/ppp/ip-down
stop_line
check "STOPPING=1" told_is STOPPING=1
check "no hook can speak to the manager" sh -c "grep -q ^DEVICE= '$work/ip-down-environment' && ! grep -E 'NOTIFY|WATCHDOG' '$work/ip-down-environment'"
rm /etc/ppp/ip-down

stop_server
notified_line "$work/notify"
check "STATUS= says what is wrong" wait_until 30 told_is "STATUS=waiting (discovery: no access concentrator answers"
stop_line
server

# The name of an abstract socket; one that nobody reads; one that is not there.
kill "$listener"
listen "@dialtone-test-$$" notify
notified_line "@dialtone-test-$$"
check "an abstract socket" wait_until 5 told_is READY=1
stop_line
kill -STOP "$listener"
notified_line "@dialtone-test-$$" LCP_INTERVAL=1
check "a manager that does not read does not stop the line" wait_up
for i in $(seq 8); do on_host "$build/src/program/command/dialtone" redial ppp0; done
check "... however much there is to tell" wait_until 10 ping_ac
stop_line
ok $? "... and it stops with 0"
kill -CONT "$listener"
notified_line "$work/nowhere"
check "a manager that is not there does not, either" wait_up
stop_line

# The watchdog.
kill "$listener"
rm -f "$work/notify"
listen "$work/notify" notify
WATCHDOG_USEC=400000 WATCHDOG_PID=1 notified_line "$work/notify"
wait_up
wait_until 1 told_is WATCHDOG=1
check "a watchdog of another process is not fed" [ "$(told WATCHDOG=1)" = 0 ]
stop_line
WATCHDOG_USEC=400000 notified_line "$work/notify"
wait_up
check "WATCHDOG=1, again and again" wait_until 5 told_is WATCHDOG=1 8
check "... in half the time at most" python3 - "$work/notify.log" <<'PY'
import json, sys
times = [row["at"] for row in map(json.loads, open(sys.argv[1])) if row["text"].startswith("WATCHDOG")]
gaps = sorted(b - a for a, b in zip(times, times[1:]))
assert gaps[len(gaps) // 2] < 0.25, gaps
PY
engine=$(engine_pid)
kill -STOP "$engine"
check "an engine that hangs is found" wait_log "$work/line.log" 'gives no sign of life' 15
check "... ended, and replaced" wait_up 10 2
check "... while the watchdog is fed" [ "$(told WATCHDOG=1)" -ge 40 ]
check "... and its session is ended at the concentrator" wait_log "$work/ac.log" 'event=(down|closed|ended)' 5 "$(($(grep -c 'event=up' "$work/ac.log") - 1))"
check "... and the new one works" ping_ac
stop_line

# Without a watchdog: as a dead peer is found.
line LCP_INTERVAL=1 LCP_FAILURE=2
wait_up
kill -STOP "$(engine_pid)"
check "no watchdog: it is found as a dead peer is" wait_log "$work/line.log" 'gives no sign of life' 20
check "... and replaced" wait_up 10 2
stop_line
line LCP_INTERVAL=0
wait_up
kill -STOP "$(engine_pid)"
on_host "$build/src/program/command/dialtone" status ppp0 >/dev/null
check "no echoes: it is found when somebody asks" wait_log "$work/line.log" 'gives no sign of life' 15
check "... and replaced" wait_up 10 2
stop_line

# The journal.
mkdir -p /run/systemd/journal
listen /run/systemd/journal/socket journal
journal() { python3 - "$work/journal.log" "$@" <<'PY'; }
import json, sys
entries = []
for row in list(map(json.loads, open(sys.argv[1])))[1:]:
    fields = dict(part.split("=", 1) for part in row["text"].rstrip("\n").split("\n"))
    assert fields["SYSLOG_IDENTIFIER"] == "pppoe-connect" and fields["LINK"] == "ppp0", fields
    assert fields["STAGE"] and fields["PRIORITY"] in "34567", fields
    entries.append(fields)
wanted = dict(part.split("=", 1) for part in sys.argv[3:])
text = sys.argv[2]
found = [e for e in entries if text in e["MESSAGE"] and all(e.get(k) == v for k, v in wanted.items())]
assert found, entries
PY
line
wait_up
check "standard error that is no stream of the journal: nothing goes there" [ "$(wc -l <"$work/journal.log")" = 1 ]
stop_line
# A file stands for the stream that systemd makes: what counts is device and inode.
line_to_journal() {
    printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 "SECRETS=$work/secrets" "PIDFILE=$work/line.pid" "$@" >"$work/ifcfg-ppp0"
    : >"$work/stream"
    JOURNAL_STREAM=$(stat -c %d:%i "$work/stream") ip netns exec "$host_ns" "$line_program" "$work/ifcfg-ppp0" 2>"$work/stream" &
    line=$!
    pids+=("$line")
}
line_to_journal
check "a stream of the journal: its fields" wait_log "$work/journal.log" 'up device=' 8
stop_line
check "... and nothing twice" sh -c "! test -s '$work/stream'"
check "up is a notice, with session and peer" journal 'up device=ppp0' PRIORITY=5 STAGE=up PEER_MAC=02:00:00:00:00:02
check "SESSION_ID is the session's" journal 'up device=ppp0' "SESSION_ID=0x$(grep -o 'PADS session=0x[0-9a-f]*' "$work/journal.log" | tail -1 | sed 's/.*0x//')"
check "details are info" journal 'PADI' PRIORITY=6 STAGE=discovery
check "down is a notice" journal 'down device=ppp0' PRIORITY=5
line_to_journal USER=mallory RETRY_ON_FAILURE=no
wait "$line"
check "the failure that ends the line is an error" journal 'failed: at=auth' PRIORITY=3
line_to_journal USER=mallory
check "one that does not is a warning" wait_until 8 journal 'failed: at=auth' PRIORITY=4
stop_line
printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 "SECRETS=$work/secrets" "PIDFILE=$work/line.pid" >"$work/ifcfg-ppp0"
: >"$work/journal.log"
echo '{}' >"$work/journal.log"
ip netns exec "$host_ns" "$line_program" --syslog "$work/ifcfg-ppp0" 2>"$work/stream" &
line=$!
pids+=("$line")
check "--syslog: into the journal too" wait_log "$work/journal.log" 'up device=' 8
stop_line
kill -STOP "$listener"
line_to_journal LCP_INTERVAL=1
wait_until 8 ping_ac
for i in $(seq 300); do on_host "$build/src/program/command/dialtone" redial ppp0; done >/dev/null 2>&1
check "a journal that does not read does not stop the line" wait_until 10 ping_ac
kill -CONT "$listener"
stop_line
check "... and is told how much it has missed" wait_log "$work/journal.log" 'lines of this log were lost here' 5
stop_server
finish
