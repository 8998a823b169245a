#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# How long pppoe-start takes, and how long a line that it has brought up is away when something
# happens to it: Debian's scripts and our programs, in turn, in one User-Mode Linux guest, against
# Debian's pppoe-server in another.  Both by the recorder's own ifcfg-ppp0.
#
# usage: family.sh [-r WHAT=RUNS,...] [-o JSON-FILE]
#   WHAT  start padt carrier reboot killed: see family_measure.py

. "$(dirname "${BASH_SOURCE[0]}")/../../tests/interop/rig.sh"

RIG_BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
runs=start=12,padt=12,carrier=10,reboot=3,killed=2
json=
while getopts r:o: option; do
	case $option in
	r) runs=$OPTARG ;;
	o) json=$(realpath -m "$OPTARG") ;;
	*) exit 2 ;;
	esac
done

rig_enter "$@"
export PEER_DEBUG=

rig_boot server client
rig_at server "PEER_DEBUG= server_start rp-pppoe chap" || exit 1
rig_at client "$RIG_BENCH/modem.sh" || exit 1
rig_at client "
	mkdir -p /run/ours /etc/sysconfig/network-scripts && cd /run/ours &&
	cp $DIALTONE_BUILD/src/program/command/dialtone $DIALTONE_BUILD/src/program/line/pppoe-connect \
		$DIALTONE_BUILD/src/program/keeper/dialtone-keeper . &&
	for name in start stop status; do ln -s dialtone pppoe-\$name; done &&
	sed 's/^ETH=.*/ETH=wan0/; s/^USER=.*/USER=alice@rig/' $RIG_TESTS/../vectors/ifcfg-ppp0 \
		>/etc/sysconfig/network-scripts/ifcfg-ppp0 && peer_secrets" || exit 1

config=/etc/sysconfig/network-scripts/ifcfg-ppp0
[ -z "${RIG_KEEP:-}" ] || rig_capture family server
rig_at client "/usr/bin/python3 -I -S $RIG_BENCH/family_measure.py --runs $runs \
	--side debian:/usr/sbin:$config:$RIG_BENCH/watcher.sh \
	--side ours:/run/ours:$config:/run/ours/dialtone-keeper \
	--server ${RIG_ADDRESS[server]}:$RIG_AGENT_PORT --output $RIG_WORK/family.json" >&2 || exit 1
[ -z "$json" ] || cp $RIG_WORK/family.json "$json"
/usr/bin/python3 -I "$RIG_BENCH/family_table.py" $RIG_WORK/family.json
