# SPDX-License-Identifier: BSD-2-Clause
"""drive.py LOG COMMAND... : runs it on a terminal of its own; reads PROMPT<tab>ANSWER lines.
An answer ^C is that key.  What was seen goes to LOG; says whether the terminal echoes at the end."""
import os, pty, re, select, sys, termios, time
log, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen, at = b"", 0
def read(seconds):
    global seen
    if not select.select([terminal], [], [], seconds)[0]:
        return False
    try:
        data = os.read(terminal, 4096)
    except OSError:
        data = b""
    seen += data
    return bool(data)
for line in sys.stdin:
    prompt, answer = line.rstrip("\n").split("\t")
    end = time.monotonic() + 10
    while prompt.encode() not in seen[at:] and time.monotonic() < end:
        if not read(0.2) and os.waitpid(pid, os.WNOHANG)[0]:
            break
    at = len(seen)
    if re.search("assword|密碼|密码", prompt): # the terminal must have become silent by the time of the prompt, or soon
        while termios.tcgetattr(terminal)[3] & termios.ECHO and time.monotonic() < end:
            time.sleep(0.01)
    os.write(terminal, b"\x03" if answer == "^C" else answer.encode() + b"\n")
while read(2):
    pass
print("echo is", "on" if termios.tcgetattr(terminal)[3] & termios.ECHO else "off")
os.close(terminal) # hangs up on one that still asks
status = os.waitpid(pid, 0)[1]
with open(log, "wb") as file:
    file.write(seen)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
