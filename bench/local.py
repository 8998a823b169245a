#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measures a client of the line from outside: the moment its device has an IPv4 address is the
kernel's own message (RTM_NEWADDR), not what the program says.  See local.sh."""
import os
import re
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time

RTMGRP_IPV4_IFADDR = 0x10
RTM_NEWADDR = 20


def watch():
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    s.bind((0, RTMGRP_IPV4_IFADDR))
    return s


def wait_address(s, seconds=10):
    """The time at which ppp0 got an address."""
    s.settimeout(seconds)
    while True:
        message = s.recv(65536)
        now = time.monotonic()
        kind = struct.unpack_from("=IH", message)[1]
        if kind == RTM_NEWADDR and b"ppp0\0" in message:
            return now


def start(command, log):
    return subprocess.Popen(command, stdout=log, stderr=log)


def stop(client):
    client.send_signal(signal.SIGTERM)
    client.wait()


def processes(client):
    children = open(f"/proc/{client.pid}/task/{client.pid}/children").read().split()
    return [client.pid] + [int(child) for child in children]


def field(pid, name, key):
    return int(re.search(rf"^{key}:\s+(\d+)", open(f"/proc/{pid}/{name}").read(), re.M)[1])


def main():
    program, config, ac_ns = sys.argv[1], sys.argv[2], sys.argv[5]
    runs, idle = int(sys.argv[3]), int(sys.argv[4])
    log = open(os.path.join(os.path.dirname(config), "line.log"), "w")
    addresses = watch()
    dial = []
    for _ in range(runs + 1):
        began = time.monotonic()
        client = start([program, config], log)
        dial.append((wait_address(addresses) - began) * 1000)
        stop(client)
    dial = dial[1:]  # the first warms the caches up

    redial = []
    sender = os.path.join(os.path.dirname(os.path.abspath(__file__)), "send_padt.py")
    for _ in range(runs):
        client = start([program, config], log)
        wait_address(addresses)
        time.sleep(0.05)
        session = re.findall(r"PADS session=0x([0-9a-f]+)", open(log.name).read())[-1]
        sent = subprocess.run(["ip", "netns", "exec", ac_ns, sys.executable, sender, session],
                              capture_output=True, text=True, check=True)
        redial.append((wait_address(addresses) - float(sent.stdout)) * 1000)
        stop(client)

    client = start([program, config], log)
    wait_address(addresses)
    time.sleep(1)
    pids = processes(client)
    pss = sum(field(pid, "smaps_rollup", "Pss") for pid in pids)
    rss = sum(field(pid, "smaps_rollup", "Rss") for pid in pids)
    before = [field(pid, "status", "voluntary_ctxt_switches") for pid in pids]
    time.sleep(idle)
    after = [field(pid, "status", "voluntary_ctxt_switches") for pid in pids]
    stop(client)

    def row(name, values):
        values = sorted(values)
        print(f"| {name} | {statistics.median(values):.2f} | {values[0]:.2f} | {values[-1]:.2f} |")

    print("| what | median | least | most |\n| --- | --- | --- | --- |")
    row(f"start to usable address, ms ({runs} runs)", dial)
    row(f"PADT to usable address again, ms ({runs} runs)", redial)
    print(f"\nmemory of {len(pids)} processes: PSS {pss} KiB, RSS {rss} KiB")
    for pid, a, b, role in zip(pids, before, after, ["monitor", "engine"]):
        print(f"{role}: {b - a} wake-ups in {idle} s idle (echo each 20 s)")


main()
