"""The documentation names what is there: commands and options, settings and defaults, states."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import msgspec
import pytest
import yaml

from crystalctl.commands.deck import SUBCOMMANDS
from crystalctl.commands.deck import command as deck
from crystalctl.main import COMMANDS, cli
from crystald.settings import Settings
from crystald.states import AttemptState, State
from crystald.steps.table import STEP_TYPES

DOCS = Path(__file__).parents[2] / "docs"
SHARED = {"--home", "--help"}


def section(file: str, heading: str) -> str:
    found = re.search(
        rf"(?ms)^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", (DOCS / file).read_text()
    )
    assert found, f"{file} has no heading {heading!r}"
    return found[1]


def test_every_crystal_of_the_demo_is_described() -> None:
    files = {path.name for path in (DOCS.parent / "clients/crystalctl/demo_data").iterdir()}
    text = (DOCS / "tutorial.md").read_text()
    assert set(re.findall(r"(?m)^\| `([^`]+\.cif)` \|", text)) == files


def options_of(command: click.Command) -> set[str]:
    return {
        max(parameter.opts, key=len)
        for parameter in command.params
        if isinstance(parameter, click.Option)
    } - SHARED


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described_with_its_options(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    usage = section("commands.md", name)
    documented = set(re.findall(r"--[a-z-]+", re.sub(r"`crystald .*", "", usage)))
    assert options_of(command) <= documented
    line = next(line for line in usage.splitlines() if line.startswith(f"`crystalctl {name}"))
    assert set(re.findall(r"--[a-z-]+", line)) == options_of(command)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_command_of_decks_is_described_with_its_options(name: str) -> None:
    command = deck.get_command(click.Context(deck), name)
    assert command is not None
    usage = section("commands.md", "deck")
    line = next(line for line in usage.splitlines() if line.startswith(f"`crystalctl deck {name} "))
    assert f"### {name}\n" in usage
    assert set(re.findall(r"--[a-z-]+", line)) == options_of(command)


@pytest.mark.parametrize("part", msgspec.structs.fields(Settings), ids=lambda part: part.name)
def test_every_setting_is_described_with_its_default(part: msgspec.structs.FieldInfo) -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \| `(.*?)` \|", section("settings.md", part.name))
    documented = {key: yaml.safe_load(default) for key, default in rows}
    assert documented == msgspec.json.decode(msgspec.json.encode(part.type()))


@pytest.mark.parametrize(
    ("heading", "states"), [("Calculations", State), ("Attempts", AttemptState)]
)
def test_every_state_is_described(heading: str, states: type[State | AttemptState]) -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \|", section("states.md", heading))
    assert rows == [state.value for state in states]


@pytest.mark.parametrize("step", ["BAND", "DOSS", "TRANSPORT", "CHARGE+POTENTIAL"])
def test_every_setting_of_a_property_step_is_described_with_its_default(step: str) -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \| `(.*?)` \|", section("property-steps.md", step))
    documented = {key: yaml.safe_load(default) for key, default in rows}
    assert documented == json.loads(json.dumps(STEP_TYPES[step].check_settings({}, step)))
