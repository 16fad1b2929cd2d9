"""The cheap energy model: bond sums, repulsion of like atoms, and a dispersion term.

Every atom wants a certain sum of bonds, each of which decays exponentially with its length, so
that bonds lengthen with coordination as they do in crystals; a well for each bond keeps them
even; like atoms repel. All terms end smoothly at a cutoff: the energy is a
smooth function of the geometry alone, so that the same crystal has the same energy whichever way
its deck was written.
"""

from __future__ import annotations

import dataclasses
import zlib

import numpy as np
from numpy.typing import NDArray

from crystal_standin.lattice.groups import Floats
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.basis import CellBasis
from crystal_standin.model.elements import Element, element
from crystal_standin.reading.method import Hamiltonian

BOHR_ANG = 0.5291772083
"""CRYSTAL's bohr, Å."""

_REPULSION = 7.0
_REPULSION_HA = 0.01
_BOND_HA = 0.3
_WELL_HA = 0.08
_WELL_PER_ANG = 1.9
_WELL_FROM, _WELL_TO = 1.15, 1.5
_BOND_DECAY_ANG = 0.37
_CUT_FROM_ANG, _CUT_TO_ANG = 4.8, 6.2
_GROUND_HA = -0.25


@dataclasses.dataclass(frozen=True, slots=True)
class Energies:
    """Energies of a cell, Ha: `scf` without corrections, and the corrections (0 when not asked)."""

    scf: float
    d3: float
    gcp: float

    @property
    def total(self) -> float:
        """With the corrections: what OPT END prints."""
        return self.scf + self.d3 + self.gcp


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """Parameters of the model for the atoms of one cell.

    Attributes
    ----------
    base_ha : float
        Sum of the atoms' energies.
    bond, free : (n, n) float
        Bond length at the usual coordination, and contact distance of like atoms, Å.
    share, repulsion : (n, n) float
        How much a pair counts as a bond; height of its repulsion, Ha.
    target : (n,) float
        Bond sum that each atom wants; 0 for atoms that want none.
    c6 : (n, n) float
        Dispersion coefficients, Ha Å⁶; zero when not asked for.
    gcp : float
        Factor of the counterpoise term; zero when not asked for.
    """

    base_ha: float
    bond: Floats
    free: Floats
    share: Floats
    repulsion: Floats
    target: Floats
    c6: Floats
    gcp: float


def make_model(crystal: Crystal, basis: CellBasis, hamiltonian: Hamiltonian) -> Model:
    """Choose the parameters from elements, basis and method."""
    known = [element(int(z)) for z in crystal.charges]
    real = np.array([not kind.ghost for kind in basis.atoms])
    both = np.outer(real, real)
    chi = np.array([e.chi for e in known])
    gap = chi[None, :] - chi[:, None]
    ionic = bool(real.any()) and float(np.ptp(chi[real])) > 0.8
    unlike = 1.0 - np.exp(-((gap / 0.45) ** 2)) if ionic else np.ones_like(gap)
    scale = 1.0 + 0.0005 * (_code(hamiltonian.functional) % 21 - 10)
    weight = np.array([0.15 * e.covalent_ang**6 + 0.4 for e in known])
    return Model(
        base_ha=_base_energy(known, basis, hamiltonian),
        bond=scale * _sums([_bond_radius(e, ionic=ionic) for e in known]),
        free=scale * _sums([_free_radius(e) for e in known]),
        share=unlike * both,
        repulsion=_REPULSION_HA * (1.0 - unlike) * both,
        target=_targets(known, unlike * both, ionic=ionic) * real,
        c6=np.sqrt(np.outer(weight, weight)) * both * (0.15 if hamiltonian.d3 else 0.0),
        gcp=0.02 if hamiltonian.gcp else 0.0,
    )


def _code(text: str) -> int:
    """Return a number that depends on a name only."""
    return zlib.crc32(text.encode())


def _sums(radii: list[float]) -> Floats:
    values = np.array(radii)
    return np.asarray(values[:, None] + values[None, :], dtype=np.float64)


