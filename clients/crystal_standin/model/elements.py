"""Elements: radii, electronegativities and electron configurations of the cheap model.

Radii are chosen so that common crystals stay near their measured cells. They are no science.
"""

from __future__ import annotations

import dataclasses
import functools

import gemmi

# What a cation adds to the length of a bond to an anion at its usual coordination, Å, where its
# covalent radius is far off.
_RADIUS_ANG = {
    3: 1.43, 4: 0.99, 11: 1.80, 12: 1.44, 13: 1.25, 14: 0.95, 15: 0.90, 16: 1.04, 19: 2.13,
    20: 1.73, 21: 1.45, 22: 1.30, 23: 1.33, 24: 1.34, 25: 1.54, 26: 1.44, 27: 1.45, 28: 1.43,
    29: 1.40, 30: 1.32, 31: 1.26, 32: 1.10, 33: 1.19, 37: 2.28, 38: 1.92, 39: 1.62, 40: 1.46,
    41: 1.33, 42: 1.35, 47: 1.60, 48: 1.68, 49: 1.50, 50: 1.40, 51: 1.40, 52: 1.38, 55: 2.55,
    56: 2.10, 57: 1.80, 58: 1.66, 72: 1.45, 73: 1.33, 74: 1.32, 82: 1.75, 83: 1.70,
}  # fmt: skip

# Half of the distance between atoms in the element or in an alloy, Å.
_METALLIC_ANG = {
    3: 1.57, 11: 1.91, 12: 1.60, 13: 1.43, 14: 1.17, 15: 1.10, 19: 2.35, 20: 1.97, 21: 1.64,
    22: 1.47, 23: 1.35, 24: 1.29, 25: 1.37, 26: 1.26, 27: 1.25, 28: 1.25, 29: 1.28, 30: 1.37,
    31: 1.25, 32: 1.22, 33: 1.19, 37: 2.50, 38: 2.15, 39: 1.80, 40: 1.60, 41: 1.47, 42: 1.40,
    44: 1.34, 45: 1.34, 46: 1.37, 47: 1.44, 48: 1.57, 49: 1.47, 50: 1.40, 51: 1.40, 52: 1.38,
    55: 2.72, 56: 2.24, 72: 1.59, 73: 1.47, 74: 1.41, 78: 1.39, 79: 1.44, 82: 1.75,
}  # fmt: skip

_FOURFOLD = (4, 5, 6, 7, 14, 15, 16, 30, 31, 32, 33, 34)
_EIGHTFOLD = (55,)

# Pauling's electronegativities; 2.0 where none is given.
_CHI = {
    1: 2.20, 3: 0.98, 4: 1.57, 5: 2.04, 6: 2.55, 7: 3.04, 8: 3.44, 9: 3.98, 11: 0.93, 12: 1.31,
    13: 1.61, 14: 1.90, 15: 2.19, 16: 2.58, 17: 3.16, 19: 0.82, 20: 1.00, 21: 1.36, 22: 1.54,
    23: 1.63, 24: 1.66, 25: 1.55, 26: 1.83, 27: 1.88, 28: 1.91, 29: 1.90, 30: 1.65, 31: 1.81,
    32: 2.01, 33: 2.18, 34: 2.55, 35: 2.96, 37: 0.82, 38: 0.95, 39: 1.22, 40: 1.33, 41: 1.60,
    42: 2.16, 44: 2.20, 45: 2.28, 46: 2.20, 47: 1.93, 48: 1.69, 49: 1.78, 50: 1.96, 51: 2.05,
    52: 2.10, 53: 2.66, 55: 0.79, 56: 0.89, 57: 1.10, 58: 1.12, 72: 1.30, 73: 1.50, 74: 2.36,
    78: 2.28, 79: 2.54, 80: 2.00, 81: 1.62, 82: 2.33, 83: 2.02,
}  # fmt: skip

# Filling order of shells (n, l) and their capacity.
_ORDER = (
    (1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (4, 0), (3, 2), (4, 1), (5, 0), (4, 2), (5, 1),
    (6, 0), (4, 3), (5, 2), (6, 1), (7, 0), (5, 3), (6, 2), (7, 1),
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Element:
    """One element of the model.

    Attributes
    ----------
    number : int
        Atomic number Z.
    symbol : str
        As CRYSTAL prints it: capitals.
    weight : float
        Atomic mass, u.
    radius_ang, metallic_ang, covalent_ang : float
        Share of a bond to an anion, half the distance in the element, and the covalent radius.
    coordination : float
        Number of neighbours to which `radius_ang` belongs.
    chi : float
        Electronegativity.
    core, valence : tuple of (n, l, electrons)
        Occupied shells; the highest s and p, open d and f are valence.
    """

    number: int
    symbol: str
    weight: float
    radius_ang: float
    metallic_ang: float
    covalent_ang: float
    coordination: float
    chi: float
    core: tuple[tuple[int, int, int], ...]
    valence: tuple[tuple[int, int, int], ...]

    @property
    def transition(self) -> bool:
        """Whether d or f electrons are valence."""
        return any(shell >= 2 for _, shell, _ in self.valence)


@functools.cache
def element(number: int) -> Element:
    """Return the element of an atomic number from 1 to 118."""
    known = gemmi.Element(number)
    shells = _configuration(number)
    core, valence = _split(shells)
    return Element(
        number=number,
        symbol=known.name.upper(),
        weight=known.weight,
        radius_ang=_RADIUS_ANG.get(number, known.covalent_r),
        metallic_ang=_METALLIC_ANG.get(number, known.covalent_r),
        covalent_ang=known.covalent_r,
        coordination=4.0 if number in _FOURFOLD else 8.0 if number in _EIGHTFOLD else 6.0,
        chi=_CHI.get(number, 2.0),
        core=core,
        valence=valence,
    )


def _configuration(number: int) -> list[tuple[int, int, int]]:
    left, shells = number, []
    for n, shell in _ORDER:
        if left <= 0:
            break
        electrons = min(left, 2 * (2 * shell + 1))
        shells.append((n, shell, electrons))
        left -= electrons
    return shells


def _split(
    shells: list[tuple[int, int, int]],
) -> tuple[tuple[tuple[int, int, int], ...], tuple[tuple[int, int, int], ...]]:
    top = max(n for n, _, _ in shells)
    p_block = any(n == top and shell == 1 for n, shell, _ in shells)

    def outer(n: int, shell: int) -> bool:
        return n == top or (shell >= 2 and n + shell >= top + 1 and not p_block)

    valence = [s for s in shells if outer(s[0], s[1])]
    if top > 1 and not p_block:
        valence.append((top, 1, 0))
    return tuple(s for s in shells if not outer(s[0], s[1])), tuple(valence)
