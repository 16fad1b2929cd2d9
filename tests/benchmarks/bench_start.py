"""How soon ``crystalctl`` answers that asks nobody, beside the bare interpreter (``make bench``)."""

from __future__ import annotations

import pytest
from stopwatch import programs_ms

TIMES = 25
PROGRAMS = {
    "bare interpreter": ("-c", "pass"),
    "crystalctl --version": ("-m", "crystalctl.main", "--version"),
    "crystalctl --help": ("-m", "crystalctl.main", "--help"),
    "crystalctl status --help": ("-m", "crystalctl.main", "status", "--help"),
    "crystalctl deck --help": ("-m", "crystalctl.main", "deck", "--help"),
}


@pytest.mark.timeout(600)
def test_start() -> None:
    took_ms = programs_ms(list(PROGRAMS.values()), TIMES)
    print(f"\n{'program':<26} {'ms':>6} {'against':>8}")
    for name, ms in zip(PROGRAMS, took_ms, strict=True):
        print(f"{name:<26} {ms:>6.0f} {ms / took_ms[0]:>7.1f}×")
