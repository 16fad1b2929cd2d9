"""Densities of states of fort.25: of electrons, absolute, and of phonons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crystald.crystal.plotdata.fort25.records import Record, last_run, per_spin
from crystald.crystal.plotdata.values import ABSOLUTE, Dos, PhononDos
from crystald.errors import ParseError


def dos_of(records: Sequence[Record]) -> Dos | None:
    """Collect the projections of the last run, per spin; None without records.

    Raises
    ------
    ParseError
        They have different energies.
    """
    if not records:
        return None
    spins = per_spin(last_run(records), lambda record: record.integers[0])
    first = spins[0][0]
    if any(record.columns != first.columns for spin in spins for record in spin):
        raise ParseError(f"line {records[-1].line}: the projections have different energies")
    return Dos(
        energies_ha=_axis(first),
        densities=tuple(
            tuple(one.values if number == 0 else _positive(one.values) for one in spin)
            for number, spin in enumerate(spins)
        ),
        fermi_ha=first.fermi_ha,
        zero=ABSOLUTE,
        fermi_of_spins_ha=tuple(spin[0].fermi_ha for spin in spins),
    )


def _positive(values: tuple[float, ...]) -> tuple[float, ...]:
    """Give the densities of the second spin, which are stored with a minus sign."""
    return tuple(-value for value in values)


def whole_dos_of(records: Sequence[Record]) -> Dos | None:
    """Put the projections of several DOSS of one deck together, in their order; the total last.

    Raises
    ------
    ParseError
        They have different energies, or a spin lacks records.
    """
    spins = 2 if records and records[0].open_shell else 1
    sets: list[list[Record]] = []
    for record in records:
        if not sets or record.integers[0] == records[0].integers[0]:
            sets.append([])
        sets[-1].append(record)
    parts = [
        dos_of([record for one in sets[first : first + spins] for record in one])
        for first in range(0, len(sets), spins)
    ]
    found = [part for part in parts if part is not None]
    if any(part.energies_ha != found[0].energies_ha for part in found):
        raise ParseError("the densities of states of one deck have different energies")
    if not found:
        return None
    return replace(found[-1], densities=tuple(map(_joined, *(part.densities for part in found))))


def _joined(*parts: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """Join projections of one spin; each part ends with the total, which is kept once."""
    return (*(one for part in parts for one in part[:-1]), parts[-1][-1])


def phonon_dos_of(records: Sequence[Record]) -> PhononDos | None:
    """Collect the projections of the last run of phonons, whose axis is 1/cm."""
    found = dos_of(records)
    return None if found is None else PhononDos(found.energies_ha, found.densities[0])


def _axis(record: Record) -> tuple[float, ...]:
    start = record.second[1]
    return tuple(start + record.step * place for place in range(record.columns))
