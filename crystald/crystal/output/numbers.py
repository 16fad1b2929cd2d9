"""Numbers as Fortran prints them."""

from __future__ import annotations

import re
from math import inf, isfinite

NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:[EeDd][-+]?\d+)?")


def floats(text: str) -> list[float]:
    """Read all numbers of a text, also where a minus sign touches the number before.

    What is too large for a float is left out: no program prints it, garbage may.

    Examples
    --------
    >>> floats("659.2238-404.2543 1.0D-02")
    [659.2238, -404.2543, 0.01]
    """
    values = list(map(float, NUMBER.findall(text.replace("D", "E").replace("d", "e"))))
    if inf in values or -inf in values:
        return [value for value in values if isfinite(value)]
    return values


def whole(number: float | None) -> float | None:
    """Write a number without a fraction as one.

    Examples
    --------
    >>> whole(320.0), whole(319.5), whole(None)
    (320, 319.5, None)
    """
    return int(number) if number is not None and number.is_integer() else number


def first_float(text: str) -> float | None:
    """Read the first number of a text; None when it holds none (``******``)."""
    if not (found := NUMBER.search(text)):
        return None
    value = float(found[0].replace("D", "E").replace("d", "e"))
    return value if isfinite(value) else None
