"""Make the deck of a step, and refuse one that the linter finds wrong, whoever made it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from crystald.crystal.deck.lint.linter import refuse_bad
from crystald.crystal.deck.next.purpose import purpose_of
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.values import system_of
from crystald.errors import DeckError
from crystald.steps.base import DeckRequest, PreparedDeck, StepType

STARTS: Final = ("OPT", "SP", "FREQ")
"""What decks of persons may compute that a workflow begins with."""


def _given(step_type: StepType, request: DeckRequest) -> PreparedDeck:
    """Take a person's deck as it is: it must compute what the step is.

    Raises
    ------
    DeckError
        It computes something else.
    """
    given = request.given
    assert given is not None  # noqa: S101 - asked by the caller
    deck = read_d12(given.text)
    purpose = purpose_of(deck)
    if purpose != step_type.type:
        raise DeckError(
            f"the deck computes {purpose}, and the first step is {request.step}",
            f"Choose a workflow that begins with {purpose}, such as --workflow {purpose}."
            if purpose in STARTS
            else f"A workflow begins with {', '.join(STARTS)}: take {purpose} out of the deck, or "
            "run it by hand.",
        )
    system = system_of(deck)
    reads = system is not None and system.keyword == "EXTERNAL" and given.fort34 is not None
    writes = (("fort.34", given.fort34),) if reads and given.fort34 is not None else ()
    note = f"{request.step} runs the deck as it was given; settings are for the steps after it"
    return PreparedDeck(given.text, (), (note,), writes)


def prepare(step_type: StepType, request: DeckRequest) -> PreparedDeck:
    """Make a deck that may be submitted; what the linter warns of is among the notes.

    Raises
    ------
    DeckError
        No deck can be made, or the one that was made has errors: the line is named.
    """
    prepared = step_type.deck(request) if request.given is None else _given(step_type, request)
    staged = {take.name for take in prepared.takes} | {name for name, _ in prepared.writes}
    name = f"the {step_type.deck_suffix} of {request.step}"
    warnings = refuse_bad(prepared.text, step_type.deck_suffix, staged, prepared.fort34, name)
    return replace(prepared, notes=(*prepared.notes, *warnings))
