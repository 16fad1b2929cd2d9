"""Bands of the cheap model: tight binding of the highest s and p, simple bands for the rest.

Harrison's hoppings between the valence s and p orbitals of neighbours give bands with the whole
symmetry of the crystal. Core orbitals are levels; d shells and the outer shells of larger basis
sets follow one symmetric, periodic function of k.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from crystal_standin.lattice.groups import Floats, Ints
from crystal_standin.lattice.kmesh import Mesh
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.basis import CellBasis, Orbital
from crystal_standin.model.elements import Element, element
from crystal_standin.model.energy import pairs_within
from crystal_standin.reading.method import Hamiltonian, Scf

EV_PER_HA = 27.211386
_SHIFT_HA = 0.33
_HOPPING_HA_ANG2 = 7.62 / EV_PER_HA
_SSS, _SPS, _PPS, _PPP = -1.32, 1.42, 2.22, -0.63
_EXCHANGE_HA = 0.09
_MADELUNG_HA = 0.06
_CHUNK = 128


@dataclasses.dataclass(frozen=True, slots=True)
class Flat:
    """Orbitals outside the tight-binding block: ``level + width f(k)``, each its own state.

    ``index`` is the orbital's place in the basis.
    """

    index: Ints
    level: Floats
    width: Floats


@dataclasses.dataclass(frozen=True, slots=True)
class BandModel:
    """All that bands follow from, for one spin.

    Attributes
    ----------
    cells : (t, 3) int
        Lattice translations.
    hoppings : (t, m * m) float
        Tight-binding matrix for each translation.
    valence : (m,) int
        Place in the basis of each tight-binding orbital.
    flat : Flat
        The other orbitals.
    star : (s, 3) int
        Translations of the function f(k), the shortest lattice vectors.
    """

    cells: Ints
    hoppings: Floats
    valence: Ints
    flat: Flat
    star: Ints


@dataclasses.dataclass(frozen=True, slots=True)
class Levels:
    """Eigenvalues at k points.

    Attributes
    ----------
    energies : (k, b) float
        Ha, rising.
    shares : (k, b, p) float
        Share of each projection in each state; p is 0 where none was asked for.
    """

    energies: Floats
    shares: Floats


def band_models(
    crystal: Crystal, basis: CellBasis, hamiltonian: Hamiltonian, scf: Scf
) -> tuple[BandModel, ...]:
    """Return one model, or one for each spin in an open-shell run."""
    if not hamiltonian.spin:
        return (_model(crystal, basis, np.zeros(len(crystal.numbers))),)
    spins = _atom_spins(crystal, scf)
    return (_model(crystal, basis, -spins), _model(crystal, basis, spins))


def _atom_spins(crystal: Crystal, scf: Scf) -> Floats:
    """Return the exchange splitting of each atom's d shell: as ATOMSPIN says, else all up."""
    known = [element(int(z)) for z in crystal.charges]
    default = 0.0 if scf.atom_spins else 1.0
    spins = np.array([default if e.transition else 0.0 for e in known])
    for atom, spin in scf.atom_spins:
        if 1 <= atom <= len(spins):
            spins[atom - 1] = spin
    return _EXCHANGE_HA * spins


def _model(crystal: Crystal, basis: CellBasis, splitting: Floats) -> BandModel:
    known = [element(int(z)) for z in crystal.charges]
    lifts = _lifts(known)
    valence = [i for i, orbital in enumerate(basis.orbitals) if orbital.role == "valence"]
    cells, hoppings = _hoppings(crystal, basis, lifts, valence)
    rest = [i for i, orbital in enumerate(basis.orbitals) if orbital.role != "valence"]
    pairs = [_flat_level(o, known[o.atom], splitting) for o in _at(basis, rest)]
    levels = np.array(pairs, dtype=float).reshape(-1, 2)
    levels[:, 0] += [lifts[o.atom] for o in _at(basis, rest)]
    flat = Flat(np.array(rest, dtype=np.int64), levels[:, 0], levels[:, 1])
    return BandModel(cells, hoppings, np.array(valence), flat, _star(crystal.lattice))


def _lifts(known: list[Element]) -> Floats:
    """Return how much the ions around it lift the levels of each atom, Ha."""
    chi = np.array([e.chi for e in known])
    return np.asarray(_MADELUNG_HA * (chi.max() - chi), dtype=np.float64)


def _level_s(known: Element) -> float:
    """Return the energy of the valence s, Ha: deeper with electronegativity."""
    plain = -(4.7 * known.chi + 0.5)
    p_block = _p_block(known)
    return (plain + 1.5 - 2.2 * known.chi**1.6 if p_block else plain) / EV_PER_HA + _SHIFT_HA


def _level_p(known: Element) -> float:
    plain = -(4.7 * known.chi + 0.5)
    return (plain + (1.5 if _p_block(known) else 4.0)) / EV_PER_HA + _SHIFT_HA


def _p_block(known: Element) -> bool:
    return any(moment == 1 and electrons > 0 for _, moment, electrons in known.valence)


