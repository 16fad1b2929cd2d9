"""ECH3 and POT3: a density and a potential on a grid over the cell, as cube files.

The density is a sum of atoms, each a few exponentials that hold its electrons; the potential is
that of screened net charges. Both have the symmetry and the period of the crystal.
"""

from __future__ import annotations

import numpy as np

from crystal_standin.energy import BOHR_ANG
from crystal_standin.fortran import ez, rows
from crystal_standin.groups import Floats
from crystal_standin.structure import Crystal

_SCREEN_BOHR = 1.2
_REACH_BOHR = 9.0


def shape_of(crystal: Crystal, points: int) -> tuple[int, int, int]:
    """Return the points along the three axes: as many as asked along the first, even steps."""
    lengths = np.linalg.norm(crystal.lattice, axis=1)
    first, second, third = (max(round(points * float(n / lengths[0])), 2) for n in lengths)
    return first, second, third


def density(crystal: Crystal, electrons: list[float], shape: tuple[int, int, int]) -> Floats:
    """Return electrons per bohr³ on the grid: a tight core and a soft outside for each atom."""
    total = np.zeros(shape)
    for place, count in enumerate(electrons):
        core = max(float(crystal.numbers[place] % 100) - 8.0, 0.0)
        for share, decay in ((min(core, count), 6.0), (max(count - core, 0.0), 1.6)):
            if share > 0:
                total += share * decay**3 / (8 * np.pi) * _around(crystal, place, shape, decay, 0.0)
    return total


def soft(crystal: Crystal, amounts: list[float], shape: tuple[int, int, int]) -> Floats:
    """Return a density of soft atoms that hold the amounts (of spin), of either sign."""
    parts = (
        amount * 1.6**3 / (8 * np.pi) * _around(crystal, place, shape, 1.6, 0.0)
        for place, amount in enumerate(amounts)
        if amount
    )
    return np.asarray(sum(parts, np.zeros(shape)), dtype=np.float64)


def potential(crystal: Crystal, net: list[float], shape: tuple[int, int, int]) -> Floats:
    """Return the potential of screened net charges, Ha/e."""
    parts = (
        charge * _around(crystal, place, shape, 1 / _SCREEN_BOHR, 0.3)
        for place, charge in enumerate(net)
    )
    return np.asarray(sum(parts, np.zeros(shape)), dtype=np.float64)


def _around(
    crystal: Crystal, place: int, shape: tuple[int, int, int], decay: float, softened: float
) -> Floats:
    """Return a sum over images of exp(-decay r), divided by a softened r where that is given."""
    lattice = crystal.lattice / BOHR_ANG
    axes = [np.linspace(0.0, 1.0, count) for count in shape]
    reach = min(_REACH_BOHR, 14.0 / decay)
    heights = 1.0 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
    spans = [range(-int(np.ceil(reach / h)) - 1, int(np.ceil(reach / h)) + 2) for h in heights]
    total = np.zeros(shape)
    for image in np.stack(np.meshgrid(*spans, indexing="ij"), axis=-1).reshape(-1, 3):
        shift = crystal.fractional[place] + image
        if _distance_to_cell(shift, lattice) > reach:
            continue
        fractions = np.meshgrid(*(a - s for a, s in zip(axes, shift, strict=True)), indexing="ij")
        squares = np.square(np.stack(fractions, axis=-1) @ lattice).sum(axis=-1)
        value = np.exp(-decay * np.sqrt(squares))
        total += value / np.sqrt(squares + softened) if softened else value
    return total


def _distance_to_cell(fraction: Floats, lattice: Floats) -> float:
    """Return a distance that a point has at least from every point of the cell."""
    over = np.abs(np.clip(fraction, 0.0, 1.0) - fraction)
    return float((over / np.linalg.norm(np.linalg.inv(lattice), axis=0)).max())


def cube(what: str, title: str, crystal: Crystal, values: Floats, net: list[float]) -> str:
    """Return a cube file; its second line says whose it is."""
    lattice = crystal.lattice / BOHR_ANG
    parameters = [*np.linalg.norm(lattice, axis=1), *_angles(lattice)]
    steps = lattice / (np.array(values.shape)[:, None] - 1)
    out = [
        f" {what} - 3D GRID - GAUSSIAN CUBE FORMAT {title[:30]:<30}",
        "".join(f"{v:15.8f}" for v in parameters[:3])
        + "".join(f"{v:11.6f}" for v in parameters[3:])
        + " STAND-IN",
        f"{len(crystal.numbers):5d}" + f"{0.0:12.6f}" * 3,
    ]
    for count, step in zip(values.shape, steps, strict=True):
        out.append(f"{count:5d}" + "".join(f"{v + 0.0:12.6f}" for v in step))
    for number, place, charge in zip(
        crystal.numbers, crystal.fractional @ lattice, net, strict=True
    ):
        z = int(number) % 100
        out.append(f"{z:5d}{z - charge:12.6f}" + "".join(f"{v + 0.0:12.6f}" for v in place))
    for line in values.reshape(-1, values.shape[2]):
        out += rows([ez(float(value), 13, 5) for value in line], 6)
    return "\n".join([*out, ""])


def _angles(lattice: Floats) -> list[float]:
    unit = lattice / np.linalg.norm(lattice, axis=1)[:, None]
    pairs = ((1, 2), (0, 2), (0, 1))
    return [float(np.degrees(np.arccos(np.clip(unit[i] @ unit[j], -1, 1)))) for i, j in pairs]
