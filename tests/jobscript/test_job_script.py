"""The job script, run by a real bash with tiny programs: each branch of it."""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from scripts import TEMPLATES, TOKEN, Job, alive
from waiting import wait_until

from crystald.errors import ConfigError
from crystald.models import Claim, LeftFile, Resources
from crystald.names import JobId, Token
from crystald.workspace.claims import read_claim, read_end
from crystald.workspace.layout import OUTPUT
from crystald.workspace.prepare import write_attempt
from crystald.workspace.script import render_script


def test_a_good_run(job: Job) -> None:
    job.lay_out('cat INPUT; echo "token $CRYSTALD_TOKEN"; echo wave >fort.9; echo x >other')
    assert job.run()[0] == 0
    assert (job.out() / OUTPUT).read_text() == f"the deck\ntoken {TOKEN}\n"
    assert (job.out() / "fort.9").read_text() == "wave\n"
    assert sorted(p.name for p in job.out().iterdir()) == [OUTPUT, "fort.9"]
    assert read_claim(job.order.attempt) == Claim("job", JobId("local", "1"))
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.exit_code, end.complete, end.why) == (0, True, "end")
    assert job.told() == ["start", "end"]
    assert job.scratch_left() == []


def test_names_of_files_may_be_patterns(job: Job) -> None:
    leaves = (LeftFile("optc*", ""), LeftFile("fort.9", "f9"), LeftFile("none*", ""))
    job = Job(job.root, replace(job.order, leaves=leaves))
    job.lay_out(
        "echo 1 >optc001; echo 2 >optc002; echo 'a b' >'optc a b'; mkdir optcdir; echo x >optx"
    )
    assert job.run()[0] == 0
    kept = sorted(p.name for p in job.out().iterdir())
    assert kept == [OUTPUT, "optc a b", "optc001", "optc002"]
    assert job.scratch_left() == []


def test_the_programs_status_is_kept(job: Job) -> None:
    job.lay_out("echo bad; exit 7")
    assert job.run()[0] == 7
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.exit_code, end.complete) == (7, True)


def test_staging_in_checks_sizes(job: Job) -> None:
    wave = job.root / "parent.f9"
    wave.write_text("12345")
    job.lay_out("cat fort.20", takes=((wave, "fort.20", 5),))
    assert job.run(1)[0] == 0
    assert (job.out() / OUTPUT).read_text() == "12345"


def test_a_torn_source_runs_nothing(job: Job) -> None:
    wave = job.root / "parent.f9"
    wave.write_text("123")
    job.lay_out("echo ran", takes=((wave, "fort.20", 5),))
    code, said = job.run()
    assert code == 66
    assert "could not be staged in whole (expected 5 bytes)" in said
    assert not (job.out() / OUTPUT).exists()
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.complete, end.why) == (False, "stage-in")
    assert job.scratch_left() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_stops_the_program_and_saves_what_it_left(job: Job, number: int) -> None:
    job.lay_out("echo wave >fort.9; touch ../../ready; exec sleep 600")
    process = job.start()
    wait_until((job.root / "ready").exists, "the program runs")
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 143
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.complete, end.why) == (False, number.name.removeprefix("SIG"))
    assert (job.out() / "fort.9").read_text() == "wave\n"
    assert job.told() == ["start", "end"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_what_the_program_started_is_ended_too(job: Job, number: int) -> None:
    # a launcher that dies of TERM and leaves its program behind, as site wrappers do
    job.lay_out("sleep 600 & echo $! >../../child; wait")
    process = job.start()
    child = job.root / "child"
    wait_until(lambda: child.exists() and child.read_text().strip(), "the program runs")
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 143
    assert not alive(int(child.read_text()))
    assert job.told() == ["start", "end"]


def test_a_program_that_does_not_listen_is_killed_and_its_files_are_kept(job: Job) -> None:
    job.lay_out(
        "trap '' TERM; echo wave >fort.9; touch ../../ready; while :; do sleep 0.05; done",
        resources=Resources(time_limit_s=10),  # two seconds of lead leave one second to stop
    )
    assert "trap 'stop USR1 1' USR1\n" in (job.order.attempt / "job.sh").read_text()
    process = job.start()
    wait_until((job.root / "ready").exists, "the program runs")
    process.send_signal(signal.SIGUSR1)
    process.communicate(timeout=60)
    assert process.returncode == 137
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.exit_code, end.complete) == (137, False)
    assert (job.out() / "fort.9").read_text() == "wave\n"


def test_little_grace_is_shared_between_ending_and_saving(job: Job) -> None:
    """Slurm's KillWait may be five seconds: a program that does not listen must not use it up."""
    job.lay_out(
        "trap '' TERM; echo wave >fort.9; touch ../../ready; while :; do sleep 0.1; done",
        grace_s=3.0,
    )
    process = job.start()
    wait_until((job.root / "ready").exists, "the program runs")
    began_s = time.monotonic()
    process.terminate()
    process.communicate(timeout=15)
    assert time.monotonic() - began_s < 10
    assert (job.out() / "fort.9").read_text() == "wave\n"
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.complete, end.why) == (False, "TERM")


def test_a_signal_before_the_program_starts_nothing(job: Job) -> None:
    gate = shlex.quote(str(job.root / "gate"))
    waits = f"touch {gate}.up; until [ -e {gate} ]; do sleep 0.02; done"
    job.lay_out("echo ran", environment=(waits,))
    process = job.start()
    wait_until((job.root / "gate.up").exists, "the script runs")
    process.send_signal(signal.SIGTERM)
    (job.root / "gate").touch()
    process.communicate(timeout=60)
    assert process.returncode == 143
    assert not (job.out() / OUTPUT).exists()
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.complete, end.why) == (False, "TERM")


