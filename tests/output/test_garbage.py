"""No text makes the reader raise: random bytes, torn lines, foreign words in known blocks."""

from __future__ import annotations

from io import StringIO
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystald.crystal.output import lines_of, read_output, read_runs
from crystald.crystal.output.report import report
from crystald.models import VerdictKind
from crystald.steps.reading.step import read_scf_step

STARTS = (
    " GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    3",
    " PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    14.652065 - DENSITY  3.0 g/cm^3",
    " CRYSTALLOGRAPHIC CELL (VOLUME=         58.60826038)",
    " ATOMS IN THE ASYMMETRIC UNIT    2 - ATOMS IN THE UNIT CELL:    2",
    " COORDINATES IN THE CRYSTALLOGRAPHIC CELL",
    " DIRECT LATTICE VECTORS CARTESIAN COMPONENTS (ANGSTROM)",
    " SPACE GROUP (CENTROSYMMETRIC)        :  F M 3 M",
    " NUMBER OF SYMMETRY OPERATORS         :",
    " * OPT END - CONVERGED * E(AU):  ",
    " EEEEEEEEEE STARTING",
    " EEEEEEEEEE TERMINATION",
    " TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT END         TELAPSE ",
    " NUMBER OF AO ",
    " N. OF ELECTRONS PER CELL",
    " SHRINK. FACT.(MONKH.)",
    " SHRINKING FACTOR(GILAT NET)",
    " LOCAL ATOMIC FUNCTIONS BASIS SET",
    " COORDINATE AND CELL OPTIMIZATION - POINT",
    "    MODES         EIGV          FREQUENCIES     IRREP",
    "    1-",
    " E0            :",
    " FROM BAND  1 TO BAND",
    " CYC  1 ETOT(AU)",
    " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) ",
    " TOTAL ENERGY(DFT)(AU)( 36) ",
    " TOTAL ENERGY + DISP + GCP (AU)",
    "    ALPHA      ELECTRONS",
    "   ALPHA BAND GAP:",
    " POSSIBLY CONDUCTING STATE - EFERMI(AU)",
    " TOP OF VALENCE BANDS -    BAND    1; K    1; EIG ",
    " INDIRECT ENERGY BAND GAP:",
    " ERROR **** NEIGHB ****",
    "   1 T  12 MG    0.000000000000E+00 0.000000000000E+00 0.000000000000E+00",
)
TAILS = (
    "",
    "******",
    "--",
    "1.2.3",
    "1e999",
    "9" * 5000,
    "NaN",
    "0 0 0 0 0 0",
    "1-999999999 0 1 1 1",
)
lines_of_blocks = st.builds(
    "{}{}".format, st.sampled_from(STARTS), st.sampled_from(TAILS) | st.text(max_size=30)
)


@given(st.lists(lines_of_blocks | st.sampled_from(TAILS) | st.text(max_size=80), max_size=40))
@settings(max_examples=300, deadline=None)
def test_known_words_with_foreign_numbers(lines: list[str]) -> None:
    out = read_output(lines)
    assert out.verdict.kind in VerdictKind
    read_scf_step(lambda _: lines, optimisation=True, leaves=())


@given(st.binary(max_size=4000))
def test_random_bytes(data: bytes) -> None:
    for text in (data.decode("latin-1"), data.decode("utf-8", errors="replace")):
        assert read_output(text.splitlines()).verdict.kind in VerdictKind


