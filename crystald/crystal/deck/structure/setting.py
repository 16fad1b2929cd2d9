"""The group of a deck in the setting that its flags name, as operations out of gemmi's tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from crystald.crystal.deck.geometry.block import GROUPS, Kind
from crystald.crystal.deck.geometry.cells import RHOMBOHEDRAL, full_cell, minimal_count
from crystald.crystal.deck.geometry.layers import is_symmorphic
from crystald.crystal.deck.geometry.operations import (
    lattice_letter,
    layer_operations,
    point_operations,
    rod_operations,
)
from crystald.crystal.deck.geometry.points import POINT_GROUPS
from crystald.crystal.deck.geometry.rods import KNOWN, SEEN
from crystald.crystal.deck.text.values import SystemInput
from crystald.errors import DeckError

if TYPE_CHECKING:
    import gemmi
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Setting:
    """What a deck's group means.

    Attributes
    ----------
    number
        Of the space group (layer, rod, point group), as CRYSTAL counts.
    rotations, translations
        All operations, centrings included; fractions (ångström along open directions).
    letter
        Of the lattice: P, A, C, F, I, R.
    parameters
        a, b, c (Å; 1 along open directions), alpha, beta, gamma (degrees).
    hall
        Hall symbol of a space group's setting, empty for the others.
    """

    number: int
    rotations: NDArray[Any]
    translations: NDArray[Any]
    letter: str
    parameters: tuple[float, ...]
    hall: str = ""


def setting_of(system: SystemInput, *, assume_origin: bool = False) -> Setting:
    """Find the operations and the whole cell of a deck's geometry.

    Parameters
    ----------
    system
        The geometry.
    assume_origin
        Whether a layer group with screw axes or glide planes, or a rod group of which no output
        was seen, is taken as our own decks are written with it (``layer_groups: full``,
        ``rod_groups: full``); it is refused otherwise.

    Raises
    ------
    DeckError
        No such group or cell, or a setting whose meaning is not certain; the line is named.
    """
    if system.system == "CRYSTAL":
        return _crystal(system)
    if system.system in GROUPS:
        return _lower(system, assume_origin=assume_origin)
    raise DeckError(f"line {_line(system)}: {system.system} cannot be expanded here")


def group_number(system: SystemInput) -> int:
    """Give the number of a deck's group, whether given by number or by symbol.

    Raises
    ------
    DeckError
        It is none.
    """
    if system.flags[0] == 1:
        return int(_named(system).number)
    name, last = GROUPS[_kind(system)]
    if not system.group.isdecimal() or not 1 <= int(system.group) <= last:
        raise DeckError(
            f"line {_line(system)}: {system.group!r} is no {name}", f"They go from 1 to {last}."
        )
    return int(system.group)


def _kind(system: SystemInput) -> Kind:
    if system.system not in GROUPS:
        raise DeckError(f"line {_line(system)}: {system.system} has no group in the deck")
    return system.system


def _line(system: SystemInput) -> int:
    return system.entry.head.number


def cell_count(system: SystemInput, group: int) -> int:
    """Count the cell parameters that the program reads for a deck's group."""
    return minimal_count(group, system.dimension or 0, rhombohedral=_rhombohedral(system, group))


def _rhombohedral(system: SystemInput, group: int) -> bool:
    return system.flags[1] == 1 and group in RHOMBOHEDRAL


def _cell(system: SystemInput, group: int) -> tuple[float, ...]:
    count = cell_count(system, group)
    if len(system.cell) < count:
        raise DeckError(
            f"line {_line(system)}: {system.system} of group {group} wants {count} cell "
            f"parameters, not {len(system.cell)}"
        )
    cell = system.cell[:count]
    rhombohedral = _rhombohedral(system, group)
    return full_cell(group, cell, system.dimension or 0, rhombohedral=rhombohedral)


def _crystal(system: SystemInput) -> Setting:
    number = group_number(system)
    setting = _space_group(number, _symbol(system), system.flags[1], system.flags[2])
    rotations, translations = _arrays(setting.hall)
    if system.flags[2] > 1:
        if setting.ext == "2":
            raise DeckError(
                f"line {_line(system)}: group {number} has two origins, and a third one is asked for",
                "No real output shows from which of them it is counted: give the structure by "
                "EXTERNAL, or with a standard origin.",
            )
        translations = _shifted(rotations, translations, system.shift)
    letter = "P" if setting.ext == "R" else str(setting.hm[0])
    hall = "" if system.flags[2] > 1 else str(setting.hall)
    return Setting(number, rotations, translations, letter, _cell(system, number), hall)


def _shifted(
    rotations: NDArray[Any], translations: NDArray[Any], shift: tuple[float, ...]
) -> NDArray[Any]:
    """Move the origin to the point `shift` (24ths): a real quartz, 154 with 0 0 16, shows it so."""
    import numpy as np

    point = np.array(shift) / 24
    return np.asarray(translations - (point - rotations @ point))


def _symbol(system: SystemInput) -> str | None:
    return str(_named(system).hm) if system.flags[0] == 1 else None


def _named(system: SystemInput) -> gemmi.SpaceGroup:
    import gemmi

    found = gemmi.find_spacegroup_by_name(system.group)
    if found is None:
        raise DeckError(
            f"line {_line(system)}: {system.group!r} is no symbol of a space group",
            "Write it with blanks, as in P 63/M M C; or IFLAG 0 and the group's number.",
        )
    return found


def _space_group(number: int, symbol: str | None, axes: int, origin: int) -> gemmi.SpaceGroup:
    """Choose among the settings of a group: axes R or H, origin 1 or 2, as the flags say."""
    import gemmi

    same = [one for one in gemmi.spacegroup_table() if one.number == number]
    if symbol is None:
        standard = next(one for one in same if one.is_reference_setting())
        symbol = str(standard.hm)
    same = [one for one in same if one.hm == symbol]
    wanted = ("R" if axes else "H", "1" if origin == 1 else "2")
    return next((one for one in same if one.ext in wanted), same[0])


@cache
def _arrays(hall: str) -> tuple[NDArray[Any], NDArray[Any]]:
    import gemmi
    import numpy as np

    operations = list(gemmi.symops_from_hall(hall))
    rotations = np.array([one.rot for one in operations]) / gemmi.Op.DEN
    translations = np.array([one.tran for one in operations]) / gemmi.Op.DEN
    return rotations, translations


def is_origin_open(system: SystemInput) -> bool:
    """Tell whether no real output shows what our own decks take the operations of a group to be."""
    group = group_number(system)
    if system.system == "POLYMER":
        return group in KNOWN and group not in SEEN
    return system.system == "SLAB" and not is_symmorphic(group)


def _lower(system: SystemInput, *, assume_origin: bool) -> Setting:
    """Slabs, polymers and molecules by the operations that are known of their groups."""
    number = group_number(system)
    found = _known_operations(_kind(system), number)
    if found is None or (is_origin_open(system) and not assume_origin):
        name, _ = GROUPS[_kind(system)]
        raise DeckError(
            f"line {_line(system)}: where the program has the operations of {name} {number} is "
            "not known here",
            "Take the geometry from the output, or from fort.34.",
        )
    letter = lattice_letter(system.system, number)
    return Setting(number, *found, letter, _cell(system, number))


def _known_operations(kind: Kind, group: int) -> tuple[NDArray[Any], NDArray[Any]] | None:
    if kind == "SLAB":
        return layer_operations(group)
    if kind == "POLYMER":
        return rod_operations(group) if group in KNOWN else None
    return point_operations(group) if group in POINT_GROUPS else None
