"""What a check-up says: lines, each with a grade and, unless all is well, a cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crystald.schedulers.slurm.examine import Finding, Grade


@dataclass(frozen=True)
class Line:
    """One line of a check-up.

    Attributes
    ----------
    topic
        What was looked at: ``python``, ``state``, ``slurm``, …
    grade
        How it is.
    text
        What was found.
    cure
        What to do; empty where nothing is to be done.
    """

    topic: str
    grade: Grade
    text: str
    cure: str = ""


def ok(topic: str, text: str) -> Line:
    """Say that something is well."""
    return Line(topic, Grade.OK, text)


def warn(topic: str, text: str, cure: str) -> Line:
    """Say that something works, though not as well as it might."""
    return Line(topic, Grade.WARN, text, cure)


def bad(topic: str, text: str, cure: str) -> Line:
    """Say that something does not work."""
    return Line(topic, Grade.BAD, text, cure)


def about(topic: str, findings: Iterable[Finding]) -> Iterator[Line]:
    """Put findings of a scheduler under a topic."""
    for finding in findings:
        yield Line(topic, finding.grade, finding.text, finding.cure)


def as_text(line: Line) -> str:
    """Write a line for a person.

    Examples
    --------
    >>> print(as_text(bad("state", "it is full", "Make room.")))
    bad   state: it is full
          Make room.
    """
    first = f"{line.grade.value:<5} {line.topic}: {line.text}"
    return f"{first}\n      {line.cure}" if line.cure else first


def as_object(line: Line) -> dict[str, str]:
    """Write a line for a program."""
    return {
        "topic": line.topic,
        "grade": line.grade.value,
        "text": line.text,
        "cure": line.cure,
    }


def all_well(lines: Iterable[Line]) -> bool:
    """Tell whether nothing is bad."""
    return all(line.grade is not Grade.BAD for line in lines)
