"""Ends of an optimisation."""

from __future__ import annotations

from typing import Any

import pytest
from output.printed import read


@pytest.mark.parametrize(
    ("end", "fault"),
    [
        (" * OPT END - CONVERGED * E(AU):  -2.746642754449E+02  POINTS    6 *\n", None),
        (
            " * OPT END - FAILED    * E(AU):  -2.746642754449E+02  POINTS  100 *\n",
            "opt-not-converged",
        ),
        ("", "opt-not-converged"),
    ],
)
def test_the_end_of_an_optimisation(texts: Any, end: str, fault: str | None) -> None:
    point = " COORDINATE AND CELL OPTIMIZATION - POINT    6\n"
    out = read(texts.head + point + texts.scf + end + texts.tail)
    assert out.verdict.fault == fault
    assert out.kind == "OPT"
    if end:
        assert (out.energy_ha, out.energy_kind) == (-274.6642754449, "SCF")


def test_stops_of_an_optimisation_are_warnings() -> None:
    out = read(
        " FLAT SURFACE - NO CHANGE IN ENERGY FOR   4 STEPS\n"
        " CONVERGENCE ON GRADIENT - NO CHANGE IN ENERGY FOR   2 STEPS\n"
        " WARNING!! FORCE   1 AT CENTRAL POINT IS GREATER THAN 10^-4. OPTIMIZE THE STRUCTURE\n"
        " CONVERGENCE TESTS SATISFIED AFTER   5 ENERGY AND GRADIENT CALCULATIONS\n"
    )
    assert len(out.warnings) == 3


def test_a_restarted_optimisation_tells_no_corrections_and_so_no_kind() -> None:
    point = " TOTAL ENERGY(DFT)(AU)( 15) -1.6032187293106E+04     DE (AU)    1.061E-08\n"
    end = " * OPT END - CONVERGED * E(AU):  -1.603218729400E+04  POINTS    6 *\n"
    for text, energy_ha in ((point, -16032.187293106), (point + end, -16032.187294)):
        out = read(text)
        assert (out.energy_ha, out.energy_kind) == (energy_ha, None)
