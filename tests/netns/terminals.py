# SPDX-License-Identifier: BSD-2-Clause
"""Programs on terminals of their own; see terminals.sh.

usage: terminals.py setup PROGRAM ETC | start PROGRAM CONFIG | start-up PROGRAM CONFIG |
                    line DIALTONE FOLDER | help PROGRAM...
Prints a line `STATUS<tab>NAME<tab>DETAIL` for each check, STATUS 0 if it is good.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

SIZES = ((24, 80), (10, 40))
CONTROL_C, CONTROL_D, CONTROL_BACKSLASH = b"\x03", b"\x04", b"\x1c"
LIMIT = 10

# A prompt of pppoe-setup's, and a good answer to it
QUESTIONS = (
    ("Your PPPoE user name", "alice"), ("Ethernet interface", "eth0"), ("Demand", "no"),
    ("Primary name server", "server"), ("Your PPPoE password", "open sesame"),
    ("password again", "open sesame"), ("firewall (0-2)", "0"), ("Accept these settings", "y"),
)
WRONG = {
    "Your PPPoE user name": "", "Ethernet interface": "a/b", "Demand": "often",
    "Primary name server": "1.2.3", "firewall (0-2)": "9", "Accept these settings": "perhaps",
}


def result(good, name, detail=""):
    text = detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)
    print("%d\t%s\t%s" % (not good, name, text.replace("\r", "").replace("\n", "\\n")), flush=True)


class Terminal:
    """A command on a terminal; everything that it has shown is in `seen`."""

    def __init__(self, command, size=SIZES[0]):
        self.seen, self.at, self.code = b"", 0, None
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(command, stdin=self.slave, stdout=self.slave,
                                        stderr=self.slave, preexec_fn=self.own)

    def own(self):
        # A shell that starts its jobs in the background has these two ignored.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

    def read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        self.seen += os.read(self.master, 4096)
        return True

    def sees(self, text, seconds=LIMIT):
        """Until the text is there, behind what was waited for before."""
        end = time.monotonic() + seconds
        while text.encode() not in self.seen[self.at:]:
            if not self.read(0.05) and (time.monotonic() >= end or self.process.poll() is not None):
                return False
        self.at = self.seen.index(text.encode(), self.at) + len(text.encode())
        return True

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def type(self, data):
        os.write(self.master, data)

    def answer(self, prompt, text):
        """False if it is not asked."""
        if not self.sees(prompt):
            return False
        end = time.monotonic() + LIMIT
        while "assword" in prompt and self.echoes() and time.monotonic() < end:
            time.sleep(0.01)
        self.type(text if isinstance(text, bytes) else text.encode() + b"\n")
        return True

    def ends(self, seconds=LIMIT):
        """The exit code, or minus the signal; None if it does not end."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        while self.read(0.05):
            pass
        return self.process.poll()

    def restored(self):
        return termios.tcgetattr(self.slave) == self.before

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)
        self.master = self.slave = -1


def state(folder):
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as file:
                found[os.path.join(path, name)] = file.read()
    return found


def clear(folder):
    for path in state(folder):
        os.unlink(path)


def setup_answers(program, etc):
    written = []
    for size in SIZES:
        clear(etc)
        name = "pppoe-setup on %d by %d" % (size[1], size[0])
        terminal = Terminal([program], size)
        asked = all(terminal.answer(prompt, answer) for prompt, answer in QUESTIONS)
        result(asked and terminal.ends() == 0, name, terminal.seen)
        result(b"sesame" not in terminal.seen, name + ": the password is not shown")
        result(terminal.restored(), name + ": the terminal is as before")
        widest = max(terminal.seen.decode().splitlines(), key=len)
        result(len(widest) <= 80, name + ": no line is longer than 80", widest)
        written.append(state(etc))
        terminal.close()
    result(written[0] == written[1] and len(written[0]) == 3, "the size changes nothing of it",
           written)


def setup_wrong_answers(program, etc):
    clear(etc)
    terminal = Terminal([program])
    for prompt, answer in QUESTIONS:
        if prompt in WRONG:
            result(terminal.answer(prompt, WRONG[prompt]) and terminal.sees("Not possible: "),
                   "wrong answer: " + prompt, terminal.seen[-200:])
        terminal.answer(prompt, answer)
    result(terminal.ends() == 0 and len(state(etc)) == 3, "after wrong answers: done")
    terminal.close()


def setup_given_up(program, etc):
    """In the middle of each question: by a key, by the end of input, by the terminal's end."""
    clear(etc)
    ways = (("Ctrl-C", CONTROL_C, -signal.SIGINT), ("Ctrl-\\", CONTROL_BACKSLASH, -signal.SIGQUIT),
            ("Ctrl-D", CONTROL_D, 1))
    for way, key, code in ways:
        for last in range(len(QUESTIONS)):
            terminal = Terminal([program])
            for prompt, answer in QUESTIONS[:last]:
                terminal.answer(prompt, answer)
            terminal.answer(QUESTIONS[last][0], key)
            ended = terminal.ends()
            result(ended == code and terminal.restored() and not state(etc),
                   "%s at %r: it ends, writes nothing, leaves the terminal as it was"
                   % (way, QUESTIONS[last][0]), "code %s, %s" % (ended, terminal.seen[-300:]))
            terminal.close()


