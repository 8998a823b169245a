#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The firewall of a line, with packets: eth0 of $host_ns is the line, $ac_ns the world, $lan_ns a
# computer behind the host.
. "$(dirname "$0")/lib.sh"
begin
tool=$build/tests/firewall_tool
lan_ns=dt-lan-$$
trap 'ip netns del "$lan_ns" 2>/dev/null; clean_up' EXIT
ip netns add "$lan_ns"
ip -n "$host_ns" link add lan0 type veth peer name eth0 netns "$lan_ns"
ip -n "$host_ns" addr add 10.1.0.1/24 dev lan0
ip -n "$host_ns" addr add fd01::1/64 dev lan0 nodad
ip -n "$host_ns" link set lan0 up
ip -n "$lan_ns" link set eth0 up
ip -n "$lan_ns" addr add 10.1.0.2/24 dev eth0
ip -n "$lan_ns" addr add fd01::2/64 dev eth0 nodad
ip -n "$lan_ns" route add default via 10.1.0.1
ip -n "$lan_ns" route add default via fd01::1
for side in host:1 ac:2; do
    ns=${side%:*}_ns
    ip -n "${!ns}" addr add "192.0.2.${side#*:}/24" dev eth0
    ip -n "${!ns}" addr add "fd02::${side#*:}/64" dev eth0 nodad
done
ip -n "$ac_ns" route add fd01::/64 via fd02::1
on_lan() { ip netns exec "$lan_ns" "$@"; }

# A server of everything: TCP answers with the peer's address and the segment size it asked for.
cat >"$work/serve.py" <<'END'
import select, socket, sys
sockets = []
for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    for port in map(int, sys.argv[1:]):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            s = socket.socket(family, kind)
            if family == socket.AF_INET6:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind((host, port))
            if kind == socket.SOCK_STREAM:
                s.listen()
            sockets.append(s)
print("ready", flush=True)
while True:
    for s in select.select(sockets, [], [])[0]:
        if s.type == socket.SOCK_STREAM:
            c, peer = s.accept()
            mss = c.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
            c.sendall(f"{peer[0]} {mss}\n".encode())
            c.close()
        else:
            data, peer = s.recvfrom(100)
            s.sendto(f"{peer[0]}\n".encode(), peer)
END
# tcp|udp ADDRESS PORT: prints what the server says, and our own segment size.
cat >"$work/ask.py" <<'END'
import socket, sys
kind, host, port = sys.argv[1:]
family = socket.AF_INET6 if ":" in host else socket.AF_INET
s = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
s.settimeout(0.5)
s.connect((host, int(port)))
if kind == "udp":
    s.send(b"hello")
print(s.recv(100).decode().strip(),
      s.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) if kind == "tcp" else "")
END
for ns in "$host_ns" "$ac_ns" "$lan_ns"; do
    ip netns exec "$ns" python3 "$work/serve.py" 53 80 2049 5000 >"$work/serve-$ns.out" 2>&1 &
    pids+=($!)
done
for ns in "$host_ns" "$ac_ns" "$lan_ns"; do wait_log "$work/serve-$ns.out" ready 10; done
ask() { python3 "$work/ask.py" "$@" 2>/dev/null; }
export -f ask
export work
from_ac() { on_ac python3 "$work/ask.py" "$@" 2>/dev/null; }
from_host() { on_host python3 "$work/ask.py" "$@" 2>/dev/null; }
from_lan() { on_lan python3 "$work/ask.py" "$@" 2>/dev/null; }
refused() { ! "$@"; }
echoes() { on_ac ping -q -c 1 -W 1 "$1"; }
apply() { on_host "$tool" apply wan eth0 "$@"; }
tables() { on_host nft list tables; }

for mode in NONE STANDALONE MASQUERADE; do
    for clamp in 0 1 1412; do
        on_host "$tool" write wan eth0 $mode $clamp >"$work/commands"
        check "$mode, clamp $clamp: nftables takes the commands" on_host nft -c -f "$work/commands"
    done
done

