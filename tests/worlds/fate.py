"""Where a daemon dies: at an await or around a commit; and what has died, which may wake up later."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crystald.store.database import CommitHook


class Death(BaseException):
    """The daemon was killed here."""


@dataclass
class Fate:
    """Decides where a daemon dies: at the n-th suspension, or around the n-th commit.

    Attributes
    ----------
    at
        ``("await", n)``, ``("before", n)``, ``("after", n)``, or None to live.
    passed
        Places in the tasks that were suspended at: (file, line).
    asleep
        What died at a suspension, where it stood.
    """

    at: tuple[str, int] | None = None
    suspensions: int = 0
    commits: int = 0
    passed: set[tuple[str, int]] = field(default_factory=set)
    asleep: list[Mortal] = field(default_factory=list)

    def suspend(self, coroutine: Coroutine[object, object, object]) -> None:
        self.suspensions += 1
        places = set(_places(coroutine))
        self.passed |= places
        if self.at == ("await", self.suspensions):
            raise Death(f"at {sorted(places)}")

    def sleepers(self) -> list[Mortal]:
        """Give what is asleep, once; awaiting it wakes it up where it fell asleep."""
        asleep, self.asleep = self.asleep, []
        return asleep

    def bury(self) -> None:
        """Close what is asleep, quietly; its world is gone, so nothing it does matters."""
        for sleeper in self.sleepers():
            with suppress(BaseException):
                sleeper.close()


def _places(coroutine: object) -> Iterator[tuple[str, int]]:
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        if frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.parent.name == "tasks":
                yield path.name, frame.f_lineno
        coroutine = getattr(coroutine, "cr_await", None)


class FatalCommits(CommitHook):
    """Kills before or after a commit."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate

    def before(self, transaction) -> None:
        self.fate.commits += 1
        if self.fate.at == ("before", self.fate.commits):
            raise Death("before a commit")

    def after(self, transaction) -> None:
        if self.fate.at == ("after", self.fate.commits):
            raise Death("after a commit")


class Mortal:
    """Awaits a coroutine and dies where fate says; what has died may wake up much later."""

    def __init__(self, coroutine: Coroutine[object, object, object], fate: Fate) -> None:
        self._coroutine = coroutine
        self._fate = fate
        self._awaited: object = None
        self._asleep = False

    def __await__(self):
        value, error = None, None
        while True:
            if not self._asleep:
                try:
                    if error is None:
                        self._awaited = self._coroutine.send(value)
                    else:
                        self._awaited = self._coroutine.throw(error)
                except StopIteration as end:
                    return end.value
            value, error = None, None
            try:
                if not self._asleep:
                    self._fate.suspend(self._coroutine)
                self._asleep = False
                value = yield self._awaited
            except Death:
                self._asleep = True
                self._fate.asleep.append(self)
                raise
            except BaseException as problem:  # noqa: BLE001  (handed on to the coroutine)
                error = problem

    def close(self) -> None:
        """Let go of the coroutine."""
        self._coroutine.close()
