#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The main job, on one machine: a concentrator in one network namespace, a line in another, with the
# settings of an appliance's ifcfg-ppp0.  The host's own network is not touched.
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
build=${DIALTONE_BUILD:-$here/build}
[ "$(id -u)" -eq 0 ] || { echo "make demo needs root: network namespaces, packet sockets, TUN." >&2; exit 1; }
# A line writes resolv.conf and runs hooks: those of a copy of /etc, in a mount namespace of its own.
if [ -z "${DIALTONE_OWN_MOUNTS:-}" ]; then
    DIALTONE_OWN_MOUNTS=1 exec unshare --mount --propagation private bash "$0" "$@"
fi

work=$(mktemp -d)
home=dt-demo-home-$$
provider=dt-demo-provider-$$
server=
line=
clean_up() {
    [ -n "$line" ] && kill "$line" 2>/dev/null
    [ -n "$server" ] && kill "$server" 2>/dev/null
    wait
    ip netns del "$home" 2>/dev/null
    ip netns del "$provider" 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT
cp -a /etc "$work/etc"
rm -rf "$work/etc/ppp" "$work/etc/resolv.conf"
mkdir "$work/etc/ppp"
echo 'nameserver 192.168.22.1' >"$work/etc/resolv.conf"
mount --bind "$work/etc" /etc
mount -t tmpfs tmpfs /run
[ ! -d /var/lib/dialtone ] || mount -t tmpfs tmpfs /var/lib/dialtone
bold= plain=
[ -t 1 ] && bold=$'\033[1m' plain=$'\033[0m'
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
fail() {
    printf 'demo: %s\n' "$*" >&2
    cat "$work"/*.log >&2
    exit 1
}
wait_for() { # FILE PATTERN
    for _ in $(seq 500); do
        grep -q -- "$2" "$1" 2>/dev/null && return
        sleep 0.01
    done
    fail "no \"$2\" in $(basename "$1")"
}
state() {
    ip -n "$home" -o addr | sed 's/^[0-9]*: //'
    ip -n "$home" route show table all
    ls /sys/class/net >/dev/null
}
# The log of a line as a table: milliseconds, stage, what happened.
timeline() {
    printf '  %9s  %-10s %s\n' ms stage 'what happened'
    sed -n 's/^link=[^ ]* t=+\([0-9.]*\)ms stage=\([^ ]*\) \(.*\)/\1\t\2\t\3/p' "$1" |
        while IFS=$'\t' read -r ms stage what; do
            printf '  %9.1f  %-10s %s\n' "$ms" "$stage" "$what"
        done
}

ip netns add "$home"
ip netns add "$provider"
ip -n "$home" link set lo up
ip -n "$provider" link set lo up
ip -n "$home" link add enp1s0 type veth peer name access netns "$provider"
# No addresses that the kernel gives in its own time: what is left at the end is compared.
ip -n "$home" link set enp1s0 addrgenmode none up
ip -n "$provider" link set access addrgenmode none up
ip -n "$home" addr add 192.168.22.2/24 dev enp1s0
ip -n "$home" route add default via 192.168.22.1 metric 100

cat >"$work/ifcfg-ppp0" <<CONFIG
USERCTL=yes
BOOTPROTO=dialup
NAME=DSLppp0
DEVICE=ppp0
TYPE=xDSL
ONBOOT=no
PIDFILE=$work/pppoe-adsl.pid
FIREWALL=NONE
PING=.
PPPOE_TIMEOUT=80
LCP_FAILURE=3
LCP_INTERVAL=20
CLAMPMSS=1412
CONNECT_POLL=6
CONNECT_TIMEOUT=60
DEFROUTE=yes
SYNCHRONOUS=no
ETH=enp1s0
PROVIDER=DSLppp0
USER=recorder@example.net
PEERDNS=yes
DEMAND=no
IPV6INIT=yes
SECRETS=$work/secrets
CONFIG
echo '"recorder@example.net" * "correct horse"' >"$work/secrets"
chmod 600 "$work/secrets"

say "A concentrator (pppoe-server) in one namespace, a home with an old default route in another"
ip netns exec "$provider" "$build/src/program/server/pppoe-server" -I access -C demo-ac -S internet \
    -L 10.9.0.1 -R 10.9.0.100 -N 10 -F --secrets "$work/secrets" --auth chap \
    --dns 9.9.9.9,149.112.112.112 >"$work/server.log" 2>&1 &
server=$!
wait_for "$work/server.log" event=ready
state >"$work/before"
ip -n "$home" route

say "pppoe-connect dials"
ip netns exec "$home" "$build/src/program/line/pppoe-connect" "$work/ifcfg-ppp0" >"$work/line.log" 2>&1 &
line=$!
wait_for "$work/line.log" 'up device=ppp0 local=1.*ipv6=yes'
timeline "$work/line.log"

say "The home's routes now: the line's wins, the old one is kept"
ip -n "$home" route

say "Ping through the line"
ip netns exec "$home" ping -c 3 -i 0.2 10.9.0.1 || fail "no answer to ping"

say "20 MB through the line"
head -c 20000000 /dev/urandom >"$work/sent"
ip netns exec "$provider" timeout 20 python3 -c 'import socket, sys
server = socket.create_server(("10.9.0.1", 5001))
connection, _ = server.accept()
while part := connection.recv(65536):
    sys.stdout.buffer.write(part)' >"$work/received" &
receiver=$!
sleep 0.3
started=$(date +%s%N)
ip netns exec "$home" timeout 20 python3 -c 'import socket, sys
connection = socket.create_connection(("10.9.0.1", 5001))
connection.sendall(open(sys.argv[1], "rb").read())' "$work/sent" || fail "the transfer failed"
wait "$receiver"
cmp "$work/sent" "$work/received" || fail "the data arrived changed"
echo "arrived whole, $((20000000 * 8000 / ($(date +%s%N) - started))) Mbit/s"

say "Hang up (SIGTERM)"
lines=$(wc -l <"$work/line.log")
kill "$line"
wait "$line" || fail "pppoe-connect ended with code $?"
line=
tail -n +$((lines + 1)) "$work/line.log" >"$work/end.log"
timeline "$work/end.log"
grep 'event=' "$work/server.log" | tail -n 1 | sed 's/^/  concentrator: /'

say "What is left of it"
state >"$work/after"
if diff "$work/before" "$work/after" && [ ! -e "$work/pppoe-adsl.pid" ]; then
    echo "nothing: devices, addresses, routes and files are as they were."
else
    fail "something is left behind"
fi
