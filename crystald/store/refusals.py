"""Refusals: jobs that the scheduler refuses alike, again and again, hold their run with one question.

A wrong account is a mistake of the run, and not of each of its materials. The first refusals ask a
question each, for a single job may ask for too much; when as many in a row say the same, those
questions become one, and the run is held until a person has answered it.
"""

from __future__ import annotations

import json
import re

from crystald.models import Attempt, Rejected
from crystald.states import Event
from crystald.store import calculations, journal
from crystald.store.database import Transaction
from crystald.store.decisions import Choice, raise_decision
from crystald.store.holding import Target, hold
from crystald.store.journal import Subject

IN_A_ROW = 3
"""So many that say the same hold a run, unless the settings of the fuse say otherwise."""

_QUESTION = "The scheduler refuses the job."
_KEY = "refused by the scheduler"
"""Where the count stands among the fuses of a run; no node has such a name."""

_OF_ONE_JOB = re.compile(r"\S*[\d/]\S*")


def alike(reason: str) -> str:
    """Give of a refusal what others of the same cause share: no paths, names of jobs, numbers.

    Examples
    --------
    >>> alike("unable to open file /w/attempts/01/job.sh")
    'unable to open file …'
    """
    return _OF_ONE_JOB.sub("…", reason)


def refuse(transaction: Transaction, attempt: Attempt, answer: Rejected, most: int) -> None:
    """Record that the scheduler refused a job for ever.

    Parameters
    ----------
    transaction
        Of the record.
    attempt
        Whose job it was to be.
    answer
        What the scheduler said.
    most
        So many refusals in a row that are alike hold the run; 0 for never.
    """
    found = calculations.get(transaction.connection, attempt.calculation_id)
    if found.held:  # under way when its run was held: it is asked about once more after the release
        calculations.move(transaction, found.id, Event.DEFERRED, answer.reason)
        return
    calculations.move(transaction, found.id, Event.REJECTED, answer.reason)
    evidence = {"answer": answer.reason}
    raise_decision(transaction, found.id, attempt.id, _QUESTION, evidence)
    count = _counted(transaction, found.run_id, alike(answer.reason))
    if most and count >= most:
        _ask_once(transaction, found.run_id, attempt, answer.reason, count)


def passed(transaction: Transaction, calculation_id: int) -> None:
    """Note that a job was accepted: what comes next is no longer in a row."""
    transaction.execute(
        "DELETE FROM fuses WHERE node = ?"
        " AND run_id = (SELECT run_id FROM calculations WHERE id = ?)",
        (_KEY, calculation_id),
    )


def _counted(transaction: Transaction, run_id: str, words: str) -> int:
    row = transaction.one(
        "INSERT INTO fuses (run_id, node, count, fault, safe) VALUES (?, ?, 1, ?, 0)"
        " ON CONFLICT (run_id, node) DO UPDATE SET"
        " count = CASE fault WHEN excluded.fault THEN count + 1 ELSE 1 END, fault = excluded.fault"
        " RETURNING count",
        (run_id, _KEY, words),
    )
    return int(row["count"]) if row else 0


def _ask_once(
    transaction: Transaction, run_id: str, attempt: Attempt, reason: str, count: int
) -> None:
    """Hold a run, and put one question in the place of those that were asked before."""
    again = _take_back(transaction, run_id, alike(reason))
    text = f"the scheduler refused {count} jobs in a row of run {run_id}: {reason}"
    held = hold(transaction, [Target(run_id, "run_id", run_id)], text)
    evidence = {
        "answer": reason,
        "held": held,
        "refused": again,
        "hint": f"Repair the cause (account, partition, rights, limits), then: crystalctl release {run_id}",
    }
    question = f"{text}; the run is held"
    raise_decision(transaction, attempt.calculation_id, attempt.id, question, evidence)
    transaction.execute("DELETE FROM fuses WHERE run_id = ? AND node = ?", (run_id, _KEY))


def _take_back(transaction: Transaction, run_id: str, words: str) -> int:
    """Close the questions of a run about the same refusal; its calculations are ready again."""
    rows = transaction.execute(
        "SELECT d.id, d.calculation_id, d.attempt_id, d.evidence FROM decisions d"
        " JOIN calculations c ON c.id = d.calculation_id"
        " WHERE d.answered_at IS NULL AND d.question = ? AND c.run_id = ? AND c.state = 'decision'",
        (_QUESTION, run_id),
    ).fetchall()
    same = [row for row in rows if alike(json.loads(row["evidence"])["answer"]) == words]
    for row in same:
        transaction.execute(
            "UPDATE decisions SET answer = ?, answered_at = ?, carried_at = ? WHERE id = ?",
            (Choice.DISMISS, transaction.at, transaction.at, row["id"]),
        )
        text = f"d{row['id']}: asked once for the whole run"
        subject = Subject(run_id, row["calculation_id"], row["attempt_id"])
        journal.write(transaction, subject, "answered", text=text)
        calculations.move(transaction, row["calculation_id"], Event.RETRIED, text)
    return len(same)
