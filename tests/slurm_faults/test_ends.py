"""However a job ends, its calculation comes to the right state, with evidence and plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import fakeslurm
import pytest
from fakelab import FakeLab
from lab import OPT_SP, Daemon

from crystald.errors import WorkspaceError
from crystald.names import JobId
from crystald.store import answers
from crystald.store.decisions import Choice
from crystald.workspace import claims

pytestmark = pytest.mark.process

OPT = OPT_SP[:1]
TORN = "OPT\nCYC 3\n"
WHOLE = "OPT\nTERMINATION\n"
STOPPED: Mapping[str, object] = {}
ENDED = {"complete": True, "why": "end"}


@dataclass(frozen=True)
class End:
    """What Slurm says, what the script said, what the program printed; and what follows."""

    state: str
    code: int
    says: Mapping[str, object] | None
    output: str | None
    expected: str
    words: str


ENDS = {
    "time limit, told to save": End("TIMEOUT", 0, {"why": "USR1"}, TORN, "decision", "time-limit"),
    "time limit, killed": End("TIMEOUT", 15, None, TORN, "decision", "time-limit"),
    "memory of the program": End(
        "OUT_OF_MEMORY", 137, ENDED | {"exit": 137}, TORN, "decision", "exit code 137"
    ),
    "memory, and exit 0": End("OUT_OF_MEMORY", 0, ENDED | {"exit": 0}, TORN, "decision", "before"),
    "memory beside a good end": End(
        "OUT_OF_MEMORY", 0, ENDED | {"exit": 0}, WHOLE, "done", "a good end"
    ),
    "memory, whole output, and no word of the script": End(
        "OUT_OF_MEMORY", 0, None, WHOLE, "decision", "OUT_OF_MEMORY"
    ),
    "memory of the shell": End("OUT_OF_MEMORY", 9, None, TORN, "decision", "memory"),
    "node lost": End("NODE_FAIL", 0, None, TORN, "decision", "node-failure"),
    "node lost before it printed": End("NODE_FAIL", 0, None, None, "decision", "node-failure"),
    "preempted": End("PREEMPTED", 15, STOPPED, TORN, "decision", "preempted"),
    "cancelled while it ran": End("CANCELLED", 15, STOPPED, TORN, "cancelled", "cancelled"),
    "cancelled, and killed": End("CANCELLED", 9, None, TORN, "cancelled", "cancelled"),
    "whole output, bad end": End("NODE_FAIL", 0, None, WHOLE, "decision", "NODE_FAIL"),
    "deadline": End("DEADLINE", 15, STOPPED, TORN, "decision", "time-limit"),
    "boot failed": End("BOOT_FAIL", 0, None, None, "decision", "node-failure"),
}


async def running(lab: FakeLab) -> Daemon:
    """Boot, submit one step, and let its job run."""
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT)
    await daemon.round()
    lab.slurm.start_pending()
    await pass_by(lab, daemon, 3)
    assert set(lab.picture().values()) == {"running"}
    return daemon


async def pass_by(lab: FakeLab, daemon: Daemon, rounds: int) -> None:
    for _ in range(rounds):
        await daemon.round()
        lab.clock.boot_s += 20.0


def outcome(lab: FakeLab) -> tuple[str, str]:
    return lab.ask("SELECT state, reason FROM calculations")[0]


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("shown", [True, False], ids=["shown", "forgotten"])
async def test_an_end(name: str, *, shown: bool, fast_path: Path) -> None:
    """As the queue shows it, or as accounting alone remembers it."""
    end, lab = ENDS[name], FakeLab(fast_path)
    if not shown:
        lab.slurm.fault("sacct", "reuse")
    daemon = await running(lab)
    lab.slurm.kill(end.state, code=end.code, says=end.says, output=end.output)
    if not shown:
        lab.slurm.forget()
    await pass_by(lab, daemon, 9)
    state, reason = outcome(lab)
    assert (state, end.words in reason) == (end.expected, True), reason
    assert lab.ask("SELECT count(*), min(witness) <> '' FROM attempts") == [(1, 1)]
    assert len(lab.runner.starts) == 1
    assert not lab.problems()
    await daemon.leave()


@pytest.mark.parametrize(
    ("state", "exit_code", "expected"),
    [("OUT_OF_MEMORY", 0, "done"), ("NODE_FAIL", 0, "done"), ("COMPLETED", 3, "decision")],
)
@pytest.mark.parametrize("first", ["script", "slurm", "both"])
async def test_what_is_heard_first_decides_nothing(
    state: str, exit_code: int, expected: str, first: str, fast_path: Path
) -> None:
    lab = FakeLab(fast_path)
    daemon = await running(lab)
    if first == "script":
        lab.slurm.fault("squeue", "fails", for_s=60.0)
    lab.slurm.kill(state, says=ENDED | {"exit": exit_code}, output=WHOLE)
    (record,) = lab.workspace.glob("workflow_outputs/*/*/*/attempts/01/end.json")
    if first == "slurm":  # the file system shows the script's word later than Slurm shows the end
        hidden = record.rename(fast_path / "end.json")
        daemon.assembly.reconciler.hurry()
        tasks = {task.name: task for task in daemon.assembly.tasks}
        for name in ("keeper", "reconciler"):
            await tasks[name].round()
        assert outcome(lab)[0] == "ended"
        hidden.rename(record)
    await pass_by(lab, daemon, 9)
    assert outcome(lab)[0] == expected
    said = lab.ask("SELECT exit_code, good, witness, node FROM attempts")
    assert said == [(exit_code, int(exit_code == 0), "end record", "n1")]
    await daemon.leave()


async def test_nothing_is_concluded_while_the_word_of_the_script_cannot_be_read(
    fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = FakeLab(fast_path)
    daemon = await running(lab)
    lab.slurm.kill("OUT_OF_MEMORY", says=ENDED | {"exit": 0}, output=WHOLE)

    def sick(_: Path) -> None:
        raise WorkspaceError("end.json: Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("crystald.tasks.settling.read_end", sick)
        await pass_by(lab, daemon, 9)
        assert outcome(lab)[0] == "running"
        assert "attempts" in daemon.kit.banners.all()
    await pass_by(lab, daemon, 9)
    assert outcome(lab)[0] == "done"
    await daemon.leave()


async def test_a_job_that_a_person_cancels_while_it_waits(fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT)
    await pass_by(lab, daemon, 2)
    assert set(lab.picture().values()) == {"queued"}
    lab.slurm.set_state("PENDING", "CANCELLED")
    await pass_by(lab, daemon, 4)
    assert outcome(lab)[0] == "cancelled"
    assert lab.runner.starts == []
    await daemon.leave()


async def test_why_a_job_waits_is_told(fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT)
    await pass_by(lab, daemon, 2)
    lab.slurm.set_state("PENDING", "PENDING", "AssocGrpCpuLimit")
    await pass_by(lab, daemon, 2)
    assert "the group uses as much as your association allows" in outcome(lab)[1]
    await daemon.leave()


async def test_a_job_that_is_suspended_for_an_hour_runs(fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    daemon = await running(lab)
    lab.slurm.set_state("RUNNING", "SUSPENDED")
    await pass_by(lab, daemon, 180)
    state, reason = outcome(lab)
    assert (state, "it is suspended and goes on" in reason) == ("running", True), reason
    lab.slurm.set_state("SUSPENDED", "RUNNING")
    await pass_by(lab, daemon, 2)
    assert outcome(lab) == ("running", "")
    await lab.work(daemon)
    assert outcome(lab)[0] == "done"
    await daemon.leave()


@pytest.mark.parametrize("squeue", ["", "empty", "fails"])
async def test_a_job_that_ends_before_anybody_looks(squeue: str, fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO", steps=OPT)
    await daemon.round()
    lab.slurm.start_pending()
    lab.slurm.finish_running()
    if squeue:
        lab.slurm.fault("squeue", squeue, for_s=600.0)
    await pass_by(lab, daemon, 9)
    assert outcome(lab)[0] == "done"
    assert len(lab.runner.starts) == 1
    await daemon.leave()


@pytest.mark.parametrize("says", [STOPPED, None], ids=["told", "untold"])
async def test_a_job_that_is_put_back_runs_again(
    says: Mapping[str, object] | None, fast_path: Path
) -> None:
    """Preempted, or lost with its node: the claim is its own, its restart count is higher."""
    lab = FakeLab(fast_path)
    daemon = await running(lab)
    lab.slurm.kill("PREEMPTED", says=says, output=TORN, requeue=True)
    await pass_by(lab, daemon, 3)
    assert outcome(lab)[0] == "queued"
    await lab.work(daemon)
    assert outcome(lab)[0] == "done"
    assert lab.ask("SELECT number, restart, state FROM attempts") == [(1, 1, "judged")]
    assert len(lab.runner.starts) == 2
    assert lab.runner.bad == []
    await daemon.leave()


async def test_without_accounting_a_forgotten_job_is_told_by_its_own_record(
    fast_path: Path,
) -> None:
    lab = FakeLab(fast_path)
    lab.slurm.fault("sacct", "refused")
    daemon = await running(lab)
    lab.slurm.kill("TIMEOUT", says={"why": "USR1"}, output=TORN)
    lab.slurm.forget()
    await pass_by(lab, daemon, 9)
    state, reason = outcome(lab)
    assert state == "decision"
    assert "time-limit" in reason
    with fakeslurm.opened(lab.slurm.place) as model:
        assert model.called["sacct"] < 9
    await daemon.leave()


async def test_a_job_that_nobody_knows_any_more_is_told_in_plain_words(fast_path: Path) -> None:
    lab = FakeLab(fast_path)
    lab.slurm.fault("sacct", "absent")
    daemon = await running(lab)
    lab.slurm.kill("NODE_FAIL", says=None, output=TORN)
    lab.slurm.forget()
    await pass_by(lab, daemon, 9)
    state, reason = outcome(lab)
    assert state == "decision"
    assert "the scheduler does not know the job any more" in reason
    await daemon.leave()


@pytest.mark.parametrize("code", [0, 9])
async def test_the_start_that_is_judged_is_the_last_that_left_its_directory(
    code: int, fast_path: Path
) -> None:
    """A later start that nobody saw outranks the record that an earlier one left."""
    lab = FakeLab(fast_path)
    lab.slurm.fault("sacct", "absent")
    daemon = await running(lab)
    lab.slurm.kill("PREEMPTED", says=STOPPED, output=TORN, requeue=True)
    await daemon.leave()
    lab.slurm.start_pending()
    lab.slurm.kill("NODE_FAIL", code=code, says=None, output=WHOLE)
    lab.slurm.forget()
    daemon = await lab.boot()
    lab.clock.boot_s += 1000.0
    await pass_by(lab, daemon, 12)
    state, reason = outcome(lab)
    assert (state, "the output is complete" in reason) == ("decision", True), reason
    assert lab.ask("SELECT restart, witness FROM attempts") == [(1, "scheduler: DENIED")]
    await daemon.leave()


async def test_a_job_that_is_put_back_after_its_end_was_judged_does_not_run_beside_its_successor(
    fast_path: Path,
) -> None:
    lab = FakeLab(fast_path)
    daemon = await running(lab)
    lab.slurm.kill("NODE_FAIL", says=None, output=TORN)
    await pass_by(lab, daemon, 6)
    assert outcome(lab)[0] == "decision"
    with fakeslurm.opened(lab.slurm.place) as model:
        model.put_back(model.jobs[0])
        model.jobs[0].ended_s = None
    ((asked,),) = lab.ask("SELECT id FROM decisions")
    question = await daemon.kit.database.read(lambda c: answers.question(c, asked))
    again = [*question.choices].index(Choice.RETRY) + 1
    await daemon.kit.database.write(lambda tx: answers.answer(tx, asked, again))
    await pass_by(lab, daemon, 3)
    lab.slurm.start_pending()
    states = [(job.state, job.restarts) for job in lab.slurm.jobs()]
    assert states == [("COMPLETED", 1), ("RUNNING", 0)]
    await lab.work(daemon)
    assert outcome(lab)[0] == "done"
    assert len(lab.runner.starts) == 2
    assert not lab.problems()
    await daemon.leave()


@pytest.mark.parametrize("trouble", ["unwritable", "begun"])
async def test_nothing_is_concluded_of_a_job_that_may_start_again(
    trouble: str, fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its directory cannot be closed, or it began once more after Slurm was asked."""
    lab = FakeLab(fast_path)
    daemon = await running(lab)
    lab.slurm.kill("NODE_FAIL", says=None, output=TORN)
    closing = claims.close

    def begun(attempt: Path, job: JobId, epoch: int) -> int | None:
        with fakeslurm.opened(lab.slurm.place) as model:
            model.put_back(model.jobs[0])
            model.jobs[0].ended_s = None
        lab.slurm.start_pending()
        return closing(attempt, job, epoch)

    def unwritable(*_: object) -> None:
        raise WorkspaceError("closed: Disk quota exceeded")

    sick = begun if trouble == "begun" else unwritable
    with monkeypatch.context() as patched:
        patched.setattr("crystald.tasks.settling.close", sick)
        await pass_by(lab, daemon, 3)
        assert outcome(lab)[0] == "running"
        assert ("attempts" in daemon.kit.banners.all()) == (trouble == "unwritable")
    await lab.work(daemon)
    assert outcome(lab)[0] == ("done" if trouble == "begun" else "decision")
    assert not lab.runner.bad
    await daemon.leave()
