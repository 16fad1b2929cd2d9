"""The reconciler: what is known of live attempts becomes decisions; the only source of truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import structlog

from crystald.kit import Kit
from crystald.models import Attempt, Claim, EndRecord, Life, Observation
from crystald.names import Token, deck_stem
from crystald.protocol import Decision, Knowledge, Revoke, Start, Wait, decide
from crystald.schedulers.base import Scheduler
from crystald.states import AttemptState
from crystald.store import attempts, inbox
from crystald.store.attempts import LiveAttempt
from crystald.store.inbox import OpenRing
from crystald.tasks.loop import REST_S, each
from crystald.workspace.claims import read_claim, read_end, revoke
from crystald.workspace.files import safe_join
from crystald.workspace.layout import output_directory
from crystald.workspace.publish import link_live

PAGE = 500
STEPS_MAX = 8
"""Most decisions about one attempt in one look: accept, start, end and some to spare."""
SOON_S = 1.0
GIVE_UP_LOOKS = 30
"""Looks after which a ring is left to the sweeps; they know no hurry."""

log = structlog.get_logger("crystald.reconciler")


class Reconciler:
    """Looks after attempts between intent and end.

    Parameters
    ----------
    starting
        Tokens whose submission is under way in this process.
    poll_s
        Seconds between sweeps over everything while something is live.
    """

    def __init__(self, kit: Kit, scheduler: Scheduler, starting: set[Token], poll_s: float) -> None:
        self._kit = kit
        self._scheduler = scheduler
        self._starting = starting
        self._poll_s = poll_s
        self._sweep_at_s = 0.0
        self._first_seen_s: dict[Token, float] = {}
        self._looks: dict[Token, int] = {}

    async def round(self) -> float:
        """Look into what rang; sweep over everything live when it is time."""
        rang = await self._answer_rings()
        live = await self._kit.database.read(attempts.live_count)
        if not live:
            self._first_seen_s.clear()
            self._looks.clear()
            self._kit.banners.clear("scheduler")
            return REST_S
        left_s = self._sweep_at_s - self._kit.clock.boottime_s()
        if left_s <= 0:
            await self._sweep()
            self._sweep_at_s = self._kit.clock.boottime_s() + self._poll_s
            left_s = self._poll_s
        return min(left_s, SOON_S) if rang else left_s

    async def _answer_rings(self) -> bool:
        """Look into attempts that rang, without asking the scheduler; tell whether some remain."""
        last, rings = await self._kit.database.read(
            lambda c: (inbox.last_id(c), inbox.open_rings(c, PAGE))
        )
        settled = [ring.token for ring in rings if await self._answer(ring)]
        if settled:
            await self._kit.database.write(lambda tx: inbox.handled(tx, settled, last))
        return len(settled) < len(rings)

    async def _answer(self, ring: OpenRing) -> bool:
        """Look into an attempt that rang; tell whether its rings are dealt with."""
        found = await self._again(ring.token)
        if found is None:
            return True
        moved = await self._settle(found, None)
        running = moved or found.attempt.state is AttemptState.RUNNING
        if running and not ring.ended:
            return True
        return await self._again(ring.token) is None or self._patience_ends(ring.token)

    def _patience_ends(self, token: Token) -> bool:
        self._looks[token] = self._looks.get(token, 0) + 1
        return self._looks[token] > GIVE_UP_LOOKS

    async def _sweep(self) -> None:
        after = 0
        answered = True
        while page := await self._page(after):
            known = {item.attempt.token: item.attempt.job for item in page}
            seen = await self._scheduler.observe(known)
            answered = answered and all(observation.answered for observation in seen.values())
            changed = [
                (item, seen[item.attempt.token])
                for item in page
                if not _as_recorded(item.attempt, seen[item.attempt.token])
            ]
            await each(changed, self._settle_seen)
            after = page[-1].attempt.id
        if answered:
            self._kit.banners.clear("scheduler")
        else:
            self._kit.banners.show(
                "scheduler", "the scheduler does not answer; nothing is concluded"
            )

    async def _settle_seen(self, pair: tuple[LiveAttempt, Observation]) -> None:
        await self._settle(*pair)

    async def _page(self, after: int) -> Sequence[LiveAttempt]:
        return await self._kit.database.read(lambda c: attempts.live(c, after, PAGE))

    async def _settle(self, item: LiveAttempt, seen: Observation | None) -> bool:
        """Carry out decisions about an attempt until one says wait; tell whether any was made."""
        current: LiveAttempt | None = item
        moved = False
        for _ in range(STEPS_MAX):
            if current is None:
                return True
            known = await self._know(current, seen)
            decision = decide(known)
            if isinstance(decision, Wait):
                return moved
            if isinstance(decision, Revoke):
                await self._revoke(current.attempt)
                continue
            if not await self._record(current.attempt, decision):
                return moved
            moved = True
            if isinstance(decision, Start):
                await self._show_output(current, decision)
            current = await self._again(current.attempt.token)
        return moved

    async def _record(self, attempt: Attempt, decision: Decision) -> bool:
        log.info("attempt.settled", token=attempt.token, decision=str(decision))
        return await self._kit.database.write(lambda tx: attempts.apply(tx, attempt, decision))

    async def _show_output(self, item: LiveAttempt, started: Start) -> None:
        """Let the calculation's ``.out`` lead to the live output; only a convenience."""
        output = output_directory(
            f"attempts/{item.attempt.number:02d}", started.job, started.restart
        )
        place = self._kit.workspace / item.calculation_directory
        self._kit.lease.check()
        await self._kit.hands.files(link_live, place, deck_stem(item.material, item.step), output)

    async def _again(self, token: Token) -> LiveAttempt | None:
        return await self._kit.database.read(lambda c: attempts.live_by_token(c, token))

    async def _know(self, item: LiveAttempt, seen: Observation | None) -> Knowledge:
        attempt = item.attempt
        claim, end = await self._kit.hands.files(_look, self._kit.workspace, attempt.directory)
        return Knowledge(
            state=attempt.state,
            claim=claim,
            job=attempt.job,
            restart=attempt.restart,
            end=end,
            seen=seen,
            quiet=self._quiet(attempt),
            starting=attempt.token in self._starting,
            unclaimed=item.unclaimed,
        )

    def _quiet(self, attempt: Attempt) -> bool:
        """Tell whether a submission that nobody here runs has been silent for long enough."""
        if attempt.state is not AttemptState.INTENT or attempt.token in self._starting:
            self._first_seen_s.pop(attempt.token, None)
            return False
        now_s = self._kit.clock.boottime_s()
        first_s = self._first_seen_s.setdefault(attempt.token, now_s)
        return now_s - first_s >= self._scheduler.quiet_s

    async def _revoke(self, attempt: Attempt) -> None:
        self._kit.lease.check()
        place = self._kit.workspace / attempt.directory
        claim = await self._kit.hands.files(revoke, place, self._kit.database.epoch)
        log.info("attempt.fenced", token=attempt.token, claim=claim.kind)


def _look(workspace: Path, directory: str) -> tuple[Claim, EndRecord | None]:
    place = safe_join(workspace, directory)
    claim = read_claim(place)
    return claim, read_end(place) if claim.kind == "job" else None


def _as_recorded(attempt: Attempt, seen: Observation) -> bool:
    """Tell whether the scheduler shows just what is recorded, so that no file need be read."""
    if len(seen.jobs) != 1 or seen.jobs[0].life is not Life.ALIVE:
        return False
    job = seen.jobs[0]
    recorded_runs = attempt.state is AttemptState.RUNNING
    return (
        attempt.state is not AttemptState.INTENT
        and job.job == attempt.job
        and job.running == recorded_runs
        and job.restart == attempt.restart
    )
