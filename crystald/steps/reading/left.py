"""What an attempt left: each reader reads each of its files once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from crystald.crystal.output import Output, read_output
from crystald.steps.base import OpenFile

T = TypeVar("T")

OUTPUT: Final = "OUTPUT"
DECK: Final = "INPUT"


class Left:
    """The files that an attempt left, and what was read of them: reading and checks share it.

    It opens files itself, and can be given wherever files are opened.
    """

    def __init__(self, open_file: OpenFile) -> None:
        self._open_file = open_file
        self._told: dict[tuple[str, Callable[..., object]], Any] = {}

    @classmethod
    def of(cls, open_file: OpenFile) -> Left:
        """Remember what is read of files from here on; what remembers already stays itself."""
        return open_file if isinstance(open_file, cls) else cls(open_file)

    def __call__(self, name: str) -> Iterable[str] | None:
        """Open a file; None when it is absent."""
        return self._open_file(name)

    def read(self, name: str, read: Callable[[Iterable[str]], T]) -> T | None:
        """Give what a reader makes of a file, None when it is absent; nobody may change it.

        Raises
        ------
        ParseError
            As the reader does.
        """
        if (name, read) not in self._told:
            lines = self._open_file(name)
            self._told[name, read] = None if lines is None else read(lines)
        told: T | None = self._told[name, read]
        return told

    def output(self) -> Output:
        """Give what the program printed; an output that is absent says nothing."""
        return self.read(OUTPUT, read_output) or read_output(())
