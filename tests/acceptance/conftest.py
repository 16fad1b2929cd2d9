"""One real daemon for each module of tests, and a way to type commands into its home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest
from homes import Home

from crystalctl.main import main


class Said(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str


Type = Callable[..., Said]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    made = Home(tmp_path_factory.mktemp("acceptance") / "a home").make()
    try:
        made.up()
        yield made
    finally:
        made.end()
        made.ctl("down", code=None)  # the one that `crystalctl up` started, if a test failed


@pytest.fixture
def ctl(home: Home, capsys: pytest.CaptureFixture[str]) -> Type:
    """Type a command line in the home; an error that nobody told would be raised here."""

    def typed(*words: str) -> Said:
        capsys.readouterr()
        code = main(["--home", str(home.path), *words])
        return Said(code, *capsys.readouterr())

    return typed


@pytest.fixture(scope="session")
def mgo() -> bytes:
    """A good CIF."""
    return files("crystalctl").joinpath("demo_data", "MgO.cif").read_bytes()


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder of inputs, outside of any home."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    return folder
