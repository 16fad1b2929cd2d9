"""A program that sends random frames as a holder of a key, as fast as it can.

Usage: random_frames.py PORT SERVER_KEY PUBLIC SECRET FRAMES SEED
"""

from __future__ import annotations

import random
import sys

import zmq

KINDS = (b"ring", b"ask", b"?", b"")
PARTS_MAX = 7
BYTES_MAX = 120


def main(port: str, server: str, public: str, secret: str, frames: str, seed: str) -> None:
    chance = random.Random(int(seed))
    noise = chance.randbytes(1 << 16)
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    socket.curve_serverkey, socket.curve_publickey = server.encode(), public.encode()
    socket.curve_secretkey = secret.encode()
    socket.sndhwm = 1_000
    socket.connect(f"tcp://127.0.0.1:{port}")
    left = int(frames)
    while left > 0:
        count = min(left, chance.randrange(1, PARTS_MAX))
        begins = [chance.randrange(1 << 16) for _ in range(count)]
        parts = [noise[begin : begin + begin % BYTES_MAX] for begin in begins]
        parts[0] = chance.choice(KINDS)
        socket.send_multipart(parts)
        left -= count
    socket.close(linger=60_000)
    context.term()


if __name__ == "__main__":
    main(*sys.argv[1:])
