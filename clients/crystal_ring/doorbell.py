"""The doorbell that a job rings at its end; a hint, never more.

The message itself waits in the spool (written here with ``--spool``, else by the job script); the
doorbell only makes the daemon look sooner. It never keeps a job waiting for more than its limit,
never fails a job, and needs nothing but Python, and libzmq or pyzmq for the bell.
"""

from __future__ import annotations

import os
import sys
import time

from crystal_ring.bell import Bell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crystal_ring import by_libzmq, by_pyzmq

USAGE = """\
usage: crystal-ring --endpoint FILE --key FILE --token T --job CLUSTER.ID --event start|end|duplicate
                    [--restart N] [--exit N|null] [--complete] [--spool DIR] [--timeout SECONDS]
                    [--libzmq FILE] [--pyzmq DIR]
       crystal-ring --version [--libzmq FILE] [--pyzmq DIR]

It rings by the library that --libzmq names, else by pyzmq, which is also looked for in --pyzmq.
"""
EVENTS = ("start", "end", "duplicate")
FLAGS = ("--complete", "--version")
OPTIONS = (
    *("--endpoint", "--key", "--token", "--job", "--event"),
    *("--restart", "--exit", "--spool", "--timeout", "--libzmq", "--pyzmq"),
)
NEEDED = {"--endpoint", "--key", "--token", "--job", "--event"}
LIMIT_S = 2.0
LIMIT_MAX_S = 60.0
JOB_MAX, RESTART_MAX, EXIT_MAX = 160, 1_000_000, 2**31 - 1
_HEX = frozenset("0123456789abcdef")
_JOB = frozenset(map(chr, range(0x21, 0x7F))) - frozenset('"\\/')


def message(token: str, job: str, restart: int, event: str, code: str, complete: bool) -> bytes:  # noqa: FBT001
    """Write a ring as the wire carries it: one line of JSON, keys in a fixed order.

    Parameters
    ----------
    code
        The exit code as text, or ``null``.
    """
    return (
        f'{{"v":1,"token":"{token}","job":"{job}","restart":{restart},"event":"{event}",'
        f'"exit":{code},"complete":{"true" if complete else "false"}}}\n'
    ).encode()


def read_arguments(arguments: list[str]) -> dict[str, str] | None:
    """Read the command line; None when it is not one of ours."""
    found: dict[str, str] = {"--restart": "0", "--exit": "null", "--timeout": str(LIMIT_S)}
    words = iter(arguments)
    for word in words:
        if word in FLAGS:
            found[word] = "yes"
        elif word in OPTIONS and (value := next(words, None)) is not None:
            found[word] = value
        else:
            return None
    if "--version" in found:
        return found
    return found if found.keys() >= NEEDED and _is_good(found) else None


def _is_good(found: dict[str, str]) -> bool:
    """Check, and normalise numbers: nothing may change the meaning of a message or a file name."""
    token, job = found["--token"], found["--job"]
    cluster, _, number = job.rpartition(".")
    try:
        restart, limit_s = int(found["--restart"]), float(found["--timeout"])
        code = None if found["--exit"] == "null" else int(found["--exit"])
    except ValueError:
        return False
    found["--restart"], found["--exit"] = str(restart), "null" if code is None else str(code)
    return (
        (len(token) == 20 and _HEX.issuperset(token))
        and (bool(cluster and number) and len(job) <= JOB_MAX and _JOB.issuperset(job))
        and found["--event"] in EVENTS
        and 0 <= restart <= RESTART_MAX
        and abs(code or 0) <= EXIT_MAX
        and 0 < limit_s <= LIMIT_MAX_S
    )


def spool(directory: str, name: str, body: bytes) -> None:
    """Leave the message where it survives: written beside its place, made durable, renamed.

    Raises
    ------
    OSError
        It cannot be written.
    """
    partial = os.path.join(directory, f".{name}.{os.getpid()}.tmp")  # noqa: PTH118  (pathlib costs time here)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, os.path.join(directory, name))  # noqa: PTH105, PTH118
    except OSError:
        os.unlink(partial)  # noqa: PTH108
        raise


def ring(found: dict[str, str], body: bytes) -> None:
    """Send the ring and wait, within the limit, until it is acknowledged."""
    until_s = time.monotonic() + float(found["--timeout"])
    ringer(found).ring(Bell(found["--endpoint"], found["--key"]), body, until_s)


def ringer(found: dict[str, str]) -> by_libzmq.Ringer | by_pyzmq.Ringer:
    """Choose how to ring: by libzmq itself where one is named and serves, else by pyzmq.

    Raises
    ------
    ImportError
        There is no pyzmq.
    """
    if "--libzmq" in found:
        try:
            from crystal_ring import by_libzmq

            return by_libzmq.Ringer(found["--libzmq"])
        except (ImportError, OSError):  # a Python without ctypes, a node without this library
            pass
    if "--pyzmq" in found:
        sys.path.append(found["--pyzmq"])
    from crystal_ring import by_pyzmq

    return by_pyzmq.Ringer()


def carry_out(arguments: list[str]) -> int:
    """Leave the message and ring; only a wrong command line is an error."""
    found = read_arguments(arguments)
    if found is None:
        sys.stderr.write(USAGE)
        return 2
    if "--version" in found:
        print(f"Python {sys.version.split()[0]}, {ringer(found).version()}", flush=True)
        return 0
    token, job, restart, event = (found[f"--{key}"] for key in ("token", "job", "restart", "event"))
    body = message(token, job, int(restart), event, found["--exit"], "--complete" in found)
    try:
        if "--spool" in found:
            spool(found["--spool"], f"{token}.{job}.{restart}.{event}.json", body)
    except OSError as error:
        sys.stderr.write(f"crystal-ring: {error}\n")
    try:
        ring(found, body)
    except Exception as error:  # noqa: BLE001  (a doorbell that fails must not fail the job)
        sys.stderr.write(f"crystal-ring: {error}\n")
    return 0
