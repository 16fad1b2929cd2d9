"""The table of blocks that are read; a further one is a module and its line here.

A reader is chosen by the first word of a line. Of several for one word each is asked, in the order
of the table, until one has read on: a block has one reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from crystald.crystal.output import (
    banner,
    gaps,
    geometry,
    groups,
    kinds,
    optimisation,
    scf,
    shells,
    sizes,
)
from crystald.crystal.output.block import Block, Reader, Readers, Settle


class Part(NamedTuple):
    """What fills some attributes of an output; facts by name have blocks of their own."""

    readers: Readers
    settle: Settle | None = None


LOOKING: Final = (Part(banner.READERS, banner.settle), Part(kinds.READERS, kinds.settle))
"""What only looks at a line; it comes before all that read on."""

READING: Final = (
    Part(sizes.READERS),
    Part(geometry.READERS, geometry.settle),
    Part(groups.READERS, groups.settle),
    Part(shells.READERS, shells.settle),
    Part(scf.READERS),
    Part(gaps.READERS, gaps.settle),
    Part(optimisation.READERS),
)
"""What fills the attributes of an output; facts by name are in ``blocks.BLOCKS``."""


def settles(some: Sequence[Block]) -> tuple[Settle, ...]:
    """Give what settles a run at its end, of the frame and of some blocks."""
    frame = (part.settle for part in (*LOOKING, *READING))
    every = (*frame, *(block.settle for block in some))
    return tuple(settle for settle in every if settle is not None)


def readers(some: Sequence[Block]) -> Readers:
    """Give the readers of a run by first word: some of them remember what came before."""
    told = (block.readers() for block in some)
    return _by_word(*(part.readers for part in LOOKING), *told, *(part.readers for part in READING))


def _by_word(*tables: Readers) -> Readers:
    found: dict[str, tuple[Reader, ...]] = {}
    for table in tables:
        for word, some in table.items():
            found[word] = (*found.get(word, ()), *some)
    return found


WORDS: Final = _by_word(*(part.readers for part in LOOKING))
"""What reads words and no numbers that count."""
