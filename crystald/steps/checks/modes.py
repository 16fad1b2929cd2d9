"""Vibrations and elastic constants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from crystald.crystal.output.free_motions import ACOUSTIC, imaginary_modes
from crystald.steps.checks.remark import Evidence, Remark, fact, fact_line

ACOUSTIC_CM1: Final = 10.0
VOIGT: Final = 6
ROUNDED_GPA: Final = 0.1


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


def moduli(evidence: Evidence) -> Iterator[Remark]:
    """Check: the Voigt averages that are printed are those of the printed elastic tensor."""
    tensor = fact(evidence.output, "elastic_tensor")
    if tensor is None or len(tensor) != VOIGT:
        return
    for name, mean in zip(("bulk", "shear"), voigt_averages(tensor), strict=True):
        printed = fact(evidence.output, f"{name}_modulus_voigt")
        if printed is not None and abs(printed - mean) > ROUNDED_GPA + 0.01 * abs(mean):
            text = f"the {name} modulus (Voigt) is printed as {printed:g} GPa, the tensor has {mean:.2f}"
            yield Remark(text, fact_line(evidence.output, f"{name}_modulus_voigt"))


def voigt_averages(tensor: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Give the bulk and the shear modulus of a tensor (6 × 6) that Voigt's averages are."""
    axes = sum(tensor[i][i] for i in (0, 1, 2))
    mixed = tensor[0][1] + tensor[0][2] + tensor[1][2]
    shears = sum(tensor[i][i] for i in (3, 4, 5))
    return (axes + 2 * mixed) / 9, (axes - mixed + 3 * shears) / 15


def lowest_eigenvalue(tensor: Sequence[Sequence[float]]) -> float | None:
    """Give the lowest eigenvalue of a symmetric matrix; None where it is not square."""
    import numpy as np

    if not tensor or any(len(row) != len(tensor) for row in tensor):
        return None
    return float(np.linalg.eigvalsh(np.array(tensor)).min())
