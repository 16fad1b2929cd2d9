"""The symmetry that a CIF claims: its operations, and the number of its space group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from crystald.crystal.deck.geometry.parameters import lattice_of
from crystald.errors import InputError

if TYPE_CHECKING:
    import gemmi
    from numpy.typing import NDArray

OPERATION_TAGS: Final = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
HALL_TAGS: Final = ("_space_group_name_Hall", "_symmetry_space_group_name_Hall")
NAME_TAGS: Final = ("_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M")
UNNAMED: Final = "the CIF names no symmetry: all atoms are taken as listed"

NUMBER_TAGS: Final = ("_space_group_IT_number", "_symmetry_Int_Tables_number")

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
    """

    rotations: NDArray[Any]
    translations: NDArray[Any]
    number: int | None
    notes: tuple[str, ...] = ()


def claimed_group(block: gemmi.cif.Block, parameters: tuple[float, ...], file: str) -> ClaimedGroup:
    """Find the symmetry operations of a CIF.

    Raises
    ------
    InputError
        Unreadable or incomplete operations, an unknown symbol, a symbol that leaves the origin
        open, or operations that the cell does not allow.
    """
    import gemmi
    import numpy as np

    group, notes = _operations(block, parameters, file)
    operations = list(group)
    denominator = gemmi.Op.DEN
    rotations = np.array([one.rot for one in operations]) / denominator
    translations = np.array([one.tran for one in operations]) / denominator
    _check_metric(rotations, lattice_of(parameters), file)
    number = None if UNNAMED in notes else _number(block, group)
    return ClaimedGroup(rotations, translations, number, notes)


def _operations(
    block: gemmi.cif.Block, parameters: tuple[float, ...], file: str
) -> tuple[gemmi.GroupOps, tuple[str, ...]]:
    import gemmi

    for tag in OPERATION_TAGS:
        if texts := [text.strip("'\"") for text in block.find_values(tag)]:
            return _from_list(texts, tag, file), ()
    for tag in HALL_TAGS:
        if text := _value(block, tag):
            try:
                return gemmi.symops_from_hall(text), ()
            except (ValueError, RuntimeError) as error:
                raise InputError(
                    f"{file}: {tag} {text!r} is no Hall symbol", "Give the operations as a list."
                ) from error
    for tag in NAME_TAGS:
        if text := _value(block, tag):
            return _from_name(text, tag, parameters, file), ()
    return _from_number(block, file)


def _value(block: gemmi.cif.Block, tag: str) -> str:
    import gemmi

    text = cast("str | None", block.find_value(tag))
    return gemmi.cif.as_string(text).strip() if text is not None else ""


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
    known = {one.wrap().triplet() for one in operations}
    return all((a * b).wrap().triplet() in known for a in operations for b in operations)


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


def _from_number(block: gemmi.cif.Block, file: str) -> tuple[gemmi.GroupOps, tuple[str, ...]]:
    import gemmi

    named = False
    for tag in NUMBER_TAGS:
        text = _value(block, tag)
        named = named or text == "1"
        if text and text != "1":
            raise InputError(
                f"{file}: names space group number {text} ({tag}), but no setting and no operations",
                "Add the operations as a list, or the Hermann-Mauguin symbol.",
            )
    return gemmi.symops_from_hall("P 1"), () if named else (UNNAMED,)


def _number(block: gemmi.cif.Block, group: gemmi.GroupOps) -> int | None:
    import gemmi

    for tag in NUMBER_TAGS:
        if (text := _value(block, tag)).isdecimal() and 1 <= int(text) <= 230:
            return int(text)
    names = [text for tag in NAME_TAGS if (text := _value(block, tag))]
    named = [gemmi.find_spacegroup_by_name(text) for text in names]
    candidates = cast(
        "list[gemmi.SpaceGroup | None]", [*named, gemmi.find_spacegroup_by_ops(group)]
    )
    return next((int(one.number) for one in candidates if one is not None), None)


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
