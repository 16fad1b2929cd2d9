"""Chains of decks, each read and run by the stand-in (which shares nothing with the writer)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import standinruns

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.regenerate import expand
from crystald.models import Structure
from crystald.shipped import shipped
from crystald.steps.base import DeckRequest, Parent, PreparedDeck
from crystald.steps.files import name_of, suffix_of
from crystald.steps.table import STEP_TYPES
from crystald.workflows.plan import Plan, make_plan

MATERIALS = {
    "MgO": Geometry(225, (4.2112,), (DeckAtom(12, 0, 0, 0), DeckAtom(8, 0.5, 0.5, 0.5))),
    "diamond": Geometry(227, (3.567,), (DeckAtom(6, 0.125, 0.125, 0.125),)),
    "corundum": Geometry(
        167, (4.7602, 12.9933), (DeckAtom(13, 0, 0, 0.35216), DeckAtom(8, 0.30624, 0, 0.25))
    ),
    "rutile": Geometry(
        136, (4.594, 2.9586), (DeckAtom(22, 0, 0, 0), DeckAtom(8, 0.3053, 0.3053, 0))
    ),
    "LiH": Geometry(225, (4.084,), (DeckAtom(3, 0, 0, 0), DeckAtom(1, 0.5, 0.5, 0.5))),
    "iron": Geometry(229, (2.87,), (DeckAtom(26, 0, 0, 0),)),
}


@dataclass(frozen=True)
class Ran:
    """A deck, and the directory that a program ran it in."""

    prepared: PreparedDeck
    directory: Path

    @property
    def output(self) -> str:
        return (self.directory / "OUTPUT").read_text()

    def parent(self, step: str) -> Parent:
        return Parent(step, self.prepared.text, self.output, self.left & {"f9"}, standin=True)

    @property
    def left(self) -> frozenset[str]:
        return frozenset(suffix_of(path.name) for path in self.directory.iterdir())


def run_standin(prepared: PreparedDeck, step: str, directory: Path, giver: Ran | None) -> Ran:
    """Run the program of a step in an empty directory, with the files that the deck takes in."""
    directory.mkdir()
    (directory / "INPUT").write_text(prepared.text)
    for name, text in prepared.writes:
        (directory / name).write_text(text)
    for take in prepared.takes:
        assert giver is not None
        source = name_of(take.role.partition(":")[2])
        (directory / take.name).write_bytes((giver.directory / source).read_bytes())
    standinruns.run_standin(directory, STEP_TYPES[step].program)
    return Ran(prepared, directory)


@pytest.fixture
def run_deck() -> Callable[[PreparedDeck, str, Path, Ran | None], Ran]:
    """Run a deck in a directory of its own, with the files of an earlier one."""
    return run_standin


@pytest.fixture(scope="session")
def plan() -> Plan:
    templates = (shipped("config") / "workflows.yaml").read_text(encoding="utf-8")
    return make_plan(None, templates, overrides={"basis": "STO-3G", "kmesh": "auto"})


@pytest.fixture(scope="session")
def material() -> Callable[[str], Structure]:
    return lambda name: expand(MATERIALS[name])


@pytest.fixture(scope="session")
def request_of(plan) -> Callable[..., DeckRequest]:
    """Make the request of a step, with the settings of the default plan and changes to them."""

    def make(name: str, step: str, parents: Mapping[str, Parent] | None = None, **changes: object):
        settings = next((one.settings for one in plan.steps if one.name == step), {})
        checked = STEP_TYPES[step].check_settings({**settings, **changes}, step)
        structure = expand(MATERIALS[name])
        return DeckRequest(name, step, checked, structure, parents or {})

    return make


@pytest.fixture(scope="session")
def run() -> Callable[[PreparedDeck, str, Path, Ran | None], Ran]:
    """Run one step in a directory of its own."""
    return run_standin


@pytest.fixture(scope="session")
def chain(request_of, tmp_path_factory) -> Callable[[str], dict[str, Ran]]:
    """Run OPT, SP, BAND and DOSS of a material, once per session."""
    done: dict[str, dict[str, Ran]] = {}

    def make(name: str) -> dict[str, Ran]:
        if name not in done:
            done[name] = _chain(name, request_of, tmp_path_factory.mktemp(name))
        return done[name]

    return make


def _chain(name: str, request_of: Callable[..., DeckRequest], where: Path) -> dict[str, Ran]:
    ran: dict[str, Ran] = {}
    for step, need, giver in (
        ("OPT", "", ""),
        ("SP", "geometry", "OPT"),
        ("BAND", "wavefunction", "SP"),
        ("DOSS", "wavefunction", "SP"),
    ):
        parents = {need: ran[giver].parent(giver)} if need else {}
        prepared = STEP_TYPES[step].deck(request_of(name, step, parents))
        ran[step] = run_standin(prepared, step, where / step, ran.get(giver))
    return ran


@pytest.fixture
def ran_after(chain, tmp_path) -> Callable[[str, str, PreparedDeck, str], Ran]:
    """Run one more step of a material, with the files of an earlier one."""

    def make(name: str, step: str, prepared: PreparedDeck, giver: str) -> Ran:
        return run_standin(prepared, step, tmp_path / step, chain(name)[giver])

    return make
