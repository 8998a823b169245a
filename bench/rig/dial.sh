#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# How long a dial takes, how long a redial, and how much memory a client holds: Debian's clients and
# ours, in turn, in one User-Mode Linux guest, against Debian's pppoe-server in another.
#
# usage: dial.sh [-n RUNS] [-o JSON-FILE] [-a AUTH]
#
# Ours takes part if it is built; DIALTONE_BUILD says where.

. "$(dirname "${BASH_SOURCE[0]}")/../../tests/interop/rig.sh"

RIG_BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
runs=20
json=
auth=chap
while getopts n:o:a: option; do
	case $option in
	n) runs=$OPTARG ;;
	o) json=$(realpath -m "$OPTARG") ;;
	a) auth=$OPTARG ;;
	*) exit 2 ;;
	esac
done

rig_enter "$@"
export PEER_DEBUG=

starters=(plugin pty)
redialers=(connect pty)
if [ -x "$DIALTONE_BUILD/src/program/line/pppoe-connect" ]; then
	starters+=(dialtone)
	redialers+=(dialtone)
else
	note "no pppoe-connect in $DIALTONE_BUILD: the peers only" >&2
fi

rig_boot server client
rig_at server "PEER_DEBUG= server_start rp-pppoe $auth" || exit 1
vectors=
for program in plugin pty connect ${redialers[2]:-}; do
	vectors+="PEER_DEBUG= client_vector $program /run/vector.$program && "
done
rig_at client "${vectors} true" || exit 1

join() {
	local IFS=,
	echo "$*"
}
rig_at client "/usr/bin/python3 -I -S $RIG_BENCH/dial_measure.py --runs $runs \
	--start $(join "${starters[@]}") --redial $(join "${redialers[@]}") \
	--server ${RIG_ADDRESS[server]}:$RIG_AGENT_PORT --output $RIG_WORK/dial.json" >&2 || exit 1
[ -z "$json" ] || cp $RIG_WORK/dial.json "$json"
/usr/bin/python3 -I "$RIG_BENCH/dial_table.py" $RIG_WORK/dial.json
