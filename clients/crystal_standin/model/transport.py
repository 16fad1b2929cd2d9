"""BOLTZTRA: Boltzmann's equation in the relaxation time approximation, on the cheap bands.

Group velocities are finite differences. Points of the irreducible part stand for their stars:
their tensors are averaged over the point group.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from crystal_standin.lattice.groups import Floats
from crystal_standin.lattice.kmesh import Mesh, reciprocal_rotations
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model import bands
from crystal_standin.model.bands import EV_PER_HA, BandModel

KELVIN_EV = 8.617333e-5
_CHARGE_C = 1.602176634e-19
_HBAR_EV_FS = 0.6582119569
_STEP = 1e-3
_WIDTH_EV = 0.03
_BIN_EV = 0.002
_CHUNK = 64
_COMPONENTS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
_NAMES = "xyz"


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high` in steps of `step`."""

    low: float
    high: float
    step: float

    @property
    def values(self) -> Floats:
        """All of them, (n,)."""
        count = int((self.high - self.low) / self.step + 1e-6) + 1
        return np.asarray(self.low + self.step * np.arange(count), dtype=np.float64)


@dataclasses.dataclass(frozen=True, slots=True)
class States:
    """States of one spin, those of nearly one energy together.

    Attributes
    ----------
    energies : (n,) float
        eV, absolute.
    weights : (n,) float
        Electrons of each.
    tensors : (n, 3, 3) float
        Products of group velocities, (Å/fs)², as the point group leaves them, times electrons.
    """

    energies: Floats
    weights: Floats
    tensors: Floats


@dataclasses.dataclass(frozen=True, slots=True)
class Coefficients:
    """At one temperature, over the chemical potential: (mu, 3, 3) in SI units; carriers (mu,)."""

    temperature_k: float
    carriers: Floats
    sigma: Floats
    sigma_seebeck: Floats
    kappa: Floats
    seebeck: Floats


def states_of(crystal: Crystal, mesh: Mesh, model: BandModel, per_state: float) -> States:
    """Solve energies and velocities on a mesh."""
    slopes = []
    for axis in range(3):
        step = _STEP * crystal.lattice[:, axis] / (2 * np.pi)  # 0.001 per Å, in fractions
        above = bands.solve(model, mesh.points + step).energies
        below = bands.solve(model, mesh.points - step).energies
        slopes.append((above - below) * EV_PER_HA / (2 * _STEP) / _HBAR_EV_FS)
    velocity = np.stack(slopes, axis=-1)
    energies = bands.solve(model, mesh.points).energies * EV_PER_HA
    weights = np.repeat(per_state * mesh.weights, energies.shape[1])
    levels, places = np.unique(np.rint(energies.ravel() / _BIN_EV), return_inverse=True)
    products = np.einsum("kbi,kbj->kbij", velocity, velocity).reshape(-1, 9) * weights[:, None]
    sums = [np.bincount(places.ravel(), column, len(levels)) for column in products.T]
    tensors = np.asarray(np.stack(sums, axis=-1).reshape(-1, 3, 3), dtype=np.float64)
    together = np.asarray(np.bincount(places.ravel(), weights, len(levels)), dtype=np.float64)
    return States(levels * _BIN_EV, together, _averaged(crystal, tensors))


def _averaged(crystal: Crystal, tensors: Floats) -> Floats:
    reciprocal = np.linalg.inv(crystal.lattice).T
    back = np.linalg.inv(reciprocal)
    turns = [reciprocal.T @ r @ back.T for r in reciprocal_rotations(crystal)]
    total = sum(np.einsum("ab,nbc,dc->nad", turn, tensors, turn) for turn in turns)
    return np.asarray(total / len(turns), dtype=np.float64)


