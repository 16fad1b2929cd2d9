"""BAND.DAT and DOSS.DAT: real files, texts of our own, broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.crystal.plotdata.band_dat import read_band_dat
from crystald.crystal.plotdata.doss_dat import read_doss_dat
from crystald.errors import ParseError

BAND = """\
# NKPT     3 NBND     2 NSPIN     1
# NPANEL     1
#      1   (0,0,0)/4
#      3   (2,0,2)/4
@ YAXIS LABEL "E-EFERMI (HARTREE)"
@ XAXIS TICK SPEC     2
@ XAXIS TICK     0,     0.00000
@ XAXIS TICKLABEL    0,"(0,0,0)/4"
@ XAXIS TICK     1,     0.50000
@ XAXIS TICKLABEL    1,"A        "
      0.00000     -0.50000      0.25000
      0.25000     -0.25000      0.20000
      0.50000      0.00000      0.10000
# EFERMI (HARTREE)   -0.15202
"""
DOSS = """\
# NEPTS     2 NPROJ     2 NSPIN     2
#
@ XAXIS LABEL "E-EFERMI (HARTREE)"
@ YAXIS LABEL "DENSITY OF STATES (STATES/HARTREE/CELL)"
 -1.0000E-01  1.0000E+00  3.0000E+00
  1.0000E-01  2.0000E+00  4.0000E+00
# EFERMI (HARTREE)   -0.18149
&
 -1.0000E-01 -5.0000E+00 -6.0000E+00
  1.0000E-01  0.0000E+00 -7.0000E+00
