"""Scripts that a person ran by hand on another host: only a person can say that one has ended.

No scheduler knows such a script, and its process is not seen from here. As long as it leaves no end
record it may run, for days; a question stands open meanwhile, and closes when the record comes.
"""

from __future__ import annotations

import json

from crystald.errors import RefusedError
from crystald.models import Attempt
from crystald.protocol import End
from crystald.states import AttemptState
from crystald.store import attempts, recording
from crystald.store.database import Transaction
from crystald.store.decisions import BY_HAND, raise_decision


def ask(transaction: Transaction, attempt: Attempt) -> int | None:
    """Ask whether a script has ended, once for each that claimed the attempt.

    Returns
    -------
    int or None
        The open question; None where a person has answered it, or the attempt has moved.
    """
    if attempts.get(transaction.connection, attempt.id) != attempt:
        return None
    asked = transaction.execute(
        "SELECT id, evidence, answered_at FROM decisions WHERE calculation_id = ?"
        " AND attempt_id = ?",
        (attempt.calculation_id, attempt.id),
    )
    for row in asked:
        if json.loads(row["evidence"]).get(BY_HAND) == str(attempt.job):
            return None if row["answered_at"] else int(row["id"])
    question = f"{attempt.name} was run by hand ({attempt.job}) and left no word: has it ended?"
    evidence = {
        BY_HAND: str(attempt.job),
        "directory": attempt.directory,
        "hint": "Look on that host first: an answer closes the attempt, and a new one may follow.",
    }
    raise_decision(transaction, attempt.calculation_id, attempt.id, question, evidence)
    row = transaction.one("SELECT last_insert_rowid() AS id")
    return int(row["id"]) if row else None


def gone(transaction: Transaction, attempt_id: int | None, why: str) -> None:
    """Record that a script has ended, on a person's word; what it left is judged as ever.

    Raises
    ------
    RefusedError
        The attempt has moved meanwhile.
    """
    attempt = attempts.get(transaction.connection, attempt_id) if attempt_id is not None else None
    if attempt is None or attempt.state is not AttemptState.RUNNING or not _by_hand(attempt):
        raise RefusedError("it is not running by hand any more", "Look at: crystalctl ls decisions")
    assert attempt.job is not None  # noqa: S101  (it is one by hand)
    recording.apply(
        transaction, attempt, End(attempt.job, why, None, good=False, restart=attempt.restart)
    )


def _by_hand(attempt: Attempt) -> bool:
    return attempt.job is not None and attempt.job.by_hand
