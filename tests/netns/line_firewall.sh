#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# FIREWALL and CLAMPMSS of a line, with packets: $lan_ns is a computer behind the host, $ac_ns the
# world.  The table is there before the line is up, and goes whatever dies.
. "$(dirname "$0")/lib.sh"
begin
lan_ns=dt-lan-$$
trap 'ip netns del "$lan_ns" 2>/dev/null; clean_up' EXIT
ip netns add "$lan_ns"
ip -n "$host_ns" link add lan0 type veth peer name eth0 netns "$lan_ns"
ip -n "$host_ns" addr add 10.1.0.1/24 dev lan0
ip -n "$host_ns" link set lan0 addrgenmode none up
ip -n "$lan_ns" link set eth0 up
ip -n "$lan_ns" addr add 10.1.0.2/24 dev eth0
ip -n "$lan_ns" route add default via 10.1.0.1
on_lan() { ip netns exec "$lan_ns" "$@"; }
dialtone=$build/src/program/command/dialtone
on_host sysctl -qw net.ipv4.ip_forward=0

# A server that answers with the peer's address and the segment size it asked for.
cat >"$work/serve.py" <<'END'
import select, socket
sockets = []
for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    s = socket.socket(family, socket.SOCK_STREAM)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind((host, 5000))
    s.listen()
    sockets.append(s)
print("ready", flush=True)
while True:
    for s in select.select(sockets, [], [])[0]:
        c, peer = s.accept()
        mss = c.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
        c.sendall(f"{peer[0]} {mss}\n".encode())
        c.close()
END
cat >"$work/ask.py" <<'END'
import socket, sys
s = socket.create_connection((sys.argv[1], 5000), timeout=0.5)
print(s.recv(100).decode().strip(), s.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))
END
for ns in "$host_ns" "$ac_ns"; do
    ip netns exec "$ns" python3 "$work/serve.py" >"$work/serve-$ns.out" 2>&1 &
    pids+=($!)
done
for ns in "$host_ns" "$ac_ns"; do wait_log "$work/serve-$ns.out" ready 10; done
from_ac() { on_ac python3 "$work/ask.py" "$@" 2>/dev/null; }
from_host() { on_host python3 "$work/ask.py" "$@" 2>/dev/null; }
from_lan() { on_lan python3 "$work/ask.py" "$@" 2>/dev/null; }
refused() { ! "$@"; }
tables() { on_host nft list tables; }
has_table() { tables | grep -qx "table inet dialtone_${1:-ppp0}"; }
no_table() { [ -z "$(tables)" ]; }
no_device() { ! ip -n "$host_ns" link show ppp0; }
forwards() { test "$(on_host sysctl -n net.ipv4.ip_forward)" = "$1"; }
logged() { wait_log "$work/line.log" "$1" "${2:-5}" "${3:-1}"; }
local_address() { sed -n 's/.* up device=ppp0 local=\([^ ]*\).*/\1/p' "$work/line.log" | tail -n 1; }
crash() { # WHO...: pids, with no chance to tidy up
    kill -9 "$@"
    { wait "$line"; } 2>/dev/null
    rm -f "$work"/line.pid*
}
snapshot() {
    on_host ip -o link | sed 's/^[0-9]*: //; s/qlen [0-9]*//'
    on_host ip -o addr | sed 's/^[0-9]*: //; s/valid_lft.*//'
    on_host ip route show table all
    on_host nft list ruleset
    on_host sysctl net.ipv4.ip_forward
    find /run/dialtone | sort
}
second_line() { # KEY=VALUE...
    printf '%s\n' ETH=eth0 USER=bob DEVICE=ppp7 DEFROUTE=no PEERDNS=no "SECRETS=$work/secrets" "$@" >"$work/line-second-config"
    : >"$work/line-second.log"
    ip netns exec "$host_ns" "$line_program" "$work/line-second-config" >"$work/line-second.log" 2>&1 &
    second=$!
    pids+=("$second")
    wait_log "$work/line-second.log" 'up device=' 5
}
stop_second() {
    kill "$second" && wait "$second"
}

server

# --- what it does
line
wait_up
check "NONE: the host is reached" from_ac "$(local_address)"
check "NONE: no table" no_table
stop_line
remember

