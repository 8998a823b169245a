#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe-sniff: what another machine's dialling tells, side by side with Debian's; frames in words and
# in files, against our own line and concentrator.
. "$(dirname "$0")/lib.sh"
begin
sniff=$build/src/program/sniff/pppoe-sniff
theirs=/usr/sbin/pppoe-sniff
[ -x "$theirs" ] && "$theirs" -V 2>&1 | grep -q Dialtone && theirs=none
tshark=$(command -v tshark)
export TZ=UTC

# listen NAME OPTIONS...: in the background, its output in $work/NAME.out and .err; $listener.
listen() {
    local name=$1
    shift
    : >"$work/$name.err"
    ip netns exec "$host_ns" "$sniff" "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null &
    listener=$!
    pids+=("$listener")
    hears "$listener"
}
# hears PID: until its packet socket is open, and its privileges are gone.
hears() {
    wait_until 5 grep -qE '^NoNewPrivs:\s*1' "/proc/$1/status" || echo "# $1 does not listen"
}
# stop: SIGINT to the listener; $code.
stop() {
    kill -INT "$listener" 2>/dev/null
    wait "$listener"
    code=$?
}
ended() { # SECONDS: the listener ends by itself; $code
    wait_until "$1" sh -c "! kill -0 $listener 2>/dev/null"
    stop
}
frames() { on_ac python3 "$(dirname "$0")/frames.py" "$@"; }
says() { # NAME FILE PATTERN
    grep -qE -- "$3" "$work/$2"
    ok $? "$1" "$(cat "$work/$2")"
}
says_not() {
    ! grep -qE -- "$3" "$work/$2"
    ok $? "$1" "$(cat "$work/$2")"
}
exits() { # CODE NAME
    [ "$code" -eq "$1" ]
    ok $? "$2" "exit code $code"
}

# --- side by side with Debian's: both hear the same
# both NAME STEP...
both() {
    local name=$1 their
    shift
    ip netns exec "$host_ns" "$theirs" -I eth0 >"$work/theirs.out" 2>"$work/theirs.err" </dev/null &
    their=$!
    pids+=("$their")
    wait_until 5 grep -q Sniffing "$work/theirs.err"
    listen ours -I eth0
    wait_until 5 grep -q Sniffing "$work/ours.err"
    frames "$@"
    wait_until 5 sh -c "! kill -0 $their 2>/dev/null"
    kill "$their" 2>/dev/null
    wait "$their"
    their=$?
    ended 5
    check "as Debian's: $name" diff "$work/theirs.err" "$work/ours.err"
    check "as Debian's: $name: nothing on standard output" test ! -s "$work/ours.out" -a ! -s "$work/theirs.out"
    [ "$their" -eq "$code" ]
    ok $? "as Debian's: $name: exit code" "theirs $their, ours $code"
}
if [ -x "$theirs" ]; then
    both "a service" padi pado padr pads lcp
    both "no service" service= padi pado padr pads lcp
    both "other types" discovery=3c12 session=3c13 padi pado padr pads lcp
    both "other types, no service" discovery=3c12 session=3c13 service= padr lcp
    both "another session type" session=3c13 padr lcp
    both "no tag for the service" bare-padr lcp
    both "frames before it" lcp ip padr lcp
    both "two PADRs" padr other-padr lcp
    both "a session frame from the concentrator" padr lcp-back
    both "blanks" 'service=in ter "net"' padr lcp
else
    ok 0 "as Debian's # SKIP no pppoe-sniff of Debian's"
fi
listen odd -I eth0
frames "service=it's" padr lcp
ended 5
says "a quote is fit for a shell" odd.err "^SERVICENAME='it'\\\\''s'$"
listen odd -I eth0
frames vlan=7 padr lcp
ended 5
says "a VLAN is told" odd.err '^VLAN=7$'
listen odd -I eth0
frames $'service=a\nb\e[1m' padr lcp
ended 5
says "characters that can't be shown are dots" odd.err "^SERVICENAME='a.b.\\[1m'$"

