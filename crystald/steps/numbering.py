"""Atoms in settings: those of the file, written as the atoms of the deck's primitive cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.geometry.block import PERIODICITY, DeckAtom, Geometry
from crystald.crystal.deck.geometry.checked import checked_form
from crystald.crystal.deck.geometry.form import StandardForm, Wanted
from crystald.crystal.deck.geometry.numbering import form_apart, labels_of
from crystald.crystal.deck.geometry.regenerate import frame_of
from crystald.crystal.deck.records import plain
from crystald.errors import DeckError
from crystald.models import Structure

if TYPE_CHECKING:
    from crystald.crystal.output.values import PrintedAtom

_Settings = TypeVar("_Settings", bound=msgspec.Struct)

MOVED: Final = 0.1
MOVED_ANG: Final = 0.5
"""So far an OPT may take an atom before it is looked for anew: fractions, and ångström."""

LISTED: Final = 12
"""So many atoms are listed, wherever they are named; of more only those that are named."""


@dataclass(frozen=True)
class Named:
    """What settings say of single atoms.

    Attributes
    ----------
    atomspin
        Atom and spin.
    fragment
        Atoms that move.
    """

    atomspin: tuple[tuple[int, int], ...] = ()
    fragment: tuple[int, ...] = ()

    @property
    def atoms(self) -> tuple[int, ...]:
        """All of them."""
        return (*(atom for atom, _ in self.atomspin), *self.fragment)

    def __bool__(self) -> bool:
        """Tell whether any atom is named."""
        return bool(self.atomspin or self.fragment)


def named_in(settings: Any) -> Named:
    """Take what settings (a mapping) say of single atoms."""
    spins, fragment = settings.get("atomspin"), settings.get("fragment")
    return Named(
        () if spins is None or isinstance(spins, str) else tuple((a, s) for a, s in spins),
        () if fragment is None or isinstance(fragment, str) else tuple(fragment),
    )


def form_for(
    structure: Structure, wanted: Wanted, named: Named
) -> tuple[StandardForm, tuple[tuple[int, ...], ...], tuple[str, ...]]:
    """Standardise a structure, and keep atoms of unlike spin apart.

    Returns
    -------
    form, labels, notes
        The labels tell as which atoms of the primitive cell each atom of the file is computed;
        they are empty where no atom is named.

    Raises
    ------
    DeckError
        As `checked_form`; or a setting names an atom that the file has not.
    """
    _check_there(named, len(structure.numbers))
    form = checked_form(structure, wanted)
    if not named:
        return form, (), ()
    labels = labels_of(structure, form)
    if not _unlike(named.atomspin, labels):
        return form, labels, ()
    apart, labels = form_apart(structure, _kinds(named.atomspin, len(labels)), wanted)
    note = "atoms of unlike spin are kept apart (atomspin)"
    if apart.group != form.group:
        note += f": group {apart.group} ({apart.symbol}), not {form.group} ({form.symbol})"
    return apart, labels, (note,)


def _check_there(named: Named, count: int) -> None:
    for setting, atoms in (
        ("atomspin", [a for a, _ in named.atomspin]),
        ("fragment", named.fragment),
    ):
        if beyond := [atom for atom in atoms if atom > count]:
            raise DeckError(
                f"{setting} names atom {beyond[0]}, and the cell of the file has {count}",
                "Atoms count from 1 in the cell of the file, each site followed by its images.",
            )


def _unlike(spins: Sequence[tuple[int, int]], labels: Sequence[tuple[int, ...]]) -> bool:
    """Tell whether symmetry joins atoms that are to start with unlike spins."""
    of_orbit: dict[tuple[int, ...], int] = {}
    return any(of_orbit.setdefault(labels[atom - 1], spin) != spin for atom, spin in spins)


def _kinds(spins: Sequence[tuple[int, int]], count: int) -> list[int]:
    """Give atoms of one spin one kind, those without a word another.

    Kinds go by who comes first in the file: spins all turned over leave the deck's atoms as they are.
    """
    of_atom = dict(spins)
    told = [of_atom.get(at) for at in range(1, count + 1)]
    order = list(dict.fromkeys(told))
    return [len(order) - 1 - order.index(spin) for spin in told]


def renumbered(settings: _Settings, labels: Sequence[tuple[int, ...]]) -> _Settings:
    """Write the atoms that settings name as those of the deck; without labels they are it."""
    named = named_in(msgspec.structs.asdict(settings))
    changes: dict[str, object] = {}
    if labels and named.atomspin:
        spins = {label: spin for atom, spin in named.atomspin for label in labels[atom - 1]}
        changes["atomspin"] = tuple(sorted(spins.items()))
    if labels and named.fragment:
        moved = {label for atom in named.fragment for label in labels[atom - 1]}
        changes["fragment"] = tuple(sorted(moved))
    return msgspec.structs.replace(settings, **changes) if changes else settings


def listed(
    structure: Structure, labels: Sequence[tuple[int, ...]], named: Named
) -> tuple[str, ...]:
    """List number, element and place of the file's atoms, and as which the deck has them."""
    import numpy as np
    from ase.data import chemical_symbols

    if not named:
        return ()
    count = len(structure.numbers)
    shown = range(1, count + 1) if count <= LISTED else sorted(set(named.atoms))
    places = np.array(structure.positions_ang) @ np.linalg.inv(frame_of(structure))
    told = [
        f"{at} {chemical_symbols[structure.numbers[at - 1]]} at "
        f"{_place(places[at - 1])} "
        f"(in the deck {', '.join(map(str, labels[at - 1]))})"
        for at in shown
    ]
    return (f"atoms count as in the cell of the file: {'; '.join(told)}",)