def _flat_level(orbital: Orbital, known: Element, splitting: Floats) -> tuple[float, float]:
    """Return level and width (Ha) of an orbital outside the tight-binding block."""
    s, p = _level_s(known), _level_p(known)
    if orbital.role == "core":
        return _core_level(orbital, known, s), 0.0
    if orbital.role == "d":
        field = 0.035 if orbital.component in (2, 4) else -0.025
        full = any(moment == 2 and e == 10 for _, moment, e in known.valence)
        depth = 0.35 if full else 0.26
        return s - depth + field + float(splitting[orbital.atom]), 0.008
    step = 0.45 * orbital.copy + (0.9 if orbital.moment >= 2 else 0.55)
    return max(s, p) + step + 0.07 * orbital.moment + 0.03 * known.chi, 0.06


def _core_level(orbital: Orbital, known: Element, s: float) -> float:
    inner = sum(e for n, _, e in known.core if n < orbital.n)
    same = sum(e for n, _, e in known.core if n == orbital.n) - 1
    effective = max(known.number - 0.9 * inner - 0.35 * same, 1.0)
    level = -0.4 * (effective / orbital.n) ** 2 + 0.02 * orbital.moment * effective
    return min(level, s - 0.55 + 0.05 * orbital.moment)


def _star(lattice: Floats) -> Ints:
    """Return the shortest lattice vectors; a set that the point group keeps."""
    grid = np.mgrid[-2:3, -2:3, -2:3].reshape(3, -1).T
    lengths = np.linalg.norm(grid @ lattice, axis=1)
    shortest = lengths[lengths > 1e-6].min()
    return np.asarray(grid[np.abs(lengths - shortest) < 1e-4], dtype=np.int64)


def _hoppings(
    crystal: Crystal, basis: CellBasis, lifts: Floats, valence: list[int]
) -> tuple[Ints, Floats]:
    """Return translations and the real-space matrix of the tight-binding block."""
    known = [element(int(z)) for z in crystal.charges]
    radius = np.array([max(e.radius_ang, 0.9 * e.covalent_ang) for e in known])
    pairs = pairs_within(crystal.lattice, crystal.fractional, 3.4 * float(radius.max()))
    inside = crystal.fractional - np.floor(crystal.fractional)
    offsets = inside[pairs.second] - inside[pairs.first]
    cells = np.rint(pairs.vectors @ np.linalg.inv(crystal.lattice) - offsets).astype(np.int64)
    reach = radius[pairs.first] + radius[pairs.second]
    strength = _HOPPING_HA_ANG2 / pairs.distances**2 * _fade(pairs.distances / reach)
    strength = strength * _between(known)[pairs.first, pairs.second]
    unique, places = np.unique(
        np.concatenate([np.zeros((1, 3), dtype=np.int64), cells]), axis=0, return_inverse=True
    )
    blocks = _blocks(pairs.vectors / pairs.distances[:, None], strength)
    count = len(known)
    by_pair = np.zeros((len(unique), count, count, 4, 4))
    np.add.at(by_pair, (places.ravel()[1:], pairs.first, pairs.second), blocks)
    full = by_pair.transpose(0, 1, 3, 2, 4)
    onsite = by_pair[places.ravel()[0]]
    for atom, entry in enumerate(known):
        onsite[atom, atom] += np.diag([_level_s(entry), *[_level_p(entry)] * 3] + lifts[atom])
    kept = [4 * o.atom + (0 if o.moment == 0 else 1 + o.component) for o in _at(basis, valence)]
    matrix = full.reshape(len(unique), 4 * count, 4 * count)[:, kept][:, :, kept]
    return np.asarray(unique, dtype=np.int64), matrix.reshape(len(unique), -1)


def _at(basis: CellBasis, places: list[int]) -> list[Orbital]:
    return [basis.orbitals[place] for place in places]


def _between(known: list[Element]) -> Floats:
    """Return a factor for each pair: in ionic crystals, ions of one kind hardly overlap."""
    chi = np.array([e.chi for e in known])
    gap = chi[:, None] - chi[None, :]
    if np.ptp(chi) < 0.8:
        return np.ones_like(gap)
    return np.asarray(1.0 - 0.7 * np.exp(-((gap / 0.45) ** 2)), dtype=np.float64)


def _fade(relative: Floats) -> Floats:
    """Return a factor that ends hoppings smoothly beyond the nearest neighbours."""
    x = np.clip((relative - 1.2) / 0.5, 0.0, 1.0)
    return np.asarray(1 - x**3 * (10 - 15 * x + 6 * x**2), dtype=np.float64)


def _blocks(direction: Floats, strength: Floats) -> Floats:
    """Return the 4 x 4 hopping (s, px, py, pz) of each pair, (pairs, 4, 4), Ha."""
    blocks = np.empty((len(direction), 4, 4))
    blocks[:, 0, 0] = _SSS
    blocks[:, 0, 1:] = _SPS * direction
    blocks[:, 1:, 0] = -_SPS * direction
    outer = direction[:, :, None] * direction[:, None, :]
    blocks[:, 1:, 1:] = (_PPS - _PPP) * outer + _PPP * np.eye(3)
    return 0.75 * blocks * strength[:, None, None]


