#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# NETNS: the line's device in another network namespace ($line_ns) than its Ethernet interface
# ($host_ns); and what a line changes on that interface: set up, a VLAN's device.  Both namespaces are
# as before whatever dies.
. "$(dirname "$0")/lib.sh"
begin
line_ns=dt-line-$$
trap 'for pid in $(ip netns pids "$line_ns" 2>/dev/null); do kill -9 "$pid"; done; ip netns del "$line_ns" 2>/dev/null; clean_up' EXIT
ip netns add "$line_ns"
ip -n "$line_ns" link set lo up
ip -n "$line_ns" link add lan0 type veth peer name lan1
ip -n "$line_ns" addr add 10.1.0.1/24 dev lan0
ip -n "$line_ns" link set lan0 addrgenmode none up
ip -n "$line_ns" link set lan1 addrgenmode none up
ip -n "$line_ns" route add default via 10.1.0.2
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1
on_line() { ip netns exec "$line_ns" "$@"; }
dialtone=$build/src/program/command/dialtone
ln -s "$dialtone" "$work/pppoe-status"
resolv=/etc/netns/$line_ns/resolv.conf

snapshot_of() { # NAMESPACE
    echo "== ${1%-*}"
    ip -n "$1" -o link | sed 's/^[0-9]*: //; s/qlen [0-9]*//; s/^eth0@if[0-9]*:/eth0:/'
    ip -n "$1" -o addr | sed 's/^[0-9]*: //; s/valid_lft.*//'
    ip -n "$1" route show table all
    ip -n "$1" -6 route show table all
}
snapshot() {
    snapshot_of "$host_ns"
    snapshot_of "$line_ns"
    find /etc /run/dialtone | sort
    md5sum /etc/resolv.conf $(find /etc/netns -type f 2>/dev/null)
}
remember() {
    mkdir -p /run/dialtone # its own folder stays
    snapshot >"$work/snapshot-before"
}
crash() { # both processes at once, with no chance to tidy up
    local engine
    engine=$(engine_pid)
    # shellcheck disable=SC2086 # one or none
    kill -9 "$line" $engine
    wait "$line" 2>/dev/null
    rm -f "$work"/line.pid*
}
logged() { wait_log "$work/line.log" "$1" "${2:-5}" "${3:-1}"; }
no_device() { ! ip -n "$line_ns" link show ppp0; }
ping_from_line() { on_line ping -q -c 2 -i 0.05 -W 2 10.9.0.1; }
has_ours() { grep -q '^nameserver 9.9.9.9$' "$resolv"; }

server
rm -rf /etc/ppp /etc/default-routes # neither is to be written
remember

# --- the line in there
mkdir /etc/ppp
hook_told=$work/line-hook
cat >/etc/ppp/ip-up <<END
#!/bin/sh
{ readlink /proc/self/ns/net; /sbin/ip -o addr show dev ppp0; } >$hook_told.new; mv $hook_told.new $hook_told
END
chmod +x /etc/ppp/ip-up
line NETNS="$line_ns" IPV6INIT=yes
check "up" wait_up
check "its device is there" ip -n "$line_ns" link show ppp0
check "... and not here" sh -c "! ip -n $host_ns link show ppp0"
check "... it works" ping_from_line
check "... its default route rules there" sh -c "ip -n $line_ns -o route get 198.51.100.1 | grep -q 'dev ppp0'"
check "... and not here" sh -c "ip -n $host_ns -o route get 198.51.100.1 | grep -q 'dev eth0'"
check "name servers: in the file that ip netns exec shows" wait_until 5 has_ours
check "... and shows" sh -c "ip netns exec $line_ns cat /etc/resolv.conf | grep -q '^nameserver 9.9.9.9'"
check "... not in the host's" grep -qx 'nameserver 192.0.2.53' /etc/resolv.conf
check "pppd's file is not written" test ! -e /etc/ppp/resolv.conf
check "the hook was run" wait_until 5 test -e "$hook_told"
check "... in there" test "$(head -n 1 "$hook_told")" = "$(on_line readlink /proc/self/ns/net)"
check "... where it saw the device" grep -q 'inet 10.9.0.1' "$hook_told"
"$dialtone" status --json >"$work/line-status" 2>&1
check "status: counts what it carries" sh -c "grep -qE '\"received_packets\":[1-9]' '$work/line-status' && grep -qE '\"sent_bytes\":[1-9]' '$work/line-status'"
check "status: tells the namespace" grep -q "\"network\":\"$line_ns\"" "$work/line-status"
check "pppoe-status shows the device" sh -c "'$work/pppoe-status' '$work/ifcfg-ppp0' | grep -q 'inet 10.9.0.1'"

ip -n "$ac_ns" link set eth0 down
check "the interface's carrier is followed" logged 'interface=eth0 carrier=no'
ip -n "$ac_ns" link set eth0 up
check "... and the line comes back" wait_until 20 ping_from_line
ups=$(grep -c 'stage=up up device=' "$work/line.log")
ip -n "$line_ns" link del ppp0
check "somebody removes the device in there: made anew" wait_up 5 $((ups + 1))
check "... and works" wait_until 5 ping_from_line
ip -n "$line_ns" route del default dev ppp0
check "somebody removes the route in there: put back" \
    wait_until 2 sh -c "ip -n $line_ns -o route get 198.51.100.1 | grep -q 'dev ppp0'"
