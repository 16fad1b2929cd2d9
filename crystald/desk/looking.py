"""Looking: lists, single things, progress and the journal; the same with the daemon up or down."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Literal

import msgspec

from crystald.errors import RequestError
from crystald.states import State
from crystald.store import details, views
from crystald.store.views import PAGE_MAX, Filter, Page

Limit = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)]
Key = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Ls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``ls``: a list of a kind, narrowed and paged."""

    kind: Literal["runs", "materials", "calculations", "jobs", "decisions"] = "calculations"
    run: str | None = None
    material: str | None = None
    state: State | None = None
    after: Key = 0
    limit: Limit = 100


class Show(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``show``: one thing in full."""

    id: str


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``progress``: how far a run is."""

    run: str


class Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``log``: the journal, of everything or of one run or calculation.

    Oldest rows first, from the one after `after`; with `before`, newest first, from the one
    before it.
    """

    id: str | None = None
    after: Key = 0
    before: Key | None = None
    limit: Limit = 200


def ls(connection: sqlite3.Connection, arguments: Ls) -> dict[str, object]:
    """Answer ``ls``.

    Raises
    ------
    RequestError
        A list of this kind cannot be narrowed so.
    """
    narrowed = [key for key in ("run", "material", "state") if getattr(arguments, key) is not None]
    if narrowed and arguments.kind != "calculations":
        raise RequestError(
            f"a list of {arguments.kind} cannot be narrowed by {narrowed[0]}",
            "List the calculations so, or show the run or the material.",
        )
    wanted = Filter(
        arguments.run, arguments.material, arguments.state, arguments.after, arguments.limit
    )
    return _page(views.list_of(connection, arguments.kind, wanted))


def show(connection: sqlite3.Connection, arguments: Show) -> dict[str, object]:
    """Answer ``show``."""
    return details.show(connection, arguments.id)


def progress(connection: sqlite3.Connection, arguments: Progress) -> dict[str, object]:
    """Answer ``progress``."""
    return views.run_progress(connection, arguments.run)


def log(connection: sqlite3.Connection, arguments: Log) -> dict[str, object]:
    """Answer ``log``."""
    subject: tuple[str, object] | None = None
    if arguments.id is not None:
        found = details.show(connection, arguments.id)
        identifier = str(found["id"])
        if found["kind"] == "run":
            subject = ("run_id", identifier)
        elif found["kind"] == "calculation":
            subject = ("calculation_id", int(identifier[1:]))
        else:
            calculation = str(found.get("calculation", "c0"))
            subject = ("calculation_id", int(calculation[1:]))
    before, limit = arguments.before, arguments.limit
    if before is not None:
        return _page(views.journal_back(connection, subject, before, limit))
    return _page(views.journal_page(connection, subject, arguments.after, limit))


def _page(page: Page) -> dict[str, object]:
    return {"rows": page.rows, "next": page.next}
