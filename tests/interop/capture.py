#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Record the PPPoE frames of an interface, both directions, as pcap with nanoseconds.

Every frame is in the file as soon as it was seen.   usage: capture.py INTERFACE FILE
"""

import signal
import socket
import struct
import sys

ETH_P_ALL = 3
SO_TIMESTAMPNS = 35
ETHERTYPES = (b"\x88\x63", b"\x88\x64")  # RFC 2516 section 4: discovery and session


def main(interface, path):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    wire.bind((interface, ETH_P_ALL))
    with open(path, "wb", buffering=0) as out:
        out.write(struct.pack("=IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1))
        while True:
            frame, ancillary, _, _ = wire.recvmsg(65535, 256)
            if frame[12:14] not in ETHERTYPES:
                continue
            seconds, nanoseconds = struct.unpack("qq", ancillary[0][2][:16])
            header = struct.pack("=IIII", seconds, nanoseconds, len(frame), len(frame))
            out.write(header + frame)


main(*sys.argv[1:])
