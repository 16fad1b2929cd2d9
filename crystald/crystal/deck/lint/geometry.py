"""Rules on the first part: the cell, the atoms, the edits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from crystald.crystal.deck.geometry.cells import RHOMBOHEDRAL
from crystald.crystal.deck.lint.subject import Note, Subject
from crystald.crystal.deck.structure.cell import Built, LargeCellError
from crystald.crystal.deck.structure.edits import ImpossibleEditError
from crystald.crystal.deck.structure.setting import cell_count, group_number, setting_of
from crystald.crystal.deck.text.geometry_words import SYSTEMS
from crystald.crystal.deck.text.tree import Kind
from crystald.crystal.deck.text.values import SystemInput
from crystald.crystal.structures.soundness import LENGTH_ANG, OVERLAP_ANG, VOLUME_PER_ATOM_ANG3
from crystald.errors import DeckError

ANGLE_SMALL_DEG: Final = 25.0
"""Below this an angle of a rhombohedral cell is likely to be a length."""
ATOMS_MAX: Final = 800
"""Distances of larger cells are left to the program."""


def second_line(subject: Subject) -> Iterator[Note]:
    """Tell a second line that is not CRYSTAL, SLAB, POLYMER, MOLECULE or EXTERNAL."""
    entries, title = subject.deck.geometry.entries, subject.deck.title
    if title is not None and title.text in SYSTEMS:
        return  # the title lacks, which is another rule's business
    if not entries or entries[0].keyword not in SYSTEMS:
        line = entries[0].head.number if entries else 2
        yield Note(
            line,
            "the second line must name the kind of system",
            "Write CRYSTAL, SLAB, POLYMER, MOLECULE or EXTERNAL below a title of one line.",
        )


def group_exists(subject: Subject) -> Iterator[Note]:
    """Tell a number that is no group of the system: a space group's in a SLAB, …."""
    system = subject.system
    if system is None or system.dimension is None:
        return
    try:
        group_number(system)
    except DeckError as error:
        lines = [r.number for r in system.entry.records if r.text.split()[:1] == [system.group]]
        line = lines[0] if lines else system.entry.head.number + 1
        yield Note(line, error.message.partition(": ")[2], _group_cure(system))


def _group_cure(system: SystemInput) -> str:
    if system.system == "SLAB":
        return "SLAB takes a layer group, 1 to 80, not the space group."
    if system.system == "POLYMER":
        return "POLYMER takes a rod group, 1 to 99, not the space group."
    return "Look the group up in the appendix of the manual."


def cell_parameters(subject: Subject) -> Iterator[Note]:
    """Tell a cell of fewer parameters than the group wants."""
    system, group = subject.system, subject.group
    if system is None or group is None or not system.dimension:
        return
    count = cell_count(system, group)
    if len(system.cell) < count:
        yield Note(
            system.cell_line,
            f"{system.system} of group {group} wants {count} cell parameters, not "
            f"{len(system.cell)}: the program goes on reading in the next line",
            "Give the minimal cell of the group.",
        )


def rhombohedral_angle(subject: Subject) -> Iterator[Note]:
    """Tell IFHR 1 with a second number that is no angle (it wants a and alpha, not a and c)."""
    system, group = subject.system, subject.group
    if system is not None and len(system.cell) in (2, 3) and is_no_angle(system, group):
        yield Note(
            system.cell_line,
            f"IFHR 1 wants a and alpha; {system.cell[1]:g} is no angle of a rhombohedral cell",
            "Write IFHR 0 with a and c of the hexagonal cell, or a and alpha of the rhombohedral one.",
        )


def is_no_angle(system: SystemInput, group: int | None) -> bool:
    """Tell whether the second number of rhombohedral axes (IFHR 1) can be no angle."""
    if system.flags[1] != 1 or group not in RHOMBOHEDRAL or len(system.cell) < 2:
        return False
    a, alpha = system.cell[:2]
    return not 0 < alpha < 120 or (
        alpha < ANGLE_SMALL_DEG and _is_dense(a, alpha, len(system.atoms))
    )


