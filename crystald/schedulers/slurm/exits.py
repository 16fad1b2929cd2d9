"""How Slurm writes the end of a job: ``code:signal``, or a raw wait status."""

from __future__ import annotations

import os
import re

_PAIR = re.compile(r"([0-9]{1,3}):([0-9]{1,3})")


def exit_code(printed: str) -> int | None:
    """Give the exit code of the script; 128 + signal where a signal ended it; None if unsaid.

    Parameters
    ----------
    printed
        ``ExitCode`` of scontrol and sacct (``1:0``, ``0:9``), or ``exit_code`` of squeue (the
        status of wait(2): 256 for exit 1, 9 for a kill).

    Examples
    --------
    >>> exit_code("1:0"), exit_code("0:9"), exit_code("256"), exit_code("9"), exit_code("N/A")
    (1, 137, 1, 137, None)
    """
    if pair := _PAIR.fullmatch(printed.strip()):
        code, signal = int(pair[1]), int(pair[2])
        return 128 + signal if signal else code
    if not printed.strip().isdecimal() or int(printed) > 0xFFFF:
        return None
    code = os.waitstatus_to_exitcode(int(printed)) if int(printed) & 0x7F != 0x7F else 1
    return 128 - code if code < 0 else code
