"""The end of a process whose threads a file system holds: at once, with the code of what happened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from homes import Home

pytestmark = pytest.mark.process

SCRIPT = """
import asyncio, sys, threading
import crystald.daemon as daemon
import crystald.hands.leaving as hands
from crystald.errors import LeaseError

hands.LEAVE_S, outcome = 0.1, sys.argv.pop()

async def visit(assembly, kit, longest_s, stop):
    begun = threading.Event()
    def hang():
        begun.set()
        threading.Event().wait()
    hanging = asyncio.ensure_future(kit.hands.files(hang))
    await asyncio.to_thread(begun.wait)
    if outcome == "lost":
        raise LeaseError("taken over")
    return outcome == "well"

daemon.visit = visit
from crystald.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(("outcome", "code"), [("well", 0), ("trouble", 1), ("lost", 1)])
def test_a_visit_ends_with_its_own_code_while_a_file_system_hangs(
    home: Home, tmp_path: Path, outcome: str, code: int
) -> None:
    script = tmp_path / "visit.py"
    script.write_text(SCRIPT)
    ran = subprocess.run(
        [sys.executable, str(script), "--home", str(home.path), "--once", outcome],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, outcome == "lost") == (code, "taken over" in ran.stderr), ran.stderr
