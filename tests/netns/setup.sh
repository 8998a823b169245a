#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe-setup: by options, by questions on a terminal, and its search for the interface.  /etc is a
# folder of the test's own.
. "$(dirname "$0")/lib.sh"
begin
setup_program=$build/src/program/setup/pppoe-setup
etc=$work/setup-etc
conf=$etc/ppp/pppoe.conf

new_etc() {
    rm -rf "$etc"
    mkdir -p "$etc/ppp"
}

# setup ARGUMENTS...: on the host, with $etc in the place of /etc.
in_etc() { ip netns exec "$host_ns" unshare -m sh -c 'mount --bind "$0" /etc && exec "$@"' "$etc" "$@"; }
setup() { in_etc "$setup_program" "$@" >"$work/setup.log" 2>&1; }
says() { grep -qE -- "$1" "$work/setup.log" || { cat "$work/setup.log"; return 1; }; }
has() { grep -qxF -- "$2" "$1" || { cat "$1"; return 1; }; }
has_not() { ! grep -qF -- "$2" "$1" || { cat "$1"; return 1; }; }
mode() { test "$(stat -c %a "$1")" = "$2"; }
state() { (cd "$etc" && find . -type f -exec md5sum {} + | sort); }

# --- by options
new_etc
printf '%s\n' 'open sesame' >"$work/password"
setup --user alice --interface eth0 --password-file "$work/password"
ok $? "by options: no question" "$(cat "$work/setup.log")"
for line in ETH=eth0 USER=alice DEMAND=no DNSTYPE=NOCHANGE PEERDNS=no DNS1= FIREWALL=NONE; do
    check "by options: $line" has "$conf" "$line"
done
for file in chap pap; do
    check "$file-secrets: the line" has "$etc/ppp/$file-secrets" $'"alice"\t*\t"open sesame"'
    check "$file-secrets: mode 600" mode "$etc/ppp/$file-secrets" 600
done
check "pppoe.conf: mode 600" mode "$conf" 600
check "no backup of what was not there" sh -c "! ls '$etc/ppp' | grep -q bak"
check "no temporary file is left" test "$(ls "$etc/ppp" | wc -l)" = 3
check "the password is not shown" sh -c "! grep -q sesame '$work/setup.log'"

rm -rf "$etc/ppp"
setup --user alice --interface eth0 --password-file "$work/password"
ok $? "the folder is not there" "$(cat "$work/setup.log")"
check "it is made" mode "$etc/ppp" 755

server
# The line reads what was written, and comes up by it.
keep_log line
ip netns exec "$host_ns" unshare -m sh -c 'mount --bind "$0" /etc && exec "$1"' "$etc" "$line_program" >"$work/line.log" 2>&1 &
line=$!
pids+=("$line")
check "a line comes up by these files" wait_up
stop_line
stop_server

# --- what is there already
new_etc
cat >"$conf" <<'END'
# my own words
ETH=eth7   # wrong
USER='old name'
BASE=x
PIDFILE="/run/$BASE.pid"
#USER=commented
ETH=eth8
DEMAND=300
END
cp "$conf" "$work/conf-before"
cat >"$etc/ppp/chap-secrets" <<'END'
# client server secret
"alice" * "old"
alice2 * other
  alice isp 'older'
"alice b" * spaces
* * everybody
END
cp "$etc/ppp/chap-secrets" "$work/chap-before"
chmod 644 "$etc/ppp/chap-secrets"
ln -s elsewhere "$etc/ppp/pap-secrets"
echo 'bob * builder' >"$etc/ppp/elsewhere"
printf '%s' 'a"b\c d' >"$work/password"
setup -u alice -i eth0 --password-file - --dns1 192.0.2.53 --dns2 192.0.2.54 --firewall masquerade <"$work/password"
ok $? "over old files" "$(cat "$work/setup.log")"
check "old pppoe.conf: what was not asked for stays" has "$conf" '# my own words'
check "old pppoe.conf: comments stay" has "$conf" '#USER=commented'
check "old pppoe.conf: references stay" has "$conf" 'PIDFILE="/run/$BASE.pid"'
check "old pppoe.conf: one ETH alone" test "$(grep -c '^ETH=' "$conf")" = 1
check "old pppoe.conf: the demand value is kept" has "$conf" DEMAND=300
for line in ETH=eth0 USER=alice DNSTYPE=SPECIFY DNS1=192.0.2.53 DNS2=192.0.2.54 PEERDNS=no FIREWALL=MASQUERADE; do
    check "old pppoe.conf: $line" has "$conf" "$line"
