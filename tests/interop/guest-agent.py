#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A guest's control channel and its syslog.

Control: each TCP connection carries one NUL-ended shell text; the answer is its output and a last
line `status=N`.  Syslog: every datagram of /dev/log, one line each with a time stamp.

usage: guest-agent.py ADDRESS PORT SYSLOG-FILE READY-FILE
"""

import os
import socket
import subprocess
import sys
import threading
import time

PRELUDE = ". $RIG_TESTS/peer-server.sh; . $RIG_TESTS/peer-client.sh; "


def keep_syslog(path):
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    with open(path, "w", buffering=1) as out:
        while True:
            line = log.recv(65536).decode("latin1").rstrip("\0\n")
            out.write("%.6f %s\n" % (time.time(), line))


def serve(connection):
    text = b""
    while not text.endswith(b"\0"):
        received = connection.recv(65536)
        if not received:
            return
        text += received
    # The child writes into the connection itself.  Daemons that it leaves behind may hold the
    # connection open: the answer ends with the child, not with them.
    child = subprocess.run(["bash", "-c", PRELUDE + text[:-1].decode()],
                           stdin=subprocess.DEVNULL, stdout=connection, stderr=connection)
    connection.sendall(b"\nstatus=%d" % (child.returncode & 255))
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def main(address, port, syslog_path, ready_path):
    threading.Thread(target=keep_syslog, args=(syslog_path,), daemon=True).start()
    listener = socket.create_server((address, int(port)))
    with open(ready_path, "w"):
        pass
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


main(*sys.argv[1:])
