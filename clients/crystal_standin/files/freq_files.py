"""The files that a frequency calculation leaves, and what RESTART reads of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crystal_standin.events import RefusalError, Report
from crystal_standin.lattice.structure import Crystal
from crystal_standin.reading.vibrations import FreqCalc

MAGIC = "STAND-IN FREQINFO"
"""First line of the stand-in's FREQINFO.DAT."""


def displacements_of(crystal: Crystal, freq: FreqCalc) -> int:
    """Count the displaced geometries."""
    return freq.sides * 3 * len(crystal.numbers)


def write(report: Report, crystal: Crystal, freq: FreqCalc, energy_ha: float) -> None:
    """Write what a restart reads: displacements that are done, density, phases or functions."""
    content = {
        "displacements": displacements_of(crystal, freq),
        "parameters": crystal.parameters,
        "asymmetric": crystal.asymmetric,
        "energy_ha": energy_ha,
    }
    report.file("FREQINFO.DAT", f"{MAGIC}\n{json.dumps(content)}\n")
    report.file("fort.13", "STAND-IN DENSITY MATRIX\n")
    for written, _ in _moments(freq):
        report.file(written, "STAND-IN DIPOLE MOMENTS\n")


def restored(files: Mapping[str, bytes], crystal: Crystal, freq: FreqCalc) -> float:
    """Read the files of the calculation that goes on.

    Returns
    -------
    float
        Energy of the point that is displaced, Ha.

    Raises
    ------
    RefusalError
        One is not there, or is of another crystal or other displacements.
    """
    head, _, body = files.get("FREQINFO.DAT", b"").decode(errors="replace").partition("\n")
    if head != MAGIC:
        raise _missing("FREQINFO.DAT")
    for name in ("fort.13", *(read for _, read in _moments(freq))):
        if not files.get(name):
            raise _missing(name)
    content = json.loads(body)
    same = (
        content["displacements"] == displacements_of(crystal, freq)
        and tuple(content["parameters"]) == crystal.parameters
        and [[n, list(xyz)] for n, xyz in crystal.asymmetric] == content["asymmetric"]
    )
    if not same:
        text = "FREQINFO.DAT OF ANOTHER CALCULATION"
        raise RefusalError("FREQCA", text, "RESTART goes on in the same deck, at the same geometry")
    return float(content["energy_ha"])


def _moments(freq: FreqCalc) -> list[tuple[str, str]]:
    """Name the files of dipole moments: as written, as read."""
    if "INTENS" not in freq.words or "INTCPHF" in freq.words:
        return []
    return [("fort.81", "fort.80")] if "INTLOC" in freq.words else [("fort.28", "fort.28")]


def _missing(name: str) -> RefusalError:
    return RefusalError("FREQCA", f"FILE {name} NOT FOUND", f"RESTART without its {name}")
