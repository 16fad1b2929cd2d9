"""States and band edges that the SCF prints."""

from __future__ import annotations

from typing import Any

import pytest
from output.printed import read

from crystald.crystal.output import read_output
from crystald.crystal.output.properties import properties


def test_a_metal(texts: Any) -> None:
    metal = texts.run.replace(
        " INSULATING STATE\n", " POSSIBLY CONDUCTING STATE - EFERMI(AU) 2.0E-01\n"
    )
    kept = [line for line in metal.splitlines() if "EIG" not in line and "GAP" not in line]
    out = read_output(kept)
    assert (out.conducting, out.band_gap_ev, out.fermi_ha) == (True, 0.0, 0.2)


@pytest.mark.parametrize(
    ("beta_top", "gap_ev"), [("-1.5000000E-01", 2.7211), ("-1.0000000E-01", 1.3606)]
)
def test_the_gap_over_both_spins(beta_top: str, gap_ev: float) -> None:
    out = read(
        "    ALPHA      ELECTRONS\n"
        " INSULATING STATE\n"
        " TOP OF VALENCE BANDS -    BAND     10; K    1; EIG -1.5000000E-01 AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG -5.0000000E-02 AU\n"
        " DIRECT ENERGY BAND GAP:   2.7211 eV\n"
        "    BETA       ELECTRONS\n"
        " INSULATING STATE\n"
        f" TOP OF VALENCE BANDS -    BAND      9; K    1; EIG {beta_top} AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     10; K    4; EIG  1.0000000E-01 AU\n"
        " INDIRECT ENERGY BAND GAP:   6.8028 eV\n"
    )  # fmt: skip
    assert out.band_gap_ev == pytest.approx(gap_ev, abs=1e-4)
    assert out.gaps["alpha"].gap_ev == 2.7211
    assert out.gaps["beta"].type == "indirect"


def test_no_printed_gap_is_no_gap(texts: Any) -> None:
    kept = [line for line in texts.run.splitlines() if "STATE" not in line and "BAND" not in line]
    out = read_output(kept)
    assert (out.band_gap_ev, out.conducting, out.fermi_ha) == (None, None, None)


def test_gaps_after_an_optimisation() -> None:
    assert read("   BAND GAP:                     17.4781  eV\n").band_gap_ev == 17.4781
    metal = read("   FERMI ENERGY:                 -1.6583926E-01 Ha\n")
    assert (metal.conducting, metal.fermi_ha) == (True, -0.16583926)


def test_only_the_last_cycle_says_nothing_of_its_states(texts: Any) -> None:
    """A state that a cycle in the middle did not repeat is forgotten; the last one's stands."""
    silent = " CYC   3 ETOT(AU) -2.750000000000E+02 DETOT -5.00E-09 tst  1.00E-09 PX  1.00E-05\n"
    scf = texts.scf.split(" == SCF ENDED")[0]
    assert read(texts.head + scf + silent).conducting is False
    assert read(texts.head + scf + silent + silent.replace("  3", "  4")).conducting is None
    locked = silent + " SPIN LOCKING: NO ENERGY GAP COMPUTED\n"
    assert read(texts.head + scf + locked + silent).band_gap_ev is None


def test_edges_are_the_outermost_of_all_k_points() -> None:
    out = read(
        " INSULATING STATE\n"
        " TOP OF VALENCE BANDS -    BAND     10; K   11; EIG -1.4743064E-01 AU\n"
        " TOP OF VALENCE BANDS -    BAND     10; K    1; EIG -1.6059321E-01 AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     11; K  378; EIG  3.1898111E-01 AU\n"
        " INDIRECT ENERGY BAND GAP:  12.6917 eV\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     11; K    1; EIG  3.9898111E-01 AU\n"
    )
    assert (out.vbm_ha, out.vbm_k_point) == (-0.14743064, 11)
    assert (out.cbm_ha, out.cbm_k_point) == (0.31898111, 378)
    assert out.fundamental_gap_ev == out.band_gap_ev == 12.6917


def test_a_level_shifter_takes_edges_from_the_fermi_energy() -> None:
    out = read(
        " INSULATING STATE - LEVEL SHIFTER    1.00 au\n"
        " TOP OF VALENCE BANDS -    BAND     72; K    4; EIG -1.1760295E+00 AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND     73; K    4; EIG -1.5763683E-01 AU\n"
    )
    assert (out.level_shifter_ha, out.fermi_ha, out.fundamental_gap_ev) == (1.0, None, None)
    assert out.vbm_ha == -1.1760295