def coefficients(
    spin: States, electrons: float, volume_ang3: float, mu_ev: Floats, kelvin: float, tau_fs: float
) -> Coefficients:
    """Integrate the transport distribution function at one temperature."""
    thermal = KELVIN_EV * kelvin
    parts = [_integrals(spin, mu_ev[i : i + _CHUNK], thermal) for i in range(0, len(mu_ev), _CHUNK)]
    filled, *moments = (np.concatenate(part) for part in zip(*parts, strict=True))
    unit = tau_fs / volume_ang3 * _CHARGE_C * 1e25  # from Å²/fs² fs/Å³ per volt
    sigma, sigma_seebeck, kappa = (
        factor * unit * moment.reshape(-1, 3, 3)
        for factor, moment in zip((1.0, -1 / kelvin, 1 / kelvin), moments, strict=True)
    )
    seebeck = np.linalg.pinv(sigma) @ sigma_seebeck
    return Coefficients(kelvin, electrons - filled, sigma, sigma_seebeck, kappa, seebeck)


def _integrals(spin: States, mu_ev: Floats, thermal: float) -> tuple[Floats, ...]:
    """Return electrons, and the moments 0, 1, 2 of the tensors in the window of each potential."""
    x = np.clip((spin.energies[None, :] - mu_ev[:, None]) / thermal, -60.0, 60.0)
    filled = 1.0 / (np.exp(x) + 1.0)
    window = filled * (1.0 - filled) / thermal
    flat = spin.tensors.reshape(-1, 9)
    moments = (window * (x * thermal) ** power @ flat for power in range(3))
    return (filled @ spin.weights, *moments)


def table(
    title: str,
    letter: str,
    mu_ev: Floats,
    volume_ang3: float,
    parts: list[tuple[Coefficients, Floats]],
) -> str:
    """Return a table over chemical potential and temperature; nine components for Seebeck's."""
    pairs = [(i, j) for i in range(3) for j in range(3)] if letter == "S" else list(_COMPONENTS)
    names = " ".join(f"{letter}_{_NAMES[i]}{_NAMES[j]}" for i, j in pairs)
    out = [f"# {title}", f"# Mu(eV) T(K) N(#carriers) {names}"]
    for found, tensor in parts:
        volume = f"{volume_ang3 * 1e-24:.3E}"
        out.append(
            f"# T(K) = {found.temperature_k:8.2f}   Npoints = {len(mu_ev):7d}   V(cm^3) =  {volume}"
        )
        for place, mu in enumerate(mu_ev):
            cells = "".join(f"  {tensor[place, i, j]:14.7E}" for i, j in pairs)
            head = f"{mu:11.3f}  {found.temperature_k:15.3f}  {found.carriers[place]:11.3E}"
            out.append(f"{head}{cells}")
    return "\n".join([*out, ""])


def distribution(spin: States, volume_ang3: float, energies_ev: Floats, tau_fs: float) -> Floats:
    """Return the transport distribution function, eV fs/Å in units of 1/hbar², (e, 3, 3)."""
    result = np.zeros((len(energies_ev), 9))
    near = np.abs(spin.energies[:, None] - energies_ev[None, [0, -1]]).min(axis=1)
    inside = (spin.energies > energies_ev[0]) & (spin.energies < energies_ev[-1])
    for place in np.nonzero(inside | (near < 4 * _WIDTH_EV))[0]:
        first, last = np.searchsorted(
            energies_ev, spin.energies[place] + 4 * _WIDTH_EV * np.array([-1, 1])
        )
        x = (energies_ev[first:last] - spin.energies[place]) / _WIDTH_EV
        bell = np.exp(-0.5 * x * x) / (_WIDTH_EV * np.sqrt(2 * np.pi))
        result[first:last] += bell[:, None] * spin.tensors[place].ravel()
    return result.reshape(-1, 3, 3) * tau_fs / volume_ang3 * _HBAR_EV_FS**2


def distribution_table(head: str, energies_ev: Floats, values: Floats) -> str:
    """Return TDF.DAT of one spin."""
    names = " ".join(f"TDF_{_NAMES[i]}{_NAMES[j]}" for i, j in _COMPONENTS)
    out = [f"# {head}", f"# Energy(eV) {names}"]
    for energy, tensor in zip(energies_ev, values, strict=True):
        cells = "".join(f"  {tensor[i, j]:14.7E}" for i, j in _COMPONENTS)
        out.append(f"{energy:15.7E}{cells}")
    return "\n".join([*out, ""])
