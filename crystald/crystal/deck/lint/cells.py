"""Rules on records of cells whose numbers are read as others than were meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crystald.crystal.deck.geometry.cells import RHOMBOHEDRAL, minimal_cell
from crystald.crystal.deck.lint.geometry import is_no_angle
from crystald.crystal.deck.lint.subject import Note, Subject
from crystald.crystal.deck.structure.setting import cell_count
from crystald.crystal.deck.text.values import SystemInput

ANGLES_DEG: Final = (90.0, 120.0)
"""Angles that people write behind lengths."""

LOOSE_ANG3: Final = 30.0
"""Few crystals have so much room for an atom: a length is then likely to be an angle."""

DENSE_ANG3: Final = (5.0, 30.0)
"""Room for an atom that a rhombohedral cell of the same two numbers would have."""

RHOMBOHEDRAL_DEG: Final = (25.0, 115.0)


def cell_misread(subject: Subject) -> Iterator[Note]:
    """Tell a whole cell where the minimal one belongs, whose first numbers mean something else."""
    found = _surplus(subject)
    if found is None:
        return
    system, read, meant = found
    if meant is not None and not _alike(read, meant):
        yield Note(
            system.cell_line,
            f"of these {len(system.cell)} numbers the program reads the first {len(read)}: "
            f"{_row(read)}",
            f"Write {_row(meant)}.",
        )


def cell_surplus(subject: Subject) -> Iterator[Note]:
    """Tell more numbers than the minimal cell has, where the first ones are those that are meant."""
    found = _surplus(subject)
    if found is None:
        return
    system, read, meant = found
    if meant is None or _alike(read, meant):
        yield Note(
            system.cell_line,
            f"{system.system} of group {subject.group} wants {len(read)} cell parameters: the "
            f"program reads {_row(read)} and passes over the rest",
            f"Write {_row(read)}, if that is the cell.",
        )


def cell_angle(subject: Subject) -> Iterator[Note]:
    """Tell a length of the cell that looks like an angle."""
    system, group = subject.system, subject.group
    if system is None or group is None or subject.cell is None or system.dimension != 3:
        return
    if cell_count(system, group) != 2 or system.flags[1] or len(system.cell) < 2:
        return
    a, c = system.cell[:2]
    atoms = max(len(subject.cell.numbers), 1)
    room = _volume(subject) / atoms
    rhombohedral = group in RHOMBOHEDRAL and _is_rhombohedral(a, c, atoms)
    if room > LOOSE_ANG3 and (c in ANGLES_DEG or rhombohedral):
        cure = "Write IFHR 1 if these are a and alpha, else a and c." if rhombohedral else ""
        yield Note(
            system.cell_line,
            f"{c:g} is read as the length c, and looks like an angle: with it an atom has "
            f"{room:.0f} Å³",
            cure or "Write a and c: the group fixes the angles.",
        )


def _surplus(
    subject: Subject,
) -> tuple[SystemInput, tuple[float, ...], tuple[float, ...] | None] | None:
    """Give the cell as read and as meant (None: not known) where it has more numbers than count."""
    system, group = subject.system, subject.group
    if system is None or group is None or not system.dimension:
        return None
    count = cell_count(system, group)
    if len(system.cell) <= count or (
        system.flags[1] and is_no_angle(system, group) and len(system.cell) < 6
    ):
        return None
    return system, system.cell[:count], _meant(system, group, count)


def _meant(system: SystemInput, group: int, count: int) -> tuple[float, ...] | None:
    """Tell what a row of too many numbers stands for; None where that is not known."""
    whole = system.cell
    on_r = system.flags[1] == 1 and group in RHOMBOHEDRAL
    if system.dimension == 3 and len(whole) >= 6:
        return (whole[0], whole[3]) if on_r else minimal_cell(group, whole)
    if system.dimension == 3 and count == 2 and not on_r and whole[2] not in ANGLES_DEG:
        return whole[0], whole[2]
    if system.dimension == 3 and count == 4 and len(whole) == 5 and whole[3] in ANGLES_DEG:
        return (*whole[:3], whole[4])
    return None


def _is_rhombohedral(a: float, alpha: float, atoms: int) -> bool:
    """Tell whether two numbers make a cell of usual density as a and alpha."""
    import math

    if not RHOMBOHEDRAL_DEG[0] < alpha < RHOMBOHEDRAL_DEG[1]:
        return False
    cosine = math.cos(math.radians(alpha))
    volume = a**3 * math.sqrt(max(1 - 3 * cosine**2 + 2 * cosine**3, 0.0))
    return DENSE_ANG3[0] <= volume / atoms <= DENSE_ANG3[1]


def _volume(subject: Subject) -> float:
    import numpy as np

    assert subject.cell is not None  # noqa: S101 - looked at by the caller
    return abs(float(np.linalg.det(subject.cell.lattice)))


def _alike(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(abs(a - b) < 1e-6 for a, b in zip(one, other, strict=True))


def _row(numbers: tuple[float, ...]) -> str:
    return " ".join(f"{number:g}" for number in numbers)
