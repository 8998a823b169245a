#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# dialtone-keeper: what it starts, what it leaves alone, what it brings back, and how fast.
. "$(dirname "$0")/lib.sh"
begin

# As an installation has them: side by side, several names of a program.
sbin=$work/sbin
mkdir "$sbin"
cp "$line_program" "$build/src/program/command/dialtone" "$build/src/program/keeper/dialtone-keeper" "$sbin"
for name in pppoe-start pppoe-stop pppoe-status; do ln -s dialtone "$sbin/$name"; done
ln -s dialtone-keeper "$sbin/ldvr_pppoe_client"

config=/etc/ppp/pppoe.conf
pidfile=/run/line.pid
wanted=/var/lib/dialtone/wanted
configure() { # [KEY=VALUE...]: the whole file at once
    printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 DEFROUTE=yes PEERDNS=no "SECRETS=$work/secrets" ONBOOT=yes \
        "PIDFILE=$pidfile" CONNECT_TIMEOUT=20 CHECK_INTERVAL=0 "$@" >"$config.new"
    mv "$config.new" "$config"
}
run() { # NAME ARGUMENTS...: $code, $work/out, $work/err
    on_host "$sbin/$1" "${@:2}" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}
show() { echo "code $code"; cat "$work/out" "$work/err"; }
expect() { # NAME CODE FILE PATTERN
    [ "$code" -eq "$2" ] && grep -qE -- "$4" "$work/$3"
    ok $? "$1" "$(show)"
}
log=$work/keeper.log
keep() { # [ARGUMENTS...]: a keeper; $keeper is its pid, $log its log
    keep_log keeper
    ip netns exec "$host_ns" "$sbin/${keeper_name:-dialtone-keeper}" "$@" >"$log" 2>&1 &
    keeper=$!
    pids+=("$keeper")
    wait_until 5 sh -c "[ \"\$(cat /run/dialtone/keeper.pid)\" = $keeper ]"
}
end_keeper() { # [SIGNAL]
    kill "-${1:-TERM}" "$keeper" 2>/dev/null
    wait "$keeper" 2>/dev/null
}
heard() { # PATTERN [SECONDS]
    wait_log "$log" "$1" "${2:-5}" || { echo "not in the log: $1"; cat "$log"; return 1; }
}
is_up() { on_host "$sbin/pppoe-status" "${1:-$config}"; }
up() { wait_until "${2:-10}" is_up "${1:-$config}" || { cat "$log"; return 1; }; }
# up_as_another PID [SECONDS]: up, by another process
another_up() { [ "$(cat "$pidfile" 2>/dev/null)" != "$1" ] && is_up; }
up_as_another() { wait_until "${2:-10}" another_up "$1" || { cat "$log"; return 1; }; }
# The lines that were brought up, by their processes; not their engines, nor what has ended and is not reaped.
lines() {
    local pid
    for pid in $(ip netns pids "$host_ns"); do
        tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q '^pppoe-connect --syslog ' && echo "$pid"
    done
}
lines_are() { lines; [ "$(lines | wc -l)" -eq "$1" ]; }
silent() { # NAME: good, and nothing to say
    [ "$code" -eq 0 ] && ! grep -q . "$work/out" "$work/err"
    ok $? "$1" "$(show)"
}
silent_for() { # SECONDS: no word in the log meanwhile, and the line's process stays
    local before after pid
    before=$(wc -l <"$log")
    pid=$(cat "$pidfile" 2>/dev/null)
    sleep "$1"
    after=$(wc -l <"$log")
    [ "$before" = "$after" ] && [ "$pid" = "$(cat "$pidfile" 2>/dev/null)" ]
}
now_ms() { date +%s%3N; }
back_in_ms() { # PID: how long until the line is up by another process than this
    local start=$(now_ms)
    until another_up "$1" >/dev/null; do
        [ $(($(now_ms) - start)) -lt 10000 ] || return 1
        sleep 0.002
    done
    echo $(($(now_ms) - start))
}
context_switches() { sed -n 's/^voluntary_ctxt_switches:\t//p' "/proc/$1/status"; }

server

