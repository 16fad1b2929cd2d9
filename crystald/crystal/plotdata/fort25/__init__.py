"""fort.25: bands, densities of states and maps as the programs store them, never shifted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crystald.crystal.plotdata.fort25.bands import bands_of, phonon_bands_of
from crystald.crystal.plotdata.fort25.dos import dos_of, phonon_dos_of, whole_dos_of
from crystald.crystal.plotdata.fort25.maps import PlaneMap, map_of
from crystald.crystal.plotdata.fort25.records import (
    BAND,
    DOSS,
    MAP,
    PHONON_DOS,
    Record,
    read_records,
)
from crystald.crystal.plotdata.values import Bands, Dos, PhononBands, PhononDos

__all__ = ["Fort25", "PhononFort25", "read_fort25", "read_phonon_fort25", "read_whole_dos"]


@dataclass(frozen=True)
class Fort25:
    """What a file holds; of several runs appended to it, the last (of maps all)."""

    bands: Bands | None
    dos: Dos | None
    maps: tuple[PlaneMap, ...] = ()


@dataclass(frozen=True)
class PhononFort25:
    """What a file of phonons holds; of several runs appended to it, the last."""

    bands: PhononBands | None
    dos: PhononDos | None


def read_fort25(lines: Iterable[str]) -> Fort25:
    """Read the records ``BAND``, ``DOSS`` and ``MAPN``; others are passed over.

    Numbers have a fixed width of 12 and touch. Energies are absolute, in hartree; the records do
    not tell bands of phonons (1/cm) from those of electrons: see :func:`read_phonon_fort25`.

    Raises
    ------
    ParseError
        A record is cut, holds what is no number, or lacks its other spin.
    """
    records = list(read_records(lines))
    return Fort25(
        bands_of(_only(records, BAND)),
        dos_of(_only(records, DOSS)),
        tuple(map_of(record) for record in _only(records, MAP)),
    )


def read_whole_dos(lines: Iterable[str]) -> Dos | None:
    """Read the densities of states of one deck, whose projections may be split over several DOSS.

    Raises
    ------
    ParseError
        As :func:`read_fort25`; or the DOSS of the file have different energies.
    """
    return whole_dos_of(_only(list(read_records(lines)), DOSS))


def read_phonon_fort25(lines: Iterable[str]) -> PhononFort25:
    """Read the records ``BAND`` and ``PDOS`` (or ``DOSS``) of a run of phonons, in 1/cm.

    No real file was at hand: that phonons use the records of electrons is told by readers of
    others.

    Raises
    ------
    ParseError
        As :func:`read_fort25`.
    """
    records = list(read_records(lines))
    density = _only(records, PHONON_DOS) or _only(records, DOSS)
    return PhononFort25(phonon_bands_of(_only(records, BAND)), phonon_dos_of(density))


def _only(records: list[Record], kind: str) -> list[Record]:
    return [record for record in records if record.kind == kind]
