"""Every real output beside the project: its verdict, energy and gap are those of the list."""

from __future__ import annotations

import json
import random
from dataclasses import fields
from typing import Any

import pytest

from crystald.crystal.output import Output, read_output, read_runs
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.report import report
from crystald.models import VerdictKind
from crystald.steps.verify import COMPARED

TOLD_BY_BLOCKS = {"frequencies_cm1", "zero_point_ha", "zero_point_atoms"}
"""The attributes of an output that blocks fill."""

ENDS = {
    "ok": (VerdictKind.OK, None),
    "truncated": (VerdictKind.TRUNCATED, None),
    "scf-not-converged": (VerdictKind.FAULT, "scf-not-converged"),
    "opt-not-converged; error: ERROR **** f90main **** GEOMETRY OPTIMIZATION FAILED": (
        VerdictKind.FAULT,
        "opt-not-converged",
    ),
    "killed: forrtl: error (78): process killed (SIGTERM)": (VerdictKind.FAULT, "killed"),
    "error: ERROR **** INP12B **** INCONSISTENT ITOL SIZE": (VerdictKind.FAULT, "tolerances"),
}
"""Column ``ended`` of the list -> what the reader says."""

ENERGIES_HA = {
    # The list holds the last SCF ENDED; an optimisation prints further ends to SCFOUT.LOG and
    # here only their TOTAL ENERGY, or the line OPT END.
    "failed/FAILED_GEOM_mackinawite_opt.out": -3323.077458663,
    "nio_sto3g_afm_opt_walltime/main.out": -3128.3182941933,
}
GAPS_EV = {
    # Spin: the list holds the last line (beta); over both spins the gap is alpha's.
    "examples/output/out_gMVsaddleSCF.out": 0.1204,
}


def exception(table: dict[str, float], file: str, given: str) -> float:
    return next((value for end, value in table.items() if file.endswith(end)), float(given))


def test_the_verdict_the_energy_and_the_gap(real: Any) -> None:
    out = real.output()
    assert (out.verdict.kind, out.verdict.fault) == ENDS[real.ended]
    if out.verdict.fault:
        assert out.verdict.line
        assert out.verdict.line.rstrip("\n") in {line.rstrip("\n") for line in real.lines()}
    if real.energy:
        expected = exception(ENERGIES_HA, real.file, real.energy)
        assert out.energy_ha == pytest.approx(expected, rel=1e-10)
    if real.gap:
        assert out.band_gap_ev == pytest.approx(exception(GAPS_EV, real.file, real.gap), abs=1e-4)


def test_a_value_stands_on_the_line_that_is_named(real: Any) -> None:
    lines, out = real.lines(), real.output()
    for name, number in out.lines.items():
        assert 1 <= number <= len(lines), name
    if out.energy_ha is not None:
        assert out.energy_ha in floats(lines[out.lines["energy"] - 1])


def test_the_frame_is_the_same_whatever_blocks_are_read(real: Any) -> None:
    whole, frame = real.output(), read_output(real.lines(), blocks=())
    for field in fields(Output):
        if field.name not in {*TOLD_BY_BLOCKS, "facts", "scratch", "lines"}:
            assert getattr(frame, field.name) == getattr(whole, field.name), field.name
    assert frame.facts == {}
    assert frame.lines.items() <= whole.lines.items()


def test_what_is_read_of_a_parent_is_what_all_blocks_tell(real: Any) -> None:
    whole, some = real.output().facts, read_output(real.lines(), blocks=COMPARED).facts
    names = {one.name for block in COMPARED for one in block.properties}
    assert some == {name: fact for name, fact in whole.items() if name in names}


def test_a_report_is_plain_json(real: Any) -> None:
    json.dumps(report(real.output(), real.file), allow_nan=False)


def test_a_cut_output_is_never_called_good(real: Any) -> None:
    """Cut at lines before the end of a finished run, it is running or truncated, or the same fault."""
    lines = real.lines()
    end = max((out.lines.get("terminated", 0) for out in read_runs(lines)), default=0)
    one_run = sum(line.startswith(" EEEEEEEEEE STARTING") for line in lines) == 1
    cuts = random.Random(real.file).sample(range(len(lines)), k=min(4, len(lines)))
    for cut in cuts:
        out = read_output(lines[:cut])
        assert isinstance(out, Output)
        if one_run and cut < end:
            assert out.verdict.kind is not VerdictKind.OK, cut
        growing = read_output(lines[:cut], finished=False)
        assert growing.verdict.kind is not VerdictKind.TRUNCATED or not one_run


def test_atoms_and_shells_are_whole(real: Any) -> None:
    out = real.output()
    printed = any("LOCAL ATOMIC FUNCTIONS BASIS SET" in line for line in real.lines())
    if printed and out.n_ao is not None and not out.properties_run:
        assert out.shells[-1].last == out.n_ao
    if out.geometry is not None and out.crystal_run and out.verdict.kind is VerdictKind.OK:
        assert len(out.geometry.atoms) == out.n_atoms


SMALL = 45_000
"""Characters of files that are read in all their forms."""


def test_line_ends_make_no_difference(real: Any) -> None:
    lines = real.lines()
    if sum(map(len, lines)) > SMALL:
        return
    bare = [line.rstrip("\r\n") for line in lines]
    expected = report(real.output(), "x")
    for ends in (bare, [f"{line}\r\n" for line in bare]):
        out = read_output(ends)
        assert report(out, "x") == expected
        assert {k: f.line for k, f in out.facts.items()} == {
            k: f.line for k, f in real.output().facts.items()
        }
    whole = "\r\n".join(bare).encode("latin-1", "replace").decode("utf-8", "replace")
    assert report(read_output(whole.splitlines()), "x")["verdict"] == expected["verdict"]
