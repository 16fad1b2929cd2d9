"""What all tests share."""

from __future__ import annotations

import gc
import logging
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import aiosqlite
import pytest
import structlog
from hypothesis import settings

settings.register_profile("crystald", deadline=None)  # nothing is timed: machines differ
settings.load_profile("crystald")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: one process goes through the tests on a real Slurm, beside it
    the others through all the rest, and then they help it."""
    items.sort(key=lambda item: item.get_closest_marker("slurm") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leave nothing open after a failed test that a later one might be blamed for."""
    report = yield
    if report.failed:
        close_databases()
    return report


def pytest_sessionfinish() -> None:
    """Leave nothing open where the tests were interrupted."""
    close_databases()


def close_databases() -> None:
    """Close the databases that are open: Python would wait for their threads for ever, and nobody
    would be told what failed."""
    for left in gc.get_objects():
        if issubclass(type(left), aiosqlite.Connection) and left._running:
            left._tx.put_nowait((None, left.stop))  # in its own thread, which has no loop
            left._thread.join(timeout=5.0)


@pytest.fixture
def fast_path(tmp_path: Path) -> Iterator[Path]:
    """A directory in memory where there is one: for tests that write the same thing a thousand times."""
    shared = Path("/dev/shm")
    if not shared.is_dir():
        yield tmp_path
        return
    directory = Path(tempfile.mkdtemp(prefix="crystald-test-", dir=shared))
    try:
        yield directory
    finally:
        shutil.rmtree(directory)


@pytest.fixture(autouse=True, scope="session")
def quiet_logs() -> Iterator[None]:
    """Keep the log out of the tests' output but for warnings."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.reset_defaults()
