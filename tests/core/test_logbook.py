"""The log file: rotated when it is full, no line lost or torn."""

from __future__ import annotations

import json
from pathlib import Path

import structlog

from crystald.logbook import LOOK_LINES, logging_to
from crystald.settings import LoggingSettings


def test_a_full_log_begins_anew_and_keeps_every_line(tmp_path: Path) -> None:
    settings = LoggingSettings(rotate_mb=0.01, keep=3)
    with logging_to(tmp_path, settings, watched=False):
        log = structlog.get_logger("crystald.tests")
        for number in range(4 * LOOK_LINES):
            log.info("line", number=number)
    files = sorted(tmp_path.glob("crystald.log*"), reverse=True)
    assert 1 < len(files) <= settings.keep + 1
    assert all(path.stat().st_size < 20_000 for path in files)
    lines = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    assert [line["number"] for line in lines] == list(range(4 * LOOK_LINES))
