#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe-start, pppoe-stop, pppoe-status and dialtone: their steps, words, pid files and exit codes;
# and the control socket behind them.
. "$(dirname "$0")/lib.sh"
begin

# As an installation has them: side by side, several names of one program.
sbin=$work/sbin
mkdir "$sbin"
chmod 755 "$work" "$sbin"
cp "$line_program" "$build/src/program/command/dialtone" "$sbin"
for name in pppoe-start pppoe-stop pppoe-status; do ln -s dialtone "$sbin/$name"; done

config=$work/line.conf
pidfile=$work/line.pid
configure() { # [KEY=VALUE...]
    printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 DEFROUTE=yes PEERDNS=no "SECRETS=$work/secrets" \
        "PIDFILE=$pidfile" CONNECT_TIMEOUT=20 CONNECT_POLL=1 PING=. DEMAND=no "$@" >"$config"
}
# run NAME ARGUMENTS...: $code, $work/out, $work/err.  Standard input is no terminal.
run() {
    on_host "$sbin/$1" "${@:2}" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}
said() { # WHAT FILE PATTERN: the exit code and a line
    [ "$code" -eq "$1" ] && grep -qE -- "$3" "$work/$2"
}
show() { echo "code $code"; cat "$work/out" "$work/err"; }
expect() { # NAME CODE FILE PATTERN
    said "$2" "$3" "$4"
    ok $? "$1" "$(show)"
}
silent() { # NAME: good, and nothing to say
    [ "$code" -eq 0 ] && ! grep -q . "$work/out" "$work/err"
    ok $? "$1" "$(show)"
}
# as_user COMMAND...: as an ordinary user
as_user() { ip netns exec "$host_ns" setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
no_pid_files() { ! ls "$pidfile"* >/dev/null 2>&1; }
# The lines that pppoe-start has brought up; not their engines, nor what has ended and is not reaped.
lines() { pgrep -f -- "^pppoe-connect --syslog .*$work" | wc -l; }
lines_are() { [ "$(lines)" -eq "$1" ]; }
no_processes() { lines_are 0 && ! ip netns pids "$host_ns" | xargs -r ps -o comm= -p | grep -q pppoe-connect; }
ended() { ! ps -o stat= -p "$1" | grep -qv Z; }
# varlink CALL...: sends them, each with its NUL, and prints the answers, one a line
varlink() {
    "${as[@]}" /usr/bin/python3 - "$@" <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(5)
s.connect("/run/dialtone/ppp0.socket")
for call in sys.argv[1:]:
    s.sendall(call.encode() + b"\0")
    got = b""
    while not got.endswith(b"\0"):
        more = s.recv(65536)
        if not more:
            print("closed")
            sys.exit()
        got += more
    print(got[:-1].decode())
PY
}
as=(on_host)

configure
run pppoe-status "$config"
expect "status: down, for want of a pid file" 1 out "^pppoe-status: Link is down \(can't read pppoe PID file $pidfile.pppoe\)"
run pppoe-stop "$config"
expect "stop: nothing is running" 1 err '^pppoe-stop: No PPPoE connection appears to be running'
for name in start stop status; do
    run "pppoe-$name" "$work/nowhere"
    expect "$name: no such configuration" 1 err "^pppoe-$name: Cannot read configuration file '$work/nowhere'"
done
run pppoe-start a b c d
expect "start: wrong usage" 2 err '^Usage: pppoe-start'
run dialtone status
expect "dialtone status: no line" 1 out 'no line is running'
run dialtone status --json
expect "dialtone status --json: no line" 1 out '^\[\]$'

# With nobody to answer: the time runs out, and all is put back.
configure CONNECT_TIMEOUT=2 FORCEPING=%
wait_until 5 sh -c "ip -n $host_ns link show eth0 | grep -q 'state UP'"
wait_until 5 sh -c "ip -n $host_ns -6 route show table all | grep -q ff00"
remember
before=$SECONDS
run pppoe-start "$config"
expect "start: TIMED OUT" 1 err '^TIMED OUT$'
check "... after CONNECT_TIMEOUT" [ $((SECONDS - before)) -le 5 ]
check "... with its dots meanwhile" grep -qE '^%%+$' "$work/out"
check "... and no pid file" no_pid_files
check "... and no process" no_processes
unchanged "... and nothing else"

configure
ip netns exec "$host_ns" "$sbin/pppoe-start" "$config" >"$work/out" 2>"$work/err" </dev/null &
pids+=($!)
starter=$!
wait_until 5 test -s "$pidfile.pppd"
check "start: PIDFILE.start has its pid" sh -c "[ \"\$(cat '$pidfile.start')\" = $starter ]"
run pppoe-start "$config"
expect "a second start meanwhile is refused" 1 err '^pppoe-start: There already seems to be a PPPoE connection up \(PID [0-9]+\)'
kill -INT "$starter"
wait "$starter"
ok $(($? == 130 ? 0 : 1)) "start: SIGINT during the wait ends it with 130"
check "... with no pid file" no_pid_files
check "... and no process" no_processes

# Up.
server
run pppoe-start "$config"
silent "start: up" # silent without a terminal
monitor=$(cat "$pidfile")
engine=$(cat "$pidfile.pppd")
check "PIDFILE is pppoe-connect's" sh -c "grep -q '^pppoe-connect' /proc/$monitor/comm"
check "PIDFILE.pppd and PIDFILE.pppoe are the engine's" \
    sh -c "cmp '$pidfile.pppd' '$pidfile.pppoe' && grep -q '^PPid:.$monitor\$' /proc/$engine/status"
check "kill -0 says that all are alive" kill -0 "$monitor" "$engine"
check "it is in a session of its own" sh -c "[ \"\$(ps -o sid= -p $monitor | tr -d ' ')\" = $monitor ]"
check "the line works" ping_ac
run pppoe-start "$config"
expect "start: already up" 1 err "^pppoe-start: There already seems to be a PPPoE connection up \(PID $monitor\)"

status_as_user() { as_user "$sbin/pppoe-status" "$config"; }
check "status: up, for an ordinary user" sh -c "$(declare -f as_user); host_ns=$host_ns; as_user '$sbin/pppoe-status' '$config' | grep -q '^pppoe-status: Link is up and running on interface ppp0\$'"
check "status: the interface's addresses" sh -c "ip netns exec $host_ns '$sbin/pppoe-status' '$config' | grep -q 'inet 10.9.0.1[0-9]* peer 10.9.0.1/32'"
chmod 600 "$config"
check "status: for an ordinary user who may not read the configuration" status_as_user
run pppoe-start eth0 bob "$config"
expect "start INTERFACE USER CONFIG: already up" 1 err 'already seems'
run dialtone status ppp0
expect "dialtone status: session and concentrator" 0 out 'session +0x[0-9a-f]{4} with "test-ac" \(02:00:00:00:00:02\), service "[a-z]*"'
check "dialtone status: addresses" grep -qE 'IPv4 +10\.9\.0\.1[0-9]+ to 10\.9\.0\.1$' "$work/out"
check "dialtone status: traffic" grep -qE 'traffic +received .* in [1-9][0-9]* packets' "$work/out"
run dialtone status --json ppp0
check "dialtone status --json: every value" python3 - "$work/out" "$monitor" "$engine" <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))
assert s["link"] == s["device"] == "ppp0" and s["interface"] == "eth0" and s["stage"] == "up", s
assert s["monitor_pid"] == int(sys.argv[2]) and s["engine_pid"] == int(sys.argv[3]), s
assert s["session"]["concentrator"] == "test-ac" and s["session"]["mac"] == "02:00:00:00:00:02", s
assert s["ipv4"]["remote"] == "10.9.0.1" and s["mtu"] == 1492 and s["plane"] == "tun", s
assert s["auth"] and s["counters"]["sent_packets"] > 0 and s["config"] == "line.conf", s
PY
run dialtone list
expect "dialtone list" 0 out '^ppp0: up for [0-9]+ s, 10\.9\.0\.1'
run dialtone status nonsense
expect "dialtone status: no such line" 1 err 'nonsense: no such line is running'

