"""What reading outputs costs, as ratios within one run (``make bench``).

The measure is the time in which the same text is only cut into lines, so that machines compare.
"""

from __future__ import annotations

import resource
import time
import tracemalloc
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from crystald.crystal.output import Output, lines_of, read_output
from crystald.models import VerdictKind

HEAD = """\
 *                               CRYSTAL17                                     *
 *                      public : 1.0.2 - March 1st, 2018                       *
 EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0
 a long run
 CRYSTAL CALCULATION
"""
CYCLE = """\
 CHARGE NORMALIZATION FACTOR   1.00000000
 TOTAL ATOMIC CHARGES:
  11.2227092   8.7772908
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT MOQGAD      TELAPSE        3.47 TCPU        3.33
 +++ ENERGIES IN A.U. +++
 ::: EXT EL-POLE                                  -4.6909151211862E+02
 CYC   6 ETOT(AU) -2.712181437444E+02 DETOT -1.32E-07 tst  1.15E-07 PX  3.62E-04
 DIIS TEST: 0.97378E-09 AT SCF   CYCLE   6 - DIIS ACTIVE - HISTORY:     6 CYCLES
 INSULATING STATE
 TOP OF VALENCE BANDS -    BAND     10; K   11; EIG -1.4743064E-01 AU
 BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG  3.1898111E-01 AU
 INDIRECT ENERGY BAND GAP:  12.6917 eV
"""
MODES = """\
 FREQ(CM**-1)    143.63    143.63    200.01    200.01    310.55    310.55

 AT.   1 MG X     0.0000    0.0000    0.1234    0.0000   -0.4321    0.0000
            Y     0.0000    0.1000    0.0000   -0.2222    0.0000    0.3333
            Z     0.5000    0.0000    0.0000    0.0000    0.0000    0.0000
"""
TAIL = """\
 == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.7121814374931E+02 CYCLES   7
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT END         TELAPSE       12.50 TCPU       11.25
 EEEEEEEEEE TERMINATION  DATE 01 01 2030 TIME 01:02:16.0
"""

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = (
    "crystal-code-tools_CRYSTALpytools/examples/input_and_basisset/propinp_Al2O3crys.out",
    "Spica-Vir_CRYSTALpytools-dev/examples/thermodynamics/ha_Fe2O3Disp.out",
    "nomad-coe_nomad-parser-crystal/tests/data/surface/w221_sr_pbe0.cryst.out",
)
"""An equation of state, phonons along a path, an optimisation of 76 points."""


def text(block: str, size: int) -> str:
    """Repeat a block to about so many characters, between the head and the end of a run."""
    return HEAD + block * (size // len(block)) + TAIL


def best_s(work: Callable[[], object]) -> float:
    """Give the least seconds of processor time of several runs."""
    times = []
    for _ in range(5):
        began_s = time.process_time()
        work()
        times.append(time.process_time() - began_s)
    return min(times)


def in_pieces(whole: str) -> Iterator[str]:
    return lines_of(StringIO(whole).read)


@pytest.mark.parametrize(
    ("name", "block", "size"),
    [
        ("SCF cycles", CYCLE, 1_600_000),
        ("phonons", MODES, 3_000_000),
        ("SCF cycles", CYCLE, 16_000_000),
    ],
)
def test_reading_against_cutting_into_lines(name: str, block: str, size: int) -> None:
    compare(name, text(block, size))


@pytest.mark.parametrize("file", REAL)
def test_real_outputs_against_cutting_into_lines(file: str) -> None:
    if not (DATA / file).is_file():
        pytest.skip("the real outputs are not beside the project")
    compare(file, (DATA / file).read_text(encoding="utf-8", errors="replace"))


def compare(name: str, whole: str) -> None:
    """Print what reading costs, and what cutting into lines does."""
    lines_s = best_s(lambda: sum(1 for _ in in_pieces(whole)))
    read_s = best_s(lambda: read_output(in_pieces(whole)))
    per_mb = 1e3 * read_s / (len(whole) / 1e6)
    print(
        f"\n{name}, {len(whole) / 1e6:.1f} MB: {1e3 * read_s:.0f} ms ({per_mb:.0f} ms/MB),"
        f" {read_s / lines_s:.1f} x cutting it into lines"
    )


class Endless:
    """A file of many characters that is nowhere."""

    def __init__(self, block: str, size: int) -> None:
        self.left = size // len(block)
        self.block = block

    def read(self, size: int) -> str:
        count = min(self.left, max(1, size // len(self.block)))
        self.left -= count
        return self.block * count


def peak_mb(block: str, size: int) -> tuple[Output, float]:
    tracemalloc.start()
    out = read_output(lines_of(Endless(block, size).read))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return out, peak / 1e6


@pytest.mark.parametrize("block", [CYCLE, MODES, "x" * 80 + "\n", "\0" * 1000, "1 2 3 " * 1000])
def test_memory_does_not_grow_with_the_file(block: str) -> None:
    small, large = (peak_mb(block, size)[1] for size in (2_000_000, 30_000_000))
    print(f"\n{block[:20]!r}: {small:.1f} MB for 2 MB, {large:.1f} MB for 30 MB of output")
    assert large < 12  # the last 20,000 cycles of an SCF among it


def test_a_gigabyte() -> None:
    """Its cycles are rare and its rows are many, as in files of that size."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began_s = time.process_time()
    out = read_output(lines_of(Endless(CYCLE + MODES * 200, 1_000_000_000).read))
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"\n1 GB: {grown_mb:.0f} MB more memory, {time.process_time() - began_s:.0f} s")
    assert out.verdict.kind in (VerdictKind.RUNNING, VerdictKind.OK)
    assert grown_mb < 60
