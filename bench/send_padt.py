#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sends a PADT as the concentrator of local.sh would, and prints the time it did."""
import socket
import struct
import sys
import time

s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0x8863))
s.send(bytes.fromhex("020000000001020000000002")
       + struct.pack("!HBBHH", 0x8863, 0x11, 0xA7, int(sys.argv[1], 16), 0))
print(time.monotonic())
