"""Make the deck of a step, and refuse one that the linter finds wrong, whoever made it."""

from __future__ import annotations

from dataclasses import replace

from crystald.crystal.deck.lint.linter import refuse_bad
from crystald.steps.base import DeckRequest, PreparedDeck, StepType


def prepare(step_type: StepType, request: DeckRequest) -> PreparedDeck:
    """Make a deck that may be submitted; what the linter warns of is among the notes.

    Raises
    ------
    DeckError
        No deck can be made, or the one that was made has errors: the line is named.
    """
    prepared = step_type.deck(request)
    staged = {take.name for take in prepared.takes} | {name for name, _ in prepared.writes}
    name = f"the {step_type.deck_suffix} of {request.step}"
    warnings = refuse_bad(prepared.text, step_type.deck_suffix, staged, prepared.fort34, name)
    return replace(prepared, notes=(*prepared.notes, *warnings))
