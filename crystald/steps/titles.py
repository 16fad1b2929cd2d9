"""Titles of decks."""

from __future__ import annotations

from crystald.crystal.deck.records import title_line
from crystald.steps.base import DeckRequest


def title_of(request: DeckRequest, what: str) -> str:
    """Name material, step, and what is computed, in one line that a deck can hold."""
    return title_line(f"{request.material} {request.step} {what}")
