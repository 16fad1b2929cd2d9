"""Site files: they hold where the home is silent, and their mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from crystald.errors import ConfigError
from crystald.settings import SiteSettings, load_settings
from crystald.settings_file import read_settings
from crystald.shipped import shipped

SITE = "slurm: {account: chem, partition: general}\nqueue: {max_jobs: 100, reserve: 10}\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config" / "sites").mkdir(parents=True)
    (tmp_path / "config" / "sites" / "hpc.yaml").write_text(SITE)
    return tmp_path


def write(home: Path, text: str) -> None:
    (home / "config" / "crystald.yaml").write_text(text)


def test_the_home_comes_first_key_by_key(home: Path) -> None:
    write(home, "scheduler: {kind: slurm, site: hpc}\nslurm: {partition: long}\n")
    settings = load_settings(home)
    assert (settings.slurm.account, settings.slurm.partition) == ("chem", "long")
    assert (settings.queue.max_jobs, settings.queue.reserve) == (100, 10)
    assert settings.slurm.directive_lines() == ("--account=chem", "--partition=long")


def test_without_a_site_nothing_of_it_is_read(home: Path) -> None:
    write(home, "slurm: {partition: long}\n")
    assert load_settings(home).slurm.account is None


@pytest.mark.parametrize(
    ("own", "site", "words"),
    [
        ("scheduler: {site: hcp}\n", SITE, "hcp.yaml cannot be read"),
        ("scheduler: {site: ../crystald}\n", SITE, "scheduler.site: '../crystald' is not allowed"),
        ("scheduler: {site: hpc}\n", "slurm: {acount: chem}\n", "unknown key 'slurm.acount'"),
        ("scheduler: {site: hpc}\n", "scheduler: {kind: slurm}\n", "unknown key 'scheduler'"),
        ("scheduler: {site: hpc}\nqueue: {reserve: 200}\n", SITE, "reserve must be smaller"),
        ("scheduler: {site: hpc}\n", "slurm: {account: 'a\\nb'}\n", "slurm.account"),
        ("scheduler: {site: hpc}\n", "slurm: {directives: ['rm -rf']}\n", "directives"),
        ("slurm: {directives: ['--mem=80G']}\n", SITE, "directives: --mem is not possible: a step"),
        ("slurm: {directives: ['--nodes=2', '-a 1-3']}\n", SITE, "-a is not possible"),
        ("slurm: {directives: ['--wait']}\n", SITE, "--wait is not possible"),
        ("programs: {builds: {b: {directives: ['-J x']}}}\n", SITE, "-J is not possible"),
    ],
)
def test_mistakes_are_named(home: Path, own: str, site: str, words: str) -> None:
    write(home, own)
    (home / "config" / "sites" / "hpc.yaml").write_text(site)
    with pytest.raises(ConfigError) as caught:
        load_settings(home)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["example", "example-crystal17"])
def test_the_shipped_examples_are_right(name: str) -> None:
    text = (shipped("config") / "sites" / f"{name}.yaml").read_text()
    assert read_settings(text, SiteSettings, name).slurm.account == "my-group"
