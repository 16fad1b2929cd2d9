"""Try what crystald needs of a file system, in a directory of its own that is removed again."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

WRITE_MB = 8
CHILD_S = 30.0

_LOCK_AS_ANOTHER = """\
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(7)
"""
_KEPT_OUT = 7


@dataclass(frozen=True)
class Tried:
    """What came of it.

    Attributes
    ----------
    failures
        Name of a trial -> what went wrong; trials that went well are not in it.
    names
        The trials that were made.
    skew_s
        How far the file system's clock is ahead of this machine's; None when not known.
    took_s
        How long all of it took.
    """

    failures: Mapping[str, str]
    names: tuple[str, ...]
    skew_s: float | None = None
    took_s: float = 0.0


@dataclass(frozen=True)
class _Bench:
    """Where trials are made, with the journal that SQLite would use there."""

    place: Path
    journal: str = ""
    skews_s: list[float] = field(default_factory=list)


def try_place(root: Path, name: str, *, journal: str = "") -> Tried:
    """Try a root.

    Parameters
    ----------
    root
        An existing directory.
    name
        Of the directory that is made below it.
    journal
        SQLite's journal mode there; empty where no database will lie.

    Raises
    ------
    OSError
        No directory can be made there.
    """
    began_s = time.monotonic()
    bench = _Bench(root / name, journal)
    bench.place.mkdir(mode=0o700)
    trials = {**TRIALS, **({"database": _database} if journal else {})}
    try:
        said = {word: _said(trial, bench) for word, trial in trials.items()}
    finally:
        shutil.rmtree(bench.place, ignore_errors=True)
    failures = {word: text for word, text in said.items() if text}
    skew_s = bench.skews_s[0] if bench.skews_s else None
    return Tried(failures, tuple(trials), skew_s, time.monotonic() - began_s)


def _said(trial: Callable[[_Bench], str], bench: _Bench) -> str:
    try:
        return trial(bench)
    except OSError as error:
        return error.strerror or str(error)
    except (sqlite3.Error, subprocess.SubprocessError) as error:
        return str(error)


def _write(bench: _Bench) -> str:
    """Fill some megabytes: a quota or a full disk shows now."""
    with (bench.place / "data").open("wb") as file:
        for _ in range(WRITE_MB):
            file.write(b"\0" * 2**20)
        file.flush()
        os.fsync(file.fileno())
    return ""


def _exclusive(bench: _Bench) -> str:
    path = bench.place / "exclusive"
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    os.close(os.open(path, flags, 0o600))
    with suppress(FileExistsError):
        os.close(os.open(path, flags, 0o600))
        return "a file was made twice"
    return ""


def _claim(bench: _Bench) -> str:
    """Make the link by which one job owns an attempt."""
    path = bench.place / "claim"
    path.symlink_to("cluster.1")
    with suppress(FileExistsError):
        path.symlink_to("cluster.2")
        return "a link was made twice: two jobs could run the same calculation"
    owner = str(path.readlink())
    return "" if owner == "cluster.1" else f"the link reads back as {owner!r}"


def _hard_link(bench: _Bench) -> str:
    path, other = bench.place / "one", bench.place / "two"
    path.write_bytes(b"1")
    other.hardlink_to(path)
    return "" if other.read_bytes() == b"1" else "the second name shows something else"


def _rename(bench: _Bench) -> str:
    path, newer = bench.place / "end.json", bench.place / ".end.json.tmp"
    path.write_bytes(b"old")
    newer.write_bytes(b"new")
    newer.replace(path)
    return (
        "" if path.read_bytes() == b"new" and not newer.exists() else "the old file is still seen"
    )


def _fsync(bench: _Bench) -> str:
    path = bench.place / "durable"
    path.write_bytes(b"1")
    for place in (path, bench.place):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return ""


def _flock(bench: _Bench) -> str:
    path = bench.place / "flock"
    with path.open("wb") as first, path.open("wb") as second:
        fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with suppress(BlockingIOError):
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return "a lock was given twice (flock)"
    return ""


def _record_lock(bench: _Bench) -> str:
    """Lock as SQLite does; only another process can be kept out."""
    path = bench.place / "lockf"
    path.write_bytes(b"1")
    with path.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        call = [sys.executable, "-I", "-c", _LOCK_AS_ANOTHER, str(path)]
        other = subprocess.run(call, capture_output=True, check=False, timeout=CHILD_S)
    if other.returncode == _KEPT_OUT:
        return ""
    said = other.stderr.decode(errors="replace").strip().splitlines()
    return said[-1] if said else "a lock was given to two processes (fcntl)"


def _stamps(bench: _Bench) -> str:
    """Compare the time that the file system gives a file with the time here."""
    path = bench.place / "stamp"
    before_s = time.time()
    path.write_bytes(b"1")
    after_s = time.time()
    stamp_s = path.stat().st_mtime
    skew_s = max(0.0, stamp_s - after_s) + min(0.0, stamp_s - before_s)
    bench.skews_s.append(skew_s)
    return ""


def _database(bench: _Bench) -> str:
    with closing(sqlite3.connect(bench.place / "trial.db", timeout=5)) as connection:
        mode = connection.execute(f"PRAGMA journal_mode = {bench.journal}").fetchone()[0]
        connection.execute("PRAGMA synchronous = FULL")
        with connection:
            connection.execute("CREATE TABLE trial (x INTEGER) STRICT")
            connection.execute("INSERT INTO trial VALUES (1)")
        rows = connection.execute("SELECT count(*) FROM trial").fetchone()[0]
    if mode != bench.journal:
        return f"SQLite uses the journal {mode!r} where {bench.journal!r} was asked for"
    return "" if rows == 1 else "what was committed cannot be read"


TRIALS: Mapping[str, Callable[[_Bench], str]] = {
    "write": _write,
    "exclusive create": _exclusive,
    "claim link": _claim,
    "hard link": _hard_link,
    "rename over": _rename,
    "fsync": _fsync,
    "flock": _flock,
    "fcntl lock": _record_lock,
    "time stamp": _stamps,
}
"""name -> trial; each gives what went wrong, or nothing."""
