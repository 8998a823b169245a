#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What people see: the programs on terminals of two sizes; interrupted, given up, hung up on, each
# leaves the terminal as it was and the files whole.  terminals.py is the one who types.
. "$(dirname "$0")/lib.sh"
begin
sbin=$work/sbin
mkdir "$sbin"
chmod 755 "$work" "$sbin"
for program in "$build"/src/program/*/*; do
    [ -f "$program" ] && [ -x "$program" ] && [[ $program != *.* ]] && cp "$program" "$sbin"
done
for name in pppoe-start pppoe-stop pppoe-status pon poff pppstats; do ln -s dialtone "$sbin/$name"; done
config=$work/line.conf
printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 PEERDNS=no "SECRETS=$work/secrets" "PIDFILE=$work/line.pid" \
    CONNECT_TIMEOUT=20 CONNECT_POLL=1 PING=. >"$config"

# on_terminal WHAT ARGUMENTS...: takes over the checks
on_terminal() {
    local status name detail
    while IFS=$'\t' read -r status name detail; do
        ok "$status" "$name" "$detail"
    done < <(on_host /usr/bin/python3 -I "$DIALTONE_SOURCE/tests/netns/terminals.py" "$@" 2>"$work/terminals.errors")
    check "terminals.py $1 went through" test ! -s "$work/terminals.errors" || sed 's/^/# /' "$work/terminals.errors"
}

: "${DIALTONE_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
on_terminal help "$sbin"/*
etc=$work/setup-etc
mkdir -p "$etc/ppp"
mount --bind "$etc" /etc
on_terminal setup "$sbin/pppoe-setup" "$etc"
umount /etc

on_terminal start "$sbin/pppoe-start" "$config"
check "interrupted: no pid file is left" sh -c "! ls '$work'/line.pid*"
check "... and no device" sh -c "! ip -n $host_ns link show ppp0"
server
on_terminal start-up "$sbin/pppoe-start" "$config"
on_terminal line "$sbin/dialtone" "$work"
on_host "$sbin/pppoe-stop" "$config" >"$work/stop.log" 2>&1
stop_server
finish
