#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random configuration files, read by a shell and by us: the same values.  TAP out.

usage: config_as_sh.py [FIRST-SEED [FILES]]

What stands in a file is what a shell reads in it: each file is read by `sh -c '. FILE'`, and by
`dialtone config`, whose output is a configuration again.  Then files with something in them that
only executing could tell the value of: they must be refused, with file and line.
"""

import os
import random
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(os.environ["DIALTONE_BUILD"], "src/program/command/dialtone")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LANGUAGE": "C"}
YES, NO = ("yes", "true", "1", "on"), ("no", "false", "0", "off")
NAMES = ("OUTER", "_x1", "MY_PROVIDER", "lower", "CF_BASE")


def numbers(least, most):
    return lambda r: str(r.choice((least, most, r.randint(least, most))))


def words(*choices):
    return lambda r: r.choice(choices)


def anycase(*choices):
    return lambda r: "".join(r.choice((c.lower(), c.upper())) for c in r.choice(choices))


def text(r, most=40):
    alphabet = ("abcXYZ019", "-_.@/:+,", " \t", "'\"\\$`", "#~!*?[]{}=;&|<>()%^", "\u00e9\u7db2")
    return "".join(r.choice(r.choice(alphabet)) for _ in range(r.randint(0, most)))


def address(r):
    return ".".join(str(r.randint(1, 254)) for _ in range(4))


def mac(r):
    return ":".join("%02x" % r.randint(0, 255) for _ in range(6))


def device(r):
    return r.choice(("eth0", "enp1s0", "eth0.35", "wan-x_1", "a" * 15))


BOOL, NUMBER, TEXT, CASELESS, LIST = "bool", "number", "text", "caseless", "list"
# key: what it takes, and how two values of it are compared
KEYS = {
    "ETH": (device, TEXT), "USER": (text, TEXT), "SERVICENAME": (text, TEXT),
    "ACNAME": (text, TEXT), "ACMAC": (mac, TEXT),
    "HOST_UNIQ": (words("00", "0123456789abcdef", "CaFe"), TEXT),
    "DEFROUTE": (anycase(*YES, *NO), BOOL), "DEFAULTROUTE": (anycase(*YES, *NO), BOOL),
    "METRIC": (numbers(0, 2147483647), NUMBER),
    "IPV6INIT": (anycase(*YES, *NO), BOOL), "IPV6_DEFROUTE": (anycase(*YES, *NO), BOOL),
    "PEERDNS": (anycase(*YES, *NO), BOOL), "USEPEERDNS": (anycase(*YES, *NO), BOOL),
    "DNSTYPE": (anycase("SERVER", "SPECIFY", "NOCHANGE"), CASELESS),
    "VLAN": (numbers(1, 4094), NUMBER), "NETNS": (words("blue", "a:b#c"), TEXT),
    "DNS1": (address, TEXT), "DNS2": (words("2001:db8::1", "::1", "192.0.2.1"), TEXT), "DEFAULT_ROUTES_FILE": (text, TEXT),
    "HOOK_TIMEOUT": (numbers(1, 86400), NUMBER), "AUTH_HOOKS": (anycase(*YES, *NO), BOOL),
    "LCP_INTERVAL": (numbers(0, 86400), NUMBER), "LCP_FAILURE": (numbers(0, 1000), NUMBER),
    "LCP_ADAPTIVE": (anycase(*YES, *NO), BOOL),
    "MTU": (numbers(128, 1500), NUMBER), "MRU": (numbers(128, 1500), NUMBER),
    "DEVICE": (device, TEXT), "UNIT": (numbers(0, 32767), NUMBER),
    "FIREWALL": (anycase("NONE", "STANDALONE", "MASQUERADE"), CASELESS),
    "CLAMPMSS": (words("no", "auto", "1412", "88", "1460"), TEXT), "IPADDR": (address, TEXT),
    "AUTH": (words("pap", "chap,eap", "pap, chap mschap-v2"), LIST),
    "RETRY_ON_FAILURE": (anycase(*YES, *NO), BOOL), "PIDFILE": (text, TEXT),
    "SECRETS": (text, TEXT), "CONNECT_TIMEOUT": (numbers(0, 86400), NUMBER),
    "CONNECT_POLL": (numbers(0, 86400), NUMBER), "PING": (text, TEXT),
    "FORCEPING": (text, TEXT), "TYPE": (text, TEXT), "ONBOOT": (anycase(*YES, *NO), BOOL),
    "CHECK_INTERVAL": (numbers(0, 86400), NUMBER), "ENGINE": (words("builtin", "pppd"), TEXT),
    "LINUX_PLUGIN": (text, TEXT), "PPPD": (text, TEXT), "PPPOE": (text, TEXT),
    "PPPD_EXTRA": (text, TEXT), "PPPOE_EXTRA": (text, TEXT),
    "PPPOE_TIMEOUT": (numbers(0, 86400), NUMBER), "SYNCHRONOUS": (anycase(*YES, *NO), BOOL),
    "DEMAND": (words("no", "300", "0"), TEXT),
}
TWINS = (("DEFROUTE", "DEFAULTROUTE"), ("PEERDNS", "USEPEERDNS"), ("DEVICE", "UNIT"))
WITHOUT_EFFECT = ("USERCTL", "BOOTPROTO", "NAME", "PROVIDER", "UUID", "NM_CONTROLLED")


# --- writing --------------------------------------------------------------------------------------

def bare(r, value):
    """Backslashes before what needs one, and before some that do not."""
    special = " \t'\"\\$`#~;&|<>()*?[]!{}=%^"
    return "".join("\\" + c if c in special or (r.random() < 0.1 and c.isascii()) else c
                   for c in value)


def double_quoted(r, value):
    """A backslash before what means nothing there is one itself."""
    result = ""
    for i, c in enumerate(value):
        next_is_plain = i + 1 < len(value) and value[i + 1] not in '"\\$`'
        alone = c == "\\" and next_is_plain and r.random() < 0.5
        result += "\\" + c if c in '"\\$`' and not alone else c
    return '"' + result + '"'


def single_quoted(_, value):
    return "'" + value.replace("'", "'\\''") + "'"


def quoted(r, value):
    """The value as a shell's word: pieces of it in quotes of each kind, one after the other."""
    result = ""
    while value or not result:
        length = r.choice((len(value), r.randint(0, len(value))))
        piece, value = value[:length], value[length:]
        result += r.choice((bare, double_quoted, single_quoted))(r, piece)
        if not value and not piece:
            break
    return result


