"""ECH3 and POT3: a density and a potential on a grid over the cell, as cube files.

The density is a sum of atoms, each an exponential that holds its core and one that holds the rest;
the potential is that of screened net charges. Both are Fourier series with the period and the
symmetry of the crystal, smoothed to what the grid can show.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from crystal_standin.lattice.groups import Floats
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.energy import BOHR_ANG

_CORE_BOHR, _OUTSIDE_BOHR, _SCREEN_BOHR = 6.0, 1.6, 0.8
_SMOOTH_STEPS = 1.5

Shape = tuple[int, int, int]


def shape_of(crystal: Crystal, points: int) -> Shape:
    """Return the points along the three axes: as many as asked along the first, even steps."""
    lengths = np.linalg.norm(crystal.lattice, axis=1)
    first, second, third = (max(round(points * float(n / lengths[0])), 2) for n in lengths)
    return first, second, third


def density(crystal: Crystal, electrons: list[float], shape: Shape) -> Floats:
    """Return electrons per bohr³ on the grid: a tight core and a soft outside for each atom."""
    cores = [
        min(max(float(number % 100) - 8.0, 0.0), count)
        for number, count in zip(crystal.numbers, electrons, strict=True)
    ]
    outside = [count - core for count, core in zip(electrons, cores, strict=True)]
    return _series(crystal, cores, shape, _exponential(_CORE_BOHR)) + soft(crystal, outside, shape)


def soft(crystal: Crystal, amounts: list[float], shape: Shape) -> Floats:
    """Return a density of soft atoms that hold the amounts (of spin), of either sign."""
    return _series(crystal, amounts, shape, _exponential(_OUTSIDE_BOHR))


def potential(crystal: Crystal, net: list[float], shape: Shape) -> Floats:
    """Return the potential of screened net charges, Ha/e."""
    return _series(crystal, net, shape, lambda g2: 4 * np.pi / (g2 + _SCREEN_BOHR**2))


def _exponential(decay: float) -> Callable[[Floats], Floats]:
    """Return the Fourier transform of a normalised exp(-decay r), as a function of G²."""
    return lambda g2: (1.0 + g2 / decay**2) ** -2


def _series(
    crystal: Crystal, amounts: list[float], shape: Shape, form: Callable[[Floats], Floats]
) -> Floats:
    """Sum a series over the atoms; both ends of each axis are on the grid, as in the program."""
    lattice = crystal.lattice / BOHR_ANG
    counts = [max(count - 1, 1) for count in shape]
    orders = [np.asarray(np.fft.fftfreq(n) * n, dtype=np.float64) for n in counts]
    reciprocal = 2 * np.pi * np.linalg.inv(lattice).T
    mesh = np.stack(np.meshgrid(*orders, indexing="ij"), axis=-1)
    g2 = np.square(mesh @ reciprocal).sum(axis=-1)
    smooth = _SMOOTH_STEPS * max(
        float(np.linalg.norm(v)) / n for v, n in zip(lattice, counts, strict=True)
    )
    total = np.zeros(counts, dtype=np.complex128)
    for amount, place in zip(amounts, crystal.fractional, strict=True):
        total += amount * _phases(orders, place)
    total *= form(g2) * np.exp(-0.5 * g2 * smooth**2)
    values = np.fft.ifftn(total).real * total.size / abs(np.linalg.det(lattice))
    return np.asarray(np.pad(values, [(0, 1)] * 3, mode="wrap"), dtype=np.float64)


def _phases(orders: list[Floats], place: Floats) -> NDArray[np.complex128]:
    one, two, three = (np.exp(-2j * np.pi * h * x) for h, x in zip(orders, place, strict=True))
    return np.asarray(one[:, None, None] * two[None, :, None] * three[None, None, :])


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
    cells = _cells(values.reshape(-1, values.shape[2]))
    for line in cells:
        out += ["".join(line[i : i + 6]) for i in range(0, len(line), 6)]
    return "\n".join([*out, ""])


def _cells(values: Floats) -> list[list[str]]:
    """Write ``E13.5`` of many numbers: nothing but a zero before the point."""
    size = np.abs(values)
    powers = np.floor(np.log10(np.where(size > 0, size, 1.0))).astype(int) + (size > 0)
    digits = np.round(values / 10.0**powers, 5)
    full = np.abs(digits) >= 1.0
    powers, digits = powers + full, np.where(full, digits / 10.0, digits)
    return [
        [f"{digit:9.5f}E{power:+03d}" for digit, power in zip(*row, strict=True)]
        for row in zip(digits.tolist(), powers.tolist(), strict=True)
    ]


def _angles(lattice: Floats) -> list[float]:
    unit = lattice / np.linalg.norm(lattice, axis=1)[:, None]
    pairs = ((1, 2), (0, 2), (0, 1))
    return [float(np.degrees(np.arccos(np.clip(unit[i] @ unit[j], -1, 1)))) for i, j in pairs]
