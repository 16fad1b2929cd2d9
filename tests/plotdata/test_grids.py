"""Cube files, fort.35, spectra and profiles: real files, texts of our own, broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.crystal.plotdata.columns import (
    read_infrared,
    read_potential_profile,
    read_raman,
)
from crystald.crystal.plotdata.cube import read_cube
from crystald.crystal.plotdata.fort35 import OUTSIDE, read_fort35
from crystald.crystal.plotdata.tables import numbers_of
from crystald.errors import ParseError

CUBE = """\
 Charge density - 3D GRID - GAUSSIAN CUBE FORMAT a test
     5.00000000     5.00000000     5.00000000    90.000000  90.000000  90.000000
    1    0.000000    0.000000    0.000000
    2    5.000000    0.000000    0.000000
    1    0.000000    5.000000    0.000000
    3    0.000000    0.000000    2.500000
   12   12.000000    0.000000    0.000000    0.500000
  0.10000E+01  0.20000E+01-0.30000E-02
  0.40000E+01  0.50000-100  0.60000E+01
"""
GRID = """\
          2           1           1
 -2.2 -1.2  0.0
  0.1  0.0  0.0
  0.0  0.1  0.0
  0.0  0.0  0.1
 Alpha band          209
   10000.000000      0.100000
 Beta band          209
      0.200000   10000.000000
