"""Which modes are free motions, and which of the others are imaginary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

IMAGINARY_CM1: Final = -10.0
"""Modes below are imaginary; translations stay above when the step was well converged."""

ACOUSTIC: Final = {0: 6, 1: 4, 2: 3, 3: 3}
"""Translations (and rotations) by dimensionality: of a molecule 5 where it is linear."""


def imaginary_modes(
    frequencies_cm1: Sequence[float], dimensionality: int | None = 3
) -> tuple[float, ...]:
    """Give the imaginary modes of the centre of the zone, without translations (and rotations).

    Parameters
    ----------
    frequencies_cm1
        All modes, cm⁻¹; imaginary ones negative.
    dimensionality
        3 crystal, 2 slab, 1 polymer, 0 molecule; a crystal where it is None.
    """
    most = ACOUSTIC[3 if dimensionality is None else dimensionality]
    by_size = sorted(range(len(frequencies_cm1)), key=lambda i: abs(frequencies_cm1[i]))
    # A molecule may be linear: its sixth mode is a rotation only when it is as small as they are.
    sure = set(by_size[: min(most, 5) if dimensionality == 0 else most])
    return tuple(v for i, v in enumerate(frequencies_cm1) if i not in sure and v < IMAGINARY_CM1)
