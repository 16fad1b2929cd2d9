"""``endpoint.json`` below the state root: where and how the daemon is reached now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystald.errors import WireError
from crystald.wire.private import write_private

NAME = "endpoint.json"
VERSION = 1
_CURE = "Start the daemon: crystalctl up"
_LOOPBACK = "127."


@dataclass(frozen=True)
class Address:
    """Where a server listens.

    Attributes
    ----------
    host
        Name of its machine.
    addresses
        IPv4 addresses it listens on; those that only its own machine can reach come last.
    port
        TCP port.
    public_key
        CURVE key of the server, Z85.
    """

    host: str
    addresses: tuple[str, ...]
    port: int
    public_key: str


@dataclass(frozen=True)
class Endpoint:
    """An address with the daemon that listens there."""

    address: Address
    epoch: int
    pid: int
    since: str


def write_endpoint(
    state: Path, address: Address, *, epoch: int, pid: int, since: str, hears: str = ""
) -> None:
    """Publish where the daemon is reached: mode 0600, beside its place, then renamed.

    Parameters
    ----------
    hears
        Boot id of the machine whose jobs need not ring, for what they leave in the spool is heard
        of there; empty where nothing is heard. Job scripts look for it as it is written here.
    """
    record = {
        "v": VERSION,
        "hosts": [address.host],
        "addresses": address.addresses,
        "port": address.port,
        "public_key": address.public_key,
        "epoch": epoch,
        "pid": pid,
        "host": address.host,
        "since": since,
        "hears": hears,
    }
    write_private(state / NAME, json.dumps(record, indent=1).encode() + b"\n")


def read_endpoint(state: Path) -> Endpoint:
    """Read where the daemon is reached.

    Raises
    ------
    WireError
        Nothing is published, or it cannot be read.
    """
    path = state / NAME
    try:
        return _from(json.loads(path.read_bytes()))
    except FileNotFoundError as error:
        raise WireError(f"the daemon is down ({path} is not there)", _CURE) from error
    except OSError as error:
        raise WireError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError(f"{path} names no endpoint: {error}", _CURE) from error


def _from(record: Any) -> Endpoint:
    if record["v"] != VERSION:
        raise ValueError(f"its version is {record['v']!r}, not {VERSION}")
    address = Address(
        host=str(record["host"]),
        addresses=tuple(str(address) for address in record["addresses"]),
        port=int(record["port"]),
        public_key=str(record["public_key"]),
    )
    if len(address.public_key.encode()) != 40:
        raise ValueError("its public key is no CURVE key")
    return Endpoint(address, int(record["epoch"]), int(record["pid"]), str(record["since"]))


def remove_endpoint(state: Path, *, epoch: int) -> None:
    """Take back what an owner of this epoch has published; a later owner's stays."""
    try:
        if read_endpoint(state).epoch == epoch:
            (state / NAME).unlink(missing_ok=True)
    except WireError:
        return


def waves(address: Address, this_host: str) -> tuple[tuple[str, ...], ...]:
    """Give the ZeroMQ addresses to try, in waves: the next only where the one before fails.

    On the daemon's own machine the loopback comes first. Elsewhere addresses come before the name,
    whose lookup may hang. All lead to the same server: another one lacks its key.

    Examples
    --------
    >>> address = Address("n1", ("10.0.0.5", "127.0.0.1"), 21700, "")
    >>> waves(address, "n2")
    (('tcp://10.0.0.5:21700',), ('tcp://n1:21700',))
    >>> waves(address, "n1")
    (('tcp://127.0.0.1:21700',), ('tcp://10.0.0.5:21700',), ('tcp://n1:21700',))
    """
    near = [
        ip for ip in address.addresses if ip.startswith(_LOOPBACK) and address.host == this_host
    ]
    far = [ip for ip in address.addresses if not ip.startswith(_LOOPBACK)]
    groups = (near, far, [address.host])
    return tuple(tuple(f"tcp://{ip}:{address.port}" for ip in group) for group in groups if group)
