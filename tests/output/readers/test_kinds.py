"""What kind of run the printed lines tell."""

from __future__ import annotations

import pytest
from output.printed import read

from crystald.crystal.output import read_output


def test_frequencies() -> None:
    out = read(
        "    MODES         EIGV          FREQUENCIES     IRREP  IR   INTENS    RAMAN\n"
        "             (HARTREE**2)   (CM**-1)     (THZ)             (KM/MOL)\n"
        "    1-   3    0.1000E-19      0.0000    0.0000  (F1u)   A (     0.00)   I\n"
        "    4-   5    0.4283E-06    143.6263    4.3058  (E  )   A (     0.00)   A\n"
        "\n"
        " E0            :        0.012345        0.3359       32.41\n"
    )
    assert out.frequencies_cm1 == (0.0, 0.0, 0.0, 143.6263, 143.6263)
    assert (out.kind, out.zero_point_ha) == ("FREQ", 0.012345)


def test_a_path() -> None:
    out = read(" FROM BAND   1 TO BAND  26\n TOTAL OF  201 K-POINTS ALONG THE PATH\n")
    assert (out.n_bands, out.n_path_points, out.kind) == (26, 201, "BAND")


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ([" * OPTIMIZATION STARTS *", " CYC   0 ETOT(AU) -1.0"], "OPT SP"),
        ([" CYC   0 ETOT(AU) -1.0", "   FREQUENCY CALCULATION"], "FREQ SP"),
        ([" INFORMATION **** INPFREQ **** FREQUENCY CALCULATION RESTART(DATA …)"], "FREQ"),
        (["      EQUATION OF STATE CALCULATION", " COORDINATE OPTIMIZATION - POINT    2"], "EOS OPT"),
        (["      ELASTIC CALCULATION"], "ELASTIC"),
        ([" WARNING **** CRYSTA **** TESTGEOM  DIRECTIVE - GEOMETRY EDITING COMPLETE"], "TESTGEOM"),
        ([f" {'T' * 30} BAND        TELAPSE  1.0 TCPU 1.0", f" {'T' * 30} DOSS        TELAPSE"], "BAND DOSS"),
        ([f" {'T' * 30} BOLTZTRA    TELAPSE      9.9 TCPU       9.9"], "TRANSPORT"),
        ([f" {'T' * 30} ECH3        TELAPSE      9.9 TCPU       9.9"], "CHARGE"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_printed_lines(lines: list[str], kinds: str) -> None:
    out = read_output(lines)
    assert set(out.kinds) == set(kinds.split())
    assert out.kind == kinds.split(maxsplit=1)[0]
