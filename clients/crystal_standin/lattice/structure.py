"""The crystal: full cell from space group and asymmetric unit, by the published rules."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from crystal_standin.events import RefusalError
from crystal_standin.lattice.groups import Floats, Group, Ints

SAME_SITE_ANG = 1e-4
"""Images of an atom closer than this are one atom; CRYSTAL doubles atoms that are farther off."""

TOO_CLOSE_ANG = 0.3
"""Different atoms closer than this are refused."""


@dataclasses.dataclass(frozen=True, slots=True)
class Crystal:
    """A crystal in its primitive cell, with its symmetry.

    Attributes
    ----------
    group : Group
        Space group in the deck's setting.
    parameters : tuple of 6 float
        Conventional cell: a, b, c in Å, angles in degrees.
    asymmetric : tuple of (int, (x, y, z))
        Atomic numbers as in the deck, coordinates fractional of the conventional cell.
    numbers : (n,) int
        CRYSTAL's atomic number of each atom of the primitive cell (Z plus hundreds).
    fractional : (n, 3) float
        Coordinates in the primitive cell, in (-1/2, 1/2].
    orbit : (n,) int
        To which atom of the asymmetric unit each belongs; the first of an orbit is that atom.
    rotations, translations : (m, 3, 3) and (m, 3) float
        Operators on primitive axes, for column vectors; whole numbers along periodic directions.
    """

    group: Group
    parameters: tuple[float, ...]
    asymmetric: tuple[tuple[int, tuple[float, float, float]], ...]
    numbers: Ints
    fractional: Floats
    orbit: Ints
    rotations: Floats
    translations: Floats

    @property
    def conventional(self) -> Floats:
        """Conventional vectors as rows, Å: c along z, b in the yz plane."""
        return vectors(self.parameters)

    @property
    def lattice(self) -> Floats:
        """Primitive vectors as rows, Å."""
        return self.group.primitive @ self.conventional

    @property
    def volume_ang3(self) -> float:
        """Volume of the primitive cell, Å³."""
        return abs(float(np.linalg.det(self.lattice)))

    @property
    def charges(self) -> Ints:
        """Nuclear charges Z of the atoms, (n,)."""
        return self.numbers % 100

    @property
    def firsts(self) -> list[int]:
        """Indices of the atoms of the asymmetric unit."""
        return [int(np.argmax(self.orbit == i)) for i in range(len(self.asymmetric))]


def vectors(parameters: tuple[float, ...]) -> Floats:
    """Return cell vectors (rows, Å) of six cell parameters (Å and degrees)."""
    a, b, c = parameters[:3]
    cos_a, cos_b, cos_g = (_cosine(angle) for angle in parameters[3:])
    sin_a = math.sqrt(1 - cos_a**2)
    along_y = (cos_g - cos_a * cos_b) / sin_a
    along_x = math.sqrt(max(1 - cos_b**2 - along_y**2, 0.0))
    return np.array(
        [[a * along_x, a * along_y, a * cos_b], [0, b * sin_a, b * cos_a], [0, 0, c]], dtype=float
    )


def _cosine(degrees: float) -> float:
    exact = {60.0: 0.5, 90.0: 0.0, 120.0: -0.5}
    return exact.get(degrees, math.cos(math.radians(degrees)))


def parameters_of(lattice: Floats) -> tuple[float, ...]:
    """Return a, b, c (Å) and α, β, γ (degrees) of cell vectors given as rows."""
    lengths = [float(np.linalg.norm(row)) for row in lattice]
    pairs = ((1, 2), (0, 2), (0, 1))
    angles = [
        math.degrees(math.acos(float(lattice[i] @ lattice[j]) / lengths[i] / lengths[j]))
        for i, j in pairs
    ]
    return (*lengths, *angles)


def wrap(values: Floats) -> Floats:
    """Bring fractional coordinates into (-1/2, 1/2], tidily at the upper end."""
    wrapped = values - np.ceil(values - 0.5 - 1e-10)
    return np.where(np.abs(wrapped) < 1e-15, 0.0, wrapped)


def build(
    group: Group,
    parameters: tuple[float, ...],
    asymmetric: tuple[tuple[int, tuple[float, float, float]], ...],
) -> Crystal:
    """Rebuild the primitive cell.

    Raises
    ------
    RefusalError
        The cell has no volume.
    """
    lattice = _checked_lattice(group, parameters)
    to_primitive = np.linalg.inv(group.primitive)
    rotations = np.einsum("ij,njk,kl->nil", to_primitive.T, group.rotations, group.primitive.T)
    translations = group.translations @ to_primitive
    sites = [np.array(xyz) @ to_primitive for _, xyz in asymmetric]
    orbits = [_orbit(site, rotations, translations, lattice) for site in sites]
    return Crystal(
        group=group,
        parameters=parameters,
        asymmetric=asymmetric,
        numbers=np.concatenate(
            [
                np.full(len(o), n, dtype=np.int64)
                for (n, _), o in zip(asymmetric, orbits, strict=True)
            ]
        ),
        fractional=wrap(np.concatenate(orbits)),
        orbit=np.concatenate([np.full(len(o), i, dtype=np.int64) for i, o in enumerate(orbits)]),
        rotations=rotations if group.dimension < 2 else np.rint(rotations),
        translations=translations,
    )


def _checked_lattice(group: Group, parameters: tuple[float, ...]) -> Floats:
    lengths, angles = parameters[:3], parameters[3:]
    sensible = min(lengths) > 0.5 and all(10 < angle < 170 for angle in angles)
    lattice = group.primitive @ vectors(parameters) if sensible else np.zeros((3, 3))
    if abs(np.linalg.det(lattice)) < 0.5:
        text = "LATTICE PARAMETERS NOT ALLOWED"
        raise RefusalError("CRYSTA", text, f"no cell: {' '.join(f'{p:g}' for p in parameters)}")
    return lattice


def _orbit(site: Floats, rotations: Floats, translations: Floats, lattice: Floats) -> Floats:
    """Return the distinct images of a site, (k, 3), each averaged over what maps onto it."""
    images = rotations @ site + translations
    images = images - np.floor(images + 1e-9)
    found: list[Floats] = []
    for image in images:
        if not any(_distance(image - other, lattice) < SAME_SITE_ANG for other in found):
            found.append(image)
    own = [image - np.rint(image - site) for image in images]
    same = [image for image in own if _distance(image - site, lattice) < SAME_SITE_ANG]
    first = np.mean(same, axis=0)
    rest = [_nearest(image, first, rotations, translations, lattice) for image in found]
    rest.sort(key=lambda pair: pair[0])
    return np.array([image for _, image in rest])


def _nearest(
    image: Floats, first: Floats, rotations: Floats, translations: Floats, lattice: Floats
) -> tuple[int, Floats]:
    """Return the number of the first operator that makes an image, and the exact image."""
    images = rotations @ first + translations
    shifts = images - image
    distances = np.linalg.norm((shifts - np.rint(shifts)) @ lattice, axis=1)
    number = int(np.argmax(distances < 10 * SAME_SITE_ANG))
    return number, images[number]


def _distance(difference: Floats, lattice: Floats) -> float:
    return float(np.linalg.norm((difference - np.rint(difference)) @ lattice))


def check_distances(crystal: Crystal) -> None:
    """Refuse atoms on top of each other.

    Raises
    ------
    RefusalError
        Two atoms, or an atom and its image, are closer than 0.3 Å.
    """
    close = closest_pair(crystal)
    if close is not None:
        first, second, distance = close
        note = f"atoms {first + 1} and {second + 1} are {distance:.4f} Angstrom apart"
        raise RefusalError("NEIGHB", "USE KEYWORD SMALLDIST TO RUN ANYWAY", note)


def closest_pair(crystal: Crystal) -> tuple[int, int, float] | None:
    """Return two atoms closer than allowed and their distance (Å), or None."""
    shift = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)])
    for first in range(len(crystal.numbers)):
        difference = crystal.fractional[first + 1 :] - crystal.fractional[first]
        spread = (difference - np.rint(difference))[:, None, :] + shift
        lengths = np.linalg.norm(spread @ crystal.lattice, axis=2).min(axis=1, initial=np.inf)
        if len(lengths) and lengths.min() < TOO_CLOSE_ANG:
            second = int(np.argmin(lengths))
            return first, first + 1 + second, float(lengths[second])
    return None


def cartesian_operators(crystal: Crystal) -> tuple[Floats, Floats]:
    """Return rotations (m, 3, 3) and translations (m, 3) in Cartesian axes, Å."""
    columns = crystal.lattice.T
    rotations = np.einsum(
        "ij,njk,kl->nil", columns, crystal.rotations.astype(float), np.linalg.inv(columns)
    )
    return rotations, crystal.translations @ crystal.lattice
