"""What an installation brings along, and that the lock names no machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    target = tmp_path_factory.mktemp("wheel")
    call = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(call, cwd=ROOT, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


def test_the_wheel_holds_programs_and_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("config", "slurm_templates"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                assert f"crystald/data/{path.relative_to(ROOT)}" in names
    for path in (ROOT / "clients/crystalctl/demo_data").iterdir():
        assert f"crystalctl/demo_data/{path.name}" in names
    for path in (ROOT / "crystald/store/migrations").glob("*.sql"):
        assert str(path.relative_to(ROOT)) in names
    assert {"crystald/py.typed", "crystal_ring/__init__.py"} <= names
    assert not [name for name in names if name.startswith(("tests/", "state/", "docs/"))]


def test_shipped_folders_are_found_in_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from crystald.shipped import shipped; print(shipped('config'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(done.stdout.strip()) == tmp_path / "crystald/data/config"


def test_the_lock_has_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    requirements = re.findall(r"(?m)^[a-z].*$", text)
    assert requirements
    assert all(line.endswith("\\") for line in requirements)


def test_the_lock_holds_everything_that_is_needed() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    needed += project["build-system"]["requires"]
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text()))
    assert {re.split(r"[<>=! ;]", name)[0].lower() for name in needed} <= locked


@pytest.mark.parametrize("script", ["run", "environment", "lock"])
def test_scripts_are_sound(script: str) -> None:
    path = ROOT / ".ci" / script
    assert os.access(path, os.X_OK)
    subprocess.run(["bash", "-n", str(path)], check=True)
