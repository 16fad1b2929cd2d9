"""Who runs the home, and whether commands and jobs reach him."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from crystald.doctor.lines import Line, bad, ok, warn
from crystald.errors import CrystaldError, WireError
from crystald.wire.client import Client
from crystald.wire.endpoint import Address, read_endpoint
from crystald.wire.keys import load_server_keys
from crystald.wire.settings import WireSettings

PING_S = 3.0
CONNECT_S = 3.0


@dataclass(frozen=True)
class Contact:
    """What is known of the daemon.

    Attributes
    ----------
    alive
        Its answer to a ping; None when it does not answer.
    address
        Where it says that it listens; None when it does not.
    reached
        Its addresses, and which of them take a connection from here.
    """

    alive: Mapping[str, Any] | None = None
    address: Address | None = None
    reached: Mapping[str, bool] | None = None


def contact(state: Path) -> Contact:
    """Look for the daemon."""
    try:
        address = read_endpoint(state).address
    except WireError:
        return Contact()
    reached = {ip: _takes(ip, address.port) for ip in address.addresses}
    try:
        with Client(state, timeout_s=PING_S) as client:
            return Contact(client.ask("ping", {}), address, reached)
    except CrystaldError:
        return Contact(None, address, reached)


def _takes(ip: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((ip, port), timeout=CONNECT_S):
        return True
    return False


def judge_daemon(found: Contact, recorded: Mapping[str, Any] | None) -> Line:
    """Judge who runs the home.

    Parameters
    ----------
    found
        What answers.
    recorded
        What the database says of its last owner; None when there is no database yet.
    """
    if found.alive is not None:
        who = f"process {found.alive.get('pid')} on {found.alive.get('host')}"
        return ok("daemon", f"runs: {who}, since {found.alive.get('since')}")
    if recorded is None or not recorded.get("host"):
        return ok("daemon", "has not run in this home yet")
    who = f"process {recorded.get('pid')} on {recorded['host']}"
    if recorded.get("gave_back"):
        return ok("daemon", f"is down; {who} gave the home back")
    return warn(
        "daemon",
        f"does not answer, and {who} has not given the home back",
        "It died, or this machine does not reach it. crystalctl up takes over when its lease has "
        "stood still; a living one is never pushed away.",
    )


def judge_address(found: Contact, *, slurm: bool) -> Iterator[Line]:
    """Judge whether the daemon's addresses can be reached."""
    if found.address is None:
        return
    reached = found.reached or {}
    far = [ip for ip in found.address.addresses if not ip.startswith("127.")]
    port = found.address.port
    if slurm and not far:
        yield bad(
            "network",
            f"the daemon listens on this machine alone (port {port})",
            "Set wire.interface to a network that compute nodes see, or to '*'.",
        )
    for ip in found.address.addresses:
        if reached.get(ip):
            yield ok("network", f"{ip} port {port} takes connections from here")
    closed = [ip for ip in found.address.addresses if not reached.get(ip)]
    if closed:
        yield warn(
            "network",
            f"not reached from here: {', '.join(closed)}, port {port}",
            "Jobs then leave their messages in the spool, which is read every second.",
        )
    if far:
        yield ok("network", f"a compute node would try {', '.join(far)}, then {found.address.host}")


def addresses() -> tuple[str, ...]:
    """Give the IPv4 addresses that other machines may see."""
    entries = [entry for found in psutil.net_if_addrs().values() for entry in found]
    ips = {entry.address for entry in entries if entry.family == socket.AF_INET}
    return tuple(sorted(ip for ip in ips if not ip.startswith("127.")))


def free_port(settings: WireSettings) -> int | None:
    """Find the first port of the range that could be listened at; None when there is none."""
    for port in range(settings.first_port, settings.last_port + 1):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError as error:
                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    continue
                raise
            return port
    return None


def judge_port(settings: WireSettings, port: int | None, ips: Sequence[str]) -> Iterator[Line]:
    """Judge where a daemon could listen."""
    span = f"{settings.first_port} to {settings.last_port}"
    if port is None:
        yield bad(
            "network", f"no port of {span} is free", "Widen wire.first_port and wire.last_port."
        )
    else:
        yield ok("network", f"port {port} is the first free one of {span}")
    if ips:
        yield ok("network", f"addresses that other machines may see: {', '.join(ips)}")
    else:
        yield warn(
            "network",
            "this machine has no address that others could see",
            "Jobs on other machines leave their messages in the spool.",
        )


def judge_keys(state: Path) -> Line:
    """Judge the keys of the wire."""
    try:
        load_server_keys(state / "keys")
    except WireError as error:
        return bad("keys", error.message, error.hint)
    return ok("keys", "whole, and for you alone")
