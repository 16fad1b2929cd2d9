"""The stand-in's own reader of properties decks (``.d3``): NEWK, BAND, DOSS."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from crystal_standin.events import RefusalError
from crystal_standin.records import Records, is_end

NOT_DONE = (
    "ECHG", "ECH3", "POT3", "POTC", "BOLTZTRA", "PPAN", "PATO", "PBAN", "PGEOMW", "PDIDE", "PMP2",
    "ROTREF", "CRYAPI_OUT", "CRYAPI_IN", "EMDL", "EMDP", "BIDIERD", "CLAS", "PROF", "XFAC",
    "POLI", "POLSPIN", "LOCALWF", "LOCALI", "SPOLBP", "SPOLWF", "ANBD", "BWIDTH", "BASE", "FMWF",
    "EDFT", "ENECOR", "HIRSHCHG", "TOPO", "COOP", "COHP", "XRDSPEC", "INFOGUI", "NOSYMADA",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Newk:
    """New k points: shrinking factors, Gilat net, and whether to recompute the Fermi energy."""

    shrink: tuple[int, int, int]
    gilat: int
    fermi: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Band:
    """Bands along lines.

    Attributes
    ----------
    title : str
        The title record.
    lines : tuple of ((3 int), (3 int))
        Ends of each line in units of 1/unit.
    unit, points, first, last, plot : int
        ISS, NSUB, INZB, IFNB and IPLO.
    """

    title: str
    lines: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    unit: int
    points: int
    first: int
    last: int
    plot: int


@dataclasses.dataclass(frozen=True, slots=True)
class Doss:
    """Densities of states.

    Attributes
    ----------
    projections : tuple of tuple of int
        Each either orbitals (counted from 1) or, negative, atoms.
    points, first, last, plot, polynomials : int
        NPT, INZB, IFNB, IPLO and NPOL.
    window_ha : (float, float) or None
        The energy window when both bands are negative.
    """

    projections: tuple[tuple[int, ...], ...]
    points: int
    first: int
    last: int
    plot: int
    polynomials: int
    window_ha: tuple[float, float] | None


Task = Newk | Band | Doss


def read(text: str) -> tuple[Task, ...]:
    """Read a properties deck.

    Raises
    ------
    RefusalError
        What the program would not read, and what the stand-in does not do.
    """
    records = Records(text)
    tasks: list[Task] = []
    readers: dict[str, Callable[[Records], Task]] = {
        "NEWK": _read_newk,
        "BAND": _read_band,
        "DOSS": _read_doss,
    }
    while not is_end(word := records.keyword()):
        if word in readers:
            tasks.append(readers[word](records))
        elif word == "RDFMWF":
            continue
        elif word in NOT_DONE:
            note = f"line {records.position}: CRYSTAL knows {word}, the stand-in does not do it"
            raise RefusalError("STANDIN", f"{word} IS NOT DONE BY THE STAND-IN", note)
        else:
            note = f"line {records.position}: {word!r}"
            raise RefusalError("PROPERTIES", f"KEYWORD {word:<10.10} NOT ALLOWED", note)
    return tuple(tasks)


def _read_newk(records: Records) -> Newk:
    first, gilat = records.integers(2, "NEWK")
    factors = [first] * 3 if first else records.integers(3, "NEWK")
    fermi = records.integers(2, "NEWK")[0] != 0
    if min(factors) < 1:
        raise records.unreadable("NEWK")
    return Newk((factors[0], factors[1], factors[2]), gilat, fermi)


def _read_band(records: Records) -> Band:
    title = records.next()
    lines, unit, points, first, last, plot, _ = records.integers(7, "BAND")
    if lines < 1 or points < 1:
        raise records.unreadable("BAND")
    if unit < 1:
        note = f"line {records.position}: ISS 0 (letters instead of numbers)"
        raise RefusalError("STANDIN", "LABELS OF K POINTS ARE NOT DONE BY THE STAND-IN", note)
    ends = [records.integers(6, "BAND") for _ in range(lines)]
    pairs = tuple((tuple(end[:3]), tuple(end[3:])) for end in ends)
    return Band(title, pairs, unit, points, first, last, plot)


def _read_doss(records: Records) -> Doss:
    count, points, first, last, plot, polynomials, _ = records.integers(7, "DOSS")
    window = None
    if first < 0 and last < 0:
        low, high = records.reals(2, "DOSS")
        window = (low, high)
    projections = tuple(_read_projection(records) for _ in range(count))
    return Doss(projections, points, first, last, plot, polynomials, window)


def _read_projection(records: Records) -> tuple[int, ...]:
    values = [int(value) for value in records.all_reals("DOSS")]
    count, items = values[0], values[1:]
    while len(items) < abs(count):
        items += [int(value) for value in records.all_reals("DOSS")]
    chosen = items[: abs(count)]
    return tuple(-item for item in chosen) if count < 0 else tuple(chosen)
