#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# ENGINE=pppd and LINUX_PLUGIN: our pppoe-connect over Debian's pppd, with Debian's pppoe on its pty
# or rp-pppoe.so, in one guest; Debian's pppoe-server in another; TAP.

. "$(dirname "${BASH_SOURCE[0]}")/rig.sh"

for program in src/program/line/pppoe-connect src/program/command/dialtone; do
	[ -x "$DIALTONE_BUILD/$program" ] || tap_skip_all "no $program in $DIALTONE_BUILD"
done

rig_enter "$@"

client() {
	rig_at client "$*"
}

server() {
	rig_at server "$*"
}

state=/run/client-ppp0
pidfile=$state-program.pid
log=$RIG_WORK/client-ppp0.log
commands=$DIALTONE_BUILD/src/program/command

# start KEY=VALUE...
start() {
	server "server_start rp-pppoe chap internet" || return
	client "client_start dialtone LCP_INTERVAL=1 IPV6INIT=no ${*@Q}"
}

reset() {
	client client_sweep
	server server_crash
	rig_wait 5 server_empty
}

server_empty() {
	[ "$(server server_sessions)" = 0 ]
}

failure_logs() {
	note_log "the client's log" "$log"
	note_log "the server's log" $RIG_WORK/server.log
}

logged() {
	grep -qE -- "$1" "$log"
}

# The line's programs, by name: dialtone's own is called as its symbolic link would be.
command_of_ours() {
	client "bash -c 'exec -a $1 $commands/dialtone ${*:2} $state.ifcfg'"
}

# up TEXT [SECONDS]
up() {
	check "$1: up" rig_wait "${2:-15}" logged 'stage=up up device=ppp0 ' || { failure_logs; return 1; }
	note "$(client client_address)"
	check "$1: packets pass" client "client_ping 3 10.9.0.1"
}

pid_of() {
	client "cat $pidfile$1"
}

is_program() {
	client "readlink /proc/\$(cat $pidfile$1)/exe" | grep -qx "$2"
}

no_pid_files() {
	! client "ls $pidfile*"
}

# The route that wins, beside the old one, which stays.
route_is_ours() {
	client "ip route get 198.51.100.9" | grep 'dev ppp0' &&
		client "ip route show default" | grep 'via 192.168.77.254 dev wan0'
}

route_is_as_before() {
	client "ip route show default" | grep -v 'dev ppp0' | grep -q 'via 192.168.77.254 dev wan0' &&
		! client "ip route show default" | grep 'dev ppp0'
}

status_says() {
	command_of_ours pppoe-status | grep -E "$1"
}

# No process of pppd or pppoe, no device.
nothing_runs() {
	! client "pgrep -x 'pppd|pppoe'" && ! client "ip link show ppp0"
}

# killed TEXT ENDING SIGNAL: that process is killed, and the line dialled anew
killed() {
	local old begin count
	old=$(pid_of "$2")
	count=$(grep -c 'stage=up up device=' "$log")
	begin=${EPOCHREALTIME/./}
	client "kill -$3 $old"
	check "$1: a new session" rig_wait 20 ups_are $((count + 1)) || { failure_logs; return 1; }
	note "after $(((${EPOCHREALTIME/./} - begin) / 1000)) ms"
	check "$1: packets pass" client "peer_wait 5 client_ping 1 10.9.0.1"
	check "$1: our route wins again" rig_wait 3 route_is_ours
}

ups_are() {
	[ "$(grep -c 'stage=up up device=' "$log")" -ge "$1" ]
}

