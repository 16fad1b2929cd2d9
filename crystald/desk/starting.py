"""Starting runs: the checked submission becomes rows, in one transaction."""

from __future__ import annotations

from crystald.desk.desk import Desk
from crystald.desk.submitting import Draft, Submit, draft
from crystald.store import runs
from crystald.workspace.layout import calculation_directory


async def submit(desk: Desk, arguments: Submit) -> dict[str, object]:
    """Answer ``submit``: the run's id and what it holds."""
    drafted: Draft = await desk.kit.hands.heavy(draft, arguments, desk.templates)
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
    created = await desk.kit.database.write(
        lambda tx: runs.create(tx, drafted.run, drafted.materials, calculation_directory)
    )
    return {
        "run_id": created.run_id,
        "materials": created.materials,
        "calculations": created.calculations,
        **told,
    }
