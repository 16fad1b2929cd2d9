"""``crystal-ring``: the doorbell that a job rings at its end; a hint, never more.

The message itself waits in the spool; this only makes the daemon look sooner. It never keeps a job
waiting for more than its limit, never fails a job, and needs nothing but Python and pyzmq.
"""

from __future__ import annotations

import json
import sys

USAGE = """\
usage: crystal-ring --endpoint FILE --key FILE --token T --job CLUSTER.ID --event start|end|duplicate
                    [--restart N] [--exit N|null] [--complete] [--timeout SECONDS]
"""
EVENTS = ("start", "end", "duplicate")
FLAGS = ("--complete",)
OPTIONS = ("--endpoint", "--key", "--token", "--job", "--event", "--restart", "--exit", "--timeout")


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
    found: dict[str, str] = {"--restart": "0", "--exit": "null", "--timeout": "2"}
    words = iter(arguments)
    for word in words:
        if word in FLAGS:
            found[word] = "yes"
        elif word in OPTIONS and (value := next(words, None)) is not None:
            found[word] = value
        else:
            return None
    needed = {"--endpoint", "--key", "--token", "--job", "--event"}
    numbers = (found["--restart"], found["--exit"].replace("null", "0"))
    good = needed <= found.keys() and found["--event"] in EVENTS
    return found if good and all(n.lstrip("-").isdigit() for n in numbers) else None


def ring(found: dict[str, str]) -> None:
    """Send the ring and wait, within the limit, until it is acknowledged."""
    import zmq

    with open(found["--endpoint"], encoding="utf-8") as file:  # noqa: PTH123  (pathlib costs time here)
        endpoint = json.load(file)
    with open(found["--key"], "rb") as file:  # noqa: PTH123
        pair = dict(line.split(b" ", 1) for line in file.read().splitlines())
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.curve_publickey, socket.curve_secretkey = pair[b"public"], pair[b"secret"]
    socket.curve_serverkey = endpoint["public_key"].encode()
    for address in (*endpoint["addresses"], *endpoint["hosts"]):
        socket.connect(f"tcp://{address}:{endpoint['port']}")
    limit_ms = int(float(found["--timeout"]) * 1000)
    try:
        if socket.poll(limit_ms, zmq.POLLOUT):
            body = message(
                found["--token"],
                found["--job"],
                int(found["--restart"]),
                found["--event"],
                found["--exit"],
                "--complete" in found,
            )
            socket.send_multipart([b"ring", body])
            socket.poll(limit_ms)
    finally:
        context.destroy(linger=0)


def main(arguments: list[str] | None = None) -> int:
    """Ring; only a wrong command line is an error."""
    found = read_arguments(sys.argv[1:] if arguments is None else arguments)
    if found is None:
        sys.stderr.write(USAGE)
        return 2
    try:
        ring(found)
    except Exception as error:  # noqa: BLE001  (a doorbell that fails must not fail the job)
        sys.stderr.write(f"crystal-ring: {error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
