"""Build the cell that a deck stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.geometry.parameters import lattice_of
from crystald.crystal.deck.kmesh import primitive_vectors
from crystald.crystal.deck.structure.cell import Built, LargeCellError
from crystald.crystal.deck.structure.edits import edited
from crystald.crystal.deck.structure.setting import Setting, setting_of
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.text.values import SystemInput, system_input
from crystald.crystal.structures.soundness import ATOMS_MAX
from crystald.errors import DeckError, ParseError
from crystald.models import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME_SITE_ANG: Final = 1e-3
"""Images of one atom nearer than this are one site."""

LENGTH_MAX_ANG: Final = 1e5
"""A longer vector is no length in Å."""

VOLUME_MIN_ANG3: Final = 1e-6
"""A smaller cell is none: its angles close it, or a length of it is nothing."""


def structure_of(
    deck: DeckText, fort34: str | None = None, *, assume_origin: bool = False
) -> Structure:
    """Give the primitive cell that a deck stands for, its edits applied.

    Parameters
    ----------
    deck
        A d12 deck.
    fort34
        Text of the file ``fort.34`` beside it, for decks that begin with EXTERNAL.
    assume_origin
        As for `setting_of`.

    Raises
    ------
    DeckError
        The geometry is not complete, the file is lacking, or an edit does what only the program
        knows; the line is named.
    """
    return edited(built(deck, fort34, assume_origin=assume_origin), deck).structure


def built(deck: DeckText, fort34: str | None = None, *, assume_origin: bool = False) -> Built:
    """Build the primitive cell before any edit.

    Raises
    ------
    DeckError
        As `structure_of`.
    """
    return built_of(system_input(deck), fort34, assume_origin=assume_origin)


def built_of(
    system: SystemInput, fort34: str | None = None, *, assume_origin: bool = False
) -> Built:
    """Build the primitive cell of a geometry that was read.

    Raises
    ------
    DeckError
        As `structure_of`.
    """
    if system.dimension is None:
        return _from_file(system, fort34)
    return expanded(system, setting_of(system, assume_origin=assume_origin))


def _from_file(system: SystemInput, fort34: str | None) -> Built:
    import numpy as np

    from crystald.crystal.geometry_files.read_fort34 import read_fort34

    if fort34 is None:
        raise DeckError(
            f"line {system.entry.head.number}: {system.system} takes the geometry from a file",
            "Give the file fort.34 (.gui) too.",
        )
    try:
        found = read_fort34(fort34.splitlines())
    except ParseError as error:
        raise DeckError(f"fort.34: {error.message}", error.hint) from error
    lattice = np.array(found.cell_ang)
    positions = np.array(found.positions_ang).reshape(-1, 3)
    return Built(lattice, found.numbers, positions, None, found.dimensionality, lattice)


def expanded(system: SystemInput, setting: Setting) -> Built:
    """Expand the asymmetric unit into the primitive cell.

    An atom that is an image of one above it is left out, as the program does (seen in runs of
    CRYSTAL09 and 14 with both halves of an orbit in the deck): no orbit has its index.

    Raises
    ------
    DeckError
        The cell is impossible, or two unlike atoms of the deck lie on one site.
    """
    import numpy as np

    if len(system.atoms) > ATOMS_MAX:
        many = f"{len(system.atoms)} atoms are too many to be looked at"
        raise LargeCellError(f"line {system.entry.head.number}: {many}", "Is it a crystal?")
    conventional = _lattice(setting.parameters, system)
    lattice = primitive_vectors(setting.letter) @ conventional
    into = np.linalg.inv(lattice)
    places: list[NDArray[Any]] = []
    orbits: list[int] = []
    for index, atom in enumerate(system.atoms):
        images = setting.rotations @ np.array(atom.position) + setting.translations
        distinct = _distinct(images @ conventional @ into, lattice, system.dimension or 0)
        places += list(distinct)
        orbits += [index] * len(distinct)
    fractions = np.array(places).reshape(-1, 3)
    again = _repeated(fractions, orbits, lattice, system)
    kept = [at for at, owner in enumerate(orbits) if owner not in again]
    owners = tuple(orbits[at] for at in kept)
    numbers = tuple(system.atoms[owner].number for owner in owners)
    positions = fractions[kept] @ lattice
    return Built(lattice, numbers, positions, owners, system.dimension or 0, conventional)


def _lattice(parameters: tuple[float, ...], system: SystemInput) -> NDArray[Any]:
    """Build the conventional vectors of a cell that has a volume."""
    import numpy as np

    if system.dimension and any(value <= 0 for value in parameters):
        raise DeckError(
            f"line {system.cell_line}: a cell parameter is not positive",
            "Give lengths in Å, angles in degrees.",
        )
    if max(parameters[:3]) > LENGTH_MAX_ANG:
        raise DeckError(f"line {system.cell_line}: no cell is so long", "Give lengths in Å.")
    try:
        lattice = lattice_of(parameters)
    except DeckError as error:
        raise DeckError(f"line {system.cell_line}: {error.message}", error.hint) from error
    if max(parameters[3:]) >= 180 or abs(np.linalg.det(lattice)) < VOLUME_MIN_ANG3:
        raise DeckError(f"line {system.cell_line}: the cell has no volume", "Look at the angles.")
    return lattice


def _wrapped(delta: NDArray[Any], dimension: int) -> NDArray[Any]:
    """Bring differences of fractions to the nearest image along the periodic directions."""
    import numpy as np

    near = delta.copy()
    near[..., :dimension] -= np.rint(near[..., :dimension])
    return near


def _distinct(images: NDArray[Any], lattice: NDArray[Any], dimension: int) -> NDArray[Any]:
    """Keep one of the images that lie on one site, in their order."""
    import numpy as np

    inside = images.copy()
    inside[:, :dimension] -= np.floor(inside[:, :dimension])
    firsts: dict[tuple[float, ...], int] = {}
    for at, site in enumerate(map(tuple, inside.round(9).tolist())):
        firsts.setdefault(site, at)
    few = inside[list(firsts.values())]  # most images of a special position agree in all digits
    delta = _wrapped(few[:, None, :] - few[None, :, :], dimension)
    distance = np.linalg.norm(delta @ lattice, axis=2)
    return np.asarray(few[sorted({*np.argmax(distance < SAME_SITE_ANG, axis=1).tolist()})])


def _repeated(
    fractions: NDArray[Any], orbits: list[int], lattice: NDArray[Any], system: SystemInput
) -> set[int]:
    """Find the atoms of the deck that lie on the site of one above them."""
    import numpy as np

    owners = np.array(orbits)
    found: set[int] = set()
    for index, atom in enumerate(system.atoms):
        first = int(np.argmax(owners == index))
        delta = _wrapped(fractions[:first] - fractions[first], system.dimension or 0)
        (same,) = np.nonzero(np.linalg.norm(delta @ lattice, axis=1) < SAME_SITE_ANG)
        if any(system.atoms[orbits[at]].number != atom.number for at in same):
            raise DeckError(
                f"line {atom.record.number}: the atom lies where another of the deck does",
                "Give one atom of each orbit.",
            )
        if len(same):
            found.add(index)
    return found