life() {
	local name=$1 pid
	shift
	start "$@"
	up "$name" || return
	check "$name: the default route is ours, the old one stays" rig_wait 3 route_is_ours
	check "$name: PIDFILE is pppoe-connect's" is_program '' '.*/pppoe-connect'
	check "$name: PIDFILE.pppd is pppd's" is_program .pppd /usr/sbin/pppd
	if [ "$name" = pty ]; then
		check "$name: PIDFILE.pppoe is pppoe's" is_program .pppoe /usr/sbin/pppoe
	else
		check "$name: no PIDFILE.pppoe" client "! test -e $pidfile.pppoe"
		check "$name: the kernel carries the packets" client "grep -q . /proc/net/pppoe"
	fi
	check "$name: pppoe-status" status_says '^pppoe-status: Link is up and running on interface ppp0'
	client "$commands/dialtone status" | sed 's/^/# /'
	check "$name: dialtone status has the name servers" \
		sh -c "printf '%s' \"\$1\" | grep -q '9\.9\.9\.9'" - "$(client "$commands/dialtone status --json ppp0")"
	check "$name: no shell between us and pppd" \
		client "grep -qx \"PPid:.\$(cat $pidfile)\" /proc/\$(cat $pidfile.pppd)/status"
	check "$name: the resolver has the name servers" rig_wait 3 client "grep -q 9.9.9.9 /etc/resolv.conf"
	killed "$name, pppd killed" .pppd KILL
	[ "$name" != pty ] || killed "$name, pppoe killed" .pppoe KILL
	[ "$name" != pty ] || killed "$name, pppoe ended" .pppoe TERM
	killed "$name, pppd ended" .pppd TERM
	check "$name: nobody is said to have taken our route" sh -c "! grep 'removed by somebody' $log"
	# The kernel tells pppd when its parent dies.
	pid=$(pid_of .pppd)
	client "kill -KILL \$(cat $pidfile)"
	check "$name, pppoe-connect killed: nothing runs" rig_wait 10 nothing_runs ||
		client "ps axf" | sed 's/^/#   /'
	check "$name, pppoe-connect killed: the route of before" rig_wait 3 route_is_as_before
	client "client_sweep"
	server "server_crash"
	rig_wait 5 server_empty
	start "$@"
	up "$name, after that" || return
	check "$name: pppoe-stop" command_of_ours pppoe-stop
	check "$name: nothing is left" client "client_left_nothing"
	check "$name: no pid file" no_pid_files
	check "$name: the route of before" route_is_as_before
	check "$name: no pppd, no pppoe" nothing_runs || client "ps axf" | sed 's/^/#   /'
}

case_pty() {
	life pty ENGINE=pppd CLAMPMSS=1412 PPPOE_TIMEOUT=80
	reset
}

# The guests' kernel has no N_HDLC, which pppoe wants then: its own words are the reason.
case_synchronous() {
	start ENGINE=pppd SYNCHRONOUS=yes
	check "SYNCHRONOUS without N_HDLC: pppoe's reason is told" rig_wait 10 logged \
		'failed: at=discovery \(no session was opened: pppoe: Unable to set line discipline to N_HDLC' ||
		failure_logs
	client client_stop >/dev/null
	check "SYNCHRONOUS without N_HDLC: nothing is left" client "client_left_nothing"
	reset
}

case_plugin() {
	life plugin LINUX_PLUGIN=rp-pppoe.so
	reset
}

case_wrong_password() {
	start "$@" PASSWORD=wrong
	check "wrong password, $*: in words" rig_wait 15 logged \
		'failed: at=auth \(the concentrator rejects user name or password\).*try: check USER .*redial_in_ms=(2[6-9]|3[0-4])[0-9]{3}$' ||
		failure_logs
	check "wrong password, $*: pppoe-status says so" status_says \
		'Link is down -- stage waiting; last failure at auth: the concentrator rejects'
	check "wrong password, $*: no word of it in the log" sh -c "! grep -q 'wrong' $log"
	client client_stop >/dev/null
	check "wrong password, $*: nothing is left" client "client_left_nothing"
	reset
}

case_wrong_option() {
	client "client_start dialtone ENGINE=pppd PPPD_EXTRA=frobnicate"
	check "an option that pppd does not know: its reason is told" rig_wait 10 logged \
		"failed: at=off \(pppd does not accept its options: /usr/sbin/pppd: unrecognized option 'frobnicate'\) try: check PPPD_EXTRA" ||
		failure_logs
	client client_stop >/dev/null
	client client_sweep
}

