"""DOSS.DAT: densities of states; relative to the Fermi energy, or absolute as its label says."""

from __future__ import annotations

from collections.abc import Iterable

from crystald.crystal.plotdata.grace import read_grace
from crystald.crystal.plotdata.values import Dos
from crystald.errors import ParseError


def read_doss_dat(lines: Iterable[str]) -> Dos:
    """Read ``# NEPTS   302 NPROJ     3 NSPIN     1`` and what follows.

    Beta densities are printed with a minus sign; their size is kept.

    Raises
    ------
    ParseError
        Counts and data do not agree.
    """
    found = read_grace(lines)
    points, projections = found.need("NEPTS"), found.need("NPROJ")
    spins = found.counts.get("NSPIN", 1)
    width = projections + 1
    if len(found.numbers) != points * width * spins:
        raise ParseError(
            f"{len(found.numbers)} numbers do not make {spins} x {points} energies with "
            f"{projections} projections",
            "The file is torn: retry the step.",
        )
    rows = [tuple(found.numbers[i : i + width]) for i in range(0, len(found.numbers), width)]
    per_spin = [rows[s * points : (s + 1) * points] for s in range(spins)]
    signs = [1.0, -1.0]
    return Dos(
        energies_ha=tuple(row[0] for row in per_spin[0]),
        densities=tuple(
            tuple(tuple(signs[s] * row[p + 1] for row in part) for p in range(projections))
            for s, part in enumerate(per_spin)
        ),
        fermi_ha=found.fermi_ha,
        zero=found.zero,
    )
