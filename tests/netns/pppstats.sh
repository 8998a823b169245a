#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppstats: of a line of ours what the device has counted; of the kernel's PPP the very columns of package
# ppp's, whose counters a library in front of the kernel makes.
. "$(dirname "$0")/lib.sh"
begin
bin=$work/bin
mkdir -p "$bin"
chmod 755 "$work" "$bin"
cp "$build/src/program/command/dialtone" "$bin"
ln -s dialtone "$bin/pppstats"
fake=$build/tests/libppp_counters_fake.so
theirs=
for program in /usr/sbin/pppstats.ppp /usr/sbin/pppstats; do
    # Ours knows --help.
    [ -x "$program" ] && ! "$program" --help >/dev/null 2>&1 && { theirs=$program; break; }
done

as_theirs() { # NAME ENVIRONMENT OPTION...
    local name=$1 environment=$2 expected found
    shift 2
    expected=$(env $environment "$theirs" "$@" 2>&1; echo "code $?")
    found=$(env $environment "$bin/pppstats" "$@" 2>&1; echo "code $?")
    # getopt(3) says the whole path.
    [ "${expected//$theirs/pppstats}" = "${found//$bin\/}" ]
    ok $? "as package ppp's: $name $*" "$expected
$found"
}
if [ -z "$theirs" ]; then
    echo "ok $((++tests_run)) - as package ppp's # SKIP it is not there"
else
    for options in "" -x "-c x" "-c 0" "-w 0" "ppp0 ppp1" nobody lo "-v lo"; do
        as_theirs "words," X= $options
    done
    # The sanitizers want to be the first library.
    if ! grep -q __asan_init "$bin/dialtone"; then
        for options in "" -v -r -z "-r -v" "-z -r" "-a -d" "-c 2 -w 1" "-d -c 2 -w 1" "-d -r -c 2 -w 2" \
            "-d -z -c 2 -w 1" "-a -r -v -c 2 -w 1"; do
            as_theirs "counters," "LD_PRELOAD=$fake SEED=$$" $options lo
        done
        as_theirs "no compression," "LD_PRELOAD=$fake SEED=$$ NOTHING=1" -r lo
        as_theirs "no compression," "LD_PRELOAD=$fake SEED=$$ NOTHING=1" -z lo
    fi
fi

server
line
check "the line is up" wait_up
check "packets pass" ping_ac 5
counted() { # whether a row has what the device has
    local row
    read -r -a row < <(on_host "$bin/pppstats" -a | tail -n 1)
    echo "${row[*]}"
    [ "${row[0]} ${row[1]} ${row[6]} ${row[7]}" = "$(on_host cat /sys/class/net/ppp0/statistics/{rx_bytes,rx_packets,tx_bytes,tx_packets} | tr '\n' ' ' | sed 's/ $//')" ] &&
        [ "${row[1]}" -ge 5 ]
}
check "the device's counters" counted
check "as JSON" sh -c "ip netns exec $host_ns $bin/pppstats --json | python3 -c 'import json, sys; row = json.load(sys.stdin); sys.exit(not (row[\"interface\"] == \"ppp0\" and row[\"sent_packets\"] >= 5))'"
on_host "$bin/pppstats" -w 1 -c 2 >"$work/rows" 2>&1
check "a second row of what came since" sh -c "[ \$(wc -l <$work/rows) -eq 3 ] && tail -n 1 $work/rows | grep -qE '^ +0 +0 +0 +0 +0  \|'"
stop_line
on_host "$bin/pppstats" >"$work/out" 2>&1
[ $? -eq 1 ] && grep -q "pppstats: nonexistent interface 'ppp0' specified" "$work/out"
ok $? "no device, code 1" "$(cat "$work/out")"
finish
