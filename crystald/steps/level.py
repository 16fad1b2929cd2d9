"""The level of theory of a deck: made of settings, or inherited from a parent's deck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from crystald.crystal.deck.basis import check_coverage, find_basis
from crystald.crystal.deck.blocks.hamiltonian import Hamiltonian
from crystald.crystal.deck.blocks.scf import Scf
from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.d12 import Deck
from crystald.crystal.deck.electrons import looks_metallic, spin_wanted
from crystald.crystal.deck.functionals import (
    Functional,
    find_functional,
    functional_keyword,
    functional_of_keyword,
)
from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.kmesh import INSULATOR_ANG, METAL_ANG, check_mesh, kmesh
from crystald.errors import DeckError
from crystald.steps.settings import INHERIT, STANDARD, LevelSettings, check_basis_of

LARGE_CELL: Final = 40
"""Atoms of a primitive cell from which hybrids get tighter pseudo-overlap criteria."""

TOLINTEG: Final = (7, 7, 7, 7, 14)
TOLINTEG_LARGE_HYBRID: Final = (7, 7, 7, 9, 30)


@dataclass(frozen=True)
class Level:
    """The blocks of a deck below its geometry, and what a person should know of them."""

    basis: str
    hamiltonian: Hamiltonian
    scf: Scf
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Functional (with D3) and basis set."""
        return f"{self.hamiltonian.functional} {self.basis}"


def make_level(
    settings: LevelSettings,
    geometry: Geometry,
    numbers: tuple[int, ...],
    parent: Deck | None = None,
) -> Level:
    """Make the level of a deck.

    Parameters
    ----------
    settings
        Checked; what they inherit comes from `parent`, else from the profile `standard`.
    geometry
        The geometry block.
    numbers
        Atomic numbers of the primitive cell.
    parent
        The deck whose values are inherited.

    Raises
    ------
    DeckError
        The basis set lacks an element or does not belong to the functional, dispersion cannot be
        added, or the spin is impossible.
    """
    values, notes = _resolved(settings, STANDARD if parent is None else values_of(parent))
    basis = find_basis(str(values["basis"]))
    check_basis_of(values["functional"], basis)
    check_coverage(basis, numbers)
    functional = find_functional(values["functional"])
    keyword = functional_keyword(values["functional"], dispersion=values["dispersion"] == "D3")
    spin, said = _spin(values["spin"], numbers)
    hamiltonian = Hamiltonian(keyword, _grid(values["grid"], functional), spin)
    scf = _scf(values, geometry, numbers, hybrid=functional.hybrid)
    return Level(basis, hamiltonian, scf, (*notes, *said))


def values_of(deck: Deck) -> dict[str, object]:
    """Write the level of a deck as settings.

    Raises
    ------
    DeckError
        Its functional is none of the table.
    """
    found = functional_of_keyword(deck.hamiltonian.functional)
    if found is None:
        raise DeckError(f"{deck.hamiltonian.functional!r} is no functional")
    scf = deck.scf
    return STANDARD | {
        "functional": found[0],
        "dispersion": "D3" if found[1] else "none",
        "basis": deck.basis,
        "grid": deck.hamiltonian.grid or STANDARD["grid"],
        "spin": deck.hamiltonian.spin,
        "tolinteg": scf.tolinteg,
        "toldee": scf.toldee,
        "kmesh": scf.shrink.factors if scf.shrink else STANDARD["kmesh"],
        "conducting": scf.smear_ha is not None,
        "smear_ha": STANDARD["smear_ha"] if scf.smear_ha is None else scf.smear_ha,
        "scf_maxcycle": scf.maxcycle,
        "fmixing": STANDARD["fmixing"] if scf.fmixing is None else scf.fmixing,
    }


def _resolved(
    settings: LevelSettings, base: Mapping[str, object]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Replace what is inherited; a new functional takes only what it can of the old one."""
    asked = {k: v for k, v in msgspec.structs.asdict(settings).items() if v != INHERIT}
    values = {**base, **{key: asked[key] for key in asked.keys() & base.keys()}}
    functional = find_functional(str(values["functional"]))
    notes = []
    if functional.basis is not None and "basis" not in asked:
        values["basis"] = functional.basis
    if values["dispersion"] == "D3" and not functional.keyword_d3 and "dispersion" not in asked:
        values["dispersion"] = "none"
        if functional.basis is None:
            notes.append(f"{values['functional']} has no D3 parameters: no dispersion is added")
    return values, tuple(notes)


def _spin(wish: object, numbers: tuple[int, ...]) -> tuple[bool, tuple[str, ...]]:
    odd = sum(numbers) % 2 == 1
    if wish is False and odd:
        raise DeckError(
            f"{sum(numbers)} electrons in the cell cannot all be paired",
            "Set spin to auto or true.",
        )
    spin = spin_wanted(numbers) if wish == "auto" else bool(wish)
    if spin and not odd:
        note = "spin-polarised without a starting guess for the spins: it may end without any"
        return True, (note,)
    return spin, ()


def _grid(wish: str, functional: Functional) -> str | None:
    if not functional.writes_grid:
        return None
    return ("XXLGRID" if functional.meta else "XLGRID") if wish == "auto" else wish


def _scf(
    values: Mapping[str, Any], geometry: Geometry, numbers: tuple[int, ...], *, hybrid: bool
) -> Scf:
    metal = values["conducting"]
    if metal == "auto":
        metal = looks_metallic(numbers)
    tolinteg = values["tolinteg"]
    if tolinteg == "auto":
        large = hybrid and len(numbers) > LARGE_CELL
        tolinteg = TOLINTEG_LARGE_HYBRID if large else TOLINTEG
    return Scf(
        tolinteg=tuple(tolinteg),
        toldee=values["toldee"],
        shrink=_mesh(values["kmesh"], geometry, metal=metal),
        maxcycle=values["scf_maxcycle"],
        smear_ha=values["smear_ha"] if metal and values["smear_ha"] else None,
        fmixing=values["fmixing"],
    )


def _mesh(wish: str | tuple[int, int, int], geometry: Geometry, *, metal: bool) -> Shrink | None:
    if isinstance(wish, str):
        return kmesh(geometry, METAL_ANG if metal else INSULATOR_ANG)
    factors = (wish[0], wish[1], wish[2])
    check_mesh(geometry, factors)
    return Shrink(factors, 2 * max(factors))
