"""The geometry of the next deck: the last one printed, and never the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.next.external import agreeing, external_of
from crystald.crystal.deck.next.form import ForeignError, in_form
from crystald.crystal.deck.text.edit import with_number
from crystald.crystal.deck.text.geometry_words import EDITS
from crystald.crystal.deck.text.tree import DeckText, Entry, Kind
from crystald.crystal.deck.text.values import basis_elements, system_input, system_of
from crystald.crystal.geometry_files.print_fort34 import print_fort34
from crystald.crystal.output.values import Output
from crystald.errors import DeckError

RESHAPING: Final = EDITS | {"MODISYMM", "SYMMREMO", "BREAKELAS", "FINDSYM", "MAKESAED"}
"""Words that change atoms, cell or symmetry: what they did is in every geometry printed after."""

ROUND_RESHAPING: Final = ("KEEPSYMM", "BREAKSYM", "ANGSTROM", "BOHR", "FRACTION")
"""Words that say how the edits below them are meant, and nothing without them."""

SCANS: Final = {"ELASTIC": "ELASTCON", "EOS": "EOS", "QHA": "QHA"}
"""Calculations that end at a strained geometry -> the word that asks for them."""


@dataclass(frozen=True)
class NextGeometry:
    """A geometry for a deck.

    Attributes
    ----------
    lines
        From the keyword of the system to its last record.
    same_form
        Whether the atoms and the operators stand in the deck as before: a density matrix fits.
    reshaped
        Whether edits of the old deck are in it, and must not stand in the new one.
    fort34
        Text of ``fort.34``, which EXTERNAL reads; None for another system.
    notes
        What a person should know.
    """

    lines: tuple[str, ...]
    same_form: bool
    reshaped: bool = False
    fort34: str | None = None
    notes: tuple[str, ...] = ()


def next_geometry(deck: DeckText, output: Output, fort34: str | None = None) -> NextGeometry:
    """Take the last geometry that a run printed, in the form of its deck where that keeps it.

    Parameters
    ----------
    deck
        The deck of the run.
    output
        Its output.
    fort34
        The ``fort.34`` that the run left, if it did.

    Raises
    ------
    DeckError
        No geometry was printed, or none that a deck can be made of for certain.
    """
    _refuse(deck, output)
    reshaped = [e for e in deck.geometry.entries if _reshapes(deck, e)]
    system = system_input(deck)
    notes = _unfinished(output)
    if system.dimension is not None and not reshaped:
        try:
            return NextGeometry(tuple(in_form(system, output)), same_form=True, notes=notes)
        except ForeignError:
            raise
        except DeckError as error:
            notes += (f"the geometry is written as EXTERNAL: {error.message}",)
    elif reshaped:
        words = ", ".join(dict.fromkeys(e.keyword for e in reshaped))
        notes += (f"{words}: in the output's geometry already, which is written as EXTERNAL",)
    text = external_text(output, fort34, basis_numbers(deck))
    same = system.dimension is None and not reshaped
    return NextGeometry(("EXTERNAL",), same, bool(reshaped), text, notes)


def external_text(
    output: Output, fort34: str | None = None, numbering: Mapping[int, int] | None = None
) -> str:
    """Give the ``fort.34`` of the last geometry: the run's own where it is of that geometry.

    Raises
    ------
    DeckError
        The output does not say of which elements its ghosts are.
    """
    made = external_of(output, numbering)
    own = agreeing(fort34, made) if fort34 else None
    if 0 in made.numbers and numbering is not None and 0 not in numbering:
        raise DeckError(
            "the output prints ghosts without saying of which element",
            "Write the deck by hand, with their elements and GHOSTS.",
        )
    return print_fort34(own or made)


def basis_numbers(deck: DeckText) -> dict[int, int] | None:
    """Say which number an explicit basis set has for an element; None for a built-in one."""
    elements = basis_elements(deck)
    if not elements:
        return None
    found: dict[int, int] = {}
    for element in elements:
        found.setdefault(element_of(element.number), element.number)
    twice = len(found) < len(elements)
    return {} if twice else found  # two species of one element: the printed numbers tell them apart


def renumbered(deck: DeckText, numbering: Mapping[int, int]) -> DeckText:
    """Give the atoms of a deck the numbers that another basis set has for their elements."""
    if system_of(deck) is None:
        return deck
    for index, atom in enumerate(system_input(deck).atoms):
        record = system_input(deck).atoms[index].record
        number = numbering.get(element_of(atom.number), element_of(atom.number))
        if number != atom.number:
            deck = with_number(deck, record, 0, str(number))
    return deck


def _reshapes(deck: DeckText, entry: Entry) -> bool:
    return (
        entry.kind is Kind.KEYWORD and entry.keyword in RESHAPING and entry is not system_of(deck)
    )


def _refuse(deck: DeckText, output: Output) -> None:
    """Refuse what ends at another geometry than the one that was asked for."""
    if output.geometry is None or not output.geometry.atoms:
        raise DeckError("the output holds no geometry", "Give a longer output.")
    if scans := [kind for kind in output.kinds if kind in SCANS]:
        raise DeckError(
            f"{scans[0]} ends at a strained geometry, not at the one that was asked for",
            _before(SCANS[scans[0]]),
        )
    if any(e.keyword == "SCELPHONO" for e in deck.geometry.entries):
        raise DeckError(
            "SCELPHONO: the output prints the supercell of its phonons, not the cell",
            _before("SCELPHONO and FREQCALC"),
        )


def _before(words: str) -> str:
    """Say where the geometry is that a calculation began with."""
    return (
        "Give the output of the optimisation before, with its deck; where "
        f"there was none, the geometry is that of the run's own deck: take {words} out of it."
    )


def _unfinished(output: Output) -> tuple[str, ...]:
    if output.opt_points is None or output.opt_converged:
        return ()
    return (
        f"the optimisation did not converge: its geometry is that of point {output.opt_points}",
    )
