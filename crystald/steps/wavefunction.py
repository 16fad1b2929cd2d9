"""What the property steps take from the output of the step whose wavefunction they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crystald.crystal.deck.electrons import element_of
from crystald.errors import DeckError
from crystald.steps.base import DeckRequest, Parent

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

Vector = tuple[float, float, float]
Primitive = tuple[tuple[Vector, ...], tuple[Vector, ...], tuple[int, ...]]
"""Lattice vectors as rows (Å), fractions of them, atomic numbers."""


def wavefunction_parent(request: DeckRequest) -> Parent:
    """Find the parent of the need ``wavefunction``.

    Raises
    ------
    DeckError
        There is none, or it left no wavefunction.
    """
    parent = request.parents.get("wavefunction")
    if parent is None:
        raise DeckError(f"{request.step} of {request.material} has no wavefunction to read")
    if "f9" not in parent.leaves:
        raise DeckError(f"{parent.step} left no wavefunction (fort.9)", f"Retry {parent.step}.")
    return parent


def parent_output(request: DeckRequest) -> Output:
    """Read the output of the step whose wavefunction is taken."""
    from crystald.crystal.output import read_output

    return read_output(wavefunction_parent(request).output.splitlines())


def orbitals(output: Output, request: DeckRequest) -> int:
    """Give the number of atomic orbitals, which is that of bands.

    Raises
    ------
    DeckError
        It was not printed.
    """
    if not output.n_ao:
        raise _lacks("NUMBER OF AO", request)
    return int(output.n_ao)


def primitive_cell(output: Output, request: DeckRequest) -> Primitive:
    """Give the primitive cell as printed.

    Raises
    ------
    DeckError
        It was not printed.
    """
    geometry = output.geometry
    if geometry is None or not geometry.atoms or geometry.lattice_ang is None:
        raise _lacks("DIRECT LATTICE VECTORS", request)
    rows = tuple((float(r[0]), float(r[1]), float(r[2])) for r in geometry.lattice_ang)
    fractions = tuple((atom.x, atom.y, atom.z) for atom in geometry.atoms)
    return rows, fractions, tuple(element_of(atom.number) for atom in geometry.atoms)


def _lacks(what: str, request: DeckRequest) -> DeckError:
    step = request.parents["wavefunction"].step
    return DeckError(f"the output of {step} does not print {what}", f"Retry {step}.")
