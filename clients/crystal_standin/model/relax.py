"""Relaxation of cell and atoms within the symmetry of the deck: damped BFGS steps."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from crystal_standin.lattice import structure
from crystal_standin.lattice.groups import Floats
from crystal_standin.lattice.layers import FORMAL_ANG
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.energy import BOHR_ANG, Energies, Model, evaluate
from crystal_standin.reading.deck import OptGeom

LONGEST_STEP = 0.25
"""Longest step, bohr."""


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """One energy and gradient calculation.

    Attributes
    ----------
    crystal : Crystal
        The geometry, rounded to the digits that are printed.
    energies : Energies
        Of this geometry.
    change_ha : float
        Total energy minus that of the point before (0 at the first).
    gradient, step : (f,) float
        Along the free coordinates, Ha/bohr; and the step that leads on from here, bohr.
    forces : (n, 3) float
        On the atoms, Ha/bohr.
    converged : tuple of bool
        Maximum and RMS gradient, maximum and RMS displacement below their thresholds.
    """

    crystal: Crystal
    energies: Energies
    change_ha: float
    gradient: Floats
    step: Floats
    forces: Floats
    converged: tuple[bool, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Freedom:
    """What symmetry leaves free.

    Attributes
    ----------
    strains : (s, 3, 3) float
        Orthonormal symmetric strains that the point group keeps.
    moves : (m, n, 3) float
        Orthonormal displacement patterns (Cartesian) that the space group keeps.
    """

    strains: Floats
    moves: Floats


def free_coordinates(crystal: Crystal, kind: str) -> Freedom:
    """Find the free strains and displacements of a crystal.

    Parameters
    ----------
    crystal : Crystal
        With its operators.
    kind : str
        FULLOPTG, ATOMONLY or CELLONLY.
    """
    rotations, _ = structure.cartesian_operators(crystal)
    strains = np.zeros((0, 3, 3))
    if kind != "ATOMONLY" and crystal.group.dimension:
        strains = _free_strains(rotations, crystal.group.dimension)
    count = len(crystal.numbers)
    moves = _free_moves(crystal, rotations) if kind != "CELLONLY" else np.zeros((0, count, 3))
    return Freedom(strains, moves)


def _free_strains(rotations: Floats, dimension: int) -> Floats:
    """Find strains that the point group keeps; open directions are not strained."""
    basis = np.zeros((6, 3, 3))
    for place, (i, j) in enumerate(((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))):
        basis[place, i, j] = basis[place, j, i] = 1.0 if i == j else math.sqrt(0.5)
    turned = np.einsum("nia,sab,njb->sij", rotations, basis, rotations) / len(rotations)
    projector = np.einsum("sij,tij->st", turned, basis)
    open_ones = np.abs(basis[:, dimension:]).sum(axis=(1, 2)) > 0
    projector[open_ones] = projector[:, open_ones] = 0.0
    return np.asarray(np.einsum("fs,sij->fij", _unit_space(projector), basis), dtype=np.float64)


def _free_moves(crystal: Crystal, rotations: Floats) -> Floats:
    """Project displacements onto those that all operators keep; a common drift is taken out."""
    count = len(crystal.numbers)
    projector = np.zeros((count, 3, count, 3))
    for number, rotation in enumerate(rotations):
        targets = _permutation(crystal, number)
        projector[targets, :, np.arange(count), :] += rotation / len(rotations)
    drift = np.einsum("ab,ij->aibj", np.ones((count, count)) / count, np.eye(3))
    whole = projector.reshape(3 * count, -1)
    whole = whole - whole @ drift.reshape(3 * count, -1)
    return _unit_space(whole).reshape(-1, count, 3)


def _permutation(crystal: Crystal, number: int) -> list[int]:
    images = crystal.fractional @ crystal.rotations[number].T + crystal.translations[number]
    difference = images[:, None, :] - crystal.fractional[None, :, :]
    distances = np.abs(difference - np.rint(difference)).sum(axis=2)
    same = crystal.orbit[:, None] == crystal.orbit[None, :]
    return [int(place) for place in np.where(same, distances, np.inf).argmin(axis=1)]


def _unit_space(projector: Floats) -> Floats:
    """Return orthonormal rows that span the space of eigenvalue one, signs fixed."""
    values, columns = np.linalg.eigh((projector + projector.T) / 2)
    kept = columns[:, values > 0.5].T
    leading = [row[np.argmax(np.abs(row) > 0.1 * np.abs(row).max())] for row in kept]
    return np.asarray(kept * np.sign(leading)[:, None], dtype=np.float64)


def relax(start: Crystal, model: Model, opt: OptGeom) -> tuple[Point, ...]:
    """Relax a crystal; the last point is converged, or the points are used up.

    Returns
    -------
    tuple of Point
        At least one. Their energies fall.
    """
    freedom = free_coordinates(start, opt.kind)
    size = len(freedom.strains) + len(freedom.moves)
    inverse = np.eye(size) * 0.8
    points: list[Point] = []
    crystal, before = start, None
    while len(points) < opt.max_points:
        energies, gradient, forces = _calculate(crystal, model, freedom)
        if before is not None:
            inverse = _updated(inverse, before.step, gradient - before.gradient)
        step = _limited(-inverse @ gradient, opt.toldex)
        change = energies.total - before.energies.total if before else 0.0
        checks = _checks(gradient, step, opt)
        crystal_next, turned, step = _downhill(crystal, model, freedom, step, energies.total)
        point = Point(crystal, energies, change, gradient, step, forces, checks)
        points.append(point)
        if all(checks):
            break
        crystal, freedom, before = crystal_next, turned, point
    return tuple(points)


def _scale(crystal: Crystal) -> float:
    """Return the length (bohr) that turns a strain into a displacement."""
    periodic = crystal.group.dimension or 1
    inside = crystal.volume_ang3 / FORMAL_ANG ** (3 - crystal.group.dimension)
    return float(inside ** (1 / periodic)) / BOHR_ANG


def _calculate(crystal: Crystal, model: Model, freedom: Freedom) -> tuple[Energies, Floats, Floats]:
    energies, forces, virial = evaluate(model, crystal)
    along_strain = np.einsum("fij,ij->f", freedom.strains, virial) / _scale(crystal)
    along_moves = -np.einsum("mni,ni->m", freedom.moves, forces) * BOHR_ANG
    return energies, np.concatenate([along_strain, along_moves]), forces * BOHR_ANG


def _limited(step: Floats, tolerance: float) -> Floats:
    length = float(np.linalg.norm(step))
    longest = max(LONGEST_STEP, 2 * tolerance)
    return step * (longest / length) if length > longest else step


def _checks(gradient: Floats, step: Floats, opt: OptGeom) -> tuple[bool, ...]:
    def rms(values: Floats) -> float:
        return float(np.sqrt(np.mean(values**2))) if len(values) else 0.0

    return (
        float(np.abs(gradient).max(initial=0.0)) < 1.5 * opt.toldeg,
        rms(gradient) < opt.toldeg,
        float(np.abs(step).max(initial=0.0)) < 1.5 * opt.toldex,
        rms(step) < opt.toldex,
    )


def _updated(inverse: Floats, step: Floats, turn: Floats) -> Floats:
    """Return the BFGS update of the inverse Hessian; unchanged where curvature is not positive."""
    curvature = float(step @ turn)
    if curvature < 1e-10:
        return inverse
    left = np.eye(len(step)) - np.outer(step, turn) / curvature
    return left @ inverse @ left.T + np.outer(step, step) / curvature


def _downhill(
    crystal: Crystal, model: Model, freedom: Freedom, step: Floats, energy_ha: float
) -> tuple[Crystal, Freedom, Floats]:
    """Take a step, halved until the energy does not rise."""
    for _ in range(12):
        moved, turned = _moved(crystal, freedom, step)
        if evaluate(model, moved)[0].total <= energy_ha + 1e-12:
            return moved, turned, step
        step = step / 2
    return *_moved(crystal, freedom, step), step


def _moved(crystal: Crystal, freedom: Freedom, step: Floats) -> tuple[Crystal, Freedom]:
    """Return the crystal after a step, rounded to the digits that CRYSTAL prints.

    Its vectors are laid along the axes anew (c along z), which turns it where its angles
    changed: what is free turns with it.
    """
    cut = len(freedom.strains)
    strain = np.einsum("f,fij->ij", step[:cut], freedom.strains) / _scale(crystal)
    moves = np.einsum("m,mni->ni", step[cut:], freedom.moves) * BOHR_ANG
    fractional = crystal.fractional + moves @ np.linalg.inv(crystal.lattice)
    conventional = crystal.conventional @ (np.eye(3) + strain)
    parameters = structure.parameters_of(conventional)
    turn = np.linalg.solve(conventional, structure.vectors(parameters))
    rounded = _rounded_cell(crystal, parameters)
    sites = fractional[crystal.firsts] @ crystal.group.primitive
    asymmetric = tuple(
        (number, _rounded_site(site))
        for (number, _), site in zip(crystal.asymmetric, sites, strict=True)
    )
    turned = Freedom(turn.T @ freedom.strains @ turn, freedom.moves @ turn)
    return structure.build(crystal.group, rounded, asymmetric), turned


def _rounded_cell(crystal: Crystal, parameters: tuple[float, ...]) -> tuple[float, ...]:
    """Round lengths to 8 and angles to 6 decimals; angles that were exact stay exact."""
    lengths = [round(value, 8) for value in parameters[:3]]
    old = crystal.parameters
    angles = [
        was if was in (90.0, 120.0) and abs(now - was) < 1e-6 else round(now, 6)
        for was, now in zip(old[3:], parameters[3:], strict=True)
    ]
    return (*lengths, *angles)


def _rounded_site(site: Floats) -> tuple[float, float, float]:
    x, y, z = (float(f"{value:.12E}") for value in structure.wrap(site))
    return x, y, z
