#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Answers PADIs as a concentrator would, or as none should; on eth0 of the namespace it runs in.

usage: responder.py HOW...: each PADI gets the answers of these names, in this order.
"""
import socket
import struct
import sys
import time

AC = bytes.fromhex("020000000002")
PADO = 0x07


def tag(kind, value):
    return struct.pack("!HH", kind, len(value)) + value


SERVICE, NAME, COOKIE, RELAY = 0x101, 0x102, 0x104, 0x110
EMPTY = tag(SERVICE, b"")

# Tags before and after those of the PADI that are returned.
ANSWERS = {
    "plain": (tag(NAME, b"plain-ac"), b""),
    "rich": (EMPTY + tag(NAME, "bras \u00e9".encode()) + tag(SERVICE, b"internet") + tag(SERVICE, b"voice"),
             tag(COOKIE, bytes(range(24))) + tag(RELAY, b"\1\2relay") + tag(0x105, b"\0\0\x0d\xe9\1\2ab") +
             tag(0x120, b"\x05\xdc")),
    "cookie20": (tag(NAME, b"twenty"), tag(COOKIE, bytes(20)) + tag(RELAY, bytes(21))),
    "errors": (tag(NAME, b"errors"), tag(0x201, b"no such service") + tag(0x202, b"") + tag(0x203, b"too bad")),
    "no-name": (b"", tag(COOKIE, b"x")),
    "end-of-list": (tag(NAME, b"short"), tag(0, b"") + tag(SERVICE, b"hidden")),
    "control": (tag(NAME, b"a\x1b[31mb"), b""),
    "truncated": (tag(NAME, b"truncated"), b"\1\4\xff\xff"),
}


def read_tags(octets):
    while len(octets) >= 4:
        kind, length = struct.unpack("!HH", octets[:4])
        yield kind, octets[4:4 + length]
        octets = octets[4 + length:]


def frame(peer, tags, code=PADO, session=0, version=0x11, source=AC, length=None):
    header = struct.pack("!HBBHH", 0x8863, version, code, session, len(tags) if length is None else length)
    return (peer + source + header + tags).ljust(60, b"\0")


def answers(peer, padi, how):
    """The frames to be sent."""
    if how == "refuses":  # no Service-Name: that one is not to be had
        uniq = b"".join(tag(k, v) for k, v in padi if k == 0x103)
        return [frame(peer, tag(NAME, b"refuses") + uniq + tag(0x201, b"no such service"))]
    if how == "foreign":
        return [frame(peer, tag(NAME, b"foreign") + EMPTY + tag(0x103, b"somebody else's"))]
    if how == "malformed":
        good = tag(NAME, b"bad") + b"".join(tag(k, v) for k, v in padi)
        return [frame(peer, good, version=0x21), frame(peer, good, session=7), frame(peer, good, length=1400),
                frame(peer, good, source=b"\3" + AC[1:]), frame(peer, good)[:16], frame(peer, b"\1"),
                frame(peer, good + tag(0x105, bytes(1475)))]
    if how.startswith("named-"):
        return [frame(peer, tag(NAME, how[6:].encode()) + b"".join(tag(k, v) for k, v in padi))]
    before, after = ANSWERS[how]
    return [frame(peer, before + b"".join(tag(k, v) for k, v in padi) + after)]


def main():
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))  # every type, so that tags are seen
    made.bind(("eth0", 3))
    made.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA
    made.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
    print("ready", flush=True)
    while True:
        octets, notes, _, _ = made.recvmsg(2000, 100)
        if len(octets) < 20 or octets[12:14] != b"\x88\x63" or octets[6:12] == AC or octets[15] != 0x09:
            continue
        tagged = b""
        for _, kind, data in notes:
            status, _, _, _, _, tci, _ = struct.unpack("=IIIHHHH", data[:20])
            if kind == 8 and status & 0x10:
                tagged = struct.pack("!HH", 0x8100, tci)
        vlan = tci & 0xfff if tagged else 0
        padi = list(read_tags(octets[20:20 + struct.unpack("!H", octets[18:20])[0]]))
        print(f"PADI vlan={vlan} {octets.hex()}", flush=True)
        for how in sys.argv[1:]:
            if how.startswith("vlan="):  # those that follow are for this VLAN alone
                here = int(how[5:]) == vlan
            elif how.startswith("wait="):
                time.sleep(float(how[5:]))
            elif "vlan=" not in " ".join(sys.argv) or here:
                if how.startswith("flood="):
                    for number in range(int(how[6:])):
                        made.send(answers(octets[6:12], padi, f"named-{number}")[0])
                    continue
                for answer in answers(octets[6:12], padi, how):
                    made.send(answer[:12] + tagged + answer[12:])


main()
