"""What a step's files say: verdict, values with their lines, missing and torn files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from crystald.crystal.plotdata.values import Bands
from crystald.models import LeftFile, VerdictKind
from crystald.steps.reading.step import (
    path_gap_ev,
    read_bands_step,
    read_doss_step,
    read_scf_step,
)
from crystald.units import HARTREE_EV

LEAVES = (LeftFile("fort.9", "f9", needed=True), LeftFile("fort.98", "f98"))
BAND_LEAVES = (LeftFile("BAND.DAT", "BAND.DAT", needed=True),)
DOSS_LEAVES = (LeftFile("DOSS.DAT", "DOSS.DAT", needed=True),)


def opener(files: Mapping[str, str]) -> Callable[[str], list[str] | None]:
    return lambda name: files[name].splitlines() if name in files else None


def files_of(ran: object) -> dict[str, str]:
    names = ("OUTPUT", "BAND.DAT", "DOSS.DAT", "fort.87", "fort.98")
    found = {name: ran.directory / name for name in names}
    texts = {
        name: path.read_text(errors="replace") for name, path in found.items() if path.exists()
    }
    return texts | ({"fort.9": "binary"} if (ran.directory / "fort.9").exists() else {})


def values(reading: object) -> dict[str, object]:
    return {one.name: one.value for one in reading.properties}


@pytest.mark.parametrize("name", ["MgO", "corundum"])
def test_an_optimisation(chain, name) -> None:
    files = files_of(chain(name)["OPT"])
    reading = read_scf_step(opener(files), optimisation=True, leaves=LEAVES)
    assert (reading.verdict.kind, reading.program) == (VerdictKind.OK, "standin")
    assert reading.missing == ()
    found = values(reading)
    assert found["energy"] < 0.0
    assert found["atoms"] == len(reading.structure.numbers)
    lines = files["OUTPUT"].splitlines()
    for one in reading.properties:
        assert one.file == "OUTPUT"
        assert one.line is None or 1 <= one.line <= len(lines)
    units = {one.name: one.unit for one in reading.properties}
    assert (units["energy"], units["band_gap"], units["volume"]) == ("Ha", "eV", "Å^3")


def test_a_missing_or_empty_leaf_is_named(chain) -> None:
    files = files_of(chain("MgO")["SP"])
    for changed in ({k: v for k, v in files.items() if k != "fort.9"}, {**files, "fort.9": ""}):
        reading = read_scf_step(opener(changed), optimisation=False, leaves=LEAVES)
        assert reading.missing == ("fort.9",)
        assert reading.verdict.kind is VerdictKind.OK


def test_an_optimisation_must_tell_its_end(chain) -> None:
    files = files_of(chain("MgO")["SP"])
    reading = read_scf_step(opener(files), optimisation=True, leaves=LEAVES)
    assert reading.verdict.fault == "opt-not-converged"


def test_nothing_at_all_is_no_output() -> None:
    for files in ({}, {"OUTPUT": ""}, {"OUTPUT": "bash: crystal: command not found\n"}):
        reading = read_scf_step(opener(files), optimisation=True, leaves=LEAVES)
        assert reading.verdict.kind is VerdictKind.NOT_CRYSTAL
        assert reading.missing == ("fort.9",)
        assert reading.structure is None


@pytest.mark.parametrize("tail", ["", "MPI_ABORT was invoked on rank 0 in communicator\n"])
def test_a_fault_that_only_fort_87_tells(chain, tail) -> None:
    files = files_of(chain("MgO")["OPT"])
    lines = files["OUTPUT"].splitlines(keepends=True)
    cut = "".join(lines[: len(lines) * 2 // 3]) + tail
    error = "\n ERROR **** BFGS_ **** PXK TOO SMALL\n"
    for text, fault in ((error, "opt-flat"), ("", "mpi-abort" if tail else None)):
        changed = {**files, "OUTPUT": cut, "fort.87": text}
        verdict = read_scf_step(opener(changed), optimisation=True, leaves=LEAVES).verdict
        assert verdict.fault == fault
    assert verdict.kind is (VerdictKind.FAULT if tail else VerdictKind.TRUNCATED)


def test_fort_87_does_not_overrule_the_output(chain) -> None:
    files = files_of(chain("MgO")["SP"]) | {"fort.87": " ERROR **** NEIGHB **** OLD\n"}
    assert read_scf_step(opener(files), optimisation=False, leaves=LEAVES).verdict.fault is None
    warned = files | {"fort.87": " WARNING **** INPBAS **** UNIT CELL NOT NEUTRAL\n"}
    assert read_scf_step(opener(warned), optimisation=False, leaves=LEAVES).verdict.fault is None


def test_bands_and_densities(chain) -> None:
    ran = chain("MgO")
    bands = read_bands_step(opener(files_of(ran["BAND"])), BAND_LEAVES)
    dos = read_doss_step(opener(files_of(ran["DOSS"])), DOSS_LEAVES)
    sp = read_scf_step(opener(files_of(ran["SP"])), optimisation=False, leaves=())
    assert bands.verdict.kind is VerdictKind.OK
    assert dos.verdict.kind is VerdictKind.OK
    assert values(bands)["bands"] == values(sp)["atomic_orbitals"]
    assert values(bands)["band_gap_path"] > 0.0
    assert values(bands)["conducting_path"] is False
    top, bottom = (
        values(bands)[f"{edge}_path"]
        for edge in ("valence_band_maximum", "conduction_band_minimum")
    )
    assert (bottom - top) * HARTREE_EV == pytest.approx(values(bands)["band_gap_path"], abs=1e-3)
    assert top == pytest.approx(values(sp)["valence_band_maximum"], abs=1e-3)
    assert values(bands)["valence_band_maximum_path_at"]
    assert values(dos)["energy_min"] < 0.0 < values(dos)["energy_max"]
    assert values(bands)["fermi_energy"] == pytest.approx(values(sp)["fermi_energy"], abs=1e-5)


@pytest.mark.parametrize(
    ("step", "name", "read", "leaves"),
    [
        ("BAND", "BAND.DAT", read_bands_step, BAND_LEAVES),
        ("DOSS", "DOSS.DAT", read_doss_step, DOSS_LEAVES),
    ],
)
def test_torn_and_missing_data(chain, step, name, read, leaves) -> None:
    files = files_of(chain("MgO")[step])
    torn = read(opener({**files, name: files[name][: len(files[name]) // 2]}), leaves)
    assert (torn.verdict.kind, torn.verdict.fault) == (VerdictKind.FAULT, "torn-data")
    assert name in torn.verdict.line
    assert torn.properties == ()
    for changed in ({**files, name: ""}, {k: v for k, v in files.items() if k != name}):
        gone = read(opener(changed), leaves)
        assert (gone.verdict.kind, gone.missing) == (VerdictKind.OK, (name,))


def test_a_faulty_properties_run_is_not_asked_for_data(chain) -> None:
    files = files_of(chain("MgO")["BAND"])
    lines = files["OUTPUT"].splitlines()[:-3]
    changed = {"OUTPUT": "\n".join(lines), "fort.87": " ERROR **** X **** Y\n"}
    reading = read_bands_step(opener(changed), BAND_LEAVES)
    assert reading.verdict.fault == "unknown-error"


BANDS = Bands((0.0, 1.0), (), (((-0.1, 0.2), (0.0, 0.3)),), -0.15, "fermi")


@pytest.mark.parametrize(
    ("energies_ha", "gap_ha"),
    [
        ((((-0.1, 0.2), (0.0, 0.3)),), 0.2),
        ((((-0.1, 0.2), (0.1, 0.3)),), 0.0),  # a band crosses the zero
        ((((-0.1, 0.2), (0.00001, 0.3)),), 0.2 - 0.00001),  # the printed digits are no crossing
        ((((-0.1, 0.2), (0.0, 0.3)), ((-0.2, 0.1), (-0.1, 0.4))), 0.1),  # over both spins
        ((((-0.1, -0.2), (0.0, -0.3)),), None),  # no empty band was asked for
    ],
)
def test_the_gap_along_a_path(energies_ha, gap_ha) -> None:
    gap_ev = path_gap_ev(replace(BANDS, energies_ha=energies_ha))
    assert gap_ev == (None if gap_ha is None else pytest.approx(gap_ha * HARTREE_EV))


def test_no_gap_without_a_zero() -> None:
    assert path_gap_ev(replace(BANDS, zero="absolute")) is None


@pytest.mark.parametrize("printed", ["NaN", "-Infinity", "****************"])
@pytest.mark.parametrize("step", ["OPT", "SP"])
def test_an_energy_that_is_no_number_is_a_fault(chain, step: str, printed: str) -> None:
    files = files_of(chain("MgO")[step])
    number = r"[-+]\d\.\d+E[-+]\d+"
    lines = [
        re.sub(number, printed, line)
        if any(words in line for words in ("E(AU)", "TOTAL ENERGY"))
        else line
        for line in files["OUTPUT"].splitlines()
    ]
    assert "\n".join(lines) != files["OUTPUT"].rstrip()
    files["OUTPUT"] = "\n".join(lines)
    reading = read_scf_step(opener(files), optimisation=step == "OPT", leaves=LEAVES)
    assert (reading.verdict.kind, reading.verdict.fault) == (VerdictKind.FAULT, "no-energy")
    assert printed in (reading.verdict.line or "")
    assert "energy" not in values(reading)


@pytest.mark.parametrize("printed", ["NaN", "*****", "-Infinity"])
def test_the_energy_of_an_optimisation_is_never_replaced_by_another(chain, printed: str) -> None:
    files = files_of(chain("MgO")["OPT"])
    files["OUTPUT"] = re.sub(
        r"(OPT END - CONVERGED \* *E\(AU\): *)\S+", rf"\g<1>{printed}", files["OUTPUT"]
    )
    reading = read_scf_step(opener(files), optimisation=True, leaves=LEAVES)
    assert reading.verdict.fault == "no-energy"
    assert "energy" not in values(reading)


HEAD = [
    " *                               CRYSTAL23                                     *",
    " EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0",
    " our own title",
    " CRYSTAL CALCULATION",
]
TOO_MANY = " == SCF ENDED - TOO MANY CYCLES            E(AU) -3.1E+03 CYCLES  10"
LIMIT = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT x DUE TO TIME LIMIT ***"


@pytest.mark.parametrize(
    ("files", "fault", "file"),
    [
        ({"fort.87": [" ERROR **** BFGS_ **** PXK TOO SMALL"]}, "opt-flat", "fort.87"),
        ({"SCFOUT.LOG": [TOO_MANY]}, "scf-in-optimisation", "SCFOUT.LOG"),
        ({"SCFOUT.LOG": [TOO_MANY], "job log": [LIMIT]}, "time-limit", "job log"),
        ({"job log": ["Killed by signal 15.", LIMIT]}, "time-limit", "job log"),
        ({}, None, None),
    ],
)
def test_all_that_an_attempt_left_explains_its_end(
    files: dict[str, list[str]], fault: str | None, file: str | None
) -> None:
    reading = read_scf_step({"OUTPUT": HEAD, **files}.get, optimisation=True, leaves=())
    assert (reading.verdict.fault, reading.verdict.file) == (fault, file)
