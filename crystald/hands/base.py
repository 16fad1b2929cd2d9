"""What does work off the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Hands(Protocol):
    """Does work off the event loop."""

    async def files(self, work: Callable[..., T], *arguments: object) -> T:
        """Run blocking work on files; OSError becomes a retryable WorkspaceError."""

    async def heavy(self, work: Callable[..., T], *arguments: object) -> T:
        """Run long pure work elsewhere; `work` and its values must be picklable.

        Raises
        ------
        UnfinishedError
            It took too long, or its process died.
        WorkFailedError
            It raised what is neither ours nor the file system's.
        """