def _is_dense(a: float, alpha: float, atoms: int) -> bool:
    cosine = math.cos(math.radians(alpha))
    square = 1 - 3 * cosine**2 + 2 * cosine**3
    return a**3 * math.sqrt(max(square, 0.0)) < 5 * max(atoms, 1)


def possible_cell(subject: Subject) -> Iterator[Note]:
    """Tell lengths and angles that no cell has, and a cell far too small or too large for its atoms."""
    system, group = subject.system, subject.group
    if system is None or group is None or not system.dimension:
        return
    if is_no_angle(system, group):
        return
    if _not_positive(system, group):
        yield Note(system.cell_line, "a cell parameter is not positive", "Give lengths in Å.")
    elif subject.cell is not None:
        yield from _size(system, subject.cell)


def _size(system: SystemInput, cell: Built) -> Iterator[Note]:
    """Tell a cell much too small or too large for its atoms: the limits of structure files."""
    import numpy as np

    cure = "Look at units (Å), the order of the parameters, the group and the atoms."
    volume, atoms = abs(float(np.linalg.det(cell.lattice))), len(cell.numbers)
    longest = max(np.linalg.norm(cell.conventional, axis=1)[: cell.dimension])
    if cell.dimension == 3 and volume < VOLUME_PER_ATOM_ANG3[0] * atoms:
        yield Note(system.cell_line, f"{volume:.1f} Å³ for {atoms} atoms is too small", cure)
    elif longest > LENGTH_ANG[1]:
        yield Note(system.cell_line, f"a cell vector of {longest:.6g} Å is too long", cure)
    elif cell.dimension == 3 and volume > VOLUME_PER_ATOM_ANG3[1] * atoms:
        yield Note(system.cell_line, f"{volume:.1f} Å³ for {atoms} atoms is too large", cure)


def _not_positive(system: SystemInput, group: int) -> bool:
    return any(value <= 0 for value in system.cell[: cell_count(system, group)])


def distances(subject: Subject) -> Iterator[Note]:
    """Tell atoms that are too near: the program stops and names SMALLDIST."""
    cell = subject.edited_cell or subject.cell
    allowed = subject.deck.geometry.get("SMALLDIST") is not None
    if cell is None or allowed or len(cell.numbers) > ATOMS_MAX or subject.system is None:
        return
    if is_no_angle(subject.system, subject.group):
        return
    shortest = _shortest(cell.positions, cell.lattice, cell.dimension)
    if shortest < OVERLAP_ANG:
        yield Note(
            subject.system.entry.head.number,
            f"two atoms are only {shortest:.3f} Å apart",
            "Look at group, origin and setting, at units of coordinates (SLAB: z in Å), and give "
            "one atom of each orbit.",
        )


def _shortest(positions: object, lattice: object, dimension: int) -> float:
    """Find the shortest distance between atoms and their images, Å."""
    import numpy as np

    places, vectors = np.asarray(positions), np.asarray(lattice)
    fractions = places @ np.linalg.inv(vectors)
    span = [range(-1, 2) if axis < dimension else range(1) for axis in range(3)]
    shifts = np.array(np.meshgrid(*span, indexing="ij")).reshape(3, -1).T
    best = math.inf
    for i in range(len(fractions)):
        delta = fractions[i:] - fractions[i]
        delta[:, :dimension] -= np.rint(delta[:, :dimension])
        images = (delta[:, None, :] + shifts[None, :, :]) @ vectors
        distance = np.linalg.norm(images, axis=2)
        distance[0][distance[0] < 1e-9] = math.inf
        best = min(best, float(distance.min()))
    return best


def sites(subject: Subject) -> Iterator[Note]:
    """Tell a geometry that cannot be expanded: unlike atoms on one site, an impossible cell."""
    system, group, error = subject.system, subject.group, subject.cell_error
    if system is None or group is None or len(system.cell) < cell_count(system, group):
        return
    if _not_positive(system, group) or isinstance(error, LargeCellError):
        return  # other rules say so
    try:
        setting_of(system)
    except DeckError:
        return
    if error is not None:
        line, _, reason = error.message.partition(": ")
        known = line.startswith("line ")
        number = int(line[5:]) if known else system.cell_line
        yield Note(number, reason if known else error.message, error.hint or "Look at the cell.")


