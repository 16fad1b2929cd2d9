"""Checks of steps on real runs: silent where all is well, with the printed line where it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from stepchecks import deck, said

from crystald.crystal.deck.d3 import BandDeck, Segment
from crystald.crystal.output import Output, read_output
from crystald.crystal.plotdata.band_dat import read_band_dat
from crystald.crystal.plotdata.doss_dat import read_doss_dat
from crystald.steps.checks.plots import integral
from crystald.steps.checks.remark import PREFIX, Evidence, quoted
from crystald.steps.checks.table import check_step

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
TOOLS = "crystal-code-tools_CRYSTALpytools/examples"
A17 = "aiidaplugins_aiida-crystal17/aiida_crystal17/tests/raw_files/crystal"
OLD = "Spica-Vir_CRYSTALpytools-dev/old_examples_tutorial/data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data here")


@real
def test_real_bands_and_densities_belong_to_their_scf() -> None:
    parent = output_of(f"{TOOLS}/output/out_mgoSCF.out")
    band = Evidence(
        output_of(f"{TOOLS}/convert/conv_mgoBand.outp"),
        parent=parent,
        bands=read_band_dat(lines(f"{TOOLS}/convert/conv_mgoBand.BAND")),
        band_deck=BandDeck("BN", 4, MGO_PATH, 200, (1, 26)),
    )
    assert check_step(band).all == ()
    assert parent.cbm_ha is not None
    raised = replace(band, parent=replace(parent, cbm_ha=parent.cbm_ha + 0.001))
    assert [one.check for one in check_step(raised).all] == ["band_point"]
    density = read_doss_dat(lines(f"{TOOLS}/electronic_structure/doss_mgo.DOSS"))
    doss = Evidence(output_of(f"{OLD}/mgo_DOSS.outp"), parent=parent, dos=density)
    assert check_step(doss).all == ()
    assert integral(density) == pytest.approx(6.0, abs=0.01)  # bands 8 to 10
    parts = doss.output.facts["dos_projections"].value
    assert [len(part.orbitals) for part in parts] == [13, 13]  # printed on two rows each
    twice = tuple(tuple(2 * value for value in one) for one in density.densities[0])
    spoiled = replace(doss, dos=replace(density, densities=(twice,)))
    assert [one.check for one in check_step(spoiled).all] == ["dos_electrons"]


MGO_PATH = (
    Segment((0, 0, 0), (2, 0, 2), ("", "")),
    Segment((2, 0, 2), (2, 2, 2), ("", "")),
    Segment((2, 2, 2), (0, 0, 0), ("", "")),
    Segment((0, 0, 0), (2, 1, 3), ("", "")),
)


@real
@pytest.mark.parametrize(
    ("file", "checks"),
    [
        (f"{A17}/mgo_sto3g_opt/main.out",
         {"volume": "PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    14.652065"}),
        (f"{A17}/stdout_parser/cry17_opt_converge_1stcycle.out",
         {"first_point": "POINTS    1", "silent_metals": "TOTAL ATOMIC SPINS"}),
        ("tilde-lab_aiida-crystal-dft/aiida_crystal_dft/tests/output_files/mgo_sto3g/crystal.out",
         {"flat_surface": "FLAT SURFACE - NO CHANGE IN ENERGY FOR   4 STEPS"}),
        ("tilde-lab_pycrystal/pycrystal/tests/data/1674.out",
         {"elastic": "SYMMETRIZED ELASTIC CONSTANTS FOR CUBIC"}),
        (f"{TOOLS}/output/out_mgoSCF.out", {}),
        (f"{TOOLS}/convert/conv_mgoOpt.out", {}),
        ("Spica-Vir_CRYSTALpytools-dev/examples/thermodynamics/ha_Fe2O3Disp.out", {}),
        (f"{TOOLS}/phonons/phono_Gstrain1DOS.out", {}),
        (f"{TOOLS}/thermodynamics/qha_paracetamolGm4.out", {}),
        ("tilde-lab_tilde/tests/apps/perovskite_tilting/outputs/5ti_d_x2_scanned_freqs.cryst.out",
         {"imaginary": "MODES         EIGV"}),
    ],
)  # fmt: skip
def test_real_outputs_with_the_lines_that_make_them_suspect(
    file: str, checks: dict[str, str]
) -> None:
    found = quoted(check_step(Evidence(output_of(file))).all, lines(file))
    assert {one.check for one in found} == set(checks)
    for one in found:
        assert checks[one.check] in one.quote
        assert one.sentence().startswith(PREFIX)


@real
def test_a_real_optimisation_and_a_later_one_of_another_version() -> None:
    before = output_of(f"{OLD}/mgo_optgeom.out")
    after = output_of(f"{TOOLS}/convert/conv_mgoOpt.out")
    assert said(Evidence(after, parent=before), "sizes") == []
    single = replace(after, opt_points=None)
    assert said(Evidence(single, deck(), before, deck()), "energy") == []  # 2e-9 Ha apart


def output_of(file: str) -> Output:
    return read_output(lines(file))


def lines(file: str) -> list[str]:
    return (DATA / file).read_text(encoding="utf-8", errors="replace").splitlines()
