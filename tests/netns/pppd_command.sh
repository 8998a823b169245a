#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# ENGINE=pppd and LINUX_PLUGIN: the command line, word for word that of Debian's pppoe-connect, which
# is run on the same file; the words of the notes on Fedora's line; what happens without the programs.
# The real pppd is in interop/pppd_engine.sh: here PPPD is a printer.
. "$(dirname "$0")/lib.sh"
begin
theirs=/usr/sbin/pppoe-connect
head -c 2 "$theirs" 2>/dev/null | grep -q '#!' || { echo "1..0 # SKIP needs Debian's pppoe-connect"; exit 0; }
printer=$work/printer
cat >"$printer" <<END
#!/bin/sh
printf '%s\n' "\$@" >$work/line-printed
END
chmod 755 "$printer"
config=$work/ifcfg-pppd
# words PROGRAM KEY=VALUE...: the printed words, one a line; the text for the shell behind pty as the shell splits it.
words() {
    local program=$1
    shift
    printf '%s\n' ETH=eth0 USER=me@isp PIDFILE="$work/line.pid" RETRY_ON_FAILURE=no "PPPD=$printer" \
        PPPOE=/usr/sbin/pppoe PPPOE_TIMEOUT=80 LCP_INTERVAL=20 LCP_FAILURE=3 CLAMPMSS=1412 PEERDNS=yes "$@" >"$config"
    rm -f "$work/line-printed"
    on_host "$program" "$config" >"$work/line-said" 2>&1 </dev/null
    if [ -e "$work/line-printed" ]; then
        sed 's/  */ /g; s/ $//' "$work/line-printed"
    else
        cat "$work/line-said"
    fi
    rm -f "$work/line.pid"*
}
# What Debian's script composes for DEMAND, pppd 2.4.9 does not start with: "local/remote LL address required", and with
# the plugin "unrecognized option 'connect'".
startable() { sed "/^ktune\$/a noipv6
    $(grep -q ^LINUX_PLUGIN "$config" && echo '/^connect$/,/^true$/d')"; }
alike() { # NAME KEY=VALUE...
    local name=$1
    words "$theirs" "${@:2}" >"$work/line-raw"
    startable <"$work/line-raw" >"$work/line-theirs"
    words "$line_program" "${@:2}" >"$work/line-ours"
    check "$name" diff "$work/line-theirs" "$work/line-ours"
}
is() { # NAME WORDS KEY=VALUE...
    words "$line_program" "${@:3}" | paste -sd ' ' >"$work/line-ours"
    check "$1" diff <(echo "$2") "$work/line-ours"
}
pty() { alike "pty: ${*:-as it is}" ENGINE=pppd "$@"; }
plugin() { alike "plugin: ${*:-as it is}" LINUX_PLUGIN=rp-pppoe.so "$@"; }

pty
check "... and is not empty" grep -qx 'lcp-echo-failure' "$work/line-ours"
for setting in SYNCHRONOUS=yes ACNAME=BRAS-1 SERVICENAME=gold CLAMPMSS=no CLAMPMSS=1400 PPPOE_TIMEOUT=30 \
    'PPPOE_EXTRA="-D /tmp/x -v"' 'PPPD_EXTRA="debug  kdebug 1"' DEMAND=300 DEMAND=no DEFAULTROUTE=no DEFAULTROUTE=yes \
    PEERDNS=no PEERDNS=yes USEPEERDNS=yes LCP_INTERVAL=5 LCP_FAILURE=9 MTU=1400 MRU=1300 UNIT=7 UNIT=0; do
    pty "$setting"
    case $setting in ACNAME*) ;; *) plugin "$setting" ;; esac
done
plugin LINUX_PLUGIN=/usr/lib/pppd/2.4.9/rp-pppoe.so
pty SYNCHRONOUS=yes DEMAND=60 ACNAME=a SERVICENAME=s UNIT=3 'PPPD_EXTRA=debug' DEFAULTROUTE=no

