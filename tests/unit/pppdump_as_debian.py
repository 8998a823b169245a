#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""pppdump prints what Debian's does, byte for byte: of files with a known output, and of files made at
random, whole and cut, from a seed.  pppdump_as_debian.py [SEED [FILES]]"""
import os
import random
import struct
import subprocess
import sys
import tempfile

OURS = os.path.join(os.environ["DIALTONE_BUILD"], "src/program/dump/pppdump")
DEBIANS = [p for p in ("/usr/sbin/pppdump.ppp", "/usr/sbin/pppdump") if os.path.exists(p)]
ENVIRONMENT = {"TZ": "UTC", "PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C",
               **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}
LCP = b"\xff\x03\xc0\x21\x01\x01\x00\x08\x05\x06abcd"[:14]


def sent(octets):
    return b"\1" + struct.pack(">H", len(octets)) + octets


def received(octets):
    return b"\2" + sent(octets)[1:]


def start(seconds):
    return b"\7" + struct.pack(">I", seconds)


def step(tenths):
    return b"\6" + bytes([tenths]) if tenths < 256 else b"\5" + struct.pack(">I", tenths)


def frame(packet, accm=0xffffffff):
    fcs = 0xffff
    for octet in packet:
        fcs ^= octet
        for _ in range(8):
            fcs = (fcs >> 1) ^ (0x8408 if fcs & 1 else 0)
    stuffed = b""
    for octet in packet + struct.pack("<H", fcs ^ 0xffff):
        escaped = octet in (0x7e, 0x7d) or (octet < 32 and accm >> octet & 1)
        stuffed += bytes([0x7d, octet ^ 0x20] if escaped else [octet])
    return b"~" + stuffed + b"~"


# Name, options, file, and what is to be printed.
KNOWN = (
    ("text", [], start(1700000000) + sent(b'hi\n"\\\x80') + step(3) + received(b"x" * 80) + b"\3\4",
     'start Tue Nov 14 22:13:20 2023\nsent "hi\\0a\\"\\\\\\80"\ntime  0.3s\nrcvd "' + "x" * 71 +
     "\n      " + "x" * 9 + '"\nend send\nend recv\n'),
    ("hex", ["-h"], sent(b"0123456789abcdefg\n"),
     "sent   30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n"
     "       67 0a" + " " * 44 + "g.\n"),
    ("absolute times", ["-a"], start(0) + sent(b"ab") + received(b"c") + step(1000),
     'start Thu Jan  1 00:00:00 1970\nsent "ab"\nrcvd "c"\ntime  00:01:40.0  (sent 2, rcvd 1)\n'),
    ("packets, reversed", ["-p", "-r"], sent(frame(LCP)[:9]) + sent(frame(LCP)[9:]) + b"\3",
     "rcvd  ff 03 c0 21 01 01 00 08 05 06 61 62 63 64        ...!......abcd\nend recv\n"),
    ("packets that are none", ["-p"], sent(b"~ab~~abc~") + received(b"~a}~"),
     "sent short packet [2 bytes]: 61 62\n"
     "sent  61" + " " * 47 + "a\n     BAD FCS: (residue = 61da)\n"
     "rcvd aborted packet:\n          short packet [1 bytes]: 61\n"),
    ("over-long", ["-p", "-m", "7"], sent(frame(LCP[:4] + b"abcdefgh")),
     "     ERROR: length (8) > MRU (7)\n"
     "sent  ff 03 c0 21 61 62 63 64 65 66 67 68              ...!abcdefgh\n"),
    ("cut", ["-p"], received(b"~ab") + b"\1\0\5~c",
     "\nEOF\n[1 bytes in incomplete send packet]\n[2 bytes in incomplete recv packet]\n"),
    ("unknown tags", [], b"\0\x99", "?00\n?99\n"),
    ("more than any frame", ["-p"], (sent(b"y" * 60000)) * 2 + sent(b"~" + frame(LCP)),
     "sent overlong packet [120000 bytes]\n"
     "sent  ff 03 c0 21 01 01 00 08 05 06 61 62 63 64        ...!......abcd\n"),
)


def run(program, arguments):
    done = subprocess.run([program, *arguments], capture_output=True, env=ENVIRONMENT, timeout=30,
                          check=False, stdin=subprocess.DEVNULL)
    # Who complains is not compared, but of what.
    return done.stdout, done.stderr, done.returncode


def random_octets(r):
    which = r.random()
    if which < .3:
        return b"".join(frame(r.randbytes(r.choice((0, 1, 2, 3, 5, 20, 200))),
                              r.choice((0, 0xffffffff))) for _ in range(r.randint(1, 3)))
    if which < .5:
        return r.randbytes(r.randint(0, 60))
    if which < .7:
        return bytes(r.choice(b'~}}~a\xff\x03 "\\\n') for _ in range(r.randint(0, 40)))
    text = bytes(r.choice(b'az"\\\x00 ') for _ in range(r.randint(0, 150)))
    if which < .85:
        head = r.choice((b"\xff\x03", b"")) + r.choice((b"\xc0\x21", b"\x21", b"\x00\x21"))
        return frame(head + text)[r.randint(0, 3):]
    return text


def random_file(r):
    records = [start(r.choice((0, 0xffffffff, r.getrandbits(31))))] if r.random() < .8 else []
    for _ in range(r.randint(0, 12)):
        records += r.choices((sent(random_octets(r)), received(random_octets(r)),
                              step(r.randint(0, 255)), step(r.getrandbits(r.choice((9, 20, 32)))),
                              b"\3", b"\4", start(r.getrandbits(31)), r.randbytes(1)),
                             (35, 35, 15, 5, 3, 3, 2, 2))
    whole = b"".join(records)
    return whole[:r.randint(0, len(whole))] if r.random() < .15 else whole


def random_arguments(r, names):
    options = [o for o in ("-h", "-p", "-r", "-a") if r.random() < .4]
    if r.random() < .2:
        options += ["-m", r.choice(("10", "100", "0", "-1", "x"))]
    return options + names[:r.choice((1, 1, 2))]


class Tap:
    count = failures = 0

    def result(self, good, name, lines=()):
        self.count += 1
        self.failures += not good
        print("%sok %d - %s" % ("" if good else "not ", self.count, name))
        for line in () if good else lines:
            print("# " + str(line).replace("\n", "\n# "))


def compare(tap, debian, names, seed, files):
    different = []
    for number in range(seed, seed + files):
        r = random.Random(number)
        for name in names:
            with open(name, "wb") as out:
                out.write(random_file(r))
        arguments = random_arguments(r, names)
        theirs, ours = run(debian, arguments), run(OURS, arguments)
        if theirs != ours:
            different += ["seed %d: %s" % (number, arguments), theirs, ours]
    tap.result(not different, "as Debian's: %d files from seed %d" % (files, seed), different[:9])
    for arguments in (["-x"], ["-m"], ["/nonexistent/file", names[0]]):
        theirs, ours = run(debian, arguments), run(OURS, arguments)
        theirs, ours = ((o, e.replace(p.encode(), b"pppdump"), c)
                        for p, (o, e, c) in ((debian, theirs), (OURS, ours)))
        tap.result(theirs == ours, "as Debian's: %s" % arguments, (theirs, ours))


def main(seed=1, files=300):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, name) for name in ("one", "two")]
        for name, options, content, expected in KNOWN:
            with open(names[0], "wb") as out:
                out.write(content)
            found = run(OURS, options + names[:1])
            tap.result(found == (expected.encode(), b"", 0), name, (expected, found))
        debian = next((p for p in DEBIANS if run(p, ["--version"])[2] != 0), None)
        if debian:
            compare(tap, debian, names, int(seed), int(files))
        else:
            print("ok %d - as Debian's # SKIP no pppdump of package ppp" % (tap.count + 1))
            tap.count += 1
    print("1..%d" % tap.count)
    return 1 if tap.failures else 0


sys.exit(main(*sys.argv[1:]))
