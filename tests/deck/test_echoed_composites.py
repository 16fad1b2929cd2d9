"""Composite methods by what an output alone tells: the method, its basis set and its grid."""

from __future__ import annotations

import peoplesdecks
import pytest

from crystald.crystal.deck.next.echoed import deck_of
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.values import basis_name, hamiltonian_of
from crystald.crystal.output import read_output
from crystald.errors import DeckError

ECHO = """\
 EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0
 CRYSTAL CALCULATION
 GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    0
 ATOMS IN THE ASYMMETRIC UNIT    1 - ATOMS IN THE UNIT CELL:    1
     ATOM          X(ANGSTROM)         Y(ANGSTROM)         Z(ANGSTROM)
 *******************************************************************************
      1 T   2 HE    0.000000000000E+00  0.000000000000E+00  0.000000000000E+00

 Loading internal basis set: {basis}
 INFORMATION **** RDDFTP **** {method} calculation
 INFORMATION **** TOLDEE **** SCF TOL ON TOTAL ENERGY SET TO           9
 N. OF ATOMS PER CELL         1  COULOMB OVERLAP TOL         (T1) 10**   -8
 NUMBER OF SHELLS             3  COULOMB PENETRATION TOL     (T2) 10**   -8
 NUMBER OF AO                 5  EXCHANGE OVERLAP TOL        (T3) 10**   -8
 N. OF ELECTRONS PER CELL     2  EXCHANGE PSEUDO OVP (F(G))  (T4) 10**   -8
 CORE ELECTRONS PER CELL      0  EXCHANGE PSEUDO OVP (P(G))  (T5) 10**  -24
 TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL
 KOHN-SHAM HAMILTONIAN
 (EXCHANGE)[CORRELATION] FUNCTIONAL:({echoed})[{echoed}]
 HYBRID EXCHANGE - PERCENTAGE OF FOCK EXCHANGE    42.0000
 MAX NUMBER OF SCF CYCLES      30  CONVERGENCE ON DELTAP        10**-19
 WEIGHT OF F(I) IN F(I+1)      50% CONVERGENCE ON ENERGY        10**- 9
 RADIAL INTEGRATION  - INTERVALS (POINTS,UPPER LIMIT):            1( {radial},  4.0*R)
 ANGULAR INTEGRATION - INTERVALS (ACCURACY LEVEL [N. POINTS] UPPER LIMIT):
  1(  6[ 146]   0.2)  2( 18[{angular}]   3.5)
 == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.9000000000000E+00 CYCLES   9
 D3 DISPERSION ENERGY (AU)      -1.2863071091371E-03
 GCP ENERGY (AU)                 1.9763145071443E-03
 TOTAL ENERGY + DISP + GCP (AU) -2.8993099926020E+00
"""
SAID = {
    "basis": "DEF2-MSVP", "method": "PBEh-3c", "echoed": "PBEh-3c", "radial": 75, "angular": " 974",
}  # fmt: skip


def deck_after(**changes: object) -> str:
    return deck_of(read_output(ECHO.format(**SAID | changes).splitlines()))[0]


def test_tolerances_of_exact_exchange_that_is_not_computed_are_not_carried() -> None:
    text = ECHO.format(**SAID)
    for before, number in (("-8", "(T3)"), ("-8", "(T4)"), ("-24", "(T5)")):
        text = text.replace(f"{number} 10**{before:>5}", f"{number} 10**   20")
    out = read_output(text.splitlines())
    assert out.facts.value("tolinteg") == (8, 8, -20, -20, -20)
    assert "TOLINTEG\n8 8 8 8 16\n" in deck_of(out)[0]


@pytest.mark.parametrize(
    ("radial", "angular", "grid"), [(75, " 974", None), (99, "1454", "XXLGRID")]
)
def test_a_named_method_is_carried_without_corrections_of_its_own(
    radial: int, angular: str, grid: str | None
) -> None:
    deck = read_d12(deck_after(radial=radial, angular=angular))
    found = hamiltonian_of(deck)
    assert (found.functional, found.grid, found.spin) == ("PBEH3C", grid, False)
    assert basis_name(deck) == "def2-mSVP"
    words = [entry.keyword for entry in deck.scf.get("DFT").entries]
    assert not any(word.endswith("-D3") or word in ("DFTD3", "GCPAUTO") for word in words)


@pytest.mark.parametrize(
    ("changes", "untold"),
    [
        ({"basis": "DEF2-SVP"}, "the basis set: PBEh-3c has def2-mSVP"),
        ({"method": "XYZ-3c", "echoed": "XYZ-3c"}, "which composite method it is"),
        ({"echoed": "PERDEW-BURKE-ERNZERHOF"}, "which composite method it is"),
        ({"method": "some other"}, "which composite method it is"),
        ({"radial": 33}, "the integration grid"),
    ],
)
def test_what_is_not_certain_is_refused(changes: dict[str, object], untold: str) -> None:
    with pytest.raises(DeckError, match=f"does not tell {untold}"):
        deck_after(**changes)


def test_a_real_run_of_a_composite_method_needs_no_deck() -> None:
    path = peoplesdecks.DATA.joinpath(
        "crystal-code-tools_CRYSTALpytools", "examples", "thermodynamics", "qha_paracetamolGm4.out"
    )
    if not path.is_file():
        pytest.skip("no ../shared/data here")
    output = read_output(path.read_text("utf-8", "replace").splitlines())
    deck = read_d12(deck_of(output)[0])
    found = hamiltonian_of(deck)
    assert (found.functional, found.grid, found.spin) == ("PBEH3C", "XXLGRID", False)
    assert basis_name(deck) == "def2-mSVP"
    assert deck.find("scf/TOLINTEG").numbers == (8, 8, 8, 8, 24)
