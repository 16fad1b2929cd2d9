"""Plays a run back into the current directory: text as it comes, files as they are written."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import signal
import sys
import time
from pathlib import Path

from crystal_standin.events import Event, File, Play, Text

INPUTS = (
    "fort.9", "fort.20", "fort.34", "OPTINFO.DAT", "FREQINFO.DAT", "fort.13", "fort.28", "fort.80",
)  # fmt: skip
"""Files that the programs may read."""


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for.

    Attributes
    ----------
    program : str
        ``crystal`` or ``properties``.
    fault : str
        Name of a fault; empty for none.
    seconds : float
        How long to take; the output then grows bit by bit.
    truncate, truncate_bytes : float, int or None
        Stop after this part of the text, or so many bytes of it, with status 0 and no word.
    kill_after_s : float or None
        SIGKILL itself after so many seconds.
    """

    program: str
    fault: str = ""
    seconds: float = 0.0
    truncate: float | None = None
    truncate_bytes: int | None = None
    kill_after_s: float | None = None


def perform(order: Order, here: Path, start: dt.datetime) -> int:
    """Read the deck, run the program, and play the run back.

    Returns
    -------
    int
        Exit status; a run that ends by a signal does not return.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from crystal_standin import crystal, faults, properties
    from crystal_standin.job import Job

    deck = _deck(here)
    fault = faults.FAULTS.get(order.fault, faults.NO_FAULT)
    job = Job(deck, _files(here), start, order.seconds, fault.behaviour)
    program = crystal.run if order.program == "crystal" else properties.run
    play = faults.strike(program(job), fault)
    play = _truncated(play, order)
    _play(play, here, order)
    sys.stdout.flush()
    if play.signal:
        os.kill(os.getpid(), play.signal)
    return play.status


def _deck(here: Path) -> str:
    given = here / "INPUT"
    data = given.read_bytes() if given.is_file() else sys.stdin.buffer.read()
    return data.decode(errors="replace")


def _files(here: Path) -> dict[str, bytes]:
    return {name: (here / name).read_bytes() for name in INPUTS if (here / name).is_file()}


def _truncated(play: Play, order: Order) -> Play:
    """Cut a run after some bytes of its text; what comes later does not happen."""
    limit = order.truncate_bytes
    total = sum(len(event.text.encode()) for event in play.events if isinstance(event, Text))
    if order.truncate is not None:
        limit = int(total * order.truncate)
    if limit is None:
        return play
    events: list[Event] = []
    for event in play.events:
        if isinstance(event, Text):
            data = event.text.encode()
            if len(data) >= limit:
                events.append(Text(data[:limit].decode(errors="ignore")))
                break
            limit -= len(data)
        events.append(event)
    return Play(tuple(events))


def _play(play: Play, here: Path, order: Order) -> None:
    begin = time.monotonic()
    count = max(len(play.events), 1)
    for index, event in enumerate(play.events):
        if isinstance(event, Text):
            sys.stdout.write(event.text)
        elif isinstance(event, File):
            (here / event.name).write_bytes(event.data)
        if order.seconds > 0 or order.kill_after_s is not None:
            _wait(begin + order.seconds * (index + 1) / count, begin, order.kill_after_s)


def _wait(until: float, begin: float, kill_after_s: float | None) -> None:
    """Let time pass, with the output on disk, and die on time where that is asked for."""
    sys.stdout.flush()
    if kill_after_s is not None and until >= begin + kill_after_s:
        time.sleep(max(begin + kill_after_s - time.monotonic(), 0.0))
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(max(until - time.monotonic(), 0.0))
