"""ANHARM: the anharmonic stretching of one bond of hydrogen, asked of a FREQ.

ANHARM is a block of the geometry part, where FREQCALC would stand; a deck has one of them. No output
of it was at hand, so what it prints is not read: it stays in the output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from crystald.crystal.deck.blocks.modes import Anharm
from crystald.crystal.deck.electrons import element_of
from crystald.errors import DeckError
from crystald.steps.frequencies.conflicts import Complaint
from crystald.steps.frequencies.settings import FreqSettings

if TYPE_CHECKING:
    from crystald.crystal.output.values import PrintedGeometry

OPTIONS: Final = ("anharm_keepsymm", "anharm_noguess", "anharm_points26")

SHARED: Final = frozenset(
    ("template", "anharm", *OPTIONS, "isotopes", "toldee", "guess", "version", "unverified")
)
"""What a FREQ with ANHARM may say; all others belong to FREQCALC."""


def anharm_conflicts(settings: FreqSettings) -> Iterator[Complaint]:
    """Tell what does not go with ANHARM, and options of it where it is not asked for."""
    if settings.anharm == "none":
        needy = [name for name in OPTIONS if getattr(settings, name)]
        if needy:
            yield f"{needy[0]} needs anharm", f"Set anharm to an atom, or {needy[0]} to false."
        return
    if settings.anharm < 1:
        yield f"anharm cannot be {settings.anharm}", "Atoms count from 1 in the primitive cell."
    beside = [
        field.name
        for field in msgspec.structs.fields(FreqSettings)
        if field.name not in SHARED and getattr(settings, field.name) != field.default
    ]
    if beside:
        yield (
            f"{beside[0]} belongs to FREQCALC, and a deck with ANHARM has none",
            f"Make two steps of it: FREQ with {beside[0]}, FREQ2 with anharm.",
        )


def anharm_of(settings: FreqSettings, printed: PrintedGeometry) -> Anharm | None:
    """Make the block; None where it is not asked for.

    Raises
    ------
    DeckError
        There is no such atom, or it is no hydrogen.
    """
    if settings.anharm == "none":
        return None
    atom = settings.anharm
    if atom > len(printed.atoms) or element_of(printed.atoms[atom - 1].number) != 1:
        found = [i for i, one in enumerate(printed.atoms, 1) if element_of(one.number) == 1]
        raise DeckError(
            f"anharm names atom {atom} of the primitive cell, which is no hydrogen",
            f"Hydrogens are {', '.join(map(str, found))}." if found else "Set anharm to none.",
        )
    return Anharm(
        atom,
        settings.isotopes if settings.isotopes != "none" else (),
        settings.anharm_keepsymm,
        settings.anharm_noguess,
        settings.anharm_points26,
    )


def is_anharm(deck: Iterable[str] | None) -> bool:
    """Tell whether a deck has ANHARM, and so gives no table of frequencies."""
    return any(line.strip() == "ANHARM" for line in deck or ())