ip -n "$host_ns" link del eth0
check "the interface goes" logged 'interface=eth0 is gone'
check "... and ppp0 with the session" wait_until 20 no_device
wire 02:00:00:00:00:01 # it is there for a moment before it is up, so that the line may set it up
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1
stop_server
server
check "... it is back, and so is the line" wait_until 20 ping_from_line
kill -9 "$(engine_pid)"
check "the engine is killed: another comes, and works" wait_until 10 ping_from_line
stop_line
ok $? "stops with 0"
ip -n "$host_ns" link set eth0 up
ip -n "$host_ns" route replace default via 192.0.2.1
rm -rf /etc/ppp "$hook_told"*
unchanged "nothing is left in either"

# --- crashes
line NETNS="$line_ns"
wait_up
wait_until 5 has_ours
crash
check "killed, both: the device goes by itself" wait_until 5 no_device
check "... the file in /etc/netns is still ours" has_ours
line NETNS="$line_ns"
wait_up
stop_line
unchanged "... the next start and stop leave nothing"
line NETNS="$line_ns"
wait_up
engine=$(engine_pid)
kill -9 "$line"
wait "$line" 2>/dev/null
check "killed, the monitor: the engine ends" wait_until 10 sh -c "! kill -0 $engine"
check "... and the device goes" wait_until 5 no_device
rm -f "$work"/line.pid*
line NETNS="$line_ns"
wait_up
stop_line
unchanged "... the next start and stop leave nothing"

mkdir -p "/etc/netns/$line_ns"
echo 'nameserver 192.0.2.99' >"$resolv"
remember
line NETNS="$line_ns"
wait_up
check "a file of its own there: replaced" wait_until 5 has_ours
stop_line
unchanged "... and back"
rm -r /etc/netns

# --- errors
started=$SECONDS
line NETNS=dt-nowhere-$$
wait "$line"
check "no such namespace: exit code 1, at once" test $? = 1 -a $((SECONDS - started)) -le 2
check "... and said so, with what to do" grep -q "NETNS=dt-nowhere-$$: there is no such network namespace; make it with .ip netns add" "$work/line.log"
touch "/run/netns/dt-half-$$"
line NETNS=dt-half-$$
wait "$line"
check "a file that is none: the same" grep -q "NETNS=dt-half-$$: there is no such" "$work/line.log"
rm "/run/netns/dt-half-$$"
line NETNS=../etc/passwd
wait "$line"
check "a path: not allowed, by file and line" test $? = 2 -a "$(grep -c 'ifcfg-ppp0:[0-9]*: .*NETNS=".*" is not allowed' "$work/line.log")" = 1

# --- the interface is set up, and down again
eth0_is() { # up|down
    case $1 in
    up) ip -n "$host_ns" -o link show eth0 | grep -q '[<,]UP[,>]' ;;
    down) ! ip -n "$host_ns" -o link show eth0 | grep -q '[<,]UP[,>]' ;;
    esac
}
on_record() { ls /run/dialtone/eth0.*.up; }
for network in '' "$line_ns"; do
    name=${network:+NETNS, }
    ip -n "$host_ns" link set eth0 down
    line NETNS="$network"
    check "${name}the interface is down: the line sets it up" wait_up
    check "${name}... which is on record" on_record
    stop_line
    check "${name}... and down again" eth0_is down
    check "${name}... off the record" sh -c "! ls /run/dialtone/eth0.*.up"
    line NETNS="$network"
    wait_up
    crash
    check "${name}killed: it stays up" eth0_is up
    line NETNS="$network"
    wait_up
    stop_line
    check "${name}... until the next line ends" eth0_is down
    line NETNS="$network"
    wait_up
    crash
    printf '%s\n' ETH=eth9 USER=bob PIDFILE= RETRY_ON_FAILURE=no "SECRETS=$work/secrets" >"$work/line-other"
    on_host "$line_program" "$work/line-other" >"$work/line-other.log" 2>&1
    check "${name}killed: the next line that starts sets it down, if it has no use for it" eth0_is down
    check "${name}... off the record" sh -c "! ls /run/dialtone/eth0.*.up"
