#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The same cases with Debian's pppoe-start, -stop, -status and -connect and with ours, in one guest,
# against Debian's pppoe-server.  The transcripts must be the same, but for the differences that
# side_differences.toml lists with their reasons; TAP, one line a case.
#
# usage: side_by_side.sh [CASE...]

. "$(dirname "${BASH_SOURCE[0]}")/rig.sh"

all='life no_old_route recorder stock dns_specify peerdns_no defaultroute_no defroute_no override
	connect connect_ended no_wait missing_config ordinary_user stale_dead stale_another two_at_once
	silence interrupted wrong_password lost'

[ -x "$DIALTONE_BUILD/src/program/command/dialtone" ] || tap_skip_all "no dialtone in $DIALTONE_BUILD"
rig_enter "$@"

# Ours, beside one another as they are installed.
our_commands() {
	rig_at client "mkdir -p /run/ours && cd /run/ours &&
		cp $DIALTONE_BUILD/src/program/command/dialtone \
			$DIALTONE_BUILD/src/program/line/pppoe-connect . &&
		for name in start stop status; do ln -s dialtone pppoe-\$name; done"
}

# transcript BIN CASE
transcript() {
	[ "$2" != silence ] || rig_at server server_crash
	rig_at client ". $RIG_TESTS/side_driver.sh; side_case $1 $2"
	[ "$2" != silence ] || rig_at server "server_start rp-pppoe chap internet"
	rig_at server "server_end_sessions KILL"
	rig_wait 5 server_empty
}

server_empty() {
	[ "$(rig_at server server_sessions)" = 0 ]
}

compare() {
	/usr/bin/python3 -I "$RIG_TESTS/side_compare.py" "$RIG_TESTS/side_differences.toml" \
		$RIG_WORK/transcripts "$@"
}

rig_boot server client
rig_at server "server_start rp-pppoe chap internet" || exit 1
our_commands || exit 1
mkdir -p $RIG_WORK/transcripts/{debian,ours}
cases=${*:-$all}
for case in $cases; do
	transcript /usr/sbin "$case" >$RIG_WORK/transcripts/debian/"$case"
	transcript /run/ours "$case" >$RIG_WORK/transcripts/ours/"$case"
	check "$case: the same, but for what is intended" compare "$case"
done
[ $# -gt 0 ] || check "each of the intended differences was seen" compare --all
tap_end
