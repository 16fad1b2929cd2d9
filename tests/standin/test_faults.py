"""Every fault strikes as its line in the table says."""

from __future__ import annotations

import datetime as dt
import re
import signal

import pytest

from crystal_standin import crystal, faults, properties
from crystal_standin.events import File, Stage, Text
from crystal_standin.job import Behaviour, Job

NOW = dt.datetime(2030, 1, 2, tzinfo=dt.UTC)
END = " EEEEEEEEEE TERMINATION  DATE"


@pytest.fixture(scope="module")
def struck(deck, opt):
    text = deck(geometry=opt)

    def strike(name: str):
        fault = faults.FAULTS[name]
        return faults.strike(crystal.run(Job(text, {}, NOW, behaviour=fault.behaviour)), fault)

    return strike


def text_of(play) -> str:
    return "".join(event.text for event in play.events if isinstance(event, Text))


@pytest.mark.parametrize("name", faults.FAULTS)
def test_every_fault_strikes(name, struck) -> None:
    fault, play = faults.FAULTS[name], struck(name)
    healthy = Behaviour()
    text = text_of(play)
    for line in fault.lines:
        assert line in text
    reports = [e.data.decode() for e in play.events if isinstance(e, File) and e.name == "fort.87"]
    if fault.report:
        assert reports == [fault.report + "\n"]
    if fault.stages and not fault.keep:
        assert END not in text
    if fault.status or fault.signal:
        assert (play.status, play.signal) == (fault.status, fault.signal)
    assert fault.stages or fault.behaviour != healthy or fault.status


@pytest.mark.parametrize("name", [n for n, f in faults.FAULTS.items() if f.stages])
def test_faults_strike_at_stages_that_runs_have(name, deck, run, run_properties) -> None:
    wave = run(deck())
    stages = {e.name for e in wave.play.events if isinstance(e, Stage)} | {"opt"}
    done = run_properties("NEWK\n4 4\n1 0\nEND\n", wave.files)
    stages |= {e.name for e in done.play.events if isinstance(e, Stage)}
    assert set(faults.FAULTS[name].stages) <= stages


def test_faults_of_behaviour_end_as_crystal_does(struck) -> None:
    failed = text_of(struck("opt-failed"))
    assert "* OPT END - FAILED    * E(AU):" in failed
    assert "FINAL OPTIMIZED GEOMETRY" in failed
    assert " ERROR **** f90main **** GEOMETRY OPTIMIZATION FAILED" in failed
    stopped = text_of(struck("optgeom-scf-failed"))
    assert " ERROR **** OPTGEOM **** SCF FAILED - OPTGEOM STOP" in stopped
    assert END not in stopped
    assert "ENERGY BAND GAP" not in text_of(struck("conducting"))
    restarted = text_of(struck("finalrun-restart"))
    assert "CONVERGENCE TESTS NOT SATISFIED AFTER" in restarted
    assert "* OPT END - CONVERGED *" in restarted
    last = {e.name: e.data for e in struck("empty-f9").events if isinstance(e, File)}
    assert last["fort.9"] == b""
    assert "fort.9" not in {e.name for e in struck("no-f9").events if isinstance(e, File)}


def test_an_unconverged_single_point_ends_normally(deck) -> None:
    fault = faults.FAULTS["too-many-cycles"]
    play = crystal.run(Job(deck(), {}, NOW, behaviour=fault.behaviour))
    text = text_of(play)
    assert "== SCF ENDED - TOO MANY CYCLES" in text
    assert END in text


def test_faults_reach_properties_too(deck, run) -> None:
    wave = run(deck()).files
    play = properties.run(Job("NEWK\n4 4\n1 0\nEND\n", wave, NOW))
    for name in ("killed", "mpi-abort", "no-end", "wavefunction-missing", "no-output"):
        struck = faults.strike(play, faults.FAULTS[name])
        assert END not in text_of(struck)
    assert faults.strike(play, faults.FAULTS["killed"]).signal == signal.SIGKILL


def test_the_list_names_every_fault() -> None:
    names = re.findall(r"^(\S+)  +\S", faults.listing(), re.MULTILINE)
    assert names == list(faults.FAULTS)
