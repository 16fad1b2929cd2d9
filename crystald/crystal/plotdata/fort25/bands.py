"""Bands of fort.25: of electrons, absolute, and of phonons."""

from __future__ import annotations

from collections.abc import Sequence

from crystald.crystal.plotdata.fort25.records import Record, last_run, per_spin
from crystald.crystal.plotdata.values import ABSOLUTE, Bands, PhononBands
from crystald.errors import ParseError

Path = tuple[tuple[float, ...], tuple[tuple[float, str], ...]]


def bands_of(records: Sequence[Record]) -> Bands | None:
    """Join the segments of the last run, per spin; None without records.

    Raises
    ------
    ParseError
        The spins have different numbers of points.
    """
    if not records:
        return None
    spins = per_spin(last_run(records), lambda record: (record.integers, record.columns))
    distances, ticks = _path(spins[0])
    energies = tuple(tuple(point for one in spin for point in one.points()) for spin in spins)
    if any(len(spin) != len(distances) for spin in energies):
        raise ParseError(f"line {records[-1].line}: the spins have different numbers of points")
    fermi = tuple(spin[0].fermi_ha for spin in spins)
    return Bands(distances, ticks, energies, fermi[-1], ABSOLUTE, fermi)


def phonon_bands_of(records: Sequence[Record]) -> PhononBands | None:
    """Join the segments of the last run of phonons, whose numbers are 1/cm."""
    found = bands_of(records)
    return (
        None if found is None else PhononBands(found.distances, found.ticks, found.energies_ha[0])
    )


def _path(
    segments: Sequence[Record],
) -> Path:
    """Lay the segments one after another.

    A segment that goes on from the end before it begins one step further; one that begins
    elsewhere holds its own first point, at the place of the end before it.
    """
    distances: list[float] = []
    ticks: list[tuple[float, str]] = []
    here, end = 0.0, None
    for segment in segments:
        first, last = segment.integers[:3], segment.integers[3:]
        goes_on = first == end
        if end is None:
            ticks.append((here, _name(first)))
        elif not goes_on:
            ticks[-1] = (here, f"{ticks[-1][1]}|{_name(first)}")
        places = range(1, segment.columns + 1) if goes_on else range(segment.columns)
        distances += [here + segment.step * place for place in places]
        here, end = distances[-1], last
        ticks.append((here, _name(last)))
    return tuple(distances), tuple(ticks)


def _name(point: tuple[int, ...]) -> str:
    return f"({','.join(str(value) for value in point)})"
