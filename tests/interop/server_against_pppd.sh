#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# An access concentrator against Debian's pppd in a User-Mode Linux guest, through rp-pppoe.so (the
# kernel's PPPoE) and through pppoe (user mode); TAP.
#
# usage: server_against_pppd.sh [SERVER [SIDE]]
#   SERVER  dialtone (ours, the default) or, to check the rig itself, rp-pppoe
#   SIDE    host or server (a second guest); ours runs on the host side unless told otherwise

. "$(dirname "${BASH_SOURCE[0]}")/rig.sh"

program=${1:-dialtone}
side=${2:-host}
[ "$program" = dialtone ] || side=server # the host's kernel may have no PPP
AUTHS=${AUTHS:-pap chap mschap-v2 eap}

[ "$program" != dialtone ] || [ -x "$DIALTONE_BUILD/src/program/server/pppoe-server" ] ||
	tap_skip_all "no pppoe-server in $DIALTONE_BUILD"

rig_enter "$@"

client() {
	rig_at client "$*"
}

# The second client of the same guest.
other_client() {
	rig_at client "CLIENT_DEVICE=ppp1; . $RIG_TESTS/peer-client.sh; $*"
}

server() {
	rig_at "$side" "$*"
}

# The next case starts from nothing.
reset() {
	client client_sweep
	server server_crash
	rig_wait 5 server_has 0
}

# server_has SESSIONS
server_has() {
	[ "$(server server_sessions)" = "$1" ]
}

failure_logs() {
	note_log "the client's log" $RIG_WORK/client-ppp0.log
	note_log "the server's log" $RIG_WORK/server.log
}

# up TEXT [SECONDS]: the client's address is there within that time
up() {
	local begin=${EPOCHREALTIME/./}
	check "$1: the address is there" client "peer_wait ${2:-8} client_address" ||
		{ failure_logs; return 1; }
	note "after $(((${EPOCHREALTIME/./} - begin) / 1000)) ms: $(client client_address)"
}

address_is_given() {
	client client_address | grep -qx '10\.9\.0\.1[01][0-9] peer 10\.9\.0\.1'
}

# An IP packet of 1492 bytes is 1464 of ping payload (RFC 2516 section 7: an MRU of 1492).
traffic_passes() {
	local address
	client "client_ping 3 10.9.0.1" && client "client_ping 2 10.9.0.1 -M do -s 1464" || return
	address=$(client client_address)
	server "client_ping 2 ${address%% *} -M do -s 1464"
}

# client_hangs_up TEXT
client_hangs_up() {
	check "$1: the client hangs up" client client_stop
	# Debian's own server takes a restart timer to let go; ours should not
	check "$1: the server's session ends" rig_wait 4 server_has 0 || failure_logs
}

case_auth() {
	local auth=$1 kind=$2
	server "server_start $program $auth"
	client "client_start $kind"
	if up "$auth, $kind"; then
		check "$auth, $kind: both addresses are as given" address_is_given
		check "$auth, $kind: packets pass both ways, up to 1492 bytes" traffic_passes
		check "$auth, $kind: the DNS servers are there" client "peer_wait 2 client_has_dns"
		client_hangs_up "$auth, $kind"
	fi
	reset
}

case_server_hangs_up() {
	local kind=$1
	server "server_start $program chap"
	client "client_start $kind"
	if up "server hangs up, $kind"; then
		check "server hangs up, $kind: SIGTERM ends it" server "server_stop 8" ||
			failure_logs
		check "server hangs up, $kind: pppd sees the end" rig_wait 2 \
			grep -E 'LCP TermReq|Modem hangup' $RIG_WORK/client-ppp0.log ||
			failure_logs
		check "server hangs up, $kind: it said so on the wire" rig_frames \
			"eth.src == $server_mac && (ppp.code == 5 || pppoe.code == 0xa7)"
		check "server hangs up, $kind: nothing is left" server server_left_nothing
	fi
	reset
}

case_wrong_password() {
	local auth=$1 refusal
	case $auth in
	pap) refusal='pap.code == 3' ;;
	eap) refusal='eap.code == 4' ;;
	*) refusal='chap.code == 4' ;;
	esac
	server "server_start $program $auth"
	client "client_start plugin PASSWORD=wrong"
	check "wrong password, $auth: refused on the wire" rig_wait 10 rig_frames "$refusal" ||
		failure_logs
	check "wrong password, $auth: no address" client "! client_address"
	check "wrong password, $auth: no session" server_has 0
	client client_stop >/dev/null
	reset
}

case_two_clients() {
	server "server_start $program chap"
	client "client_start plugin"
	other_client "client_start pty"
	up "two clients, the first"
	check "two clients: the second's address is there" other_client \
		"peer_wait 8 client_address" || note_log "its log" $RIG_WORK/client-ppp1.log
	check "two clients: the server has two sessions" server_has 2
	check "two clients: their addresses differ" addresses_differ
	check "two clients: the first reaches the server" client "client_ping 2 10.9.0.1 -I ppp0"
	check "two clients: the second reaches the server" \
		other_client "client_ping 2 10.9.0.1 -I ppp1"
	other_client client_stop >/dev/null
	check "two clients: one hangs up, the other stays" rig_wait 4 server_has 1
	check "two clients: packets pass still" traffic_passes
	other_client client_sweep
	reset
}

addresses_differ() {
	[ "$(client client_address)" != "$(other_client client_address)" ]
}

case_discovery() {
	server "server_start $program chap"
	check "discovery: the concentrator's name" client "pppoe-discovery -I wan0 | grep rig-ac"
	check "discovery: its service" client "pppoe-discovery -I wan0 | grep internet"
	check "discovery: no offer of an unknown service" \
		client "! timeout 3 pppoe-discovery -I wan0 -S other | grep rig-ac"
	reset
}

case_ipv6() {
	server "server_start $program chap"
	client "client_start plugin IPV6INIT=yes"
	if up "IPv6"; then
		check "IPv6: the server's link-local address answers" rig_wait 5 client \
			"client_ping 1 ff02::1%ppp0 && $peer_link_local"
	fi
	client client_stop >/dev/null
	reset
}

run() {
	rig_capture "$(IFS=-; echo "$*")" client
	"case_$1" "${@:2}"
	rig_capture_end
}

# pppd shows the peer's address as the far end of its own
peer_link_local="ping -q -c 1 -W 2 \$(ip -6 -o address show dev ppp0 | grep -o 'peer fe80[^/]*' |
	cut -d' ' -f2)%ppp0"
guests=(client)
server_mac=02:00:00:00:cc:03
if [ "$side" = server ]; then
	guests+=(server)
	server_mac=${RIG_MAC[server]}
fi
rig_boot "${guests[@]}"

run discovery
for auth in $AUTHS; do
	for kind in plugin pty; do
		run auth "$auth" $kind
	done
done
for auth in $AUTHS; do
	run wrong_password "$auth"
done
run server_hangs_up plugin
run server_hangs_up pty
run two_clients
run ipv6
rig_check_frames
tap_end
