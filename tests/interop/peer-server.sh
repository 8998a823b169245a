# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Access concentrators, driven alike on whichever side they run.
#   rp-pppoe   Debian's pppoe-server, user mode, with one pppd a session
#   dialtone   ours

SERVER_STATE=/run/server
SERVER_LOG=$RIG_WORK/server.log
PEER_USER=alice@rig
PEER_PASSWORD='open sesame'
: "${PEER_DEBUG=debug}" # empty for benchmarks

# peer_secrets [PASSWORD]: both files of secrets of this side
# shellcheck disable=SC2120 # peer-client.sh gives one
peer_secrets() {
	local file
	mkdir -p /etc/ppp
	for file in /etc/ppp/chap-secrets /etc/ppp/pap-secrets; do
		(umask 077 && printf '"%s" * "%s" *\n' "$PEER_USER" "${1:-$PEER_PASSWORD}" >$file)
	done
}

# What every pppd of the concentrator is told.  Further arguments are further options.
server_pppd_options() {
	printf '%s\n' "require-$1" auth 'lcp-echo-interval 10' 'lcp-echo-failure 3' \
		'ms-dns 9.9.9.9' 'ms-dns 149.112.112.112' +ipv6 \
		${PEER_DEBUG:+debug "logfile $SERVER_LOG"} "${@:2}" >/etc/ppp/pppoe-server-options
}

# server_start PROGRAM AUTH [SERVICE [PPPD-OPTION...]]
server_start() {
	local program=$1 auth=$2 service=${3:-internet} command
	local common=(-I "${SERVER_INTERFACE:-wan0}" -C rig-ac -S "$service" -L 10.9.0.1 -R 10.9.0.100 -N 20 -F)
	# shellcheck disable=SC2119
	peer_secrets
	: >"$SERVER_LOG"
	case $program in
	rp-pppoe)
		server_pppd_options "$auth" "${@:4}"
		command=(/usr/sbin/pppoe-server "${common[@]}")
		;;
	dialtone)
		command=("$DIALTONE_BUILD/src/program/server/pppoe-server" "${common[@]}"
			--secrets /etc/ppp/chap-secrets --auth "$auth"
			--dns "9.9.9.9,149.112.112.112")
		;;
	*)
		return 2
		;;
	esac
	# shellcheck disable=SC2086 # SERVER_IN: a command in whose place it is to be run, or nothing
	RIG_SERVER=yes setsid ${SERVER_IN:-} "${command[@]}" </dev/null >>"$SERVER_LOG" 2>&1 &
	echo $! >$SERVER_STATE.pid
	echo "$program" >$SERVER_STATE.program
	# neither program says when it listens
	sleep 0.3
	kill -0 "$(<$SERVER_STATE.pid)"
}

# Processes are found by a mark in their environment, which children inherit.
peer_processes() {
	grep -lsz "^$1=" /proc/[0-9]*/environ | grep -o '[0-9]\+'
}

peer_show_processes() {
	local pid
	for pid in $(peer_processes "$1"); do
		echo "$pid $(tr '\0' ' ' </proc/"$pid"/cmdline)"
	done
}

server_processes() {
	peer_processes RIG_SERVER
}

# How many sessions carry IPv4.  Of Debian's, each has an interface; ours share one, so its log
# is asked.
server_sessions() {
	if [ "$(<$SERVER_STATE.program)" = rp-pppoe ]; then
		ip -4 -o address show | grep -c 'inet 10\.9\.0\.1 peer'
	elif server_gone; then
		echo 0
	else
		echo $(($(grep -c event=ipv4-up "$SERVER_LOG") -
			$(grep -c event=ipv4-down "$SERVER_LOG")))
	fi
}

# server_end_sessions [SIGNAL]: TERM is polite, KILL leaves only the PADT of the orphaned pppoe
server_end_sessions() {
	pkill -"${1:-TERM}" -x pppd
}

# The concentrator disappears without a word, as in a power cut.
server_crash() {
	# shellcheck disable=SC2046 # a list
	kill -STOP $(server_processes) 2>/dev/null
	# shellcheck disable=SC2046
	kill -KILL $(server_processes) 2>/dev/null
	peer_wait 5 server_gone
}

# server_stop [SECONDS]: asks it to end, and says whether all of it was gone in that time
server_stop() {
	kill -TERM "$(<$SERVER_STATE.pid)"
	peer_wait "${1:-5}" server_gone || { peer_show_processes RIG_SERVER; return 1; }
}

server_gone() {
	[ -z "$(server_processes)" ]
}

server_left_nothing() {
	server_gone || { peer_show_processes RIG_SERVER; return 1; }
	! ip -4 -o address show | grep '10\.9\.0\.' || return 1
	! ip -4 route show | grep '10\.9\.0\.' || return 1
}

# peer_wait SECONDS COMMAND...
peer_wait() {
	local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt $end ] || return 1
		sleep 0.05
	done
}
