"""Lay out an attempt: its directory, its deck, its script."""

from __future__ import annotations

from pathlib import Path

from crystald.errors import WorkspaceError
from crystald.workspace.files import write_beside
from crystald.workspace.layout import OUTPUTS, SCRIPT


def make_place(workspace: Path, attempts: Path) -> None:
    """Make the directory of a calculation's attempts, in a workspace that is really there.

    Raises
    ------
    WorkspaceError
        The workspace has no ``workflow_outputs``: its file system is away.
    """
    if not (workspace / OUTPUTS).is_dir():
        raise WorkspaceError(
            f"{workspace / OUTPUTS} is not there",
            f"Is {workspace} mounted? Nothing is written meanwhile.",
        )
    attempts.mkdir(parents=True, exist_ok=True)


def write_attempt(attempt: Path, deck_name: str, deck: str, script: str) -> None:
    """Write deck and job script of an attempt; what is there already is left as it is.

    Raises
    ------
    WorkspaceError
        The directory holds the script of another attempt.
    """
    attempt.mkdir(parents=True, exist_ok=True)
    path = attempt / SCRIPT
    if path.exists() and path.read_bytes() != script.encode():
        raise WorkspaceError(
            f"{path} belongs to another attempt", "It is left as it is; a new attempt is made."
        )
    write_beside(attempt / deck_name, deck.encode())
    write_beside(path, script.encode(), mode=0o755)
