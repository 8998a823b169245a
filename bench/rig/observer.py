# SPDX-License-Identifier: BSD-2-Clause
"""What is seen of a client from outside, in its guest; for dial_measure.py and family_measure.py.

  address  rtnetlink says that ppp0 is up and has its IPv4 address
  reply    the first answer to a ping of the concentrator's address, asked every 10 ms
  PADT     as it arrives on wan0
"""

import os
import select
import socket
import struct
import time

DEVICE = "ppp0"
CONCENTRATOR = "10.9.0.1"
PROBE_INTERVAL = 0.01
GIVE_UP = 60

RTMGRP_LINK, RTMGRP_IPV4_IFADDR = 1, 0x10
RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR, RTM_DELADDR = 16, 17, 20, 21
IFLA_IFNAME = IFA_LABEL = 3
IFF_UP = 1
PADT = 0xA7


class Interface:
    """What rtnetlink tells about ppp0."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.socket.bind((0, RTMGRP_LINK | RTMGRP_IPV4_IFADDR))
        self.forget()

    def forget(self):
        self.up = self.addressed = False
        self.usable_at = None

    def receive(self):
        data = self.socket.recv(65536)
        now = time.monotonic()
        while len(data) >= 16:
            length, kind = struct.unpack_from("=IH", data)
            self.message(kind, data[16:length], now)
            data = data[(length + 3) & ~3:]

    def message(self, kind, body, now):
        if kind in (RTM_NEWADDR, RTM_DELADDR) and self.name(body[8:], IFA_LABEL) == DEVICE:
            self.addressed = kind == RTM_NEWADDR
        elif kind in (RTM_NEWLINK, RTM_DELLINK) and self.name(body[16:], IFLA_IFNAME) == DEVICE:
            flags = struct.unpack_from("=I", body, 8)[0]
            self.up = kind == RTM_NEWLINK and bool(flags & IFF_UP)
        if self.up and self.addressed and self.usable_at is None:
            self.usable_at = now

    @staticmethod
    def name(attributes, wanted):
        while len(attributes) >= 4:
            length, kind = struct.unpack_from("=HH", attributes)
            if kind == wanted:
                return attributes[4:length].rstrip(b"\0").decode()
            attributes = attributes[max(4, (length + 3) & ~3):]
        return None


class Prober:
    """Pings the concentrator; without a route that fails at once and costs next to nothing."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.socket.setblocking(False)
        self.sequence = 0
        self.forget()

    def forget(self):
        self.first = self.sequence + 1
        self.reply_at = None

    def ask(self):
        self.sequence += 1
        # in the payload, too, where it has room for minutes of asking
        body = struct.pack("!HHI", os.getpid() & 0xFFFF, self.sequence & 0xFFFF, self.sequence)
        checksum = 0x0800 + sum(struct.unpack("!HHHH", body))
        checksum = (checksum & 0xFFFF) + (checksum >> 16)
        checksum = ~((checksum & 0xFFFF) + (checksum >> 16)) & 0xFFFF
        try:
            self.socket.sendto(struct.pack("!BBH", 8, 0, checksum) + body, (CONCENTRATOR, 0))
        except OSError:
            pass

    def receive(self):
        packet = self.socket.recv(2048)
        now = time.monotonic()
        if len(packet) < 32:
            return
        kind, _, _, process, _, sequence = struct.unpack_from("!BBHHHI", packet, 20)
        if kind == 0 and process == os.getpid() & 0xFFFF and sequence >= self.first:
            self.reply_at = self.reply_at or now


class Discovery:
    """Sees the PADTs that arrive on wan0."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x8863))
        self.socket.bind(("wan0", 0x8863))
        self.forget()

    def forget(self):
        self.padt_at = None

    def receive(self):
        frame = self.socket.recv(2048)
        if frame[15] == PADT:
            self.padt_at = self.padt_at or time.monotonic()


class Observer:
    def __init__(self):
        self.interface = Interface()
        self.prober = Prober()
        self.discovery = Discovery()
        self.poll = select.poll()
        self.sources = {}
        for source in (self.interface, self.prober, self.discovery):
            self.sources[source.socket.fileno()] = source
            self.poll.register(source.socket.fileno(), select.POLLIN)

    def forget(self):
        while self.drain(0):
            pass
        self.interface.forget()
        self.prober.forget()
        self.discovery.forget()

    def drain(self, timeout):
        ready = self.poll.poll(timeout * 1000)
        for descriptor, _ in ready:
            self.sources[descriptor].receive()
        return ready

    def until(self, condition, probing=True, limit=GIVE_UP):
        """True once the condition holds."""
        end = time.monotonic() + limit
        next_probe = 0
        while not condition():
            now = time.monotonic()
            if now >= end:
                return False
            if probing and now >= next_probe:
                self.prober.ask()
                next_probe = now + PROBE_INTERVAL
            self.drain(PROBE_INTERVAL)
        return True

    def pause(self, seconds):
        self.until(lambda: False, probing=False, limit=seconds)