def _bond_radius(known: Element, *, ionic: bool) -> float:
    return known.radius_ang if ionic else known.metallic_ang


def _usual_coordination(known: Element, *, ionic: bool) -> float:
    return known.coordination if ionic or (known.chi > 1.85 and not known.transition) else 12.0


def _targets(known: list[Element], unlike: Floats, *, ionic: bool) -> Floats:
    """Return bond sums: the usual coordination of cations, shared out to their anions."""
    usual = np.array([_usual_coordination(e, ionic=ionic) for e in known])
    chi = np.array([e.chi for e in known])
    above = unlike * (chi[None, :] > chi[:, None])
    giving = above.sum(axis=1)
    gives = giving > np.maximum(above.sum(axis=0), 0.5)
    if not ionic:
        return usual
    spread = above[gives] * (usual[gives] / giving[gives])[:, None]
    return np.asarray(np.where(gives, usual, spread.sum(axis=0)), dtype=np.float64)


def _free_radius(known: Element) -> float:
    return known.radius_ang + (0.55 if known.chi > 2.3 and known.number > 1 else 0.05)


def _base_energy(known: list[Element], basis: CellBasis, hamiltonian: Hamiltonian) -> float:
    """Thomas-Fermi atoms, deeper for larger basis sets and a little moved by the method."""
    total = 0.0
    for entry, kind in zip(known, basis.atoms, strict=True):
        if kind.ghost:
            continue
        z = entry.number - kind.hidden
        size = sum({"S": 1, "SP": 4, "P": 3, "D": 5, "F": 7}[shell] for shell in kind.shells)
        atom = -0.7687 * z ** (7 / 3) + 0.5 * z**2 - 0.2699 * z ** (5 / 3)
        total += atom * (1.0 - 0.02 / size) + 1e-5 * z * (_code(hamiltonian.functional) % 997 - 498)
    return total + _GROUND_HA * sum(not kind.ghost for kind in basis.atoms)