done
check "old pppoe.conf: backup" cmp "$conf-bak" "$work/conf-before"
check "old secrets: backup" cmp "$etc/ppp/chap-secrets-bak" "$work/chap-before"
check "old secrets: the backup's mode is 600" mode "$etc/ppp/chap-secrets-bak" 600
check "old secrets: the mode is 600 now" mode "$etc/ppp/chap-secrets" 600
check "old secrets: only this user's lines are replaced" diff "$etc/ppp/chap-secrets" - <<'END'
# client server secret
"alice"	*	"a\"b\\c d"
alice2 * other
"alice b" * spaces
* * everybody
END
check "a link stays one" test -L "$etc/ppp/pap-secrets"
check "its target has the line" has "$etc/ppp/elsewhere" $'"alice"\t*\t"a\\"b\\\\c d"'
check "its target has the others" has "$etc/ppp/elsewhere" 'bob * builder'
state >"$work/state"
setup -u alice -i eth0 --password-file - --dns1 192.0.2.53 --dns2 192.0.2.54 --firewall masquerade <"$work/password"
state | grep -v bak >"$work/state-again"
check "twice changes nothing but backups" sh -c "grep -v bak '$work/state' | diff - '$work/state-again'"
setup -u "it's me" -i eth0 --password-file "$work/password"
check "a quote in the name" has "$conf" "USER='it'\\''s me'"
check "is read by a shell as it was meant" test "$(. "$conf" && echo "$USER")" = "it's me"

# --- nothing is written
state >"$work/state"
untouched() { state | diff "$work/state" - && ok 0 "$1: nothing is written" || ok 1 "$1: nothing is written"; }
refused() { # CODE PATTERN ARGUMENTS...
    local code=$1 pattern=$2
    shift 2
    setup "$@" </dev/null
    ok $(($? != code)) "$*: exit code $code" "$(cat "$work/setup.log")"
    check "$*: said so" says "$pattern"
}
refused 2 'an interface has' --interface 'a b'
refused 2 'a user name is needed' --user ''
refused 2 'NONE, STANDALONE or MASQUERADE' --firewall maybe
refused 2 'number of seconds' --on-demand often
refused 2 'IPv4 or IPv6 address' --dns1 300.1.1.1
refused 2 'unrecognized|unknown' --bogus
refused 2 'Usage' word
refused 1 'No such file' -u a -i eth0 --password-file "$work/missing"
refused 1 'first line' -u a -i eth0 --password-file /dev/null
refused 1 'given up; nothing was written' -u a
untouched "wrong options"
mv "$conf" "$conf.good"
echo 'ETH=`reboot`' >"$conf"
state >"$work/state"
refused 1 "pppoe.conf:1: error: ETH: commands" -u a -i eth0 --password-file "$work/password"
untouched "a configuration that is not understood"
mv "$conf.good" "$conf"
state >"$work/state"
on_host setpriv --reuid 65534 --regid 65534 --clear-groups "$setup_program" -u a -i eth0 --password-file /dev/null \
    >"$work/setup.log" 2>&1
ok $(($? != 1)) "not root: exit code 1"
check "not root: said so" says "only root"
untouched "not root"

# --- by questions, on a terminal
drive() { in_etc python3 "$DIALTONE_SOURCE/tests/netns/drive.py" "$work/setup.log" "$setup_program" "$@" >"$work/drive.out" 2>&1; }

new_etc
printf '%s\t%s\n' 'Your PPPoE user name' alice 'Ethernet interface' eth0 'Demand' '' 'Primary name server' nonsense \
    'Primary name server' server 'Your PPPoE password' secret1 'password again' secret2 'Try again' y \
    'Your PPPoE password' 'open sesame' 'password again' 'open sesame' 'firewall (0-2)' 7 'firewall (0-2)' 1 \
    'Accept these settings' n \
    'Your PPPoE user name' '' 'Ethernet interface' '' 'Demand' no 'Primary name server' 192.0.2.53 \
    'Secondary name server' '' 'Your PPPoE password' 'open sesame' 'password again' 'open sesame' \
    'firewall (0-2)' 2 'Accept these settings' y | drive
