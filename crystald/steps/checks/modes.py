"""Vibrations and elastic constants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from crystald.crystal.output.free_motions import ACOUSTIC, imaginary_modes
from crystald.steps.checks.remark import Evidence, Remark, fact, fact_line

ACOUSTIC_CM1: Final = 10.0


def count(evidence: Evidence) -> Iterator[Remark]:
    """Check: N atoms have 3N modes."""
    output = evidence.output
    modes, atoms = output.frequencies_cm1, output.n_atoms
    if not modes or atoms is None or len(modes) == 3 * atoms:
        return
    if atoms > len(modes) // 3 and atoms % max(1, len(modes) // 3) == 0 and len(modes) % 3 == 0:
        return  # a supercell for dispersion (SCELPHONO): the modes are those of its primitive cell
    text = f"{len(modes)} modes, {atoms} atoms have {3 * atoms}"
    yield Remark(text, output.lines.get("frequencies"))


def imaginary(evidence: Evidence) -> Iterator[Remark]:
    """Check: beside translations (and rotations) no mode is imaginary."""
    output = evidence.output
    found = imaginary_modes(output.frequencies_cm1 or (), output.dimensionality)
    if found:
        worst = ", ".join(f"{value:.1f}" for value in sorted(found)[:3])
        mode = "mode" if len(found) == 1 else "modes"
        text = f"{len(found)} imaginary {mode} ({worst} 1/cm)"
        yield Remark(text, output.lines.get("frequencies"))


def acoustic(evidence: Evidence) -> Iterator[Remark]:
    """Check: translations (and rotations) are near zero: else gradients or geometry were not converged."""
    output = evidence.output
    modes = output.frequencies_cm1 or ()
    if not modes or output.n_atoms is None or len(modes) != 3 * output.n_atoms:
        return
    dimensionality = 3 if output.dimensionality is None else output.dimensionality
    number = min(5 if dimensionality == 0 else ACOUSTIC[dimensionality], len(modes))
    lowest = sorted(modes, key=abs)[:number]
    if abs(lowest[-1]) > ACOUSTIC_CM1:
        text = f"the {number} modes nearest to zero reach {lowest[-1]:.1f} 1/cm"
        yield Remark(text, output.lines.get("frequencies"))


def elastic(evidence: Evidence) -> Iterator[Remark]:
    """Check: the elastic tensor of a stable crystal is positive definite (Born)."""
    for name, unit in (("elastic_tensor", "GPa"), ("elastic_tensor_hartree", "Ha")):
        low = lowest_eigenvalue(fact(evidence.output, name) or ())
        if low is not None and low <= 0:
            text = (
                f"the elastic tensor is not positive definite (lowest eigenvalue {low:.4g} {unit})"
            )
            yield Remark(text, fact_line(evidence.output, name))


def lowest_eigenvalue(tensor: Sequence[Sequence[float]]) -> float | None:
    """Give the lowest eigenvalue of a symmetric matrix; None where it is not square."""
    import numpy as np

    if not tensor or any(len(row) != len(tensor) for row in tensor):
        return None
    return float(np.linalg.eigvalsh(np.array(tensor)).min())
