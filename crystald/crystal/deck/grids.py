"""The deck of charge density and electrostatic potential: ECH3, POT3, POTC.

Source: CRYSTAL17 user's manual, "Properties"; runs of ECH3 by CRYSTAL17 and 22. How far a grid
goes along directions without periodicity is said by SCALE (times the extent of the atoms) or by
RANGE (lowest and highest coordinates, bohr). POTC averages the potential in planes; no run of it
was at hand, its records are the manual's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.d3 import after_conversion, newk_lines, read_newk
from crystald.crystal.deck.records import Lines, plain

IN_PLANES: Final = 1
"""ICA of POTC: averages in the plane at z."""

Extent = tuple[float, ...]


@dataclass(frozen=True)
class Profile:
    """Averages of the potential in planes between two heights (bohr)."""

    points: int
    range_bohr: tuple[float, float]


@dataclass(frozen=True)
class GridDeck:
    """A deck of ECH3 and POT3, and of POTC for a slab.

    DENS_CUBE.DAT and POT_CUBE.DAT are written, SPIN_CUBE.DAT for an open shell, POTC.DAT.

    Attributes
    ----------
    points
        Along the first axis of the grid.
    tolerance
        ITOL of POT3, the penetration tolerance.
    scale
        One number for each direction without periodicity, or none.
    range_bohr
        Lowest and highest coordinates along these directions, instead of `scale`; None for none.
    profile
        None for none.
    shrink
        A mesh for NEWK at the end, which prints the Fermi energy with all digits; None for none.
        It stands last: densities and potentials are those of the SCF.
    """

    points: int
    tolerance: int = 5
    scale: Extent = ()
    range_bohr: tuple[Extent, Extent] | None = None
    profile: Profile | None = None
    shrink: Shrink | None = None


def print_grids(deck: GridDeck) -> str:
    """Print the deck; the last line ends in a newline."""
    extent = _extent_lines(deck)
    lines = ["ECH3", str(deck.points), *extent]
    lines += ["POT3", str(deck.points), str(deck.tolerance), *extent]
    if deck.profile is not None:
        lines += ["POTC", f"{IN_PLANES} {deck.profile.points} 0", _numbers(deck.profile.range_bohr)]
    if deck.shrink is not None:
        lines += newk_lines(deck.shrink)
    return "\n".join([*lines, "END"]) + "\n"


def _extent_lines(deck: GridDeck) -> list[str]:
    if deck.range_bohr is not None:
        low, high = deck.range_bohr
        return ["RANGE", _numbers(low), _numbers(high)]
    return ["SCALE", _numbers(deck.scale)] if deck.scale else []


def _numbers(values: Extent) -> str:
    return " ".join(plain(value, 1) for value in values)


def parse_grids(text: str, name: str = "the deck") -> GridDeck:
    """Read what `print_grids` writes.

    Raises
    ------
    DeckError
        It holds something else.
    """
    lines = after_conversion(text, name)
    lines.expect(("ECH3",))
    points = lines.value(int)
    scale, reach = _read_extent(lines)
    lines.expect(("POT3",))
    again, tolerance = lines.value(int), lines.value(int)
    if (again, *_read_extent(lines)) != (points, scale, reach):
        raise lines.wrong("POT3 must have the grid of ECH3")
    profile = _read_profile(lines) if lines.peek() == "POTC" else None
    shrink = read_newk(lines) if lines.peek() == "NEWK" else None
    lines.expect(("END",))
    lines.finish()
    return GridDeck(points, tolerance, scale, reach, profile, shrink)


def _read_extent(lines: Lines) -> tuple[Extent, tuple[Extent, Extent] | None]:
    if lines.peek() == "SCALE":
        lines.take()
        return _read_numbers(lines), None
    if lines.peek() == "RANGE":
        lines.take()
        return (), (_read_numbers(lines), _read_numbers(lines))
    return (), None


def _read_numbers(lines: Lines) -> Extent:
    words = lines.peek().split()
    return lines.values(float, min(max(len(words), 1), 3))


def _read_profile(lines: Lines) -> Profile:
    lines.expect(("POTC",))
    kind, points, _ = lines.values(int, 3)
    if kind != IN_PLANES:
        raise lines.wrong(f"ICA must be {IN_PLANES}: averages in planes")
    low, high = lines.values(float, 2)
    return Profile(points, (low, high))
