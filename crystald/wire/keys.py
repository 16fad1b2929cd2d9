"""CURVE key pairs: the server's own, and one for each role that may connect.

Each lies in a file of two lines, ``public <Z85>`` and ``secret <Z85>`` (40 characters each; ZeroMQ
RFC 32), with mode 0600 in a directory of mode 0700.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import zmq

from crystald.errors import WireError
from crystald.wire.private import refuse_public, write_private

DIRECTORY = "keys"
SERVER, OPERATOR, RING = "server", "operator", "ring"
OWNERS = (SERVER, OPERATOR, RING)
_CURE = "Make missing keys with: crystalctl init"


@dataclass(frozen=True)
class KeyPair:
    """A CURVE key pair, both halves in Z85."""

    public: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class ServerKeys:
    """What the server holds: its own pair, and which public key has which role."""

    own: KeyPair
    roles: dict[bytes, str]


def make_keys(directory: Path) -> tuple[Path, ...]:
    """Make the key pairs that are missing; those that are there stay.

    Returns
    -------
    tuple of Path
        The files that were written.
    """
    with _umask(0o077):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        directory.chmod(0o700)
        missing = [path for path in map(directory.joinpath, _names()) if not path.exists()]
        for path in missing:
            public, secret = zmq.curve_keypair()
            write_private(path, b"public %s\nsecret %s\n" % (public, secret))
    return tuple(missing)


def load_server_keys(directory: Path) -> ServerKeys:
    """Read what the server needs.

    Raises
    ------
    WireError
        A key is missing, damaged, or open to others; the hint is the cure.
    """
    own, operator, ring = (load_key(directory, owner) for owner in OWNERS)
    return ServerKeys(own, {operator.public: OPERATOR, ring.public: RING})


def load_key(directory: Path, owner: str) -> KeyPair:
    """Read the key pair of an owner (one of `OWNERS`).

    Raises
    ------
    WireError
        It is missing, damaged, or open to others; the hint is the cure.
    """
    path = directory / f"{owner}.key"
    try:
        refuse_public(directory)
        refuse_public(path)
        text = path.read_bytes()
    except OSError as error:
        raise WireError(f"no key: {path}: {error.strerror}", _CURE) from error
    return _read(text, path)


def _read(text: bytes, path: Path) -> KeyPair:
    words = [line.split(b" ") for line in text.splitlines()]
    try:
        (first, public), (second, secret) = words
        whole = (first, second, zmq.curve_public(secret)) == (b"public", b"secret", public)
    except (ValueError, zmq.ZMQError):
        whole, public, secret = False, b"", b""
    if not whole:
        raise WireError(
            f"{path} holds no key pair", f"Remove it. {_CURE}, then start the daemon anew."
        )
    return KeyPair(public, secret)


def _names() -> Iterator[str]:
    return (f"{owner}.key" for owner in OWNERS)


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)
