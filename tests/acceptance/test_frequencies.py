"""Frequencies after an optimisation, through submission, local scheduler, stand-in and reading."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from homes import Home

pytestmark = pytest.mark.process


def test_an_optimisation_and_its_frequencies(
    home: Home, ctl: Callable[..., Any], inputs: Path, mgo: bytes
) -> None:
    (inputs / "MgO.cif").write_bytes(mgo)
    said = json.loads(ctl("submit", "--json", "--workflow", "opt_freq", str(inputs)).out)
    home.ctl("wait", said["run_id"], "--timeout", "100")
    rows = json.loads(ctl("ls", "calculations", "--json", "--run", said["run_id"]).out)
    assert {row["step"]: row["state"] for row in rows} == {"OPT": "done", "FREQ": "done"}
    freq = next(row["id"] for row in rows if row["step"] == "FREQ")
    shown = json.loads(ctl("show", "--json", freq).out)
    left = {Path(file["path"]).suffixes[-1] for file in shown["files"]}
    assert {".d12", ".out"} <= left
    assert any(file["path"].endswith("FREQINFO.DAT") for file in shown["files"])
    values = {one["name"]: one["value"] for one in shown["properties"]}
    assert values["modes"] == 6
    assert values["zero_point_energy"] > 0