"""
RAMAN = "".join(
    f"  {nu:.5E}  3.00000E-02  2.00000E-02  1.00000E-02" + "  1.00000E-02" * 6 + "\n"
    for nu in (0.0, 1.0, 2.0)
)
INFRARED = "".join(f" {nu:.4f} {1e7 / nu:.4f} 0.5 0.25\n" for nu in (1.0, 2.0, 3.0))
PROFILE = "# a comment\n@ XAXIS\n -1.0  0.10 0.0\n 0.0 -0.50 0.0\n 1.0  0.20 0.0\n"


def test_a_real_cube(data: Path) -> None:
    path = data / (
        "aiidaplugins_aiida-crystal17/aiida_crystal17/tests/raw_files/ech3/mgo_sto3g_scf/"
        "DENS_CUBE.DAT"
    )
    cube = read_cube(path.read_text(encoding="utf-8").splitlines())
    assert (cube.quantity, cube.shape, cube.numbers) == ("density", (20, 20, 20), (12, 8))
    assert cube.title.endswith("MgO Bulk")
    assert cube.positions_bohr[1] == (3.977874, 3.977874, 3.977874)
    assert cube.value(0, 0, 0) == cube.value(19, 19, 19) == 686.72  # both ends of the cell
    assert cube.value(0, 0, 1) == 6.804
    for place in (0, 5, 9):
        assert cube.value(place, 3, 0) == pytest.approx(cube.value(0, 3, place))  # it is cubic


def test_a_cube() -> None:
    cube = read_cube(CUBE.splitlines())
    assert (cube.value(0, 0, 2), cube.value(1, 0, 1)) == (-0.003, 0.5e-100)
    assert (cube.steps_bohr[2], cube.positions_bohr) == ((0.0, 0.0, 2.5), ((0.0, 0.0, 0.5),))
    unknown = read_cube(CUBE.replace("Charge density", "Something").splitlines())
    assert unknown.quantity is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-0.30000E-02\n", "\n", "line 9: only 5 values on a grid of 6 points"),
        ("0.60000E+01", "0.60000E+01 0.7", "line 9: more than 6 values"),
        ("    2    5", "    0    5", "lines 4 to 6"),
        ("    2    5", " 99999999    5", "lines 4 to 6: a grid of 99999999 x 1 x 3"),
        ("    1    0.000000    0.000000    0.000000\n    2", " 2.5 0.0 0.0 0.0\n    2", "line 3"),
        ("   12   12.0", "   MG   12.0", "line 7 is not made of numbers"),
        ("0.40000E+01", "***********", "line 9 is not made of numbers"),
    ],
)
def test_a_broken_cube_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert old in CUBE
    with pytest.raises(ParseError, match=message):
        read_cube(CUBE.replace(old, new, 1).splitlines())


@pytest.mark.parametrize("text", [CUBE, GRID])
def test_a_cut_grid_is_torn(text: str) -> None:
    read = read_cube if text is CUBE else read_fort35
    for cut in range(len(text.splitlines())):
        if (read, cut) != (read_fort35, 7):  # a band of its own is whole
            with pytest.raises(ParseError):
                read(text.splitlines()[:cut])


@pytest.mark.parametrize(
    ("file", "bands", "first"),
    [
        ("crystal-code-tools_CRYSTALpytools/examples/fermi_surface/fsurf_GMV.f35",
         20, ("alpha", 209)),
        ("Spica-Vir_CRYSTALpytools-dev/examples/fermi_surface/fsurf_graphene.f35", 12, ("", 1)),
    ],
)  # fmt: skip
def test_real_fermi_surfaces(data: Path, file: str, bands: int, first: tuple[str, int]) -> None:
    grid = read_fort35((data / file).read_text(encoding="utf-8").splitlines())
    assert (grid.shape, len(grid.bands)) == ((47, 47, 1), bands)
    assert (grid.bands[0].spin, grid.bands[0].number) == first


def test_bands_of_both_spins_on_a_grid() -> None:
    grid = read_fort35(GRID.splitlines())
    assert [(band.spin, band.number) for band in grid.bands] == [("alpha", 209), ("beta", 209)]
    assert grid.bands[1].values == (0.2, OUTSIDE)
    with pytest.raises(ParseError, match="beta band 209 holds 1 values on a grid of 2"):
        read_fort35(GRID.replace("0.200000", "").splitlines())
    with pytest.raises(ParseError, match="line 6: numbers before the first band"):
        read_fort35(GRID.replace(" Alpha band          209\n", "").splitlines())


def test_real_raman_spectra(data: Path) -> None:
    files = sorted((data / "crystal-code-tools_CRYSTALpytools/examples/spectra").glob("*.RAMSPEC"))
    found = [read_raman(path.read_text(encoding="utf-8").splitlines()) for path in files]
    assert [len(one.frequencies_cm1) for one in found] == [3112, 3116, 3108]
    for one in found:
        assert (one.quantity, one.columns[0], len(one.intensities)) == ("raman", "total", 9)


def test_spectra() -> None:
    raman = read_raman(RAMAN.splitlines())
    assert (raman.frequencies_cm1, raman.intensities[0]) == ((0.0, 1.0, 2.0), (0.03,) * 3)
    infrared = read_infrared(INFRARED.splitlines())
    assert (infrared.columns, infrared.intensities[1]) == (("column_3", "column_4"), (0.25,) * 3)


def test_profiles() -> None:
    profile = read_potential_profile(PROFILE.splitlines())
    assert (profile.positions, profile.potentials_ha) == ((-1.0, 0.0, 1.0), (0.1, -0.5, 0.2))
    assert profile.further == ((0.0, 0.0, 0.0),)


def test_other_columns_are_not_taken_for_these() -> None:
    with pytest.raises(ParseError, match="row 2: the total is not the sum"):
        read_raman(RAMAN.replace("1.00000E+00  3.0", "1.00000E+00  3.1").splitlines())
    with pytest.raises(ParseError, match="equal steps"):
        read_raman(RAMAN.replace("2.00000E+00", "2.50000E+00").splitlines())
    with pytest.raises(ParseError, match="line 1 holds 4 numbers instead of 10"):
        read_raman(INFRARED.splitlines())
    with pytest.raises(ParseError, match="row 1: the second column is not the wavelength"):
        read_infrared(INFRARED.replace(" 10000000", " 20000000").splitlines())
    with pytest.raises(ParseError, match="the positions do not rise"):
        read_potential_profile(PROFILE.replace("\n 0.0", "\n -2.0").splitlines())
    with pytest.raises(ParseError, match="line 2: the file ends without"):
        read_potential_profile(PROFILE.splitlines()[:2])
    with pytest.raises(ParseError, match="line 4 holds 2 numbers instead of 3"):
        read_potential_profile(PROFILE.replace("-0.50 0.0", "-0.50").splitlines())


def test_numbers_that_touch_are_told_apart_only_by_their_signs() -> None:
    assert numbers_of("1.0-2.0+3.0") == [1.0, -2.0, 3.0]
    assert numbers_of("12 -1.5D-01") == [12.0, -0.15]
    for text in ("1.0E+002.0", "1.2.3", "", "1.0 x", "1,0", "--1"):
        assert numbers_of(text) is None, text


@given(st.text(max_size=60), st.integers(0, len(CUBE)))
def test_garbage_is_a_parse_error_or_data(text: str, place: int) -> None:
    for read in (read_cube, read_fort35, read_raman, read_infrared, read_potential_profile):
        try:
            read((CUBE[:place] + text + CUBE[place:]).splitlines())
        except ParseError as error:
            assert error.message  # noqa: PT017 -- it may also stay whole
