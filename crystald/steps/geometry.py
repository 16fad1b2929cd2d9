"""Where the geometry of a deck comes from: the material, or a parent's output."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from crystald.crystal.deck.d12 import Deck, parse_d12
from crystald.crystal.deck.electrons import OPEN_SHELL, element_of
from crystald.crystal.deck.geometry.block import GROUPS, PERIODICITY, DeckAtom, Geometry
from crystald.crystal.deck.geometry.cells import RHOMBOHEDRAL, minimal_cell
from crystald.crystal.deck.geometry.checked import AS_FOUND
from crystald.crystal.deck.geometry.form import Wanted
from crystald.crystal.deck.geometry.operations import centrings_of
from crystald.crystal.deck.geometry.regenerate import check_printed
from crystald.crystal.deck.records import rounded
from crystald.crystal.structures.dimension import as_dimensionality
from crystald.errors import DeckError
from crystald.models import Structure
from crystald.steps.base import DeckRequest, Parent
from crystald.steps.centred_layer import with_conventional_cell
from crystald.steps.numbering import Named, as_printed, form_for, labels_behind, listed, named_in
from crystald.steps.start_settings import StartSettings

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output, PrintedAtom, PrintedGeometry

_START_KEYS: Final = frozenset(field.name for field in msgspec.structs.fields(StartSettings))


@dataclass(frozen=True)
class Start:
    """What a deck of the crystal program starts from.

    Attributes
    ----------
    geometry
        Its geometry block.
    numbers
        Atomic numbers of the primitive cell.
    parent
        The parent's deck, None for a start from the material.
    notes
        What a person should know.
    printed
        The last geometry that the parent printed.
    output
        What the parent printed.
    labels
        For each atom of the file those of the primitive cell that it is computed as; empty where
        settings name no atom, or name those of the deck.
    """

    geometry: Geometry
    numbers: tuple[int, ...]
    parent: Deck | None = None
    notes: tuple[str, ...] = ()
    printed: PrintedGeometry | None = None
    output: Output | None = None
    labels: tuple[tuple[int, ...], ...] = ()


def start_of(request: DeckRequest) -> Start:
    """Take the geometry from the parent of the need ``geometry``, else from the material.

    Raises
    ------
    DeckError
        There is neither, or no correct geometry block can be made.
    """
    if "geometry" in request.parents:
        return from_parent(request.parents["geometry"])
    if request.structure is None:
        raise DeckError(f"{request.step} of {request.material} has no structure to start from")
    return from_structure(*_wanted(request, request.structure), named_in(request.settings))


def _wanted(request: DeckRequest, given: Structure) -> tuple[Structure, Wanted]:
    """Take the material as what it is to be computed, and how it is to be written."""
    settings = msgspec.convert(
        {key: request.settings[key] for key in _START_KEYS & request.settings.keys()}, StartSettings
    )
    wanted = Wanted(
        settings.layer_groups,
        settings.symmetry,
        settings.origin,
        settings.trigonal,
        settings.rod_groups,
    )
    return as_dimensionality(given, settings.dimensionality, request.material), wanted


def with_labels(start: Start, request: DeckRequest) -> Start:
    """Find which atoms of the parent's cell the numbers in the settings of a step mean.

    Raises
    ------
    DeckError
        They name atoms that are not there, or unlike spins of atoms that the parent joins.
    """
    named = named_in(request.settings)
    if not named or request.structure is None or start.parent is None:
        return start
    structure, wanted = _wanted(request, request.structure)
    step = request.parents["geometry"].step
    labels = labels_behind(structure, wanted, named, start.parent.geometry, step)
    printed = () if start.printed is None else start.printed.atoms
    notes = listed(structure, labels, named) if labels else as_printed(printed, named.atoms, step)
    return replace(start, labels=labels, notes=(*start.notes, *notes))


def from_structure(
    structure: Structure,
    wanted: Wanted = AS_FOUND,
    named: Named = Named(),  # noqa: B008 - frozen
) -> Start:
    """Standardise a material and check that the geometry block stands for it.

    Parameters
    ----------
    structure
        Crystal, slab, polymer or molecule.
    wanted
        Whose symmetry it is written in, and in which setting.
    named
        Atoms of the file that settings name: those of unlike spin are kept apart.

    Raises
    ------
    DeckError
        No symmetry is found, or the check fails.
    """
    form, labels, apart = form_for(structure, wanted, named)
    times = len(structure.numbers) // form.atoms_in_primitive
    numbers = tuple(sorted(structure.numbers)[:: max(1, times)])
    name = GROUPS[form.kind][0]
    note = f"{name} {form.group} ({form.symbol}), {len(numbers)} atoms in the cell"
    larger = () if named.atomspin else _larger(structure, times, centrings_of(form.geometry))
    told = (note, *apart, *larger, *form.notes, *listed(structure, labels, named))
    return Start(form.geometry, numbers, notes=told, labels=labels)


def _larger(structure: Structure, times: int, centrings: int) -> tuple[str, ...]:
    """Tell that one primitive cell of several is computed.

    Of a centred cell that is what its file says, unless the file names no centring: people write
    the cell of a magnetic order so.
    """
    named = _translations(structure) if OPEN_SHELL & set(structure.numbers) else centrings
    if times <= min(centrings, named):
        return ()
    what = f"the file's cell holds {times} primitive cells: one is computed"
    cure = "atomspin keeps atoms of unlike spin apart, symmetry p1 all of them"
    return (f"{what}, so a magnetic order of the larger cell is lost ({cure})",)


def _translations(structure: Structure) -> int:
    """Count the lattice translations among the operations of a file, the trivial one included."""
    import gemmi

    unit = gemmi.Op("x,y,z").rot
    return max(1, sum(gemmi.Op(triplet).rot == unit for triplet in structure.operations))


def from_parent(parent: Parent) -> Start:
    """Take the last geometry that a parent printed; group and setting are those of its deck.

    Raises
    ------
    DeckError
        It printed none, or one that its group does not regenerate.
    """
    from crystald.crystal.output import read_output
    from crystald.crystal.output.blocks.symmetry import SYMMETRY

    deck = parse_d12(parent.deck, f"the deck of {parent.step}")
    output = read_output(parent.output.splitlines(), blocks=(SYMMETRY,))
    printed = output.geometry and with_conventional_cell(output.geometry, deck.geometry)
    if printed is not None and _on_primitive_axes(deck.geometry):
        printed = replace(printed, crystallographic_parameters=None, crystallographic_atoms=None)
    parameters = None if printed is None else _cell_of(printed)
    if printed is None or not printed.atoms or parameters is None:
        raise DeckError(f"the output of {parent.step} holds no geometry", f"Retry {parent.step}.")
    geometry = _geometry(_conventional(printed), parameters, deck.geometry)
    _check_same_symmetry(geometry, deck.geometry, printed, parent.step)
    numbers = tuple(element_of(atom.number) for atom in printed.atoms)
    check_printed(
        geometry,
        numbers,
        tuple((atom.x, atom.y, atom.z) for atom in _conventional(printed)),
        len(numbers) * centrings_of(geometry),
    )
    return Start(geometry, numbers, deck, printed=printed, output=output)


def _on_primitive_axes(geometry: Geometry) -> bool:
    """Tell whether a block stands on rhombohedral axes: its cell is the primitive one."""
    return bool(geometry.flags[1]) and geometry.group in RHOMBOHEDRAL


def _cell_of(printed: PrintedGeometry) -> tuple[float, ...] | None:
    """Give the conventional cell; that of a molecule is empty."""
    if printed.dimensionality == 0:
        return ()
    return printed.crystallographic_parameters or printed.primitive_parameters


def _conventional(printed: PrintedGeometry) -> tuple[PrintedAtom, ...]:
    """Give the atoms in fractions of the conventional cell, which is printed for centred groups."""
    return printed.crystallographic_atoms or printed.atoms


def _geometry(
    atoms: tuple[PrintedAtom, ...], parameters: tuple[float, ...], before: Geometry
) -> Geometry:
    """Make the geometry block out of printed cell and asymmetric unit (the rows marked T)."""
    cell = minimal_cell(
        before.group,
        parameters,
        PERIODICITY[before.kind],
        rhombohedral=_on_primitive_axes(before),
    )
    return replace(
        before,
        cell=tuple(map(rounded, cell)),
        atoms=tuple(
            DeckAtom(element_of(atom.number), rounded(atom.x), rounded(atom.y), rounded(atom.z))
            for atom in atoms
            if atom.asymmetric
        ),
    )


def _check_same_symmetry(
    found: Geometry, before: Geometry, printed: PrintedGeometry, step: str
) -> None:
    """Refuse an output whose cell is not centred as the deck's group, or whose atoms differ."""
    centred = printed.crystallographic_parameters is not None
    if centred != (centrings_of(before) > 1):
        what = f"{step} printed a cell that is not that of {GROUPS[before.kind][0]} {before.group}"
    elif _elements(found) != _elements(before):
        what = (
            f"{step} printed {len(found.atoms)} atoms in the asymmetric unit, "
            f"its deck has {len(before.atoms)}, or other elements"
        )
    else:
        return
    raise DeckError(
        what, f"Look into the output of {step}: the symmetry of the run is not that of its deck."
    )


def _elements(geometry: Geometry) -> list[int]:
    """List the elements, whatever numbers the basis set has for them."""
    return sorted(element_of(atom.number) for atom in geometry.atoms)
