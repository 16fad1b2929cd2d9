"""A program that rings as many jobs do that end together, and waits for every acknowledgement.

Usage: ringers.py PORT SERVER_KEY PUBLIC SECRET SOCKETS FIRST COUNT

It prints how long it took from the first ring sent to the last one acknowledged, as JSON.
"""

from __future__ import annotations

import json
import sys
import time

import zmq
from grown import token_of

LOST_MS = 60_000


def connected(context: zmq.Context, port: str, keys: tuple[bytes, bytes, bytes]) -> zmq.Socket:
    """Give a socket that has shaken hands."""
    socket = context.socket(zmq.DEALER)
    socket.immediate, socket.linger = True, 0
    socket.sndhwm = socket.rcvhwm = 100_000
    socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = keys
    socket.connect(f"tcp://127.0.0.1:{port}")
    assert socket.poll(LOST_MS, zmq.POLLOUT)
    return socket


def body(number: int) -> bytes:
    """Say that a job has ended, as ``crystal-ring`` says it."""
    token = token_of(number)
    return (
        f'{{"v":1,"token":"{token}","job":"hpc.{number}","restart":1,"event":"end",'
        f'"exit":0,"complete":true}}\n'
    ).encode()


def main(port: str, server: str, public: str, secret: str, *numbers: str) -> None:
    sockets, first, count = map(int, numbers)
    context = zmq.Context()
    keys = (server.encode(), public.encode(), secret.encode())
    peers = [connected(context, port, keys) for _ in range(sockets)]
    bodies = [body(number) for number in range(first, first + count)]
    began_s = time.monotonic()
    for place, ring in enumerate(bodies):
        peers[place % sockets].send_multipart([b"ring", ring])
    acknowledged = set()
    for place in range(count):
        peer = peers[place % sockets]
        if not peer.poll(LOST_MS):
            break
        kind, token = peer.recv_multipart()
        if kind == b"rung":
            acknowledged.add(token)
    took_s = time.monotonic() - began_s
    print(json.dumps({"took_s": took_s, "acknowledged": len(acknowledged)}))
    context.destroy(linger=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
