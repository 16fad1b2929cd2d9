"""The records of fort.25: fixed columns, whose numbers touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from crystald.crystal.plotdata.tables import only_figures
from crystald.errors import ParseError

WIDTH, PER_LINE = 12, 6
POINTS_MAX = 50_000_000
MARK = "-%-"
BAND, DOSS, PHONON_DOS, MAP = "BAND", "DOSS", "PDOS", "MAPN"
KINDS = (BAND, DOSS, PHONON_DOS, MAP)
TORN = "The file is torn: retry the step."

_LONG_EXPONENT = re.compile(r"([-+]?\d*\.\d+)([-+]\d{3})")
_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+)(?:E[-+]?\d{2,3})?")
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Record:
    """``-%-0BAND   18   20 0.00000E+00 3.10265E-02-3.96858E-01`` and what follows it.

    Attributes
    ----------
    line
        Number of its first line.
    open_shell
        The digit is 1 (insulator) or 3 (conductor): a record per spin.
    conducting
        The digit is 2 or 3.
    rows, columns
        Bands and points; 1 and energies; points along the two sides of a map.
    head
        The three numbers of the first line. Bands and densities of states: 0, the step (1/bohr or
        Ha), the Fermi energy (Ha). Maps: the two steps (Å) and the cosine of the angle.
    second
        The numbers of the second line: lowest and highest energy; 0 and the first energy; of a map
        its points A, B and C (Å), which go on in the third.
    integers
        Ends of a segment in units of the shrinking factor; a projection's number and size; number
        of atoms and of dimensions.
    after
        Lines behind the values, of a map only: atoms and lattice vectors.
    """

    line: int
    open_shell: bool
    conducting: bool
    kind: str
    rows: int
    columns: int
    head: tuple[float, float, float]
    second: tuple[float, ...]
    integers: tuple[int, ...]
    values: tuple[float, ...]
    after: tuple[str, ...] = ()

    @property
    def step(self) -> float:
        """Between points, 1/bohr; between energies, Ha (1/cm of phonons)."""
        return self.head[1]

    @property
    def fermi_ha(self) -> float:
        """The Fermi energy; 0 of phonons."""
        return self.head[2]

    def points(self) -> Iterator[tuple[float, ...]]:
        """Give the values point by point: those of all bands at the first k point, and so on."""
        values = iter(self.values)
        for _ in range(self.columns):
            yield tuple(islice(values, self.rows))


class _Source:
    """Numbered lines; a record ends where the next one begins."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[tuple[int, str]] = enumerate(lines, 1)
        self.number = 0

    def heads(self) -> Iterator[str]:
        """Give the first lines of records, passing over what is between."""
        for number, line in self._lines:
            self.number = number
            if line.startswith(MARK) and line[4:8] in KINDS:
                yield line.rstrip("\n")

    def line(self, record: int) -> str:
        """Give the next line of a record."""
        number, text = next(self._lines, (0, MARK))
        if text.startswith(MARK):
            raise ParseError(f"the record of line {record} is cut", TORN)
        self.number = number
        return text.rstrip("\n")

    def integers(self, text: str, width: int) -> tuple[int, ...]:
        """Read integers of a fixed width."""
        return tuple(self._integer(text[i : i + width]) for i in range(0, len(text), width))

    def _integer(self, text: str) -> int:
        try:
            return int(text)
        except ValueError as error:
            raise ParseError(f"line {self.number}: {text!r} is no integer") from error

    def numbers(self, text: str, count: int) -> list[float]:
        """Read the first numbers of a line."""
        words = [text[at : at + WIDTH] for at in range(0, count * WIDTH, WIDTH)]
        if text.count(".") == count and len(text) >= count * WIDTH and only_figures(text):
            with suppress(ValueError):
                return list(map(float, words))
        return [self._number(word) for word in words]

    def _number(self, text: str) -> float:
        """Read a number of a line that has others than plain ones."""
        word = text.strip()
        if found := _LONG_EXPONENT.fullmatch(word):  # three digits leave no room for the E
            word = f"{found[1]}E{found[2]}"
        if _NUMBER.fullmatch(word):
            return float(word)
        raise ParseError(f"line {self.number}: {text!r} is no number")

    def values(self, record: int, count: int) -> tuple[float, ...]:
        """Read the values of a record, six per line: all at once where they are plain."""
        lines = [text.rstrip("\n") for _, text in islice(self._lines, -(-count // PER_LINE))]
        if (plain := _plain("".join(lines), lines, count)) is not None:
            self.number += len(lines)
            return plain
        self._lines = chain(enumerate(lines, self.number + 1), self._lines)
        found: list[float] = []
        while (left := count - len(found)) > 0:
            found += self.numbers(self.line(record), min(left, PER_LINE))
        return tuple(found)


def _plain(text: str, lines: Sequence[str], count: int) -> tuple[float, ...] | None:
    """Read lines that hold nothing but `count` numbers of the usual form; None for others."""
    short = any(len(line) != WIDTH * PER_LINE for line in lines[:-1])
    if short or len(text) != WIDTH * count or text.count(".") != count or not only_figures(text):
        return None
    try:
        return tuple(float(text[at : at + WIDTH]) for at in range(0, len(text), WIDTH))
    except ValueError:
        return None


def read_records(lines: Iterable[str]) -> Iterator[Record]:
    """Read the records that are known: bands, densities of states, maps.

    Raises
    ------
    ParseError
        A record is cut, or holds what is no number.
    """
    source = _Source(lines)
    for head in source.heads():
        yield _record(source, head)


def _record(source: _Source, head: str) -> Record:
    line, kind = source.number, head[4:8]
    rows, columns = source.integers(head[8:18].ljust(10), 5)
    if rows < 1 or columns < 1 or rows * columns > POINTS_MAX:
        raise ParseError(f"line {line}: a record of {rows} x {columns} numbers")
    one, two, three = source.numbers(head[18:], 3)
    second, integers = _map_head(source, line) if kind == MAP else _head(source, line)
    values = source.values(line, rows * columns)
    after = [source.line(line) for _ in range(integers[0] + 3)] if kind == MAP else []
    return Record(
        line=line,
        open_shell=head[3] in "13",
        conducting=head[3] in "23",
        kind=kind,
        rows=rows,
        columns=columns,
        head=(one, two, three),
        second=second,
        integers=integers,
        values=values,
        after=tuple(after),
    )


def _head(source: _Source, line: int) -> tuple[tuple[float, ...], tuple[int, ...]]:
    second = source.numbers(source.line(line), 2)
    return tuple(second), source.integers(source.line(line).rstrip().ljust(30)[:30], 5)


def _map_head(source: _Source, line: int) -> tuple[tuple[float, ...], tuple[int, ...]]:
    second = source.numbers(source.line(line), 6)
    text = source.line(line)
    second += source.numbers(text, 3)
    atoms, dimensions = source.integers(text[36:48].rstrip().ljust(12)[4:], 4)
    if atoms < 0:
        raise ParseError(f"line {source.number}: a map of {atoms} atoms")
    return tuple(second), (atoms, dimensions)


def last_run(records: Sequence[Record]) -> list[Record]:
    """Keep the records that belong to one run with the last one."""
    kept: list[Record] = []
    for record in reversed(records):
        if kept and not _same_run(record, kept[0]):
            break
        kept.append(record)
    return kept[::-1]


def _same_run(one: Record, other: Record) -> bool:
    # The two spins of one run may have Fermi energies of their own.
    same_fermi = one.fermi_ha == other.fermi_ha or one.open_shell
    return same_fermi and (one.rows, one.open_shell) == (other.rows, other.open_shell)


def per_spin(records: Sequence[Record], key: Callable[[Record], _Key]) -> list[list[Record]]:
    """Split into the sets that begin as the first does; of repeated runs the last counts.

    Raises
    ------
    ParseError
        The two spins have different numbers of records.
    """
    sets: list[list[Record]] = []
    for record in records:
        if not sets or key(record) == key(records[0]):
            sets.append([])
        sets[-1].append(record)
    spins = 2 if records[0].open_shell else 1
    found = sets[-spins:]
    if len(found) < spins or any(len(one) != len(found[0]) for one in found):
        raise ParseError(
            f"line {records[-1].line}: the records of the two spins are not the same number", TORN
        )
    return found
