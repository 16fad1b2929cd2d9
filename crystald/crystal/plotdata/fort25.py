"""fort.25: bands and densities of states as the properties program stores them, never shifted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from crystald.crystal.plotdata.values import ABSOLUTE, Bands, Dos
from crystald.errors import ParseError

WIDTH, PER_LINE = 12, 6
POINTS_MAX = 50_000_000
MARK = "-%-"
_LONG_EXPONENT = re.compile(r"([-+]?\d*\.\d+)([-+]\d{3})")
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Fort25:
    """What a file holds; of several runs appended to it, the last."""

    bands: Bands | None
    dos: Dos | None


@dataclass(frozen=True)
class _Record:
    """``-%-0BAND   18   20 0.00000E+00 3.10265E-02-3.96858E-01`` and what follows it.

    Attributes
    ----------
    line
        Number of its first line.
    open_shell
        The digit is 1 (insulator) or 3 (conductor): a record per spin.
    rows, columns
        Bands and points; 1 and energies.
    step
        Between points, 1/bohr; between energies, Ha.
    start
        Second number of the second line: the first energy of a density of states.
    integers
        Ends of a segment in units of the shrinking factor; a projection's number and size.
    """

    line: int
    open_shell: bool
    kind: str
    rows: int
    columns: int
    step: float
    fermi_ha: float
    start: float
    integers: tuple[int, ...]
    values: tuple[float, ...]


def read_fort25(lines: Iterable[str]) -> Fort25:
    """Read the records ``BAND`` and ``DOSS``; maps and others are passed over.

    Numbers have a fixed width of 12 and touch. Energies are absolute, in hartree; the records do
    not tell bands of phonons (cm⁻¹) from those of electrons.

    Raises
    ------
    ParseError
        A record is cut, holds what is no number, or lacks its other spin.
    """
    records = list(_records(enumerate(lines, 1)))
    bands = [record for record in records if record.kind == "BAND"]
    dos = [record for record in records if record.kind == "DOSS"]
    return Fort25(_bands(_last_run(bands)), _dos(_last_run(dos)))


def _records(lines: Iterator[tuple[int, str]]) -> Iterator[_Record]:
    for number, line in lines:
        if line.startswith(MARK) and line[4:8] in ("BAND", "DOSS"):
            yield _record(number, line.rstrip("\n"), lines)


def _record(number: int, head: str, lines: Iterator[tuple[int, str]]) -> _Record:
    rows, columns = _integer(head[8:13], number), _integer(head[13:18], number)
    if rows < 1 or columns < 1 or rows * columns > POINTS_MAX:
        raise ParseError(f"line {number}: a record of {rows} x {columns} numbers")
    _, step, fermi_ha = _fields(head[18:], 3, number)
    _, start = _fields(*_following(lines, number, 2))
    place, text = _line(lines, number)
    integers = tuple(_integer(text[i : i + 5], place) for i in range(0, 30, 5))
    values: list[float] = []
    while (left := rows * columns - len(values)) > 0:
        values += _fields(*_following(lines, number, min(left, PER_LINE)))
    return _Record(
        number, head[3] in "13", head[4:8], rows, columns, step, fermi_ha, start, integers,
        tuple(values),
    )  # fmt: skip


def _following(lines: Iterator[tuple[int, str]], record: int, count: int) -> tuple[str, int, int]:
    number, text = _line(lines, record)
    return text, count, number


def _line(lines: Iterator[tuple[int, str]], record: int) -> tuple[int, str]:
    number, text = next(lines, (0, MARK))
    if text.startswith(MARK):
        raise ParseError(f"the record of line {record} is cut", "The file is torn: retry the step.")
    return number, text.rstrip("\n")


def _integer(text: str, line: int) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ParseError(f"line {line}: {text!r} is no integer") from error


def _fields(text: str, count: int, line: int) -> list[float]:
    return [_number(text[i * WIDTH : (i + 1) * WIDTH], line) for i in range(count)]


def _number(text: str, line: int) -> float:
    found = _LONG_EXPONENT.fullmatch(text.strip())  # three digits leave no room for the E
    word = f"{found[1]}E{found[2]}" if found else text
    if re.fullmatch(r"\s*[-+]?\d*\.\d*(E[-+]?\d{2,3})?\s*", word):
        return float(word)
    raise ParseError(f"line {line}: {text!r} is no number")


def _last_run(records: list[_Record]) -> list[_Record]:
    """Keep the records that belong to one run with the last one."""
    kept: list[_Record] = []
    for record in reversed(records):
        if kept and not _same_run(record, kept[0]):
            break
        kept.append(record)
    return kept[::-1]


def _same_run(one: _Record, other: _Record) -> bool:
    # The two spins of one run may have Fermi energies of their own.
    same_fermi = one.fermi_ha == other.fermi_ha or one.open_shell
    return same_fermi and (one.rows, one.open_shell) == (other.rows, other.open_shell)


def _per_spin(records: Sequence[_Record], key: Callable[[_Record], _Key]) -> list[list[_Record]]:
    """Split into the sets that begin as the first does; of repeated runs the last counts."""
    sets: list[list[_Record]] = []
    for record in records:
        if not sets or key(record) == key(records[0]):
            sets.append([])
        sets[-1].append(record)
    spins = 2 if records[0].open_shell else 1
    found = sets[-spins:]
    if len(found) < spins or any(len(one) != len(found[0]) for one in found):
        raise ParseError(
            f"line {records[-1].line}: the records of the two spins are not the same number",
            "The file is torn: retry the step.",
        )
    return found


def _bands(records: list[_Record]) -> Bands | None:
    if not records:
        return None
    spins = _per_spin(records, lambda record: (record.integers, record.columns))
    distances, ticks = _path(spins[0])
    energies = tuple(tuple(point for one in spin for point in _points(one)) for spin in spins)
    if any(len(spin) != len(distances) for spin in energies):
        raise ParseError(f"line {records[-1].line}: the spins have different numbers of points")
    return Bands(distances, ticks, energies, records[-1].fermi_ha, ABSOLUTE)


def _points(record: _Record) -> Iterator[tuple[float, ...]]:
    values = iter(record.values)
    for _ in range(record.columns):
        yield tuple(islice(values, record.rows))


def _path(
    segments: Sequence[_Record],
) -> tuple[tuple[float, ...], tuple[tuple[float, str], ...]]:
    """Lay the segments one after another.

    A segment that goes on from the end before it begins one step further; one that begins
    elsewhere holds its own first point, at the place of the end before it.
    """
    distances: list[float] = []
    ticks: list[tuple[float, str]] = []
    here, end = 0.0, None
    for segment in segments:
        first, last = segment.integers[:3], segment.integers[3:]
        goes_on = first == end
        if end is None:
            ticks.append((here, _name(first)))
        elif not goes_on:
            ticks[-1] = (here, f"{ticks[-1][1]}|{_name(first)}")
        places = range(1, segment.columns + 1) if goes_on else range(segment.columns)
        distances += [here + segment.step * place for place in places]
        here, end = distances[-1], last
        ticks.append((here, _name(last)))
    return tuple(distances), tuple(ticks)


def _name(point: tuple[int, ...]) -> str:
    return f"({','.join(str(value) for value in point)})"


def _dos(records: list[_Record]) -> Dos | None:
    if not records:
        return None
    spins = _per_spin(records, lambda record: record.integers[0])
    first = spins[0][0]
    if any(record.columns != first.columns for spin in spins for record in spin):
        raise ParseError(f"line {records[-1].line}: the projections have different energies")
    signs = (1.0, -1.0)  # the second spin is stored with a minus sign
    return Dos(
        energies_ha=tuple(first.start + first.step * place for place in range(first.columns)),
        densities=tuple(
            tuple(tuple(sign * value for value in one.values) for one in spin)
            for sign, spin in zip(signs, spins, strict=False)
        ),
        fermi_ha=first.fermi_ha,
        zero=ABSOLUTE,
    )
