"""Holding: what people keep from being submitted, until they release it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from crystald.errors import NotFoundError
from crystald.store import calculations, details, journal
from crystald.store.database import Transaction
from crystald.store.journal import Subject

OPEN = "('waiting', 'ready', 'submitting', 'queued', 'recovering', 'decision')"
"""States whose calculation has not begun to run, or may run again."""


@dataclass(frozen=True)
class Target:
    """What a person named: a run, a material or a calculation; all of them for no column.

    Attributes
    ----------
    name
        As given.
    column, value
        What its calculations have in common.
    """

    name: str
    column: str = ""
    value: str | int = ""

    def where(self) -> tuple[str, tuple[str | int, ...]]:
        """Give the condition on ``calculations`` and its parameters."""
        return (f"{self.column} = ?", (self.value,)) if self.column else ("1", ())


EVERYTHING = Target("everything")

_COLUMNS = {"run": "run_id", "material": "material_id", "calculation": "id"}


def target(connection: sqlite3.Connection, identifier: str) -> Target:
    """Find what an id means: ``r1``, ``c12`` or a material.

    Raises
    ------
    NotFoundError
        Nothing that can be held has this id.
    """
    found = details.show(connection, identifier)
    kind, key = str(found["kind"]), str(found["id"])
    if kind not in _COLUMNS:
        raise NotFoundError(
            f"{identifier!r} is a {kind}, not a run, material or calculation",
            "Ids: r1 (run), c1 (calculation), or a material's name.",
        )
    return Target(identifier, _COLUMNS[kind], int(key[1:]) if kind == "calculation" else key)


def hold(transaction: Transaction, targets: Sequence[Target], why: str) -> int:
    """Hold what has not begun to run; jobs that wait in the scheduler will be withdrawn.

    Returns
    -------
    int
        How many calculations are held now that were not before.
    """
    return _set(transaction, targets, held=True, text=why)


def release(transaction: Transaction, targets: Sequence[Target]) -> int:
    """Release what was held; give how many calculations that were."""
    return _set(transaction, targets, held=False, text="")


def _set(transaction: Transaction, targets: Sequence[Target], *, held: bool, text: str) -> int:
    changed = 0
    for named in targets:
        where, values = named.where()
        which = f"held = 0 AND state IN {OPEN}" if held else "held = 1"
        count = transaction.execute(
            f"UPDATE calculations SET held = ? WHERE {where} AND {which}",  # noqa: S608
            (int(held), *values),
        ).rowcount
        changed += count
        if count:
            event = "held" if held else "released"
            told = f"{named.name}: {count} calculations" + (f" ({text})" if text else "")
            journal.write(transaction, _subject(transaction, named), event, text=told)
    if changed:
        transaction.changes.add("held" if held else "ready")
    return changed


def _subject(transaction: Transaction, named: Target) -> Subject:
    if named.column == "id":
        found = calculations.get(transaction.connection, int(named.value))
        return Subject(found.run_id, found.id)
    return Subject(str(named.value) if named.column == "run_id" else None)
