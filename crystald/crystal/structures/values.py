"""What reading a file of a structure gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from crystald.models import Structure

Dimensionality = Literal["auto", "crystal", "slab", "polymer", "molecule"]

PERIODIC: Final[dict[str, int]] = {"crystal": 3, "slab": 2, "polymer": 1, "molecule": 0}
NAMES: Final = {periodic: name for name, periodic in PERIODIC.items()}


@dataclass(frozen=True)
class StructureReading:
    """One ordered structure out of a file.

    Attributes
    ----------
    structure
        All atoms of the cell as the file gives it; a slab lies in the plane xy, a polymer along x.
    space_group
        The number that was found in the atoms of a crystal, None for others.
    claimed
        The number of the space group that the file names, None when it names none.
    notes
        What a person should know, one sentence each.
    source
        The kind of file: ``cif``, ``fort34``, or ASE's name of the format.
    """

    structure: Structure
    space_group: int | None
    claimed: int | None
    notes: tuple[str, ...]
    source: str = "cif"
