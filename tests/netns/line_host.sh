#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The host around the line: resolver, hooks, default routes, the session remembered on disk; with
# crashes in the middle, read-only and full disks, hooks that hang.
. "$(dirname "$0")/lib.sh"
begin
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1 metric 7
mount -t tmpfs tmpfs /var/lib # of this test's mount namespace alone
resolv=/etc/resolv.conf

crash() { # both processes at once, with no chance to tidy up
    local engine
    engine=$(engine_pid)
    kill -9 "$line" "$engine"
    wait "$line" 2>/dev/null
    rm -f "$work"/line.pid*
    wait_until 5 no_device
}
no_device() { ! ip -n "$host_ns" link show ppp0; }
has_ours() { grep -q '^nameserver 9.9.9.9$' $resolv && grep -q '^# Written by Dialtone' $resolv; }
wait_ours() { wait_until 5 has_ours; }
is_former() { cmp $resolv "$work/former"; }
logged() { wait_log "$work/line.log" "$1" "${2:-5}"; }
nothing_kept() { [ -z "$(ls -I server /run/dialtone)" ]; } # but for the concentrator's socket

server
printf '%s\n' '# the administrator' 'nameserver 192.0.2.53' 'search example.test' 'options rotate' >$resolv
cp $resolv "$work/former"

# --- the plain file
line
wait_up
check "resolver: the plain file has the line's servers" wait_ours
check "... both, and what else was set" sh -c "grep -q '^nameserver 149.112.112.112' $resolv &&
    grep -q '^search example.test' $resolv && grep -q '^options rotate' $resolv && ! grep -q 192.0.2.53 $resolv"
check "... and pppd's file too" sh -c "printf '%s\n' 'nameserver 9.9.9.9' 'nameserver 149.112.112.112' | cmp - /etc/ppp/resolv.conf"
stop_line
ok $? "resolver: stops with 0"
check "resolver: put back as it was" is_former
check "resolver: nothing is kept any more" nothing_kept

line
wait_up
wait_ours
crash
check "killed: the file is still ours" has_ours
stop_server
line
check "killed: the next start puts it back before it is up" wait_until 5 is_former
server
wait_up 20
check "... and takes it again" wait_ours
crash
rm -rf /run/dialtone
line
wait_up
stop_line
check "power cut without a lasting folder: at least a file with servers" grep -q '^nameserver' $resolv
cp "$work/former" $resolv

mkdir /var/lib/dialtone
line
wait_up
wait_ours
crash
rm -rf /run/dialtone
line
wait_up
stop_line
check "power cut: the next start knows what was there" is_former
check "power cut: nothing is kept any more" sh -c "[ -z \"\$(ls /var/lib/dialtone)\" ]"
rm -r /var/lib/dialtone

line
wait_up
wait_ours
echo 'nameserver 198.51.100.53' >$resolv
stop_line
check "changed by somebody else meanwhile: it stays" grep -qx 'nameserver 198.51.100.53' $resolv
check "... and said so" grep -q 'changed by somebody else' "$work/line.log"
check "... and forgotten" nothing_kept

rm $resolv
line
wait_up
check "no file: there is one now" wait_ours
stop_line
check "no file: none again" sh -c "! test -e $resolv"

mkdir /etc/elsewhere
cp "$work/former" /etc/elsewhere/resolv.conf
ln -s elsewhere/resolv.conf $resolv
line
wait_up
check "link to a file: the file has our servers" wait_ours
check "... the link stays" test "$(readlink $resolv)" = elsewhere/resolv.conf
stop_line
check "link to a file: both as before" sh -c "cmp $resolv '$work/former' && test -L $resolv"

rm /etc/elsewhere/resolv.conf
line
wait_up
check "link to no file: the file is made" wait_ours
stop_line
check "link to no file: as before" sh -c "test -L $resolv && ! test -e $resolv"

rm -r /etc/elsewhere
line
wait_up
check "link into nowhere: a file takes its place" wait_ours
check "... that is no link" sh -c "! test -L $resolv"
crash
stop_server
line
check "link into nowhere, killed: the next start puts it back" \
    wait_until 5 sh -c "[ \"\$(readlink $resolv)\" = elsewhere/resolv.conf ]"
