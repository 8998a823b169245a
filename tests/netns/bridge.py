#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Plays a pppd and a concentrator around our pppoe.  TAP out.

usage: bridge.py PPPOE CONCENTRATOR-NAMESPACE WORK-FOLDER
"""
import contextlib
import ctypes
import os
import pty
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time
import tty

PROGRAM, NAMESPACE, WORK = sys.argv[1:]
DEBIAN = "/usr/sbin/pppoe"
HOST, AC = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
WAIT = 10  # seconds, for what must come


# --- frames ---------------------------------------------------------------------------------------

def fcs(octets):
    value = 0xffff
    for octet in octets:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return value ^ 0xffff


def hdlc(ppp):
    octets = b"\xff\x03" + ppp
    octets += fcs(octets).to_bytes(2, "little")
    out = bytearray(b"~")
    for octet in octets:
        out += bytes([0x7d, octet ^ 0x20]) if octet < 32 or octet in (0x7d, 0x7e) else bytes([octet])
    return bytes(out + b"~")


def unhdlc(octets):
    """The PPP packets in what was read, and what is left of it."""
    *whole, rest = octets.split(b"~")
    packets = []
    for frame in filter(None, whole):
        assert not any(octet < 32 for octet in frame), "an unescaped control character"
        out, escaped = bytearray(), False
        for octet in frame:
            if octet == 0x7d:
                escaped = True
                continue
            out.append(octet ^ 0x20 if escaped else octet)
            escaped = False
        assert fcs(out[:-2]).to_bytes(2, "little") == out[-2:], "a wrong FCS"
        assert out[:2] == b"\xff\x03"
        packets.append(bytes(out[2:-2]))
    return packets, rest


def sum16(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return total


def ipv4(payload, protocol=17):
    return b"\0\x21" + struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0,
                                   b"\x0a\0\0\1", b"\x0a\0\0\2") + payload


def syn(mss):
    tcp = struct.pack("!HHIIBBHHH", 1000, 80, 7, 0, 6 << 4, 2, 65535, 0, 0) + struct.pack("!BBH", 2, 4, mss)
    pseudo = b"\x0a\0\0\1\x0a\0\0\2\0\6" + struct.pack("!H", len(tcp))
    return ipv4(tcp[:16] + struct.pack("!H", sum16(pseudo + tcp) ^ 0xffff) + tcp[18:], 6)


def mss_of(ppp):
    tcp = ppp[22:]
    pseudo = ppp[14:22] + b"\0\6" + struct.pack("!H", len(tcp))
    assert sum16(pseudo + tcp) == 0xffff, "a wrong TCP checksum"
    return struct.unpack("!H", tcp[22:24])[0]


def tag(kind, value):
    return struct.pack("!HH", kind, len(value)) + value


# --- the concentrator -----------------------------------------------------------------------------

def socket_there(ethertype):
    """A packet socket in the concentrator's namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net") as here, open(f"/run/netns/{NAMESPACE}") as there:
        assert libc.setns(there.fileno(), 0) == 0
        try:
            made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ethertype))
            made.bind(("eth0", ethertype))
            made.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
        finally:
            assert libc.setns(here.fileno(), 0) == 0
    made.settimeout(WAIT)
    return made


