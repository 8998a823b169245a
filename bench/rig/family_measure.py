#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measure pppoe-start and what it leaves running, inside the client guest; see family.sh.

  start    from the start of pppoe-start to its end, the line being up
  padt     from the server's PADT to the first reply
  carrier  from the return of a carrier that was away for 5 s to the first reply
  reboot   the same, and the concentrator has forgotten the session meanwhile
  killed   from kill -9 of every process of the line to the first reply, a keeper looking on
"""

import argparse
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

CARRIER_AWAY = 5
GIVE_UP = {"padt": 60, "carrier": 30, "reboot": 200, "killed": 300}
# What a line consists of, on either side
PROGRAMS = {b"pppoe-start", b"pppoe-connect", b"pppd", b"pppoe"}


def ask_server(server, text):
    host, port = server.split(":")
    with socket.create_connection((host, int(port))) as channel:
        channel.sendall(text.encode() + b"\0")
        while channel.recv(65536):
            pass


def line_processes():
    pids = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % name, "rb") as cmdline:
                words = cmdline.read().split(b"\0")
        except OSError:
            continue
        # a script's name is its interpreter's first argument
        if PROGRAMS & {os.path.basename(word) for word in words[:2]}:
            pids.append(int(name))
    return pids


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass


def carrier(on):
    subprocess.run(["ip", "link", "set", "wan0-modem", "up" if on else "down"], check=True)


class Side:
    """Debian's commands or ours."""

    def __init__(self, name, folder, config, keeper):
        self.name, self.folder, self.config, self.keeper = name, folder, config, keeper
        self.keeper_process = None

    def run(self, command):
        return subprocess.run([os.path.join(self.folder, command), self.config], check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode

    def start(self):
        """Seconds that it took; None if the line is not up then."""
        begin = time.monotonic()
        code = self.run("pppoe-start")
        took = time.monotonic() - begin
        address = subprocess.run(["ip", "-4", "address", "show", "dev", DEVICE], check=False,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        return took if code == 0 and b"10.9.0.1" in address else None

    def keep(self):
        environment = dict(os.environ, KEEPER_FOLDER=self.folder, KEEPER_CONFIG=self.config)
        self.keeper_process = subprocess.Popen([self.keeper], env=environment,
                                               start_new_session=True, stdin=subprocess.DEVNULL,
                                               stdout=subprocess.DEVNULL,
                                               stderr=subprocess.DEVNULL)

    def stop(self):
        if self.keeper_process:
            os.killpg(self.keeper_process.pid, signal.SIGKILL)
            self.keeper_process.wait()
            self.keeper_process = None
        self.run("pppoe-stop")
        end = time.monotonic() + 8
        while (line_processes() or os.path.exists("/sys/class/net/" + DEVICE)) and \
                time.monotonic() < end:
            time.sleep(0.05)
        kill_all(line_processes())
        for name in os.listdir("/run"):
            if ".pid" in name:
                os.unlink("/run/" + name)


def reply(observer, what, since):
    """Seconds from `since` to the first answer; None if there is none in time."""
    if observer.until(lambda: observer.prober.reply_at, limit=GIVE_UP[what]):
        return observer.prober.reply_at - since
    return None


def after_padt(observer, server):
    ask_server(server, "server_end_sessions KILL")
    if not observer.until(lambda: observer.discovery.padt_at, probing=False, limit=10):
        return None
    # an answer that was still under way at the PADT is none of the new session's
    observer.prober.forget()
    return reply(observer, "padt", observer.discovery.padt_at)


def after_carrier(observer, server, forgotten):
    carrier(False)
    gone = time.monotonic()
    if forgotten:
        ask_server(server, "server_crash; server_start rp-pppoe chap internet")
    observer.pause(max(0, gone + CARRIER_AWAY - time.monotonic()))
    observer.prober.forget()
    back = time.monotonic()
    carrier(True)
    return reply(observer, "reboot" if forgotten else "carrier", back)


def after_kill(observer, side, run):
    """Run by run at another phase of the 2 minutes between two looks of the recorder's keeper."""
    side.keep()
    observer.pause(3 + run * 37 % 110 if side.name == "debian" else 3 + random.random())
    observer.forget()
    kill_all(line_processes())
    killed = time.monotonic()
    # the device goes with its processes: what is answered later is the new line's
    observer.until(lambda: not os.path.exists("/sys/class/net/" + DEVICE), probing=False, limit=2)
    observer.prober.forget()
    return reply(observer, "killed", killed)


def measure(observer, side, what, run, server):
    # not always at the same phase of the server's and the clients' timers
    observer.pause(0.5 + random.random())
    observer.forget()
    took = side.start()
    if what != "start" and took is not None:
        up = observer.until(lambda: observer.prober.reply_at, limit=10)
        observer.pause(1)
        observer.forget()
        took = {
            "padt": lambda: after_padt(observer, server),
            "carrier": lambda: after_carrier(observer, server, False),
            "reboot": lambda: after_carrier(observer, server, True),
            "killed": lambda: after_kill(observer, side, run),
        }[what]() if up else None
    side.stop()
    return took


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", required=True) # start=10,padt=10,...
    parser.add_argument("--side", action="append", required=True) # NAME:FOLDER:CONFIG:KEEPER
    parser.add_argument("--server", required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    observer = Observer()
    sides = [Side(*side.split(":")) for side in options.side]
    result = {}
    for part in options.runs.split(","):
        what, _, runs = part.partition("=")
        for run in range(int(runs)):
            for side in sides:
                took = measure(observer, side, what, run, options.server)
                result.setdefault(what, {}).setdefault(side.name, []).append(took)
                print("# %s %d %s: %s" % (what, run + 1, side.name,
                                          took and round(took, 3)), flush=True)
    with open(options.output, "w") as output:
        json.dump(result, output, indent=1)


sys.exit(main())
