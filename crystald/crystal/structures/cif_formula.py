"""The formula of a CIF against its atoms: missing hydrogens are the usual difference."""

from __future__ import annotations

import re
from collections import Counter
from math import gcd, isnan
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    import gemmi

FORMULA_TAG: Final = "_chemical_formula_sum"
UNITS_TAG: Final = "_cell_formula_units_Z"

_PART = re.compile(r"([A-Z][a-z]?)\s*(\d+(?:\.\d+)?)?")


def named_elements(block: gemmi.cif.Block) -> frozenset[str]:
    """Give the elements of the formula that a CIF names; none where it names no formula."""
    import gemmi

    text = gemmi.cif.as_string(cast("str | None", block.find_value(FORMULA_TAG)) or "?")
    return frozenset(_named(text))


def formula_notes(block: gemmi.cif.Block, numbers: tuple[int, ...]) -> list[str]:
    """Compare the formula that a CIF names with its atoms.

    Returns
    -------
    notes
        One when they differ in proportion, or the cell holds another number of formulas than
        the CIF says; none when they agree or no formula is named.
    """
    import gemmi

    text = gemmi.cif.as_string(cast("str | None", block.find_value(FORMULA_TAG)) or "?")
    if not (named := _named(text)):
        return []
    found = Counter(gemmi.Element(number).name for number in numbers)
    times = sum(found.values()) / sum(named.values())
    same = named.keys() == found.keys() and all(
        abs(found[symbol] - times * count) < 0.02 * found[symbol] + 1e-6
        for symbol, count in named.items()
    )
    if same:
        return _units_notes(block, named, times)
    atoms = " ".join(f"{symbol}{count}" for symbol, count in sorted(found.items()))
    return [f"the CIF's formula is {text}, its cell holds {atoms}"]


def _units_notes(block: gemmi.cif.Block, named: dict[str, float], times: float) -> list[str]:
    """Compare how often the cell holds a formula; some files sum up the whole cell in it."""
    import gemmi

    units = gemmi.cif.as_number(cast("str | None", block.find_value(UNITS_TAG)) or "?")
    whole = all(count == int(count) for count in named.values())
    reduced = times * (gcd(*(int(count) for count in named.values())) if whole else 1)
    if isnan(units) or any(abs(one - units) < 0.02 * units for one in (times, reduced)):
        return []
    told = f"{UNITS_TAG} is {units:g}, the atoms of the cell make {times:g}"
    return [f"{told}: are operations or atoms missing?"]


def _named(text: str) -> dict[str, float]:
    """Read a formula such as ``C2 H6 O``; D counts as H.

    Examples
    --------
    >>> _named("C2 H6 O")
    {'C': 2.0, 'H': 6.0, 'O': 1.0}
    """
    named: Counter[str] = Counter()
    for symbol, count in _PART.findall(text):
        named["H" if symbol in ("D", "T") else symbol] += float(count or 1)  # type: ignore[assignment]
    return dict(named)
