"""Files that are whole or not there, and paths that never leave their root."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from crystald.durable import sync_all, sync_directory
from crystald.errors import WorkspaceError

PARTIAL = ".partial"
"""How names of files end that are being written; they begin with a dot."""


def safe_join(root: Path, relative: str) -> Path:
    """Give the path of a file below a root, symbolic links resolved.

    Raises
    ------
    WorkspaceError
        The path is absolute, climbs out with ``..``, or a link leads out of the root.
    """
    pure = PurePosixPath(relative)
    if pure.is_absolute() or ".." in pure.parts or "\x00" in relative:
        raise WorkspaceError(f"{relative!r} does not stay below {root}")
    try:
        path, base = (root / pure).resolve(), root.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise WorkspaceError(
            f"{relative!r} below {root} leads nowhere: {error}",
            "Look for links that lead in a ring.",
        ) from error
    if not path.is_relative_to(base):
        raise WorkspaceError(
            f"{root / pure} leads out of {root} (to {path})", "Remove the link that leads out."
        )
    return path


def write_beside(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file beside its place, make it durable, and rename it into place.

    Whoever looks sees the old file or the new one, never a part, whatever dies when.

    Parameters
    ----------
    path
        Its directory exists.
    data
        The whole content.
    mode
        Rights of the new file.
    """
    write_all_beside(path.parent, {path.name: (data, mode)})


def write_all_beside(directory: Path, contents: Mapping[str, tuple[bytes, int]]) -> None:
    """Write several files as :func:`write_beside` does: all are durable before the first is seen.

    Parameters
    ----------
    directory
        Exists.
    contents
        Content and rights of each by its name, in the order in which they come to be seen.
    """
    partials: dict[str, Path] = {}
    try:
        with ExitStack() as stack:
            written = []
            for name, (data, mode) in contents.items():
                descriptor, partial = tempfile.mkstemp(PARTIAL, f".{name}.", directory)
                partials[name] = Path(partial)
                file = stack.enter_context(os.fdopen(descriptor, "wb"))
                os.fchmod(file.fileno(), mode)
                file.write(data)
                file.flush()
                written.append(descriptor)
            sync_all(written)
        for name, path in partials.items():
            path.replace(directory / name)
    except BaseException:
        for path in partials.values():
            path.unlink(missing_ok=True)
        raise
    sync_directory(directory)
