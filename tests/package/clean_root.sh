#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The Debian packages on a machine that has nothing: builds them from a copy of this tree, makes a bare
# root of this machine's own release, installs them there with apt, does the main job by what is
# installed, and takes them away again.  The bare root is kept in the build folder for the next time.
. "$(dirname "$0")/../netns/lib.sh"
source=${DIALTONE_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
skip() { # REASON: what comes now can't be done here
    [ "$tests_run" -gt 0 ] || { echo "1..0 # SKIP $1"; exit 0; }
    echo "ok $((tests_run + 1)) - the packages in a bare root # SKIP $1"
    echo "1..$((tests_run + 1))"
    exit $((tests_failed > 0))
}
[ "$(id -u)" -eq 0 ] || skip "needs root: a root folder, network namespaces"
[ -c /dev/net/tun ] || skip "no /dev/net/tun"
for program in dpkg-buildpackage dh mmdebstrap; do
    command -v "$program" >/dev/null || skip "no $program here"
done

stage=$(mktemp -d)
root=$stage/root
leave() {
    [ "$BASHPID" = "$$" ] || return
    clean_up
    mountpoint -q "$root" && umount -R -l "$root"
    rm -rf --one-file-system "$stage"
}
trap leave EXIT
trap 'exit 1' INT TERM

# --- the packages, and a root for them, both at once
build_packages() {
    mkdir "$stage/source" &&
        tar -C "$source" -c --exclude='./build*' --exclude=./.git . | tar -C "$stage/source" -x &&
        cp -r "$stage/source/packaging/debian" "$stage/source/debian" &&
        cd "$stage/source" && DEB_BUILD_OPTIONS='nocheck noautodbgsym' dpkg-buildpackage -b -us -uc
}
# Where this machine itself has its Debian from.
archives() {
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
        'Origin: Debian' | grep -E " $VERSION_CODENAME(-updates|-security)? " | sort -u
}
make_root() {
    # Users are made without all of systemd, or its own files would be taken for ours.
    local more=systemd-standalone-sysusers
    grep -q https: "$stage/sources" && more+=,ca-certificates
    apt-config dump | grep -E '^Acquire::(Check|http|https|Retries|Proxy)' >"$stage/apt.conf"
    mmdebstrap --mode=root --variant=minbase --format=tar --aptopt="$stage/apt.conf" --include="$more" \
        "$VERSION_CODENAME" "$bare.new" "$stage/sources" && mv "$bare.new" "$bare"
}
offline() { # LOG: skips, if that is why it failed
    grep -qE 'Temporary failure resolving|Could not (connect|resolve)|Unable to connect|Network is unreachable' "$1" &&
        skip "the archive of Debian packages cannot be reached"
}

VERSION_CODENAME=
. /etc/os-release
[ "$ID" = debian ] || skip "not a Debian machine"
archives >"$stage/sources"
[ -s "$stage/sources" ] || { apt-get -qq update; archives >"$stage/sources"; }
bare=$build/package-root-$(md5sum <"$stage/sources" | cut -c 1-12).tar
build_packages >"$stage/build.log" 2>&1 &
building=$!
if [ ! -e "$bare" ]; then
    make_root >"$stage/root.log" 2>&1 || { wait; offline "$stage/root.log"; }
fi
mkdir "$root"
tar -C "$root" --numeric-owner -xf "$bare"
ok $? "a bare $VERSION_CODENAME" "$(tail -n 30 "$stage/root.log" 2>/dev/null)"
wait "$building"
ok $? "dpkg-buildpackage" "$(tail -n 30 "$stage/build.log")"
[ "$tests_failed" -eq 0 ] || { echo "1..$tests_run"; exit 1; }

cp -L /etc/resolv.conf "$stage/resolv.conf" # that of the machine, before the tests have one of their own
begin
trap leave EXIT
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mkdir -p "$root/dev/net" "$root/packages"
for device in null zero full random urandom tty net/tun; do
    [ -e "$root/dev/$device" ] || : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
for package in dialtone dialtone-ifupdown; do
    cp "$stage/${package}"_*.deb "$root/packages/$package.deb"
done
cp "$stage/resolv.conf" "$root/etc/resolv.conf"

environment=(/usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive)
inside() { chroot "$root" "${environment[@]}" "$@"; }
at_home() { on_host chroot "$root" "${environment[@]}" "$@" </dev/null; }
apt() {
    inside apt-get -y -qq -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io --no-install-recommends "$@" \
        >"$work/apt.log" 2>&1 </dev/null
}
# Every file but what dpkg, apt and the C library keep for themselves, and system users' files.
files() {
    (cd "$root" && find . -xdev ! -path './var/lib/dpkg/*' ! -path './var/lib/apt/*' ! -path './var/cache/*' \
        ! -path './var/log/*' ! -path './etc/*-' ! -path './etc/ld.so.cache' ! -path './etc/.pwd.lock' \
        ! -path './packages/*' -printf '%p %M %u %l\n' | sort)
}
engine_of_home() { ip netns pids "$host_ns" | xargs -r ps -o pid=,args= -p | awk '/--engine/ { print $1; exit }'; }
has() { inside test -e "$1"; }
says() { grep -qE -- "$2" "$1" || { cat "$1"; return 1; }; }
run() { at_home "$@" >"$work/out" 2>&1; }

apt -o APT::Update::Error-Mode=any update || { offline "$work/apt.log"; }
ok $? "apt-get update" "$(cat "$work/apt.log")"

# --- installed
files >"$stage/files-before"
apt install ./packages/dialtone.deb
ok $? "apt-get install dialtone" "$(cat "$work/apt.log")"
check "it brings its user" inside getent passwd dialtone
inside dpkg -L dialtone >"$work/unpacked"
check "it has no program with privileges of its own" \
    sh -c "cd '$root' && sed s,^/,, '$work/unpacked' | xargs stat -c '%A %n' | awk '/^-..s/ || /^-.....s/ { bad = 1; print } END { exit bad }'"
check "it enables no line" sh -c "! find '$root/etc/systemd' -name '*dialtone*' | grep ."
check "it has no file in /etc" sh -c "! grep '^/etc/.*/.*/' '$work/unpacked'"
for name in $(sed -n 's,^/usr/s\?bin/,,p' "$work/unpacked"); do
    inside "$name" --version >"$work/out" 2>&1 && grep -q Dialtone "$work/out"
    ok $? "$name starts" "$(cat "$work/out")"
done

# --- the main job
remember
echo 'open sesame' >"$root/tmp/password"
printf '%s\n' 'alice * "open sesame" *' >"$root/tmp/ac-secrets"
chmod 600 "$root"/tmp/*
ip netns exec "$ac_ns" chroot "$root" /usr/sbin/pppoe-server -I eth0 -C clean-ac -L 10.9.0.1 -R 10.9.0.100 -N 20 -F \
    --secrets /tmp/ac-secrets --dns 9.9.9.9 >"$work/ac.log" 2>&1 &
pids+=($!)
check "pppoe-server" wait_log "$work/ac.log" event=ready 5
run pppoe-setup --user alice --interface eth0 --password-file /tmp/password --dns1 server
ok $? "pppoe-setup, by options" "$(cat "$work/out")"
check "it writes the configuration" has /etc/ppp/pppoe.conf
run pppoe-start
ok $? "pppoe-start" "$(cat "$work/out")"
check "packets go over the line" ping_ac
check "the default route is the line's" sh -c "ip -n '$host_ns' route | grep -q '^default dev ppp'"
check "the resolver has the line's name server" grep -q 9.9.9.9 "$root/etc/resolv.conf"
run pppoe-status
ok $? "pppoe-status" "$(cat "$work/out")"
check "pppoe-status: the words" says "$work/out" '^pppoe-status: Link is up and running on interface ppp'
run dialtone status --json
ok $? "dialtone status --json" "$(cat "$work/out")"
check "it is JSON, of a line that is up" python3 -c 'import json, sys
assert json.load(open(sys.argv[1]))[0]["stage"] == "up"' "$work/out"
check "the engine has the package's user" \
    grep -q "^Uid:.$(inside id -u dialtone)\>" "/proc/$(engine_of_home)/status"
run pppoe-stop
ok $? "pppoe-stop" "$(cat "$work/out")"
unchanged "all is as before"
check "the resolver's file is as before" cmp "$stage/resolv.conf" "$root/etc/resolv.conf"

# --- upgraded, and removed, with the line up
run pppoe-start
ok $? "pppoe-start again" "$(cat "$work/out")"
run dpkg -i /packages/dialtone.deb
ok $? "installed over itself" "$(cat "$work/out")"
check "the line stays up" ping_ac
run apt-get -y -qq -o Dpkg::Use-Pty=0 --no-download remove dialtone
ok $? "apt-get remove" "$(cat "$work/out")"
unchanged "it has hung up, and all is as before"
check "the resolver's file is as before" cmp "$stage/resolv.conf" "$root/etc/resolv.conf"
apt purge dialtone && apt autoremove --purge
ok $? "apt-get purge" "$(cat "$work/apt.log")"
for file in pppoe.conf chap-secrets pap-secrets; do
    check "the administrator's $file stays" has "/etc/ppp/$file"
done
rm -rf "$root/etc/ppp"
files >"$stage/files-after"
check "it leaves no file behind" diff "$stage/files-before" "$stage/files-after"

# --- in the place of Debian's pppoe, and under ifupdown
apt install pppoe ppp ifupdown
ok $? "apt-get install pppoe ppp ifupdown" "$(cat "$work/apt.log")"
apt install ./packages/dialtone.deb ./packages/dialtone-ifupdown.deb
ok $? "apt-get install dialtone over them" "$(cat "$work/apt.log")"
check "pppoe has gone" sh -c "! chroot '$root' dpkg -s pppoe 2>/dev/null | grep -q '^Status:.* installed'"
inside apt-get -s -qq --no-install-recommends install pppoeconf >"$work/out" 2>&1
check "what depends on pppoe takes dialtone for it" sh -c "grep -q '^Inst pppoeconf' '$work/out' && ! grep -E 'Remv|Inst pppoe ' '$work/out'"
check "pppd's pon is kept" test -x "$root/usr/bin/pon.ppp"

cat >"$root/etc/ppp/peers/dsl" <<'END'
noipdefault
defaultroute
replacedefaultroute
hide-password
noauth
persist
plugin rp-pppoe.so
nic-eth0
user "alice"
usepeerdns
END
echo '/dev/null call-no-one' >"$root/etc/ppp/peers/modem"
printf '%s\n' 'alice * "open sesame"' >"$root/etc/ppp/chap-secrets"
cat >"$root/etc/network/interfaces" <<'END'
iface wan inet ppp
    provider dsl
iface ppp0 inet manual
    up pppoe-start /etc/ppp/line.conf
    down pppoe-stop /etc/ppp/line.conf
END
printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 >"$root/etc/ppp/line.conf"
is_up() { at_home dialtone status && on_host ip route | grep -q '^default dev ppp'; }
run ifup wan
ok $? "ifup of a line with \"provider\"" "$(cat "$work/out")"
check "it comes up" wait_until 5 is_up
check "packets go over it" ping_ac
run ifdown wan
ok $? "ifdown" "$(cat "$work/out")"
unchanged "all is as before ifup"
run ifup ppp0
ok $? "ifup of a line with \"up\"" "$(cat "$work/out")"
check "packets go over it" ping_ac
run ifdown ppp0
ok $? "ifdown" "$(cat "$work/out")"
unchanged "all is as before ifup"
run pon modem
ok $(($? == 0)) "pon of another peer fails as pppd does" "$(cat "$work/out")"
check "it was pppd that was asked" says "$work/out" 'call-no-one'
run pon dsl
ok $? "pon" "$(cat "$work/out")"
check "it comes up" wait_until 5 is_up
run poff -r dsl
ok $? "poff -r" "$(cat "$work/out")"
check "it comes up again" wait_until 5 is_up
run poff dsl
ok $? "poff" "$(cat "$work/out")"
run poff dsl
ok $(($? != 1)) "poff of a line that does not run: 1" "$(cat "$work/out")"
apt purge dialtone dialtone-ifupdown
ok $? "apt-get purge of both" "$(cat "$work/apt.log")"
check "ppp has all of its files again" sh -c "! chroot '$root' dpkg --verify ppp | grep ."
check "no aside is left" sh -c "! find '$root/usr' -name '*.ppp' -o -name '*.ppp.[18].gz' | grep ."
finish