# --- a configuration, of our own line's dialling
server --auth pap
listen config --config
line SERVICENAME=internet
wait_up
ok $? "the line comes up while it is heard" "$(cat "$work/line.log")"
ended 10
exits 0 "--config: ends when the line is up"
stop_line
check "--config: what the line used" diff - <(grep -v '^#' "$work/config.out") <<END
ETH=eth0
USER=alice
SERVICENAME=internet
END
says "--config: whom it spoke to" config.out '^#ACNAME=test-ac$'
{ cat "$work/config.out"; printf '%s\n' DEVICE=ppp0 "SECRETS=$work/secrets" "PIDFILE=$work/line.pid"; } >"$work/sniffed.conf"
keep_log line
ip netns exec "$host_ns" "$line_program" "$work/sniffed.conf" >"$work/line.log" 2>&1 &
line=$!
pids+=("$line")
wait_up
ok $? "a line comes up by that configuration" "$(cat "$work/line.log")"
stop_line
listen config --config -I eth0
frames discovery=3c12 session=3c13 vlan=9 padi pado padr pads lcp pap ipcp
ended 5
check "--config: all that may be" diff - "$work/config.out" <<END
# As pppoe-sniff saw it dialled by 02:00:00:00:00:99
# at the concentrator 02:00:00:00:00:ac
ETH=eth0
VLAN=9
USER=carol
SERVICENAME=internet
#ACNAME=bras
#HOST_UNIQ=756e6971
# Other Ethernet types than the usual ones: of pppoe alone, under pppd.
ENGINE=pppd
PPPOE_EXTRA='-f 3c12:3c13'
END
listen config --config -l
frames padi padr
wait_log "$work/config.out" PADR 5
stop
exits 0 "--config: interrupted: what was heard"
says "--config: interrupted: the service" config.out '^SERVICENAME=internet$'
says "--config: interrupted: no user" config.out '^#USER=$'
listen config --config
stop
exits 1 "--config: nothing was heard"

# --- live, and to a file
listen live -l -w "$work/live.pcapng"
check "while it listens it has no capability" grep -qE '^CapPrm:\s*0+$' "/proc/$listener/status"
check "nor is it root" sh -c "! grep -qE '^Uid:.*[^0-9]0([^0-9]|$)' /proc/$listener/status"
line
wait_up
ping_ac 5 >/dev/null
stop_line
wait_log "$work/live.out" 'PADT' 5
stop
exits 0 "live: until it is interrupted"
time='^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{6} eth0 '
us=02:00:00:00:00:01 ac=02:00:00:00:00:02
says "live: PADI" live.out "$time$us > ff:ff:ff:ff:ff:ff PADI: Service-Name \"\", Host-Uniq [0-9a-f]+"
says "live: PADO" live.out "$time$ac > $us PADO: .*AC-Name \"test-ac\""
says "live: PADR" live.out "$time$us > $ac PADR: .*AC-Cookie [0-9a-f]+"
says "live: PADS" live.out "$time$ac > $us 0x[0-9a-f]{4} PADS: "
says "live: LCP" live.out "$time$us > $ac 0x[0-9a-f]{4} LCP Configure-Request [0-9]+: MRU 1492, Magic-Number 0x"
says "live: the concentrator wants PAP" live.out "$ac > $us .* Authentication-Protocol PAP"
says "live: PAP" live.out 'PAP Authenticate-Request [0-9]+: name "alice", password hidden$'
says "live: IPCP" live.out 'IPCP Configure-Nak [0-9]+: IP-Address 10\.9\.0\.1[0-9]{2}, Primary-DNS 9\.9\.9\.9'
says "live: the end" live.out 'LCP Terminate-Request .*: '
says "live: PADT" live.out ' PADT'
says_not "live: IP is not shown" live.out 'IPv4 '
says_not "live: nor the password" live.out sesame
says "summary: discovery" live.err '^ +[5-9]  frames of discovery$'
says "summary: control packets" live.err '^ +[0-9]{2,}  control packets of PPP$'
says "summary: IP is counted" live.err '^ +[1-9][0-9]+  other packets, IP among them$'
says_not "summary: nothing was lost or malformed" live.err 'malformed|no room'
[ "$(stat -c %a "$work/live.pcapng")" = 600 ]
ok $? "the file is for its owner alone"
check "the file: no password" sh -c "! grep -q sesame '$work/live.pcapng'"

