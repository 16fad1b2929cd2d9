"""What a run does to the outside, as values: text, files, and places where a fault may strike."""

from __future__ import annotations

import dataclasses
import datetime as dt

STARS = " " + "*" * 79
"""The line of stars that separates blocks."""


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """Text for standard output, with its newlines."""

    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """The whole new content of a file in the current directory."""

    name: str
    data: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """A named place in the run; see the table of faults for the names."""

    name: str


Event = Text | File | Stage


@dataclasses.dataclass(frozen=True, slots=True)
class Play:
    """A finished run, ready to be played back.

    Attributes
    ----------
    events : tuple of Event
        In the order in which they happen.
    status : int
        Exit status of the program.
    signal : int
        Signal that the program sends itself instead of exiting; 0 for none.
    """

    events: tuple[Event, ...]
    status: int = 0
    signal: int = 0


class RefusalError(Exception):
    """The deck is refused, in CRYSTAL's words.

    Parameters
    ----------
    routine, text : str
        The two parts of ``ERROR **** ROUTINE **** TEXT``.
    note : str
        What the stand-in adds for a person; empty for nothing.
    """

    def __init__(self, routine: str, text: str, note: str = "") -> None:
        super().__init__(f"ERROR **** {routine} **** {text}")
        self.routine = routine
        self.text = text
        self.note = note


class Report:
    """Collects the events of a run and keeps its clock.

    Parameters
    ----------
    start : dt.datetime
        When the run began.
    seconds : float
        How long it is to seem to take; every step takes at least 0.01 s on top.
    """

    def __init__(self, start: dt.datetime, seconds: float = 0.0) -> None:
        self.start = start
        self.seconds = seconds
        self.ticks = 0
        self.events: list[Event] = []

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start, on the clock of the report."""
        return 0.01 * self.ticks

    def line(self, *texts: str) -> None:
        """Print lines (a newline is added to each)."""
        self.events.append(Text("".join(f"{text}\n" for text in texts)))

    def tick(self, label: str) -> None:
        """Print CRYSTAL's timing line."""
        self.ticks += 1
        self.line(self.timing(label))

    def timing(self, label: str) -> str:
        """Return CRYSTAL's timing line for now."""
        now = self.elapsed_s + (self.seconds if label == "END" else 0.0)
        return f" {'T' * 30} {label:<11} TELAPSE {now:11.2f} TCPU {0.96 * now:11.2f}"

    def stage(self, name: str) -> None:
        """Mark a place where a fault may strike."""
        self.events.append(Stage(name))

    def file(self, name: str, data: str | bytes) -> None:
        """Write a file."""
        self.events.append(File(name, data.encode() if isinstance(data, str) else data))

    def date(self, after_s: float = 0.0) -> str:
        """Return date and time as CRYSTAL prints them."""
        when = self.start + dt.timedelta(seconds=after_s)
        return f"DATE {when:%d %m %Y} TIME {when:%H:%M:%S}.{when.microsecond // 100000}"

    def end(self) -> None:
        """Print the last two lines of a run that came to its end."""
        self.tick("END")
        self.line(f" EEEEEEEEEE TERMINATION  {self.date(self.elapsed_s + self.seconds)}")