@dataclasses.dataclass(frozen=True, slots=True)
class Pairs:
    """Directed pairs within the cutoff: indices, vectors (Å) and distances (Å)."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    vectors: Floats
    distances: Floats


def pairs_within(lattice: Floats, fractional: Floats, cutoff_ang: float) -> Pairs:
    """Find all pairs of atoms (with images) closer than a cutoff, both directions."""
    heights = 1.0 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
    inside = fractional - np.floor(fractional)
    reach = [int(np.ceil(cutoff_ang / height)) + 1 for height in heights]
    grid = np.mgrid[tuple(slice(-r, r + 1) for r in reach)].reshape(3, -1).T @ lattice
    places = inside @ lattice
    count = len(places)
    found = [_around(places, i, grid, cutoff_ang) for i in range(count)]
    first = np.concatenate([np.full(len(f[0]), i, dtype=np.int64) for i, f in enumerate(found)])
    second = np.concatenate([f[0] for f in found])
    spread = np.concatenate([f[1] for f in found])
    return Pairs(first, second, spread, np.linalg.norm(spread, axis=1))


def _around(
    places: Floats, i: int, grid: Floats, cutoff_ang: float
) -> tuple[NDArray[np.int64], Floats]:
    spread = (places[:, None, :] + grid[None, :, :]) - places[i]
    squares = np.einsum("jtk,jtk->jt", spread, spread)
    j, t = np.nonzero((squares < cutoff_ang**2) & (squares > 1e-8))
    return j, spread[j, t]


def evaluate(model: Model, crystal: Crystal) -> tuple[Energies, Floats, Floats]:
    """Return energies and their derivatives.

    Returns
    -------
    energies : Energies
        Ha per primitive cell.
    forces : (n, 3) float
        Minus the gradient of the total with respect to the positions, Ha/Å.
    virial : (3, 3) float
        Derivative of the total with respect to strain, Ha.
    """
    pairs = pairs_within(crystal.lattice, crystal.fractional, _CUT_TO_ANG)
    i, j, r = pairs.first, pairs.second, pairs.distances
    cut, cut_slope = _smooth_cut(r, _CUT_FROM_ANG, _CUT_TO_ANG)
    repulsion, repulsion_slope = _exponential(r, model.free[i, j], _REPULSION)
    bond = model.bond[i, j]
    bonding, bonding_slope = _exponential(r, bond, bond / _BOND_DECAY_ANG)
    height, share = model.repulsion[i, j], model.share[i, j]
    count = len(crystal.numbers)
    wanted = np.where(model.target > 0, model.target, 1.0)
    active = (model.target > 0).astype(float)
    excess = active * (np.bincount(i, share * bonding * cut, count) / wanted - 1.0)
    slope = 0.5 * height * (repulsion_slope * cut + repulsion * cut_slope)
    pull = 2 * _BOND_HA * excess / wanted
    slope += pull[i] * share * (bonding_slope * cut + bonding * cut_slope)
    well, well_slope = _morse(r, bond)
    slope += 0.5 * _WELL_HA * share * (well_slope * cut + well * cut_slope)
    extra, extra_slope = _corrections(model, pairs, cut, cut_slope)
    energies = Energies(
        scf=model.base_ha
        + 0.5 * float(np.sum((height * repulsion + _WELL_HA * share * well) * cut))
        + _BOND_HA * float(np.sum(excess**2)),
        d3=extra[0],
        gcp=extra[1],
    )
    return energies, *_derivatives(pairs, slope + extra_slope, count)


def _derivatives(pairs: Pairs, slope: Floats, count: int) -> tuple[Floats, Floats]:
    """Return forces and virial of directed pair terms of given slopes."""
    along = (slope / pairs.distances)[:, None] * pairs.vectors
    forces = np.zeros((count, 3))
    np.add.at(forces, pairs.first, along)
    np.add.at(forces, pairs.second, -along)
    return forces, np.asarray(along.T @ pairs.vectors, dtype=np.float64)


def _exponential(r: Floats, scale: Floats, steepness: float | Floats) -> tuple[Floats, Floats]:
    value = np.exp(-steepness * (r / scale - 1.0))
    return value, -steepness / scale * value


def _morse(r: Floats, length: Floats) -> tuple[Floats, Floats]:
    """Return a Morse well of depth one for the nearest shell, and its slope."""
    value = np.exp(-_WELL_PER_ANG * (r - length))
    near, near_slope = _smooth_cut(r / length, _WELL_FROM, _WELL_TO)
    well, well_slope = value * (value - 2.0), -2.0 * _WELL_PER_ANG * value * (value - 1.0)
    return well * near, well_slope * near + well * near_slope / length


def _smooth_cut(r: Floats, start: float, end: float) -> tuple[Floats, Floats]:
    """Return a factor that falls smoothly from 1 at `start` to 0 at `end`, and its slope."""
    x = np.clip((r - start) / (end - start), 0.0, 1.0)
    return 1 - x**3 * (10 - 15 * x + 6 * x**2), -30 * x**2 * (1 - x) ** 2 / (end - start)


def _corrections(
    model: Model, pairs: Pairs, cut: Floats, cut_slope: Floats
) -> tuple[tuple[float, float], Floats]:
    """Dispersion and counterpoise energies (Ha) and their slope for each directed pair."""
    i, j, r = pairs.first, pairs.second, pairs.distances
    c6, length = model.c6[i, j], model.bond[i, j]
    damped = 1.0 / (r**6 + length**6)
    d3_slope = -0.5 * c6 * (cut_slope * damped - 6 * r**5 * damped**2 * cut)
    gcp, gcp_raw = _exponential(r, length, 3.0)
    gcp_slope = 0.5 * model.gcp * (gcp_raw * cut + gcp * cut_slope)
    d3 = float(-0.5 * np.sum(c6 * damped * cut))
    return (d3, float(0.5 * model.gcp * np.sum(gcp * cut))), d3_slope + gcp_slope