# The socket itself.
line=org.dialtone.Line
check "socket and folder have their modes" sh -c "[ \"\$(stat -c %a /run/dialtone /run/dialtone/ppp0.socket | xargs)\" = '755 666' ]"
as=(as_user)
varlink '{"method":"org.varlink.service.GetInfo"}' '{"method":"'$line'.GetStatus"}' '{"method":"'$line'.HangUp"}' \
    '{"method":"'$line'.Redial","parameters":{}}' >"$work/said"
check "an ordinary user may look on" sh -c "grep -q '\"product\":\"Dialtone\"' '$work/said' && grep -q '\"stage\":\"up\"' '$work/said'"
check "... and may not command" sh -c "[ \$(grep -c NotAllowed '$work/said') = 2 ]"
as=(on_host)
check "what is no call closes the connection" sh -c "[ \"$(varlink nonsense)\" = closed ]"
cat >"$work/flood.py" <<'PY'
import socket, sys
def new():
    s = socket.socket(socket.AF_UNIX)
    s.connect("/run/dialtone/ppp0.socket")
    s.settimeout(5)
    return s
call = b'{"method":"org.dialtone.Line.GetStatus"}\0'
s = new()
try:  # a call without an end
    for _ in range(100):
        s.sendall(b"x" * 1024)
    sys.exit("a call of 100 KB is taken")
