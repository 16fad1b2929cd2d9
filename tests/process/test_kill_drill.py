"""kill -9 of the real daemon, again and again: no program starts twice, none is lost."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from homes import Home
from waiting import wait_until

import crystalctl

pytestmark = [pytest.mark.process, pytest.mark.drill]

CIFS = Path(crystalctl.__file__).parent / "demo_data"
KILLS = 20
DONE = [("done",)]
ENERGIES = (
    "SELECT c.step, p.value_real FROM calculations c JOIN properties p ON p.calculation_id = c.id"
    " WHERE p.name = 'energy'"
)


def submit(home: Home, *names: str) -> str:
    paths = [str(CIFS / f"{name}.cif") for name in names]
    return str(json.loads(home.ctl("submit", "--json", *paths))["run_id"])


def check(home: Home, run: str) -> dict[str, list[tuple]]:
    """The invariants, counted by starts of the programs; gives the results."""
    assert home.rows(f"SELECT DISTINCT state FROM calculations WHERE run_id = '{run}'") == DONE
    starts = Counter(home.starts())
    assert max(starts.values()) == 1
    done = home.rows("SELECT token FROM attempts WHERE state = 'judged'")
    assert sorted(starts) == sorted(token for (token,) in done)
    assert (
        home.rows(
            "SELECT calculation_id FROM attempts WHERE state = 'judged' GROUP BY 1 HAVING count(*) > 1"
        )
        == []
    )
    audit = json.loads(home.ctl("audit", "--json"))
    assert (audit["duplicates"], audit["lost"], audit["clean"]) == (0, 0, True)
    return home.table(run)


@pytest.mark.timeout(400)
def test_twenty_kills_change_nothing(home: Home) -> None:
    chance = random.Random(20261123)
    names = ("MgO", "Si-diamond", "KMgF3", "TiO2-rutile", "SiO2-quartz", "Al2O3-corundum")
    daemon = home.up()
    run = submit(home, *names)
    for _ in range(KILLS):
        before = home.rows("SELECT max(seq) FROM journal")[0][0]
        rows = before + chance.randrange(8)
        wait_until(
            lambda rows=rows: (
                home.rows("SELECT max(seq) FROM journal")[0][0] >= rows
                or not home.rows(
                    f"SELECT 1 FROM calculations WHERE run_id = '{run}' AND state <> 'done'"
                )
            ),
            "something happens",
            60,
        )
        daemon.kill()
        daemon.wait()
        daemon = home.up()
    home.ctl("wait", run, "--timeout", "200", timeout_s=240)
    disturbed = check(home, run)
    again = submit(home, *names)
    home.ctl("wait", again, "--timeout", "200", timeout_s=240)
    assert check(home, again) == disturbed


@pytest.mark.parametrize("count", [1, 2, 3])
def test_killed_between_the_answer_and_its_record(home: Home, count: int) -> None:
    daemon = home.up()
    run = submit(home, "MgO")
    daemon.kill()
    daemon.wait()
    killer = Path(__file__).parents[1] / "machines" / "dies_after_submit.py"
    already = len(home.rows("SELECT id FROM attempts"))
    doomed = subprocess.Popen(
        [sys.executable, str(killer), str(home.path), str(max(1, count - already))],
        env=home.environment(),
    )
    assert doomed.wait(timeout=60) == -9
    home.up()
    home.ctl("wait", run, "--timeout", "100", timeout_s=120)
    check(home, run)


@pytest.mark.timeout(200)
def test_visits_alone_finish_a_run(home: Home) -> None:
    """As from cron: no daemon stays, and one of the visits is killed."""
    daemon = home.up()
    (home.state / "PAUSE").touch()
    run = submit(home, "MgO", "Si-diamond")
    home.ctl("down")
    daemon.wait()
    (home.state / "PAUSE").unlink()
    killed = home.start("--once")
    wait_until(lambda: home.rows("SELECT 1 FROM attempts"), "it submits", 60)
    killed.kill()
    killed.wait()

    def visited() -> bool:
        assert home.start("--once").wait(timeout=60) == 0
        return not home.rows("SELECT 1 FROM calculations WHERE state <> 'done'")

    wait_until(visited, "the visits finish the run", 150)
    home.up()
    check(home, run)


@pytest.mark.timeout(200)
def test_visits_settle_what_nobody_recorded(home: Home) -> None:
    """With the settings as shipped: a submission that died before it began, and only visits."""
    config = home.path / "config" / "crystald.yaml"
    config.write_text(config.read_text().replace("poll_s: 1", "poll_s: 15"))
    home.up()
    (home.state / "PAUSE").touch()
    run = submit(home, "MgO")
    home.ctl("down")
    (home.state / "PAUSE").unlink()
    killer = Path(__file__).parents[1] / "machines" / "dies_after_submit.py"
    doomed = subprocess.Popen(
        [sys.executable, str(killer), str(home.path), "0"], env=home.environment()
    )
    assert doomed.wait(timeout=60) == -9
    assert home.rows("SELECT state FROM attempts") == [("intent",)]
    assert home.start("--once").wait(timeout=60) == 0
    assert home.rows("SELECT state FROM attempts WHERE number = 1") == [("revoked",)]
    home.up()
    home.ctl("wait", run, "--timeout", "100", timeout_s=120)
    check(home, run)


@pytest.mark.timeout(200)
def test_a_lost_database_takes_no_result_of_an_earlier_one(home: Home) -> None:
    daemon = home.up()
    first = submit(home, "MgO")
    home.ctl("wait", first, "--timeout", "100", timeout_s=120)
    check(home, first)
    energies = set(home.rows(ENERGIES))
    starts = len(home.starts())
    home.ctl("down")
    daemon.wait()
    for file in home.state.glob("materials.db*"):
        file.unlink()
    home.up()
    path = str(CIFS / "MgO.cif")
    said = home.ctl(
        "submit", "--json", "--set", "functional=B3LYP", "--set", "dispersion=none", path
    )
    second = str(json.loads(said)["run_id"])
    assert second != first
    home.ctl("wait", second, "--timeout", "100", timeout_s=120)
    assert len(home.starts()) == 2 * starts
    assert home.rows("SELECT DISTINCT state FROM calculations") == DONE
    assert energies.isdisjoint(home.rows(ENERGIES))


def test_what_is_away_is_not_taken_for_empty(home: Home) -> None:
    away = home.state.rename(home.path / "away")
    daemon = home.start()
    _, said = daemon.communicate(timeout=30)
    assert daemon.returncode == 2
    assert "is not there" in said
    assert not home.state.exists()
    away.rename(home.state)
