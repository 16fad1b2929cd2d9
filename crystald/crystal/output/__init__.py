"""Reading what the programs print: one pass, one small reader per block.

:func:`read_output` never raises, whatever the text: growing, finished, truncated, killed, garbage.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crystald.crystal.output.block import Block
from crystald.crystal.output.blocks import BLOCKS
from crystald.crystal.output.facts import Fact
from crystald.crystal.output.runs import Reading
from crystald.crystal.output.stream import Lines, lines_of
from crystald.crystal.output.values import (
    Gap,
    Output,
    Parameters,
    PrintedAtom,
    PrintedGeometry,
    Shell,
)

__all__ = [
    "Fact",
    "Gap",
    "Output",
    "Parameters",
    "PrintedAtom",
    "PrintedGeometry",
    "Shell",
    "lines_of",
    "read_output",
    "read_runs",
]


def read_runs(
    lines: Iterable[str], *, finished: bool = True, blocks: Sequence[Block] = BLOCKS
) -> list[Output]:
    """Read every program run of a file, in order.

    A run begins with the banner of its program, or with `` EEEEEEEEEE STARTING`` where that of
    another run came before.

    Parameters
    ----------
    lines
        Of the file, with or without their line ends.
    finished
        Whether the file is known to grow no more: a missing end then means truncated.
    blocks
        What is read beside the frame of an output, which fills its attributes: each block tells
        facts. With fewer the same is read in less time.
    """
    reading = Reading(blocks)
    reading.read(Lines(lines))
    return reading.finish(finished=finished)


def read_output(
    lines: Iterable[str], *, finished: bool = True, blocks: Sequence[Block] = BLOCKS
) -> Output:
    """Read an output; of several runs, the last of the crystal program.

    A later run of the properties program, and one that ended before it told which program it was,
    spoils nothing.

    Parameters
    ----------
    lines
        Of the file, with or without their line ends.
    finished
        Whether the file is known to grow no more: a missing end then means truncated.
    blocks
        As for :func:`read_runs`.
    """
    runs = read_runs(lines, finished=finished, blocks=blocks)
    for out in reversed(runs):
        if out.crystal_run:
            return out
    return runs[-1]
