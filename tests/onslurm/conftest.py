"""One real Slurm for each module, and a home on it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import slurmaccounts
from slurmhomes import WITH, WITHOUT, SlurmHome
from slurmhost import SlurmHost, missing


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked ``accounting`` say on which kinds of Slurm they run; the others need none."""
    if "host" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("accounting")
        kinds = (WITHOUT,) if mark is None else mark.args or (WITHOUT, WITH)
        metafunc.parametrize("host", kinds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def host(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SlurmHost]:
    accounted = request.param == WITH
    if absent := missing() or (accounted and slurmaccounts.missing()):
        pytest.skip(
            f"no such Slurm here: {absent} not found (Debian: slurm-wlm slurmdbd mariadb-server)"
        )
    made = SlurmHost(tmp_path_factory.mktemp("slurm"), accounted=accounted)
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture
def home(host: SlurmHost, tmp_path: Path) -> Iterator[SlurmHome]:
    made = SlurmHome(tmp_path / "a home, %j $(touch owned) `id`", host=host).make()
    try:
        yield made
    finally:
        made.end()
        host.run("scancel", "--full", "--me")
