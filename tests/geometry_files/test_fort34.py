"""fort.34: every real file, print and read again, the whole cell by the operators, broken files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.crystal.geometry_files.points import last_point, point_number
from crystald.crystal.geometry_files.print_fort34 import (
    cartesian_operator,
    fort34_of,
    print_fort34,
)
from crystald.crystal.geometry_files.read_fort34 import looks_like_fort34, read_fort34
from crystald.crystal.geometry_files.values import Fort34
from crystald.crystal.geometry_files.whole_cell import (
    check_operators,
    listed_structure,
    whole_structure,
)
from crystald.errors import ParseError
from crystald.models import Structure

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ASYMMETRIC = """\
   2   1   1 E -2.7544869807047E+02 DE-6.8E-10(  3)
  0.300000000000E+01  0.000000000000E+00  0.000000000000E+00
  0.000000000000E+00  0.300000000000E+01  0.000000000000E+00
  0.000000000000E+00  0.000000000000E+00  0.500000000000E+03
    2
  1.0 0.0 0.0
  0.0 1.0 0.0
  0.0 0.0 1.0
  0.0 0.0 0.0
 -1.0 0.0 0.0
  0.0 -1.0 0.0
  0.0 0.0 -1.0
  1.5 0.0 0.0
    2
  212  0.0 0.0 1.0
    8  0.75 0.0 0.0