class Concentrator:
    def __init__(self, types=(0x8863, 0x8864), name=b"test-ac"):
        self.types, self.name = types, name
        self.discovery, self.session = socket_there(types[0]), socket_there(types[1])
        self.peer, self.id = HOST, 0x0777

    def send_discovery(self, code, session, tags):
        self.discovery.send(self.peer + AC + struct.pack("!HBBHH", self.types[0], 0x11, code, session,
                                                         len(tags)) + tags)

    def receive_discovery(self, code):
        """The next packet with this code: its session and tags."""
        while True:
            frame = self.discovery.recv(2000)
            if frame[6:12] != AC and frame[15] == code:
                self.peer = frame[6:12]
                length = struct.unpack("!H", frame[18:20])[0]
                return struct.unpack("!H", frame[16:18])[0], frame[20:20 + length]

    def offer(self):
        _, tags = self.receive_discovery(0x09)
        self.send_discovery(0x07, 0, tag(0x102, self.name) + tag(0x104, bytes(range(24))) +
                            tag(0x110, b"relay") + tags)
        return tags

    def accept(self):
        self.offer()
        _, tags = self.receive_discovery(0x19)
        self.send_discovery(0x65, self.id, tag(0x101, b"") + b"".join(
            tag(0x103, value) for kind, value in tags_of(tags) if kind == 0x103))

    def send(self, ppp):
        self.session.send(self.peer + AC + struct.pack("!HBBHH", self.types[1], 0x11, 0, self.id, len(ppp)) + ppp)

    def receive(self):
        while True:
            frame = self.session.recv(4000)
            if frame[6:12] == AC:
                continue
            assert frame[:14] == AC + self.peer + struct.pack("!H", self.types[1])
            version, code, session, length = struct.unpack("!BBHH", frame[14:20])
            assert (version, code, session) == (0x11, 0, self.id)
            return frame[20:20 + length]

    def padt(self):
        session, tags = self.receive_discovery(0xa7)
        assert session == self.id
        return dict(tags_of(tags))

    def close(self):
        self.discovery.close()
        self.session.close()


def tags_of(octets):
    while octets:
        kind, length = struct.unpack("!HH", octets[:4])
        yield kind, octets[4:4 + length]
        octets = octets[4 + length:]


# --- pppd -----------------------------------------------------------------------------------------

class Pppd:
    """As pppd runs it: the master of a terminal pair is the bridge's, the slave is ours."""

    def __init__(self, *arguments):
        master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.errors = open(f"{WORK}/bridge.log", "w+b")
        self.bridge = subprocess.Popen([PROGRAM, *arguments], stdin=master, stdout=master, stderr=self.errors)
        os.close(master)
        self.rest = b""

    def write(self, octets):
        while octets:
            octets = octets[os.write(self.slave, octets):]

    def read(self):
        assert select.select([self.slave], [], [], WAIT)[0], "nothing came"
        return os.read(self.slave, 65536)

    def packets(self, count):
        got = []
        while len(got) < count:
            more, self.rest = unhdlc(self.rest + self.read())
            got += more
        return got

    def hang_up(self):
        if self.slave >= 0:
            os.close(self.slave)
        self.slave = -1

    def exit_code(self):
        return self.bridge.wait(WAIT)

    def said(self):
        self.errors.seek(0)
        return self.errors.read().decode()

    def status(self, key):
        with open(f"/proc/{self.bridge.pid}/status") as file:
            return [line.split(":")[1].split() for line in file if line.startswith(key + ":")][0]


@contextlib.contextmanager
def session(*arguments, types=(0x8863, 0x8864)):
    ac = Concentrator(types)
    pppd = Pppd(*arguments)
    try:
        ac.accept()
        yield ac, pppd
    finally:
        pppd.hang_up()
        if pppd.bridge.poll() is None:
            pppd.bridge.terminate()
        pppd.exit_code()
        pppd.errors.close()
        ac.close()


def run(*arguments, program=PROGRAM, answer=Concentrator.offer, **keywords):
    ac = Concentrator(**keywords)
    child = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    if answer:
        answer(ac)
    out, err = child.communicate(timeout=30)
    ac.close()
    return child.returncode, out.decode(), err.decode()


# --- the tests ------------------------------------------------------------------------------------

def samples(count):
    generator = random.Random(count)
    return [ipv4(bytes(generator.randrange(256) for _ in range(generator.choice((1, 40, 500, 1472)))))
            for _ in range(count)]


