"""What a deck inherits: the level of its parent written as settings, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from crystald.crystal.deck.basis import BASIS_SETS, find_basis
from crystald.crystal.deck.blocks.scf import Scf
from crystald.crystal.deck.d12 import Deck
from crystald.crystal.deck.functional_table import Functional
from crystald.crystal.deck.functionals import find_functional, functional_of_keyword
from crystald.errors import DeckError
from crystald.steps.level.choices import INHERIT
from crystald.steps.level.settings import STANDARD, LevelSettings


def values_of(deck: Deck) -> dict[str, object]:
    """Write the level of a deck as settings; an explicit basis set stands as it is.

    Raises
    ------
    DeckError
        Its functional is none of the table.
    """
    found = functional_of_keyword(deck.hamiltonian.functional)
    if found is None:
        raise DeckError(f"{deck.hamiltonian.functional!r} is no functional")
    row = find_functional(found[0])
    return STANDARD | {
        "functional": found[0],
        "dispersion": "D3" if found[1] else "none",
        "basis": deck.basis,
        "grid": deck.hamiltonian.grid or ("DEFAULT" if row.grid else "auto"),
        "spin": deck.hamiltonian.spin,
        **_values_of_scf(deck.scf),
    }


def _values_of_scf(scf: Scf) -> dict[str, object]:
    return {
        "spinlock": scf.spinlock or "none",
        "atomspin": scf.atomspin or "none",
        "tolinteg": scf.tolinteg,
        "toldee": scf.toldee,
        "kmesh": scf.shrink.factors if scf.shrink else "auto",
        "conducting": scf.smear_ha is not None,
        "smear_ha": STANDARD["smear_ha"] if scf.smear_ha is None else scf.smear_ha,
        "scf_maxcycle": scf.maxcycle,
        "fmixing": STANDARD["fmixing"] if scf.fmixing is None else scf.fmixing,
        "acceleration": scf.acceleration or "auto",
        "histdiis": scf.histdiis or "none",
        "broyden": scf.broyden or "auto",
        "levshift": scf.levshift or "none",
        "scfdir": scf.scfdir,
        "biposize": scf.biposize or "auto",
        "exchsize": scf.exchsize or "auto",
        "ppan": scf.ppan,
    }


def resolved(
    settings: LevelSettings, base: Mapping[str, object]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Replace what is inherited; a new functional takes only what it can of the old one.

    Returns
    -------
    every setting of `LevelSettings` that a deck decides on, what a person should know
    """
    asked = {k: v for k, v in msgspec.structs.asdict(settings).items() if v != INHERIT}
    values = {**base, **{key: asked[key] for key in asked.keys() & base.keys()}}
    functional = find_functional(str(values["functional"]))
    notes = []
    if functional.basis is not None and "basis" not in asked:
        if "functional" in asked and values["basis"] != functional.basis:
            notes.append(f"{values['functional']} brings its basis set, {functional.basis}")
        values["basis"] = functional.basis
    elif "functional" in asked and "basis" not in asked:
        notes += kept_basis(str(values["functional"]), functional, values["basis"])
    if values["dispersion"] == "D3" and not functional.d3 and "dispersion" not in asked:
        values["dispersion"] = "none"
        if "functional" in asked:
            notes.append(_without_dispersion(str(values["functional"]), functional))
    if "functional" in asked and not functional.grid and "grid" not in asked:
        values["grid"] = "auto"
    if "acceleration" in asked:
        _drop_of_another(values, asked)
    return values, tuple(notes)


def kept_basis(name: str, functional: Functional, basis: object) -> tuple[str, ...]:
    """Tell a functional that goes on in the basis set of the composite method before it."""
    if functional.basis is not None or not isinstance(basis, str):
        return ()
    row = BASIS_SETS.get(_spelt(basis))
    if row is None or row.free:
        return ()
    told = f"{name} stays in {basis}, which was made for its composite method"
    return (f"{told}: set basis (and dispersion) for another",)


def _spelt(basis: str) -> str:
    try:
        return find_basis(basis)
    except DeckError:
        return basis


def _without_dispersion(name: str, functional: Functional) -> str:
    if functional.basis is not None:
        return f"{name} carries its own corrections: no D3 is added"
    if not functional.is_dft:
        return f"{name} has no D3 here: no dispersion is added"
    return f"{name} has no D3 parameters: no dispersion is added"


def _drop_of_another(values: dict[str, Any], asked: Mapping[str, object]) -> None:
    """Drop what belongs to another way of converging than the one that is asked for."""
    if "histdiis" not in asked and values["acceleration"] not in ("auto", "DIIS"):
        values["histdiis"] = "none"
    if "levshift" not in asked and values["acceleration"] != "NODIIS":
        values["levshift"] = "none"
    if "broyden" not in asked and values["acceleration"] != "BROYDEN":
        values["broyden"] = "auto"
