"""Names of structure files: which are taken from a folder, and what their structures are called."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

SUFFIXES: Final = (
    ".cif", ".gui", ".xyz", ".extxyz", ".vasp", ".poscar", ".xsf", ".gen", ".res", ".cell",
    ".pdb", ".mol", ".sdf", ".traj", ".db", ".json", ".in", ".xtd", ".xsd",
)  # fmt: skip
"""Files that are taken from a folder; any other that ASE reads must be named itself."""

DECK: Final = ".d12"
"""A deck of the crystal program: its first step runs it as it is."""

BARE: Final = ("POSCAR", "CONTCAR", "fort.34")
"""Names that programs give: the folder says what is in them."""

_IN_FOLDERS: Final = tuple(s for s in SUFFIXES if s not in (".db", ".json", ".in", ".traj"))


def is_structure_file(path: PurePath) -> bool:
    """Tell whether a file in a folder is taken for a structure by its name."""
    return path.suffix.lower() in _IN_FOLDERS or path.name in BARE


def split_index(name: str) -> tuple[str, str | None]:
    """Split what chooses one of several structures off a file's name.

    Examples
    --------
    >>> split_index("rows.db@3"), split_index("MgO.cif"), split_index("a@home.cif")
    (('rows.db', '3'), ('MgO.cif', None), ('a@home.cif', None))
    """
    plain, at, index = name.rpartition("@")
    if at and plain and index.removeprefix("-").isdecimal():
        return plain, index
    return name, None


def structure_name(path: PurePath) -> str:
    """Name the structure of a file: by the file, by its folder where the file has a program's name.

    Examples
    --------
    >>> structure_name(PurePath("x/MgO.cif")), structure_name(PurePath("MgO/POSCAR"))
    ('MgO', 'MgO')
    >>> structure_name(PurePath("rows.db@3"))
    'rows_3'
    """
    plain, index = split_index(path.name)
    bare = plain in BARE and path.parent.name
    stem = path.parent.name if bare else PurePath(plain).stem
    return stem if index is None else f"{stem}_{index}"
