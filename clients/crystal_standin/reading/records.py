"""The records of a deck, read one after the other."""

from __future__ import annotations

from crystal_standin.events import RefusalError


class Records:
    """The lines of a deck with a position in them.

    Parameters
    ----------
    text : str
        The whole deck.
    """

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.position = 0

    def next(self) -> str:
        """Return the next line.

        Raises
        ------
        RefusalError
            The deck ends here.
        """
        if self.position >= len(self.lines):
            raise RefusalError(
                "INPUT", " END OF DATA IN INPUT DECK", "the deck ends before its END"
            )
        self.position += 1
        return self.lines[self.position - 1]

    def keyword(self) -> str:
        """Return the first word of the next line; empty for a blank line."""
        words = self.next().split()
        return words[0] if words else ""

    def integers(self, count: int, routine: str) -> list[int]:
        """Return the first `count` integers of the next line."""
        return [int(value) for value in self._values(count, routine, whole=True)]

    def reals(self, count: int, routine: str) -> list[float]:
        """Return the first `count` numbers of the next line."""
        return self._values(count, routine, whole=False)

    def all_reals(self, routine: str) -> list[float]:
        """Return every number of the next line, up to a ``#`` or the first word."""
        values = []
        for word in self.next().split("#")[0].split():
            value = _number(word)
            if value is None:
                break
            values.append(value)
        if not values:
            raise self.unreadable(routine)
        return values

    def unreadable(self, routine: str) -> RefusalError:
        """Return the refusal of the line just read."""
        line = self.lines[self.position - 1] if self.position else ""
        note = f"line {self.position}: {line.strip()!r}"
        return RefusalError(routine, "FORMAT ERROR IN INPUT DECK", note)

    def _values(self, count: int, routine: str, *, whole: bool) -> list[float]:
        words = self.next().split()
        values = [_number(word) for word in words[:count]]
        good = [value for value in values if value is not None]
        if len(good) < count or (whole and any(value != int(value) for value in good)):
            raise self.unreadable(routine)
        return good


def _number(word: str) -> float | None:
    try:
        return float(word.upper().replace("D", "E"))
    except ValueError:
        return None


def is_end(keyword: str) -> bool:
    """Whether a keyword closes a block: only its first three letters count."""
    return keyword[:3].upper() == "END"
