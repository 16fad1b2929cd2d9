"""Decks as people write them, understood wholly; and what of a deck is not."""

from __future__ import annotations

from lintdecks import PEROVSKITE, POTENTIAL

from crystald.crystal.deck.text.tree import DeckText, Kind

OPTIMISATION = """\
rock salt, by hand
CRYSTAL
0 0 0
225   # face centred
5.64
2
11 0. 0. 0.   Biso 1.0 Na
17\t.5 .5 .5
SUPERCEL
2 0 0
0 2 0
0 0 2
ATOMREMO
3
1 2
3
OPTGEOM
FULLOPTG
TOLDEG
0.0003
ENDOPT
BASISSET
pob-tzvp-rev2
GHOSTS
1
4
DFT
SPIN
PBE-D3
XLGRID
ENDDFT
SHRINK
0 16
8 8 8
TOLINTEG
7 7 7 7 14
TOLDEE
7      # enough
SPINLOCK
0 -5
END
"""


EXPLICIT = f"""\
{PEROVSKITE}END
238 2
{POTENTIAL}0 0 1 2. 1.
 1.5 1.0
0 2 1 6. 1.
 3.0 1.0
22 1
1 0 3 2. 0.
8 1
0 1 2 8. 1.
 49.4 -0.1 0.2
 10.4 -0.2 0.3
99   0
CHARGED
END
UHF
SHRINK
8 8
END
"""


PLOTS = """\
NEWK
12 24
1 0
BAND
path of rock salt
2 4 200 1 26 1 0
0 0 0  2 0 2  G-X
2 0 2  2 2 2
DOSS
2 300 -1 -1 2 12 0
-0.7 +0.8
-1 1
3 5 6
7
ECH3
100
SCALE
3
BOLTZTRA
TRANGE
300 700 200
END
END
"""


def leftovers(deck: DeckText) -> list[tuple[int, str]]:
    """What was not understood, or is not complete."""
    return [
        (entry.head.number, entry.missing or entry.kind.value)
        for _, entry in deck.walk()
        if entry.missing
        or entry.kind in (Kind.UNKNOWN, Kind.BLANK)
        or (entry.kind is Kind.BLOCK and entry.end is None)
    ]
