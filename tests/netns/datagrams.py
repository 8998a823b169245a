#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""datagrams.py SOCKET OUTPUT: receives datagrams on a Unix socket ("@name": an abstract one) and writes
each as a line of JSON, the bytes as text, with who sent it, when."""
import json
import os
import socket
import struct
import sys
import time

path, output = sys.argv[1:]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
receiver.bind("\0" + path[1:] if path.startswith("@") else path)
with open(output, "w", encoding="ascii") as file:
    print(json.dumps({"text": "listening"}), file=file, flush=True)
    while True:
        data, ancillary, _, _ = receiver.recvmsg(65536, 128)
        pid = struct.unpack("3i", ancillary[0][2])[0]
        print(json.dumps({"text": data.decode("latin-1"), "pid": pid, "at": time.monotonic()}),
              file=file, flush=True)
