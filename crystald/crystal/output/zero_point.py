"""To how many atoms a printed zero-point energy belongs: runs of supercells print it of either cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

HA_PER_CM1: Final = 4.556335252912e-6
AGREE: Final = 2e-3
"""Relative: frequencies are printed with four decimals; a scanned mode may move the sum a little."""

Point = tuple[float, Sequence[float]]
"""Weight of a k point, and its frequencies (cm⁻¹)."""


def zero_point_atoms(energy_ha: float, points: Iterable[Point]) -> int | None:
    """Tell how many atoms a zero-point energy is of, by adding up the printed frequencies again.

    Parameters
    ----------
    energy_ha
        As printed.
    points
        Of the dispersion, or the centre of the zone alone with the weight 1.

    Returns
    -------
    The atoms of the primitive cell, or of the supercell; None where the energy is the sum of neither.
    """
    found = list(points)
    weight = sum(one for one, _ in found)
    sizes = {len(frequencies) for _, frequencies in found}
    if weight <= 0 or len(sizes) != 1 or (modes := sizes.pop()) % 3:
        return None
    total = sum(one * _half_quanta(frequencies) for one, frequencies in found)
    for cells, energy in _candidates(total, weight):
        if abs(energy - energy_ha) <= AGREE * abs(energy_ha):
            return cells * modes // 3
    return None


def _candidates(total: float, weight: float) -> Iterator[tuple[int, float]]:
    """Give the energies of one cell, and of the supercell that has as many cells as k points."""
    yield 1, total / weight
    yield round(weight), total


def _half_quanta(frequencies_cm1: Sequence[float]) -> float:
    return 0.5 * HA_PER_CM1 * sum(value for value in frequencies_cm1 if value > 0)