# Where to look; what is left alone.
run dialtone-keeper --nonsense
expect "wrong usage" 2 err '^Usage: dialtone-keeper'
run ldvr_pppoe_client --help
expect "its other name" 0 out '^Usage: dialtone-keeper'
mkdir -p /etc/sysconfig/network-scripts
configure ONBOOT=no
scripts=/etc/sysconfig/network-scripts
sed "s#ppp0#ppp1#; s#line.pid#other.pid#; s#ONBOOT=no#ONBOOT=yes#; s#alice#bob#; s#DEFROUTE=yes#DEFROUTE=no#" "$config" >"$scripts/ifcfg-dsl"
echo TYPE=xDSL >>"$scripts/ifcfg-dsl"
for ending in '~' .bak .rpmsave .dpkg-old; do
    sed "s#ppp1#ppp2#; s#other.pid#left.pid#" "$scripts/ifcfg-dsl" >"$scripts/ifcfg-dsl$ending"
done
printf '%s\n' TYPE=Ethernet DEVICE=eth0 ONBOOT=yes BOOTPROTO=dhcp 'WHAT="ever $(you) like"' >"$scripts/ifcfg-eth0"
keep
check "ONBOOT=yes of an ifcfg file of TYPE xDSL: up" up "$scripts/ifcfg-dsl"
check "ONBOOT=no: left alone" lines_are 1
check "no word of files about other interfaces, and of leftovers" sh -c "! grep -qE 'ifcfg-(eth0|dsl[.~])|WHAT' '$log'"
run dialtone-keeper
expect "a second keeper says so and ends with 1" 1 err "another one is running \(PID $keeper\)"
run pppoe-stop "$scripts/ifcfg-dsl"
expect "pppoe-stop" 0 out '^Killing pppoe-connect'
check "... the record says down" grep -qx down "$wanted/etc-sysconfig-network%2Dscripts-ifcfg%2Ddsl"
check "... and the keeper leaves it down" heard 'config=ifcfg-dsl .*down: .*ended'
check "... no process is left" lines_are 0
end_keeper
ok $? "SIGTERM: ends with 0" "$(cat "$log")"
check "... its pid file is gone" sh -c "! test -e /run/dialtone/keeper.pid"
rm -r "$scripts" "$wanted"

# The life of a line.
configure
keep
check "ONBOOT=yes: started" up
check "... in a session of its own" sh -c "[ \"\$(ps -o sid= -p \$(cat $pidfile) | tr -d ' ')\" = \$(cat $pidfile) ]"
pid=$(cat "$pidfile")
kill -9 "$pid"
ms=$(back_in_ms "$pid")
ok $? "monitor killed: back in ${ms:-?} ms" "$(cat "$log")"
check "... by a keeper that says so" heard "pid=$pid was killed by signal 9; started again in_ms=0"
check "... and it works" ping_ac
end_keeper KILL
check "keeper killed: the line stays up" ping_ac
pid=$(cat "$pidfile")
keep
check "a new keeper takes the line over" heard "runs: pid=$pid"
check "... and does nothing to it" silent_for 1
engine=$(cat "$pidfile.pppd")
kill -9 "$pid" "$engine"
ms=$(back_in_ms "$pid")
ok $? "monitor and engine killed: back in ${ms:-?} ms" "$(cat "$log")"
check "... and it works" ping_ac
pid=$(cat "$pidfile")
kill -9 "$pid"
check "killed again soon: waits a while" heard "pid=$pid was killed by signal 9; started again in_ms=[1-9]"
check "... and is back" up_as_another "$pid"

# Stopped, and started again.
run pppoe-stop
expect "pppoe-stop" 0 out '^Killing pppoe-connect'
check "... the keeper has heard that it was meant" heard 'wanted=no'
end_keeper KILL
keep
check "stopped, then a keeper killed and started: stays down" heard 'wanted=no' 1
check "... for ONBOOT=yes says something else" sh -c "grep -q ONBOOT=yes $config && test -s $wanted/etc-ppp-pppoe.conf"
check "... no line" lines_are 0
run pppoe-start 9>"$work/callers"
silent "pppoe-start brings it back"
check "... which has none of its caller's files open" sh -c "! ls -l /proc/$(cat "$pidfile")/fd | grep -q callers"
check "... the keeper has heard" heard 'wanted=yes'
pid=$(cat "$pidfile")
check "... and keeps it" heard "runs: pid=$pid"
kill -9 "$pid"
check "... killed: back" up_as_another "$pid"
run dialtone down ppp0
check "dialtone down: stays down" heard 'wanted=no'
check "... no line" wait_until 5 lines_are 0
run dialtone up "$config"
check "dialtone up: up" is_up

