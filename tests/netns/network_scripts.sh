#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# ifup-ppp and ifdown-ppp, as Fedora's ifup and ifdown call them, with an appliance's ifcfg-ppp0.
. "$(dirname "$0")/lib.sh"
begin
here=$(cd "$(dirname "$0")/../.." && pwd)
sbin=$work/sbin
folder=$work/network-scripts
mkdir "$sbin" "$folder"
chmod 755 "$work" "$sbin" "$folder"
cp "$line_program" "$build/src/program/command/dialtone" "$sbin"
for name in pppoe-start pppoe-stop pppoe-status; do ln -s dialtone "$sbin/$name"; done
sed "s#@sbindir@#$sbin#; s#@folder@#$folder#" "$here/packaging/fedora/ifup-ppp.in" >"$folder/ifup-ppp"
chmod 755 "$folder/ifup-ppp"
for name in ifdown-ppp ifup-xDSL ifdown-xDSL; do ln -s ifup-ppp "$folder/$name"; done

configure() { # [KEY=VALUE...]: the recorder's file, on our wire
    sed 's/^ETH=.*/ETH=eth0/; s/^USER=.*/USER=alice/; s#^PIDFILE=.*#PIDFILE=/run/pppoe-adsl.pid#' \
        "$here/tests/vectors/ifcfg-ppp0" >"$folder/ifcfg-ppp0"
    printf '%s\n' "SECRETS=$work/secrets" "$@" >>"$folder/ifcfg-ppp0"
}
expect() { # CODE NAME COMMAND...
    local code=$1 name=$2
    shift 2
    (cd "$folder" && ip netns exec "$host_ns" "$@") >"$work/out.log" 2>&1 </dev/null
    ok $(($? != code)) "$name: $code" "$(cat "$work/out.log")"
}
said() { check "it says: $1" grep -qF -- "$1" "$work/out.log"; }
is_down() { ! on_host ip link show ppp0 >/dev/null 2>&1; }

configure
server
check "the wire has a carrier" wait_until 5 sh -c "ip -n $host_ns -6 route show table all | grep -q 'multicast.*dev eth0'"
remember
expect 0 "ifup-ppp ifcfg-ppp0" ./ifup-ppp ifcfg-ppp0
check "the line is up" ping_ac
expect 1 "ifup-ppp of one that is up" ./ifup-ppp ifcfg-ppp0
said 'already'
expect 0 "ifdown-ppp ifcfg-ppp0" ./ifdown-ppp ifcfg-ppp0
unchanged "all is as before"
expect 1 "ifdown-ppp of one that is down" ./ifdown-ppp ifcfg-ppp0
expect 0 "boot, with ONBOOT=no" ./ifup-ppp ifcfg-ppp0 boot
check "nothing is dialled" is_down
configure 'ONBOOT="yes"' DEVICE=wan0
expect 0 "boot, with ONBOOT=yes, by TYPE and name" ./ifup-xDSL ppp0 boot
check "the line is up" ping_ac
expect 0 "ifdown, by TYPE and path" ./ifdown-xDSL "$folder/ifcfg-ppp0"
unchanged "all is as before"

configure TYPE=Modem
expect 1 "a modem" ./ifup-ppp ifcfg-ppp0
said 'TYPE=modem'
configure "NAME=\`touch $work/run\`"
expect 1 "a command in the configuration" ./ifup-ppp ifcfg-ppp0
check "is not run" test ! -e "$work/run"
expect 1 "no such file" ./ifup-ppp ifcfg-ppp7
said 'ifcfg-ppp7: no such configuration'
expect 2 "no name" ./ifdown-ppp
configure USERCTL=no
chmod 644 "$folder/ifcfg-ppp0"
expect 1 "an ordinary user, USERCTL=no" setpriv --reuid 65534 --regid 65534 --clear-groups ./ifup-ppp ifcfg-ppp0
said 'users cannot control'
sed -i 's/alice/mallory/' "$folder/ifcfg-ppp0"
echo CONNECT_TIMEOUT=2 >>"$folder/ifcfg-ppp0"
expect 1 "a wrong password" ./ifup-ppp ifcfg-ppp0
unchanged "all is as before"
finish
