# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The interop rig, sourced by the test scripts.  See README.md.
#
#   rig_enter "$@"           first of all: restarts the script inside namespaces of its own
#   rig_boot NAME...         boots User-Mode Linux guests named `server` and/or `client`
#   rig_at SIDE SHELL-TEXT   runs the text on `host`, `server` or `client`; its output and status
#   rig_capture NAME PORT    records every PPPoE frame at the port until rig_capture_end
#   check TEXT COMMAND...    one TAP line; plan and exit status by tap_end
#
# Everything lives in the private namespaces: interfaces, /run, /etc, processes.  When the script
# ends, however it ends, the kernel takes all of it away; there is nothing to clean up by hand.

RIG_TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RIG_WORK=/run/rig # the same path on the host side and, through hostfs, in the guests
DIALTONE_BUILD=$(realpath -m "${DIALTONE_BUILD:-$RIG_TESTS/../../build}")
export RIG_TESTS RIG_WORK DIALTONE_BUILD

declare -A RIG_ADDRESS=([server]=192.168.77.1 [client]=192.168.77.2)
declare -A RIG_MAC=([server]=02:00:00:00:aa:01 [client]=02:00:00:00:bb:02)
RIG_AGENT_PORT=7777
RIG_NO_AVX512=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX512CD

# --- TAP ------------------------------------------------------------------------------------------

tap_count=0
tap_failures=0

tap_skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

# While tap_todo has a reason, a failure is known and counts for nothing.
tap_todo=

