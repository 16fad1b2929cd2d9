"""Spin: whether a deck treats it, and how its calculation starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from crystald.crystal.deck.electrons import OPEN_SHELL
from crystald.crystal.deck.functional_table import Functional
from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.geometry.operations import centrings_of
from crystald.crystal.deck.geometry.regenerate import expand
from crystald.errors import DeckError
from crystald.steps.level.conflicts import lock_too_long

UNGUIDED: Final = (
    "spin-polarised without a starting guess for the spins (ATOMSPIN, SPINLOCK): it may end "
    "without any"
)
"""What is said of an element with an open shell and no starting guess."""

PAIRED: Final = (
    "computed without spin although elements with open d or f shells are there: every electron "
    "is paired (spin auto, or true, leaves them free)"
)
"""What is said of an element with an open shell in a calculation without spin."""


def spin_of(
    values: Mapping[str, Any],
    functional: Functional,
    geometry: Geometry,
    numbers: Sequence[int],
    *,
    electrons: int | None = None,
) -> tuple[bool, tuple[str, ...]]:
    """Decide whether a deck is spin-polarised.

    Parameters
    ----------
    values
        Resolved settings.
    functional
        The functional.
    geometry
        The geometry block.
    numbers
        Atomic numbers of the primitive cell.
    electrons
        Of the primitive cell; None for as many as neutral atoms have.

    Returns
    -------
    the decision, what a person should know

    Raises
    ------
    DeckError
        An odd number of electrons cannot be paired, a lock is impossible, or a start is given for
        spins that are not there.
    """
    count = sum(numbers) if electrons is None else electrons
    odd = count % 2 == 1
    started = [name for name in ("spinlock", "atomspin") if values[name] != "none"]
    spin = _decision(values["spin"], functional, started or odd, numbers)
    if odd and not spin:
        raise DeckError(
            f"{count} electrons in the cell cannot all be paired",
            "Set spin to auto or true." if functional.spin is None else "Take UHF.",
        )
    if started and not spin:
        raise DeckError(
            f"{started[0]} needs a spin-polarised calculation",
            f"Set spin to true, or {started[0]} to none.",
        )
    if values["spinlock"] != "none":
        _check_lock(values["spinlock"], values["scf_maxcycle"], count)
    if values["atomspin"] != "none":
        symmetric = geometry.kind in ("CRYSTAL", "SLAB")
        # without the operations of polymers and molecules every atom counts as one of its own
        check_atomspin(
            values["atomspin"], orbits_of(geometry) if symmetric else range(len(numbers))
        )
    unguided = spin and not started and bool(OPEN_SHELL & set(numbers))
    if not spin and OPEN_SHELL & set(numbers):
        return spin, (PAIRED,)
    return spin, (UNGUIDED,) if unguided else ()


def _decision(wish: object, functional: Functional, asked: object, numbers: Sequence[int]) -> bool:
    if functional.spin is not None:
        return functional.spin
    if wish == "auto":
        return bool(asked) or bool(OPEN_SHELL & set(numbers))
    return bool(wish)


def _check_lock(lock: tuple[int, int], maxcycle: int, electrons: int) -> None:
    difference, cycles = lock
    if (electrons - difference) % 2:
        raise DeckError(
            f"spinlock {difference}: {electrons} electrons cannot differ by {difference}",
            f"Set its first number to {difference + 1} or {difference - 1}.",
        )
    if abs(difference) > electrons:
        raise DeckError(f"spinlock {difference}: the cell holds {electrons} electrons only")
    if cycles >= maxcycle:
        raise DeckError(*lock_too_long(cycles, maxcycle))


def orbits_of(geometry: Geometry) -> tuple[int, ...]:
    """Tell for each atom of the primitive cell, in the program's order, to which orbit it belongs.

    The program lists the images of an atom of the asymmetric unit behind each other.
    """
    times = centrings_of(geometry)
    orbits: list[int] = []
    for index, atom in enumerate(geometry.atoms):
        images = expand(replace(geometry, atoms=(atom,)))
        orbits += [index] * (len(images.numbers) // times)
    return tuple(orbits)


def check_atomspin(pairs: Sequence[tuple[int, int]], orbits: Sequence[int]) -> None:
    """Refuse spins that the symmetry does not allow.

    Parameters
    ----------
    pairs
        Atom of the primitive cell (from 1) and spin.
    orbits
        For each atom of the primitive cell the orbit that it belongs to.

    Raises
    ------
    DeckError
        There is no such atom, or equivalent atoms are given unlike spins.
    """
    spins: dict[int, int] = {}
    for atom, spin in pairs:
        if atom > len(orbits):
            raise DeckError(
                f"atomspin names atom {atom}, and the primitive cell has {len(orbits)}",
                "Atoms count from 1 in the primitive cell.",
            )
        if spins.setdefault(orbits[atom - 1], spin) != spin:
            raise DeckError(
                f"atomspin gives atom {atom} another spin than one that symmetry makes its equal",
                "Give a cell in which atoms of unlike spin are inequivalent.",
            )
