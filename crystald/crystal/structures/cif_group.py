"""The symmetry that a CIF claims: its operations, and the number of its space group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from crystald.crystal.deck.geometry.parameters import lattice_of
from crystald.crystal.structures.cif_magnetic import magnetic_operations
from crystald.crystal.structures.cif_named import (
    NAME_TAGS,
    check_named,
    name_of,
    named_number,
    type_of,
    value_of,
    with_centrings,
)
from crystald.errors import InputError

if TYPE_CHECKING:
    import gemmi
    from numpy.typing import NDArray

OPERATION_TAGS: Final = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
HALL_TAGS: Final = ("_space_group_name_Hall", "_symmetry_space_group_name_Hall")
UNNAMED: Final = "the CIF names no symmetry: all atoms are taken as listed"

METRIC_TOLERANCE: Final = 0.02
"""How far a rotation may change a lattice length or angle, as a fraction."""


@dataclass(frozen=True)
class ClaimedGroup:
    """The operations of a CIF.

    Attributes
    ----------
    rotations : (n, 3, 3) array
    translations : (n, 3) array
        Fractions of the CIF's cell.
    number
        Of the space group that the CIF names (or that its operations are), None for none.
    notes
        What a person should know.
    triplets
        The operations as text; empty for a CIF that names no symmetry.
    """

    rotations: NDArray[Any]
    translations: NDArray[Any]
    number: int | None
    notes: tuple[str, ...] = ()
    triplets: tuple[str, ...] = ()


def claimed_group(block: gemmi.cif.Block, parameters: tuple[float, ...], file: str) -> ClaimedGroup:
    """Find the symmetry operations of a CIF.

    Raises
    ------
    InputError
        Unreadable or incomplete operations, an unknown symbol, a symbol that leaves the origin
        open, operations that are not those of the group that is named, or that the cell does not
        allow.
    """
    import gemmi
    import numpy as np

    group, notes = _operations(block, parameters, file)
    number = None if UNNAMED in notes else named_number(block, file)
    group, completed = with_centrings(group, _named(block, parameters))
    notes += completed
    operations = list(group)
    denominator = gemmi.Op.DEN
    rotations = np.array([one.rot for one in operations]) / denominator
    translations = np.array([one.tran for one in operations]) / denominator
    _check_metric(rotations, lattice_of(parameters), file)
    check_named(number, (rotations, translations), file)
    if number is None and UNNAMED not in notes:
        number = type_of(rotations, translations)
    named = UNNAMED not in notes
    triplets = tuple(one.wrap().triplet() for one in operations) if named else ()
    return ClaimedGroup(rotations, translations, number, notes, triplets)


def _operations(
    block: gemmi.cif.Block, parameters: tuple[float, ...], file: str
) -> tuple[gemmi.GroupOps, tuple[str, ...]]:
    import gemmi

    if magnetic := magnetic_operations(block):
        return _from_list(list(magnetic.triplets), magnetic.tag, file), ()
    for tag in OPERATION_TAGS:
        if texts := [text.strip("'\"") for text in block.find_values(tag)]:
            return _from_list(texts, tag, file), ()
    for tag in HALL_TAGS:
        if text := value_of(block, tag):
            try:
                return gemmi.symops_from_hall(text), ()
            except (ValueError, RuntimeError) as error:
                raise InputError(
                    f"{file}: {tag} {text!r} is no Hall symbol", "Give the operations as a list."
                ) from error
    for tag in NAME_TAGS:
        if text := name_of(block, tag):
            return _from_name(text, tag, parameters, file), ()
    return _from_number(block, parameters, file)


def _named(block: gemmi.cif.Block, parameters: tuple[float, ...]) -> gemmi.SpaceGroup | None:
    import gemmi

    names = [text for tag in NAME_TAGS if (text := name_of(block, tag))]
    found = [gemmi.find_spacegroup_by_name(t, parameters[3], parameters[5]) for t in names]
    known = cast("list[gemmi.SpaceGroup | None]", found)
    return next((group for group in known if group is not None), None)


def _from_list(texts: list[str], tag: str, file: str) -> gemmi.GroupOps:
    import gemmi

    operations = []
    for text in texts:
        try:
            operations.append(gemmi.Op(text))
        except (ValueError, RuntimeError) as error:
            raise InputError(
                f"{file}: {tag} holds {text!r}, which is no operation", "Write it like x,y,z+1/2."
            ) from error
    group = gemmi.GroupOps(operations)
    distinct = {one.wrap().triplet() for one in operations}
    if len(list(group)) != len(distinct) or not _closed(list(group)):
        raise InputError(
            f"{file}: the {len(distinct)} operations in {tag} form no group",
            "Complete the list, or remove it and name the space group.",
        )
    return group


def _closed(operations: list[gemmi.Op]) -> bool:
    """Tell whether products stay within; factors are those that products of others do not give.

    Multiplied by each of these the operations change places, so that all their products, and with
    them every operation as a factor, do the same.
    """
    known = {one.wrap().triplet() for one in operations}
    factors: list[gemmi.Op] = []
    given: set[str] = set()
    for one in operations:
        if one.wrap().triplet() in given:
            continue
        if any((other * one).wrap().triplet() not in known for other in operations):
            return False
        factors.append(one)
        given = _products(factors)
    return True


def _products(factors: list[gemmi.Op]) -> set[str]:
    """Multiply operations of finite order until nothing new is found."""
    import gemmi

    new = [gemmi.Op()]
    found = {one.triplet() for one in new}
    while new:
        made = {one.triplet(): one for a in new for b in factors for one in [(a * b).wrap()]}
        new = [one for triplet, one in made.items() if triplet not in found]
        found |= made.keys()
    return found


def _from_name(text: str, tag: str, parameters: tuple[float, ...], file: str) -> gemmi.GroupOps:
    import gemmi

    group = cast(
        "gemmi.SpaceGroup | None",
        gemmi.find_spacegroup_by_name(text, parameters[3], parameters[5]),
    )
    if group is None:
        raise InputError(
            f"{file}: {tag} {text!r} is no space group", "Give the operations as a list."
        )
    if ":" not in text and group.ext in ("1", "2"):
        raise InputError(
            f"{file}: {text!r} has two origins and the CIF does not say which it means",
            f"Add the operations as a list, or write {group.hm}:1 or {group.hm}:2 in {tag}.",
        )
    return group.operations()


def _from_number(
    block: gemmi.cif.Block, parameters: tuple[float, ...], file: str
) -> tuple[gemmi.GroupOps, tuple[str, ...]]:
    """Take a number that has one setting only; the cell decides between the axes of R groups."""
    import gemmi

    number = named_number(block, file)
    if number in (None, 1):
        return gemmi.symops_from_hall("P 1"), () if number else (UNNAMED,)
    settings = [one for one in gemmi.spacegroup_table() if one.number == number]
    if {one.ext for one in settings} == {"H", "R"}:
        axes = "H" if abs(parameters[5] - 120) < abs(parameters[5] - parameters[3]) else "R"
        settings = [one for one in settings if one.ext == axes]
    if len(settings) > 1:
        raise InputError(
            f"{file}: names space group number {number}, but no setting and no operations",
            "Add the operations as a list, or the Hermann-Mauguin symbol.",
        )
    note = f"the CIF names only the number {number}: its operations are those of {settings[0].hm}"
    return settings[0].operations(), (note,)


def _check_metric(rotations: NDArray[Any], lattice: NDArray[Any], file: str) -> None:
    """Refuse rotations that would change lengths or angles of the lattice."""
    import numpy as np

    metric = lattice @ lattice.T
    scale = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    for rotation in rotations:
        turned = rotation.T @ metric @ rotation
        if (np.abs(turned - metric) / scale).max() > METRIC_TOLERANCE:
            raise InputError(
                f"{file}: the cell does not have the symmetry of the operations",
                "Check the cell's lengths and angles (hexagonal or rhombohedral axes?).",
            )
