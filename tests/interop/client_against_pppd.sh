#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A client against Debian's pppoe-server and pppd in a User-Mode Linux guest; TAP.
#
# usage: client_against_pppd.sh [CLIENT [SIDE]]
#   CLIENT  dialtone (ours, the default) or, to check the rig itself, plugin or pty
#   SIDE    host or client (a second guest); ours runs on the host side unless told otherwise

. "$(dirname "${BASH_SOURCE[0]}")/rig.sh"

program=${1:-dialtone}
side=${2:-host}
[ "$program" = dialtone ] || side=client # the host's kernel may have no PPP
AUTHS=${AUTHS:-pap chap mschap-v2 eap}

[ "$program" != dialtone ] || [ -x "$DIALTONE_BUILD/src/program/line/pppoe-connect" ] ||
	tap_skip_all "no pppoe-connect in $DIALTONE_BUILD"

rig_enter "$@"

client() {
	rig_at "$side" "$*"
}

server() {
	rig_at server "$*"
}

# start AUTH SERVICE [KEY=VALUE...]
start() {
	server "server_start rp-pppoe $1 $2" || return
	client "client_start $program ${*:3}"
}

# The next case starts from nothing.
reset() {
	client client_sweep
	server "server_crash"
	rig_wait 5 server_empty
}

server_empty() {
	[ "$(server server_sessions)" = 0 ]
}

failure_logs() {
	note_log "the client's log" $RIG_WORK/client-ppp0.log
	note_log "the server's log" $RIG_WORK/server.log
}

# up TEXT [SECONDS]: the address is there within that time
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
	client "client_ping 3 10.9.0.1" && client "client_ping 2 10.9.0.1 -M do -s 1464"
}

# Having acknowledged a Terminate-Request, pppd waits one restart timer more (RFC 1661 section 4.4:
# This-Layer-Finished follows a timeout), so its log is the witness, not its end.
server_sees_end() {
	rig_wait 1 grep -E 'rcvd \[LCP TermReq|Modem hangup' $RIG_WORK/server.log
}

# The client said it is leaving, in PPP or at least in PPPoE.
client_said_goodbye() {
	rig_frames "eth.src == $client_mac && (ppp.code == 5 || pppoe.code == 0xa7)"
}

stop_leaves_nothing() {
	local begin=${EPOCHREALTIME/./}
	check "$1: SIGTERM ends it" client "client_stop"
	note "after $(((${EPOCHREALTIME/./} - begin) / 1000)) ms"
	check "$1: the server's pppd sees the end at once" server_sees_end ||
		note_log "the server's log" $RIG_WORK/server.log
	check "$1: it said so on the wire" client_said_goodbye
	check "$1: nothing is left" client "client_left_nothing"
}

case_auth() {
	local auth=$1
	start "$auth" internet
	if up "$auth"; then
		check "$auth: both addresses are as given" address_is_given
		check "$auth: packets pass, up to 1492 bytes" traffic_passes
		check "$auth: the default route is there" client "peer_wait 2 client_has_route"
		check "$auth: the DNS servers are there" client "peer_wait 2 client_has_dns"
		stop_leaves_nothing "$auth"
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
	start "$auth" internet PASSWORD=wrong
	check "wrong password, $auth: refused on the wire" rig_wait 10 rig_frames "$refusal" ||
		failure_logs
	check "wrong password, $auth: no address" client "! client_address"
	client "client_stop" >/dev/null
	check "wrong password, $auth: nothing is left" client "client_left_nothing"
	reset
}

case_unknown_service() {
	start chap other SERVICENAME=internet
	check "unknown service: it asks" rig_wait 5 \
		rig_frames 'pppoe.code == 0x09 && pppoed.tags.service_name == "internet"'
	sleep 1
	check "unknown service: it takes no offer" rig_no_frames 'pppoe.code == 0x19'
	check "unknown service: no address" client "! client_address"
	[ "$program" != pty ] || tap_todo="pppd leaves its pppoe behind while that is in discovery"
	check "unknown service: SIGTERM ends it" client "client_stop"
	check "unknown service: nothing is left" client "client_left_nothing"
	tap_todo=
	reset
}

case_named_service() {
	start chap internet SERVICENAME=internet ACNAME=rig-ac
	up "service and concentrator by name"
	client "client_stop" >/dev/null
	reset
}

# redial TEXT SHELL-TEXT SECONDS: what the server does, and how long the new session may take
redial() {
	local begin first
	first=$(client client_address)
	begin=${EPOCHREALTIME/./}
	server "$2"
	check "$1: a new session, and packets pass" rig_wait "$3" new_session "$first" ||
		{ failure_logs; return 1; }
	note "after $(((${EPOCHREALTIME/./} - begin) / 1000)) ms: $(client client_address)"
}

# The server's next session has its next address.
new_session() {
	local now
	now=$(client client_address)
	[ -n "$now" ] && [ "$now" != "$1" ] && client "ping -q -c 1 -W 1 10.9.0.1"
}

case_redial() {
	start chap internet LCP_INTERVAL=1 LCP_FAILURE=3
	if up "redial"; then
		redial "the server's pppd is killed" "server_end_sessions KILL" 12
		redial "the server hangs up" "server_end_sessions TERM" 12
		redial "the server crashes and comes back" \
			"server_crash; server_start rp-pppoe chap internet" 20
		stop_leaves_nothing "after redials"
	fi
	reset
}

link_local_ping() {
	local peer
	peer=$(server "ip -6 -o address show dev ppp0 scope link" | grep -o 'fe80::[0-9a-f:]\+' |
		head -1)
	client "client_ping 2 $peer%ppp0"
}

case_ipv6() {
	start chap internet IPV6INIT=yes
	if up "IPv6"; then
		check "IPv6: the peer's link-local address answers" rig_wait 5 link_local_ping
		client "ip -6 -o address show dev ppp0" | sed 's/^/# /'
	fi
	client "client_stop" >/dev/null
	reset
}

# Debian's kernel offers Deflate and BSD-Compress through the server's pppd: CCP (RFC 1962).
case_compression_offered() {
	server "insmod $kernel_modules/ppp_deflate.ko; insmod $kernel_modules/bsd_comp.ko"
	start chap internet
	if up "CCP offered"; then
		check "CCP offered: it was" rig_wait 3 rig_frames ccp
		check "CCP offered: packets pass, up to 1492 bytes" traffic_passes
	fi
	client "client_stop" >/dev/null
	reset
}

run() {
	rig_capture "$(IFS=-; echo "$*")" server
	"case_$1" "${@:2}"
	rig_capture_end
}

guests=(server)
client_mac=02:00:00:00:cc:03
if [ "$side" = client ]; then
	guests+=(client)
	client_mac=${RIG_MAC[client]}
fi
rig_boot "${guests[@]}"
kernel_modules="/usr/lib/uml/modules/\$(uname -r)/kernel/drivers/net/ppp"

for auth in $AUTHS; do
	run auth "$auth"
done
for auth in $AUTHS; do
	run wrong_password "$auth"
done
run named_service
run unknown_service
run redial
run ipv6
run compression_offered
rig_check_frames
tap_end
