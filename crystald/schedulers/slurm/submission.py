"""Hand an attempt to sbatch, once, and read the answer from its record."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from crystald.models import Accepted, Answer, Deferred, Rejected, SbatchLife, Unclear
from crystald.names import JobId, Token
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.slurm import handover
from crystald.schedulers.slurm.answers import read_answer
from crystald.schedulers.slurm.records import HandedOverError, Record, Records
from crystald.schedulers.slurm.settings import SlurmSettings

log = structlog.get_logger("crystald.slurm")


@dataclass(frozen=True)
class Past:
    """What the record of a submission says.

    Attributes
    ----------
    answer
        None while sbatch may still answer, and where there is no record.
    """

    life: SbatchLife = SbatchLife.UNKNOWN
    answer: Answer | None = None
    name: str = ""
    dead_s: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether sbatch is gone, or not known to live, and left no answer that decides."""
        decided = isinstance(self.answer, Accepted | Deferred | Rejected)
        return self.life is not SbatchLife.RUNNING and not decided


class Submissions:
    """Starts sbatch and reads what became of it.

    Parameters
    ----------
    settings
        The site's.
    records
        Where answers are kept.
    environ
        Of sbatch.
    """

    def __init__(
        self, settings: SlurmSettings, records: Records, environ: Mapping[str, str]
    ) -> None:
        self._settings = settings
        self._records = records
        self._environ = environ
        self._turns = asyncio.Semaphore(settings.submitters)

    async def submit(self, order: SubmitOrder, cluster: str) -> Answer:
        """Start sbatch for an order and wait for it, for a while."""
        sbatch = shutil.which(self._settings.sbatch, path=self._environ.get("PATH"))
        if sbatch is None:
            return Deferred(f"{self._settings.sbatch} is not on PATH")
        async with self._turns:
            try:
                pipe = await asyncio.to_thread(self._start, order, sbatch, cluster)
            except HandedOverError:
                return Unclear("it was handed over before")
            except subprocess.SubprocessError as error:
                return Unclear(f"it is not clear whether sbatch was started: {error}")
            except OSError as error:  # a full disk, no more processes: nothing was started
                return Deferred(f"sbatch could not be started: {error}")
            if not await handover.ended(pipe, self._settings.patience_s):
                return Unclear("sbatch is still at work")
        try:
            past = await asyncio.to_thread(self._past, order.token)
        except OSError as error:
            return Unclear(f"the answer of sbatch cannot be read: {error}")
        return past.answer or Unclear("sbatch left no answer")

    def _start(self, order: SubmitOrder, sbatch: str, cluster: str) -> int:
        place, held = self._records.begin(order.token, order.name, cluster)
        argv = [
            sbatch,
            "--parsable",
            f"--job-name={order.name}",
            f"--comment={order.token}",
            f"--chdir={order.directory}",
            f"--output={log_pattern(order.directory)}",
            str(order.script),
        ]
        return handover.start(
            place,
            held,
            argv,
            order.directory,
            limit_s=self._settings.sbatch_s,
            environ=self._environ,
        )

    def pasts(self, tokens: Mapping[Token, JobId | None]) -> dict[Token, Past | None]:
        """Read what is known of submissions; blocking.

        Parameters
        ----------
        tokens
            With the job that is recorded elsewhere; the record has done its duty then, and is
            removed.

        Returns
        -------
        dict
            None for a token whose record cannot be read.
        """
        pasts: dict[Token, Past | None] = {}
        for token, job in tokens.items():
            try:
                pasts[token] = Past() if job else self._past(token)
            except OSError as error:
                log.warning("slurm.record-unreadable", token=token, error=str(error))
                pasts[token] = None
        self._records.tidy(
            done=[token for token, job in tokens.items() if job],
            still=[token for token, job in tokens.items() if not job],
        )
        return pasts

    def _past(self, token: Token) -> Past:
        record = self._records.read(token)
        if record is None:
            return Past()
        return Past(record.life, _answer(record), record.name, record.dead_s)


def log_pattern(directory: Path) -> str:
    """Give ``--output`` for a job's own log in a directory.

    Slurm replaces ``%`` and what follows ("filename pattern", sbatch(1)) in the whole path, the
    working directory that it puts before a relative one included; a job whose log cannot be
    opened never starts.

    Examples
    --------
    >>> log_pattern(Path("/w/mat_3%2C4"))
    '/w/mat_3%%2C4/slurm-%j.log'
    """
    return f"{str(directory).replace('%', '%%')}/slurm-%j.log"


def _answer(record: Record) -> Answer | None:
    if record.life is SbatchLife.RUNNING:
        return None
    return read_answer(record.code, record.out, record.err, record.cluster)
