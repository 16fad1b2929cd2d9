"""What the property steps take from the output of the step whose wavefunction they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.next.geometry import SCANS
from crystald.errors import DeckError
from crystald.models import StagedFile
from crystald.steps.base import DeckRequest, Parent, PreparedDeck
from crystald.steps.files import FORMATTED, WAVEFUNCTION

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output, PrintedGeometry

Vector = tuple[float, float, float]
Primitive = tuple[tuple[Vector, ...], tuple[Vector, ...], tuple[int, ...]]
"""Lattice vectors as rows (Å), fractions of them, atomic numbers."""

NEED: Final = "wavefunction"
NEEDS: Final = {NEED: ("SP", "OPT")}
"""What every property step needs, and which steps can give it."""


def wavefunction_parent(request: DeckRequest) -> Parent:
    """Find the parent of the need ``wavefunction``.

    Raises
    ------
    DeckError
        There is none, or it left no wavefunction.
    """
    parent = request.parents.get(NEED)
    if parent is None:
        raise DeckError(f"{request.step} of {request.material} has no wavefunction to read")
    if not {WAVEFUNCTION, FORMATTED} & parent.leaves:
        raise DeckError(
            f"{parent.step} left no wavefunction (fort.9)", f"Run {parent.step} again, to its end."
        )
    return parent


def with_wavefunction(
    request: DeckRequest, output: Output, text: str, notes: tuple[str, ...]
) -> PreparedDeck:
    """Let the job of a deck take the wavefunction in: fort.9, else the formatted fort.98.

    A formatted one is staged under its own name and converted by RDFMWF, the first keyword.
    """
    notes = (*notes, *_doubts(request, output))
    if WAVEFUNCTION in wavefunction_parent(request).leaves:
        return PreparedDeck(text, (StagedFile(f"{NEED}:{WAVEFUNCTION}", "fort.9"),), notes)
    told = "the formatted wavefunction fort.98 is converted first (RDFMWF)"
    take = StagedFile(f"{NEED}:{FORMATTED}", "fort.98")
    return PreparedDeck(f"RDFMWF\n{text}", (take,), (*notes, told))


def _doubts(request: DeckRequest, output: Output) -> tuple[str, ...]:
    """Tell what of the parent's SCF spoils properties."""
    step, found = wavefunction_parent(request).step, []
    if shift_ha := output.level_shifter_ha:
        told = f"{step} shifted its levels by {shift_ha:g} Ha: gaps are that much too large"
        found.append(f"{told}; run an SP without LEVSHIFT first")
    if scans := [kind for kind in output.kinds if kind in SCANS]:
        told = f"{step} is {scans[0]}: its wavefunction is of the last geometry that it strained"
        found.append(f"{told}; run an SP at the geometry that is meant")
    return tuple(found)


def without_states(output: Output) -> tuple[str, str]:
    """Say that an output prints no band edges and no Fermi energy, and what to do.

    Those of the first point of an optimisation are of another geometry than its wavefunction.
    """
    if output.states_first_point is None:
        return "neither band edges nor a Fermi energy", "Take the wavefunction of an SP."
    told = "band edges and Fermi energy of its first point only, not of its last"
    return told, "Run an SP at its last geometry, and take the wavefunction of that."


def parent_output(request: DeckRequest) -> Output:
    """Read the output of the step whose wavefunction is taken."""
    from crystald.crystal.output import read_output

    return read_output(wavefunction_parent(request).output.splitlines(), blocks=())


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


def printed_geometry(output: Output, request: DeckRequest) -> PrintedGeometry:
    """Give the last geometry that was printed whole.

    Raises
    ------
    DeckError
        There is none.
    """
    geometry = output.geometry
    if geometry is None or not geometry.atoms:
        raise _lacks("ATOMS IN THE UNIT CELL", request)
    if geometry.dimensionality > 0 and geometry.lattice_ang is None:
        raise _lacks("DIRECT LATTICE VECTORS", request)
    return geometry


def primitive_cell(output: Output, request: DeckRequest) -> Primitive:
    """Give the primitive cell as printed; no vectors for a molecule.

    Raises
    ------
    DeckError
        It was not printed.
    """
    geometry = printed_geometry(output, request)
    rows = tuple((float(r[0]), float(r[1]), float(r[2])) for r in geometry.lattice_ang or ())
    fractions = tuple((atom.x, atom.y, atom.z) for atom in geometry.atoms)
    return rows, fractions, tuple(element_of(atom.number) for atom in geometry.atoms)


def _lacks(what: str, request: DeckRequest) -> DeckError:
    step = request.parents[NEED].step
    return DeckError(
        f"the output of {step} does not print {what}", f"Run {step} again, to its end."
    )
