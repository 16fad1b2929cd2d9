"""fort.25: fixed width, absolute energies; one run read from fort.25 and the DAT files is one curve."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.crystal.plotdata.band_dat import read_band_dat
from crystald.crystal.plotdata.doss_dat import read_doss_dat
from crystald.crystal.plotdata.fort25 import read_fort25, read_phonon_fort25
from crystald.errors import ParseError
from crystald.models import Cell, Vector

MAP = """\
-%-0MAPN    2    2 0.17188E+00 0.17188E+00 0.00000E+00
-5.50000E+00-5.50000E+00 0.00000E+00 5.50000E+00-5.50000E+00 0.00000E+00
 5.50000E+00 5.50000E+00 0.00000E+00       2   3
 1.51351E-02 1.76161E-02 2.42780E-02 3.58819E-02
  12 MG  0.000000000000E+00  0.000000000000E+00  0.000000000000E+00
   8 O   2.105000000000E+00 -2.105000000000E+00  2.105000000000E+00
  0.000000000000E+00  0.210500000000E+01  0.210500000000E+01
  0.210500000000E+01  0.000000000000E+00  0.210500000000E+01
  0.210500000000E+01  0.210500000000E+01  0.000000000000E+00
"""
FIRST = """\
-%-0BAND    2    3 0.00000E+00 2.50000E-01-1.50000E-01
-1.04758E+02 6.24748E-01
    0    0    0    2    0    2
-1.04758E+02-1.25000E-01-1.04758E+02-1.50000E-01-1.04758E+02-1.75000E-01
"""
ON = """\
-%-0BAND    2    1 0.00000E+00 5.00000E-01-1.50000E-01
-1.04758E+02 6.24748E-01
    2    0    2    2    1    3
-1.04758E+02-2.00000E-01
"""
ELSEWHERE = """\
-%-0BAND    2    2 0.00000E+00 1.00000E-01-1.50000E-01
-1.04758E+02 6.24748E-01
    3    3    6    0    0    0
-1.04758E+02-2.50000E-01-1.04758E+02-3.00000E-01
"""
DENSITY = """\
-%-0DOSS    1    7 0.00000E+00 1.00000E-01-1.50000E-01
 0.00000E+00-6.00000E-01
    1    4    0    0    0    0
 0.00000E+00-1.00000E-12 1.00000E+00 2.00000E+00 3.00000-101 4.00000E+00
 5.00000E+00
