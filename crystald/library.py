"""Folders of external basis sets: one file for each element, named by the program's number."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from crystald.errors import InputError

LARGEST: Final = 200_000
"""Bytes of a file that is read; real ones have a few thousand."""

WISH: Final = "external:"


def read_basis_files(folder: Path) -> dict[str, str]:
    """Read the files of a folder whose names are numbers.

    Raises
    ------
    InputError
        The folder cannot be read, holds none, or a file is no text or too large.
    """
    try:
        names = sorted(path.name for path in folder.iterdir() if path.name.isdigit())
    except OSError as error:
        raise InputError(
            f"the basis set {folder}: {error.strerror}",
            "Name a folder with one file for each element, such as 8 and 282.",
        ) from error
    if not names:
        raise InputError(
            f"the basis set {folder} holds no file that is named by a number",
            "Name the files by the program's number of the element, such as 8 and 282.",
        )
    return {name: _text(folder / name) for name in names}


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path} is larger than {LARGEST} bytes: it is no basis set")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as text", "Put a basis set there.") from error


def with_library(settings: Mapping[str, object], places: Path) -> dict[str, object]:
    """Fill in the files of a basis set ``external:NAME`` that settings ask for and do not hold.

    Parameters
    ----------
    settings
        Of a step.
    places
        The folder in which NAME is looked for; an absolute NAME stands for itself.

    Raises
    ------
    InputError
        There is no such folder, or it holds no basis set.
    """
    wish = settings.get("basis")
    asked = isinstance(wish, str) and wish.startswith(WISH)
    if not asked or settings.get("basis_files", "none") != "none":
        return dict(settings)
    return {**settings, "basis_files": read_basis_files(places / str(wish).removeprefix(WISH))}


def only_elements(settings: Mapping[str, object], numbers: set[int]) -> dict[str, object]:
    """Keep of the files only those for some elements."""
    files = settings.get("basis_files")
    if not isinstance(files, dict):
        return dict(settings)
    kept = {name: text for name, text in files.items() if int(name) % 100 in numbers}
    return {**settings, "basis_files": kept or "none"}
