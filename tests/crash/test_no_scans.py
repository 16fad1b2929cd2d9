"""No statement of a working daemon scans a table: each is answered by an index."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from lab import Lab

from crystald.desk import looking
from crystald.desk.auditing import audit
from crystald.errors import RefusedError
from crystald.models import Rejected
from crystald.store import attempts, byhand, census, fuses, holding, refusals, views
from crystald.store.database import Transaction
from crystald.store.fuses import Ending, FuseLimits

SMALL = {"lease", "state_counts", "n", "json_each", "excluded_nodes", "s"}
"""What never grows: one row, one per state, the few rows that are put off, the few nodes left out;
and the rows that a statement itself has found just before (those of a run that are stuck)."""

BY_INDEX = re.compile(r"SCAN (\w+) USING (?:COVERING )?INDEX (\w+)")
PARTIAL = {
    "calculations_ready",
    "calculations_to_progress",
    "calculations_to_picture",
    "calculations_held",
    "attempts_live",
    "attempts_ended",
    "inbox_open",
    "decisions_open",
    "decisions_answered",
}
"""Indexes that hold only what is to be done: scanning one is doing it."""


def look(connection: sqlite3.Connection) -> None:
    for kind in views.LISTS:
        looking.ls(connection, looking.Ls(kind=kind, after=1))
    for wanted in (
        {"run": "r1"},
        {"material": "MgO"},
        {"state": "done"},
        {"run": "r1", "state": "done"},
    ):
        looking.ls(connection, looking.Ls(**wanted))
    for identifier in ("r1", "c1", "simulated.1", "MgO"):
        looking.show(connection, looking.Show(identifier))
        for before in (None, 9):
            name = identifier if identifier != "MgO" else None
            looking.log(connection, looking.Log(id=name, before=before))
    views.run_progress(connection, "r1")
    views.open_decisions(connection)
    views.last_change_at(connection)
    census.last_journal_seq(connection)
    census.attempts_page(connection, 0, 10)
    census.good_before(connection, 0, 10)


def act(transaction: Transaction) -> None:
    named = [holding.target(transaction.connection, name) for name in ("r1", "c1", "MgO")]
    for target in (holding.EVERYTHING, *named):
        holding.hold(transaction, [target], "by a person")
        holding.release(transaction, [target])
    limits = FuseLimits(jobs=2, soon_s=60.0, nodes=True)
    blown = [
        fuses.note(transaction, Ending("r1", n, n, "n1", 1.0, "not-crystal"), limits)
        for n in (1, 2)
    ]
    assert blown == [False, True]
    assert fuses.admit(transaction, "n1")
    refuse(transaction)


def refuse(transaction: Transaction) -> None:
    """Let two jobs of a run be refused alike, and ask about a script that was run by hand."""
    found = [attempts.get(transaction.connection, number) for number in (1, 2)]
    for attempt in found:
        by_id = "UPDATE calculations SET state = 'submitting' WHERE id = ?"
        transaction.execute(by_id, (attempt.calculation_id,))
        refusals.refuse(transaction, attempt, Rejected("Invalid account"), 2)
    refusals.passed(transaction, found[0].calculation_id)
    assert byhand.ask(transaction, found[0])
    with pytest.raises(RefusedError):
        byhand.gone(transaction, 1, "a person says so")


async def test_nothing_scans(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    statements: set[str] = set()
    for connection in daemon.connections:
        await connection.set_trace_callback(statements.add)
    await lab.submit(daemon, "MgO", "NaCl")
    await lab.work(daemon)
    await daemon.kit.database.write(act)
    assert lab.ask("SELECT 1 FROM decisions WHERE question LIKE '%2 jobs in a row%'")
    await daemon.kit.database.read(look)
    await audit(daemon.kit, lab.scheduler, lab.spool)
    connection = sqlite3.connect(lab.state / "materials.db")
    scans = []
    for statement in statements:
        if statement.split()[0].upper() not in ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"):
            continue
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            scans += [f"{row[3]}: {statement}" for _ in [0] if is_scan(row[3])]
    connection.close()
    assert len(statements) > 60
    assert not scans
    await daemon.leave()


def is_scan(plan: str) -> bool:
    if not plan.startswith("SCAN ") or plan.startswith("SCAN CONSTANT ROW"):
        return False
    if plan.split()[1] in SMALL:
        return False
    found = BY_INDEX.match(plan)
    return found is None or found[2] not in PARTIAL
