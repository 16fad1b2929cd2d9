"""Transactions: whole or not at all, under the lease, in their own thread."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from clocks import SimulatedClock

from crystald.errors import LeaseError, MigrationError, StoreError
from crystald.store.backup import back_up, expired
from crystald.store.database import connect, open_database
from crystald.store.migrate import migrate, migrations, pending, schema_version


async def test_a_failing_transaction_leaves_nothing(database) -> None:
    def half(tx) -> None:
        tx.execute("INSERT INTO journal (at, epoch, event) VALUES ('', 1, 'x')")
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        await database.write(half)
    count = await database.read(lambda c: c.execute("SELECT count(*) FROM journal").fetchone()[0])
    assert count == 0


async def test_interleaved_and_cancelled_writers_are_whole(database) -> None:
    def pair(tx) -> None:
        for event in ("one", "two"):
            tx.execute("INSERT INTO journal (at, epoch, event) VALUES ('', 1, ?)", (event,))

    writers = [asyncio.create_task(database.write(pair)) for _ in range(40)]
    await asyncio.sleep(0)
    for writer in writers[::3]:
        writer.cancel()
    await asyncio.gather(*writers, return_exceptions=True)
    rows = await database.read(
        lambda c: dict(c.execute("SELECT event, count(*) FROM journal GROUP BY event").fetchall())
    )
    assert rows["one"] == rows["two"] >= 26


async def test_a_wrong_epoch_writes_nothing(database) -> None:
    database.epoch += 1
    with pytest.raises(LeaseError):
        await database.write(lambda tx: tx.execute("DELETE FROM lease"))


async def test_sqlite_errors_are_ours(database) -> None:
    with pytest.raises(StoreError, match="no such table"):
        await database.write(lambda tx: tx.execute("SELECT * FROM nowhere"))


async def test_the_reader_cannot_write(database) -> None:
    with pytest.raises(StoreError, match="readonly"):
        await database.read(lambda c: c.execute("DELETE FROM journal"))


async def test_listeners_hear_of_changes_after_the_commit(database) -> None:
    heard = []
    database.listen(heard.append)
    await database.write(lambda tx: tx.changes.add("ready"))
    await database.write(lambda tx: None)
    assert heard == [frozenset({"ready"})]


async def test_durability_settings(database) -> None:
    def pragmas(c):
        return [c.execute(f"PRAGMA {p}").fetchone()[0] for p in ("synchronous", "foreign_keys")]

    assert await database.run(pragmas) == [2, 1]


async def test_opening_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "materials.db").write_text("this is a text, and a rather long one, " * 40)
    with pytest.raises(StoreError, match="materials.db cannot be opened"):
        await connect(tmp_path / "materials.db", read_only=False)


def test_migrations_are_numbered_without_gaps() -> None:
    assert [m.number for m in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    connection.execute("CREATE TABLE runs (old)")
    with pytest.raises(MigrationError, match="0001_spine.sql could not be applied"):
        migrate(connection)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert tables == [("runs",)]
    assert schema_version(connection) == 0
    connection.close()


def test_a_newer_database_is_refused() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA user_version = 9999")
    with pytest.raises(MigrationError, match="schema 9999"):
        pending(connection)
    connection.close()


def test_migrating_twice_does_nothing() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    assert migrate(connection)
    assert migrate(connection) == ()
    connection.close()


async def test_a_backup_is_sound_and_whole(tmp_path: Path, database) -> None:
    await database.write(
        lambda tx: tx.execute("INSERT INTO journal (at, epoch, event) VALUES ('', 1, 'kept')")
    )
    target = await database.back_up(tmp_path / "backup" / "copy.db")
    copy = sqlite3.connect(target)
    assert copy.execute("SELECT event FROM journal").fetchall() == [("kept",)]
    copy.close()
    assert [p.name for p in target.parent.iterdir()] == ["copy.db"]


def test_the_oldest_backups_go() -> None:
    assert expired(["c", "a", "b"], 1) == ["a", "b"]
    assert back_up.__doc__


async def test_two_opens_of_one_file_share_it(tmp_path: Path) -> None:
    clock = SimulatedClock()
    async with open_database(tmp_path / "m.db", clock) as a:
        await a.run(migrate)
        async with open_database(tmp_path / "m.db", clock) as b:
            assert await b.run(schema_version) == len(migrations())
