"""Peers that are none of ours get nothing; what holders of a key throw at the server hurts nobody."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path

import psutil
import pytest
import zmq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wiring import Peers, Serve, Serving, asked, ring_of

from crystald.wire.client import Client
from crystald.wire.frames import ASK, RING
from crystald.wire.keys import OPERATOR, KeyPair, load_key, make_keys
from crystald.wire.keys import RING as RINGER
from crystald.wire.messages import MESSAGE_BYTES_MAX, encode_ring

QUIET_MS = 300
FRAMES = 20_000
GROWTH_BYTES_MAX = 40 * 2**20


async def well(serving: Serving, peers: Peers) -> None:
    """An operator is answered, and nobody else has been heard."""
    operator = peers.owner(serving.address, OPERATOR)
    assert json.loads(await asked(operator, "ping"))["ok"]


async def test_a_peer_without_security_gets_nothing(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        peer = peers.bare()
        peer.connect(f"tcp://127.0.0.1:{serving.address.port}")
        await peer.send_multipart([ASK, b'{"v":1,"id":"1","command":"stop","arguments":{}}'])
        await peer.send_multipart([RING, encode_ring(ring_of(1))])
        assert not await peer.poll(QUIET_MS)
        await well(serving, peers)
        assert [command for command, _ in serving.desk.asked] == ["ping"]
        assert serving.desk.batches == []


async def test_a_peer_with_a_password_gets_nothing(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        peer = peers.bare()
        peer.plain_username, peer.plain_password = b"operator", b"secret"
        peer.connect(f"tcp://127.0.0.1:{serving.address.port}")
        await peer.send_multipart([RING, encode_ring(ring_of(1))])
        assert not await peer.poll(QUIET_MS)
        await well(serving, peers)
        assert serving.desk.batches == []


async def test_a_key_that_nobody_knows_gets_nothing(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        peer = peers.of(serving.address, KeyPair(*zmq.curve_keypair()))
        await peer.send_multipart([RING, encode_ring(ring_of(1))])
        assert not await peer.poll(QUIET_MS)
        await well(serving, peers)
        assert serving.desk.batches == []


async def test_a_right_key_for_another_server_gets_nothing(
    serve: Serve, peers: Peers, state: Path
) -> None:
    async with serve() as serving:
        other, _ = zmq.curve_keypair()
        peer = peers.of(serving.address, load_key(state / "keys", OPERATOR), server=other)
        await peer.send_multipart([RING, encode_ring(ring_of(1))])
        assert not await peer.poll(QUIET_MS)
        await well(serving, peers)
        assert serving.desk.batches == []


async def test_keys_of_another_home_open_nothing(
    serve: Serve, peers: Peers, tmp_path: Path
) -> None:
    make_keys(tmp_path / "other")
    async with serve() as serving:
        peer = peers.of(serving.address, load_key(tmp_path / "other", OPERATOR))
        await peer.send_multipart([RING, encode_ring(ring_of(1))])
        assert not await peer.poll(QUIET_MS)
        await well(serving, peers)


async def test_bytes_that_are_no_message_hurt_nobody(serve: Serve, peers: Peers) -> None:
    chance = random.Random(1)
    async with serve() as serving:
        for size in (0, 1, 64, 100_000):
            _, writer = await asyncio.open_connection("127.0.0.1", serving.address.port)
            writer.write(chance.randbytes(size))
            writer.close()
        await well(serving, peers)
        assert len(serving.desk.asked) == 1


KINDS = st.sampled_from([ASK, RING, b"", b"other"]) | st.binary(max_size=20)
PAYLOADS = (
    st.binary(max_size=3000)
    | st.integers(1, 5000).map(lambda depth: b"[" * depth)
    | st.integers(1, 3000).map(lambda depth: b'{"v":1,"a":' + b"[" * depth + b"]" * depth + b"}")
    | st.integers(0, 200).map(lambda end: encode_ring(ring_of(1))[:end])
    | st.just(b'{"v":1,"id":"x","command":"ping","arguments":' + b'{"a":' * 900)
)


@pytest.mark.parametrize("owner", [OPERATOR, RINGER])
async def test_whatever_a_holder_of_a_key_sends_the_others_are_served(
    serve: Serve, peers: Peers, owner: str
) -> None:
    async with serve() as serving:
        peer = peers.owner(serving.address, owner)
        messages: list[list[bytes]] = []

        @settings(
            max_examples=150,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(KINDS | PAYLOADS, min_size=1, max_size=6))
        def collect(frames: list[bytes]) -> None:
            messages.append(frames)

        await asyncio.to_thread(collect)
        for frames in messages:
            await peer.send_multipart(frames)
        await well(serving, peers)
        assert {command for command, _ in serving.desk.asked} <= {"ping"}
        assert all(message == ring_of(1) for batch in serving.desk.batches for message in batch)


async def test_a_message_that_is_too_large_ends_only_its_own_peer(
    serve: Serve, peers: Peers
) -> None:
    async with serve() as serving:
        peer = peers.owner(serving.address, OPERATOR)
        await peer.send_multipart([ASK, b"x" * (MESSAGE_BYTES_MAX + 10_000)])
        await well(serving, peers)
        assert len(serving.desk.asked) == 1


@pytest.mark.timeout(120)
async def test_a_flood_of_rubbish_leaves_memory_flat(serve: Serve, peers: Peers) -> None:
    chance = random.Random(20261124)
    async with serve() as serving:
        peer = peers.owner(serving.address, RINGER)
        me = psutil.Process()

        async def flood(count: int) -> None:
            for number in range(count):
                frames = [chance.choice((RING, ASK, b"?")), chance.randbytes(chance.randrange(200))]
                await peer.send_multipart(frames[: 1 + number % 2])
                if number % 500 == 0:
                    await asyncio.sleep(0)
            await well(serving, peers)

        await flood(FRAMES // 4)
        before = me.memory_info().rss
        await flood(FRAMES)
        assert me.memory_info().rss - before < GROWTH_BYTES_MAX
        assert serving.desk.batches == []


async def test_many_connections_leave_room_for_one_more(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        opened = [
            await asyncio.open_connection("127.0.0.1", serving.address.port) for _ in range(300)
        ]
        await well(serving, peers)
        for _, writer in opened:
            writer.close()


async def test_a_client_finds_the_server_again_at_another_port(serve: Serve, state: Path) -> None:
    for epoch, first_port in ((1, 24_000), (2, 24_300)):
        async with serve(epoch=epoch, first_port=first_port):
            with Client(state, timeout_s=10) as client:
                assert await asyncio.to_thread(client.ask, "ls", {"n": epoch}) == {
                    "echo": {"n": epoch}
                }
