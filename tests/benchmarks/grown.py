"""Databases that have grown: years of finished work, written by SQL in one transaction.

For every calculation there are its attempt and job, two rings, seven lines of the journal, three
properties and two files, as in a database that the daemon filled itself. Tokens are scattered,
as random ones are: an index over them has no warm end.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from crystald.store.migrate import migrate

PER_RUN: Final = 1_000
STEPS: Final = ("OPT", "SP", "BAND", "DOSS")
AT: Final = "2026-01-01T00:00:00.000Z"

_TOKEN = "printf('%020x', ({id} * 2654435761) & 0xffffffff)"
"""An odd factor makes another order of the numbers below 2**32, each once (Knuth)."""

_RUN = f"((i - 1) / {PER_RUN})"
_MATERIAL = "((i - 1) / 4)"
_STEP = "CASE (i - 1) % 4 WHEN 0 THEN 'OPT' WHEN 1 THEN 'SP' WHEN 2 THEN 'BAND' ELSE 'DOSS' END"
_HOME = f"'workflow_outputs/workflow_r' || {_RUN} || '/step/mat_m' || {_MATERIAL} || '/' || {_STEP}"
_VECTOR = "'[[4.2, 0.0, 0.0], [0.0, 4.2, 0.0], [0.0, 0.0, 4.2]]'"

_FILL: Final = (
    "CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)",
    (
        "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {size})"
        " INSERT INTO n SELECT i FROM c"
    ),
    (
        f"INSERT INTO runs SELECT 'r' || {_RUN}, {_RUN} + 1, 'run', 'full_electronic', 'plan', '',"
        f" 'request ' || {_RUN}, '{AT}' FROM n WHERE i % {PER_RUN} = 1"
    ),
    (
        f"INSERT INTO materials SELECT 'm' || {_MATERIAL}, 'MgO', 3, 225, 'cif',"
        f" 'm' || {_MATERIAL} || '.cif', '{AT}' FROM n WHERE i % 4 = 1"
    ),
    (
        "INSERT INTO structures (id, material_id, kind, cell_ang, numbers, positions_ang, periodicity,"
        " fingerprint, created_at)"
        f" SELECT {_MATERIAL} + 1, 'm' || {_MATERIAL}, 'submitted', {_VECTOR},"
        f" '[12, 8]', '[[0.0, 0.0, 0.0], [2.1, 2.1, 2.1]]', 3, hex(i), '{AT}' FROM n WHERE i % 4 = 1"
    ),
    (
        "INSERT INTO calculations (id, run_id, material_id, structure_id, step, position, directory,"
        " state, attempts, progressed, pictured, created_at, updated_at)"
        f" SELECT i, 'r' || {_RUN}, 'm' || {_MATERIAL}, {_MATERIAL} + 1, {_STEP}, (i - 1) % 4 + 1,"
        f" {_HOME}, 'done', 1, 1, 1, '{AT}', '{AT}' FROM n"
    ),
    "INSERT INTO needs SELECT i, 'before', i - 1 FROM n WHERE i % 4 <> 1",
    (
        "INSERT INTO attempts (id, calculation_id, number, token, name, directory, state, epoch,"
        " deck_sha256, job, exit_code, good, witness, node, seconds, intended_at, judged_at)"
        f" SELECT i, i, 1, {_TOKEN.format(id='i')}, 'm_' || {_TOKEN.format(id='i')},"
        f" {_HOME} || '/attempts/01', 'judged', 1, hex(i), 'hpc.' || i, 0, 1, 'end record', 'n1', 60.0,"
        f" '{AT}', '{AT}' FROM n"
    ),
    f"INSERT INTO jobs (attempt_id, job, claimed, seen_at) SELECT i, 'hpc.' || i, 1, '{AT}' FROM n",
    (
        "INSERT INTO inbox (token, job, restart, event, received_at, handled)"
        f" SELECT {_TOKEN.format(id='i')}, 'hpc.' || i, 0, e.event, '{AT}', 1"
        " FROM n, (SELECT 'start' AS event UNION ALL SELECT 'end') e"
    ),
    (
        "INSERT INTO properties (calculation_id, attempt_id, name, value_real, unit, file, line)"
        " SELECT i, i, p.name, -275.0 - i * 1e-6, 'Ha', 'm.out', 100 FROM n, (SELECT 'energy' AS name"
        " UNION ALL SELECT 'band_gap' UNION ALL SELECT 'volume') p"
    ),
    (
        "INSERT INTO files (calculation_id, attempt_id, suffix, path, bytes, sha256)"
        f" SELECT i, i, s.suffix, {_HOME} || s.suffix, 100000, hex(i) FROM n,"
        " (SELECT '.out' AS suffix UNION ALL SELECT '.f9') s"
    ),
    "INSERT INTO results SELECT i, i, NULL, 'crystal', '23', '[]' FROM n",
    (
        "INSERT INTO journal (at, epoch, run_id, calculation_id, attempt_id, event, before, after, text)"
        f" SELECT '{AT}', 1, 'r' || {_RUN}, i, i, 'moved', 'ready', 'done', 'as it should be'"
        " FROM n, (VALUES (1), (2), (3), (4), (5), (6), (7))"
    ),
    "DROP TABLE n",
)

_INDEXES: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
"""Made anew when the rows are there, which is quicker."""


def token_of(number: int) -> str:
    """Give the token of an attempt."""
    return f"{number * 2654435761 & 0xFFFFFFFF:020x}"


def fill(path: Path, size: int) -> None:
    """Make a database with so many finished calculations, a multiple of 4."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        migrate(connection)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for statement in (*_FILL, *(sql for _, sql in indexes)):
            connection.execute(statement.replace("{size}", str(size)))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = wal")
    finally:
        connection.close()
