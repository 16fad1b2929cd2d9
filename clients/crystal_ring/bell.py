"""Where to ring and with which keys: what the daemon has published, and the keys of rings."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Bell:
    """What is needed to ring.

    Parameters
    ----------
    endpoint_file, key_file
        ``endpoint.json`` of the daemon, and the file of a CURVE key pair.

    Attributes
    ----------
    urls
        Addresses of the daemon as ZeroMQ writes them.
    server
        Public key of the daemon, Z85.
    public, secret
        Keys to ring with, Z85.

    Raises
    ------
    OSError, ValueError, LookupError, TypeError, AttributeError
        A file cannot be read, or does not hold this.
    """

    __slots__ = ("public", "secret", "server", "urls")

    def __init__(self, endpoint_file: str, key_file: str) -> None:
        with open(endpoint_file, encoding="utf-8") as file:  # noqa: PTH123  (pathlib costs time here)
            endpoint = read_json(file.read())
        with open(key_file, "rb") as key:  # noqa: PTH123
            pair = dict(line.split(b" ", 1) for line in key.read().splitlines())
        near = endpoint["host"] == os.uname().nodename
        # names are not looked up: that may hang for longer than the limit, and the spool is enough
        known = addresses(endpoint["addresses"], near=near)
        self.urls: list[str] = [f"tcp://{address}:{endpoint['port']}" for address in known]
        self.server: bytes = endpoint["public_key"].encode()
        self.public, self.secret = pair[b"public"], pair[b"secret"]


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


class _Plainly:
    """How ``json.loads`` reads when it is told nothing more."""

    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float, parse_int, parse_constant = float, int, float


def read_json(text: str) -> Any:
    """Read JSON by the scanner within ``json``: to load the rest of it would take 7 ms.

    What this scanner does not like, or a Python without it, is left to ``json``.

    Raises
    ------
    ValueError
        It is no JSON.
    """
    try:
        from _json import make_scanner

        value, end = make_scanner(_Plainly)(text, 0)  # type: ignore[arg-type]
        if not text[end:].strip(" \t\n\r"):
            return value
    except Exception:  # noqa: BLE001, S110  (json says it better, or can)
        pass
    import json

    return json.loads(text)
