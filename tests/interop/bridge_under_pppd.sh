#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Our pppoe in the place of Debian's, under Debian's pppd and pppoe-connect in a User-Mode Linux guest,
# against both concentrators; TAP.
#
# usage: bridge_under_pppd.sh [BRIDGE]
#   BRIDGE  dialtone (ours, the default) or, to check the rig itself, rp-pppoe: Debian's own, without the
#           cases that it fails

. "$(dirname "${BASH_SOURCE[0]}")/rig.sh"

bridge=${1:-dialtone}
program=$DIALTONE_BUILD/src/program/bridge/pppoe
[ "$bridge" != dialtone ] || [ -x "$program" ] || tap_skip_all "no pppoe in $DIALTONE_BUILD"

rig_enter "$@"

client() {
	rig_at client "$*"
}

# Where the concentrator runs: Debian's needs PPP in the kernel, which the host may not have.
server() {
	rig_at "$side" "$*"
}

server_has() {
	[ "$(server server_sessions)" = "$1" ]
}

failure_logs() {
	note_log "the client's log" $RIG_WORK/client-ppp0.log
	note_log "the client's syslog" $RIG_WORK/client.syslog
	note_log "the server's log" $RIG_WORK/server.log
}

up() {
	check "$1: the address is there" client "peer_wait 10 client_address" || { failure_logs; return 1; }
}

# Packets of 1492 bytes are 1464 of ping payload.
pings_pass() {
	client "client_ping 3 10.9.0.1 && client_ping 2 10.9.0.1 -M do -s 1464"
}

# A hundred packets at once: none may be lost, or have run together with another on the terminal.
bursts_pass() {
	local address hearing
	address=$(client client_address)
	address=${address%% *}
	rm -f $RIG_WORK/transfer.ready
	client "python3 -I $RIG_TESTS/transfer.py hear $address 5002 $RIG_WORK/transfer.ready" >$RIG_WORK/heard &
	hearing=$!
	rig_wait 10 test -e $RIG_WORK/transfer.ready
	server "python3 -I $RIG_TESTS/transfer.py burst $address 5002 100"
	wait $hearing
	cat $RIG_WORK/heard
	[ "$(<$RIG_WORK/heard)" = 100 ]
}

bytes_arrive() {
	local here there
	rm -f $RIG_WORK/transfer.ready
	server "python3 -I $RIG_TESTS/transfer.py serve 10.9.0.1 5001 $RIG_WORK/transfer.ready" \
		>$RIG_WORK/transfer.server 2>&1 &
	local serving=$!
	rig_wait 10 test -e $RIG_WORK/transfer.ready
	client "python3 -I $RIG_TESTS/transfer.py call 10.9.0.1 5001" >$RIG_WORK/transfer.client 2>&1
	wait $serving
	cat $RIG_WORK/transfer.client $RIG_WORK/transfer.server
	read -r here there <$RIG_WORK/transfer.client
	[ ${#here} = 64 ] && [ "$(<$RIG_WORK/transfer.server)" = "$there $here" ]
}

# -m 1412: what the client sends, seen on the wire, and what it hears.
segments_are_lowered() {
	rig_frames "pppoes && tcp.flags.syn == 1 && tcp.options.mss_val <= 1412" &&
		! rig_frames "pppoes && eth.src == ${RIG_MAC[client]} && tcp.options.mss_val > 1412"
}

# hang_up KIND
hang_up() {
	[ "$1" != connect ] || client '/usr/sbin/pppoe-stop $CLIENT_STATE.conf && peer_wait 10 client_gone'
	[ "$1" = connect ] || client client_stop
}

case_carries() {
	local kind=$1 synchronous=$2 concentrator=$3 text
	text="$kind against $concentrator, synchronous: $synchronous"
	side=host
	[ "$concentrator" = dialtone ] || side=server
	server "server_start $concentrator chap"
	client "client_start $kind SYNCHRONOUS=$synchronous"
	if up "$text"; then
		check "$text: packets pass, up to 1492 bytes" pings_pass || failure_logs
		# Debian's concentrator loses some of its own: its ppp0 has room for three
		[ "$concentrator" != dialtone ] ||
			check "$text: bursts pass" bursts_pass || failure_logs
		check "$text: a megabyte each way arrives whole" bytes_arrive || failure_logs
		check "$text: -m 1412 is kept" segments_are_lowered
		check "$text: the client hangs up" hang_up "$kind" || failure_logs
		# our concentrator answers pppd's Terminate-Request with one of its own at once
		check "$text: a PADT is on the wire" rig_wait 2 rig_frames "pppoe.code == 0xa7"
		check "$text: the server's session ends" rig_wait 5 server_has 0 || failure_logs
	fi
	reset
}

case_server_vanishes() {
	side=host
	server "server_start dialtone chap"
	client "client_start pty"
	if up "the concentrator hangs up"; then
		check "the concentrator hangs up: SIGTERM ends it" server "server_stop 8"
		check "the concentrator hangs up: pppoe says so" rig_wait 5 \
			grep -E 'pppoe.*terminated -- received PADT from peer|LCP terminated by peer' \
			$RIG_WORK/client.syslog $RIG_WORK/client-ppp0.log
		# pppd has persist and holdoff 1: its next pppoe finds the next concentrator
		server "server_start dialtone chap"
		check "the concentrator hangs up: pppd dials again" rig_wait 15 server_has 1 || failure_logs
		client client_stop >/dev/null
	fi
	reset
}

# The server's own pppoe, with -n and -e.
case_as_the_servers_own() {
	side=server
	server "mount --bind $program /usr/sbin/pppoe"
	server "server_start rp-pppoe chap"
	client "client_start plugin"
	if up "under pppoe-server"; then
		check "under pppoe-server: it is ours" server \
			"grep -qz -- '^-n' /proc/\$(pgrep -x pppoe)/cmdline &&
				/usr/sbin/pppoe --version | grep Dialtone"
		check "under pppoe-server: packets pass" pings_pass || failure_logs
		check "under pppoe-server: a megabyte each way arrives whole" bytes_arrive || failure_logs
		check "under pppoe-server: the client hangs up" client client_stop
		check "under pppoe-server: no process is left" rig_wait 8 \
			server "! pgrep -x pppoe" || failure_logs
	fi
	reset
}

case_discovery_ends() {
	side=host
	client "client_start pty"
	check "no concentrator: pppoe looks for one" rig_wait 5 rig_frames "pppoe.code == 0x09"
	check "no concentrator: SIGTERM to pppd ends both" client client_stop || failure_logs
	reset
}

reset() {
	client client_sweep
	side=host server server_crash
	side=server server server_crash
}

run() {
	rig_capture "$(IFS=-; echo "$*")" client
	"case_$1" "${@:2}"
	rig_capture_end
}

rig_boot client server
if [ "$bridge" = dialtone ]; then
	client "mount --bind $program /usr/sbin/pppoe"
	run discovery_ends
	run carries pty no dialtone
	run carries pty yes dialtone
	run carries connect no dialtone
	run carries connect yes dialtone
	run carries pty yes rp-pppoe
	run as_the_servers_own
	run server_vanishes
fi
run carries pty no rp-pppoe
run carries connect no rp-pppoe
rig_check_frames
tap_end
