"""What is made of forces that are known: words of FREQCALC that a restart may write anew."""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.blocks.frequencies import frequency_lines
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.text.edit import with_lines, without
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.tree import DeckText, Entry
from crystald.crystal.output.values import PrintedAtom, PrintedGeometry
from crystald.errors import DeckError
from crystald.models import Structure
from crystald.steps.base import Parent
from crystald.steps.files import HANDOVERS
from crystald.steps.frequencies.block import frequencies_of
from crystald.steps.frequencies.restart import restart_wishes
from crystald.steps.frequencies.settings import FreqSettings

_PLACE: Final = HANDOVERS["frequencies"].place
_SUPERCELL: Final = "SCELPHONO"


def with_wishes(deck: DeckText, settings: FreqSettings, parent: Parent) -> DeckText:
    """Write what is asked of the forces: each word as a deck of our own would have it.

    Raises
    ------
    DeckError
        The run computed no phonons, or those of another supercell; its cell is not known.
    """
    if settings.dispersion:
        _check_supercell(deck, settings, parent)
    words = restart_wishes(settings).values()
    if not words:
        return deck
    cell = _cell(deck, parent, needed=settings.bands)
    lines = frequency_lines(frequencies_of(settings, cell))
    lines = lines[lines.index("FREQCALC") :]
    ours = read_d12("\n".join((*_AROUND, *lines, "END", "")))
    for word in words:
        entry = block_of(ours).get(word)
        deck = without(deck, f"{_PLACE}/{word}")
        if entry is not None:
            after = "DISPERSION" if settings.dispersion else None
            deck = opened(deck, [record.raw.rstrip("\r\n") for record in entry.lines()], after)
    return deck


_AROUND: Final = ("a block of ours", "MOLECULE", "1", "1", "1 0.0 0.0 0.0")
"""What has to stand before FREQCALC for it to be read."""


def opened(deck: DeckText, lines: list[str], after: str | None = None) -> DeckText:
    """Put lines in as the first ones of FREQCALC, or below one of its words."""
    block = block_of(deck)
    below = block.get(after) if after is not None else None
    first = (below or block).head.number + 1
    return with_lines(deck, first, first - 1, lines)


def block_of(deck: DeckText) -> Entry:
    """Find FREQCALC.

    Raises
    ------
    DeckError
        It is not there.
    """
    block = deck.find(_PLACE)
    if block is None:
        raise DeckError("the deck has no FREQCALC", "Give the deck of frequencies.")
    return block


def _check_supercell(deck: DeckText, settings: FreqSettings, parent: Parent) -> None:
    """Refuse phonons of another supercell than the one whose atoms were displaced."""
    entry = deck.geometry.get(_SUPERCELL)
    if entry is None or block_of(deck).get("DISPERSION") is None:
        raise DeckError(
            f"{parent.step} computed no phonons: its displacements are those of one cell",
            "Set dispersion to false, or restart to false.",
        )
    rows = [[int(value) for value in record.numbers] for record in entry.records]
    order = len(rows)
    asked = [[settings.supercell[i] if i == j else 0 for j in range(order)] for i in range(order)]
    if rows != asked:
        told = [row[i] for i, row in enumerate(rows)]
        diagonal = all(not v for i, row in enumerate(rows) for j, v in enumerate(row) if i != j)
        raise DeckError(
            f"{parent.step} displaced the atoms of another supercell than {settings.supercell}",
            f"Set supercell to {[*told, *(1,) * (3 - order)]}."
            if diagonal
            else "Write BANDS or PDOS into its deck by hand.",
        )


def _cell(deck: DeckText, parent: Parent, *, needed: bool) -> PrintedGeometry:
    """Give the cell that atoms and paths refer to: outputs print the supercell of their phonons.

    Where the deck does not tell it, what is printed serves for all but a path.
    """
    from crystald.crystal.output import read_output

    if deck.geometry.get(_SUPERCELL) is not None:
        try:
            return _as_printed(structure_of(deck, parent.fort34))
        except DeckError:
            if needed:
                raise
    printed = read_output(parent.output.splitlines(), blocks=()).geometry
    if printed is None:
        raise DeckError(f"the output of {parent.step} holds no geometry", "Give a longer output.")
    return printed


def _as_printed(structure: Structure) -> PrintedGeometry:
    """Bring a structure into the form in which the program prints its cell."""
    import numpy as np

    periodic = structure.periodicity
    frame = np.array(structure.cell_ang, dtype=float)
    whole = np.where(frame.any(axis=1, keepdims=True), frame, np.eye(3))
    places = np.array(structure.positions_ang) @ np.linalg.inv(whole)
    rows = [tuple(map(float, row)) for row in whole]
    atoms = (
        PrintedAtom(index, True, number, "", *map(float, place))  # noqa: FBT003 - each for itself
        for index, (number, place) in enumerate(zip(structure.numbers, places, strict=True), 1)
    )
    return PrintedGeometry(
        periodic,
        atoms=tuple(atoms),
        lattice_ang=((*rows[0],), (*rows[1],), (*rows[2],)),  # type: ignore[arg-type]
    )
