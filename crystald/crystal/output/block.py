"""What reads a block of an output: its readers by first word, and the properties that they tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crystald.crystal.output.facts import Property
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

Reader = Callable[[str, Lines, Output], None]
"""Reads the block that a line begins, into an output."""

Readers = Mapping[str, tuple[Reader, ...]]
"""First word of a line -> its readers."""

Settle = Callable[[Output], None]
"""Tells what only the whole run does, after its last line."""


@dataclass(frozen=True)
class Block:
    """A block of an output.

    Attributes
    ----------
    readers
        Makes its readers, anew for every run.
    properties
        What they tell.
    settle
        What it tells at the end of a run.
    """

    name: str
    readers: Callable[[], Readers]
    properties: tuple[Property, ...]
    settle: Settle | None = None
