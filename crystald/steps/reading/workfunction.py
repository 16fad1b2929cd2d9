"""The work function of a slab: from the levels of the vacuum on both sides to the Fermi energy.

The two sides of an asymmetric slab have levels of their own; one number is given only where they
agree. A side counts when its potential has come to a plateau.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crystald.units import HARTREE_EV

ALIKE_EV: Final = 0.05
"""Largest difference of the two sides for which one work function is given."""

FLAT_EV: Final = 0.01
"""Largest change of the potential over a plateau."""

SHARE: Final = 0.05
"""Share of the profile, at each end, that must be flat."""

LEAST: Final = 3
"""Fewest points of a plateau."""


@dataclass(frozen=True)
class Side:
    """The vacuum of one side.

    Attributes
    ----------
    level_ev
        The potential at the end of the profile, absolute.
    change_ev
        Largest change within the plateau.
    """

    level_ev: float
    change_ev: float

    @property
    def flat(self) -> bool:
        """Whether it is a plateau."""
        return self.change_ev <= FLAT_EV


@dataclass(frozen=True)
class WorkFunction:
    """Both sides against the Fermi energy.

    Attributes
    ----------
    bottom, top
        The sides of the lowest and the highest coordinate.
    fermi_ev
        The Fermi energy; of an insulator the top of its valence bands.
    """

    bottom: Side
    top: Side
    fermi_ev: float

    def of(self, side: Side) -> float | None:
        """Give the work function of a side, None where the potential is no plateau."""
        return side.level_ev - self.fermi_ev if side.flat else None

    @property
    def single_ev(self) -> float | None:
        """The one work function of the slab; None where sides differ or are no plateaus."""
        bottom, top = self.of(self.bottom), self.of(self.top)
        if bottom is None or top is None or abs(bottom - top) > ALIKE_EV:
            return None
        return (bottom + top) / 2

    def marks(self) -> tuple[str, ...]:
        """Say why there is no single number."""
        found = [
            f"suspect: the potential at the {name} of the slab is no plateau "
            f"(it changes by {side.change_ev:.3f} eV)"
            for name, side in (("bottom", self.bottom), ("top", self.top))
            if not side.flat
        ]
        bottom, top = self.of(self.bottom), self.of(self.top)
        if bottom is not None and top is not None and self.single_ev is None:
            found.append(
                f"suspect: the work functions of the two sides differ ({bottom:.2f} and {top:.2f} eV)"
            )
        return tuple(found)


def work_function(potentials_ha: Sequence[float], fermi_ha: float) -> WorkFunction | None:
    """Judge a profile of the potential along the normal of a slab.

    Parameters
    ----------
    potentials_ha
        Averages in planes, from the bottom to the top; the ends lie in the vacuum.
    fermi_ha
        Fermi energy, or the top of the valence bands.

    Returns
    -------
    WorkFunction or None
        None for a profile of too few points.
    """
    count = max(LEAST, round(SHARE * len(potentials_ha)))
    if len(potentials_ha) < 3 * count:
        return None
    bottom, top = potentials_ha[:count], potentials_ha[-count:]
    return WorkFunction(_side(bottom, 0), _side(top, -1), fermi_ha * HARTREE_EV)


def _side(part: Sequence[float], end: int) -> Side:
    return Side(part[end] * HARTREE_EV, (max(part) - min(part)) * HARTREE_EV)
