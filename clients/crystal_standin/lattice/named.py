"""The group that a deck names, and how many cell parameters follow it."""

from __future__ import annotations

from crystal_standin.events import RefusalError
from crystal_standin.lattice import groups, layers
from crystal_standin.lattice.groups import Group


def find(system: str, name: str, flags: tuple[int, int, int]) -> Group:
    """Return a group by what the deck says of it.

    Parameters
    ----------
    system : str
        CRYSTAL, SLAB, POLYMER or MOLECULE.
    name : str
        The record of the group: a number, or a symbol with IFLAG 1.
    flags : tuple of 3 int
        IFLAG, IFHR and IFSO; zeros for other systems than crystals.

    Raises
    ------
    RefusalError
        There is no such group or setting.
    """
    if system != "CRYSTAL":
        if not name.isdigit():
            note = f"group {name!r} of a {system.lower()}"
            raise RefusalError("CRYSTA", "FORMAT ERROR IN INPUT DECK", note)
        return layers.by_system(system, int(name))
    by_symbol, ifhr, ifso = flags
    if by_symbol:
        return groups.by_symbol(name, ifhr, ifso)
    word = name.split(maxsplit=1)[0] if name.split() else ""
    if not word.isdigit():
        note = f"space group {name!r} with IFLAG 0"
        raise RefusalError("CRYSTA", "FORMAT ERROR IN INPUT DECK", note)
    return groups.by_number(int(word), ifhr, ifso)


def parameter_count(group: Group) -> int:
    """Return how many cell parameters a deck gives for a group."""
    names = groups.minimal_names(group) if group.dimension == 3 else layers.names_of(group)
    return len(names)