stop_line
server

rm $resolv
cp "$work/former" $resolv
cp "$work/former" "$work/mounted"
mount --bind "$work/mounted" $resolv
line
wait_up
check "a file that cannot be replaced, only overwritten (container)" wait_ours
stop_line
check "... and put back" is_former
umount $resolv

mount -o remount,bind,ro /etc
line DEFAULT_ROUTES_FILE=/etc/former-routes
check "read-only /etc: up" wait_up
check "... and says which file" logged '/etc/resolv.conf cannot be written: Read-only'
check "... pppd's too" logged '/etc/ppp/resolv.conf cannot be written: Read-only'
check "... the list of routes too" logged '/etc/former-routes cannot be written: Read-only'
check "... the line works" ping_ac
stop_line
ok $? "read-only /etc: stops with 0"
mount -o remount,bind,rw /etc
check "read-only /etc: nothing is changed" sh -c "cmp $resolv '$work/former' && [ -z \"\$(ls -I server /run/dialtone)\" ]"

mkdir /etc/full
mount -t tmpfs -o size=8k tmpfs /etc/full
cp "$work/former" /etc/full/resolv.conf
head -c 100000 /dev/zero >/etc/full/filler 2>/dev/null
ln -sf full/resolv.conf $resolv
line
check "full disk: up" wait_up
check "... and says which file" logged '/etc/full/resolv.conf cannot be written: No space'
stop_line
check "full disk: the file is whole" is_former
umount /etc/full
rm $resolv
cp "$work/former" $resolv

line DNSTYPE=NOCHANGE
wait_up
logged 'default_route=yes'
stop_line
check "DNSTYPE=NOCHANGE: not touched" is_former
line DNSTYPE=SPECIFY DNS1=192.0.2.11 DNS2=192.0.2.12 PEERDNS=no
wait_up
check "DNSTYPE=SPECIFY: those of the file" wait_until 5 grep -q '^nameserver 192.0.2.12' $resolv
stop_line
check "DNSTYPE=SPECIFY: put back" is_former
line PEERDNS=no
wait_up
stop_line
check "PEERDNS=no: not touched" is_former

line
wait_up
wait_ours
first=$line
cp "$work/line.log" "$work/line-first.log"
printf '%s\n' ETH=eth0 USER=bob DEVICE=ppp7 DEFROUTE=no PEERDNS=yes "SECRETS=$work/secrets" >"$work/line-second-config"
: >"$work/line-second.log" # here, not in the child: what was in it before is not to be waited for
ip netns exec "$host_ns" "$line_program" "$work/line-second-config" >"$work/line-second.log" 2>&1 &
second=$!
pids+=("$second")
wait_log "$work/line-second.log" 'has the line.s name servers' 5
kill "$first"
wait "$first"
check "two lines: the first one goes, the second's servers stay" grep -q 'line ppp7' $resolv
kill "$second"
wait "$second"
check "two lines: put back as before both" is_former

# --- who else may rule
mount -t tmpfs tmpfs /usr/local/sbin
printf '#!/bin/sh\n{ echo "$@"; cat; } >>%s\n' "$work/told" >/usr/local/sbin/resolvconf
chmod +x /usr/local/sbin/resolvconf
line
wait_up
check "resolvconf: told" wait_until 5 grep -q 'nameserver 149.112.112.112' "$work/told"
stop_line
check "resolvconf: told to add, and to delete" sh -c "grep -v nameserver '$work/told' | tail -n 2 | tr '\n' , | grep -qx -e '-a ppp0.pppoe,-d ppp0.pppoe,'"
check "resolvconf: the file is not ours" is_former
umount /usr/local/sbin
mkdir "$work/fake"
printf '#!/bin/sh\necho "$@" >>%s\n' "$work/told" >"$work/fake/resolvectl"
chmod +x "$work/fake/resolvectl"
if mount -t overlay -o "lowerdir=$work/fake:/usr/bin" overlay /usr/bin 2>/dev/null; then
    mkdir -p /run/systemd/resolve
    cp "$work/former" /run/systemd/resolve/stub-resolv.conf
    ln -sf ../run/systemd/resolve/stub-resolv.conf $resolv
    : >"$work/told"
    line
    wait_up
    check "systemd-resolved: told" wait_until 5 grep -qx 'default-route ppp0 true' "$work/told"
    check "... all of it" sh -c "head -n 2 '$work/told' | tr '\n' , | grep -qxF 'dns ppp0 9.9.9.9 149.112.112.112,domain ppp0 ~.,'"
    stop_line
    check "systemd-resolved: its file is not ours" is_former
    rm $resolv
    cp "$work/former" $resolv
    umount -l /usr/bin
