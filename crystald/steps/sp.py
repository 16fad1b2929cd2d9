"""SP: a single point at a fixed geometry; its wavefunction feeds the property steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

import msgspec

from crystald.crystal.deck.d12 import Deck, print_d12
from crystald.models import LeftFile, StepReading
from crystald.steps.base import DeckRequest, OpenFile, PreparedDeck
from crystald.steps.checking import check_settings
from crystald.steps.files import SP_LEAVES
from crystald.steps.geometry import with_labels
from crystald.steps.guess import with_guess
from crystald.steps.level.buffers import with_buffers
from crystald.steps.level.choices import Guess, Levshift
from crystald.steps.level.conflicts import check_level
from crystald.steps.level.make import make_level
from crystald.steps.level.settings import STANDARD, LevelSettings
from crystald.steps.numbering import as_printed, named_in, renumbered
from crystald.steps.people.carry import PeoplesDeck, asked_of, begin, carry
from crystald.steps.titles import title_of

_NEEDS: Final = {"geometry": ("OPT",)}
_STANDARD: Final = STANDARD | {"functional": "HSE06"}


class SpSettings(LevelSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an SP may say beside its level.

    Attributes
    ----------
    levshift
        As for an OPT, and never inherited: it would widen the gap of what is read off an SP.
    guess
        ``auto``: start from the wavefunction of the OPT, if it fits.
    """

    levshift: Levshift = "none"
    guess: Guess = "auto"


class SpStep:
    """The step type SP."""

    type: str = "SP"
    program: Literal["crystal", "properties"] = "crystal"
    deck_suffix: Literal["d12", "d3"] = "d12"
    needs: Mapping[str, tuple[str, ...]] = _NEEDS
    starts_with: Mapping[str, object] | None = _STANDARD
    leaves: tuple[LeftFile, ...] = SP_LEAVES

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check settings; see :class:`SpSettings`."""
        checked = check_settings(settings, SpSettings, where)
        check_level(checked, where)
        return msgspec.to_builtins(checked)  # type: ignore[no-any-return]

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck, at the last geometry of an OPT or at that of the material."""
        settings = msgspec.convert(dict(request.settings), SpSettings)
        start = begin(request)
        if isinstance(start, PeoplesDeck):
            made, prepared = carry(start, request, "SP", settings, asked_of(settings))
            named = named_in(request.settings).atoms
            notes = as_printed(start.printed.atoms, named, "the deck before")
            return replace(prepared, text=made.deck.print(), notes=(*prepared.notes, *notes))
        start = with_labels(start, request)
        settings = renumbered(settings, start.labels)
        level = make_level(settings, start.geometry, start.numbers, start.parent)
        scf, takes = with_guess(level, start, request, settings.guess, settings.version)
        scf = with_buffers(scf, settings, request)
        title = title_of(request, level.name)
        deck = Deck(title, level.geometry, level.basis, level.hamiltonian, scf)
        return PreparedDeck(print_d12(deck), takes, (*start.notes, *level.notes))

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left."""
        from crystald.steps.reading.step import read_scf_step

        return read_scf_step(open_file, optimisation=False, leaves=self.leaves)
