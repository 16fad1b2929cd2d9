"""Starting runs: the checked submission becomes rows, in one transaction."""

from __future__ import annotations

from crystald.desk.desk import Desk
from crystald.desk.submitting import Draft, Submit, draft
from crystald.errors import CrystaldError
from crystald.store import runs
from crystald.store.runs import CreatedRun
from crystald.workspace.layout import calculation_directory, run_directory
from crystald.workspace.prepare import make_run


async def submit(desk: Desk, arguments: Submit) -> dict[str, object]:
    """Answer ``submit``: the run's id and what it holds."""
    drafted: Draft = await desk.kit.hands.heavy(draft, arguments, desk.templates, desk.builds)
    told: dict[str, object] = {"notes": list(drafted.notes), "skipped": drafted.bad}
    if arguments.dry_run:
        total = len(drafted.materials) * len(drafted.run.steps)
        return {
            "run_id": None,
            "materials": len(drafted.materials),
            "calculations": total,
            "plan": drafted.run.plan,
            "decks": drafted.decks,
            **told,
        }
    created = await _create(desk, drafted)
    return {
        "run_id": created.run_id,
        "materials": created.materials,
        "calculations": created.calculations,
        **told,
    }


async def _create(desk: Desk, drafted: Draft) -> CreatedRun:
    """Create the run in a directory that was nobody's before; a repeated request finds its run."""
    known, number = await desk.kit.database.read(
        lambda c: (runs.by_request(c, drafted.run.request_id), runs.next_number(c))
    )
    if known is not None:
        return known
    desk.kit.lease.check()
    number = await desk.kit.hands.files(make_run, desk.kit.workspace, number)
    try:
        created = await desk.kit.database.write(
            lambda tx: runs.create(
                tx, drafted.run, drafted.materials, calculation_directory, number
            )
        )
    except CrystaldError:
        await _unmake(desk, number)
        raise
    if created.run_id != f"r{number}":  # the same request, twice at the same time
        await _unmake(desk, number)
    return created


async def _unmake(desk: Desk, number: int) -> None:
    """Take the directory of a run away that came to nothing; it is empty."""
    await desk.kit.hands.files((desk.kit.workspace / run_directory(f"r{number}")).rmdir)
