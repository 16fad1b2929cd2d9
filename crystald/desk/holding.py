"""Holding and releasing: what people keep from being submitted."""

from __future__ import annotations

from typing import Annotated

import msgspec

from crystald.desk.desk import Desk
from crystald.errors import RequestError
from crystald.store import fuses, holding
from crystald.store.database import Transaction
from crystald.store.holding import EVERYTHING, Target

IDS_MAX = 10_000
NODE = "node:"


class Hold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``hold``: runs, materials or calculations, or everything there is."""

    ids: Annotated[tuple[str, ...], msgspec.Meta(max_length=IDS_MAX)] = ()
    everything: bool = False


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``release``: the same as for ``hold``, and nodes (``node:n1``) that a fuse left out."""

    ids: Annotated[tuple[str, ...], msgspec.Meta(max_length=IDS_MAX)] = ()
    everything: bool = False


async def hold(desk: Desk, arguments: Hold) -> dict[str, object]:
    """Answer ``hold``: how many calculations are held that were not."""
    targets = await _targets(desk, arguments)
    count = await desk.kit.database.write(lambda tx: holding.hold(tx, targets, "by a person"))
    return {"held": count}


async def release(desk: Desk, arguments: Release) -> dict[str, object]:
    """Answer ``release``: how many calculations were held."""
    nodes = [name.removeprefix(NODE) for name in arguments.ids if name.startswith(NODE)]
    ids = tuple(name for name in arguments.ids if not name.startswith(NODE))
    targets = [] if nodes and not ids else await _targets(desk, Release(ids, arguments.everything))

    def both(transaction: Transaction) -> tuple[int, list[str]]:
        admitted = [node for node in nodes if fuses.admit(transaction, node)]
        return holding.release(transaction, targets), admitted

    count, admitted = await desk.kit.database.write(both)
    return {"released": count, "nodes": admitted}


async def _targets(desk: Desk, arguments: Hold | Release) -> list[Target]:
    """Find what was named; one wrong name, and nothing is done.

    Raises
    ------
    NotFoundError
        Something of that name is not there.
    RequestError
        Nothing was named, or names beside everything.
    """
    if bool(arguments.ids) == arguments.everything:
        raise RequestError("name what is meant, or everything: one of the two")
    if arguments.everything:
        return [EVERYTHING]
    return await desk.kit.database.read(
        lambda c: [holding.target(c, identifier) for identifier in arguments.ids]
    )
