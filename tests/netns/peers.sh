#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# /etc/ppp/peers/NAME as the configuration of a line: dialled by our own engine, by every command.
. "$(dirname "$0")/lib.sh"
begin
sbin=$work/sbin
mkdir -p "$sbin" /etc/ppp/peers
cp "$line_program" "$build/src/program/command/dialtone" "$sbin"
for name in pppoe-start pppoe-stop pppoe-status; do ln -s dialtone "$sbin/$name"; done
peer=/etc/ppp/peers/dsl-provider
pidfile=/run/dsl-provider-pppoe.pid
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1

# As Debian's ppp and pppoeconf write them.
printf '%s\n' 'asyncmap 0' auth crtscts lock hide-password modem 'lcp-echo-interval 30' \
    'lcp-echo-failure 4' noipx >/etc/ppp/options
cp "$work/secrets" /etc/ppp/chap-secrets
printf '%s\n' '# Minimalistic default options file for DSL/PPPoE connections' '' noipdefault defaultroute \
    replacedefaultroute hide-password '#lcp-echo-interval 30' 'lcp-echo-interval 20' noauth persist \
    'maxfail 0' 'plugin rp-pppoe.so eth0' 'user "alice"' \
    'pty "/usr/sbin/pppoe -I eth0 -T 80 -m 1452"' usepeerdns nic-eth0 'unit 3' >"$peer"
cat >/etc/ppp/ip-up <<END
#!/bin/sh
echo "\$@ [\$LINKNAME]" >>$work/ip-up.log
END
chmod 755 /etc/ppp/ip-up
run() {
    on_host "$sbin/$1" "${@:2}" >"$work/line-out" 2>"$work/line-err" </dev/null
    code=$?
}
expect() { # NAME CODE FILE PATTERN
    [ "$code" -eq "$2" ] && grep -qE -- "$4" "$work/line-$3"
    ok $? "$1" "$(echo "code $code"; cat "$work/line-out" "$work/line-err")"
}
silent() { # NAME: good, and nothing to say
    [ "$code" -eq 0 ] && ! grep -q . "$work/line-out" "$work/line-err"
    ok $? "$1" "$(echo "code $code"; cat "$work/line-out" "$work/line-err")"
}
connect() { # a line of the peer in the foreground
    keep_log line
    ip netns exec "$host_ns" "$line_program" "$peer" >"$work/line.log" 2>&1 &
    line=$!
    pids+=("$line")
}
default_device() { on_host ip route get 198.51.100.1 | grep -o 'dev [^ ]*'; }

remember
server
connect
check "pppoe-connect PEER: up" wait_up
check "... not a warning about Debian's own files" sh -c "! grep -E 'warning|error' '$work/line.log'"
check "... on the device of its unit, with the peer's answer" sh -c \
    "ip -n $host_ns -4 addr show dev ppp3 | grep -q 'peer 10.9.0.1'"
check "... packets pass" ping_ac
check "... it is the default route" sh -c "[ '$(default_device)' = 'dev ppp3' ]"
check "... beside the old one" sh -c "ip -n $host_ns route show default | grep -q 'via 192.0.2.1 dev eth0'"
check "... its pid file has the peer's name" sh -c "[ \"\$(cat $pidfile)\" = $line ]"
check "... the name servers are in use" wait_until 2 grep -q '^nameserver 9.9.9.9' /etc/resolv.conf
check "... ip-up has no ipparam, for none is given" wait_until 2 grep -qE '^ppp3 eth0 0 [0-9.]+ 10\.9\.0\.1 \[ppp3\]' "$work/ip-up.log"
run pppoe-status "$peer"
expect "pppoe-status PEER" 0 out '^pppoe-status: Link is up and running on interface ppp3$'
run dialtone status ppp3
expect "dialtone status says which configuration" 0 out 'configuration +dsl-provider$'
run pppoe-stop "$peer"
expect "pppoe-stop PEER" 0 out "^Killing pppoe-connect \\($line\\)"
wait "$line"
ok $? "... it has hung up in good order"
unchanged "... and nothing is left"
check "... no pid file either" sh -c "! ls $pidfile*"

printf '%s\n' 'ipparam home' 'linkname home' >>"$peer"
run pppoe-start "$peer"
silent "pppoe-start PEER"
check "... ip-up has ipparam and linkname" wait_until 2 grep -qE '^ppp3 eth0 0 [^ ]+ [^ ]+ home \[home\]' "$work/ip-up.log"
run dialtone down "$peer"
expect "dialtone down PEER" 0 out '^Killing pppoe-connect'
run dialtone up dsl-provider
silent "dialtone up NAME finds the peer"
run pppoe-stop "$peer"
expect "... and down" 0 out 'Killing'
unchanged "nothing is left"

# What is wrong names file and line.
printf 'mtu 99\n' >/etc/ppp/peers/bad
run pppoe-connect /etc/ppp/peers/bad
expect "a bad value: file and line" 2 err '^pppoe-connect: /etc/ppp/peers/bad:1: error: mtu "99" is not allowed'
printf 'user alice\n' >/etc/ppp/peers/bad
run pppoe-connect /etc/ppp/peers/bad
expect "no interface: said in pppd's words" 2 err '/etc/ppp/peers/bad: error: the interface \(nic-NAME\) is not set'
run pppoe-start /etc/ppp/peers/bad
expect "the same from pppoe-start" 1 err 'the interface \(nic-NAME\) is not set'
printf 'user alice nic-eth0\nfrobnicate 3\n' >/etc/ppp/peers/bad
run pppoe-status /etc/ppp/peers/bad
expect "pppoe-status keeps its words to itself" 1 out "^pppoe-status: Link is down \\(can't read pppoe PID file /run/bad-pppoe.pid.pppoe\\)"
check "... no warning" sh -c "! grep -q . '$work/line-err'"
run pppoe-connect /etc/ppp/peers/nowhere
expect "no such peer" 2 err '/etc/ppp/peers/nowhere: cannot be read: No such file'

# Without persist pppd dials once.
sed -i '/persist/d; s/"alice"/"mallory"/' "$peer"
connect
wait "$line"
ok $(($? == 1 ? 0 : 1)) "without persist: a failure is the end" "$(cat "$work/line.log")"
unchanged "nothing is left after it"
finish
