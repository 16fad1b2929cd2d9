"""OPT: a geometry optimisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.blocks.optimisation import OPTIMISATIONS, Optimisation
from crystald.crystal.deck.d12 import Deck, print_d12
from crystald.crystal.deck.geometry.block import Kind
from crystald.errors import ConfigError, DeckError
from crystald.models import LeftFile, StepReading
from crystald.steps.base import DeckRequest, OpenFile, PreparedDeck
from crystald.steps.buffers import with_buffers
from crystald.steps.checking import check_settings
from crystald.steps.choices import Guess
from crystald.steps.conflicts import check_level
from crystald.steps.files import OPT_LEAVES
from crystald.steps.geometry import start_of
from crystald.steps.guess import with_guess
from crystald.steps.level import make_level
from crystald.steps.settings import STANDARD, LevelSettings
from crystald.steps.titles import title_of

_Kind = Annotated[
    Literal["FULLOPTG", "CELLONLY", "ATOMONLY", "ITATOCEL", "CVOLOPT"],
    Meta(description=", ".join(OPTIMISATIONS)),
]
_Tolerance = Annotated[
    float, Meta(gt=0, le=0.01, description="a number above 0, up to 0.01 (atomic units)")
]
_Radius = Annotated[
    Literal["auto"] | Annotated[float, Meta(gt=0, le=10)],
    Meta(description="auto, or bohr above 0, up to 10"),
]
_Finalrun = Annotated[
    Literal["auto"] | Annotated[int, Meta(ge=0, le=4)],
    Meta(description="auto, or a whole number from 0 to 4"),
]
_Atoms = Annotated[
    Literal["none"] | tuple[Annotated[int, Meta(ge=1)], ...],
    Meta(description="none, or atoms such as [1, 2, 5]"),
]
_Points = Annotated[int, Meta(ge=1, le=2000, description="a whole number from 1 to 2000")]

_NEEDS: Final = {"geometry": ("OPT",)}


class OptSettings(LevelSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an OPT may say beside its level.

    Attributes
    ----------
    optimise
        What moves.
    opt_maxcycle
        Most points.
    toldeg, toldex
        RMS of gradient and displacement at convergence, atomic units.
    maxtradius
        Largest trust radius, bohr; ``auto``: the program's own.
    finalrun
        What follows convergence, 0 to 4; ``auto``: the program's own (4).
    fragment
        The only atoms of the primitive cell that move.
    guess
        ``auto``: start from the wavefunction of the OPT before, if it fits.
    """

    optimise: _Kind = "FULLOPTG"
    opt_maxcycle: _Points = 200
    toldeg: _Tolerance = 0.0001
    toldex: _Tolerance = 0.0004
    maxtradius: _Radius = "auto"
    finalrun: _Finalrun = "auto"
    fragment: _Atoms = "none"
    guess: Guess = "auto"


class OptStep:
    """The step type OPT."""

    type: str = "OPT"
    program: Literal["crystal", "properties"] = "crystal"
    deck_suffix: Literal["d12", "d3"] = "d12"
    needs: Mapping[str, tuple[str, ...]] = _NEEDS
    starts_with: Mapping[str, object] | None = STANDARD
    leaves: tuple[LeftFile, ...] = OPT_LEAVES

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check settings; see :class:`OptSettings`."""
        checked = check_settings(settings, OptSettings, where)
        check_level(checked, where)
        if checked.fragment != "none" and checked.optimise == "CELLONLY":
            raise ConfigError(
                f"{where}: fragment names atoms that move, and CELLONLY moves none",
                "Set optimise to ATOMONLY, or fragment to none.",
            )
        return msgspec.to_builtins(checked)  # type: ignore[no-any-return]

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck, from the material or the geometry of an earlier OPT."""
        settings = msgspec.convert(dict(request.settings), OptSettings)
        start = start_of(request)
        level = make_level(settings, start.geometry, start.numbers, start.parent)
        scf, takes = with_guess(level, start, request, settings.guess, settings.version)
        scf = with_buffers(scf, settings, request)
        deck = Deck(
            title=title_of(request, level.name),
            geometry=level.geometry,
            basis=level.basis,
            hamiltonian=level.hamiltonian,
            scf=scf,
            optimisation=Optimisation(
                kind=_moving(settings.optimise, start.geometry.kind),
                maxcycle=settings.opt_maxcycle,
                toldeg=settings.toldeg,
                toldex=settings.toldex,
                toldee=level.scf.toldee,
                maxtradius=None if settings.maxtradius == "auto" else settings.maxtradius,
                finalrun=None if settings.finalrun == "auto" else settings.finalrun,
                fragment=_fragment(settings, len(start.numbers)),
            ),
        )
        return PreparedDeck(print_d12(deck), takes, (*start.notes, *level.notes))

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left."""
        from crystald.steps.reading import read_scf_step

        return read_scf_step(open_file, optimisation=True, leaves=self.leaves)


def _moving(wish: str, kind: Kind) -> str:
    """Say what moves: a molecule has no cell."""
    if kind != "MOLECULE" or wish == "ATOMONLY":
        return wish
    if wish == "FULLOPTG":
        return "ATOMONLY"
    raise DeckError(f"optimise {wish}: a molecule has no cell", "Set optimise to ATOMONLY.")


def _fragment(settings: OptSettings, count: int) -> tuple[int, ...]:
    if settings.fragment == "none":
        return ()
    atoms = tuple(int(atom) for atom in settings.fragment)
    if beyond := [atom for atom in atoms if atom > count]:
        raise DeckError(
            f"fragment names atom {beyond[0]}, and the primitive cell has {count}",
            "Atoms count from 1 in the primitive cell.",
        )
    return atoms