check "without it the host can be reached" from_ac tcp 192.0.2.1 80
check "without it the host echoes" echoes 192.0.2.1
on_host nft add table inet somebody_else
check "STANDALONE is applied" apply STANDALONE 0
check "STANDALONE again, over itself" apply STANDALONE 0
for address in 192.0.2.1 fd02::1; do
    check "STANDALONE $address: no TCP to a privileged port" refused from_ac tcp "$address" 80
    check "STANDALONE $address: no UDP to a privileged port" refused from_ac udp "$address" 53
    check "STANDALONE $address: no TCP connection at all" refused from_ac tcp "$address" 5000
    check "STANDALONE $address: UDP to other ports, as in rp-pppoe" from_ac udp "$address" 5000
    check "STANDALONE $address: no echo" refused echoes "$address"
done
for address in 192.0.2.2 fd02::2; do
    check "STANDALONE $address: the host can reach the world by TCP" from_host tcp "$address" 80
    check "STANDALONE $address: and by UDP" from_host udp "$address" 53
done
on_host sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
check "STANDALONE: nothing is forwarded out" refused from_lan tcp fd02::2 80
check "STANDALONE: nothing is forwarded in" refused from_ac tcp fd01::2 80
check "STANDALONE: the host is reached from its own network" from_lan tcp 10.1.0.1 80
on_host sysctl -qw net.ipv4.ip_forward=0

check "MASQUERADE takes its place" apply MASQUERADE 0
check "MASQUERADE: forwarding is on" test "$(on_host sysctl -n net.ipv4.ip_forward)" = 1
check "MASQUERADE: the world sees the line's address" \
    test "$(from_lan tcp 192.0.2.2 80 | cut -d' ' -f1)" = 192.0.2.1
check "MASQUERADE: UDP too" test "$(from_lan udp 192.0.2.2 53 | cut -d' ' -f1)" = 192.0.2.1
check "MASQUERADE: IPv6 goes with its own address" \
    test "$(from_lan tcp fd02::2 80 | cut -d' ' -f1)" = fd01::2
check "MASQUERADE: nobody begins IPv6 from out there" refused from_ac tcp fd01::2 80
for address in 192.0.2.1 fd02::1; do
    check "MASQUERADE $address: no TCP" refused from_ac tcp "$address" 5000
    check "MASQUERADE $address: no UDP" refused from_ac udp "$address" 5000
    check "MASQUERADE $address: no echo" refused echoes "$address"
done
check "MASQUERADE: the host can reach the world" from_host udp 192.0.2.2 53
check "MASQUERADE: the host is reached from its own network" from_lan tcp 10.1.0.1 80

mss() { "$@" | awk '{ print $2, $3 }'; }
check "without clamping, segments of 1448" test "$(mss from_lan tcp 192.0.2.2 80)" = "1448 1448"
check "CLAMPMSS=1400 is applied" apply MASQUERADE 1400
# 12 bytes of each segment go for TCP's time stamps.
check "clamped in both directions, forwarded" test "$(mss from_lan tcp 192.0.2.2 80)" = "1388 1388"
check "clamped in both directions, the host's own" \
    test "$(mss from_host tcp 192.0.2.2 80)" = "1388 1388"
check "clamped in both directions, IPv6" test "$(mss from_lan tcp fd02::2 80)" = "1368 1368"
ip -n "$host_ns" link set eth0 mtu 1300
check "clamping to the MTU is applied" apply MASQUERADE 1
check "to the MTU, both directions, IPv4" test "$(mss from_lan tcp 192.0.2.2 80)" = "1248 1248"
check "to the MTU, both directions, IPv6" test "$(mss from_lan tcp fd02::2 80)" = "1228 1228"
check "a second line has its own table" on_host "$tool" apply wan-2 eth9 STANDALONE 1412
check "two tables" test "$(tables | grep -c dialtone_)" = 2
check "removed" on_host "$tool" remove wan
check "the other stays" test "$(tables | grep -c dialtone_)" = 1
check "removed" on_host "$tool" remove wan-2
check "removed twice is fine" on_host "$tool" remove wan-2
check "nothing of ours is left, and nobody else's is gone" test "$(tables)" = "table inet somebody_else"
check "without privileges: said so" sh -c \
    "ip netns exec $host_ns setpriv --reuid 65534 --regid 65534 --clear-groups $tool apply wan eth0 STANDALONE 0 2>&1 |
     grep -q 'not permitted'"
finish
