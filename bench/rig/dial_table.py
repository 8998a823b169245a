#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Print dial_measure.py's result as Markdown.   usage: dial_table.py JSON-FILE"""

import json
import statistics
import sys

NAMES = {
    "plugin": "`pppd plugin rp-pppoe.so`",
    "pty": "`pppd pty pppoe`",
    "connect": "Debian's `pppoe-connect`",
    "dialtone": "Dialtone's `pppoe-connect`",
}
ROWS = (
    ("start", "address", "start to address"),
    ("start", "reply", "start to first reply"),
    ("redial", "reply", "PADT to first reply"),
    ("start", "pss_kib", "memory when up"),
    ("redial", "pss_kib", "memory when up"),
)


def show(key, value):
    return "%.0f KiB" % value if key == "pss_kib" else "%.3f s" % value


def main(path):
    with open(path) as source:
        result = json.load(source)
    print("| what | client | median | least to most | runs | times ours |")
    print("| --- | --- | --- | --- | --- | --- |")
    shown = set()
    for part, key, label in ROWS:
        runs = {program: [run[key] for run in times if run and run.get(key) is not None]
                for program, times in result[part].items()}
        ours = runs.get("dialtone")
        for program, values in runs.items():
            if (program, label) in shown:
                continue
            shown.add((program, label))
            name = NAMES[program] + (", persist, holdoff 1" if part == "redial"
                                     and program == "pty" and key == "reply" else "")
            count = "%d of %d" % (len(values), len(result[part][program]))
            if not values:
                print("| %s | %s | never | | %s | |" % (label, name, count))
                continue
            median = statistics.median(values)
            ratio = "%.1f" % (median / statistics.median(ours)) if ours else ""
            print("| %s | %s | %s | %s to %s | %s | %s |" % (
                label, name, show(key, median), show(key, min(values)), show(key, max(values)),
                count, ratio))


main(sys.argv[1])
