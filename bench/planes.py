#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measures data planes side by side: TCP both ways with 1 and 8 flows, small UDP packets, round-trip
time, CPU seconds a gigabyte.  Rows take turns, so that what else the machine does hits all alike;
the table has medians.  See planes.sh.

Rows: veth, veth-plain: IP straight over the wire, with and without offloads (the ceiling of whatever
handles packets singly); naive: a packet a system call; pppoe: rp-pppoe's user-mode client fed
as pppd would; tun and others: ours."""
import fcntl
import json
import os
import re
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time

RP_PPPOE = "/usr/sbin/pppoe"
ADDRESS = {"near": "10.77.0.1", "far": "10.77.0.2"}
MAC = {"near": "02:00:00:00:00:01", "far": "02:00:00:00:00:02"}
OFFLOADS = {"tso": 0x1F, "gso": 0x24, "gro": 0x2C}
SIOCETHTOOL = 0x8946

COLUMNS = [("tcp-up", "TCP up, 1 flow", "Gbit/s"), ("tcp-down", "TCP down, 1 flow", "Gbit/s"),
           ("tcp-up-8", "up, 8 flows", "Gbit/s"), ("tcp-down-8", "down, 8 flows", "Gbit/s"),
           ("udp", "UDP 64 B up", "kpacket/s"), ("rtt", "round trip", "us"),
           ("rtt-99", "its 99 %", "us"), ("cpu", "CPU up", "s/GB")]


def set_offloads(namespace, on):
    """The three of eth0; by a child in the namespace."""
    if pid := os.fork():
        if os.waitpid(pid, 0)[1]:
            raise SystemExit(f"planes.py: offloads of {namespace} cannot be set")
        return
    with open(f"/run/netns/{namespace}", "rb") as handle:
        libc = __import__("ctypes").CDLL(None, use_errno=True)
        if libc.setns(handle.fileno(), 0x40000000) < 0:
            os._exit(1)
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for command in OFFLOADS.values():
        value = bytearray(struct.pack("II", command, 1 if on else 0))
        buffer = (__import__("ctypes").c_char * len(value)).from_buffer(value)
        request = struct.pack("16sP", b"eth0", __import__("ctypes").addressof(buffer))
        fcntl.ioctl(probe, SIOCETHTOOL, request)
    os._exit(0)


class Bench:
    def __init__(self, near, far, program, seconds):
        self.namespace = {"near": near, "far": far}
        self.program, self.seconds = program, seconds
        self.running = []

    def run(self, side, *command, **options):
        return subprocess.run(["ip", "netns", "exec", self.namespace[side], *command],
                              capture_output=True, text=True, check=True, **options).stdout

    def start(self, side, *command):
        child = subprocess.Popen(["ip", "netns", "exec", self.namespace[side], *command],
                                 stdout=subprocess.DEVNULL)
        self.running.append(child)
        return child

    def stop(self):
        for child in self.running:
            child.send_signal(signal.SIGKILL)
            child.wait()
        self.running = []

    def open(self, row):
        if row.startswith("veth"):
            for side, namespace in self.namespace.items():
                set_offloads(namespace, row == "veth")
                self.run(side, "ip", "link", "set", "eth0", "mtu", "1492")
                self.run(side, "ip", "address", "add", ADDRESS[side] + "/24", "dev", "eth0")
        else:
            mode = {"pppoe": "hdlc:" + RP_PPPOE}.get(row, row)
            for side, other, plane in (("near", "far", mode), ("far", "near", "tun")):
                self.start(side, self.program, plane, "eth0", MAC[other], ADDRESS[side],
                           ADDRESS[other])
        for _ in range(50):  # the first ping may be before the far end's device
            if subprocess.run(["ip", "netns", "exec", self.namespace["near"], "ping", "-c1", "-W1",
                               ADDRESS["far"]], capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.1)
        self.start("far", "iperf3", "-s", "-B", ADDRESS["far"])
        time.sleep(0.3)

    def close(self, row):
        self.stop()
        if row.startswith("veth"):
            for side, namespace in self.namespace.items():
                set_offloads(namespace, True)
                self.run(side, "ip", "address", "flush", "dev", "eth0")
                self.run(side, "ip", "link", "set", "eth0", "mtu", "1500")

    def iperf(self, *options):
        report = json.loads(self.run("near", "iperf3", "-J", "-c", ADDRESS["far"], "-t",
                                     str(self.seconds), *options))
        if "error" in report:
            raise SystemExit(f"planes.py: iperf3: {report['error']}")
        return report["end"]

    def measure(self):
        values = {}
        before = busy()
        up = self.iperf()["sum_received"]
        values["cpu"] = (busy() - before) / (up["bytes"] / 1e9)
        values["tcp-up"] = up["bits_per_second"] / 1e9
        values["tcp-down"] = self.iperf("-R")["sum_received"]["bits_per_second"] / 1e9
        values["tcp-up-8"] = self.iperf("-P8")["sum_received"]["bits_per_second"] / 1e9
        values["tcp-down-8"] = self.iperf("-P8", "-R")["sum_received"]["bits_per_second"] / 1e9
        udp = self.iperf("-u", "-b0", "-l64")["sum"]
        values["udp"] = (udp["packets"] - udp["lost_packets"]) / udp["seconds"] / 1e3
        out = self.run("near", "ping", "-c300", "-i0.003", ADDRESS["far"])
        times = sorted(float(value) * 1000 for value in re.findall(r"time=([\d.]+)", out))
        values["rtt"] = statistics.median(times)
        values["rtt-99"] = times[int(len(times) * 0.99)]
        return values


def busy():
    """Seconds that all processors have worked."""
    numbers = [int(value) for value in open("/proc/stat").readline().split()[1:]]
    return (sum(numbers[:3]) + sum(numbers[5:7])) / os.sysconf("SC_CLK_TCK")


def table(rows, results):
    lines = ["| plane | " + " | ".join(f"{title}, {unit}" for _, title, unit in COLUMNS) + " |",
             "| --- " * (len(COLUMNS) + 1) + "|"]
    for row in rows:
        cells = [f"{results[row][key]:.{0 if results[row][key] >= 100 else 2}f}"
                 for key, _, _ in COLUMNS]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(rows, results):
    """A bar a row, for one flow up and down."""
    most = max(max(results[row]["tcp-up"], results[row]["tcp-down"]) for row in rows)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{60 + 48 * len(rows)}" '
             'font-family="sans-serif" font-size="13">',
             '<text x="10" y="24" font-size="15">TCP, one flow, Gbit/s: up (dark), down</text>']
    for number, row in enumerate(rows):
        top = 44 + 48 * number
        parts.append(f'<text x="10" y="{top + 22}">{row}</text>')
        for offset, key, colour in ((0, "tcp-up", "#1f5f8b"), (17, "tcp-down", "#8bbfe0")):
            width = 480 * results[row][key] / most
            parts.append(f'<rect x="110" y="{top + offset}" width="{width:.1f}" height="15" '
                         f'fill="{colour}"/><text x="{116 + width:.1f}" y="{top + offset + 12}" '
                         f'font-size="11">{results[row][key]:.2f}</text>')
    return "\n".join(parts + ["</svg>\n"])


def main():
    near, far, program = sys.argv[1:4]
    runs, seconds, output = int(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
    rows = os.environ.get("PLANES", "veth veth-plain naive pppoe tun").split()
    if not os.access(RP_PPPOE, os.X_OK):
        rows = [row for row in rows if row != "pppoe"]
    bench = Bench(near, far, program, seconds)
    samples = {row: [] for row in rows}
    try:
        for _ in range(runs):
            for row in rows:
                bench.open(row)
                samples[row].append(bench.measure())
                bench.close(row)
    finally:
        bench.stop()
    results = {row: {key: statistics.median(sample[key] for sample in samples[row])
                     for key, _, _ in COLUMNS} for row in rows}
    print(f"medians of {runs} runs of {seconds} s, {os.cpu_count()} processors\n")
    print(table(rows, results))
    if output:
        with open(output + ".json", "w", encoding="utf-8") as handle:
            json.dump({"medians": results, "samples": samples}, handle, indent=1)
        with open(output + ".svg", "w", encoding="utf-8") as handle:
            handle.write(plot(rows, results))


main()
