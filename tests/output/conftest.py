"""What the tests of outputs share: the real files beside the project, and texts of our own."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from crystald.crystal.output import Output, read_output

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Listed:
    """A row of the list of real files."""

    file: str
    ended: str
    energy: str
    gap: str

    def lines(self) -> list[str]:
        return _lines(self.file)

    def output(self) -> Output:
        return _output(self.file)


@cache
def _lines(file: str) -> list[str]:
    text = (DATA / file).read_text(encoding="utf-8", errors="replace")
    return text.splitlines(keepends=True)


@cache
def _output(file: str) -> Output:
    return read_output(_lines(file))


def listed() -> list[Listed]:
    """Give the outputs of the list; none where it is absent."""
    manifest = DATA / "MANIFEST.tsv"
    if not manifest.is_file():
        return []
    with manifest.open(encoding="utf-8", newline="") as handle:
        return [
            Listed(row["file"], row["ended"], row["final_energy_ha"], row["band_gap_ev"])
            for row in csv.DictReader(handle, delimiter="\t")
            if row["kind"] in ("out", "outp")
        ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "real" in metafunc.fixturenames:
        files = listed()
        skipped = pytest.param(None, marks=pytest.mark.skip(reason="no ../shared/data here"))
        metafunc.parametrize("real", files or [skipped], ids=lambda one: one and one.file[-60:])


HEAD = """\
 *******************************************************************************
 *                               CRYSTAL17                                     *
 *                      public : 1.0.2 - Aug 1st, 2017                         *
 *******************************************************************************
 EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0
 our own title
 CRYSTAL CALCULATION
"""
SCF = """\
 CYC   1 ETOT(AU) -2.700000000000E+02 DETOT -2.70E+02 tst  0.00E+00 PX  1.00E+00
 POSSIBLY CONDUCTING STATE - EFERMI(AU) -1.0000000E-01 (RES. CHARGE  1.11E-16;SPIN  0.00E+00)
 CYC   2 ETOT(AU) -2.750000000000E+02 DETOT -5.00E+00 tst  1.00E-05 PX  1.00E-03
 INSULATING STATE
 TOP OF VALENCE BANDS -    BAND     10; K    1; EIG -1.5000000E-01 AU
 BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG  1.0000000E-01 AU
 DIRECT ENERGY BAND GAP:   6.8028 eV
 == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.7500000000001E+02 CYCLES   2
 TOTAL ENERGY(DFT)(AU)(  2) -2.7500000000001E+02 DE-1.1E-09 tester 4.5E-15
"""
TAIL = """\
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT END         TELAPSE       12.50 TCPU       11.25
 EEEEEEEEEE TERMINATION  DATE 01 01 2030 TIME 01:02:16.0
"""
RUN = HEAD + SCF + TAIL


@dataclass(frozen=True)
class Texts:
    """Parts of outputs, written for these tests in the program's forms."""

    head: str = HEAD
    scf: str = SCF
    tail: str = TAIL
    run: str = RUN


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts()
