"""The banner, the begin and the end of a run, its title and its time."""

from __future__ import annotations

import re
from collections import deque
from typing import Final

from crystald.crystal.output.block import Reader
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_NAME: Final = re.compile(r"\b(?:CRYSTAL(\d\d)|STAND-IN)\b")
_BANNER: Final = re.compile(r"\s*\* +(?:CRYSTAL(\d\d)|STAND-IN) +\*\s*")
_VERSION: Final = re.compile(
    r"(?:public|develop|release|stand-in) *:? *(.*?\w.*?) *\*?\s*$", re.IGNORECASE
)
_TIME: Final = re.compile(r"TELAPSE *([0-9.]+) *TCPU *([0-9.]+)")
_NO_TITLE: Final = re.compile(r"INFORMATION +\*{4}|WARNING +\*{4}|ERROR +\*{4}|[* ]+$|EEEEEEEEEE")


def program_of(line: str) -> str | None:
    """Name the program whose banner a whole line is: ``*    CRYSTAL17    *``."""
    if found := _BANNER.fullmatch(line):
        return "crystal" if found[1] else "standin"
    return None


def read_starred(line: str, lines: Lines, out: Output) -> None:
    """Read ``*   CRYSTAL17   *`` and ``*   public : 1.0.2 - March 1st, 2018   *``.

    Other versions print ``develop :``, ``Release :`` or ``Release 1.0``. Of banners that several
    ranks print into one another the first name is read.
    """
    if program_of(line) or (out.version is None and _NAME.search(line)):
        found = _NAME.search(line)
        number = found[1] if found else None
        out.program, out.version = ("crystal", number) if number else ("standin", "")
    elif _lacks_release(out) and (found := _VERSION.search(line)):
        out.version = f"{out.version} {found[1].lstrip(': -')}".strip()


def _lacks_release(out: Output) -> bool:
    return out.version is not None and " " not in out.version and not out.scratch.get("started")


def read_mark(line: str, lines: Lines, out: Output) -> None:
    """Read `` EEEEEEEEEE TERMINATION  DATE …``; ``INT_CALC TERMINATION`` is another thing.

    The title is the line below `` EEEEEEEEEE STARTING``; of a properties run it comes later.
    """
    word = line.split()[1:2]
    if word == ["STARTING"]:
        out.scratch["started"] = True
        title = lines.next()
        if _NO_TITLE.match(title.lstrip()):
            lines.back()
        else:
            out.title = title.strip() or None
    elif word == ["TERMINATION"]:
        out.terminated = True
        out.lines["terminated"] = lines.number


def read_time(line: str, lines: Lines, out: Output) -> None:
    """Read `` TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT END         TELAPSE      607.20 TCPU      603.28``.

    One of many hundreds: the last one is read at the end, or the one before where that is torn.
    """
    if "times" not in out.scratch:
        out.scratch["times"] = deque(maxlen=2)
    out.scratch["times"].append((line, lines.number))


def settle(out: Output) -> None:
    """Read the time that was printed last."""
    for line, number in out.scratch.get("times", ()):
        if found := _TIME.search(line):
            out.elapsed_s, out.cpu_s = float(found[1]), float(found[2])
            out.lines["elapsed"] = number


READERS: dict[str, tuple[Reader, ...]] = {
    "*": (read_starred,),
    "E" * 10: (read_mark,),
    "T" * 30: (read_time,),
}
