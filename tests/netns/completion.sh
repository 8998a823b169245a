#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# bash completion: what it offers, on a host with these files, interfaces and lines.
. "$(dirname "$0")/lib.sh"
begin
sbin=$work/sbin
mkdir "$sbin"
chmod 755 "$work" "$sbin"
cp "$line_program" "$server_program" "$build/src/program/command/dialtone" "$build/src/program/setup/pppoe-setup" "$build/src/program/discovery/pppoe-discovery" "$build/src/program/sniff/pppoe-sniff" "$sbin"
for name in pppoe-start pppoe-stop pppoe-status; do ln -s dialtone "$sbin/$name"; done
mkdir -p /etc/ppp/peers /etc/sysconfig/network-scripts /run/dialtone/server
touch /etc/ppp/home.conf /etc/ppp/pppoe.conf /etc/ppp/peers/isp /etc/sysconfig/network-scripts/ifcfg-ppp7 \
    /etc/sysconfig/network-scripts/ifcfg-eth0 /run/dialtone/ppp0.socket /run/dialtone/eth0-2.socket \
    /run/dialtone/server/pppoes0.socket
ip -n "$host_ns" link add wan7 type veth peer name wan8
configs='/etc/ppp/home.conf /etc/ppp/peers/isp /etc/ppp/pppoe.conf /etc/sysconfig/network-scripts/ifcfg-ppp7'

cat >"$work/complete.bash" <<'END_OF_SCRIPT'
# complete.bash WORD...: what is offered for the last one, sorted, in one line.
. "$DIALTONE_SOURCE/packaging/completion/dialtone.bash"
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
function=$(complete -p "${1##*/}" | sed 's/.* -F \([^ ]*\).*/\1/')
"$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
sorted=$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort -u)
printf '%s\n' "${sorted//$'\n'/ }"
END_OF_SCRIPT
offers() { # WORDS... : in $offered
    offered=$(cd "$work" && PATH=$sbin:$PATH on_host bash "$work/complete.bash" "$@" 2>&1)
}
expect() { # EXPECTED WORDS...
    local expected=$1
    shift
    offers "$@"
    [ "$offered" = "$expected" ]
    ok $? "$*: $expected" "offered: $offered"
}
has() { # EXPECTED-WORDS WORDS...: these among others
    local wanted missing=
    offers "${@:2}"
    for wanted in $1; do [[ " $offered " = *" $wanted "* ]] || missing="$missing $wanted"; done
    [ -z "$missing" ]
    ok $? "${*:2}: $1" "missing:$missing; offered: $offered"
}

expect '--help --version config discover down drain kick list log redial reload sessions status up watch' dialtone ''
expect 'redial reload' dialtone r
expect '--cancel --server' dialtone drain ''
expect 'pppoes0' dialtone kick --server ''
expect '--json eth0-2 ppp0' dialtone status ''
expect 'ppp0' dialtone watch --json p
expect '--json -f -n eth0-2 ppp0' dialtone log ''
expect 'eth0-2 ppp0' dialtone redial ''
expect "$(echo "$configs eth0-2 home isp ppp0 ppp7 pppoe" | xargs -n 1 | LC_ALL=C sort | xargs)" dialtone down ''
expect '/etc/ppp/home.conf /etc/ppp/peers/isp /etc/ppp/pppoe.conf' dialtone up /etc/ppp/
expect '--json eth0 lo wan7 wan8' dialtone discover ''
expect '' dialtone list ''
expect '' dialtone nonsense ''
for name in pppoe-stop pppoe-status; do
    expect "$configs" $name ''
    expect '--help' $name --h
done
expect "$(echo "$configs eth0 lo wan7 wan8" | xargs)" pppoe-start ''
expect 'wan7' pppoe-connect wan7
expect '' pppoe-connect wan7 ''
expect '/etc/ppp/pppoe.conf' pppoe-connect wan7 alice /etc/ppp/pp
has '--syslog --help --version' pppoe-connect --
has '-I -C -S -L -R -N --secrets --auth --pado-delay --no-ipv6 --help' pppoe-server -
expect 'wan7 wan8' pppoe-server -I wan
expect 'eap' pppoe-server --auth e
expect '' pppoe-server --mtu ''
has '--padi-rate' pppoe-server --no-ipv6 --pad
has '-I --all --vlan -S -C -t -a -Q --json -U -W -D --help' pppoe-discovery -
expect 'wan7 wan8' pppoe-discovery -I wan
has '-I -p --promiscuous --config -l --live -w -r --ip --show-secrets --help' pppoe-sniff -
expect 'wan7 wan8' pppoe-sniff -I wan
expect 'secrets' pppoe-sniff -w sec
has '--config --user --interface --password-file --on-demand --dns1 --dns2 --firewall --user-control --on-boot --find --help --version' \
    pppoe-setup --
expect 'NONE' pppoe-setup --firewall N
expect 'MASQUERADE NONE STANDALONE' pppoe-setup --firewall = ''
expect 'MASQUERADE' pppoe-setup --firewall = M
expect 'no yes' pppoe-setup --firewall NONE --on-boot ''
expect 'eth0' pppoe-setup -i e
expect "$configs" pppoe-setup --config ''
expect "$configs" pppoe-setup -c /
expect 'secrets' pppoe-setup --password-file sec
expect '' pppoe-setup --user ''
has '--user' pppoe-setup --find --us

# The program named is never run from where it lies: only the installed one's --help is read.
mkdir "$work/trap"
printf '#!/bin/sh\ntouch "%s"\n' "$work/sprung" >"$work/trap/pppoe-setup"
chmod 755 "$work/trap/pppoe-setup"
has '--find' "$work/trap/pppoe-setup" --f
check "a file of that name is not run" test ! -e "$work/sprung"

# Installed under every name.
DESTDIR=$work/installed meson install -C "$build" --no-rebuild >"$work/install.out" 2>&1
ok $? "meson install" "$(tail -5 "$work/install.out")"
folder=$(find "$work/installed" -type d -name completions)
for name in dialtone pppdump pppoe pppoe-connect pppoe-discovery pppoe-server pppoe-setup pppoe-sniff pppoe-start pppoe-stop pppoe-status pppstats; do
    check "installed for $name" grep -q "_dialtone" "$folder/$name"
done
page_of() { find "$work/installed" -path "*/man/man[18]/$1.[18]*" | grep -q .; }
pages() { # every program has a page
    local program
    find "$work/installed" \( -path '*bin/*' \) | while read -r program; do
        page_of "${program##*/}" || echo "no page: $program"
    done
}
check "every program has a page" test -z "$(pages)"
finish
