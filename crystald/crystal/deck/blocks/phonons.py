"""Parts of FREQCALC: phonons away from the centre of the zone (DISPERSI), and SCELPHONO before it.

Forms as decks of successful runs have them: ``BANDS`` / ``ISS NSUB`` / number of segments /
segments, in as many integers as there are periodic directions; ``PDOS`` / ``NUMA NBIN`` / LPRO.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from crystald.crystal.deck.records import Lines, plain

Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class PhononBands:
    """A path: shrinking factor and points of a segment, segments of 2 x 3 (2, 1) integers."""

    shrink: int
    points: int
    segments: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Dispersion:
    """The DISPERSI part.

    Attributes
    ----------
    supercell
        The matrix of SCELPHONO, as many rows as there are periodic directions.
    interphess
        Expansion along each periodic direction for the interpolated Hessian.
    wang
        Dielectric tensor of a polar crystal, row by row, for its long-range part.
    bands
        A path.
    pdos
        Largest frequency (cm-1) and number of bins of the density of states.
    projected
        Whether it is split by atoms.
    neutrons
        Largest frequency (cm-1), bins, and 0 coherent, 1 incoherent, 2 both: neutron-weighted.
    """

    supercell: Matrix
    interphess: tuple[int, ...] = ()
    wang: tuple[float, ...] = ()
    bands: PhononBands | None = None
    pdos: tuple[float, int] | None = None
    projected: bool = True
    neutrons: tuple[float, int, int] | None = None


def supercell_lines(block: Dispersion) -> list[str]:
    """Write SCELPHONO, an edit of the geometry that stands before FREQCALC."""
    return ["SCELPHONO", *(" ".join(map(str, row)) for row in block.supercell)]


def read_supercell(lines: Lines) -> Matrix:
    """Read what `supercell_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else.
    """
    lines.expect(("SCELPHONO",))
    rows = [_integers(lines)]
    rows += [lines.values(int, len(rows[0])) for _ in range(len(rows[0]) - 1)]
    return tuple(rows)


def _integers(lines: Lines) -> tuple[int, ...]:
    return lines.values(int, len(lines.peek().split()))


def dispersion_lines(block: Dispersion) -> list[str]:
    """Write DISPERSI and what belongs to it."""
    lines = ["DISPERSI"]
    if block.interphess:
        lines += ["INTERPHESS", " ".join(map(str, block.interphess)), "0"]
    if block.wang:
        rows = [block.wang[i : i + 3] for i in (0, 3, 6)]
        lines += ["WANG", *(" ".join(plain(x, 1) for x in row) for row in rows)]
    if block.bands is not None:
        path = block.bands
        lines += ["BANDS", f"{path.shrink} {path.points}", str(len(path.segments))]
        lines += [" ".join(map(str, segment)) for segment in path.segments]
    if block.pdos is not None:
        lines += ["PDOS", f"{plain(block.pdos[0], 1)} {block.pdos[1]}", str(int(block.projected))]
    if block.neutrons is not None:
        most, bins, kind = block.neutrons
        lines += ["INS", f"{plain(most, 1)} {bins}", str(kind)]
    return lines


def _read_interphess(lines: Lines) -> tuple[int, ...]:
    expansion = _integers(lines)
    lines.value(int)
    return expansion


def _read_wang(lines: Lines) -> tuple[float, ...]:
    return tuple(x for _ in range(3) for x in lines.values(float, 3))


def _read_bands(lines: Lines) -> PhononBands:
    shrink, points = lines.values(int, 2)
    return PhononBands(shrink, points, tuple(_integers(lines) for _ in range(lines.value(int))))


def _read_pdos(lines: Lines) -> tuple[float, int, bool]:
    most, bins = lines.values(float, 2)
    return most, int(bins), bool(lines.value(int))


def _read_neutrons(lines: Lines) -> tuple[float, int, int]:
    most, bins = lines.values(float, 2)
    return most, int(bins), lines.value(int)


DISPERSION_READERS: Final[dict[str, tuple[str, Callable[[Lines], Any]]]] = {
    "INTERPHESS": ("interphess", _read_interphess),
    "WANG": ("wang", _read_wang),
    "BANDS": ("bands", _read_bands),
    "PDOS": ("pdos", _read_pdos),
    "INS": ("neutrons", _read_neutrons),
}
"""Keyword -> attribute of `Dispersion` and how its records are read."""


def dispersion_of(supercell: Matrix, found: dict[str, Any]) -> Dispersion:
    """Make the values out of what was read."""
    pdos = found.pop("pdos", None)
    if pdos is None:
        return Dispersion(supercell, **found)
    return Dispersion(supercell, pdos=pdos[:2], projected=pdos[2], **found)
