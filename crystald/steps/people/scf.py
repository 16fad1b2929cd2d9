"""Settings of the SCF, each written into a deck of anybody's by an editor of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from crystald.crystal.deck.blocks.scf import ACCELERATIONS
from crystald.crystal.deck.external import DIFFUSE, parse_element
from crystald.crystal.deck.functionals import find_functional
from crystald.crystal.deck.next.hamiltonian import functional_in
from crystald.crystal.deck.records import plain
from crystald.crystal.deck.text.edit import inserted, with_value, without
from crystald.crystal.deck.text.records import join
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.text.values import basis_elements
from crystald.errors import DeckError
from crystald.steps.level.make import (
    BROYDEN,
    LARGE_CELL,
    PREDECESSOR_ATOMS,
    PREDECESSOR_BUFFER,
    TOLINTEG,
    TOLINTEG_DIFFUSE,
    TOLINTEG_LARGE_HYBRID,
)
from crystald.steps.people.subject import Subject

Editor = Callable[[Subject, Any, Mapping[str, Any]], Subject]


def _value(keyword: str, write: Callable[[Any], list[str]]) -> Editor:
    """Make the editor of a keyword with records; ``none`` and ``auto`` take it out."""

    def edit(subject: Subject, value: Any, _: Mapping[str, Any]) -> Subject:
        deck = subject.deck
        if value in ("none", "auto"):
            return subject.with_deck(without(deck, f"scf/{keyword}"))
        return subject.with_deck(with_value(deck, f"scf/{keyword}", *write(value)))

    return edit


def _flag(keyword: str) -> Editor:
    def edit(subject: Subject, value: Any, _: Mapping[str, Any]) -> Subject:
        deck = without(subject.deck, f"scf/{keyword}")
        return subject.with_deck(inserted(deck, "scf", [keyword]) if value else deck)

    return edit


def _buffer(keyword: str) -> Editor:
    """Make the editor of a buffer; ``auto`` leaves it to the parent's warnings."""
    set_to = _value(keyword, _whole)

    def edit(subject: Subject, value: Any, asked: Mapping[str, Any]) -> Subject:
        if value == "auto":
            return subject
        if value == "predecessor":
            large = len(subject.numbers) > PREDECESSOR_ATOMS
            value = PREDECESSOR_BUFFER if large else "none"
        return set_to(subject, value, asked)

    return edit


def _whole(value: Any) -> list[str]:
    return [str(value)]


def _row(values: Any) -> list[str]:
    return [" ".join(map(str, values))]


def _pairs(values: Any) -> list[str]:
    return [str(len(values)), *(f"{atom} {spin}" for atom, spin in values)]


def _tolinteg(subject: Subject, value: Any, asked: Mapping[str, Any]) -> Subject:
    five = value if value != "auto" else _chosen_tolinteg(subject)
    return _value("TOLINTEG", _row)(subject, five, asked)


def _chosen_tolinteg(subject: Subject) -> tuple[int, ...]:
    found = functional_in(subject.deck)
    hybrid = found is not None and find_functional(found[0]).hybrid
    large = subject.output.dimensionality == 2 or len(subject.numbers) > LARGE_CELL
    if _diffuse(subject.deck):
        return TOLINTEG_DIFFUSE
    return TOLINTEG_LARGE_HYBRID if large and hybrid else TOLINTEG


def _diffuse(deck: DeckText) -> bool:
    for element in basis_elements(deck):
        text = join(element.entry.lines())
        try:
            smallest = parse_element(text, "the basis set").smallest
        except DeckError:
            continue
        if smallest is not None and smallest < DIFFUSE:
            return True
    return False


def _acceleration(subject: Subject, value: Any, asked: Mapping[str, Any]) -> Subject:
    deck = subject.deck
    for word in ACCELERATIONS:
        deck = without(deck, f"scf/{word}")
    if value == "BROYDEN":
        broyden = asked.get("broyden", "auto")
        weight, mixing, first = BROYDEN if broyden == "auto" else broyden
        return subject.with_deck(
            inserted(deck, "scf", [value, f"{plain(weight, 1)} {mixing} {first}"])
        )
    return subject.with_deck(deck if value == "auto" else inserted(deck, "scf", [value]))


EDITORS: Final[dict[str, Editor]] = {
    "tolinteg": _tolinteg,
    "toldee": _value("TOLDEE", _whole),
    "scf_maxcycle": _value("MAXCYCLE", _whole),
    "fmixing": _value("FMIXING", _whole),
    "spinlock": _value("SPINLOCK", _row),
    "atomspin": _value("ATOMSPIN", _pairs),
    "histdiis": _value("HISTDIIS", _whole),
    "levshift": _value("LEVSHIFT", _row),
    "acceleration": _acceleration,
    "scfdir": _flag("SCFDIR"),
    "ppan": _flag("PPAN"),
    "biposize": _buffer("BIPOSIZE"),
    "exchsize": _buffer("EXCHSIZE"),
}
"""Setting -> how it is written."""
