"""The stand-in's reader of FREQCALC and ANHARM: what CRYSTAL would stop at is refused.

Only displacements at the centre of the zone are computed; what asks for more is read over.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from crystal_standin.events import RefusalError
from crystal_standin.reading.records import Records, is_end

Inner = Callable[[Records], object]
"""Reads an optimisation block, for PREOPTGEOM."""


@dataclasses.dataclass(frozen=True, slots=True)
class FreqCalc:
    """The FREQCALC block: displacements per coordinate (1 forward, 2 on both sides), and words."""

    sides: int = 1
    words: frozenset[str] = frozenset()

    @property
    def restart(self) -> bool:
        """Whether it goes on from FREQINFO.DAT."""
        return "RESTART" in self.words


def read(records: Records, inner: Inner) -> FreqCalc:
    """Read the block to its END.

    Raises
    ------
    RefusalError
        A keyword that does not belong here, or one without what it needs.
    """
    sides, words = 1, set()
    while not is_end(word := records.keyword()):
        words.add(word)
        if word == "NUMDERIV":
            sides = records.integers(1, "FREQCA")[0]
        elif word == "PREOPTGEOM":
            inner(records)
        elif word in _READERS:
            _READERS[word](records)
        else:
            note = f"line {records.position}: {repr(word) if word else 'a blank line'}"
            raise RefusalError("FREQCA", f"KEYWORD {word:<10.10} NOT ALLOWED", note)
    if sides not in (1, 2):
        raise records.unreadable("FREQCA")
    _check(words)
    return FreqCalc(sides, frozenset(words))


def _check(words: set[str]) -> None:
    for needy, needed in (
        ("INTRAMAN", "INTENS"), ("INTRAMAN", "INTCPHF"), ("IRSPEC", "INTENS"),
        ("RAMSPEC", "INTRAMAN"), ("BANDS", "DISPERSI"), ("PDOS", "DISPERSI"), ("INS", "DISPERSI"),
        ("INTERPHESS", "DISPERSI"), ("WANG", "DISPERSI"),
    ):  # fmt: skip
        if needy in words and not words & {needed, f"{needed}ON"}:
            raise RefusalError("FREQCA", f"{needy} NEEDS {needed}", f"{needy} without {needed}")
    if "INTENS" in words and words & {"DISPERSI", "DISPERSION"}:
        text = "INTENSITIES AT GAMMA POINT ONLY"
        raise RefusalError("FREQCA", text, "INTENS together with DISPERSI")


def read_anharm(records: Records) -> None:
    """Read over ANHARM, to its END.

    Raises
    ------
    RefusalError
        A keyword that it does not have.
    """
    records.integers(1, "ANHARM")
    while not is_end(word := records.keyword()):
        if word == "ISOTOPES":
            _isotopes(records)
        elif word not in ("KEEPSYMM", "NOGUESS", "POINTS26", "PRINT", "TESTANHA"):
            raise RefusalError("ANHARM", f"KEYWORD {word:<10.10} NOT ALLOWED", repr(word))


def read_fragment(records: Records) -> None:
    """Read a count, and as many atoms on the lines that follow."""
    _numbers(records, records.integers(1, "FRAGMENT")[0])


def _numbers(records: Records, count: int) -> None:
    """Read numbers over as many lines as they take."""
    found = 0
    while found < count:
        found += len(records.all_reals("FREQCA"))
    if found > count:
        raise records.unreadable("FREQCA")


def _isotopes(records: Records) -> None:
    for _ in range(records.integers(1, "FREQCA")[0]):
        records.reals(2, "FREQCA")


def _bands(records: Records) -> None:
    shrink, points = records.integers(2, "FREQCA")
    count = records.integers(1, "FREQCA")[0]
    if shrink < 1 or points < 2 or count < 1:
        raise records.unreadable("FREQCA")
    for _ in range(count):
        if len(records.all_reals("FREQCA")) % 2:
            raise records.unreadable("FREQCA")


def _histogram(records: Records) -> None:
    most, bins = records.reals(2, "FREQCA")
    if most <= 0 or bins < 1:
        raise records.unreadable("FREQCA")
    records.integers(1, "FREQCA")


def _interphess(records: Records) -> None:
    if min(records.all_reals("FREQCA")) < 1:
        raise records.unreadable("FREQCA")
    records.integers(1, "FREQCA")


def _scan(records: Records) -> None:
    modes = records.reals(4, "FREQCA")[0]
    _numbers(records, abs(int(modes)))


def _block(allowed: dict[str, int]) -> Callable[[Records], None]:
    """Read a block with keywords of so many numbers each, to its END."""

    def read_it(records: Records) -> None:
        while not is_end(word := records.keyword()):
            if word not in allowed:
                raise RefusalError("FREQCA", f"KEYWORD {word:<10.10} NOT ALLOWED", repr(word))
            if allowed[word]:
                records.reals(allowed[word], "FREQCA")

    return read_it


def _record(count: int) -> Callable[[Records], None]:
    def read_it(records: Records) -> None:
        if count:
            records.reals(count, "FREQCA")

    return read_it


_CPHF = {"FMIXING": 1, "MAXCYCLE": 1, "TOLALPHA": 1, "FMIXING2": 1, "MAXCYCLE2": 1, "TOLGAMMA": 1}
_SPECTRUM = {"RANGE": 2, "LENSTEP": 1, "NUMSTEP": 1, "DAMPFAC": 1, "GAUSS": 0, "ANGLE": 1}

_READERS: dict[str, Callable[[Records], None]] = {
    **dict.fromkeys(
        (
            "INTENS", "NOINTENS", "INTPOL", "INTLOC", "INTRAMAN", "NORMBORN", "RESTART", "ANALYSIS",
            "NOANALYSIS", "NOECKART", "NOMODES", "MODES", "DISPERSI", "DISPERSION", "NOKSYMDISP",
            "PRINT", "USESYMM", "NOUSESYMM", "ALL", "IR", "RAMAN",
        ),
        _record(0),
    ),
    **dict.fromkeys(("STEPSIZE", "NEGLEFRE", "MULTITASK", "DIELISO", "FREQSCAL"), _record(1)),
    **dict.fromkeys(("RAMANEXP", "ADP"), _record(2)),
    **dict.fromkeys(("TEMPERAT", "PRESSURE"), _record(3)),
    **dict.fromkeys(("PDOS", "INS"), _histogram),
    **dict.fromkeys(("WANG", "DIELTENS"), lambda records: _numbers(records, 9)),
    "INTCPHF": _block(_CPHF),
    "IRSPEC": _block(_SPECTRUM | {"REFRIND": 0, "DIELFUN": 0}),
    "RAMSPEC": _block(_SPECTRUM | {"VOIGT": 1}),
    "COMBMODE": _block(
        {"ALL": 0, "IR": 0, "RAMAN": 0, "IRRAMAN": 0, "FREQ": 0, "IRREP": 0, "FREQRANGE": 2}
    ),
    "FRAGMENT": read_fragment,
    "ISOTOPES": _isotopes,
    "BANDS": _bands,
    "INTERPHESS": _interphess,
    "SCANMODE": _scan,
}  # fmt: skip