def reference(r, name):
    return r.choice(("$%s", "${%s}", '"$%s"', '"${%s}"')) % name


class File:
    """A random file; `last` says which of two twins was given last."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.lines = []
        self.given = {} # names that may be referred to
        self.assigned = set() # keys
        self.last = {}
        for _ in range(self.r.randint(1, 30)):
            self.r.choice((self.assign, self.assign, self.assign, self.aside, self.own,
                           self.base))()
        if not self.assigned: # else it might as well be a file of pppd's options
            self.assign()

    def put(self, line):
        self.lines.append(self.r.choice(("", "", " ", "\t  ")) + line +
                          self.r.choice(("", "", " ", "  # a comment", "\t#'\"`$(x)")))

    def aside(self):
        self.lines.append(self.r.choice(("", "  ", "# comment", "\t# A=$(reboot) ' \"", "#")))

    def own(self):
        """A name that nobody but the file knows, or one that has no effect."""
        name = self.r.choice(NAMES[:-1] + WITHOUT_EFFECT)
        self.put(name + "=" + quoted(self.r, text(self.r, 20)))
        self.given[name] = True

    def base(self):
        self.lines.append("CF_BASE=`basename $CONFIG`")
        if self.r.random() < 0.5:
            self.lines.append(self.r.choice(("CF_BASE=`basename $CF_BASE .conf`",
                                             'CF_BASE="`basename $CF_BASE .conf`"')))
        self.given["CF_BASE"] = True

    def assign(self):
        key = self.r.choice(list(KEYS))
        make, kind = KEYS[key]
        value = make(self.r)
        if kind == TEXT and make is text and self.given and self.r.random() < 0.4:
            word = (quoted(self.r, value[:5]) + reference(self.r, self.r.choice(list(self.given)))
                    + self.r.choice(("", "-x", "'.pid'", '"/"')))
        elif self.r.random() < 0.1 and not any(key in twins for twins in TWINS):
            value, word = "", self.r.choice(("", "''", '""'))
        else:
            word = quoted(self.r, value)
        self.put(key + "=" + word)
        self.assigned.add(key)
        for twins in TWINS:
            if key in twins:
                self.last[twins] = key


# --- reading --------------------------------------------------------------------------------------

def read_by_shell(path):
    script = '. "$0"; for key in "$@"; do eval "printf \'%s\\0\' \\"\\${$key-}\\""; done'
    done = subprocess.run(["sh", "-c", script, path, *KEYS], check=True, stdout=subprocess.PIPE,
                          env={**ENVIRONMENT, "CONFIG": path})
    return dict(zip(KEYS, done.stdout.decode().split("\0")))


def ask(path):
    return subprocess.run([PROGRAM, "config", path], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=ENVIRONMENT, check=False)


def comparable(kind, value):
    if kind == BOOL and value:
        return "yes" if value.lower() in YES else "no"
    if kind == NUMBER and value:
        return str(int(value))
    if kind == CASELESS:
        return value.upper()
    if kind == LIST:
        return ",".join(value.replace(",", " ").split())
    return value


def differences(file, path, folder, defaults):
    """Where the two readers differ."""
    asked = ask(path)
    if asked.returncode != 0:
        return ["refused: " + asked.stderr.decode()]
    again = os.path.join(folder, "again.conf")
    with open(again, "wb") as out:
        out.write(asked.stdout)
    theirs, ours = read_by_shell(path), read_by_shell(again)
    found = []
    for key, (make, kind) in KEYS.items():
        twins = next((pair for pair in TWINS if key in pair), None)
        if twins and file.last.get(twins, key) != key:
            continue # the other one counts
        if twins and key not in file.assigned:
            continue # which of the two is printed does not matter
        if key not in file.assigned or (not theirs[key] and make is not text
                                        and key not in ("HOST_UNIQ", "NETNS")):
            expected = defaults[key]
        else:
            expected = comparable(kind, theirs[key])
        if comparable(kind, ours[key]) != expected:
            found.append("%s: %r, and a shell says %r" % (key, ours[key], expected))
    return found


# --- what is refused ------------------------------------------------------------------------------

REFUSED = (
    "USER=`id -un`", "USER=$(id -un)", 'USER="a$(id)b"', 'USER="`id`"', "USER=$UNHEARD_OF",
    "USER=${USER:-me}", "USER=${#ETH}", "USER=$1", "USER=$$", "USER=$((1+1))", "USER=~/me",
    "PIDFILE=/a:~/b", "USER=a b", "USER=a ETH=b", "USER=a; ETH=b", "USER=a & ETH=b", "USER=a|b",
    "USER=a>b", "USER=a<b", "USER=(a b)", "USER='a", 'USER="a', "USER=a\\", "USER='a'\"",
    "export USER=a", ". /etc/ppp/other.conf", "source other", "if true; then USER=a; fi", "reboot",
    "USER = a", "USER= a", "1USER=a", "U-SER=a", "[ -e /x ] && USER=a", "unset USER",
    "CF_BASE=`reboot $CONFIG`", "CF_BASE=`basename $CONFIG; reboot`", "CF_BASE=`basename $HOME`",
    "NAME=`reboot`", "MY_PROVIDER=$(reboot)", "MTU=1500.", "MTU=-1", "DEFROUTE=maybe",
    "LCP_INTERVAL=1e3", "DNS1=192.0.2", "ETH=a/b", "UNIT=ppp0",
)


def is_refused(line, seed, folder):
    file = File(seed)
    at = file.r.randint(0, len(file.lines))
    path = os.path.join(folder, "wrong.conf")
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(file.lines[:at] + [line] + file.lines[at:]) + "\n")
    asked = ask(path)
    place = "%s:%d: error: " % (path, at + 1)
    if asked.returncode == 1 and place in asked.stderr.decode() and not asked.stdout:
        return []
    return ["%r in line %d: code %d" % (line, at + 1, asked.returncode), asked.stderr.decode()]


class Tap:
    count = failures = 0

    def result(self, name, found, lines=()):
        self.count += 1
        self.failures += bool(found)
        print("%sok %d - %s" % ("not " if found else "", self.count, name))
        for line in found + (["--- the file"] + list(lines) if found else []):
            print("# " + str(line).replace("\n", "\n# "))


def main(seed=1, files=200):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "empty.conf")
        with open(path, "w", encoding="utf-8") as out:
            out.write("ETH=\n")
        with open(os.path.join(folder, "defaults.conf"), "wb") as out:
            out.write(ask(path).stdout)
        defaults = read_by_shell(os.path.join(folder, "defaults.conf"))
        for number in range(int(seed), int(seed) + int(files)):
            file = File(number)
            path = os.path.join(folder, "line.conf")
            with open(path, "w", encoding="utf-8") as out:
                out.write("\n".join(file.lines) + file.r.choice(("\n", "")))
            tap.result("seed %d" % number, differences(file, path, folder, defaults), file.lines)
        for number, line in enumerate(REFUSED):
            tap.result("refused: " + repr(line).replace("#", "\\#"),
                       is_refused(line, int(seed) + number, folder))
    print("1..%d" % tap.count)
    return 1 if tap.failures else 0


sys.exit(main(*sys.argv[1:]))
