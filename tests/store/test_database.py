"""Transactions: whole or not at all, under the lease, in their own thread."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from clocks import SimulatedClock

from crystald.errors import LeaseError, MigrationError, StoreError
from crystald.store.backup import expired
from crystald.store.database import Transaction, connect, open_database
from crystald.store.lease import Identity, Lease
from crystald.store.migrate import migrate, migrations, pending, schema_version

ME = Identity("login1", 100, "1", "boot")


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


async def test_a_thread_sees_what_is_committed_at_this_very_moment(database) -> None:
    def count(c) -> int:
        return c.execute("SELECT count(*) FROM journal").fetchone()[0]

    before = await asyncio.to_thread(database.read_here, count)
    for number in (1, 2):
        await database.write(
            lambda tx: tx.execute("INSERT INTO journal (at, epoch, event) VALUES ('', 1, 'x')")
        )
        assert await asyncio.to_thread(database.read_here, count) == before + number
    with pytest.raises(StoreError, match="readonly"):
        database.read_here(lambda c: c.execute("DELETE FROM journal"))
    assert await asyncio.to_thread(database.read_here, count) == before + 2


async def test_a_thread_that_has_read_keeps_no_writer_out(tmp_path: Path) -> None:
    async with open_database(tmp_path / "d.db", SimulatedClock(), journal="delete") as database:
        await database.run(migrate)
        database.read_here(lambda c: c.execute("SELECT * FROM lease").fetchone())
        await database.write_without_lease(lambda tx: tx.execute("UPDATE lease SET counter = 7"))
        counter = database.read_here(lambda c: c.execute("SELECT counter FROM lease").fetchone()[0])
        assert counter == 7


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


def _event(name: str) -> Callable[[Transaction], object]:
    return lambda tx: tx.execute(
        "INSERT INTO journal (at, epoch, event) VALUES ('', 1, ?)", (name,)
    )


def _events(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT event FROM journal ORDER BY seq")]
    finally:
        connection.close()


@pytest.mark.parametrize("way", ["ours", "another process"])
async def test_writers_come_in_while_a_rollback_database_is_copied(
    tmp_path: Path, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    path = tmp_path / "m.db"
    copying, written = threading.Event(), threading.Event()

    class Pause(threading.Event):
        """A pause between two steps: the first of them is used."""

        def wait(self, timeout: float | None = None) -> bool:
            if timeout and not copying.is_set():
                if way != "ours":  # nothing is locked now: this would fail at once
                    other = sqlite3.connect(path, timeout=0.0)
                    other.execute("INSERT INTO journal (at, epoch, event) VALUES ('', 1, 'within')")
                    other.commit()
                    other.close()
                    written.set()
                copying.set()
                assert written.wait(10.0)
            return False

    async with open_database(path, clock, journal="delete") as opened:
        await opened.run(migrate)
        assert await Lease(opened, clock, ME, 30.0).try_take(lock_free=True)
        await opened.write(_event("before"))
        monkeypatch.setattr("crystald.store.backup.PAGES", 5)
        monkeypatch.setattr("crystald.store.database.Event", Pause)
        copied = asyncio.create_task(opened.back_up(tmp_path / "copy.db"))
        assert await asyncio.to_thread(copying.wait, 10.0)
        if way == "ours":
            await opened.write(_event("within"))
            written.set()
        target = await copied
        await opened.write(_event("after"))
    assert _events(target) == ["before", "within"]
    assert _events(path) == ["before", "within", "after"]


async def test_a_copy_in_steps_ends_with_the_daemon(
    tmp_path: Path, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crystald.store.backup.PAGES", 1)
    monkeypatch.setattr("crystald.store.backup.PAUSE_S", 0.5)
    async with open_database(tmp_path / "m.db", clock, journal="delete") as opened:
        await opened.run(migrate)
        copied = asyncio.create_task(opened.back_up(tmp_path / "copy.db"))
        while not (tmp_path / ".copy.db.partial").exists():
            await asyncio.to_thread(lambda: None)
        copied.cancel()
        with pytest.raises(asyncio.CancelledError):
            await copied
        assert await opened.run(lambda c: c.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"
    assert not (tmp_path / "copy.db").exists()


def test_the_oldest_backups_go() -> None:
    assert expired(["c", "a", "b"], 1) == ["a", "b"]


async def test_two_opens_of_one_file_share_it(tmp_path: Path) -> None:
    clock = SimulatedClock()
    async with open_database(tmp_path / "m.db", clock) as a:
        await a.run(migrate)
        async with open_database(tmp_path / "m.db", clock) as b:
            assert await b.run(schema_version) == len(migrations())
