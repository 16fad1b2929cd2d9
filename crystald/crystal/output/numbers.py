"""Numbers as Fortran prints them."""

from __future__ import annotations

import re

NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:[EeDd][-+]?\d+)?")


def floats(text: str) -> list[float]:
    """Read all numbers of a text, also where a minus sign touches the number before.

    Examples
    --------
    >>> floats("659.2238-404.2543 1.0D-02")
    [659.2238, -404.2543, 0.01]
    """
    return [float(found.replace("D", "E").replace("d", "e")) for found in NUMBER.findall(text)]


def first_float(text: str) -> float | None:
    """Read the first number of a text; None when it holds none (``******``)."""
    found = NUMBER.search(text)
    return float(found[0].replace("D", "E").replace("d", "e")) if found else None
