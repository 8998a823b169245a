#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Our pppoe and Debian's in turn, by bridge_feed.c; medians in a Markdown table.

usage: bridge.py BUILD-FOLDER CONCENTRATOR-NAMESPACE RUNS
"""
import os
import statistics
import subprocess
import sys

BUILD, NAMESPACE, RUNS = sys.argv[1], sys.argv[2], int(sys.argv[3])
OURS, DEBIAN = f"{BUILD}/src/program/bridge/pppoe", "/usr/sbin/pppoe"
COUNT = {64: 300000, 1492: 100000}
CASES = [(framing, transport, direction, size)
         for framing, transport in (("async", "pty"), ("async", "pair"), ("sync", "pair"), ("sync", "pty"))
         for direction in ("up", "down") for size in (64, 1492)]


def measure(program, framing, transport, direction, size):
    """Packets a second, processor microseconds a packet; None if it can't."""
    environment = dict(os.environ)
    if framing == "sync" and transport == "pair":
        environment["LD_PRELOAD"] = f"{BUILD}/bench/libbridge_discipline.so"
    done = subprocess.run([f"{BUILD}/bench/bridge_feed", program, framing, transport, direction, str(size),
                           str(COUNT[size]), NAMESPACE], env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{program}: {done.stderr}")
    packets, seconds, processor = map(float, done.stdout.split())
    return packets / seconds, processor / packets * 1e6


def programs(framing, transport):
    if framing == "sync" and transport == "pty":
        return [OURS]  # Debian's needs a line discipline that the kernel may lack
    return [OURS, DEBIAN, "none"] if transport == "pty" else [OURS, DEBIAN]


def show(case, medians):
    framing, transport, direction, size = case
    mbit = lambda rate: f"{rate * size * 8 / 1e6:,.0f}"
    ours, debian, bare = (medians.get(program) for program in (OURS, DEBIAN, "none"))
    cells = [framing, transport, direction, str(size), mbit(ours[0]), mbit(debian[0]) if debian else "",
             f"{ours[0] / debian[0]:.1f}" if debian else "", mbit(bare[0]) if bare else "",
             f"{ours[1]:.2f}", f"{debian[1]:.2f}" if debian else "", f"{debian[1] / ours[1]:.1f}" if debian else ""]
    print("| " + " | ".join(cells) + " |")
    sys.stdout.flush()


def main():
    print("| framing | by | way | bytes | ours, Mbit/s | Debian's | times | nothing between | ours, us a packet | "
          "Debian's | times |\n" + "| --- " * 11 + "|")
    slower = []
    for case in CASES:
        results = {program: [] for program in programs(*case[:2])}
        for _ in range(RUNS):
            for program, seen in results.items():
                seen.append(measure(program, *case))
        medians = {program: [statistics.median(column) for column in zip(*seen)]
                   for program, seen in results.items()}
        show(case, medians)
        if DEBIAN in medians and medians[OURS][1] > medians[DEBIAN][1]:
            slower.append(" ".join(map(str, case)))
    if slower:
        print("Costs more than Debian's: " + "; ".join(slower))
    return bool(slower)


sys.exit(main())
