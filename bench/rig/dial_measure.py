#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measure clients inside the client guest; see dial.sh.

All clients are judged by the same outside signs, never by their own words:
  address  rtnetlink says that ppp0 is up and has its IPv4 address
  reply    the first answer to a ping of the concentrator's address, asked every 10 ms
  PSS      the sum over the client's processes, which carry a mark in their environment
A dial begins with the start of the process, a redial with the arrival of the server's PADT.
"""

import argparse
import glob
import json
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time

DEVICE = "ppp0"
CONCENTRATOR = "10.9.0.1"
MARK = b"RIG_CLIENT=" + DEVICE.encode()
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
        self.sequence = (self.sequence + 1) & 0x7FFF
        body = struct.pack("!HH", os.getpid() & 0xFFFF, self.sequence)
        checksum = 0x0800 + sum(struct.unpack("!HH", body))
        checksum = (checksum & 0xFFFF) + (checksum >> 16)
        checksum = ~((checksum & 0xFFFF) + (checksum >> 16)) & 0xFFFF
        try:
            self.socket.sendto(struct.pack("!BBH", 8, 0, checksum) + body, (CONCENTRATOR, 0))
        except OSError:
            pass

    def receive(self):
        packet = self.socket.recv(2048)
        now = time.monotonic()
        kind, _, _, process, sequence = struct.unpack_from("!BBHHH", packet, 20)
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


class Client:
    def __init__(self, program):
        with open("/run/vector." + program) as vector:
            arguments = vector.read().split("\0")[:-1]
        self.log = open("/run/%s.log" % program, "a")
        environment = dict(os.environ, RIG_CLIENT=DEVICE)
        self.started_at = time.monotonic()
        self.child = subprocess.Popen(arguments, env=environment, start_new_session=True,
                                      stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    @staticmethod
    def processes():
        found = []
        for path in glob.glob("/proc/[0-9]*/environ"):
            try:
                with open(path, "rb") as environ:
                    if MARK in environ.read().split(b"\0"):
                        found.append(int(path.split("/")[2]))
            except OSError:
                pass
        return found

    def pss_kib(self):
        total = 0
        for pid in self.processes():
            with open("/proc/%d/smaps_rollup" % pid) as rollup:
                total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        return total

    def stop(self):
        """The polite end for all (a script's children need to be told, too), then the other."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in self.processes():
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
            end = time.monotonic() + 5
            while self.processes() and time.monotonic() < end:
                self.child.poll()
                time.sleep(0.05)
        self.child.wait()
        self.log.close()


def ask_server(server, text):
    host, port = server.split(":")
    with socket.create_connection((host, int(port))) as channel:
        channel.sendall(text.encode() + b"\0")
        while channel.recv(65536):
            pass


def began(observer, program):
    """A client that is up, and its times; None if it never came up."""
    # not always at the same phase of the server's and the clients' timers
    observer.pause(0.5 + random.random())
    observer.forget()
    client = Client(program)
    ok = observer.until(lambda: observer.prober.reply_at and observer.interface.usable_at)
    observer.pause(1)
    times = {"pss_kib": client.pss_kib()}
    if ok:
        times["address"] = observer.interface.usable_at - client.started_at
        times["reply"] = observer.prober.reply_at - client.started_at
    return client, times if ok else None


def measure_start(observer, program):
    client, times = began(observer, program)
    client.stop()
    return times


def measure_redial(observer, program, server):
    client, times = began(observer, program)
    if times:
        observer.forget()
        ask_server(server, "server_end_sessions KILL")
        ok = observer.until(lambda: observer.discovery.padt_at, probing=False)
        lost_at = observer.discovery.padt_at
        # an answer that was still under way at the PADT is none of the new session's
        observer.prober.forget()
        ok = ok and observer.until(lambda: observer.prober.reply_at)
        times = {"pss_kib": times["pss_kib"]}
        if ok:
            times["reply"] = observer.prober.reply_at - lost_at
            usable_at = observer.interface.usable_at
            # a client may keep the interface and its address: then nothing is announced
            times["address"] = max(0, usable_at - lost_at) if usable_at else None
        else:
            times = None
    client.stop()
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--start", required=True)
    parser.add_argument("--redial", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    observer = Observer()
    result = {"runs": options.runs, "start": {}, "redial": {}}
    for run in range(options.runs):
        for program in options.start.split(","):
            times = measure_start(observer, program)
            result["start"].setdefault(program, []).append(times)
            print("# start", run + 1, program, times, flush=True)
    for run in range(options.runs):
        for program in options.redial.split(","):
            times = measure_redial(observer, program, options.server)
            result["redial"].setdefault(program, []).append(times)
            print("# redial", run + 1, program, times, flush=True)
    with open(options.output, "w") as output:
        json.dump(result, output, indent=1)


sys.exit(main())
