"""A finished step is checked against its deck and its parents, with the files that it left."""

from __future__ import annotations

import pytest

from crystald.models import StepReading, Verdict, VerdictKind
from crystald.steps.checks.remark import fact_line
from crystald.steps.table import STEP_TYPES
from crystald.steps.verify import evidence_of, verify

OK = StepReading(Verdict(VerdictKind.OK), "standin")


def files_of(ran, deck=None):
    def opened(name):
        if name == "INPUT":
            return (deck or ran.prepared.text).splitlines()
        path = ran.directory / name
        return path.read_text(errors="replace").splitlines() if path.is_file() else None

    return opened


def published(ran, suffix="d12"):
    texts = {"out": ran.output, suffix: ran.prepared.text}
    return lambda name: texts[name].splitlines(keepends=True) if name in texts else None


@pytest.mark.parametrize("name", ["MgO", "corundum"])
def test_a_chain_that_went_well_is_silent(chain, name) -> None:
    ran = chain(name)
    for step, need, giver in (
        ("OPT", "geometry", None),
        ("SP", "geometry", "OPT"),
        ("BAND", "wavefunction", "SP"),
        ("DOSS", "wavefunction", "SP"),
    ):
        reading = STEP_TYPES[step].read(files_of(ran[step]))
        parents = {need: published(ran[giver])} if giver else {}
        checked = verify(reading, files_of(ran[step]), parents)
        assert (checked.verdict.kind, checked.marks) == (VerdictKind.OK, ()), step


def test_the_wrong_parent_is_told(chain) -> None:
    sp, other = chain("MgO")["SP"], chain("corundum")["OPT"]
    found = verify(OK, files_of(sp), {"geometry": published(other)})
    assert any("atoms before" in mark for mark in found.marks)
    assert found.blocks == ()
    held = verify(OK, files_of(sp), {"geometry": published(other)}, {"sizes": "block"})
    assert held.blocks
    assert set(held.blocks) <= set(held.marks)


def test_a_step_that_ended_badly_is_not_checked(chain) -> None:
    sp, other = chain("MgO")["SP"], chain("corundum")["OPT"]
    bad = StepReading(Verdict(VerdictKind.TRUNCATED), "standin")
    assert verify(bad, files_of(sp), {"geometry": published(other)}) is bad


def test_a_deck_that_is_not_ours_leaves_its_checks_out(chain) -> None:
    sp = chain("MgO")["SP"]
    assert verify(OK, files_of(sp, "a title\nEXTERNAL\nEND\n"), {}).marks == ()
    assert verify(OK, lambda _: None, {"geometry": lambda _: None}).marks == ()


def test_spins_of_the_last_point_are_read_from_the_log(chain) -> None:
    sp = chain("MgO")["SP"]
    log = [" TOTAL ATOMIC SPINS  :\n", "   1.7000000  -1.7000000\n", "\n"]
    texts = {"OUTPUT": chain("MgO")["OPT"].output.splitlines(keepends=True), "SCFOUT.LOG": log}
    evidence = evidence_of(texts.get, {"geometry": published(sp)})
    assert evidence.output.facts["atomic_spins"].value == (1.7, -1.7)
    assert fact_line(evidence.output, "atomic_spins") is None
