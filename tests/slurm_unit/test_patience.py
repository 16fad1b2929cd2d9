"""Slurm is left in peace while it is slow or sick, calls are counted, settings are checked."""

from __future__ import annotations

import msgspec
import pytest

from crystald.schedulers.slurm.backoff import Backoff
from crystald.schedulers.slurm.calls import Calls
from crystald.schedulers.slurm.commands import environment
from crystald.schedulers.slurm.settings import SlurmSettings


def test_a_quick_answer_costs_no_rest() -> None:
    backoff = Backoff()
    backoff.answered(100.0, 0.5)
    assert backoff.may_begin(100.0)
    assert backoff.trouble is None


def test_rest_grows_with_the_time_that_answers_take() -> None:
    backoff = Backoff()
    backoff.answered(100.0, 20.0)
    backoff.answered(101.0, 0.1)
    assert backoff.may(101.0)  # the questions of this round go on
    assert not backoff.may_begin(299.0)
    assert backoff.may_begin(300.0)
    assert backoff.trouble is not None
    backoff.answered(300.0, 0.01)
    assert backoff.trouble is None


def test_rest_doubles_with_each_failure_up_to_a_bound() -> None:
    backoff, now_s, rests = Backoff(), 0.0, []
    for _ in range(8):
        backoff.failed(now_s, "squeue did not answer")
        assert backoff.trouble is not None
        rests.append(backoff.trouble.again_s - now_s)
        now_s = backoff.trouble.again_s
        assert backoff.may(now_s)
    assert rests == [15, 30, 60, 120, 240, 480, 600, 600]
    assert backoff.trouble is not None
    assert backoff.trouble.since_s == 0.0
    assert "8 times in a row" in backoff.trouble.text
    backoff.answered(now_s, 0.01)
    assert backoff.trouble is None
    assert backoff.may(now_s + 1)


def test_calls_of_the_last_hour() -> None:
    calls = Calls()
    for minute in range(120):
        calls.note("squeue", minute * 60.0)
    calls.note("sbatch", 7140.0)
    assert calls.last_hour(7140.0) == {"sbatch": 1, "squeue": 60}
    assert calls.last_hour(1e6) == {}
    assert calls.total["squeue"] == 120


def test_the_environment_changes_no_default() -> None:
    ours = {
        "PATH": "/bin", "SBATCH_PARTITION": "x", "SLURM_JOB_ID": "1", "SQUEUE_FORMAT": "%i",
        "SLURM_CLUSTERS": "all", "XDG_RUNTIME_DIR": "/run", "DBUS_SESSION_BUS_ADDRESS": "x",
        "SLURM_CONF": "/etc/slurm.conf", "LC_ALL": "de_DE.UTF-8",
    }  # fmt: skip
    assert environment(ours) == {
        "PATH": "/bin", "SLURM_CONF": "/etc/slurm.conf", "LC_ALL": "C", "LANG": "C",
        "SLURM_TIME_FORMAT": "%s",
    }  # fmt: skip


def test_directives_are_quoted_where_sbatch_needs_it() -> None:
    settings = SlurmSettings(
        account="chem", constraint="[a|b]&c", singleton=True, directives=("--exclude=n13",)
    )
    assert settings.directive_lines() == (
        "--account=chem",
        '--constraint="[a|b]&c"',
        "--dependency=singleton",
        "--exclude=n13",
    )


@pytest.mark.parametrize(
    "option", ["--exclude=n13,n[20-22]", "--exclude n13,n[20-22]", "-x n13,n[20-22]"]
)
def test_nodes_that_are_left_out_join_those_of_the_site(option: str) -> None:
    settings = SlurmSettings(directives=(option, "--gres=none"))
    assert settings.directive_lines() == (option, "--gres=none")
    assert settings.directive_lines(("n7", "-bad", "a b")) == (
        "--gres=none",
        "--exclude=n13,n[20-22],n7",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "a b"},
        {"partition": "-x"},
        {"qos": "x\n#SBATCH --exclusive"},
        {"constraint": 'a"b'},
        {"directives": ["exclude=n13"]},
        {"directives": ["--a\n--b"]},
        {"cluster": "a.b"},
        {"quiet_s": 0},
        {"accounts": "x"},
    ],
)
def test_settings_that_are_wrong_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, SlurmSettings)


def test_the_quiet_period() -> None:
    assert SlurmSettings().quiet(None) == 260.0
    assert SlurmSettings(quiet_s=3.0).quiet(10.0) == 3.0