except OSError:
    pass
s = new()  # many calls at once, answered in order
s.sendall(call * 50)
got = b""
while got.count(b"\0") < 50:
    got += s.recv(65536)
crowd = [new() for _ in range(100)]  # more than there is room for
served = 0
for s in crowd:
    try:
        s.sendall(call)
        served += bool(s.recv(65536))
    except OSError:
        pass
print(served)
assert 50 <= served <= 64
slow = [s for s in crowd if s.fileno() >= 0][:4]
for s in slow:  # who only talks
    s.setblocking(False)
    try:
        for _ in range(10000):
            s.send(call * 100)
    except OSError:
        pass
PY
check "floods and crowds are borne" on_host python3 "$work/flood.py"
run dialtone status ppp0
expect "... and it answers afterwards" 0 out '^ppp0: up'

ip netns exec "$host_ns" "$sbin/dialtone" watch >"$work/watch" 2>&1 &
pids+=($!)
ip netns exec "$host_ns" "$sbin/dialtone" watch --json ppp0 >"$work/watch-json" 2>&1 &
pids+=($!)
check "watch: says how it is" wait_log "$work/watch" '^ppp0: up' 5
run dialtone redial ppp0
silent "dialtone redial"
check "watch: every stage of it" wait_until 5 sh -c "grep -q discovery '$work/watch' && [ \$(grep -c ': up for' '$work/watch') -ge 2 ]"
check "watch --json: one object a row" python3 -c "import json; [json.loads(row)['stage'] for row in open('$work/watch-json')]"
wait_until 5 on_host "$sbin/pppoe-status" "$config"
check "redial: a new engine, in the pid files too" sh -c "[ \$(cat '$pidfile.pppd') != $engine ] && kill -0 \$(cat '$pidfile.pppd')"
check "redial: the same pppoe-connect" sh -c "[ \$(cat '$pidfile') = $monitor ]"
check "redial: it works" ping_ac

engine=$(cat "$pidfile.pppd")
run pppoe-stop "$config"
expect "stop: its words about pppd" 0 out "^Killing pppd \($engine\)"
check "... and about pppoe-connect" grep -q "^Killing pppoe-connect ($monitor)" "$work/out"
check "... no pid file is left" no_pid_files
check "... and no process" eval "ended $monitor && ended $engine"
check "... politely: the concentrator knows" wait_log "$work/ac.log" 'event=(down|closed|ended)' 3 2
check "... no socket is left" sh -c "! ls /run/dialtone/*.socket"
check "watch: gone" wait_log "$work/watch" '^ppp0: gone' 3
rm "$work"/{flood.py,said,watch,watch-json}
unchanged "... and nothing else"

# Stale files: of a dead process, and of a number that is another's now.
for stale in 4194000 $$; do
    for ending in "" .pppd .pppoe .start; do echo "$stale" >"$pidfile$ending"; done
    run pppoe-status "$config"
    expect "stale pid files ($([ $stale = $$ ] && echo "another's" || echo dead)): status says down" 1 out '^pppoe-status: Link is down'
    run pppoe-stop "$config"
    expect "... stop says that it died" 0 err "^pppoe-stop: The pppoe-connect script \(PID $stale\) appears to have died"
    check "... and takes the files away" no_pid_files
    for ending in "" .pppd .pppoe .start; do echo "$stale" >"$pidfile$ending"; done
    run pppoe-start "$config"
    silent "... start does not mind"
    run pppoe-stop "$config"
done

configure CONNECT_TIMEOUT=0
run pppoe-start eth0 bob "$config"
silent "start INTERFACE USER, CONNECT_TIMEOUT=0: does not wait"
check "... and the line comes" wait_until 5 on_host "$sbin/pppoe-status" "$config"
kill -9 "$(cat "$pidfile")"
wait_until 5 no_processes
run pppoe-status "$config"
expect "killed: status says down" 1 out '^pppoe-status: Link is down'
run pppoe-start "$config"
check "killed: a new start takes the socket over" wait_until 5 on_host "$sbin/pppoe-status" "$config"
run dialtone down ppp0
silent "dialtone down LINK"
check "... all is undone when it returns" no_processes
mkdir -p /etc/ppp
cp "$config" /etc/ppp/home.conf
run dialtone up home
silent "dialtone up, by the name of a configuration"
wait_until 5 on_host "$sbin/pppoe-status" "$config"
run dialtone down "$config"
expect "dialtone down CONFIG" 0 out '^Killing pppoe-connect'

