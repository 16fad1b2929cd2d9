"""``crystal-ring`` as jobs run it, by libzmq itself and by pyzmq, at a real server."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import zmq
from hypothesis import given, settings
from hypothesis import strategies as st
from waiting import until
from wiring import Peers, Serve, ring_of, rung, soon

from crystal_ring import by_libzmq
from crystal_ring.bell import read_json
from crystald.errors import WorkspaceError
from crystald.wire.frames import RUNG
from crystald.wire.keys import RING as RINGER
from crystald.wire.keys import make_keys
from crystald.wire.messages import decode_ring, encode_ring
from crystald.wire.ring_command import libzmq_of, ring_command

QUICK = ring_command()
NAMED = QUICK.index("--libzmq")
PYZMQ = QUICK[:NAMED] + QUICK[NAMED + 2 :]
WAYS = pytest.mark.parametrize("way", [QUICK, PYZMQ], ids=["libzmq", "pyzmq"])
RING = ring_of(5)
LONG_S, SHORT_S = 15.0, 0.3


def told(
    way: Sequence[str], state: Path, *more: str, limit_s: float = LONG_S, key: Path | None = None
) -> list[str]:
    """Give the command line of a ring."""
    return [
        *way,
        *("--endpoint", str(state / "endpoint.json")),
        *("--key", str(key or state / "keys" / "ring.key")),
        *("--token", RING.token, "--job", str(RING.job), "--restart", "0"),
        *("--event", "end", "--exit", "0", "--complete", "--timeout", str(limit_s), *more),
    ]


async def started(command: list[str], **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command, env=os.environ | environment, stderr=subprocess.PIPE
    )


async def ended(command: list[str], **environment: str) -> str:
    """Ring to the end, which must be a good one; give what it complained of."""
    process = await started(command, **environment)
    _, complaint = await soon(process.communicate())
    assert process.returncode == 0
    return complaint.decode()


def version(way: Sequence[str]) -> str:
    command = [*way, "--version"]
    return subprocess.run(command, text=True, capture_output=True, check=True).stdout


@contextmanager
def taking(least_s: float, most_s: float) -> Iterator[None]:
    began_s = time.monotonic()
    yield
    assert least_s <= time.monotonic() - began_s < most_s


def publish(state: Path, **changes: object) -> None:
    """Publish an endpoint where nobody listens, or none at all."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {"host": os.uname().nodename, "addresses": ["127.0.0.1"], "port": port}
    (state / "endpoint.json").write_text(json.dumps(known | {"public_key": "k" * 40} | changes))


@pytest.mark.parametrize(
    "way",
    [
        QUICK,
        PYZMQ,
        (sys.executable, QUICK[3]),
        (sys.executable, "-m", "crystal_ring.main"),
        (str(Path(sys.executable).with_name("crystal-ring")),),
    ],
    ids=["libzmq", "pyzmq", "by its place", "module", "program"],
)
async def test_it_speaks_the_servers_language(
    serve: Serve, state: Path, peers: Peers, way: tuple[str, ...]
) -> None:
    """What arrives is what `encode_ring` would write, and the server goes on."""
    async with serve() as serving:
        assert await ended(told(way, state)) == ""
        assert serving.desk.batches == [[RING]]
        assert decode_ring(encode_ring(RING)) == RING
        assert (await rung(peers.owner(serving.address, RINGER), 6))[0] == RUNG


@WAYS
async def test_it_waits_for_the_acknowledgement(
    serve: Serve, state: Path, way: tuple[str, ...]
) -> None:
    async with serve() as serving:
        serving.desk.committing.clear()
        process = await started(told(way, state))
        await until(lambda: serving.desk.batches, "the ring is heard")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(process.wait(), SHORT_S)
        with taking(0, LONG_S / 2):
            serving.desk.committing.set()
            assert await soon(process.wait()) == 0


@WAYS
async def test_a_refusal_is_an_answer(serve: Serve, state: Path, way: tuple[str, ...]) -> None:
    async with serve() as serving:
        serving.desk.ring_error = WorkspaceError("the disk is full")
        with taking(0, LONG_S / 2):
            assert await ended(told(way, state)) == ""


@WAYS
async def test_without_an_acknowledgement_it_ends_at_its_limit(
    serve: Serve, state: Path, way: tuple[str, ...]
) -> None:
    async with serve() as serving:
        serving.desk.committing.clear()
        with taking(SHORT_S, LONG_S / 2):
            assert await ended(told(way, state, limit_s=SHORT_S)) == ""