def solve(model: BandModel, points: Floats, projector: Floats | None = None) -> Levels:
    """Return eigenvalues at k points.

    Parameters
    ----------
    model : BandModel
        Of one spin.
    points : (k, 3) float
        Fractional coordinates on the reciprocal vectors.
    projector : (a, p) float or None
        Which orbitals of the basis each projection counts.
    """
    chunks = [points[i : i + _CHUNK] for i in range(0, len(points), _CHUNK)]
    if projector is None:
        energies = np.concatenate([_energies(model, chunk) for chunk in chunks])
        return Levels(energies, np.zeros((*energies.shape, 0)))
    parts = [_projected(model, chunk, projector) for chunk in chunks]
    return Levels(
        np.concatenate([part.energies for part in parts]),
        np.concatenate([part.shares for part in parts]),
    )


def _energies(model: BandModel, points: Floats) -> Floats:
    block = np.linalg.eigvalsh(_matrix(model, points))
    both = np.concatenate([block, _flat_energies(model, points)], axis=1)
    return np.asarray(np.sort(both, axis=1), dtype=np.float64)


def _projected(model: BandModel, points: Floats, projector: Floats) -> Levels:
    block, states = np.linalg.eigh(_matrix(model, points))
    shares = (np.abs(states) ** 2).transpose(0, 2, 1) @ projector[model.valence]
    flat = np.broadcast_to(
        projector[model.flat.index], (len(points), len(model.flat.index), projector.shape[1])
    )
    energies = np.concatenate([block, _flat_energies(model, points)], axis=1)
    order = np.argsort(energies, axis=1, kind="stable")
    both = np.concatenate([shares, flat], axis=1)
    return Levels(
        np.take_along_axis(energies, order, axis=1),
        np.take_along_axis(both, order[:, :, None], axis=1),
    )


def _flat_energies(model: BandModel, points: Floats) -> Floats:
    wave = np.cos(2 * np.pi * points @ model.star.T).mean(axis=1)
    return np.asarray(
        model.flat.level[None, :] - model.flat.width[None, :] * wave[:, None], dtype=np.float64
    )


def _matrix(model: BandModel, points: Floats) -> NDArray[np.complex128]:
    size = len(model.valence)
    phases = np.exp(2j * np.pi * points @ model.cells.T)
    return np.asarray((phases @ model.hoppings).reshape(-1, size, size))


@dataclasses.dataclass(frozen=True, slots=True)
class Filling:
    """How electrons fill the bands of one spin.

    Attributes
    ----------
    conducting : bool
        No gap at the Fermi energy.
    fermi_ha : float
        Fermi energy; the top of the valence bands of an insulator.
    electrons : float
        In this spin.
    top, bottom : (band, k, energy)
        Highest filled and lowest empty state, counted from 1; of an insulator.
    """

    conducting: bool
    fermi_ha: float
    electrons: float
    top: tuple[int, int, float]
    bottom: tuple[int, int, float]

    @property
    def gap_ev(self) -> float:
        """Gap in eV; 0 for a conductor."""
        return 0.0 if self.conducting else (self.bottom[2] - self.top[2]) * EV_PER_HA

    @property
    def direct(self) -> bool:
        """Whether both edges are at one k point."""
        return self.top[1] == self.bottom[1]


def fill(levels: list[Levels], mesh: Mesh, electrons: int) -> list[Filling]:
    """Fill the bands of one or both spins with a common Fermi energy."""
    share = 2.0 if len(levels) == 1 else 1.0
    energies = np.concatenate([part.energies.ravel() for part in levels])
    weights = np.concatenate(
        [np.repeat(mesh.weights, part.energies.shape[1]) * share for part in levels]
    )
    order = np.argsort(energies, kind="stable")
    filled = np.cumsum(weights[order])
    place = min(int(np.searchsorted(filled, electrons - 1e-7)), len(order) - 1)
    fermi = float(energies[order[place]])
    above = float(energies[order[place + 1]]) if place + 1 < len(order) else fermi + 1.0
    exact = abs(filled[place] - electrons) < 1e-6 and above - fermi > 1e-6
    return [_filling(part, mesh, fermi, share, exact=bool(exact)) for part in levels]


def _filling(part: Levels, mesh: Mesh, fermi: float, share: float, *, exact: bool) -> Filling:
    below = part.energies <= fermi + 1e-9
    counts = below.sum(axis=1)
    electrons = float(share * (counts * mesh.weights).sum())
    last = int(counts.max())
    even = bool(np.all(counts == last)) and 0 < last < part.energies.shape[1]
    conducting = not (exact and even)
    band = min(max(last, 1), part.energies.shape[1] - 1)
    top_k = int(np.argmax(part.energies[:, band - 1]))
    bottom_k = int(np.argmin(part.energies[:, band]))
    top = (band, top_k + 1, float(part.energies[top_k, band - 1]))
    bottom = (band + 1, bottom_k + 1, float(part.energies[bottom_k, band]))
    conducting = conducting or bottom[2] - top[2] < 1e-6
    return Filling(conducting, fermi if conducting else top[2], electrons, top, bottom)