def test_edges_of_minus_and_plus_one_are_no_edges() -> None:
    out = read(
        " INSULATING STATE\n"
        " TOP OF VALENCE BANDS -    BAND    378; K    1; EIG -1.0000000E+00 AU\n"
        " BOTTOM OF VIRTUAL BANDS - BAND    379; K    1; EIG  1.0000000E+00 AU\n"
    )
    assert (out.vbm_ha, out.cbm_ha, out.conducting) == (None, None, False)


def test_a_run_of_old_versions_tells_the_top_in_one_line() -> None:
    out = read(" INSULATING STATE - TOP OF VALENCE BANDS (A.U.) -8.4510987E-01\n")
    assert (out.conducting, out.vbm_ha, out.fermi_ha) == (False, -0.84510987, -0.84510987)


POINT = " CELL OPTIMIZATION - POINT {:4d}\n"
END = " * OPT END - {} * E(AU):  -2.751000000000E+02  POINTS {:4d} *\n"


@pytest.mark.parametrize("metal", [True, False])
@pytest.mark.parametrize("end", ["", END.format("CONVERGED", 3), END.format("FAILED   ", 3)])
def test_states_of_a_point_that_an_optimisation_left_are_told_under_names_of_their_own(
    texts: Any, metal: bool, end: str
) -> None:
    state = " POSSIBLY CONDUCTING STATE - EFERMI(AU) 2.0E-01\n"
    scf = texts.scf.split(" INSULATING")[0] + state if metal else texts.scf
    first = texts.head + POINT.format(1) + scf
    names = ("conducting", "band_gap_ev", "fermi_ha", "vbm_ha", "cbm_ha")
    told = (True, 0.0, 0.2, None, None) if metal else (False, 6.8028, -0.15, -0.15, 0.1)
    alone = read(first)
    assert (tuple(getattr(alone, n) for n in names), alone.band_gap_point) == (told, 1)
    assert alone.states_first_point is None
    out = read(first + POINT.format(2) + POINT.format(3) + end)
    assert {getattr(out, name) for name in names} == {None}
    assert (out.gaps, out.band_gap_point, out.band_gap_type) == ({}, None, None)
    assert out.states_first_point is not None
    assert tuple(getattr(out.states_first_point, name) for name in names) == told
    listed = {one.name: (one.value, one.line) for one in properties(out)}
    line = 12 if metal else 15
    assert listed["band_gap_first_point"] == (told[1], line)
    assert not {"band_gap", "conducting", "fermi_energy", "valence_band_maximum"} & listed.keys()


def test_states_of_the_last_point_are_those_of_the_result(texts: Any) -> None:
    """With ONELOG every SCF stands in the output; 17 and later print the last gap behind the end."""
    last = texts.scf.replace("6.8028 eV", "6.5000 eV")
    points = texts.head + POINT.format(1) + texts.scf + POINT.format(2)
    onelog = read(points + last + END.format("CONVERGED", 2))
    assert (onelog.band_gap_ev, onelog.band_gap_point) == (6.5, 2)
    assert onelog.states_first_point is None
    after = "   BAND GAP:                      6.5000  eV\n"
    behind = read(points + END.format("CONVERGED", 2) + after)
    assert (behind.band_gap_ev, behind.band_gap_point, behind.vbm_ha) == (6.5, 2, None)
    assert behind.states_first_point is not None
    assert behind.states_first_point.vbm_ha == -0.15


def test_an_optimisation_that_ended_at_its_first_point_has_the_states_of_its_scf(
    texts: Any,
) -> None:
    after = "   BAND GAP:                      6.8029  eV\n"
    out = read(texts.head + POINT.format(1) + texts.scf + END.format("CONVERGED", 1) + after)
    assert (out.band_gap_ev, out.band_gap_point, out.conducting) == (6.8029, 1, False)
    assert (out.vbm_ha, out.cbm_ha, out.fermi_ha) == (-0.15, 0.1, -0.15)
    assert out.states_first_point is None
    spins = f"   ALPHA {after.lstrip()}   BETA {after.lstrip()}"
    told = read(texts.head + POINT.format(1) + texts.scf + END.format("CONVERGED", 1) + spins)
    assert (told.band_gap_ev, told.vbm_ha) == (6.8029, None)  # other channels than the SCF's