def test_help_fits_a_screen():
    code, out, _ = run("--help", answer=None)
    assert code == 0 and len(out.splitlines()) <= 24 and max(map(len, out.splitlines())) <= 90


def test_list_prints_what_debians_does():
    ours = run("-A", "-t", "1")
    theirs = run("-A", "-t", "1", program=DEBIAN)
    assert ours[0] == 0 and ours == theirs, f"{ours} is not {theirs}"


def test_list_of_nobody_fails():
    code, out, err = run("-A", "-t", "1", "-C", "other")
    assert (code, out) == (1, "") and "Timeout waiting for PADO packets" in err


def test_discovery_alone_prints_the_session():
    assert run("-d", answer=Concentrator.accept) == (0, "1911:02:00:00:00:00:02\n", "")


def test_host_uniq():
    seen = {}
    for option in ("", "-U", "-Wabc"):
        def look(ac, option=option):
            seen[option] = [value for kind, value in tags_of(ac.offer()) if kind == 0x103]
        run(*filter(None, ["-A", "-t", "1", option]), answer=look)
    assert seen[""] == [] and seen["-Wabc"] == [b"abc"] and int(seen["-U"][0], 16) > 1, seen


def test_frames_pass_both_ways():
    packets = samples(40)
    with session() as (ac, pppd):
        for ppp in packets:
            pppd.write(hdlc(ppp))
            ac.send(ppp)
        assert [ac.receive() for _ in packets] == packets
        assert pppd.packets(len(packets)) == packets


def test_frames_in_any_pieces():
    packets = samples(30)
    octets = b"".join(map(hdlc, packets))
    generator = random.Random(1)
    with session() as (ac, pppd):
        while octets:
            size = generator.choice((1, 2, 3, 700))
            pppd.write(octets[:size])
            octets = octets[size:]
            if generator.random() < 0.05:
                time.sleep(0.001)
        assert [ac.receive() for _ in packets] == packets


def test_synchronous_frames_pass_both_ways():
    packets = samples(40)
    with session("-s") as (ac, pppd):
        for ppp in packets:
            pppd.write(b"\xff\x03" + ppp)
        assert [ac.receive() for _ in packets] == packets
        for ppp in packets:
            ac.send(ppp)
            wanted, got = b"\xff\x03" + ppp, b""
            while len(got) < len(wanted):
                got += pppd.read()
            assert got == wanted


def test_synchronous_frames_that_were_cut_come_again():
    packets = samples(40)
    with session("-s") as (ac, pppd):
        for ppp in packets:
            pppd.write(b"\xff\x03" + ppp[:random.Random(len(ppp)).randrange(4, len(ppp))])
            pppd.write(b"\xff\x03" + ppp)
        assert [ac.receive() for _ in packets] == packets


def test_a_pppd_that_does_not_read_loses_nothing_in_the_middle():
    packets = samples(400)
    with session() as (ac, pppd):
        for ppp in packets:
            ac.send(ppp)  # more than the terminal holds
        pppd.write(hdlc(packets[0]))  # the other way goes on
        assert ac.receive() == packets[0]
        assert pppd.packets(len(packets)) == packets


def test_bad_frames_are_dropped():
    good = b"\xc0\x21\x09\x01\0\x08abcd"
    with session() as (ac, pppd):
        pppd.write(b"login: ~" + hdlc(good)[:-3] + b"xx~~~" + hdlc(b"\0\x21" + bytes(3000)))
        pppd.write(b"~abc}~" + hdlc(good))
        assert ac.receive() == good
        for octets in ("1100077700ff", "110007770000", "110007780004c0210101", "210007770004c0210101",
                       "110107770004c0210101"):
            ac.session.send(HOST + AC + b"\x88\x64" + bytes.fromhex(octets))
        ac.session.send(HOST + AC[:5] + b"\x09\x88\x64" + bytes.fromhex("110007770004c0210101"))
        ac.session.send(HOST + AC + b"\x88\x64" + bytes.fromhex("11000777000ac0210901000861626364") + bytes(40))
        assert pppd.packets(1) == [good]  # without padding
        assert pppd.rest == b"" and not select.select([pppd.slave], [], [], 0.1)[0]


