# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The cases of side_by_side.sh, run in the client guest, once with Debian's commands and once with
# ours.  Sourced after peer-client.sh.
#
#   side_case BIN CASE    runs case CASE with the commands in the folder BIN; prints its transcript
#
# A transcript is a list of facts, one a line: CASE/STEP WHAT: VALUE; side_compare.py reads it.
# Processes are dear in the guest: what bash can do itself, it does.

SIDE_STATE=/run/side
SIDE_OLD_ROUTE='default via 192.168.77.254 dev wan0'
SIDE_OLD_RESOLVER='nameserver 192.0.2.53'
SIDE_HOOKS='auth-up auth-down ip-pre-up ip-up ip-down ipv6-up ipv6-down pppoe-lost'
SIDE_TESTS=$(realpath "$RIG_TESTS/..")

# --- transcript -----------------------------------------------------------------------------------

# fact WHAT VALUE
fact() {
	printf '%s/%s %s: %s\n' "$side_name" "$step" "$1" "$2"
}

# facts WHAT: a fact for each line of the input
facts() {
	local line
	while IFS= read -r line || [ -n "$line" ]; do
		fact "$1" "$line"
	done
}

pid_file_facts() {
	local ending file pid state
	for ending in "" .pppd .pppoe .start; do
		file=$pid_file$ending
		state=missing
		if [ -e "$file" ]; then
			pid=
			read -r pid <"$file"
			state="not a number"
			[[ ! $pid =~ ^[0-9]+$ ]] || { kill -0 "$pid" 2>/dev/null && state=alive || state=dead; }
		fi
		fact "pid file$ending" "$state"
	done
}

host_facts() {
	local file
	ip -4 -o address show dev ppp0 2>/dev/null | facts address
	ip -4 route show | facts route
	for file in /etc/resolv.conf /etc/ppp/resolv.conf; do
		if [ -L $file ]; then
			fact $file "a link to $(readlink $file)"
		elif [ ! -e $file ]; then
			fact $file missing
		fi
		[ ! -r $file ] || facts $file <$file
	done
	[ ! -e /etc/default-routes ] || facts /etc/default-routes </etc/default-routes
	[ -n "$(client_processes)" ] && fact processes some || fact processes none
	[ ! -e $SIDE_STATE/hooks ] || facts hook <$SIDE_STATE/hooks
	for file in $SIDE_STATE/environment.*; do
		[ ! -e "$file" ] || facts "environment of ${file##*.}" <"$file"
	done
	rm -f $SIDE_STATE/hooks $SIDE_STATE/environment.*
}

# --- doing ----------------------------------------------------------------------------------------

# with COMMAND...: as a person's shell would start it, interrupts not ignored, in a group of its own
with() {
	RIG_CLIENT=ppp0 env --default-signal=INT,QUIT "$@"
}

said() {
	facts stdout <"$SIDE_STATE/$step.out"
	facts stderr <"$SIDE_STATE/$step.err"
}

# run STEP COMMAND [ARGUMENT...]: a command of BIN, and what it said, left and returned
run() {
	local code
	step=$1
	with "$side_bin/$2" "${@:3}" </dev/null >"$SIDE_STATE/$step.out" 2>"$SIDE_STATE/$step.err"
	code=$?
	fact command "${*:2}"
	fact exit $code
	said
	pid_file_facts
}

# begin STEP COMMAND [ARGUMENT...]: the same in the background, until `finished`
begin() {
	step=$1
	fact command "${*:2}"
	RIG_CLIENT=ppp0 env --default-signal=INT,QUIT setsid "$side_bin/$2" "${@:3}" \
		</dev/null >"$SIDE_STATE/$step.out" 2>"$SIDE_STATE/$step.err" &
	begun=$!
}

# finished SECONDS
finished() {
	local code
	if ! peer_wait "$1" side_ended $begun; then
		fact exit never
		kill -KILL $begun
	fi
	wait $begun 2>/dev/null
	code=$?
	fact exit $code
	said
	pid_file_facts
}

side_ended() {
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.*Z' "/proc/$1/status"
}

# await WHAT SECONDS COMMAND...
await() {
	peer_wait "${@:2}" && fact "$1" yes || fact "$1" no
}

hook_ran() {
	grep -qs "^$1 " $SIDE_STATE/hooks
}

line_is_up() {
	client_address && ping -q -c 1 -W 1 10.9.0.1
}

# The line is up, all its hooks have run, and what the host is like then.
up() {
	await "packets pass" "${1:-15}" line_is_up
	await "ip-up has run" 5 hook_ran ip-up
	host_facts
}

is_down() {
	client_gone && ! ip link show dev ppp0
}

down() {
	await "all is gone" "${1:-12}" is_down
	host_facts
}

# --- input ----------------------------------------------------------------------------------------