# Two at once: one wins, and there is one line.
configure
codes=()
for i in 1 2; do
    ip netns exec "$host_ns" "$sbin/pppoe-start" "$config" >"$work/out$i" 2>"$work/err$i" </dev/null &
    codes[$i]=$!
    pids+=($!)
done
wins=0
for i in 1 2; do wait "${codes[$i]}" && wins=$((wins + 1)); done
check "two starts at once: one wins" [ "$wins" -eq 1 ]
one_line() { ls /run/dialtone; lines; [ "$(ls /run/dialtone/*.socket)" = /run/dialtone/ppp0.socket ] && lines_are 1; }
check "... there is one line" one_line
run pppoe-stop "$config"
expect "... and it is stopped" 0 out '^Killing pppd'

configure "SECRETS=$work/wrong" CONNECT_TIMEOUT=3
printf '%s\n' 'alice * wrong' >"$work/wrong"
chmod 600 "$work/wrong"
run pppoe-start "$config"
expect "wrong password: start says why" 1 err '^pppoe-start: at auth: .*'

# Lines that are in a bad way.
configure ETH=nowhere RETRY_ON_FAILURE=no
run pppoe-start "$config"
expect "pppoe-connect ends at once: so does start" 1 err '^pppoe-start: pppoe-connect has ended with code 1'
check "... with no pid file" no_pid_files
configure RETRY_ON_FAILURE=no
run pppoe-start "$config"
monitor=$(cat "$pidfile")
run dialtone redial ppp0
check "redial of a line that does not retry: up again" \
    wait_until 5 eval 'as=(on_host); varlink "{\"method\":\"org.dialtone.Line.GetStatus\"}" | grep -q "\"stage\":\"up\""'
check "... by the same pppoe-connect" sh -c "[ \$(cat '$pidfile') = $monitor ]"
kill -STOP "$monitor"
run pppoe-stop "$config"
expect "a pppoe-connect that stands still is killed" 0 out "^Killing pppoe-connect \($monitor\)"
check "... no pid file is left" no_pid_files
check "... and no process" wait_until 5 no_processes

# On a terminal; and a second line on the same interface.
configure
terminal() { script -qec "ip netns exec $host_ns $sbin/pppoe-start $config" /dev/null </dev/null; }
check "on a terminal: Connected!" sh -c "$(declare -f terminal); host_ns=$host_ns sbin=$sbin config=$config; terminal | grep -qE '^\\.+ Connected!'"
run pppoe-stop "$config"
configure DEVICE= "PIDFILE=$work/line.pid" DEFROUTE=no
cp "$config" "$work/first.conf"
run pppoe-start "$work/first.conf"
silent "without DEVICE: up"
sed "s#line.pid#line-2.pid#" "$config" >"$work/second.conf"
run pppoe-start eth0 bob "$work/second.conf"
silent "a second one on the same interface: up"
run dialtone list
expect "both are found" 0 out '^eth0: up'
check "... by names of their own" grep -q '^eth0-2: up' "$work/out"
run pppoe-status "$work/second.conf"
expect "status tells them apart" 0 out 'running on interface ppp1'
run pppoe-stop "$work/first.conf"
run pppoe-status "$work/second.conf"
expect "stop tells them apart" 0 out 'running on interface ppp1'
run pppoe-stop "$work/second.conf"
expect "the second one is stopped too" 0 out '^Killing pppd'

configure "SECRETS=$work/wrong"
sed -i /PIDFILE/d "$config"
sed -i "s#$work/wrong#$work/secrets#" "$config"
run pppoe-start "$config"
silent "no PIDFILE: up"
run pppoe-start "$config"
expect "no PIDFILE: already up" 1 err 'already seems to be a PPPoE connection up'
run pppoe-status "$config"
expect "no PIDFILE: status" 0 out 'Link is up and running on interface ppp0'
run pppoe-stop "$config"
expect "no PIDFILE: stop" 0 out '^Killing pppoe-connect'
run pppoe-stop "$config"
expect "no PIDFILE: nothing to stop" 1 err 'No PPPoE connection appears to be running'
stop_server
finish
