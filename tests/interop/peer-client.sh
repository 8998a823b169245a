# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Clients, driven alike on whichever side they run.  Sourced after peer-server.sh.
#   plugin     pppd with rp-pppoe.so: the kernel's PPPoE
#   pty        pppd pty "pppoe ...": user mode; SYNCHRONOUS=yes: with -s
#   connect    Debian's pppoe-connect, user mode
#   dialtone   our pppoe-connect
#
# CLIENT_DEVICE (ppp0) is the interface, so two can run on one side.

: "${CLIENT_DEVICE:=ppp0}"
CLIENT_STATE=/run/client-$CLIENT_DEVICE
CLIENT_LOG=$RIG_WORK/client-$CLIENT_DEVICE.log

# client_settings [KEY=VALUE...]: the ifcfg keys over the rig's defaults, in the array `setting`
client_settings() {
	local assignment
	setting=([ETH]=wan0 [USER]=$PEER_USER [DEVICE]=$CLIENT_DEVICE [DEFROUTE]=yes [PEERDNS]=yes
		[SERVICENAME]="" [ACNAME]="" [LCP_INTERVAL]=20 [LCP_FAILURE]=3 [MTU]=1492
		[IPV6INIT]=yes [SYNCHRONOUS]=no [PIDFILE]=$CLIENT_STATE-program.pid)
	for assignment; do
		setting[${assignment%%=*}]=${assignment#*=}
	done
}

client_write_ifcfg() {
	local key
	for key in "${!setting[@]}"; do
		echo "$key='${setting[$key]}'"
	done >"$CLIENT_STATE.ifcfg"
}

# pppd's options for the same settings.
client_pppd_options() {
	options=(user "${setting[USER]}" unit "${setting[DEVICE]#ppp}" linkname "${setting[DEVICE]}"
		noauth noipdefault nodetach hide-password default-asyncmap noaccomp nopcomp novj novjccomp
		mtu "${setting[MTU]}" mru "${setting[MTU]}"
		lcp-echo-interval "${setting[LCP_INTERVAL]}" lcp-echo-failure "${setting[LCP_FAILURE]}"
		persist maxfail 0 holdoff 1 ${PEER_DEBUG:+debug})
	[ "${setting[DEFROUTE]}" != yes ] || options+=(defaultroute)
	[ "${setting[PEERDNS]}" != yes ] || options+=(usepeerdns)
	[ "${setting[IPV6INIT]}" != yes ] || options+=(+ipv6)
	[ "${setting[SYNCHRONOUS]}" != yes ] || options+=(sync)
}

client_pty_command() {
	printf '/usr/sbin/pppoe -I %s -T 80 -U -m 1412' "${setting[ETH]}"
	[ "${setting[SYNCHRONOUS]}" != yes ] || printf ' -s'
	[ -z "${setting[SERVICENAME]}" ] || printf ' -S %s' "${setting[SERVICENAME]}"
	[ -z "${setting[ACNAME]}" ] || printf ' -C %s' "${setting[ACNAME]}"
}

# What pppoe-setup would have written for Debian's pppoe-connect.
client_write_pppoe_conf() {
	cat >"$CLIENT_STATE.conf" <<-CONF
		ETH=${setting[ETH]}
		USER=${setting[USER]}
		DEMAND=no
		DNSTYPE=SERVER
		PEERDNS=${setting[PEERDNS]}
		DEFAULTROUTE=${setting[DEFROUTE]}
		CONNECT_TIMEOUT=30
		CONNECT_POLL=2
		ACNAME=${setting[ACNAME]}
		SERVICENAME=${setting[SERVICENAME]}
		PING="."
		CF_BASE=client
		PIDFILE=$CLIENT_STATE-program.pid
		SYNCHRONOUS=${setting[SYNCHRONOUS]}
		CLAMPMSS=1412
		LCP_INTERVAL=${setting[LCP_INTERVAL]}
		LCP_FAILURE=${setting[LCP_FAILURE]}
		PPPOE_TIMEOUT=80
		FIREWALL=NONE
		LINUX_PLUGIN=
		PPPOE_EXTRA=
		PPPD_EXTRA=
	CONF
}

# client_command PROGRAM: prepares its files and leaves its argument vector in `command`
client_command() {
	local options
	case $1 in
	plugin)
		client_pppd_options
		command=(/usr/sbin/pppd plugin rp-pppoe.so "nic-${setting[ETH]}" "${options[@]}")
		[ -z "${setting[SERVICENAME]}" ] ||
			command+=(rp_pppoe_service "${setting[SERVICENAME]}")
		[ -z "${setting[ACNAME]}" ] || command+=(rp_pppoe_ac "${setting[ACNAME]}")
		;;
	pty)
		client_pppd_options
		command=(/usr/sbin/pppd pty "$(client_pty_command)" "${options[@]}")
		;;
	connect)
		client_write_pppoe_conf
		command=(/usr/sbin/pppoe-connect "$CLIENT_STATE.conf")
		;;
	dialtone)
		client_write_ifcfg
		command=("$DIALTONE_BUILD/src/program/line/pppoe-connect" "$CLIENT_STATE.ifcfg")
		;;
	*)
		return 2
		;;
	esac
}

