"""What a ring costs when the database has grown, as a ratio within one run (``make bench``)."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from clocks import SimulatedClock

from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.store import inbox
from crystald.store.database import Database, open_database
from crystald.store.lease import Identity, Lease
from crystald.store.migrate import migrate

SIZES = (1_000, 100_000)
RINGS = 200
BATCH = 50

FILL = (
    "INSERT INTO runs VALUES ('r1', 1, 'run', 'w', '', '', 'request', '')",
    "INSERT INTO materials VALUES ('m', 'MgO', 3, 225, 'cif', 'm.cif', '')",
    "INSERT INTO structures VALUES (1, 'm', 'submitted', '[]', '[]', '[]', 3, '', '')",
    (
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size})"
        " INSERT INTO calculations (id, run_id, material_id, structure_id, step, position, directory,"
        " state, attempts, progressed, pictured, created_at, updated_at)"
        " SELECT i, 'r1', 'm', 1, 'S' || i, 1, 'd' || i, 'done', 1, 1, 1, '', '' FROM n"
    ),
    (
        "INSERT INTO attempts (calculation_id, number, token, name, directory, state, epoch,"
        " deck_sha256, intended_at) SELECT id, 1, printf('%020x', id), 'n', 'a' || id, 'judged', 1, '',"
        " '' FROM calculations"
    ),
)


async def cost_s(database: Database, first: int) -> float:
    """Receive rings in batches; give the median seconds per batch."""
    times = []
    for start in range(first, first + RINGS, BATCH):
        messages = [
            RingMessage(Token(f"{n:020x}"), JobId("local", str(n)), 0, "end", 0, complete=True)
            for n in range(start, start + BATCH)
        ]
        began_s = time.perf_counter()
        await database.write(lambda tx, messages=messages: inbox.receive(tx, messages))
        times.append(time.perf_counter() - began_s)
    return statistics.median(times)


async def test_cost_per_ring_against_size(tmp_path: Path) -> None:
    costs = {}
    for size in SIZES:
        clock = SimulatedClock()
        async with open_database(tmp_path / f"{size}.db", clock) as database:
            await database.run(migrate)
            await Lease(database, clock, Identity("h", 1, "1", "b"), 30).try_take(lock_free=True)
            for statement in FILL:
                sql = statement.format(size=size)
                await database.write(lambda tx, sql=sql: tx.execute(sql))
            await cost_s(database, size // 4)
            costs[size] = await cost_s(database, size // 2)
    small, large = (costs[size] for size in SIZES)
    print(f"\n{'calculations':>14} {'rings/s':>10}")
    for size in SIZES:
        print(f"{size:>14} {BATCH / costs[size]:>10.0f}")
    print(f"cost per ring, {SIZES[1]} against {SIZES[0]} calculations: {large / small:.2f} x")