# tap_result STATUS TEXT
tap_result() {
	tap_count=$((tap_count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2${tap_todo:+ # TODO $tap_todo}"
		[ -n "$tap_todo" ] || tap_failures=$((tap_failures + 1))
		return 1
	fi
}

check() {
	local text=$1
	shift
	if "$@" >"$RIG_WORK/check.out" 2>&1; then
		tap_result 0 "$text"
	else
		tap_result 1 "$text" || sed 's/^/#   /' "$RIG_WORK/check.out" | tail -20
		return 1
	fi
}

note() {
	echo "# $*"
}

# note_log TITLE FILE [LINES]: what a failed test leaves for its reader
note_log() {
	note "--- $1"
	tail -n "${3:-40}" "$2" 2>/dev/null | cut -c1-200 | sed 's/^/#   /'
}

tap_end() {
	echo "1..$tap_count"
	note "$tap_failures of $tap_count failed, $SECONDS s"
	[ "$tap_failures" = 0 ]
}

# --- the namespaces -------------------------------------------------------------------------------

rig_missing() {
	local program
	[ "$(id -u)" = 0 ] || { echo "needs root"; return 0; }
	[ -c /dev/net/tun ] || { echo "needs /dev/net/tun"; return 0; }
	[[ $RIG_TESTS$DIALTONE_BUILD != *[[:space:]]* ]] ||
		{ echo "needs a path without blanks: it stands in the guests' command line"; return 0; }
	for program in linux.uml pppd pppoe-server tshark unshare setpriv; do
		PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v $program >/dev/null ||
			{ echo "needs $program"; return 0; }
	done
	[ -x /usr/bin/python3 ] || { echo "needs /usr/bin/python3"; return 0; }
	return 1
}

rig_enter() {
	local reason inside
	if [ -z "${RIG_INSIDE:-}" ]; then
		reason=$(rig_missing) && tap_skip_all "$reason"
		# unshare itself holds SIGTERM back, so it is killed by SIGKILL, and takes the whole
		# process namespace along; setpriv does the same for the case that we are killed.
		RIG_INSIDE=1 setpriv --pdeathsig KILL unshare --net --mount --pid --fork \
			--kill-child=KILL --mount-proc bash "$0" "$@" </dev/null &
		inside=$!
		trap 'kill -KILL $inside; exit 143' TERM INT HUP
		wait $inside
		exit
	fi
	export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=$RIG_WORK
	rig_private_files
	rig_wire
	trap rig_leave EXIT
}

# Fresh /run and a copy of /etc, so that what the programs under test write there stays here.
rig_private_files() {
	mount -t sysfs sysfs /sys
	mount -t tmpfs tmpfs /run
	mkdir -p $RIG_WORK /run/etc /run/lock /run/home
	cp -a /etc/. /run/etc/
	rm -f /run/etc/resolv.conf /run/etc/ppp/ip*-*.d/*
	echo "nameserver 192.0.2.53" >/run/etc/resolv.conf
	mount --bind /run/etc /etc
}

# The bridge `lan` is the provider's access network; `wan0` is the host side's port on it.  The
# guests' ports are taps named as the guests are.  The address on the bridge serves only the control
# channel.
rig_wire() {
	ip link set lo up
	ip link add lan type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	ip link add wan0 address 02:00:00:00:cc:03 type veth peer name wan0-lan
	ip link set wan0-lan master lan up
	ip link set wan0 up
	ip address add 192.168.77.254/24 dev lan
	ip link set lan up
}

rig_leave() {
	local status=$?
	# RIG_KEEP=FOLDER keeps the logs and captures of the run
	if [ -n "${RIG_KEEP:-}" ]; then
		mkdir -p "$RIG_KEEP" && cp -r $RIG_WORK/. "$RIG_KEEP/" 2>/dev/null
	fi
	exit $status
}

# --- guests ---------------------------------------------------------------------------------------

# A host with AVX-512 or AMX needs the shim that uml_xstate.c explains.
rig_shim() {
	grep -qE '^flags.* (avx512f|pku|amx_tile)( |$)' /proc/cpuinfo || return 0
	if [ ! -e "$RIG_WORK/uml_xstate.so" ]; then
		cc -D_GNU_SOURCE -O2 -shared -fPIC -o "$RIG_WORK/uml_xstate.so" \
			"$RIG_TESTS/uml_xstate.c" >&2 || return
	fi
	echo "$RIG_WORK/uml_xstate.so"
}

rig_boot() {
	local name shim
	shim=$(rig_shim)
	for name; do
		ip tuntap add dev "$name" mode tap
		ip link set "$name" master lan up
		LD_PRELOAD=$shim linux.uml mem=256M root=/dev/root rootfstype=hostfs rootflags=/ ro \
			init="$RIG_TESTS/guest-init.sh" con=null con0=fd:0,fd:1 \
			umid="$name" uml_dir="$RIG_WORK/uml" \
			vec0:transport=tap,ifname="$name",depth=128 \
			RIG_NAME="$name" RIG_ADDRESS="${RIG_ADDRESS[$name]}" \
			RIG_MAC="${RIG_MAC[$name]}" RIG_TESTS="$RIG_TESTS" RIG_WORK="$RIG_WORK" \
			RIG_AGENT_PORT="$RIG_AGENT_PORT" DIALTONE_BUILD="$DIALTONE_BUILD" \
			${shim:+GLIBC_TUNABLES=$RIG_NO_AVX512} </dev/null >"$RIG_WORK/$name.console" 2>&1 &
	done
	for name; do
		if ! rig_wait 30 test -e "$RIG_WORK/$name.ready"; then
			note_log "console of the $name guest" "$RIG_WORK/$name.console"
			echo "Bail out! the $name guest did not boot"
			exit 1
		fi
	done
}

# rig_wait SECONDS COMMAND...: until it succeeds; false when the time is over
rig_wait() {
	local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt $end ] || return 1
		sleep 0.05
	done
}

# The text is run by a bash that knows the functions of peer-client.sh and peer-server.sh.
rig_at() {
	local side=$1 text=$2 channel reply
	if [ "$side" = host ]; then
		bash -c ". $RIG_TESTS/peer-server.sh; . $RIG_TESTS/peer-client.sh; $text" </dev/null
		return
	fi
	exec {channel}<>"/dev/tcp/${RIG_ADDRESS[$side]}/$RIG_AGENT_PORT" || return 125
	printf '%s\0' "$text" >&$channel
	reply=$(cat <&$channel)
	exec {channel}>&-
	# the agent's last line is the status
	printf '%s' "${reply%$'\n'status=*}"
	return "${reply##*status=}"
}

# --- captures -------------------------------------------------------------------------------------

# One file a case: a test's questions about frames are about its own.

rig_capture() {
	RIG_CAPTURE=$RIG_WORK/$1.pcap
	/usr/bin/python3 -I "$RIG_TESTS/capture.py" "$2" "$RIG_CAPTURE" &
	RIG_CAPTURE_PID=$!
	rig_wait 10 test -s "$RIG_CAPTURE"
}

rig_capture_end() {
	kill "$RIG_CAPTURE_PID"
	wait "$RIG_CAPTURE_PID" 2>/dev/null
}

# rig_frames FILTER: the frames of this case so far that match, one line each; 1 if none does, 2 if
# the filter is wrong
rig_frames() {
	local found
	found=$(tshark -r "$RIG_CAPTURE" -Y "$1" 2>$RIG_WORK/tshark.err) ||
		{ cat $RIG_WORK/tshark.err; return 2; }
	[ -n "$found" ] && echo "$found"
}

# The judge is a dissector that none of the peers shares code with.  It gives a bad option a
# warning only, so warnings count.  Except: EAP-MD5's standing advice to choose another type; and
# what it says of the carried packets (a ping that a hang-up left unanswered), which are not the
# peers' making.
rig_check_frames() {
	local count
	mergecap -w $RIG_WORK/all.pcapng $RIG_WORK/*.pcap
	RIG_CAPTURE=$RIG_WORK/all.pcapng
	count=$(rig_frames frame | wc -l)
	check "tshark finds no malformed frame, error or warning among $count frames" \
		rig_no_frames '_ws.malformed || (_ws.expert.severity >= warning && !ip && !ipv6 &&
			!(_ws.expert.message contains "Vulnerable to MITM"))'
}

rig_no_frames() {
	rig_frames "$1"
	[ $? = 1 ]
}
