"""From a layer in any cell to the asymmetric unit in CRYSTAL's setting of its layer group.

spglib finds the operations. They are then compared, as operations, with those of CRYSTAL's 80
groups on every cell that the layer may have: numbers of the International Tables are never used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.form import LayerGroups, StandardForm
from crystald.crystal.deck.geometry.layer_fit import Fit, fit_layer, symmorphic_part
from crystald.crystal.deck.geometry.layers import LAST_RECTANGULAR, layer_symbol
from crystald.crystal.deck.geometry.orbits import asymmetric_unit, find_orbits
from crystald.crystal.deck.geometry.parameters import parameters_of
from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]

VACUUM_ANG: Final = 25.0
"""What separates the layer from its images in the search."""


@dataclass(frozen=True)
class _Layer:
    """A layer in the search's standard cell: z in ångström from its own middle.

    Attributes
    ----------
    lattice
        Rows; the third is 1 Å along z.
    positions, numbers
        Atoms of the cell.
    operations
        Of the whole layer group; nothing moves along z.
    way
        4 by 4 matrix from the input's coordinates to these.
    symbol
        Of the group as found.
    """

    lattice: NDArray[Any]
    positions: NDArray[Any]
    numbers: NDArray[Any]
    operations: Operations
    way: NDArray[Any]
    symbol: str


def standard_slab(
    structure: Structure, symprec_ang: float, layer_groups: LayerGroups = "safe"
) -> StandardForm:
    """Find the layer group of a slab and bring it into CRYSTAL's setting.

    Parameters
    ----------
    structure
        Lattice vectors in the plane xy.
    symprec_ang
        Tolerance of the search.
    layer_groups
        Which groups may be written.

    Raises
    ------
    DeckError
        No symmetry can be found.
    """
    layer = _find_layer(structure, symprec_ang)
    fit, notes = _fit(layer, layer_groups)
    if _changes(layer, fit):
        near, told = _fit(layer, layer_groups, layer.way[:3, :3])
        if near.group == fit.group and len(_changes(layer, near)) < len(_changes(layer, fit)):
            fit, notes = near, told
    return _form(layer, fit, (*notes, *_changes(layer, fit)))


def _fit(
    layer: _Layer, layer_groups: LayerGroups, way: NDArray[Any] | None = None
) -> tuple[Fit, tuple[str, ...]]:
    """Find the group that may be written, and its cell (nearest to that of the input by `way`)."""
    fit, part = fit_layer(layer.operations, origins=True, way=way), False
    if fit is None or (layer_groups == "safe" and not fit.symmorphic):
        operations, point = symmorphic_part(layer.operations)
        fit, part = fit_layer(operations, way=way), True
        fit = fit and replace(fit, origin=fit.origin + point)
    if fit is None:
        raise DeckError(
            f"layer group {layer.symbol} cannot be brought into a setting of CRYSTAL",
            "Please report this structure.",
        )
    return fit, _note(layer.symbol, fit) if part else ()


def _changes(layer: _Layer, fit: Fit) -> tuple[str, ...]:
    """Tell what became of the sides and of the axes of the input."""
    import numpy as np

    whole = np.linalg.inv(fit.basis) @ layer.way[:3, :3]
    notes = []
    polar = not (layer.operations[0][:, 2, 2] < 0).any()
    if polar and whole[2, 2] < 0:
        notes.append("the slab is turned over: its lower side in the file is the upper one")
    if fit.group <= LAST_RECTANGULAR and np.abs(np.diag(whole)[:2]).max() < 1e-6:
        notes.append("a and b of the file are b and a of the deck, as its layer group wants them")
    return tuple(notes)


def _note(symbol: str, fit: Fit) -> tuple[str, ...]:
    written = f"{layer_symbol(fit.group)} (number {fit.group})"
    why = "CRYSTAL's origin for screw axes and glide planes could not be verified"
    note = f"the layer group is {symbol}; {written}, a part of it, is written, because {why}"
    return (f"{note} (layer_groups: full writes it)",)


def _find_layer(structure: Structure, symprec_ang: float) -> _Layer:
    """Bring a slab into the standard cell of its layer group."""
    import numpy as np

    cell, into = _boxed(structure)
    found = _dataset(cell, symprec_ang)
    again = _dataset((found.std_lattice, found.std_positions, found.std_types), symprec_ang)
    rotations, translations = np.array(again.rotations), np.array(again.translations)
    rows, positions = np.array(found.std_lattice), np.array(found.std_positions)
    c = float(rows[2][2])
    flips = rotations[:, 2, 2] < 0
    positions[:, 2], middle = _levelled(positions[:, 2], translations[flips, 2], c)
    translations[:, 2] = 0.0
    rows[2] = rows[2] / c
    return _Layer(
        rows,
        positions,
        np.array(found.std_types),
        (rotations, translations),
        _way_to_standard(found, middle, c) @ into,
        str(found.international),
    )


def layer_within(structure: Structure, symprec_ang: float) -> tuple[str, int]:
    """Find the layer group at a tolerance: its symbol, and how many operations the cell has.

    Raises
    ------
    DeckError
        No symmetry can be found.
    """
    found = _dataset(_boxed(structure)[0], symprec_ang)
    return str(found.international), len(found.rotations)


def _boxed(structure: Structure) -> tuple[Any, NDArray[Any]]:
    """Put a slab into the middle of a cell with vacuum; give that cell, and the way into it."""
    import numpy as np

    z = np.array(structure.positions_ang)[:, 2]
    middle, height = (z.max() + z.min()) / 2, float(np.ptp(z)) + VACUUM_ANG
    plane = np.array(structure.cell_ang)[:2]
    into = np.eye(4)
    into[2, 2], into[2, 3] = 1 / height, 0.5 - middle / height
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(np.vstack([plane, (0, 0, 1)]))
    lattice = np.vstack([plane, (0.0, 0.0, height)])
    return (lattice, _moved(into, fractions), list(structure.numbers)), into


def _levelled(heights: NDArray[Any], flips: NDArray[Any], c: float) -> tuple[NDArray[Any], float]:
    """Measure heights from the plane that flips keep, or from the middle of the atoms without any.

    Parameters
    ----------
    heights
        Fractions of `c`.
    flips
        By how much of `c` the operations that turn the slab over move it.
    c
        Height of the cell, Å.

    Returns
    -------
    heights in Å, and the fraction of `c` from which they are measured
    """
    if len(flips):
        plane = float(flips.mean()) / 2
        return (heights - plane) * c, plane
    heights_ang = heights * c
    middle_ang = (heights_ang.max() + heights_ang.min()) / 2
    return heights_ang - middle_ang, middle_ang / c


def _way_to_standard(found: Any, middle: float, c: float) -> NDArray[Any]:
    """Give the 4 by 4 matrix from the cell of the search to the standard one, z in Å."""
    import numpy as np

    out = np.eye(4)
    out[:3, :3], out[:3, 3] = found.transformation_matrix, found.origin_shift
    scale = np.diag([1.0, 1.0, c, 1.0])
    scale[2, 3] = -middle * c
    return np.asarray(scale @ out)


def _dataset(cell: Any, symprec_ang: float) -> Any:
    import spglib

    try:
        with announcements_ignored():
            dataset = spglib.get_layergroup(cell, 2, symprec_ang)
    except Exception as error:  # of a class of spglib's own only in some versions
        raise _no_symmetry(symprec_ang) from error
    if dataset is None:
        raise _no_symmetry(symprec_ang)
    return dataset


def _no_symmetry(symprec_ang: float) -> DeckError:
    return DeckError(
        f"no layer group can be found within {symprec_ang} Å",
        "Look at the structure: atoms may stand too close to each other.",
    )


def _moved(way: NDArray[Any], points: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return np.asarray(points @ way[:3, :3].T + way[:3, 3])


def _form(layer: _Layer, fit: Fit, notes: tuple[str, ...]) -> StandardForm:
    import numpy as np

    change = np.linalg.inv(fit.basis)
    way = np.eye(4)
    way[:3, :3], way[:3, 3] = change, -change @ fit.origin
    positions = _moved(way, layer.positions)
    copies = np.unique(
        np.round((c := np.array(fit.lattice_points)) - np.floor(c + 1e-6), 6), axis=0
    )
    positions = (positions[:, None, :] + copies[None, :, :]).reshape(-1, 3)
    positions[:, :2] -= np.floor(positions[:, :2] + 1e-9)
    numbers = np.repeat(layer.numbers, len(copies))
    if abs(np.linalg.det(fit.basis)) < 0.9:
        positions, numbers = _distinct(positions, numbers)
    orbits = find_orbits(positions, numbers, fit.operations, 2)
    whole = way @ layer.way
    centrings = sum(np.allclose(r, np.eye(3)) for r in fit.operations[0])
    return StandardForm(
        group=fit.group,
        symbol=layer_symbol(fit.group),
        parameters=parameters_of(fit.basis.T @ layer.lattice),
        atoms=asymmetric_unit(positions, numbers, orbits, fit.operations, 2),
        atoms_in_cell=len(positions),
        atoms_in_primitive=len(positions) // centrings,
        rotation=tuple((float(r[0]), float(r[1]), float(r[2])) for r in whole[:3, :3]),
        shift=(float(whole[0, 3]), float(whole[1, 3]), float(whole[2, 3])),
        kind="SLAB",
        notes=notes,
    )


def _distinct(positions: NDArray[Any], numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Leave one of the copies that a smaller cell makes of an atom."""
    import numpy as np

    delta = positions[:, None, :] - positions[None, :, :]
    delta[..., :2] -= np.rint(delta[..., :2])
    first = np.argmax((np.abs(delta) < 1e-4).all(axis=2), axis=1)
    kept = np.unique(first)
    return positions[kept], numbers[kept]