def test_segment_size_is_lowered_both_ways():
    with session("-m", "1412") as (ac, pppd):
        pppd.write(hdlc(syn(1460)))
        assert mss_of(ac.receive()) == 1412
        ac.send(syn(1460))
        assert mss_of(pppd.packets(1)[0]) == 1412
        ac.send(syn(1000))
        assert mss_of(pppd.packets(1)[0]) == 1000


def test_compressed_fields_are_restored():
    with session() as (ac, pppd):
        octets = b"\x21" + ipv4(b"x")[2:]
        octets += fcs(octets).to_bytes(2, "little")
        pppd.write(b"~" + b"".join(bytes([0x7d, o ^ 0x20]) if o < 32 else bytes([o]) for o in octets) + b"~")
        assert ac.receive() == ipv4(b"x")


def test_privileges_are_gone():
    with session() as (ac, pppd):
        pppd.write(hdlc(ipv4(b"x")))
        ac.receive()
        assert {pppd.status(set)[0] for set in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {"0" * 16}
        assert pppd.status("NoNewPrivs") == ["1"] and "0" not in pppd.status("Uid") + pppd.status("Gid")
        assert os.listdir(f"/proc/{pppd.bridge.pid}/root") == []


def test_pppd_closes():
    with session() as (ac, pppd):
        pppd.write(hdlc(ipv4(b"x")))
        ac.receive()
        pppd.hang_up()
        assert ac.padt()[0x110] == b"relay" and pppd.exit_code() == 0


def test_pppd_closes_in_discovery():
    ac = Concentrator()
    pppd = Pppd()
    ac.receive_discovery(0x09)
    pppd.hang_up()
    assert pppd.exit_code() == 0
    ac.close()


def test_signals():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        with session() as (ac, pppd):
            pppd.write(hdlc(ipv4(b"x")))
            ac.receive()
            pppd.bridge.send_signal(number)
            assert ac.padt()[0x203].decode() == f"Received signal {int(number)}"
            assert pppd.exit_code() == 0


def test_padt_of_the_concentrator():
    with session() as (ac, pppd):
        ac.send_discovery(0xa7, 0x0778, b"")  # not ours
        pppd.write(hdlc(ipv4(b"x")))
        ac.receive()
        ac.send_discovery(0xa7, ac.id, tag(0x203, b"maintenance\x1b"))
        assert pppd.exit_code() == 0 and pppd.said() == "PADT: Generic-Error: maintenance.\n", pppd.said()


def test_inactivity():
    with session("-T", "1") as (ac, pppd):
        begin = time.monotonic()
        ac.padt()
        assert pppd.exit_code() == 1 and 0.9 < time.monotonic() - begin < 3


def test_existing_session():
    ac = Concentrator()
    pppd = Pppd("-e", "1911:02:00:00:00:00:02", "-n")
    pppd.write(hdlc(ipv4(b"x")))
    assert ac.receive() == ipv4(b"x")
    ac.send_discovery(0xa7, ac.id, b"")  # -n does not hear it
    ac.send(ipv4(b"y"))
    assert pppd.packets(1) == [ipv4(b"y")]
    pppd.hang_up()
    assert pppd.exit_code() == 0
    code, _, err = run("-k", "-e", "1911:02:00:00:00:00:02", answer=lambda ac: ac.padt())
    assert (code, err) == (0, "")
    ac.close()


def test_other_ethernet_types():
    with session("-f", "1234:1235", types=(0x1234, 0x1235)) as (ac, pppd):
        pppd.write(hdlc(ipv4(b"x")))
        assert ac.receive() == ipv4(b"x")
        ac.send(ipv4(b"y"))
        assert pppd.packets(1) == [ipv4(b"y")]
        ac.send_discovery(0xa7, ac.id, b"")
        assert pppd.exit_code() == 0


def test_other_address():
    with session("-H", "02:11:22:33:44:55") as (ac, pppd):
        assert ac.peer == bytes.fromhex("021122334455")
        pppd.write(hdlc(ipv4(b"x")))
        assert ac.receive() == ipv4(b"x")
        ac.send(ipv4(b"y"))
        assert pppd.packets(1) == [ipv4(b"y")]


def test_files():
    with session("-p", f"{WORK}/pid", "-D", f"{WORK}/frames") as (ac, pppd):
        pppd.write(hdlc(ipv4(b"hello")))
        ac.receive()
        with open(f"{WORK}/pid") as file:
            assert file.read() == f"{pppd.bridge.pid}\n"
        with open(f"{WORK}/frames") as file:
            text = file.read()
        assert os.stat(f"{WORK}/frames").st_mode & 0o077 == 0  # a password may be in it
    assert "SENT PPPoE Discovery (8863) PADI sess-id 0 length 4" in text
    assert "RCVD PPPoE Discovery (8863) PADS sess-id 1911" in text
    assert "68 65 6c 6c 6f" in text and "SENT PPPoE Session (8864) SESS sess-id 1911 length 27" in text


def test_as_set_user_id_files_are_the_callers():
    copy = f"{WORK}/pppoe-suid"
    subprocess.run(["install", "-m", "4755", PROGRAM, copy], check=True)
    os.chmod(WORK, 0o755)
    os.mkdir(f"{WORK}/free", 0o777)
    os.chmod(f"{WORK}/free", 0o777)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    def call(*arguments):
        child = subprocess.Popen([*nobody, copy, *arguments, "-d"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        ac = Concentrator()
        ac.discovery.settimeout(1)
        with contextlib.suppress(TimeoutError):
            ac.accept()
        ac.close()
        return child.wait(WAIT)

    assert call("-D", f"{WORK}/root-only") == 1 and not os.path.exists(f"{WORK}/root-only")
    assert call("-D", f"{WORK}/free/log", "-p", f"{WORK}/free/pid") == 0
    assert {os.stat(f"{WORK}/free/{name}").st_uid for name in ("log", "pid")} == {65534}


def test_wrong_words():
    for arguments, words in {
            ("-I", "nope0"): "No such device", ("-I", "lo"): "pppoe: Interface lo is not Ethernet",
            ("-m", "10"): "-m: 10 is too low (min 536)", ("-m", "1500"): "-m: 1500 is too high (max 1452)",
            ("-e", "x"): "Illegal argument to -e: Should be sess:xx:yy:zz:aa:bb:cc",
            ("-e", "0:02:00:00:00:00:02"): "Illegal argument to -e", ("-e", "1:02:00:00:00:00"): "-e",
            ("-f", "88"): "Illegal argument to -f: Should be disc:sess in hex",
            ("-t", "x"): "Illegal argument to -t: Should be -t timeout",
            ("-U", "-W", "a"): "-U and -W are mutually-exclusive and may only be used once.",
            ("-k",): "-e", ("-Z",): "--help", ("-T", "-5"): "-T"}.items():
        code, _, err = run(*arguments, answer=None)
        assert code == 1 and words in err, f"{arguments}: {code} {err}"


def main():
    tests = [(name[5:].replace("_", " "), test) for name, test in globals().items() if name.startswith("test_")]
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {name}")
        except Exception as error:  # whatever it is, the next test still runs
            failed += 1
            print(f"not ok {number} - {name}\n# {type(error).__name__}: {error}")
            frame = error.__traceback__
            while frame:
                print(f"#   line {frame.tb_lineno}")
                frame = frame.tb_next
        sys.stdout.flush()
    print(f"1..{len(tests)}")
    return failed > 0


sys.exit(main())
