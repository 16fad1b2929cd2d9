"""Lay out runs and attempts: directories that nobody had before, deck, script."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from crystald.errors import WorkspaceError
from crystald.names import Token
from crystald.workspace.files import write_all_beside
from crystald.workspace.layout import MARK, OUTPUTS, SCRIPT, attempt_name, run_directory


def check_workspace(workspace: Path) -> None:
    """Make sure that the workspace is really there.

    Raises
    ------
    WorkspaceError
        It has no ``workflow_outputs``: its file system is away.
    """
    if not (workspace / OUTPUTS).is_dir():
        raise WorkspaceError(
            f"{workspace / OUTPUTS} is not there",
            f"Is {workspace} mounted? Make the directory if this is a new workspace.",
        )


def make_run(workspace: Path, number: int) -> int:
    """Make the directory of a new run, which nobody may have made before.

    Parameters
    ----------
    workspace
        Its root.
    number
        The least that the run may have.

    Returns
    -------
    int
        The number of the run.

    Raises
    ------
    WorkspaceError
        The workspace is away.
    """
    check_workspace(workspace)
    while True:
        try:
            (workspace / run_directory(f"r{number}")).mkdir()
        except FileExistsError:
            number += 1
        else:
            return number


def make_place(workspace: Path, attempts: Path) -> None:
    """Make the directory of a calculation's attempts, in a workspace that is really there.

    Raises
    ------
    WorkspaceError
        The workspace is away.
    """
    check_workspace(workspace)
    attempts.mkdir(parents=True, exist_ok=True)


def free_number(attempts: Path, number: int) -> int:
    """Give the first number, from `number` on, of which there is no attempt's directory.

    One that is there, although the database knows nothing of it, belongs to somebody else.
    """
    while os.path.lexists(attempts / attempt_name(number)):
        number += 1
    return number


def beside(attempt: Path, writes: Iterable[tuple[str, str]]) -> tuple[tuple[Path, str, int], ...]:
    """List what is written beside a deck as files that its job takes in: source, name, bytes."""
    return tuple((attempt / name, name, len(text.encode())) for name, text in writes)


def write_attempt(attempt: Path, token: Token, texts: Mapping[str, str], script: str) -> None:
    """Make the directory of an attempt, which nobody may have made before.

    Parameters
    ----------
    attempt
        The directory.
    token
        Of the attempt.
    texts
        Its deck, and the files that the program reads beside it, by name.
    script
        Of its job.

    Raises
    ------
    WorkspaceError
        The directory is there already: it is somebody else's.
    """
    try:
        attempt.mkdir(parents=True)
    except FileExistsError:
        raise WorkspaceError(
            f"{attempt} belongs to another attempt", "It is left as it is; a new attempt is made."
        ) from None
    contents = {MARK: (f"{token}\n".encode(), 0o644)}
    contents |= {name: (text.encode(), 0o644) for name, text in texts.items()}
    write_all_beside(attempt, contents | {SCRIPT: (script.encode(), 0o755)})
