"""Numbers as Fortran writes them: fixed widths, no blanks spent."""

from __future__ import annotations

import math


def es(value: float, width: int, digits: int) -> str:
    """Write ``1P,Ew.d``: one digit before the point, as ``3.10265E-02``."""
    return f"{_positive_zero(value):{width}.{digits}E}"


def ez(value: float, width: int, digits: int) -> str:
    """Write ``Ew.d``: nothing but a zero before the point, as ``0.310265E-01``."""
    if value == 0 or not math.isfinite(value):
        return f"{0.0:.{digits}f}E+00".rjust(width)
    exponent = math.floor(math.log10(abs(value))) + 1
    mantissa = f"{value / 10.0**exponent:.{digits}f}"
    if mantissa.lstrip("-").startswith("1."):
        exponent += 1
        mantissa = f"{value / 10.0**exponent:.{digits}f}"
    return f"{mantissa}E{exponent:+03d}".rjust(width)


def rows(items: list[str], per_row: int) -> list[str]:
    """Join cells into lines of `per_row` cells each."""
    return ["".join(items[i : i + per_row]) for i in range(0, len(items), per_row)]


def _positive_zero(value: float) -> float:
    return value + 0.0
