"""Settings: the shipped file holds the defaults, and every mistake is named with its place."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crystald.errors import ConfigError
from crystald.settings import ProgramsSettings, Settings, load_settings, root
from crystald.settings_file import read_settings
from crystald.shipped import shipped


def read(text: str) -> Settings:
    return read_settings(text, Settings, "crystald.yaml")


def refusal(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return caught.value


def test_the_shipped_file_states_every_default() -> None:
    text = (shipped("config") / "crystald.yaml").read_text()
    assert read(text) == Settings()
    stated = {(section, key) for section, keys in yaml.safe_load(text).items() for key in keys}
    every = {
        (section.name, field.name)
        for section in msgspec.structs.fields(Settings)
        for field in msgspec.structs.fields(section.type)
    }
    assert stated == every


def test_further_files_to_keep_are_names_or_patterns() -> None:
    kept = read("programs: {keep: [fort.41, SCAN*]}\n").programs.kept
    assert [(left.name, left.suffix, left.needed) for left in kept] == [
        ("fort.41", "", False),
        ("SCAN*", "", False),
    ]


BUILDS = """\
programs:
  crystal: mpirun -np {ranks} Pcrystal
  environment: [module load CRYSTAL/23]
  builds:
    mpp: {crystal: "mpirun -np {ranks} MPPcrystal"}
    serial: {crystal: crystal, properties: properties}
    crystal17: {environment: [module load CRYSTAL/17], directives: [--constraint=intel18]}
"""


@pytest.mark.parametrize(
    ("build", "words", "environment", "directives"),
    [
        ("", ("mpirun", "-np", "8", "Pcrystal"), "CRYSTAL/23", ()),
        ("mpp", ("mpirun", "-np", "8", "MPPcrystal"), "CRYSTAL/23", ()),
        ("serial", ("crystal",), "CRYSTAL/23", ()),
        ("crystal17", ("mpirun", "-np", "8", "Pcrystal"), "CRYSTAL/17", ("--constraint=intel18",)),
    ],
)
def test_builds_of_the_programs_say_only_what_differs(
    build: str, words: tuple[str, ...], environment: str, directives: tuple[str, ...]
) -> None:
    programs = read(BUILDS).programs
    assert programs.of_build(build).argv("crystal", 8) == words
    assert programs.of_build(build).environment == (f"module load {environment}",)
    assert programs.directives_of(build) == directives


def test_a_build_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match="no build 'mp'") as caught:
        read(BUILDS).programs.of_build("mp")
    assert caught.value.hint == "There are mpp, serial, crystal17."
    with pytest.raises(ConfigError) as caught:
        Settings().programs.of_build("mpp")
    assert "programs.builds" in caught.value.hint


@pytest.mark.parametrize(
    ("build", "message"),
    [
        ("{versio: 17}", "line 4: unknown key 'programs.builds.old.versio'"),
        ("{version: x}", "line 4: programs.builds.old.version: 'x' is not allowed"),
        ("{environment: [a, 3]}", "line 4: programs.builds.old.environment.1: '3' is not allowed"),
        ("3", "line 4: programs.builds.old: '3' is not allowed"),
        ("{crystal: ''}", "line 4: programs.builds.old: crystal must name a program"),
    ],
)
def test_what_is_wrong_with_a_build_is_told_with_its_name(build: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"programs:\n  builds:\n    good: {{version: 17}}\n    old: {build}\n")
    assert message in caught.value.message


@pytest.mark.parametrize("text", ["", "# nothing\n", "queue:\n", "queue:\n  # max_jobs: 3\n"])
def test_everything_is_optional(text: str) -> None:
    assert read(text) == Settings()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "queue:\n  reserve: 3\n  max_job: 4\n",
            "crystald.yaml, line 3: unknown key 'queue.max_job'",
            "Did you mean 'max_jobs'? Allowed here: max_jobs, reserve, max_submit, per_minute, max_jobs_per_run, steps, slow_start, canary, ",
        ),
        ("quue: {}\n", "crystald.yaml, line 1: unknown key 'quue'", "Did you mean 'queue'?"),
        ("zzz: 1\n", "line 1: unknown key 'zzz'", "Allowed here: daemon, roots, scheduler"),
        (
            "\nqueue:\n  max_jobs: many\n",
            "crystald.yaml, line 3: queue.max_jobs: 'many' is not allowed",
            "Expected `int`, got `str`.",
        ),
        ("queue: {max_jobs: 0}\n", "queue.max_jobs: '0' is not allowed", ">= 1"),
        ("queue: {max_jobs: 5, reserve: 5}\n", "line 1: queue: reserve must be smaller", ""),
        ("scheduler:\n  kind: pbs\n", "line 2: scheduler.kind: 'pbs'", "Invalid enum value"),
        ("programs: {crystal: 'a \"b'}\n", "programs: crystal: no closing quotation", ""),
        ("programs: {crystal: ''}\n", "programs: crystal must name a program", ""),
        ("programs:\n  environment:\n  - a\n  - 3\n", "line 4: programs.environment.", "`str`"),
        ('roots: {state: "a\\nb"}\n', "roots.state: 'a\\nb' is not allowed", "regex"),
        ('programs: {crystal: ["P\\ncrystal"]}\n', "crystal holds a control character", ""),
        ('programs: {environment: ["a\\nb"]}\n', "environment.0: 'a\\nb' is not", "regex"),
        ("programs: {keep: [../x]}\n", "programs: keep: '../x' is no name of a file", ""),
        ("queue: [1]\n", "line 1: queue: Expected `object`, got `array`", ""),
        ("just words\n", "line 1: the file: 'just words' is not allowed", "Expected `object`"),
        ("queue:\n\tmax_jobs: 3\n", "crystald.yaml, line 2: not YAML", "never tabs"),
        ("queue: {}\nqueue: {}\n", "line 2: the key 'queue' stands there twice", "Keep one"),
        ("a: !!python/object:os.system {}\n", "not YAML", ""),
        ("queue: {max_jobs: 2026-13-45}\n", "not YAML", ""),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, message: str, hint: str) -> None:
    error = refusal(text)
    assert message in error.message
    assert hint in error.hint


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ConfigError):
        assert isinstance(read(text), Settings)


def test_a_home_without_settings_is_told_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        load_settings(tmp_path)
    assert "crystalctl init" in caught.value.hint


def test_settings_of_a_home(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "crystald.yaml").write_text("scheduler: {slots: 3}\n")
    assert load_settings(tmp_path).scheduler.slots_or_cores() == 3
    assert Settings().scheduler.slots_or_cores() >= 1


def test_commands_may_be_texts_or_lists() -> None:
    text = ProgramsSettings(properties="mpirun -np {ranks} '/opt/my crystal/Pproperties'")
    words = ProgramsSettings(properties=("mpirun", "-np", "{ranks}", "/opt/my crystal/Pproperties"))
    assert text.argv("properties", 4) == words.argv("properties", 4)
    assert text.argv("properties", 4)[2:] == ("4", "/opt/my crystal/Pproperties")


def test_roots_are_below_the_home_or_absolute(tmp_path: Path) -> None:
    assert root(tmp_path, "state") == tmp_path / "state"
    assert root(tmp_path, "/local/state") == Path("/local/state")
    assert root(tmp_path, "~/state") == Path.home() / "state"