# The configuration changes.
pid=$(cat "$pidfile")
configure CHECK_INTERVAL=86400 CONNECT_TIMEOUT=21 '# a comment'
sleep 0.5
check "a change that does not concern the line: left alone" [ "$(cat "$pidfile")" = "$pid" ]
configure MTU=1400
check "another MTU: dialled anew" up_as_another "$pid"
check "... with it" sh -c "ip -n $host_ns link show ppp0 | grep -q 'mtu 1400'"
check "... it says why" heard "$config has changed"
pid=$(cat "$pidfile")
configure MTU=1300 'LCP_INTERVAL=often'
check "an error: file and line are told" heard "$config:12: error: LCP_INTERVAL=\"often\" is not allowed"
check "... the line is left as it is" silent_for 1
check "... and works" ping_ac
configure MTU=1350
check "... mended, with another MTU: dialled anew" up_as_another "$pid"
pid=$(cat "$pidfile")
rm "$config"
check "removed: told" heard "the configuration is gone; the line is left as it is"
check "... the line is left as it is" silent_for 0.5
configure MTU=1350
sleep 0.5
check "there again, the same: left as it is" [ "$(cat "$pidfile")" = "$pid" ]
configure
check "and with other values: dialled anew" up_as_another "$pid"

# At once with pppoe-start, without PIDFILE too.
run pppoe-stop
for without in '' PIDFILE=; do
    configure ONBOOT=no $without
    end_keeper
    rm -r "$wanted"
    configure ONBOOT=no $without
    ip netns exec "$host_ns" "$sbin/pppoe-start" >"$work/start.out" 2>&1 </dev/null &
    starter=$!
    configure ONBOOT=yes $without
    keep
    wait "$starter"
    check "pppoe-start and keeper at once (${without:-with PIDFILE}): up" up
    check "... one line" lines_are 1
    check "... nothing is left to do" silent_for 1
    pid=$(lines)
    kill -9 "$pid"
    check "... killed: back" wait_until 10 sh -c "! kill -0 $pid && ip netns exec $host_ns $sbin/pppoe-status"
    check "... one line" lines_are 1
    run pppoe-stop
    check "... stopped: no line" wait_until 5 lines_are 0
done

# A line that ends when its interface goes.
configure RETRY_ON_FAILURE=no
run pppoe-start
end_keeper
keep
check "runs" heard 'runs: pid='
pid=$(cat "$pidfile")
ip -n "$host_ns" link del eth0
check "interface removed: the line ends" heard "pid=$pid has ended" 10
check "... and waits longer and longer" heard 'in_ms=[1-9][0-9]{3}' 10
stop_server
wire 02:00:00:00:00:07
server
check "interface back: at once" heard 'interface=eth0 is back'
check "... up" up

# One that stands still.
pid=$(cat "$pidfile")
configure CHECK_INTERVAL=2
check "RETRY_ON_FAILURE changes: dialled anew" up_as_another "$pid"
pid=$(cat "$pidfile")
sleep 3
check "a look at a good line changes nothing" [ "$(cat "$pidfile")" = "$pid" ]
kill -STOP "$pid"
check "monitor stopped: it is noticed" heard "pid=$pid has not answered for 5 s" 15
check "... killed" heard "pid=$pid has not hung up: killed" 15
check "... and replaced" up_as_another "$pid" 15
stop_server
pid=$(cat "$pidfile")
check "no concentrator: the line dials, and is not disturbed" wait_until 15 sh -c "ip netns exec $host_ns $sbin/pppoe-status | grep -q 'stage disc'"
check "... by no look" silent_for 5
server
check "... and is up when it is back" up "$config" 30
check "... by the same process" [ "$(cat "$pidfile")" = "$pid" ]

# Asleep.
configure CHECK_INTERVAL=0
end_keeper
keep --interval 0
check "runs" heard 'runs: pid='
up
sleep 1
before=$(context_switches "$keeper")
sleep 10
ok $(($(context_switches "$keeper") == before ? 0 : 1)) "idle: not woken in 10 s"
echo "# memory: $(sed -n 's/^\(VmRSS\|RssAnon\):\t */\1 /p' "/proc/$keeper/status" | xargs)"
kill -HUP "$keeper"
check "SIGHUP: everything is read again" heard 'everything is read again'
check "... and the line stays" silent_for 0.5
end_keeper
check "SIGTERM: the line stays up" ping_ac
keep --stop-lines
heard 'runs: pid='
end_keeper
check "--stop-lines: the line is taken down" lines_are 0
keep
check "... and still wanted" up
run pppoe-stop
end_keeper

