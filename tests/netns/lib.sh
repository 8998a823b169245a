# SPDX-License-Identifier: BSD-2-Clause
# For the end-to-end tests: two network namespaces joined by a veth pair, our concentrator in one and
# our line in the other; TAP output.  Source it, call `begin`, then the checks, then `finish`.
#
#	$host_ns  line: eth0 <------> eth0 of $ac_ns: concentrator
#
# Everything is in namespaces and a directory of this process's own, and goes when it ends: a line writes
# resolv.conf and runs hooks, so /etc and /run are its own too.
set -u
if [ "$(id -u)" -eq 0 ] && [ -z "${DIALTONE_OWN_MOUNTS:-}" ]; then
    DIALTONE_OWN_MOUNTS=1 exec unshare --mount --propagation private bash "$0" "$@"
fi
unset DIALTONE_OWN_MOUNTS
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 # not in a confined process
build=${DIALTONE_BUILD:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build}
line_program=$build/src/program/line/pppoe-connect
server_program=$build/src/program/server/pppoe-server
tests_run=0
tests_failed=0
pids=()

ok() { # CONDITION-STATUS NAME [DETAIL]
    tests_run=$((tests_run + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $tests_run - $2"
    else
        tests_failed=$((tests_failed + 1))
        echo "not ok $tests_run - $2"
        [ -n "${3:-}" ] && printf '%s\n' "$3" | sed 's/^/#   /'
    fi
}

# check NAME COMMAND...: passes if the command does; its output explains a failure.
check() {
    local name=$1 output status
    shift
    output=$("$@" 2>&1)
    status=$?
    ok $status "$name" "$output"
}

begin() {
    if [ "$(id -u)" -ne 0 ]; then
        echo "1..0 # SKIP needs root: network namespaces, packet sockets, TUN"
        exit 0
    fi
    [ -c /dev/net/tun ] || { echo "1..0 # SKIP no /dev/net/tun"; exit 0; }
    work=$(mktemp -d)
    host_ns=dt-host-$$
    ac_ns=dt-ac-$$
    trap clean_up EXIT
    trap 'exit 1' INT TERM
    own_files
    ip netns add "$host_ns"
    ip netns add "$ac_ns"
    ip -n "$host_ns" link set lo up
    ip -n "$ac_ns" link set lo up
    wire 02:00:00:00:00:01
    printf '%s\n' 'alice * "open sesame" *' 'bob * builder *' >"$work/ac-secrets"
    printf '%s\n' 'alice * "open sesame"' 'mallory * wrong' 'bob * builder' >"$work/secrets"
    chmod 600 "$work"/*secrets
}

# /etc without the host's PPP hooks, an empty /run.
own_files() {
    cp -a /etc "$work/etc"
    rm -rf "$work/etc/ppp" "$work/etc/resolv.conf" "$work/etc/default-routes"
    mkdir "$work/etc/ppp"
    echo 'nameserver 192.0.2.53' >"$work/etc/resolv.conf"
    mount --bind "$work/etc" /etc
    mount -t tmpfs tmpfs /run
    mount -t tmpfs tmpfs /var/lib
}

# wire MAC: a cable between the two; without addresses that come and go by themselves.
wire() {
    ip -n "$host_ns" link add eth0 type veth peer name eth0 netns "$ac_ns"
    ip -n "$host_ns" link set eth0 addrgenmode none
    ip -n "$ac_ns" link set eth0 addrgenmode none
    ip -n "$ac_ns" link set eth0 address 02:00:00:00:00:02 up
    ip -n "$host_ns" link set eth0 address "$1" up
}

clean_up() {
    local pid
    # Not in a child that a signal met before it became its program.
    [ "$BASHPID" = "$$" ] || return
    for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
    for ns in "${host_ns:-}" "${ac_ns:-}"; do
        [ -n "$ns" ] || continue
        for pid in $(ip netns pids "$ns" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
        ip netns del "$ns" 2>/dev/null
    done
    [ "$tests_failed" -gt 0 ] && [ -n "${KEEP:-}" ] && { echo "# kept: $work"; return; }
    rm -rf "${work:-/nonexistent}"
}

finish() {
    check "no sanitizer has anything to say" \
        sh -c "! grep -hE -A 20 'Sanitizer|runtime error:' '$work'/*.log"
    echo "1..$tests_run"
    [ "$tests_failed" -eq 0 ]
    exit
}

# In the background write `ip netns exec` itself: $! is then the program, not a shell around it.
on_host() { ip netns exec "$host_ns" "$@"; }
on_ac() { ip netns exec "$ac_ns" "$@"; }

# Begins a log, here and not in the shell that starts the program; keeps the one before.
keep_log() {
    cat "$work/$1.log" >>"$work/$1-before.log" 2>/dev/null
    : >"$work/$1.log"
}

# server [OPTIONS...]: our concentrator; $server is its pid, $work/ac.log its log.
server() {
    keep_log ac
    ip netns exec "$ac_ns" "$server_program" -I eth0 -C test-ac -S internet -L 10.9.0.1 -R 10.9.0.100 -N 20 -F \
        --secrets "$work/ac-secrets" --dns 9.9.9.9,149.112.112.112 "$@" >"$work/ac.log" 2>&1 &
    server=$!
    pids+=("$server")
    wait_log "$work/ac.log" "event=ready" 5 || echo "# the server does not start: $(cat "$work/ac.log")"
}

# server_worker: the process of it that has the wire; its end is the server's, without a word.
server_worker() { pgrep -P "$server"; }

stop_server() {
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
}

# line [KEY=VALUE...]: our line; $line is its pid, $work/line.log its log.
line() {
    printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 DEFROUTE=yes PEERDNS=yes \
        "SECRETS=$work/secrets" "PIDFILE=$work/line.pid" "$@" >"$work/ifcfg-ppp0"
    keep_log line
    ip netns exec "$host_ns" "$line_program" "$work/ifcfg-ppp0" >"$work/line.log" 2>&1 &
    line=$!
    pids+=("$line")
}

# stop_line: SIGTERM and its exit code.
stop_line() {
    kill "$line" 2>/dev/null
    wait "$line" 2>/dev/null
}

# wait_log FILE PATTERN SECONDS [COUNT]: until the pattern stands in COUNT lines of the file.
wait_log() {
    local end=$((SECONDS + $3))
    until [ "$(grep -cE -- "$2" "$1")" -ge "${4:-1}" ]; do
        [ "$SECONDS" -ge "$end" ] && return 1
        sleep 0.02
    done
}

wait_until() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -ge "$end" ] && return 1
        sleep 0.02
    done
}

wait_up() { wait_log "$work/line.log" 'stage=up up device=' "${1:-5}" "${2:-1}"; }

# What a line may not leave changed: devices, addresses, routes, and files.
snapshot() {
    on_host ip -o link | sed 's/^[0-9]*: //; s/qlen [0-9]*//'
    on_host ip -o addr | sed 's/^[0-9]*: //; s/valid_lft.*//'
    on_host ip route show table all
    on_host ip -6 route show table all
    ls "$work" | grep -vE '^(line-|ac|capture|snapshot|ifcfg)|log$'
}

remember() { snapshot >"$work/snapshot-before"; }

# unchanged NAME: nothing is left behind.
unchanged() {
    local tries
    for tries in $(seq 100); do
        snapshot >"$work/snapshot-after"
        cmp -s "$work/snapshot-before" "$work/snapshot-after" && break
        sleep 0.02
    done
    check "$1" diff "$work/snapshot-before" "$work/snapshot-after"
}

ping_ac() { on_host ping -q -c "${1:-3}" -i 0.05 -W 2 10.9.0.1; }

# engine_pid: the line's second process.
engine_pid() { pgrep -P "$line" -f -- --engine; }
