#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Traffic whose arrival can be checked.

usage: transfer.py serve ADDRESS PORT READY-FILE    a megabyte each way over one TCP connection; prints the
       transfer.py call ADDRESS PORT                digests of what was sent and of what was received
       transfer.py hear ADDRESS PORT READY-FILE     counts datagrams until none has come for two seconds
       transfer.py burst ADDRESS PORT COUNT         sends as many at once
"""
import hashlib
import os
import socket
import sys
import threading

SIZE = 1 << 20


def exchange(connection):
    connection.settimeout(60)
    data = os.urandom(SIZE)
    sender = threading.Thread(target=lambda: (connection.sendall(data), connection.shutdown(socket.SHUT_WR)))
    sender.start()
    received = hashlib.sha256()
    while chunk := connection.recv(65536):
        received.update(chunk)
    sender.join()
    print(hashlib.sha256(data).hexdigest(), received.hexdigest())


def serve(address, port, ready):
    with socket.create_server((address, int(port))) as listener:
        listener.settimeout(60)
        announce(ready)
        exchange(listener.accept()[0])


def call(address, port):
    exchange(socket.create_connection((address, int(port)), 60))


def hear(address, port, ready):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    listener.bind((address, int(port)))
    announce(ready)
    numbers = []
    listener.settimeout(20)
    try:
        while True:
            numbers.append(int(listener.recv(2000).split()[0]))
            listener.settimeout(2)
    except TimeoutError:
        print(len(set(numbers)))


def burst(address, port, count):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for number in range(int(count)):
        sender.sendto(f"{number} ".encode().ljust(200), (address, int(port)))


def announce(path):
    with open(path, "w"):
        pass


globals()[sys.argv[1]](*sys.argv[2:])