cat >/etc/ppp/ip-pre-up <<END
#!/bin/sh
{ /sbin/ip -o link show ppp0; /usr/sbin/nft list table inet dialtone_ppp0; } >$work/line-pre-up 2>&1
END
chmod +x /etc/ppp/ip-pre-up
line FIREWALL=STANDALONE
wait_up
check "STANDALONE: nobody connects from outside" refused from_ac "$(local_address)"
check "STANDALONE: the host connects" from_host 10.9.0.1
check "STANDALONE: nothing is forwarded" refused from_lan 10.9.0.1
check "STANDALONE: forwarding is as it was" forwards 0
check "STANDALONE: the rules were there before the device was up" sh -c \
    "head -n 1 '$work/line-pre-up' | grep -q 'state DOWN' && grep -q 'iifname \"ppp0\".* drop' '$work/line-pre-up'"
rm /etc/ppp/ip-pre-up
stop_server
check "the server goes: the device too" wait_until 20 no_device
check "... the table stays" has_table
handles() { on_host nft -a list table inet dialtone_ppp0 | md5sum; }
before=$(handles)
server
check "... up again" wait_up 20 2
check "... behind the very same table" test "$(handles)" = "$before"
check "... which still works" refused from_ac "$(local_address)"
kill -9 "$(engine_pid)"
check "the engine is killed: up again" wait_up 10 3
check "... behind the very same table" test "$(handles)" = "$before"
check "somebody else can't change it" refused on_host nft add chain inet dialtone_ppp0 mine
on_host nft flush ruleset
check "... not by nft flush ruleset either" test "$(handles)" = "$before"
ip -n "$host_ns" link del ppp0
check "somebody removes the device: made anew" wait_up 10 4
check "... behind the very same table" test "$(handles)" = "$before"
stop_line
ok $? "stops with 0"
unchanged "nothing is left"

# --- kill -9
line FIREWALL=STANDALONE
wait_up
crash "$line"
check "the monitor is killed: the table goes" wait_until 2 no_table
check "... and the device" wait_until 5 no_device
line FIREWALL=MASQUERADE
wait_up 10
crash "$line" "$(engine_pid)"
check "both are killed: the table goes" wait_until 2 no_table
printf '#!/bin/sh\nexec sleep 1002.%s\n' $$ >/etc/ppp/ip-up
chmod +x /etc/ppp/ip-up
line FIREWALL=STANDALONE CLAMPMSS=1412
wait_up 10
wait_until 5 pgrep -f "^sleep 1002.$$" >/dev/null
crash "$line" "$(engine_pid)"
check "... though a hook of it still runs" wait_until 2 no_table
kill "$(pgrep -f "^sleep 1002.$$")"
rm /etc/ppp/ip-up
line
wait_up 10
stop_line
unchanged "the next start and stop leave nothing"

# --- forwarding
line FIREWALL=MASQUERADE
wait_up
check "MASQUERADE: forwarding is on" forwards 1
check "MASQUERADE: the world sees the line's address" test "$(from_lan 10.9.0.1 | cut -d' ' -f1)" = "$(local_address)"
second_line FIREWALL=MASQUERADE
check "two lines, two tables" sh -c "[ \"$(tables | sort | tr '\n' ,)\" = 'table inet dialtone_ppp0,table inet dialtone_ppp7,' ]"
stop_line
check "the first one ends: forwarding is still on" forwards 1
check "... its table is gone" refused has_table
check "... the other's is there" has_table ppp7
stop_second
check "the second one ends: forwarding is off" forwards 0
unchanged "nothing is left"
line FIREWALL=MASQUERADE
wait_up
crash "$line" "$(engine_pid)"
check "killed: forwarding stays on" forwards 1
second_line
check "... until the next line starts" forwards 0
stop_second
line FIREWALL=MASQUERADE
wait_up
on_host sysctl -qw net.ipv4.ip_forward=0
stop_line
check "switched off by somebody else: stays off" forwards 0
on_host sysctl -qw net.ipv4.ip_forward=1
line FIREWALL=MASQUERADE
wait_up
stop_line
check "switched on before: stays on" forwards 1
line FIREWALL=MASQUERADE
wait_up
crash "$line" "$(engine_pid)"
line
wait_up
stop_line
check "... over a crash too" forwards 1

