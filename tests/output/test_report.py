"""The object of ``crystalctl read --json``: the keys that scripts rely on, and no others unsaid."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crystald.crystal.output import read_output
from crystald.crystal.output.faults import CLASSES
from crystald.crystal.output.kinds import ORDER
from crystald.crystal.output.report import report

DOCS = Path(__file__).parents[2] / "docs" / "outputs.md"
CONTRACT = (
    *("file", "program", "version", "kind", "dimensionality", "terminated", "verdict", "fault"),
    *("fault_line", "scf_converged", "scf_cycles", "energy_ha", "energy_scf_ha", "dispersion_ha"),
    *("opt_converged", "opt_points", "band_gap_ev", "band_gap_type", "conducting"),
    *("spin_polarised", "fermi_ha", "n_atoms", "n_ao", "n_electrons", "space_group_symbol"),
    *(
        "cell",
        "frequencies_cm1",
        "zero_point_ha",
        "zero_point_atoms",
        "warnings",
        "elapsed_s",
        "cpu_s",
        "title",
    ),
)


@pytest.mark.parametrize("text", ["", "nothing of CRYSTAL\n"])
def test_every_key_is_there_for_every_file(texts: Any, text: str) -> None:
    empty = report(read_output(text.splitlines()), "a")
    full = report(read_output(texts.run.splitlines()), "a")
    assert set(CONTRACT) <= set(full)
    assert list(empty) == list(full)
    known = {key for key, value in empty.items() if value not in (None, [], False)}
    assert known == {"file", "verdict"}


def test_a_run_as_json(texts: Any) -> None:
    told = json.loads(json.dumps(report(read_output(texts.run.splitlines()), "x.out")))
    assert (told["program"], told["kind"], told["verdict"], told["fault"]) == (
        *("crystal", "SP", "ok"),
        None,
    )
    assert (told["energy_ha"], told["band_gap_ev"], told["fermi_ha"]) == (
        *(-275.00000000001, 6.8028),
        -0.15,
    )


def test_a_half_metal_is_told() -> None:
    told = report(
        read_output(
            [
                "    ALPHA      ELECTRONS",
                " POSSIBLY CONDUCTING STATE - EFERMI(AU) -1.0E-01 (RES. CHARGE  1.1E-16;IT.  9)",
                "    BETA       ELECTRONS",
                " INSULATING STATE",
                " TOP OF VALENCE BANDS -    BAND      9; K    1; EIG -1.5000000E-01 AU",
                " BOTTOM OF VIRTUAL BANDS - BAND     10; K    4; EIG  1.0000000E-01 AU",
                " INDIRECT ENERGY BAND GAP:   6.8028 eV",
            ]
        ),
        "x",
    )
    assert (told["conducting"], told["half_metal"], told["band_gap_ev"]) == (True, True, 0.0)
    spins = told["spins"]
    assert isinstance(spins, dict)
    assert spins["beta"]["gap_ev"] == 6.8028
    assert spins["beta"]["cbm_k_point"] == 4


def documented(heading: str) -> set[str]:
    """Give the names in the first column of the table below a heading."""
    text = re.search(rf"(?ms)^## {heading}\n(.*?)(?=^## |\Z)", DOCS.read_text())
    assert text
    cells = re.findall(r"(?m)^\| ([^|]+) \|", text[1])
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_every_key_is_documented() -> None:
    assert documented("Keys") == set(report(read_output([]), "x"))


def test_every_kind_is_documented() -> None:
    assert documented("Kinds") == {*ORDER, "PROPERTIES"}


def test_every_class_of_faults_is_documented() -> None:
    assert documented("Faults") == set(CLASSES)


def documented_files() -> list[list[str]]:
    text = DOCS.read_text().partition("## Real files")[2]
    rows = re.findall(r"(?m)^\| `(.+)$", text)
    return [[cell.strip(" `|") for cell in f"`{row}".split(" | ")] for row in rows]


def test_the_table_of_real_files_is_true(real: Any) -> None:
    owner = real.file.split("/")[0]
    rows = [
        row
        for row in documented_files()
        if row[0].split("/")[0] == owner.split("_")[0]
        and real.file.endswith("/".join(row[0].split("/")[1:]))
    ]
    out = real.output()
    fault = f": {out.verdict.fault}" if out.verdict.fault else ""
    told = [str(out.version).split()[0], str(out.kind or "–"), f"{out.verdict.kind}{fault}"]
    assert told in [row[1:4] for row in rows]
