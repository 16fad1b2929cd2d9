"""The doctor's look at Slurm: each finding has a grade, and each bad one a cure."""

from __future__ import annotations

import pytest
from slurm_prints import CONFIG, Bin, record

from crystald.clock import SystemClock
from crystald.models import Resources
from crystald.schedulers.slurm.client import user_name
from crystald.schedulers.slurm.examine import Finding, Grade, examine
from crystald.schedulers.slurm.settings import SlurmSettings

pytestmark = pytest.mark.process


async def look(
    commands: Bin,
    steps: dict[str, Resources] | None = None,
    wanted: int = 220,
    poll_s: float = 15.0,
    **settings: object,
) -> dict[Grade, list[Finding]]:
    chosen = SlurmSettings(**settings)  # type: ignore[arg-type]
    found = await examine(chosen, SystemClock(), commands.environ, poll_s, steps or {}, wanted)
    assert all(finding.cure for finding in found if finding.grade is not Grade.OK)
    return {grade: [f for f in found if f.grade is grade] for grade in Grade}


async def test_a_healthy_site(commands: Bin) -> None:
    commands.prints("squeue", record(1) + record(2))
    commands.prints("sacct", "")
    found = await look(commands)
    assert not found[Grade.BAD]
    assert not found[Grade.WARN]
    text = "\n".join(finding.text for finding in found[Grade.OK])
    for said in (
        "cluster hpc, Slurm 22.05.8",
        "2 jobs",
        "rl_enable",
        "180 s",
        "sacct answers",
        "300 s after their end (MinJobAge)",
        "10 s for an answer (MessageTimeout)",
        "30 s after it was told to end (KillWait)",
        "10000 jobs of all users (MaxJobCount)",
        "are put back after the loss of a node (JobRequeue)",
        "squeue is asked with --me",
        "the partition main is up",
    ):
        assert said in text
    assert commands.calls("sbatch") == []


async def test_a_controller_that_is_away(commands: Bin) -> None:
    commands.prints("scontrol", "", 1, "Unable to contact slurm controller (connect failure)\n")
    found = await look(commands)
    assert "Unable to contact" in found[Grade.BAD][0].text


async def test_a_command_that_is_missing(commands: Bin) -> None:
    found = await look(commands, scancel="no-such-scancel")
    assert "no-such-scancel is not on the PATH" in found[Grade.BAD][0].text


async def test_a_squeue_that_prints_something_else(commands: Bin) -> None:
    commands.prints("squeue", "JOBID STATE\n1 RUNNING\n")
    found = await look(commands)
    assert "slurm.squeue" in found[Grade.BAD][0].cure


async def test_the_wrong_cluster(commands: Bin) -> None:
    found = await look(commands, cluster="mine")
    assert "controller is that of hpc" in found[Grade.BAD][0].text


async def test_warnings(commands: Bin) -> None:
    config = CONFIG.replace("300 sec", "10 sec").replace("30 sec", "5 sec")
    commands.prints("scontrol", config)
    found = await look(commands)
    texts = [finding.text for finding in found[Grade.WARN]]
    assert any("10 s after their end" in text for text in texts)
    assert any("sacct does not answer" in text for text in texts)
    assert any("lives 5 s after it was told to end" in text for text in texts)


@pytest.mark.parametrize(
    ("age", "poll_s", "grade", "said"),
    [
        ("0 sec", 15.0, Grade.OK, "never forgets jobs that have ended (MinJobAge 0)"),
        ("60 sec", 120.0, Grade.OK, "looked at every 30 s therefore"),
        ("10 sec", 5.0, Grade.OK, "forgets jobs 10 s after their end (MinJobAge)"),
        ("2 sec", 2.0, Grade.WARN, "forgets jobs 2 s after their end (MinJobAge)"),
    ],
)
async def test_how_long_jobs_are_remembered(
    commands: Bin, age: str, poll_s: float, grade: Grade, said: str
) -> None:
    commands.prints("scontrol", CONFIG.replace("300 sec", age))
    found = await look(commands, poll_s=poll_s)
    assert any(said in finding.text for finding in found[grade])
    others = [f.text for other in Grade if other is not grade for f in found[other]]
    assert not any("MinJobAge" in text for text in others)


async def test_a_step_that_asks_for_more_than_is_granted(commands: Bin) -> None:
    commands.command(
        "scontrol",
        f"""case "$*" in
  "show config") cat <<'X'
{CONFIG}X
  ;;
  *partition*) echo "PartitionName=main Default=YES MaxTime=01:00:00 State=UP MaxMemPerCPU=4000" ;;
  *) exit 1 ;;
esac""",
    )
    steps = {"OPT": Resources(4, 2000, 7200), "SP": Resources(4, 2000, 3600)}
    found = await look(commands, steps)
    assert any("the partition main is up: at most 1 hour" in f.text for f in found[Grade.OK])
    texts = [finding.text for finding in found[Grade.WARN]]
    assert "OPT asks for 2 hours; the most is 1 hour (the partition main)" in texts
    assert not any(text.startswith("SP") for text in texts)


async def test_a_partition_that_is_not_there_beside_one_that_is(commands: Bin) -> None:
    found = await look(commands, partition="main,lnog")
    assert [f.text for f in found[Grade.BAD]] == ["there is no partition lnog"]
    assert "there are main" in found[Grade.BAD][0].cure


@pytest.mark.parametrize(("wanted", "told"), [(220, True), (20, False)])
async def test_fewer_jobs_than_the_queue_policy_wants(
    commands: Bin, wanted: int, *, told: bool
) -> None:
    commands.command(
        "scontrol",
        f"""case "$*" in
  "show config") cat <<'X'
{CONFIG}X
  ;;
  *assoc_mgr*) echo "Account=chem UserName={user_name()}(1) DefAssoc=Yes MaxSubmitJobs=20(3)" ;;
  *) exit 1 ;;
esac""",
    )
    found = await look(commands, wanted=wanted)
    texts = [finding.text for finding in found[Grade.OK]]
    assert "your limits in the account chem: at most 20 of yours are submitted" in texts
    said = "20 jobs of ours are kept in the queue, not 220: no more are taken"
    assert (said in texts) is told


async def test_no_accounting_is_no_trouble(commands: Bin) -> None:
    commands.prints("scontrol", CONFIG.replace("slurmdbd", "none"))
    found = await look(commands)
    assert not found[Grade.WARN]
    assert commands.calls("sacct") == []
