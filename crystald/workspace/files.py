"""Files that are whole or not there, and paths that never leave their root."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Self

from crystald.durable import sync_all, sync_directory
from crystald.errors import WorkspaceError

PARTIAL = ".partial"
"""How names of files end that are being written; they begin with a dot."""

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


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
    with Beside(directory) as beside:
        for name, (data, mode) in contents.items():
            write(beside.begin(name, mode), data)
    sync_directory(directory)


class Beside:
    """Files that are written beside their places in one directory; at the end all are renamed.

    All are durable before the first is seen, in the order in which they were begun; after an error
    none is seen, and none is left. With few calls of the system for each: many are written.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = str(directory)
        self._begun: list[tuple[int, str, str]] = []

    def __enter__(self) -> Self:
        """Begin with none."""
        return self

    def begin(self, name: str, mode: int) -> int:
        """Make a file that will have a name and rights; give its descriptor, closed at the end."""
        while True:
            partial = f"{self._directory}/.{name}.{os.urandom(4).hex()}{PARTIAL}"
            with suppress(FileExistsError):
                descriptor = os.open(partial, _NEW, 0o600)
                self._begun.append((descriptor, partial, f"{self._directory}/{name}"))
                os.fchmod(descriptor, mode)
                return descriptor

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Let all be seen, or take all away."""
        left = [partial for _, partial, _ in self._begun]
        try:
            if error is None:
                sync_all(descriptor for descriptor, _, _ in self._begun)
                for _, partial, path in self._begun:
                    os.replace(partial, path)  # noqa: PTH105  (a path is not made of each)
                left.clear()
        finally:
            for descriptor, _, _ in self._begun:
                os.close(descriptor)
            for partial in left:
                Path(partial).unlink(missing_ok=True)


def write(descriptor: int, data: bytes) -> None:
    """Write all of some data; the system may take it in pieces."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
