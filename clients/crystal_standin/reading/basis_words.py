"""Keywords of the basis part: CHARGED, GHOSTS and CHEMOD are done, others are read over."""

from __future__ import annotations

import dataclasses

from crystal_standin.events import RefusalError
from crystal_standin.reading import keywords
from crystal_standin.reading.deck_basis import DeckBasis
from crystal_standin.reading.records import Records


class BasisWords:
    """What the keywords have said so far.

    Attributes
    ----------
    charged : bool
        Electrons and nuclei may differ.
    ghosts : tuple of int
        Atoms, from 1, that keep their functions only.
    chemod : tuple of (int, tuple of float)
        Atoms, from 1, with the electrons of each of their shells.
    """

    def __init__(self) -> None:
        self.charged = False
        self.ghosts: tuple[int, ...] = ()
        self.chemod: tuple[tuple[int, tuple[float, ...]], ...] = ()

    def take(self, records: Records, word: str) -> bool:
        """Read a keyword's records; False where it is none of this part.

        Raises
        ------
        RefusalError
            Its records are not complete.
        """
        if word == "GHOSTS":
            self.ghosts = tuple(int(v) for v in _flowing(records, records.integers(1, "GHOSTS")[0]))
        elif word == "CHEMOD":
            self.chemod = _chemod(records)
        elif word in keywords.BASIS_SKIPPED:
            self.charged = self.charged or word == "CHARGED"
            for _ in range(keywords.BASIS_SKIPPED[word]):
                records.next()
        else:
            return False
        return True

    def put_into(self, basis: DeckBasis) -> DeckBasis:
        """Give a basis set what they said."""
        return dataclasses.replace(
            basis,
            charged=basis.charged or self.charged,
            ghosts=basis.ghosts or self.ghosts,
            chemod=basis.chemod or self.chemod,
        )


def _flowing(records: Records, count: int) -> list[float]:
    """Read numbers over as many lines as they take."""
    found: list[float] = []
    while len(found) < count:
        found += records.all_reals("INPBAS")
    if len(found) > count or any(value != int(value) for value in found):
        raise records.unreadable("INPBAS")
    return found


def _chemod(records: Records) -> tuple[tuple[int, tuple[float, ...]], ...]:
    """Read one record for each atom: its label, and the electrons of each of its shells."""
    count = records.integers(1, "CHEMOD")[0]
    if count < 1:
        raise RefusalError("CHEMOD", "INPUT ERROR", "CHEMOD without atoms")
    found = [records.all_reals("CHEMOD") for _ in range(count)]
    return tuple((int(values[0]), tuple(values[1:])) for values in found)