# EFERMI (HARTREE)   -0.18149
"""


def test_bands_of_a_real_file(data: Path) -> None:
    path = data / "crystal-code-tools_CRYSTALpytools/examples/convert/conv_mgoBand.BAND"
    bands = read_band_dat(path.read_text(encoding="utf-8").splitlines())
    assert [len(spin) for spin in bands.energies_ha] == [201]
    assert {len(point) for point in bands.energies_ha[0]} == {26}
    assert (bands.fermi_ha, bands.zero) == (-0.15202, "fermi")
    assert bands.ticks[0] == (0.0, "(0,0,0)/4")
    assert bands.ticks[-1] == (3.03562, "(2,1,3)/4")
    assert bands.distances[-1] == pytest.approx(3.03562, abs=1e-4)
    highest = max(energy for point in bands.energies_ha[0] for energy in point if energy < 0.05)
    assert highest == pytest.approx(0.0, abs=1e-5)  # an insulator: zero is its highest band


@pytest.mark.parametrize(
    ("file", "points", "spins", "projections", "fermi_ha", "zero"),
    [
        ("crystal-code-tools_CRYSTALpytools/examples/electronic_structure/doss_96.DOSS",
         202, 1, 4, -0.08498, "fermi"),
        ("crystal-code-tools_CRYSTALpytools/examples/electronic_structure/doss_cu.DOSS",
         202, 2, 5, -0.18149, "fermi"),
        ("crystal-code-tools_CRYSTALpytools/examples/electronic_structure/doss_grapheneDV5.DOSS",
         602, 1, 11, -0.12267, "fermi"),
        ("crystal-code-tools_CRYSTALpytools/examples/electronic_structure/doss_grapheneDV8.DOSS",
         602, 1, 11, -0.10926, "fermi"),
        ("crystal-code-tools_CRYSTALpytools/examples/electronic_structure/doss_mgo.DOSS",
         302, 1, 3, -0.15202, "fermi"),
        ("nomad-coe_nomad-parser-crystal/tests/data/dos/nacl_hf/NaCl_dat.DOSS",
         302, 1, 1, None, "absolute"),
    ],
)  # fmt: skip
def test_densities_of_real_files(
    data: Path,
    file: str,
    points: int,
    spins: int,
    projections: int,
    fermi_ha: float | None,
    zero: str,
) -> None:
    dos = read_doss_dat((data / file).read_text(encoding="utf-8").splitlines())
    assert (dos.fermi_ha, dos.zero, len(dos.energies_ha)) == (fermi_ha, zero, points)
    assert [len(spin) for spin in dos.densities] == [projections] * spins
    for spin in dos.densities:
        assert {len(one) for one in spin} == {points}
        assert sum(spin[-1]) > 0.0  # also for the second spin, printed with a minus sign


def test_bands_of_both_spins() -> None:
    beta = BAND.replace("-0.50000      0.25000", "-0.40000      0.35000")
    text = BAND.replace("NSPIN     1", "NSPIN     2") + beta
    for one in (text, text.replace(BAND[-12:], BAND[-12:] + "&\n")):
        bands = read_band_dat(one.splitlines())
        assert [spin[0] for spin in bands.energies_ha] == [(-0.5, 0.25), (-0.4, 0.35)]
        assert bands.ticks == ((0.0, "(0,0,0)/4"), (0.5, "A"))


def test_densities_of_both_spins_have_one_sign() -> None:
    dos = read_doss_dat(DOSS.splitlines())
    assert dos.densities[0] == ((1.0, 2.0), (3.0, 4.0))
    assert dos.densities[1] == ((5.0, 0.0), (6.0, 7.0))


def test_records_may_go_on_over_lines() -> None:
    text = BAND.replace("-0.25000      0.20000", "-0.25000\n      0.20000")
    assert read_band_dat(text.splitlines()) == read_band_dat(BAND.splitlines())


def test_numbers_without_room() -> None:
    text = DOSS.replace("  2.0000E+00  4.0000E+00", " 2.0000-100 -4.0000E+00-0.0D+00"[:23])
    dos = read_doss_dat(text.splitlines())
    assert dos.densities[0] == ((1.0, 2e-100), (3.0, -4.0))


def test_counts_may_touch_their_names() -> None:
    assert read_doss_dat(DOSS.replace("NEPTS     2", "NEPTS2").splitlines()).zero == "fermi"


def test_the_label_decides_the_zero() -> None:
    absolute = DOSS.replace('"E-EFERMI (HARTREE)"', '"ENERGY (HARTREE)"')
    assert read_doss_dat(absolute.splitlines()).zero == "absolute"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("      0.50000      0.00000      0.10000\n", "", "line 13: the file ends with 6 numbers"),
        ("-0.25000      0.20000", "-0.25000      ********", "line 12 is not made of numbers"),
        ("-0.25000      0.20000", "-0.25000      NaN", "line 12 is not made of numbers"),
        ("0.50000      0.00000", "0.20000      0.00000", "line 13: the axis goes back"),
        ("# NKPT     3 NBND     2 NSPIN     1", "12 14", "line 1 tells no NKPT"),
        ("NSPIN     1", "NSPIN     7", "line 1 tells 7 spins"),
        ("NBND     2", "NBND     0", "line 1 tells no NBND"),
    ],
)
def test_a_broken_file_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert old in BAND
    with pytest.raises(ParseError, match=message):
        read_band_dat(BAND.replace(old, new, 1).splitlines())


@pytest.mark.parametrize("cut", range(len(DOSS.splitlines()) - 1))
def test_a_cut_file_is_torn(cut: int) -> None:
    lines = DOSS.splitlines()[:cut]
    with pytest.raises(ParseError):
        read_doss_dat(lines)


def test_a_real_file_that_is_another_thing(data: Path) -> None:
    path = data / "nomad-coe_nomad-parser-crystal/tests/data/band_structure/nacl_hf/NaCl.band"
    with pytest.raises(ParseError, match="line 1 tells no NKPT"):
        read_band_dat(path.read_text(encoding="utf-8").splitlines())


@given(st.text(max_size=200), st.integers(0, len(BAND)))
def test_garbage_is_a_parse_error_or_data(text: str, place: int) -> None:
    for garbled in (text, BAND[:place] + text + BAND[place:]):
        for read in (read_band_dat, read_doss_dat):
            try:
                read(garbled.splitlines())
            except ParseError as error:
                assert "line" in error.message  # noqa: PT017 -- garbage may also leave the data whole
