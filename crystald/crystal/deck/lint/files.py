"""Files that a deck reads and that are not found beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crystald.crystal.deck.lint.blocks import restart_file
from crystald.crystal.deck.lint.geometry import external_file
from crystald.crystal.deck.lint.scf import guess_file
from crystald.crystal.deck.lint.subject import Note, Subject


def not_beside(subject: Subject) -> Iterator[Note]:
    """Tell a file that the deck reads and that does not lie beside it: it may be staged later."""
    if subject.staged is not None or subject.beside is None:
        return
    as_it_lies = replace(subject, staged=subject.beside)
    for check in (external_file, guess_file, restart_file):
        for note in check(as_it_lies):
            yield replace(
                note, reason=note.reason.replace("is not there", "is not beside the deck")
            )
