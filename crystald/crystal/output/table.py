"""The table of blocks that are read; a further one is a module and its line here.

A reader is chosen by the first word of a line. Of several for one word each is asked, in the order
of the table, until one has read on: a block has one reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from crystald.crystal.output import (
    banner,
    blocks,
    gaps,
    geometry,
    groups,
    kinds,
    optimisation,
    scf,
    shells,
    sizes,
)
from crystald.crystal.output.stream import Block, Reader

LOOKING: Final = (Block(banner.READERS), Block(kinds.READERS, kinds.settle))
"""What only looks at a line; it comes before all that read on."""

READING: Final = (
    Block(sizes.READERS),
    Block(geometry.READERS, geometry.settle),
    Block(groups.READERS, groups.settle),
    Block(shells.READERS, shells.settle),
    Block(scf.READERS),
    Block(gaps.READERS, gaps.settle),
    Block(optimisation.READERS),
)
"""What fills the attributes of an output; facts by name are in ``blocks.BLOCKS``."""

BLOCKS: Final = (*LOOKING, *READING)

SETTLES: Final = tuple(
    settle
    for settle in (
        *(block.settle for block in BLOCKS),
        *(block.settle for block in blocks.BLOCKS),
    )
    if settle is not None
)
"""What settles a run at its end."""


Readers = dict[str, tuple[Reader, ...]]


def readers() -> Readers:
    """Give the readers of a run by first word: some of them remember what came before."""
    told = (block.readers() for block in blocks.BLOCKS)
    return _by_word(*(one.readers for one in LOOKING), *told, *(one.readers for one in READING))


def _by_word(*tables: Mapping[str, tuple[Reader, ...]]) -> Readers:
    found: Readers = {}
    for table in tables:
        for word, some in table.items():
            found[word] = (*found.get(word, ()), *some)
    return found


WORDS: Final = _by_word(*(block.readers for block in LOOKING))
"""What reads words and no numbers that count."""
