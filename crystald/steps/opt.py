"""OPT: a geometry optimisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.blocks.optimisation import (
    OPTIMISATIONS,
    optimisation_lines,
)
from crystald.crystal.deck.d12 import Deck, print_d12
from crystald.crystal.deck.geometry.block import Kind
from crystald.crystal.deck.text.edit import inserted, with_value
from crystald.crystal.deck.text.settings import scf_of
from crystald.errors import ConfigError
from crystald.models import LeftFile, StepReading
from crystald.steps.base import DeckRequest, OpenFile, PreparedDeck
from crystald.steps.checking import check_settings
from crystald.steps.files import OPT_LEAVES
from crystald.steps.geometry import with_labels
from crystald.steps.guess import with_guess
from crystald.steps.level.buffers import with_buffers
from crystald.steps.level.choices import INHERIT, Flag, Guess, Inherit
from crystald.steps.level.conflicts import check_level
from crystald.steps.level.make import make_level
from crystald.steps.level.settings import STANDARD, LevelSettings
from crystald.steps.numbering import as_printed, named_in, renumbered
from crystald.steps.opt_block import OPT_STANDARD, block_of, resolved, wishes_of, with_wishes
from crystald.steps.people.carry import PeoplesDeck, asked_of, begin, carry
from crystald.steps.restart.optimisation import going_on, opt_to_go_on
from crystald.steps.titles import title_of

_Kind = Annotated[
    Literal["inherit", "FULLOPTG", "CELLONLY", "ATOMONLY", "ITATOCEL", "CVOLOPT"],
    Meta(description=f"inherit, {', '.join(OPTIMISATIONS)}"),
]
_Tolerance = Annotated[
    Inherit | Annotated[float, Meta(gt=0, le=0.01)],
    Meta(description="inherit, or a number above 0, up to 0.01 (atomic units)"),
]
_Radius = Annotated[
    Literal["inherit", "auto"] | Annotated[float, Meta(gt=0, le=10)],
    Meta(description="inherit, auto, or bohr above 0, up to 10"),
]
_Finalrun = Annotated[
    Literal["inherit", "auto"] | Annotated[int, Meta(ge=0, le=4)],
    Meta(description="inherit, auto, or a whole number from 0 to 4"),
]
_Atoms = Annotated[
    Literal["inherit", "none"] | tuple[Annotated[int, Meta(ge=1)], ...],
    Meta(description="inherit, none, or atoms such as [1, 2, 5]"),
]
_Points = Annotated[
    Inherit | Annotated[int, Meta(ge=1, le=2000)],
    Meta(description="inherit, or a whole number from 1 to 2000"),
]

_NEEDS: Final = {"geometry": ("OPT",)}


class OptSettings(LevelSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an OPT may say beside its level; ``inherit`` takes what the OPT before says.

    Attributes
    ----------
    optimise
        What moves.
    opt_maxcycle
        Most points.
    toldeg
        RMS of the gradient at convergence, hartree/bohr.
    toldex
        RMS of the displacement at convergence, bohr.
    maxtradius
        Largest trust radius, bohr; ``auto``: the program's own.
    finalrun
        What follows convergence, 0 to 4; ``auto``: the program's own (4).
    fragment
        The only atoms that move, numbered as in the cell of the file; their equals move with them.
    restart
        Go on with the points of the OPT before (RESTART), in its deck and at its level; otherwise
        an OPT begins afresh at the last geometry.
    guess
        ``auto``: start from the wavefunction of the OPT before, if it fits.
    """

    optimise: _Kind = INHERIT
    opt_maxcycle: _Points = INHERIT
    toldeg: _Tolerance = INHERIT
    toldex: _Tolerance = INHERIT
    maxtradius: _Radius = INHERIT
    finalrun: _Finalrun = INHERIT
    fragment: _Atoms = INHERIT
    restart: Flag = False
    guess: Guess = "auto"