@WAYS
async def test_a_wrong_key_keeps_nobody_longer_than_the_limit(
    serve: Serve, state: Path, tmp_path: Path, way: tuple[str, ...]
) -> None:
    make_keys(tmp_path / "other")
    key = tmp_path / "other" / "ring.key"
    async with serve() as serving:
        with taking(SHORT_S, LONG_S / 2):
            assert await ended(told(way, state, limit_s=SHORT_S, key=key)) == ""
        assert serving.desk.batches == []


@WAYS
async def test_where_nobody_listens_it_ends_at_its_limit(state: Path, way: tuple[str, ...]) -> None:
    publish(state)
    with taking(SHORT_S, LONG_S / 2):
        assert await ended(told(way, state, limit_s=SHORT_S)) == ""


@WAYS
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"public_key": "short"}, "Invalid argument"),
        ({"public_key": 7}, "encode"),
        ({"port": "x"}, "Invalid argument"),
        ({"addresses": []}, "listens on its own machine only"),
        ({"host": "far-away"}, "listens on its own machine only"),
        ({"addresses": None}, "not iterable"),
    ],
)
async def test_an_endpoint_that_leads_nowhere_is_told(
    state: Path, way: tuple[str, ...], changes: dict[str, object], said: str
) -> None:
    publish(state, **changes)
    with taking(0, LONG_S / 2):
        complaint = await ended(told(way, state))
    assert complaint.startswith("crystal-ring: ")
    assert said in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"{} {}", b"\xff\xfe", b"[" * 100_000])
async def test_a_damaged_endpoint_is_told(state: Path, text: bytes) -> None:
    (state / "endpoint.json").write_bytes(text)
    assert (await ended(told(QUICK, state))).startswith("crystal-ring: ")


@WAYS
@pytest.mark.parametrize("text", [b"", b"public\nsecret", b"public short\nsecret short\n", b"\xff"])
async def test_a_damaged_key_is_told(state: Path, way: tuple[str, ...], text: bytes) -> None:
    publish(state)
    (state / "keys" / "ring.key").write_bytes(text)
    with taking(0, LONG_S / 2):
        assert (await ended(told(way, state))).startswith("crystal-ring: ")


@pytest.mark.parametrize("missing", ["endpoint.json", "keys/ring.key"])
async def test_a_file_that_is_not_there_is_told(state: Path, missing: str) -> None:
    publish(state)
    (state / missing).unlink()
    assert "No such file or directory" in await ended(told(QUICK, state))


@pytest.mark.parametrize("library", ["/nowhere/libzmq.so.5", "libc.so.6", __file__])
async def test_where_the_library_does_not_serve_pyzmq_rings(
    serve: Serve, state: Path, library: str
) -> None:
    way = (*PYZMQ, "--libzmq", library)
    async with serve() as serving:
        assert await ended(told(way, state)) == ""
        assert serving.desk.batches == [[RING]]
    assert ", pyzmq " in version(way)


def test_a_library_without_encryption_does_not_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    def bare(path: str, *, use_errno: bool) -> SimpleNamespace:
        library = SimpleNamespace()
        for name in by_libzmq._FUNCTIONS:
            setattr(library, name, lambda *_: 0)
        return library

    monkeypatch.setattr(by_libzmq, "CDLL", bare)
    with pytest.raises(OSError, match="cannot encrypt"):
        by_libzmq.Ringer("libzmq.so")


async def test_without_any_library_it_says_so(state: Path) -> None:
    publish(state)
    way = [word for word in PYZMQ if word != "--pyzmq"][:-1]
    assert "No module named 'zmq'" in await ended(told(way, state))
    with pytest.raises(subprocess.CalledProcessError):
        version(way)


