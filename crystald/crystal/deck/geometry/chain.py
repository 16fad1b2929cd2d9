"""The symmetry of a chain along x, however it is turned about its axis.

No library that we know finds rod groups. Every operation leaves the mean line of the atoms in its
place, so one is known by four things: whether it turns the chain over, its step along the chain,
and the turn about, or the mirror line through, that line. One atom and those that it may be
carried to give the candidates; all atoms decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.averaging import partners
from crystald.crystal.deck.geometry.orbits import differences
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOSE: Final = 3.0
"""Operations are looked for within so many tolerances; what is written is fitted to them."""

LOOKED_AT: Final = 48
"""So many atoms decide whether an operation is one; what is written is tried on all of them."""


@dataclass(frozen=True)
class Motions:
    """Operations of a chain, one entry of each array for each.

    Attributes
    ----------
    turn_over : array
        1, or -1 where x becomes -x.
    proper : array
        1 for a turn about the axis, -1 for a mirror line through it.
    angle : array
        The turn, or twice the angle of the mirror line from y (radians).
    step : array
        Along the chain, in lattice vectors.
    """

    turn_over: NDArray[Any]
    proper: NDArray[Any]
    angle: NDArray[Any]
    step: NDArray[Any]

    def __len__(self) -> int:
        return len(self.step)


@dataclass(frozen=True)
class Chain:
    """A chain in its smallest cell.

    Attributes
    ----------
    lattice
        Rows, Å; the vectors along open directions are 1 Å long.
    positions, numbers
        Atoms; fractions along x, ångström from the mean line along y and z.
    times
        Smallest cells in the cell that was given.
    middle_ang
        y and z of the mean line in the input.
    """

    lattice: NDArray[Any]
    positions: NDArray[Any]
    numbers: NDArray[Any]
    times: int
    middle_ang: tuple[float, float]

    @property
    def cell(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Positions, numbers, lattice."""
        return self.positions, self.numbers, self.lattice

    @property
    def radius_ang(self) -> float:
        """How far the farthest atom is from the axis."""
        import numpy as np

        return float(np.hypot(*self.positions[:, 1:].T).max())


def chain_of(structure: Structure, symprec_ang: float) -> Chain:
    """Bring a polymer along x onto its axis and into its smallest cell."""
    import numpy as np

    lattice = np.diag([structure.cell_ang[0][0], 1.0, 1.0])
    positions = np.array(structure.positions_ang) @ np.linalg.inv(lattice)
    y, z = (float(value) for value in positions[:, 1:].mean(axis=0))
    positions = positions - (0.0, y, z)
    whole = Chain(lattice, positions, np.array(structure.numbers), 1, (y, z))
    times = _times(whole, symprec_ang)
    return whole if times == 1 else _divided(whole, times)


def _times(chain: Chain, symprec_ang: float) -> int:
    """Count the steps along the chain that carry it onto itself."""
    import numpy as np

    _, counts = np.unique(chain.numbers, return_counts=True)
    most = int(np.gcd.reduce(counts))
    for times in (part for part in range(most, 1, -1) if most % part == 0):
        images = chain.positions + np.array([1 / times, 0.0, 0.0])
        if partners(images, chain.cell, 1, 2 * symprec_ang) is not None:
            return times
    return 1


def _divided(chain: Chain, times: int) -> Chain:
    """Keep one of the smallest cells, its atoms the mean of their copies."""
    import numpy as np

    left = np.ones(len(chain.numbers), dtype=bool)
    kept, places = [], []
    for first in range(len(left)):
        if not left[first]:
            continue
        delta = (chain.positions - chain.positions[first]) * (times, 1.0, 1.0)
        near = differences(delta, 1)
        same = np.linalg.norm(near * (chain.lattice[0, 0] / times, 1.0, 1.0), axis=1)
        alike = np.flatnonzero(left & (chain.numbers == chain.numbers[first]))
        copies = alike[np.argsort(same[alike], kind="stable")[:times]]
        left[copies] = False
        kept.append(first)
        places.append(chain.positions[first] * (times, 1.0, 1.0) + near[copies].mean(axis=0))
    lattice = chain.lattice / np.array([[times], [1.0], [1.0]])
    return Chain(lattice, np.array(places), chain.numbers[kept], times, chain.middle_ang)


def motions_of(chain: Chain, symprec_ang: float) -> Motions:
    """Find the operations of a chain; all mirrors and turns of one whose atoms lie on its axis.

    Turns of a helix that no lattice of rods has are left out.
    """
    import numpy as np

    found: list[tuple[int, int, float, float]] = []
    first, alike = _reference(chain, symprec_ang)
    angles = np.arctan2(chain.positions[:, 2], chain.positions[:, 1])
    for other in alike:
        for over in (1, -1):
            step = float(chain.positions[other, 0] - over * chain.positions[first, 0])
            turn, mirror = (float(angles[other] + sign * angles[first]) for sign in (-1, 1))
            found += [
                one
                for one in ((over, 1, turn, step), (over, -1, mirror, step))
                if (one[1] < 0 or _of_a_rod_group(turn, chain, symprec_ang))
                and _is_one(chain, one, symprec_ang)
            ]
    table = np.array(found, dtype=float)
    return Motions(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _of_a_rod_group(turn: float, chain: Chain, symprec_ang: float) -> bool:
    """Tell a turn by a multiple of 60 or 90 degrees."""
    import numpy as np

    away = [abs(turn - part * round(turn / part)) for part in (np.pi / 3, np.pi / 2)]
    return bool(min(away) * chain.radius_ang < 2 * LOOSE * symprec_ang)


def _is_one(chain: Chain, motion: tuple[int, int, float, float], symprec_ang: float) -> bool:
    """Tell whether an operation carries atoms, spread over the chain, onto those of their element."""
    import numpy as np

    some = np.unique(np.linspace(0, len(chain.numbers) - 1, LOOKED_AT).astype(int))
    images = images_of(chain.positions[some], motion)
    delta = differences(images[:, None, :] - chain.positions[None, :, :], 1)
    far = np.abs(delta @ chain.lattice).max(axis=2) > LOOSE * symprec_ang
    far |= chain.numbers[some][:, None] != chain.numbers[None, :]
    return bool((~far).any(axis=1).all())


def _reference(chain: Chain, symprec_ang: float) -> tuple[int, NDArray[Any]]:
    """Choose an atom off the axis of which there are few, and list those it may be carried to."""
    import numpy as np

    radii = np.hypot(*chain.positions[:, 1:].T)
    off = radii > 10 * symprec_ang
    if not off.any():
        off[:] = True
    kinds, counts = np.unique(chain.numbers[off], return_counts=True)
    alike = np.flatnonzero(off & (chain.numbers == kinds[np.argmin(counts)]))
    first = int(alike[np.argmax(radii[alike])])
    return first, alike[np.abs(radii[alike] - radii[first]) < 2 * LOOSE * symprec_ang]


def images_of(positions: NDArray[Any], motion: tuple[int, int, float, float]) -> NDArray[Any]:
    """Carry atoms along by one operation."""
    import numpy as np

    over, proper, angle, step = motion
    cosine, sine = np.cos(angle), np.sin(angle)
    matrix = np.array([[cosine, -proper * sine], [sine, proper * cosine]])
    along = over * positions[:, 0] + step
    return np.column_stack([along, positions[:, 1:] @ matrix.T])
