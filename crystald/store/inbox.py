"""The inbox of rings: each message once, acknowledged only after this commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crystald.models import RingMessage
from crystald.names import Token
from crystald.store import attempts, journal
from crystald.store.database import Transaction
from crystald.store.journal import Subject

DUPLICATES_MAX: Final = 8
"""Copies of an attempt's job that are noted; rings can be forged, and a note of each costs rows."""


@dataclass(frozen=True)
class Received:
    """What became of a batch of messages: new ones, ones seen before, ones of no token of ours."""

    new: int
    seen: int
    foreign: int


def receive(transaction: Transaction, messages: Sequence[RingMessage]) -> Received:
    """Keep messages of our tokens, each once; of copies of a job the first few."""
    new = seen = foreign = 0
    for message in messages:
        attempt = transaction.one(
            "SELECT a.id, a.calculation_id, c.run_id FROM attempts a"
            " JOIN calculations c ON c.id = a.calculation_id WHERE a.token = ?",
            (message.token,),
        )
        if attempt is None:
            foreign += 1
        elif not _is_news(transaction, message) or not _insert(transaction, message):
            seen += 1
        else:
            new += 1
            if message.event == "duplicate":
                _note_duplicate(transaction, message, attempt)
    if new:
        transaction.changes.add("inbox")
    return Received(new, seen, foreign)


def _is_news(transaction: Transaction, message: RingMessage) -> bool:
    """Tell whether a copy was not told of before, and others few times only; all else is news."""
    if message.event != "duplicate":
        return True
    rows = transaction.execute(
        "SELECT DISTINCT job FROM inbox WHERE token = ? AND event = 'duplicate' LIMIT ?",
        (message.token, DUPLICATES_MAX),
    )
    told = [row["job"] for row in rows]
    return len(told) < DUPLICATES_MAX and str(message.job) not in told


def _insert(transaction: Transaction, message: RingMessage) -> bool:
    cursor = transaction.execute(
        "INSERT INTO inbox (token, job, restart, event, received_at, handled)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            message.token,
            str(message.job),
            message.restart,
            message.event,
            transaction.at,
            int(message.event == "duplicate"),
        ),
    )
    return cursor.rowcount == 1


def _note_duplicate(transaction: Transaction, message: RingMessage, attempt: sqlite3.Row) -> None:
    text = f"job {message.job} found the claim taken and ran nothing"
    attempts.remember_job(transaction, attempt["id"], message.job, note=text)
    subject = Subject(attempt["run_id"], attempt["calculation_id"], attempt["id"])
    journal.write(transaction, subject, "duplicate", text=text)


@dataclass(frozen=True)
class OpenRing:
    """Messages of one token that nobody has looked into; `ended` when one says so."""

    token: Token
    ended: bool


def open_rings(connection: sqlite3.Connection, limit: int) -> list[OpenRing]:
    """List tokens with messages that nobody has looked into, oldest first."""
    rows = connection.execute(
        "SELECT token, event FROM inbox WHERE handled = 0 ORDER BY id LIMIT ?", (limit,)
    )
    ended: dict[str, bool] = {}
    for row in rows:
        ended[row["token"]] = ended.get(row["token"], False) or row["event"] == "end"
    return [OpenRing(Token(token), end) for token, end in ended.items()]


def handled(transaction: Transaction, tokens: Sequence[Token], upto: int) -> None:
    """Mark the messages of some tokens, up to a row id, as looked into."""
    transaction.connection.executemany(
        "UPDATE inbox SET handled = 1 WHERE token = ? AND id <= ? AND handled = 0",
        [(token, upto) for token in tokens],
    )


def nothing_more(transaction: Transaction, token: Token) -> None:
    """Mark all messages of a token as looked into: nothing of its attempt is left to be decided."""
    transaction.execute("UPDATE inbox SET handled = 1 WHERE token = ? AND handled = 0", (token,))


def unhandled(connection: sqlite3.Connection, tokens: Sequence[Token]) -> list[Token]:
    """Tell which of some tokens have messages that are not marked as looked into."""
    asked = "SELECT 1 FROM inbox WHERE token = ? AND handled = 0 LIMIT 1"
    return [token for token in tokens if connection.execute(asked, (token,)).fetchone()]


def last_id(connection: sqlite3.Connection) -> int:
    """Tell the id of the newest message."""
    row = connection.execute("SELECT max(id) FROM inbox").fetchone()
    return int(row[0] or 0)
