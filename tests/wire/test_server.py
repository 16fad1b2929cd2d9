"""Who may do what, when a ring is acknowledged, and what an error looks like."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
import structlog
from waiting import until
from wiring import DEADLINE_S, PORTS, Desk, Peers, Serve, asked, ring_of, rung, soon, tell

from crystald.errors import ConfigError, NotFoundError, StoreError, WorkspaceError
from crystald.wire.frames import ANSWER, ASK, REFUSED, RING, RUNG
from crystald.wire.keys import OPERATOR, load_server_keys
from crystald.wire.keys import RING as RINGER
from crystald.wire.messages import encode_ring
from crystald.wire.server import Server
from crystald.wire.settings import WireSettings

FLOOD = 3_000


async def test_an_operator_asks_and_is_answered(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        operator = peers.owner(serving.address, OPERATOR)
        reply = json.loads(await asked(operator, "ls", "17", kind="runs"))
        assert reply == {"id": "17", "ok": True, "result": {"echo": {"kind": "runs"}}}
        assert serving.desk.asked == [("ls", {"kind": "runs"})]


@pytest.mark.parametrize("owner", [OPERATOR, RINGER])
async def test_both_roles_may_ring(serve: Serve, peers: Peers, owner: str) -> None:
    async with serve() as serving:
        peer = peers.owner(serving.address, owner)
        assert await rung(peer, 7) == [RUNG, ring_of(7).token.encode()]
        assert serving.desk.batches == [[ring_of(7)]]


async def test_a_ring_key_may_only_ring(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        peer = peers.owner(serving.address, RINGER)
        await tell(peer, "stop")
        await peer.send_multipart([b"other", b"{}"])
        assert (await rung(peer, 1))[0] == RUNG
        assert serving.desk.asked == []


async def test_a_ring_is_acknowledged_only_after_its_commit(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        desk = serving.desk
        desk.committing.clear()
        peer = peers.owner(serving.address, RINGER)
        await peer.send_multipart([RING, encode_ring(ring_of(1))])
        await until(lambda: desk.batches, "the ring is handed over")
        assert not await peer.poll(200)
        desk.committing.set()
        assert (await soon(peer.recv_multipart()))[0] == RUNG


async def test_rings_that_arrive_together_are_committed_together(
    serve: Serve, peers: Peers
) -> None:
    async with serve() as serving:
        desk = serving.desk
        desk.committing.clear()
        peer = peers.owner(serving.address, RINGER)
        await peer.send_multipart([RING, encode_ring(ring_of(0))])
        await until(lambda: desk.batches, "the first is handed over")
        for number in range(1, FLOOD):
            await peer.send_multipart([RING, encode_ring(ring_of(number))])
        operator = peers.owner(serving.address, OPERATOR)
        assert json.loads(await asked(operator, "ping"))["ok"], "rings do not block requests"
        await soon(asyncio.sleep(0.2))
        desk.committing.set()
        kinds = [await soon(peer.recv_multipart()) for _ in range(FLOOD)]
        assert sorted(kinds) == [[RUNG, ring_of(n).token.encode()] for n in range(FLOOD)]
        assert [len(batch) for batch in desk.batches] == [1, FLOOD - 1]


async def test_many_peers_ring_at_once(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        crowd = [peers.owner(serving.address, RINGER) for _ in range(50)]
        answers = await asyncio.gather(*(rung(peer, n) for n, peer in enumerate(crowd)))
        assert answers == [[RUNG, ring_of(n).token.encode()] for n in range(50)]


async def test_a_ring_that_cannot_be_committed_now_is_refused(serve: Serve, peers: Peers) -> None:
    async with serve(Desk(ring_error=WorkspaceError("the disk is full"))) as serving:
        peer = peers.owner(serving.address, RINGER)
        assert (await rung(peer, 1))[0] == REFUSED
        serving.desk.ring_error = None
        assert (await rung(peer, 1))[0] == RUNG


async def test_rings_that_can_never_be_committed_end_the_server(state: Path) -> None:
    desk = Desk(ring_error=StoreError("the database is damaged"))
    peers = Peers(state / "keys")
    settings = WireSettings(interface="127.0.0.1", first_port=PORTS[0], last_port=PORTS[1])
    keys = load_server_keys(state / "keys")
    server = Server(settings, keys, answer=desk.answer, rings=desk.rings)
    task = asyncio.create_task(server.run(asyncio.Event()))
    peer = peers.owner(await soon(server.bound()), RINGER)
    await peer.send_multipart([RING, encode_ring(ring_of(1))])
    with pytest.raises(ExceptionGroup) as caught:
        await soon(task)
    assert caught.group_contains(StoreError)
    peers.close()


async def test_a_slow_request_blocks_neither_rings_nor_requests(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        operator = peers.owner(serving.address, OPERATOR)
        await tell(operator, "slow", "first")
        await until(lambda: serving.desk.asked, "the slow one is worked on")
        assert json.loads(await asked(operator, "ping", "second"))["id"] == "second"
        assert (await rung(operator, 1))[0] == RUNG
        serving.desk.hold.set()
        assert json.loads((await soon(operator.recv_multipart()))[1])["id"] == "first"


async def test_requests_in_work_are_bounded(serve: Serve, peers: Peers) -> None:
    async with serve(max_requests=3) as serving:
        operator = peers.owner(serving.address, OPERATOR)
        for number in range(3):
            await tell(operator, "slow", str(number))
        await until(lambda: len(serving.desk.asked) == 3, "three are worked on")
        refused = json.loads(await asked(operator, "ping", "4"))
        assert (refused["id"], refused["ok"], refused["error"]["code"]) == ("4", False, "refused")
        assert len(serving.desk.asked) == 3


async def test_errors_on_purpose_carry_code_message_and_hint(serve: Serve, peers: Peers) -> None:
    desk = Desk(errors={"show": NotFoundError("no run r9", "Look: crystalctl ls runs")})
    async with serve(desk) as serving:
        operator = peers.owner(serving.address, OPERATOR)
        reply = json.loads(await asked(operator, "show"))
        assert reply["error"] == {
            "code": "not-found",
            "message": "no run r9",
            "hint": "Look: crystalctl ls runs",
        }


@pytest.mark.parametrize("mistake", [ZeroDivisionError("secret"), RecursionError("secret")])
async def test_mistakes_of_ours_are_logged_and_not_told(
    serve: Serve, peers: Peers, mistake: Exception
) -> None:
    async with serve(Desk(errors={"show": mistake})) as serving:
        operator = peers.owner(serving.address, OPERATOR)
        with structlog.testing.capture_logs() as logs:
            raw = await asked(operator, "show")
        assert json.loads(raw)["error"]["code"] == "internal"
        assert b"secret" not in raw
        assert b"Traceback" not in raw
        assert [entry["event"] for entry in logs] == ["request.failed"]
        assert json.loads(await asked(operator, "ping"))["ok"]


async def test_a_result_that_is_no_json_is_a_mistake_of_ours(serve: Serve, peers: Peers) -> None:
    async with serve(Desk(results={"show": object()})) as serving:
        operator = peers.owner(serving.address, OPERATOR)
        assert json.loads(await asked(operator, "show"))["error"]["code"] == "internal"


@pytest.mark.parametrize(
    "payload", [b'{"id":"i","command":"c","v":2}', b'{"id":"i","command":"c","more":[]}']
)
async def test_another_version_is_told_under_its_id(
    serve: Serve, peers: Peers, payload: bytes
) -> None:
    async with serve() as serving:
        operator = peers.owner(serving.address, OPERATOR)
        await operator.send_multipart([ASK, payload])
        kind, raw = await soon(operator.recv_multipart())
        reply = json.loads(raw)
        assert (kind, reply["id"], reply["error"]["code"]) == (ANSWER, "i", "wire")


async def test_two_servers_share_a_range_of_ports(serve: Serve, peers: Peers) -> None:
    async with serve() as first, serve() as second:
        assert first.address.port < second.address.port <= PORTS[1]
        for serving in (first, second):
            assert (await rung(peers.owner(serving.address, RINGER), 1))[0] == RUNG


async def test_a_range_without_a_free_port_is_told(serve: Serve, state: Path) -> None:
    async with serve() as serving:
        port = serving.address.port
        settings = WireSettings(interface="127.0.0.1", first_port=port, last_port=port)
        desk, keys = Desk(), load_server_keys(state / "keys")
        server = Server(settings, keys, answer=desk.answer, rings=desk.rings)
        with pytest.raises(ConfigError, match="no port") as caught:
            await server.run(asyncio.Event())
        assert "wire.last_port" in caught.value.hint


async def test_an_interface_that_is_not_there_is_told(state: Path) -> None:
    settings = WireSettings(interface="nosuch0", first_port=PORTS[0], last_port=PORTS[1])
    desk, keys = Desk(), load_server_keys(state / "keys")
    server = Server(settings, keys, answer=desk.answer, rings=desk.rings)
    with pytest.raises(ConfigError, match=r"wire\.interface"):
        await server.run(asyncio.Event())


async def test_what_is_in_flight_is_answered_before_the_end(serve: Serve, peers: Peers) -> None:
    async with serve() as serving:
        serving.desk.committing.clear()
        operator = peers.owner(serving.address, OPERATOR)
        await tell(operator, "slow")
        await operator.send_multipart([RING, encode_ring(ring_of(1))])
        await until(lambda: serving.desk.batches and serving.desk.asked, "both are in work")
        serving.stop.set()
        await asyncio.sleep(0)
        serving.desk.hold.set()
        serving.desk.committing.set()
        kinds = {(await soon(operator.recv_multipart()))[0] for _ in range(2)}
        assert kinds == {ANSWER, RUNG}
        await soon(serving.task)


async def test_what_does_not_end_is_abandoned(
    serve: Serve, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crystald.wire.server.FINISH_S", 0.1)
    async with serve() as serving:
        operator = peers.owner(serving.address, OPERATOR)
        await tell(operator, "slow")
        await until(lambda: serving.desk.asked, "it is worked on")
        serving.stop.set()
        began_s = time.monotonic()
        await soon(serving.task)
        assert time.monotonic() - began_s < DEADLINE_S / 2


async def test_a_server_that_is_cancelled_closes_everything(serve: Serve, state: Path) -> None:
    desk, keys = Desk(), load_server_keys(state / "keys")
    settings = WireSettings(interface="127.0.0.1", first_port=PORTS[0], last_port=PORTS[1])
    server = Server(settings, keys, answer=desk.answer, rings=desk.rings)
    task = asyncio.create_task(server.run(asyncio.Event()))
    await soon(server.bound())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await soon(task)
