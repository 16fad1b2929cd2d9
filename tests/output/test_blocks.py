"""The table of blocks: every block is documented, told whole or not at all, and stays small."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

import pytest
from output.properties_page import PAGE, tables

from crystald.crystal.output import read_output, read_runs
from crystald.crystal.output.block import Block
from crystald.crystal.output.blocks import BLOCKS
from crystald.crystal.output.facts import ROWS_MAX, Facts
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.properties import UNITS, documented, properties

UNITS_KNOWN = {
    *("", "Ha", "eV", "Å", "Å^3", "deg", "s", "e", "D", "MB", "Ha/bohr", "bohr", "g/cm^3"),
    *(
        "%",
        "1/bohr",
        "words",
        "1/IS",
        "fs",
        "K",
        "1/cm",
        "MPa",
        "J/(mol K)",
        "GPa",
        "1/TPa",
        "km/s",
    ),
    *("Å^3, Ha", "Å^3, Ha, GPa", "bohr^3", "Ha/bohr^3", "a.u.", "amu"),
    *("fractional or Å",),
}


def readers_of(block: Block) -> Iterator[Any]:
    for word, readers in block.readers().items():
        assert word == word.strip()
        yield from readers


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_every_reader_quotes_the_line_that_it_reads(block: Block) -> None:
    for word, readers in block.readers().items():
        for reader in readers:
            assert "``" in (inspect.getdoc(reader) or ""), (word, reader)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_every_property_has_a_unit_that_is_known_and_a_meaning(block: Block) -> None:
    assert block.properties
    for one in block.properties:
        assert one.unit in UNITS_KNOWN
        assert one.meaning
        assert one.name == one.name.lower().replace(" ", "_")


def test_names_are_told_once() -> None:
    names = [one.name for _, one in documented()]
    assert sorted(names) == sorted(set(names))


def test_the_page_of_properties_is_that_of_the_code() -> None:
    assert tables() in PAGE.read_text(encoding="utf-8")


def test_readers_of_two_runs_share_nothing() -> None:
    for block in BLOCKS:
        first, second = block.readers(), block.readers()
        for word, readers in first.items():
            for one, other in zip(readers, second[word], strict=True):
                owner = getattr(one, "__self__", None)
                assert owner is None or owner is not getattr(other, "__self__", None)


def test_facts_of_real_files_are_declared_plain_and_placed(real: Any) -> None:
    lines = real.lines()
    for out in read_runs(lines):
        assert set(out.facts) <= set(UNITS)
        for one in properties(out):
            assert one.value is not None
            assert not is_dataclass(one.value)
            assert one.line is None or 1 <= one.line <= len(lines)


COMPUTED = {"integrated_density", "default_level_shift"}
"""Added up over the spins; printed in tenths."""


def test_every_number_stands_below_the_line_that_is_named(real: Any) -> None:
    """In the whole file, and where it is cut: no number is made of the pieces of others."""
    lines = real.lines()
    for cut in (len(lines), len(lines) // 2, len(lines) * 4 // 5):
        for out in read_runs(lines[:cut]):
            for name, fact in out.facts.items():
                if isinstance(fact.value, float) and name not in COMPUTED:
                    assert _stands(abs(fact.value), lines[fact.line - 1 :], name), (name, fact)


def _stands(value: float, lines: list[str], name: str) -> bool:
    table = name.startswith(("frequency", "max_force", "shortest"))
    printed = (abs(number) for line in lines[: 2000 if table else 16] for number in floats(line))
    return any(number == value for number in printed)


def test_values_of_a_geometry_are_dropped_when_it_is_left(texts: Any) -> None:
    point = " COORDINATE OPTIMIZATION - POINT    {}\n"
    scf = texts.scf.replace(
        " == SCF", " ::: KINETIC ENERGY                             2.7000000000000E+02\n == SCF"
    )
    first = texts.head + point.format(1) + scf
    assert read_output(first.splitlines()).facts.value("kinetic_energy") == 270.0
    assert read_output((first + point.format(2)).splitlines()).facts.get("kinetic_energy") is None


def test_a_file_without_end_keeps_few_rows() -> None:
    def endless() -> Iterator[str]:
        for number in range(ROWS_MAX + 5000):
            yield f" CYC {number % 50:3d} ETOT(AU) -1.0E+00 DETOT -1.0E-01 tst  1.0E-01 PX  1.0E-01\n"

    history = read_output(endless()).facts.value("scf_history")
    assert len(history) == ROWS_MAX  # type: ignore[arg-type]


def test_nothing_printed_changes_no_fact() -> None:
    facts = Facts()
    facts.put("one", 1.0, 1)
    facts.put("one", None, 2)
    assert facts.value("one") == 1.0
    assert facts.value("other") is None
