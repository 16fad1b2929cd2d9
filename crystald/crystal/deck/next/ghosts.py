"""Ghosts of an output: what they were before their nuclei were taken away."""

from __future__ import annotations

from dataclasses import replace

from crystald.crystal.output.values import Output, PrintedAtom

_NOBODY = 0
"""The number that the program prints for an atom without a nucleus (XX)."""


def with_ghosts_named(output: Output) -> Output:
    """Give the ghosts of the last geometry the numbers that the first one prints for them.

    The first geometry is printed before GHOSTS is read, in the order that its labels count; the
    program keeps this order. Where the first one does not tell them, they stay as printed.
    """
    first, last = output.initial_geometry, output.geometry
    if first is None or last is None or all(atom.number != _NOBODY for atom in last.atoms):
        return output
    if len(first.atoms) != len(last.atoms):
        return output
    atoms = _named(last.atoms, first.atoms)
    conventional = last.crystallographic_atoms
    if conventional is not None and len(conventional) == len(first.atoms):
        conventional = _named(conventional, first.atoms)
    geometry = replace(last, atoms=atoms, crystallographic_atoms=conventional)
    return replace(output, geometry=geometry)


def _named(
    last: tuple[PrintedAtom, ...], first: tuple[PrintedAtom, ...]
) -> tuple[PrintedAtom, ...]:
    return tuple(
        replace(atom, number=was.number, symbol=was.symbol) if atom.number == _NOBODY else atom
        for atom, was in zip(last, first, strict=True)
    )
