"""A home is made whole, completed without harm, and refused before anything is touched."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from crystald.errors import ConfigError, RefusedError
from crystald.home import LEDGER, Outfit, Report, Wishes, default_command, make_home
from crystald.opening import open_home
from crystald.settings import load_settings, root
from crystald.shipped import shipped

WISHES = Wishes("local", "crystal-standin crystal", "crystal-standin 'two words' #3: {x}")


@pytest.fixture
def outfit(tmp_path: Path) -> Outfit:
    templates = tmp_path / "shipped" / "slurm_templates"
    templates.mkdir(parents=True)
    (templates / "job.sh.j2").write_text("as shipped\n")

    def make_keys(directory: Path) -> None:
        directory.mkdir(mode=0o700, exist_ok=True)

    folders = {"config": shipped("config"), "slurm_templates": templates}
    return Outfit(folders, {"mpirun": "/usr/bin/mpirun"}.get, make_keys)


def tree(home: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(home)): path.read_bytes() if path.is_file() else None
        for path in sorted(home.rglob("*"))
    }


def test_a_new_home(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "a home"
    report = make_home(home, WISHES, outfit)
    assert report.home == home
    assert {"config/crystald.yaml", "slurm_templates/job.sh.j2"} <= set(report.written)
    assert report.kept == report.updated == ()
    settings = load_settings(home)
    assert settings.scheduler.kind == "local"
    assert settings.programs.crystal == WISHES.crystal
    assert settings.programs.properties == WISHES.properties
    assert "# How a job starts the CRYSTAL programs" in (home / "config/crystald.yaml").read_text()


def test_no_workspace_for_slurm_lies_where_slurm_finds_no_logs(
    tmp_path: Path, outfit: Outfit
) -> None:
    home = tmp_path / "a\\b"
    wishes = replace(WISHES, scheduler="slurm")
    with pytest.raises(ConfigError, match="backslash"):
        make_home(home, wishes, outfit)
    assert not home.exists()
    make_home(home, WISHES, outfit)
    assert open_home(home).path == home
    config = home / "config" / "crystald.yaml"
    config.write_text("scheduler: {kind: slurm}\n")
    with pytest.raises(ConfigError, match="roots.workspace"):
        open_home(home)
    config.write_text(f"scheduler: {{kind: slurm}}\nroots: {{workspace: {tmp_path}}}\n")
    assert open_home(home).roots.workspace == tmp_path


@pytest.mark.parametrize("control", ["\n", "\r", "\t"])
def test_no_home_lies_where_a_path_would_break_a_line(
    tmp_path: Path, outfit: Outfit, control: str
) -> None:
    home = tmp_path / f"a{control}touch owned #"
    with pytest.raises(ConfigError, match="control character"):
        make_home(home, WISHES, outfit)
    assert not home.exists()
    good = tmp_path / "home"
    make_home(good, WISHES, outfit)
    good.rename(home)
    with pytest.raises(ConfigError, match="control character"):
        load_settings(home)
    with pytest.raises(ConfigError, match="control character"):
        root(tmp_path, str(home))


@pytest.mark.parametrize("place", ["state", "state/keys", "backup", "scratch"])
def test_private_places_are_private(tmp_path: Path, outfit: Outfit, place: str) -> None:
    make_home(tmp_path / "home", WISHES, outfit)
    assert stat.S_IMODE((tmp_path / "home" / place).stat().st_mode) == 0o700


def test_others_may_not_write_the_settings(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "home"
    make_home(home, WISHES, outfit)
    for part in ("config", "config/crystald.yaml"):
        assert not (home / part).stat().st_mode & 0o022


def test_making_it_again_changes_nothing(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "home"
    first = make_home(home, WISHES, outfit)
    before = tree(home)
    again = make_home(home, WISHES, outfit)
    assert tree(home) == before
    assert again == Report(home, (), (), first.written, ())


def test_what_a_person_edited_is_kept(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "home"
    make_home(home, WISHES, outfit)
    mine = {"config/crystald.yaml": "queue: {reserve: 1}\n", "slurm_templates/job.sh.j2": "mine\n"}
    for name, text in mine.items():
        (home / name).write_text(text)
    (outfit.folders["slurm_templates"] / "job.sh.j2").write_text("newer\n")
    report = make_home(home, WISHES, outfit)
    assert {name: (home / name).read_text() for name in mine} == mine
    assert set(mine) <= set(report.kept)
    assert any("programs.crystal stays 'Pcrystal'" in note for note in report.notes)


def test_what_nobody_edited_is_brought_up_to_date(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "home"
    make_home(home, WISHES, outfit)
    (outfit.folders["slurm_templates"] / "job.sh.j2").write_text("newer\n")
    report = make_home(home, Wishes(), outfit)
    assert report.updated == ("slurm_templates/job.sh.j2",)
    assert (home / "slurm_templates/job.sh.j2").read_text() == "newer\n"
    assert report.notes == ()


def test_without_its_ledger_nothing_is_replaced(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "home"
    make_home(home, WISHES, outfit)
    (home / "state" / LEDGER).write_text("[torn")
    (outfit.folders["slurm_templates"] / "job.sh.j2").write_text("newer\n")
    assert "slurm_templates/job.sh.j2" in make_home(home, WISHES, outfit).kept


def test_what_lies_there_already_may_stay(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "home"
    (home / "config").mkdir(parents=True)
    (home / "mine.cif").write_text("data_mine\n")
    make_home(home, WISHES, outfit)
    assert (home / "mine.cif").read_text() == "data_mine\n"


@pytest.mark.parametrize("clash", ["", "config", "state", "slurm_templates"])
def test_a_file_in_the_way_is_refused(tmp_path: Path, outfit: Outfit, clash: str) -> None:
    home = tmp_path / "home"
    (home / clash).parent.mkdir(parents=True, exist_ok=True)
    (home / clash).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(RefusedError, match="is a file where"):
        make_home(home, WISHES, outfit)
    assert tree(tmp_path) == before


def test_a_directory_in_the_way_is_refused(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "home"
    (home / "slurm_templates" / "job.sh.j2").mkdir(parents=True)
    before = tree(tmp_path)
    with pytest.raises(RefusedError, match="is a directory where"):
        make_home(home, WISHES, outfit)
    assert tree(tmp_path) == before


def test_wrong_settings_that_are_there_are_named(tmp_path: Path, outfit: Outfit) -> None:
    home = tmp_path / "home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "crystald.yaml").write_text("quue: {}\n")
    before = tree(tmp_path)
    with pytest.raises(ConfigError, match="unknown key 'quue'"):
        make_home(home, WISHES, outfit)
    assert tree(tmp_path) == before


def test_a_command_that_cannot_be_split_is_refused(tmp_path: Path, outfit: Outfit) -> None:
    with pytest.raises(ConfigError, match="no closing quotation"):
        make_home(tmp_path / "home", Wishes(crystal='a "b'), outfit)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("found", "command", "said"),
    [
        (("Pcrystal", "mpirun"), "mpirun -np {ranks} Pcrystal", "Pcrystal is /bin/Pcrystal"),
        (("Pcrystal",), "Pcrystal", "Pcrystal is /bin/Pcrystal"),
        (("mpirun",), "mpirun -np {ranks} Pcrystal", "no Pcrystal is on the PATH"),
        ((), "Pcrystal", "no Pcrystal is on the PATH"),
    ],
)
def test_programs_are_looked_for(found: tuple[str, ...], command: str, said: str) -> None:
    chosen, note = default_command("crystal", {name: f"/bin/{name}" for name in found}.get)
    assert chosen == command
    assert said in note