"""
UNFITTING = {
    "conv_mgoOpt.gui", "mgo-opt002.gui", "mgo-opt004.gui", "crysinp_para.gui",
    "optstep-opt003.gui", "optstep-opt004.gui",
}  # fmt: skip
"""Files of a converter whose operators belong to other axes than its lattice."""


def real_files() -> list[Path]:
    if not DATA.is_dir():
        return []
    rows = (DATA / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()
    return [DATA / row.split("\t")[0] for row in rows if row.split("\t")[2] == "gui"]


def read(path: Path) -> Fort34:
    return read_fort34(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data here")
def test_every_real_file_is_read_and_printed_again() -> None:
    files = real_files()
    assert len(files) == 61
    for path in files:
        geometry = read(path)
        again = read_fort34(print_fort34(geometry).splitlines())
        assert replace(again, group=geometry.group, energy_ha=geometry.energy_ha) == geometry, path


@pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data here")
def test_the_operators_of_real_files_bring_the_listed_atoms_onto_themselves() -> None:
    for path in real_files():
        geometry = read(path)
        if path.name in UNFITTING:
            with pytest.raises(ParseError, match="symmetry operator"):
                whole_structure(geometry)
        else:
            assert whole_structure(geometry) == listed_structure(geometry), path


@pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data here")
@pytest.mark.parametrize(
    ("file", "dimensionality", "operators", "atoms", "group", "energy_ha"),
    [
        ("crystal-code-tools_CRYSTALpytools/examples/convert/THF.gui",
         0, 1, 13, 1, -2.3243440437071e02),
        ("Spica-Vir_CRYSTALpytools-dev/examples/geometry/geom_rippleG.gui",
         2, 6, 72, 0, -2.7389333627404e03),
        ("Spica-Vir_CRYSTALpytools-dev/old_examples_tutorial/data/mgo.gui",
         3, 48, 2, 225, -2.7544869807047e02),
        ("tilde-lab_aiida-crystal-dft/aiida_crystal_dft/tests/output_files/mgo_sto3g/fort.34",
         3, 48, 2, None, -2.7466427544495e02),
        ("Spica-Vir_CRYSTALpytools-dev/old_examples_tutorial/data/co_inp.gui", 3, 1, 2, 1, None),
    ],
)  # fmt: skip
def test_facts_of_real_files(
    file: str,
    dimensionality: int,
    operators: int,
    atoms: int,
    group: int | None,
    energy_ha: float | None,
) -> None:
    geometry = read(DATA / file)
    found = (geometry.dimensionality, len(geometry.operators), len(geometry.numbers))
    assert found == (dimensionality, operators, atoms)
    assert (geometry.group, geometry.energy_ha) == (group, energy_ha)


@pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data here")
def test_every_truncation_of_real_files_is_told() -> None:
    for path in real_files()[::12]:
        lines = path.read_text(encoding="utf-8").splitlines()
        for cut in range(len(lines) - 1):
            with pytest.raises(ParseError, match="line"):
                read_fort34(lines[:cut])


@pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data here")
def test_the_last_whole_point_of_a_killed_optimisation() -> None:
    folder = DATA / (
        "aiidaplugins_aiida-crystal17/aiida_crystal17/tests/raw_files/crystal/"
        "nio_sto3g_afm_opt_walltime"
    )
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    found = last_point(texts, lambda name: texts[name].splitlines())
    assert found is not None
    assert (found.number, found.geometry.energy_ha) == (18, -3.1283182955445e03)
    texts["optc018"] = texts["optc018"][:-12]
    found = last_point(texts, lambda name: texts[name].splitlines())
    assert found is not None
    assert (found.number, found.name) == (17, "optc017")


def test_points_are_known_by_their_names() -> None:
    names = ("optc001", "opta1234", "optc", "fort.34", "optc001.gui")
    assert [point_number(name) for name in names] == [1, 1234, None, None, None]
    assert last_point(["optc001"], lambda _: None) is None


def test_atoms_of_the_asymmetric_unit_make_the_whole_cell() -> None:
    geometry = read_fort34(ASYMMETRIC.splitlines())
    assert geometry.numbers == (212, 8)
    whole = whole_structure(geometry)
    assert whole.numbers == (12, 8, 12)  # the oxygen lies on the centre of inversion
    assert whole.positions_ang[-1] == (1.5, 0.0, -1.0)
    assert whole.periodicity == 2
    assert whole.cell_ang[2] == (0.0, 0.0, 0.0)


def test_an_operator_that_brings_atoms_too_near_is_told() -> None:
    near = ASYMMETRIC.replace("0.75 0.0 0.0", "0.85 0.0 0.0")
    with pytest.raises(ParseError, match=r"operator 2 brings atom 2 to 0\.20 Å from atom 2"):
        whole_structure(read_fort34(near.splitlines()))


def test_an_operator_that_does_not_keep_the_lattice_is_told() -> None:
    long = ASYMMETRIC.replace("  0.000000000000E+00  0.300000000000E+01", "  0.0 4.0")
    turned = long.replace(" -1.0 0.0 0.0\n  0.0 -1.0 0.0", " 0.0 -1.0 0.0\n  1.0 0.0 0.0")
    check_operators(read_fort34(long.splitlines()))
    with pytest.raises(ParseError, match="operator 2 does not keep the lattice"):
        check_operators(read_fort34(turned.splitlines()))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("   2   1   1", "   4   1   1", "line 1: .* is not dimension, centring"),
        ("(  3)", "(  3)\n", "line 2: '' is not a lattice vector"),
        ("  0.300000000000E+01  0", "  **************  0", "line 2"),
        ("0.300000000000E+01  0.000000000000E+00\n", "0.3E+01 NaN\n", "line 3"),
        ("0.500000000000E+03", "0.000000000000E+00", "line 4: the lattice vectors have no volume"),
        ("0.500000000000E+03", "0.500000000000E+33", "line 4: .* possible size"),
        ("    2\n  1.0", "    x\n  1.0", "line 5: 'x' is not the number of symmetry operators"),
        ("    2\n  1.0", "  999\n  1.0", "line 5"),
        ("  0.0 1.0 0.0\n  0.0 0.0 1.0", "  0.0 1.1 0.0\n  0.0 0.0 1.0", "line 8: .* no rotation"),
        ("    2\n  212", "    3\n  212", "line 17: the file ends before an atom"),
        ("  212  0.0", "   MG  0.0", "line 15: .* is not an atom"),
        ("  212  0.0", "  212  0.0 1.0", "line 15: .* is not an atom"),
    ],
)
def test_a_broken_file_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert old in ASYMMETRIC
    with pytest.raises(ParseError, match=message):
        read_fort34(ASYMMETRIC.replace(old, new, 1).splitlines())


@given(st.text(max_size=80), st.integers(0, len(ASYMMETRIC)))
def test_garbage_is_a_parse_error_or_a_geometry(text: str, place: int) -> None:
    try:
        found = read_fort34((ASYMMETRIC[:place] + text + ASYMMETRIC[place:]).splitlines())
    except ParseError as error:
        assert error.message.startswith("line ")  # noqa: PT017 -- it may also stay whole
    else:
        assert len(found.numbers) == len(found.positions_ang)


def test_an_output_or_a_table_is_no_geometry() -> None:
    assert looks_like_fort34("   3   5   6 E -2.7544869807047E+02 DE-6.8E-10(  3)\n")
    assert looks_like_fort34("3 1 1")
    for text in ("3 1 1 1", "", "3 1", " 3.0 1.0 1.0", "3 1 1 some title"):
        assert not looks_like_fort34(text)


def test_a_structure_with_operators_of_its_fractions_comes_back() -> None:
    cell = ((3.0, 0.0, 0.0), (-1.5, 2.598076211353316, 0.0), (0.0, 0.0, 5.0))
    third = cartesian_operator(cell, ((0, -1, 0), (1, -1, 0), (0, 0, 1)), (0.0, 0.0, 1 / 3))
    twice = cartesian_operator(cell, ((-1, 1, 0), (-1, 0, 0), (0, 0, 1)), (0.0, 0.0, 2 / 3))
    one = cartesian_operator(cell, ((1, 0, 0), (0, 1, 0), (0, 0, 1)), (0.0, 0.0, 0.0))
    start = Structure(cell, (14,), ((1.0, 0.2, 0.3),), 3)
    geometry = read_fort34(print_fort34(fort34_of(start, (one, third, twice), 144)).splitlines())
    whole = whole_structure(geometry)
    assert (len(whole.numbers), geometry.group) == (3, 144)
    assert sorted(z for _, _, z in whole.positions_ang) == pytest.approx(
        [0.3, 0.3 + 5 / 3, 0.3 + 10 / 3]
    )


@pytest.mark.parametrize("periodic", [0, 1, 2, 3])
def test_structures_of_every_dimension_come_back(periodic: int) -> None:
    rows = ((3.1, 0.0, 0.0), (0.0, 4.1, 0.0), (0.0, 0.0, 5.1))
    a, b, c = (row if axis < periodic else (0.0, 0.0, 0.0) for axis, row in enumerate(rows))
    start = Structure((a, b, c), (6, 8), ((0.1, 0.2, 1 / 3), (1.2, 0.0, -0.7)), periodic)
    assert whole_structure(read_fort34(print_fort34(fort34_of(start)).splitlines())) == start
