"""Decks and runs for the tests of the stand-in."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping

import pytest

from crystal_standin import crystal, properties
from crystal_standin.events import File, Play, Text
from crystal_standin.job import Behaviour, Job

NOW = dt.datetime(2030, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
BEHAVED = Behaviour()

MGO = ("225", "4.2112", ("12 0.0 0.0 0.0", "8 0.5 0.5 0.5"))
MATERIALS = {
    "MgO": MGO,
    "diamond": ("227", "3.567", ("6 0.125 0.125 0.125",)),
    "rutile": ("136", "4.594 2.9586", ("22 0.0 0.0 0.0", "8 0.3053 0.3053 0.0")),
    "corundum": ("167", "4.7602 12.9933", ("8 0.30624 0.0 0.25", "13 0.0 0.0 0.35216")),
    "zirconia": (
        "14",
        "5.1505 5.2116 5.3173 99.23",
        ("40 0.2754 0.0395 0.2083", "8 0.07 0.3317 0.3447", "8 0.4496 0.7569 0.4792"),
    ),
    "tenorite": ("15", "4.6837 3.4226 5.1288 99.54", ("29 0.25 0.25 0.0", "8 0 0.4184 0.25")),
}
OPT = "OPTGEOM\nFULLOPTG\nTOLDEG\n0.0001\nTOLDEX\n0.0004\nENDOPT\n"


@dataclasses.dataclass(frozen=True)
class Ran:
    """A run with its text and files."""

    play: Play
    text: str
    files: Mapping[str, bytes]


def ran(play: Play) -> Ran:
    text = "".join(event.text for event in play.events if isinstance(event, Text))
    files = {event.name: event.data for event in play.events if isinstance(event, File)}
    return Ran(play, text, files)


def make_deck(
    material: tuple[str, str, tuple[str, ...]] = MGO,
    *,
    geometry: str = "",
    method: str = "PBE-D3\n",
    scf: str = "",
    basis: str = "BASISSET\nSTO-3G\n",
    shrink: str = "6 6",
    flags: str = "0 0 0",
) -> str:
    group, cell, atoms = material
    return (
        f"a title\nCRYSTAL\n{flags}\n{group}\n{cell}\n{len(atoms)}\n"
        + "".join(f"{atom}\n" for atom in atoms)
        + f"{geometry}{basis}DFT\n{method}ENDDFT\nTOLDEE\n8\nSHRINK\n{shrink}\n{scf}END\n"
    )


@pytest.fixture(scope="session")
def deck() -> Callable[..., str]:
    return make_deck


@pytest.fixture(scope="session")
def materials() -> Mapping[str, tuple[str, str, tuple[str, ...]]]:
    return MATERIALS


@pytest.fixture(scope="session")
def opt() -> str:
    return OPT


@pytest.fixture(scope="session")
def run() -> Callable[..., Ran]:
    def start(text: str, files: Mapping[str, bytes] | None = None, behaviour=BEHAVED) -> Ran:
        return ran(crystal.run(Job(text, files or {}, NOW, behaviour=behaviour)))

    return start


@pytest.fixture(scope="session")
def run_properties() -> Callable[..., Ran]:
    def start(text: str, files: Mapping[str, bytes] | None = None) -> Ran:
        return ran(properties.run(Job(text, files or {}, NOW)))

    return start


@pytest.fixture(scope="session")
def printed() -> Callable[[str, str], str]:
    """Find the last match of a pattern's group in a text."""

    def find(pattern: str, text: str) -> str:
        found = re.findall(pattern, text, re.MULTILINE)
        assert found, pattern
        return str(found[-1])

    return find
