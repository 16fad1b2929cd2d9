"""An OPT that goes on with the points of the one before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from standinruns import run_standin

from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.output import read_output
from crystald.errors import ConfigError, DeckError
from crystald.models import StagedFile
from crystald.steps.base import DeckRequest
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES

OPT = STEP_TYPES["OPT"]


def request_of(parent, **asked: object) -> DeckRequest:
    settings = OPT.check_settings({"restart": True, **asked}, "step OPT2")
    return DeckRequest("MgO", "OPT2", settings, None, {"geometry": parent} if parent else {})


@pytest.fixture
def opt(chain):
    return chain("MgO")["OPT"]


@pytest.fixture
def parent(opt):
    return replace(opt.parent("OPT"), leaves=frozenset(("f9", "OPTINFO.DAT")))


def test_the_deck_stays_but_for_criteria_and_the_program_goes_on(opt, parent, tmp_path) -> None:
    prepared = prepare(OPT, request_of(parent, toldeg=0.00003, toldex=0.00012))
    before, now = parse_d12(parent.deck), parse_d12(prepared.text)
    assert now == replace(
        before,
        title="MgO OPT2 OPT goes on",
        scf=replace(before.scf, guessp=True),
        optimisation=replace(before.optimisation, restart=True, toldeg=0.00003, toldex=0.00012),
    )
    assert prepared.takes == (
        StagedFile("geometry:OPTINFO.DAT", "OPTINFO.DAT"),
        StagedFile("geometry:f9", "fort.20"),
    )
    (tmp_path / "INPUT").write_text(prepared.text)
    for left, name in (("OPTINFO.DAT", "OPTINFO.DAT"), ("fort.9", "fort.20")):
        (tmp_path / name).write_bytes((opt.directory / left).read_bytes())
    printed = run_standin(tmp_path)
    assert "RESTARTING FROM A PREVIOUS GEOMETRY OPTIMIZATION" in printed
    found, first = read_output(printed.splitlines()), read_output(opt.output.splitlines())
    assert found.opt_converged
    assert found.energy_ha == pytest.approx(first.energy_ha, abs=1e-5)


def test_without_a_wavefunction_no_guess(parent) -> None:
    prepared = OPT.deck(request_of(replace(parent, leaves=frozenset(("OPTINFO.DAT",)))))
    assert [take.name for take in prepared.takes] == ["OPTINFO.DAT"]
    assert "GUESSP" not in prepared.text
    assert "GUESSP" not in OPT.deck(request_of(parent, guess="never")).text


def test_the_hessian_goes_on_too_where_it_is_left(opt, parent) -> None:
    whole = replace(parent, leaves=parent.leaves | {"HESSOPT.DAT"})
    prepared = prepare(OPT, request_of(whole))
    assert parse_d12(prepared.text).optimisation.hessian
    assert StagedFile("geometry:HESSOPT.DAT", "HESSOPT.DAT") in prepared.takes
    again = OPT.check_settings({}, "step OPT3")
    third = replace(opt.parent("OPT2"), deck=prepared.text)
    following = prepare(OPT, DeckRequest("MgO", "OPT3", again, None, {"geometry": third}))
    assert not {"RESTART", "HESSOPT"} & set(following.text.splitlines())


@pytest.mark.parametrize("asked", [{"functional": "PBE0"}, {"optimise": "ATOMONLY"}, {"toldee": 9}])
def test_a_restart_changes_neither_level_nor_what_moves(asked) -> None:
    with pytest.raises(ConfigError, match="a restart goes on in the deck of the OPT before"):
        OPT.check_settings({"restart": True, **asked}, "step OPT2")


def test_what_no_restart_goes_on_from(parent) -> None:
    with pytest.raises(DeckError, match="no OPT to go on from"):
        OPT.deck(request_of(None))
    with pytest.raises(DeckError, match=r"left no OPTINFO\.DAT"):
        OPT.deck(request_of(replace(parent, leaves=frozenset(("f9",)))))
    other = replace(parent, output=parent.output.replace("STAND-IN", "CRYSTAL17", 1))
    with pytest.raises(DeckError, match="ran in CRYSTAL17, not in CRYSTAL23"):
        OPT.deck(request_of(other))