def as_printed(atoms: Sequence[PrintedAtom], named: Iterable[int], step: str) -> tuple[str, ...]:
    """List the atoms that settings name as a step before printed them, in its primitive cell."""
    chosen = sorted(set(named) & set(range(1, len(atoms) + 1)))
    if not chosen:
        return ()
    told = [
        f"{at} {atom.symbol.capitalize()} at {_place((atom.x, atom.y, atom.z))}"
        for at, atom in ((at, atoms[at - 1]) for at in chosen)
    ]
    return (f"atoms count as in the primitive cell of {step}: {'; '.join(told)}",)


def _place(values: Iterable[float]) -> str:
    return " ".join(plain(round(float(value), 4), 1) for value in values)


def labels_behind(
    structure: Structure, wanted: Wanted, named: Named, like: Geometry, step: str
) -> tuple[tuple[int, ...], ...]:
    """Find the labels for a step behind another.

    Parameters
    ----------
    structure
        What the run began with.
    wanted
        How this step would write it.
    named
        What this step says of single atoms.
    like
        The geometry of the parent's deck.
    step
        The parent.

    Returns
    -------
    labels
        None where the file, written for this step, is not that deck: numbers are then those of the
        deck.

    Raises
    ------
    DeckError
        The parent's symmetry joins atoms of unlike spin.
    """
    form, labels, apart = form_for(structure, wanted, named)
    if _is_same(form.geometry, like):
        return labels
    if apart:
        raise DeckError(
            f"atomspin gives atoms unlike spins that the symmetry of {step} makes equal",
            f"Give {step} the same atomspin, so that its cell keeps them apart.",
        )
    return ()


def _is_same(made: Geometry, ran: Geometry) -> bool:
    """Tell whether a deck that ran is the one that would be made, but for what an OPT moves."""
    if (made.kind, made.group, made.flags) != (ran.kind, ran.group, ran.flags):
        return False
    if len(made.atoms) != len(ran.atoms):
        return False
    periodicity = PERIODICITY[made.kind]
    return all(
        _is_near(one, other, periodicity) for one, other in zip(made.atoms, ran.atoms, strict=True)
    )


def _is_near(one: DeckAtom, other: DeckAtom, periodicity: int) -> bool:
    if one.number != element_of(other.number):
        return False
    pairs = zip((one.x, one.y, one.z), (other.x, other.y, other.z), strict=True)
    return all(
        abs((a - b + 0.5) % 1 - 0.5) < MOVED if axis < periodicity else abs(a - b) < MOVED_ANG
        for axis, (a, b) in enumerate(pairs)
    )