@given(st.data())
@settings(deadline=None)
def test_a_run_with_bytes_overwritten(texts: Any, data: st.DataObject) -> None:
    raw = bytearray(texts.run.encode())
    for _ in range(data.draw(st.integers(1, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert read_output(raw.decode("latin-1").splitlines()).verdict.kind in VerdictKind


@pytest.mark.parametrize("text", ["", "\n\n", "\0" * 100_000, "x" * 3_000_000, "\x1c\x1d\n\x85"])
def test_what_is_no_output(text: str) -> None:
    assert read_output(text.splitlines()).verdict.kind is VerdictKind.NOT_CRYSTAL


@pytest.mark.parametrize(
    "start",
    [
        " ::: A",
        " EQUATION OF STATE             VOL(A^3)\n\n A",
        " SYMMETRIZED ELASTIC CONSTANTS FOR A",
        " INFORMATION ****",
        " CARTESIAN FORCES IN HARTREE/BOHR (ANALYTICAL)\n   ATOM\n  1",
        "    MODES         EIGV          FREQUENCIES\n\n    1-   1",
    ],
)
@pytest.mark.parametrize("filler", [" ", "A", "A ", "1 ", "*", "1."])
def test_endless_lines_in_blocks_take_no_time(start: str, filler: str) -> None:
    text = start + filler * 10_000 + "\n"
    began = process_time()
    read_output((text * 5).splitlines(keepends=True))
    assert process_time() - began < 1.0


def test_a_run_cut_at_every_line_is_never_good(texts: Any) -> None:
    lines = texts.run.splitlines()
    for cut in range(len(lines) - 1):
        kind = read_output(lines[:cut]).verdict.kind
        assert kind in (VerdictKind.NOT_CRYSTAL, VerdictKind.TRUNCATED)
    for cut in range(4, len(lines) - 1):
        assert read_output(lines[:cut], finished=False).verdict.kind is VerdictKind.RUNNING


def test_several_runs_in_one_file(texts: Any) -> None:
    properties = texts.run.replace(
        " CRYSTAL CALCULATION",
        " CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL",
    ).replace(texts.scf, "")
    broken = properties.replace(texts.tail, " ERROR **** INIT_PROPERTIES_IO **** SOME TEXT\n")
    both = read_runs((texts.run + properties).splitlines())
    assert [out.properties_run for out in both] == [False, True]
    assert [out.verdict.kind for out in both] == [VerdictKind.OK, VerdictKind.OK]
    spoiled = read_output((texts.run + broken).splitlines())
    assert spoiled.verdict.kind is VerdictKind.OK
    assert spoiled.energy_ha == -275.00000000001
    assert read_output(broken.splitlines()).verdict.kind is VerdictKind.FAULT


def test_of_two_crystal_runs_the_second_counts(texts: Any) -> None:
    second = texts.run.replace("-2.7500000000001E+02", "-2.8000000000000E+02")
    out = read_output((texts.run + second).splitlines())
    assert out.energy_ha == -280.0
    cut = read_output((texts.run + texts.head + texts.scf).splitlines())
    assert cut.verdict.kind is VerdictKind.TRUNCATED


@pytest.mark.parametrize("middle", ["INT_CALC", "SCF"])
def test_the_end_of_a_part_is_no_end(texts: Any, middle: str) -> None:
    mark = f" EEEEEEEEEE {middle} TERMINATION  DATE 01 01 2030 TIME 01:02:05.0\n"
    out = read_output((texts.head + mark + texts.scf).splitlines())
    assert not out.terminated
    assert out.verdict.kind is VerdictKind.TRUNCATED


@pytest.mark.parametrize("forms", ["with ends", "in pieces"])
def test_a_number_that_was_cut_is_not_read(texts: Any, forms: str) -> None:
    """A growing file ends anywhere, also inside an energy."""
    whole = texts.head + texts.scf
    for cut in range(len(texts.head), len(whole)):
        text = whole[:cut]
        lines = (
            text.splitlines(keepends=True)
            if forms == "with ends"
            else lines_of(StringIO(text).read)
        )
        out = read_output(lines, finished=False)
        assert out.energy_ha in (None, -275.00000000001), text[-60:]
        assert out.vbm_ha in (None, -0.15)
        assert out.band_gap_ev in (None, 0.0, 6.8028)
        assert out.verdict.kind is VerdictKind.RUNNING


def test_the_last_line_needs_no_end(texts: Any) -> None:
    assert read_output(texts.run.rstrip("\n").splitlines(keepends=True)).terminated


def test_a_row_that_was_cut_is_no_row() -> None:
    rows = (
        " GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    0\n"
        " ATOMS IN THE ASYMMETRIC UNIT    1 - ATOMS IN THE UNIT CELL:    1\n\n\n"
        "      1 T   6 C     0.000000000000E+00  0.000000000000E+00  1.000000000000E-01"
    )
    for lines, number in ((rows[:-1], 0), (rows, 0), (rows + "\n", 1)):
        out = read_output(lines.splitlines(keepends=True))
        assert out.geometry is not None
        assert len(out.geometry.atoms) == number


PROPERTIES = " CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL\n"


@pytest.mark.parametrize(
    "later",
    [
        " EEEEEEEEEE STARTING  DATE\n ERROR **** init_properties_io **** Wavefunction file can not be found\n",
        " *                               CRYSTAL17                                     *\n",
        " *****\n * title\n EEEEEEEEEE STARTING  DATE\n\n title\n" + PROPERTIES,
        " EEEEEEEEEE STARTING  DATE\n ERROR **** INPUT ****  END OF DATA IN INPUT DECK\n",
        "job.sh: line 3: cp: No space left on device\nKilled by signal 15.\n",
        "SCF abnormal end - no wf written in fort.9\n",
        " ERROR **** init_properties_io **** Wavefunction file can not be found\n",
    ],
)  # fmt: skip
def test_what_comes_after_a_complete_run_spoils_nothing(texts: Any, later: str) -> None:
    wrapper = "total 12\n-rw-r--r-- 1 me me 0 Apr 1 10:00 fort.20.pe1\n"
    out = read_output((texts.run + wrapper + later).splitlines())
    assert (out.verdict.kind, out.energy_ha) == (VerdictKind.OK, -275.00000000001)
    assert out.properties_run is False


def test_each_run_has_the_version_of_its_own_banner(texts: Any) -> None:
    later = texts.head.replace("CRYSTAL17", "CRYSTAL23") + PROPERTIES + texts.tail
    versions = [str(out.version)[:2] for out in read_runs((texts.run + later).splitlines())]
    assert versions == ["17", "23"]


def test_banners_that_ranks_print_into_one_another(texts: Any) -> None:
    banner, *rest = texts.run.splitlines(keepends=True)
    star = " *                               CRYSTAL17             PROCESS            3  OF  8  WORKING\n"
    mixed = [banner, banner, star, " * *******\n", star, *rest]
    out = read_output(mixed)
    assert (out.program, str(out.version)[:2]) == ("crystal", "17")
    assert (out.verdict.kind, out.energy_ha) == (VerdictKind.OK, -275.00000000001)


def test_words_of_a_deck_or_wrapper_in_front_are_no_facts(texts: Any) -> None:
    deck = "CRYSTAL\n0 0 0\n225\nFREQCALC\nEND\nDFT\nSPIN\nSHRINK\n8 8\nTOTAL ENERGY\nEND\n"
    wrapper = "walltime limit: 24:00:00\nError: no module x\nORTE_ERROR_LOG: something\n"
    plain, told = (
        report(read_output(text.splitlines()), "x")
        for text in (texts.run, wrapper + deck + texts.run)
    )
    assert {**told, "geometry_line": None} == {**plain, "geometry_line": None}