# --- the file, read by others and by ourselves
shows() { # NAME COUNT-AT-LEAST FILTER [FILE]
    local count
    count=$("$tshark" -n -r "${4:-$work/live.pcapng}" -Y "$3" 2>/dev/null | wc -l)
    [ "$count" -ge "$2" ]
    ok $? "$1" "$count packets of $3"
}
if [ -n "$tshark" ]; then
    shows "tshark: PAP, with the name" 1 'pap.peer_id == "alice" && pap.password == "***********"'
    shows "tshark: discovery" 5 pppoed
    shows "tshark: which way" 1 'frame.packet_flags_direction == 2 && pppoe.code == 0x09'
    shows "tshark: which interface" 1 'frame.interface_name == "eth0"'
    malformed=$("$tshark" -n -r "$work/live.pcapng" -Y _ws.malformed 2>/dev/null)
    [ -z "$malformed" ]
    ok $? "tshark: nothing is malformed" "$malformed"
    lines=$("$tshark" -n -r "$work/live.pcapng" 2>/dev/null | wc -l)
    [ "$lines" -eq "$(wc -l <"$work/live.out")" ]
    ok $? "tshark: as many frames as lines" "$lines"
    "$tshark" -n -r "$work/live.pcapng" -F pcap -w "$work/live.pcap" 2>/dev/null
    on_host "$sniff" -r "$work/live.pcap" >"$work/again.out" 2>"$work/again.err"
    check "-r: of a pcap file" diff <(cut -d ' ' -f 3- "$work/live.out") <(cut -d ' ' -f 3- "$work/again.out")
else
    ok 0 "tshark # SKIP no tshark"
fi
on_host "$sniff" -r "$work/live.pcapng" >"$work/again.out" 2>"$work/again.err"
ok $? "-r: exit code" "$(cat "$work/again.err")"
sed 's/password hidden/password "***********"/' "$work/live.out" >"$work/live.masked"
check "-r: the same lines" diff "$work/live.out" "$work/again.out"
on_host "$sniff" --show-secrets -r "$work/live.pcapng" >"$work/again.out" 2>/dev/null
check "-r --show-secrets: what is not there is not shown" diff "$work/live.masked" "$work/again.out"
on_host "$sniff" -r - <"$work/live.pcapng" >"$work/again.out" 2>/dev/null
check "-r -: the same lines" diff "$work/live.out" "$work/again.out"
on_host "$sniff" -r "$work/live.pcapng" -w "$work/copy.pcapng" 2>/dev/null
check "-r and -w: the same file" cmp "$work/live.pcapng" "$work/copy.pcapng"
on_host "$sniff" -r "$work/live.pcapng" --config >"$work/again.out" 2>/dev/null
says "-r --config" again.out '^USER=alice$'

# --- secrets and IP, if they are asked for
listen shown -l --show-secrets --ip -w "$work/shown.pcapng"
line
wait_up
ping_ac 3 >/dev/null
stop_line
wait_log "$work/shown.out" 'PADT' 5
stop
says "--show-secrets: the password" shown.out 'name "alice", password "open sesame"$'
says "--ip: a line" shown.out 'IPv4 10\.9\.0\.1[0-9]{2} > 10\.9\.0\.1 ICMP, 84 bytes$'
check "--show-secrets: in the file" grep -q 'open sesame' "$work/shown.pcapng"
[ -z "$tshark" ] || shows "--ip: in the file" 6 icmp "$work/shown.pcapng"
stop_server
server --auth mschap-v2
listen chap -l -w "$work/chap.pcapng"
line
wait_up
stop_line
wait_log "$work/chap.out" 'PADT' 5
stop
stop_server
says "MS-CHAPv2: what is demanded" chap.out 'Authentication-Protocol CHAP-MSv2'
says "MS-CHAPv2: the challenge" chap.out 'CHAP Challenge [0-9]+: value [0-9a-f]{32}, name'
says "MS-CHAPv2: the response is hidden" chap.out 'CHAP Response [0-9]+: value hidden, name "alice"'
says "MS-CHAPv2: the proof is hidden" chap.out 'CHAP Success [0-9]+: S=hidden'
if [ -n "$tshark" ]; then
    shows "MS-CHAPv2: hidden in the file" 1 "chap.code == 2 && chap.value contains 2a:2a:2a:2a" "$work/chap.pcapng"
    shows "MS-CHAPv2: the proof in the file" 1 'chap.code == 3 && chap.message contains "S=****************************************"' "$work/chap.pcapng"
fi

# --- VLANs; to standard output
listen tagged -l --ip -w "$work/tagged.pcapng"
frames vlan=7 padi padr pads lcp ip
wait_log "$work/tagged.out" IPv4 5
stop
says "VLAN: a line" tagged.out ' eth0\.7 02:00:00:00:00:99 > ff:ff:ff:ff:ff:ff PADI: Service-Name "internet"'
[ -z "$tshark" ] || shows "VLAN: in the file" 5 "vlan.id == 7" "$work/tagged.pcapng"
listen output -w -
frames padi padr
wait_until 5 test "$(stat -c %s "$work/output.out")" -gt 200
stop
on_host "$sniff" -r "$work/output.out" >"$work/again.out" 2>&1
says "-w -" again.out ' PADR: '

