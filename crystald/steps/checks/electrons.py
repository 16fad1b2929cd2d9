"""Electrons and spins of a converged SCF."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from crystald.steps.checks.remark import Evidence, Remark, fact, fact_line

ELECTRONS: Final = 0.01
WHOLE: Final = 0.02
"""How far the summed spin of an insulator may be from a whole number."""

SPINLESS: Final = 0.05
"""An atom with less spin has none."""

OPEN_SHELL: Final = frozenset({*range(21, 30), *range(57, 71), *range(89, 103)})
"""Elements whose ions often have unpaired electrons: 3d, 4f, 5f."""


def mulliken(evidence: Evidence) -> Iterator[Remark]:
    """Check: the populations of the atoms add up to the electrons of the cell."""
    output = evidence.output
    charges = fact(output, "mulliken_charges") or fact(output, "atomic_charges")
    if not charges or output.n_electrons is None or len(charges) != output.n_atoms:
        return
    total = math.fsum(charges)
    if abs(total - output.n_electrons) > ELECTRONS + 5e-4 * len(charges):  # printed to 0.001
        text = f"the populations add up to {total:.3f} of {output.n_electrons:g} electrons"
        yield Remark(text, fact_line(output, "mulliken_charges"))


def whole_spin(evidence: Evidence) -> Iterator[Remark]:
    """Check: the summed spin of an insulator is a whole number."""
    output = evidence.output
    spin = fact(output, "summed_spin")
    if output.conducting is not False or not isinstance(spin, float | int):
        return
    if abs(spin - round(spin)) > WHOLE:
        text = f"the summed spin of an insulator is {spin:.3f}, no whole number"
        yield Remark(text, fact_line(output, "summed_spin"))


def silent_metals(evidence: Evidence) -> Iterator[Remark]:
    """Check: ions of open shells that lost every spin ended in another state than was meant."""
    output = evidence.output
    spins = fact(output, "mulliken_spins") or fact(output, "atomic_spins")
    if output.spin_polarised is not True or not spins or output.geometry is None:
        return
    if any(abs(spin) >= SPINLESS for spin in spins):
        return
    metals = sorted({a.symbol for a in output.geometry.atoms if a.number % 100 in OPEN_SHELL})
    if metals:
        text = f"every spin is zero, although {', '.join(metals)} may have unpaired electrons"
        yield Remark(text, fact_line(output, "atomic_spins"))
