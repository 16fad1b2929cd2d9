"""Decks out of structure files, many at once: several processes where there are many."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crystalctl.commands.deck.reading import read_bytes
from crystald.errors import CrystaldError, InputError

if TYPE_CHECKING:
    from crystald.crystal.structures.values import StructureReading

ALONE_MAX: Final = 12
"""Up to so many files are read by this process: others cost more than they save."""

WORKERS_MAX: Final = 8


@dataclass(frozen=True)
class Order:
    """What is to be made: the step, its settings, and whether another group is refused."""

    step: str
    settings: Mapping[str, object]
    strict: bool = False


@dataclass(frozen=True)
class Made:
    """What became of one file.

    Attributes
    ----------
    file
        As given.
    text
        The deck, None where none could be made.
    notes
        What a person should know, one sentence each.
    error
        Why there is no deck.
    """

    file: Path
    text: str | None = None
    notes: tuple[str, ...] = ()
    error: str | None = None


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Take folders for the CIFs in them, or for their other structure files where there is none."""
    from crystald.crystal.structures.names import is_structure_file

    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(p for p in path.iterdir() if is_structure_file(p) and p.is_file())
        found += [p for p in inside if p.suffix.lower() == ".cif"] or inside or [path]
    return found


def make_all(files: Sequence[Path], order: Order) -> Iterator[Made]:
    """Make the decks of many files, in their order."""
    from concurrent.futures import ProcessPoolExecutor

    workers = min(len(os.sched_getaffinity(0)), WORKERS_MAX)
    if len(files) <= ALONE_MAX or workers < 2:
        yield from (make(path, order) for path in files)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(partial(make, order=order), files, chunksize=8)


def make(path: Path, order: Order) -> Made:
    """Make the deck of one file; what is wrong with it is told, not raised."""
    try:
        return _make(path, order)
    except CrystaldError as error:
        told = str(error)
        return Made(path, error=told if str(path) in told else f"{path}: {told}")
    except Exception as error:  # noqa: BLE001 - one bad file never stops the others
        return Made(path, error=f"{path}: {type(error).__name__}: {error}\n  Please report it.")


def name_of(path: Path) -> str:
    """Name the structure of a file."""
    from crystald.crystal.structures.names import structure_name

    return structure_name(path.absolute())


def _make(path: Path, order: Order) -> Made:
    from crystald.steps.base import DeckRequest
    from crystald.steps.prepare import prepare
    from crystald.steps.table import STEP_TYPES

    found = _read(path, order)
    request = DeckRequest(name_of(path), order.step, order.settings, found.structure)
    prepared = prepare(STEP_TYPES[order.step], request)
    return Made(path, prepared.text, (*found.notes, *prepared.notes))


def _read(path: Path, order: Order) -> StructureReading:
    from crystald.crystal.structures.reading import read_structure

    wanted = order.settings.get("dimensionality", "auto")
    found = read_structure(_bytes(path), path.name, str(path), dimensionality=wanted)  # type: ignore[arg-type]
    whole = order.settings.get("symmetry", "auto") == "auto" and found.space_group is not None
    if order.strict and whole and found.claimed not in (None, found.space_group):
        raise InputError(
            f"{path}: names space group {found.claimed}, its atoms have {found.space_group}",
            "Correct the file, or leave --strict out to use the group of the atoms.",
        )
    return found


def _bytes(path: Path) -> bytes:
    from crystald.crystal.structures.names import split_index

    file = path if path.exists() else path.with_name(split_index(path.name)[0])
    return read_bytes(file, called=path)
