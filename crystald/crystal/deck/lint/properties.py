"""Rules on the deck of the properties program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crystald.crystal.deck.lint.subject import Note, Subject
from crystald.crystal.deck.text.tree import Entry

PROJECTIONS_MAX: Final = 15
_NEED_NEWK: Final = ("DOSS", "COOP", "COHP", "BOLTZTRA")


def _entries(subject: Subject, keyword: str) -> tuple[Entry, ...]:
    return subject.deck.properties.all(keyword)


def band_points(subject: Subject) -> Iterator[Note]:
    """Tell fractions in a path: k points are whole numbers in units of 1/ISS, or labels."""
    for entry in _entries(subject, "BAND"):
        for record in entry.records[2:]:
            if any(value != int(value) for value in record.numbers[:6]):
                yield Note(
                    record.number,
                    "the path is given in fractions, whole numbers are read",
                    "Write whole numbers in units of 1/ISS: 0.5 0 0.5 is 4 0 4 with ISS 8.",
                )
                break


def band_labels(subject: Subject) -> Iterator[Note]:
    """Tell labels where whole numbers belong (ISS above 0), and the other way round."""
    for entry in _entries(subject, "BAND"):
        head = entry.records[1].numbers if len(entry.records) > 1 else ()
        for record in entry.records[2:] if len(head) > 1 else ():
            if (head[1] == 0) == bool(record.numbers):
                kind = "numbers" if record.numbers else "labels"
                yield Note(
                    record.number,
                    f"{kind} stand in a path with ISS {head[1]:g}",
                    "ISS 0 means labels in every line, another one whole numbers in every line.",
                )
                break


def band_window(subject: Subject) -> Iterator[Note]:
    """Tell a window of bands that is empty, and fewer points than segments."""
    for entry in _entries(subject, "BAND"):
        values = entry.records[1].numbers if len(entry.records) > 1 else ()
        if len(values) < 7:
            continue
        lines, _, points, first, last = values[:5]
        if first > last or first < 1:
            yield Note(
                entry.records[1].number,
                f"bands {first:g} to {last:g} are none",
                "INZB is the first, IFNB the last band, from 1.",
            )
        elif points < 2 * lines:
            yield Note(
                entry.records[1].number,
                f"{points:g} points are too few for {lines:g} segments",
                "Give 40 to 60 points for each Å⁻¹ of the path.",
            )


def projections(subject: Subject) -> Iterator[Note]:
    """Tell more projections than the program takes."""
    for entry in _entries(subject, "DOSS"):
        if entry.numbers and entry.numbers[0] > PROJECTIONS_MAX:
            yield Note(
                entry.head.number + 1,
                f"{entry.numbers[0]:g} projections, {PROJECTIONS_MAX} are taken",
                "Split them over several DOSS.",
            )


def doss_window(subject: Subject) -> Iterator[Note]:
    """Tell an energy window of DOSS that is empty."""
    for entry in _entries(subject, "DOSS"):
        values = entry.numbers
        if len(values) >= 9 and values[2] < 0 and values[3] < 0 and values[7] >= values[8]:
            yield Note(
                entry.head.number + 2,
                f"the window from {values[7]:g} to {values[8]:g} Ha is empty",
                "Write the lower energy first.",
            )


def newk_first(subject: Subject) -> Iterator[Note]:
    """Tell what needs the Fermi energy before NEWK has computed it."""
    entries = subject.deck.properties.entries
    first = next((e.head.number for e in entries if e.keyword == "NEWK"), None)
    for entry in entries:
        if entry.keyword in _NEED_NEWK and (first is None or entry.head.number < first):
            yield Note(
                entry.head.number,
                f"{entry.keyword} needs NEWK before it",
                "Put NEWK, IS ISP and 1 0 before it.",
            )
            return


def newk_before_band(subject: Subject) -> Iterator[Note]:
    """Tell BAND behind NEWK: CRYSTAL17 takes it, CRYSTAL23 is said to stop."""
    newk, band = subject.deck.properties.get("NEWK"), subject.deck.properties.get("BAND")
    if newk is not None and band is not None and newk.head.number < band.head.number:
        yield Note(
            band.head.number,
            "BAND stands behind NEWK: CRYSTAL23 is said to stop there",
            "Put BAND first, or into a deck of its own.",
        )


def wavefunction(subject: Subject) -> Iterator[Note]:
    """Tell a properties deck without wavefunction."""
    formatted = subject.deck.properties.get("RDFMWF") is not None
    name = "fort.98" if formatted else "fort.9"
    if (
        subject.staged is not None
        and name not in subject.staged
        and subject.deck.properties.entries
    ):
        yield Note(
            1,
            f"the properties program reads {name}, which is not there",
            f"Stage the wavefunction as {name}.",
        )
