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
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from observer import DEVICE, Observer

MARK = b"RIG_CLIENT=" + DEVICE.encode()


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
