"""Hand an attempt to sbatch, once, and read the answer from its record."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from crystald.models import Accepted, Answer, Deferred, Rejected, SbatchLife, Unclear
from crystald.names import JobId, Token
from crystald.schedulers.base import SubmitOrder
from crystald.schedulers.slurm import handover
from crystald.schedulers.slurm.answers import read_answer
from crystald.schedulers.slurm.backoff import Backoff, Trouble
from crystald.schedulers.slurm.records import HandedOverError, Record, Records, printed
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


class NotNowError(Exception):
    """A submission may not begin after all; nothing was started."""


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
    now_s
        Tells the time (boottime, s).
    """

    def __init__(
        self,
        settings: SlurmSettings,
        records: Records,
        environ: Mapping[str, str],
        now_s: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._records = records
        self._environ = environ
        self._now_s = now_s
        self._turns = asyncio.Semaphore(settings.submitters)
        self._backoff = Backoff()

    @property
    def trouble(self) -> Trouble | None:
        """Why no sbatch is started now, for a banner; None while the last ones gave answers."""
        return None if self._backoff.may(self._now_s()) else self._backoff.trouble

    async def submit(self, order: SubmitOrder, cluster: str) -> Answer:
        """Start sbatch for an order and wait for it, for a while.

        It has its turn as long as it lives, also when nobody waits for it any more.
        """
        sbatch = shutil.which(self._settings.sbatch, path=self._environ.get("PATH"))
        if sbatch is None:
            return Deferred(f"{self._settings.sbatch} is not on PATH")
        if not await self._turn():
            return Deferred(f"{self._settings.submitters} sbatch are still at work")
        if trouble := self.trouble:
            self._turns.release()
            return Deferred(trouble.text)
        try:
            answer = await self._submit(order, sbatch, cluster)
        except HandedOverError:
            return Unclear("it was handed over before")
        self._note(answer)
        return answer

    async def _turn(self) -> bool:
        """Wait for a turn, but not for an sbatch that does not end; tell whether it is ours."""
        try:
            async with asyncio.timeout(self._settings.patience_s):
                await self._turns.acquire()
        except TimeoutError:
            return False
        return True

    async def _submit(self, order: SubmitOrder, sbatch: str, cluster: str) -> Answer:
        try:
            pipe = await asyncio.to_thread(self._start, order, sbatch, cluster)
        except BaseException as error:
            self._turns.release()
            if isinstance(error, NotNowError):
                return Deferred(str(error))
            if isinstance(error, OSError):  # a full disk, no more processes: nothing was started
                return Deferred(f"sbatch could not be started: {error}")
            raise
        ending = handover.Ending(pipe, self._turns.release)
        if not await ending.within(self._settings.patience_s):
            return Unclear(f"sbatch did not end within {self._settings.patience_s:.0f} s")
        if out := printed(ending.said):
            return read_answer(0, out, "", cluster)
        try:
            past = await asyncio.to_thread(self._past, order.token)
        except OSError as error:
            return Unclear(f"the answer of sbatch cannot be read: {error}")
        return past.answer or Unclear("sbatch left no answer")

    def _note(self, answer: Answer) -> None:
        """Leave sbatch in peace after an answer that is none; those of one moment count once."""
        now_s = self._now_s()
        if not isinstance(answer, Unclear):
            self._backoff.answered(now_s, 0.0)
        elif self._backoff.may(now_s):
            self._backoff.failed(now_s, f"sbatch: {answer.reason.removeprefix('sbatch ')}")

    def _start(self, order: SubmitOrder, sbatch: str, cluster: str) -> int:
        """Make the record and start sbatch; the last look is after what a slow disk may take."""
        _insist(order)
        place, held = self._records.begin(order.token, order.name, cluster)
        try:
            _insist(order)
        except BaseException:
            self._records.drop(order.token, held)
            raise
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
        if record is None:  # none was ever begun
            return Past(SbatchLife.DEAD)
        return Past(record.life, _answer(record), record.name, record.dead_s)


def _insist(order: SubmitOrder) -> None:
    if why := order.may_begin():
        raise NotNowError(why)


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
