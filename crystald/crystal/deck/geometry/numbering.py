"""Atoms of a file and those of the primitive cell of its deck, and atoms of one element kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from crystald.crystal.deck.geometry.checked import AS_FOUND, checked_form
from crystald.crystal.deck.geometry.form import StandardForm, Wanted
from crystald.crystal.deck.geometry.operations import centrings_of
from crystald.crystal.deck.geometry.orbits import differences
from crystald.crystal.deck.geometry.regenerate import expand, frame_of
from crystald.models import Structure

KIND: Final = 128
"""More than there are elements: Z + KIND, Z + 2 KIND, … are kinds of atoms of one element."""


def labels_of(structure: Structure, form: StandardForm) -> tuple[tuple[int, ...], ...]:
    """Tell as which atoms of the primitive cell each atom of a file is computed.

    The program lists the images of an atom of the asymmetric unit behind each other, in an order
    of its own: an atom of the file answers to all labels of its orbit.

    Parameters
    ----------
    structure
        As the file gives it.
    form
        What was made of it.

    Returns
    -------
    labels : tuple
        For each atom of the file those of its orbit, from 1.
    """
    import numpy as np

    frame, periodicity = frame_of(structure), structure.periodicity
    fractions = np.array(structure.positions_ang) @ np.linalg.inv(frame)
    moved = fractions @ np.array(form.rotation).T + np.array(form.shift)
    times = centrings_of(form.geometry)
    nearest = np.full(len(moved), np.inf)
    labels: list[tuple[int, ...]] = [()] * len(moved)
    first = 1
    for atom in form.geometry.atoms:
        orbit = expand(replace(form.geometry, atoms=(atom,)))
        own = tuple(range(first, first + len(orbit.numbers) // times))
        first += len(own)
        lattice = frame_of(orbit)
        sites = np.array(orbit.positions_ang) @ np.linalg.inv(lattice)
        away = differences(moved[:, None, :] - sites[None, :, :], periodicity) @ lattice
        distance = np.linalg.norm(away, axis=2).min(axis=1)
        distance[np.array(structure.numbers) != atom.number] = np.inf
        for at in np.flatnonzero(distance < nearest):
            labels[at] = own
        nearest = np.minimum(nearest, distance)
    return tuple(labels)


def form_apart(
    structure: Structure, kinds: Sequence[int], wanted: Wanted = AS_FOUND
) -> tuple[StandardForm, tuple[tuple[int, ...], ...]]:
    """Standardise a structure whose atoms of one element differ: no operation joins unlike ones.

    Parameters
    ----------
    structure
        As the file gives it.
    kinds
        For each of its atoms a small whole number, from 0.
    wanted
        How it is to be written.

    Returns
    -------
    form, labels
        Heaviest elements first; labels as `labels_of`.

    Raises
    ------
    DeckError
        As `checked_form`.
    """
    numbers = [n + KIND * kind for n, kind in zip(structure.numbers, kinds, strict=True)]
    marked = replace(structure, numbers=tuple(numbers))
    form = checked_form(marked, wanted)
    ordered = tuple(sorted(form.atoms, key=lambda atom: -(atom.number % KIND)))
    labels = labels_of(marked, replace(form, atoms=ordered))
    elements = tuple(replace(atom, number=atom.number % KIND) for atom in ordered)
    return replace(form, atoms=elements), labels
