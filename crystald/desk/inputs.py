"""Inputs on disk: which files a submission means, and how their names are written."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from crystald.crystal.structures.names import DECK, is_structure_file, split_index, structure_name
from crystald.errors import InputError

INPUT_BYTES_MAX = 20_000_000


def shown(path: Path) -> str:
    r"""Write a path so that a message stays one line, moves no cursor and is valid text.

    Examples
    --------
    >>> shown(Path("a b.cif")), shown(Path("a\nb.cif"))
    ('a b.cif', "'a\\nb.cif'")
    """
    text = str(path)
    return text if text.isprintable() else repr(text)


def find_inputs(paths: list[str]) -> list[Path]:
    """Find the files that paths mean.

    Folders stand for the CIFs that lie in them, where there is none for the decks (``.d12``), and
    without these for the other structure files.

    Raises
    ------
    InputError
        A path leads nowhere, a folder holds no structure, or two files would be one material.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        try:
            found += _files_at(path)
        except OSError as error:
            raise InputError(f"{shown(path)}: {error.strerror}", "Check the path.") from error
    if not found:
        raise InputError("nothing was given to submit", "Name structure files or folders.")
    _refuse_doubles(found)
    return found


def _files_at(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file())
        decks = [p for p in files if p.suffix.lower() == DECK]
        inside = [p for p in files if is_structure_file(p)]
        cifs = [p for p in inside if p.suffix.lower() == ".cif"]
        if cifs or decks or inside:
            return cifs or decks or inside
        raise InputError(
            f"{shown(path)}: no CIF, deck or other structure file lies in this folder",
            "Name files, or another folder.",
        )
    if _on_disk(path).is_file():
        return [path]
    if path.exists():
        raise InputError(
            f"{shown(path)} is neither a file nor a folder", "Name a CIF or another structure file."
        )
    raise InputError(f"{shown(path)}: there is no such file", "Check the path.")


def _on_disk(path: Path) -> Path:
    """Find the file of a path that may choose one of its structures (``rows.db@3``)."""
    return path if path.exists() else path.with_name(split_index(path.name)[0])


def read_input(path: Path) -> bytes:
    """Read an input file.

    Raises
    ------
    InputError
        It is too large, or cannot be read.
    """
    file = _on_disk(path)
    try:
        if file.stat().st_size > INPUT_BYTES_MAX:
            limit = f"{INPUT_BYTES_MAX // 1_000_000} MB"
            raise InputError(f"{shown(path)} is larger than {limit}", "Is it a structure?")
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            f"{shown(path)} cannot be read: {error.strerror}", "Check its rights."
        ) from error


def read_beside(deck: Path) -> str | None:
    """Read the geometry file beside a deck: ``NAME.gui``, else ``fort.34``; None without one.

    Raises
    ------
    InputError
        It cannot be read.
    """
    for path in (deck.with_suffix(".gui"), deck.with_name("fort.34")):
        if path.is_file():
            return read_input(path).decode("utf-8", "replace")
    return None


def _refuse_doubles(files: list[Path]) -> None:
    """Refuse files that give the same material id (as `material_id` makes it)."""
    first: dict[str, Path] = {}
    for path in files:
        name = unicodedata.normalize("NFC", structure_name(path)).strip()
        if name in first and first[name] != path:
            raise InputError(
                f"{shown(first[name])} and {shown(path)} would both be the material {name!r}",
                "Rename one of them: the file's name is the material's name.",
            )
        if name in first:
            raise InputError(f"{shown(path)} is given twice", "Name it once.")
        first[name] = path
