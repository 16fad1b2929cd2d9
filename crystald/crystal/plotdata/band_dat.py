"""BAND.DAT: bands along a path, already relative to the Fermi energy."""

from __future__ import annotations

from collections.abc import Iterable

from crystald.crystal.plotdata.grace import read_grace
from crystald.crystal.plotdata.values import Bands


def read_band_dat(lines: Iterable[str]) -> Bands:
    """Read ``# NKPT   201 NBND    26 NSPIN     1`` and what follows.

    Raises
    ------
    ParseError
        Counts and data do not agree.
    """
    found = read_grace(lines)
    per_spin = found.blocks(found.need("NKPT"), found.need("NBND"))
    return Bands(
        distances=tuple(row[0] for row in per_spin[0]),
        ticks=tuple((found.ticks[i], found.labels.get(i, "")) for i in sorted(found.ticks)),
        energies_ha=tuple(tuple(row[1:] for row in part) for part in per_spin),
        fermi_ha=found.first_fermi_ha(),
        zero=found.zero,
        fermi_of_spins_ha=tuple(found.fermi_ha),
    )
