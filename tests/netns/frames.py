#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Another machine that dials: frames on eth0 of the namespace it runs in.

usage: frames.py [discovery=HEX] [session=HEX] [service=TEXT] [vlan=ID] STEP...
"""
import random
import socket
import struct
import sys
import time

HOST, AC, ALL = (bytes.fromhex(mac) for mac in ("020000000099", "0200000000ac", "ff" * 6))
SESSION = 0x0777


def tag(kind, value):
    return struct.pack("!HH", kind, len(value)) + value


class Wire:
    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.bind(("eth0", 0))
        self.discovery, self.session, self.service, self.vlan = 0x8863, 0x8864, b"internet", b""

    def send(self, to, source, kind, code, session, payload):
        header = struct.pack("!HBBHH", kind, 0x11, code, session, len(payload))
        self.socket.send((to + source + self.vlan + header + payload).ljust(60, b"\0"))

    def discover(self, to, source, code, session=0, more=b"", service=None):
        self.send(to, source, self.discovery, code, session,
                  tag(0x101, self.service if service is None else service) + more + tag(0x103, b"uniq"))

    def ppp(self, to, source, protocol, code, data):
        packet = struct.pack("!BBH", code, 1, 4 + len(data)) + data
        self.send(to, source, self.session, 0, SESSION, struct.pack("!H", protocol) + packet)

    def step(self, name):
        name, _, value = name.partition("=")
        numbers = {"discovery": 16, "session": 16}
        if name in numbers:
            setattr(self, name, int(value, numbers[name]))
        elif name == "service":
            self.service = value.encode("utf-8", "surrogateescape")
        elif name == "vlan":
            self.vlan = struct.pack("!HH", 0x8100, int(value))
        else:
            getattr(self, name.replace("-", "_"))(value)

    def padi(self, _):
        self.discover(ALL, HOST, 0x09)

    def pado(self, _):
        self.discover(HOST, AC, 0x07, more=tag(0x102, b"bras"))

    def padr(self, _):
        self.discover(AC, HOST, 0x19)

    def other_padr(self, _):
        self.discover(AC, HOST, 0x19, service=b"another")

    def bare_padr(self, _):
        self.send(AC, HOST, self.discovery, 0x19, 0, tag(0x103, b"uniq"))

    def pads(self, _):
        self.discover(HOST, AC, 0x65, SESSION)

    def lcp(self, _):
        self.ppp(AC, HOST, 0xc021, 1, bytes.fromhex("010405d4"))

    def lcp_back(self, _):
        self.ppp(HOST, AC, 0xc021, 1, bytes.fromhex("0304c023"))

    def pap(self, _):
        self.ppp(AC, HOST, 0xc023, 1, b"\x05carol\x08tip top!")

    def ipcp(self, _):
        self.ppp(AC, HOST, 0x8021, 1, bytes.fromhex("030600000000"))

    def ip(self, value):
        packet = struct.pack("!BBHHHBBH4s4sHHHH", 0x45, 0, 28, 1, 0, 64, 17, 0, b"\x0a\0\0\1", b"\x0a\0\0\2",
                             1000, 53, 8, 0)
        for _ in range(int(value or 1)):
            self.send(AC, HOST, self.session, 0, SESSION, b"\0\x21" + packet)

    def malformed(self, value):
        """So many frames with PPPoE's types and anything in them; the same ones each time."""
        chance = random.Random(7)
        for _ in range(int(value)):
            octets = chance.randbytes(chance.choice([0, 1, 5, 6, 8, 30, 200, 1486]))
            if chance.random() < 0.7:
                octets = bytes([0x11, chance.choice([0, 7, 9, 0x19, 0x65, 0xa7, 3])]) + octets[2:]
            if chance.random() < 0.5:
                octets = octets[:4] + struct.pack("!H", max(len(octets) - 6, 0)) + octets[6:]
            self.socket.send(AC + HOST + struct.pack("!H", chance.choice([0x8863, 0x8864])) + octets)

    def wait(self, value):
        time.sleep(float(value))


wire = Wire()
for word in sys.argv[1:]:
    wire.step(word)
