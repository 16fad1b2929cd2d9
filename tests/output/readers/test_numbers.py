"""Numbers as Fortran prints them."""

from __future__ import annotations

from crystald.crystal.output.numbers import first_float, floats


def test_numbers_as_fortran_prints_them() -> None:
    assert floats("659.2238-404.2543 1.0D-02 .5 ****") == [659.2238, -404.2543, 0.01, 0.5]
    assert floats("1e999 2") == [2.0]
    assert first_float("******") is None
    assert first_float("1e999") is None
