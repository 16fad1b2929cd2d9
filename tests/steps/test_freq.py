"""FREQ: the level of its OPT, run by the stand-in; and what frequencies say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from crystald.crystal.deck.blocks.frequencies import Frequencies
from crystald.crystal.deck.d12 import parse_d12, print_d12
from crystald.errors import ConfigError, DeckError
from crystald.models import VerdictKind
from crystald.steps.base import DeckRequest
from crystald.steps.table import STEP_TYPES

FREQ = STEP_TYPES["FREQ"]


def freq_request(parent, **changes: object) -> DeckRequest:
    settings = FREQ.check_settings(changes, "step FREQ")
    return DeckRequest("MgO", "FREQ", settings, None, {"geometry": parent})


def lines_of(ran):
    def opened(name: str):
        path = ran.directory / name
        return path.read_text(errors="replace").splitlines() if path.exists() else None

    return opened


def test_the_level_is_that_of_the_opt_and_only_the_scf_is_tighter(chain) -> None:
    opt = chain("corundum")["OPT"]
    prepared = FREQ.deck(freq_request(opt.parent("OPT")))
    before, now = parse_d12(opt.prepared.text), parse_d12(prepared.text)
    assert (now.basis, now.hamiltonian) == (before.basis, before.hamiltonian)
    assert replace(now.scf, toldee=before.scf.toldee, guessp=before.scf.guessp) == before.scf
    assert now.scf.toldee == 11
    assert now.scf.guessp
    assert now.geometry.group == before.geometry.group
    assert now.optimisation is None
    assert now.frequencies == Frequencies(2)
    assert print_d12(now) == prepared.text


@pytest.mark.parametrize("name", ["MgO", "diamond"])
def test_opt_to_freq_runs_and_reads_back(chain, ran_after, name) -> None:
    ran = ran_after(name, "FREQ", FREQ.deck(freq_request(chain(name)["OPT"].parent("OPT"))), "OPT")
    reading = FREQ.read(lines_of(ran))
    values = {one.name: one.value for one in reading.properties}
    assert reading.verdict.kind is VerdictKind.OK
    assert values["modes"] == 6
    assert values["zero_point_energy"] > 0
    assert reading.marks == ()


def test_an_output_without_its_table_is_no_success(chain) -> None:
    reading = FREQ.read(lines_of(chain("MgO")["SP"]))
    assert (reading.verdict.kind, reading.verdict.fault) == (VerdictKind.FAULT, "no-frequencies")


def test_what_cannot_be(chain) -> None:
    with pytest.raises(ConfigError, match="toldee cannot be 9"):
        FREQ.check_settings({"toldee": 9}, "step FREQ")
    with pytest.raises(ConfigError, match="unknown key 'functional'"):
        FREQ.check_settings({"functional": "PBE"}, "step FREQ")
    with pytest.raises(DeckError, match="structure"):
        FREQ.deck(DeckRequest("MgO", "FREQ", FREQ.check_settings({}, "step FREQ")))
    iron = chain("iron")["OPT"].parent("OPT")
    assert any("free energy" in note for note in FREQ.deck(freq_request(iron)).notes)
    with pytest.raises(DeckError, match="conductor"):
        FREQ.deck(freq_request(iron, intensities=True))
    silent = replace(iron, output=re.sub(r".*CONDUCTING.*\n", "", iron.output))
    with pytest.raises(DeckError, match="smeared like a conductor"):
        FREQ.deck(freq_request(silent, intensities=True))
    sharp = replace(iron, deck=re.sub(r"SMEAR\n.*\n", "", iron.deck))
    noted = FREQ.deck(freq_request(sharp, intensities=True)).notes
    assert any("conducted at its first point" in note for note in noted)


@pytest.mark.parametrize("ours", [True, False])
def test_atoms_that_the_optimisation_left_out_are_told(chain, ours) -> None:
    opt = chain("corundum")["OPT"].parent("OPT")
    after = "FULLOPTG\n" if ours else "FULLOPTG\nNOTRUSTR\n"

    def notes(written: str, **changes: object) -> list[str]:
        deck = opt.deck.replace("FULLOPTG\n", written + after.removeprefix("FULLOPTG\n"))
        told = FREQ.deck(freq_request(replace(opt, deck=deck), **changes)).notes
        return [note for note in told if "FRAGMENT" in note]

    assert notes("FULLOPTG\n") == []
    some = "ATOMONLY\nFRAGMENT\n4\n1 2 3 4\n"
    assert "the OPT moved atoms 1 2 3 4 alone" in notes(some)[0]
    assert notes(some, fragment=[1, 2]) == []
    assert len(notes(some, fragment=[1, 5])) == 1