async def test_modules_that_a_job_loads_do_not_change_it(
    serve: Serve, state: Path, tmp_path: Path
) -> None:
    """Another Python's home, and packages of other versions in the path."""
    for name in ("zmq", "json", "ctypes", "crystal_ring"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n")
    async with serve() as serving:
        for way in (QUICK, PYZMQ):
            assert await ended(told(way, state), PYTHONPATH=str(tmp_path), PYTHONHOME="/no") == ""
        assert serving.desk.batches == [[RING], [RING]]


async def test_it_loads_nothing_that_takes_long(serve: Serve, state: Path) -> None:
    way = (QUICK[0], "-X", "importtime", *QUICK[1:])
    async with serve() as serving:
        complaint = await ended(told(way, state))
        assert serving.desk.batches == [[RING]]
    loaded = set(re.findall(r"\| +([\w.]+)$", complaint, re.MULTILINE))
    assert {"crystal_ring.by_libzmq", "ctypes"} <= loaded
    assert not loaded & {"site", "zmq", "json", "re", "enum", "typing", "pathlib", "functools"}


@pytest.mark.parametrize(("way", "name"), [(QUICK, "libzmq"), (PYZMQ, "pyzmq")])
def test_it_says_by_what_it_rings(way: tuple[str, ...], name: str) -> None:
    number = zmq.zmq_version() if name == "libzmq" else zmq.pyzmq_version()
    assert version(way) == f"Python {sys.version.split()[0]}, {name} {number}\n"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--token", "../../../../etc/x000"),
        ("--job", "a/b.1"),
        ("--job", "nodot"),
        ("--event", "stop"),
        ("--exit", "1,2"),
        ("--restart", "-1"),
        ("--timeout", "0"),
        ("--timeout", "nan"),
        ("--unknown", "x"),
        ("--spool",),
    ],
)
def test_a_wrong_command_line_changes_nothing(state: Path, wrong: tuple[str, ...]) -> None:
    spool = state / "spool"
    spool.mkdir()
    command = told(QUICK, state, "--spool", str(spool), *wrong)
    done = subprocess.run(command, check=False, text=True, capture_output=True)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: crystal-ring ")
    assert list(spool.iterdir()) == []


async def test_the_message_lies_in_the_spool_whoever_is_away(state: Path) -> None:
    spool = state / "spool"
    spool.mkdir()
    publish(state)
    assert await ended(told(QUICK, state, "--spool", str(spool), limit_s=SHORT_S)) == ""
    (left,) = spool.iterdir()
    assert left.name == f"{RING.token}.local.5.0.end.json"
    assert left.read_bytes() == encode_ring(RING)
    complaint = await ended(told(QUICK, state, "--spool", str(spool / "no"), limit_s=SHORT_S))
    assert "No such file or directory" in complaint


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", " {}", "{}\n\n", "1e5", "NaN", "-Infinity", "01"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
CUT = st.tuples(VALUES.map(json.dumps), st.integers(0, 40)).map(lambda pair: pair[0][: pair[1]])


@settings(derandomize=True, max_examples=100, database=None, deadline=None)
@given(TEXTS | CUT | VALUES.map(lambda value: json.dumps(value, indent=1) + "\n"))
def test_json_is_read_as_json_reads_it(text: str) -> None:
    def read(reader: object) -> str:
        try:
            return repr(reader(text))  # type: ignore[operator]
        except ValueError as error:
            return f"{type(error).__name__}: {error}"

    assert read(read_json) == read(json.loads)


def test_the_command_names_the_library_that_pyzmq_has_loaded() -> None:
    assert QUICK[:3] == (sys.executable, "-I", "-S")
    assert zmq.zmq_version() == by_libzmq.Ringer(QUICK[NAMED + 1]).version().split()[1]
    assert QUICK[-1] == str(Path(zmq.__file__).parent.parent)


@pytest.mark.parametrize(
    ("path", "is_it"),
    [
        ("/venv/lib/python3.11/site-packages/pyzmq.libs/libzmq-2f02442c.so.5.2.5", True),
        ("/opt/conda envs/x/lib/libzmq.so.5.2.5", True),
        ("/usr/lib/x86_64-linux-gnu/libzmq.so.5", True),
        ("/venv/lib/python3.11/site-packages/zmq/backend/cython/_zmq.abi3.so", False),
        ("/home/libzmq/lib/libsodium.so.26", False),
        ("[heap]", False),
        ("", False),
    ],
)
def test_libzmq_is_found_among_what_a_process_has_mapped(path: str, is_it: bool) -> None:
    line = f"7f1020304000-7f1020305000 r-xp 00001000 08:01 1234567                    {path}\n"
    other = (
        "7ffd1000-7ffd2000 rw-p 00000000 00:00 0 \n7ffd3000-7ffd4000 r--p 00000000 00:00 0 [vvar]\n"
    )
    assert libzmq_of(other + line + other) == (path if is_it else "")
