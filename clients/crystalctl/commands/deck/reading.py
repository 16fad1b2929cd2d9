"""Files that commands read: decks, outputs, and what lies beside them."""

from __future__ import annotations

from pathlib import Path

from crystald.errors import InputError


def read_bytes(path: Path, called: Path | None = None) -> bytes:
    """Read a file.

    Parameters
    ----------
    called
        What it is called in errors, where a person named it otherwise.

    Raises
    ------
    InputError
        It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{called or path}: {error.strerror}", "Name a file that you may read."
        ) from error


def read(path: Path) -> str:
    """Read a text with its line endings; bytes that are no text are kept too.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    return read_bytes(path).decode("utf-8", "surrogateescape")


def beside(path: Path) -> str | None:
    """Read the geometry file beside a deck: ``NAME.gui``, else ``fort.34``; None without one."""
    for other in (path.with_suffix(".gui"), path.with_name("fort.34")):
        if other.is_file() and other != path:
            return read(other)
    return None


def names_beside(path: Path) -> frozenset[str]:
    """List the files beside a deck by the program's names: ``NAME.f9`` may become ``fort.20``."""
    try:
        names = {other.name for other in path.absolute().parent.iterdir()}
    except OSError:
        return frozenset()
    own = {f"fort.{number}" for number in (20, 34) if f"{path.stem}.f{number}" in names}
    if f"{path.stem}.f9" in names:
        own.add("fort.20")
    return frozenset(names | own)


def deck_suffix(path: Path, text: str) -> str:
    """Tell which program a deck is for: by its name, else by its second line."""
    from crystald.crystal.deck.text.geometry_words import SYSTEMS

    suffix = path.suffix.lower().lstrip(".")
    if suffix in ("d12", "d3"):
        return suffix
    seconds = {line.split()[0].upper() for line in text.splitlines()[1:5] if line.split()}
    return "d12" if seconds & SYSTEMS.keys() else "d3"
