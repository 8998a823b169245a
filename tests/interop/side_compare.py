#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compare the transcripts of one case, or look whether each intended difference was seen.

usage: side_compare.py DIFFERENCES FOLDER CASE
       side_compare.py DIFFERENCES FOLDER --all

FOLDER has debian/CASE and ours/CASE.  A line `CASE/STEP WHAT: VALUE` is a fact; facts of the same
place (CASE/STEP WHAT) are compared as lists.  A difference has
  where   shell patterns of places
  debian, ours   regular expressions of values that the one side alone may have
  why
  sometimes   true: need not be seen in each run
What is another one in each run (process numbers, times, addresses) is normalised, nothing else.
"""

import difflib
import fnmatch
import os
import re
import sys
import tomllib


NORMAL = [(re.compile(expression), replacement) for expression, replacement in (
    (r"(/usr/sbin|/run/ours)/", "BIN/"),
    (r"\(PID \d+\)", "(PID N)"),
    (r"^(Killing [a-z-]+) \(\d+\)", r"\1 (N)"),
    (r"(process |pppd pid |\(pid |PPPD_PID=|CONNECT_TIME=|BYTES_[A-Z]+=)\d+", r"\1N"),
    (r"^\d+: (ppp\d)", r"N: \1"),
    (r"10\.9\.0\.1\d\d", "ADDRESS"),
    (r"fe80::[0-9a-f:]+", "LINK-LOCAL"),
    (r"/dev/pts/\d+", "/dev/pts/N"),
    (r" t=\+[0-9.]+m?s", " t=T"),
    (r"Connect time [0-9.]+ minutes", "Connect time T"),
    (r"(Sent|received) \d+ bytes", r"\1 N bytes"),
    (r"session=0x[0-9a-f]+", "session=N"),
    (r"Session \d+", "Session N"),
    (r".*line \d+: +\d+ Killed .*", "(killed)"), # what bash says of a child
    (r" +$", ""),
)]


class Difference:
    def __init__(self, table):
        unknown = set(table) - {"where", "debian", "ours", "why", "sometimes"}
        if unknown or not table["why"]:
            sys.exit("a difference without a reason, or with odd keys: %s" % table)
        self.where = table["where"]
        self.sometimes = table.get("sometimes", False)
        self.values = {side: [re.compile(text) for text in table.get(side, [])]
                       for side in ("debian", "ours")}
        self.seen = set()

    def covers(self, side, place, value):
        if not any(fnmatch.fnmatchcase(place, pattern) for pattern in self.where):
            return False
        for expression in self.values[side]:
            if expression.fullmatch(value):
                self.seen.add((side, expression.pattern))
                return True
        return False

    def unseen(self):
        return ["%s: %s" % (side, expression.pattern)
                for side, expressions in self.values.items() for expression in expressions
                if (side, expression.pattern) not in self.seen and not self.sometimes]


def read_transcript(folder, side, case):
    places = {}
    with open(os.path.join(folder, side, case), encoding="utf-8", errors="replace") as lines:
        for line in lines:
            place, _, value = line.rstrip("\n").partition(": ")
            if not place.startswith(case + "/"):
                place, value = case + "/? unexpected", line.rstrip("\n")
            # the control channel's route is the rig's own; an environment has no order
            if not value.startswith("192.168.77.0/24"):
                places.setdefault(place, []).append(normalised(value))
    return {place: sorted(values) if " environment " in place else values
            for place, values in places.items()}


def normalised(value):
    for expression, replacement in NORMAL:
        value = expression.sub(replacement, value)
    return value


def only_in(mine, other):
    matcher = difflib.SequenceMatcher(None, mine, other, autojunk=False)
    for tag, begin, end, _, _ in matcher.get_opcodes():
        if tag in ("delete", "replace"):
            yield from mine[begin:end]


def compare(differences, folder, case):
    sides = {side: read_transcript(folder, side, case) for side in ("debian", "ours")}
    if not all(sides.values()):
        return ["%s: an empty transcript" % case]
    found = []
    for place in list(dict.fromkeys(list(sides["debian"]) + list(sides["ours"]))):
        values = {side: sides[side].get(place, []) for side in sides}
        for side, other in (("debian", "ours"), ("ours", "debian")):
            for value in only_in(values[side], values[other]):
                # every list that has it counts as seen
                if not any([d.covers(side, place, value) for d in differences]):
                    found.append("%-6s %s: %s" % (side, place, value))
    return found


def main(path, folder, case):
    with open(path, "rb") as file:
        differences = [Difference(table) for table in tomllib.load(file)["difference"]]
    found = []
    for name in os.listdir(os.path.join(folder, "ours")) if case == "--all" else [case]:
        found += compare(differences, folder, name)
    if case == "--all":
        found = [text for difference in differences for text in difference.unseen()]
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main(*sys.argv[1:]))
