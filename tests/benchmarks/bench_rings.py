"""Rings: what one costs when the database has grown, and ten thousand at once (``make bench``)."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from grown import fill, token_of

from crystald.clock import SystemClock
from crystald.hands.workshop import Workshop
from crystald.kit import Banners, Kit
from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.store import inbox
from crystald.store.database import Database, open_database
from crystald.store.lease import Identity, Lease
from crystald.tasks.intake import Intake
from crystald.wire.keys import RING, load_key, load_server_keys, make_keys
from crystald.wire.server import Server
from crystald.wire.settings import WireSettings

SIZES = (1_000, 100_000, 1_000_000)
BATCH, BATCHES = 50, 100
AT_ONCE, ROUNDS = 10_000, 5
PEERS = 10
SENDER = Path(__file__).with_name("ringers.py")


@asynccontextmanager
async def grown(place: Path, size: int) -> AsyncIterator[tuple[Database, Lease]]:
    """Own a database of a size, for the length of a block; it is removed afterwards."""
    path = place / f"{size}.db"
    fill(path, size)
    clock = SystemClock()
    try:
        async with open_database(path, clock) as database:
            lease = Lease(database, clock, Identity("h", 1, "1", "b"), 3600)
            await lease.try_take(lock_free=True)
            yield database, lease
    finally:
        path.unlink()


def rings(numbers: range | list[int], restart: int) -> list[RingMessage]:
    """Make what jobs say at their end."""
    return [
        RingMessage(Token(token_of(n)), JobId("hpc", str(n)), restart, "end", 0, complete=True)
        for n in numbers
    ]


async def cost_us(database: Database, numbers: list[int], restart: int) -> float:
    """Receive a batch of rings; give the microseconds per ring."""
    messages = rings(numbers, restart)
    began_s = time.perf_counter()
    await database.write(lambda tx: inbox.receive(tx, messages))
    return (time.perf_counter() - began_s) / len(messages) * 1e6


@pytest.mark.timeout(1800)
async def test_cost_per_ring_against_size(tmp_path: Path) -> None:
    """Rings come of jobs that live, which are the newest; once more of jobs of any age.

    The databases have turns, so that all see the same disk.
    """
    async with AsyncExitStack() as stack:
        opened = {s: (await stack.enter_async_context(grown(tmp_path, s)))[0] for s in SIZES}
        for whose, newest in (("the newest thousand", 1_000), ("any", max(SIZES))):
            chance = random.Random(newest)
            costs: dict[int, list[float]] = {size: [] for size in SIZES}
            for turn in range(BATCHES):
                for size, database in opened.items():
                    among = range(max(1, size - newest + 1), size + 1)
                    restart = newest + turn  # a ring that was never heard
                    costs[size].append(
                        await cost_us(database, chance.sample(among, BATCH), restart)
                    )
            tell(whose, {size: found[BATCHES // 5 :] for size, found in costs.items()})


def tell(whose: str, costs: dict[int, list[float]]) -> None:
    """Print the costs for each size, the first batches left out."""
    first = costs[SIZES[0]]
    print(f"\nrings of {whose}, batches of {BATCH}, µs a ring")
    print(f"{'calculations':>14} {'median':>8} {'against':>8} {'least':>8} {'against':>8}")
    for size, found in costs.items():
        usual, least = statistics.median(found), min(found)
        shares = usual / statistics.median(first), least / min(first)
        print(f"{size:>14} {usual:>8.0f} {shares[0]:>7.2f}× {least:>8.0f} {shares[1]:>7.2f}×")


@dataclass
class Told:
    """What the senders saw of one round."""

    took_s: float
    acknowledged: int


async def ring_at_once(port: int, public_key: str, keys: Path, first: int) -> Told:
    """Let a process ring with many sockets at once and count what is acknowledged."""
    pair = load_key(keys, RING)
    sender = await asyncio.create_subprocess_exec(
        *(sys.executable, str(SENDER), str(port), public_key),
        *(pair.public.decode(), pair.secret.decode()),
        *(str(PEERS), str(first), str(AT_ONCE)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await sender.communicate()
    assert sender.returncode == 0
    return Told(**json.loads(out))


@asynccontextmanager
async def daemon_of(place: Path, size: int) -> AsyncIterator[tuple[Database, Server, Path]]:
    """Run the server and the intake of a daemon, on a database of a size."""
    keys, stop, clock = place / "keys", asyncio.Event(), SystemClock()
    make_keys(keys)
    (place / "spool").mkdir()
    hands = Workshop(1, 60)
    async with grown(place, size) as (database, lease):
        kit = Kit(database, hands, hands, lease, clock, Banners(clock), place, 4)
        intake = Intake(kit, place / "spool")
        settings = WireSettings(interface="127.0.0.1", first_port=24_000, last_port=24_900)

        async def answer(command: str, arguments: dict[str, object]) -> object:
            return None

        server = Server(settings, load_server_keys(keys), answer=answer, rings=intake.receive)
        task = asyncio.create_task(server.run(stop))
        await server.bound()
        yield database, server, keys
        stop.set()
        await task


@pytest.mark.timeout(1800)
async def test_ten_thousand_at_once(tmp_path: Path) -> None:
    me = psutil.Process()
    async with daemon_of(tmp_path, AT_ONCE * ROUNDS) as (database, server, keys):
        address = await server.bound()
        print(f"\n{'ring':>6} {'rings/s':>8} {'acknowledged':>13} {'new rows':>9} {'MB':>5}")
        for round_ in range(ROUNDS + 1):
            first = 1 + AT_ONCE * min(round_, ROUNDS - 1)  # the last round says it all again
            before = await database.read(inbox.last_id)
            told = await ring_at_once(address.port, address.public_key, keys, first)
            assert told.acknowledged == AT_ONCE
            rows = await database.read(inbox.last_id) - before
            size_mb = me.memory_info().rss / 2**20
            rate = AT_ONCE / told.took_s
            print(f"{round_:>6} {rate:>8.0f} {told.acknowledged:>13} {rows:>9} {size_mb:>5.0f}")
            assert rows == (0 if round_ == ROUNDS else AT_ONCE)
    assert not [*(tmp_path / "spool").iterdir()]
