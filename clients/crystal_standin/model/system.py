"""From a deck to a checked crystal with its basis, energy model and bands."""

from __future__ import annotations

import dataclasses

from crystal_standin.events import RefusalError
from crystal_standin.lattice import groups, kmesh, layers, named, structure
from crystal_standin.lattice.groups import Group
from crystal_standin.lattice.kmesh import Mesh
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model import bands
from crystal_standin.model.bands import BandModel, Filling
from crystal_standin.model.basis import CellBasis, cell_basis
from crystal_standin.model.elements import element
from crystal_standin.reading.deck import Deck


@dataclasses.dataclass(frozen=True, slots=True)
class Electrons:
    """Bands on a net of k points.

    Attributes
    ----------
    mesh : Mesh
        Irreducible points.
    gilat : (int, int)
        Shrinking factor of the Gilat net and its number of irreducible points.
    models : tuple of BandModel
        One, or one for each spin.
    fillings : list of Filling
        The same.
    """

    mesh: Mesh
    gilat: tuple[int, int]
    models: tuple[BandModel, ...]
    fillings: list[Filling]


def group_of(deck: Deck) -> Group:
    """Return the space group of a deck.

    Raises
    ------
    RefusalError
        There is no such group or setting.
    """
    if deck.external is not None:
        return deck.external.group
    return named.find(deck.system, deck.group, deck.flags)


def crystal_of(deck: Deck) -> Crystal:
    """Rebuild the crystal of a deck and refuse atoms on top of each other.

    Raises
    ------
    RefusalError
        The cell, the group or the distances are impossible.
    """
    group = group_of(deck)
    if deck.external is not None:
        crystal = structure.build(group, deck.external.parameters, deck.external.atoms)
        return _apart(deck, crystal)
    for atom in deck.atoms:
        if not 1 <= atom.number % 100 <= 99 or atom.number > 400:
            note = f"atomic number {atom.number}"
            raise RefusalError("CRYSTA", "FORMAT ERROR IN INPUT DECK", note)
    if deck.system == "CRYSTAL":
        parameters = groups.cell_parameters(group, deck.cell)
    else:
        parameters = layers.cell_parameters(group, deck.cell)
    asymmetric = tuple((atom.number, layers.to_fractions(group, atom.xyz)) for atom in deck.atoms)
    return _apart(deck, structure.build(group, parameters, asymmetric))


def _apart(deck: Deck, crystal: Crystal) -> Crystal:
    if not deck.small_distances:
        structure.check_distances(crystal)
    return crystal


def basis_of(deck: Deck, crystal: Crystal) -> CellBasis:
    """Put the deck's basis on its crystal and check electrons and net.

    Raises
    ------
    RefusalError
        The basis lacks an element, the cell is not neutral, an odd electron has no spin, or the
        deck has no SHRINK that the crystal allows.
    """
    basis = cell_basis(crystal, deck.basis)
    if basis.electrons % 2 and not deck.hamiltonian.spin:
        text = "CLOSED SHELL RUN - ODD NUMBER OF ELECTRONS NOT ALLOWED"
        raise RefusalError("READM2", text, f"{basis.electrons} electrons and neither SPIN nor UHF")
    if len(deck.scf.shrink) != 3:
        raise RefusalError("SHRINK", "SHRINKING FACTOR NOT DEFINED", "a crystal needs SHRINK")
    kmesh.check_shrink(crystal, deck.scf.shrink)
    return basis


def electrons_of(
    deck: Deck, crystal: Crystal, basis: CellBasis, shrink: tuple[int, ...], gilat: int
) -> Electrons:
    """Solve the bands on a net and fill them."""
    first, second, third = shrink
    mesh = kmesh.irreducible(crystal, (first, second, third))
    second_net = len(mesh.indices)
    if (gilat,) * 3 != mesh.shrink and len(set(mesh.shrink)) == 1:
        second_net = len(kmesh.irreducible(crystal, (gilat,) * 3).indices)
    models = bands.band_models(crystal, basis, deck.hamiltonian, deck.scf)
    levels = [bands.solve(model, mesh.points) for model in models]
    return Electrons(mesh, (gilat, second_net), models, bands.fill(levels, mesh, basis.electrons))


def charges_of(crystal: Crystal, basis: CellBasis) -> list[float]:
    """Return electrons on each atom: pulled towards the electronegative ones."""
    chi = [element(int(z)).chi for z in crystal.charges]
    real = [value for kind, value in zip(basis.atoms, chi, strict=True) if not kind.ghost]
    mean = sum(real) / max(len(real), 1)
    shift = (basis.electrons - sum(kind.charge for kind in basis.atoms)) / max(len(real), 1)
    return [
        0.0 if kind.ghost else kind.charge + shift + 0.35 * (value - mean)
        for kind, value in zip(basis.atoms, chi, strict=True)
    ]


def spins_of(deck: Deck, crystal: Crystal, fillings: list[Filling]) -> list[float]:
    """Return the spin of each atom; empty for a closed shell."""
    if len(fillings) < 2:
        return []
    total = fillings[0].electrons - fillings[1].electrons
    open_shell = [element(int(z)).transition for z in crystal.charges]
    signs = dict(deck.scf.atom_spins)
    weights = [
        float(signs.get(i, 0 if signs else 1)) if is_open else 0.0
        for i, is_open in enumerate(open_shell, 1)
    ]
    if abs(sum(weights)) < 1e-9:
        return [1.7 * weight for weight in weights]
    return [total * weight / sum(weights) for weight in weights]