else
    tests_run=$((tests_run + 1))
    echo "ok $tests_run - systemd-resolved # SKIP no overlay file system"
fi

# --- hooks
log=$work/hooks-told
hook() { # NAME [COMMAND]
    printf '#!/bin/sh\n%s\n{ echo "%s" "$@"; env | sort | sed "s/^/%s:/"; } >>%s\n' "${2:-}" "$1" "$1" "$log" >"/etc/ppp/$1"
    chmod +x "/etc/ppp/$1"
}
hooks() {
    local name
    : >"$log"
    for name in ip-pre-up ip-up ip-down ipv6-up ipv6-down auth-up auth-down; do hook "$name"; done
}
hooks
hook ip-pre-up "/sbin/ip -br addr show ppp0 >$work/at-pre-up"
line AUTH_HOOKS=yes
wait_up
check "hooks: ip-up" wait_until 5 grep -q '^ip-up ' "$log"
check "hooks: ip-pre-up saw the device with its address, down" \
    grep -qE 'ppp0 +DOWN +10\.9\.0\.1[0-9]+ peer 10\.9\.0\.1/32' "$work/at-pre-up"
local_address=$(sed -n 's/.* up device=.*local=\([^ ]*\).*/\1/p' "$work/line.log" | head -n 1)
check "hooks: arguments as pppd's" grep -qx "ip-up ppp0 eth0 0 $local_address 10.9.0.1 ppp0" "$log"
check "hooks: arguments of auth-up" grep -qE '^auth-up ppp0  alice eth0 0$' "$log"
for pair in DEVICE=eth0 IFNAME=ppp0 IPLOCAL="$local_address" IPREMOTE=10.9.0.1 SPEED=0 ORIG_UID=0 PPPLOGNAME=root \
    LINKNAME=ppp0 DNS1=9.9.9.9 DNS2=149.112.112.112 MACREMOTE=02:00:00:00:00:02 UNIT=0 "PPPD_PID=$line"; do
    check "hooks: environment has $pair" grep -qxF "ip-up:$pair" "$log"
done
check "hooks: nothing of our own environment" sh -c "! grep -q '^ip-up:\(HOME\|DIALTONE_.*\|USER\)=' '$log'"
ping_ac >/dev/null
stop_line
ok $? "hooks: stops with 0"
check "hooks: ip-down was awaited" grep -qx "ip-down ppp0 eth0 0 $local_address 10.9.0.1 ppp0" "$log"
check "hooks: what it has carried" grep -qE '^ip-down:BYTES_SENT=[1-9]' "$log"
check "hooks: how long" grep -qE '^ip-down:CONNECT_TIME=[0-9]+$' "$log"
check "hooks: order" sh -c "grep -E '^[a-z0-9-]+ ' '$log' | cut -d ' ' -f 1 | tr '\n' ' ' |
    grep -qE '^(auth-up ip-pre-up|ip-pre-up auth-up) ip-up (auth-down ip-down|ip-down auth-down) $'"