def test_a_start_that_was_overtaken_leaves_the_end_record_alone(job: Job) -> None:
    job.lay_out("touch ../../up; until [ -e ../../gate ]; do sleep 0.02; done; exit 5")
    old = job.start(1, 0)
    wait_until((job.root / "up").exists, "the first start runs")
    new = job.start(1, 1)
    wait_until(job.out(1, 1).exists, "the second start took over")
    (job.root / "gate").touch()
    for process in (new, old):
        process.communicate(timeout=60)
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.restart, end.exit_code) == (1, 5)
    assert sorted(job.told()) == ["end", "end", "start", "start"]
    assert list(job.order.attempt.glob(".end.json*")) == []


def test_a_claim_that_cannot_be_made_runs_nothing(job: Job) -> None:
    job.lay_out("echo ran")
    (job.order.attempt / "claim").mkdir()
    code, said = job.run()
    assert code == 74
    assert "the claim cannot be made; nothing is run" in said
    assert not job.out().exists()


def test_a_line_break_in_a_sites_line_is_refused(job: Job) -> None:
    with pytest.raises(ConfigError, match="line break"):
        job.lay_out("true", directives=("--account=x\nrm -rf ~",))


@pytest.mark.parametrize("name", ["attempt", "spool", "scratch", "deck", "name"])
@pytest.mark.parametrize("control", ["\n", "\r", "\x1b"])
def test_a_control_character_in_any_value_is_refused(job: Job, name: str, control: str) -> None:
    bad = f"{getattr(job.order, name)}{control}touch owned #"
    order = replace(job.order, **{name: type(getattr(job.order, name))(bad)})
    with pytest.raises(ConfigError, match="control character"):
        render_script(order, TEMPLATES)


def test_an_edited_template_counts_from_the_next_script_on(job: Job, tmp_path: Path) -> None:
    job.lay_out("true")
    templates = Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))
    before = render_script(job.order, templates)
    shared = templates / "job.sh.j2"
    shared.write_text(shared.read_text() + "# of this site\n")
    assert render_script(job.order, templates) == before + "# of this site\n"


def test_a_killed_program_is_told_by_its_status(job: Job) -> None:
    job.lay_out("kill -KILL $$")
    assert job.run()[0] == 137
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.exit_code, end.complete) == (137, True)


def test_a_missing_program_is_told(job: Job) -> None:
    job.lay_out("")
    job.order = replace(job.order, program_argv=("no-such-program",))
    shutil.rmtree(job.order.attempt)
    write_attempt(
        job.order.attempt, TOKEN, {job.order.deck: "d\n"}, render_script(job.order, TEMPLATES)
    )
    assert job.run()[0] == 127
    assert "no-such-program" in (job.out() / OUTPUT).read_text()


def test_files_that_cannot_be_saved_stay_in_scratch(job: Job) -> None:
    in_the_way = shlex.quote(str(job.out() / "fort.9"))
    job.lay_out(f"echo wave >fort.9; mkdir {in_the_way}")
    assert job.run()[0] == 74
    end = read_end(job.order.attempt)
    assert end is not None
    assert (end.complete, end.why, end.exit_code) == (False, "stage-out", 74)
    assert [(left / "fort.9").read_text() for left in job.scratch_left()] == ["wave\n"]


def test_the_doorbell_may_fail(job: Job) -> None:
    job.lay_out("echo wave >fort.9", ring_argv=("/bin/false",))
    assert job.run()[0] == 0
    assert job.told() == ["start", "end"]


def test_nothing_hostile_was_executed(job: Job) -> None:
    job.lay_out("echo $(pwd)")
    job.run()
    assert not list(job.root.rglob("owned"))
    assert not (job.root.parent / "owned").exists()


def test_site_lines_are_taken_as_they_are(job: Job) -> None:
    job.lay_out(
        "echo $MODULE",
        environment=("export MODULE=$(echo loaded)",),
        directives=("--account=mendoza_q",),
        resources=Resources(32, 5000, 7 * 86400),
    )
    text = (job.order.attempt / "job.sh").read_text()
    assert "#SBATCH --account=mendoza_q\n" in text
    assert "#SBATCH --time=7-00:00:00\n#SBATCH --signal=B:USR1@600\n" in text
    assert "#SBATCH --ntasks=32\n" in text
    job.run()
    assert (job.out() / OUTPUT).read_text() == "loaded\n"


def test_the_spool_speaks_the_wire(job: Job) -> None:
    job.lay_out("exit 3")
    job.run()
    end = json.loads(next(job.order.spool.glob("*.end.json")).read_text())
    assert (end["token"], end["job"], end["exit"]) == (TOKEN, "local.1", 3)


def test_a_template_with_a_mistake_is_named(job: Job, tmp_path: Path) -> None:
    (tmp_path / "crystal.sh.j2").write_text("{{ no_such_value }}")
    with pytest.raises(ConfigError, match="no_such_value"):
        render_script(job.order, tmp_path)


def test_an_attempt_is_never_overwritten(job: Job) -> None:
    job.lay_out("true")
    other = replace(job.order, token=Token("f" * 20))
    with pytest.raises(Exception, match="belongs to another attempt"):
        write_attempt(job.order.attempt, TOKEN, {"d": "d"}, render_script(other, TEMPLATES))
