"""Lines of numbers as Fortran prints them: strict, with the line that is none of them."""

from __future__ import annotations

import re

from crystald.errors import ParseError

TORN = "The file is torn: retry the step."

_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[EDed][-+]?\d{1,3}|[-+]\d{3}(?!\d))?")


def numbers_of(text: str) -> list[float] | None:
    """Read a line of numbers, which may touch; None when it holds anything else.

    Examples
    --------
    >>> numbers_of(" 1.0000E+00-2.0000-100 3.0D-01")
    [1.0, -2e-100, 0.3]
    >>> numbers_of("1.0 NaN") is None
    True
    """
    found: list[float] = []
    end = 0
    for match in _NUMBER.finditer(text):
        if text[end : match.start()].strip() or (found and match.start() == end and _glued(match)):
            return None
        found.append(_value(match.group()))
        end = match.end()
    return None if text[end:].strip() or not found else found


def only_figures(text: str) -> bool:
    """Tell whether whatever ``float`` reads in a text is a number as Fortran prints it.

    Python alone reads ``nan``, ``inf``, ``1_000`` and the digits of other scripts.
    """
    return text.isascii() and not ("n" in text or "N" in text or "_" in text)


def _glued(match: re.Match[str]) -> bool:
    """Tell whether a number without a sign touches the one before: no width tells them apart."""
    return match.group()[0] not in "+-"


def _value(word: str) -> float:
    word = word.upper().replace("D", "E")
    if "E" not in word and (sign := max(word.rfind("+"), word.rfind("-"))) > 0:
        word = f"{word[:sign]}E{word[sign:]}"  # three digits leave no room for the E
    return float(word)


def need_numbers(text: str, number: int, count: int | None = None) -> list[float]:
    """Read a line of numbers.

    Raises
    ------
    ParseError
        It holds anything else, a number too large for a double, or another count than announced.
    """
    found = numbers_of(text)
    if found is None or any(abs(value) == float("inf") for value in found):
        raise ParseError(f"line {number} is not made of numbers: {text.strip()[:60]!r}", TORN)
    if count is not None and len(found) != count:
        raise ParseError(f"line {number} holds {len(found)} numbers instead of {count}", TORN)
    return found