def repeated_sites(subject: Subject) -> Iterator[Note]:
    """Tell an atom that is an image of one above it: the program leaves it out."""
    system, cell = subject.system, subject.cell
    if system is None or cell is None or cell.orbits is None:
        return
    for index in sorted(set(range(len(system.atoms))) - set(cell.orbits)):
        yield Note(
            system.atoms[index].record.number,
            "symmetry makes this atom out of one above it: the program leaves it out",
            "Take it out, or lower the group if the two are meant to differ.",
        )


def impossible_edit(subject: Subject) -> Iterator[Note]:
    """Tell an edit that no structure allows: a supercell without volume, an atom that is not there."""
    if isinstance(subject.edit_error, ImpossibleEditError):
        yield _note(subject.edit_error)


def large_cell(subject: Subject) -> Iterator[Note]:
    """Tell so many atoms that neither distances nor sites are looked at."""
    for error in (subject.cell_error, subject.edit_error):
        if isinstance(error, LargeCellError):
            yield _note(error)


def _note(error: DeckError) -> Note:
    """Say what an error does, at its line."""
    line, _, reason = error.message.removeprefix("line ").partition(": ")
    return Note(int(line), reason, error.hint)


def atom_numbers(subject: Subject) -> Iterator[Note]:
    """Tell an atomic number that CRYSTAL does not know."""
    for atom in subject.system.atoms if subject.system is not None else ():
        if not 1 <= atom.number % 100 <= 99 or atom.number < 0:
            yield Note(
                atom.record.number,
                f"{atom.number} is no atomic number",
                "Z, Z + 100 for another basis set, Z + 200 with a pseudopotential.",
            )


def doubled_block(subject: Subject) -> Iterator[Note]:
    """Tell OPTGEOM (or another block) that stands twice."""
    seen: set[str] = set()
    for entry in subject.deck.geometry.entries:
        if entry.kind is Kind.BLOCK and entry.keyword in seen:
            yield Note(
                entry.head.number,
                f"{entry.keyword} stands here for the second time",
                "Take one out.",
            )
        if entry.kind is Kind.BLOCK:
            seen.add(entry.keyword)


def end_before_basisset(subject: Subject) -> Iterator[Note]:
    """Tell an END before BASISSET, which stands for it."""
    end, named = subject.deck.geometry.end, subject.deck.basis.get("BASISSET")
    if end is not None and named is not None:
        yield Note(
            end.number,
            "BASISSET stands for the END of the geometry: this END is one too many",
            "Take it out.",
        )


def ghosts_in_geometry(subject: Subject) -> Iterator[Note]:
    """Tell GHOSTS among the edits: it is a keyword of the basis set."""
    return _misplaced(
        subject,
        "GHOSTS",
        "GHOSTS is a keyword of the basis set",
        "Put it behind BASISSET and its name, or behind 99 0.",
    )


def preoptgeom(subject: Subject) -> Iterator[Note]:
    """Tell PREOPTGEOM outside FREQCALC: the program stops after its banner."""
    return _misplaced(
        subject,
        "PREOPTGEOM",
        "PREOPTGEOM stands outside FREQCALC",
        "Put it into FREQCALC, or write OPTGEOM.",
    )


def _misplaced(subject: Subject, keyword: str, reason: str, cure: str) -> Iterator[Note]:
    """Tell a keyword that has no place among those of the geometry."""
    for entry in subject.deck.geometry.entries:
        if entry.keyword == keyword:
            yield Note(entry.head.number, reason, cure)


def external_file(subject: Subject) -> Iterator[Note]:
    """Tell EXTERNAL without fort.34: GEOMETRY DATA FILE NOT FOUND."""
    system = subject.system
    here = subject.staged is None or "fort.34" in subject.staged or subject.fort34 is not None
    if system is not None and system.system == "EXTERNAL" and not here:
        yield Note(
            system.entry.head.number,
            "EXTERNAL reads fort.34, which is not there",
            "Stage the .gui file as fort.34.",
        )
