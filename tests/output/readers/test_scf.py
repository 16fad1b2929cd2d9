"""Lines of the self-consistent field, and what corrects its energy."""

from __future__ import annotations

from typing import Any

from output.printed import read


def test_the_self_consistent_field(texts: Any) -> None:
    out = read(texts.run)
    assert (out.scf_converged, out.scf_cycles) == (True, 2)
    assert (out.energy_ha, out.energy_kind) == (-275.00000000001, "SCF")
    assert (out.band_gap_ev, out.band_gap_type, out.conducting) == (6.8028, "direct", False)
    assert (out.vbm_ha, out.cbm_ha, out.fermi_ha) == (-0.15, 0.1, -0.15)
    assert out.lines["fermi"] == out.lines["vbm"]


def test_corrections_are_kept_apart() -> None:
    out = read(
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -1.0000000000000E+01 CYCLES   9\n"
        " D3 DISPERSION ENERGY (AU)      -1.0000000000000E-01\n"
        " GCP ENERGY (AU)                 5.0000000000000E-02\n"
        " TOTAL ENERGY + DISP + GCP (AU) -1.0050000000000E+01\n"
    )
    assert (out.energy_scf_ha, out.dispersion_ha, out.gcp_ha) == (-10.0, -0.1, 0.05)
    assert (out.energy_ha, out.energy_kind) == (-10.05, "SCF+D3+GCP")


def test_corrections_go_into_the_end_of_an_optimisation() -> None:
    out = read(
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -1.0000000000000E+01 CYCLES   9\n"
        " D3 DISPERSION ENERGY (AU)      -1.0000000000000E-01\n"
        " TOTAL ENERGY + DISP (AU) -1.0100000000000E+01\n"
        " TOTAL ENERGY(DFT)(AU)(   6) -1.0200000000000E+01     DE (AU)   -1.000E-01\n"
    )
    assert (out.energy_ha, out.energy_kind) == (-10.2, None)
    out = read(
        " D3 DISPERSION ENERGY (AU)      -1.0000000000000E-01\n"
        " * OPT END - CONVERGED * E(AU):  -1.030000000000E+01  POINTS    6 *\n"
    )
    assert (out.energy_ha, out.energy_kind) == (-10.3, "SCF+D3")


SMEARED = (
    " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -1.0000000000000E+01 CYCLES   9\n"
    " TEMPERATURE      (T)    1.000000000000E-02 HARTREE \n"
    " TOTAL ENERGY(DFT)(AU)(  9) -1.0010000000000E+01 DE-1.5E-12 tester 3.5E-14\n"
)


def test_a_point_with_d3_is_not_taken_for_an_energy_of_the_scf() -> None:
    text = (
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -1.0000000000000E+01 CYCLES  11\n"
        " D3 DISPERSION ENERGY (AU)      -1.0000000000000E-01\n"
        " TOTAL ENERGY + DISP (AU) -1.0100000000000E+01\n"
        " TOTAL ENERGY(DFT)(AU)(  7) -1.0200000000000E+01     DE (AU)   -1.000E-01\n"
    )
    out = read(text)
    assert (out.energy_ha, out.energy_kind, out.energy_scf_ha) == (-10.2, None, None)
    assert "energy_scf" not in out.lines
    end = " * OPT END - CONVERGED * E(AU):  -1.020000000000E+01  POINTS    2 *\n"
    out = read(text + end)
    assert (out.energy_ha, out.energy_kind, out.energy_scf_ha) == (-10.2, "SCF+D3", None)
    lines = text.splitlines(keepends=True)
    bare = read(lines[0] + lines[3])
    assert (bare.energy_ha, bare.energy_kind, bare.energy_scf_ha) == (-10.2, "SCF", -10.2)


def test_smeared_levels_have_two_energies_each_under_its_name() -> None:
    """The energy of the run is that of the SCF's end; an optimisation prints the other one."""
    out = read(SMEARED)
    assert (out.energy_ha, out.energy_scf_ha, out.energy_kind) == (-10.0, -10.0, "SCF")
    assert (out.energy_t0_ha, out.smearing_ha) == (-10.01, 0.01)
    assert (out.lines["energy"], out.lines["energy_scf"], out.lines["energy_t0"]) == (1, 1, 3)
    point = " TOTAL ENERGY(DFT)(AU)(   6) -1.0200000000000E+01     DE (AU)   -1.900E-01\n"
    out = read(SMEARED + point)
    assert (out.energy_ha, out.energy_t0_ha, out.energy_scf_ha) == (-10.2, -10.2, None)
    end = " * OPT END - CONVERGED * E(AU):  -1.020000000000E+01  POINTS    2 *\n"
    out = read(SMEARED + point + end)
    assert (out.energy_ha, out.energy_t0_ha, out.energy_kind) == (-10.2, -10.2, "SCF")
    out = read(SMEARED + point + end + SMEARED)  # at the end, as elastic constants do
    assert (out.energy_ha, out.energy_scf_ha, out.energy_t0_ha) == (-10.01, -10.0, -10.01)
    d3 = " D3 DISPERSION ENERGY (AU)      -1.0000000000000E-01\n"
    out = read(SMEARED + d3 + point + end)
    assert (out.energy_ha, out.energy_t0_ha, out.energy_kind) == (-10.2, None, "SCF+D3")


def test_cycles_beyond_999_and_numbers_that_became_stars() -> None:
    out = read(
        " CYC1000 ETOT(AU) -2.750000000000E+02 DETOT -5.00E+00 tst  1.00E-05 PX  1.00E-03\n"
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.7500000000001E+02 CYCLES1001\n"
    )
    assert (out.scf_cycles, out.energy_ha) == (1001, -275.00000000001)
    out = read(
        " CYC *** ETOT(AU) -2.750000000000E+02 DETOT -5.00E+00 tst  1.00E-05 PX  1.00E-03\n"
        " == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.7500000000001E+02 CYCLES ***\n"
    )
    assert (out.scf_converged, out.energy_ha, out.scf_cycles) == (True, -275.00000000001, None)
