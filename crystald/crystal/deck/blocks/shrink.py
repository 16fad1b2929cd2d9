"""SHRINK: the k mesh."""

from __future__ import annotations

from dataclasses import dataclass

from crystald.crystal.deck.records import Lines


@dataclass(frozen=True)
class Shrink:
    """The k mesh: three factors along the primitive reciprocal vectors, and the Gilat net."""

    factors: tuple[int, int, int]
    gilat: int

    def records(self) -> tuple[str, ...]:
        """Write the records below SHRINK or NEWK: one where all factors are equal, else two."""
        if len(set(self.factors)) == 1:
            return (f"{self.factors[0]} {self.gilat}",)
        return (f"0 {self.gilat}", " ".join(map(str, self.factors)))

    @classmethod
    def read(cls, lines: Lines) -> Shrink:
        """Read what `records` wrote."""
        first, gilat = lines.values(int, 2)
        if first:
            return cls((first, first, first), gilat)
        one, two, three = lines.values(int, 3)
        return cls((one, two, three), gilat)
