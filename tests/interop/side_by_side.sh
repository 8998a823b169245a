#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The same cases with Debian's pppoe-start, -stop, -status and -connect and with ours, each in a
# guest of its own, against Debian's pppoe-server.  The transcripts must be the same, but for the
# differences that side_differences.toml lists with their reasons; TAP, one line a case.
#
# usage: side_by_side.sh [CASE...]
#        side_by_side.sh --transcripts BIN FOLDER CASE...    one side of it, for itself

. "$(dirname "${BASH_SOURCE[0]}")/rig.sh"

all='life no_old_route recorder stock dns_specify peerdns_no defaultroute_no defroute_no override
	connect connect_ended no_wait no_poll config ordinary_user stale_dead stale_another
	two_at_once silence interrupted wrong_password lost'

# --- one side, inside the rig ---------------------------------------------------------------------

# Ours, beside one another as they are installed.
our_commands() {
	rig_at client "mkdir -p /run/ours && cd /run/ours &&
		cp $DIALTONE_BUILD/src/program/command/dialtone \
			$DIALTONE_BUILD/src/program/line/pppoe-connect . &&
		for name in start stop status; do ln -s dialtone pppoe-\$name; done"
}

server_empty() {
	[ "$(rig_at server server_sessions)" = 0 ]
}

# transcript BIN CASE
transcript() {
	case $2 in
	silence | interrupted) rig_at server server_crash ;;
	*) rig_at server "server_gone || exit 0; server_start rp-pppoe chap internet" ;;
	esac
	rig_at client ". $RIG_TESTS/side_driver.sh; side_case $1 $2"
	rig_at server "server_end_sessions KILL"
	rig_wait 5 server_empty
}

transcripts() {
	local bin=$1 folder=$2 case
	rig_boot server client
	our_commands || exit 1
	for case in "${@:3}"; do
		transcript "$bin" "$case" >"$folder/$case.part"
		mv "$folder/$case.part" "$folder/$case"
	done
}

if [ "${1:-}" = --transcripts ]; then
	rig_enter "$@"
	transcripts "${@:2}"
	exit
fi

# --- both, and what they tell ---------------------------------------------------------------------

reason=$(rig_missing) && tap_skip_all "$reason"
[ -x "$DIALTONE_BUILD/src/program/command/dialtone" ] || tap_skip_all "no dialtone in $DIALTONE_BUILD"

folder=$(mktemp -d)
RIG_WORK=$folder # of `check`
sides=()
trap 'kill "${sides[@]}" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 143' TERM INT HUP

compare() {
	/usr/bin/python3 -I "$RIG_TESTS/side_compare.py" "$RIG_TESTS/side_differences.toml" \
		"$folder" "$@"
}

both_have() {
	[ -e "$folder/debian/$1" ] && [ -e "$folder/ours/$1" ]
}

both_ended() {
	! kill -0 "${sides[@]}"
}

# record CASE...: both sides' transcripts of these cases; begun, not waited for.
record() {
	local side
	sides=()
	for side in debian:/usr/sbin ours:/run/ours; do
		mkdir -p "$folder/${side%%:*}"
		(cd "$folder/${side%%:*}" && rm -f -- "$@")
		RIG_KEEP=${RIG_KEEP:+$RIG_KEEP/${side%%:*}} bash "$0" --transcripts "${side#*:}" \
			"$folder/${side%%:*}" "$@" >>"$folder/${side%%:*}.log" 2>&1 &
		sides+=($!)
	done
}

is_same() {
	rig_wait 120 eval "both_have $1 || both_ended"
	compare "$1" >/dev/null 2>&1
}

# Debian's scripts race with pppd and with each other: a case that differs has a second go.
read -ra cases <<<"$(echo ${*:-$all})"
again=()
record "${cases[@]}"
for case in "${cases[@]}"; do
	is_same "$case" || again+=("$case")
done
wait "${sides[@]}"
if [ ${#again[@]} -gt 0 ]; then
	echo "# once more: ${again[*]}"
	record "${again[@]}"
	for case in "${again[@]}"; do is_same "$case"; done
	wait "${sides[@]}"
fi
for case in "${cases[@]}"; do
	check "$case: the same, but for what is intended" compare "$case"
done
[ $# -gt 0 ] || check "each of the intended differences was seen" compare --all
for side in debian ours; do
	[ ! -s "$folder/$side.log" ] || note_log "said on the side of $side" "$folder/$side.log"
done
[ -z "${RIG_KEEP:-}" ] || cp -r "$folder/debian" "$folder/ours" "$RIG_KEEP/"
tap_end
