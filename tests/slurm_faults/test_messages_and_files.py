"""Messages, files and clocks that misbehave change when things happen on Slurm, never what."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import fakeslurm
import pytest
from fakelab import FakeLab
from lab import LEASE_S, OPT_SP, Daemon, LabHands

from crystald.errors import CrystaldError, LeaseError, WorkspaceError
from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.schedulers.slurm import records

pytestmark = pytest.mark.process

MATERIALS = ("MgO", "NaCl")
STEPS = len(OPT_SP) * len(MATERIALS)
Trouble = Callable[[FakeLab, Daemon], Awaitable[None]]


async def ends_well(root: Path, trouble: Trouble) -> FakeLab:
    """Run with trouble before every round; the daemon's tasks may fail for a while."""
    lab = FakeLab(root)
    daemon = await lab.boot()
    await lab.submit(daemon, *MATERIALS, steps=OPT_SP)
    for _ in range(300):
        if lab.settled():
            break
        await trouble(lab, daemon)
        await round_of(daemon)
        lab.slurm.start_pending()
        await round_of(daemon)
        lab.slurm.finish_running()
        lab.clock.boot_s += 10.0
    assert Counter(lab.picture().values()) == {"done": STEPS}
    assert not lab.problems()
    assert len({where for _, where in lab.runner.starts}) == len(lab.runner.starts) == STEPS
    assert lab.ask("SELECT count(*) FROM properties WHERE name = 'energy'") == [(STEPS,)]
    await daemon.leave()
    return lab


async def round_of(daemon: Daemon) -> None:
    """Let every task look once; what is retryable is tried again in the next round."""
    try:
        await daemon.round()
    except CrystaldError as error:
        if not error.retryable:
            raise


async def lost(lab: FakeLab, _: Daemon) -> None:
    lab.runner.drop_rings = True


async def thrice_and_reversed(lab: FakeLab, daemon: Daemon) -> None:
    await daemon.assembly.intake.receive(lab.runner.told[::-1] * 3)


async def of_all_earlier_jobs(lab: FakeLab, daemon: Daemon) -> None:
    """What was told days ago comes again, when its attempt is long closed."""
    lab.clock.wall_offset += timedelta(days=1)
    await daemon.assembly.intake.receive(lab.runner.told[:3])


async def forged(lab: FakeLab, daemon: Daemon) -> None:
    tokens = [Token(job.comment) for job in lab.slurm.jobs()] or [Token("e" * 20)]
    wrong = [
        RingMessage(token, JobId("evil", "666"), restart, event, 0, complete=True)
        for token in (*tokens, Token("f" * 20))
        for event in ("start", "end", "duplicate")
        for restart in (0, 7)
    ]
    await daemon.assembly.intake.receive(wrong)


async def garbage(lab: FakeLab, _: Daemon) -> None:
    number = len(list(lab.spool.rglob("*")))
    for text in (b"", b"{", b"\xff" * 5000, b'{"v":1,"token":"x"}', b"[" * 900):
        number += 1
        (lab.spool / f"garbage-{number}.json").write_bytes(text)
    (lab.spool / f"folder-{number}.json").mkdir()


async def flood(lab: FakeLab, daemon: Daemon) -> None:
    strange = [
        RingMessage(Token(f"{number:020x}"), JobId("hpc", "1"), 0, "end", 0, complete=True)
        for number in range(10**6, 10**6 + 300)
    ]
    await daemon.assembly.intake.receive(strange)


async def skewed(lab: FakeLab, _: Daemon) -> None:
    """The clocks of the nodes and of the file server are days off, in both directions."""
    for number, path in enumerate([*lab.spool.iterdir(), *lab.workspace.rglob("end.json")]):
        moment = 10.0 if number % 2 else 4e9
        os.utime(path, (moment, moment))


async def wall_clock_jumps(lab: FakeLab, _: Daemon) -> None:
    hours = 1 if lab.clock.wall_offset <= timedelta(0) else -1
    lab.clock.wall_offset = timedelta(hours=hours)


