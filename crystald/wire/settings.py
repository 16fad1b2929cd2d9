"""The settings of the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1024, le=65_535)]


class WireSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the daemon listens, and how much it takes on.

    Attributes
    ----------
    interface
        ``*`` for all networks of this machine, the name of one (``ib0``), or an IPv4 address.
    first_port, last_port
        The first free port of this range is used; a firewall must let it through.
    max_requests
        Requests that are worked on at the same time; more are refused until one is done.
    hear_spool
        Whether the kernel is asked to tell of what jobs leave in a spool on a file system of the
        daemon's machine; what the kernel is not told of itself would not be heard.
    """

    interface: Annotated[str, msgspec.Meta(pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9._-]*)\Z")] = "*"
    first_port: Port = 21_700
    last_port: Port = 21_799
    max_requests: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 64
    hear_spool: bool = True

    def __post_init__(self) -> None:
        """Check that the range of ports is one."""
        if self.last_port < self.first_port:
            raise ValueError("last_port must not be smaller than first_port")
