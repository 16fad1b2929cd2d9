"""Tables of shells."""

from __future__ import annotations

from typing import Any

from output.printed import GEOMETRY, read

from crystald.models import VerdictKind

SHELLS = """\
 LOCAL ATOMIC FUNCTIONS BASIS SET
 *******************************************************************************
   ATOM   X(AU)   Y(AU)   Z(AU)  N. TYPE  EXPONENT  S COEF   P COEF   D/F/G COEF
 *******************************************************************************
   1 MG   0.000   0.000   0.000
                                  1 S
                                         2.000E+02 1.000E+00 0.000E+00 0.000E+00
                           2-     5 SP
                                         2.000E+00-1.000E+00 1.000E+00 0.000E+00
   2 O   -3.780  -3.780-103.780
                                  6 S
                           7-     9 P
                          10-    14 D
                                         2.000E+00 0.000E+00 0.000E+00 1.000E+00
   3 MG-11.000   0.000   0.000
"""


def test_shells_of_atoms_of_a_kind() -> None:
    out = read(
        SHELLS + " NUMBER OF AO                19  EXCHANGE OVERLAP TOL        (T3) 10**   -6\n"
    )
    assert [(s.atom, s.type, s.first, s.last) for s in out.shells] == [
        (1, "S", 1, 1),
        (1, "SP", 2, 5),
        (2, "S", 6, 6),
        (2, "P", 7, 9),
        (2, "D", 10, 14),
        (3, "S", 15, 15),
        (3, "SP", 16, 19),
    ]


def test_two_kinds_of_one_element_keep_their_shells() -> None:
    atoms = GEOMETRY.replace("   2 F 208 O ", "   2 T 112 MG")
    table = SHELLS.replace("   2 O ", "   2 MG").replace("   3 MG-11.000   0.000   0.000\n", "")
    out = read(atoms + table)
    assert [s.last for s in out.shells] == [1, 5, 6, 9, 14]


def test_a_torn_table_of_shells_gives_none() -> None:
    torn = SHELLS.replace("                           2-     5 SP\n", " TEXT OF SOMEBODY\n")
    assert read(torn + " NUMBER OF AO                19\n").shells == ()


def test_a_table_of_shells_ends_with_its_rows(texts: Any) -> None:
    """Printed again before the SCF, it is followed by lines without any stars."""
    out = read(
        texts.head + SHELLS + " CHARGE NORMALIZATION FACTOR   1.00000000\n" + texts.scf + texts.tail
    )
    assert out.energy_ha == -275.00000000001
    assert out.verdict.kind is VerdictKind.OK
