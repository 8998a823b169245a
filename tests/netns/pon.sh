#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pon and poff: whose a peer is, and what comes of it.
. "$(dirname "$0")/lib.sh"
begin
bin=$work/bin
mkdir -p "$bin" /etc/ppp/peers
chmod 755 "$work" "$bin"
cp "$line_program" "$build/src/program/command/dialtone" "$bin"
for name in pon poff pppoe-status; do ln -s dialtone "$bin/$name"; done
printf '%s\n' 'alice * "open sesame"' 'bob * builder' >/etc/ppp/chap-secrets
for peer in dsl:eth0:alice second:eth0:bob; do
    IFS=: read -r name interface user <<<"$peer"
    printf '%s\n' noauth persist defaultroute 'plugin rp-pppoe.so' "nic-$interface" "user $user" >"/etc/ppp/peers/$name"
done
printf '%s\n' 'plugin rp-pppoe.so' nic-eth0 'user alice' 'mtu none' >/etc/ppp/peers/broken
echo '/dev/ttyS9 115200' >/etc/ppp/peers/modem

expect() { # CODE PATTERN COMMAND...
    local code=$1 pattern=$2
    shift 2
    on_host "$bin/$1" "${@:2}" >"$work/out.log" 2>&1 </dev/null
    [ $? -eq "$code" ] && { [ -z "$pattern" ] || grep -qE -- "$pattern" "$work/out.log"; }
    ok $? "$*: $code" "$(cat "$work/out.log")"
}
running() { [ "$(on_host "$bin/dialtone" status 2>/dev/null | grep -c ': up for')" -eq "$1" ]; }
are_up() { check "$1 up" wait_until 5 running "$1"; }

server
check "the wire has a carrier" wait_until 5 sh -c "ip -n $host_ns -6 route show table all | grep -q 'multicast.*dev eth0'"
remember
expect 0 '' pon dsl
are_up 1
expect 1 'already' pon dsl
expect 0 '' poff -r dsl
check "it was dialled anew" wait_log "$work/ac.log" event=ipv4-up 5 2
are_up 1
expect 2 'for pppd alone' poff -c dsl
check "it says what a script looks for" sh -c "ip netns exec $host_ns $bin/pppoe-status /etc/ppp/peers/dsl | grep -q 'Link is up'"
expect 0 '' poff dsl
unchanged "all is as before"
expect 1 '' poff dsl
expect 0 '' pon dsl
are_up 1
expect 0 '' poff
unchanged "poff without a name: all is as before"
expect 0 '' pon dsl
expect 0 '' pon second
are_up 2
expect 1 'several' poff
expect 0 '' poff -a
unchanged "poff -a: all is as before"
expect 2 "unit: not for a PPPoE line here; write it into /etc/ppp/peers/dsl" pon dsl unit 3
expect 1 'peers/broken:4: error' pon broken
for peer in modem nobody ../peers/dsl /etc/ppp/peers/dsl; do
    expect 1 "pppd's own command cannot be run: /usr/bin/pon.ppp" pon "$peer"
done
cp /etc/ppp/peers/dsl /etc/ppp/peers/provider
expect 0 '' pon -q
are_up 1
expect 0 '' poff provider
unchanged "all is as before"
finish