# client_start PROGRAM [KEY=VALUE...]; PASSWORD is a key of the rig's own
client_start() {
	local program=$1 command
	local -A setting
	client_settings "${@:2}"
	peer_secrets "${setting[PASSWORD]:-}"
	unset 'setting[PASSWORD]'
	client_command "$program" || return
	rm -f "$CLIENT_STATE.exit"
	: >"$CLIENT_LOG"
	{
		RIG_CLIENT=$CLIENT_DEVICE setsid "${command[@]}" &
		echo $! >"$CLIENT_STATE.pid"
		wait $!
		echo $? >"$CLIENT_STATE.exit"
	} </dev/null >>"$CLIENT_LOG" 2>&1 &
	peer_wait 5 test -s "$CLIENT_STATE.pid"
}

# client_vector PROGRAM FILE [KEY=VALUE...]: prepares all and writes the NUL-separated arguments,
# for those who start it themselves
client_vector() {
	local command
	local -A setting
	client_settings "${@:3}"
	peer_secrets
	client_command "$1" && printf '%s\0' "${command[@]}" >"$2"
}

client_processes() {
	peer_processes RIG_CLIENT
}

client_gone() {
	[ -z "$(client_processes)" ]
}

# client_address: `10.9.0.100 peer 10.9.0.1` once the interface is usable
client_address() {
	ip -4 -o address show dev "$CLIENT_DEVICE" up 2>/dev/null |
		grep -o '10\.9\.0\.[0-9]\+ peer [0-9.]\+'
}

client_has_route() {
	ip -4 route show default | grep -q "dev $CLIENT_DEVICE"
}

# pppd writes its own file and leaves the rest to a hook; ours says in its log what it was given.
client_dns() {
	grep -hs '^nameserver' /etc/ppp/resolv.conf /etc/resolv.conf
	sed -n 's/.*IPCP open .*dns1=\([^ ]*\) dns2=\([^ ]*\).*/nameserver \1\nnameserver \2/p' "$CLIENT_LOG"
}

client_has_dns() {
	client_dns | grep -q 'nameserver 9\.9\.9\.9' &&
		client_dns | grep -q 'nameserver 149\.112\.112\.112'
}

# client_signal SIGNAL: only to the process that was started
client_signal() {
	kill -"$1" "$(<"$CLIENT_STATE.pid")"
}

client_stop() {
	client_signal "${1:-TERM}"
	peer_wait 10 client_gone || { peer_show_processes RIG_CLIENT; return 1; }
}

# Whatever is left is killed, so that one failed case does not spoil the next.
client_sweep() {
	local pids
	pids=$(client_processes)
	# shellcheck disable=SC2086 # a list
	[ -z "$pids" ] || kill -KILL $pids
	peer_wait 2 client_gone
	rm -f "$CLIENT_STATE"*
	echo "nameserver 192.0.2.53" >/etc/resolv.conf
	rm -f /etc/ppp/resolv.conf
}

# Nothing of the session is left: no process, interface, route or pid file, and DNS as before.
client_left_nothing() {
	client_gone || { peer_show_processes RIG_CLIENT; return 1; }
	! ip link show dev "$CLIENT_DEVICE" 2>/dev/null || return 1
	! client_has_route || { ip route; return 1; }
	! test -e "$CLIENT_STATE-program.pid" || { echo "pid file is left"; return 1; }
	[ "$(</etc/resolv.conf)" = "nameserver 192.0.2.53" ] || { cat /etc/resolv.conf; return 1; }
}

# client_ping COUNT HOST [PING-ARGUMENT...]
client_ping() {
	ping -q -c "$1" -i 0.2 -W 2 "${@:3}" "$2"
}