case_no_answer() {
	client "client_start dialtone ENGINE=pppd"
	check "nobody answers: pppoe is at it" client "peer_wait 5 pgrep -x pppoe"
	check "nobody answers: SIGTERM ends it" client client_stop
	check "nobody answers: no pppoe is left" nothing_runs || client "ps axf" | sed 's/^/#   /'
	client client_sweep
	client "client_start dialtone ENGINE=pppd"
	client "peer_wait 5 pgrep -x pppoe"
	client "kill -KILL \$(cat $pidfile)"
	# Debian's pppoe does not notice, and asks on; so the next start ends it, and so does pppoe-stop.
	check "nobody answers, pppoe-connect killed: pppd ends" rig_wait 10 client "! pgrep -x pppd"
	client "client_start dialtone ENGINE=pppd"
	check "... the next start ends the pppoe that was left" rig_wait 5 logged 'ended a pppoe that an earlier end'
	check "... and has its own, and no other" client "peer_wait 5 eval '[ \$(pgrep -cx pppoe) = 1 ]'"
	client "kill -KILL \$(cat $pidfile)"
	check "... killed again, pppoe-stop ends the pppoe" command_of_ours pppoe-stop
	check "... and nothing runs" rig_wait 5 nothing_runs || client "ps axf" | sed 's/^/#   /'
	client client_sweep
	client "client_start dialtone LINUX_PLUGIN=rp-pppoe.so"
	check "nobody answers the plugin: the reason in words" rig_wait 45 logged 'failed: at=discovery \(' || failure_logs
	client client_stop >/dev/null
	client client_sweep
}

# With our own pppoe on the pty.
case_bridge() {
	local pppoe=$DIALTONE_BUILD/src/program/bridge/pppoe
	start ENGINE=pppd "PPPOE=$pppoe" CLAMPMSS=1412
	up "our pppoe" || return
	check "our pppoe: PIDFILE.pppoe is its" is_program .pppoe "$pppoe"
	killed "our pppoe, killed" .pppoe KILL
	check "our pppoe: pppoe-stop" command_of_ours pppoe-stop
	check "our pppoe: nothing is left" client "client_left_nothing"
	reset
}

# The device is there before the line: what goes out through it dials.
case_demand() {
	start "$@" DEMAND=3
	check "DEMAND: the device is there, with the address of nobody" rig_wait 15 \
		logged 'stage=up up device=ppp0 local=10\.112\.112\.112 ' || failure_logs
	check "DEMAND: the default route goes there" rig_wait 3 route_is_ours
	check "DEMAND: no session yet" server_empty
	client "ping -c 1 -W 1 198.51.100.9 >/dev/null"
	check "DEMAND: a packet dials" rig_wait 15 logged 'up device=ppp0 local=10\.9\.0\.' || failure_logs
	check "DEMAND: packets pass" client "peer_wait 5 client_ping 1 10.9.0.1"
	check "DEMAND: the default route is still ours" route_is_ours
	check "DEMAND: without traffic it hangs up" rig_wait 20 server_empty || failure_logs
	check "DEMAND: and stays ready" route_is_ours
	client "ping -c 1 -W 1 198.51.100.9 >/dev/null"
	check "DEMAND: dialled again" rig_wait 15 eval '! server_empty'
	check "DEMAND: SIGTERM ends it" client client_stop
	check "DEMAND: nothing is left" client "client_left_nothing"
	reset
}

case_no_persist() {
	start ENGINE=pppd RETRY_ON_FAILURE=no
	up "RETRY_ON_FAILURE=no" || return
	server "server_end_sessions TERM"
	check "RETRY_ON_FAILURE=no: the end of the session is the end" rig_wait 15 client "test -s $state.exit"
	check "RETRY_ON_FAILURE=no: exit code 1" client "grep -qx 1 $state.exit"
	check "RETRY_ON_FAILURE=no: nothing is left" client "client_left_nothing"
	reset
}

case_redial() {
	start ENGINE=pppd
	up "server hangs up" || return
	server "server_end_sessions TERM"
	check "server hangs up: redialled" rig_wait 20 ups_are 2 || failure_logs
	check "dialtone redial" client "$commands/dialtone redial ppp0"
	check "... a new session" rig_wait 20 ups_are 3 || failure_logs
	client client_stop >/dev/null
	reset
}

rig_boot server client
# An old default route, by a host that is not asked for anything.
client "ip route add default via 192.168.77.254 dev wan0"
[ $# -gt 0 ] || set -- pty plugin synchronous 'wrong_password ENGINE=pppd' \
	'wrong_password LINUX_PLUGIN=rp-pppoe.so' wrong_option no_answer no_persist redial bridge 'demand ENGINE=pppd' \
	'demand LINUX_PLUGIN=rp-pppoe.so'
for case; do
	# shellcheck disable=SC2086 # its arguments
	case_$case
done
tap_end