ok $? "by questions" "$(cat "$work/setup.log" "$work/drive.out")"
check "by questions: in rp-pppoe's order" test "$(tr -d '\r' <"$work/setup.log" |
    grep -oxE 'USER NAME|INTERFACE|DNS|PASSWORD|FIREWALLING|\*\* Summary.*' | head -6 | tr '\n' ' ')" = \
    "USER NAME INTERFACE DNS PASSWORD FIREWALLING ** Summary of what you entered ** "
check "by questions: a wrong answer is asked for again" says 'Not possible: an IPv4 or IPv6 address'
check "by questions: the password is not echoed" sh -c "! grep -qE 'sesame|secret[12]' '$work/setup.log'"
for line in ETH=eth0 USER=alice DNSTYPE=SPECIFY DNS1=192.0.2.53 FIREWALL=MASQUERADE; do
    check "by questions: $line" has "$conf" "$line"
done
check "by questions: the secret" has "$etc/ppp/pap-secrets" $'"alice"\t*\t"open sesame"'

state >"$work/state"
printf '%s\t%s\n' 'Your PPPoE user name' bob 'Ethernet interface' eth0 'Demand' no 'Primary name server' '' \
    'Your PPPoE password' '^C' | drive
ok $(($? == 0)) "interrupted at the password: ends"
check "interrupted at the password: the terminal echoes again" grep -q "echo is on" "$work/drive.out"
untouched "interrupted"

new_etc
mkdir -p "$etc/sysconfig/network-scripts"
printf '%s\t%s\n' 'Your PPPoE user name' alice 'Ethernet interface' eth0 'Demand' '' 'Primary name server' server \
    'Your PPPoE password' x 'password again' x 'May users' yes 'firewall (0-2)' 0 'when the machine starts' yes \
    'Accept' y | drive
ok $? "on Fedora" "$(cat "$work/setup.log")"
ifcfg=$etc/sysconfig/network-scripts/ifcfg-ppp0
for line in TYPE=xDSL DEVICE=ppp0 ETH=eth0 USER=alice ONBOOT=yes USERCTL=yes PEERDNS=yes DEMAND=no \
    PIDFILE=/var/run/pppoe-adsl.pid; do
    check "on Fedora: $line" has "$ifcfg" "$line"
done
cp "$DIALTONE_SOURCE/tests/vectors/ifcfg-ppp0" "$ifcfg"
setup -u 'sz3lmc48@163.gd' -i enp1s0 --password-file "$work/password" --dns1 server
ok $? "over the recorder's own file" "$(cat "$work/setup.log")"
check "the recorder's own file: only DNS and its like are new" sh -c \
    "diff '$DIALTONE_SOURCE/tests/vectors/ifcfg-ppp0' '$ifcfg' | grep '^[<>]' | sort | tr '\n' ' ' |
     grep -qx '> DNS1= > DNS2= > DNSTYPE=SERVER '"

# --- the search
server
ip -n "$host_ns" link add quiet0 type veth peer name quiet1
ip -n "$host_ns" link set quiet0 addrgenmode none up
ip -n "$host_ns" link set quiet1 addrgenmode none up
ip -n "$host_ns" link add down0 type veth peer name down1
setup --find
ok $? "--find: exit code 0" "$(cat "$work/setup.log")"
check "--find: who answers" says '^eth0: answered by "test-ac" \(02:00:00:00:00:02\)$'
check "--find: who does not" says '^quiet0: no answer$'
check "--find: what is down" says '^down0: down, or no cable$'
check "--find: no session was opened" sh -c "! grep -q event=opened '$work/ac.log'"
check "--find: lo is not Ethernet" sh -c "! grep -q '^lo' '$work/setup.log'"
new_etc
printf '%s\t%s\n' 'Your PPPoE user name' alice 'Ethernet interface' find '(default eth0)' '' | drive || true
check "find at the question: the one that is answered becomes the default" says 'interface .default eth0.'
stop_server
setup --find
ok $(($? != 1)) "--find: exit code 1 if nobody answers" "$(cat "$work/setup.log")"
finish
