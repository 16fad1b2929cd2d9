"""Decisions: questions that only a person can answer; they wait and block nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crystald.store.database import Transaction


def raise_decision(
    transaction: Transaction,
    calculation_id: int,
    attempt_id: int | None,
    question: str,
    evidence: Mapping[str, object],
) -> None:
    """Put a question into the inbox of people."""
    transaction.execute(
        "INSERT INTO decisions (calculation_id, attempt_id, question, evidence, raised_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            calculation_id,
            attempt_id,
            question,
            json.dumps(evidence, ensure_ascii=False),
            transaction.at,
        ),
    )
