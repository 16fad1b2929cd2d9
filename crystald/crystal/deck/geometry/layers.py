"""The 80 layer groups as CRYSTAL counts them (manual, appendix A.2: layer groups).

The order is not that of the International Tables, volume E: CRYSTAL's 16 is C2/m11 (Tables: 18),
its 39 is Pmma (Tables: 41), and where the Tables have an axis along y, CRYSTAL has it along x
(27: P2mm against pm2m). So a group is never handed on by its number, only by its operations.

The symbols are those of space groups, whose operations along x and y are meant; z is open.
Outputs seen: 2, 37, 47, 77, 80. Where a symbol does not fix the origin (every group with a screw
axis or a glide plane) nothing that we know says which one the program takes.
"""

from __future__ import annotations

from functools import cache
from typing import Final

SYMBOLS: Final = (
    "P 1", "P -1", "P 1 1 2", "P 1 1 m", "P 1 1 a", "P 1 1 2/m", "P 1 1 2/a",
    "P 2 1 1", "P 21 1 1", "C 2 1 1", "P m 1 1", "P b 1 1", "C m 1 1", "P 2/m 1 1",
    "P 21/m 1 1", "C 2/m 1 1", "P 2/b 1 1", "P 21/b 1 1", "P 2 2 2", "P 2 21 2",
    "P 21 21 2", "C 2 2 2", "P m m 2", "P m a 2", "P b a 2", "C m m 2", "P 2 m m",
    "P 21 a m", "P 21 m a", "P 2 m b", "P 21 m n", "P 2 a a", "P 21 a b", "P 2 a n",
    "C 2 m m", "C 2 m b", "P m m m", "P m a m", "P m m a", "P m m n", "P b a m",
    "P m a a", "P m a n", "P b m a", "P b a a", "P b a n", "C m m m", "C m m a",
    "P 4", "P -4", "P 4/m", "P 4/n", "P 4 2 2", "P 4 21 2", "P 4 m m", "P 4 b m",
    "P -4 2 m", "P -4 21 m", "P -4 m 2", "P -4 b 2", "P 4/m m m", "P 4/n b m",
    "P 4/m b m", "P 4/n m m", "P 3", "P -3", "P 3 1 2", "P 3 2 1", "P 3 m 1", "P 3 1 m",
    "P -3 1 m", "P -3 m 1", "P 6", "P -6", "P 6/m", "P 6 2 2", "P 6 m m", "P -6 m 2",
    "P -6 2 m", "P 6/m m m",
)  # fmt: skip
"""Entry n - 1 is the symbol of layer group n."""

LAST_OBLIQUE: Final = 7
LAST_RECTANGULAR: Final = 48


def layer_symbol(group: int) -> str:
    """Give the symbol of a layer group by CRYSTAL's number.

    Examples
    --------
    >>> layer_symbol(16), layer_symbol(80)
    ('C2/m11', 'P6/mmm')
    """
    return SYMBOLS[group - 1].replace(" ", "")


@cache
def is_symmorphic(group: int) -> bool:
    """Tell whether some point has the whole point group of the layer group as its symmetry.

    For these the symbol fixes every operation; for the others it leaves the origin open.
    """
    _, *axes = SYMBOLS[group - 1].replace("/", " ").split()
    return not any(axis in ("21", "a", "b", "n") for axis in axes)