hooks
line IPV6INIT=yes
check "hooks: ipv6-up" wait_until 5 grep -q '^ipv6-up ' "$log"
check "hooks: ip-up beside it" wait_until 5 grep -q '^ip-up ' "$log"
check "hooks: arguments of IPv6" grep -qE '^ipv6-up ppp0 eth0 0 fe80::[^ ]* fe80::[^ ]* ppp0$' "$log"
stop_line
check "hooks: ipv6-down was awaited" grep -qE '^ipv6-down ppp0 eth0 0 fe80::[^ ]* fe80::[^ ]* ppp0$' "$log"
check "hooks: ip-down beside it" grep -q '^ip-down ' "$log"

hooks
hook pppoe-lost
line
wait_up
stop_server
check "hooks: pppoe-lost when the line is lost, without arguments" wait_until 5 grep -qx pppoe-lost "$log"
check "hooks: after ip-down" test "$(grep -oE '^(ip-down|pppoe-lost)( |$)' "$log" | head -n 2 | xargs)" = \
    "ip-down pppoe-lost"
server
wait_up 20 2
: >"$log"
stop_line
check "hooks: no pppoe-lost at the end" sh -c "! grep -q '^pppoe-lost' '$log'"
rm /etc/ppp/pppoe-lost

hooks
line DNSTYPE=NOCHANGE DEVICE=
wait_up
wait_until 5 grep -q '^ip-up ' "$log"
check "hooks: no DEVICE, no ipparam" grep -qE '^ip-up ppp0 eth0 0 [^ ]* 10\.9\.0\.1$' "$log"
check "hooks: USEPEERDNS where the resolver is left to them" grep -qx 'ip-up:USEPEERDNS=1' "$log"
check "hooks: auth-up only when asked for, as with pppd" sh -c "! grep -q auth-up '$log'"
wait_until 5 grep -q '^ip-up:USEPEERDNS' "$log"
crash
: >"$log"
line HOOK_TIMEOUT=1
check "hooks, killed: the next start calls them" wait_until 5 grep -q '^ip-up ' "$log"
hook ip-down "sleep 1000.$$"
kill -9 "$(engine_pid)"
check "ip-down hangs: it does not keep the line from coming back" wait_up 5 2
check "ip-down hangs: it is ended, and said so" logged '/etc/ppp/ip-down has not ended within 1 s'
check "... then ip-up" wait_until 5 sh -c "[ \$(grep -c '^ip-up ' '$log') = 2 ]"
started=$SECONDS
stop_line
ok $? "ip-down hangs at the end: stops with 0"
check "... within seconds" test $((SECONDS - started)) -le 4
check "... and leaves no process of it" sh -c "! pgrep -f '^sleep 1000.$$'"