# Settings at random, together.
pick() { shift $((RANDOM % $#)); echo "$1"; }
RANDOM=${SEED:-$((SRANDOM % 32768))}
seed=$RANDOM
RANDOM=$seed
different=
for round in $(seq 60); do
    settings=("$(pick ENGINE=pppd ENGINE=pppd LINUX_PLUGIN=rp-pppoe.so)" "$(pick SYNCHRONOUS=yes SYNCHRONOUS=no)"
        "$(pick SERVICENAME= SERVICENAME=x.y:z SERVICENAME=svc)" "$(pick CLAMPMSS=no CLAMPMSS=1360)"
        "$(pick DEMAND= DEMAND=no DEMAND=1 DEMAND=0 DEMAND=86400)" "$(pick DEFAULTROUTE=no DEFAULTROUTE=yes)"
        "$(pick PEERDNS=no PEERDNS=yes)" "$(pick MTU= MTU=1492 MTU=576)" "$(pick MRU= MRU=1500 MRU=576)"
        "$(pick UNIT= UNIT=0 UNIT=12)" "$(pick PPPD_EXTRA= 'PPPD_EXTRA="ipparam a nodetach"')"
        "$(pick PPPOE_EXTRA= 'PPPOE_EXTRA="-f 8863:8864"')" "$(pick DNSTYPE=SPECIFY DNSTYPE=NOCHANGE)" "DNS1=192.0.2.1")
    case ${settings[0]} in ENGINE*) settings+=("$(pick ACNAME= ACNAME=ac.1)") ;; esac
    words "$theirs" "${settings[@]}" >"$work/line-raw"
    startable <"$work/line-raw" >"$work/line-theirs"
    words "$line_program" "${settings[@]}" >"$work/line-ours"
    cmp -s "$work/line-theirs" "$work/line-ours" || different="$(echo "${settings[@]}"; diff "$work/line-theirs" "$work/line-ours")"
done
check "60 configurations at random, seed $seed" sh -c "[ -z \"\$1\" ] || { echo \"\$1\"; false; }" - "$different"

# What Debian's script knows nothing of.
standard='hide-password nodetach usepeerdns mtu 1492 mru 1492 noaccomp nodeflate nopcomp novj novjccomp user me@isp lcp-echo-interval 20 lcp-echo-failure 3'
pppoe="/usr/sbin/pppoe -p $work/line.pid.pppoe -I eth0 -T 80 -U -m 1412"
is "Fedora's line, DEVICE=ppp0" "pty $pppoe ipparam ppp0 linkname ppp0 noipdefault noauth default-asyncmap defaultroute $standard" \
    ENGINE=pppd DEVICE=ppp0
is "another device is asked for" "pty $pppoe ipparam ppp4 linkname ppp4 unit 4 noipdefault noauth default-asyncmap defaultroute $standard" \
    ENGINE=pppd DEVICE=ppp4
is "... by any name" "pty $pppoe ipparam wan linkname wan ifname wan noipdefault noauth default-asyncmap defaultroute $standard" \
    ENGINE=pppd DEVICE=wan
is "names go to the shell of pppd in quotes" "pty ${pppoe} -C 'BRAS 1' -S '\$(reboot);x'\\''y' noipdefault noauth default-asyncmap defaultroute $standard" \
    ENGINE=pppd 'ACNAME="BRAS 1"' "SERVICENAME='\$(reboot);x'\"'\"'y'"
is "settings that only we have" "pty /usr/sbin/pppoe -p $work/line.pid.pppoe -I eth0 -T 80 -W 00ff -m 1440 noipdefault noauth default-asyncmap defaultroute ${standard/mtu 1492/mtu 1480} refuse-pap refuse-eap +ipv6 192.0.2.7:" \
    ENGINE=pppd HOST_UNIQ=00ff AUTH=chap,mschap-v2 IPV6INIT=yes IPADDR=192.0.2.7 MTU=1480 CLAMPMSS=auto
is "... with the plugin" "plugin rp-pppoe.so nic-eth0 rp_pppoe_ac BRAS 1 pppoe-mac 00:11:22:33:44:55 host-uniq 00ff noipdefault noauth default-asyncmap defaultroute $standard" \
    LINUX_PLUGIN=rp-pppoe.so 'ACNAME="BRAS 1"' ACMAC=0:11:22:33:44:55 HOST_UNIQ=00ff

# Where it comes from, and what it ends with.
words "$line_program" LINUX_PLUGIN=rp-pppoe.so ENGINE=builtin SECRETS="$work/secrets" >"$work/line-ours"
check "ENGINE=builtin beats LINUX_PLUGIN" grep -q 'stage=discovery' "$work/line-ours"
words "$line_program" ENGINE=other >"$work/line-ours"
check "an ENGINE that is none: file and line" grep -qE 'ifcfg-pppd:12: error: ENGINE="other" is not allowed: it takes builtin or pppd' "$work/line-ours"
for key in PPPD PPPOE; do
    words "$line_program" ENGINE=pppd RETRY_ON_FAILURE=yes $key=/nowhere/it >"$work/line-ours"
    check "$key is not there: said, and the end" grep -qE 'failed: at=off \(/nowhere/it cannot be run: No such file or directory\) try: install' "$work/line-ours"
done
words "$line_program" LINUX_PLUGIN=x PPPOE=/nowhere/it >"$work/line-ours"
check "the plugin needs no pppoe" grep -qx nic-eth0 "$work/line-ours"
for case in '0 the concentrator ended the session' '2 pppd does not accept its options: bad option x' '4 the kernel has no PPP' \
    '8 connect script' '9 cannot run pppoe' '16 no session was opened' '19 rejects user name' '77 pppd failed'; do
    printf '#!/bin/sh\necho bad option x\nexit %s\n' "${case%% *}" >"$printer"
    words "$line_program" ENGINE=pppd >"$work/line-ours"
    check "exit code ${case%% *} of pppd in words" grep -qE "failed: at=[a-z]+ \(.*${case#* }" "$work/line-ours"
done
printf '#!/bin/sh\nkill -9 $$\n' >"$printer"
words "$line_program" ENGINE=pppd >"$work/line-ours"
check "a killed pppd in words" grep -qE 'failed: at=discovery \(pppd was killed\)' "$work/line-ours"

# What becomes of the host once there is a device: one that does to it what pppd does.
cat >"$printer" <<'END'
#!/bin/sh
trap 'ip tuntap del dev ppp5 mode tun; rm /run/ppp5.pid; exit 5' TERM
ip tuntap add dev ppp5 mode tun
echo $$ >/run/ppp5.pid
echo nameserver 192.0.2.77 >/etc/ppp/resolv.conf
ip addr add 10.0.0.2 peer 10.0.0.1 dev ppp5
ip link set ppp5 up
printf 'half a line'
while :; do sleep 60 & wait $!; done
END
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1
echo nameserver 192.0.2.99 >/etc/ppp/resolv.conf
remember
line ENGINE=pppd DEVICE=ppp5 UNIT=5 SECRETS= METRIC=7 "PPPD=$printer"
check "a device that pppd has made is the line's" wait_up
check "... with its addresses" grep -qE 'up device=ppp5 local=10\.0\.0\.2 remote=10\.0\.0\.1 ipv6=no mtu=1500 default_route=yes' "$work/line.log"
check "... the route by METRIC stands beside the old one" sh -c \
    "ip -n $host_ns route show default | grep -q 'dev ppp5.* metric 7' && ip -n $host_ns route show default | grep -q 'via 192.0.2.1'"
check "... the name servers that it was told are in use" wait_until 3 grep -q '^nameserver 192.0.2.77' /etc/resolv.conf
check "... not those of a session before" sh -c "! grep -q '192.0.2.99' /etc/resolv.conf"
pppd=$(cat "$work/line.pid.pppd")
check "... PIDFILE.pppd is its" sh -c "[ \"\$(cat /proc/$pppd/comm)\" = printer ] && [ \"\$(cut -d' ' -f6 /proc/$pppd/stat)\" = $pppd ]"
ip -n "$host_ns" addr del 10.0.0.2 peer 10.0.0.1 dev ppp5
check "no address any more: down" wait_log "$work/line.log" 'down device=ppp5' 3
check "... its route is gone" sh -c "! ip -n $host_ns route show default | grep -q ppp5"
ip -n "$host_ns" addr add 10.0.0.3 peer 10.0.0.1 dev ppp5
check "another address: up again" wait_log "$work/line.log" 'up device=ppp5 local=10\.0\.0\.3' 3
ip -n "$host_ns" route del default dev ppp5
check "somebody takes our route away: it is put back" wait_until 3 sh -c "ip -n $host_ns route show default | grep -q ppp5"
kill -STOP "$pppd"
stop_line
ok $? "a pppd that does not end is killed, and the line has ended well"
check "... all of its session is gone" wait_until 3 sh -c "! pgrep -g $pppd"
ip -n "$host_ns" link del ppp5
rm -f /run/ppp5.pid
unchanged "... and nothing is left"
line ENGINE=pppd UNIT=5 SECRETS= "PPPD=$printer"
check "up once more" wait_up
kill -9 "$line"
wait "$line" 2>/dev/null
check "the line is killed: pppd ends" wait_until 5 sh -c "! test -e /run/ppp5.pid"
rm -f "$work/line.pid"*
unchanged "... and the host is as before"
ip -n "$host_ns" link add spare type veth peer name eth1
line ENGINE=pppd UNIT=5 ETH=later SECRETS= "PPPD=$printer"
check "no interface yet: waited for" wait_log "$work/line.log" 'stage=carrier interface=later cannot be used: No such device' 3
ip -n "$host_ns" link set spare name later
check "... and dialled on when it comes" wait_up
stop_line
line ENGINE=pppd NETNS="$ac_ns" SECRETS= "PPPD=$printer"
wait "$line"
ok $(($? == 1 ? 0 : 1)) "NETNS is refused" "$(cat "$work/line.log")"
finish
