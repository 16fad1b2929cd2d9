"""The settling of one attempt: gather what is known, decide, carry it out, look again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from crystald.errors import SchedulerError, WorkspaceError
from crystald.kit import Kit
from crystald.models import (
    FOREIGN_CLAIM,
    UNKNOWN_CLAIM,
    Attempt,
    Claim,
    EndRecord,
    Life,
    Observation,
    SbatchLife,
    Sighting,
)
from crystald.names import JobId, Token, deck_stem
from crystald.protocol import (
    Accept,
    Close,
    Decision,
    Knowledge,
    RecordRevoked,
    Revoke,
    Start,
    Wait,
    decide,
)
from crystald.schedulers.base import Scheduler
from crystald.states import ATTEMPT_LIVE, AttemptState
from crystald.store import attempts
from crystald.store.attempts import LiveAttempt
from crystald.store.refusals import IN_A_ROW
from crystald.tasks.ledger import Ledger, Recorded
from crystald.workspace.claims import (
    close,
    hand_is_gone,
    is_closed,
    is_of,
    latest_start,
    read_claim,
    read_end,
    revoke,
)
from crystald.workspace.files import safe_join
from crystald.workspace.layout import output_directory
from crystald.workspace.publish import link_live

STEPS_MAX = 8
"""Most decisions about one attempt in one look: accept, start, end and some to spare."""

log = structlog.get_logger("crystald.settling")


@dataclass(frozen=True)
class _Found:
    """What an attempt's directory tells of its claim's holder.

    Attributes
    ----------
    started
        The highest restart count of its starts; None without any.
    hand_gone
        Whether a person ran its script, and it is gone.
    closed
        Whether no further start of it will run.
    """

    claim: Claim
    end: EndRecord | None = None
    started: int | None = None
    hand_gone: bool = False
    closed: bool = False


class Settler:
    """Carries out what the protocol decides about attempts.

    Parameters
    ----------
    kit
        What every part of the daemon works with.
    scheduler
        Asked to end jobs that were withdrawn.
    refusals_max
        So many jobs in a row that the scheduler refuses alike hold their run; 0 for never.

    Attributes
    ----------
    starting
        Tokens whose submission is under way in this process.
    """

    def __init__(self, kit: Kit, scheduler: Scheduler, refusals_max: int = IN_A_ROW) -> None:
        self._kit = kit
        self._scheduler = scheduler
        self._ledger = Ledger(kit.database, refusals_max)
        self._first_seen_s: dict[Token, float] = {}
        self._unreadable: dict[str, str] = {}
        self.starting: set[Token] = set()

    async def find(self, token: Token) -> LiveAttempt | None:
        """Find the live attempt of a token; None when it has none (any more)."""
        return await self._kit.database.read(lambda c: attempts.live_by_token(c, token))

    async def accept(self, attempt: Attempt, job: JobId) -> None:
        """Record that the scheduler has a job for an attempt, together with what else is decided."""
        await self._ledger.record(attempt, Accept(job))

    def forget(self) -> None:
        """Forget quiet periods and troubles: nothing is live."""
        self._first_seen_s.clear()
        self._unreadable.clear()
        self._show_unreadable()

    async def settle(self, item: LiveAttempt, seen: Observation | None) -> LiveAttempt | None:
        """Carry out decisions about an attempt until one says wait.

        Returns
        -------
        LiveAttempt or None
            As it is recorded now; the very one that was given where nothing was decided. None when
            it is no longer live.
        """
        current: LiveAttempt = item
        found: _Found | None = None
        for _ in range(STEPS_MAX):
            # what is recorded changes no file: what was read holds for the next decision as well
            found = found or await self._look(current.attempt.directory, current.attempt.token)
            decision = decide(self._know(current, found, seen))
            if isinstance(decision, Wait):
                return current
            if isinstance(decision, Revoke | Close):
                if not await self._forbid(current.attempt, decision):
                    return current
                found = None
                continue
            recorded = await self._record(current.attempt, decision)
            if recorded.done:
                await self._follow(current, decision, ended=found.end is not None)
            else:
                found = None
            if recorded.attempt.state not in ATTEMPT_LIVE:
                return None
            current = replace(current, attempt=recorded.attempt)
        return current

    async def _forbid(self, attempt: Attempt, decision: Revoke | Close) -> bool:
        """Keep jobs of an attempt from starting (again); tell whether more can be decided then."""
        if isinstance(decision, Close):
            return await self._close(attempt, decision)
        return (await self._revoke(attempt)).kind in ("revoked", "job")

    async def _follow(self, item: LiveAttempt, decision: Decision, *, ended: bool) -> None:
        """Do what a recorded decision makes possible; nothing depends on it."""
        if isinstance(decision, Start) and not ended:
            await self._show_output(item, decision)
        elif isinstance(decision, RecordRevoked) and decision.outcome == "withdrawn":
            self._kit.lease.check()
            if item.attempt.job is not None:
                await self._cancel(item.attempt.job, item.attempt.name)

    async def _cancel(self, job: JobId, name: str) -> None:
        """Take a fenced job out of the queue; one that stays there starts and ends at once."""
        try:
            await self._scheduler.cancel(job, name)
        except SchedulerError as error:
            log.warning("job.not-cancelled", job=str(job), error=error.message)

    async def _record(self, attempt: Attempt, decision: Decision) -> Recorded:
        log.info("attempt.settled", token=attempt.token, decision=str(decision))
        return await self._ledger.record(attempt, decision)

    async def _show_output(self, item: LiveAttempt, started: Start) -> None:
        """Let the calculation's ``.out`` lead to the live output; only a convenience."""
        output = output_directory(
            f"attempts/{item.attempt.number:02d}", started.job, started.restart
        )
        place = self._kit.workspace / item.calculation_directory
        self._kit.lease.check()
        try:
            await self._kit.hands.files(
                link_live, place, deck_stem(item.material, item.step), output
            )
        except WorkspaceError as error:
            log.warning("attempt.output-not-shown", token=item.attempt.token, error=error.message)

    def _know(self, item: LiveAttempt, found: _Found, seen: Observation | None) -> Knowledge:
        attempt = item.attempt
        if found.hand_gone and found.claim.job is not None:
            seen = _with_the_end_of(found.claim.job, seen)
        return Knowledge(
            state=attempt.state,
            claim=found.claim,
            job=attempt.job,
            restart=attempt.restart,
            end=found.end,
            started=found.started,
            closed=found.closed,
            seen=seen,
            quiet=self._quiet(attempt, seen),
            starting=attempt.token in self.starting,
            unclaimed=item.unclaimed,
            held=item.held,
        )

    async def _look(self, directory: str, token: Token) -> _Found:
        """Read an attempt's directory; what cannot be read is unknown, and the others go on."""
        try:
            found = await self._kit.hands.files(_read, self._kit.workspace, directory, token)
            trouble = f"{self._kit.workspace / directory} cannot be read"
        except WorkspaceError as error:
            found, trouble = _Found(UNKNOWN_CLAIM), error.message
        self._note(directory, trouble if found.claim.kind == "unknown" else "")
        return found

    def _note(self, directory: str, trouble: str) -> None:
        """Show what is wrong with an attempt's directory; nothing where it is well."""
        if trouble:
            self._unreadable[directory] = trouble
        else:
            self._unreadable.pop(directory, None)
        self._show_unreadable()

    def _show_unreadable(self) -> None:
        if not self._unreadable:
            self._kit.banners.clear("attempts")
            return
        more = len(self._unreadable) - 1
        text = next(iter(self._unreadable.values())) + (f", and {more} more" if more else "")
        self._kit.banners.show(
            "attempts",
            f"directories of live attempts: {text}",
            "Is the workspace mounted? Nothing is concluded about their jobs meanwhile.",
        )

    def _quiet(self, attempt: Attempt, seen: Observation | None) -> bool:
        """Tell whether a submission that nobody here runs has been silent for long enough.

        It counts from the death of the submitting process where that is known, else from when
        this daemon first saw the attempt without it: dead already, or, where nobody can tell
        (on another host), perhaps at work for as long as a submission may be.
        """
        if attempt.state is not AttemptState.INTENT or attempt.token in self.starting:
            self._first_seen_s.pop(attempt.token, None)
            return False
        if seen is not None and seen.dead_s is not None:
            return seen.dead_s >= self._scheduler.quiet_s
        now_s = self._kit.clock.boottime_s()
        first_s = self._first_seen_s.setdefault(attempt.token, now_s)
        dead = seen is not None and seen.sbatch is SbatchLife.DEAD
        work_s = 0.0 if dead else self._scheduler.submission_s
        return now_s - first_s >= work_s + self._scheduler.quiet_s

    async def _revoke(self, attempt: Attempt) -> Claim:
        self._kit.lease.check()
        place = self._kit.workspace / attempt.directory
        claim = await self._kit.hands.files(revoke, place, self._kit.database.epoch)
        log.info("attempt.fenced", token=attempt.token, claim=claim.kind)
        return claim

    async def _close(self, attempt: Attempt, decision: Close) -> bool:
        """Close an attempt; tell whether what was known of its starts still holds."""
        self._kit.lease.check()
        place, epoch = self._kit.workspace / attempt.directory, self._kit.database.epoch
        try:
            latest = await self._kit.hands.files(_close, place, epoch)
        except WorkspaceError as error:
            self._note(attempt.directory, error.message)
            return False
        log.info("attempt.closed", token=attempt.token, start=latest)
        return latest is None or latest <= decision.restart


def _close(place: Path, epoch: int) -> int | None:
    return close(place, read_claim(place).job, epoch)


def _with_the_end_of(job: JobId, seen: Observation | None) -> Observation:
    """Add what no scheduler can tell: that a script which a person ran has ended."""
    ended = Sighting(job, Life.GONE, "ENDED BY HAND")
    if seen is None:
        return Observation(answered=False, jobs=(ended,))
    return replace(seen, jobs=(*seen.jobs, ended))


def _read(workspace: Path, directory: str, token: Token) -> _Found:
    """Read what an attempt's directory tells; what belongs to another token is not ours."""
    place = safe_join(workspace, directory)
    claim = read_claim(place)
    if claim.kind in ("job", "removed") and not is_of(place, token):
        return _Found(FOREIGN_CLAIM)
    if claim.job is None:
        return _Found(claim, closed=is_closed(place))
    hand_gone = hand_is_gone(claim.job)  # before the record is read: what is gone writes no more
    end = read_end(place)
    ours = end if end and end.token == token else None
    return _Found(claim, ours, latest_start(place, claim.job), hand_gone, is_closed(place))
