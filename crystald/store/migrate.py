"""Bring a database up to date: numbered SQL files, each applied in one transaction."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from importlib import resources

from crystald.errors import MigrationError

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True)
class Migration:
    """One numbered change of the schema."""

    number: int
    name: str
    sql: str


def migrations() -> tuple[Migration, ...]:
    """List the migrations that this version knows, in order, without gaps from 1.

    Raises
    ------
    MigrationError
        A file name is not ``NNNN_words.sql``, or a number is missing or double.
    """
    found = []
    for entry in resources.files("crystald.store.migrations").iterdir():
        if entry.name.endswith(".sql"):
            match = _NAME.fullmatch(entry.name)
            if not match:
                raise MigrationError(f"migration {entry.name} is not called NNNN_words.sql")
            found.append(Migration(int(match[1]), entry.name, entry.read_text(encoding="utf-8")))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise MigrationError("the migrations are not numbered 1, 2, 3, … without gaps")
    return tuple(found)


def schema_version(connection: sqlite3.Connection) -> int:
    """Tell how many migrations a database has seen."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def pending(connection: sqlite3.Connection) -> tuple[Migration, ...]:
    """List the migrations that a database has not seen.

    Raises
    ------
    MigrationError
        The database is newer than this version of crystald.
    """
    known, seen = migrations(), schema_version(connection)
    if seen > len(known):
        raise MigrationError(
            f"the database has schema {seen}, this crystald knows {len(known)}",
            "Use the newer crystald, or restore a backup made before it was upgraded.",
        )
    return known[seen:]


def migrate(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Apply what is pending, each change together with its number; tell the names applied.

    Raises
    ------
    MigrationError
        A change could not be applied; it is undone as a whole.
    """
    applied = []
    for migration in pending(connection):
        try:
            _apply(connection, migration)
        except sqlite3.Error as error:
            raise MigrationError(f"{migration.name} could not be applied: {error}") from error
        applied.append(migration.name)
    return tuple(applied)


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if (
            schema_version(connection) == migration.number - 1
        ):  # another process may have been quicker
            for statement in _statements(migration.sql):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {migration.number}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements(sql: str) -> list[str]:
    """Cut a script into statements; ``executescript`` would commit before it starts."""
    statements, lines = [], []
    for line in sql.splitlines():
        lines.append(line)
        text = "\n".join(lines)
        if sqlite3.complete_statement(text):
            statements.append(text)
            lines = []
    if "".join(part for part in lines if not part.lstrip().startswith("--")).strip():
        raise MigrationError("the migration ends inside a statement")
    return statements
