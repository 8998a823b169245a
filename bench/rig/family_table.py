#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Print family_measure.py's result as Markdown.   usage: family_table.py JSON-FILE"""

import json
import statistics
import sys

NAMES = {"debian": "Debian's scripts", "ours": "Dialtone"}
ROWS = {
    "start": "`pppoe-start` to its end, the line up",
    "padt": "PADT to first reply",
    "carrier": "carrier back after 5 s to first reply; the session is still known",
    "reboot": "the same; the concentrator has forgotten the session",
    "killed": "`kill -9` of all of the line to first reply; a keeper looks on",
}


def main(path):
    with open(path) as source:
        result = json.load(source)
    print("| what | whose | median | least to most | runs | times ours |")
    print("| --- | --- | --- | --- | --- | --- |")
    for what, label in ROWS.items():
        runs = {side: [took for took in times if took is not None]
                for side, times in result.get(what, {}).items()}
        for side, values in runs.items():
            count = "%d of %d" % (len(values), len(result[what][side]))
            if not values:
                print("| %s | %s | never | | %s | |" % (label, NAMES[side], count))
                continue
            median = statistics.median(values)
            ours = runs.get("ours")
            ratio = "%.1f" % (median / statistics.median(ours)) if ours else ""
            print("| %s | %s | %.3f s | %.3f s to %.3f s | %s | %s |" % (
                label, NAMES[side], median, min(values), max(values), count, ratio))


main(sys.argv[1])
