"""How long things usually take."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence


def took_ms(work: Callable[[], object]) -> float:
    """Tell how long something took."""
    began_s = time.perf_counter()
    work()
    return (time.perf_counter() - began_s) * 1e3


def median_ms(work: Callable[[], object], times: int) -> float:
    """Tell how long something usually takes."""
    return statistics.median(took_ms(work) for _ in range(times))


def programs_ms(programs: Sequence[Sequence[str]], times: int) -> list[float]:
    """Tell how long Python programs take when nothing comes between, the interpreter included.

    They have turns, so that all see the same machine.
    """

    def run(words: Sequence[str]) -> None:
        subprocess.run([sys.executable, *words], check=True, capture_output=True)

    rounds = [[took_ms(lambda w=words: run(w)) for words in programs] for _ in range(times)]
    return [min(column) for column in zip(*rounds, strict=True)]
