"""Rules on optimisations and frequencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crystald.crystal.deck.lint.subject import Note, Subject
from crystald.crystal.deck.text.values import number_at

TOLDEE_FREQUENCIES: Final = 10

_RESTARTS: Final = {"OPTGEOM": "OPTINFO.DAT", "FREQCALC": "FREQINFO.DAT"}


def frequencies_toldee(subject: Subject) -> Iterator[Note]:
    """Tell FREQCALC with an energy too coarse for its differences of gradients."""
    entry, toldee = subject.deck.geometry.get("FREQCALC"), number_at(subject.deck, "scf/TOLDEE")
    if entry is None or not subject.deck.scf.entries:
        return
    if toldee is None or toldee < TOLDEE_FREQUENCIES:
        said = f"TOLDEE {toldee:g}" if toldee is not None else "the program's own TOLDEE"
        yield Note(
            entry.head.number,
            f"{said} is too coarse for frequencies",
            f"Write TOLDEE {TOLDEE_FREQUENCIES} or more.",
        )


def intensities_of_metal(subject: Subject) -> Iterator[Note]:
    """Tell intensities asked of a system that is smeared like a metal."""
    block = subject.deck.geometry.get("FREQCALC")
    if block is None or subject.deck.scf.get("SMEAR") is None:
        return
    for word in ("INTENS", "INTRAMAN", "INTCPHF", "INTLOC", "INTPOL"):
        entry = block.get(word)
        if entry is not None:
            yield Note(
                entry.head.number,
                f"{word} asks for intensities, which a conducting system (SMEAR) has not",
                "Write NOINTENS, or take SMEAR out of an insulator's deck.",
            )


def restart_file(subject: Subject) -> Iterator[Note]:
    """Tell RESTART without the file that it reads."""
    for word, name in _RESTARTS.items():
        block = subject.deck.geometry.get(word)
        entry = block.get("RESTART") if block is not None else None
        if entry is not None and subject.staged is not None and name not in subject.staged:
            yield Note(
                entry.head.number,
                f"RESTART in {word} reads {name}, which is not there",
                f"Stage {name} of the run that is to go on, or take RESTART out.",
            )


def frequencies_smeared(subject: Subject) -> Iterator[Note]:
    """Tell frequencies with smearing: forces are then those of the free energy."""
    block = subject.deck.geometry.get("FREQCALC")
    smear = subject.deck.scf.get("SMEAR")
    restarts = block is not None and block.get("RESTART") is not None
    if block is not None and smear is not None and not restarts:
        yield Note(
            smear.head.number,
            "frequencies with SMEAR are those of the free energy",
            "Take SMEAR out of an insulator's deck; keep it as in the optimisation of a metal.",
        )


def raman_without_cphf(subject: Subject) -> Iterator[Note]:
    """Tell INTRAMAN without INTCPHF behind it, which computes what it needs."""
    block = subject.deck.geometry.get("FREQCALC")
    raman = block.get("INTRAMAN") if block is not None else None
    if block is None or raman is None:
        return
    cphf = block.get("INTCPHF")
    if cphf is None or cphf.head.number < raman.head.number:
        yield Note(
            raman.head.number,
            "INTRAMAN needs INTCPHF behind it",
            "Put INTCPHF and its END behind INTRAMAN.",
        )
