"""Fuses: jobs that end soon and alike, again and again, stop the rest of a run.

A wrong module line must not burn a night's worth of jobs. A run has a fuse until the first of its
jobs has run for longer or ended well; a node has one for ever.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from crystald.store import journal
from crystald.store.database import Transaction
from crystald.store.decisions import raise_decision
from crystald.store.holding import Target, hold
from crystald.store.journal import Subject


@dataclass(frozen=True)
class FuseLimits:
    """When a fuse blows.

    Attributes
    ----------
    jobs
        In a row, ended soon and alike; 0 for never.
    soon_s
        How soon, s.
    nodes
        Whether nodes have fuses, too: where the scheduler has several and can leave one out.
    """

    jobs: int
    soon_s: float
    nodes: bool = False


@dataclass(frozen=True)
class Ending:
    """How a job ended, as far as fuses care.

    Attributes
    ----------
    run_id, calculation_id, attempt_id
        Whose.
    node
        Where it ran; empty when unknown.
    seconds
        How long it ran; None when unknown.
    fault
        What went wrong, in one word or line; empty for a good end.
    """

    run_id: str
    calculation_id: int
    attempt_id: int
    node: str
    seconds: float | None
    fault: str


@dataclass(frozen=True)
class Fuse:
    """How far a fuse is: ends in a row that were alike."""

    count: int = 0
    fault: str = ""
    safe: bool = False


def after(fuse: Fuse, ending: Ending, limits: FuseLimits) -> Fuse:
    """Tell how a fuse stands after an end.

    Examples
    --------
    >>> soon = Ending("r1", 1, 1, "n1", 2.0, "not-crystal")
    >>> after(Fuse(1, "not-crystal"), soon, FuseLimits(3, 60.0)).count
    2
    """
    if ending.seconds is None:
        return fuse
    if not ending.fault or ending.seconds > limits.soon_s:
        return Fuse(safe=True)
    if fuse.safe:
        return fuse
    return Fuse(fuse.count + 1 if ending.fault == fuse.fault else 1, ending.fault)


def note(transaction: Transaction, ending: Ending, limits: FuseLimits) -> bool:
    """Note an end; hold the run when a fuse blows, and tell whether one did."""
    if not limits.jobs:
        return False
    of_run = _burn(transaction, ending, limits, (ending.run_id, ""))
    of_node = (
        limits.nodes and bool(ending.node) and _burn(transaction, ending, limits, ("", ending.node))
    )
    if of_node:
        _exclude(transaction, ending)
    if of_run or of_node:
        _hold(transaction, ending, limits, ending.node if of_node else "")
    return of_run or of_node


def _burn(
    transaction: Transaction, ending: Ending, limits: FuseLimits, key: tuple[str, str]
) -> bool:
    row = transaction.one("SELECT count, fault, safe FROM fuses WHERE run_id = ? AND node = ?", key)
    before = Fuse(row["count"], row["fault"], bool(row["safe"])) if row else Fuse()
    now = after(before, ending, limits)
    if key[1]:
        now = Fuse(now.count, now.fault)  # a node may fall ill at any time
    blown = now.count >= limits.jobs
    if blown:
        now = Fuse()
    if now != before:
        transaction.execute(
            "INSERT INTO fuses (run_id, node, count, fault, safe) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (run_id, node) DO UPDATE SET count = excluded.count,"
            " fault = excluded.fault, safe = excluded.safe",
            (*key, now.count, now.fault, int(now.safe)),
        )
    return blown


def _exclude(transaction: Transaction, ending: Ending) -> None:
    why = f"{ending.fault} again and again"
    transaction.execute(
        "INSERT INTO excluded_nodes (node, why, excluded_at) VALUES (?, ?, ?)"
        " ON CONFLICT (node) DO NOTHING",
        (ending.node, why, transaction.at),
    )
    subject = Subject(ending.run_id, ending.calculation_id, ending.attempt_id)
    journal.write(transaction, subject, "node.excluded", text=f"{ending.node}: {why}")


def _hold(transaction: Transaction, ending: Ending, limits: FuseLimits, node: str) -> None:
    where = f"on node {node}" if node else f"the first of run {ending.run_id}"
    text = f"{limits.jobs} jobs in a row, {where}, ended within {limits.soon_s:g} s: {ending.fault}"
    held = hold(transaction, [Target(ending.run_id, "run_id", ending.run_id)], text)
    cure = f"Repair the cause, then: crystalctl release {ending.run_id}"
    if node:
        cure += f" (node {node} gets no jobs of ours any more; crystalctl release node:{node} changes that)"
    evidence = {"fault": ending.fault, "held": held, "node": ending.node, "hint": cure}
    question = f"{text}; the rest of the run is held"
    raise_decision(transaction, ending.calculation_id, ending.attempt_id, question, evidence)


def excluded_nodes(connection: sqlite3.Connection) -> tuple[str, ...]:
    """List the nodes that get no jobs of ours."""
    rows = connection.execute("SELECT node FROM excluded_nodes ORDER BY node")
    return tuple(row["node"] for row in rows)


def admit(transaction: Transaction, node: str) -> bool:
    """Let a node get jobs again; tell whether it was excluded."""
    gone = transaction.execute("DELETE FROM excluded_nodes WHERE node = ?", (node,)).rowcount == 1
    if gone:
        journal.write(transaction, Subject(), "node.admitted", text=node)
    return gone