# --- CLAMPMSS, with TCP's own word for the segment size (12 bytes of each go for time stamps)
on_host sysctl -qw net.ipv4.ip_forward=1
mss() { "$@" | awk '{ print $2, $3 }'; }
same_mss() { test "$(mss from_host "$1")" = "$2 $2"; }
clamped() { # NAME KEYS IPV4 IPV6
    line IPV6INIT=yes FIREWALL=MASQUERADE ${2:+"$2"}
    wait_up
    check "$1, forwarded: SYN and SYN-ACK" test "$(mss from_lan 10.9.0.1)" = "$3 $3"
    check "$1, the host's own: SYN and SYN-ACK, IPv4" test "$(mss from_host 10.9.0.1)" = "$3 $3"
    peer=$("$dialtone" status --json | sed 's/.*"ipv6":{[^}]*"remote":"\([^"]*\)".*/\1/')
    check "$1, the host's own: SYN and SYN-ACK, IPv6" wait_until 3 same_mss "$peer%ppp0" "$4"
    stop_line
}
clamped "CLAMPMSS=1400" CLAMPMSS=1400 1388 1368
clamped "CLAMPMSS=auto" CLAMPMSS=auto 1440 1420
line CLAMPMSS=1300
wait_up
check "CLAMPMSS alone: clamped" test "$(mss from_host 10.9.0.1)" = "1288 1288"
check "CLAMPMSS alone: nothing is refused" from_ac "$(local_address)"
stop_line
on_host sysctl -qw net.ipv4.ip_forward=0
unchanged "nothing is left"

# --- what can't be had
cat >"$work/own.py" <<'END'
import ctypes, signal
nft = ctypes.CDLL("libnftables.so.1")
nft.nft_ctx_new.restype = ctypes.c_void_p
context = ctypes.c_void_p(nft.nft_ctx_new(0))
print(nft.nft_run_cmd_from_buffer(context, b"table inet dialtone_ppp0 { flags owner; }"), "ready", flush=True)
signal.pause()
END
own() { # somebody else has a table of that name
    ip netns exec "$host_ns" python3 "$work/own.py" >"$work/line-own.out" 2>&1 &
    owner=$!
    pids+=("$owner")
    wait_log "$work/line-own.out" '0 ready' 5
}
own
line FIREWALL=STANDALONE
check "no firewall can be made: said so, with nftables' words" logged 'the firewall of ppp0 cannot be made: nftables says: .*not permitted'
check "... the line does not come up" test "$(grep -c 'stage=up up device=' "$work/line.log")" = 0
check "... it is tried again" logged 'dialling anew in_ms=[1-9]' 5
check "... and stays down" logged 'cannot be made' 10 2
check "... with no device" no_device
kill "$owner"
wait "$owner"
check "... until the firewall can be made" wait_up 10
check "... and is" refused from_ac "$(local_address)"
stop_line
own
line CLAMPMSS=1400
check "CLAMPMSS alone can't be had: up all the same" wait_up
check "... and said so" logged 'CLAMPMSS has no effect on ppp0: nftables says: '
stop_line
kill "$owner"
wait "$owner"
unchanged "nothing is left"

# A kernel that ties no table to a process, as nftables would tell of it.
cat >"$work/old.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
int nft_run_cmd_from_buffer(void *nft, const char *commands)
{
	int (*run)(void *, const char *) =
		(int (*)(void *, const char *))dlsym(RTLD_NEXT, "nft_run_cmd_from_buffer");
	return strstr(commands, "flags owner") ? -1 : run(nft, commands);
}
END
if cc -shared -fPIC -o "$work/line-old.so" "$work/old.c"; then
    export LD_PRELOAD=$work/line-old.so
    line FIREWALL=STANDALONE
    wait_up
    unset LD_PRELOAD
    check "a kernel without tied tables: one that lasts" sh -c "ip netns exec $host_ns nft list tables | grep -q dialtone_ppp0 && ! ip netns exec $host_ns nft list ruleset | grep -q owner"
    check "... works" refused from_ac "$(local_address)"
    check "... and is on record" ls /run/dialtone/ppp0.0.*.table
    on_host nft flush ruleset
    kill -9 "$(engine_pid)"
    check "... somebody flushes it: back with the next session" wait_up 10 2
    check "... it is" has_table
    stop_line
    unchanged "... goes with the line"
    export LD_PRELOAD=$work/line-old.so
    line FIREWALL=STANDALONE
    wait_up
    crash "$line" "$(engine_pid)"
    unset LD_PRELOAD
    check "... is left when the line is killed" has_table
    second_line
    check "... until the next line starts" no_table
    stop_second
    rm -f "$work/line-old.so" "$work/old.c"
    line
    wait_up
    stop_line
    unchanged "... nothing is left"
else
    check "a C compiler is there" false
fi
stop_server
finish
