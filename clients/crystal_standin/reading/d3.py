"""The stand-in's own reader of properties decks (``.d3``): NEWK, BAND, DOSS, BOLTZTRA, ECH3, POT3."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from crystal_standin.events import RefusalError
from crystal_standin.reading.records import Records, is_end

NOT_DONE = (
    "ECHG", "PPAN", "PATO", "PBAN", "PGEOMW", "PDIDE", "PMP2",
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


@dataclasses.dataclass(frozen=True, slots=True)
class Boltztra:
    """Transport.

    Attributes
    ----------
    temperatures, potentials, energies : (float, float, float)
        TRANGE (K), MURANGE and TDFRANGE (eV): lowest, highest, step.
    relaxation_fs, smearing : float
        RELAXTIM and SMEAR.
    """

    temperatures: tuple[float, float, float]
    potentials: tuple[float, float, float]
    energies: tuple[float, float, float]
    relaxation_fs: float = 10.0
    smearing: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Grid:
    """ECH3 or POT3: `points` along the first axis."""

    keyword: str
    points: int


Task = Newk | Band | Doss | Boltztra | Grid


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
        "BOLTZTRA": _read_boltztra,
        "ECH3": _read_density,
        "POT3": _read_potential,
        "POTC": _refuse_profile,
    }
    while not is_end(word := records.keyword()):
        if word in readers:
            tasks.append(readers[word](records))
        elif word == "RDFMWF":
            continue  # see `converts`
        elif word in NOT_DONE:
            note = f"line {records.position}: CRYSTAL knows {word}, the stand-in does not do it"
            raise RefusalError("STANDIN", f"{word} IS NOT DONE BY THE STAND-IN", note)
        else:
            note = f"line {records.position}: {word!r}"
            raise RefusalError("PROPERTIES", f"KEYWORD {word:<10.10} NOT ALLOWED", note)
    return tuple(tasks)


def converts(text: str) -> bool:
    """Whether a deck begins by converting fort.98."""
    return text.split(None, 1)[:1] == ["RDFMWF"]


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


_RANGES = {"TRANGE": "temperatures", "MURANGE": "potentials", "TDFRANGE": "energies"}
_VALUES = {"RELAXTIM": "relaxation_fs", "SMEAR": "smearing"}


def _read_boltztra(records: Records) -> Boltztra:
    found: dict[str, tuple[float, float, float] | float] = {}
    while not is_end(word := records.keyword()):
        if word in _RANGES:
            low, high, step = records.reals(3, "BOLTZTRA")
            if step <= 0 or high < low:
                raise records.unreadable("BOLTZTRA")
            found[_RANGES[word]] = (low, high, step)
        elif word in _VALUES:
            found[_VALUES[word]] = records.reals(1, "BOLTZTRA")[0]
        elif word == "SMEARTYP":
            records.integers(1, "BOLTZTRA")
        else:
            note = f"line {records.position}: {word!r} in BOLTZTRA"
            raise RefusalError("BOLTZTRA", f"KEYWORD {word:<10.10} NOT ALLOWED", note)
    lacking = [word for word, name in _RANGES.items() if name not in found]
    if lacking:
        note = f"{', '.join(lacking)} not given; the stand-in has no defaults for them"
        raise RefusalError("STANDIN", "BOLTZTRA NEEDS ITS RANGES", note)
    return Boltztra(**found)  # type: ignore[arg-type]


def _read_density(records: Records) -> Grid:
    return Grid("ECH3", _read_points(records, 1, "ECH3"))


def _read_potential(records: Records) -> Grid:
    return Grid("POT3", _read_points(records, 2, "POT3"))


def _read_points(records: Records, count: int, keyword: str) -> int:
    """Read the points and what follows them, on one line or on several."""
    values: list[float] = []
    while len(values) < count:
        values += records.all_reals(keyword)
    if values[0] != int(values[0]) or values[0] < 2:
        raise records.unreadable(keyword)
    return int(values[0])


def _refuse_profile(records: Records) -> Task:
    kind, _, _ = records.integers(3, "POTC")
    if kind:
        text = "AVERAGES IN PLANES ARE FOR SLABS ONLY"
        raise RefusalError("POTC", text, "the stand-in runs crystals only")
    raise RefusalError("STANDIN", "POTC IS NOT DONE BY THE STAND-IN", "values at points")