# With other words than the file's.
configure ONBOOT=no
keep
run pppoe-start eth0 bob
silent "pppoe-start INTERFACE USER"
pid=$(cat "$pidfile")
check "... is kept" heard "runs: pid=$pid"
kill -9 "$pid"
check "... killed: back" up_as_another "$pid"
check "... as that user" sh -c "grep 'event=authenticated' '$work/ac.log' | tail -n 1 | grep -q 'name=\"bob\"'"
run pppoe-stop

# An attempt of pppoe-start that comes to nothing.
stop_server
configure ONBOOT=no CONNECT_TIMEOUT=1
run pppoe-start
expect "pppoe-start, and nobody answers" 1 err '^TIMED OUT'
check "... stopped before: stays down" silent_for 1
check "... no line" lines_are 0
configure ONBOOT=yes CONNECT_TIMEOUT=1
sleep 0.5
check "... with ONBOOT=yes too, once it was stopped" lines_are 0
run pppoe-start
expect "... until pppoe-start is called" 1 err '^TIMED OUT'
check "... then the keeper tries on" heard 'started: pid='
server
check "... and is up when somebody answers" up "$config" 20
run pppoe-stop
end_keeper

# A pppoe-connect that does not like its configuration, and one that dies at once.
configure
mv "$sbin/pppoe-connect" "$sbin/other"
printf '%s\n' '#!/bin/sh' "echo called >>$work/calls.log" "exit \$(cat $work/exit-code)" >"$sbin/pppoe-connect"
chmod 755 "$sbin/pppoe-connect"
echo 2 >"$work/exit-code"
: >"$work/calls.log"
rm -r "$wanted"
keep
check "pppoe-connect ends with code 2: left alone" heard 'ended with code 2: left alone until its configuration changes'
check "... not called again" silent_for 1.5
echo 1 >"$work/exit-code"
configure MTU=1400
check "... until it changes" heard 'ended with code 1; started again in_ms=[1-9][0-9]{3}' 10
check "with code 1: called again, with waits between" sh -c "[ \$(wc -l <'$work/calls.log') -le 5 ]"
mv "$sbin/other" "$sbin/pppoe-connect"
check "... and once it works: up" up "$config" 20
run pppoe-stop
end_keeper

# What cannot be written.
mount -t tmpfs -o ro tmpfs /var/lib
run pppoe-start
expect "nowhere to write: pppoe-start works, and says so" 0 err 'is to be up cannot be noted in /var/lib/dialtone/wanted .*Read-only'
run pppoe-stop
expect "... and pppoe-stop" 0 err 'is to be down cannot be noted'
check "... it is down" lines_are 0
umount /var/lib

# The notes' own file, but for ETH and USER, and by the program's name of those days.
rm -rf "$config" "$wanted"
mkdir -p "$scripts"
mkdir -p /var/run
sed 's/^ETH=.*/ETH=eth0/; s/^USER=.*/USER=alice/' "${DIALTONE_SOURCE:-.}/tests/vectors/ifcfg-ppp0" >"$scripts/ifcfg-ppp0"
printf '%s\n' 'alice * "open sesame"' >/etc/ppp/chap-secrets
chmod 600 /etc/ppp/chap-secrets
keeper_name=ldvr_pppoe_client
keep
check "ifcfg-ppp0 of the notes: ONBOOT=no, so it is left alone" sh -c "! test -e /var/run/pppoe-adsl.pid"
run pppoe-start "$scripts/ifcfg-ppp0"
silent "pppoe-start"
pidfile=/var/run/pppoe-adsl.pid
pid=$(cat "$pidfile")
check "ldvr_pppoe_client keeps it" heard "runs: pid=$pid"
kill -9 "$pid"
check "... killed: back" wait_until 5 sh -c "[ \$(cat $pidfile) != $pid ] && ip netns exec $host_ns $sbin/pppoe-status $scripts/ifcfg-ppp0"
run pppoe-stop "$scripts/ifcfg-ppp0"
expect "pppoe-stop" 0 out '^Killing pppoe-connect'
check "... stays down" heard 'wanted=no'
check "... no line" lines_are 0
end_keeper
stop_server
finish