hooks
hook ip-pre-up "trap '' TERM; sleep 1001.$$"
line HOOK_TIMEOUT=1
check "ip-pre-up hangs and ignores SIGTERM: up all the same" wait_up 8
check "... and said so" grep -q '/etc/ppp/ip-pre-up has not ended within 1 s' "$work/line.log"
stop_line
line
wait_until 5 pgrep -f "^sleep 1001.$$" >/dev/null
started=$SECONDS
stop_line
ok $? "stopped while ip-pre-up runs: 0"
check "... within seconds" test $((SECONDS - started)) -le 4
check "... and it is gone" sh -c "! pgrep -f '^sleep 1001.$$'"
check "... with the device" no_device
hooks
hook ip-up 'exit 3'
line
check "a hook that fails is in the log" logged '/etc/ppp/ip-up ended with code 3'
stop_line
printf 'no program' >/etc/ppp/ip-up
line
check "one that cannot be run too" logged '/etc/ppp/ip-up (cannot be run|ended with code)'
stop_line
rm /etc/ppp/*

# --- routes
on_host ip route show default >"$work/routes"
remember
line
wait_up
check "/etc/default-routes: those from before, as ip prints them" diff <(sed 's/ *$//' "$work/routes") <(sed 's/ *$//' /etc/default-routes)
ours() { on_host ip route show default dev ppp0 | grep -q default; }
on_host ip route del default dev ppp0
check "default route removed by somebody else: back within a second" wait_until 1 ours
check "... and said so" logged 'default route was removed by somebody else: it is put back'
on_host ip route replace default via 192.0.2.1 dev eth0
check "default route replaced by somebody else: back within a second" wait_until 1 ours
on_host ip route del default via 192.0.2.1 dev eth0 metric 0
for _ in $(seq 8); do
    wait_until 1 ours
    on_host ip route del default dev ppp0
done
check "... ten times" logged 'not more often than each 30 s'
wait_until 1 ours
on_host ip route del default dev ppp0
sleep 0.5
check "... and then it is left for a while" sh -c "! ip -n $host_ns route show default dev ppp0 | grep -q default"
stop_line
unchanged "routes: nothing is left behind"
line "DEFAULT_ROUTES_FILE=$work/line-routes"
wait_up
check "DEFAULT_ROUTES_FILE" grep -q 'default via 192.0.2.1 dev eth0 metric 7' "$work/line-routes"
stop_line
line IPV6INIT=yes IPV6_DEFROUTE=yes
logged 'ipv6=yes'
on_host ip -6 route del default dev ppp0
check "IPv6 default route: back within a second" wait_until 1 sh -c "ip -n $host_ns -6 route show default dev ppp0 | grep -q default"
stop_line

# --- the session that a crash leaves
session_file=/run/dialtone/ppp0.session
closed() { grep -cE 'event=(down|closed|ended)' "$work/ac.log"; }
line
wait_up
check "session: remembered" grep -qx 'peer=02:00:00:00:00:02' $session_file
before=$(closed)
cp $session_file "$work/line-session"
crash
check "killed: the concentrator still counts the session" test "$(closed)" = "$before"
check "killed: it is still remembered" cmp $session_file "$work/line-session"
line
check "killed: the next start ends it" logged 'ended session=0x'
check "... before it asks for another" sh -c "grep -n -E 'ended session|PADI' '$work/line.log' | head -n 1 | grep -q 'ended session'"
check "... and the concentrator has heard" wait_log "$work/ac.log" 'event=(down|closed|ended)' 3 $((before + 1))
wait_up
stop_line
check "session: forgotten when it has ended politely" sh -c "! test -e $session_file"
sed 's/^address=.*/address=02:00:00:00:00:55/' "$work/line-session" >$session_file
line
wait_up
check "another address of ours meanwhile: not ended" sh -c "! grep -q 'ended session' '$work/line.log'"
stop_line
for text in '' garbage "$(sed 's/^session=.*/session=99999/' "$work/line-session")" \
    "$(cat "$work/line-session")x" "$(head -c 4000 /dev/zero | tr '\0' 1)"; do
    printf '%s\n' "$text" >$session_file
    line
    wait_up
    check "not as we write it (${text:0:9}...): not believed" sh -c "! grep -q 'ended session' '$work/line.log'"
    stop_line
done
line DEVICE=
wait_up
first=$line
cp "$work/line.log" "$work/line-first.log"
before=$(closed)
printf '%s\n' ETH=eth0 USER=bob DEFROUTE=no "SECRETS=$work/secrets" >"$work/line-second-config"
: >"$work/line-second.log" # here, not in the child: what was in it before is not to be waited for
ip netns exec "$host_ns" "$line_program" "$work/line-second-config" >"$work/line-second.log" 2>&1 &
second=$!
pids+=("$second")
wait_log "$work/line-second.log" 'up device=' 5
check "two lines without a DEVICE: the second one does not end the first's session" \
    sh -c "! grep -q 'ended session' '$work/line-second.log'"
check "... each is remembered" test "$(ls /run/dialtone/*.session | wc -l)" = 2
check "... and both are open" test "$(closed)" = "$before"
kill "$second" "$first"
wait "$second" "$first"

mkdir /var/lib/dialtone
line
wait_up
check "lasting folder: remembered" wait_until 5 test -s /var/lib/dialtone/ppp0.session
crash
rm -rf /run/dialtone
line
check "power cut: the next start ends it" logged 'ended session=0x'
stop_line
check "lasting folder: forgotten" sh -c "! test -e /var/lib/dialtone/ppp0.session"
stop_server
finish