def setup_hung_up(program, etc):
    clear(etc)
    terminal = Terminal([program])
    for prompt, answer in QUESTIONS[:5]:
        terminal.answer(prompt, answer)
    terminal.sees("password again")
    os.close(terminal.slave)
    os.close(terminal.master)
    terminal.master = terminal.slave = -1
    try:
        ended = terminal.process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        ended = None
    result(ended not in (None, 0) and not state(etc), "the terminal goes: it ends, writes nothing",
           ended)
    terminal.close()


def start(program, config):
    """Interrupted while nobody answers; then with the line."""
    terminal = Terminal([program, config])
    waits = terminal.sees("..", 5)
    terminal.type(CONTROL_C)
    ended = terminal.ends(15)
    result(waits and ended == 128 + signal.SIGINT and terminal.restored(),
           "pppoe-start: dots, and Ctrl-C ends it", "code %s, %s" % (ended, terminal.seen))
    terminal.close()


def start_up(program, config):
    terminal = Terminal([program, config], SIZES[1])
    result(terminal.sees(" Connected!\r\n") and terminal.ends() == 0 and terminal.restored(),
           "pppoe-start: Connected!", terminal.seen)
    terminal.close()


def watch(program):
    for size in SIZES:
        name = "dialtone watch on %d by %d" % (size[1], size[0])
        terminal = Terminal([program, "watch", "ppp0"], size)
        result(terminal.sees("ppp0: up for "), name + ": how it is", terminal.seen)
        fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 7, 33, 0, 0))
        subprocess.run([program, "redial", "ppp0"], check=False)
        seen = terminal.sees("ppp0: discovery") and terminal.sees("ppp0: up for ")
        result(seen, name + ": each stage, through a change of the size", terminal.seen)
        rows = terminal.seen.decode().split("\r\n")
        result(all(row.startswith("ppp0: ") for row in rows if row), name + ": whole rows", rows)
        terminal.type(CONTROL_C)
        result(terminal.ends() == -signal.SIGINT and terminal.restored(),
               name + ": Ctrl-C ends it, and the terminal is as before")
        terminal.close()


def status(program):
    shown = []
    for size in SIZES:
        terminal = Terminal([program, "status", "ppp0"], size)
        result(terminal.ends() == 0 and b"ppp0: up for " in terminal.seen,
               "dialtone status on %d by %d" % (size[1], size[0]), terminal.seen)
        widest = max(terminal.seen.decode().splitlines(), key=len)
        result(len(widest) <= 80, "... no line is longer than 80", widest)
        result(terminal.seen.isascii() and b"\x1b" not in terminal.seen, "... plain text")
        shown.append([line.split()[0] for line in terminal.seen.splitlines() if line])
        terminal.close()
    result(shown[0] == shown[1], "... the same on both", shown)


def obeys_nothing(program, folder):
    """What stands in a file does not get to the terminal as it is."""
    path = os.path.join(folder, "odd.conf")
    with open(path, "wb") as file:
        file.write(b"ETH=eth0\nUSER='a\x1b[2Jb'\nWRONG\x1b]0;x\x07=1\n")
    for code, lines in ((1, 3), (0, 2)):
        terminal = Terminal([program, "config", path])
        result(terminal.ends() == code and b"\x1b" not in terminal.seen,
               "dialtone config: no escape sequence of a file, %d lines" % lines, terminal.seen)
        terminal.close()
        with open(path, "rb") as file:
            good = b"".join(file.readlines()[:2])
        with open(path, "wb") as file:
            file.write(good)


def help_fits(programs):
    for program in programs:
        terminal = Terminal([program, "--help"])
        ended = terminal.ends()
        lines = terminal.seen.decode().splitlines()
        result(ended == 0 and len(lines) <= 24 and max(map(len, lines)) <= 80,
               "%s --help fits 80 by 24" % os.path.basename(program),
               "%d lines, the longest of %d" % (len(lines), max(map(len, lines))))
        terminal.close()


def main(what, *arguments):
    os.environ.update(LC_ALL="C", TERM="xterm")
    {
        "setup": lambda program, etc: [check(program, etc) for check in (
            setup_answers, setup_wrong_answers, setup_given_up, setup_hung_up)],
        "start": start, "start-up": start_up,
        "line": lambda program, folder: (watch(program), status(program),
                                         obeys_nothing(program, folder)),
        "help": lambda *programs: help_fits(programs),
    }[what](*arguments)


main(*sys.argv[1:])