@pytest.mark.parametrize(
    "trouble",
    [
        lost,
        thrice_and_reversed,
        of_all_earlier_jobs,
        forged,
        garbage,
        flood,
        skewed,
        wall_clock_jumps,
    ],
)
async def test_trouble_before_every_round(trouble: Trouble, fast_path: Path) -> None:
    await ends_well(fast_path, trouble)


async def test_files_that_are_seen_late(fast_path: Path) -> None:
    held: dict[str, int] = {}

    async def hidden_for_a_while(lab: FakeLab, _: Daemon) -> None:
        """A file that a node renamed is seen by the daemon's host some looks later."""
        lab.runner.ringing.clear()
        for path in list(lab.spool.glob("*.json")):
            if path.name not in held:
                path.rename(path.with_name(f".{path.name}.nfs"))
                held[path.name] = 0
        for name, looks in held.items():
            held[name] = looks + 1
            late = lab.spool / f".{name}.nfs"
            if looks == 3 and late.exists():
                late.rename(lab.spool / name)

    await ends_well(fast_path, hidden_for_a_while)
    assert len(held) == STEPS


class SickHands(LabHands):
    """Hands of a file system that is full, or ill, for some calls of a kind of work."""

    def __init__(self, workspace: Path, work: str, number: int) -> None:
        super().__init__(workspace)
        self.work, self.number, self.left = work, number, 2

    async def files(self, work, *arguments):
        if work.__name__ == self.work and self.left:
            self.left -= 1
            raise WorkspaceError(os.strerror(self.number), "Make room.")
        return await super().files(work, *arguments)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["full", "ill"])
@pytest.mark.parametrize(
    "work", ["_lay_out", "write_attempt", "publish", "revoke", "_look", "remove_spooled"]
)
async def test_a_file_system_that_is_full_or_ill(work: str, number: int, fast_path: Path) -> None:
    hands: list[SickHands] = []

    async def sicken(lab: FakeLab, daemon: Daemon) -> None:
        if not hands:
            hands.append(SickHands(lab.workspace, work, number))
            daemon.kit.hands.files = hands[0].files  # type: ignore[method-assign]
            if work == "revoke":
                lab.slurm.fault("sbatch", "unsent", calls=1)

    await ends_well(fast_path, sicken)
    assert hands[0].left == 0


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("step", ["sync_directory", "lock", "mark"])
async def test_a_record_that_cannot_be_written_starts_nothing(
    step: str, number: int, fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = getattr(records, step), [2]

    def fails(*arguments: object) -> object:
        if left[0]:
            left[0] -= 1
            raise OSError(number, os.strerror(number))
        return real(*arguments)

    monkeypatch.setattr(records, step, fails)

    async def nothing(_: FakeLab, __: Daemon) -> None:
        return

    lab = await ends_well(fast_path, nothing)
    assert left == [0]
    with_job = lab.ask("SELECT count(*) FROM attempts WHERE job IS NOT NULL")
    assert with_job == [(len(lab.slurm.jobs()),)] == [(STEPS,)]


@pytest.mark.parametrize("trouble", ["lease", "pause"])
async def test_a_disk_that_takes_long_is_followed_by_a_last_look(
    trouble: str, fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the record is made durable the lease may end, and a person may say stop."""
    lab, real = FakeLab(fast_path), records.mark

    def slow(path: Path, text: str) -> None:
        real(path, text)
        if trouble == "lease":
            lab.clock.boot_s += LEASE_S
        else:
            (lab.state / "PAUSE").touch()

    monkeypatch.setattr(records, "mark", slow)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT_SP)
    if trouble == "lease":
        with pytest.raises(LeaseError):
            await daemon.round()
    else:
        await daemon.round()
    with fakeslurm.opened(lab.slurm.place) as model:
        assert "sbatch" not in model.called
    assert list((lab.state / "submissions").iterdir()) == []
    await daemon.abandon()
