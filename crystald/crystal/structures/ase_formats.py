"""Structures out of the files that ASE reads."""

from __future__ import annotations

import io
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.structures.cif_magnetic import MOMENTS
from crystald.errors import InputError
from crystald.models import Structure

if TYPE_CHECKING:
    from ase import Atoms

REFUSED: Final = ("cif", "crystal", "mysql", "postgresql", "gpw", "bundletrajectory")
"""CIF and fort.34 have readers of their own; the others are no files to hand in."""

NAMELESS: Final = "Write their symbols in a line above their counts, as VASP does since version 5."

HEAD_BYTES: Final = 50_000


def read_with_ase(
    data: bytes, name: str, file: str, index: str | None
) -> tuple[Structure, str, tuple[str, ...]]:
    """Read one structure.

    Parameters
    ----------
    data
        The file's content.
    name
        Its name, which tells the format where the content does not.
    file
        What it is called in errors.
    index
        Which one of several: a number from 0, of the row of a database; None when there is one.

    Returns
    -------
    structure, format, notes

    Raises
    ------
    InputError
        No format that ASE reads, a file that it cannot read, or not exactly one structure.
    """
    kind = _format_of(data, name, file)
    images = _images(data, name, file, kind)
    atoms = _chosen(images, file, index)
    notes = (MOMENTS,) if atoms.get_initial_magnetic_moments().any() else ()
    return _structure(atoms, file), str(kind.name), notes


def _format_of(data: bytes, name: str, file: str) -> Any:
    from ase.io.formats import ioformats

    readable = [one for one in ioformats.values() if one.can_read and one.name not in REFUSED]
    suffix = Path(name).suffix.lower().removeprefix(".")
    by_name = (one for one in readable if one.match_name(name))
    by_content = (one for one in readable if one.magic and one.match_magic(data[:HEAD_BYTES]))
    by_suffix = (one for one in readable if suffix and suffix in (*one.extensions, one.name))
    if found := next(chain(by_name, by_content, by_suffix), None):
        return _extended(found, data)
    raise InputError(
        f"{file}: no kind of structure file that is known",
        "Give a CIF, .gui (fort.34), .xyz, POSCAR, or another file that ASE reads.",
    )


def _extended(kind: Any, data: bytes) -> Any:
    """Take a file of the suffix xyz for what it is: plain, or with a lattice."""
    from ase.io.formats import ioformats

    if kind.name == "xyz" and b"Lattice=" in data[:HEAD_BYTES]:
        return ioformats["extxyz"]
    return ioformats["xyz"] if kind.name == "extxyz" and b"=" not in data[:HEAD_BYTES] else kind


def _images(data: bytes, name: str, file: str, kind: Any) -> list[Atoms]:
    import ase.io

    try:
        if kind.acceptsfd:
            stream = io.BytesIO(data) if kind.isbinary else io.StringIO(data.decode())
            found = ase.io.read(stream, index=":", format=kind.name)
        else:
            with tempfile.TemporaryDirectory(prefix="crystald-") as folder:
                path = Path(folder) / (Path(name).name or "structure")
                path.write_bytes(data)
                found = ase.io.read(path, index=":", format=kind.name)
    except Exception as error:  # its readers raise whatever comes
        if kind.name == "vasp" and isinstance(error, AttributeError):
            # it looks for a POTCAR beside the file, and a text lies nowhere
            raise InputError(f"{file}: a POSCAR that names no elements", NAMELESS) from error
        why = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(
            f"{file}: cannot be read as {kind.description} ({why[0][:100]})",
            "Look at the file, or convert it to a CIF.",
        ) from error
    return list(found) if isinstance(found, list) else [found]


def _chosen(images: list[Atoms], file: str, index: str | None) -> Atoms:
    if index is not None:
        try:
            return images[int(index)]
        except (ValueError, IndexError) as error:
            raise InputError(
                f"{file}: there is no structure {index!r}, it holds {len(images)}",
                "Count from 0; -1 is the last.",
            ) from error
    if len(images) != 1:
        raise InputError(
            f"{file}: holds {len(images)} structures",
            f"Name one of them: {file}@0 is the first, {file}@-1 the last.",
        )
    return images[0]


def _structure(atoms: Atoms, file: str) -> Structure:
    """Take atoms with their periodic directions first."""
    import numpy as np

    periodic = [bool(flag) for flag in atoms.pbc]
    cell, positions = np.array(atoms.cell.array), np.array(atoms.positions)
    if not (np.isfinite(cell).all() and np.isfinite(positions).all()):
        raise InputError(f"{file}: a cell or a coordinate is no number", "Export it again.")
    occupancies = atoms.info.get("occupancy") or {}
    if any(share < 0.995 for site in occupancies.values() for share in site.values()):
        raise InputError(
            f"{file}: sites are partly occupied", "Resolve the disorder first: one ordered cell."
        )
    order = sorted(range(3), key=lambda axis: not periodic[axis])
    rows = cell[order]
    rows[sum(periodic) :] = 0.0
    if sum(periodic) and np.linalg.matrix_rank(rows[: sum(periodic)], tol=1e-3) < sum(periodic):
        raise InputError(
            f"{file}: {sum(periodic)} periodic directions without as many lattice vectors",
            "Complete the cell, or mend its periodic flags (pbc).",
        )
    lists = rows.tolist()
    return Structure(
        (_vector(lists[0]), _vector(lists[1]), _vector(lists[2])),
        tuple(int(number) for number in atoms.numbers),
        tuple(_vector(row) for row in positions.tolist()),
        sum(periodic),
    )


def _vector(row: list[float]) -> tuple[float, float, float]:
    x, y, z = row
    return (x, y, z)