class OptStep:
    """The step type OPT."""

    type: str = "OPT"
    program: Literal["crystal", "properties"] = "crystal"
    deck_suffix: Literal["d12", "d3"] = "d12"
    needs: Mapping[str, tuple[str, ...]] = _NEEDS
    starts_with: Mapping[str, object] | None = STANDARD | OPT_STANDARD
    leaves: tuple[LeftFile, ...] = OPT_LEAVES

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check settings; see :class:`OptSettings`."""
        checked = check_settings(settings, OptSettings, where)
        check_level(checked, where)
        if checked.fragment not in ("none", INHERIT) and checked.optimise == "CELLONLY":
            raise ConfigError(
                f"{where}: fragment names atoms that move, and CELLONLY moves none",
                "Set optimise to ATOMONLY, or fragment to none.",
            )
        atoms = checked.fragment
        if not isinstance(atoms, str) and len(set(atoms)) < len(atoms):
            raise ConfigError(f"{where}: fragment names an atom twice", "Name each atom once.")
        _check_restart(checked, where)
        return msgspec.to_builtins(checked)  # type: ignore[no-any-return]

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck, from the material or the geometry of an earlier OPT."""
        settings = msgspec.convert(dict(request.settings), OptSettings)
        if settings.restart:
            deck_before, parent = opt_to_go_on(request, settings.version)
            criteria = with_wishes(deck_before, wishes_of(settings), "CRYSTAL", 0)
            return going_on(criteria, parent, request, guess=settings.guess == "auto")
        start = begin(request)
        if isinstance(start, PeoplesDeck):
            return _carried(start, request, settings)
        start = with_labels(start, request)
        settings = renumbered(settings, start.labels)
        level = make_level(settings, start.geometry, start.numbers, start.parent)
        scf, takes = with_guess(level, start, request, settings.guess, settings.version)
        scf = with_buffers(scf, settings, request)
        deck = Deck(
            title=title_of(request, level.name),
            geometry=level.geometry,
            basis=level.basis,
            hamiltonian=level.hamiltonian,
            scf=scf,
            optimisation=block_of(
                resolved(settings, start.parent.optimisation if start.parent else None),
                start.geometry.kind,
                len(start.numbers),
                level.scf.toldee,
            ),
        )
        return PreparedDeck(print_d12(deck), takes, (*start.notes, *level.notes))

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left."""
        from crystald.steps.reading.step import read_scf_step

        return read_scf_step(open_file, optimisation=True, leaves=self.leaves)


def _check_restart(settings: OptSettings, where: str) -> None:
    """Refuse to go on with anything but other criteria of convergence."""
    changed = [*asked_of(settings), *({"optimise", "fragment"} & wishes_of(settings).keys())]
    if settings.restart and changed:
        raise ConfigError(
            f"{where}: a restart goes on in the deck of the OPT before, and {min(changed)} changes it",
            f"Leave {min(changed)} out, or set restart to false.",
        )


_TOLDEE: Final = 8
"""Of an optimisation whose SCF says nothing."""

_KINDS: Final[tuple[Kind, ...]] = ("MOLECULE", "POLYMER", "SLAB", "CRYSTAL")
"""By periodic directions."""


def _carried(start: PeoplesDeck, request: DeckRequest, settings: OptSettings) -> PreparedDeck:
    """Write the deck after a deck of anybody's: its OPTGEOM stays, with what is asked."""
    asked = asked_of(settings)
    made, prepared = carry(start, request, "OPT", settings, asked)
    deck, wishes = made.deck, wishes_of(settings)
    kind = _KINDS[start.printed.dimensionality]
    if deck.find("geometry/OPTGEOM") is None:
        toldee = scf_of(deck).toldee or _TOLDEE
        values = resolved(settings, None)
        block = block_of(values, kind, len(made.numbers), toldee)
        deck = inserted(deck, "geometry", optimisation_lines(block))
    else:
        deck = with_wishes(deck, wishes, kind, len(made.numbers))
        if "toldee" in asked:
            deck = with_value(deck, "geometry/OPTGEOM/TOLDEE", str(asked["toldee"]))
    named = as_printed(start.printed.atoms, named_in(request.settings).atoms, "the deck before")
    return replace(prepared, text=deck.print(), notes=(*prepared.notes, *named))
