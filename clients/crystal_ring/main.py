"""``crystal-ring``: the doorbell that a job rings at its end; a hint, never more.

The message itself waits in the spool (written here with ``--spool``, else by the job script); the
doorbell only makes the daemon look sooner. It never keeps a job waiting for more than its limit,
never fails a job, and needs nothing but Python, and pyzmq for the bell.
"""

from __future__ import annotations

import os
import sys
import time

USAGE = """\
usage: crystal-ring --endpoint FILE --key FILE --token T --job CLUSTER.ID --event start|end|duplicate
                    [--restart N] [--exit N|null] [--complete] [--spool DIR] [--timeout SECONDS]
"""
EVENTS = ("start", "end", "duplicate")
FLAGS = ("--complete",)
OPTIONS = (
    *("--endpoint", "--key", "--token", "--job", "--event"),
    *("--restart", "--exit", "--spool", "--timeout"),
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


def ring(endpoint_file: str, key_file: str, body: bytes, limit_s: float) -> None:
    """Send the ring and wait, within the limit, until it is acknowledged."""
    until_s = time.monotonic() + limit_s
    import json

    import zmq

    with open(endpoint_file, encoding="utf-8") as file:  # noqa: PTH123
        endpoint = json.load(file)
    with open(key_file, "rb") as file:  # noqa: PTH123
        pair = dict(line.split(b" ", 1) for line in file.read().splitlines())
    context = zmq.Context()
    try:
        socket = context.socket(zmq.DEALER)
        socket.linger = 0
        socket.immediate = True  # nothing is queued for an address that leads nowhere
        socket.curve_publickey, socket.curve_secretkey = pair[b"public"], pair[b"secret"]
        socket.curve_serverkey = endpoint["public_key"].encode()
        near = endpoint["host"] == os.uname().nodename
        # names are not looked up: that may hang for longer than the limit, and the spool is enough
        for address in addresses(endpoint["addresses"], near=near):
            socket.connect(f"tcp://{address}:{endpoint['port']}")
        if socket.poll(_left_ms(until_s), zmq.POLLOUT):
            socket.send_multipart([b"ring", body])
            socket.poll(_left_ms(until_s))
    finally:
        context.destroy(linger=0)


def addresses(known: list[str], *, near: bool) -> list[str]:
    """Choose where to ring: on the daemon's own machine the loopback, elsewhere all others.

    Raises
    ------
    LookupError
        No address leads there from here.

    Examples
    --------
    >>> addresses(["10.0.0.5", "127.0.0.1"], near=True)
    ['127.0.0.1']
    >>> addresses(["10.0.0.5", "127.0.0.1"], near=False)
    ['10.0.0.5']
    """
    loopback = [address for address in known if address.startswith("127.")]
    if near and loopback:
        return loopback
    far = [address for address in known if address not in loopback]
    if not far:
        raise LookupError("the daemon listens on its own machine only")
    return far


def _left_ms(until_s: float) -> int:
    return max(0, int((until_s - time.monotonic()) * 1000))


def main(arguments: list[str] | None = None) -> int:
    """Leave the message and ring; only a wrong command line is an error."""
    found = read_arguments(sys.argv[1:] if arguments is None else arguments)
    if found is None:
        sys.stderr.write(USAGE)
        return 2
    token, job, restart, event = (found[f"--{key}"] for key in ("token", "job", "restart", "event"))
    body = message(token, job, int(restart), event, found["--exit"], "--complete" in found)
    try:
        if "--spool" in found:
            spool(found["--spool"], f"{token}.{job}.{restart}.{event}.json", body)
    except OSError as error:
        sys.stderr.write(f"crystal-ring: {error}\n")
    try:
        ring(found["--endpoint"], found["--key"], body, float(found["--timeout"]))
    except Exception as error:  # noqa: BLE001  (a doorbell that fails must not fail the job)
        sys.stderr.write(f"crystal-ring: {error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
