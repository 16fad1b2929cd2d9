"""Runs of the stand-in, as a process in a directory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run_standin(place: Path, program: str = "crystal") -> str:
    """Run a program on the INPUT of a directory; OUTPUT is left there, and given back."""
    command = [sys.executable, "-m", "crystal_standin", program]
    with (place / "OUTPUT").open("w") as output:
        subprocess.run(command, cwd=place, stdout=output, check=True, timeout=200)
    return (place / "OUTPUT").read_text()


def published_run(place: Path, deck: str, name: str) -> Path:
    """Run a deck; its output and wavefunction are NAME.out and NAME.f9."""
    (place / "INPUT").write_text(deck)
    run_standin(place)
    (place / "OUTPUT").rename(place / f"{name}.out")
    (place / "fort.9").rename(place / f"{name}.f9")
    return place