"""
BANDS = FIRST + ON + ELSEWHERE
NACL = "nomad-coe_nomad-parser-crystal/tests/data/band_structure/nacl_hf"


def spins(text: str) -> str:
    """Store a text once for each spin, the second with densities below zero."""
    up = text.replace("-%-0", "-%-3")
    rows = up.splitlines(keepends=True)
    down = [row if i < 3 else row.replace(" ", "-") for i, row in enumerate(rows)]
    return up + "".join(down if "DOSS" in text else rows)


def test_segments_make_one_path() -> None:
    bands = read_fort25(BANDS.splitlines()).bands
    assert bands is not None
    assert bands.distances == pytest.approx((0.0, 0.25, 0.5, 1.0, 1.0, 1.1))
    assert [name for _, name in bands.ticks] == ["(0,0,0)", "(2,0,2)", "(2,1,3)|(3,3,6)", "(0,0,0)"]
    assert [place for place, _ in bands.ticks] == pytest.approx([0.0, 0.5, 1.0, 1.1])
    assert bands.energies_ha[0][1] == (-104.758, -0.15)
    assert (bands.fermi_ha, bands.zero) == (-0.15, "absolute")


def test_densities_with_numbers_that_touch() -> None:
    dos = read_fort25((MAP + DENSITY).splitlines()).dos
    assert dos is not None
    assert dos.energies_ha == pytest.approx([-0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0.0])
    assert dos.densities == (((0.0, -1e-12, 1.0, 2.0, 3e-101, 4.0, 5.0),),)
    assert (dos.fermi_ha, dos.zero) == (-0.15, "absolute")


def test_what_is_not_there_is_none() -> None:
    assert read_fort25(MAP.splitlines()).bands is None
    assert read_fort25(DENSITY.splitlines()).bands is None
    assert read_fort25([]).dos is None


def test_projections_and_the_total() -> None:
    total = DENSITY.replace("    1    4", "    2   14")
    dos = read_fort25((DENSITY + total).splitlines()).dos
    assert dos is not None
    assert [len(spin) for spin in dos.densities] == [2]


def test_both_spins() -> None:
    found = read_fort25((spins(FIRST) + spins(DENSITY)).splitlines())
    assert found.bands is not None
    assert found.dos is not None
    assert len(found.bands.energies_ha) == 2
    assert found.dos.densities[0][0][2:4] == (1.0, 2.0)
    assert found.dos.densities[1][0][2:4] == (1.0, 2.0)


def test_of_appended_runs_the_last_counts() -> None:
    later = BANDS.replace("-1.50000E-01\n-1.04758E+02 6", "-1.60000E-01\n-1.04758E+02 6")
    again = BANDS.replace("-1.25000E-01", "-1.26000E-01")
    for text in (BANDS + later, BANDS + again):
        bands = read_fort25(text.splitlines()).bands
        assert bands is not None
        assert len(bands.distances) == 6
    assert bands is not None
    assert bands.energies_ha[0][0][1] == -0.126


@pytest.mark.parametrize(("cut", "line"), [(1, 1), (2, 1), (3, 1), (7, 5), (11, 9)])
def test_a_cut_record_is_told(cut: int, line: int) -> None:
    with pytest.raises(ParseError, match=f"the record of line {line} is cut"):
        read_fort25(BANDS.splitlines()[:cut])


def test_a_record_cut_by_the_next_is_told() -> None:
    lines = FIRST.splitlines()[:3] + ON.splitlines()
    with pytest.raises(ParseError, match="the record of line 1 is cut"):
        read_fort25(lines)


def test_a_missing_spin_is_told() -> None:
    with pytest.raises(ParseError, match="the two spins"):
        read_fort25(spins(FIRST).splitlines()[:4])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-1.25000E-01", "************", "line 4: '.{12}' is no number"),
        ("-1.25000E-01", "         NaN", "line 4"),
        ("BAND    2    3", "BAND    x    3", "line 1: '    x' is no integer"),
        ("BAND    2    3", "BAND    0    3", "line 1: a record of 0 x 3"),
        ("BAND    2    3", "BAND9999999999", "line 1: a record of"),
        ("    0    0    0    2", "    0    0  0.5    2", "line 3: '  0.5' is no integer"),
    ],
)
def test_a_broken_record_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert old in FIRST
    with pytest.raises(ParseError, match=message):
        read_fort25(FIRST.replace(old, new, 1).splitlines())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  12 MG", "  MG 12", "line 5: .* is not an atom"),
        ("2.105000000000E+00 -2", "2.105000000000E+00  x", "line 6: .* is not an atom"),
        ("  0.210500000000E+01  0.000000000000E+00  0.21", "  0.21", "line 8: .* lattice vector"),
        ("       2   3", "      -2   3", "line 3: a map of -2 atoms"),
        ("       2   3", "       x   3", "line 3: .* is no integer"),
        ("       2   3", "       3   3", "the record of line 1 is cut"),
    ],
)
def test_a_broken_map_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert old in MAP
    with pytest.raises(ParseError, match=message):
        read_fort25(MAP.replace(old, new, 1).splitlines())


def test_a_map_and_its_places() -> None:
    (found,) = read_fort25((MAP + DENSITY).splitlines()).maps
    assert (found.numbers, found.dimensionality, found.open_shell) == ((12, 8), 3, False)
    assert found.values == ((1.51351e-02, 1.76161e-02), (2.42780e-02, 3.58819e-02))
    assert found.place_ang(0, 0) == (-5.5, -5.5, 0.0)
    assert found.place_ang(1, 0) == (5.5, -5.5, 0.0)
    assert found.place_ang(1, 1) == (5.5, 5.5, 0.0)
    assert found.cell_ang[0] == (0.0, 2.105, 2.105)
    assert found.positions_ang[1] == (2.105, -2.105, 2.105)


@pytest.mark.parametrize(
    ("file", "maps", "shape", "spin"),
    [
        ("crystal-code-tools_CRYSTALpytools/examples/charge_density/dens_grapheneMV.f25",
         4, (100, 100), True),
        ("crystal-code-tools_CRYSTALpytools/examples/charge_density/dens_grapheneMV_PATO.f25",
         2, (100, 100), True),
        ("crystal-code-tools_CRYSTALpytools/examples/charge_density/dens_mgoDCHG.f25",
         2, (65, 65), False),
        ("crystal-code-tools_CRYSTALpytools/examples/relativistics/relt_WSe2.f25",
         16, (50, 50), True),
        ("Spica-Vir_CRYSTALpytools-dev/examples/charge_density/dens_hematite.f25",
         4, (42, 24), True),
        ("Spica-Vir_CRYSTALpytools-dev/examples/charge_density/dens_hematitePATO.f25",
         2, (42, 24), True),
    ],
)  # fmt: skip
def test_maps_of_real_files(
    data: Path, file: str, maps: int, shape: tuple[int, int], spin: bool
) -> None:
    found = read_fort25((data / file).read_text(encoding="utf-8").splitlines())
    assert len(found.maps) == maps
    for one in found.maps:
        assert ((len(one.values), len(one.values[0])), one.open_shell) == (shape, spin)
        assert math.dist(one.place_ang(1, 0), one.place_ang(0, 0)) == pytest.approx(
            one.steps_ang[0], abs=1e-4
        )
        assert math.dist(one.place_ang(0, 1), one.place_ang(0, 0)) == pytest.approx(
            one.steps_ang[1], abs=1e-4
        )


@pytest.mark.parametrize(
    "file",
    [
        "crystal-code-tools_CRYSTALpytools/examples/charge_density/dens_grapheneMV.f25",
        "Spica-Vir_CRYSTALpytools-dev/examples/charge_density/dens_hematite.f25",
    ],
)
def test_the_density_of_a_real_map_is_highest_at_an_atom(data: Path, file: str) -> None:
    found = read_fort25((data / file).read_text(encoding="utf-8").splitlines()).maps[0]
    grid = [(value, i, j) for j, row in enumerate(found.values) for i, value in enumerate(row)]
    _, i, j = max(grid)
    assert nearest(found.place_ang(i, j), found.positions_ang, found.cell_ang) < 0.1


def nearest(place: Vector, atoms: tuple[Vector, ...], cell: Cell) -> float:
    shifts = list(itertools.product((-1, 0, 1, 2), repeat=3))
    copies = (
        tuple(
            atom[k] + sum(n * row[k] for n, row in zip(shift, cell, strict=True)) for k in range(3)
        )
        for atom in atoms
        for shift in shifts
    )
    return min(math.dist(place, copy) for copy in copies)


def test_phonons_are_in_inverse_centimetres() -> None:
    text = BANDS.replace("-1.50000E-01\n", " 0.00000E+00\n", 1) + DENSITY.replace("DOSS", "PDOS")
    text = text.replace("-1.50000E-01\n", " 0.00000E+00\n").replace("-1.04758E+02", " 1.04758E+02")
    found = read_phonon_fort25(text.splitlines())
    assert found.bands is not None
    assert found.dos is not None
    assert found.bands.frequencies_cm1[0] == (104.758, -0.125)
    assert len(found.bands.distances) == 6
    assert found.dos.frequencies_cm1[1] == pytest.approx(-0.5)
    assert len(found.dos.densities) == 1
    assert read_fort25(text.splitlines()).dos is None


@given(st.text(max_size=100), st.integers(0, len(BANDS)))
def test_garbage_is_a_parse_error_or_data(text: str, place: int) -> None:
    try:
        read_fort25((BANDS[:place] + text + BANDS[place:] + DENSITY).splitlines())
    except ParseError as error:
        assert "line" in error.message  # noqa: PT017 -- garbage may also leave the data whole


def test_one_run_read_both_ways_is_one_band_structure(data: Path) -> None:
    stored = read_fort25((data / NACL / "NaCl.f25").read_text(encoding="utf-8").splitlines()).bands
    printed = read_band_dat(
        (data / NACL / "NaCl_dat.BAND").read_text(encoding="utf-8").splitlines()
    )
    assert stored is not None
    assert stored.fermi_ha is not None
    assert (stored.zero, printed.zero) == ("absolute", "fermi")
    # The printed path steps over each joint by the step of the segment before it, so that its
    # points run away from its own ticks by up to the sum of those differences.
    assert stored.distances == pytest.approx(printed.distances, abs=2e-3)
    ticks = [place for place, _ in stored.ticks]
    assert ticks == pytest.approx([place for place, _ in printed.ticks], abs=2e-5)
    for one, other in zip(stored.energies_ha[0], printed.energies_ha[0], strict=True):
        shifted = [energy - stored.fermi_ha for energy in one]
        assert shifted == pytest.approx(other, rel=5e-5, abs=1e-5)  # printed with five digits


def test_one_run_read_both_ways_is_one_density(data: Path) -> None:
    stored = read_fort25((data / NACL / "NaCl.f25").read_text(encoding="utf-8").splitlines()).dos
    path = data / "nomad-coe_nomad-parser-crystal/tests/data/dos/nacl_hf/NaCl_dat.DOSS"
    printed = read_doss_dat(path.read_text(encoding="utf-8").splitlines())
    assert stored is not None
    assert printed.zero == stored.zero == "absolute"  # CRYSTAL14 shifts neither
    assert stored.energies_ha == pytest.approx(printed.energies_ha, abs=6e-5)
    assert stored.densities[0][0] == pytest.approx(printed.densities[0][0], rel=1e-4, abs=1e-12)


@pytest.mark.parametrize(
    ("file", "bands", "dos"),
    [
        ("tilde-lab_aiida-crystal-dft/aiida_crystal_dft/tests/output_files/mgo_sto3g/fort.25",
         (1, 31, 14), (1, 3, 302)),
        ("tilde-lab_aiida-crystal-dft/aiida_crystal_dft/tests/output_files/properties/fort.25",
         (1, 31, 14), None),
        ("tilde-lab_aiida-crystal-dft/aiida_crystal_dft/tests/output_files/spinpolarized.fort.25",
         (2, 80, 41), (2, 1, 25002)),
        ("aiidaplugins_aiida-crystal17/aiida_crystal17/tests/raw_files/doss/nio_sto3g_afm/fort.25",
         None, (2, 3, 1002)),
        ("crystal-code-tools_CRYSTALpytools/examples/charge_density/dens_mgoDCHG.f25", None, None),
    ],
)  # fmt: skip
def test_real_files(
    data: Path, file: str, bands: tuple[int, ...] | None, dos: tuple[int, ...] | None
) -> None:
    found = read_fort25((data / file).read_text(encoding="utf-8").splitlines())
    shape = found.bands and (
        len(found.bands.energies_ha),
        len(found.bands.distances),
        len(found.bands.energies_ha[0][0]),
    )
    assert shape == bands
    densities = found.dos and (
        len(found.dos.densities),
        len(found.dos.densities[0]),
        len(found.dos.energies_ha),
    )
    assert densities == dos
    for spin in found.dos.densities if found.dos else ():
        assert sum(spin[-1]) > 0.0
