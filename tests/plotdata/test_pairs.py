"""One run told by two files is one curve: the classic mistake is a second subtraction of E_F."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crystald.crystal.plotdata.band_dat import read_band_dat
from crystald.crystal.plotdata.doss_dat import read_doss_dat
from crystald.crystal.plotdata.fort25 import read_fort25
from crystald.crystal.plotdata.values import Bands, Dos
from crystald.crystal.plotdata.zero import bands_from_fermi, dos_from_fermi

NOMAD = "nomad-coe_nomad-parser-crystal/tests/data"
TOOLS = "crystal-code-tools_CRYSTALpytools/examples"
OLD = "Spica-Vir_CRYSTALpytools-dev/old_examples_tutorial/data"
GRAPHENE = "Spica-Vir_HPC-job-submission/Imperial-HPC-Job-Submission/CRYSTAL17/testcase"


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def test_bands_of_crystal14_from_fort25_and_from_band_dat(data: Path) -> None:
    stored = read_fort25(lines(data / NOMAD / "band_structure/nacl_hf/NaCl.f25")).bands
    printed = read_band_dat(lines(data / NOMAD / "band_structure/nacl_hf/NaCl_dat.BAND"))
    assert stored is not None
    one, other = bands_from_fermi(stored), bands_from_fermi(printed)
    assert one is not None
    assert other is printed  # shifted already: never twice
    for point, same in zip(one.energies_ha[0], other.energies_ha[0], strict=True):
        assert point == pytest.approx(same, rel=5e-5, abs=1e-5)


def test_densities_of_crystal14_are_absolute_in_both_files(data: Path) -> None:
    stored = read_fort25(lines(data / NOMAD / "band_structure/nacl_hf/NaCl.f25")).dos
    printed = read_doss_dat(lines(data / NOMAD / "dos/nacl_hf/NaCl_dat.DOSS"))
    assert stored is not None
    assert (stored.zero, printed.zero) == ("absolute", "absolute")
    assert stored.energies_ha == pytest.approx(printed.energies_ha, abs=6e-5)
    shifted = dos_from_fermi(stored)
    assert shifted is not None
    assert shifted.energies_ha[0] == pytest.approx(stored.energies_ha[0] + 3.96858e-01)
    assert dos_from_fermi(printed) is None  # CRYSTAL14 prints no Fermi energy into it


@pytest.mark.parametrize(
    ("band_dat", "output"),
    [
        (f"{TOOLS}/convert/conv_mgoBand.BAND", f"{TOOLS}/convert/conv_mgoBand.outp"),
        (f"{NOMAD}/band_structure/nacl_hf/NaCl_dat.BAND",
         f"{NOMAD}/band_structure/nacl_hf/NaCl.out"),
    ],
)  # fmt: skip
def test_band_dat_is_shifted_against_the_absolute_range_of_its_output(
    data: Path, band_dat: str, output: str
) -> None:
    bands = read_band_dat(lines(data / band_dat))
    text = (data / output).read_text(encoding="utf-8", errors="replace")
    found = re.search(r"ENERGY RANGE \(A\.U\.\) +(\S+) - +(\S+) EFERMI +(\S+)", text)
    assert found is not None
    low, high, fermi = (float(found[place]) for place in (1, 2, 3))
    levels = [energy for point in bands.energies_ha[0] for energy in point]
    assert min(levels) == pytest.approx(low - fermi, abs=3e-3)
    assert max(levels) == pytest.approx(high - fermi, abs=2e-4)


def test_doss_dat_of_crystal17_is_shifted_against_its_absolute_window(data: Path) -> None:
    dos = read_doss_dat(lines(data / TOOLS / "electronic_structure/doss_mgo.DOSS"))
    text = (data / OLD / "mgo_DOSS.outp").read_text(encoding="utf-8", errors="replace")
    found = re.search(r"ENERGY RANGE +(\S+) +(\S+)\n", text)
    total = re.search(r"INTEGRATED DENSITIES IN THE ENERGY INTERVAL.*\n.*\n(.*)\n", text)
    assert found is not None
    assert total is not None
    assert dos.fermi_ha is not None
    step = dos.energies_ha[1] - dos.energies_ha[0]  # two points lie outside of each end
    assert dos.energies_ha[1] + dos.fermi_ha == pytest.approx(float(found[1]), abs=step)
    assert dos.energies_ha[-2] + dos.fermi_ha == pytest.approx(float(found[2]), abs=step)
    printed = [float(word) for word in total[1].split()]
    integrals = [step * sum(one) for one in dos.densities[0]]
    assert integrals == pytest.approx(printed, rel=0.02)  # states, per hartree and cell


def test_an_insulators_highest_band_is_the_zero(data: Path) -> None:
    bands = read_band_dat(lines(data / GRAPHENE / "graphene.BAND"))
    assert (bands.zero, len(bands.distances), len(bands.energies_ha[0][0])) == ("fermi", 48, 18)
    assert min(abs(energy) for point in bands.energies_ha[0] for energy in point) < 1e-3


def test_each_spin_is_shifted_by_its_own_fermi_energy() -> None:
    bands = Bands((0.0,), (), (((-0.5,),), ((-0.5,),)), -0.2, "absolute", (-0.1, -0.2))
    shifted = bands_from_fermi(bands)
    assert shifted is not None
    assert shifted.energies_ha == (((-0.4,),), ((-0.3,),))
    assert shifted.zero == "fermi"


def test_densities_of_two_fermi_energies_have_no_common_zero() -> None:
    dos = Dos((0.0, 1.0), (((1.0, 2.0),), ((1.0, 2.0),)), -0.1, "absolute", (-0.1, -0.2))
    assert dos_from_fermi(dos) is None
    alike = Dos((0.0, 1.0), (((1.0, 2.0),), ((1.0, 2.0),)), -0.1, "absolute", (-0.1, -0.1))
    shifted = dos_from_fermi(alike)
    assert shifted is not None
    assert shifted.energies_ha == (0.1, 1.1)


def test_without_a_fermi_energy_nothing_is_shifted() -> None:
    assert bands_from_fermi(Bands((0.0,), (), (((-0.5,),),), None, "absolute")) is None