done
line
wait_up
first=$line
printf '%s\n' ETH=eth0 USER=bob DEVICE=ppp7 DEFROUTE=no "SECRETS=$work/secrets" >"$work/line-second-config"
: >"$work/line-second.log" # here, not in the child: what was in it before is not to be waited for
ip netns exec "$host_ns" "$line_program" "$work/line-second-config" >"$work/line-second.log" 2>&1 &
second=$!
pids+=("$second")
wait_log "$work/line-second.log" 'up device=' 5
kill "$first"
wait "$first"
check "two lines: the first one ends, and does not set the interface of the second one down" eth0_is up
check "... which works" on_host ping -q -c 1 -W 2 -I ppp7 10.9.0.1
kill "$second"
wait "$second"
check "... and sets it down" eth0_is down
line
wait_up
mkdir "$work/odd"
touch "$work/odd/eth0.1.99.up" "$work/odd/eth0.x.$(on_host stat -L -c %i /proc/self/ns/net).up" "$work/odd/up"
cp "$work"/odd/* /run/dialtone/
ip -n "$host_ns" link set eth0 down
check "somebody sets it down: left alone" logged 'interface=eth0 carrier=no'
check "... down" eth0_is down
stop_line
check "files that are not as we write them, or of other namespaces, are left alone" \
    diff -r -x ppp0.session -x server /run/dialtone "$work/odd"
rm -rf /run/dialtone/* "$work/odd"
ip -n "$host_ns" link set eth0 up

# --- a second line of the same name
line DEVICE=
wait_up
first=$line
printf '%s\n' ETH=eth0 USER=bob DEFROUTE=no "SECRETS=$work/secrets" >"$work/line-second-config"
: >"$work/line-second.log" # here, not in the child: what was in it before is not to be waited for
ip netns exec "$host_ns" "$line_program" "$work/line-second-config" >"$work/line-second.log" 2>&1 &
second=$!
pids+=("$second")
wait_log "$work/line-second.log" 'up device=' 5
check "two lines on one interface: the second one's name is eth0-2 for its files" test -e /run/dialtone/eth0-2.session
check "... its socket" test -S /run/dialtone/eth0-2.socket
check "... and in its log" sh -c "grep -q '^link=eth0-2 ' '$work/line-second.log' && ! grep -q '^link=eth0 ' '$work/line-second.log'"
kill "$second" "$first"
wait "$second" "$first"

# --- a kernel without VLANs, or a VLAN
if ip -n "$ac_ns" link add link eth0 name v7 type vlan id 7 2>/dev/null; then
    ip -n "$ac_ns" link del v7
    tests_run=$((tests_run + 1))
    echo "ok $tests_run - VLAN without the kernel's help # SKIP this kernel has VLANs: interop/vlan.sh"
else
    remember
    line VLAN=7
    wait "$line"
    check "VLAN without the kernel's help: exit code 1" test $? = 1
    check "... and said so, with what to do" grep -q 'VLAN 7 on interface=eth0 cannot be had: this kernel has no VLANs; try .modprobe 8021q' "$work/line.log"
    rm -f "$work"/line.pid*
    unchanged "... nothing is left"
fi
for value in 0 4095 -1 x 7.1; do
    line VLAN=$value
    wait "$line"
    check "VLAN=$value: not allowed" test $? = 2 -a "$(grep -c 'VLAN=".*" is not allowed: it takes a number from 1 to 4094' "$work/line.log")" = 1
done

# --- IPv6 name servers
line DNSTYPE=SPECIFY DNS1=2620:FE::9 DNS2=192.0.2.12
wait_up
check "DNS1 of IPv6, in the plain file" wait_until 5 grep -qx 'nameserver 2620:fe::9' /etc/resolv.conf
check "... and DNS2 of IPv4 behind it" sh -c "grep nameserver /etc/resolv.conf | tail -n 1 | grep -qx 'nameserver 192.0.2.12'"
stop_line
check "... put back" grep -qx 'nameserver 192.0.2.53' /etc/resolv.conf
mount -t tmpfs tmpfs /usr/local/sbin
printf '#!/bin/sh\n{ echo "$@"; cat; } >>%s\n' "$work/line-told" >/usr/local/sbin/resolvconf
chmod +x /usr/local/sbin/resolvconf
line DNSTYPE=SPECIFY DNS1=2620:fe::9
wait_up
check "... through resolvconf" wait_until 5 grep -qx 'nameserver 2620:fe::9' "$work/line-told"
stop_line
umount /usr/local/sbin
mkdir "$work/fake"
printf '#!/bin/sh\necho "$@" >>%s\n' "$work/line-told" >"$work/fake/resolvectl"
chmod +x "$work/fake/resolvectl"
if mount -t overlay -o "lowerdir=$work/fake:/usr/bin" overlay /usr/bin 2>/dev/null; then
    mkdir -p /run/systemd/resolve
    cp /etc/resolv.conf /run/systemd/resolve/stub-resolv.conf
    ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
    line DNSTYPE=SPECIFY DNS1=2620:fe::9 DNS2=2620:fe::fe
    wait_up
    check "... through systemd-resolved" wait_until 5 grep -qx 'dns ppp0 2620:fe::9 2620:fe::fe' "$work/line-told"
    stop_line
    line NETNS="$line_ns"
    wait_up
    check "NETNS: the plain file, whoever rules here" wait_until 5 has_ours
    stop_line
    umount -l /usr/bin
fi
for value in 2620:fe::9::1 fe80::1%eth0 192.0.2 name.test; do
    line DNS1=$value
    wait "$line"
    check "DNS1=$value: not allowed" test $? = 2 -a "$(grep -c 'is not allowed: it takes an IPv4 or IPv6 address' "$work/line.log")" = 1
done
stop_server
finish
