"""The words that Slurm has for the state of a job, and what each of them proves.

Sources: "JOB STATE CODES" of squeue(1) and sacct(1), Slurm 20.11 to 25.11. squeue prints one word
(a flag such as COMPLETING hides the base state below it), sacct decorates it (``CANCELLED by
1000``, ``COMPLETED+``), and JSON-minded builds join several with a comma.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crystald.models import Life


@dataclass(frozen=True)
class JobState:
    """What a state word says.

    Attributes
    ----------
    word
        The long form, upper case; the word as printed when it is not known.
    life
        Alive, gone, or unknown.
    running
        Whether the script has begun and may still be at work (alive only).
    """

    word: str
    life: Life
    running: bool = False


# long form -> short form, empty where Slurm's manuals give none
_WAITING: Final = {
    "PENDING": "PD",
    "CONFIGURING": "CF",  # nodes boot for it; the script has not begun
    "EXPEDITING": "",  # put back, with priority
    "POWER_UP_NODE": "",
    "REQUEUED": "RQ",
    "REQUEUE_FED": "RF",
    "REQUEUE_HOLD": "RH",
    "RESV_DEL_HOLD": "RD",
    "SPECIAL_EXIT": "SE",  # put back and held
}
_RUNNING: Final = {
    "RUNNING": "R",
    "COMPLETING": "CG",  # its processes may still be ending
    "RESIZING": "RS",
    "SIGNALING": "SI",
    "STAGE_OUT": "SO",
    "STOPPED": "ST",
    "SUSPENDED": "S",
    "UPDATE_DB": "",
}
_GONE: Final = {
    "BOOT_FAIL": "BF",
    "CANCELLED": "CA",
    "COMPLETED": "CD",
    "DEADLINE": "DL",
    "FAILED": "F",
    "NODE_FAIL": "NF",
    "OUT_OF_MEMORY": "OOM",
    "PREEMPTED": "PR",
    "TIMEOUT": "TO",
}
_UNSAID: Final = {
    "REVOKED": "RV",  # in a federation: a sibling on another cluster has the job
    "LAUNCH_FAILED": "",  # a flag that comes with a requeue as well as with an end
    "RECONFIG_FAIL": "",
}

GONE_WORDS: Final = frozenset(_GONE)
"""States that end a job for good, as long as nobody puts it back."""


def _table() -> dict[str, JobState]:
    table: dict[str, JobState] = {}
    for words, life, running in (
        (_WAITING, Life.ALIVE, False),
        (_RUNNING, Life.ALIVE, True),
        (_GONE, Life.GONE, False),
        (_UNSAID, Life.UNKNOWN, False),
    ):
        for long, short in words.items():
            table[long] = JobState(long, life, running)
            if short:
                table[short] = table[long]
    return table


STATES: Final = _table()
"""Every word, long and short -> what it says."""

_DECORATED = re.compile(r"\s+by\s+\S+$|\+$")


@lru_cache(maxsize=256)
def job_state(printed: str) -> JobState:
    """Read a state as squeue, scontrol or sacct print it; what is not known is unknown.

    Of several words joined by a comma the job is gone only if all of them say so.

    Examples
    --------
    >>> job_state("CANCELLED by 1000").word, job_state("CD").life, job_state("MELTING").life
    ('CANCELLED', <Life.GONE: 'gone'>, <Life.UNKNOWN: 'unknown'>)
    >>> job_state("COMPLETED,COMPLETING").word
    'COMPLETING'
    """
    parts = [_one(part) for part in printed.split(",")]
    for life in (Life.UNKNOWN, Life.ALIVE):
        if found := next((part for part in parts if part.life is life), None):
            return found
    return parts[0]


def _one(printed: str) -> JobState:
    word = _DECORATED.sub("", printed.strip()).upper()
    return STATES.get(word, JobState(printed.strip(), Life.UNKNOWN))
