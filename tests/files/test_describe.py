"""What a file beside an output is, and its facts; every real file, none without an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystalctl.commands.read import read
from crystald.crystal.files import HEAD_LINES, describe_file, kind_of, rows_of
from crystald.crystal.files.table import KINDS
from crystald.crystal.output import Output
from crystald.crystal.output.report import report
from crystald.crystal.plotdata.edges import edges_of, edges_of_both
from crystald.crystal.plotdata.values import Bands

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
DOCS = Path(__file__).parents[2] / "docs"
EXPECTED = {
    "band": "BAND.DAT", "doss": "DOSS.DAT", "f25": "fort.25", "f35": "fort.35", "gui": "fort.34",
    "dat:DENS_CUBE.DAT": "CUBE", "dat:RAMSPEC": "RAMSPEC.DAT",
}  # fmt: skip


def rows() -> list[tuple[Path, str]]:
    if not DATA.is_dir():
        pytest.skip("no ../shared/data here")
    text = (DATA / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(DATA / row.split("\t")[0], row.split("\t")[2]) for row in text]


def describe(path: Path) -> dict[str, object] | None:
    with path.open(encoding="utf-8", errors="replace") as lines:
        return describe_file(lines, str(path))


def test_every_real_file_is_known_by_its_content() -> None:
    for path, kind in rows():
        if path.name != "NaCl.band" and path.stat().st_size < 300_000:
            found = describe(path)
            assert (found and found["kind"]) == EXPECTED.get(kind), path
            if found:
                assert (found["verdict"], found["fault"]) == ("ok", None), path
                json.dumps(found)


def test_numbers_that_no_float_holds_make_no_cube() -> None:
    head = ["a", "b", "1E+9999 0. 0. 0.", "2 1. 0. 0.", "2 0. 1. 0.", "2 0. 0. 1."]
    assert kind_of(head, "CUBE") is None


SHORT = {".BAND", ".DOSS", ".gui", ".34"}
"""Files that announce how much follows: without their last line but one they are torn."""


def test_every_cut_of_real_files_is_torn_or_tells_what_is_whole() -> None:
    for path, kind in rows()[::3]:
        if kind not in EXPECTED or path.stat().st_size > 30_000 or path.name == "NaCl.band":
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for cut in range(0, len(lines) - 1, 1 + len(lines) // 12):
            found = describe_file(lines[:cut], str(path))
            assert found is None or found["verdict"] == "fault" or path.suffix not in SHORT, path
            assert found is None or found["data"] is not None or found["fault_line"]


def test_outputs_and_decks_are_none_of_them() -> None:
    for path, kind in rows():
        if kind in ("out", "outp", "d12", "d3", "scflog", "joblog"):
            with path.open(encoding="utf-8", errors="replace") as lines:
                head = [line for line, _ in zip(lines, range(HEAD_LINES), strict=False)]
            assert kind_of(head, path.name) is None, path


def test_the_gap_along_a_real_path_is_that_of_its_output() -> None:
    rows()
    found = describe(DATA / "crystal-code-tools_CRYSTALpytools/examples/convert/conv_mgoBand.BAND")
    assert found is not None
    assert isinstance(data := found["data"], dict)
    assert data["edges"]["gap_ev"] == pytest.approx(7.1237, abs=5e-4)  # printed: direct, 7.1237
    assert (data["edges"]["gap_type"], data["edges"]["vbm"]["band"]) == ("direct", 10)
    assert (data["edges"]["cbm"]["band"], data["edges"]["vbm"]["name"]) == (11, "(0,0,0)/4")
    assert ("edges: conducting", False) in rows_of(found)


def test_a_torn_file_is_told_with_its_line() -> None:
    lines = ["# NKPT     2 NBND     1 NSPIN     1", "  0.0  -0.5", "  0.1  ****"]
    found = describe_file(lines, "BAND.DAT")
    assert found is not None
    assert (found["verdict"], found["fault"], found["data"]) == ("fault", "torn-data", None)
    assert str(found["fault_line"]).startswith("line 3 is not made of numbers")


def test_rows_of_a_thousand_bands_are_read_whole(tmp_path: Path) -> None:
    bands, points = 1000, 150
    row = "".join(f"{0.001 * band - 0.5:13.5f}" for band in range(bands))
    text = f"# NKPT {points} NBND {bands} NSPIN 1\n" + "".join(
        f"{0.01 * point:13.5f}{row}\n" for point in range(points)
    )
    path = tmp_path / "BAND.DAT"
    path.write_text(text, encoding="utf-8")
    found = read(path)
    assert (found["verdict"], found["data"]["bands"]) == ("ok", bands)


def test_the_object_has_the_keys_of_an_output() -> None:
    found = describe_file(["# 0.0 POTC", " 0.0 1.0", " 1.0 2.0"], "mat_POTC.POTC.DAT")
    assert found is not None
    assert set(report(Output(), "")) | {"what", "data"} == set(found)
    assert (found["terminated"], found["guess_from_previous"]) == (None, None)
    assert describe_file(["# 0.0", " 0.0 1.0"], "other.DAT") is None


def test_every_kind_is_in_the_documentation() -> None:
    text = (DOCS / "files.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| `{kind.name}`" in text


@given(st.lists(st.text(max_size=30), max_size=14), st.sampled_from(["POTC.DAT", "x"]))
def test_garbage_is_none_or_told(lines: list[str], name: str) -> None:
    found = describe_file(lines, name)
    assert found is None or found["verdict"] in ("ok", "fault")


def bands(*spins: list[tuple[float, ...]]) -> Bands:
    points = tuple(float(place) for place in range(len(spins[0])))
    return Bands(points, ((0.0, "G"),), tuple(tuple(spin) for spin in spins), -0.1, "fermi")


def test_edges_of_an_insulator() -> None:
    (edges,) = edges_of(bands([(-0.5, 0.0, 0.2), (-0.4, -0.1, 0.1)]))
    assert edges.vbm is not None
    assert edges.cbm is not None
    assert (edges.conducting, edges.direct, edges.vbm.band, edges.cbm.point) == (False, False, 2, 2)
    assert edges.gap_ev == pytest.approx(2.7211, abs=1e-3)
    assert (edges.vbm.name, edges.cbm.name) == ("G", "")


def test_edges_of_equals_are_direct_if_any_point_has_both() -> None:
    (edges,) = edges_of(bands([(0.0, 0.2), (0.0, 0.1), (-0.1, 0.3)]))
    assert edges.direct is True


def test_a_band_on_both_sides_conducts() -> None:
    (edges,) = edges_of(bands([(-0.5, -0.1, 0.2), (-0.4, 0.1, 0.3)]))
    assert (edges.conducting, edges.gap_ev, edges.direct) == (True, 0.0, None)


def test_bands_that_touch_have_no_gap() -> None:
    (edges,) = edges_of(bands([(-0.1, 0.1), (0.0, 0.0), (-0.1, 0.1)]))
    assert (edges.conducting, edges.gap_ev) == (True, 0.0)


def test_a_window_without_empty_bands_has_no_gap_to_tell() -> None:
    (edges,) = edges_of(bands([(-0.1,), (0.0,)]))
    assert (edges.conducting, edges.gap_ev, edges.cbm) == (False, None, None)
    assert edges_of(Bands((0.0,), (), (((0.0,),),), None, "absolute")) == ()


def test_the_fundamental_gap_is_over_both_spins() -> None:
    edges = edges_of(bands([(-0.2, 0.1), (-0.3, 0.2)], [(0.0, 0.4), (-0.1, 0.3)]))
    both = edges_of_both(edges)
    assert both is not None
    assert both.gap_ev == pytest.approx(2.7211, abs=1e-3)
    assert both.direct is True
    half = edges_of_both(edges_of(bands([(-0.2, 0.1), (0.3, 0.2)], [(0.0, 0.4), (-0.1, 0.3)])))
    assert half is not None
    assert half.conducting
    assert edges_of_both(()) is None
