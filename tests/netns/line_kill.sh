#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Round after round, processes of the line are killed at a random moment.  Whatever dies, and when:
# either the line is up again and works, or there is nothing left of it and the old default route
# rules.  SEED=number repeats the choices of a run (the kernel's timing it can't repeat), ROUNDS and
# SECONDS_MAX bound it.
export ASAN_OPTIONS=handle_segv=0 UBSAN_OPTIONS=handle_segv=0 # it is us who send SIGSEGV
. "$(dirname "$0")/lib.sh"
begin
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$seed
rounds=${ROUNDS:-1000}
seconds_max=${SECONDS_MAX:-32}
echo "# SEED=$seed"

default_device() { on_host ip -o route get 198.51.100.1 | sed 's/.* dev \([^ ]*\).*/\1/'; }
default_is() { [ "$(default_device)" = "$1" ]; }
no_table() { [ -z "$(on_host nft list tables)" ]; }
no_processes() { [ -z "$(ip netns pids "$host_ns")" ]; }

# pick WORD...: one of them, in $picked (a subshell would draw its own numbers).
pick() {
    shift $((RANDOM % $#))
    picked=$1
}

pause() { # MILLISECONDS
    sleep "$(printf '0.%03d' "$1")"
}

# What happens to the line at that moment, so that the kill meets it in the middle of something.
begin_moment() { # MOMENT MILLISECONDS
    case $1 in
    start) ;;
    up) wait_up 8 ;;
    hangup)
        wait_up 8
        kill "$line"
        ;;
    restart)
        wait_up 8
        kill -9 "$(server_worker)"
        wait "$server" 2>/dev/null
        server
        ;;
    esac
    pause "$2"
}

# What has to be true once nobody of the line is alive any more.
all_gone() { # NAME
    check "$1: no process is left" wait_until 10 no_processes
    rm -f "$work"/line.pid* # stale ones, see line_life.sh
    unchanged "$1: nothing is left behind"
    check "$1: the old default route rules" default_is eth0
    check "$1: no firewall is left" no_table
}

up_again() { # NAME
    check "$1: up" wait_until 12 default_is ppp0
    # The route may be that of the session before: its engine is dead, a new one is on its way.
    check "$1: it works" wait_until 6 ping_ac 1
    stop_line
    ok $? "$1: stops with 0"
    all_gone "$1"
}

round() { # NUMBER
    local who moment signal ms firewall name engine victims
    pick engine monitor both
    who=$picked
    pick start start start up hangup restart
    moment=$picked
    pick KILL KILL SEGV
    signal=$picked
    ms=$((RANDOM % 41))
    pick NONE NONE STANDALONE
    firewall=$picked
    name="round $1, $moment+${ms}ms, $signal to $who, firewall $firewall"

    line IPV6INIT=yes FIREWALL="$firewall"
    begin_moment "$moment" "$ms"
    engine=$(engine_pid)
    case $who in
    engine) victims=$engine ;;
    monitor) victims=$line ;;
    both) victims="$line $engine" ;;
    esac
    # shellcheck disable=SC2086 # none, one or two
    [ -n "$victims" ] && kill -"$signal" $victims 2>/dev/null
    if [ "$moment" = hangup ] && [ "$who" = engine ]; then
        wait "$line" 2>/dev/null
        ok $? "$name: hung up all the same, with 0"
        all_gone "$name"
    elif [ "$who" = engine ]; then
        up_again "$name"
    else
        { wait "$line"; } 2>/dev/null
        all_gone "$name"
    fi
}

server
remember
number=0
while [ "$number" -lt "$rounds" ] && [ "$SECONDS" -lt "$seconds_max" ]; do
    number=$((number + 1))
    failed_before=$tests_failed
    round "$number"
    if [ "$tests_failed" -gt "$failed_before" ]; then
        echo "# SEED=$seed, round $number; the line's log:"
        sed 's/^/#   /' "$work/line.log"
        on_host ip -o link | sed 's/^/#   /'
        for pid in $(ip netns pids "$host_ns"); do kill -9 "$pid"; done
        rm -f "$work"/line.pid*
    fi
done
echo "# $number rounds"
stop_server
finish
