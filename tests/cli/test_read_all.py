"""``crystalctl read --all``: every property with its value, unit and line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Type = Callable[..., tuple[int, str, str]]
OUTPUT = """\
 *                               CRYSTAL17                                     *
 EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0
 our own title
 CRYSTAL CALCULATION
 N. OF ATOMS PER CELL         2  COULOMB OVERLAP TOL         (T1) 10**   -7
 WEIGHT OF F(I) IN F(I+1)      30% CONVERGENCE ON ENERGY        10**- 8
 TOTAL ATOMIC CHARGES:
  11.2500000   8.7500000
 CYC   1 ETOT(AU) -2.750000000000E+02 DETOT -5.00E+00 tst  1.00E-05 PX  1.00E-03
 == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -2.7500000000001E+02 CYCLES   1
 TOTAL ENERGY(DFT)(AU)(  1) -2.7500000000001E+02 DE-1.1E-09 tester 4.5E-15
 EEEEEEEEEE TERMINATION  DATE 01 01 2030 TIME 01:02:16.0
"""


@pytest.fixture
def output(tmp_path: Path) -> str:
    path = tmp_path / "MgO.out"
    path.write_text(OUTPUT)
    return str(path)


def test_a_person_sees_a_table_with_all_digits(crystalctl: Type, output: str) -> None:
    code, out, _ = crystalctl("read", "--all", output)
    first, titles, *rows = out.splitlines()
    assert (code, first) == (0, f"{output}: ok")
    assert titles.split() == ["PROPERTY", "VALUE", "UNIT", "LINE"]
    cells = {row.split()[0]: row.split()[1:] for row in rows if row}
    assert cells["energy"] == ["-275.00000000001", "Ha", "11"]
    assert cells["toldee"] == ["8", "6"]
    assert cells["atomic_charges"] == ["11.25,", "8.75", "e", "7"]
    assert cells["scf_history"] == ["(1", "rows)", "Ha", "9"]


def test_json_has_every_table(crystalctl: Type, output: str) -> None:
    code, out, _ = crystalctl("read", "--all", "--json", output)
    report = json.loads(out)
    listed = {one["name"]: one for one in report["properties"]}
    assert (code, report["verdict"]) == (0, "ok")
    assert listed["fmixing"] == {"name": "fmixing", "value": 30.0, "unit": "%", "line": 6}
    assert listed["scf_history"]["value"][0]["energy_ha"] == -275.0
    assert "properties" not in json.loads(crystalctl("read", "--json", output)[1])


def test_several_files_stand_one_below_the_other(crystalctl: Type, output: str) -> None:
    code, out, err = crystalctl("read", "--all", output, output, "no.out")
    assert (code, out.count(f"{output}: ok"), err.count("no.out")) == (1, 2, 1)


def test_a_long_value_does_not_widen_the_table(crystalctl: Type, output: str) -> None:
    words = " ".join(f"word{number}" for number in range(99))
    warning = f" WARNING **** TEST **** {words}\n"
    text = OUTPUT.replace(" N. OF ATOMS", f"{warning} N. OF ATOMS", 1)
    Path(output).write_text(text)
    _, out, _ = crystalctl("read", "--all", output)
    rows = out.splitlines()
    assert max(map(len, rows[1:])) < 130
    at = next(number for number, row in enumerate(rows) if row.startswith("warnings"))
    assert "word0 " in rows[at]
    assert rows[at + 3].rstrip().endswith("…")
    report = json.loads(crystalctl("read", "--all", "--json", output)[1])
    assert report["warnings"][0].endswith("word98")