# --- several interfaces; promiscuous
ip -n "$host_ns" link add eth1 type veth peer name eth1 netns "$ac_ns"
ip -n "$host_ns" link set eth1 up
ip -n "$ac_ns" link set eth1 up
promiscuity() { ip -n "$host_ns" -d link show eth0 | grep -o 'promiscuity [0-9]*'; }
listen several -l -p -I eth0 -I eth1
[ "$(promiscuity)" = "promiscuity 1" ]
ok $? "-p: promiscuous" "$(promiscuity)"
frames padi
wait_log "$work/several.out" PADI 5
ip -n "$ac_ns" link del eth1
wait_log "$work/several.err" 'eth1' 5
frames padr
wait_log "$work/several.out" PADR 5
ok $? "an interface goes: the other is still heard" "$(cat "$work/several.out" "$work/several.err")"
stop
exits 0 "an interface goes: exit code"
[ "$(promiscuity)" = "promiscuity 0" ]
ok $? "-p: no longer promiscuous" "$(promiscuity)"

# --- bad frames, and many
listen bad -l -w "$work/bad.pcapng"
frames malformed=3000 wait=0.2 padi
wait_log "$work/bad.out" 'PADI: Service-Name "internet", Host-Uniq 756e6971$' 10
ok $? "malformed frames: it lives" "$(tail -n 3 "$work/bad.out" "$work/bad.err")"
stop
exits 0 "malformed frames: exit code"
says "malformed frames are told" bad.out 'malformed: '
says "malformed frames are counted" bad.err '^ +[0-9]{3,}  malformed frames$'
LC_ALL=C grep -q '[^ -~]' "$work/bad.out" && [ "$(iconv -f utf-8 -t utf-8 "$work/bad.out" 2>&1 >/dev/null)" != "" ]
ok $((!$?)) "malformed frames: nothing but text"
on_host "$sniff" -r "$work/bad.pcapng" >"$work/again.out" 2>/dev/null
check "malformed frames: as many in the file" test "$(wc -l <"$work/again.out")" -eq "$(wc -l <"$work/bad.out")"
listen flood -l --ip
frames ip=20000 padi
wait_log "$work/flood.out" PADI 10 || frames padi
wait_log "$work/flood.out" PADI 10
stop
exits 0 "a flood: exit code"
seen=$(grep -c IPv4 "$work/flood.out")
lost=$(sed -n 's/^ *\([0-9]*\)  frames that there was no room for$/\1/p' "$work/flood.err")
[ $((seen + ${lost:-0})) -ge 20000 ]
ok $? "a flood: each frame was seen, or counted as lost" "$seen seen, ${lost:-0} lost"

# --- what cannot be done
try() { # ARGUMENTS...
    on_host timeout 10 "$sniff" "$@" >"$work/try.out" 2>"$work/try.err" </dev/null
    code=$?
    cat "$work/try.err" >>"$work/sniff.log"
}
try -I nope
exits 1 "no such interface"
says "no such interface: it is said" try.err '^pppoe-sniff: nope: No such device$'
try -I lo
says "lo" try.err '^pppoe-sniff: lo: not an Ethernet interface$'
try -r "$work/nothing.pcapng"
exits 1 "no such file"
try -r "$work/secrets"
exits 1 "not a capture file"
says "not a capture file: it is said" try.err 'secrets: not a capture file, or malformed$'
head -c 700 "$work/live.pcapng" >"$work/cut.pcapng"
try -r "$work/cut.pcapng"
exits 1 "a file that was cut"
says "a file that was cut: what is there" try.out ' PADI'
says "a file that was cut: it is said" try.err 'cut.pcapng: its end is missing$'
try -r "$work/live.pcapng" -w "$work/live.pcapng"
exits 1 "-r and -w of one file"
check "... it is not lost" test -s "$work/live.pcapng"
try -r "$work/live.pcapng" -w /dev/full
exits 1 "a full disk"
says "a full disk: it is said" try.err '^pppoe-sniff: /dev/full: No space left on device$'
try -r "$work/live.pcapng" -I eth0
exits 1 "-r and -I"
try --nonsense
exits 1 "a wrong option"
try --help
exits 0 "--help"
check "--help: a screen" test "$(wc -l <"$work/try.out")" -le 24
on_host setpriv --reuid 65534 --regid 65534 --clear-groups "$sniff" >"$work/try.out" 2>"$work/try.err"
says "without privileges" try.err '^pppoe-sniff: eth0: only root may do that$'
listen down -l
on_host ip link set eth0 down
ended 5
exits 1 "the interface goes down"
finish
