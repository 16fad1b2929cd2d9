"""The OPTGEOM block: what settings say of it, what it inherits, in our decks and in anybody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from crystald.crystal.deck.blocks.optimisation import Optimisation, atom_lines
from crystald.crystal.deck.geometry.block import Kind
from crystald.crystal.deck.records import plain
from crystald.crystal.deck.text.edit import inserted, with_value, without
from crystald.crystal.deck.text.settings import MOVES
from crystald.crystal.deck.text.tree import DeckText
from crystald.errors import DeckError
from crystald.steps.level.choices import INHERIT

OPT_STANDARD: Final[dict[str, object]] = {
    "optimise": "FULLOPTG",
    "opt_maxcycle": 200,
    "toldeg": 0.0001,
    "toldex": 0.0004,
    "maxtradius": "auto",
    "finalrun": "auto",
    "fragment": "none",
}
"""The profile `standard` for what an optimisation says beside its level."""


def _moving(wish: str, kind: Kind) -> str:
    """Say what moves: a molecule has no cell."""
    if kind != "MOLECULE" or wish == "ATOMONLY":
        return wish
    if wish == "FULLOPTG":
        return "ATOMONLY"
    raise DeckError(f"optimise {wish}: a molecule has no cell", "Set optimise to ATOMONLY.")


def wishes_of(settings: msgspec.Struct) -> dict[str, Any]:
    """Give what the settings of an OPT say of the block themselves."""
    values = msgspec.structs.asdict(settings)
    return {key: values[key] for key in OPT_STANDARD if values[key] != INHERIT}


def resolved(settings: msgspec.Struct, before: Optimisation | None) -> dict[str, Any]:
    """Replace what is inherited by what the OPT before says, else by the profile `standard`."""
    inherited: dict[str, Any] = {}
    if before is not None:
        inherited = {
            "optimise": before.kind,
            "opt_maxcycle": before.maxcycle,
            "toldeg": before.toldeg,
            "toldex": before.toldex,
            "maxtradius": "auto" if before.maxtradius is None else before.maxtradius,
            "finalrun": "auto" if before.finalrun is None else before.finalrun,
            "fragment": before.fragment or "none",
        }
    return {**OPT_STANDARD, **inherited, **wishes_of(settings)}


def block_of(values: Mapping[str, Any], kind: Kind, atoms: int, toldee: int) -> Optimisation:
    """Make the OPTGEOM block of resolved settings."""
    return Optimisation(
        kind=_moving(values["optimise"], kind),
        maxcycle=values["opt_maxcycle"],
        toldeg=values["toldeg"],
        toldex=values["toldex"],
        toldee=toldee,
        maxtradius=None if values["maxtradius"] == "auto" else values["maxtradius"],
        finalrun=None if values["finalrun"] == "auto" else values["finalrun"],
        fragment=_fragment(values["fragment"], atoms),
    )


_WORDS: Final = {
    "opt_maxcycle": "MAXCYCLE", "toldeg": "TOLDEG", "toldex": "TOLDEX",
    "maxtradius": "MAXTRADIUS", "finalrun": "FINALRUN",
}  # fmt: skip
"""Setting -> its word in OPTGEOM."""


def with_wishes(deck: DeckText, wishes: Mapping[str, Any], kind: Kind, atoms: int) -> DeckText:
    """Write what is asked into the OPTGEOM block that is there."""
    for name, word in _WORDS.items():
        path = f"geometry/OPTGEOM/{word}"
        if wishes.get(name) == "auto":
            deck = without(deck, path)
        elif name in wishes:
            value = wishes[name]
            deck = with_value(deck, path, str(value) if isinstance(value, int) else plain(value, 1))
    if "fragment" in wishes:
        deck = without(deck, "geometry/OPTGEOM/FRAGMENT")
        if moving := _fragment(wishes["fragment"], atoms):
            deck = inserted(deck, "geometry/OPTGEOM", ["FRAGMENT", *atom_lines(moving)])
    if "optimise" in wishes:
        for word in MOVES:
            deck = without(deck, f"geometry/OPTGEOM/{word}")
        deck = inserted(deck, "geometry/OPTGEOM", [_moving(wishes["optimise"], kind)])
    return deck


def _fragment(wish: Any, count: int) -> tuple[int, ...]:
    if wish == "none":
        return ()
    atoms = tuple(int(atom) for atom in wish)
    if beyond := [atom for atom in atoms if atom > count]:
        raise DeckError(
            f"fragment names atom {beyond[0]}, and the primitive cell has {count}",
            "Atoms count from 1 in the primitive cell.",
        )
    return atoms
