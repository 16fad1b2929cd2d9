"""A finished step is checked against its deck and its parents, with the files that it left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystald.crystal.output import Output
from crystald.crystal.output.facts import Facts
from crystald.models import StepReading, Verdict, VerdictKind
from crystald.steps.checks.remark import Evidence, fact_line
from crystald.steps.checks.table import check_step
from crystald.steps.reading.left import Left
from crystald.steps.table import STEP_TYPES
from crystald.steps.verify import COMPARED, evidence_of, verify

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


class OfParent(Facts):
    """Facts that refuse to be asked for what is not read of a parent."""

    def get(self, name, default=None):
        assert name in {one.name for block in COMPARED for one in block.properties}
        return super().get(name, default)


def test_checks_ask_of_a_parent_only_what_is_read_of_it(chain) -> None:
    ran = chain("MgO")
    for step, giver in (("SP", "OPT"), ("BAND", "SP"), ("DOSS", "SP")):
        evidence = evidence_of(files_of(ran[step]), {"geometry": published(ran[giver])})
        assert evidence.parent is not None
        parent = replace(evidence.parent, facts=OfParent(evidence.parent.facts))
        check_step(replace(evidence, parent=parent))
    spins = Output(spin_polarised=True)
    check_step(Evidence(spins, parent=replace(spins, facts=OfParent())))


@pytest.mark.parametrize(
    ("step", "files"),
    [("OPT", ["OUTPUT"]), ("BAND", ["OUTPUT", "BAND.DAT"]), ("DOSS", ["OUTPUT", "DOSS.DAT"])],
)
def test_a_file_is_read_once_for_the_values_and_the_checks(chain, step, files) -> None:
    opened = files_of(chain("MgO")[step])
    read: list[str] = []

    def whole(name):
        yield from opened(name)
        read.append(name)

    left = Left(lambda name: opened(name) and whole(name))
    assert verify(STEP_TYPES[step].read(left), left, {}).verdict.kind is VerdictKind.OK
    assert [read.count(name) for name in files] == [1] * len(files)
