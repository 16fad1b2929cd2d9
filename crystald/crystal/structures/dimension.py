"""Crystals that are slabs, polymers or molecules in a box: cut out when asked for, never silently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.regenerate import frame_of
from crystald.crystal.structures.values import NAMES, PERIODIC, Dimensionality
from crystald.errors import InputError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

VACUUM_ANG: Final = 10.0
"""From here on a gap between layers is told: it may be a slab in a box."""

LEAST_ANG: Final = 6.0
"""Along a direction that is to be open the atoms must leave a gap of this width."""


def as_dimensionality(structure: Structure, wanted: Dimensionality, file: str) -> Structure:
    """Make a structure as periodic as asked for.

    Parameters
    ----------
    structure
        As the file has it.
    wanted
        ``auto`` leaves it.
    file
        What it is called in errors.

    Returns
    -------
    structure
        Open directions last; a slab lies in the plane xy, a polymer along x.

    Raises
    ------
    InputError
        It has fewer periodic directions, or no vacuum where it is to be open.
    """
    periodic = structure.periodicity if wanted == "auto" else PERIODIC[wanted]
    if periodic > structure.periodicity:
        raise InputError(
            f"{file}: a {NAMES[structure.periodicity]}, it cannot be made a {wanted}",
            "Give a file with as many lattice vectors.",
        )
    if periodic < structure.periodicity:
        structure = _opened(structure, periodic, file)
    return oriented(structure)


def vacuum_note(structure: Structure) -> tuple[str, ...]:
    """Tell a wide gap along a lattice vector of a crystal, which may be a slab in a box."""
    if structure.periodicity != 3:
        return ()
    _, widths = _gaps(structure)
    widest = max(range(3), key=lambda axis: widths[axis])
    if widths[widest] <= VACUUM_ANG:
        return ()
    open_count = sum(width > VACUUM_ANG for width in widths)
    name = NAMES[3 - open_count]
    gap = f"{widths[widest]:.1f} Å of vacuum along {'abc'[widest]}"
    return (f"{gap}: computed as a crystal; if it is a {name}, say dimensionality={name}",)


def _opened(structure: Structure, periodic: int, file: str) -> Structure:
    """Cut a structure out of its box along the directions with the widest gaps."""
    import numpy as np

    starts, widths = _gaps(structure)
    order = sorted(range(structure.periodicity), key=lambda axis: widths[axis])
    kept, opened = sorted(order[:periodic]), order[periodic:]
    for axis in opened:
        if widths[axis] < LEAST_ANG:
            raise InputError(
                f"{file}: no vacuum along {'abc'[axis]} (the widest gap is {widths[axis]:.1f} Å), "
                f"so it is no {NAMES[periodic]}",
                f"Leave dimensionality out, or leave at least {LEAST_ANG:g} Å between the images.",
            )
    frame = frame_of(structure)
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(frame)
    for axis in opened:
        fractions[:, axis] = (fractions[:, axis] - starts[axis]) % 1.0
    rows = [*frame[kept].tolist(), *([[0.0, 0.0, 0.0]] * (3 - periodic))]
    return _structure(rows, structure.numbers, fractions @ frame, periodic)


def _gaps(structure: Structure) -> tuple[list[float], list[float]]:
    """Find the widest gap between atoms along each lattice vector: where it ends, and its width."""
    import numpy as np

    frame = frame_of(structure)
    inverse = np.linalg.inv(frame)
    fractions = np.array(structure.positions_ang) @ inverse
    starts, widths = [], []
    for axis in range(3):
        values = np.sort(fractions[:, axis] % 1.0)
        gaps = np.diff(np.append(values, values[0] + 1.0))
        widest = int(np.argmax(gaps))
        starts.append(float(values[(widest + 1) % len(values)]) - 1e-9)
        widths.append(float(gaps[widest]) / float(np.linalg.norm(inverse[:, axis])))
    return starts, widths


def oriented(structure: Structure) -> Structure:
    """Turn a slab into the plane xy, a polymer along x; others stay as they are."""
    import numpy as np

    periodic = structure.periodicity
    if periodic not in (1, 2):
        return structure
    rows = np.array(structure.cell_ang)[:periodic]
    axes = _axes(rows)
    if np.allclose(axes, np.eye(3), atol=1e-12):
        return structure
    turned = [*(rows @ axes.T).tolist(), *([[0.0, 0.0, 0.0]] * (3 - periodic))]
    positions = np.array(structure.positions_ang) @ axes.T
    return _structure(turned, structure.numbers, positions, periodic)


def _axes(rows: NDArray[Any]) -> NDArray[Any]:
    """Make right-handed Cartesian axes (rows): x along the first vector, z normal to the second."""
    import numpy as np

    x = rows[0] / np.linalg.norm(rows[0])
    second = rows[1] if len(rows) > 1 else np.eye(3)[int(np.argmin(np.abs(x)))]
    z = np.cross(x, second)
    z /= np.linalg.norm(z)
    return np.array([x, np.cross(z, x), z])


def _structure(
    rows: list[list[float]], numbers: tuple[int, ...], positions: NDArray[Any], periodic: int
) -> Structure:
    clean = [[0.0 if abs(x) < 1e-12 else float(x) for x in row] for row in rows]
    return Structure(
        cell_ang=tuple((r[0], r[1], r[2]) for r in clean),  # type: ignore[arg-type]
        numbers=numbers,
        positions_ang=tuple((float(p[0]), float(p[1]), float(p[2])) for p in positions),
        periodicity=periodic,
    )
