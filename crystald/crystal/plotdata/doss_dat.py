"""DOSS.DAT: densities of states; relative to the Fermi energy, or absolute as its label says."""

from __future__ import annotations

from collections.abc import Iterable

from crystald.crystal.plotdata.grace import read_grace
from crystald.crystal.plotdata.values import Dos


def read_doss_dat(lines: Iterable[str]) -> Dos:
    """Read ``# NEPTS   302 NPROJ     3 NSPIN     1`` and what follows.

    Beta densities are printed with a minus sign; their size is kept.

    Raises
    ------
    ParseError
        Counts and data do not agree.
    """
    found = read_grace(lines)
    projections = found.need("NPROJ")
    columns = [
        list(zip(*part, strict=True)) for part in found.blocks(found.need("NEPTS"), projections)
    ]
    return Dos(
        energies_ha=columns[0][0],
        densities=tuple(
            tuple(one if spin == 0 else tuple(-value for value in one) for one in part[1:])
            for spin, part in enumerate(columns)
        ),
        fermi_ha=found.first_fermi_ha(),
        zero=found.zero,
        fermi_of_spins_ha=tuple(found.fermi_ha),
    )
