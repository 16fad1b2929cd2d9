from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.errors import WireError
from crystald.models import RingMessage
from crystald.names import JobId, Token
from crystald.wire.messages import (
    DEPTH_MAX,
    EXIT_MAX,
    MESSAGE_BYTES_MAX,
    RING_BYTES_MAX,
    Problem,
    Reply,
    Request,
    decode_request,
    decode_ring,
    encode,
    encode_ring,
    is_deep,
    request_id,
)

plain = st.text("abcXYZ019_-+:", min_size=1, max_size=40)
rings = st.builds(
    RingMessage,
    st.text("0123456789abcdef", min_size=20, max_size=20).map(Token),
    st.builds(JobId, st.text("abcXYZ019_-+.", min_size=1, max_size=40), plain),
    st.integers(0, 1_000_000),
    st.sampled_from(["start", "end", "duplicate"]),
    st.none() | st.integers(-EXIT_MAX, EXIT_MAX),
    st.booleans(),
)
GOOD = {"v": 1, "token": "a" * 20, "job": "hpc.7", "restart": 0, "event": "end", "exit": 0}


@given(rings)
def test_a_ring_comes_back(message: RingMessage) -> None:
    data = encode_ring(message)
    assert decode_ring(data) == message
    assert data.endswith(b"}\n")
    assert json.loads(data)["job"] == str(message.job)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_a_message_or_an_error_of_ours(data: bytes) -> None:
    for decode in (decode_ring, decode_request):
        with suppress(WireError):
            decode(data)
    assert isinstance(request_id(data), str)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*GOOD, "id", "command", "arguments", "x"]), json_values))
def test_any_json_in_our_keys_is_a_message_or_an_error_of_ours(changes: dict[str, object]) -> None:
    for base in (GOOD, {"v": 1, "id": "i", "command": "ping", "arguments": {}}):
        data = json.dumps(base | changes).encode()
        for decode in (decode_ring, decode_request):
            with suppress(WireError):
                decode(data)


@given(rings, st.data())
def test_a_truncated_ring_is_no_ring(message: RingMessage, data: st.DataObject) -> None:
    whole = encode_ring(message)
    with pytest.raises(WireError):
        decode_ring(whole[: data.draw(st.integers(0, len(whole) - 2))])


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"token": "A" * 20},
        {"token": "a" * 19},
        {"token": "a" * 20 + "\n"},
        {"job": "nojob"},
        {"job": ".7"},
        {"job": "hpc."},
        {"job": "hpc.7\n"},
        {"job": "../../x.7"},
        {"job": 'hpc."7'},
        {"job": "hpc\x00.7"},
        {"job": "h" * 200 + ".7"},
        {"restart": -1},
        {"restart": 2**70},
        {"restart": True},
        {"event": "stop"},
        {"exit": 2**70},
        {"exit": -(2**40)},
        {"exit": 1.5},
        {"complete": "yes"},
    ],
)
def test_a_ring_that_nothing_of_ours_sends_is_refused(change: dict[str, object]) -> None:
    decode_ring(json.dumps(GOOD).encode())
    with pytest.raises(WireError):
        decode_ring(json.dumps(GOOD | change).encode())


def test_the_spool_file_may_hold_more_than_the_ring() -> None:
    more = GOOD | {"why": "end", "host": "n1", "at": 1_700_000_000}
    assert decode_ring(json.dumps(more).encode()).exit_code == 0


def test_length_is_bounded() -> None:
    long = json.dumps(GOOD | {"why": "x" * RING_BYTES_MAX}).encode()
    with pytest.raises(WireError, match="too long"):
        decode_ring(long)
    with pytest.raises(WireError, match="too long"):
        decode_request(b" " * (MESSAGE_BYTES_MAX + 1))


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_depth_is_bounded(opening: bytes) -> None:
    head = b'{"id":"i","command":"c","arguments":{"a":'
    good = (
        head + opening * (DEPTH_MAX - 2) + b"1" + {b"[": b"]"}.get(opening, b"}") * (DEPTH_MAX - 2)
    )
    assert decode_request(good + b"}}").command == "c"
    for count in (DEPTH_MAX - 1, 1000, 100_000):
        with pytest.raises(WireError, match="nested"):
            decode_request(head + opening * count)


@given(json_values)
def test_depth_is_that_of_the_json(value: object) -> None:
    def depth(part: object) -> int:
        inner = (
            part if isinstance(part, list) else part.values() if isinstance(part, dict) else None
        )
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    wrapped = value
    for _ in range(DEPTH_MAX - 3):
        wrapped = ['[{"\\', wrapped]
    assert is_deep(json.dumps(wrapped).encode()) == (depth(wrapped) > DEPTH_MAX)


@pytest.mark.parametrize(
    "request_",
    [
        b'{"id":"i","command":"c","v":2}',
        b'{"id":"i","command":"c","more":1}',
        b'{"id":"i","command":""}',
        b'{"id":"i","command":"c","arguments":[]}',
        b'{"id":"i"}',
    ],
)
def test_a_wrong_request_is_refused_and_its_id_known(request_: bytes) -> None:
    with pytest.raises(WireError):
        decode_request(request_)
    assert request_id(request_) == "i"


def test_replies_leave_out_what_they_do_not_hold() -> None:
    assert json.loads(encode(Reply("i", ok=True, result={"a": 1}))) == {
        "id": "i",
        "ok": True,
        "result": {"a": 1},
    }
    problem = Reply("i", ok=False, error=Problem("request", "what", "do"))
    assert json.loads(encode(problem))["error"] == {
        "code": "request",
        "message": "what",
        "hint": "do",
    }
    assert json.loads(encode(Request("i", "ping"))) == {
        "id": "i",
        "command": "ping",
        "arguments": {},
        "v": 1,
    }
