"""The templates that are shipped."""

from __future__ import annotations

import pytest

from crystald.shipped import shipped


@pytest.fixture(scope="session")
def templates() -> str:
    return (shipped("config") / "workflows.yaml").read_text(encoding="utf-8")