# configure FILE NAME [KEY=VALUE...]: a vector with some of its values changed; its path in `config`
configure() {
	local vector=$1 assignment
	config=$2
	rm -f "$config"
	install -m 644 "$SIDE_TESTS/vectors/$vector" "$config"
	for assignment in ETH=wan0 USER=$PEER_USER "${@:3}"; do
		if grep -q "^${assignment%%=*}=" "$config"; then
			sed -i "s#^${assignment%%=*}=.*#$assignment#" "$config"
		else
			echo "$assignment" >>"$config"
		fi
	done
	pid_file=$(CONFIG=$config bash -c '. "$CONFIG"; echo "$PIDFILE"')
}

# The usual one of most cases, quick about it.
usual() {
	configure pppoe.conf /etc/ppp/pppoe.conf CONNECT_POLL=1 CONNECT_TIMEOUT=20 DNSTYPE=NOCHANGE "$@"
}

install_hooks() {
	local name
	for name in $SIDE_HOOKS; do
		cat >/etc/ppp/$name <<-'HOOK'
			#!/bin/sh
			name=${0##*/}
			[ $name = pppoe-lost ] ||
				tr '\0' '\n' </proc/$$/environ >/run/side/environment.$name
			echo "$name $# $*" >>/run/side/hooks
		HOOK
		chmod 755 /etc/ppp/$name
	done
}

fresh() {
	client_sweep
	rm -rf $SIDE_STATE /run/*.pid /run/*.pid.* /run/dialtone /etc/default-routes
	mkdir -p $SIDE_STATE
	chmod 755 $SIDE_STATE
	rm -f /etc/resolv.conf
	echo "$SIDE_OLD_RESOLVER" >/etc/resolv.conf
	while ip route delete default 2>/dev/null; do :; done
	# shellcheck disable=SC2086 # words
	ip route add $SIDE_OLD_ROUTE
	peer_secrets
	install_hooks
}

# --- cases ----------------------------------------------------------------------------------------

case_life() {
	usual
	run status-before pppoe-status
	run stop-before pppoe-stop
	run start pppoe-start
	up
	run status pppoe-status
	run start-again pppoe-start
	run stop pppoe-stop
	down
	run stop-again pppoe-stop
	run status-after pppoe-status
	step=end
	host_facts
}

case_no_old_route() {
	ip route delete default
	usual
	run start pppoe-start
	up
	run stop pppoe-stop
	down
}

# The recorder's own file; its CONNECT_POLL is 6.
case_recorder() {
	mkdir -p /etc/sysconfig/network-scripts
	configure ifcfg-ppp0 /etc/sysconfig/network-scripts/ifcfg-ppp0
	run start pppoe-start "$config"
	up
	run status pppoe-status "$config"
	run stop pppoe-stop "$config"
	down
}

# rp-pppoe's file with nothing but ETH and USER changed: DNSTYPE=SERVER.
case_stock() {
	configure pppoe.conf /etc/ppp/pppoe.conf
	run start pppoe-start
	up
	run status pppoe-status
	run stop pppoe-stop
	down
}

case_dns_specify() {
	usual DNSTYPE=SPECIFY DNS1=192.0.2.1 DNS2=192.0.2.2
	run start pppoe-start
	up
	run stop pppoe-stop
	down
}

case_peerdns_no() {
	usual PEERDNS=no
	run start pppoe-start
	up
	run stop pppoe-stop
	down
}

case_defaultroute_no() {
	ip route delete default
	usual DEFAULTROUTE=no
	run start pppoe-start
	up
	run stop pppoe-stop
	down
}

# Fedora's word for it.
case_defroute_no() {
	ip route delete default
	mkdir -p /etc/sysconfig/network-scripts
	configure ifcfg-ppp0 /etc/sysconfig/network-scripts/ifcfg-ppp0 DEFROUTE=no CONNECT_POLL=1
	run start pppoe-start "$config"
	up
	run stop pppoe-stop "$config"
	down
}

case_override() {
	usual ETH=nowhere0 USER=nobody
	run start pppoe-start wan0 "$PEER_USER"
	up
	run stop pppoe-stop
	down
	configure pppoe.conf /etc/ppp/other.conf ETH=nowhere0 USER=nobody CONNECT_POLL=1 DNSTYPE=NOCHANGE
	run start-by-file pppoe-start wan0 "$PEER_USER" "$config"
	up
	run stop-by-file pppoe-stop "$config"
	down
}

case_connect() {
	usual ETH=nowhere0 USER=nobody
	begin connect pppoe-connect wan0 "$PEER_USER" "$config"
	up
	run status pppoe-status
	run stop pppoe-stop
	step=connect
	finished 10
	down
}

case_connect_ended() {
	usual
	begin connect pppoe-connect
	up
	step=term
	kill -TERM $begun
	step=connect
	finished 10
	down
}

case_no_wait() {
	usual CONNECT_TIMEOUT=0
	begin start pppoe-start
	finished 5
	up
	run stop pppoe-stop
	down
}

case_no_poll() {
	usual CONNECT_POLL=0
	begin start pppoe-start
	finished 10
	up
	run stop pppoe-stop
	down
}

case_config() {
	usual
	local command
	for command in start stop status connect; do
		run $command pppoe-$command /etc/ppp/missing.conf
		run $command-folder pppoe-$command /etc/ppp
	done
	for command in start connect; do
		run $command-two pppoe-$command wan0 "$PEER_USER" /etc/ppp/missing.conf
		usual ETH= CONNECT_TIMEOUT=2
		run $command-no-eth pppoe-$command
		usual USER= CONNECT_TIMEOUT=2
		run $command-no-user pppoe-$command
	done
	usual ETH= USER=
	run start-neither pppoe-start wan0 "$PEER_USER"
	up
	run stop-neither pppoe-stop
	down
}

# as_nobody STEP COMMAND...
as_nobody() {
	step=$1
	setpriv --reuid 65534 --regid 65534 --clear-groups "$side_bin/$2" "${@:3}" \
		</dev/null >"$SIDE_STATE/$step.out" 2>"$SIDE_STATE/$step.err"
	fact exit $?
	fact command "${*:2}"
	said
}

case_ordinary_user() {
	usual
	as_nobody status-down pppoe-status
	as_nobody start pppoe-start
	as_nobody connect pppoe-connect
	run start pppoe-start
	up
	as_nobody status-up pppoe-status
	as_nobody stop-nobody pppoe-stop
	step=still
	up
	chmod 600 "$config"
	as_nobody status-secret pppoe-status
	run stop pppoe-stop
	down
}

write_pid_files() {
	local ending
	for ending in "" .pppd .pppoe .start; do
		echo "$1" >"$pid_file$ending"
	done
}

case_stale_dead() {
	usual
	write_pid_files 4194000
	run status pppoe-status
	run stop pppoe-stop
	write_pid_files 4194000
	run start pppoe-start
	up
	run stop-up pppoe-stop
	down
}

case_stale_another() {
	usual
	sleep 1000 &
	local other=$!
	echo $other >"$pid_file"
	run start pppoe-start
	await "packets pass" 5 line_is_up
	await "the other process lives" 1 kill -0 $other
	run stop pppoe-stop
	await "the other process lives" 1 kill -0 $other
	kill -KILL $other
	wait $other 2>/dev/null
	down
}

case_two_at_once() {
	usual
	local first codes=()
	begin first pppoe-start
	first=$begun
	begin second pppoe-start
	wait $first
	codes[0]=$?
	wait $begun
	codes[1]=$?
	step=both
	fact "exit codes" "$(printf '%s\n' "${codes[@]}" | sort | xargs)"
	cat $SIDE_STATE/{first,second}.err | facts stderr
	await "packets pass" 10 line_is_up
	fact "lines" "$(ip -o link | grep -c ' ppp[0-9]*:')"
	run stop pppoe-stop
	down
}

# There is nobody at the other end.
case_silence() {
	usual CONNECT_TIMEOUT=3
	begin start pppoe-start
	finished 15
	down 5
	client_sweep
	rm -f /run/*.pid.* /run/*.pid
	usual CONNECT_TIMEOUT=3 FORCEPING=+
	begin forceping pppoe-start
	finished 15
}

case_interrupted() {
	usual CONNECT_TIMEOUT=20
	begin start pppoe-start
	await "it dials" 5 side_dials
	kill -INT -- -$begun
	finished 10
	down 5
}

side_dials() {
	[ -s "$pid_file" ] && [ -s "$pid_file.pppd" ]
}

case_wrong_password() {
	usual CONNECT_TIMEOUT=8 CONNECT_POLL=2
	peer_secrets wrong
	begin start pppoe-start
	finished 20
	down 8
}

case_lost() {
	usual
	run start pppoe-start
	up
	step=lost
	# The same as what the server does in an orderly end: the client's pppd or engine is told.
	fact command "the concentrator ends the session"
	side_tell_server "server_end_sessions TERM"
	await "ip-down has run" 15 hook_ran ip-down
	await "packets pass again" 30 line_is_up
	await "ip-up has run" 5 hook_ran ip-up
	pid_file_facts
	host_facts
	run status pppoe-status
	run stop pppoe-stop
	down
}

side_tell_server() {
	local channel
	exec {channel}<>/dev/tcp/192.168.77.1/"$RIG_AGENT_PORT"
	printf '%s\0' "$1" >&$channel
	cat <&$channel >/dev/null
	exec {channel}>&-
}

side_case() {
	local config pid_file begun step=fresh
	side_bin=$1
	side_name=$2
	PATH=$side_bin:$PATH
	fresh
	"case_$side_name" 2>&1
	client_sweep
}
