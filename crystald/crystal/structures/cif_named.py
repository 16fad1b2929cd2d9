"""The space group that a CIF names, compared with the operations that it lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.errors import InputError

if TYPE_CHECKING:
    import gemmi
    from numpy.typing import NDArray

    Operations = tuple[NDArray[Any], NDArray[Any]]

NAME_TAGS: Final = ("_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M")
NUMBER_TAGS: Final = ("_space_group_IT_number", "_symmetry_Int_Tables_number")


def value_of(block: gemmi.cif.Block, tag: str) -> str:
    """Give the text of a tag; empty where it is absent, or says that it is not known."""
    import gemmi

    text = cast("str | None", block.find_value(tag))
    found = gemmi.cif.as_string(text).strip() if text is not None else ""
    return "" if found in ("?", ".") else found


_EXTENSIONS: Final = {"S": "1", "O1": "1", "Z": "2", "O2": "2", "H": "H", "R": "R"}
"""Suffix of a symbol in ICSD and elsewhere -> origin or axes as the Tables' settings have them."""

_SUFFIXED: Final = re.compile(r"(.*?[a-z0-9])[\s:]*(S|Z|O1|O2|H|R)")


def name_of(block: gemmi.cif.Block, tag: str) -> str:
    """Give the symbol of a tag; a suffix of its origin or axes stands behind a colon.

    A databank writes ``F d -3 m S`` for the first origin and ``F d -3 m Z`` for the one in the
    centre, ``R -3 c H`` and ``R -3 c R`` for the axes.
    """
    text = value_of(block, tag).replace("_", "")
    found = _SUFFIXED.fullmatch(text)
    if found is None:
        return text
    settled = f"{found[1]}:{_EXTENSIONS[found[2]]}"
    return settled if _find(settled) is not None else text


def named_number(block: gemmi.cif.Block, file: str) -> int | None:
    """Give the number of the space group that symbols and numbers of a CIF agree on.

    Raises
    ------
    InputError
        They name different groups.
    """
    found: dict[str, int] = {}
    for tag in NAME_TAGS:
        text = name_of(block, tag)
        group = _find(text) if text else None
        if group is not None:
            found[f"{tag} {text!r} (number {group.number})"] = int(group.number)
    for tag in NUMBER_TAGS:
        text = value_of(block, tag)
        if text.isascii() and text.isdecimal() and 1 <= int(text) <= 230:
            found[f"{tag} {text}"] = int(text)
    if len(set(found.values())) > 1:
        raise InputError(
            f"{file}: names different space groups: {', '.join(found)}",
            "Correct the one that is wrong, or remove it.",
        )
    return next(iter(found.values()), None)


def _find(name: str) -> gemmi.SpaceGroup | None:
    import gemmi

    return cast("gemmi.SpaceGroup | None", gemmi.find_spacegroup_by_name(name))


def with_centrings(
    group: gemmi.GroupOps, named: gemmi.SpaceGroup | None
) -> tuple[gemmi.GroupOps, tuple[str, ...]]:
    """Complete a list that leaves out nothing but the centrings of the symbol beside it."""
    import gemmi

    if named is None or len(group.cen_ops) > 1 or len(named.operations().cen_ops) == 1:
        return group, ()
    whole = named.operations()
    moves = [gemmi.Op().translated(move) for move in whole.cen_ops]
    completed = {(one * move).wrap().triplet() for one in group for move in moves}
    if completed != {one.wrap().triplet() for one in whole}:
        return group, ()
    return whole, (
        f"the list of operations leaves out the centrings of {named.hm}: they are added",
    )


def type_of(rotations: NDArray[Any], translations: NDArray[Any]) -> int | None:
    """Find the number of the space group that operations form, in whatever setting."""
    import numpy as np
    import spglib

    try:
        with announcements_ignored():
            found = spglib.get_spacegroup_type_from_symmetry(
                np.rint(rotations).astype("intc"), translations
            )
    except Exception:  # noqa: BLE001 - of a class of spglib's own only in some versions
        return None
    return None if found is None else int(found.number)


def check_named(number: int | None, operations: Operations, file: str) -> None:
    """Refuse operations that are not those of the space group that is named.

    Raises
    ------
    InputError
        They are of another group.
    """
    if number is None:
        return
    found = type_of(*operations)
    if found is not None and found != number:
        count = len(operations[0])
        raise InputError(
            f"{file}: names space group {number}, but its {count} "
            f"operation{'s are' if count > 1 else ' is'} of group {found}",
            "Correct what is wrong: remove the list of operations, or the name and number.",
        )
