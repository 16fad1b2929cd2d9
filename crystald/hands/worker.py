"""A worker process: how it begins, what it does, and that it ends with its daemon.

It loads nothing else. One piece of work after the other comes through a socket and goes back done:
pickled, each behind its length.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import struct
import threading
import traceback
from typing import IO

LENGTH = struct.Struct("!Q")
"""What stands before each piece: how long it is, bytes."""

LIBRARIES = ("OPENBLAS", "OMP", "MKL")
"""What computes in several threads unless it is told not to."""


def serve(niceness: int, orders: socket.socket) -> None:
    """Do what comes, until nothing comes any more.

    Parameters
    ----------
    niceness
        As for :func:`begin`.
    orders
        Brings a function with its arguments, and takes back whether it came to its end with what
        it gave, or what it raised. The daemon alone has its other end.
    """
    begin(niceness, orders)
    with orders, orders.makefile("rb") as coming:
        while (order := _next(coming)) is not None:
            done = _done(order)
            orders.sendall(LENGTH.pack(len(done)) + done)


def _next(coming: IO[bytes]) -> bytes | None:
    head = coming.read(LENGTH.size)
    return coming.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _done(order: bytes) -> bytes:
    try:
        work, arguments = pickle.loads(order)  # noqa: S301  (our own daemon's)
        return pickle.dumps((True, work(*arguments)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001  (raised in the daemon)
        error.add_note(traceback.format_exc())
        return _told(error)


def _told(error: Exception) -> bytes:
    """Write down an exception, or what can be said of one that cannot be written down."""
    try:
        told = pickle.dumps((False, error))
        pickle.loads(told)  # noqa: S301
    except Exception:  # noqa: BLE001  (whatever its class does when it is copied)
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return told


def begin(niceness: int, orders: socket.socket) -> None:
    """Begin as a worker of one thread: cells are small, and login nodes have many cores.

    Parameters
    ----------
    niceness
        By how much it stands back behind everything else (nice(2)).
    orders
        Whose other end lets go where the worker is wanted no more.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: it is for the daemon to end
    os.nice(niceness)
    for library in LIBRARIES:
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    _end_with(orders)


def _end_with(orders: socket.socket) -> None:
    """Let a worker end, whatever it does, as soon as nobody wants it: its daemon may have died."""
    hanging_up = select.poll()
    hanging_up.register(orders, 0)  # that it hung up is told in any case

    def watch() -> None:
        hanging_up.poll()
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="daemon-watch").start()
